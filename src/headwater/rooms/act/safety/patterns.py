"""Near misses of a unit and those right below it: what changed, and whether injuries follow, as far as one can tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from headwater.rooms.act.logic.injury_rates import Month, months_between
from headwater.rooms.act.logic.near_misses import Days, Following, Look, Signal, follow, look_at
from headwater.rooms.act.models import Incident
from headwater.rooms.act.safety.places import Placing
from headwater.rooms.act.safety.rates import MOST_UNITS, unit_of
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit

RECENT, MOST_BEFORE, LEAST_BEFORE, MOST_FOLLOWED = 3, 12, 6, 36
"""Months that are looked at as recent, before them at most and at least, and for what follows what at most."""


@dataclass(frozen=True)
class PatternLine:
    """One unit with all below it. doubling: in how many of 100 cases twice as many days would be shown."""

    unit: Unit
    signal: Signal
    a_month: float
    doubling: int


@dataclass(frozen=True)
class PatternsPage:
    """What near misses tell. before: months before the recent ones, 0 while there are too few to compare with.

    alarms: in how many of 100 looks something is shown although nothing changed. left_out: units with too few days.
    """

    unit: Unit
    above: Unit | None
    first: date
    last: date
    before: int
    lines: tuple[PatternLine, ...]
    left_out: int
    alarms: int
    following: Following

    @property
    def more(self) -> int:
        """How many units have more days than before."""
        return sum(line.signal.change == "more" for line in self.lines)

    @property
    def fewer(self) -> int:
        """How many units have fewer."""
        return sum(line.signal.change == "fewer" for line in self.lines)


def patterns_page(*, viewer: Viewer, unit_key: str, today: date) -> PatternsPage:
    """Return the near misses of a unit. Raises PermissionDenied, Unit.DoesNotExist as `rates_page` does."""
    unit = unit_of(viewer, unit_key)
    last = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    placing = Placing()
    placing.learn(Unit.objects.filter(is_open=True).exclude(number=None))
    near, injuries = _days(Incident.Kind.NEAR_MISS, placing, today), _days(Incident.Kind.INJURY, placing, today)
    every = [day for days in (*near.values(), *injuries.values()) for day in days]
    start = min(((day.year, day.month) for day in every), default=last)
    months = months_between(start, last)
    recent, before = months[-RECENT:], months[-RECENT - MOST_BEFORE : -RECENT]
    has_enough = len(recent) == RECENT and len(before) >= LEAST_BEFORE
    below = list(Unit.objects.filter(is_open=True, parent=unit).exclude(number=None).order_by("number")[:MOST_UNITS])
    shown = below or [unit]
    counts = [Days(one.key, _count(near, one, before), _count(near, one, recent)) for one in shown]
    look = look_at(counts) if has_enough else Look((), 0.0)
    units = {one.key: one for one in shown}
    above = unit.parent if unit.parent is not None and can(viewer, "safety.see", unit.parent.number) else None
    return PatternsPage(
        unit=unit,
        above=above,
        first=date(*(recent or (last,))[0], 1),
        last=date(*last, 1),
        before=len(before) if has_enough else 0,
        lines=tuple(
            PatternLine(units[one.key], one, one.before / len(before), round(100 * one.doubling))
            for one in look.signals
        ),
        left_out=len(shown) - len(look.signals),
        alarms=round(100 * look.false_alarm),
        following=_following(near, injuries, unit, months[-MOST_FOLLOWED:]),
    )


def _days(kind: str, placing: Placing, today: date) -> dict[int, set[date]]:
    """The days on which something of a kind happened, by the number of the unit as it stands today."""
    found: dict[int, set[date]] = defaultdict(set)
    every = Incident.objects.filter(kind=kind, happened_date__lte=today).select_related("unit").only(
        "happened_date", "unit"
    )  # fmt: skip
    for one in every:
        found[placing.number(one.unit)].add(one.happened_date)
    return found


def _count(days: dict[int, set[date]], unit: Unit, months: tuple[Month, ...]) -> tuple[int, ...]:
    """Days of a unit with all below it, by month; a day counts once in each unit it happened in."""
    start = unit.number or 0
    found = Counter(
        (day.year, day.month)
        for place, happened in days.items()
        if start <= place < start + unit.size
        for day in happened
    )
    return tuple(found[month] for month in months)


def _following(
    near: dict[int, set[date]], injuries: dict[int, set[date]], unit: Unit, months: tuple[Month, ...]
) -> Following:
    start = unit.number or 0
    places = [place for place in {*near, *injuries} if start <= place < start + unit.size]

    def by_month(days: set[date]) -> list[int]:
        return [sum((day.year, day.month) == month for day in days) for month in months]

    return follow(
        {str(place): by_month(near.get(place, set())) for place in places},
        {str(place): by_month(injuries.get(place, set())) for place in places},
    )
