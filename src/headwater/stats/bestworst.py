"""Best-worst scaling (MaxDiff, case 1): counts and conditional logit, aggregate.

Louviere, Flynn and Marley (2015). Each task shows a set of items; a person picks the best and the worst.
Items are numbered 0..I-1. Tasks with a missing or invalid pick are left out, one task at a time.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import BoolArray, FloatArray, IntArray, Labels, check_confidence, codes

__all__ = [
    "BestWorstCounts",
    "BestWorstLogit",
    "best_worst_counts",
    "best_worst_logit",
    "picked_items",
]

Model = Literal["maxdiff", "sequential"]


@dataclass(frozen=True)
class BestWorstCounts:
    """Counts over I items: best, worst, bw = best - worst, shown [I]; std_bw = bw / shown; sqrt_bw =
    sqrt(best / worst) (infinite when never worst, NaN when never picked); std_sqrt_bw is sqrt_bw over its
    maximum; individual_bw [n, I] is best - worst of each person; individual_sd [I] its SD over people.
    """

    best: IntArray
    worst: IntArray
    bw: IntArray
    shown: IntArray
    std_bw: FloatArray
    sqrt_bw: FloatArray
    std_sqrt_bw: FloatArray
    individual_bw: IntArray
    individual_sd: FloatArray
    people: int
    tasks: int


@dataclass(frozen=True)
class BestWorstLogit:
    """Conditional logit of best-worst picks over I items; the base item has coefficient 0 and SE 0.

    coef, se (from the information), robust_se (clustered by person) [I]; utility, utility_se [I] centred to
    sum to zero, with clustered SEs; share, share_lower, share_upper [I] sum of share is 1 (interval on the
    logit scale from clustered SEs); cov, robust_cov [I, I] with zeros for the base.
    """

    coef: FloatArray
    se: FloatArray
    robust_se: FloatArray
    utility: FloatArray
    utility_se: FloatArray
    share: FloatArray
    share_lower: FloatArray
    share_upper: FloatArray
    cov: FloatArray
    robust_cov: FloatArray
    loglik_null: float
    loglik: float
    base: int
    model: str
    people: int
    tasks: int


@dataclass(frozen=True)
class Tasks:
    """Usable tasks in long form: person [T], set number [T], best and worst item [T]; sets [S, K] distinct."""

    person: IntArray
    which: IntArray
    best: IntArray
    worst: IntArray
    sets: IntArray
    people: tuple[Hashable, ...]
    items: int


def picked_items(positions: ArrayLike, sets: ArrayLike) -> FloatArray:
    """Items picked [n, Q] (NaN missing) from positions 1..K [n, Q] and the design sets [Q, K] or [n, Q, K].

    ValueError for a position outside the set.
    """
    pos = np.asarray(positions, dtype=np.float64)
    design = np.asarray(sets, dtype=np.int64)
    if pos.ndim != 2 or design.ndim not in (2, 3) or design.shape[-2] != pos.shape[1]:
        raise ValueError(f"positions [n, Q] and sets [Q, K] do not fit: {pos.shape} and {design.shape}")
    if design.ndim == 2:
        design = np.broadcast_to(design, (len(pos), *design.shape))
    known = ~np.isnan(pos)
    index = np.where(known, pos, 1).astype(np.int64) - 1
    if ((index < 0) | (index >= design.shape[2])).any() or (np.where(known, pos, 1) % 1 != 0).any():
        raise ValueError(f"a position lies outside 1 to {design.shape[2]}")
    return np.where(known, np.take_along_axis(design, index[..., None], 2)[..., 0], np.nan)


def tasks(best: ArrayLike, worst: ArrayLike, sets: ArrayLike, people: Labels | None, items: int | None) -> Tasks:
    """Validated tasks in long form; ValueError naming what is wrong with picks or sets."""
    b, w = np.asarray(best, dtype=np.float64), np.asarray(worst, dtype=np.float64)
    design = np.asarray(sets, dtype=np.int64)
    if b.ndim != 2 or b.shape != w.shape:
        raise ValueError(f"best and worst must both be [people, tasks], got {b.shape} and {w.shape}")
    if design.ndim == 2:
        design = np.broadcast_to(design, (len(b), *design.shape))
    if design.ndim != 3 or design.shape[:2] != b.shape or design.shape[2] < 2:
        raise ValueError(f"sets must be [tasks, K] or [people, tasks, K] with K >= 2, got {np.shape(sets)}")
    count = int(design.max()) + 1 if items is None else items
    if design.min() < 0 or design.max() >= count:
        raise ValueError(f"sets must number items 0 to {count - 1}")
    ordered = np.sort(design, axis=2)
    if (ordered[:, :, 1:] == ordered[:, :, :-1]).any():
        raise ValueError("a set shows an item twice")
    coded, labels = (np.arange(len(b)), np.arange(len(b))) if people is None else codes(people, "people")
    if len(coded) != len(b):
        raise ValueError(f"{len(coded)} people for {len(b)} rows of picks")
    known: BoolArray = ~np.isnan(b) & ~np.isnan(w) & (coded >= 0)[:, None]
    for name, picks in (("best", b), ("worst", w)):
        inside = (design == np.where(known, picks, design[..., 0])[..., None]).any(axis=2)
        if not inside.all():
            row, task = np.argwhere(~inside)[0]
            raise ValueError(f"row {row}, task {task}: the {name} item was not shown")
    if (known & (b == w)).any():
        row, task = np.argwhere(known & (b == w))[0]
        raise ValueError(f"row {row}, task {task}: the same item is best and worst")
    if not known.any():
        raise ValueError("no task has both a best and a worst pick")
    row, task = np.nonzero(known)
    unique, which = np.unique(ordered[row, task], axis=0, return_inverse=True)
    used, person = np.unique(coded[row], return_inverse=True)
    return Tasks(
        person.astype(np.int64),
        which.reshape(-1).astype(np.int64),
        b[row, task].astype(np.int64),
        w[row, task].astype(np.int64),
        unique,
        tuple(labels[used].tolist()),
        count,
    )


def best_worst_counts(
    best: ArrayLike,
    worst: ArrayLike,
    sets: ArrayLike,
    *,
    people: Labels | None = None,
    items: int | None = None,
) -> BestWorstCounts:
    """Best-worst counts. best, worst [n, Q] are item numbers (NaN missing), sets [Q, K] or [n, Q, K] the items
    shown; people [n] labels rows of one person (each row a person when None); items the number of items.

    People without a usable task are left out. ValueError when a pick was not shown.
    """
    t = tasks(best, worst, sets, people, items)
    b = np.bincount(t.best, minlength=t.items)
    w = np.bincount(t.worst, minlength=t.items)
    times = np.bincount(t.which, minlength=len(t.sets))
    shown = np.bincount(t.sets.ravel(), weights=np.repeat(times, t.sets.shape[1]), minlength=t.items).astype(np.int64)
    n = len(t.people)
    flat = n * t.items
    mine = np.bincount(t.person * t.items + t.best, minlength=flat) - np.bincount(
        t.person * t.items + t.worst, minlength=flat
    )
    individual = mine.reshape(n, t.items).astype(np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.sqrt(b / w)
        std = (b - w) / shown
    finite = ratio[np.isfinite(ratio)]
    top = finite.max() if finite.size and not np.isinf(ratio).any() else np.nan
    return BestWorstCounts(
        best=b,
        worst=w,
        bw=b - w,
        shown=shown,
        std_bw=std,
        sqrt_bw=ratio,
        std_sqrt_bw=ratio / top,
        individual_bw=individual,
        individual_sd=individual.std(axis=0, ddof=1) if n > 1 else np.full(t.items, np.nan),
        people=n,
        tasks=len(t.best),
    )


def pair_design(sets: IntArray, items: int) -> tuple[FloatArray, IntArray, IntArray]:
    """Ordered (best, worst) pairs of each set: differences [S, P, I] and positions of best and worst [P]."""
    k = sets.shape[1]
    first, second = np.nonzero(~np.eye(k, dtype=bool))
    eye = np.eye(items)
    return eye[sets[:, first]] - eye[sets[:, second]], first, second


def _maxdiff(v: FloatArray, t: Tasks, pairs: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Log likelihood, score of each task [T, I] and information [I, I] of the paired model."""
    utility = pairs @ v
    top = utility.max(axis=1, keepdims=True)
    weight = np.exp(utility - top)
    total = weight.sum(axis=1, keepdims=True)
    prob = weight / total
    mean = np.einsum("sp,spi->si", prob, pairs)
    times = np.bincount(t.which, minlength=len(t.sets)).astype(np.float64)
    information = np.einsum("s,sp,spi,spj->ij", times, prob, pairs, pairs) - (mean * times[:, None]).T @ mean
    log_total = (top + np.log(total))[:, 0]
    loglik = float((v[t.best] - v[t.worst] - log_total[t.which]).sum())
    score = -mean[t.which]
    rows = np.arange(len(t.best))
    score[rows, t.best] += 1
    score[rows, t.worst] -= 1
    return loglik, score, information


def _choice(v: FloatArray, sets: IntArray, keep: BoolArray, sign: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log denominator [S], mean [S, I] and information [S, I, I] of one choice among the kept positions."""
    items = len(v)
    utility = np.where(keep, sign * v[sets], -np.inf)
    top = utility.max(axis=1, keepdims=True)
    weight = np.exp(utility - top)
    total = weight.sum(axis=1, keepdims=True)
    prob = weight / total
    mean = np.zeros((len(sets), items))
    np.put_along_axis(mean, sets, prob, 1)
    information = mean[:, :, None] * np.eye(items) - mean[:, :, None] * mean[:, None, :]
    return (top + np.log(total))[:, 0], sign * mean, information


def _sequential(v: FloatArray, t: Tasks, _: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """The same of best first, then worst among the rest."""
    k = t.sets.shape[1]
    everything = np.ones(t.sets.shape, dtype=bool)
    log_best, mean_best, info_best = _choice(v, t.sets, everything, 1.0)
    position = (t.sets[t.which] == t.best[:, None]).argmax(axis=1)
    state = t.which * k + position
    repeated = np.repeat(t.sets, k, axis=0)
    rest = ~np.tile(np.eye(k, dtype=bool), (len(t.sets), 1))
    log_worst, mean_worst, info_worst = _choice(v, repeated, rest, -1.0)
    loglik = float((v[t.best] - log_best[t.which] - v[t.worst] - log_worst[state]).sum())
    score = -mean_best[t.which] - mean_worst[state]
    rows = np.arange(len(t.best))
    score[rows, t.best] += 1
    score[rows, t.worst] -= 1
    information = np.tensordot(np.bincount(t.which, minlength=len(t.sets)), info_best, 1) + np.tensordot(
        np.bincount(state, minlength=len(repeated)), info_worst, 1
    )
    return loglik, score, information


def best_worst_logit(
    best: ArrayLike,
    worst: ArrayLike,
    sets: ArrayLike,
    *,
    people: Labels | None = None,
    items: int | None = None,
    model: Model = "maxdiff",
    base: int | None = None,
    confidence: float = 0.95,
) -> BestWorstLogit:
    """Conditional logit of best-worst picks by Newton's method.

    Arguments as `best_worst_counts`. model "maxdiff": the pair (best, worst) among all ordered pairs;
    "sequential": best among all, then worst among the rest. base is the item fixed at 0 (the last when None).
    Clustered SEs are the sandwich over people without a small-sample factor. ValueError when an item was
    never shown, or when an estimate is infinite (an item always beats, or always loses to, the others).
    """
    if model not in ("maxdiff", "sequential"):
        raise ValueError("model must be maxdiff or sequential")
    check_confidence(confidence)
    t = tasks(best, worst, sets, people, items)
    reference = t.items - 1 if base is None else base
    if not 0 <= reference < t.items:
        raise ValueError(f"base must be an item number 0 to {t.items - 1}")
    missing = np.setdiff1d(np.arange(t.items), t.sets)
    if missing.size:
        raise ValueError("items never shown: " + ", ".join(map(str, missing)))
    pairs = pair_design(t.sets, t.items)[0] if model == "maxdiff" else np.empty(0)
    evaluate = _maxdiff if model == "maxdiff" else _sequential
    free = np.array([i for i in range(t.items) if i != reference])
    v = np.zeros(t.items)
    loglik, score, information = evaluate(v, t, pairs)
    null = loglik
    converged = False
    for _ in range(100):
        inner = information[np.ix_(free, free)]
        gradient = score.sum(axis=0)[free]
        if np.linalg.cond(inner) > 1e12:
            raise ValueError("the picks do not identify the items: an item always wins, always loses, or stands apart")
        step = np.linalg.solve(inner, gradient)
        if abs(gradient @ step) < 1e-16 * max(1.0, abs(loglik)):
            converged = True
            break
        scale, trial = 1.0, v.copy()
        while scale > 1e-6:
            trial[free] = v[free] + scale * step
            new = evaluate(trial, t, pairs)
            if new[0] >= loglik - 1e-12 * abs(loglik):
                break
            scale /= 2
        v, (loglik, score, information) = trial.copy(), new
        if np.abs(v).max() > 25:
            raise ValueError("an estimate runs to infinity: an item always beats, or always loses to, the others")
    if not converged:
        raise ValueError("the conditional logit did not converge")
    cov = np.zeros((t.items, t.items))
    cov[np.ix_(free, free)] = np.linalg.inv(information[np.ix_(free, free)])
    by_person = np.stack([np.bincount(t.person, weights=s, minlength=len(t.people)) for s in score.T], axis=1)
    robust = cov @ (by_person.T @ by_person) @ cov
    centre = np.eye(t.items) - 1.0 / t.items
    share = np.exp(v - v.max())
    share /= share.sum()
    from scipy.special import expit, logit, ndtri

    half = float(ndtri((1 + confidence) / 2))
    jacobian = np.eye(t.items) - share  # d log share
    spread = np.sqrt(np.einsum("ij,jk,ik->i", jacobian, robust, jacobian)) / (1 - share)
    return BestWorstLogit(
        coef=v,
        se=np.sqrt(np.diag(cov)),
        robust_se=np.sqrt(np.diag(robust)),
        utility=v - v.mean(),
        utility_se=np.sqrt(np.diag(centre @ robust @ centre)),
        share=share,
        share_lower=expit(logit(share) - half * spread),
        share_upper=expit(logit(share) + half * spread),
        cov=cov,
        robust_cov=robust,
        loglik_null=null,
        loglik=loglik,
        base=reference,
        model=model,
        people=len(t.people),
        tasks=len(t.best),
    )
