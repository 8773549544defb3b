"""Groups of like-minded people, found only where they are there; and how people differ, never one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.stats.bestworst_classes import (
    LatentClasses,
    classify,
    draw_picks,
    gain_of_classes,
    latent_classes,
    people_of,
    split_half_agreement,
)
from headwater.stats.bestworst_groups import PickSums
from headwater.vocab import SPREAD_POINTS, FloatArray, Verdict

FEWEST_PEOPLE = 100
"""Fewer cannot be halved and still tell groups apart."""

MOST_GROUPS = 5
MOST_PEOPLE = 3_000
"""Groups are sought among at most so many people drawn by chance; everybody is then put into them."""

LEAST_AGREEMENT = 0.75
LEAST_PART = 0.05
DRAWN_POPULATIONS = 19
"""One-kind populations that the groups must fit better than: better than all 19 is 1 in 20 by chance."""

INDIVIDUALS = 600
RESAMPLES = 60


@dataclass(frozen=True)
class OneGroup:
    """part of all people, 0 to 1; share, low, high: float64[I], importance with its 95% range."""

    part: float
    share: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Found:
    """What was found, and how well the halves of the people agree (NaN where they were not compared)."""

    verdict: Verdict
    groups: tuple[OneGroup, ...]
    agreement: float


@dataclass(frozen=True)
class Individuals:
    """Importance by person of some people drawn by chance, float64[n, I]. It never leaves `scoring`."""

    share: FloatArray


def find_like_minded(picks: PickSums, unit: NDArray[np.int32], *, k: int, seed: int = 0) -> tuple[Found, Individuals]:
    """Look for groups of like-minded people. unit: int32[n], the team of each, resampled whole for the ranges.

    The number of groups has the lowest BIC of those that come back in both halves of the people, of 5% and k people
    each. They must fit better than they would on people of one kind who differ as much.
    """
    rng = np.random.default_rng(seed)
    none = np.full((0, picks.items), np.nan)
    if len(picks) < FEWEST_PEOPLE:
        return Found("few", (), float("nan")), Individuals(none)
    drawn = np.sort(rng.permutation(len(picks))[:MOST_PEOPLE])
    sample = picks.take(drawn)
    try:
        mean, covariance, individuals = _individuals(sample, seed)
    except ValueError:
        return Found("few", (), float("nan")), Individuals(none)  # Too few screens a person to tell people apart.
    one = latent_classes(sample, 1)
    tried = [latent_classes(sample, classes, seed=seed) for classes in range(2, MOST_GROUPS + 1)]
    better = sorted((found for found in tried if found.bic < one.bic), key=lambda found: found.bic)
    agreement = float("nan")
    for chosen in better:
        everybody = classify(picks, chosen)
        people = people_of(everybody)
        if people.min() < max(k, LEAST_PART * len(picks)):
            continue
        agreed = split_half_agreement(sample, len(chosen.part), seed=seed)
        agreement = agreed if np.isnan(agreement) else max(agreement, agreed)
        if agreed < LEAST_AGREEMENT:
            continue
        if not _more_than_degree(sample, mean, covariance, len(chosen.part), seed):
            return Found("alike", (), agreed), individuals
        groups = _groups(sample, unit[drawn], chosen, people / people.sum(), rng)
        return Found("found", groups, agreed), individuals
    return Found("unstable" if better else "alike", (), agreement), individuals


def _individuals(sample: PickSums, seed: int) -> tuple[FloatArray, FloatArray, Individuals]:
    """Return mean and covariance of utilities over people, and shares of some of them, by empirical Bayes."""
    from headwater.stats.bestworst_individual import best_worst_individuals

    some = sample.take(np.sort(np.random.default_rng(seed).permutation(len(sample))[:INDIVIDUALS]))
    best, worst = some.best, some.worst
    found = best_worst_individuals(best, worst, some.sets, items=some.items, draws=15, tolerance=1e-2, seed=seed)
    return found.mean, found.covariance, Individuals(found.share)


def _more_than_degree(sample: PickSums, mean: FloatArray, covariance: FloatArray, classes: int, seed: int) -> bool:
    """Whether so many groups fit better than on every one of populations of one kind with the same differences."""
    seen = gain_of_classes(sample, classes, seed=seed)
    drawn = (
        gain_of_classes(draw_picks(mean, covariance, sample, seed + 1 + number), classes, seed=seed)
        for number in range(DRAWN_POPULATIONS)
    )
    return all(seen > one for one in drawn)


def _groups(
    sample: PickSums, unit: NDArray[np.int32], chosen: LatentClasses, parts: FloatArray, rng: np.random.Generator
) -> tuple[OneGroup, ...]:
    """Return the groups with ranges over resampled teams, the largest first."""
    _, team = np.unique(unit, return_inverse=True)
    teams = int(team.max()) + 1
    resampled = []
    for _ in range(RESAMPLES):
        times = np.bincount(rng.integers(0, teams, teams), minlength=teams)[team].astype(np.float64)
        again = latent_classes(sample, len(parts), warm=chosen, weights=times, iterations=50)
        resampled.append(_shares(again.utility))
    share = _shares(chosen.utility)
    low, high = _range(share, np.stack(resampled), teams)
    order = np.argsort(-parts)
    return tuple(OneGroup(float(parts[one]), share[one], low[one], high[one]) for one in order.tolist())


def _range(share: FloatArray, resampled: FloatArray, teams: int) -> tuple[FloatArray, FloatArray]:
    """Return 95% ranges from resamples [B, C, I] of teams, by t on the log odds.

    Ends read off 60 resamples would leave out 8% even with many teams; resampled teams vary by (G - 1) / G too little.
    """
    from scipy import special

    freedom = max(teams - 1, 1)
    half = special.stdtrit(freedom, 0.975) * np.sqrt(teams / freedom) * special.logit(resampled).std(axis=0, ddof=1)
    low, high = (special.expit(special.logit(share) + side * half) for side in (-1, 1))
    return low, high


def _shares(utility: FloatArray) -> FloatArray:
    share = np.exp(utility - utility.max(axis=-1, keepdims=True))
    found: FloatArray = share / share.sum(axis=-1, keepdims=True)
    return found


def spread_of(people: Individuals, *, k: int, points: Sequence[float] = SPREAD_POINTS) -> FloatArray:
    """Return where people's own shares lie, whole percents, float64[5, I]: NaN with fewer than 10 k people.

    Each figure is the mean of k people around the point, with k people or more on either side: nobody's own value.
    """
    share = np.sort(people.share, axis=0)
    n, items = share.shape
    found = np.full((len(points), items), np.nan)
    if n >= 10 * k:
        for place, point in enumerate(points):
            first = min(max(round(point * n - k / 2), k), n - 2 * k)
            found[place] = np.round(100 * share[first : first + k].mean(axis=0))
    return found


__all__ = ["Found", "Individuals", "OneGroup", "find_like_minded", "spread_of"]
