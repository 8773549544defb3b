"""Where a case counts and whose rules hold there: establishments up the tree, rules in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from headwater.rooms.act.logic.safety_clocks import SHIPPED, US_FEDERAL, ClockRule, Event, rules_in_force
from headwater.rooms.act.models import Establishment, SafetyRule
from headwater.rooms.act.present_units import present_unit, top_unit, way_up
from headwater.rooms.people.models import Unit


def establishment_of(unit: Unit | None) -> Establishment | None:
    """Return the establishment that holds a unit as it stands today: its own or the nearest above. None without one.

    One whose unit was dissolved holds what was kept for that unit, and nothing else, until it gets another unit.
    """
    if unit is None:
        return None
    found = {one.unit_id: one for one in Establishment.objects.all()}
    return found.get(unit.pk) or next((found[one.pk] for one in way_up(unit) if one.pk in found), None)


def rules() -> dict[tuple[str, str], ClockRule]:
    """Return the clocks that hold, by authority and event."""
    rows = list(SafetyRule.objects.order_by("authority", "event"))
    own = [
        ClockRule(row.authority, _event(row.event), row.hours, row.days, row.how, row.source)
        for row in rows
        if row.is_active
    ]
    return rules_in_force(own, [(row.authority, row.event) for row in rows if not row.is_active])


def authorities() -> list[str]:
    """Return the keys of authorities that have a rule, the shipped one first."""
    named = {authority for authority, _event in rules()} - {US_FEDERAL}
    return [US_FEDERAL, *sorted(named)]


def _event(name: str) -> Event:
    return next(rule.event for rule in SHIPPED if rule.event == name)


class Placing:
    """Places units in the tree of today, each looked up once; those nobody can place count for the whole."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._known: dict[UUID, int] = {}
        top = top_unit()
        self.top = top.number if top is not None and top.number is not None else 0

    def number(self, unit: Unit | None) -> int:
        """Return the number of a unit as it stands today."""
        if unit is None:
            return self.top
        if unit.pk not in self._known:
            here = present_unit(unit)
            self._known[unit.pk] = here.number if here is not None and here.number is not None else self.top
        return self._known[unit.pk]

    def learn(self, units: Iterable[Unit]) -> None:
        """Take open units as they stand, without a look-up each."""
        self._known |= {one.pk: one.number for one in units if one.is_open and one.number is not None}


def held_by(placing: Placing) -> Callable[[Unit], UUID | None]:
    """Return the question which establishment holds a unit, as `establishment_of` says, without a look-up each."""
    own: dict[UUID, UUID] = {}
    spans: list[tuple[int, int, UUID]] = []
    for one in Establishment.objects.select_related("unit"):
        own[one.unit_id] = one.pk
        if one.unit.is_open:
            spans.append((one.unit.size, placing.number(one.unit), one.pk))
    spans.sort(key=lambda span: span[0])

    def holder(unit: Unit) -> UUID | None:
        if unit.pk in own:
            return own[unit.pk]
        number = placing.number(unit)
        return next((key for size, start, key in spans if start <= number < start + size), None)

    return holder
