"""The organisation of the demonstration: a year in which something happened, and two teams to follow through it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from headwater.simulation.truth import Turn
from headwater.simulation.world import SimulationPlan, World, simulate

QUARTERS = 4
"""Quarters that are simulated."""

ASKED = (1, 2, 3)
"""Quarters in which everybody is asked about leadership and work."""

RATED = (2, 3)
"""Quarters in which units rate those that serve them."""

TURNS = (Turn(division=1, wave=2, size=2.6, theme="thanks"), Turn(division=2, wave=3, size=-2.6, theme="roster"))
"""What happened: one division came to be led better from the third quarter on, another much worse in the last."""

TEAM = 9
"""People of the team to follow."""

SMALLEST_GROUP = 5


@lru_cache(maxsize=2)
def demonstration(people: int, seed: int) -> World:
    """Return the organisation of the demonstration. As many customers as people have contacts over the year."""
    return simulate(SimulationPlan(people=people, customers=people, waves=QUARTERS, seed=seed, turns=TURNS))


def teams_to_follow(world: World) -> tuple[str, str]:
    """Return two teams of the front line by id: one of nine people, of whom most answer in every wave, and one of which
    fewer answer than can be shown. In small organisations they come as near to that as they can.
    """
    tree = world.staff.tree
    own = np.bincount(world.staff.team[1:], minlength=len(tree))
    answers = np.array([np.bincount(world.employee_answers(quarter).unit, minlength=len(tree)) for quarter in ASKED])
    teams = np.flatnonzero((tree.size == 1) & (own > 0))
    seen = max(teams.tolist(), key=lambda team: (-abs(int(own[team]) - TEAM), int(answers[:, team].min()), -team))
    rest = [team for team in teams.tolist() if team != seen] or [seen]
    unseen = min(rest, key=lambda team: (int(answers[:, team].max()) >= SMALLEST_GROUP, int(own[team]), team))
    return tree.ids[seen], tree.ids[unseen]
