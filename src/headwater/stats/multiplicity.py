"""Many comparisons at once: adjusted p-values, flags, and every group against the rest.

A family is the set of tests read together. A flag needs both an adjusted p-value and a minimum effect, so that
large samples do not flag trifles.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    BoolArray,
    FloatArray,
    IntArray,
    Labels,
    codes,
    complete,
    group_means,
    group_sums,
    recode,
    same_length,
    vector,
)
from headwater.stats.differences import Difference, cohen_d, mean_difference

__all__ = ["Flags", "GroupsAgainstRest", "adjust_each", "adjust_p", "flag", "group_against_rest"]

Method = Literal["bh", "by", "holm", "bonferroni", "none"]


@dataclass(frozen=True)
class GroupsAgainstRest:
    """Every group against all other people: labels [G], difference [G] (group less rest, Welch) and Cohen's
    d [G]; NaN for groups of one person.
    """

    labels: tuple[Hashable, ...]
    difference: Difference
    d: FloatArray


@dataclass(frozen=True)
class Flags:
    """Flags of a family of tests, arrays [m]: adjusted p (NaN where the test was missing), whether each is
    flagged and its direction (-1, 0, 1); tests is the number that count in each family, by family label.
    """

    adjusted_p: FloatArray
    flagged: BoolArray
    direction: IntArray
    tests: dict[Hashable, int]
    method: str
    alpha: float
    minimum_effect: float


def _adjust(p: FloatArray, method: str) -> FloatArray:
    m = len(p)
    if m == 0 or method == "none":
        return p.copy()
    if method == "bonferroni":
        return np.minimum(1.0, m * p)
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, m + 1)
    sorted_p = p[order]
    if method == "holm":
        adjusted = np.maximum.accumulate((m - rank + 1) * sorted_p)
    else:
        factor = (1.0 / rank).sum() if method == "by" else 1.0
        adjusted = np.minimum.accumulate((factor * m / rank * sorted_p)[::-1])[::-1]
    out = np.empty(m)
    out[order] = np.minimum(1.0, adjusted)
    return out


def adjust_p(p: ArrayLike, method: Method = "bh") -> FloatArray:
    """Adjusted p-values [m] of one family, as R's p.adjust.

    bh: Benjamini and Hochberg (1995), false discovery rate; by: Benjamini and Yekutieli (2001), under any
    dependence; holm (1979) and bonferroni: family-wise error. NaN is no test: it is left out of the count and
    stays NaN. ValueError for a p outside 0 to 1 or an unknown method.
    """
    if method not in ("bh", "by", "holm", "bonferroni", "none"):
        raise ValueError(f"unknown method {method!r}: use bh, by, holm, bonferroni or none")
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError("p must have one dimension: one family")
    known = ~np.isnan(values)
    if ((values[known] < 0) | (values[known] > 1)).any():
        raise ValueError("a p-value lies outside 0 to 1")
    out = np.full(values.shape, np.nan)
    out[known] = _adjust(values[known], method)
    return out


def adjust_each(p: FloatArray, family: IntArray) -> FloatArray:
    """Adjusted p-values [m] by Benjamini and Hochberg, as `adjust_p` gives them for each of many families at once.

    family: int64[m]. NaN is no test. ValueError for a p outside 0 to 1.
    """
    out = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise ValueError("a p-value lies outside 0 to 1")
    if len(known) == 0:
        return out
    order = known[np.lexsort((p[known], family[known]))]
    of = family[order]
    starts = np.flatnonzero(np.diff(of, prepend=of[0] - 1))
    sizes = np.diff(np.append(starts, len(order)))
    number = np.repeat(np.arange(len(starts)), sizes)
    rank = np.arange(1, len(order) + 1) - np.repeat(starts, sizes)
    raw = 1.0 * sizes[number] / rank * p[order]
    # The least of a family from here on: places in order of size, those of a later family behind all of an earlier one.
    by_size = np.argsort(raw, kind="stable")
    place = np.empty(len(raw), np.int64)
    place[by_size] = np.arange(len(raw))
    least = np.minimum.accumulate((place + number * len(raw))[::-1])[::-1] % len(raw)
    out[order] = np.minimum(1.0, raw[by_size[least]])
    return out


def flag(
    p: ArrayLike,
    effect: ArrayLike,
    *,
    minimum_effect: float,
    alpha: float = 0.05,
    method: Method = "bh",
    family: Labels | None = None,
) -> Flags:
    """Flag tests that are both surprising and large: adjusted p < alpha and |effect| >= minimum_effect.

    p and effect are [m], on the effect's own scale (points, or Cohen's d). family [m] labels the family of each
    test (one family when None); p-values are adjusted inside each. Tests of a unit and of its parent share
    answers: use method "by" when they stand in one family.
    """
    pv, ev = np.asarray(p, dtype=np.float64), np.asarray(effect, dtype=np.float64)
    if pv.ndim != 1 or pv.shape != ev.shape:
        raise ValueError(f"p and effect must be vectors of one length, got {pv.shape} and {ev.shape}")
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    if not minimum_effect >= 0:
        raise ValueError("minimum_effect must not be negative")
    coded, labels = (np.zeros(len(pv), dtype=np.int64), np.array(["all"])) if family is None else codes(family)
    same_length(p=pv, family=coded)
    if (coded < 0).any():
        raise ValueError("a test has no family")
    adjusted = np.full(len(pv), np.nan)
    tests: dict[Hashable, int] = {}
    for code, label in enumerate(labels.tolist()):
        mine = coded == code
        adjusted[mine] = adjust_p(pv[mine], method)
        tests[label] = int((~np.isnan(pv[mine])).sum())
    # NaN compares false: a missing test or effect is never flagged
    flagged = (adjusted < alpha) & (np.abs(ev) >= minimum_effect)
    direction = np.where(flagged, np.sign(np.nan_to_num(ev)), 0).astype(np.int64)
    return Flags(adjusted, flagged, direction, tests, method, alpha, minimum_effect)


def group_against_rest(values: ArrayLike, groups: Labels, *, confidence: float = 0.95) -> GroupsAgainstRest:
    """Every group against all other people, never against a whole that contains it.

    values [n] (NaN missing), groups [n]. ValueError below two groups.
    """
    v = vector(values, "values")
    coded, labels = codes(groups)
    same_length(values=v, groups=coded)
    keep = complete(v, coded)
    v = v[keep]
    coded, old = recode(coded[keep])
    size = len(old)
    if size < 2:
        raise ValueError("at least two groups are needed")
    n = np.bincount(coded).astype(np.float64)
    centre = v.mean()
    mean = group_means(v - centre, coded, size)
    ss = group_sums((v - centre - mean[coded]) ** 2, coded, size)
    rest_n = n.sum() - n
    rest_mean = ((v - centre).sum() - n * mean) / rest_n
    rest_ss = np.clip(((v - centre) ** 2).sum() - ss - n * mean**2 - rest_n * rest_mean**2, 0.0, None)
    sd = np.sqrt(ss / np.maximum(n - 1, 1))
    rest_sd = np.sqrt(rest_ss / np.maximum(rest_n - 1, 1))
    test = mean_difference(mean, sd, n, rest_mean, rest_sd, rest_n, confidence=confidence)
    return GroupsAgainstRest(tuple(labels[old].tolist()), test, cohen_d(mean, sd, n, rest_mean, rest_sd, rest_n))
