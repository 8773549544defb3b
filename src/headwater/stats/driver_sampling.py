"""Driver importance beyond 22 drivers: permutation sampling of LMG, and grouped (Owen) values.

Castro, Gomez and Tejada (2009) for sampling; Owen (1977) for values with a priori groups.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import FloatArray, codes
from headwater.stats.drivers import augmented, check_correlation, sweep_first

__all__ = ["GroupedLmg", "SampledLmg", "lmg_grouped", "lmg_permutation"]


@dataclass(frozen=True)
class SampledLmg:
    """LMG by permutation sampling: lmg [p], Monte-Carlo standard error mc_se [p], permutations used."""

    lmg: FloatArray
    mc_se: FloatArray
    r2: float
    permutations: int


@dataclass(frozen=True)
class GroupedLmg:
    """Owen values of p drivers in G groups: owen [p] sums to r2; group_lmg [G] is the Shapley value of the
    groups and the sum of their members' Owen values; groups names them in the order of group_lmg.
    """

    owen: FloatArray
    group_lmg: FloatArray
    groups: tuple[Hashable, ...]
    r2: float


def _single(x_corr: ArrayLike, xy_corr: ArrayLike) -> tuple[FloatArray, FloatArray]:
    r, v = check_correlation(x_corr, xy_corr)
    if r.ndim != 2:
        raise ValueError("one correlation matrix is expected")
    if np.linalg.eigvalsh(r)[0] < 1e-10:
        raise ValueError("drivers are linearly dependent: take one of the repeated drivers out")
    return r, v


def lmg_permutation(x_corr: ArrayLike, xy_corr: ArrayLike, *, permutations: int = 2000, seed: int = 0) -> SampledLmg:
    """LMG shares estimated from random orders, each order paired with its reverse to cut the variance.

    x_corr [p, p], xy_corr [p], any p. Shares of each order sum to R2, so the estimate does too.
    ValueError on dependent drivers or fewer than four permutations.
    """
    r, v = _single(x_corr, xy_corr)
    if permutations < 4:
        raise ValueError("permutations must be at least 4")
    p = len(v)
    rng = np.random.default_rng(seed)
    pairs = (permutations + 1) // 2
    half = np.empty((pairs, p))
    block = max(1, 4_000_000 // (p * p))
    for start in range(0, pairs, block):
        order = rng.permuted(np.tile(np.arange(p), (min(block, pairs - start), 1)), axis=1)
        total = np.zeros(order.shape)
        for o in (order, order[:, ::-1]):
            factor = np.linalg.cholesky(r[o[:, :, None], o[:, None, :]])
            added = np.linalg.solve(factor, v[o][..., None])[..., 0] ** 2
            np.put_along_axis(total, o, np.take_along_axis(total, o, 1) + added, 1)
        half[start : start + len(order)] = total / 2
    return SampledLmg(
        half.mean(axis=0), half.std(axis=0, ddof=1) / np.sqrt(pairs), float(v @ np.linalg.solve(r, v)), 2 * pairs
    )


def lmg_grouped(
    x_corr: ArrayLike, xy_corr: ArrayLike, groups: Sequence[Hashable], *, max_players: int = 22
) -> GroupedLmg:
    """Owen values: drivers enter group by group (a scale's items stay together), in every order of groups
    and every order inside a group. Exact.

    x_corr [p, p], xy_corr [p], groups [p] labels. The work for a group of g members among G groups is
    2**(G-1+g); ValueError when G - 1 + g exceeds max_players.
    """
    r, v = _single(x_corr, xy_corr)
    p = len(v)
    if len(groups) != p:
        raise ValueError(f"{len(groups)} group labels for {p} drivers")
    coded, labels = codes(groups, "groups")
    if (coded < 0).any():
        raise ValueError("a driver has no group")
    members = [np.flatnonzero(coded == g) for g in range(len(labels))]
    full = augmented(r, v)
    owen = np.empty(p)
    for g, own in enumerate(members):
        others = [m for h, m in enumerate(members) if h != g]
        if len(others) + len(own) > max_players:
            raise ValueError(f"{len(others)} other groups and {len(own)} members exceed {max_players} players")
        order = np.concatenate([*others, own, [p]]).astype(np.int64)
        state = full[np.ix_(order, order)][..., None]
        for block in others:
            taken = state
            for _ in block:
                taken = sweep_first(taken)
            state = np.concatenate([state[len(block) :, len(block) :], taken], axis=-1)
        for _ in own:
            state = np.concatenate([state[1:, 1:], sweep_first(state)], axis=-1)
        # axis 0: subsets of own members, axis 1: subsets of the other groups
        r2 = (1.0 - state[0, 0]).reshape(2 ** len(own), 2 ** len(others))
        outer = _weights(len(others) + 1)
        value = r2 @ outer
        inner = _weights(len(own))
        for i, j in enumerate(own):
            cube = value.reshape(2 ** (len(own) - 1 - i), 2, 2**i)
            owen[j] = ((cube[:, 1] - cube[:, 0]).ravel() * inner).sum()
    total = np.array([owen[m].sum() for m in members])
    return GroupedLmg(owen, total, tuple(labels.tolist()), float(v @ np.linalg.solve(r, v)))


def _weights(players: int) -> FloatArray:
    """Shapley weight of each subset of the other players - 1 players, in bit order: [2**(players-1)]."""
    size = np.bitwise_count(np.arange(2 ** (players - 1), dtype=np.uint32)).astype(np.int64)
    by_size = np.array([1.0 / (players * comb(players - 1, k)) for k in range(players)])
    weights: FloatArray = by_size[size]
    return weights
