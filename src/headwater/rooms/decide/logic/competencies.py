"""What a team needs to be able to do, and who covers it: needs by structure, ratings apart, gaps of the team.

Levels 0..4. The needs are ours: the levels that the work of each structure asks of at least one member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from headwater.rooms.decide.logic.structure import STRUCTURES, Structure

Competency = Literal[
    "knowledge", "skills", "experience", "communication", "analysis", "strategy", "business", "delegation",
    "influence", "passion", "shoes",
]  # fmt: skip
COMPETENCIES: tuple[Competency, ...] = (
    "knowledge", "skills", "experience", "communication", "analysis", "strategy", "business", "delegation",
    "influence", "passion", "shoes",
)  # fmt: skip
"""As the field names them; `shoes` is being in the customer's."""
LEVELS = (0, 1, 2, 3, 4)
Cover = Literal["several", "one", "nobody", "unrated"]
APART = 2
"""Levels between one's own rating and the other's from which the two should talk."""

_NEEDS: Mapping[Competency, tuple[int, int, int, int]] = {
    "knowledge": (3, 3, 3, 2),
    "skills": (3, 2, 3, 2),
    "experience": (2, 3, 3, 2),
    "communication": (3, 4, 3, 3),
    "analysis": (3, 2, 3, 2),
    "strategy": (3, 2, 3, 4),
    "business": (2, 2, 3, 3),
    "delegation": (2, 4, 3, 3),
    "influence": (2, 3, 3, 4),
    "passion": (3, 3, 3, 2),
    "shoes": (3, 3, 3, 3),
}
NEEDS: Mapping[Structure, Mapping[Competency, int]] = {
    structure: {key: levels[at] for key, levels in _NEEDS.items()} for at, structure in enumerate(STRUCTURES)
}
"""The level that at least one member has to have, by structure."""
HOURS: Mapping[Competency, int] = {
    "knowledge": 12, "skills": 16, "experience": 24, "communication": 10, "analysis": 20, "strategy": 8,
    "business": 8, "delegation": 6, "influence": 10, "passion": 4, "shoes": 12,
}  # fmt: skip
"""Hours of the way that closes a gap of one level, ours: a plan, not a promise."""


@dataclass(frozen=True, slots=True)
class Rated:
    """One member's ratings. own: by themselves. other: by one other person. Both by competency, kept apart."""

    member: str
    own: Mapping[Competency, int]
    other: Mapping[Competency, int]

    def level(self, key: Competency) -> int | None:
        """The level that counts for the team: the other's where there is one, else one's own; None without any."""
        return self.other.get(key, self.own.get(key))

    def is_own_alone(self, key: Competency) -> bool:
        """Whether the level that counts is one's own."""
        return key not in self.other and key in self.own

    def to_talk_about(self) -> tuple[Competency, ...]:
        """The competencies in which the two ratings lie far apart."""
        return tuple(
            key
            for key in COMPETENCIES
            if key in self.own and key in self.other and abs(self.own[key] - self.other[key]) >= APART
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """One competency against the need. covering: members at the need or above. nearest: who lack least, with the best
    level in `best`; empty and None when nobody is rated. own_alone: it is covered by self-ratings only.
    """

    key: Competency
    need: int
    cover: Cover
    covering: tuple[str, ...]
    nearest: tuple[str, ...]
    best: int | None
    own_alone: bool

    @property
    def missing(self) -> int:
        """Levels from the best to the need; 0 when covered."""
        return max(0, self.need - (self.best or 0)) if self.cover == "nobody" else 0

    @property
    def hours(self) -> int:
        """Hours of the way that closes the gap; 0 when covered."""
        return HOURS[self.key] * self.missing


def coverage_of(structure: Structure, rated: Sequence[Rated]) -> tuple[Coverage, ...]:
    """Return every competency against the need, in the order of COMPETENCIES."""
    return tuple(_coverage(key, NEEDS[structure][key], rated) for key in COMPETENCIES)


def _coverage(key: Competency, need: int, rated: Sequence[Rated]) -> Coverage:
    levels = {one.member: level for one in rated if (level := one.level(key)) is not None}
    if not levels:
        return Coverage(key, need, "unrated", (), (), None, own_alone=False)
    covering = tuple(member for member, level in levels.items() if level >= need)
    best = max(levels.values())
    nearest = tuple(member for member, level in levels.items() if level == best)
    cover: Cover = "several" if len(covering) > 1 else "one" if covering else "nobody"
    own = {one.member for one in rated if one.is_own_alone(key)}
    return Coverage(key, need, cover, covering, nearest, best, own_alone=bool(covering) and set(covering) <= own)
