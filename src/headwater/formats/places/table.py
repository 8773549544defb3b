"""A table of places: one row a unit with latitude and longitude, or with x and y on a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.formats.answers.mapping import fold
from headwater.formats.numerals import read_numbers
from headwater.formats.problem_log import ProblemLog
from headwater.formats.reading import Source, read_table
from headwater.formats.tables import Column, Table, nearest
from headwater.vocab import InputError, Problem

Surface = Literal["earth", "plan"]
"""earth: latitude and longitude in degrees (WGS 84). plan: x to the right and y down, in the plan's own units."""

MOST_PLACES = 20_000
FARTHEST = 1_000_000.0
NAMES: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "unit_id", "unit id", "unit key", "unit code", "key", "id", "team", "branch", "unidad",
             "id de unidad", "equipo", "sucursal"),
    "latitude": ("latitude", "lat", "latitud"),
    "longitude": ("longitude", "lon", "lng", "long", "longitud"),
    "x": ("x",),
    "y": ("y",),
}  # fmt: skip
"""Headers that say what a column is, in the order in which they are preferred."""
AXES: Mapping[Surface, tuple[str, str]] = {"earth": ("longitude", "latitude"), "plan": ("x", "y")}
"""The columns of a surface: across, then up or down."""
ENDS: Mapping[str, tuple[float, float]] = {
    "longitude": (-180.0, 180.0),
    "latitude": (-90.0, 90.0),
    "x": (-FARTHEST, FARTHEST),
    "y": (-FARTHEST, FARTHEST),
}


@dataclass(frozen=True)
class Places:
    """Where units are. spots: by unit key, across (longitude or x), then latitude or y. problems: warnings."""

    surface: Surface
    spots: Mapping[str, tuple[float, float]]
    problems: tuple[Problem, ...] = ()


def read_places(source: Source, surface: Surface, units: Mapping[str, str] | None = None, *, name: str = "") -> Places:
    """Read a table of places; CSV or XLSX, row 1 the header.

    units: names by key; a row names a unit by its key, or by a name that one unit alone has. None takes every key as it
    is written. Columns other than the three are left aside. Raises InputError naming every row that is wrong: no
    coordinates of this surface, a number that is none or lies off the earth, a unit that is not there or comes twice.
    """
    table = read_table(source, name=name)
    columns = {one: _named(table.header, words) for one, words in NAMES.items()}
    _need_columns(table, columns, surface)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    if len(table) > MOST_PLACES:
        log.add(
            "many", f"the file has {len(table)} rows; at most {MOST_PLACES} are read.", "Leave out what is not shown."
        )
        raise InputError(log.problems)
    unit_column = table[columns["unit"]]
    numbers = [_numbers(table[columns[axis]], axis, table, log) for axis in AXES[surface]]
    for axis, found in zip(AXES[surface], numbers, strict=True):
        column = table[columns[axis]]
        # What is no number was said already; here are cells with nothing in them.
        rows = table.rows[column.flags(_is_blank) & np.isnan(found)]
        log.add_rows(
            "blank", rows, [""] * len(rows), "the cell is empty.", "Fill it, or take the row out.", column=column.name
        )
    keys = _keys(unit_column, table, units, log)
    seen: Counter[str] = Counter(key for key in keys if key)
    twice = np.array([seen[key] > 1 for key in keys], bool)
    log.add_rows(
        "twice", table.rows[twice], [key for key in keys if seen[key] > 1], "unit {value} stands in several rows.",
        "Keep one row a unit.", column=unit_column.name,
    )  # fmt: skip
    if log.has_errors:
        raise InputError(log.problems)
    across, down = (found.tolist() for found in numbers)
    return Places(surface, {key: (across[at], down[at]) for at, key in enumerate(keys)}, log.problems)


def _need_columns(table: Table, columns: Mapping[str, str], surface: Surface) -> None:
    other: Surface = "plan" if surface == "earth" else "earth"
    missing = [axis for axis in ("unit", *AXES[surface]) if not columns[axis]]
    if not missing:
        return
    if "unit" not in missing and all(columns[axis] for axis in AXES[other]):
        told = (
            "the file gives x and y, and this map takes latitude and longitude."
            if surface == "earth"
            else "the file gives latitude and longitude, and this plan takes x and y."
        )
        raise InputError(Problem(told, "Make a map of the other kind for it.", table.file, 1))
    listed = ", ".join(table.header[:20])
    raise InputError(
        Problem(f"there is no column {name!r}.", f"The file has: {listed}.", table.file, 1) for name in missing
    )


def _named(header: tuple[str, ...], words: tuple[str, ...]) -> str:
    folded = {fold(column).replace("_", " "): column for column in header}
    return next((folded[word.replace("_", " ")] for word in words if word.replace("_", " ") in folded), "")


def _is_blank(value: str) -> bool:
    return value == ""


def _numbers(
    column: Column, axis: str, table: Table, log: ProblemLog
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    low, high = ENDS[axis]
    # No coordinate has thousands: a comma is a decimal comma.
    decimal: Literal[",", "."] = "," if any("," in value for value in column.values) else "."
    return read_numbers(column, table.rows, log, missing=("",), decimal=decimal, low=low, high=high)


def _keys(column: Column, table: Table, units: Mapping[str, str] | None, log: ProblemLog) -> list[str]:
    """The key of the unit of every row, "" where there is none."""
    blank = table.rows[column.blank]
    log.add_rows(
        "unit", blank, [""] * len(blank), "the row names no unit.", "Fill it, or take the row out.", column=column.name
    )
    if units is None:
        return column.texts()
    counted = Counter(fold(name) for name in units.values())
    by_name = {fold(name): key for key, name in units.items() if counted[fold(name)] == 1}
    known: dict[str, str] = {}
    for value in column.values:
        known[value] = value if value in units else by_name.get(fold(value), "")
        if known[value] or not value:
            continue
        near = nearest(value, (*units, *units.values()))
        remedy = f"Did you mean {near!r}?" if near else "Correct it, or take the row out."
        rows = table.rows[column.flags(value.__eq__)]
        log.add_rows(
            "no unit", rows, [value] * len(rows), "the organisation has no unit {value}.", remedy, column=column.name
        )
    return [known[value] for value in column.texts()]
