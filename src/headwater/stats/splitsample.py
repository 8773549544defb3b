"""Split samples: one half of a unit's people rates the leader, the other half supplies the outcome.

A split removes the errors of persons from a link between unit means, at the price of noise; averaging over
many random splits takes the noise of the split away. Half means are less reliable than whole ones: the
disattenuated correlation divides by the half-to-half correlations; Spearman-Brown gives the whole-mean figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    BoolArray,
    FloatArray,
    IntArray,
    Labels,
    codes,
    complete,
    recode,
    same_length,
    vector,
)

__all__ = ["SplitSample", "split_sample"]


@dataclass(frozen=True)
class SplitSample:
    """Split-sample link between unit means of x and y.

    r_odd_even: x of the first half with y of the second; r_even_odd the reverse; r_split their mean.
    reliability_x_half, reliability_y_half: half with half; reliability_x, reliability_y: of whole means, by
    Spearman-Brown 2r / (1 + r). r_disattenuated: r_split / sqrt(product of the half reliabilities), NaN
    when that product is not positive or a reliability is negative. r_same_source: whole means of the same
    people. r_individual: people, units ignored. With many splits each field is the mean over them, the
    disattenuated one computed from the means; split_sd is the SD of r_split over splits (NaN for one).
    groups counts the units with at least two people, which are all that enter except in r_individual.
    """

    r_individual: float
    r_same_source: float
    r_odd_even: float
    r_even_odd: float
    r_split: float
    reliability_x_half: float
    reliability_y_half: float
    reliability_x: float
    reliability_y: float
    r_disattenuated: float
    split_sd: float
    splits: int
    groups: int
    n: int


def _corr(a: FloatArray, b: FloatArray) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / scale) if scale > 0 else float("nan")


def _position(coded: IntArray, key: FloatArray | None = None) -> IntArray:
    """Running number 0, 1, ... of each row inside its group, in file order or in the order of key."""
    order = np.argsort(coded, kind="stable") if key is None else np.lexsort((key, coded))
    counts = np.bincount(coded)
    starts = np.cumsum(counts) - counts
    out = np.empty(len(coded), dtype=np.int64)
    out[order] = np.arange(len(coded)) - np.repeat(starts, counts)
    return out


def _one(x: FloatArray, y: FloatArray, coded: IntArray, first: BoolArray, size: int) -> list[float]:
    means = []
    for half in (first, ~first):
        n = np.bincount(coded[half], minlength=size)
        means.append(np.bincount(coded[half], weights=x[half], minlength=size) / n)
        means.append(np.bincount(coded[half], weights=y[half], minlength=size) / n)
    x1, y1, x0, y0 = means
    return [_corr(x1, y0), _corr(x0, y1), _corr(x1, x0), _corr(y1, y0)]


def split_sample(
    x: ArrayLike, y: ArrayLike, groups: Labels, *, splits: int | None = None, seed: int = 0
) -> SplitSample:
    """Split-sample association of unit means. x [n], y [n], groups [n]; rows complete on all three.

    splits None: one split by the parity of the row's number inside its group, in file order (odd rows give x).
    An integer: that many random splits, averaged. Units of one person are left out. ValueError when fewer
    than three units have two people.
    """
    xv, yv, (coded, _) = vector(x, "x"), vector(y, "y"), codes(groups)
    same_length(x=xv, y=yv, groups=coded)
    if splits is not None and splits < 1:
        raise ValueError("splits must be at least 1")
    keep = complete(xv, yv, coded)
    xv, yv, coded = xv[keep], yv[keep], coded[keep]
    if len(xv) == 0:
        raise ValueError("no complete row")
    r_individual, n = _corr(xv, yv), len(xv)
    enough = np.bincount(coded)[coded] >= 2
    xs, ys = xv[enough], yv[enough]
    if not enough.any() or len(np.unique(coded[enough])) < 3:
        raise ValueError("at least three units with two people are needed")
    cs, _ = recode(coded[enough])
    size = int(cs.max()) + 1
    counts = np.bincount(cs)
    same = _corr(np.bincount(cs, weights=xs) / counts, np.bincount(cs, weights=ys) / counts)
    if splits is None:
        values = np.array([_one(xs, ys, cs, _position(cs) % 2 == 0, size)])
    else:
        rng = np.random.default_rng(seed)
        values = np.array([_one(xs, ys, cs, _position(cs, rng.random(len(cs))) % 2 == 0, size) for _ in range(splits)])
    oe, eo, rx, ry = (float(v) for v in values.mean(axis=0))
    both = values[:, :2].mean(axis=1)
    product = rx * ry if rx > 0 and ry > 0 else float("nan")
    return SplitSample(
        r_individual=r_individual,
        r_same_source=same,
        r_odd_even=oe,
        r_even_odd=eo,
        r_split=(oe + eo) / 2,
        reliability_x_half=rx,
        reliability_y_half=ry,
        reliability_x=2 * rx / (1 + rx),
        reliability_y=2 * ry / (1 + ry),
        r_disattenuated=(oe + eo) / 2 / float(np.sqrt(product)),
        split_sd=float(both.std(ddof=1)) if len(both) > 1 else float("nan"),
        splits=len(values),
        groups=size,
        n=n,
    )
