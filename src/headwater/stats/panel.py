"""Panels of units over periods: fixed effects, first differences, random effects, Hausman's test.

Fixed effects compare each unit with itself and so take out everything about a unit that stays the same. Period
effects take out what happens to all units at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    FloatArray,
    IntArray,
    Labels,
    check_confidence,
    codes,
    complete,
    group_means,
    group_sums,
    matrix,
    recode,
    same_length,
    vector,
)
from headwater.stats.regression import Regression, StandardErrors, check_se, default_names, fit, full_rank

__all__ = ["Hausman", "RandomEffects", "first_differences", "hausman", "panel_fixed_effects", "random_effects"]


@dataclass(frozen=True)
class RandomEffects:
    """Swamy-Arora random effects: the model, the variances of units and of errors, and theta [G], the
    share of the unit mean taken out of each unit.
    """

    model: Regression
    sigma2_unit: float
    sigma2_error: float
    theta: FloatArray


@dataclass(frozen=True)
class Hausman:
    """Hausman's test (1978) of random against fixed effects: a small p says random effects are biased."""

    chisq: float
    df: int
    p: float


@dataclass(frozen=True)
class PanelRows:
    """Complete rows of a panel: y [n], x [n, k], codes of unit and period [n], weights [n] (mean 1)."""

    y: FloatArray
    x: FloatArray
    unit: IntArray
    period: IntArray
    weights: FloatArray
    units: int
    periods: int


def panel_rows(
    y: ArrayLike,
    x: ArrayLike,
    unit: Labels,
    period: Labels | ArrayLike | None,
    weights: ArrayLike | None = None,
) -> PanelRows:
    """Listwise rows of a panel. ValueError when a unit has two rows in a period or no row is complete."""
    yv, xm, (u, _) = vector(y, "y"), matrix(x, "x"), codes(unit, "unit")
    t = np.zeros(len(yv), dtype=np.int64) if period is None else codes(period, "period")[0]
    wv = np.ones(len(yv)) if weights is None else vector(weights, "weights")
    same_length(y=yv, x=xm, unit=u, period=t, weights=wv)
    if (np.nan_to_num(wv) < 0).any():
        raise ValueError("a weight is negative")
    keep = complete(yv, xm, u, t, wv) & (np.nan_to_num(wv) > 0)
    if not keep.any():
        raise ValueError("no complete row")
    u, _ = recode(u[keep])
    # periods keep their calendar order, gaps included: a dropped period is still a step in time
    tt = t[keep]
    if period is not None:
        pairs, counts = np.unique(u * (int(tt.max()) + 1) + tt, return_counts=True)
        if len(pairs) < len(u):
            raise ValueError(f"a unit has {int(counts.max())} rows in one period")
    return PanelRows(
        yv[keep],
        xm[keep],
        u,
        tt,
        wv[keep] * (keep.sum() / wv[keep].sum()),
        int(u.max()) + 1,
        len(np.unique(tt)),
    )


def period_dummies(period: IntArray) -> FloatArray:
    """Indicators [n, T - 1] of every period but the first that occurs."""
    present = np.unique(period)
    return np.asarray(period[:, None] == present[None, 1:], dtype=np.float64)


def demean(values: FloatArray, unit: IntArray, units: int, weights: FloatArray) -> FloatArray:
    """Deviations from (weighted) unit means."""
    w = weights if values.ndim == 1 else weights[:, None]
    total = np.bincount(unit, weights=weights, minlength=units)
    means = group_sums(values * w, unit, units) / (total if values.ndim == 1 else total[:, None])
    return np.asarray(values - means[unit])


def two_way_residuals(values: FloatArray, rows: PanelRows) -> FloatArray:
    """Values [n, k] with unit and period effects taken out, exactly, in unbalanced panels too."""
    d = demean(values, rows.unit, rows.units, rows.weights)
    dummies = demean(period_dummies(rows.period), rows.unit, rows.units, rows.weights)
    dummies = dummies[:, full_rank(dummies)] if dummies.size else dummies
    if dummies.shape[1] == 0:
        return np.asarray(d)
    root = np.sqrt(rows.weights)[:, None]
    q, r = np.linalg.qr(dummies * root)
    return np.asarray(d - dummies @ np.linalg.solve(r, q.T @ (d * root)))


def panel_fixed_effects(
    y: ArrayLike,
    x: ArrayLike,
    unit: Labels,
    period: Labels | None = None,
    *,
    effects: Literal["unit", "twoway"] | None = None,
    weights: ArrayLike | None = None,
    se: StandardErrors = "CR1S",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Regression:
    """Within estimator of y [n] on x [n, k]: unit effects, or unit and period effects when period is given.

    effects overrides that default. Standard errors are clustered by unit unless se says otherwise; CR1S counts
    the slopes (and period effects) but not the unit effects, which are nested in the clusters. Classic errors
    have N - units - slopes degrees of freedom. weights [n] are relative. r2 is the within R2 with period
    effects counted as explaining. ValueError when x does not vary within units, or a unit-period repeats.
    """
    check_confidence(confidence)
    check_se(se, True)
    way = effects or ("unit" if period is None else "twoway")
    if way not in ("unit", "twoway"):
        raise ValueError("effects must be unit or twoway")
    if way == "twoway" and period is None:
        raise ValueError("two-way effects need a period")
    rows = panel_rows(y, x, unit, period, weights)
    labels = default_names(names, rows.x.shape[1])
    k = rows.x.shape[1]
    design = rows.x
    if way == "twoway":
        # period dummies first, so that a predictor that only repeats the calendar is the one refused
        dummies = period_dummies(rows.period)
        inside = demean(dummies, rows.unit, rows.units, rows.weights)
        dummies = dummies[:, full_rank(inside)] if dummies.size else dummies
        design = np.column_stack([dummies, rows.x])
        labels = tuple(f"period{j + 1}" for j in range(dummies.shape[1])) + labels
    yd = demean(rows.y, rows.unit, rows.units, rows.weights)
    xd = demean(design, rows.unit, rows.units, rows.weights)
    flat = xd.std(axis=0) < 1e-10 * np.maximum(design.std(axis=0), 1e-300)
    if flat.any():
        raise ValueError("no variation within units in " + ", ".join(np.array(labels)[flat]))
    model = fit(
        yd,
        xd,
        labels,
        weights=rows.weights,
        coded=rows.unit,
        se=se,
        absorbed=rows.units,
        intercept=False,
        confidence=confidence,
    )
    return _last(model, k)


def _last(model: Regression, k: int) -> Regression:
    """The model with its last k coefficients only."""
    from dataclasses import replace

    cut = slice(len(model.names) - k, None)
    return replace(
        model,
        names=model.names[cut],
        coef=model.coef[cut],
        se=model.se[cut],
        t=model.t[cut],
        p=model.p[cut],
        lower=model.lower[cut],
        upper=model.upper[cut],
        cov=model.cov[cut, cut],
    )


def differences(rows: PanelRows) -> tuple[FloatArray, FloatArray, IntArray, IntArray]:
    """Changes between adjacent periods: dy [m], dx [m, k], unit [m], later period [m]; gaps are not bridged."""
    order = np.lexsort((rows.period, rows.unit))
    u, t = rows.unit[order], rows.period[order]
    step = (u[1:] == u[:-1]) & (t[1:] == t[:-1] + 1)
    if not step.any():
        raise ValueError("no unit has two adjacent periods")
    dy, dx = np.diff(rows.y[order])[step], np.diff(rows.x[order], axis=0)[step]
    return dy, dx, u[1:][step], t[1:][step]


def first_differences(
    y: ArrayLike,
    x: ArrayLike,
    unit: Labels,
    period: Labels,
    *,
    period_effects: bool = True,
    se: StandardErrors = "CR1S",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Regression:
    """Regression of changes of y [n] on changes of x [n, k] between adjacent periods, with an intercept.

    Periods are ordered by their sorted labels, over all rows given; a unit absent in one period gives no
    change across it. period_effects adds an indicator for each later period. The first coefficients
    returned are "(Intercept)", then the changes of x. Errors clustered by unit by default.
    """
    check_confidence(confidence)
    check_se(se, True)
    rows = panel_rows(y, x, unit, period)
    dy, dx, u, t = differences(rows)
    coded, _ = recode(u)
    labels = ("(Intercept)", *default_names(names, dx.shape[1]))
    design = np.column_stack([np.ones(len(dy)), dx])
    if period_effects:
        dummies = period_dummies(t)
        design = np.column_stack([design, dummies])
        labels += tuple(f"period{j + 1}" for j in range(dummies.shape[1]))
    return fit(dy, design, labels, coded=coded, se=se, confidence=confidence)


def random_effects(
    y: ArrayLike, x: ArrayLike, unit: Labels, *, names: Sequence[str] | None = None, confidence: float = 0.95
) -> RandomEffects:
    """Random effects by Swamy and Arora (1972), unbalanced panels by Baltagi and Chang (1994), as plm.

    y [n], x [n, k] (enter period dummies as columns), unit [n]. A negative unit variance counts as zero.
    Classic standard errors with N - K degrees of freedom.
    """
    check_confidence(confidence)
    rows = panel_rows(y, x, unit, None)
    n, units = len(rows.y), rows.units
    labels = ("(Intercept)", *default_names(names, rows.x.shape[1]))
    ones = np.ones(n)
    counts = np.bincount(rows.unit).astype(np.float64)
    xd, yd = demean(rows.x, rows.unit, units, ones), demean(rows.y, rows.unit, units, ones)
    xd = xd[:, full_rank(xd)] if xd.size else xd
    coef = np.linalg.lstsq(xd, yd, rcond=None)[0]
    df_within = n - units - xd.shape[1]
    if df_within < 1:
        raise ValueError("too few rows for a within regression")
    sigma2 = float(((yd - xd @ coef) ** 2).sum()) / df_within
    design = np.column_stack([ones, rows.x])
    xb_all = group_means(design, rows.unit, units)
    root = np.sqrt(counts)
    xb_all = xb_all[:, full_rank(xb_all * root[:, None])]
    q, _ = np.linalg.qr(xb_all * root[:, None])
    yb = group_means(rows.y, rows.unit, units) * root
    rss_b = float(((yb - q @ (q.T @ yb)) ** 2).sum())
    if units <= xb_all.shape[1]:
        raise ValueError("too few units for a between regression")
    trace = float((counts[:, None] * q**2).sum())
    unit_var = max((rss_b - (units - xb_all.shape[1]) * sigma2) / (n - trace), 0.0)
    theta = 1 - np.sqrt(sigma2 / (sigma2 + counts * unit_var))
    xs = design - theta[rows.unit, None] * group_means(design, rows.unit, units)[rows.unit]
    ys = rows.y - (theta * group_means(rows.y, rows.unit, units))[rows.unit]
    model = fit(ys, xs, labels, coded=rows.unit, se="classic", confidence=confidence)
    return RandomEffects(model, unit_var, sigma2, theta)


def hausman(fixed: Regression, random: Regression) -> Hausman:
    """Hausman's test over the coefficients both models name; both need classic standard errors.

    ValueError without a shared coefficient or when the difference of covariances is singular.
    """
    from scipy.special import chdtrc

    if fixed.se_type != "classic" or random.se_type != "classic":
        raise ValueError("Hausman's test needs classic standard errors in both models")
    shared = [name for name in fixed.names if name in random.names]
    if not shared:
        raise ValueError("the models share no coefficient")
    i, j = [fixed.at(s) for s in shared], [random.at(s) for s in shared]
    gap = fixed.coef[i] - random.coef[j]
    cov = fixed.cov[np.ix_(i, i)] - random.cov[np.ix_(j, j)]
    if np.linalg.cond(cov) > 1e14:
        raise ValueError("the difference of the covariances is singular")
    chisq = float(abs(gap @ np.linalg.solve(cov, gap)))
    return Hausman(chisq, len(shared), float(chdtrc(len(shared), chisq)))
