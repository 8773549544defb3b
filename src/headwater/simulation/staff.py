"""People and leaders of an invented organisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.org import number_units
from headwater.simulation.naming import DIVISIONS, person_names, unit_names
from headwater.vocab import UnitTree

PEOPLE_PER_LEADER = 8.33
"""100,000 people have about 12,000 leaders."""

TENURE = ("Under 1 year", "1 to 3 years", "3 to 10 years", "Over 10 years")
TENURE_SHARES = (0.16, 0.27, 0.34, 0.23)
AREA = ("Front line", "Planning", "Support")
FRONT_LINE, SUPPORT = 0, 2


@dataclass(frozen=True)
class Staff:
    """Everybody who works here.

    tree: the units, one a leader. team: int32[P], the unit a person belongs to (their leader's); -1 for the top leader,
    whom nobody leads. leads: int32[U], the person who leads each unit. ids, names: by person. tenure, area: int16[P].
    faces_customers: bool[U], front-line teams that serve customers. division: int32[U].
    """

    tree: UnitTree
    team: NDArray[np.int32]
    leads: NDArray[np.int32]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    tenure: NDArray[np.int16]
    area: NDArray[np.int16]
    faces_customers: NDArray[np.bool_]
    division: NDArray[np.int32]

    def __len__(self) -> int:
        """How many people there are, the top leader included."""
        return len(self.team)


def hire(people: int, rng: np.random.Generator) -> Staff:
    """Make an organisation of exactly `people` people with a leader for about every eighth.

    Raises ValueError below 30 people.
    """
    if people < 30:
        raise ValueError(f"an organisation of {people} is too small to simulate; ask for at least 30 people")
    leaders = max(3, round(people / PEOPLE_PER_LEADER))
    boss, depth, division = _leaders(leaders, rng)
    below = np.bincount(boss[1:], minlength=leaders)
    staff = people - leaders
    front = below == 0
    wanted = np.where(front, rng.uniform(5.0, 13.0, leaders), rng.uniform(0.0, 3.0, leaders))
    sizes = np.floor(wanted * staff / wanted.sum()).astype(np.int64)
    lacking = staff - int(sizes.sum())
    sizes[rng.permutation(np.flatnonzero(front))[: lacking % max(int(front.sum()), 1)]] += 1
    sizes[int(np.flatnonzero(front)[0])] += staff - int(sizes.sum())

    width = len(str(people))
    ids = [f"P{number:0{width}d}" for number in range(1, people + 1)]
    names = person_names(people, rng)
    unit_ids = [f"U{number:0{width}d}" for number in range(1, leaders + 1)]
    titles = unit_names(boss, depth, division)
    tree = number_units(
        unit_ids,
        ["" if above < 0 else unit_ids[above] for above in boss.tolist()],
        titles,
        [names[number] for number in range(leaders)],
    )
    place = np.array([tree.index_of[unit] for unit in unit_ids], np.int32)
    team = np.concatenate([np.full(1, -1, np.int32), place[boss[1:]], np.repeat(place, sizes)]).astype(np.int32)
    leads = np.empty(leaders, np.int32)
    leads[place] = np.arange(leaders)
    sorted_division = np.empty(leaders, np.int32)
    sorted_division[place] = division
    facing = np.array([DIVISIONS[number % len(DIVISIONS)][1] for number in sorted_division])
    leaf = tree.size == 1
    tenure = rng.choice(len(TENURE), people, p=TENURE_SHARES).astype(np.int16)
    own = team.clip(0)
    area = np.where(leaf[own] & facing[own], FRONT_LINE, np.where(facing[own], 1, SUPPORT)).astype(np.int16)
    swap = rng.random(people) < 0.15
    area[swap] = rng.integers(0, len(AREA), int(swap.sum()))
    return Staff(tree, team, leads, tuple(ids), tuple(names), tenure, area, leaf & facing, sorted_division)


def _leaders(count: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return boss, depth and division of leaders, breadth first; leader 0 is the top."""
    boss, depth = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    division = np.zeros(count, np.int64)
    first = min(len(DIVISIONS), count - 1)
    if count < 40:
        first = min(4, count - 1)
    filled, asking = 1, 0
    while filled < count:
        span = first if asking == 0 else int(rng.integers(3, 8))
        new = np.arange(filled, min(filled + span, count))
        boss[new], depth[new] = asking, depth[asking] + 1
        division[new] = np.arange(new.size) if asking == 0 else division[asking]
        filled += new.size
        asking += 1
    return boss, depth, division
