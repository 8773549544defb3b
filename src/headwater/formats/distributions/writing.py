"""Writes distributions back as one row an item, unit and category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from headwater.formats.writing import write_csv
from headwater.vocab import ItemDistribution

HEADER = ("period", "item", "text", "unit", "category", "value")
TOTAL = "n"


def write_distributions(path: Path | str, distributions: Iterable[ItemDistribution]) -> None:
    """Write distributions as CSV: percents with an empty cell where not published, and n as the category "n"."""
    write_csv(path, HEADER, _rows(distributions))


def _rows(distributions: Iterable[ItemDistribution]) -> Iterator[tuple[object, ...]]:
    for item in distributions:
        for place, unit in enumerate(item.units):
            for category, percent in zip(item.categories, item.percent[place].tolist(), strict=True):
                shown = None if np.isnan(percent) else percent
                yield item.period, item.item, item.text, unit, category, shown
            yield item.period, item.item, item.text, unit, TOTAL, int(item.n[place])
