"""A part of a ScoreBook, for an audience that may see no more: some units, and not every question.

What is left out is not in the part at all, neither number nor name, so whatever is made of it cannot tell it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from headwater.org import number_units
from headwater.vocab import FIELDS, IntArray, Panel, ResponseRates, ScoreBook, Shares
from headwater.vocab.scorebook import BoolArray

if TYPE_CHECKING:
    from headwater.scoring.specification import Specification

REST = ("rest", "rest_difference", "rest_low", "rest_high", "rest_p")


def narrowed_book(book: ScoreBook, keep: BoolArray, hidden: frozenset[str] = frozenset()) -> ScoreBook:
    """Return the part of a book that holds some units and leaves some questions out.

    keep: bool[U]. The topmost unit kept has to span all others kept; a unit whose unit above is left out follows the
    next one above it that is kept. hidden: keys of questions and scores, as `hidden_with_scores` gives them. The top of
    the part is not compared with the rest of a unit that the part does not hold. Numbers are those of the book. Raises
    ValueError when nothing is kept or no unit spans the rest.
    """
    tree = book.tree
    rows = np.flatnonzero(keep)
    if not rows.size:
        raise ValueError("a part of a book holds at least one unit")
    top = int(rows[0])
    if not all(tree.is_within(int(row), top) for row in rows):
        raise ValueError("the topmost unit of a part spans all its units")
    scales = {column.scale for column in book.columns if column.subject in hidden and column.scale}
    numbers = np.array(
        [
            number
            for number, column in enumerate(book.columns)
            if column.subject not in hidden and not (column.role != "item" and column.subject in scales)
        ],
        dtype=np.int64,
    )
    if len(rows) == len(tree) and len(numbers) == len(book.columns):
        return book
    above = [next((up for up in tree.ancestors(int(row)) if keep[up]), -1) for row in rows]
    part = number_units(
        [tree.ids[row] for row in rows],
        [tree.ids[up] if up >= 0 else "" for up in above],
        [tree.names[row] for row in rows],
        [tree.leaders[row] for row in rows],
    )
    # The order of a preorder's rows is kept by `number_units` where children keep their order; look it up all the same.
    order = np.array([tree.index_of[unit] for unit in part.ids], dtype=np.int64)
    seed = [book.inputs_hash, list(part.ids), sorted(hidden)]
    return replace(
        book,
        tree=part,
        columns=tuple(book.columns[number] for number in numbers),
        panels=tuple(found for panel in book.panels if (found := _panel(panel, order, numbers, top)) is not None),
        shares=_shares(book.shares, order, hidden),
        inputs_hash=f"sha256:{hashlib.sha256(json.dumps(seed).encode()).hexdigest()}",
        response=None if book.response is None else _response(book.response, order),
    )


def hidden_with_scores(specification: Specification, items: Iterable[str]) -> frozenset[str]:
    """Return the keys of questions to leave out with every score that one of them is part of, to any depth.

    A score beside its other questions would give the missing one away.
    """
    left_out = set(items)
    if not left_out:
        return frozenset()
    scores = {scale.key for scale in specification.scales if left_out & set(specification.all_items(scale.key))}
    return frozenset(left_out | scores)


def _panel(panel: Panel, order: IntArray, numbers: IntArray, top: int) -> Panel | None:
    """Take the kept units and columns of a panel; None for a cut that none of them shows."""
    place = np.searchsorted(panel.rows, order)
    inside = np.minimum(place, max(len(panel.rows) - 1, 0))
    there = (place < len(panel.rows)) & (panel.rows[inside] == order) if len(panel.rows) else np.zeros(len(order), bool)
    if panel.cut and not there.any():
        return None
    taken, rows = place[there], np.flatnonzero(there).astype(np.int32)
    cells = np.ix_(taken, numbers)
    fields = {name: panel.fields[name][cells] for name in FIELDS}
    sureness = {kind: values[cells] for kind, values in panel.sureness.items()}
    if top > 0 and not panel.cut and rows.size and rows[0] == 0:
        for name in REST:
            fields[name][0] = np.nan
        sureness["rest"][0] = 0
    shown = panel.shown[cells]
    return Panel(
        cut=panel.cut,
        level=panel.level,
        rows=rows,
        shown=shown,
        n=np.where(shown.any(axis=1), panel.n[taken], 0),
        n_answered=panel.n_answered[cells],
        fields=fields,
        bound=panel.bound[cells],
        sureness=sureness,
    )


def _shares(shares: Shares, order: IntArray, hidden: frozenset[str]) -> Shares:
    kept = [number for number, subject in enumerate(shares.subjects) if subject not in hidden]
    spans = [np.arange(int(shares.offsets[number]), int(shares.offsets[number + 1])) for number in kept]
    taken = np.concatenate(spans) if spans else np.zeros(0, np.int64)
    offsets = np.concatenate([[0], np.cumsum([len(span) for span in spans])]).astype(np.int64)
    percent = shares.percent[np.ix_(order, taken)]
    return Shares(tuple(shares.subjects[number] for number in kept), offsets, percent, shares.minimum)


def _response(rates: ResponseRates, order: IntArray) -> ResponseRates:
    fields = {name: values[order].copy() for name, values in rates.fields.items()}
    sureness = {kind: values[order].copy() for kind, values in rates.sureness.items()}
    for name in REST:
        fields[name][0] = np.nan
    sureness["rest"][0] = 0
    return ResponseRates(rates.percent[order], rates.asked[order], rates.bound[order], fields, sureness)
