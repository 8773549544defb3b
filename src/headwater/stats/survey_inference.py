"""Design-based tests and intervals for shares: difference of two groups, association in a table, jackknife."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from headwater.stats._arrays import FloatArray, group, level, present, same_length
from headwater.stats.intervals import Interval
from headwater.stats.survey import (
    SurveyDesign,
    SurveyEstimate,
    answers,
    score_covariance,
    survey_mean,
    survey_regression,
)

__all__ = [
    "SURVEY_PROPORTION_METHODS",
    "RaoScott",
    "SurveyTTest",
    "rao_scott_test",
    "survey_jackknife_mean",
    "survey_proportion_interval",
    "survey_t_test",
]


@dataclass(frozen=True)
class SurveyTTest:
    """Second group (in sorted order) less the first."""

    difference: float
    se: float
    t: float
    df: int
    p_value: float


@dataclass(frozen=True)
class RaoScott:
    """Test of independence of two labels with the second-order Rao-Scott correction."""

    f: float
    df_numerator: float
    df_denominator: float
    p_value: float
    chisq: float  # Pearson's, on shares scaled to the number of respondents, before correction
    mean_design_effect: float


def _expit_interval(m: SurveyEstimate, t: float, n: int, tail: float) -> tuple[float, float]:
    p = m.estimate
    half = t * m.se / (p * (1 - p))
    middle = special.logit(p)
    return float(special.expit(middle - half)), float(special.expit(middle + half))


def _likelihood(m: SurveyEstimate, t: float, n: int, tail: float) -> tuple[float, float]:
    """Where the deviance, divided by the design effect, rises to the squared t quantile."""
    p = m.estimate
    naive = p * (1 - p) / n
    # n / (n - 1) is the dispersion of the quasi-binomial fit, which R divides the deviance by.
    limit = t**2 * m.se**2 / naive * n / (n - 1)

    def excess(q: float) -> float:
        deviance = 2 * n * (special.xlogy(p, p / q) + special.xlogy(1 - p, (1 - p) / (1 - q)))
        return float(deviance - limit)

    edge = 1e-14
    return float(optimize.brentq(excess, edge, p)), float(optimize.brentq(excess, p, 1 - edge))


def _arcsine(m: SurveyEstimate, t: float, n: int, tail: float) -> tuple[float, float]:
    p = m.estimate
    middle, half = np.arcsin(np.sqrt(p)), t * m.se / (2 * np.sqrt(p * (1 - p)))
    low, high = max(middle - half, 0.0), min(middle + half, np.pi / 2)
    return float(np.sin(low) ** 2), float(np.sin(high) ** 2)


def _beta(m: SurveyEstimate, t: float, n: int, tail: float) -> tuple[float, float]:
    """Korn and Graubard (1998): Clopper-Pearson on an effective n corrected for degrees of freedom."""
    p = m.estimate
    effective = p * (1 - p) / m.se**2 * (float(special.stdtrit(n - 1, 1 - tail)) / t) ** 2
    lower = special.betaincinv(effective * p, effective * (1 - p) + 1, tail)
    upper = special.betaincinv(effective * p + 1, effective * (1 - p), 1 - tail)
    return float(lower), float(upper)


def _plain(m: SurveyEstimate, t: float, n: int, tail: float) -> tuple[float, float]:
    return m.estimate - t * m.se, m.estimate + t * m.se


SURVEY_PROPORTION_METHODS: dict[str, Callable[[SurveyEstimate, float, int, float], tuple[float, float]]] = {
    "logit": _expit_interval,
    "likelihood": _likelihood,
    "asin": _arcsine,
    "beta": _beta,
    "mean": _plain,
    "xlogit": _expit_interval,
}


def survey_proportion_interval(
    successes: npt.ArrayLike, design: SurveyDesign, *, method: str = "logit", confidence: float = 0.95
) -> Interval:
    """Interval for a weighted share under a design, as R's svyciprop.

    successes: (n,) of 1 and 0, NaN missing. method: `logit` (default), `likelihood`, `asin`, `beta` (Korn and Graubard
    1998), `mean`, or `xlogit` (the same as logit here).
    Raises ValueError for other values, an unknown method, or a share of 0 or 1, whose linearised error is 0.
    """
    tail = level(confidence)
    if method not in SURVEY_PROPORTION_METHODS:
        raise ValueError(f"unknown method {method!r}; choose one of {', '.join(SURVEY_PROPORTION_METHODS)}")
    x, there = answers(design, successes, "successes")
    if not np.isin(x, (0.0, 1.0)).all():
        raise ValueError("successes must be 1, 0 or NaN; recode the answers first")
    m = survey_mean(successes, design)
    if np.unique(x[there > 0]).size < 2:
        raise ValueError("everybody or nobody succeeds; use proportion_interval with the effective n")
    t = float(special.stdtrit(design.df, 1 - tail))
    lower, upper = SURVEY_PROPORTION_METHODS[method](m, t, int(there.sum()), tail)
    return Interval(np.float64(m.estimate), np.float64(lower), np.float64(upper))  # type: ignore[arg-type]


def survey_t_test(values: npt.ArrayLike, groups: npt.ArrayLike | Iterable[object], design: SurveyDesign) -> SurveyTTest:
    """Difference of the means of two groups under a design. Raises ValueError unless there are two groups."""
    labels, known = present(groups, "groups")
    same_length(labels, design.weights, "groups and weights")
    by = group(labels[known])
    if by.size != 2:
        raise ValueError(f"groups has {by.size} distinct labels; pass two")
    second = np.full(labels.size, np.nan)
    second[known] = by.codes
    fit = survey_regression(values, second, design)
    return SurveyTTest(float(fit.coef[1]), float(fit.se[1]), float(fit.t[1]), fit.df, float(fit.p_value[1]))


def rao_scott_test(
    rows: npt.ArrayLike | Iterable[object], columns: npt.ArrayLike | Iterable[object], design: SurveyDesign
) -> RaoScott:
    """Are two labels independent? Rao and Scott (1984), F with fractional degrees of freedom, as R's svychisq.

    rows, columns: (n,) labels; respondents missing either are outside the domain.
    Raises ValueError when either has one category.
    """
    first, known1 = present(rows, "rows")
    second, known2 = present(columns, "columns")
    same_length(first, design.weights, "rows and weights")
    same_length(second, design.weights, "columns and weights")
    use = known1 & known2
    if not use.any():
        raise ValueError("no respondent has both labels; check how they are aligned")
    a, b = group(first[use]), group(second[use])
    if a.size < 2 or b.size < 2:
        raise ValueError("rows or columns has one category; there is nothing to relate")
    cells = a.size * b.size
    inside = np.zeros((use.size, cells))
    inside[np.flatnonzero(use), a.codes * b.size + b.codes] = 1.0
    total = float((design.weights * use) @ np.ones(use.size))
    share = design.weights @ inside / total
    covariance = score_covariance(design, inside - np.where(use[:, None], share, 0.0)) / total**2
    n = int(use.sum())
    table = share.reshape(a.size, b.size)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    chisq = float(n * ((table - expected) ** 2 / expected).sum())
    delta = _design_effects(share, covariance, (a.size, b.size), n)
    trace, squared = float(np.trace(delta)), float(np.trace(delta @ delta))
    df1 = trace**2 / squared
    df2 = df1 * design.df
    f = chisq / trace
    return RaoScott(f, df1, df2, float(special.fdtrc(df1, df2, f)), chisq, trace / delta.shape[0])


def _design_effects(share: FloatArray, covariance: FloatArray, shape: tuple[int, int], n: int) -> FloatArray:
    """Generalised design effects of the interaction contrasts of a table."""
    r, c = shape
    row, column = np.divmod(np.arange(r * c), c)
    main = np.column_stack(
        [np.ones(r * c), *(row == i for i in range(1, r)), *(column == j for j in range(1, c))]
    ).astype(np.float64)
    pairs = [(row == i) & (column == j) for i in range(1, r) for j in range(1, c)]
    interaction = np.column_stack(pairs).astype(np.float64)
    contrast = interaction - main @ np.linalg.lstsq(main, interaction, rcond=None)[0]
    weight = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
    scaled = weight[:, None] * contrast
    simple = contrast.T @ scaled / n
    return np.asarray(np.linalg.solve(simple, scaled.T @ covariance @ scaled), dtype=np.float64)


def survey_jackknife_mean(values: npt.ArrayLike, design: SurveyDesign, *, confidence: float = 0.95) -> SurveyEstimate:
    """Weighted mean with the stratified delete-one-unit jackknife (JKn) instead of linearisation.

    Raises ValueError for raked or calibrated weights, which would have to be made anew for every replicate.
    """
    tail = level(confidence)
    if design.weighting is not None:
        raise ValueError("the jackknife takes sampling weights; use survey_mean for raked or calibrated ones")
    x, there = answers(design, values)
    units = int(design.clusters.max()) + 1
    stratum = np.zeros(units, dtype=np.int64)
    stratum[design.clusters] = design.strata
    n = np.bincount(stratum).astype(np.float64)
    w = design.weights * there
    by_unit = np.stack([np.bincount(design.clusters, weights=part, minlength=units) for part in (w * x, w)])
    by_stratum = np.stack([np.bincount(stratum, weights=part, minlength=n.size) for part in by_unit])
    grow = n / (n - 1)
    # Without unit u its stratum's other units stand in for it; all other strata stay as they are.
    left = by_unit.sum(axis=1)[:, None] + ((grow - 1) * by_stratum)[:, stratum] - grow[stratum] * by_unit
    replicates = left[0] / left[1]
    scale = ((n - 1) / n * (1 - design.sampling_fraction))[stratum]
    variance = float(scale @ (replicates - replicates.mean()) ** 2)
    linear = survey_mean(values, design)
    half = float(special.stdtrit(design.df, 1 - tail)) * np.sqrt(variance)
    effect = linear.design_effect * variance / linear.se**2 if linear.se > 0 else np.nan
    value = linear.estimate
    return SurveyEstimate(
        value, float(np.sqrt(variance)), effect, design.df, float(value - half), float(value + half), linear.n
    )
