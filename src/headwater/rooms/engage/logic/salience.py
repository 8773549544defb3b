"""Who has to be heard, and who most right now.

Salience follows Mitchell, Agle and Wood (1997): power, legitimacy and urgency, had or not had, make eight classes. The
paper gives no scale. Ours runs from 0 to 4, and `HELD` and above counts as having it, which is 3 or 4 as rated. Power
by interest follows Mendelow (1991), with the same threshold. Urgency alone fades: it holds for 30 days after it was
rated and then halves every 30 days, unless it is rated anew. A decision that comes up raises it. Both rules are ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Attribute = Literal["power", "legitimacy", "urgency"]
ATTRIBUTES: tuple[Attribute, ...] = ("power", "legitimacy", "urgency")

HELD = 2.5
"""From here on an attribute counts as had: what is rated 3 or 4."""
FRESH_DAYS = 30
"""Days for which a rated urgency holds in full."""
HALF_LIFE = 30
"""Days in which it halves after that."""
SOON_DAYS, NEAR_DAYS = 30, 14
"""A decision within these days makes urgency at least 3, at least 4."""

CLASSES = {
    frozenset[str](): "none",
    frozenset({"power"}): "dormant",
    frozenset({"legitimacy"}): "discretionary",
    frozenset({"urgency"}): "demanding",
    frozenset({"power", "legitimacy"}): "dominant",
    frozenset({"power", "urgency"}): "dangerous",
    frozenset({"legitimacy", "urgency"}): "dependent",
    frozenset({"power", "legitimacy", "urgency"}): "definitive",
}

LEVELS = ("unaware", "resistant", "neutral", "supportive", "leading")
"""Levels of engagement, the least first (PMI)."""


@dataclass(frozen=True)
class Rated:
    """One rating as it stands. value: 0 to 4."""

    value: int
    reason: str
    day: date


@dataclass(frozen=True)
class Decision:
    """A decision that comes up."""

    title: str
    day: date


@dataclass(frozen=True)
class Standing:
    """What is known of one stakeholder today. ratings: by aspect, those that were rated. key: to find them again."""

    key: str
    name: str
    ratings: dict[str, Rated]
    decisions: tuple[Decision, ...] = ()
    attitude: str = ""
    desired: str = ""


@dataclass(frozen=True)
class Mattering:
    """One stakeholder, weighed on a day. urgency: 0 to 4 with its fading and rise. next_decision: within 30 days."""

    standing: Standing
    held: frozenset[str]
    urgency: float
    next_decision: Decision | None
    days_to_decision: int | None

    @property
    def salience(self) -> str:
        """The class of Mitchell, Agle and Wood."""
        return CLASSES[self.held]

    @property
    def is_raised(self) -> bool:
        """Whether a decision makes them more urgent than they were rated."""
        return self.next_decision is not None and self.urgency > faded(self.standing.ratings.get("urgency"), None)

    @property
    def gap(self) -> int:
        """Steps from where they stand to where they are hoped to stand; 0 where either is not known."""
        return attitude_gap(self.standing.attitude, self.standing.desired)

    @property
    def weight(self) -> float:
        """Power, legitimacy and urgency added, for the order within a class."""
        rated = self.standing.ratings
        return sum(rated[name].value for name in ("power", "legitimacy") if name in rated) + self.urgency


def faded(rated: Rated | None, today: date | None) -> float:
    """Return an urgency as it counts on a day, 0 where it was never rated. today: None for as it was rated."""
    if rated is None:
        return 0.0
    late = 0 if today is None else max(0, (today - rated.day).days - FRESH_DAYS)
    return float(rated.value * 0.5 ** (late / HALF_LIFE))


def weigh(standing: Standing, *, today: date) -> Mattering:
    """Weigh one stakeholder on a day."""
    coming = sorted((one for one in standing.decisions if one.day >= today), key=lambda one: (one.day, one.title))
    soon = next((one for one in coming if (one.day - today).days <= SOON_DAYS), None)
    urgency = faded(standing.ratings.get("urgency"), today)
    days = None if soon is None else (soon.day - today).days
    if days is not None:
        urgency = max(urgency, 4.0 if days <= NEAR_DAYS else 3.0)
    values = {name: float(rated.value) for name, rated in standing.ratings.items()} | {"urgency": urgency}
    held = frozenset(name for name in ATTRIBUTES if values.get(name, 0.0) >= HELD)
    return Mattering(standing, held, urgency, soon, days)


def matters_now(standings: Iterable[Standing], *, today: date, most: int = 7) -> tuple[Mattering, ...]:
    """Return those who matter most on a day: with at least two of the three attributes, the most of them first.

    Within a class the sum of the three decides, then the step still to go, then the name.
    """
    weighed = [weigh(one, today=today) for one in standings]
    found = [one for one in weighed if len(one.held) >= 2]
    found.sort(key=lambda one: (-len(one.held), -one.weight, -one.gap, one.standing.name))
    return tuple(found[:most])


def quarter_of(power: int | None, interest: int | None) -> str:
    """Return what power and interest ask for: manage_closely, keep_satisfied, keep_informed, monitor; "" not known."""
    if power is None or interest is None:
        return ""
    if power >= HELD:
        return "manage_closely" if interest >= HELD else "keep_satisfied"
    return "keep_informed" if interest >= HELD else "monitor"


def attitude_gap(now: str, desired: str) -> int:
    """Return the steps from one level to another, 0 where either is not known, negative for past it."""
    return LEVELS.index(desired) - LEVELS.index(now) if now in LEVELS and desired in LEVELS else 0
