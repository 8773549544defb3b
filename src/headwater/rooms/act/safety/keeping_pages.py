"""Pages of what safety keeps: hours by unit and month, files of hours, establishments and their years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied

from headwater.rooms.act.logic.safety_clocks import SHIPPED, ClockRule, Posting, read_posting
from headwater.rooms.act.models import CaseClock, Establishment, EstablishmentYear, HoursFile, HoursWorked, SafetyRule
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.hours import is_usable
from headwater.rooms.act.safety.log_forms import YearBook, check_summaries, year_book
from headwater.rooms.act.safety.places import rules
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for
from headwater.vocab import Problem

MOST_ROWS = 200


@dataclass(frozen=True)
class HoursLine:
    """A unit's hours of a year, by month; None where none stand."""

    unit: Unit
    months: tuple[Decimal | None, ...]

    @property
    def total(self) -> Decimal:
        """All of them."""
        return sum((hours for hours in self.months if hours is not None), Decimal(0))


@dataclass(frozen=True)
class HoursPage:
    """Hours of a year. brings: who may bring in files, over the whole organisation."""

    year: int
    years: tuple[int, ...]
    lines: tuple[HoursLine, ...]
    brings: bool
    without: int


@dataclass(frozen=True)
class HoursFilePage:
    """A file of hours: what it would change, or that it was decided."""

    made: HoursFile
    rows: tuple[dict[str, Any], ...]
    more: int
    new: int
    changed: int
    same: int
    is_usable: bool
    problems: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class PlaceLine:
    """An establishment with its years, and how the posting of the last one stands."""

    place: Establishment
    years: tuple[int, ...]
    posting: Posting
    last_year: int


@dataclass(frozen=True)
class YearPage:
    """An establishment's year: its sums, what the upload would say, and how its posting stands."""

    book: YearBook
    said: EstablishmentYear | None
    posting: Posting
    problems: tuple[Problem, ...]
    sees_health: bool


@dataclass(frozen=True)
class RuleLine:
    """A clock that holds, or one that was ended."""

    rule: ClockRule
    event: str
    is_shipped: bool
    is_active: bool


def hours_page(*, viewer: Viewer, year: int | None, today: date) -> HoursPage:
    """Return the hours of a year, of units that a viewer keeps. Raises PermissionDenied to who keeps none."""
    if not has_role_for(viewer, "safety.keep"):
        raise PermissionDenied
    years = tuple(sorted({*HoursWorked.objects.values_list("year", flat=True).distinct(), today.year}, reverse=True))
    chosen = year if year in years else today.year
    kept: dict[UUID, dict[int, Decimal]] = {}
    units: dict[UUID, Unit] = {}
    for row in HoursWorked.objects.filter(year=chosen).select_related("unit"):
        kept.setdefault(row.unit_id, {})[row.month] = row.hours
        units[row.unit_id] = row.unit
    shown = [one for one in units.values() if may(viewer, "safety.keep", one)]
    shown.sort(key=lambda one: (one.number is None, one.number or 0, one.name))
    lines = tuple(HoursLine(one, tuple(kept[one.pk].get(month) for month in range(1, 13))) for one in shown)
    staffed = Unit.objects.filter(is_open=True, own_people__gt=0).exclude(pk__in=units)
    without = sum(can(viewer, "safety.keep", number) for number in staffed.values_list("number", flat=True))
    return HoursPage(chosen, years, lines, can(viewer, "safety.keep"), without)


def hours_file_page(*, viewer: Viewer, file_id: UUID) -> HoursFilePage:
    """Return a file of hours. Raises PermissionDenied, HoursFile.DoesNotExist."""
    if not can(viewer, "safety.keep"):
        raise PermissionDenied
    made = HoursFile.objects.get(pk=file_id)
    rows = list(made.rows)
    same = sum(bool(row["before"]) and Decimal(row["before"]) == Decimal(row["hours"]) for row in rows)
    new = sum(not row["before"] for row in rows)
    return HoursFilePage(
        made=made,
        rows=tuple({**row, "when": f"{row['year']}-{row['month']:02d}"} for row in rows[:MOST_ROWS]),
        more=max(0, len(rows) - MOST_ROWS),
        new=new,
        changed=len(rows) - new - same,
        same=same,
        is_usable=is_usable(made),
        problems=tuple(made.problems),
    )


def places_page(*, viewer: Viewer, today: date) -> tuple[PlaceLine, ...]:
    """Return the establishments that a viewer keeps. Raises PermissionDenied to who keeps none."""
    if not has_role_for(viewer, "safety.keep"):
        raise PermissionDenied
    found = []
    for place in Establishment.objects.select_related("unit").order_by("name"):
        if not may(viewer, "safety.keep", place.unit):
            continue
        years = set(EstablishmentYear.objects.filter(establishment=place).values_list("year", flat=True))
        years |= set(HoursWorked.objects.values_list("year", flat=True).distinct()) | {today.year, today.year - 1}
        last = today.year - 1
        said = EstablishmentYear.objects.filter(establishment=place, year=last).first()
        posted, down = (said.posted_date, said.taken_down_date) if said is not None else (None, None)
        found.append(
            PlaceLine(place, tuple(sorted(years, reverse=True)), read_posting(last, today, posted, down), last)
        )
    return tuple(found)


def year_page(*, viewer: Viewer, establishment_id: UUID, year: int, today: date) -> YearPage:
    """Return an establishment's year. Raises Establishment.DoesNotExist, also for one a viewer does not keep."""
    place = Establishment.objects.select_related("unit").get(pk=establishment_id)
    if not may(viewer, "safety.keep", place.unit):
        raise Establishment.DoesNotExist
    book = year_book(establishment=place, year=year, today=today)
    posted, down = (book.said.posted_date, book.said.taken_down_date) if book.said is not None else (None, None)
    return YearPage(
        book=book,
        said=book.said,
        posting=read_posting(year, today, posted, down),
        problems=check_summaries([book]).problems,
        sees_health=may(viewer, "safety.health", place.unit),
    )


def rules_page(*, viewer: Viewer) -> tuple[RuleLine, ...]:
    """Return all clocks, those that hold first. Raises PermissionDenied to who keeps none."""
    if not has_role_for(viewer, "safety.keep"):
        raise PermissionDenied
    shipped: dict[tuple[str, str], ClockRule] = {(rule.authority, rule.event): rule for rule in SHIPPED}
    standing = rules()
    lines = [
        RuleLine(rule, str(CaseClock.Event(rule.event).label), shipped.get(key) == rule, is_active=True)
        for key, rule in sorted(standing.items(), key=lambda pair: pair[0][0])
    ]
    for row in SafetyRule.objects.filter(is_active=False).order_by("authority", "event"):
        event = next(rule.event for rule in SHIPPED if rule.event == row.event)
        rule = ClockRule(row.authority, event, row.hours, row.days, row.how, row.source)
        lines.append(RuleLine(rule, str(CaseClock.Event(row.event).label), is_shipped=False, is_active=False))
    return tuple(lines)
