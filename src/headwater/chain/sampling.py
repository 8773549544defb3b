"""Sampling error of unit means, and links with that error taken out.

The mean of six answers is mostly chance. Chance in both figures makes every link look weaker than it is; chance shared
by two figures that the same people gave makes it look stronger. Both are known from how answers vary within units, so
both can be taken out: sums of squares and products of unit means less what sampling alone would give (method of
moments, Fuller 1987, Measurement Error Models, section 2.4). What is left is the link between units' true values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from headwater.chain.unit_means import numbers_of
from headwater.vocab import Design, FloatArray, LinkEstimate, Moments, UnitTree, to_say
from headwater.vocab.answers import SCORE_ONE

SamplingErrors = Mapping[tuple[str, str], FloatArray]
"""By pair of figures, float64[U, T]: covariance of their sampling errors; a figure with itself gives its variance."""

FEWEST_LEFT = 0.1
"""Share of the variance that must be more than sampling error; below it nothing can be said of what is left."""


def sampling_errors(waves: Sequence[Moments], tree: UnitTree, k: int) -> dict[tuple[str, str], FloatArray]:
    """Return the error variances and covariances of the means that `unit_means` gives for units' own people.

    Variances within units are pooled over units, wave by wave, and divided by each unit's n. NaN where fewer than k
    people have a score. Covariances need moments with cross-products; without them they are left out, so that figures
    of one study are taken as if other people had given each.
    """
    keys = [score.key for score in waves[0].plan.scores]
    shape = (len(tree), len(waves))
    found = {(key, key): np.full(shape, np.nan) for key in keys}
    for wave, moments in enumerate(waves):
        names = [score.key for score in moments.plan.scores]
        number = numbers_of(moments.units, tree.ids)
        known = number >= 0
        n = np.zeros((len(moments.units), len(names)))
        total, squares = np.zeros(n.shape), np.zeros(n.shape)
        np.add.at(n, moments.cell_unit, moments.scores.n)
        np.add.at(total, moments.cell_unit, moments.scores.total / SCORE_ONE)
        np.add.at(squares, moments.cell_unit, moments.scores.squares.to_float() / SCORE_ONE**2)
        for place, key in enumerate(names):
            if key not in keys:
                continue
            spread = _pooled(n[:, place], squares[:, place] - _product(total[:, place], total[:, place], n[:, place]))
            rows = known & (n[:, place] >= k)
            found[key, key][number[rows], wave] = spread / n[rows, place]
        if moments.crosses is None:
            continue
        crosses = moments.crosses
        products = crosses.product.to_float() / SCORE_ONE**2
        for column, (a, b) in enumerate(moments.plan.pairs):
            if names[a] not in keys or names[b] not in keys:
                continue
            both = crosses.n[:, column].astype(np.float64)
            sums = crosses.total_a[:, column] / SCORE_ONE, crosses.total_b[:, column] / SCORE_ONE
            covariance = _pooled(both, products[:, column] - _product(*sums, both))
            rows = known & (n[:, a] >= k) & (n[:, b] >= k)
            grid = found.setdefault((names[a], names[b]), np.full(shape, np.nan))
            found[names[b], names[a]] = grid
            grid[number[rows], wave] = covariance * both[rows] / (n[rows, a] * n[rows, b])
    return found


def _product(a: FloatArray, b: FloatArray, n: FloatArray) -> FloatArray:
    return np.where(n > 0, a * b / np.maximum(n, 1), 0.0)


def _pooled(n: FloatArray, within: FloatArray) -> float:
    freedom = float(np.maximum(n - 1, 0).sum())
    return float(within.sum()) / freedom if freedom > 0 else 0.0


@dataclass(frozen=True)
class ErrorParts:
    """Sampling variances and covariance of the rows of a panel: float64[n] each."""

    xx: FloatArray
    yy: FloatArray
    xy: FloatArray


def corrected_link(
    x: FloatArray,
    y: FloatArray,
    unit: NDArray[np.int64],
    period: NDArray[np.int64],
    errors: ErrorParts,
    *,
    within: bool,
) -> LinkEstimate | None:
    """Return the link of two figures with the sampling error of both taken out.

    x, y: float64[n], unit-periods. within: take unit and period out first; otherwise units are pooled over periods.
    Interval: jackknife over units on the Fisher z scale, t(G - 1). None when little is left beside sampling error, or
    the corrected correlation is no correlation.
    """
    if within:
        seen = np.bincount(unit)[unit] >= 2
        x, y, unit, period = x[seen], y[seen], unit[seen], period[seen]
        errors = ErrorParts(errors.xx[seen], errors.yy[seen], errors.xy[seen])
    if len(np.unique(unit)) < 3:
        return None
    residual, kept = _residuals(np.column_stack([x, y]), unit, period, within=within)
    _, place = np.unique(unit, return_inverse=True)
    units = int(place.max()) + 1
    parts = np.array(
        [
            np.bincount(place, residual[:, a] * residual[:, b] - kept * error, units)
            for a, b, error in ((0, 0, errors.xx), (1, 1, errors.yy), (0, 1, errors.xy))
        ]
    )
    raw = (residual**2).sum(axis=0)
    total = parts.sum(axis=1)
    if (raw <= 0).any() or total[0] < FEWEST_LEFT * raw[0] or total[1] < FEWEST_LEFT * raw[1]:
        return None
    effect = float(total[2] / np.sqrt(total[0] * total[1]))
    left = total[:, None] - parts
    if not abs(effect) < 1 or (left[:2] <= 0).any():
        return None
    each = left[2] / np.sqrt(left[0] * left[1])
    error = np.sqrt((units - 1) / units * ((each - each.mean()) ** 2).sum())
    half = float(special.stdtrit(units - 1, 0.975)) * error / (1 - effect**2)
    low, high = np.tanh(np.arctanh(effect) - half), np.tanh(np.arctanh(effect) + half)
    method = (
        to_say(
            "unit and period taken out; sampling error of unit means taken out (moments, Fuller 1987); "
            "jackknife over units"
        )
        if within
        else to_say(
            "units pooled over periods; sampling error of unit means taken out (moments, Fuller 1987); "
            "jackknife over units"
        )
    )
    return LinkEstimate(
        effect,
        float(low),
        float(high),
        Design.WITHIN_UNITS if within else Design.ACROSS_UNITS,
        units,
        len(x),
        method,
    )


def _residuals(
    both: FloatArray, unit: NDArray[np.int64], period: NDArray[np.int64], *, within: bool
) -> tuple[FloatArray, FloatArray]:
    """Return residuals, float64[n, 2], and the share of a row's own error that is left in its residual, float64[n]."""
    if not within:
        return both - both.mean(axis=0), np.full(len(both), 1 - 1 / len(both))
    codes = []
    for labels in (unit, period):
        _, code = np.unique(labels, return_inverse=True)
        codes.append((code, np.bincount(code)))
    for _ in range(500):
        before = both
        for code, size in codes:
            means = np.stack([np.bincount(code, column) / size for column in both.T], axis=1)
            both = both - means[code]
        if np.abs(both - before).max() < 1e-12:
            break
    # Exact for a panel without gaps; the more units, the closer with gaps.
    kept = np.prod([1 - 1 / size[code] for code, size in codes], axis=0)
    return both, kept
