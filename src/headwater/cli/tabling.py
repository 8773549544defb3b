"""Analysing tables without single answers: panels of units, and published distributions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from headwater.cli.consistency import naming
from headwater.cli.project import Project
from headwater.formats.distributions import match_by_text, percent_positive, read_distributions
from headwater.formats.unit_periods import join, read_unit_periods
from headwater.vocab import InputError, ItemDistribution, Problem, UnitPeriods

ALL_UNITS = ("All Responses", "All")
"""Names under which tables give the total of all units; it is published, but is no unit of a panel."""


@dataclass(frozen=True)
class Published:
    """One item's percent positive in one period, as published. percent: float64[U], NaN where not published."""

    item: str
    text: str
    period: str
    units: tuple[str, ...]
    percent: np.ndarray
    n: np.ndarray
    same_as: str
    """The item's number in the last period, when its words are the same there; empty otherwise."""


@dataclass(frozen=True)
class TablesResult:
    """A panel of units, and the published percents it was made of, if any."""

    panel: UnitPeriods
    published: tuple[Published, ...] = ()
    problems: tuple[Problem, ...] = ()


def analyse_panels(project: Project) -> TablesResult:
    """Read and join the project's panels. Raises InputError with all that is wrong."""
    problems: list[Problem] = []
    table: UnitPeriods | None = None
    for spec in project.panels:
        with naming(project, spec.file):
            read = read_unit_periods(project.folder / spec.file, spec.mapping).require()
        problems.extend(read.problems)
        if table is None:
            table = read.table
        else:
            joined = join(table, read.table)
            problems.extend(joined.problems)
            table = joined.table
    if table is None:
        raise InputError(f"{project.file} names no panel.")
    return TablesResult(table, (), tuple(problems))


def analyse_distributions(project: Project) -> TablesResult:
    """Read published distributions, match items over periods by text, and form the indexes.

    An index is the unrounded mean of its items' percent positive, where all of them are published. Raises InputError
    with all that is wrong.
    """
    problems: list[Problem] = []
    published: list[Published] = []
    periods: list[tuple[str, list[tuple[ItemDistribution, np.ndarray]]]] = []
    for spec in project.distributions:
        with naming(project, spec.file):
            read = read_distributions(project.folder / spec.file, spec.mapping).require()
        problems.extend(read.problems)
        by_period: dict[str, list[tuple[ItemDistribution, np.ndarray]]] = {}
        for item in read.distributions:
            chosen = read.answer_sets.get((item.period, item.item))
            if chosen is not None and chosen.positive:
                by_period.setdefault(item.period, []).append((item, percent_positive(item, chosen.positive)))
        periods.extend(by_period.items())
    periods.sort(key=lambda entry: entry[0])
    if not periods:
        raise InputError(f"{project.file}: no question of these files has answers in a known order.")
    last = [item for item, _ in periods[-1][1]]
    for period, items in periods:
        same = {}
        if items is not periods[-1][1]:
            matches = match_by_text([item for item, _ in items], last)
            same = {match.a.item: match.b.item for match in matches.pairs}
        for item, percent in items:
            target = item.item if items is periods[-1][1] else same.get(item.item, "")
            published.append(Published(item.item, item.text, period, item.units, percent, item.n, target))
    panel = _index_panel(project, published, [period for period, _ in periods])
    return TablesResult(panel, tuple(published), tuple(problems))


def _index_panel(project: Project, published: list[Published], periods: list[str]) -> UnitPeriods:
    """Form every index by unit and period."""
    units = tuple(sorted({unit for part in published for unit in part.units if unit not in ALL_UNITS}))
    row = {unit: number for number, unit in enumerate(units)}
    values, bases = {}, {}
    for key, items in project.indexes.items():
        cells = np.full((len(items), len(units), len(periods)), np.nan)
        people = np.full(cells.shape, np.nan)
        for part in published:
            if part.same_as in items:
                for number, unit in enumerate(part.units):
                    if unit in row:
                        place = items.index(part.same_as), row[unit], periods.index(part.period)
                        cells[place], people[place] = part.percent[number], part.n[number]
        if np.isnan(cells).all(axis=(1, 2)).any():
            missing = [item for item, found in zip(items, cells, strict=True) if np.isnan(found).all()]
            raise InputError(f"{project.file}: index {key!r} names {', '.join(missing)}, which no file holds.")
        values[key] = cells.mean(axis=0)
        bases[key] = people.min(axis=0)
    return UnitPeriods(units, tuple(periods), values, bases, source="; ".join(project.sources))


def write_published(published: tuple[Published, ...], folder: Path) -> list[Path]:
    """Write percent positive for every unit and item as CSV and XLSX. Returns the files."""
    from headwater.formats import write_csv, write_xlsx

    header = ["period", "item", "same question in the last period", "unit", "percent positive", "answers"]
    rows = [
        [
            part.period,
            part.item,
            part.same_as,
            unit,
            "" if np.isnan(part.percent[number]) else round(float(part.percent[number]), 6),
            int(part.n[number]),
        ]
        for part in published
        for number, unit in enumerate(part.units)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "percent-positive.csv", folder / "percent-positive.xlsx"]
    write_csv(files[0], header, rows)
    write_xlsx(files[1], header, rows, sheet="Percent positive")
    return files
