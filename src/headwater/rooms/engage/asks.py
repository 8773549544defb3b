"""What is asked of people, in minutes: recorded by whatever asks, counted by the week, warned of before it is too much.

An ask counts in the week of its day, done or not; one that fell away does not count. Whoever asks names a source, as
"briefing:<id>": the same source asks the same person once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.engage.logic.asks import HOUSE_CAP, MOST_MINUTES, Overload, free_week, overload, week_of
from headwater.rooms.engage.models import Ask, Stakeholder, WeeklyCap
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, User
from headwater.vocab import HeadwaterError

Asked = Person | User | Stakeholder
"""Of whom minutes are asked. A user with a person is that person; a stakeholder inside is theirs."""

MOST_KIND, MOST_TITLE, MOST_HREF, MOST_SOURCE, MOST_REASON = 40, 200, 500, 200, 500
MOST_CAP = 2400


class AskRefusedError(HeadwaterError):
    """An ask or a cap cannot stand so; the message says why."""

    exit_code = 3


class OverloadError(AskRefusedError):
    """Somebody would be asked more than their week holds, and nothing says why it cannot wait.

    lines: one for each of them, then what to do.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        """Take whom it would overload, one line each."""
        self.lines = (*lines, _("Choose another day or somebody else, or say why it cannot wait."))
        super().__init__(" ".join(self.lines))


@dataclass(frozen=True)
class NewAsk:
    """Minutes about to be asked of somebody. source: under which they will stand, or stand already and move."""

    person: Asked
    minutes: int
    due_date: date
    source: str = ""


@dataclass(frozen=True)
class Cap:
    """Minutes a week that may be asked. basis: own, assumed or house."""

    minutes: int
    basis: str

    @property
    def is_own(self) -> bool:
        """Whether the person set it."""
        return self.basis == WeeklyCap.Basis.OWN


@dataclass(frozen=True)
class WeekLoad:
    """What is asked of one person in one week. week: its Monday."""

    week: date
    asks: tuple[Ask, ...]
    cap: Cap

    @property
    def minutes(self) -> int:
        """Minutes asked in all, done ones included."""
        return sum(ask.minutes for ask in self.asks)

    @property
    def over(self) -> int:
        """Minutes past the cap, 0 within it."""
        return max(0, self.minutes - self.cap.minutes)


def whose(asked: Asked) -> dict[str, Any]:
    """Return the one column under which somebody's asks and cap stand, as a filter."""
    if isinstance(asked, Person):
        return {"person": asked}
    if isinstance(asked, Stakeholder):
        return {"person": asked.person} if asked.person is not None else {"outsider": asked}
    return {"person": asked.person} if asked.person is not None else {"account": asked}


def record_ask(
    *,
    person: Asked,
    kind: str,
    title: str,
    minutes: int,
    due_date: date,
    href: str,
    source: str,
    actor: User | None,
    now: datetime,
    over_reason: str = "",
) -> Ask:
    """Record minutes asked of somebody; safe to repeat by source.

    The same source again moves or renames an ask that is open, lets one that fell away stand again, and leaves one that
    was done alone. kind: one word, as "briefing". href: the page where it is done. over_reason: why it is asked past
    the cap, kept only where it is; moved within its week without another one, it keeps the one it has. Raises
    AskRefusedError for no title, no source, and minutes outside 1 to 480.
    """
    title, source = " ".join(title.split())[:MOST_TITLE], source.strip()
    if not title or not source or len(source) > MOST_SOURCE:
        raise AskRefusedError(_("An ask has a title and a source."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise AskRefusedError(_("An ask takes between 1 and %(most)s minutes.") % {"most": MOST_MINUTES})
    values = {
        "kind": kind[:MOST_KIND],
        "title": title,
        "minutes": minutes,
        "due_date": due_date,
        "href": href[:MOST_HREF],
        "over_reason": _kept_reason(NewAsk(person, minutes, due_date, source), over_reason),
    }
    with transaction.atomic():
        ask, is_new = Ask.objects.select_for_update().get_or_create(
            **whose(person),
            source=source,
            defaults={**values, "asked_at": now, "asked_by": actor, "changed_at": now},
        )
        if not is_new:
            same = ask.cancelled_at is None and all(getattr(ask, name) == value for name, value in values.items())
            if same or ask.done_at is not None:
                return ask
            for name, value in values.items():
                setattr(ask, name, value)
            ask.cancelled_at, ask.changed_at, ask.sequence = None, now, ask.sequence + 1
            ask.save()
        _write_down("ask.recorded" if is_new else "ask.changed", ask, actor, now)
    return ask


def done_ask(*, source: str, actor: User | None, now: datetime, person: Asked | None = None) -> int:
    """Note that what a source asked was done, by one person or by all it asked. Returns how many; safe to repeat."""
    return _end("done_at", "ask.done", source, actor, now, person)


def cancel_ask(*, source: str, actor: User | None, now: datetime, person: Asked | None = None) -> int:
    """Let what a source asked fall away, for one person or for all. Returns how many; done ones stay."""
    return _end("cancelled_at", "ask.cancelled", source, actor, now, person)


def cap_of(person: Asked) -> Cap:
    """Return the minutes a week that may be asked of somebody: their own word, else an assumption, else the house's."""
    row = WeeklyCap.objects.filter(**whose(person)).first()
    return Cap(row.minutes, row.basis) if row is not None else house_cap()


def house_cap() -> Cap:
    """Return the cap of everybody for whom none is known."""
    row = WeeklyCap.objects.filter(basis=WeeklyCap.Basis.HOUSE).first()
    return Cap(row.minutes if row is not None else HOUSE_CAP, WeeklyCap.Basis.HOUSE)


def set_cap(*, person: Asked, minutes: int, is_own: bool, actor: User | None, now: datetime) -> Cap:
    """Set the cap of one person. What they said themselves is changed by their own word alone.

    Raises AskRefusedError past a working week, and for an assumption against an own word. The caller says whose word it
    is, and has checked it.
    """
    _check_cap(minutes)
    basis = WeeklyCap.Basis.OWN if is_own else WeeklyCap.Basis.ASSUMED
    with transaction.atomic():
        row = WeeklyCap.objects.select_for_update().filter(**whose(person)).first()
        if row is not None and row.basis == WeeklyCap.Basis.OWN and not is_own:
            if row.minutes == minutes:
                return Cap(row.minutes, row.basis)
            raise AskRefusedError(_("They said themselves how many minutes they have. Only they can change it."))
        if row is None:
            row = WeeklyCap(**whose(person))
        if row.minutes != minutes or row.basis != basis:
            row.minutes, row.basis, row.set_at, row.set_by = minutes, basis, now, actor
            row.save()
            payload = {"minutes": minutes, "basis": str(basis)}
            audit.record(action="cap.set", actor=_id(actor), subject=_subject(row), payload=payload, now=now)
    return Cap(minutes, basis)


def set_house_cap(*, minutes: int, actor: User, now: datetime) -> Cap:
    """Set the cap of everybody for whom none is known. Raises AskRefusedError past a working week."""
    _check_cap(minutes)
    with transaction.atomic():
        if house_cap().minutes != minutes:
            WeeklyCap.objects.update_or_create(
                basis=WeeklyCap.Basis.HOUSE, defaults={"minutes": minutes, "set_at": now, "set_by": actor}
            )
            audit.record(
                action="cap.house_set", actor=_id(actor), subject="caps", payload={"minutes": minutes}, now=now
            )
    return Cap(minutes, WeeklyCap.Basis.HOUSE)


def standing_asks(person: Asked) -> QuerySet[Ask]:
    """Return what is asked of somebody and did not fall away, earliest first."""
    return Ask.objects.filter(**whose(person), cancelled_at=None).order_by("due_date", "asked_at", "pk")


def weekly_load(person: Asked, week_start: date) -> WeekLoad:
    """Return what is asked of somebody in the week of a day."""
    week = week_of(week_start)
    found = standing_asks(person).filter(due_date__gte=week, due_date__lt=week + timedelta(days=7))
    return WeekLoad(week, tuple(found), cap_of(person))


def load_warning(person: Asked, minutes: int, due_date: date, *, source: str = "") -> Overload | None:
    """Return by how much one more ask would pass somebody's cap in its week, None when it fits.

    source: of an ask that stands already and is about to move, which is not counted twice.
    """
    load = weekly_load(person, due_date)
    standing = [ask.minutes for ask in load.asks if not source or ask.source != source]
    return overload(week=load.week, standing=standing, minutes=minutes, cap=load.cap.minutes, is_own=load.cap.is_own)


def check_load(wanted: Iterable[NewAsk], *, over_reason: str, actor: User | None) -> None:
    """Refuse what would overload somebody else without a reason; before anything is recorded, for all of them at once.

    What one asks of oneself is never refused, nor what stands already and moves within its week without growing.
    Raises OverloadError.
    """
    lines = [] if over_reason.strip() else overload_lines(wanted, actor=actor)
    if lines:
        raise OverloadError(lines)


def overload_lines(wanted: Iterable[NewAsk], *, actor: User | None) -> list[str]:
    """Return one line for each person but the actor whom what is asked would overload, as `overload_words`."""
    others = [one for one in wanted if not is_own(one.person, actor) and _standing_as(one) is None]
    return [words for one in others if (words := overload_words(one))]


def overload_words(wanted: NewAsk) -> str:
    """Say whom one more ask would overload: who, which week, how far, the next week with room. "" where it fits."""
    found = load_warning(wanted.person, wanted.minutes, wanted.due_date, source=wanted.source)
    if found is None:
        return ""
    free = next_free_week(wanted.person, wanted.minutes, found.week, source=wanted.source)
    then = (
        _("None of the next twelve weeks has room for it.")
        if free is None
        else _("The next week with room begins on %(week)s.") % {"week": f"{free:%d.%m.%Y}"}
    )
    name = name_of(wanted.person) if isinstance(wanted.person, User) else str(wanted.person)
    return f"{name}: {warning_words(found)} {then}"


def own_words(wanted: NewAsk) -> str:
    """Tell somebody that what they ask of themselves passes their cap, "" where it fits."""
    found = load_warning(wanted.person, wanted.minutes, wanted.due_date, source=wanted.source)
    if found is None:
        return ""
    return _("This makes %(total)s minutes in your week of %(week)s, %(over)s past your %(cap)s.") % {
        "total": found.total,
        "week": f"{found.week:%d.%m.%Y}",
        "over": found.over,
        "cap": found.cap,
    }


def is_own(asked: Asked, actor: User | None) -> bool:
    """Whether somebody asks it of themself."""
    return actor is not None and whose(asked) == whose(actor)


def next_free_week(person: Asked, minutes: int, first: date, *, source: str = "") -> date | None:
    """Return the Monday of the first week from a day on with room under the cap, None for twelve full ones.

    source: of an ask that stands already and is about to move, which is not counted.
    """
    start = week_of(first)
    rows = standing_asks(person).filter(due_date__gte=start, due_date__lt=start + timedelta(weeks=13))
    rows = rows.exclude(source=source) if source else rows
    standing: dict[date, int] = {}
    for due_date, total in rows.order_by("due_date").values_list("due_date").annotate(total=Sum("minutes")):
        standing[week_of(due_date)] = standing.get(week_of(due_date), 0) + int(total or 0)
    return free_week(standing, minutes=minutes, cap=cap_of(person).minutes, first=first)


def warning_words(found: Overload) -> str:
    """Say an overload in one sentence."""
    said = _("the %(cap)s minutes a week they said they have") if found.is_own else _("%(cap)s minutes a week")
    return _("This makes %(total)s minutes in the week of %(week)s, %(over)s past %(cap)s.") % {
        "total": found.total,
        "week": f"{found.week:%d.%m.%Y}",
        "over": found.over,
        "cap": said % {"cap": found.cap},
    }


def _standing_as(wanted: NewAsk) -> Ask | None:
    """Return the ask that stands under the same source in the same week and takes no less, None for none."""
    week = week_of(wanted.due_date)
    return (
        standing_asks(wanted.person)
        .filter(source=wanted.source, minutes__gte=wanted.minutes)
        .filter(due_date__gte=week, due_date__lt=week + timedelta(days=7))
        .first()
    )


def _kept_reason(wanted: NewAsk, over_reason: str) -> str:
    reason = " ".join(over_reason.split())[:MOST_REASON]
    if not reason:
        standing = _standing_as(wanted)
        return standing.over_reason if standing is not None else ""
    over = load_warning(wanted.person, wanted.minutes, wanted.due_date, source=wanted.source)
    return reason if over is not None else ""


def _check_cap(minutes: int) -> None:
    if not 0 <= minutes <= MOST_CAP:
        raise AskRefusedError(_("A cap lies between 0 and %(most)s minutes a week.") % {"most": MOST_CAP})


def _end(column: str, action: str, source: str, actor: User | None, now: datetime, person: Asked | None) -> int:
    with transaction.atomic():
        asks = Ask.objects.select_for_update().filter(source=source, done_at=None, cancelled_at=None)
        if person is not None:
            asks = asks.filter(**whose(person))
        ended = list(asks)
        for ask in ended:
            setattr(ask, column, now)
            ask.changed_at, ask.sequence = now, ask.sequence + 1
            ask.save(update_fields=[column, "changed_at", "sequence"])
            _write_down(action, ask, actor, now)
    return len(ended)


def _write_down(action: str, ask: Ask, actor: User | None, now: datetime) -> None:
    payload = {"ask": str(ask.pk), "source": ask.source, "minutes": ask.minutes, "due": ask.due_date.isoformat()}
    audit.record(action=action, actor=_id(actor), subject=_subject(ask), payload=payload, now=now)


def _id(actor: User | None) -> str:
    return str(actor.pk) if actor is not None else audit.SYSTEM


def _subject(row: Ask | WeeklyCap) -> str:
    return str(row.person_id or row.account_id or row.outsider_id)
