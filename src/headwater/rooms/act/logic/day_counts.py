"""Days away and days of restricted work or transfer: calendar days, from the day after, at most 180 in all.

After 29 CFR 1904.7(b)(3) and (b)(4). Weekends and holidays count; the day of the injury does not. A day counts once,
as away where both are said of it. An open spell counts on to today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MOST_DAYS = 180
SpellKind = Literal["away", "restricted"]


@dataclass(frozen=True, slots=True)
class Spell:
    """Days in a row, both ends counted. until: None while it lasts."""

    kind: SpellKind
    from_date: date
    until_date: date | None = None


@dataclass(frozen=True, slots=True)
class DayCount:
    """Days that count. is_open: more may come. is_capped: 180 are reached, and no more need be counted."""

    away: int
    restricted: int
    is_open: bool
    is_capped: bool


def count_days(happened: date, spells: Iterable[Spell], today: date) -> DayCount:
    """Return the days that count until today. happened: the day of the injury.

    Raises ValueError for a spell that ends before it begins or begins before the injury.
    """
    listed = list(spells)
    first = happened + timedelta(days=1)
    days: dict[date, SpellKind] = {}
    for spell in listed:
        if spell.until_date is not None and spell.until_date < spell.from_date:
            raise ValueError("days end before they begin")
        if spell.from_date < happened:
            raise ValueError("days begin before the injury")
        end = min(spell.until_date or today, today)
        # beyond the cap nothing is counted; a spell open for years need not be walked through
        day = max(spell.from_date, first)
        for step in range(min((end - day).days + 1, 2 * MOST_DAYS + 1)):
            one = day + timedelta(days=step)
            if days.get(one) != "away":
                days[one] = spell.kind
    counted = [days[one] for one in sorted(days)][:MOST_DAYS]
    is_open = any(spell.until_date is None or spell.until_date > today for spell in listed)
    is_capped = len(days) >= MOST_DAYS
    away = counted.count("away")
    return DayCount(away, len(counted) - away, is_open and not is_capped, is_capped)


@dataclass(frozen=True, slots=True)
class CountedCase:
    """What a year's sums need of a case. outcome, illness: keys of `recordable`."""

    outcome: str
    illness: str
    away: int
    restricted: int


@dataclass(frozen=True, slots=True)
class YearSums:
    """The sums of form 300A, by key."""

    outcomes: Mapping[str, int]
    types: Mapping[str, int]
    days_away: int
    days_restricted: int

    @property
    def cases(self) -> int:
        """All recordable cases."""
        return sum(self.outcomes.values())


def sum_year(cases: Iterable[CountedCase]) -> YearSums:
    """Return the sums of a year's recordable cases. Raises ValueError for a case without an outcome or a type."""
    from headwater.rooms.act.logic.recordable import ILLNESS_TYPES, OUTCOMES

    outcomes: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
    types: dict[str, int] = dict.fromkeys(ILLNESS_TYPES, 0)
    away = restricted = 0
    for one in cases:
        if one.outcome not in outcomes or one.illness not in types:
            raise ValueError("a case is counted by outcome and by type")
        outcomes[one.outcome] += 1
        types[one.illness] += 1
        away, restricted = away + one.away, restricted + one.restricted
    return YearSums(outcomes, types, away, restricted)
