"""Reads unit-by-period tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.numerals import add_rows_where, read_numbers
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.reading import Source, read_table
from headwater.formats.specs import SpecSource
from headwater.formats.tables import Column, Table
from headwater.formats.unit_periods.spec import DateSpec, Grain, RatioSpec, UnitPeriodsSpec, load_unit_periods_spec
from headwater.vocab import InputError, Problem, UnitPeriods

IntColumn = NDArray[np.int64]
FloatColumn = NDArray[np.float64]


@dataclass(frozen=True)
class UnitPeriodsImport:
    """A unit-by-period table and what was wrong with its file."""

    table: UnitPeriods
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are errors."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def require(self) -> UnitPeriodsImport:
        """Return this import. Raises InputError with all errors when there are any."""
        if self.errors:
            raise InputError(self.errors)
        return self


def read_unit_periods(
    source: Source,
    spec: UnitPeriodsSpec | SpecSource,
    *,
    name: str = "",
    sheet: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> UnitPeriodsImport:
    """Read a table of one row a unit and period, or of dated rows that are gathered into periods.

    Values outside `low`..`high`, texts that are no number, negative counts and parts larger than their whole are
    errors by row and read as missing. Figures on a base below `minimum_base` become missing and are counted in a note.
    Periods come out sorted, units sorted by id. Raises InputError when the file or the spec cannot be used.
    """
    if not isinstance(spec, UnitPeriodsSpec):
        spec = load_unit_periods_spec(spec)
    table = read_table(source, name=name, sheet=sheet, limits=limits)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    wanted = _wanted(table, spec)
    unit = table[spec.unit]
    if spec.date is None:
        period = table[spec.period]
        period_code, periods = _index(period, wanted, frozenset({""}))
    else:
        period = table[spec.date.column]
        period_code, periods = _gather(period, table, spec.date, log, wanted)
    unit_code, units = _index(unit, wanted, frozenset({""}))
    for column in (unit, period):
        blank = np.array([value == "" for value in column.values], np.bool_)
        remedy = "Fill it, or drop the row."
        add_rows_where(
            log, "blank", column, table.rows, bad=blank, message="the cell is empty.", remedy=remedy, among=wanted
        )
    kept = wanted & (unit_code >= 0) & (period_code >= 0)
    if not kept.any():
        raise InputError((*log.problems, Problem("no row is left to read.", "Check `keep` and `date`.", table.file)))
    place = unit_code * len(periods) + period_code
    grid = _Grid(len(units), len(periods), place, kept)
    if spec.date is None:
        _check_once(grid, table, units, periods, log)
    values, bases = _figures(table, spec, grid, log)
    labels = {value.key: value.label or value.key for value in spec.values}
    labels |= {ratio.key: ratio.label or ratio.key for ratio in spec.ratios}
    names = _names(table, spec, unit_code=unit_code, units=units, period_code=period_code, kept=kept)
    made = UnitPeriods(units, periods, values, bases, names, labels, spec.source or table.file)
    return UnitPeriodsImport(made, log.problems)


@dataclass(frozen=True)
class _Grid:
    """Where each row belongs: place = unit * periods + period; kept: which rows count."""

    units: int
    periods: int
    place: IntColumn
    kept: NDArray[np.bool_]

    def sums(self, numbers: FloatColumn, among: NDArray[np.bool_]) -> FloatColumn:
        """float64[U, T]: the sum of the numbers of the rows among those kept."""
        here = self.kept & among
        sums = np.bincount(self.place[here], numbers[here], self.units * self.periods)
        return np.asarray(sums.reshape(self.units, self.periods), np.float64)

    def counts(self, among: NDArray[np.bool_]) -> IntColumn:
        """int64[U, T]: how many of the rows kept."""
        here = self.kept & among
        return np.bincount(self.place[here], minlength=self.units * self.periods).reshape(self.units, self.periods)


def _wanted(table: Table, spec: UnitPeriodsSpec) -> NDArray[np.bool_]:
    wanted = np.ones(len(table), np.bool_)
    for column, allowed in spec.keep.items():
        wanted &= table[column].flags(allowed.__contains__)
    return wanted


def _index(column: Column, wanted: NDArray[np.bool_], skip: frozenset[str]) -> tuple[IntColumn, tuple[str, ...]]:
    """Number the distinct texts of the rows wanted, sorted; -1 for texts skipped and rows not wanted."""
    used = np.zeros(len(column.values), np.bool_)
    used[column.codes[wanted]] = True
    found = tuple(sorted({value for value, is_used in zip(column.values, used, strict=True) if is_used} - skip))
    number = {value: place for place, value in enumerate(found)}
    codes = np.array([number.get(value, -1) for value in column.values], np.int64)[column.codes]
    return np.where(wanted, codes, -1), found


def _gather(
    column: Column, table: Table, spec: DateSpec, log: ProblemLog, wanted: NDArray[np.bool_]
) -> tuple[IntColumn, tuple[str, ...]]:
    labels: list[str] = []
    wrong = np.zeros(len(column.values), np.bool_)
    for position, value in enumerate(column.values):
        try:
            day = dt.datetime.strptime(value, spec.format).date() if spec.format else dt.date.fromisoformat(value[:10])  # noqa: DTZ007
        except ValueError:
            wrong[position] = value != ""
            labels.append("")
            continue
        month = f"{day.year:04d}-{day.month:02d}"
        inside = (not spec.first or month >= spec.first) and (not spec.last or month <= spec.last)
        labels.append(period_of(day, spec.to) if inside else "")
    expected = spec.format or "2021-04-30"
    message = f"{{value}} is not a date written as {expected}."
    add_rows_where(
        log, "date", column, table.rows, bad=wrong, message=message, remedy="Correct it, or the `format`.", among=wanted
    )
    return _index(Column(column.name, column.codes, tuple(labels)), wanted, frozenset({""}))


def period_of(day: dt.date, to: Grain) -> str:
    """Name the period of a day: 2021-04, 2021-Q2, 2021, or 2021/22 for a year from April to March."""
    if to == "month":
        return f"{day.year:04d}-{day.month:02d}"
    if to == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    if to == "financial_year":
        start = day.year if day.month >= 4 else day.year - 1
        return f"{start:04d}/{(start + 1) % 100:02d}"
    return f"{day.year:04d}"


def _check_once(grid: _Grid, table: Table, units: tuple[str, ...], periods: tuple[str, ...], log: ProblemLog) -> None:
    """Report a unit and period given twice, and leave out the later rows."""
    rows = np.flatnonzero(grid.kept)
    _, first = np.unique(grid.place[rows], return_index=True)
    again = np.delete(rows, first)
    first_row = {int(grid.place[row]): int(table.rows[row]) for row in rows[first]} if len(again) else {}
    for row in again.tolist():
        place = int(grid.place[row])
        unit, period = units[place // grid.periods], periods[place % grid.periods]
        message = f"unit {shown(unit)} in {shown(period)} is given already in row {first_row[place]}."
        log.add("twice", message, "Keep one of the rows.", row=int(table.rows[row]))
    grid.kept[again] = False


def _figures(
    table: Table, spec: UnitPeriodsSpec, grid: _Grid, log: ProblemLog
) -> tuple[dict[str, FloatColumn], dict[str, FloatColumn]]:
    values: dict[str, FloatColumn] = {}
    bases: dict[str, FloatColumn] = {}
    read: dict[str, FloatColumn] = {}

    def numbers(column: str, low: float | None, high: float | None) -> FloatColumn:
        key = f"{column}\n{low}\n{high}"
        if key not in read:
            read[key] = read_numbers(
                table[column],
                table.rows,
                log,
                missing=spec.missing,
                decimal=spec.decimal,
                delimiter=table.delimiter,
                low=low,
                high=high,
            )
        return read[key]

    for figure in spec.values:
        given = numbers(figure.column, figure.low, figure.high)
        there = ~np.isnan(given)
        made = np.where(grid.counts(there) > 0, grid.sums(given, there) * figure.times, np.nan)
        if figure.base:
            base = numbers(figure.base, 0, None)
            known = ~np.isnan(base)
            bases[figure.key] = np.where(grid.counts(known) > 0, grid.sums(base, known), np.nan)
            made = _thin(made, bases[figure.key], figure.key, figure.minimum_base, log)
        values[figure.key] = made
    for ratio in spec.ratios:
        minimum_rows = 1 if spec.date is None else spec.date.minimum_rows
        above, below = numbers(ratio.numerator, 0, None), numbers(ratio.denominator, 0, None)
        values[ratio.key], bases[ratio.key] = _ratio(
            ratio, above, below, table=table, grid=grid, log=log, minimum_rows=minimum_rows
        )
    for key, made in values.items():
        if np.isnan(made).all():
            log.add("nothing", f"the figure {key!r} has no value in any unit and period.", "Check its columns.")
    return values, bases


def _ratio(
    ratio: RatioSpec,
    above: FloatColumn,
    below: FloatColumn,
    *,
    table: Table,
    grid: _Grid,
    log: ProblemLog,
    minimum_rows: int,
) -> tuple[FloatColumn, FloatColumn]:
    both = ~np.isnan(above) & ~np.isnan(below)
    over = both & (above > below) & grid.kept
    if not ratio.complement and ratio.times != 100:
        over[:] = False
    for row in np.flatnonzero(over).tolist():
        message = f"{above[row]:g} is more than the whole of {below[row]:g} in column {ratio.denominator}."
        log.add("over", message, "Correct one of the two.", row=int(table.rows[row]), column=ratio.numerator)
    both &= ~over
    lost = int(np.count_nonzero(grid.kept & ~both))
    if lost:
        message = (
            f"{lost:,} rows lack {ratio.numerator} or {ratio.denominator}; they enter neither sum of {ratio.key!r}."
        )
        log.add("half", message, severity="note")
    base = grid.sums(below, both)
    enough = grid.counts(both) >= minimum_rows
    with np.errstate(invalid="ignore", divide="ignore"):
        made = ratio.times * grid.sums(above, both) / base
    if ratio.complement:
        made = ratio.times - made
    made = np.where(enough & (base > 0), made, np.nan)
    return _thin(made, base, ratio.key, ratio.minimum_base, log), np.where(enough, base, np.nan)


def _thin(made: FloatColumn, base: FloatColumn, key: str, minimum: float, log: ProblemLog) -> FloatColumn:
    if not minimum:
        return made
    thin = ~np.isnan(made) & ~(base >= minimum)
    if thin.any():
        message = f"{int(thin.sum()):,} values of {key!r} stand on fewer than {minimum:,.0f} and are left out."
        log.add("thin", message, severity="note")
    return np.where(thin, np.nan, made)


def _names(
    table: Table,
    spec: UnitPeriodsSpec,
    *,
    unit_code: IntColumn,
    units: tuple[str, ...],
    period_code: IntColumn,
    kept: NDArray[np.bool_],
) -> dict[str, str]:
    """Name each unit as its latest period does."""
    if not spec.name:
        return {}
    column = table[spec.name]
    rows = np.flatnonzero(kept & ~column.blank)
    rows = rows[np.argsort(period_code[rows], kind="stable")]
    return {units[int(unit_code[row])]: column.text(int(row)) for row in rows}
