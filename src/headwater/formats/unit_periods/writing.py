"""Writes a unit-by-period table back: one row a unit and period."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from headwater.formats.writing import write_csv
from headwater.vocab import UnitPeriods


def write_unit_periods(path: Path | str, table: UnitPeriods) -> None:
    """Write CSV with the columns unit, name, period, then each figure and, as `<figure>_base`, what it stands on."""
    header = ["unit", "name", "period"]
    for key in table.values:
        header += [key, f"{key}_base"] if key in table.bases else [key]
    write_csv(path, header, _rows(table))


def _rows(table: UnitPeriods) -> Iterator[list[object]]:
    for row, unit in enumerate(table.units):
        for column, period in enumerate(table.periods):
            cells: list[object] = []
            for key, found in table.values.items():
                cells.append(_cell(found[row, column]))
                if key in table.bases:
                    cells.append(_cell(table.bases[key][row, column]))
            if any(cell is not None for cell in cells):
                yield [unit, table.names.get(unit, ""), period, *cells]


def _cell(number: float) -> float | int | None:
    if np.isnan(number):
        return None
    return int(number) if float(number).is_integer() else float(number)
