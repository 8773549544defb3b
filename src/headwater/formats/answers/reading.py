"""Reads a file of answers into tables, one a wave, with every problem by file, row and column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.formats.answers.coding import code_cut, code_item, code_score, code_weight
from headwater.formats.answers.mapping import WAVE_KEY, AnswerMapping, guess_mapping, load_answer_mapping
from headwater.formats.answers.units import match_units
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.numerals import add_rows_where
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.reading import Source, read_table
from headwater.formats.specs import SpecSource
from headwater.formats.tables import Column, Table, missing_column
from headwater.vocab import AnswerTable, InputError, Instrument, Problem, UnitTree
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, WEIGHT_ONE

ONLY_WAVE = "1"
"""Key of the wave when neither the mapping nor a column names one."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class AnswerImport:
    """What a file of answers gave. A dry run is reading it and showing `problems`.

    tables: by wave key, in the order of the keys. Wrong answers are read as missing and wrong rows are left out, so
    `tables` is what would be kept if one went on in spite of the errors; `require` refuses to.
    """

    tables: Mapping[str, AnswerTable]
    problems: tuple[Problem, ...]
    rows_read: int
    rows_kept: int
    persons: Mapping[str, tuple[str, ...]] = field(default_factory=dict, kw_only=True)
    """By wave key, who gave each response, in the order of its table; empty when the mapping names no such column."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are errors."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def require(self) -> AnswerImport:
        """Return this import. Raises InputError with all errors when there are any."""
        if self.errors:
            raise InputError(self.errors)
        return self


def read_answers(
    source: Source | Table,
    mapping: AnswerMapping | SpecSource | None = None,
    instruments: Sequence[Instrument] = (),
    tree: UnitTree | None = None,
    *,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> AnswerImport:
    """Read answers from CSV or XLSX, one row a response. source: a path, the bytes of a file, or a table read before.

    mapping: a mapping file, a dict, or None to map columns whose header is an item key of `instruments`. instruments
    give scales and labels (in every language) of items that the mapping does not describe. tree: units that exist; an
    answer names one by id, or by its name where no other unit has it. Reverse items stay as answered.

    Every problem is in the result: answers outside the scale, unknown units, response ids given twice in a wave, rows
    without any answer, items nobody answered, waves with nobody. Raises InputError only when the file or the mapping
    cannot be used at all.
    """
    if mapping is not None and not isinstance(mapping, AnswerMapping):
        mapping = load_answer_mapping(mapping)
    if isinstance(source, Table):
        table = source
    else:
        table = read_table(source, name=name, sheet=mapping.sheet if mapping else "", limits=limits)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    if mapping is None or not (mapping.items or mapping.scores):
        mapping, notes = guess_mapping(table.header, instruments, table.file, mapping)
        log.extend(notes)
    _require_columns(table, mapping)
    kept = np.ones(len(table), np.bool_)
    unit, unit_ids = match_units(table, mapping.unit, tree, log)
    kept &= unit >= 0
    wave, waves = waves_of(table, mapping, log)
    kept &= wave >= 0
    if mapping.response:
        kept &= first_of_each(table, mapping.response, wave, log)
    items = {item.key: code_item(item, table, mapping, instruments, log=log, among=kept) for item in mapping.items}
    scores = {score.key: code_score(score, table, mapping, log=log, among=kept) for score in mapping.scores}
    weight: NDArray[np.int64] | None = None
    if mapping.weight:
        weight, weighed = code_weight(table, mapping, log=log, among=kept)
        kept &= weighed
    may_comment = kept.copy()
    kept &= answered_rows(table, items, scores, kept, log)
    cuts = {cut.key: code_cut(cut, table, mapping, log=log, among=kept) for cut in mapping.cuts}
    if weight is not None and bool((weight[kept] == WEIGHT_ONE).all()):
        weight = None
    tables, persons = {}, {}
    for code, key in enumerate(waves):
        here = kept & (wave == code)
        if not here.any():
            log.add("nobody", f"wave {shown(key)} has nobody in it.", "Drop the wave, or check its rows.")
            continue
        if mapping.person:
            persons[key] = persons_of(table, mapping.person, here)
        comments = comments_of(table, mapping, unit, unit_ids, may_comment & (wave == code))
        tables[key] = answer_table(
            here, unit=unit, unit_ids=unit_ids, items=items, scores=scores, cuts=cuts, weight=weight, comments=comments
        )
    note_small_samples(tables, log)
    return AnswerImport(tables, log.problems, len(table), int(np.count_nonzero(kept)), persons=persons)


def _require_columns(table: Table, mapping: AnswerMapping) -> None:
    wanted = [mapping.unit, mapping.response, mapping.wave, mapping.weight, mapping.person, *mapping.comments.values()]
    wanted += [item.column for item in mapping.items]
    wanted += [score.column for score in mapping.scores]
    wanted += [cut.column for cut in mapping.cuts]
    absent = [column for column in dict.fromkeys(wanted) if column and column not in table.columns]
    if absent:
        raise InputError(missing_column(table.file, column, table.header) for column in absent)


def waves_of(table: Table, mapping: AnswerMapping, log: ProblemLog) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return int64[R], the position in the wave keys or -1, and the keys, sorted as declared or by name."""
    if not mapping.wave:
        return np.zeros(len(table), np.int64), (mapping.wave_key or ONLY_WAVE,)
    column = table[mapping.wave]
    keys = [mapping.waves.get(text, "" if mapping.waves else text) for text in column.values]
    if mapping.makes_wave_keys:
        keys = [re.sub(r"[^A-Za-z0-9_.-]+", "-", key).strip("-_.")[:60] for key in keys]
    wrong = np.array([not WAVE_KEY.fullmatch(key) for key in keys], np.bool_)
    message = "{value} is no wave."
    remedy = "Give each wave a key of letters, digits, - _ and . under `waves`."
    add_rows_where(log, "wave", column, table.rows, bad=wrong, message=message, remedy=remedy)
    found = {key for key, bad in zip(keys, wrong, strict=True) if not bad}
    known = tuple(dict.fromkeys(mapping.waves.values())) or tuple(sorted(found))
    number = {key: place for place, key in enumerate(known)}
    codes = np.array([-1 if bad else number[key] for key, bad in zip(keys, wrong, strict=True)], np.int64)
    return codes[column.codes], known


def first_of_each(table: Table, name: str, wave: NDArray[np.int64], log: ProblemLog) -> Flags:
    """bool[R]: False for a response id that a wave had before. Rows without an id are kept."""
    column = table[name]
    number = {text: place for place, text in enumerate(dict.fromkeys(column.values))}
    codes = np.array([number[text] for text in column.values], np.int64)[column.codes]
    pair = codes * (int(wave.max(initial=0)) + 2) + wave
    _, first, back = np.unique(pair, return_index=True, return_inverse=True)
    again = (first[back] != np.arange(len(pair))) & ~column.blank
    places = np.flatnonzero(again)
    for place in places[: log.cap].tolist():
        message = (
            f"the response id {shown(column.text(place))} is given already in row {table.rows[first[back[place]]]}."
        )
        log.add("response", message, "Keep one of the rows.", row=int(table.rows[place]), column=name)
    for _ in range(max(0, len(places) - log.cap)):
        log.add("response", "a response id is given twice.")
    return np.asarray(~again, np.bool_)


def answered_rows(
    table: Table,
    items: Mapping[str, NDArray[np.int8]],
    scores: Mapping[str, NDArray[np.int64]],
    among: Flags,
    log: ProblemLog,
) -> Flags:
    """bool[R]: which rows have any answer. Warns of rows and of items without one."""
    found = np.zeros(len(table), np.bool_)
    for kind, missing, coded in (("item", ITEM_MISSING, items), ("score", SCORE_MISSING, scores)):
        for key, values in coded.items():
            there = values != missing
            found |= there
            if not (there & among).any():
                message = f"nobody answered the {kind} {key}."
                log.add("unanswered", message, "Check its column and its codes.", severity="warning")
    empty = np.flatnonzero(among & ~found)
    if len(empty) == int(np.count_nonzero(among)):
        log.add("nothing", "no row holds any answer.", "Check the columns and codes of the mapping.")
    message, remedy = "the row holds no answer; it is left out.", "Leave out rows of people who did not answer."
    log.add_rows("no_answer", table.rows[empty], ("" for _ in empty), message, remedy, severity="warning")
    return found


def comments_of(
    table: Table, mapping: AnswerMapping, unit: NDArray[np.int64], unit_ids: Sequence[str], among: Flags
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return by item key the (unit id, words) of the rows among which comments count."""
    made = {}
    for key, name in mapping.comments.items():
        column: Column = table[name]
        rows = np.flatnonzero(among & ~column.flags(lambda text: text in mapping.missing))
        made[key] = tuple((unit_ids[int(unit[row])], column.text(int(row))) for row in rows)
    return made


def persons_of(table: Table, name: str, here: Flags) -> tuple[str, ...]:
    """Return who gave each of some responses, "" where nothing is written."""
    column = table[name]
    return tuple(column.values[code] for code in column.codes[here].tolist())


def answer_table(
    here: Flags,
    *,
    unit: NDArray[np.int64],
    unit_ids: Sequence[str],
    items: Mapping[str, NDArray[np.int8]],
    scores: Mapping[str, NDArray[np.int64]],
    cuts: Mapping[str, tuple[NDArray[np.int16], tuple[str, ...]]],
    weight: NDArray[np.int64] | None,
    comments: Mapping[str, tuple[tuple[str, str], ...]],
) -> AnswerTable:
    """Lay the rows of one wave out as an answer table."""
    occurring, position = np.unique(unit[here], return_inverse=True)
    return AnswerTable(
        unit_ids=tuple(unit_ids[code] for code in occurring.tolist()),
        unit=position.astype(np.int32),
        items={key: values[here] for key, values in items.items()},
        scores={key: values[here] for key, values in scores.items()},
        cuts={key: (codes[here], levels) for key, (codes, levels) in cuts.items()},
        weight=None if weight is None else weight[here],
        comments=comments,
    )


def note_small_samples(tables: Mapping[str, AnswerTable], log: ProblemLog) -> None:
    """Warn of waves and units with very few answers."""
    for key, table in tables.items():
        if len(table) == 1:
            remedy = "Nothing can be shown of one person."
            log.add("one", f"wave {shown(key)} has one respondent.", remedy, severity="warning")
        elif len(table.unit_ids) == 1:
            remedy = "Nothing can be compared between units."
            log.add("one", f"wave {shown(key)} has one unit, {shown(table.unit_ids[0])}.", remedy, severity="warning")
