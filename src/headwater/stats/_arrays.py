"""Reads what callers pass as values, weights and groups, with one wording for what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
AnyArray: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True)
class Grouping:
    """Group labels in sorted order and, for each kept row, the position of its label."""

    labels: AnyArray  # (n_groups,)
    codes: IntArray  # (n_rows,)

    @property
    def size(self) -> int:
        """Number of groups."""
        return int(self.labels.shape[0])

    def counts(self) -> FloatArray:
        """Rows of each group, shape (n_groups,)."""
        return np.bincount(self.codes, minlength=self.size).astype(np.float64)

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum of `values` in each group, shape (n_groups,) or (n_groups, k) for values of shape (n_rows, k)."""
        if values.ndim == 1:
            return np.bincount(self.codes, weights=values, minlength=self.size).astype(np.float64)
        columns = [np.bincount(self.codes, weights=column, minlength=self.size) for column in values.T]
        return np.stack(columns, axis=1).astype(np.float64) if columns else np.zeros((self.size, 0))

    def means(self, values: FloatArray) -> FloatArray:
        """Mean of `values` in each group, shaped as `sums`."""
        counts = self.counts()
        return self.sums(values) / (counts if values.ndim == 1 else counts[:, None])


def vector(values: npt.ArrayLike, name: str) -> FloatArray:
    """A one-dimensional float array; NaN and None are missing."""
    array = floats(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} has {array.ndim} dimensions; pass one value a row")
    if array.size == 0:
        raise ValueError(f"{name} is empty; pass at least one value")
    return array


def matrix(values: npt.ArrayLike, name: str, *, min_columns: int = 1) -> FloatArray:
    """A two-dimensional float array, rows are respondents; NaN and None are missing."""
    array = floats(values, name)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise ValueError(f"{name} has {array.ndim} dimensions; pass rows of respondents by columns of items")
    if array.shape[0] == 0:
        raise ValueError(f"{name} is empty; pass at least one row")
    if array.shape[1] < min_columns:
        raise ValueError(f"{name} has {array.shape[1]} columns; at least {min_columns} are needed")
    return array


def floats(values: npt.ArrayLike, name: str) -> FloatArray:
    """Any numeric input as float64; None becomes NaN. Infinite values are refused."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{name} holds values that are not numbers; code them as numbers or NaN") from problem
    if np.isinf(array).any():
        raise ValueError(f"{name} holds infinite values; replace them or mark them missing with NaN")
    return array


def same_length(first: AnyArray, second: AnyArray, names: str) -> None:
    """Refuse arrays whose rows do not match."""
    if first.shape[0] != second.shape[0]:
        raise ValueError(f"{names} differ in length ({first.shape[0]} and {second.shape[0]}); align their rows")


def _label_array(labels: npt.ArrayLike | Iterable[object]) -> AnyArray:
    """Labels as they are: a list of several kinds stays objects, or NumPy would turn None and NaN into text."""
    if hasattr(labels, "__array__"):
        array = np.asarray(labels)
        if array.ndim != 1:
            raise ValueError(f"labels have {array.ndim} dimensions; pass one label a row")
        return array
    rows = list(cast("Iterable[object]", labels))
    if all(isinstance(row, str) for row in rows) or all(isinstance(row, _NUMBERS) for row in rows):
        return np.asarray(rows)
    packed = np.empty(len(rows), dtype=object)
    packed[:] = rows
    return packed


_NUMBERS = (bool, int, float, np.number, np.bool_)


def _is_missing(label: object) -> bool:
    if label is None or type(label).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(label, float | np.floating) and bool(np.isnan(label))


def present(labels: npt.ArrayLike | Iterable[object], name: str) -> tuple[AnyArray, BoolArray]:
    """Labels as an array, and which of them are not missing (None, NaN or not-a-time)."""
    array = _label_array(labels)
    if array.shape[0] == 0:
        raise ValueError(f"{name} is empty; pass one label a row")
    if array.dtype.kind == "f":
        return array, ~np.isnan(array)
    if array.dtype.kind in "mM":
        return array, ~np.isnat(array)
    if array.dtype.kind == "O":
        return array, np.array([not _is_missing(item) for item in array], dtype=np.bool_)
    return array, np.ones(array.shape[0], dtype=np.bool_)


def group(labels: AnyArray) -> Grouping:
    """Sorted distinct labels and codes. Labels that cannot be ordered are sorted by their text."""
    if labels.dtype.kind != "O":
        distinct, codes = np.unique(labels, return_inverse=True)
        return Grouping(distinct, codes.astype(np.int64))
    seen = set(labels.tolist())
    try:
        ordered = sorted(seen)
    except TypeError:
        ordered = sorted(seen, key=lambda label: (type(label).__name__, str(label)))
    place = {label: i for i, label in enumerate(ordered)}
    distinct = np.empty(len(ordered), dtype=object)
    distinct[:] = ordered
    return Grouping(distinct, np.array([place[label] for label in labels.tolist()], dtype=np.int64))


def grouped(
    values: npt.ArrayLike, groups: npt.ArrayLike | Iterable[object], *, names: str = "values and groups"
) -> tuple[FloatArray, Grouping]:
    """Values of the rows that are complete (no missing value, a known group) and their grouping.

    Values come back with the shape they had: (n,) or (n, k). Rows with any missing value are left out.
    """
    array = floats(values, names)
    if array.ndim not in (1, 2) or array.shape[0] == 0:
        raise ValueError(f"{names}: pass one row a respondent, at least one row")
    labels, known = present(groups, names)
    same_length(array, labels, names)
    missing = np.isnan(array) if array.ndim == 1 else np.isnan(array).any(axis=1)
    keep = known & ~missing
    if not keep.any():
        raise ValueError(f"{names}: no row has both a value and a group")
    return array[keep], group(labels[keep])


def within_group_deviations(values: FloatArray, grouping: Grouping) -> FloatArray:
    """Values less the mean of their group, shaped as `values`."""
    return np.asarray(values - grouping.means(values)[grouping.codes], dtype=np.float64)


def plain(array: AnyArray) -> FloatArray:
    """A zero-dimensional result as a NumPy float, any other unchanged."""
    return cast("FloatArray", array[()])


def level(confidence: float) -> float:
    """The tail area on one side of a two-sided interval."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; pass a share between 0 and 1, such as 0.95")
    return (1 - confidence) / 2
