"""Reads an organisation file into person rows, and those into an organisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from headwater.formats.answers.mapping import fold
from headwater.formats.limits import DEFAULT_LIMITS, Limits
from headwater.formats.organisation.columns import PeopleMapping, load_people_mapping, recognise_columns
from headwater.formats.problem_log import ProblemLog
from headwater.formats.reading import Source, read_table
from headwater.formats.specs import SpecSource
from headwater.formats.tables import Table, missing_column
from headwater.org import Organisation, PersonRow, load_organisation
from headwater.org.cleaning import Contractors
from headwater.org.people import Status
from headwater.vocab import InputError, Problem

_STATUS: dict[Status, tuple[str, ...]] = {
    "active": (
        "", "active", "current", "employed", "a", "1", "on leave", "leave", "activo", "activa", "alta", "vigente",
        "en licencia", "licencia",
    ),
    "left": (
        "left", "leaver", "inactive", "terminated", "resigned", "retired", "ended", "former", "i", "0", "t", "baja",
        "inactivo", "inactiva", "cesado", "cesada", "jubilado", "jubilada",
    ),
    "vacant": ("vacant", "vacancy", "open", "unfilled", "vacante", "sin cubrir"),
}  # fmt: skip
_YES = {"yes", "y", "true", "1", "x", "t", "sí", "si", "s", "verdadero"}
_NO = {"", "no", "n", "false", "0", "f", "falso", "-"}

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class PeopleImport:
    """Person rows of a file, and what was wrong with it."""

    rows: list[PersonRow]
    problems: tuple[Problem, ...]
    file: str


def read_people(
    source: Source,
    mapping: PeopleMapping | SpecSource | None = None,
    *,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> PeopleImport:
    """Read an organisation file into person rows. Without a mapping, columns are recognised by their headers.

    Several managers in one cell are parted by ; or |. Dates are written 2026-03-31 unless `date_format` says
    otherwise. Words for a status and for yes and no are known in English and Spanish; an unknown status counts as
    active, with a warning. Raises InputError when the file or the mapping cannot be used, or a date cannot be read.
    """
    if mapping is not None and not isinstance(mapping, PeopleMapping):
        mapping = load_people_mapping(mapping)
    table = read_table(source, name=name, sheet=mapping.sheet if mapping else "", limits=limits)
    mapping = mapping or recognise_columns(table.header, table.file)
    _require_columns(table, mapping)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    count = len(table)

    def texts(column: str) -> list[str]:
        return table[column].texts() if column else [""] * count

    active: Status = "active"
    status = _parsed(table, mapping.status, _status_of, active, log, "counted as active", "warning")
    contractor = _parsed(table, mapping.contractor, _yes_no, False, log, "read as no", "warning")
    leads = _parsed(table, mapping.leads, _yes_no, False, log, "read as no", "warning")
    primary = _parsed(table, mapping.primary, _yes_no, False, log, "read as no", "warning")
    day = _day_reader(mapping.date_format)
    start = _parsed(table, mapping.start_date, day, None, log, "no date", "error")
    end = _parsed(table, mapping.end_date, day, None, log, "no date", "error")
    if log.has_errors:
        raise InputError(problem for problem in log.problems if problem.severity == "error")
    managers = _managers(table, mapping)
    paths = _paths(table, mapping)
    attributes = {key: texts(column) for key, column in mapping.attributes.items()}
    people, names = texts(mapping.person), texts(mapping.name)
    units, unit_names = texts(mapping.unit), texts(mapping.unit_name)
    rows = [
        PersonRow(
            row=row,
            person=people[place],
            name=names[place],
            manager=managers[place],
            path=paths[place],
            unit=units[place],
            unit_name=unit_names[place],
            status=status[place],
            contractor=contractor[place],
            primary=primary[place] if mapping.primary else None,
            leads=leads[place],
            start_date=start[place],
            end_date=end[place],
            attributes={key: values[place] for key, values in attributes.items()},
        )
        for place, row in enumerate(table.rows.tolist())
    ]
    return PeopleImport(rows, log.problems, table.file)


def read_organisation(
    source: Source,
    mapping: PeopleMapping | SpecSource | None = None,
    *,
    as_of: dt.date | None = None,
    contractors: Contractors = "include",
    root: str = "",
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Organisation:
    """Read an organisation file. See `read_people` and `headwater.org.load_organisation`."""
    found = read_people(source, mapping, name=name, limits=limits)
    made = load_organisation(found.rows, as_of=as_of, contractors=contractors, root=root, file=found.file)
    return replace(made, problems=(*found.problems, *made.problems))


def _require_columns(table: Table, mapping: PeopleMapping) -> None:
    wanted = [
        mapping.person, mapping.name, mapping.manager, mapping.path, *mapping.levels, mapping.unit, mapping.unit_name,
        mapping.status, mapping.contractor, mapping.primary, mapping.leads, mapping.start_date, mapping.end_date,
        *mapping.attributes.values(),
    ]  # fmt: skip
    absent = [column for column in dict.fromkeys(wanted) if column and column not in table.columns]
    if absent:
        raise InputError(missing_column(table.file, column, table.header) for column in absent)


def _parsed(
    table: Table,
    name: str,
    parse: Callable[[str], Parsed],
    default: Parsed,
    log: ProblemLog,
    instead: str,
    severity: str,
) -> list[Parsed]:
    """Parse a column once a distinct text; texts that `parse` refuses are logged and read as the default."""
    if not name:
        return [default] * len(table)
    column = table[name]
    made: list[Parsed] = []
    wrong = np.zeros(len(column.values), np.bool_)
    for position, text in enumerate(column.values):
        try:
            made.append(parse(text))
        except ValueError:
            made.append(default)
            wrong[position] = True
    places = np.flatnonzero(wrong[column.codes])
    if len(places):
        is_error = severity == "error"
        log.add_rows(
            "word",
            table.rows[places],
            (column.text(int(place)) for place in places),
            "{value} is not understood" + ("." if is_error else f"; {instead}."),
            "Write dates as 2026-03-31, or give `date_format`." if is_error else "Correct it.",
            column=name,
            severity="error" if is_error else "warning",
        )
    return [made[code] for code in column.codes.tolist()]


def _status_of(text: str) -> Status:
    folded = fold(text)
    for status, words in _STATUS.items():
        if folded in words:
            return status
    raise ValueError(text)


def _yes_no(text: str) -> bool:
    folded = fold(text)
    if folded in _YES or folded in _NO:
        return folded in _YES
    raise ValueError(text)


def _day_reader(format_: str) -> Callable[[str], dt.date | None]:
    def read(text: str) -> dt.date | None:
        if not text:
            return None
        if format_:
            return dt.datetime.strptime(text, format_).replace(tzinfo=dt.UTC).date()
        return dt.date.fromisoformat(text[:10])

    return read


def _managers(table: Table, mapping: PeopleMapping) -> list[tuple[str, ...]]:
    if not mapping.manager:
        return [()] * len(table)
    column = table[mapping.manager]
    known = set(table[mapping.person].values)
    cells: list[tuple[str, ...]] = []
    for text in column.values:
        if text in known:
            cells.append((text,))
        else:
            parts = [part.strip() for part in text.replace("|", ";").split(";")]
            cells.append(tuple(dict.fromkeys(part for part in parts if part)))
    return [cells[code] for code in column.codes.tolist()]


def _paths(table: Table, mapping: PeopleMapping) -> list[tuple[str, ...]]:
    if mapping.path:
        column = table[mapping.path]
        cells = [
            tuple(" ".join(part.split()) for part in text.strip(mapping.separator + " ").split(mapping.separator))
            for text in column.values
        ]
        return [cells[code] for code in column.codes.tolist()]
    if not mapping.levels:
        return [()] * len(table)
    levels = [[" ".join(text.split()) for text in table[name].texts()] for name in mapping.levels]
    rows = []
    for parts in zip(*levels, strict=True):
        path = list(parts)
        while path and not path[-1]:
            path.pop()
        rows.append(tuple(path))
    return rows
