"""The monthly mirror: which of three questions stands lowest, what to practise, and when to ask again. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

CLARITY, SUPPORT, LETTING_GO = "up_goal_in_sight", "up_clears_way_elsewhere", "up_lets_people_finish"
QUESTIONS = (CLARITY, SUPPORT, LETTING_GO)
"""The three questions, as the library asks them of others."""

PRACTISED: Mapping[str, tuple[str, ...]] = {
    CLARITY: ("one-sentence", "what-waits", "say-it-back"),
    SUPPORT: ("one-stone", "least-known", "go-along"),
    LETTING_GO: ("whole-task", "count-hands", "ask-first"),
}
"""Keys of the exercises of each question, in the order in which they are suggested."""


@dataclass(frozen=True, slots=True)
class Lowest:
    """The lowest of some numbers. is_clear: its range lies below those of all others."""

    key: str
    is_clear: bool


def lowest_of(values: Mapping[str, tuple[float, float, float]]) -> Lowest | None:
    """Return the lowest, the first of several that are equal. values: value, low and high by key; None without any."""
    if not values:
        return None
    key = min(values, key=lambda one: values[one][0])
    others = [low for other, (_value, low, _high) in values.items() if other != key]
    return Lowest(key, bool(others) and all(values[key][2] < low for low in others))


def exercise_for(question: str, done: Sequence[str]) -> str:
    """Return the exercise to suggest: the one that was done least often, in their order. Raises KeyError."""
    return min(PRACTISED[question], key=list(done).count)


def month_after(day: date) -> date:
    """Return the same day of the next month, or its last day where it has fewer."""
    year, month = day.year + day.month // 12, day.month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
