"""Answers to an XLSForm, exported as a table whose headers are the names of questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from headwater.formats.answers.mapping import AnswerMapping
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.importing import Given, import_answers, read_mapping, refuse_private
from headwater.formats.moving.personal import personal
from headwater.formats.moving.results import Loss, MovedAnswers, SurveyImport
from headwater.formats.problem_log import ProblemLog
from headwater.formats.reading import Source, read_table
from headwater.formats.specs import SpecSource
from headwater.formats.tables import Column
from headwater.vocab import InputError, Problem, UnitTree

_MOST_OFFERED = 50
_TURN = re.compile(r"\[\d+\]|_\d+$")


def read_xlsform_answers(
    source: Source,
    survey: SurveyImport,
    mapping: AnswerMapping | SpecSource | None = None,
    tree: UnitTree | None = None,
    *,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> MovedAnswers:
    """Read answers that ODK, KoboToolbox or SurveyCTO exported as CSV or XLSX, in codes or in words.

    survey: what `read_xlsform_survey` gave. Headers are names of questions, with their groups before them or without
    (`group/name`, `group-name`, `name`); several answers stand as one column an answer (`name/answer`). mapping: unit,
    cuts, wave, weight by header; without a unit all responses are one unit, with a warning. Records of the product and
    columns that name people are dropped and listed in `losses`. Raises InputError when the file is no table, holds no
    question of the form, or the mapping names what is not there.
    """
    table = read_table(source, name=name, limits=limits)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    headers: dict[str, str] = {}
    for header in table.header:
        for part in _names(header):
            headers.setdefault(part, header)

    def find(names: Sequence[str], _: Sequence[str]) -> Column | None:
        found = next((headers[wanted.casefold()] for wanted in names if wanted.casefold() in headers), None)
        return table.columns[found] if found is not None else None

    def resolve(wanted: str) -> str | None:
        return headers.get(wanted.casefold())

    asked = {wanted for plan in survey.columns for wanted in (*plan.names, *plan.group)}
    if not any(wanted.casefold() in headers for wanted in asked):
        message = "no column of the file is a question of the form."
        raise InputError(Problem(message, "Check that these are answers to this form.", table.file, 1))
    given_mapping = read_mapping(mapping)
    private = {
        header: f"It may hold {reason}."
        for header in table.header
        if (reason := personal(header.rpartition("/")[2])) and not find_name(header, asked)
    }
    refuse_private(given_mapping, resolve, private, table.file)
    spent = {given_mapping.unit, given_mapping.wave, *(cut.column for cut in given_mapping.cuts)}
    spent |= {resolve(one) or one for one in spent}
    plans = tuple(
        plan for plan in survey.columns if not spent & {headers.get(one.casefold(), one) for one in plan.names}
    )
    response = next((headers[one] for one in ("_uuid", "meta/instanceid", "key") if one in headers), "")
    given = Given(table, plans, find, resolve, response=response, missing=frozenset({"", "n/a"}))
    left = {name.casefold(): why for name, why in survey.left.items()}
    offered = [
        header
        for header in table.header
        if not (header in private or find_name(header, asked) or _left(header, left))
        and len(table[header].values) <= _MOST_OFFERED
    ]
    made, coded = import_answers(given, given_mapping, tree, log, keep=np.ones(len(table), np.bool_), offered=offered)
    losses = []
    for header in table.header:
        if header in coded.used and header != response:
            continue
        if header in private:
            losses.append(Loss(f"the column {header}", table.file, f"{private[header]} It is dropped."))
        elif why := _left(header, left):
            losses.append(Loss("answers of a question that is not carried over", header, why))
        elif not find_name(header, asked):
            losses.append(
                Loss(f"the column {header}", table.file, "Name it in a mapping to make it the unit or a cut.")
            )
    return MovedAnswers(
        made.tables,
        log.problems,
        made.rows_read,
        made.rows_kept,
        tuple(losses),
        made.offered,
        persons=made.persons,
    )


def find_name(header: str, asked: set[str]) -> bool:
    """Whether a header is a question of the form, with or without its groups."""
    folded = {one.casefold() for one in asked}
    return any(part in folded for part in _names(header))


def _left(header: str, left: Mapping[str, str]) -> str:
    """Return why the question of a header is not carried over, "" when it is; also in a turn of a repeat."""
    return next((left[part] for part in (*_names(header), *_names(_TURN.sub("", header))) if part in left), "")


def _names(header: str) -> list[str]:
    """Return what a header may be called: itself, without its groups, and as a cell `question/answer`."""
    folded = header.casefold()
    parts = folded.split("/")
    found = [folded, parts[-1]]
    if len(parts) > 1:
        found.append("/".join(parts[-2:]))
        found.append(f"{parts[-2]}[{parts[-1]}]")
        found.append(f"{parts[-2].rpartition('-')[2]}/{parts[-1]}")
    if "-" in folded:
        found.append(folded.rpartition("-")[2])
    return found
