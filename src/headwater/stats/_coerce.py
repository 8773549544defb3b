"""Coercion of public inputs: float arrays with NaN for missing, group labels to codes, listwise selection."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Labels: TypeAlias = Sequence[Hashable] | NDArray[Any]


def vector(values: ArrayLike, name: str) -> FloatArray:
    """One-dimensional float array. ValueError when it has another shape, is empty or holds an infinity."""
    out = np.asarray(values, dtype=np.float64)
    if out.ndim != 1:
        raise ValueError(f"{name} must have one dimension, got shape {out.shape}")
    if out.size == 0:
        raise ValueError(f"{name} is empty")
    if np.isinf(out).any():
        raise ValueError(f"{name} holds an infinite value")
    return out


def matrix(values: ArrayLike, name: str) -> FloatArray:
    """Two-dimensional float array [rows, columns]; a vector becomes one column."""
    out = np.asarray(values, dtype=np.float64)
    if out.ndim == 1:
        out = out[:, None]
    if out.ndim != 2:
        raise ValueError(f"{name} must have shape [rows, columns], got {out.shape}")
    if out.size == 0:
        raise ValueError(f"{name} is empty")
    if np.isinf(out).any():
        raise ValueError(f"{name} holds an infinite value")
    return out


def same_length(**arrays: NDArray[Any]) -> int:
    """The shared number of rows. ValueError naming the lengths when they differ."""
    lengths = {name: len(a) for name, a in arrays.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError("arrays differ in length: " + ", ".join(f"{k} {v}" for k, v in lengths.items()))
    return next(iter(lengths.values()))


def _is_missing(value: object) -> bool:
    if isinstance(value, float | np.floating):
        return bool(np.isnan(value))
    return value is None or type(value).__name__ in {"NAType", "NaTType"}


def codes(groups: Labels | ArrayLike, name: str = "groups") -> tuple[IntArray, NDArray[Any]]:
    """Codes 0..G-1 in the sorted order of the labels, -1 where the label is missing (None or NaN).

    Labels that cannot be compared (mixed types) are ordered by first appearance.
    Returns the codes [n] and the labels [G].
    """
    if isinstance(groups, list | tuple):
        # NumPy would turn a None or NaN among texts into a text
        raw = np.empty(len(groups), dtype=object)
        for i, label in enumerate(groups):
            raw[i] = label
    else:
        raw = np.asarray(groups)
    if raw.ndim != 1:
        raise ValueError(f"{name} must have one dimension, got shape {raw.shape}")
    if raw.size == 0:
        raise ValueError(f"{name} is empty")
    if raw.dtype.kind == "f":
        keep = ~np.isnan(raw)
        labels, inverse = np.unique(raw[keep], return_inverse=True)
        coded = np.full(len(raw), -1, dtype=np.int64)
        coded[keep] = inverse
        return coded, labels
    if raw.dtype.kind in "mM":
        absent = np.isnat(raw)
        raw = raw.astype(object)
        raw[absent] = None
    if raw.dtype.kind != "O":
        labels, inverse = np.unique(raw, return_inverse=True)
        return inverse.astype(np.int64), labels
    values = raw.tolist()
    seen: dict[Hashable, int] = {}
    first = np.array([-1 if _is_missing(v) else seen.setdefault(v, len(seen)) for v in values], dtype=np.int64)
    names = list(seen)
    try:
        order = sorted(range(len(names)), key=lambda i: names[i])  # type: ignore[arg-type,return-value]
    except TypeError:
        order = list(range(len(names)))
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[order] = np.arange(len(names))
    rank[-1] = -1
    labels = np.empty(len(names), dtype=object)
    labels[:] = [names[i] for i in order]
    return rank[first], labels


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
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    return float(confidence)
