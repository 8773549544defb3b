"""Who does what: a matrix of activities by members, checked.

Letters: R does the work, A answers for it, C is asked before, I is told after (RACI). One person may do the work and
answer for it: "AR". Sums of hours divide an activity evenly among those who do it; who only answers for it is counted
with a tenth of it, ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Letter = Literal["R", "A", "AR", "C", "I"]
LETTERS: tuple[Letter, ...] = ("R", "A", "AR", "C", "I")
LimitKind = Literal["hours", "count"]
FaultKind = Literal["nobody_answers", "several_answer", "nobody_does", "orphaned", "overloaded", "no_authority"]
ANSWERING = Fraction(1, 10)
"""Part of an activity's hours that answering for it takes, ours."""


@dataclass(frozen=True, slots=True)
class RowMember:
    """One member as a column. is_here: False once they left the organisation or the team."""

    key: str
    is_here: bool = True


@dataclass(frozen=True, slots=True)
class RowActivity:
    """One activity as a row. hours: of a month. letters: by member's key. lacks: authority for it."""

    key: str
    hours: int
    letters: Mapping[str, Letter]
    lacks: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """What a member can carry: hours of a month, or a count of activities they do or answer for."""

    kind: LimitKind
    most: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. activity, member: keys, "" where it is not about one. value: what was counted."""

    kind: FaultKind
    activity: str = ""
    member: str = ""
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix with its limit."""

    members: Sequence[RowMember]
    activities: Sequence[RowActivity]
    limit: Limit
    here: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Note who is here."""
        object.__setattr__(self, "here", frozenset(one.key for one in self.members if one.is_here))

    def doing(self, activity: RowActivity) -> tuple[str, ...]:
        """Return who does an activity and is here."""
        return tuple(key for key, letter in activity.letters.items() if "R" in letter and key in self.here)

    def answering(self, activity: RowActivity) -> tuple[str, ...]:
        """Return who answers for an activity and is here."""
        return tuple(key for key, letter in activity.letters.items() if "A" in letter and key in self.here)

    def hours_of(self, member: str) -> float:
        """Return the hours of a month that a member's letters stand for."""
        total = Fraction(0)
        for activity in self.activities:
            doing = self.doing(activity)
            if member in doing:
                total += Fraction(activity.hours, len(doing))
            elif member in self.answering(activity):
                total += activity.hours * ANSWERING
        return float(total)

    def count_of(self, member: str) -> int:
        """Return how many activities a member does or answers for."""
        return sum(member in self.doing(one) or member in self.answering(one) for one in self.activities)

    def load_of(self, member: str) -> float:
        """Return what counts against the limit."""
        return self.hours_of(member) if self.limit.kind == "hours" else float(self.count_of(member))


def check_matrix(matrix: Matrix) -> tuple[Fault, ...]:
    """Return everything that is wrong: by activity first, then by member.

    An activity is orphaned when somebody who did it or answered for it is no longer here and nobody took their place.
    """
    faults: list[Fault] = []
    gone = {one.key for one in matrix.members if not one.is_here}
    for activity in matrix.activities:
        answering, doing = matrix.answering(activity), matrix.doing(activity)
        left = [key for key, letter in activity.letters.items() if key in gone and ("R" in letter or "A" in letter)]
        orphaned = [
            key
            for key in left
            if ("A" in activity.letters[key] and not answering) or ("R" in activity.letters[key] and not doing)
        ]
        faults.extend(Fault("orphaned", activity.key, key) for key in orphaned)
        if not answering and not any("A" in activity.letters[key] for key in orphaned):
            faults.append(Fault("nobody_answers", activity.key))
        if len(answering) > 1:
            faults.append(Fault("several_answer", activity.key, value=len(answering)))
        if not doing and not any("R" in activity.letters[key] for key in orphaned):
            faults.append(Fault("nobody_does", activity.key))
        if activity.lacks:
            faults.extend(Fault("no_authority", activity.key, key) for key in answering)
    for member in matrix.members:
        load = matrix.load_of(member.key)
        if member.is_here and load > matrix.limit.most:
            faults.append(Fault("overloaded", member=member.key, value=load))
    return tuple(faults)
