"""Joins two unit-by-period tables on units and periods, and says what did not match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import InputError, Problem, UnitPeriods


@dataclass(frozen=True)
class Joined:
    """A joined table and its report. only_a, only_b: ids of units that only one table has."""

    table: UnitPeriods
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    problems: tuple[Problem, ...]


def join(a: UnitPeriods, b: UnitPeriods, *, codes: Mapping[str, str] | None = None) -> Joined:
    """Join two tables on unit ids and period labels, keeping what both have.

    codes: ids of `b` to be read as ids of `a`, one to one (a code that changed). Units that merged are not added up
    here: shares cannot be added; give counts and let the file's ratios be formed on the new codes. Names and labels of
    `a` win. Raises InputError when a figure is in both tables, when no unit or no period is shared, or when `codes`
    would join two units into one.
    """
    twice = sorted(set(a.values) & set(b.values))
    if twice:
        raise InputError(
            Problem(f"both tables hold {', '.join(map(repr, twice))}.", "Rename it in one of the mappings.")
        )
    renamed = tuple((codes or {}).get(unit, unit) for unit in b.units)
    if len(set(renamed)) != len(renamed):
        merged = sorted({unit for unit in renamed if renamed.count(unit) > 1})
        message = f"`codes` makes one unit of several: {', '.join(map(repr, merged))}."
        raise InputError(Problem(message, "Percentages of merged units cannot be added; start from their counts."))
    place_a = {unit: place for place, unit in enumerate(a.units)}
    place_b = {unit: place for place, unit in enumerate(renamed)}
    units = tuple(unit for unit in a.units if unit in place_b)
    periods = tuple(period for period in a.periods if period in b.periods)
    if not units:
        raise InputError(Problem("the tables share no unit.", f"They name them {_some(a.units)} and {_some(renamed)}."))
    if not periods:
        message = f"They name them {_some(a.periods)} and {_some(b.periods)}."
        raise InputError(Problem("the tables share no period.", message))
    at_a = np.ix_([place_a[unit] for unit in units], [a.periods.index(period) for period in periods])
    at_b = np.ix_([place_b[unit] for unit in units], [b.periods.index(period) for period in periods])
    table = UnitPeriods(
        units,
        periods,
        values={key: found[at_a] for key, found in a.values.items()}
        | {k: found[at_b] for k, found in b.values.items()},
        bases={key: found[at_a] for key, found in a.bases.items()} | {k: found[at_b] for k, found in b.bases.items()},
        names={unit: a.names.get(unit) or b.names.get(unit, unit) for unit in units},
        labels={**b.labels, **a.labels},
        source="; ".join(dict.fromkeys(source for source in (a.source, b.source) if source)),
    )
    only_a = tuple(unit for unit in a.units if unit not in place_b)
    only_b = tuple(unit for unit in renamed if unit not in place_a)
    problems = [
        *_unmatched(a, only_a, periods, "first"),
        *_unmatched(b, tuple(b.units[place_b[unit]] for unit in only_b), periods, "second"),
        *_lost_periods(a, b, periods),
        *_one_sided(table, a, b),
    ]
    return Joined(table, only_a, only_b, tuple(problems))


def _some(words: tuple[str, ...]) -> str:
    return ", ".join(map(repr, words[:3])) + (", ..." if len(words) > 3 else "")


def _filled(table: UnitPeriods) -> NDArray[np.bool_]:
    """bool[U, T]: where a table has any value."""
    filled = np.zeros((len(table.units), len(table.periods)), np.bool_)
    for found in table.values.values():
        filled |= ~np.isnan(found)
    return filled


def _unmatched(table: UnitPeriods, only: tuple[str, ...], periods: tuple[str, ...], which: str) -> list[Problem]:
    filled = _filled(table)
    here = [table.periods.index(period) for period in periods]
    found = []
    for unit in only:
        present = filled[table.units.index(unit)][here]
        if not present.any():
            continue
        years = [period for period, is_there in zip(periods, present, strict=True) if is_there]
        name = table.names.get(unit, "")
        called = f"{unit} ({name})" if name and name != unit else unit
        gone = "" if len(years) == len(periods) else " It may have merged or changed its code."
        message = f"unit {called} is only in the {which} table ({', '.join(years)}).{gone}"
        found.append(Problem(message, "If its code changed, say so in `codes`.", severity="note"))
    return found


def _lost_periods(a: UnitPeriods, b: UnitPeriods, periods: tuple[str, ...]) -> list[Problem]:
    found = []
    for table, which in ((a, "first"), (b, "second")):
        lost = [period for period in table.periods if period not in periods]
        if lost:
            found.append(Problem(f"only the {which} table has {', '.join(lost)}; left out.", severity="note"))
    return found


def _one_sided(table: UnitPeriods, a: UnitPeriods, b: UnitPeriods) -> list[Problem]:
    """Name units of both tables that never have values of both in one period."""
    of_a = _filled(UnitPeriods(table.units, table.periods, {key: table.values[key] for key in a.values}))
    of_b = _filled(UnitPeriods(table.units, table.periods, {key: table.values[key] for key in b.values}))
    never = np.flatnonzero(~(of_a & of_b).any(axis=1) & of_a.any(axis=1) & of_b.any(axis=1))
    return [
        Problem(
            f"unit {table.units[place]} is in both tables but never in the same period.",
            "It may have merged or changed its code.",
            severity="note",
        )
        for place in never.tolist()
    ]
