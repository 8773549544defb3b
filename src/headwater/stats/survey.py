"""Design-based estimates: means, totals, ratios, domains and regressions with strata, clusters and known totals.

Standard errors are linearised, with finite population corrections where population sizes are given, and take raking,
post-stratification or calibration into account. They agree with the R package survey.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from headwater.stats._arrays import (
    AnyArray,
    FloatArray,
    Grouping,
    IntArray,
    group,
    level,
    matrix,
    present,
    same_length,
    vector,
)
from headwater.stats.weights import Weighting

__all__ = [
    "DomainEstimates",
    "SurveyDesign",
    "SurveyEstimate",
    "SurveyRegression",
    "survey_design",
    "survey_domain_means",
    "survey_mean",
    "survey_quantile",
    "survey_ratio",
    "survey_regression",
    "survey_total",
]

RAKING_ROUNDS = 10
"""Rounds of residuals over the raking margins, as the R package survey takes."""


@dataclass(frozen=True)
class SurveyDesign:
    """How n respondents were drawn and weighted."""

    weights: FloatArray  # (n,)
    strata: IntArray  # (n,), codes; one stratum when none was given
    clusters: IntArray  # (n,), codes of first-stage units, distinct between strata
    sampling_fraction: FloatArray  # (n_strata,), 0 without population sizes
    weighting: Weighting | None

    @property
    def df(self) -> int:
        """Degrees of freedom: first-stage units less strata."""
        return int(self.clusters.max() - self.strata.max())


@dataclass(frozen=True)
class SurveyEstimate:
    """One estimate with a Student t interval."""

    estimate: float
    se: float
    design_effect: float  # variance over that of a simple random sample without replacement; NaN for totals and ratios
    df: int
    lower: float
    upper: float
    n: int


@dataclass(frozen=True)
class DomainEstimates:
    """Means of D domains, in sorted order of their labels."""

    domains: AnyArray  # (D,)
    n: FloatArray  # (D,)
    estimate: FloatArray  # (D,)
    se: FloatArray  # (D,)
    covariance: FloatArray  # (D, D)


@dataclass(frozen=True)
class SurveyRegression:
    """Design-based linear regression; p coefficients, the intercept first."""

    coef: FloatArray  # (p,)
    se: FloatArray  # (p,)
    covariance: FloatArray  # (p, p)
    df: int  # design df + 1 - p
    t: FloatArray  # (p,)
    p_value: FloatArray  # (p,)


def survey_design(
    weights: npt.ArrayLike | Weighting,
    *,
    strata: npt.ArrayLike | Iterable[object] | None = None,
    clusters: npt.ArrayLike | Iterable[object] | None = None,
    population: npt.ArrayLike | None = None,
) -> SurveyDesign:
    """Describes a sample.

    weights: (n,) sampling weights, or the result of `rake`, `post_stratify` or `calibrate`; strata, clusters: (n,)
    labels (clusters count within strata); population: (n,) number of first-stage units in each respondent's stratum,
    for the finite population correction.
    Raises ValueError for weights not above 0 (calibrated ones may be), missing labels, a stratum with one first-stage
    unit, and population sizes that vary within a stratum or lie below the sample's.
    """
    weighting = weights if isinstance(weights, Weighting) else None
    w = weighting.weights if weighting is not None else vector(weights, "weights")  # type: ignore[arg-type]
    if np.isnan(w).any() or (weighting is None and (w <= 0).any()):
        raise ValueError("weights must be known and above 0; leave out respondents without one")
    by = _codes(strata, w, "strata")
    own = np.arange(w.size) if clusters is None else _codes(clusters, w, "clusters").codes
    _, unit = np.unique(np.column_stack([by.codes, own]), axis=0, return_inverse=True)
    unit = np.asarray(unit, dtype=np.int64).ravel()
    of_unit = np.zeros(int(unit.max()) + 1, dtype=np.int64)
    of_unit[unit] = by.codes
    units = np.bincount(of_unit, minlength=by.size).astype(np.float64)
    if (units < 2).any():
        lonely = by.labels[int(np.argmin(units))]
        raise ValueError(f"stratum {lonely!r} has one first-stage unit; merge it with another stratum")
    fraction = np.zeros(by.size)
    if population is not None:
        size = vector(population, "population")
        same_length(size, w, "population and weights")
        each = by.means(size)
        if np.isnan(size).any() or not np.allclose(each[by.codes], size):
            raise ValueError("population varies within a stratum or is missing; pass one size a stratum")
        if (each < units).any():
            raise ValueError("population is smaller than the sample of its stratum; pass the number of units in all")
        fraction = units / each
    return SurveyDesign(w, by.codes, unit, fraction, weighting)


def _codes(labels: npt.ArrayLike | Iterable[object] | None, w: FloatArray, name: str) -> Grouping:
    if labels is None:
        return Grouping(np.zeros(1), np.zeros(w.size, dtype=np.int64))
    array, known = present(labels, name)
    same_length(array, w, f"{name} and weights")
    if not known.all():
        raise ValueError(f"{name} has missing labels; give every respondent one")
    return group(array)


def _residual(scores: FloatArray, weighting: Weighting) -> FloatArray:
    """Scores per unit of weight, less what the known totals explain."""
    if weighting.auxiliaries is not None:
        root = np.sqrt(weighting.start)[:, None]
        q, _ = np.linalg.qr(weighting.auxiliaries * root)
        return np.asarray(scores - (q @ (q.T @ (scores * root))) / root, dtype=np.float64)
    if weighting.method == "post_stratify":
        by = Grouping(np.arange(int(weighting.margins[0].max()) + 1), weighting.margins[0])
        mean = by.sums(scores * weighting.start[:, None]) / by.sums(weighting.start)[:, None]
        return np.asarray(scores - mean[by.codes], dtype=np.float64)
    groups = [Grouping(np.arange(int(codes.max()) + 1), codes) for codes in weighting.margins]
    for _ in range(RAKING_ROUNDS):
        for by in groups:
            scores = scores - by.means(scores)[by.codes]
    return scores


def score_covariance(design: SurveyDesign, scores: FloatArray) -> FloatArray:
    """Covariance of sums of weight times score, scores (n, q); shape (q, q)."""
    if design.weighting is not None:
        scores = _residual(scores, design.weighting)
    weighted = scores * design.weights[:, None]
    units = Grouping(np.arange(int(design.clusters.max()) + 1), design.clusters)
    totals = units.sums(weighted)
    stratum = np.zeros(units.size, dtype=np.int64)
    stratum[design.clusters] = design.strata
    by = Grouping(np.arange(int(design.strata.max()) + 1), stratum)
    n = by.counts()
    factor = (n / (n - 1) * (1 - design.sampling_fraction))[stratum]
    dev = totals - by.means(totals)[stratum]
    return np.asarray(dev.T @ (factor[:, None] * dev), dtype=np.float64)


def answers(design: SurveyDesign, values: npt.ArrayLike, name: str = "values") -> tuple[FloatArray, FloatArray]:
    """Values with 0 for missing, and weights with 0 for missing: those who did not answer stay in the design."""
    x = vector(values, name)
    same_length(x, design.weights, f"{name} and weights")
    known = ~np.isnan(x)
    if not known.any():
        raise ValueError(f"{name} has no answers; pass at least one")
    return np.where(known, x, 0.0), np.where(known, 1.0, 0.0)


def _finish(
    design: SurveyDesign, value: float, variance: float, n: int, *, tail: float, deff: float = np.nan
) -> SurveyEstimate:
    se = float(np.sqrt(max(variance, 0.0)))
    half = float(special.stdtrit(design.df, 1 - tail)) * se
    return SurveyEstimate(value, se, deff, design.df, value - half, value + half, n)


def survey_mean(values: npt.ArrayLike, design: SurveyDesign, *, confidence: float = 0.95) -> SurveyEstimate:
    """Weighted mean of `values` (n,) under a design; NaN is treated as outside the domain of those who answered."""
    tail = level(confidence)
    x, there = answers(design, values)
    w = design.weights * there
    total = float(w.sum())
    mean = float(w @ x) / total
    score = there * (x - mean) / total
    variance = float(score_covariance(design, score[:, None])[0, 0])
    n = int(there.sum())
    spread = n / (n - 1) * float(w @ (x - mean) ** 2) / total if n > 1 else np.nan
    simple = spread / n * (total - n) / total
    deff = variance / simple if simple > 0 else np.nan
    return _finish(design, mean, variance, n, tail=tail, deff=deff)


def survey_total(values: npt.ArrayLike, design: SurveyDesign, *, confidence: float = 0.95) -> SurveyEstimate:
    """Weighted total of `values` (n,) under a design."""
    tail = level(confidence)
    x, there = answers(design, values)
    variance = float(score_covariance(design, x[:, None])[0, 0])
    return _finish(design, float(design.weights @ x), variance, int(there.sum()), tail=tail)


def survey_ratio(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, design: SurveyDesign, *, confidence: float = 0.95
) -> SurveyEstimate:
    """Ratio of two weighted totals, over rows that have both. Raises ValueError when the denominator adds to 0."""
    tail = level(confidence)
    a, first = answers(design, numerator, "numerator")
    b, second = answers(design, denominator, "denominator")
    there = first * second
    bottom = float(design.weights @ (b * there))
    if bottom == 0:
        raise ValueError("denominator adds up to 0; the ratio does not exist")
    ratio = float(design.weights @ (a * there)) / bottom
    score = there * (a - ratio * b) / bottom
    variance = float(score_covariance(design, score[:, None])[0, 0])
    return _finish(design, ratio, variance, int(there.sum()), tail=tail)


def survey_domain_means(
    values: npt.ArrayLike, domains: npt.ArrayLike | Iterable[object], design: SurveyDesign
) -> DomainEstimates:
    """Means of `values` (n,) in each domain; domains may cross strata. Rows without a value or label are left out."""
    x, there = answers(design, values)
    labels, known = present(domains, "domains")
    same_length(labels, x, "domains and values")
    use = known & (there > 0)
    if not use.any():
        raise ValueError("no row has both a value and a domain; check how they are aligned")
    by = group(labels[use])
    inside = np.zeros((x.size, by.size))
    inside[np.flatnonzero(use), by.codes] = 1.0
    total = design.weights @ inside
    mean = (design.weights * x) @ inside / total
    covariance = score_covariance(design, inside * (x[:, None] - mean) / total)
    return DomainEstimates(by.labels, by.counts(), mean, np.sqrt(np.diag(covariance)), covariance)


def survey_regression(response: npt.ArrayLike, predictors: npt.ArrayLike, design: SurveyDesign) -> SurveyRegression:
    """Weighted least squares with design-based covariances, over complete rows.

    response: (n,); predictors: (n,) or (n, k) without the intercept, which is added first.
    Raises ValueError for predictors that repeat one another or too few rows.
    """
    y = vector(response, "response")
    x = np.column_stack([np.ones(y.size), matrix(predictors, "predictors")])
    same_length(y, design.weights, "response and weights")
    there = ~np.isnan(y) & ~np.isnan(x).any(axis=1)
    x, y = np.where(there[:, None], x, 0.0), np.where(there, y, 0.0)
    df = design.df + 1 - x.shape[1]
    if int(there.sum()) <= x.shape[1] or df < 1:
        raise ValueError(f"too few complete rows or first-stage units for {x.shape[1]} coefficients; use fewer")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("a predictor is constant or repeats others; leave it out")
    w = design.weights
    inverse = np.linalg.inv(x.T @ (w[:, None] * x))
    coef = inverse @ (x.T @ (w * y))
    scores = (x * (y - x @ coef)[:, None]) @ inverse
    covariance = score_covariance(design, np.asarray(scores, dtype=np.float64))
    se = np.sqrt(np.diag(covariance))
    t = coef / se
    p = 2 * special.stdtr(df, -np.abs(t))
    return SurveyRegression(
        coef=np.asarray(coef, dtype=np.float64),
        se=np.asarray(se, dtype=np.float64),
        covariance=covariance,
        df=df,
        t=np.asarray(t, dtype=np.float64),
        p_value=np.asarray(p, dtype=np.float64),
    )


def survey_quantile(values: npt.ArrayLike, design: SurveyDesign, shares: npt.ArrayLike) -> FloatArray:
    """Weighted quantiles: the smallest value whose weighted share reaches each of `shares`; shape of `shares`."""
    p = np.atleast_1d(np.asarray(shares, dtype=np.float64))
    if ((p <= 0) | (p >= 1)).any():
        raise ValueError("shares must lie between 0 and 1, such as (0.25, 0.5, 0.75)")
    x, there = answers(design, values)
    use = there > 0
    order = np.argsort(x[use], kind="stable")
    ordered, w = x[use][order], design.weights[use][order]
    reached = np.cumsum(w) / w.sum()
    place = np.searchsorted(reached, p - 1e-12 * (1 + p), side="left")
    return np.asarray(ordered[np.minimum(place, ordered.size - 1)], dtype=np.float64)
