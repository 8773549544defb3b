"""Which structure fits an experience leadership team: an additive model of seven inputs, and what would flip it.

The weights are ours: a way to think aloud, drawn from how the four structures are described in the field. They were
not fitted to data. Every input becomes a level 0..4; each structure has points for each level of each input; the sum
decides. The flip is searched over every value that an input can take, so it is exact for this model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from itertools import combinations, product
from typing import Literal

Structure = Literal["centralised", "decentralised", "hybrid", "committee"]
Input = Literal["people", "units", "places", "together", "uniformity", "access", "maturity"]
Closeness = Literal["close", "fair", "clear"]

STRUCTURES: tuple[Structure, ...] = ("centralised", "decentralised", "hybrid", "committee")
"""In the order that decides between equals: the simplest first."""
INPUTS: tuple[Input, ...] = ("people", "units", "places", "together", "uniformity", "access", "maturity")
COUNTED: Mapping[Input, tuple[int, int, int, int]] = {
    "people": (100, 500, 2_000, 10_000),
    "units": (6, 20, 60, 200),
    "places": (2, 5, 20, 100),
}
"""Inputs that are counts: from which count on the level is 1, 2, 3, 4."""
MOST = 10_000_000
TOP_LEVEL = 4
CLOSE, CLEAR = 2, 6
"""Points between the best and the next: up to the first it is close, from the second on it is clear."""

Points = tuple[int, int, int, int, int]
WEIGHTS: Mapping[Structure, Mapping[Input, Points]] = {
    "centralised": {
        "people": (3, 2, 0, -2, -3),
        "units": (3, 2, 0, -2, -3),
        "places": (2, 1, 0, -1, -2),
        "together": (-1, 0, 1, 1, 2),
        "uniformity": (-2, -1, 0, 2, 3),
        "access": (-2, -1, 0, 1, 3),
        "maturity": (1, 1, 0, 0, -1),
    },
    "decentralised": {
        "people": (-3, -1, 0, 1, 2),
        "units": (-3, -1, 0, 2, 3),
        "places": (-2, -1, 0, 2, 3),
        "together": (3, 2, 0, -2, -3),
        "uniformity": (3, 2, 0, -2, -4),
        "access": (1, 1, 0, 0, -1),
        "maturity": (-2, -1, 0, 1, 2),
    },
    "hybrid": {
        "people": (-2, -1, 1, 2, 2),
        "units": (-2, 0, 1, 2, 2),
        "places": (-1, 0, 1, 1, 1),
        "together": (0, 1, 2, 1, 0),
        "uniformity": (-2, 0, 1, 3, 2),
        "access": (-1, 0, 1, 1, 1),
        "maturity": (-1, 0, 1, 2, 2),
    },
    "committee": {
        "people": (-2, 0, 1, 1, 1),
        "units": (-2, 1, 2, 1, 0),
        "places": (0, 1, 1, 0, -1),
        "together": (-1, 0, 1, 2, 2),
        "uniformity": (0, 1, 1, 0, -1),
        "access": (-3, -1, 1, 2, 3),
        "maturity": (1, 1, 1, 0, -1),
    },
}
"""Points of a structure by input and level, ours."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the adviser is told. people, units, places: counts. The others: 0 not at all .. 4 entirely."""

    people: int
    units: int
    places: int
    together: int
    uniformity: int
    access: int
    maturity: int

    def __post_init__(self) -> None:
        """Raise ValueError for a count below 1 or too large, or a level outside 0..4."""
        for name in INPUTS:
            low, high = (1, MOST) if name in COUNTED else (0, TOP_LEVEL)
            if not low <= self.value(name) <= high:
                message = f"{name} lies between {low} and {high}"
                raise ValueError(message)

    def value(self, name: Input) -> int:
        """Return one input."""
        return int(getattr(self, name))

    def level(self, name: Input) -> int:
        """Return the level 0..4 of one input."""
        return level_of(name, self.value(name))

    def as_plain(self) -> dict[str, int]:
        """Return plain values, by name."""
        return {field.name: int(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Share:
    """What one input gives one structure. ahead: its points minus the mean of the other three structures."""

    name: Input
    value: int
    level: int
    points: int
    ahead: float


@dataclass(frozen=True, slots=True)
class Flip:
    """The nearest value of one input that turns the advice. steps: levels away."""

    name: Input
    value: int
    becomes: Structure
    steps: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two inputs that turn the advice together. values: what they become. steps: levels away, both added."""

    names: tuple[Input, Input]
    values: tuple[int, int]
    becomes: Structure
    steps: int


@dataclass(frozen=True, slots=True)
class Advice:
    """The best structure and how it came about.

    points: sums of all four. ranking: best first. margin: points between the first two. shares: by structure, each
    input in the order of INPUTS. flips: at most one an input, the fewest levels first; empty where no single input
    turns the advice. pair: the nearest two that do together, searched only where no single one does.
    """

    situation: Situation
    points: Mapping[Structure, int]
    ranking: tuple[Structure, ...]
    shares: Mapping[Structure, tuple[Share, ...]]
    flips: tuple[Flip, ...]
    pair: Pair | None

    @property
    def best(self) -> Structure:
        """The structure advised."""
        return self.ranking[0]

    @property
    def runner_up(self) -> Structure:
        """The next best."""
        return self.ranking[1]

    @property
    def margin(self) -> int:
        """Points between the two."""
        return self.points[self.best] - self.points[self.runner_up]

    @property
    def closeness(self) -> Closeness:
        """How near the runner-up is."""
        return "close" if self.margin <= CLOSE else "clear" if self.margin >= CLEAR else "fair"

    @property
    def flip(self) -> Flip | None:
        """The smallest single change that turns the advice, None where there is none."""
        return self.flips[0] if self.flips else None


def level_of(name: Input, value: int) -> int:
    """Return the level 0..4 of a value of an input."""
    if name not in COUNTED:
        return value
    return sum(value >= edge for edge in COUNTED[name])


def sums_of(situation: Situation) -> dict[Structure, int]:
    """Return the points of each structure."""
    return {one: sum(WEIGHTS[one][name][situation.level(name)] for name in INPUTS) for one in STRUCTURES}


def best_of(situation: Situation) -> Structure:
    """Return the structure with the most points; of equals the one that stands first in STRUCTURES."""
    sums = sums_of(situation)
    return max(STRUCTURES, key=lambda one: (sums[one], -STRUCTURES.index(one)))


def advise(situation: Situation) -> Advice:
    """Return the advice for a situation."""
    sums = sums_of(situation)
    ranking = tuple(sorted(STRUCTURES, key=lambda one: (-sums[one], STRUCTURES.index(one))))
    shares = {one: tuple(_share(one, name, situation) for name in INPUTS) for one in STRUCTURES}
    flips = [found for name in INPUTS if (found := flip_of(situation, name)) is not None]
    flips.sort(key=lambda one: one.steps)
    return Advice(situation, sums, ranking, shares, tuple(flips), None if flips else pair_of(situation))


def flip_of(situation: Situation, name: Input) -> Flip | None:
    """Return the nearest value of one input at which the advice is another one, None where there is none.

    Points depend on the level alone, so the nearest value of each level stands for all values of that level. Of two
    values equally many levels away the lower one is returned.
    """
    now, here = best_of(situation), situation.level(name)
    for steps in range(1, TOP_LEVEL + 1):
        for level in (here - steps, here + steps):
            if not 0 <= level <= TOP_LEVEL:
                continue
            value = nearest_value(name, situation.value(name), level)
            becomes = best_of(replace(situation, **{name: value}))
            if becomes != now:
                return Flip(name, value, becomes, steps)
    return None


def pair_of(situation: Situation) -> Pair | None:
    """Return the nearest values of two inputs at which the advice is another one, None where there are none.

    Of two pairs equally far away the one whose inputs stand first is returned.
    """
    now = best_of(situation)
    found: Pair | None = None
    for one, two in combinations(INPUTS, 2):
        here = situation.level(one), situation.level(two)
        for levels in product(range(TOP_LEVEL + 1), repeat=2):
            steps = abs(levels[0] - here[0]) + abs(levels[1] - here[1])
            if found is not None and steps >= found.steps:
                continue
            values = _moved(situation, one, levels[0]), _moved(situation, two, levels[1])
            becomes = best_of(replace(situation, **{one: values[0], two: values[1]}))
            if becomes != now:
                found = Pair((one, two), values, becomes, steps)
    return found


def _moved(situation: Situation, name: Input, level: int) -> int:
    value = situation.value(name)
    return value if level_of(name, value) == level else nearest_value(name, value, level)


def nearest_value(name: Input, value: int, level: int) -> int:
    """Return the value of a level that lies nearest to a value of another level."""
    if name not in COUNTED:
        return level
    edges = COUNTED[name]
    low = 1 if level == 0 else edges[level - 1]
    high = MOST if level == TOP_LEVEL else edges[level] - 1
    return min(max(value, low), high)


def _share(structure: Structure, name: Input, situation: Situation) -> Share:
    level = situation.level(name)
    points = WEIGHTS[structure][name][level]
    others = [WEIGHTS[one][name][level] for one in STRUCTURES if one != structure]
    return Share(name, situation.value(name), level, points, points - sum(others) / len(others))
