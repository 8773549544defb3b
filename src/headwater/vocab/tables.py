"""Tables that come without single answers: published distributions, and figures by unit and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ItemDistribution:
    """One item's published answers in one period, unit by unit.

    units: U unit names. categories: K labels, low answer to high. percent: float64[U, K], of those who answered, NaN
    where not published. n: int64[U], how many answered, 0 where not published.
    """

    item: str
    text: str
    period: str
    units: tuple[str, ...]
    categories: tuple[str, ...]
    percent: NDArray[np.float64]
    n: NDArray[np.int64]


@dataclass(frozen=True)
class UnitPeriods:
    """Figures by unit and period: a panel of units.

    units: U ids. periods: T labels in order. values: by figure, float64[U, T], NaN where there is none.
    bases: by figure, float64[U, T], how many people or cases stand behind a value; absent when unknown.
    names: by unit id, its name. labels: by figure, its words.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    values: Mapping[str, NDArray[np.float64]]
    bases: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
