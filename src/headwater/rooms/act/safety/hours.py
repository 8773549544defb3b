"""Hours worked by unit and month: entered by hand, or brought in from a file after a dry run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.reading import read_table
from headwater.formats.tables import Table
from headwater.rooms.act.models import HoursFile, HoursWorked
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.house import audit
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import InputError, Problem

SUBJECT = "safety-hours"
NAMES: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "unit id", "unit_id", "unit key", "team", "unidad", "id de unidad", "equipo"),
    "month": ("month", "period", "mes", "periodo"),
    "hours": ("hours", "hours worked", "hours_worked", "horas", "horas trabajadas"),
    "people": ("people", "employees", "average employees", "average_employees", "personas", "empleados"),
}
"""Headers that say what a column is."""

MOST_ROWS = 20_000
MOST_PROBLEMS = 200
MOST_HOURS = Decimal(744)
"""Hours of the longest month: nobody works more."""
FIRST_YEAR, MOST = 2000, Decimal(10) ** 9


def enter_hours(
    *, unit: Unit, year: int, month: int, hours: Decimal, people: Decimal, actor: User, now: datetime
) -> HoursWorked:
    """Keep the hours of a unit's own people in a month; what stood is replaced. The same again changes nothing.

    Raises PermissionDenied, SafetyRefusedError for what cannot be.
    """
    if not may(viewer_of(actor, today=timezone.localdate(now)), "safety.keep", unit):
        raise PermissionDenied
    why = wrong(year, month, hours, people, timezone.localdate(now))
    if why:
        raise SafetyRefusedError(why)
    with transaction.atomic():
        key: dict[str, Any] = {"unit": unit, "year": year, "month": month}
        standing = HoursWorked.objects.select_for_update().filter(**key).first()
        if standing is not None and (standing.hours, standing.people) == (hours, people):
            return standing
        values: dict[str, Any] = {"hours": hours, "people": people, "entered_at": now, "entered_by": actor}
        made, _new = HoursWorked.objects.update_or_create(**key, defaults=values)
        payload = {"unit": unit.key, "month": f"{year}-{month:02d}", "hours": str(hours), "people": str(people)}
        audit.record(action="safety.hours_entered", actor=str(actor.pk), subject=SUBJECT, payload=payload, now=now)
    return made


def wrong(year: int, month: int, hours: Decimal, people: Decimal, today: date) -> str:
    """Return what cannot be about hours of a month, "" where all can."""
    if not FIRST_YEAR <= year <= 9999 or not 1 <= month <= 12:
        return _("Write the month as 2026-03.")
    if (year, month) > (today.year, today.month):
        return _("This month lies ahead.")
    if not 0 <= hours < MOST or not 0 <= people < MOST:
        return _("Hours and people are numbers from 0 on.")
    if hours > 0 and people == 0:
        return _("Hours without people: say how many worked, on average.")
    if hours > people * MOST_HOURS:
        return _("More hours than a month has for so many people.")
    return ""


def check_file(*, content: bytes, file_name: str, actor: User, now: datetime) -> HoursFile:
    """Read a file in a dry run and keep what it would change. No hours change. Raises PermissionDenied."""
    _require_whole(actor, now)
    rows, problems = read_hours(content, file_name, today=timezone.localdate(now))
    with transaction.atomic():
        made = HoursFile.objects.create(
            file_name=file_name[:200],
            rows=rows,
            problems=[asdict(problem) for problem in problems[:MOST_PROBLEMS]],
            uploaded_at=now,
            uploaded_by=actor,
        )
        _record("safety.hours_checked", made, actor, now, rows=len(rows))
    return made


def is_usable(made: HoursFile) -> bool:
    """Whether a dry run may be brought in: no row of it is wrong, and there are some."""
    return bool(made.rows) and not any(one["severity"] == "error" for one in made.problems)


def apply_file(*, file_id: UUID, actor: User, now: datetime) -> HoursFile:
    """Bring a file in: each row replaces what stood for its unit and month. Again changes nothing.

    Raises HoursFile.DoesNotExist, PermissionDenied, SafetyRefusedError for a file with errors, or with a unit that is
    gone since.
    """
    _require_whole(actor, now)
    with transaction.atomic():
        made = HoursFile.objects.select_for_update().get(pk=file_id)
        if made.state == HoursFile.State.APPLIED:
            return made
        if made.state != HoursFile.State.CHECKED or not is_usable(made):
            raise SafetyRefusedError(_("This file has errors. Correct them and upload it again."))
        units = {one.key: one for one in Unit.objects.filter(key__in={row["unit"] for row in made.rows})}
        HoursWorked.objects.bulk_create(
            [
                HoursWorked(
                    unit=units[row["unit"]],
                    year=row["year"],
                    month=row["month"],
                    hours=Decimal(row["hours"]),
                    people=Decimal(row["people"]),
                    entered_at=now,
                    entered_by=actor,
                )
                for row in made.rows
            ],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["unit", "year", "month"],
            update_fields=["hours", "people", "entered_at", "entered_by"],
        )
        count = len(made.rows)
        made.state, made.decided_at = HoursFile.State.APPLIED, now
        made.save(update_fields=["state", "decided_at"])
        _record("safety.hours_applied", made, actor, now, rows=count)
    return made


def drop_file(*, file_id: UUID, actor: User, now: datetime) -> None:
    """Throw a dry run away. Again changes nothing. Raises HoursFile.DoesNotExist, PermissionDenied."""
    _require_whole(actor, now)
    with transaction.atomic():
        made = HoursFile.objects.select_for_update().get(pk=file_id)
        if made.state == HoursFile.State.CHECKED:
            made.state, made.decided_at, made.rows = HoursFile.State.DROPPED, now, []
            made.save()
            _record("safety.hours_dropped", made, actor, now, rows=0)


def read_hours(content: bytes, file_name: str, *, today: date) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return what each row of a CSV or XLSX file would keep, and every problem. Nothing is written.

    Columns: unit (its id), month (2026-03), hours, people. A row is unit, year, month, hours, people, before.
    """
    try:
        table = read_table(content, name=file_name)
    except InputError as error:
        return [], list(error.problems)
    columns = _columns(table.header)
    log = ProblemLog(table.file)
    log.extend(table.problems)
    missing = [name for name in NAMES if name not in columns]
    if missing or len(table) > MOST_ROWS:
        for name in missing:
            log.add("missing", f"there is no column {name}.", "Columns: unit, month, hours, people.", row=1)
        if len(table) > MOST_ROWS:
            log.add("long", f"the file has {len(table):,} rows; {MOST_ROWS:,} is the most.", "Bring it in in parts.")
        return [], list(log.problems)
    rows = _rows(table, columns, log, today)
    return rows, list(log.problems)


def _columns(header: Sequence[str]) -> dict[str, str]:
    folded = {name.strip().casefold(): name for name in reversed(header)}
    return {
        kind: found
        for kind, words in NAMES.items()
        if (found := next((folded[word] for word in words if word in folded), ""))
    }


def _rows(table: Table, columns: Mapping[str, str], log: ProblemLog, today: date) -> list[dict[str, Any]]:
    texts = {kind: table[name].texts() for kind, name in columns.items()}
    known = set(Unit.objects.values_list("key", flat=True))
    standing = {
        (key, year, month): str(hours)
        for key, year, month, hours in HoursWorked.objects.values_list("unit__key", "year", "month", "hours")
    }
    seen: dict[tuple[str, int, int], int] = {}
    found = []
    for place, number in enumerate(table.rows.tolist()):
        unit, month = texts["unit"][place], texts["month"][place]
        if unit not in known:
            log.add(
                "unit", f"there is no unit {shown(unit)}.", "Write the unit's id.", row=number, column=columns["unit"]
            )
            continue
        when = _month(month)
        hours, people = _decimal(texts["hours"][place]), _decimal(texts["people"][place])
        if when is None or hours is None or people is None:
            kind = "month" if when is None else "hours" if hours is None else "people"
            remedy = "Write it as 2026-03." if kind == "month" else "Write a plain number, with a point."
            log.add(kind, f"{shown(texts[kind][place])} cannot be read.", remedy, row=number, column=columns[kind])
            continue
        why = wrong(*when, hours, people, today)
        if why:
            log.add("wrong", why, "", row=number)
            continue
        key = (unit, *when)
        if key in seen:
            log.add("twice", f"the same unit and month stand in row {seen[key]}.", "Keep one of them.", row=number)
            continue
        seen[key] = number
        values = {"unit": unit, "year": when[0], "month": when[1], "hours": str(hours), "people": str(people)}
        found.append({**values, "row": int(number), "before": standing.get(key, "")})
    return found


def _month(text: str) -> tuple[int, int] | None:
    for shape in ("%Y-%m", "%Y-%m-%d", "%m/%Y", "%Y-%m-%d %H:%M:%S"):
        try:
            found = datetime.strptime(text.strip(), shape)  # noqa: DTZ007  a month has no zone
        except ValueError:
            continue
        return found.year, found.month
    return None


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found.quantize(Decimal("0.01")) if found.is_finite() and abs(found) < MOST else None


def _require_whole(actor: User, now: datetime) -> None:
    if not can(viewer_of(actor, today=timezone.localdate(now)), "safety.keep"):
        raise PermissionDenied


def _record(action: str, made: HoursFile, actor: User, now: datetime, *, rows: int) -> None:
    payload = {"file": str(made.pk), "rows": rows}
    audit.record(action=action, actor=str(actor.pk), subject=SUBJECT, payload=payload, now=now)
