"""What may be said about a group: a released estimate, or that it is withheld."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

WITHHELD_REASON = "Too few or too alike to show safely"
"""The one reason for everything withheld. Few, alike and a neighbour's shield are not told apart."""


class Bound(IntEnum):
    """Whether a value is shown as it is, or as a limit because nearly all answers are alike."""

    AT_MOST = -1
    EXACT = 0
    AT_LEAST = 1


class Sureness(IntEnum):
    """How sure a difference is. SURE and FAIRLY_SURE differences passed the multiplicity and minimum-effect rule."""

    TOO_CLOSE = 0
    """The adjusted interval includes no difference, or the difference is below the minimum effect."""
    FAIRLY_SURE = 1
    """Passes at a false-discovery rate of 5%."""
    SURE = 2
    """Passes at a false-discovery rate of 1%."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference in the measure's own unit (points, percentage points), this group minus the other.

    Against the rest of the parent it is the steadied value minus the rest, the distance a chart draws; against an
    earlier wave or a benchmark it is the group's own answers minus the other value.
    """

    value: float
    low: float
    high: float
    p_adjusted: float
    sureness: Sureness


@dataclass(frozen=True, slots=True)
class Estimate:
    """One released number about a group of at least k people. A view of one row of a ScoreBook.

    `value` is the group's own answers with its 95% interval `low`..`high`; `shrunken` is steadied toward the parent,
    with its own interval. All are in the measure's unit: scale points, or percent 0..100.
    """

    unit: str
    measure: str
    subject: str
    cut: str
    level: str
    n: int
    value: float
    se: float
    low: float
    high: float
    shrunken: float
    shrunken_low: float
    shrunken_high: float
    bound: Bound
    rest_value: float
    versus_rest: Difference | None
    versus_previous: Difference | None
    versus_benchmark: Difference | None


@dataclass(frozen=True, slots=True)
class Withheld:
    """A number that is not shown. It carries no count and no reason but the one."""

    unit: str
    measure: str
    subject: str
    cut: str
    level: str
    nearest: str
    """Id of the nearest unit above whose number is released; empty when there is none."""
    reason: str = WITHHELD_REASON


Released = Estimate
"""What the gate let through. The only kind of number a page, a report or the API can name."""
