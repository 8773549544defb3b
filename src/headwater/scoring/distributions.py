"""Released answer distributions of items, for groups large enough to draw five bars of."""

from __future__ import annotations

import numpy as np

from headwater.privacy.gate import nearest_shown_above
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.vocab import Bound, FloatArray, IntArray, Panel, Shares, UnitTree
from headwater.vocab.answers import WEIGHT_ONE
from headwater.vocab.scorebook import BoolArray

MINIMUM = 25
"""Below this many answers a dot and its interval say more than five bars."""

HIGHEST = 95
"""A bar above this percent would tell that (nearly) all answered alike."""


def released_shares(
    tree: UnitTree, specification: Specification, whole: GroupSums, panel: Panel, offsets: IntArray
) -> Shares:
    """Return whole percents by answer, low to high in the item's direction.

    An item's distribution is shown where its own numbers are, for at least 25 answers, and never where one of them is
    shown as a limit only or one answer has more than 95 percent: the bars would tell what the limit keeps. Nor is it
    shown where the bars of a unit less those of the units below would leave people of (nearly) one answer.
    """
    percent = np.full(whole.counts.shape, np.nan)
    by_item: dict[str, list[int]] = {}
    for number, column in enumerate(specification.columns):
        if column.role == "item":
            by_item.setdefault(column.subject, []).append(number)
    for position, item in enumerate(specification.items):
        columns = slice(int(offsets[position]), int(offsets[position + 1]))
        numbers = by_item[item.key]
        counts = whole.counts[:, columns].astype(np.float64)
        weights = counts if whole.w is None else whole.w[:, columns].to_float() / WEIGHT_ONE
        if item.reverse:
            weights = weights[:, ::-1]
        rows = (
            panel.shown[:, numbers].all(axis=1)
            & (panel.bound[:, numbers] == Bound.EXACT).all(axis=1)
            & (counts.sum(axis=1) >= MINIMUM)
        )
        bars = np.round(100 * weights[rows] / weights[rows].sum(axis=1, keepdims=True))
        rows[np.flatnonzero(rows)] = bars.max(axis=1, initial=0) <= HIGHEST
        said = panel.n_answered[:, numbers].max(axis=1).astype(np.float64)
        whole_percents = np.zeros(counts.shape)
        whole_percents[rows] = np.round(100 * weights[rows] / weights[rows].sum(axis=1, keepdims=True))
        rows = mixed_beside_parts(tree, rows, counts, whole_percents, said)
        percent[rows, columns] = np.round(100 * weights[rows] / weights[rows].sum(axis=1, keepdims=True))
    return Shares(tuple(item.key for item in specification.items), offsets, percent, MINIMUM)


def mixed_beside_parts(
    tree: UnitTree, rows: BoolArray, counts: FloatArray, percent: FloatArray, said: FloatArray
) -> BoolArray:
    """Keep bars back until every unit less the shown units next below it is a group of more than one kind of answer.

    rows: bool[U], units whose bars are shown. counts: float64[U, K], answers by category, with all below. percent:
    float64[U, K], the bars as they would be shown. said: float64[U], the number of answers shown beside them. Where
    more than 95 percent of such a group gave one answer, or what is shown leaves no other choice, the smallest unit
    below is kept back, so that the group grows.
    """
    rows = rows.copy()
    # Whole percents of the number shown: what a reader can work out about each bar.
    least = np.ceil(said[:, None] * np.maximum(percent - 0.5, 0) / 100 - 1e-9)
    most = np.floor(said[:, None] * (percent + 0.5) / 100 + 1e-9)
    while True:
        above = nearest_shown_above(tree, rows)
        below = np.flatnonzero(rows & (above >= 0))
        left, possible, left_said = counts.copy(), most.copy(), said.copy()
        np.subtract.at(left, above[below], counts[below])
        np.subtract.at(possible, above[below], least[below])
        np.subtract.at(left_said, above[below], said[below])
        people = left.sum(axis=1)
        alike = (people > 0) & (left.max(axis=1, initial=0) > people * HIGHEST / 100)
        alike |= (left_said > 0) & ((possible >= 1).sum(axis=1) <= 1)
        parts = np.zeros(len(rows), bool)
        parts[above[below]] = True
        bad = np.flatnonzero(rows & parts & alike)
        if not bad.size:
            return rows
        for unit in bad.tolist():
            children = below[above[below] == unit]
            rows[children[np.argmin(counts[children].sum(axis=1))]] = False
