"""The part and quarter a review speaks of, and which records lie in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TypeVar

from django.utils import timezone

from headwater.rooms.act.present_units import present_unit, present_units
from headwater.rooms.people.logic.roles import LEADER, Holding, Span, Viewer
from headwater.rooms.people.models import Unit
from headwater.rooms.prove.logic.reviews import Quarter

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """One unit with all below it over one quarter. now: when the review is made, which may be before its last day."""

    unit: Unit
    quarter: Quarter
    now: datetime

    @cached_property
    def span(self) -> Span:
        """The unit as it stands today and all below it; nothing where none is left."""
        here = present_unit(self.unit)
        return Span(0, 0) if here is None or here.number is None else Span(here.number, here.number + here.size)

    @cached_property
    def key(self) -> str:
        """The key of the unit as it stands today, "" for none."""
        here = present_unit(self.unit)
        return "" if here is None else here.key

    @property
    def viewer(self) -> Viewer:
        """Whoever leads this part: a review says no more than they may see."""
        return Viewer("", "", (Holding(LEADER, self.span),))

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole organisation."""
        return self.unit.parent_id is None

    @property
    def today(self) -> date:
        """The day the review is made."""
        return timezone.localdate(self.now)

    @property
    def last(self) -> date:
        """The last day that counts: of the quarter, or today where it still runs."""
        return min(self.quarter.last, self.today)

    @property
    def begins_at(self) -> datetime:
        """The first moment of the quarter, in the house's time zone."""
        return timezone.make_aware(datetime.combine(self.quarter.first, time.min))

    @property
    def ends_at(self) -> datetime:
        """The first moment after the last day that counts."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def has_day(self, day: date | None) -> bool:
        """Whether a day lies in the quarter."""
        return day is not None and self.quarter.first <= day <= self.last

    def has(self, at: datetime | None) -> bool:
        """Whether a moment lies in the quarter."""
        return at is not None and self.begins_at <= at < self.ends_at

    def holds(self, unit: Unit | None) -> bool:
        """Whether a unit lies in this part today. None, nobody said where, counts to the whole alone."""
        if unit is None:
            return self.is_whole
        here = present_unit(unit)
        return here is not None and here.number is not None and self.span.holds(here.number)

    def own(self, rows: Iterable[T], unit_of: Callable[[T], Unit | None]) -> list[T]:
        """Return the records whose unit lies in this part today, in their order."""
        listed = [(row, unit_of(row)) for row in rows]
        homes = present_units(unit for _row, unit in listed if unit is not None)
        found = []
        for row, unit in listed:
            home = None if unit is None else homes[unit.pk]
            inside = home is not None and home.number is not None and self.span.holds(home.number)
            if inside or (unit is None and self.is_whole):
                found.append(row)
        return found
