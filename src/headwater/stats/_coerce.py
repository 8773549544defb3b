"""Coercion of public inputs: float arrays with NaN for missing, group labels to codes, listwise selection."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats._arrays import BoolArray, FloatArray, IntArray, group, level, matrix, present, vector

__all__ = [
    "BoolArray",
    "FloatArray",
    "IntArray",
    "Labels",
    "check_confidence",
    "codes",
    "complete",
    "group_means",
    "group_sums",
    "matrix",
    "recode",
    "same_length",
    "vector",
]

Labels: TypeAlias = Sequence[Hashable] | NDArray[Any]


def same_length(**arrays: NDArray[Any]) -> int:
    """The shared number of rows. ValueError naming the lengths when they differ."""
    lengths = {name: len(a) for name, a in arrays.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError("arrays differ in length: " + ", ".join(f"{k} {v}" for k, v in lengths.items()))
    return next(iter(lengths.values()))


def codes(groups: Labels | ArrayLike, name: str = "groups") -> tuple[IntArray, NDArray[Any]]:
    """Codes 0..G-1 in the sorted order of the labels, -1 where the label is missing (None or NaN).

    Labels that cannot be ordered are sorted by their text. Returns the codes [n] and the labels [G].
    """
    labels, known = present(groups, name)
    grouping = group(labels[known])
    coded = np.full(len(labels), -1, dtype=np.int64)
    coded[known] = grouping.codes
    return coded, grouping.labels


def complete(*arrays: NDArray[Any]) -> BoolArray:
    """True for rows without NaN in any array; integer arrays count as codes, missing where negative."""
    keep = np.ones(len(arrays[0]), dtype=bool)
    for a in arrays:
        if a.dtype.kind in "iu":
            keep &= a >= 0
        else:
            bad = np.isnan(a)
            keep &= ~(bad.any(axis=1) if bad.ndim == 2 else bad)
    return keep


def recode(coded: IntArray) -> tuple[IntArray, IntArray]:
    """Codes without gaps after rows were dropped: new codes [n] and the old code of each new one [G]."""
    old, new = np.unique(coded, return_inverse=True)
    return new.astype(np.int64), old.astype(np.int64)


def group_sums(values: FloatArray, coded: IntArray, size: int) -> FloatArray:
    """Sums by code: [size] for a vector, [size, columns] for a matrix."""
    if values.ndim == 1:
        return np.asarray(np.bincount(coded, weights=values, minlength=size), dtype=np.float64)
    return np.stack([np.bincount(coded, weights=c, minlength=size) for c in values.T], axis=1)


def group_means(values: FloatArray, coded: IntArray, size: int) -> FloatArray:
    """Means by code; every code of 0..size-1 must occur."""
    counts = np.bincount(coded, minlength=size).astype(np.float64)
    sums = group_sums(values, coded, size)
    return sums / (counts if sums.ndim == 1 else counts[:, None])


def check_confidence(confidence: float) -> float:
    """A confidence level strictly between 0 and 1."""
    level(confidence)
    return float(confidence)
