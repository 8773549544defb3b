"""Reads a reference data set and what R says about it.

A folder of the reference data holds `data.csv` and `expected.json`: a list of results, each with an id, the R
call, a relative tolerance and a value. `load` gives both as one `Oracle`.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FLOOR = 1e-12
"""Absolute difference that never fails: below it a relative tolerance has no meaning."""


def _parse(texts: list[str]) -> np.ndarray:
    """Floats with NaN for NA and empty cells, or an object array of str when a cell is no number."""
    try:
        return np.array([math.nan if t in {"", "NA"} else float(t) for t in texts])
    except ValueError:
        return np.array(texts, dtype=object)


@dataclass(frozen=True)
class Oracle:
    """One data set and its expected results."""

    name: str
    columns: Mapping[str, np.ndarray]
    results: Mapping[str, Mapping[str, Any]]

    def column(self, name: str) -> np.ndarray:
        """One column of data.csv, shape (n_rows,): float64 with NaN for NA, or an object array of str."""
        if name not in self.columns:
            raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(self.columns)}")
        return self.columns[name].copy()

    def matrix(self, names: Iterable[str]) -> np.ndarray:
        """Several numeric columns side by side, shape (n_rows, n_columns)."""
        return np.column_stack([self.column(name) for name in names])

    def value(self, result_id: str) -> Any:
        """The JSON value of one result."""
        return self._result(result_id)["value"]

    def tol(self, result_id: str) -> float:
        """The relative tolerance of one result, as its file states it."""
        return float(self._result(result_id)["tol_rel"])

    def at(self, result_id: str, *path: str | int) -> Any:
        """The value found by following keys into a nested result."""
        value = self.value(result_id)
        for step in path:
            value = value[step]
        return value

    def close(self, actual: Any, result_id: str, *path: str | int) -> None:
        """Assert that `actual` equals the expected scalar, list or mapping of scalars within its tolerance.

        An expected mapping is compared in its own order with a sequence, or by key with another mapping.
        NA (null) equals NaN.
        """
        expected = self.at(result_id, *path)
        tol = self.tol(result_id)
        label = ".".join([self.name, result_id, *map(str, path)])
        if isinstance(expected, Mapping):
            if isinstance(actual, Mapping):
                missing = [key for key in expected if key not in actual]
                assert not missing, f"{label}: missing {missing}"
                actual = [actual[key] for key in expected]
            expected = list(expected.values())
        want = np.array(np.nan if expected is None else expected, dtype=float)
        have = np.asarray(actual, dtype=float)
        assert have.shape == want.shape, f"{label}: shape {have.shape}, expected {want.shape}"
        np.testing.assert_allclose(have, want, rtol=tol, atol=FLOOR, equal_nan=True, err_msg=label)

    def _result(self, result_id: str) -> Mapping[str, Any]:
        if result_id not in self.results:
            raise KeyError(f"{self.name} has no result {result_id!r}")
        return self.results[result_id]


@cache
def _load(folder: Path) -> Oracle:
    with (folder / "data.csv").open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    columns = {name: _parse([row[i] for row in rows]) for i, name in enumerate(header)}
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return Oracle(folder.name, columns, {result["id"]: result for result in expected["results"]})


def load(shared: Path, name: str) -> Oracle:
    """The data set `name` under `shared/oracles`. The result is cached and not to be changed."""
    return _load(Path(shared) / "oracles" / name)
