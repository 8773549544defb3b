"""One link of a chain on a panel of units: across units, and within units over time.

Across units says what goes together from unit to unit (place, size and history included). Within units compares
each unit with itself in other periods, with what all units shared in a period taken out. An honest chain says
both. Associations are standardised: a correlation of what is left of x and y, which for one predictor is
the standardised regression slope; its standard error is clustered by unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, IntArray, Labels, check_confidence, recode
from headwater.stats.panel import PanelRows, differences, panel_rows, period_dummies, two_way_residuals
from headwater.stats.regression import fit, full_rank

__all__ = ["Association", "PanelLink", "panel_link"]


@dataclass(frozen=True)
class Association:
    """A standardised association r with its clustered SE, interval, two-sided p, units and rows behind it."""

    r: float
    se: float
    lower: float
    upper: float
    p: float
    units: int
    rows: int


@dataclass(frozen=True)
class PanelLink:
    """The link of x and y on a panel.

    across: all unit-periods pooled. across_by_period: the same with period means taken out. within: unit and
    period taken out, over units seen at least twice; None when no unit is. first_difference: changes between
    adjacent periods with period means taken out; None when there are too few. Intervals use CR1 errors
    clustered by unit and t(G - 1).
    """

    across: Association
    across_by_period: Association
    within: Association | None
    first_difference: Association | None
    units: int
    unit_periods: int
    periods: int
    confidence: float


def _association(
    x: FloatArray, y: FloatArray, unit: IntArray, weights: FloatArray, absorbed: int, confidence: float, what: str
) -> Association:
    """Correlation of residuals, with the clustered SE of the standardised slope."""
    sx, sy = np.sqrt(weights @ x**2), np.sqrt(weights @ y**2)
    if sx <= 0 or sy <= 0:
        raise ValueError(f"no variation {what}")
    scale = np.sqrt(weights.sum())
    coded, _ = recode(unit)
    model = fit(
        y / sy * scale,
        (x / sx * scale)[:, None],
        ("r",),
        weights=weights,
        coded=coded,
        se="CR1",
        absorbed=absorbed,
        intercept=False,
        confidence=confidence,
    )
    r, se, lower, upper, p = (float(v[0]) for v in (model.coef, model.se, model.lower, model.upper, model.p))
    return Association(float(np.clip(r, -1, 1)), se, lower, upper, p, int(coded.max()) + 1, len(x))


def _by_period(values: FloatArray, period: IntArray, weights: FloatArray) -> FloatArray:
    """Values [n, k] with (weighted) period means taken out."""
    coded, _ = recode(period)
    total = np.bincount(coded, weights=weights)
    means = np.stack([np.bincount(coded, weights=weights * v) / total for v in values.T], axis=1)
    return np.asarray(values - means[coded])


def _varies(values: FloatArray, raw: FloatArray) -> bool:
    return bool((values.std(axis=0) > 1e-10 * np.maximum(raw.std(axis=0), 1e-300)).all())


def panel_link(
    x: ArrayLike,
    y: ArrayLike,
    unit: Labels,
    period: Labels,
    weights: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
) -> PanelLink:
    """Standardised association of x [n] and y [n] across units, within units and in first differences.

    unit [n] and period [n] are labels, one row a unit-period; rows complete on all arguments. weights [n]
    are relative sizes (attendances, respondents); first differences take the mean of the two weights.
    ValueError below three units, when a unit-period repeats, or when x or y does not vary.
    """
    check_confidence(confidence)
    rows = panel_rows(y, np.asarray(x, dtype=np.float64), unit, period, weights)
    if rows.x.shape[1] != 1:
        raise ValueError("x must have one dimension: a link has one predictor")
    if rows.units < 3:
        raise ValueError(f"{rows.units} units: at least three are needed")
    both = np.column_stack([rows.x[:, 0], rows.y])
    w = rows.weights
    centred = both - (w @ both) / w.sum()
    if not _varies(centred, np.maximum(np.abs(both), 1e-12)):
        raise ValueError("x or y does not vary")
    across = _association(centred[:, 0], centred[:, 1], rows.unit, w, 1, confidence, "across units")
    flat = _by_period(both, rows.period, w)
    if not _varies(flat, both):
        raise ValueError("x or y does not vary between units of one period")
    by_period = _association(flat[:, 0], flat[:, 1], rows.unit, w, rows.periods, confidence, "across units")
    return PanelLink(
        across,
        by_period,
        _within(rows, both, confidence),
        _first_difference(rows, confidence),
        rows.units,
        len(rows.y),
        rows.periods,
        confidence,
    )


def _within(rows: PanelRows, both: FloatArray, confidence: float) -> Association | None:
    """Unit and period taken out, over units seen twice or more."""
    twice = np.bincount(rows.unit)[rows.unit] >= 2
    if len(np.unique(rows.unit[twice])) < 3:
        return None
    coded, _ = recode(rows.unit[twice])
    part = PanelRows(
        rows.y[twice],
        rows.x[twice],
        coded,
        rows.period[twice],
        rows.weights[twice],
        int(coded.max()) + 1,
        len(np.unique(rows.period[twice])),
    )
    left = two_way_residuals(both[twice], part)
    absorbed = part.units + part.periods - 1
    if not _varies(left, both[twice]) or len(part.y) - absorbed < 2:
        return None
    return _association(left[:, 0], left[:, 1], coded, part.weights, absorbed, confidence, "within units")


def _first_difference(rows: PanelRows, confidence: float) -> Association | None:
    """Changes between adjacent periods, with the mean change of each period taken out."""
    order = np.lexsort((rows.period, rows.unit))
    u, t, w = rows.unit[order], rows.period[order], rows.weights[order]
    step = (u[1:] == u[:-1]) & (t[1:] == t[:-1] + 1)
    if not step.any() or len(np.unique(u[1:][step])) < 3:
        return None
    dy, dx, unit, later = differences(rows)
    weights = ((w[1:] + w[:-1]) / 2)[step]
    change = np.column_stack([dx[:, 0], dy])
    left = _by_period(change, later, weights)
    dummies = period_dummies(later)
    absorbed = 1 + (int(full_rank(dummies).sum()) if dummies.size else 0)
    if not _varies(left, change) or len(dy) - absorbed < 2:
        return None
    return _association(left[:, 0], left[:, 1], unit, weights, absorbed, confidence, "in changes")
