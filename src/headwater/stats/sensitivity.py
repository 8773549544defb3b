"""What would overturn an association: robustness values, E-values, and correlation intervals and tests.

Cinelli and Hazlett (2020) for partial R2 robustness; VanderWeele and Ding (2017) for E-values.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, exp, log, sqrt, tanh

from headwater.stats._coerce import check_confidence

__all__ = [
    "Correlation",
    "CorrelationDifference",
    "Robustness",
    "compare_dependent_correlations",
    "compare_independent_correlations",
    "correlation_interval",
    "disattenuate",
    "e_value",
    "robustness_value",
]


@dataclass(frozen=True)
class Correlation:
    """A correlation with its interval; n is the number of independent units behind it."""

    r: float
    lower: float
    upper: float
    n: float
    confidence: float


@dataclass(frozen=True)
class CorrelationDifference:
    """Difference of two correlations (first minus second), z test, two-sided p and interval."""

    difference: float
    z: float
    p: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Robustness:
    """How strong an unmeasured cause must be to overturn a regression coefficient.

    partial_r2: share of the outcome's residual variance the predictor explains. value: share of the residual
    variance of both predictor and outcome that a confounder must explain to reduce the coefficient by the
    fraction q; value_significance: to make it insignificant at alpha. 0 is fragile, 1 is unbreakable.
    """

    partial_r2: float
    value: float
    value_significance: float
    q: float
    alpha: float


def _z(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + check_confidence(confidence)) / 2))


def _check_r(*values: float) -> None:
    for r in values:
        if not -1 <= r <= 1:
            raise ValueError(f"a correlation must lie in -1 to 1, got {r}")


def correlation_interval(r: float, n: float, *, confidence: float = 0.95) -> Correlation:
    """Fisher-z interval of a correlation over n independent units. ValueError when n is 3 or less."""
    _check_r(r)
    if not n > 3:
        raise ValueError("more than three units are needed")
    if abs(r) == 1:
        return Correlation(r, r, r, n, confidence)
    half = _z(confidence) / sqrt(n - 3)
    return Correlation(r, tanh(atanh(r) - half), tanh(atanh(r) + half), n, confidence)


def compare_independent_correlations(
    r1: float, n1: float, r2: float, n2: float, *, confidence: float = 0.95
) -> CorrelationDifference:
    """Two correlations from different people: Fisher's z test, interval by Zou (2007). ValueError for n <= 3."""
    first, second = (
        correlation_interval(r1, n1, confidence=confidence),
        correlation_interval(r2, n2, confidence=confidence),
    )
    _check_open(r1, r2)
    z = (atanh(r1) - atanh(r2)) / sqrt(1 / (n1 - 3) + 1 / (n2 - 3))
    gap = r1 - r2
    lower = gap - sqrt((r1 - first.lower) ** 2 + (second.upper - r2) ** 2)
    upper = gap + sqrt((first.upper - r1) ** 2 + (r2 - second.lower) ** 2)
    return CorrelationDifference(gap, z, _two_sided(z), lower, upper)


def compare_dependent_correlations(
    r_xy: float, r_zy: float, r_xz: float, n: float, *, confidence: float = 0.95
) -> CorrelationDifference:
    """Two correlations with the same outcome y from the same units: r(x, y) minus r(z, y).

    z test of Meng, Rosenthal and Rubin (1992), interval by Zou (2007). ValueError when the three correlations
    cannot hold together.
    """
    _check_r(r_xy, r_zy, r_xz)
    _check_open(r_xy, r_zy)
    determinant = 1 + 2 * r_xy * r_zy * r_xz - r_xy**2 - r_zy**2 - r_xz**2
    if determinant < -1e-10:
        raise ValueError("the three correlations cannot hold together")
    if abs(r_xz) == 1:
        raise ValueError("x and z are the same variable")
    first, second = (
        correlation_interval(r_xy, n, confidence=confidence),
        correlation_interval(r_zy, n, confidence=confidence),
    )
    mean_square = (r_xy**2 + r_zy**2) / 2
    f = min((1 - r_xz) / (2 * (1 - mean_square)), 1.0)
    h = (1 - f * mean_square) / (1 - mean_square)
    z = (atanh(r_xy) - atanh(r_zy)) * sqrt((n - 3) / (2 * (1 - r_xz) * h))
    shared = ((r_xz - r_xy * r_zy / 2) * (1 - r_xy**2 - r_zy**2 - r_xz**2) + r_xz**3) / ((1 - r_xy**2) * (1 - r_zy**2))
    gap = r_xy - r_zy

    def half(a: float, b: float) -> float:
        return sqrt(max(a**2 + b**2 - 2 * shared * a * b, 0.0))

    lower = gap - half(r_xy - first.lower, second.upper - r_zy)
    upper = gap + half(first.upper - r_xy, r_zy - second.lower)
    return CorrelationDifference(gap, z, _two_sided(z), lower, upper)


def _check_open(*values: float) -> None:
    if any(abs(r) == 1 for r in values):
        raise ValueError("a correlation of exactly 1 cannot be compared")


def _two_sided(z: float) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def disattenuate(
    r: float,
    reliability_x: float,
    reliability_y: float,
    *,
    n: float,
    se_reliability_x: float = 0.0,
    se_reliability_y: float = 0.0,
    confidence: float = 0.95,
) -> Correlation:
    """Correlation corrected for unreliability (Spearman 1904): r / sqrt(rel_x rel_y), with its interval.

    The interval is by the delta method on r (variance (1 - r^2)^2 / (n - 3)) and, when their standard errors
    are given, on both reliabilities. Values beyond 1 are kept: they say the reliabilities are too low for r.
    ValueError for a reliability outside (0, 1].
    """
    _check_r(r)
    for name, rel in (("reliability_x", reliability_x), ("reliability_y", reliability_y)):
        if not 0 < rel <= 1:
            raise ValueError(f"{name} must lie in (0, 1], got {rel}")
    if not n > 3:
        raise ValueError("more than three units are needed")
    if se_reliability_x < 0 or se_reliability_y < 0:
        raise ValueError("a standard error is negative")
    scale = sqrt(reliability_x * reliability_y)
    corrected = r / scale
    variance = (1 - r**2) ** 2 / (n - 3) / scale**2
    variance += corrected**2 / 4 * ((se_reliability_x / reliability_x) ** 2 + (se_reliability_y / reliability_y) ** 2)
    half = _z(confidence) * sqrt(variance)
    return Correlation(corrected, corrected - half, corrected + half, n, confidence)


def robustness_value(t: float, df: float, *, q: float = 1.0, alpha: float = 0.05) -> Robustness:
    """Robustness of a regression coefficient from its t statistic and residual degrees of freedom.

    q is the fraction of the estimate to be explained away (1 brings it to zero), as sensemakr's
    robustness_value. ValueError for df below 2 or q not positive.
    """
    from scipy.special import stdtrit

    if not df > 1:
        raise ValueError("df must exceed 1")
    if not q > 0:
        raise ValueError("q must be positive")
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    f = abs(t) / sqrt(df)

    def value(strength: float) -> float:
        return (sqrt(strength**4 + 4 * strength**2) - strength**2) / 2 if strength > 0 else 0.0

    critical = abs(float(stdtrit(df - 1, alpha / 2))) / sqrt(df - 1)
    strength = q * f - critical
    significance = value(strength)
    if strength > 0 and q * f > 1 / critical:
        # beyond this strength the confounder's loss of df binds (Cinelli and Hazlett, extreme case)
        significance = (q**2 * f**2 - critical**2) / (1 + q**2 * f**2)
    return Robustness(t**2 / (t**2 + df), value(q * f), significance, q, alpha)


def e_value(estimate: float, *, scale: str = "d", limit: float | None = None) -> tuple[float, float | None]:
    """E-value of an estimate and of the interval limit nearer to no effect (VanderWeele and Ding 2017).

    The least risk ratio that an unmeasured cause must have with both predictor and outcome to explain the
    estimate away. scale "rr": a risk ratio; "d": a standardised difference, by RR = exp(0.91 d); "r": a
    correlation, by d = 2 r / sqrt(1 - r^2). limit is on the same scale; an interval that holds no effect gives 1.
    """

    def ratio(x: float) -> float:
        if scale == "rr":
            if x <= 0:
                raise ValueError("a risk ratio must be positive")
            return x
        if scale == "r":
            _check_r(x)
            _check_open(x)
            x = 2 * x / sqrt(1 - x**2)
        elif scale != "d":
            raise ValueError("scale must be rr, d or r")
        return exp(0.91 * x)

    def value(rr: float) -> float:
        rr = max(rr, 1 / rr)
        return rr + sqrt(rr * (rr - 1))

    point = ratio(estimate)
    if limit is None:
        return value(point), None
    bound = ratio(limit)
    crosses = log(point) * log(bound) <= 0
    return value(point), 1.0 if crosses else value(bound)
