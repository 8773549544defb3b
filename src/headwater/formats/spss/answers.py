"""Reads the cases of an SPSS file as answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from headwater.formats.answers.mapping import AnswerMapping
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.moving.answer_scales import Kind
from headwater.formats.moving.importing import EVERYONE, Given, import_answers, read_mapping
from headwater.formats.moving.personal import personal
from headwater.formats.moving.results import Loss, MovedAnswers, SurveyImport
from headwater.formats.moving.text_tables import text_table
from headwater.formats.moving.words import plain
from headwater.formats.problem_log import ProblemLog
from headwater.formats.reading import Source
from headwater.formats.specs import SpecSource
from headwater.formats.spss.files import ResponseSet, SpssFile, Value, Variable, code_text, read_file, write_value
from headwater.formats.spss.survey import set_cell, survey_of
from headwater.formats.tables import Column
from headwater.vocab import UnitTree

_MOST_OFFERED = 50
_WORDS = " (words)"
_EMPTY_TEXTS = frozenset({"None", "NA", "N/A", "n/a", "NULL", "<NA>"})


def read_spss_answers(
    source: Source,
    mapping: AnswerMapping | SpecSource | None = None,
    tree: UnitTree | None = None,
    *,
    survey: SurveyImport | None = None,
    kinds: Mapping[str, Kind] | None = None,
    encoding: str = "",
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> MovedAnswers:
    """Read the cases of a .sav or .zsav file, one a response.

    mapping: unit, wave, cuts, weight, as in mapping files of answers, by variable; a variable with value labels gives
    its labels as units, waves and levels. Without a unit all cases are one unit, with a warning. survey: what
    `read_spss_survey` gave of this file or of one like it; read from this file by default. User-missing and
    system-missing values are not answered. A set of multiple responses gives 1 or 0 a choice, missing for those who
    chose none. Problems number cases from 1. Raises InputError when the file or the mapping cannot be used.
    """
    found = read_file(source, name=name, encoding=encoding, limits=limits, cases=True)
    survey = survey or survey_of(found, kinds=kinds or {})
    log = ProblemLog(found.file)
    texts = {variable.name: _texts(found.cases[variable.name], variable) for variable in found.variables}
    asked = _worded(read_mapping(mapping), found, texts)
    columns = dict(texts)
    for group in found.sets:
        columns.update(_cells(group, found))
    table = text_table(found.file, columns, limits)

    def find(names: Sequence[str], _: Sequence[str]) -> Column | None:
        return next((table.columns[name] for name in names if name in table.columns), None)

    def resolve(wanted: str) -> str | None:
        variable = found.variable(wanted) or next((one for one in found.variables if one.label == wanted), None)
        return variable.name if variable else None

    # What stands for a unit, a wave or a cut is no answer beside.
    spent = {name.removesuffix(_WORDS) for name in (asked.unit, asked.wave, *(cut.column for cut in asked.cuts))}
    spent = {found.variable(name).name for name in spent if found.variable(name)}  # type: ignore[union-attr]
    plans = tuple(plan for plan in survey.columns if not spent & set(plan.names))
    given = Given(table, plans, find, resolve, missing=_EMPTY_TEXTS, values="codes")
    offered = [
        variable.name
        for variable in found.variables
        if not personal(variable.name, variable.label)
        and variable.kind in ("number", "text")
        and 1 < len(set(texts[variable.name])) <= _MOST_OFFERED
    ]
    made, coded = import_answers(given, asked, tree, log, keep=np.ones(len(table), np.bool_), offered=offered)
    for item in coded.absent:
        message = f"the file has no variable for the item {item} of the survey."
        log.add("absent", message, "Give the survey of this file.", severity="warning")
    used = {one.removesuffix(_WORDS) for one in coded.used}
    in_sets = {one for group in found.sets for one in group.variables}
    losses = []
    for variable in found.variables:
        if variable.name in used or variable.name in in_sets:
            continue
        why = survey.left.get(variable.name, "The survey does not ask for it.")
        losses.append(Loss("values of a variable that is not carried over", variable.name, why))
    for variable in found.variables:
        if variable.kind == "moment" and variable.name in used:
            losses.append(Loss("times of day", variable.name, "Days are the finest that is read."))
    kept = tuple(one for one in made.offered if one not in used)
    return replace(made, problems=log.problems, losses=tuple(losses), offered=kept)


def _texts(values: Sequence[Value], variable: Variable) -> list[str]:
    known: dict[Value, str] = {}
    made = []
    for value in values:
        text = known.get(value)
        if text is None:
            text = write_value(value, variable)
            if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
                text = plain(text)
            known[value] = text
        made.append(text)
    return made


def _worded(mapping: AnswerMapping, found: SpssFile, texts: dict[str, list[str]]) -> AnswerMapping:
    """Let units, waves and cuts be read as value labels where a variable has them. Adds columns of words to texts."""

    def words(name: str) -> str:
        variable = found.variable(name) if name and name != EVERYONE else None
        if variable is None or not variable.labels:
            return name
        by_code = {code_text(value): plain(label) for value, label in variable.labels.items()}
        texts[variable.name + _WORDS] = [by_code.get(text, text) for text in texts[variable.name]]
        return variable.name + _WORDS

    return replace(
        mapping,
        unit=words(mapping.unit),
        wave=words(mapping.wave),
        cuts=tuple(cut if cut.bands else replace(cut, column=words(cut.column)) for cut in mapping.cuts),
    )


def _cells(group: ResponseSet, found: SpssFile) -> dict[str, list[str]]:
    """Return, for each choice of a set, "1" where a case chose it."""
    made: dict[str, list[str]] = {}
    members = [variable for variable in found.variables if variable.name in group.variables]
    if group.counted is not None:
        counted = group.counted.rstrip() if isinstance(group.counted, str) else group.counted
        for one in members:
            values = found.cases[one.name]
            chosen = ["1" if (v.rstrip() if isinstance(v, str) else v) == counted else "" for v in values]
            made[set_cell(group, one.name)] = chosen
        return made
    count = len(found.cases[members[0].name])
    for one in members:
        for label in one.labels:
            if not one.is_missing(label):
                made.setdefault(set_cell(group, code_text(label)), [""] * count)
        for place, value in enumerate(found.cases[one.name]):
            if value is not None and not one.is_missing(value):
                cells = made.setdefault(set_cell(group, code_text(value)), [""] * count)
                cells[place] = "1"
    return made
