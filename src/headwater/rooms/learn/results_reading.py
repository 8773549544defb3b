"""Files of figures by unit and period: which columns mean what, and the figures with all that is wrong in the file.

Two shapes are read. Long: one row a unit, period and figure, with its value and, if known, the number behind it. Wide:
one row a unit and period with a column a figure, or dated rows of counts; its mapping is the one of unit-by-period
tables (`headwater.formats.unit_periods`). Well-known public files are recognised by their columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from headwater.formats.answers.mapping import fold
from headwater.formats.chain_spec import Recipe, panel_recipes
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.reading import read_table
from headwater.formats.specs import Spec
from headwater.formats.tables import Table, nearest
from headwater.formats.unit_periods import read_unit_periods
from headwater.rooms.learn.results_periods import grain_of, plain_period
from headwater.vocab import InputError, Problem, UnitPeriods, UnitTree

NAMES: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "unit id", "unit key", "unit code", "team", "unidad", "id de unidad", "equipo"),
    "period": ("period", "wave", "year", "quarter", "month", "date", "periodo", "año", "trimestre", "mes", "fecha"),
    "figure": ("figure", "metric", "measure", "indicator", "result", "cifra", "indicador", "medida", "resultado"),
    "value": ("value", "valor"),
    "base": ("base", "n", "count", "cases", "casos", "people", "personas"),
}  # fmt: skip
"""Headers that say by themselves what a column is, in the order in which they are preferred."""

MOST_FIGURES = 60


@dataclass(frozen=True)
class Figures:
    """What a file holds. problems: errors first; with an error nothing of it is taken."""

    table: UnitPeriods | None
    problems: tuple[Problem, ...]

    @property
    def is_usable(self) -> bool:
        """Whether it may be applied."""
        return self.table is not None and not any(problem.severity == "error" for problem in self.problems)


def guess_mapping(content: bytes, name: str) -> tuple[dict[str, Any], str]:
    """Return how a file is probably read, and the key of the recipe that knows it, "" for none.

    Raises InputError when the file cannot be read at all.
    """
    table = read_table(content, name=name)
    header = set(table.header)
    for recipe in panel_recipes():
        for panel in recipe.panels:
            if panel.columns <= header:
                return dict(panel.mapping), recipe.key
    named = {kind: _named(table.header, words) for kind, words in NAMES.items()}
    if all(named[kind] for kind in ("unit", "period", "figure", "value")):
        return {"rows": {kind: column for kind, column in named.items() if column}}, ""
    unit = named["unit"] or table.header[0]
    taken = {unit, named["period"]}
    values = {
        _key(column): {"column": column, "label": column}
        for column in table.header
        if column not in taken and _is_numeric(table, column)
    }
    return {
        "unit": unit,
        "period": named["period"] or table.header[min(1, len(table.header) - 1)],
        "values": values,
    }, ""


def recipe_of(key: str) -> Recipe | None:
    """Return a recipe by its key."""
    return next((recipe for recipe in panel_recipes() if recipe.key == key), None)


def read_figures(content: bytes, name: str, mapping: Mapping[str, Any], *, tree: UnitTree | None) -> Figures:
    """Read a file as its mapping says.

    tree: the organisation, for figures of its own units: units are named by id, or by a name that only one unit has,
    and periods are days, months, quarters, years or years from April to March. None: units and periods are those of the
    file.
    """
    try:
        table, problems = _read(content, name, mapping)
        if tree is None:
            return Figures(table, problems)
        return _of_tree(read_table(content, name=name), mapping, table, problems, tree)
    except InputError as error:
        return Figures(None, error.problems)


def _read(content: bytes, name: str, mapping: Mapping[str, Any]) -> tuple[UnitPeriods, tuple[Problem, ...]]:
    rows = mapping.get("rows")
    if rows is None:
        read = read_unit_periods(content, dict(mapping), name=name)
        return read.table, read.problems
    spec = Spec(rows, name, "rows")
    unit = spec.need_text("unit", "Name the column of the unit.")
    period = spec.need_text("period", "Name the column of the period.")
    figure = spec.need_text("figure", "Name the column that says which figure a row gives.")
    value, base = spec.need_text("value", "Name the column of the values."), spec.take_text("base")
    spec.finish()
    table = read_table(content, name=name)
    kinds = [kind for kind in dict.fromkeys(table[figure].texts()) if kind]
    if len(kinds) > MOST_FIGURES:
        raise InputError(
            Problem(f"the column names {len(kinds)} figures; at most {MOST_FIGURES} are read.", "", name, column=figure)
        )
    log = ProblemLog(name)
    blank = np.flatnonzero(table[figure].blank)
    log.add_rows("figure", table.rows[blank], [""] * len(blank), "the row names no figure.", "Fill it.", column=figure)
    log.extend(table.problems)
    parts = []
    for kind in kinds:
        read = read_unit_periods(
            content,
            {
                "unit": unit,
                "period": period,
                "keep": {figure: [kind]},
                "values": {_key(kind): {"column": value, "label": kind, **({"base": base} if base else {})}},
            },
            name=name,
        )
        parts.append(read.table)
        log.extend(problem for problem in read.problems if problem not in table.problems)
    return stacked(parts), log.problems


def stacked(parts: Sequence[UnitPeriods]) -> UnitPeriods:
    """Lay tables over each other: all units, periods and figures of any; where two give a value, the later holds.

    Raises ValueError when there are none.
    """
    if not parts:
        raise ValueError("no table to lay over another")
    units = tuple(sorted({unit for part in parts for unit in part.units}))
    periods = tuple(sorted({period for part in parts for period in part.periods}))
    row = {unit: place for place, unit in enumerate(units)}
    column = {period: place for place, period in enumerate(periods)}
    values: dict[str, Any] = {}
    bases: dict[str, Any] = {}
    for part in parts:
        at = np.ix_([row[unit] for unit in part.units], [column[period] for period in part.periods])
        for key, given in part.values.items():
            known = ~np.isnan(given)
            for kind, found in ((values, given), (bases, part.bases.get(key))):
                if found is None:
                    continue
                grid = kind.setdefault(key, np.full((len(units), len(periods)), np.nan))
                grid[at] = np.where(known, found, grid[at])
    return UnitPeriods(
        units,
        periods,
        values,
        bases,
        {unit: name for part in parts for unit, name in part.names.items()},
        {key: label for part in parts for key, label in part.labels.items()},
        "; ".join(dict.fromkeys(part.source for part in parts if part.source)),
    )


def _of_tree(
    rows: Table, mapping: Mapping[str, Any], table: UnitPeriods, problems: tuple[Problem, ...], tree: UnitTree
) -> Figures:
    """Name units as the organisation does, and periods plainly."""
    log = ProblemLog(rows.file)
    columns = mapping.get("rows") or mapping
    unit_column = rows[str(columns["unit"])]
    folded = [fold(name) for name in tree.names]
    often = Counter(folded)
    by_name = {name: tree.ids[row] for row, name in enumerate(folded) if often[name] == 1}
    known: dict[str, str] = {}
    for unit in table.units:
        found = unit if unit in tree.index_of else by_name.get(fold(unit), "")
        if found:
            known[unit] = found
            continue
        near = nearest(unit, (*tree.ids, *tree.names))
        remedy = f"Did you mean {near!r}?" if near else "Correct it, or add the unit to the organisation first."
        at = np.flatnonzero(unit_column.flags(unit.__eq__))
        log.add_rows(
            "unit",
            rows.rows[at],
            [unit] * len(at),
            "the organisation has no unit {value}; the row is left out.",
            remedy,
            column=unit_column.name,
            severity="warning",
        )
    if len(set(known.values())) < len(known):
        twice = sorted(unit for unit, times in Counter(known.values()).items() if times > 1)
        message = f"unit {shown(twice[0])} is named in two ways."
        log.add("named twice", message, "Name each unit one way.", column=unit_column.name)
    plain: dict[str, str] = {}
    for period in table.periods:
        found = plain_period(period)
        if found:
            plain[period] = found
            continue
        column = rows[str(columns["period"])] if columns.get("period") else None
        if column is not None:
            at = np.flatnonzero(column.flags(period.__eq__))
            log.add_rows(
                "period",
                rows.rows[at],
                [period] * len(at),
                "{value} is no period.",
                "Write 2026, 2026-Q1, 2026-03, 2025/26 or a day such as 2026-03-31.",
                column=column.name,
            )
    if len(set(plain.values())) < len(plain):
        twice = sorted({one for one in plain.values() if list(plain.values()).count(one) > 1})
        log.add("two days", f"several rows fall into {twice[0]}.", "Give one value a unit and period.")
    grains = {grain_of(period) for period in plain.values()}
    if len(grains) > 1:
        message = f"the file mixes periods of different length: {', '.join(sorted(grains))}."
        log.add("grains", message, "Give one file for each length of period.")
    log.extend(problems)
    if not known:
        message = "no unit of the file is in the organisation."
        log.add("no unit", message, "Check the column of the unit.", column=unit_column.name)
    if log.has_errors or not known:
        return Figures(None, log.problems)
    kept = [place for place, unit in enumerate(table.units) if unit in known]
    return Figures(
        replace(
            table,
            units=tuple(known[table.units[place]] for place in kept),
            periods=tuple(plain[period] for period in table.periods),
            values={key: found[kept] for key, found in table.values.items()},
            bases={key: found[kept] for key, found in table.bases.items()},
            names={},
        ),
        log.problems,
    )


def _named(header: Sequence[str], words: Sequence[str]) -> str:
    folded = {fold(column).replace("_", " "): column for column in header}
    return next((folded[fold(word).replace("_", " ")] for word in words if fold(word).replace("_", " ") in folded), "")


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")[:60] or "figure"


def _is_numeric(table: Table, column: str) -> bool:
    values = [value for value in table[column].values if value not in {"", "NA", "N/A", "-"}]
    return bool(values) and all(re.fullmatch(r"[+-]?\d[\d.,]*", value) for value in values)
