"""Released answer distributions of items, for groups large enough to draw five bars of."""

from __future__ import annotations

import numpy as np

from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.vocab import Bound, IntArray, Panel, Shares
from headwater.vocab.answers import WEIGHT_ONE

MINIMUM = 25
"""Below this many answers a dot and its interval say more than five bars."""

HIGHEST = 95
"""A bar above this percent would tell that (nearly) all answered alike."""


def released_shares(specification: Specification, whole: GroupSums, panel: Panel, offsets: IntArray) -> Shares:
    """Return whole percents by answer, low to high in the item's direction.

    An item's distribution is shown where its own numbers are, for at least 25 answers, and never where one of them is
    shown as a limit only or one answer has more than 95 percent: the bars would tell what the limit keeps.
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
        percent[rows, columns] = np.where(bars.max(axis=1, keepdims=True, initial=0) > HIGHEST, np.nan, bars)
    return Shares(tuple(item.key for item in specification.items), offsets, percent, MINIMUM)
