"""Difference in differences for staggered starts (Callaway and Sant'Anna 2021), unconditional.

Each cohort that starts in one period is compared with units not (yet) started, from its own last period before.
Two-way fixed effects would compare late starters with early ones and can have the wrong sign. Parallel trends
is an assumption: the test before the start can only fail to reject it. Units chosen because they were low will
rise by regression to the mean: choose comparisons with the same level before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    BoolArray,
    FloatArray,
    IntArray,
    Labels,
    check_confidence,
    codes,
    recode,
    same_length,
    vector,
)
from headwater.stats.regression import Regression, ols

__all__ = ["GroupTimeEffects", "PreTrend", "did_2x2", "group_time_effects"]


@dataclass(frozen=True)
class PreTrend:
    """Wald test that all effects before the start are zero; NaN p when there are none to test."""

    chisq: float
    df: int
    p: float


@dataclass(frozen=True)
class GroupTimeEffects:
    """Effects ATT(g, t) of K pairs of cohort and period, arrays [K].

    cohort and period are the labels given; event = periods since the start (negative before it). att with SE
    (influence functions, clustered when asked), pointwise interval, and a uniform band over all pairs by the
    multiplier bootstrap. cohort_units counts the units of the cohort: the SE of a cohort of a few units is too
    small. influence [units, K]; cluster, unit_cohort (start, infinite when never) and unit_weight are [units].
    units used; dropped units were missing in a period or started in the first.
    """

    cohort: FloatArray
    period: FloatArray
    event: IntArray
    cohort_units: IntArray
    att: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    band_lower: FloatArray
    band_upper: FloatArray
    pre_trend: PreTrend
    influence: FloatArray
    cluster: IntArray
    unit_cohort: FloatArray
    unit_weight: FloatArray
    units: int
    dropped: int
    control: str
    confidence: float


def did_2x2(
    before: ArrayLike,
    after: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    clusters: Labels | None = None,
    se: Literal["classic", "HC1", "HC3", "CR1S"] | None = None,
    confidence: float = 0.95,
) -> Regression:
    """Two groups, two periods: change of each unit, after [n] minus before [n], on treated [n] (0 or 1).

    Coefficients "(Intercept)" (change of the comparison) and "treated" (the effect). se defaults to CR1S with
    clusters and to HC3 otherwise; "classic" gives the textbook t test. Units complete on all (listwise).
    """
    b, a, d = vector(before, "before"), vector(after, "after"), vector(treated, "treated")
    same_length(before=b, after=a, treated=d)
    known = d[~np.isnan(d)]
    if not np.isin(known, (0.0, 1.0)).all():
        raise ValueError("treated must be 0 or 1")
    both = d[~np.isnan(a - b) & ~np.isnan(d)]
    if both.min(initial=1.0) == both.max(initial=0.0) or len(both) == 0:
        raise ValueError("both treated and comparison units with both periods are needed")
    kind = se or ("CR1S" if clusters is not None else "HC3")
    return ols(a - b, d, groups=clusters, weights=weights, se=kind, names=["treated"], confidence=confidence)


@dataclass(frozen=True)
class _Panel:
    y: FloatArray  # [units, periods]
    start: FloatArray  # period index of the start, inf when never
    weight: FloatArray
    cluster: IntArray
    periods: FloatArray
    dropped: int


def _panel(
    y: FloatArray, unit: IntArray, t: IntArray, periods: FloatArray, first: FloatArray, w: FloatArray, cluster: IntArray
) -> _Panel:
    """Balanced panel: units seen in every period; ValueError when a unit's facts change over its rows."""
    size, span = int(unit.max()) + 1, len(periods)
    cells, counts = np.unique(unit * span + t, return_counts=True)
    if counts.max() > 1:
        where = int(cells[np.argmax(counts)])
        raise ValueError(f"a unit has {int(counts.max())} rows in period {periods[where % span]:g}")
    wide = np.full((size, span), np.nan)
    wide[unit, t] = y
    row = np.zeros(size, dtype=np.int64)
    row[unit[::-1]] = np.arange(len(unit))[::-1]  # the first row of each unit
    for name, values in (("first_treated", first), ("clusters", cluster.astype(np.float64))):
        if (values != values[row][unit]).any():
            raise ValueError(f"{name} changes over the rows of a unit")
    whole = ~np.isnan(wide).any(axis=1)
    if not whole.any():
        raise ValueError("no unit is seen in every period")
    index = np.full(size, np.inf)
    finite = np.isfinite(first[row])
    # a start between two periods counts from the next one; after the last period it is never seen
    index[finite] = np.searchsorted(periods, first[row][finite], side="left")
    index[index >= span] = np.inf
    weight = w[row][whole]
    return _Panel(
        wide[whole],
        index[whole],
        weight / weight.mean(),
        recode(cluster[row][whole])[0],
        periods,
        size - int(whole.sum()),
    )


def _pair(panel: _Panel, g: float, t: int, base: int, control: BoolArray) -> tuple[float, FloatArray]:
    """ATT of cohort g at period t from the base period, and its influence function [units]."""
    change = panel.y[:, t] - panel.y[:, base]
    mine = panel.start == g
    influence = np.zeros(len(change))
    means = []
    for side, sign in ((mine, 1.0), (control, -1.0)):
        w = panel.weight * side
        share = w.mean()
        mean = float((w * change).mean() / share)
        influence += sign * w * (change - mean) / share
        means.append(mean)
    return means[0] - means[1], influence


def _by_cluster(influence: FloatArray, cluster: IntArray) -> FloatArray:
    """Influence summed in clusters, scaled so that rows are per cluster."""
    size = int(cluster.max()) + 1
    if size == len(cluster):
        return influence
    sums = np.stack([np.bincount(cluster, weights=c, minlength=size) for c in influence.T], axis=1)
    return np.asarray(sums * (size / len(cluster)))


def influence_errors(influence: FloatArray, cluster: IntArray) -> FloatArray:
    """Standard errors [K] from influence functions [units, K], clustered."""
    rows = _by_cluster(influence, cluster)
    return np.asarray(np.sqrt((rows**2).mean(axis=0) / len(rows)))


def critical_value(influence: FloatArray, cluster: IntArray, draws: int, confidence: float, seed: int) -> float:
    """Critical value of the largest |t| by the multiplier bootstrap (Mammen's two points); at least normal."""
    from scipy.special import ndtri

    plain = float(ndtri((1 + confidence) / 2))
    rows = _by_cluster(influence, cluster)
    se = np.sqrt((rows**2).mean(axis=0) / len(rows))
    rows, se = rows[:, se > 0], se[se > 0]
    if rows.shape[1] < 2:
        return plain
    rng = np.random.default_rng(seed)
    root = np.sqrt(5.0)
    largest = []
    block = max(1, 4_000_000 // len(rows))
    for start in range(0, draws, block):
        low = rng.random((min(block, draws - start), len(rows))) < (root + 1) / (2 * root)
        v = np.where(low, (1 - root) / 2, (1 + root) / 2)
        largest.append(np.abs(v @ rows / len(rows) / se).max(axis=1))
    return max(float(np.quantile(np.concatenate(largest), confidence)), plain)


def group_time_effects(
    y: ArrayLike,
    unit: Labels,
    period: ArrayLike,
    first_treated: ArrayLike,
    *,
    control: Literal["never", "not_yet"] = "never",
    weights: ArrayLike | None = None,
    clusters: Labels | None = None,
    draws: int = 1999,
    confidence: float = 0.95,
    seed: int = 0,
) -> GroupTimeEffects:
    """ATT(g, t) of every cohort and period from long data, all [rows].

    period is numeric; first_treated is the period a unit starts (NaN, infinity or 0: never), the same on all
    its rows. After the start the base is the last period before it; before the start each period is compared
    with the one before (varying base, as the R package did). control: units that never start, or those not
    started by t. weights are of units (the first row's). Units not seen in every period are left out and
    counted; units started in the first period cannot be used. clusters default to units. ValueError without
    treated or control units, or when facts of a unit change over rows.
    """
    check_confidence(confidence)
    if control not in ("never", "not_yet"):
        raise ValueError("control must be never or not_yet")
    yv, pv = vector(y, "y"), vector(period, "period")
    first = np.asarray(first_treated, dtype=np.float64)
    first = np.where(np.isnan(first) | (first == 0), np.inf, first)
    coded, _ = codes(unit, "unit")
    wv = np.ones(len(yv)) if weights is None else vector(weights, "weights")
    same_length(y=yv, unit=coded, period=pv, first_treated=first, weights=wv)
    cl = coded if clusters is None else codes(clusters, "clusters")[0]
    same_length(y=yv, clusters=cl)
    keep = ~np.isnan(yv) & ~np.isnan(pv) & ~np.isnan(wv) & (coded >= 0) & (cl >= 0)
    if not keep.any():
        raise ValueError("no complete row")
    if (wv[keep] <= 0).any():
        raise ValueError("weights must be positive")
    periods, t = np.unique(pv[keep], return_inverse=True)
    if len(periods) < 2:
        raise ValueError("at least two periods are needed")
    unit_codes, _ = recode(coded[keep])
    panel = _panel(yv[keep], unit_codes, t.astype(np.int64), periods, first[keep], wv[keep], cl[keep])
    early = panel.start == 0
    if early.any():
        panel = _Panel(
            panel.y[~early],
            panel.start[~early],
            panel.weight[~early] / panel.weight[~early].mean(),
            recode(panel.cluster[~early])[0],
            periods,
            panel.dropped + int(early.sum()),
        )
    cohorts = np.unique(panel.start[np.isfinite(panel.start)])
    if cohorts.size == 0:
        raise ValueError("no unit starts after the first period")
    never = np.isinf(panel.start)
    if control == "never" and not never.any():
        raise ValueError("no unit never starts; use control='not_yet'")
    found: list[tuple[float, int, float, FloatArray]] = []
    for g in cohorts:
        for p in range(1, len(periods)):
            base = int(g) - 1 if p >= g else p - 1
            against = never if control == "never" else (panel.start > max(p, base)) & (panel.start != g)
            if against.any():
                found.append((float(g), p, *_pair(panel, g, p, base, against)))
    if not found:
        raise ValueError("no cohort has a comparison: all units start together")
    g_index = np.array([f[0] for f in found])
    p_index = np.array([f[1] for f in found])
    att = np.array([f[2] for f in found])
    influence = np.stack([f[3] for f in found], axis=1)
    se = influence_errors(influence, panel.cluster)
    from scipy.special import ndtri

    z = float(ndtri((1 + confidence) / 2))
    wide = critical_value(influence, panel.cluster, draws, confidence, seed)
    event = (p_index - g_index).astype(np.int64)
    start = np.where(never, np.inf, periods[np.where(never, 0, panel.start).astype(np.int64)])
    return GroupTimeEffects(
        cohort=periods[g_index.astype(np.int64)],
        period=periods[p_index],
        event=event,
        cohort_units=np.array([int((panel.start == g).sum()) for g in g_index], dtype=np.int64),
        att=att,
        se=se,
        lower=att - z * se,
        upper=att + z * se,
        band_lower=att - wide * se,
        band_upper=att + wide * se,
        pre_trend=_pre_trend(att, influence, panel.cluster, event < 0),
        influence=influence,
        cluster=panel.cluster,
        unit_cohort=start,
        unit_weight=panel.weight,
        units=len(panel.y),
        dropped=panel.dropped,
        control=control,
        confidence=confidence,
    )


def _pre_trend(att: FloatArray, influence: FloatArray, cluster: IntArray, before: BoolArray) -> PreTrend:
    from scipy.special import chdtrc

    if not before.any():
        return PreTrend(float("nan"), 0, float("nan"))
    rows = _by_cluster(influence[:, before], cluster)
    cov = rows.T @ rows / len(rows) ** 2
    values, vectors = np.linalg.eigh(cov)
    kept = values > 1e-10 * values.max(initial=0.0)
    df = int(kept.sum())
    if df == 0:
        return PreTrend(float("nan"), 0, float("nan"))
    chisq = float(((vectors.T @ att[before])[kept] ** 2 / values[kept]).sum())
    return PreTrend(chisq, df, float(chdtrc(df, chisq)))
