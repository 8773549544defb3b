"""Reading what `headwater analyse` is told of injuries: one row a unit and period, hours and cases by outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater.formats.answers.units import match_units
from headwater.formats.numerals import add_rows_where, read_numbers
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.reading import read_table
from headwater.formats.specs import Spec
from headwater.formats.tables import Table, missing_column
from headwater.scoring.rates import CASE_KINDS, InjuryCounts
from headwater.vocab import FULL_YEAR_MONTHS, InputError, Problem, UnitTree

COLUMNS = ("unit", "period", "hours", *CASE_KINDS)
FEWEST_COLUMNS = ("unit", "period", "hours")


@dataclass(frozen=True)
class InjuriesSpec:
    """The file of injuries of a project.

    columns: by COLUMNS, the file's column; empty where the file has none of a kind of case. months: by period, how long
    it is; the key "" says it for all others.
    """

    file: str
    columns: Mapping[str, str]
    months: Mapping[str, float] = field(default_factory=dict)
    benchmark: str = ""

    def months_of(self, period: str) -> float:
        """Return a period's length in months."""
        return self.months.get(period, self.months.get("", float(FULL_YEAR_MONTHS)))


def take_injuries(spec: Spec, content: Mapping[str, object]) -> InjuriesSpec:
    """Read the block `injuries` of a project file. Raises InputError naming the key that is wrong."""
    inner = Spec(content, spec.file, "injuries")
    names = Spec(inner.take_mapping("mapping"), spec.file, "injuries.mapping")
    columns = {name: names.take_text(name, name) for name in COLUMNS}
    names.finish()
    made = InjuriesSpec(
        file=inner.need_text("file", "Name the file of hours and cases."),
        columns=columns,
        months=_months(inner),
        benchmark=inner.take_text("benchmark"),
    )
    inner.finish()
    return made


def _months(inner: Spec) -> dict[str, float]:
    value = inner.take("months", FULL_YEAR_MONTHS)
    found = {str(key): months for key, months in value.items()} if isinstance(value, Mapping) else {"": value}
    for months in found.values():
        number = isinstance(months, int | float) and not isinstance(months, bool)
        if not number or not 0 < months <= FULL_YEAR_MONTHS:
            raise inner.error(
                "must be a number of months, 12 at most.", "Write `months: 3`, or one a period.", "months"
            )
    return {key: float(months) for key, months in found.items()}


def read_injuries(path: Path, spec: InjuriesSpec, tree: UnitTree) -> tuple[tuple[InjuryCounts, ...], list[Problem]]:
    """Return what each period brought, periods sorted by name, and warnings.

    Raises InputError with every problem by file, row and column: unknown units, a unit and period given twice, hours of
    0 or below, cases below 0 or not whole.
    """
    table = read_table(path)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    absent = [name for name in FEWEST_COLUMNS if spec.columns[name] not in table.columns]
    given = [kind for kind in CASE_KINDS if spec.columns[kind] in table.columns]
    if absent:
        raise InputError(missing_column(table.file, spec.columns[name], table.header) for name in absent)
    if not given:
        raise InputError(missing_column(table.file, spec.columns["days_away"], table.header))
    unit, _ = match_units(table, spec.columns["unit"], tree, log)
    column = table[spec.columns["period"]]
    add_rows_where(log, "no_period", column, table.rows, bad=np.array([not text for text in column.values], bool),
                   message="the row names no period.", remedy="Fill it, or drop the row.")  # fmt: skip
    hours = _numbers(table, spec.columns["hours"], log)
    for place in np.flatnonzero(hours <= 0).tolist():
        message = f"{hours[place]:g} hours worked; a rate without hours does not exist."
        log.add("hours", message, "Give the hours, or leave the row out.", row=int(table.rows[place]),
                column=spec.columns["hours"])  # fmt: skip
    cases = {kind: _cases(table, spec.columns[kind], log) for kind in given}
    _twice(table, unit, column.codes, tree, log)
    problems = list(log.problems)
    if log.has_errors:
        raise InputError([problem for problem in problems if problem.severity == "error"])
    return tuple(_periods(spec, tree, unit, column.texts(), hours, cases)), problems


def _numbers(table: Table, name: str, log: ProblemLog) -> NDArray[np.float64]:
    column = table[name]
    found = read_numbers(column, table.rows, log, delimiter=table.delimiter)
    blank = column.flags(lambda text: text == "")
    for place in np.flatnonzero(blank).tolist():
        log.add("blank", "the cell is empty.", "Write 0 where there was none.", row=int(table.rows[place]), column=name)
    return found


def _cases(table: Table, name: str, log: ProblemLog) -> NDArray[np.int64]:
    found = _numbers(table, name, log)
    with np.errstate(invalid="ignore"):
        wrong = (found < 0) | (found != np.round(found)) & ~np.isnan(found)
    for place in np.flatnonzero(wrong).tolist():
        message = f"{found[place]:g} is no number of cases."
        log.add("cases", message, "Count whole cases.", row=int(table.rows[place]), column=name)
    return np.where(wrong, 0, np.nan_to_num(found)).astype(np.int64)


def _twice(table: Table, unit: NDArray[np.int64], period: NDArray[np.int32], tree: UnitTree, log: ProblemLog) -> None:
    seen: dict[tuple[int, int], int] = {}
    for place, key in enumerate(zip(unit.tolist(), period.tolist(), strict=True)):
        if key[0] < 0:
            continue
        row = int(table.rows[place])
        if key in seen:
            message = f"unit {shown(tree.ids[key[0]])} stands already in row {seen[key]} for this period."
            log.add("twice", message, "Keep one of the rows.", row=row)
        seen.setdefault(key, row)


def _periods(
    spec: InjuriesSpec,
    tree: UnitTree,
    unit: NDArray[np.int64],
    period: list[str],
    hours: NDArray[np.float64],
    cases: Mapping[str, NDArray[np.int64]],
) -> list[InjuryCounts]:
    found = []
    names = np.array(period, dtype=object)
    for key in sorted(set(period)):
        rows = np.flatnonzero(names == key)
        worked = np.zeros(len(tree))
        worked[unit[rows]] = hours[rows]
        counted = {kind: np.zeros(len(tree), np.int64) for kind in CASE_KINDS}
        for kind, values in cases.items():
            counted[kind][unit[rows]] = values[rows]
        found.append(InjuryCounts(key, spec.months_of(key), worked, **counted))
    return found
