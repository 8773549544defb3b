"""Puts coded answers, units, cuts, waves and comments together into tables, as answers of our own files are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from headwater.formats.answers.coding import code_cut, code_item, code_score, code_weight
from headwater.formats.answers.mapping import AnswerMapping, ScoreMapping, load_answer_mapping
from headwater.formats.answers.reading import (
    answer_table,
    answered_rows,
    comments_of,
    first_of_each,
    note_small_samples,
    persons_of,
    waves_of,
)
from headwater.formats.answers.units import match_units
from headwater.formats.moving.coding import Coded, Find, Flags, code_columns
from headwater.formats.moving.results import AnswerColumn, Loss, MovedAnswers
from headwater.formats.numerals import MISSING
from headwater.formats.problem_log import ProblemLog
from headwater.formats.specs import SpecSource
from headwater.formats.tables import Column, Table, missing_column
from headwater.vocab import InputError, Problem, UnitTree
from headwater.vocab.answers import WEIGHT_ONE

EVERYONE = "everyone"
"""Unit of all responses when nothing says where they belong."""

Resolve = Callable[[str], str | None]
"""Returns the column that a mapping names, by any of its names; None when there is none."""


@dataclass(frozen=True)
class Given:
    """A table of another product with what is known of it.

    response: the column of response ids, "" for none. missing: texts that are no answer. values: see `code_columns`.
    """

    table: Table
    columns: tuple[AnswerColumn, ...]
    find: Find
    resolve: Resolve
    response: str = ""
    missing: frozenset[str] = frozenset()
    no_words: frozenset[str] = frozenset({""})
    """Texts that say nothing in a column of words, besides those the mapping names."""
    values: str = ""


def read_mapping(mapping: AnswerMapping | SpecSource | None) -> AnswerMapping:
    """Read a mapping of unit, cuts, waves and weight. A dict may leave the unit out: everyone is one unit then."""
    if isinstance(mapping, AnswerMapping):
        return mapping
    if mapping is None:
        return AnswerMapping(unit=EVERYONE, decimal=".")
    content: Any = mapping
    if isinstance(mapping, Mapping) and not mapping.get("unit"):
        content = {**mapping, "unit": EVERYONE}
    made = load_answer_mapping(content)
    return made if made.decimal else replace(made, decimal=".")


def refuse_private(mapping: AnswerMapping, resolve: Resolve, private: Mapping[str, str], file: str) -> None:
    """Refuse a mapping that makes a unit, a cut or anything else of a column that names a person or a place.

    private: why not, by column. Raises InputError with every such column.
    """
    named = [mapping.unit, mapping.wave, mapping.weight, *mapping.comments.values()]
    named += [item.column for item in mapping.items] + [score.column for score in mapping.scores]
    named += [cut.column for cut in mapping.cuts]
    columns = {name: resolve(name) or name for name in named if name}
    found = {name: private[column] for name, column in columns.items() if column in private}
    if found:
        remedy = "Make a coarser column of it first, and name that."
        raise InputError(
            Problem(f"the mapping uses {name!r}. {why}", remedy, file, column=name) for name, why in found.items()
        )


def import_answers(
    given: Given,
    mapping: AnswerMapping,
    tree: UnitTree | None,
    log: ProblemLog,
    *,
    keep: Flags,
    losses: Sequence[Loss] = (),
    offered: Sequence[str] = (),
) -> tuple[MovedAnswers, Coded]:
    """Make the tables. keep: bool[R], rows that are responses. Returns the import and what was read of which column.

    Items that the mapping lists are read as it says; all others by the survey. Raises InputError when the mapping
    names a column that is not there.
    """
    table = _with_everyone(given.table, tree) if mapping.unit == EVERYONE else given.table
    mapping = _resolved(mapping, table, given.resolve)
    if mapping.unit == EVERYONE:
        message = "nothing says which unit a response belongs to; all are read as one unit."
        log.add("one_unit", message, "Name the unit's column in a mapping, as unit: Department.", severity="warning")
    kept = keep.copy()
    unit, unit_ids = match_units(table, mapping.unit, tree, log)
    kept &= unit >= 0
    wave, waves = waves_of(table, mapping, log)
    kept &= wave >= 0
    response = mapping.response or given.response
    if response:
        kept &= first_of_each(table, response, np.where(kept, wave, -1), log)
    coded = code_columns(table, given.columns, given.find, log, missing=given.missing, among=kept, values=given.values)
    items = dict(coded.items)
    for item in mapping.items:
        items[item.key] = code_item(item, table, mapping, (), log=log, among=kept)
        coded.used.add(item.column)
    numbers = [ScoreMapping(key, column) for key, column in coded.numbers.items()]
    scores = {
        score.key: code_score(score, table, mapping, log=log, among=kept) for score in (*numbers, *mapping.scores)
    }
    coded.used.update(score.column for score in mapping.scores)
    weight = None
    if mapping.weight:
        weight, weighed = code_weight(table, mapping, log=log, among=kept)
        kept &= weighed
    named = frozenset() if mapping.missing == MISSING else mapping.missing
    comments = replace(mapping, comments={**coded.comments, **mapping.comments}, missing=given.no_words | named)
    may_comment = kept.copy()
    kept &= answered_rows(table, items, scores, kept, log)
    cuts = {cut.key: code_cut(cut, table, mapping, log=log, among=kept) for cut in mapping.cuts}
    if weight is not None and bool((weight[kept] == WEIGHT_ONE).all()):
        weight = None
    tables, persons = {}, {}
    for code, key in enumerate(waves):
        here = kept & (wave == code)
        if not here.any():
            log.add("nobody", f"wave {key!r} has nobody in it.", "Drop the wave, or check its rows.")
            continue
        if mapping.person:
            persons[key] = persons_of(table, mapping.person, here)
        said = comments_of(table, comments, unit, unit_ids, may_comment & (wave == code))
        tables[key] = answer_table(
            here, unit=unit, unit_ids=unit_ids, items=items, scores=scores, cuts=cuts, weight=weight, comments=said
        )
    note_small_samples(tables, log)
    coded.used |= {name for name in (mapping.unit, mapping.wave, mapping.weight, mapping.person, response) if name}
    coded.used |= {cut.column for cut in mapping.cuts} | set(mapping.comments.values())
    made = MovedAnswers(
        tables,
        log.problems,
        len(given.table),
        int(np.count_nonzero(kept)),
        tuple(losses),
        tuple(name for name in offered if name not in coded.used),
        persons=persons,
    )
    return made, coded


def _with_everyone(table: Table, tree: UnitTree | None) -> Table:
    words = tree.ids[0] if tree is not None else EVERYONE
    column = Column(EVERYONE, np.zeros(len(table), np.int32), (words,))
    return replace(table, columns={**table.columns, EVERYONE: column})


def _resolved(mapping: AnswerMapping, table: Table, resolve: Resolve) -> AnswerMapping:
    """Replace the names a person gave by the names of the columns. Raises InputError naming those not found."""
    absent: list[str] = []

    def known(name: str) -> str:
        if not name or name in table.columns:
            return name
        found = resolve(name)
        if found is None:
            absent.append(name)
            return name
        return found

    made = replace(
        mapping,
        unit=known(mapping.unit),
        response=known(mapping.response),
        wave=known(mapping.wave),
        weight=known(mapping.weight),
        person=known(mapping.person),
        items=tuple(replace(item, column=known(item.column)) for item in mapping.items),
        scores=tuple(replace(score, column=known(score.column)) for score in mapping.scores),
        cuts=tuple(replace(cut, column=known(cut.column)) for cut in mapping.cuts),
        comments={key: known(column) for key, column in mapping.comments.items()},
    )
    if absent:
        raise InputError(missing_column(table.file, name, table.header) for name in dict.fromkeys(absent))
    return made
