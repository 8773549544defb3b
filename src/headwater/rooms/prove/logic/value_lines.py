"""The lines of a value case: what each multiplies, in which units, and which lines may count the same money twice.

A line is worth, in a year at full effect: its quantities x the relative change x how much of the change is ours. No
line carries a number of its own: every figure is typed by whoever makes the case, with a source and a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

UnitOf = Literal["count", "money", "percent", "hours", "days", "years", "sd"]
SCALES: dict[UnitOf, float] = {
    "count": 1.0, "money": 1.0, "percent": 0.01, "hours": 1.0, "days": 1.0, "years": 1.0, "sd": 1.0,
}  # fmt: skip
"""What a typed figure is multiplied by: percents are typed as people say them."""


@dataclass(frozen=True)
class Quantity:
    """One input. least, most: what can be typed at all."""

    name: str
    unit: UnitOf
    least: float = 0.0
    most: float = 1e12


@dataclass(frozen=True)
class LineKind:
    """One kind of line. is_public: mostly of public bodies. is_a_fall: whether a relative change is a fall."""

    key: str
    quantities: tuple[Quantity, ...]
    is_public: bool = False
    is_a_fall: bool = True


def _percent(name: str) -> Quantity:
    return Quantity(name, "percent", 0.0, 100.0)


def _count(name: str) -> Quantity:
    return Quantity(name, "count")


def _money(name: str) -> Quantity:
    return Quantity(name, "money")


KINDS: dict[str, LineKind] = {
    kind.key: kind
    for kind in (
        LineKind("retention", (_count("customers"), _percent("leaving"), _money("margin"))),
        LineKind("spending", (_count("customers"), _money("spend"), _percent("margin_share")), is_a_fall=False),
        LineKind("cost_to_serve", (_count("contacts"), _money("contact_cost"))),
        LineKind("turnover", (_count("employees"), _percent("leaving"), _money("replacing"))),
        LineKind("absence", (_count("employees"), Quantity("days", "days", 0.0, 366.0), _money("day_cost"))),
        LineKind("injuries", (_count("injuries"), _money("injury_cost"))),
        LineKind("failure_demand", (_count("contacts"), _percent("failure"), _money("contact_cost")), is_public=True),
        LineKind("time", (_count("cases"), Quantity("hours", "hours", 0.0, 1e4), _money("hour_worth")), is_public=True),
        LineKind("trust", (_count("people"), _percent("away"), _money("take_up")), is_public=True),
    )
}
"""Every line, in the order in which they are offered."""

CHANGE = Quantity("change", "percent", -100.0, 1000.0)
"""How much what the line counts changes, in percent of what it is today; below nought where it may get worse."""
MOVE = Quantity("move", "sd", -3.0, 3.0)
"""With a link of the River: how far its first station moves, in standard deviations of units' own changes."""
SPREAD = Quantity("spread", "percent", 0.0, 1000.0)
"""With a link: what one standard deviation of its second station is, in percent of what the line counts."""
OURS = Quantity("ours", "percent", 0.0, 100.0)
"""How much of the change is owed to the programme. A sceptic sets it to nought."""
DISCOUNT = Quantity("discount", "percent", 0.0, 50.0)
BUILD_UP = Quantity("build_up", "years", 0.0, 10.0)
"""Years until the full effect is there; it grows evenly until then."""
COST = Quantity("cost", "money")
"""What the programme costs in one year."""


def quantities_of(kind: str, *, has_link: bool) -> tuple[Quantity, ...]:
    """Return the inputs of a line in their order. Raises KeyError for an unknown kind."""
    middle = (MOVE, SPREAD) if has_link else (CHANGE,)
    return (*KINDS[kind].quantities, *middle, OURS)


Doubt = Literal["same_stream", "further_down", "same_start", "same_kind", "same_money"]

SAME_MONEY: tuple[frozenset[str], ...] = (
    frozenset({"retention", "spending"}),
    frozenset({"cost_to_serve", "failure_demand"}),
    frozenset({"failure_demand", "time"}),
    frozenset({"absence", "injuries"}),
    frozenset({"turnover", "absence"}),
    frozenset({"trust", "retention"}),
)
"""Pairs of lines whose money is often the same, whatever moves them."""


@dataclass(frozen=True)
class LineStream:
    """A line as the check for double counting reads it. source, target: of its link, "" without one."""

    key: str
    kind: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True)
class Overlap:
    """Two lines that may count the same money, and why it is doubted."""

    doubt: Doubt
    first: str
    second: str


def overlaps(lines: Sequence[LineStream]) -> tuple[Overlap, ...]:
    """Return the pairs of lines that may count the same money twice, one doubt a pair, the gravest."""
    found = []
    for one, other in combinations(lines, 2):
        doubt = _doubt(one, other)
        if doubt is not None:
            found.append(Overlap(doubt, one.key, other.key))
    return tuple(found)


def _doubt(one: LineStream, other: LineStream) -> Doubt | None:
    if one.source and (one.source, one.target) == (other.source, other.target):
        return "same_stream"
    if one.source and other.source and (one.target == other.source or other.target == one.source):
        return "further_down"
    if one.kind == other.kind:
        return "same_kind"
    if frozenset({one.kind, other.kind}) in SAME_MONEY:
        return "same_money"
    if one.source and one.source == other.source:
        return "same_start"
    return None
