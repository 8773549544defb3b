"""Reads the two upload files and checks them: which of the two it is is told by its columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.osha.cells import Value, read_cell
from headwater.formats.osha.checking import check_case, check_once, check_summary
from headwater.formats.osha.fields import CASE_FIELDS, CASE_HEADER, SUMMARY_FIELDS, SUMMARY_HEADER, Field
from headwater.formats.osha.rows import CaseRow, FileKind, SummaryRow
from headwater.formats.problem_log import ProblemLog
from headwater.formats.reading import Source, read_table
from headwater.formats.tables import Table, nearest
from headwater.vocab import InputError, Problem

_OTHER_NAMES = {"ein_number": "ein"}
"""Names that templates of some years use for a column."""


@dataclass(frozen=True)
class OshaFile:
    """An upload file, read and checked. summaries or cases: the rows without an error. rows: how many there were."""

    kind: FileKind
    summaries: tuple[SummaryRow, ...]
    cases: tuple[CaseRow, ...]
    problems: tuple[Problem, ...]
    rows: int

    @property
    def is_sound(self) -> bool:
        """Whether no error was found."""
        return not any(problem.severity == "error" for problem in self.problems)

    def require(self) -> OshaFile:
        """Return this file. Raises InputError with all errors when there are any."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors:
            raise InputError(errors)
        return self


def read_osha(
    source: Source, *, name: str = "", today: date | None = None, limits: Limits = DEFAULT_LIMITS
) -> OshaFile:
    """Read and check an upload file, CSV or XLSX: form 300A (28 columns) or case detail (24 columns).

    today: incidents after it are refused; not looked at by default. Raises InputError for a file that is neither.
    """
    table = read_table(source, name=name, limits=limits)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    columns = {_key(column): column for column in table.header}
    kind = _kind(columns, table.file)
    fields = SUMMARY_FIELDS if kind == "summary" else CASE_FIELDS
    _check_header(columns, fields, table, log)
    texts = {field.name: table[columns[field.name]].texts() for field in fields if field.name in columns}
    numbers = [int(row) for row in table.rows.tolist()]
    read: list[dict[str, Value]] = []
    for place, number in enumerate(numbers):
        cells: dict[str, Value] = {}
        for field in fields:
            given = texts.get(field.name)
            cells[field.name] = None if given is None else read_cell(field, given[place], number, log)
        if kind == "summary":
            check_summary(cells, number, log)
        else:
            check_case(cells, number, log, today)
        read.append(cells)
    _check_rows(kind, read, numbers, log)
    wrong = {problem.row for problem in log.problems if problem.severity == "error"}
    whole = None not in wrong
    sound = [cells for cells, number in zip(read, numbers, strict=True) if whole and number not in wrong]
    return OshaFile(
        kind,
        tuple(SummaryRow(**_given(cells)) for cells in sound) if kind == "summary" else (),  # type: ignore[arg-type]
        tuple(CaseRow(**_given(cells)) for cells in sound) if kind == "cases" else (),  # type: ignore[arg-type]
        log.problems,
        len(numbers),
    )


def _key(column: str) -> str:
    folded = column.strip().casefold().replace(" ", "_")
    return _OTHER_NAMES.get(folded, folded)


def _kind(columns: dict[str, str], file: str) -> FileKind:
    as_summary, as_cases = (len(set(header) & columns.keys()) for header in (SUMMARY_HEADER, CASE_HEADER))
    if max(as_summary, as_cases) < 5:
        message = "this is neither of the two upload files."
        remedy = f"Form 300A begins {', '.join(SUMMARY_HEADER[:4])}; case detail begins {', '.join(CASE_HEADER[:4])}."
        raise InputError(Problem(message, remedy, file, 1))
    return "summary" if as_summary >= as_cases else "cases"


def _check_header(columns: dict[str, str], fields: tuple[Field, ...], table: Table, log: ProblemLog) -> None:
    names = [field.name for field in fields]
    for field in fields:
        if field.name not in columns:
            near = nearest(field.name, [one for one in table.header if _key(one) not in names])
            remedy = f"Is it {near!r}?" if near else "Add it; it may be empty where it is not required."
            log.add("missing", f"the column {field.name} is missing.", remedy, row=1, column=field.name)
    for key, column in columns.items():
        if key not in names:
            message = f"the column {column[:60]!r} is not part of the file."
            log.add("unknown", message, "Take it out.", row=1, column=column[:60])
    standing = [key for key in columns if key in names]
    if standing != [name for name in names if name in columns]:
        message = "the columns stand in another order."
        log.add("order", message, f"Order: {', '.join(names)}.", row=1, severity="warning")


def _check_rows(kind: FileKind, read: list[dict[str, Value]], numbers: list[int], log: ProblemLog) -> None:
    def folded(cells: dict[str, Value], name: str) -> Value:
        value = cells[name]
        return value.casefold() if isinstance(value, str) else value

    if kind == "summary":
        keys: list[tuple[object, ...]] = [
            (folded(cells, "establishment_name"), cells["year_filing_for"]) for cells in read
        ]
        check_once(keys, numbers, "establishment_name", log)
        return
    keys = [
        (folded(cells, "establishment_name"), cells["year_of_filing"], folded(cells, "case_number")) for cells in read
    ]
    check_once(keys, numbers, "case_number", log)


def _given(cells: dict[str, Value]) -> dict[str, Value]:
    """Drop what is empty: the row's own defaults say what an empty cell is."""
    return {name: value for name, value in cells.items() if value is not None}
