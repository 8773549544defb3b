"""Drawing a sample: a share of every team, so that no team is missed and none is asked twice as much."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from headwater.vocab import IntArray


def draw_sample(strata: Sequence[Hashable], percent: int, generator: np.random.Generator) -> IntArray:
    """Return the positions drawn, in order: `percent` of each stratum, without replacement.

    A stratum's share is seldom a whole number. Its whole part is drawn, and one more with the probability of the rest,
    so that everybody's chance is exactly `percent` (Madow's rounding, stratum by stratum). Raises ValueError for a
    percent outside 1 to 100.
    """
    if not 1 <= percent <= 100:
        raise ValueError(f"a sample of {percent}% cannot be drawn")
    if percent == 100:
        return np.arange(len(strata), dtype=np.int64)
    members: dict[Hashable, list[int]] = {}
    for position, stratum in enumerate(strata):
        members.setdefault(stratum, []).append(position)
    drawn: list[int] = []
    for positions in members.values():
        whole, rest = divmod(len(positions) * percent, 100)
        count = whole + int(generator.integers(100) < rest)
        drawn.extend(generator.choice(positions, count, replace=False).tolist())
    return np.array(sorted(drawn), dtype=np.int64)
