"""Which unit of the organisation an answer names."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from headwater.formats.answers.mapping import fold
from headwater.formats.numerals import add_rows_where
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.tables import Table, nearest
from headwater.vocab import UnitTree

_SUGGESTIONS = 20


def match_units(
    table: Table, name: str, tree: UnitTree | None, log: ProblemLog
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return int64[R], the position in the unit ids or -1, and the unit ids.

    Without a tree every text is a unit. With one, a text is a unit's id, else its id in other case, else its name where
    no other unit has it; what is left is logged as unknown, one problem a text, with the nearest id or name.
    """
    column = table[name]
    blank = np.array([text == "" for text in column.values], np.bool_)
    remedy = "Fill it, or drop the row."
    add_rows_where(log, "no_unit", column, table.rows, bad=blank, message="the row names no unit.", remedy=remedy)
    if tree is None:
        ids = tuple(sorted({text for text in column.values if text}))
        number = {text: place for place, text in enumerate(ids)}
        codes = np.array([number.get(text, -1) for text in column.values], np.int64)
        return codes[column.codes], ids
    folded = _once([fold(unit) for unit in tree.ids])
    names = _once([fold(unit) for unit in tree.names])
    codes = np.full(len(column.values), -1, np.int64)
    by_name = 0
    unknown = []
    for position, text in enumerate(column.values):
        place = tree.index_of.get(text, folded.get(fold(text), -1))
        if place < 0 and text:
            place = names.get(fold(text), -1)
            by_name += place >= 0
        codes[position] = place
        if place < 0 and text:
            unknown.append(position)
    if by_name:
        log.add("by_name", f"{by_name:,} units are recognised by name.", column=name, severity="note")
    _report(table, name, unknown, tree, log)
    return codes[column.codes], tree.ids


def _once(words: list[str]) -> dict[str, int]:
    """Return the position of words that stand once."""
    times = Counter(words)
    return {word: place for place, word in enumerate(words) if times[word] == 1}


def _report(table: Table, name: str, unknown: list[int], tree: UnitTree, log: ProblemLog) -> None:
    column = table[name]
    counts = np.bincount(column.codes, minlength=len(column.values))
    distinct, first = np.unique(column.codes, return_index=True)
    first_row = dict(zip(distinct.tolist(), table.rows[first].tolist(), strict=True))
    listed = sorted((position for position in unknown if position in first_row), key=first_row.__getitem__)
    for order, position in enumerate(listed):
        text = column.values[position]
        near = nearest(text, (*tree.ids, *tree.names)) if order < _SUGGESTIONS else ""
        message = f"the organisation has no unit {shown(text)} ({counts[position]:,} rows)."
        remedy = f"Did you mean {near!r}?" if near else "Add the unit to the organisation, or correct the rows."
        log.add("unknown_unit", message, remedy, row=first_row[position], column=name)
