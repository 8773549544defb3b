"""Own benchmarks: a file in a dry run, kept as a version that never changes, and chosen for a study."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from headwater.formats.answers.mapping import fold
from headwater.formats.numerals import read_numbers
from headwater.formats.problem_log import ProblemLog
from headwater.formats.reading import read_table
from headwater.formats.tables import Table as Cells
from headwater.rooms.house import audit
from headwater.rooms.learn.benchmark_sets import Row, Table, error_of_percent, find_set, shipped_sets
from headwater.rooms.learn.models import BenchmarkChoice, BenchmarkVersion
from headwater.rooms.listen.models import Study
from headwater.rooms.people.models import User
from headwater.vocab import Column, HeadwaterError, InputError, Problem

MOST_PROBLEMS = 500
COLUMNS = ("measure", "subject", "organisation", "group", "label", "value", "n", "se")
SPANISH = {"medida": "measure", "sujeto": "subject", "organizacion": "organisation", "organization": "organisation",
           "grupo": "group", "etiqueta": "label", "valor": "value"}  # fmt: skip


class BenchmarkRefusedError(HeadwaterError):
    """A benchmark cannot be kept or chosen in this way; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class ReadBenchmark:
    """What a file holds: its tables, and what is odd or wrong in it."""

    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]


def check_benchmark(
    *,
    title: str,
    source: str,
    licence: str,
    year: str,
    content: bytes,
    file_name: str,
    columns: Sequence[Column],
    actor: User,
    now: datetime,
) -> BenchmarkVersion:
    """Read a file in a dry run. columns: those of released score books, to say which figures can be compared."""
    read = read_benchmark(content, file_name, columns)
    with transaction.atomic():
        made = BenchmarkVersion.objects.create(
            key=slugify(title)[:50] or "benchmark",
            title=title.strip(),
            source=source.strip(),
            licence=licence.strip(),
            year=year.strip(),
            file_name=file_name,
            sha256=hashlib.sha256(content).hexdigest(),
            tables=[table.to_json() for table in read.tables],
            problems=[asdict(problem) for problem in read.problems[:MOST_PROBLEMS]],
            made_at=now,
            made_by=actor,
        )
        _record("benchmark.checked", made, actor, now, {"file": made.sha256})
    return made


def keep_benchmark(*, version_id: UUID, actor: User, now: datetime) -> BenchmarkVersion:
    """Keep a dry run as the next version of its name. Raises BenchmarkRefusedError for a file with errors."""
    with transaction.atomic():
        made = BenchmarkVersion.objects.select_for_update().get(pk=version_id)
        if made.state != BenchmarkVersion.State.CHECKED:
            raise BenchmarkRefusedError(_("This version was kept already, and never changes."))
        if not is_usable(made):
            raise BenchmarkRefusedError(_("This file has errors. Correct them and upload it again."))
        if any(made.key == one.key for one in shipped_sets()):
            raise BenchmarkRefusedError(_("A public benchmark has this name already. Choose another."))
        last = BenchmarkVersion.objects.filter(key=made.key).aggregate(last=Max("version"))["last"] or 0
        made.state, made.version, made.made_at = BenchmarkVersion.State.KEPT, last + 1, now
        made.save()
        _record("benchmark.kept", made, actor, now, {"name": str(made), "file": made.sha256})
    return made


def drop_benchmark(*, version_id: UUID, actor: User, now: datetime) -> None:
    """Throw a dry run away. Raises BenchmarkRefusedError for a kept version: reports may stand on it."""
    with transaction.atomic():
        made = BenchmarkVersion.objects.select_for_update().get(pk=version_id)
        if made.state != BenchmarkVersion.State.CHECKED:
            raise BenchmarkRefusedError(_("This version was kept already, and never changes."))
        _record("benchmark.dropped", made, actor, now, {"file": made.sha256})
        made.delete()


def choose_benchmark(*, study_id: UUID, name: str, actor: User, now: datetime) -> BenchmarkChoice:
    """Compare a study's waves with a version from their launch on. name: `key@version`, "" for none.

    Waves that were launched keep what stood then. Choosing the same again changes nothing.
    """
    if name and find_set(name) is None:
        raise BenchmarkRefusedError(_("There is no such version of a benchmark."))
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study_id)
        last = BenchmarkChoice.objects.filter(study=study).order_by("-chosen_at").first()
        if last is not None and last.name == name:
            return last
        made = BenchmarkChoice.objects.create(study=study, name=name, chosen_at=now, chosen_by=actor)
        payload = {"benchmark": name}
        audit.record(action="benchmark.chosen", actor=str(actor.pk), subject=str(study.pk), payload=payload, now=now)
    return made


def is_usable(made: BenchmarkVersion) -> bool:
    """Whether a dry run may be kept."""
    return bool(made.tables) and not any(one["severity"] == "error" for one in made.problems)


def read_benchmark(content: bytes, name: str, columns: Sequence[Column]) -> ReadBenchmark:
    """Read a file with the columns measure, subject and value; organisation, group, label, n and se where known.

    One row an organisation and figure; without organisations one row is the whole benchmark. A percent with n gets its
    standard error from it. Problems say row and column.
    """
    try:
        cells = read_table(content, name=name)
    except InputError as error:
        return ReadBenchmark((), error.problems)
    log = ProblemLog(name)
    log.extend(cells.problems)
    named = _named(cells)
    for needed in ("measure", "subject", "value"):
        if needed not in named:
            log.add("column", f"there is no column {needed!r}.", "Name the columns measure, subject and value.")
    if log.has_errors:
        return ReadBenchmark((), log.problems)
    try:
        value = read_numbers(cells[named["value"]], cells.rows, log)
        n, se = (
            read_numbers(cells[named[kind]], cells.rows, log, low=0) if kind in named else np.full(len(cells), np.nan)
            for kind in ("n", "se")
        )
    except InputError as error:
        return ReadBenchmark((), (*log.problems, *error.problems))
    return _tables(cells, named, (value, n, se), {(one.measure, one.subject): one for one in columns}, log)


def _tables(
    cells: Cells,
    named: dict[str, str],
    numbers: tuple[np.ndarray, np.ndarray, np.ndarray],
    columns: dict[tuple[str, str], Column],
    log: ProblemLog,
) -> ReadBenchmark:
    texts = {kind: cells[column].texts() for kind, column in named.items() if kind not in ("value", "n", "se")}
    found: dict[tuple[str, str], list[Row]] = {}
    labels: dict[tuple[str, str], str] = {}
    seen: dict[tuple[str, str, str, str], int] = {}
    value, n, se = numbers
    for place, row in enumerate(cells.rows.tolist()):
        key = (texts["measure"][place], texts["subject"][place])
        for kind in ("measure", "subject"):
            if not texts[kind][place]:
                log.add(kind, "the cell is empty.", "Fill it, or drop the row.", row=row, column=named[kind])
        if np.isnan(value[place]):
            if not log.has_errors or cells[named["value"]].text(place) == "":
                log.add("value", "the row has no value.", "Fill it, or drop the row.", row=row, column=named["value"])
            continue
        who, group = (texts[kind][place] if kind in texts else "" for kind in ("organisation", "group"))
        if (again := seen.setdefault((*key, who, group), row)) != row:
            log.add("twice", f"the row repeats row {again}.", "Keep one of the two.", row=row)
        column = columns.get(key)
        if column is not None and not column.low <= value[place] <= column.high:
            message = f"{value[place]:g} lies outside {column.low:g} to {column.high:g}."
            log.add("outside", message, "Correct it, or the figure's name.", row=row, column=named["value"])
        found.setdefault(key, []).append(_row(who, group, value[place], n[place], se[place], _unit(key, column)))
        if "label" in texts and texts["label"][place]:
            labels[key] = texts["label"][place]
    for key, rows in found.items():
        if key not in columns:
            message = f"no released study has {key[0]}:{key[1]}; it can be looked at, and compared by hand."
            log.add("unknown", message, "", severity="note")
        if not any(row.se for row in rows):
            message = f"{key[0]}:{key[1]} comes without errors; its values are taken as exact."
            log.add("exact", message, "Give `se`, or for percents `n`.", severity="warning")
    tables = tuple(
        Table(
            key[0],
            key[1],
            {"en": labels.get(key) or (columns[key].label.get("en", key[1]) if key in columns else key[1])},
            _unit(key, columns.get(key)),
            columns[key].higher_is_better if key in columns else True,
            tuple(rows),
        )
        for key, rows in found.items()
    )
    return ReadBenchmark(() if log.has_errors else tables, log.problems)


def _named(cells: Cells) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in cells.header:
        kind = fold(column)
        kind = SPANISH.get(kind, kind)
        if kind in COLUMNS:
            found.setdefault(kind, column)
    return found


def _unit(key: tuple[str, str], column: Column | None) -> str:
    if column is not None:
        return "percent" if column.unit == "percent" else "points"
    return "percent" if "favourable" in key[0] or "percent" in key[0] else "points"


def _row(organisation: str, group: str, value: float, n: float, se: float, unit: str) -> Row:
    count = None if np.isnan(n) or n < 1 else int(n)
    error = 0.0 if np.isnan(se) else float(se)
    if np.isnan(se) and count and unit == "percent":
        error = error_of_percent(float(value), count)
    return Row(organisation, group, float(value), error, count)


def _record(action: str, made: BenchmarkVersion, actor: User, now: datetime, payload: dict[str, Any]) -> None:
    audit.record(action=action, actor=str(actor.pk), subject=f"benchmark:{made.pk}", payload=payload, now=now)
