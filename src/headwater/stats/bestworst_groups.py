"""Best-worst choices in sums: a person's picks as two short vectors, and the logit of any group from their totals.

In the paired model (`best_worst_logit`) a person's likelihood depends on how often each item was best minus worst, and
on which screens were answered. Both add up, so groups of any size cost the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, IntArray, check_confidence
from headwater.stats.bestworst import pair_design

__all__ = ["GroupShares", "PickSums", "fit_totals", "group_shares", "pick_sums"]

_RIDGE = 1e-6


@dataclass(frozen=True)
class PickSums:
    """Picks of n people. wins: float64[n, I], times best minus times worst. seen: float64[n, S], 1 for each screen with
    both picks. sets: int64[S, K], items of each screen. best, worst: float64[n, S], the picks, NaN missing.
    """

    wins: FloatArray
    seen: FloatArray
    sets: IntArray
    best: FloatArray
    worst: FloatArray

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.wins)

    @property
    def items(self) -> int:
        """How many items there are."""
        return int(self.wins.shape[1])

    def take(self, people: IntArray | slice) -> PickSums:
        """Return some people."""
        return PickSums(self.wins[people], self.seen[people], self.sets, self.best[people], self.worst[people])


@dataclass(frozen=True)
class GroupShares:
    """Importance of I items in a group: utility [I] sums to 0, share [I] sums to 1, with its interval from standard
    errors clustered as asked.
    """

    utility: FloatArray
    share: FloatArray
    share_lower: FloatArray
    share_upper: FloatArray


def pick_sums(best: ArrayLike, worst: ArrayLike, sets: ArrayLike, items: int) -> PickSums:
    """Sum picks. best, worst: [n, S] item numbers from 0, NaN missing; sets: [S, K]. Half a screen counts as none.

    ValueError when a pick was not on its screen, or the same item is best and worst.
    """
    b, w = np.asarray(best, dtype=np.float64), np.asarray(worst, dtype=np.float64)
    design = np.asarray(sets, dtype=np.int64)
    if b.ndim != 2 or b.shape != w.shape or design.ndim != 2 or len(design) != b.shape[1]:
        raise ValueError(f"best {b.shape}, worst {w.shape} and sets {design.shape} do not fit")
    known = ~np.isnan(b) & ~np.isnan(w)
    for picks in (b, w):
        there = (design[None] == np.where(known, picks, design[:, 0])[..., None]).any(axis=2)
        if not there.all():
            raise ValueError("a pick was not on its screen")
    if (known & (b == w)).any():
        raise ValueError("the same item is best and worst of a screen")
    wins = np.zeros((len(b), items))
    person, screen = np.nonzero(known)
    np.add.at(wins, (person, b[person, screen].astype(np.int64)), 1.0)
    np.add.at(wins, (person, w[person, screen].astype(np.int64)), -1.0)
    return PickSums(wins, known.astype(np.float64), design, np.where(known, b, np.nan), np.where(known, w, np.nan))


def screen_values(utility: FloatArray, pairs: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return of every screen the log of its denominator [S], expected wins [S, I] and their covariance [S, I, I]."""
    value = pairs @ utility
    top = value.max(axis=1, keepdims=True)
    weight = np.exp(value - top)
    total = weight.sum(axis=1, keepdims=True)
    chance = weight / total
    mean = np.matmul(chance[:, None, :], pairs)[:, 0, :]
    spread = np.matmul(np.swapaxes(pairs, 1, 2) * chance[:, None, :], pairs) - mean[:, :, None] * mean[:, None, :]
    return (top + np.log(total))[:, 0], mean, spread


def fit_totals(
    wins: FloatArray,
    seen: FloatArray,
    sets: IntArray,
    *,
    start: FloatArray | None = None,
    ridge: float = _RIDGE,
    steps: int = 50,
) -> FloatArray:
    """Return the utilities [I], summing to 0, of people with these totals: wins [I], seen [S]. Newton's method.

    ridge: precision of a normal prior around 0. steps: at most so many. ValueError when an estimate is infinite.
    """
    items = len(wins)
    pairs = pair_design(sets, items)[0]
    utility: FloatArray = np.zeros(items) if start is None else start.copy()
    for _ in range(steps):
        _, mean, spread = screen_values(utility, pairs)
        gradient = wins - seen @ mean - ridge * utility
        information = np.tensordot(seen, spread, 1) + ridge * np.eye(items) + 1.0 / items
        step = np.linalg.solve(information, gradient)
        longest = float(np.abs(step).max())
        utility = utility + step * min(1.0, 2.0 / max(longest, 1e-300))
        utility -= utility.mean()
        if np.abs(utility).max() > 25:
            raise ValueError("an estimate runs to infinity: an item always beats, or always loses to, the others")
        if longest < 1e-9:
            break
    return utility


def group_shares(picks: PickSums, clusters: IntArray, *, confidence: float = 0.95) -> GroupShares:
    """Return the importance of a group. clusters: int64[n], whose picks are not independent: a person's, or a team's.

    Standard errors are the sandwich over clusters without a small-sample factor. ValueError as `fit_totals`, and below
    two clusters.
    """
    from scipy.special import expit, logit, ndtri

    check_confidence(confidence)
    _, coded = np.unique(clusters, return_inverse=True)
    size = int(coded.max()) + 1 if len(coded) else 0
    if size < 2:
        raise ValueError("at least two clusters are needed")
    utility = fit_totals(picks.wins.sum(axis=0), picks.seen.sum(axis=0), picks.sets)
    items = picks.items
    _, mean, spread = screen_values(utility, pair_design(picks.sets, items)[0])
    score = picks.wins - picks.seen @ mean
    by_cluster = np.stack([np.bincount(coded, weights=one, minlength=size) for one in score.T], axis=1)
    inverse = np.linalg.pinv(np.tensordot(picks.seen.sum(axis=0), spread, 1), hermitian=True)
    cov = inverse @ (by_cluster.T @ by_cluster) @ inverse
    share = np.exp(utility - utility.max())
    share /= share.sum()
    jacobian = np.eye(items) - share
    half = float(ndtri((1 + confidence) / 2)) * np.sqrt(np.einsum("ij,jk,ik->i", jacobian, cov, jacobian)) / (1 - share)
    return GroupShares(utility, share, expit(logit(share) - half), expit(logit(share) + half))
