"""Who can open which door: the shortest credible path of sponsor relations to somebody who decides.

A relation carries both ways: a sponsor listens to those they speak up for, and who is spoken up for listens to their
sponsor. Only relations of `CREDIBLE` strength and more count. Of the shortest paths, the one whose weakest relation is
strongest is taken, then the one whose relations are stronger in all (breadth-first search, by levels).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CREDIBLE = 2
"""Of 1 to 4: a relation of which somebody said more than that it happens now and then."""


@dataclass(frozen=True)
class Relation:
    """Somebody speaks up for somebody. strength: 1 to 4."""

    sponsor: str
    sponsored: str
    strength: int


@dataclass(frozen=True)
class Step:
    """One step of a path. speaks_for: `start` is the sponsor of `end`; otherwise `end` is the sponsor of `start`."""

    start: str
    end: str
    strength: int
    speaks_for: bool


@dataclass(frozen=True)
class Path:
    """A way to a door. steps: from who can be asked now to whose door it is."""

    steps: tuple[Step, ...]

    @property
    def opener(self) -> str:
        """Who is asked first."""
        return self.steps[0].start

    @property
    def weakest(self) -> int:
        """The strength of the weakest relation on it."""
        return min(step.strength for step in self.steps)


def path_to(door: str, *, openers: Iterable[str], relations: Iterable[Relation]) -> Path | None:
    """Return the shortest credible path from any of those who can be asked to a door. None when none leads there.

    openers: who can be asked, the door itself left out.
    """
    steps: dict[str, dict[str, Step]] = {}
    for relation in relations:
        if relation.strength < CREDIBLE:
            continue
        for step in (
            Step(relation.sponsor, relation.sponsored, relation.strength, True),
            Step(relation.sponsored, relation.sponsor, relation.strength, False),
        ):
            known = steps.setdefault(step.start, {}).get(step.end)
            if known is None or known.strength < step.strength:
                steps[step.start][step.end] = step
    reached: dict[str, tuple[Step, ...]] = {one: () for one in openers if one != door}
    level = sorted(reached)
    while level and door not in reached:
        found: dict[str, tuple[Step, ...]] = {}
        for place in level:
            for end, step in steps.get(place, {}).items():
                if end in reached:
                    continue
                way = (*reached[place], step)
                if end not in found or _order(way) < _order(found[end]):
                    found[end] = way
        reached |= found
        level = sorted(found)
    return Path(reached[door]) if reached.get(door) else None


def _order(steps: Sequence[Step]) -> tuple[int, int, tuple[str, ...]]:
    return (
        -min(step.strength for step in steps),
        -sum(step.strength for step in steps),
        tuple(step.start for step in steps),
    )
