"""Whether the questions of a scale mean the same in several groups, for many scales and ways of grouping at once.

Three models with one factor are compared by maximum likelihood: every group on its own, equal loadings (a question
tells as much of the scale in every group), equal intercepts too (it is as easily agreed with). Where a rung fails, the
question and the group whose freeing helps most are freed, until no question differs by more than a trifle (partial
invariance; Byrne, Shavelson and Muthen 1989). A failure must be clear and matter: p adjusted by Benjamini and Hochberg
over all rungs of all comparisons, and a loss of CFI (Cheung and Rensvold 2002) or a large dMACS (Nye and Drasgow 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.stats._coerce import FloatArray
from headwater.stats.multiplicity import adjust_p
from headwater.stats.one_factor import (
    Fitted,
    GroupMoments,
    Layout,
    derivatives,
    first_guess,
    fit,
    fit_alone,
    lay_out,
    reduced_information,
    shared_guess,
)
from headwater.stats.robust_differences import scaling_of

__all__ = ["Compared", "QuestionDifference", "RungFit", "Sameness", "judge_sameness"]

CFI_LOSS = 0.010
"""A rung that loses more CFI than this matters (Cheung and Rensvold 2002)."""

SMALL, MODERATE = 0.2, 0.4
"""dMACS from which a question differs at all, and from which it matters whatever CFI says (Nye and others 2019)."""

TRIFLE = 0.1
"""Expected changes of less than so many standard deviations of the question are not looked into."""

LEAST_CFI, MOST_SRMR = 0.90, 0.08
"""Four questions and more are one scale in the groups when its model fits at least so (Hu and Bentler 1999)."""

MOST_SEARCHED = 120
"""Comparisons in which the questions that differ are looked for, the worst first."""

MOST_NUMBERS = 2_000_000
"""Numbers of the matrices that are held at a time."""

Freed = frozenset[tuple[str, int, int]]
Answer = Literal["same", "differs", "loose", "unsettled"]


@dataclass(frozen=True)
class Compared:
    """Moments of one scale in G groups: n [G], mean [G, p], cov [G, p, p] with divisor n.

    fourth: [r, r] from `fourth_moments`, or None to take answers as normal and independent.
    """

    n: FloatArray
    mean: FloatArray
    cov: FloatArray
    fourth: FloatArray | None = None


@dataclass(frozen=True)
class RungFit:
    """One rung: chi-square, degrees of freedom, CFI; p of its difference from the rung below, scaled for answers that
    are not normal or share a team; NaN on the first. adjusted: p over the family.
    """

    chisq: float
    df: int
    cfi: float
    p: float = float("nan")
    adjusted: float = float("nan")


@dataclass(frozen=True)
class QuestionDifference:
    """One question in one group. dmacs: size of its difference in its standard deviations. shift: how much higher the
    group answers it than the other groups would at the same level of the scale, in points of the question. is_weight:
    whether its loading differs, too or alone.
    """

    group: int
    item: int
    dmacs: float
    shift: float
    is_weight: bool


@dataclass(frozen=True)
class Sameness:
    """What a comparison came to.

    answer: "same"; "differs"; "loose": the questions are no single scale within the groups, so nothing follows;
    "unsettled": a model did not converge. rungs: configural, metric, scalar. differences: by question and group, the
    largest first; empty where the answer is not "differs" or the question cannot be told. srmr: of the first rung.
    """

    answer: Answer
    rungs: tuple[RungFit, ...]
    srmr: float
    differences: tuple[QuestionDifference, ...] = ()


def judge_sameness(
    compared: Sequence[Compared], *, alpha: float = 0.05, most_searched: int = MOST_SEARCHED
) -> tuple[Sameness, ...]:
    """Judge comparisons as one family. Two items: only whether they are as easily agreed with can be judged.

    ValueError for fewer than two groups or items.
    """
    kinds: dict[tuple[int, int], list[int]] = {}
    for number, one in enumerate(compared):
        groups, items = one.mean.shape
        if groups < 2 or items < 2:
            raise ValueError("a comparison needs two groups and two items")
        kinds.setdefault((groups, items), []).append(number)
    ladders: list[_Ladder | None] = [None] * len(compared)
    for numbers in kinds.values():
        groups, items = compared[numbers[0]].mean.shape
        some = max(1, MOST_NUMBERS // (3 * items * groups) ** 2)
        for first in range(0, len(numbers), some):
            part = numbers[first : first + some]
            for number, ladder in zip(part, _climb([compared[at] for at in part]), strict=True):
                ladders[number] = ladder
    found = [one for one in ladders if one is not None]
    family = np.array([[rung.p for rung in one.rungs[1:]] for one in found]).reshape(-1)
    adjusted = adjust_p(family, method="bh").reshape(-1, 2) if len(family) else np.empty((0, 2))
    clear = [number for number in range(len(found)) if found[number].fits and np.nanmin(adjusted[number]) <= alpha]
    clear.sort(key=lambda number: found[number].rungs[2].cfi - found[number].rungs[0].cfi)
    searched = set(clear[:most_searched])
    return tuple(
        _judged(one, found[number], adjusted[number], alpha, number in searched) for number, one in enumerate(compared)
    )


@dataclass(frozen=True)
class _Ladder:
    rungs: tuple[RungFit, ...]
    srmr: float
    settled: bool
    start: FloatArray
    scaling: tuple[float, float]

    @property
    def fits(self) -> bool:
        return self.settled and self.is_one

    @property
    def is_one(self) -> bool:
        return self.rungs[0].df == 0 or (self.rungs[0].cfi >= LEAST_CFI and self.srmr <= MOST_SRMR)


def _moments(compared: Sequence[Compared]) -> GroupMoments:
    return GroupMoments(
        np.stack([one.n for one in compared]).astype(np.float64),
        np.stack([one.mean for one in compared]),
        np.stack([one.cov for one in compared]),
    )


def _rung(items: int, groups: int, number: int, freed: Freed = frozenset()) -> Layout:
    return lay_out(items, groups, equal_loadings=number > 0, equal_intercepts=number > 1, freed=freed)


def _climb(compared: Sequence[Compared]) -> list[_Ladder]:
    """Fit the three rungs of comparisons with the same number of groups and items."""
    moments = _moments(compared)
    items, groups = moments.items, moments.groups
    guess = first_guess(moments)
    fits = [fit_alone(moments, _rung(items, groups, 0), guess)]
    shared = shared_guess(moments, fits[0].numbers)
    fits.append(fit(moments, _rung(items, groups, 1), _without_levels(shared, moments)))
    begun = shared_guess(moments, fits[1].numbers)
    fits.append(fit(moments, _rung(items, groups, 2), begun))
    top, base = moments.saturated(), moments.unrelated()
    every = groups * (items * (items + 3) // 2)
    df = [every - one.layout.free for one in fits]
    settled = np.all([one.settled for one in fits], axis=0) & np.isfinite(top)
    top = np.where(settled, top, np.nan)
    chisq = [np.maximum(2 * (top - one.value), 0.0) for one in fits]
    null = np.maximum(2 * (top - base), 0.0)
    null_df = groups * items * (items - 1) // 2
    cfi = [_cfi(own, free, null, null_df) for own, free in zip(chisq, df, strict=True)]
    # Only what was fitted is looked at: elsewhere no covariance need be proper.
    usable = np.flatnonzero(settled)
    fourth = _fourth([compared[at] for at in usable.tolist()], items)
    scales = [np.ones(len(compared)), np.ones(len(compared))]
    for at in (0, 1):
        scales[at][usable] = scaling_of(moments.take(usable), fits[at].layout, fits[at + 1].take(usable), fourth)
    srmr = _srmr(moments, fits[0].numbers)
    made = []
    for at in range(len(compared)):
        rungs = [RungFit(float(chisq[0][at]), df[0], float(cfi[0][at]))]
        for step in (1, 2):
            more = df[step] - df[step - 1]
            p = _tail(float((chisq[step][at] - chisq[step - 1][at]) / scales[step - 1][at]), more)
            rungs.append(RungFit(float(chisq[step][at]), df[step], float(cfi[step][at]), p if settled[at] else np.nan))
        scaling = (float(scales[0][at]), float(scales[1][at]))
        made.append(_Ladder(tuple(rungs), float(srmr[at]), bool(settled[at]), begun[at : at + 1], scaling))
    return made


def _without_levels(numbers: FloatArray, moments: GroupMoments) -> FloatArray:
    made, items = numbers.copy(), moments.items
    made[..., items : 2 * items], made[..., 3 * items + 1] = moments.mean, 0.0
    return made


def _cfi(chisq: FloatArray, df: int, null: FloatArray, null_df: int) -> FloatArray:
    excess = np.maximum(chisq - df, 0.0)
    most = np.maximum(np.maximum(null - null_df, excess), 1e-12)
    return np.asarray(1.0 - excess / most, dtype=np.float64)


def _tail(chisq: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, max(chisq, 0.0))) if df else float("nan")


def _fourth(compared: Sequence[Compared], items: int) -> FloatArray | None:
    known = [one.fourth for one in compared if one.fourth is not None]
    if not known or len(known) != len(compared):
        return None
    size = items * (items + 3) // 2
    return np.stack(known).reshape(len(compared), 1, size, size)


def _srmr(moments: GroupMoments, numbers: FloatArray) -> FloatArray:
    p = moments.items
    loading, residual = numbers[..., :p], numbers[..., 2 * p : 3 * p]
    sigma = numbers[..., 3 * p, None, None] * loading[..., :, None] * loading[..., None, :]
    at = np.arange(p)
    sigma[..., at, at] += residual
    sd = np.sqrt(np.diagonal(moments.cov, axis1=2, axis2=3))
    gap = (moments.cov - sigma) / (sd[..., :, None] * sd[..., None, :])
    rows, columns = np.tril_indices(p)
    root = np.sqrt((gap[..., rows, columns] ** 2).mean(axis=-1))
    return np.asarray((root * moments.n).sum(axis=1) / moments.n.sum(axis=1), dtype=np.float64)


def _judged(one: Compared, ladder: _Ladder, adjusted: FloatArray, alpha: float, is_searched: bool) -> Sameness:
    first, metric, scalar = ladder.rungs
    rungs = (
        first,
        RungFit(metric.chisq, metric.df, metric.cfi, metric.p, float(adjusted[0])),
        RungFit(scalar.chisq, scalar.df, scalar.cfi, scalar.p, float(adjusted[1])),
    )
    if not ladder.settled:
        return Sameness("unsettled", rungs, ladder.srmr)
    if not ladder.is_one:
        return Sameness("loose", rungs, ladder.srmr)
    clear = [bool(p <= alpha) for p in adjusted]
    losses = [first.cfi - metric.cfi, metric.cfi - scalar.cfi]
    if not any(clear):
        return Sameness("same", rungs, ladder.srmr)
    lost = any(is_clear and loss > CFI_LOSS for is_clear, loss in zip(clear, losses, strict=True))
    if not is_searched:
        return Sameness("differs" if lost else "same", rungs, ladder.srmr)
    found = _search(one, ladder, clear, alpha)
    worst = max((difference.dmacs for difference in found), default=0.0)
    if worst >= MODERATE or (lost and worst >= SMALL):
        return Sameness("differs", rungs, ladder.srmr, found)
    return Sameness("same", rungs, ladder.srmr)


def _search(one: Compared, ladder: _Ladder, clear: Sequence[bool], alpha: float) -> tuple[QuestionDifference, ...]:
    """Free question by question where it helps most, loadings first; return those that differ by more than a little."""
    moments = _moments([one])
    groups, items = moments.groups, moments.items
    most = 1 if items <= 3 else items - 2
    spread = np.sqrt((one.n @ np.diagonal(one.cov, axis1=1, axis2=2)) / one.n.sum())
    freed: Freed = frozenset()
    own = _without_levels(ladder.start, moments)
    if clear[0]:
        freed = _free(moments, "loading", 1, own, freed, most, spread, ladder.scaling[0], alpha)
    loose = frozenset({("intercept", group, item) for _kind, group, item in freed})
    freed = _free(moments, "intercept", 2, ladder.start, freed | loose, most, spread, ladder.scaling[1], alpha)
    if not freed:
        return ()
    last = fit(moments, _rung(items, groups, 2, freed), ladder.start)
    found = _sizes(last, freed, spread, items)
    return tuple(sorted((each for each in found if each.dmacs >= SMALL), key=lambda each: -each.dmacs))


def _free(
    moments: GroupMoments,
    kind: Literal["loading", "intercept"],
    rung: int,
    start: FloatArray,
    freed: Freed,
    most: int,
    spread: FloatArray,
    scaling: float,
    alpha: float,
) -> Freed:
    """Free one after the other, by the largest score test, while it is clear and no trifle."""
    groups, items = moments.groups, moments.items
    focal = range(groups) if groups > 2 else [int(np.argmin(moments.n[0]))]
    for _ in range(groups * most):
        now = fit(moments, _rung(items, groups, rung, freed), start)
        if not now.settled[0]:
            return freed
        _value, score, info = derivatives(moments, now.numbers)
        kept = now.layout.selection()
        inside = np.linalg.pinv(reduced_information(info, kept)[0], hermitian=True)
        best: tuple[float, int, int] | None = None
        open_to = [
            (group, item)
            for group in focal
            if len({at for _kind, own, at in freed if own == group}) < most
            for item in range(items)
            if (kind, group, item) not in freed
        ]
        for group, item in open_to:
            at = item + (items if kind == "intercept" else 0)
            held = kept[group].T @ info[0, group][:, at]
            left = float(info[0, group, at, at] - held @ inside @ held)
            if left <= 1e-8 * info[0, group, at, at]:
                continue
            change = float(score[0, group, at]) / left
            size = abs(change) / spread[item]
            if kind == "loading":
                size *= float(np.sqrt(max(now.numbers[0, group, 3 * items], 0.0)))
            test = float(score[0, group, at]) ** 2 / left / scaling
            if size >= TRIFLE and _tail(test, 1) * len(open_to) <= alpha and (best is None or test > best[0]):
                best = (test, group, item)
        if best is None:
            return freed
        freed = freed | {(kind, best[1], best[2])}
    return freed


def _sizes(last: Fitted, freed: Freed, spread: FloatArray, items: int) -> list[QuestionDifference]:
    made = []
    numbers = last.numbers[0]
    for group, item in sorted({(group, item) for _kind, group, item in freed}):
        common = {
            kind: next((at for at in range(len(numbers)) if at != group and (kind, at, item) not in freed), None)
            for kind in ("loading", "intercept")
        }
        own_loading = ("loading", group, item) in freed
        reference = common["intercept"]
        if reference is None:
            continue
        weight = 0.0
        if own_loading and common["loading"] is not None:
            weight = float(numbers[group, item] - numbers[common["loading"], item])
        ease = float(numbers[group, items + item] - numbers[reference, items + item])
        level, variance = float(numbers[group, 3 * items + 1]), max(float(numbers[group, 3 * items]), 0.0)
        shift = ease + weight * level
        dmacs = float(np.sqrt(shift**2 + weight**2 * variance) / spread[item])
        made.append(QuestionDifference(group, item, dmacs, shift, own_loading))
    return made
