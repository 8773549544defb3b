"""Answers that Qualtrics exported, by the survey they were given to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from headwater.formats.answers.mapping import AnswerMapping, fold
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.coding import Flags
from headwater.formats.moving.documents import load_bytes
from headwater.formats.moving.importing import Given, import_answers, read_mapping, refuse_private
from headwater.formats.moving.results import Loss, MovedAnswers, SurveyImport
from headwater.formats.problem_log import ProblemLog
from headwater.formats.qualtrics.headings import (
    EXPECTED,
    FINISHED,
    PERSON,
    PLACE,
    RESPONSE,
    STATUS,
    WHY,
    Headings,
    column_of,
    is_derived,
    is_personal,
    is_question,
    read_export,
    same,
)
from headwater.formats.qualtrics.survey import read_qualtrics_survey
from headwater.formats.qualtrics.without_survey import guess_columns
from headwater.formats.reading import Source
from headwater.formats.specs import SpecSource
from headwater.formats.tables import Column, Table
from headwater.vocab import UnitTree

_UNSEEN = "-99"
"""What Qualtrics writes for a question that was seen and not answered, when asked to."""

_NOT_REAL: Mapping[str, str] = {
    "1": "previews", "survey preview": "previews", "9": "previews", "17": "previews",
    "offline survey preview": "previews",
    "2": "generated test responses", "survey test": "generated test responses",
    "8": "responses that Qualtrics holds for spam", "spam": "responses that Qualtrics holds for spam",
    "12": "responses that Qualtrics holds for spam", "imported spam": "responses that Qualtrics holds for spam",
}  # fmt: skip
"""Statuses of responses that nobody meant to give."""


def read_qualtrics_answers(
    source: Source,
    survey: SurveyImport | Source | None = None,
    mapping: AnswerMapping | SpecSource | None = None,
    tree: UnitTree | None = None,
    *,
    values: Literal["", "codes", "labels"] = "",
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> MovedAnswers:
    """Read an export with three header rows, a legacy one with two or three, or one with a single row of names.

    source: CSV, TSV, XLSX or the zip file that Qualtrics downloads. survey: the survey (.qsf) or its import; without
    one, codes are read as they stand and the guess is named in `problems`. mapping: unit, cuts, wave and weight, by
    export tag, import id or words; embedded data becomes a unit or a cut that way. Without a unit everyone is one unit
    (with a tree: its root). values: whether answers are codes or words, where the file cannot tell.

    IP address, position, names, e-mail addresses, dates, durations and ids are dropped and listed in `losses`.
    Previews, generated tests and spam are left out, unless the file holds nothing else. Raises InputError: no file, not
    an export, a mapping that names absent columns.
    """
    data, file = load_bytes(source, name, limits, EXPECTED)
    table, headings = read_export(data, file, limits)
    log = ProblemLog(file)
    log.extend(table.problems)
    plan = (
        survey if isinstance(survey, SurveyImport) or survey is None else read_qualtrics_survey(survey, limits=limits)
    )
    unread: dict[str, str] = {}
    if plan is None:
        columns, unread = guess_columns(table, headings, log)
        remedy = "Give the survey (.qsf): it says which codes do not apply, and what choices there are."
        log.add("no_survey", "the survey is not given; codes are read as they stand.", remedy, severity="warning")
    else:
        columns = plan.columns
        log.extend(problem for problem in plan.problems if problem.severity != "note")

    def find(names: Sequence[str], _: Sequence[str]) -> Column | None:
        return column_of(table, headings.find(names))

    kept = _real(table, headings, log)
    read = read_mapping(mapping)
    private = {column: WHY[role] for column, role in headings.meta.items() if role in (PERSON, PLACE)}
    refuse_private(read, headings.resolve, private, file)
    given = Given(
        table=table,
        columns=columns,
        find=find,
        resolve=headings.resolve,
        response=headings.with_role(RESPONSE) if headings.with_role(RESPONSE) in table.columns else "",
        missing=read.missing | {_UNSEEN},
        no_words=frozenset({"", _UNSEEN}),
        values=values,
    )
    embedded = [
        column
        for column in table.columns
        if column not in headings.meta and not is_question(headings.ids.get(column, "")) and not is_personal(column)
    ]
    made, coded = import_answers(
        given, read, tree, log, keep=kept, offered=embedded if headings.has_ids or plan else ()
    )
    if plan is not None and coded.absent:
        _say_absent(plan, coded.absent, file, log)
    losses = [*_dropped(table, headings, coded.used), *_unread(table, headings, coded.used, plan, unread)]
    return replace(made, problems=log.problems, losses=tuple(losses))


def _real(table: Table, headings: Headings, log: ProblemLog) -> Flags:
    """bool[R]: which rows are responses that somebody meant to give. Counts the unfinished ones."""
    kept = np.ones(len(table), np.bool_)
    status = column_of(table, headings.with_role(STATUS))
    if status is not None:
        kinds: dict[str, int] = {}
        for position, text in enumerate(status.values):
            if what := _NOT_REAL.get(fold(text)):
                rows = status.codes == position
                kept &= ~rows
                kinds[what] = kinds.get(what, 0) + int(np.count_nonzero(rows))
        listed = ", ".join(f"{count:,} {what}" for what, count in kinds.items())
        if kinds and not kept.any():
            kept[:] = True
            message = f"the file holds nothing but {listed}; they are read."
            log.add("not_real", message, "Do not report on them.", column=status.name, severity="warning")
        elif kinds:
            log.add("not_real", f"left out: {listed}.", column=status.name, severity="warning")
    finished = column_of(table, headings.with_role(FINISHED))
    if finished is not None:
        open_ones = finished.flags(lambda text: fold(text) in ("0", "false", "no")) & kept
        if open_ones.any():
            message = f"{int(np.count_nonzero(open_ones)):,} responses are unfinished; what they hold is read."
            log.add("unfinished", message, column=finished.name, severity="note")
    return kept


def _say_absent(plan: SurveyImport, absent: list[str], file: str, log: ProblemLog) -> None:
    listed = ", ".join(absent[:10]) + (f" … +{len(absent) - 10:,}" if len(absent) > 10 else "")
    message = f"{len(absent):,} of {len(plan.instrument.items):,} questions have no column: {listed}."
    severity: Literal["error", "warning"] = "error" if len(absent) == len(plan.instrument.items) else "warning"
    log.add("absent", message, "Check that these are answers to this survey.", severity=severity)


def _dropped(table: Table, headings: Headings, used: set[str]) -> list[Loss]:
    made = []
    for column, role in headings.meta.items():
        if column in table.columns and (column not in used or role == RESPONSE):
            made.append(Loss(f"the column {column}", table.file, f"{WHY[role]} It is dropped."))
    return made


def _unread(
    table: Table, headings: Headings, used: set[str], plan: SurveyImport | None, unread: Mapping[str, str]
) -> list[Loss]:
    made = []
    for column in table.columns:
        ident = headings.ids.get(column, column)
        if column in used or column in headings.meta:
            continue
        if column in unread:
            why = unread[column]
        elif is_derived(ident):
            why = "Qualtrics works it out from other columns, or records the order or time of a page with it."
        elif is_question(ident):
            why = _reason(ident, plan)
        elif is_personal(column):
            why = "It seems to name a person. It is dropped, and not offered as a cut."
        else:
            why = "Name it in a mapping to make it the unit or a cut."
        made.append(Loss(f"the column {column}", table.file, why))
    return made


def _reason(ident: str, plan: SurveyImport | None) -> str:
    name, once = same(ident), same(re.sub(r"^[0-9A-Za-z]+_(?=QID)", "", ident))
    for left, why in plan.left.items() if plan else ():
        if name == same(left) or name.startswith((f"{same(left)}_", f"{same(left)}#")):
            return f"It is not read: {why}." if not why.endswith(".") else why
    if plan and once != name:
        return "It belongs to a turn of a loop that the survey does not list."
    return "No question of the survey has this column." if plan else "It holds nothing that can be read."
