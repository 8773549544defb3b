"""Reads answers of SurveyJS: a JSON array of records, one a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from headwater.formats.answers.mapping import AnswerMapping
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.documents import load_bytes, parse_json
from headwater.formats.moving.importing import Given, import_answers, read_mapping
from headwater.formats.moving.personal import personal
from headwater.formats.moving.results import AnswerColumn, Loss, MovedAnswers, SurveyImport
from headwater.formats.moving.text_tables import text_table
from headwater.formats.moving.words import plain
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.reading import Source
from headwater.formats.specs import SpecSource
from headwater.formats.surveyjs.localised import written
from headwater.formats.tables import Column
from headwater.vocab import InputError, Problem, UnitTree

EXPECTED = "the answers as a JSON array, one record a response"
_WRAPPERS = ("data", "results", "Data", "responses")
_MOST_OFFERED = 50


def read_surveyjs_answers(
    source: Source,
    survey: SurveyImport,
    mapping: AnswerMapping | SpecSource | None = None,
    tree: UnitTree | None = None,
    *,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> MovedAnswers:
    """Read answers of a SurveyJS survey: a JSON array of `survey.data` records.

    survey: what `read_surveyjs_survey` gave. mapping: unit, wave, cuts, weight by the names of questions or values in
    the records, as in mapping files of answers; without a unit all responses are one unit, with a warning. Problems
    number records from 1. Values the survey does not offer are errors and read as missing. Values that say who a person
    is are dropped and listed. Raises InputError when the file is no such array or the mapping names what is not there.
    """
    data, file = load_bytes(source, name, limits, EXPECTED)
    records = _records(parse_json(data, file, EXPECTED), file)
    log = ProblemLog(file)
    columns, dropped = _flatten(records, survey.columns, log)
    for plan in survey.columns:
        for wanted in (*plan.names, *(name for places in plan.places for name in places)):
            columns.setdefault(wanted, [""] * len(records))
    table = text_table(file, columns, limits)

    def find(names: Sequence[str], _: Sequence[str]) -> Column | None:
        return next((table.columns[name] for name in names if name in table.columns), None)

    expected = {name for plan in survey.columns for name in _names(plan)}
    given_mapping = read_mapping(mapping)
    losses = [Loss(what, where, why) for where, (what, why) in dropped.items()]
    offered = []
    for column in table.columns.values():
        if column.name in expected:
            continue
        if column.name in survey.left:
            losses.append(Loss("answers of a question that is not carried over", column.name, survey.left[column.name]))
        elif reason := personal(column.name):
            losses.append(Loss(f"values that may be {reason}", column.name, "They say who the person is."))
        else:
            losses.append(
                Loss("values that the survey does not ask for", column.name, "Name them in a mapping to use them.")
            )
            if len(column.values) <= _MOST_OFFERED:
                offered.append(column.name)

    def resolve(wanted: str) -> str | None:
        return next((key for key in table.columns if key.casefold() == wanted.casefold()), None)

    # What stands for a unit, a wave or a cut is no answer beside.
    spent = {given_mapping.unit, given_mapping.wave, *(cut.column for cut in given_mapping.cuts)}
    spent |= {resolve(name) or name for name in spent}
    plans = tuple(plan for plan in survey.columns if not spent & set(plan.names))
    given = Given(table, plans, find, resolve, values="codes")
    made, coded = import_answers(
        given, given_mapping, tree, log, keep=np.ones(len(table), np.bool_), losses=(), offered=offered
    )
    kept = tuple(loss for loss in losses if loss.where not in coded.used)
    return replace(made, losses=kept)


def _names(plan: AnswerColumn) -> tuple[str, ...]:
    return (*plan.names, *(name for places in plan.places for name in places))


def _records(found: Any, file: str) -> list[Mapping[str, Any]]:
    if isinstance(found, dict):
        found = next((found[key] for key in _WRAPPERS if isinstance(found.get(key), list)), found)
    if isinstance(found, dict) and any(key in found for key in ("pages", "elements")):
        message = "this is a survey, not answers to one."
        raise InputError(Problem(message, f"Give {EXPECTED}; a survey is read by read_surveyjs_survey.", file))
    if not isinstance(found, list) or not found:
        raise InputError(Problem("this JSON holds no answers.", f"Give {EXPECTED}.", file))
    for number, record in enumerate(found, start=1):
        if not isinstance(record, dict):
            message = f"record {number} is no record of answers but {shown(record)}."
            raise InputError(Problem(message, f"Give {EXPECTED}.", file, number))
    if all(set(record) == {"data"} and isinstance(record["data"], dict) for record in found):
        return [record["data"] for record in found]
    return found


def _flatten(
    records: Sequence[Mapping[str, Any]], plans: Sequence[AnswerColumn], log: ProblemLog
) -> tuple[dict[str, list[str]], dict[str, tuple[str, str]]]:
    """Spread records over columns: `q`, `matrix.row`, `checkbox[value]`, `ranking/1`. Returns what was lost, too."""
    many = {name.rpartition("[")[0] for plan in plans if plan.role == "chosen" for name in plan.names}
    picks = {name for plan in plans if plan.role == "chosen" for name in plan.names}
    ranked = {name.rpartition("/")[0] for plan in plans for places in plan.places for name in places}
    columns: dict[str, list[str]] = {}
    dropped: dict[str, tuple[str, str]] = {}

    def put(name: str, value: Any, record: int) -> None:
        if isinstance(value, dict | list):
            dropped[name] = ("values of several levels", "The question is not carried over.")
            return
        text = written(value) if value is not None else ""
        cells = columns.setdefault(name, [""] * len(records))
        cells[record] = plain(text) if any(ord(sign) < 32 or ord(sign) == 127 for sign in text) else text

    for record, answers in enumerate(records):
        for name, value in answers.items():
            if name in many:
                for picked in value if isinstance(value, list) else [value]:
                    cell = f"{name}[{written(picked)}]"
                    if cell in picks:
                        put(cell, "1", record)
                    else:
                        message = f"{shown(picked)} is no answer that the survey offers for {name}."
                        remedy = "It is left out. Give the survey that these answers were given to."
                        log.add(f"pick:{name}", message, remedy, row=record + 1, column=name)
            elif name in ranked and isinstance(value, list):
                for rank, placed in enumerate(value, start=1):
                    put(f"{name}/{rank}", placed, record)
            elif isinstance(value, dict):
                for row, inner in value.items():
                    put(f"{name}.{row}", inner, record)
            else:
                put(name, value, record)
    return columns, dropped
