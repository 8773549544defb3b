"""Groups of like-minded people in best-worst choices, and whether they are there at all.

Latent-class conditional logit by EM (Kamakura and Russell 1989). People who differ by degree and not by kind can always
be cut in two, and with many people every number of classes improves the fit. So classes are called groups only when
they come back in both halves of the people, and when they fit better than they would on people drawn from one
normal population with the same mean and covariance (the test of Liu, Hayes, Nobel and Marron 2008, on choices).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, IntArray
from headwater.stats.bestworst import pair_design
from headwater.stats.bestworst_groups import PickSums, fit_totals, pick_sums, screen_values

__all__ = [
    "LatentClasses",
    "adjusted_rand",
    "classify",
    "draw_picks",
    "gain_of_classes",
    "latent_classes",
    "people_of",
    "split_half_agreement",
]

_RIDGE = 1.0


@dataclass(frozen=True)
class LatentClasses:
    """K classes, the largest first: utility [K, I], part of the people [K], posterior [n, K], log likelihood, BIC."""

    utility: FloatArray
    part: FloatArray
    posterior: FloatArray
    loglik: float
    bic: float


def latent_classes(
    picks: PickSums,
    classes: int,
    *,
    starts: int = 4,
    seed: int = 0,
    iterations: int = 200,
    weights: FloatArray | None = None,
    warm: LatentClasses | None = None,
) -> LatentClasses:
    """Return the best of several EM runs. The first starts from the main direction of the people's wins.

    weights: [n], how often each person counts. warm: start from these classes alone. A normal prior of variance 1 keeps
    utilities of small classes finite. ValueError for fewer than one class or fewer people than 10 a class.
    """
    if classes < 1 or len(picks) < 10 * classes:
        raise ValueError(f"{len(picks)} people cannot carry {classes} classes")
    times = np.ones(len(picks)) if weights is None else weights
    rng = np.random.default_rng(seed)
    runs = [_run(picks, first, iterations, times) for first in _starts(picks, classes, starts, rng, warm)]
    loglik, utility, part, posterior = max(runs, key=lambda run: run[0])
    order = np.argsort(-part) if warm is None else np.arange(classes)
    free = classes * (picks.items - 1) + classes - 1
    bic = -2 * loglik + free * float(np.log(times.sum()))
    return LatentClasses(utility[order], part[order], posterior[:, order], loglik, bic)


def _starts(
    picks: PickSums, classes: int, starts: int, rng: np.random.Generator, warm: LatentClasses | None
) -> list[FloatArray]:
    if warm is not None:
        return [classify(picks, warm)]
    n = len(picks)
    if classes == 1:
        return [np.ones((n, 1))]
    centred = picks.wins - picks.wins.mean(axis=0)
    _, _, axes = np.linalg.svd(centred[: min(n, 4000)], full_matrices=False)
    places = np.argsort(np.argsort(centred @ axes[0])) * classes // n
    found = [np.eye(classes)[places] * 0.8 + 0.2 / classes]
    for _ in range(starts - 1):
        seeds = centred[rng.choice(n, classes, replace=False)]
        nearest = ((centred[:, None, :] - seeds[None]) ** 2).sum(axis=2).argmin(axis=1)
        found.append(np.eye(classes)[nearest] * 0.8 + 0.2 / classes)
    return found


def _run(
    picks: PickSums, posterior: FloatArray, iterations: int, times: FloatArray
) -> tuple[float, FloatArray, FloatArray, FloatArray]:
    pairs = pair_design(picks.sets, picks.items)[0]
    classes = posterior.shape[1]
    utility = np.zeros((classes, picks.items))
    before = -np.inf
    for _ in range(iterations):
        weighted = posterior * times[:, None]
        total = weighted.sum(axis=0)
        part = np.maximum(total / total.sum(), 1e-12)
        wins, seen = weighted.T @ picks.wins, weighted.T @ picks.seen
        utility = np.stack([
            fit_totals(wins[one], seen[one], picks.sets, start=utility[one], ridge=_RIDGE, steps=3)
            for one in range(classes)
        ])  # fmt: skip
        likely = _loglik(picks, utility, pairs) + np.log(part)
        top = likely.max(axis=1, keepdims=True)
        weight = np.exp(likely - top)
        each = weight.sum(axis=1, keepdims=True)
        posterior = weight / each
        loglik = float(((top + np.log(each))[:, 0] * times).sum())
        if loglik - before < 1e-6 * abs(loglik):
            break
        before = loglik
    return loglik, utility, part, posterior


def _loglik(picks: PickSums, utility: FloatArray, pairs: FloatArray) -> FloatArray:
    """Log likelihood [n, K] of every person under every class."""
    log_total = np.stack([screen_values(one, pairs)[0] for one in utility], axis=1)
    found: FloatArray = picks.wins @ utility.T - picks.seen @ log_total
    return found


def classify(picks: PickSums, classes: LatentClasses) -> FloatArray:
    """Return the posterior [n, K] of people, also of those the classes were not found on."""
    likely = _loglik(picks, classes.utility, pair_design(picks.sets, picks.items)[0]) + np.log(classes.part)
    weight = np.exp(likely - likely.max(axis=1, keepdims=True))
    posterior: FloatArray = weight / weight.sum(axis=1, keepdims=True)
    return posterior


def adjusted_rand(first: ArrayLike, second: ArrayLike) -> float:
    """Return the agreement of two partitions [n], 1 for the same, 0 for chance (Hubert and Arabie 1985)."""
    _, a = np.unique(np.asarray(first), return_inverse=True)
    _, b = np.unique(np.asarray(second), return_inverse=True)
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("two partitions of the same people, at least two of them, are needed")
    table = np.bincount(a * (b.max() + 1) + b).astype(np.float64)
    rows, columns = np.bincount(a).astype(np.float64), np.bincount(b).astype(np.float64)
    both, one, other = ((part * (part - 1) / 2).sum() for part in (table, rows, columns))
    expected = one * other / (len(a) * (len(a) - 1) / 2)
    most = (one + other) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def split_half_agreement(picks: PickSums, classes: int, *, splits: int = 6, seed: int = 0) -> float:
    """Return the median adjusted Rand of everybody's class as found from one random half and from the other."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(splits):
        order = rng.permutation(len(picks))
        halves = np.array_split(order, 2)
        called = [
            classify(picks, latent_classes(picks.take(half), classes, starts=3, seed=seed + number)).argmax(axis=1)
            for half in halves
        ]
        found.append(adjusted_rand(*called))
    return float(np.median(found))


def draw_picks(mean: FloatArray, covariance: FloatArray, like: PickSums, seed: int) -> PickSums:
    """Draw people from one normal population of utilities, with the screens of those of `like`, in the paired model."""
    rng = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(covariance)
    own = mean + rng.standard_normal((len(like), len(mean))) @ (vectors * np.sqrt(np.clip(values, 0, None))).T
    pairs, first, second = pair_design(like.sets, like.items)
    noisy = np.einsum("spi,ni->nsp", pairs, own, optimize=True)
    noisy += rng.gumbel(size=noisy.shape)
    chosen = noisy.argmax(axis=2)
    best = np.take_along_axis(np.broadcast_to(like.sets, (len(like), *like.sets.shape)), first[chosen][..., None], 2)
    worst = np.take_along_axis(np.broadcast_to(like.sets, (len(like), *like.sets.shape)), second[chosen][..., None], 2)
    missing = like.seen == 0
    picks = [np.where(missing, np.nan, part[..., 0]) for part in (best, worst)]
    return pick_sums(picks[0], picks[1], like.sets, like.items)


def gain_of_classes(picks: PickSums, classes: int, *, starts: int = 2, seed: int = 0) -> float:
    """Return how much the log likelihood a person grows with so many classes instead of one."""
    one = latent_classes(picks, 1)
    many = latent_classes(picks, classes, starts=starts, seed=seed)
    return (many.loglik - one.loglik) / len(picks)


def people_of(classes: FloatArray) -> IntArray:
    """Return how many people are likeliest in each class [K], from a posterior [n, K]."""
    counted: IntArray = np.bincount(classes.argmax(axis=1), minlength=classes.shape[1]).astype(np.int64)
    return counted
