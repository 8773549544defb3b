"""The calendar of minutes: a leader's own weeks, and everybody's for who manages stakeholders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from headwater.rooms.engage.asks import Cap, WeekLoad, cap_of, house_cap, standing_asks
from headwater.rooms.engage.logic.asks import week_of, weeks_from
from headwater.rooms.engage.logic.calendar_files import Event
from headwater.rooms.engage.models import Ask, CalendarAddress, WeeklyCap
from headwater.rooms.engage.stakeholders.own_pages import own_stakeholder
from headwater.rooms.engage.stakeholders.register_pages import MANAGE
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import User
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import require

WEEKS = 8
WEEKS_OF_ALL = 6
BAR = 320
"""The width of a bar's picture."""
PAST, AHEAD = timedelta(days=90), timedelta(days=400)


@dataclass(frozen=True)
class WeekRow:
    """One week: its load, and the bar with the cap's line. wide, line: of BAR. over: minutes past the cap."""

    load: WeekLoad
    last_day: date
    wide: int
    over_from: int
    line: int
    over: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not self.load.asks


@dataclass(frozen=True)
class OwnAsks:
    """One's own weeks. late: asked for a day that has passed, neither done nor fallen away."""

    weeks: tuple[WeekRow, ...]
    late: tuple[Ask, ...]
    cap: Cap
    address: CalendarAddress | None
    is_stakeholder: bool
    sees_all: bool


@dataclass(frozen=True)
class PersonRow:
    """One person's weeks in minutes. cells: a load a week."""

    name: str
    key: str
    cap: Cap
    cells: tuple[WeekLoad, ...]


@dataclass(frozen=True)
class AllAsks:
    """Everybody's weeks. over: how many weeks of people stand past their cap."""

    weeks: tuple[date, ...]
    rows: tuple[PersonRow, ...]
    house: Cap
    over: int


def own_asks_page(*, viewer: Viewer, user: User, today: date) -> OwnAsks:
    """Return what is asked of whoever asks, this week and the next. user: their account."""
    cap = cap_of(user)
    mondays = weeks_from(today, WEEKS)
    loads = [WeekLoad(week, (), cap) for week in mondays]
    found = standing_asks(user).filter(due_date__gte=mondays[0], due_date__lt=mondays[-1] + timedelta(days=7))
    by_week: dict[date, list[Ask]] = {}
    for ask in found:
        by_week.setdefault(week_of(ask.due_date), []).append(ask)
    loads = [WeekLoad(week, tuple(by_week.get(week, ())), cap) for week in mondays]
    most = max([cap.minutes * 1.25, *(load.minutes for load in loads), 1])
    return OwnAsks(
        weeks=tuple(_row(load, most) for load in loads),
        late=tuple(standing_asks(user).filter(due_date__lt=mondays[0], done_at=None)[:20]),
        cap=cap,
        address=CalendarAddress.objects.filter(user=user, ended_at=None).first(),
        is_stakeholder=own_stakeholder(viewer=viewer) is not None,
        sees_all=has_role_for(viewer, MANAGE),
    )


def all_asks_page(*, viewer: Viewer, today: date) -> AllAsks:
    """Return everybody of whom something is asked in the next weeks, by minutes and titles; no page behind them."""
    require(viewer, MANAGE)
    mondays = weeks_from(today, WEEKS_OF_ALL)
    found = (
        Ask.objects.select_related("person", "account", "outsider")
        .filter(cancelled_at=None, due_date__gte=mondays[0], due_date__lt=mondays[-1] + timedelta(days=7))
        .order_by("due_date", "asked_at")
    )
    by_whom: dict[UUID, list[Ask]] = {}
    for ask in found:
        by_whom.setdefault(_whom(ask), []).append(ask)
    house = house_cap()
    caps = {
        key: Cap(row.minutes, row.basis)
        for row in WeeklyCap.objects.exclude(basis=WeeklyCap.Basis.HOUSE)
        if (key := row.person_id or row.account_id or row.outsider_id) in by_whom
    }
    rows = [_person_row(asks, caps.get(key, house), mondays) for key, asks in by_whom.items()]
    rows.sort(key=lambda row: (row.name.casefold(), row.key))
    over = sum(load.over > 0 for row in rows for load in row.cells)
    return AllAsks(mondays, tuple(rows), house, over)


def calendar_events(*, user: User, today: date, site: str) -> list[Event]:
    """Return one's own asks as calendar entries, those that fell away lately as cancelled. site: scheme and host."""
    whose = Q(person=user.person) if user.person is not None else Q(account=user)
    found: QuerySet[Ask] = Ask.objects.filter(whose, due_date__gte=today - PAST, due_date__lte=today + AHEAD)
    return [
        Event(
            uid=f"{ask.pk}@headwater",
            title=_("%(title)s (%(n)s min)") % {"title": ask.title, "n": ask.minutes},
            text=_("Takes %(n)s minutes.") % {"n": ask.minutes} + (f" {_('Done.')}" if ask.done_at is not None else ""),
            day=ask.due_date,
            changed_at=ask.changed_at,
            sequence=ask.sequence,
            address=f"{site}{ask.href}" if ask.href.startswith("/") else "",
            is_cancelled=ask.cancelled_at is not None,
        )
        for ask in found.order_by("due_date", "pk")
    ]


def _row(load: WeekLoad, most: float) -> WeekRow:
    line = round(BAR * load.cap.minutes / most)
    wide = round(BAR * load.minutes / most)
    return WeekRow(load, load.week + timedelta(days=6), min(wide, line), line, line, max(0, wide - line))


def _person_row(asks: list[Ask], cap: Cap, mondays: tuple[date, ...]) -> PersonRow:
    whose = asks[0].person or asks[0].outsider
    name = str(whose) if whose is not None else _account_name(asks[0])
    cells = [WeekLoad(week, tuple(ask for ask in asks if week_of(ask.due_date) == week), cap) for week in mondays]
    return PersonRow(name, str(_whom(asks[0])), cap, tuple(cells))


def _account_name(ask: Ask) -> str:
    return (ask.account.name or ask.account.email) if ask.account is not None else ""


def _whom(ask: Ask) -> UUID:
    found = ask.person_id or ask.account_id or ask.outsider_id
    assert found is not None
    return found
