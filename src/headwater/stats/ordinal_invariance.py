"""Whether questions with few answers to choose from are as easily agreed with in several groups.

Answers of two to four points bend towards their ends, so their means and covariances follow no straight line. People
with the same sum over the scale are compared instead, answer by answer: Mantel's test (1963), of which Mantel and
Haenszel's is the case of two answers. The sum holds the question itself; a question that stands apart leaves the sum
of the others. Only ease is judged, not whether a question tells more of the scale in one group than in another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headwater.stats._coerce import FloatArray, IntArray
from headwater.stats.invariance import QuestionDifference, RungFit, Sameness
from headwater.stats.multiplicity import adjust_p

__all__ = ["Counted", "judge_ease"]

LARGE = 0.25
"""Differences of so many standard deviations of the question count: category C of Zwick, Thayer and Mazzeo (1997)."""


@dataclass(frozen=True)
class Counted:
    """One scale in G groups: people int64[G, P] by way to answer, answers float64[P, p] of each way."""

    people: IntArray
    answers: FloatArray


@dataclass(frozen=True)
class _Ease:
    """The difference of one question in one group from all others: chi-square of one degree, points, of its SD."""

    group: int
    item: int
    chisq: float
    shift: float
    size: float


def judge_ease(counted: Sequence[Counted], *, alpha: float = 0.05) -> tuple[Sameness, ...]:
    """Judge comparisons as one family by Benjamini and Hochberg; rungs hold the p of a comparison alone, last.

    ValueError for fewer than two groups or items.
    """
    for one in counted:
        if one.people.shape[0] < 2 or one.answers.shape[1] < 2:
            raise ValueError("a comparison needs two groups and two items")
    first = [_eases(one, frozenset()) for one in counted]
    p = np.array([_least_p(found) for found in first])
    adjusted = adjust_p(p) if len(p) else p
    return tuple(
        _judged(one, found, float(own), float(over_all), alpha)
        for one, found, own, over_all in zip(counted, first, p, adjusted, strict=True)
    )


def _judged(one: Counted, found: list[_Ease], p: float, adjusted: float, alpha: float) -> Sameness:
    unknown = float("nan")
    rungs = (RungFit(unknown, 0, unknown), RungFit(unknown, 0, unknown), RungFit(unknown, 0, unknown, p, adjusted))
    if np.isnan(p):
        return Sameness("unsettled", rungs, unknown)
    apart: list[_Ease] = []
    most = max(one.answers.shape[1] - 2, 1)
    while adjusted <= alpha and len({each.item for each in apart}) < most:
        named = {(each.group, each.item) for each in apart}
        clear = [
            each
            for each in found
            if (each.group, each.item) not in named and each.size >= LARGE and _tail(each.chisq) * len(found) <= alpha
        ]
        if not clear:
            break
        apart.append(max(clear, key=lambda each: each.chisq))
        found = _eases(one, frozenset((each.group, each.item) for each in apart))
    # The last sums hold none of the questions that stand apart but the one looked at: sizes are taken from these.
    named = {(each.group, each.item) for each in apart}
    sized = [
        QuestionDifference(each.group, each.item, each.size, each.shift, is_weight=False)
        for each in found
        if (each.group, each.item) in named and each.size >= LARGE
    ]
    if not sized:
        return Sameness("same", rungs, unknown)
    return Sameness("differs", rungs, unknown, tuple(sorted(sized, key=lambda each: -each.dmacs)))


def _least_p(found: Sequence[_Ease]) -> float:
    return min(1.0, min(_tail(each.chisq) for each in found) * len(found)) if found else float("nan")


def _tail(chisq: float) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(1, chisq))


def _eases(one: Counted, apart: frozenset[tuple[int, int]]) -> list[_Ease]:
    """Return the difference of every question in every group from the others; of two groups, in the smaller.

    apart: group and question of those found so far. They leave the sums, and no other group is held against them.
    """
    groups, items = one.people.shape[0], one.answers.shape[1]
    focal = range(groups) if groups > 2 else [int(np.argmin(one.people.sum(axis=1)))]
    everybody = one.people.sum(axis=0).astype(np.float64)
    odd = {item for _group, item in apart}
    found = []
    for item in range(items):
        kept = [at for at in range(items) if at == item or at not in odd]
        if len(kept) < 2:
            continue
        _, stratum = np.unique(one.answers[:, kept].sum(axis=1), return_inverse=True)
        stratum, y = stratum.reshape(-1), one.answers[:, item]
        mean = (everybody @ y) / everybody.sum()
        spread = float(np.sqrt(everybody @ (y - mean) ** 2 / everybody.sum()))
        if spread <= 0:
            continue
        sums = np.stack(
            [[np.bincount(stratum, own * y**power) for power in (0, 1, 2)] for own in one.people.astype(np.float64)]
        )
        for group in focal:
            others = [at for at in range(groups) if at != group and (at, item) not in apart]
            if not others:
                continue
            own_n, own, _own_squares = sums[group]
            rest_n, rest, _rest_squares = sums[others].sum(axis=0)
            n, total, squares = sums[[group, *others]].sum(axis=0)
            use = (own_n > 0) & (rest_n > 0)
            if not use.any():
                continue
            gap = own[use] / own_n[use] - rest[use] / rest_n[use]
            difference = float((own_n[use] * gap).sum() / own_n[use].sum())
            expected = own_n[use] * total[use] / n[use]
            variance = own_n[use] * rest_n[use] / (n[use] ** 2 * np.maximum(n[use] - 1, 1))
            variance = float((variance * (n[use] * squares[use] - total[use] ** 2)).sum())
            if variance <= 0:
                continue
            chisq = float((own[use] - expected).sum()) ** 2 / variance
            # A question is part of the sum it is held against, which takes its part of the difference away.
            shift = difference * len(kept) / (len(kept) - 1)
            found.append(_Ease(group, item, chisq, shift, abs(shift) / spread))
    return found
