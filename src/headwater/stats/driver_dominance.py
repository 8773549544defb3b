"""Dominance analysis (Azen and Budescu 2003): complete, conditional and general dominance among drivers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import BoolArray, FloatArray
from headwater.stats.drivers import all_subset_r2, lmg

__all__ = ["Dominance", "dominance"]


@dataclass(frozen=True)
class Dominance:
    """Dominance among p drivers.

    conditional [p, p]: mean R2 added by driver (column) to subsets of size 0..p-1 (row); column means are LMG.
    complete [p, p]: True at [i, j] when i adds more than j to every subset of the other drivers.
    conditionally [p, p]: True at [i, j] when i adds more on average at every size. general [p]: LMG.
    """

    conditional: FloatArray
    complete: BoolArray
    conditionally: BoolArray
    general: FloatArray


def _axis_split(r2: FloatArray, p: int, drivers: list[int]) -> FloatArray:
    """R2 with the bits of the named drivers moved to the front: [2, ..., 2, rest]."""
    cube = r2.reshape((2,) * p)  # axis a holds bit p - 1 - a
    axes = [p - 1 - d for d in drivers]
    return np.moveaxis(cube, axes, range(len(axes))).reshape((2,) * len(axes) + (-1,))


def dominance(x_corr: ArrayLike, xy_corr: ArrayLike, *, tolerance: float = 1e-12) -> Dominance:
    """Dominance of the drivers of one outcome: x_corr [p, p], xy_corr [p], at most 22 drivers.

    A difference counts when it exceeds tolerance. Errors as `all_subset_r2`.
    """
    r2 = all_subset_r2(x_corr, xy_corr)
    if r2.ndim != 1:
        raise ValueError("one correlation matrix is expected")
    p = int(r2.shape[-1]).bit_length() - 1
    size = np.bitwise_count(np.arange(2 ** (p - 1), dtype=np.uint32)).astype(np.int64)
    counts = np.bincount(size, minlength=p).astype(np.float64)
    conditional = np.empty((p, p))
    for j in range(p):
        without, with_j = _axis_split(r2, p, [j])
        conditional[:, j] = np.bincount(size, weights=with_j - without, minlength=p) / counts
    complete = np.zeros((p, p), dtype=bool)
    for i in range(p):
        for j in range(i + 1, p):
            cube = _axis_split(r2, p, [i, j])
            gap = cube[1, 0] - cube[0, 1]
            complete[i, j] = bool((gap > tolerance).all())
            complete[j, i] = bool((gap < -tolerance).all())
    ahead = conditional[:, :, None] - conditional[:, None, :]
    return Dominance(conditional, complete, np.asarray((ahead > tolerance).all(axis=0)), lmg(x_corr, xy_corr))
