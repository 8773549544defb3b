"""Agreement of a few raters who rate the same subjects: ICC(2,1), ICC(2,k), Krippendorff's alpha, exact agreement.

Ratings are (n, m): a row a subject, a column a rater, NaN where a rater did not rate. The subjects are all that there
are, so intervals treat them as a sample of what the same raters would have been asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from headwater.stats._arrays import FloatArray, level, matrix

__all__ = [
    "KRIPPENDORFF_LEVELS",
    "KrippendorffAlpha",
    "PairAgreement",
    "RaterIcc",
    "krippendorff_alpha",
    "pair_agreement",
    "rater_icc",
]

KRIPPENDORFF_LEVELS = ("nominal", "ordinal", "interval")
"""How far two different values lie apart."""


@dataclass(frozen=True)
class RaterIcc:
    """Two-way random effects, absolute agreement: of one rater, and of the mean of all of them."""

    n: int  # subjects that all raters rated
    raters: int
    ms_subjects: float
    ms_raters: float
    ms_error: float
    single: float  # ICC(2,1), ICC(A,1) in McGraw and Wong
    single_low: float
    single_high: float
    average: float  # ICC(2,k), ICC(A,k)
    average_low: float
    average_high: float
    confidence: float


@dataclass(frozen=True)
class KrippendorffAlpha:
    """Krippendorff's alpha with a bootstrap interval over subjects; NaN bounds where too few subjects vary."""

    alpha: float
    low: float
    high: float
    subjects: int  # rated by two raters or more
    ratings: int  # that can be paired
    replicates: int  # with a defined alpha
    confidence: float


@dataclass(frozen=True)
class PairAgreement:
    """Shares of all pairs of ratings of one subject: the same, and at most one apart; NaN without a pair."""

    pairs: int
    exact: float
    within_one: float


def rater_icc(ratings: npt.ArrayLike, *, confidence: float = 0.95) -> RaterIcc:
    """ICC(2,1) and ICC(2,k) of (n, m) ratings (Shrout and Fleiss 1979; intervals: McGraw and Wong 1996, table 7).

    Subjects that a rater left out are left out. Raters who differ by a constant lower it: it is absolute agreement.
    NaN where subjects differ so little, against raters and error, that a value or bound is not defined.
    Raises ValueError for fewer than two such subjects or two raters, and where the ratings never vary.
    """
    x = matrix(ratings, "ratings", min_columns=2)
    x = x[~np.isnan(x).any(axis=1)]
    n, m = x.shape
    if n < 2:
        raise ValueError("fewer than two subjects are rated by everybody")
    grand = x.mean()
    rows, columns = x.mean(axis=1), x.mean(axis=0)
    error = float(((x - rows[:, None] - columns[None, :] + grand) ** 2).sum())
    msr = float(m * ((rows - grand) ** 2).sum() / (n - 1))
    msc = float(n * ((columns - grand) ** 2).sum() / (m - 1))
    mse = error / ((n - 1) * (m - 1))
    if msr + msc + mse <= 1e-25 * max(float((x**2).sum()), 1e-300):
        raise ValueError("ratings never vary; there is nothing to compare")
    single = _ratio(msr - mse, msr + (m - 1) * mse + m * (msc - mse) / n)
    average = _ratio(msr - mse, msr + (msc - mse) / n)
    low, high = _icc_bounds(n, m, (msr, msc, mse), single, level(confidence))
    return RaterIcc(
        n, m, msr, msc, mse, single, low, high, average, _stepped_up(low, m), _stepped_up(high, m), confidence
    )


def _icc_bounds(n: int, m: int, squares: tuple[float, float, float], single: float, tail: float) -> tuple[float, float]:
    msr, msc, mse = squares
    if mse <= 0 and msc <= 0:
        return 1.0, 1.0
    if np.isnan(single) or (mse <= 0 and msr <= 0):
        return float("nan"), float("nan")
    a = m * single / (n * (1 - single))
    b = 1 + m * single * (n - 1) / (n * (1 - single))
    variance = (a * msc) ** 2 / (m - 1) + (b * mse) ** 2 / ((n - 1) * (m - 1))
    if variance <= 0:
        return float("nan"), float("nan")
    df = (a * msc + b * mse) ** 2 / variance
    upper, lower = float(stats.f.isf(tail, n - 1, df)), float(stats.f.isf(tail, df, n - 1))
    spread = m * msc + (m * n - m - n) * mse
    return (
        _ratio(n * (msr - upper * mse), upper * spread + n * msr),
        _ratio(n * (lower * msr - mse), spread + n * lower * msr),
    )


def _stepped_up(single: float, m: int) -> float:
    """Spearman and Brown, of m raters."""
    return _ratio(m * single, 1 + (m - 1) * single)


def _ratio(top: float, bottom: float) -> float:
    """A ratio of mean squares, NaN where what it is measured against is nothing or less."""
    return top / bottom if bottom > 0 else float("nan")


def krippendorff_alpha(
    ratings: npt.ArrayLike,
    *,
    kind: str = "ordinal",
    replicates: int = 1_000,
    seed: int = 1,
    confidence: float = 0.95,
) -> KrippendorffAlpha:
    """Krippendorff's alpha of (n, m) ratings, with blanks (Krippendorff 2011), and its percentile bootstrap interval.

    kind: one of KRIPPENDORFF_LEVELS. Subjects are drawn anew, `replicates` times from `seed`; none gives no interval.
    The interval is for subjects that are alike independent; with few of them it is rough.
    Raises ValueError for another kind, and where fewer than two ratings can be paired or the ratings never vary.
    """
    if kind not in KRIPPENDORFF_LEVELS:
        raise ValueError(f"kind: one of {', '.join(KRIPPENDORFF_LEVELS)}, not {kind!r}")
    x = matrix(ratings, "ratings", min_columns=2)
    x = x[(~np.isnan(x)).sum(axis=1) >= 2]
    if not len(x):
        raise ValueError("no subject is rated by two raters")
    values, codes = np.unique(x, return_inverse=True)
    values = values[~np.isnan(values)]
    codes = codes.reshape(x.shape)
    counts = (codes[:, :, None] == np.arange(len(values))).sum(axis=1).astype(np.float64)  # (n, values)
    alpha = float(_alpha(counts, values, kind))
    if np.isnan(alpha):
        raise ValueError("ratings never vary; there is nothing to compare")
    drawn = np.random.default_rng(seed).integers(0, len(counts), (replicates, len(counts)))
    found = np.array([_alpha(counts[rows], values, kind) for rows in drawn])
    found = found[~np.isnan(found)]
    tail = 100 * level(confidence)
    low, high = (np.nan, np.nan) if len(found) < 2 else np.percentile(found, [tail, 100 - tail])
    return KrippendorffAlpha(alpha, float(low), float(high), len(counts), int(counts.sum()), len(found), confidence)


def _alpha(counts: FloatArray, values: FloatArray, kind: str) -> float:
    """counts: (n, values), ratings of each subject by value, two or more in each row. NaN where nothing varies."""
    per_subject = counts.sum(axis=1)
    scaled = counts / (per_subject - 1)[:, None]
    observed = counts.T @ scaled - np.diag(scaled.sum(axis=0))  # coincidences, (values, values)
    margins = observed.sum(axis=1)
    total = margins.sum()
    apart = _apart(margins, values, kind)
    expected = float((np.outer(margins, margins) * apart).sum())
    return float("nan") if expected <= 0 else 1 - (total - 1) * float((observed * apart).sum()) / expected


def _apart(margins: FloatArray, values: FloatArray, kind: str) -> FloatArray:
    """Squared distances of values, (values, values)."""
    if kind == "nominal":
        return 1.0 - np.eye(len(values))
    # On ordinal scales a value stands at the middle of those who share it.
    places = values if kind == "interval" else np.cumsum(margins) - margins / 2
    square: FloatArray = (places[:, None] - places[None, :]) ** 2
    return square


def pair_agreement(ratings: npt.ArrayLike) -> PairAgreement:
    """Shares of pairs of raters that give a subject the same rating, and one at most one apart, of (n, m) ratings."""
    x = matrix(ratings, "ratings", min_columns=2)
    first, second = np.triu_indices(x.shape[1], 1)
    gaps = np.abs(x[:, first] - x[:, second])
    gaps = gaps[~np.isnan(gaps)]
    if not len(gaps):
        return PairAgreement(0, float("nan"), float("nan"))
    return PairAgreement(len(gaps), float((gaps == 0).mean()), float((gaps <= 1).mean()))
