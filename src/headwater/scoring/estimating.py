"""From sums to estimates: one column at a time, all groups at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.measures import MEASURES, Categories, Estimates, score, share_favourable
from headwater.scoring.specification import RatedItem, RatedScale, Specification
from headwater.scoring.sums import GroupSums
from headwater.vocab import Column, FloatArray, IntArray


@dataclass(frozen=True)
class Estimator:
    """Estimates columns of a specification on groups."""

    specification: Specification
    offsets: IntArray
    """int64[I + 1], where each item's categories lie in the sums."""
    correlations: dict[str, float]
    """By scale, the items' average correlation in the whole wave."""

    def categories(self, sums: GroupSums, position: int) -> Categories:
        """Return an item's answers by category, turned round when the item is reversed."""
        item = self.specification.items[position]
        columns = slice(int(self.offsets[position]), int(self.offsets[position + 1]))
        n = sums.counts[:, columns].astype(np.float64)
        w, w2 = sums.item_weights(columns)
        if item.reverse:
            n = n[:, ::-1]
            w, w2 = (None, None) if w is None or w2 is None else (w[:, ::-1], w2[:, ::-1])
        return Categories(
            codes=np.arange(item.low, item.high + 1, dtype=np.float64),
            n=n,
            w=w,
            w2=w2,
            favourable_from=item.favourable_from,
            unfavourable_to=item.unfavourable_to,
        )

    def item_estimates(self, sums: GroupSums, item: RatedItem, measure: str) -> Estimates:
        """Estimate an item's measure."""
        function = MEASURES[measure].estimate
        if function is None:
            raise ValueError(f"measure {measure!r} is not a measure of an item")
        return function(self.categories(sums, self.specification.item_position[item.key]))

    def ready_made(self, sums: GroupSums, scale: RatedScale) -> Estimates:
        """Estimate a score that came ready-made."""
        n, mean, spread, effective = sums.score_moments(self.specification.scale_position[scale.key])
        return score.estimate(mean[:, None], n, spread, effective)

    def scale(self, sums: GroupSums, scale: RatedScale, measure: str, values: FloatArray) -> Estimates:
        """Estimate a scale's score or percent favourable from what its items show.

        values: float64[G, J], the items' means or percents in the scale's own direction.
        """
        n, _, spread, effective = sums.score_moments(self.specification.scale_position[scale.key])
        if measure == "score_favourable":
            spreads = values * (100 - values)
            return share_favourable.estimate(values, spreads, n, effective, self.correlations[scale.key])
        return score.estimate(values, n, spread, effective)

    def column(self, sums: GroupSums, column: Column) -> Estimates:
        """Estimate a column that stands on its own: an item's, or a ready-made score's."""
        if column.role == "item":
            item = self.specification.items[self.specification.item_position[column.subject]]
            return self.item_estimates(sums, item, column.measure)
        return self.ready_made(sums, self.specification.scale_of[column.subject])


def item_correlations(specification: Specification, total: GroupSums, offsets: IntArray) -> dict[str, float]:
    """Return by scale the average correlation of its items, from the variance of its score in the whole wave.

    total: sums with one group, everybody. var(mean of J items) = mean variance * (1 + (J - 1) r) / J, solved for r.
    """
    bare = Estimator(specification, offsets, {})
    found: dict[str, float] = {}
    for position, scale in enumerate(specification.scales):
        if len(scale.items) < 2:
            found[scale.key] = 0.0
            continue
        items = [specification.items[specification.item_position[key]] for key in scale.items]
        spread = float(np.mean([bare.item_estimates(total, item, "mean").spread[0] for item in items]))
        variance = float(total.score_moments(position)[2][0])
        count = len(items)
        ratio = variance * count / spread if spread > 0 else 1.0
        found[scale.key] = float(np.clip((ratio - 1) / (count - 1), 0.0, 1.0)) if np.isfinite(ratio) else 0.0
    return found


TWO = 2
"""People who stand off the others behind a limit."""

FEWEST_FOR_POOLING = 20
"""Degrees of freedom from which the variance within units is pooled; fewer would tell on single small units."""


def pooled_spread(own: Estimates, fallback: float) -> float:
    """Return the variance of one answer within units, pooled over units by their degrees of freedom.

    fallback: the variance of one answer among everybody, used below 20 degrees of freedom.
    """
    freedom = np.where(np.isnan(own.spread), 0.0, np.maximum(own.n - 1, 0))
    total = freedom.sum()
    if total < FEWEST_FOR_POOLING:
        return fallback
    return float((freedom * np.nan_to_num(own.spread)).sum() / total)


def floor_spread(estimates: Estimates, pooled: float | FloatArray, minimum: float = 0.25) -> FloatArray:
    """Return spreads never below a quarter of the pooled one, so that no error bar says that all answered alike."""
    spread = np.where(np.isnan(estimates.spread), pooled, estimates.spread)
    result: FloatArray = np.maximum(spread, minimum * pooled)
    return result


def limit_spread(estimates: Estimates, pooled: float | FloatArray, step: float) -> FloatArray:
    """Return the spread behind a limit: the pooled one, which says nothing of the group.

    Where everybody agrees everywhere the pooled one says so. It is never below that of a group in which two people
    stand one `step` (in the measure's unit) off all the others.
    """
    result: FloatArray = np.maximum(pooled, TWO * step**2 / np.maximum(estimates.n, TWO))
    return result
