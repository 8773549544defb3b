"""Programme reviews: which quarter, how long from hearing to acting, and what stands first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

FEWEST = 3
"""A median of fewer is not shown: it would be one case."""


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year. number: 1 to 4."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after().first - timedelta(days=1)

    @property
    def key(self) -> str:
        """As files and addresses name it: "2026-Q3"."""
        return f"{self.year}-Q{self.number}"

    def after(self) -> Quarter:
        """Return the next one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def before(self) -> Quarter:
        """Return the one before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


def quarter_of(day: date) -> Quarter:
    """Return the quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_from(key: str) -> Quarter:
    """Return the quarter of a key. Raises ValueError for a key that names none."""
    year, _dash, number = key.partition("-Q")
    if not (year.isdigit() and len(year) == 4 and number in ("1", "2", "3", "4")):
        raise ValueError(f"{key!r} is no quarter")
    return Quarter(int(year), int(number))


@dataclass(frozen=True)
class Pace:
    """How long it took from hearing to acting. days: the median over everything heard, None for fewer than three heard
    or where fewer than half was acted on yet.

    Those not acted on count as longer than every one that was: leaving them out would make the slowest look quick.
    """

    heard: int
    acted: int
    days: float | None


def pace_of(heard: Iterable[tuple[date, date | None]]) -> Pace:
    """Return the pace of pairs of days: heard, and first acted on, None for not yet."""
    pairs = list(heard)
    waits = sorted((acted - begun).days for begun, acted in pairs if acted is not None)
    waiting = len(pairs) - len(waits)
    if len(pairs) < FEWEST:
        return Pace(len(pairs), len(waits), None)
    ordered: list[float] = [float(one) for one in waits] + [float("inf")] * waiting
    middle = median(ordered)
    return Pace(len(pairs), len(waits), middle if middle != float("inf") else None)


def verdict_order(verdict: str) -> int:
    """Return the place of a verdict where what failed comes first: harm, none, less, worked, then the rest."""
    order = ("harm", "none", "less", "worked")
    return order.index(verdict) if verdict in order else len(order)
