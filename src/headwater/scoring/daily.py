"""Response rates while answers come in: a gate on increments, in units and in days.

What is shown of a unit is how many of it had answered at its last update. Shown numbers of all units and all days are
one linear system. Three rules make it safe:

1. A unit is updated only on days on which the unit above is.
2. On every update, and from every earlier update of the unit on, what came in less what its shown units below took of
   it is 0 or at least k: the new answers of the unit and of the units below that can be told apart from the others.
3. A group whose invited and answered follow from what is shown lacks at least k people, or nobody of it was invited.

With rule 1 a unit's updates part time more coarsely than those of the unit above. So a difference that leaves people
of one group only takes whole updates on one side and whole updates below on the other, and rule 2 counts exactly those.
Units of fewer than 2k invited are part of the unit above. Near full a unit is shown as "all but k, or more", but is
held to the rules by what is behind that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from headwater.org import subtree_sums
from headwater.vocab import Bound, FloatArray, IntArray, UnitTree
from headwater.vocab.scorebook import BoolArray

NEVER = 0
"""Told of a unit that has not been shown yet: nobody."""


@dataclass(frozen=True)
class DailyRates:
    """What has been shown of response rates so far. Give the last one back to `daily_response_rates` the next day.

    invited: int64[U], people invited of each unit with all below it. told: int64[D, U], after each day the number who
    had answered at a unit's last update, 0 where it has not been shown; kept to judge the next day, shown to nobody.
    fresh: bool[D, U], updated on that day.
    """

    k: int
    invited: IntArray
    told: IntArray
    fresh: BoolArray

    @property
    def shown(self) -> BoolArray:
        """bool[U], units with a rate."""
        shown: BoolArray = self.told[-1] > NEVER
        return shown

    @property
    def bound(self) -> IntArray:
        """int64[U], `Bound.AT_LEAST` for a unit near full, of which only that is shown."""
        near = self.shown & (self.invited - self.told[-1] < self.k)
        return np.where(near, Bound.AT_LEAST, Bound.EXACT).astype(np.int64)

    @property
    def answered(self) -> IntArray:
        """int64[U], how many answered, as it may be shown: at most k below the invited; -1 without a rate."""
        return np.where(self.shown, np.minimum(self.told[-1], self.invited - self.k), -1)

    @property
    def percent(self) -> FloatArray:
        """float64[U], NaN without a rate."""
        with np.errstate(invalid="ignore", divide="ignore"):
            rate: FloatArray = np.where(self.shown, 100.0 * self.answered / self.invited, np.nan)
        return rate

    def to_dict(self) -> dict[str, Any]:
        """Return plain values to keep until the next day. They hold counts that are shown to nobody: keep them safe."""
        return {
            "k": self.k,
            "invited": self.invited.tolist(),
            "told": self.told.tolist(),
            "fresh": np.packbits(self.fresh, axis=1).tolist(),
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> DailyRates:
        """Return what `to_dict` gave."""
        invited = np.array(kept["invited"], np.int64)
        packed = np.array(kept["fresh"], np.uint8).reshape(len(kept["told"]), -1)
        return cls(
            k=int(kept["k"]),
            invited=invited,
            told=np.array(kept["told"], np.int64).reshape(len(kept["told"]), len(invited)),
            fresh=np.unpackbits(packed, axis=1, count=len(invited)).astype(bool),
        )


def daily_response_rates(
    tree: UnitTree, invited: IntArray, answered: IntArray, last: DailyRates | None, k: int
) -> DailyRates:
    """Return what may be shown of response rates today.

    invited, answered: int64[U], people of each unit, not below it, who were invited and who have answered by now.
    last: what was shown before, None on the first day. Call it once a day: each call is a day of its own. It updates as
    many units as it finds safe, from the top down; where a unit must wait, the smallest units below wait first.

    Raises ValueError when more answered than were invited, when anybody's answer disappeared, and when k, the tree or
    who was invited changed since the last day: that is another answer set and starts anew.
    """
    asked = subtree_sums(tree, np.asarray(invited, np.int64))
    now = subtree_sums(tree, np.asarray(answered, np.int64))
    _check(np.asarray(invited), np.asarray(answered), asked, now, last, k)
    units = len(tree)
    told = np.zeros((0, units), np.int64) if last is None else last.told
    fresh = np.zeros((0, units), bool) if last is None else last.fresh
    before = told[-1] if len(told) else np.zeros(units, np.int64)
    tracked = asked >= 2 * k
    chosen = tracked & (now > 0)
    day = _Day(tree, asked, now, told, fresh, before, tracked, k)
    for unit in range(units):
        if not chosen[unit]:
            continue
        if unit and not chosen[tree.parent[unit]]:
            chosen[unit] = False
            continue
        if not day.settle(unit, chosen):
            chosen[tree.subtree(unit)] = False
    # A unit that must wait is part of the unit above, which was judged with it updated: judge again until all stand.
    while not all(day.stands(unit, chosen) for unit in np.flatnonzero(chosen).tolist()):
        for unit in np.flatnonzero(chosen).tolist():
            if chosen[unit] and not day.settle(unit, chosen):
                chosen[tree.subtree(unit)] = False
    return DailyRates(
        k=k,
        invited=asked,
        told=np.vstack([told, np.where(chosen, now, before)]),
        fresh=np.vstack([fresh, chosen]),
    )


@dataclass(frozen=True)
class _Day:
    """Everything one day is judged by; see `daily_response_rates`."""

    tree: UnitTree
    asked: IntArray
    now: IntArray
    told: IntArray
    fresh: BoolArray
    before: IntArray
    tracked: BoolArray
    k: int

    def settle(self, unit: int, chosen: BoolArray) -> bool:
        """Hold back units below, the smallest first, until an update of the unit is safe. Returns whether it is.

        Holds them back in place in `chosen`, with all below them.
        """
        children = [child for child in self.tree.children(unit) if self.tracked[child]]
        while not self._safe(unit, [child for child in children if chosen[child]], children):
            updated = [child for child in children if chosen[child]]
            if not updated:
                return False
            # One that has never been shown costs least: all of it joins the rest.
            held = min(updated, key=lambda child: (self.before[child] > NEVER, self.now[child] - self.before[child]))
            chosen[self.tree.subtree(held)] = False
        return True

    def stands(self, unit: int, chosen: BoolArray) -> bool:
        """Whether an update of the unit is safe beside the chosen ones below it."""
        children = [child for child in self.tree.children(unit) if self.tracked[child]]
        above = int(self.tree.parent[unit])
        return bool(above < 0 or chosen[above]) and self._safe(
            unit, [child for child in children if chosen[child]], children
        )

    def _safe(self, unit: int, updated: list[int], children: list[int]) -> bool:
        return all(left == 0 or left >= self.k for left in self._left(unit, updated, children)) and self._missing(
            unit, updated, children
        )

    def _left(self, unit: int, updated: list[int], children: list[int]) -> list[int]:
        """From every earlier update of the unit on: what came in, less what the shown units below took of it.

        A unit below takes what lies between two of its updates inside that time: its first one then and its last.
        """
        days = [-1, *np.flatnonzero(self.fresh[:, unit]).tolist()]
        found = []
        for day in days:
            start = 0 if day < 0 else int(self.told[day, unit])
            left = int(self.now[unit]) - start
            for child in children:
                last = int(self.now[child]) if child in updated else int(self.before[child])
                left -= last - self._first(child, day, last)
            found.append(left)
        return found

    def _first(self, child: int, day: int, last: int) -> int:
        """What a unit below was told to have at its first update on that day or later; `last` when there is none."""
        if day < 0:
            return 0
        later = np.flatnonzero(self.fresh[day:, child])
        return int(self.told[day + int(later[0]), child]) if later.size else last

    def _missing(self, unit: int, updated: list[int], children: list[int]) -> bool:
        """Whether the group of the unit without its shown units below lacks k people, or has nobody."""
        people, came = int(self.asked[unit]), int(self.now[unit])
        for child in children:
            last = int(self.now[child]) if child in updated else int(self.before[child])
            if last > NEVER:
                people -= int(self.asked[child])
                came -= last
        # A unit near full, with nothing shown below it, is shown as a limit instead.
        return people == 0 or people - came >= self.k or people == int(self.asked[unit])


def _check(
    invited: IntArray, answered: IntArray, asked: IntArray, now: IntArray, last: DailyRates | None, k: int
) -> None:
    if k < 1 or (answered < 0).any() or (answered > invited).any():
        raise ValueError("k must be at least 1, and no more can have answered than were invited")
    if last is None:
        return
    if last.k != k or last.invited.shape != asked.shape or (last.invited != asked).any():
        raise ValueError("k, the tree or who was invited changed since the last day; begin anew")
    if (now < last.told[-1]).any():
        raise ValueError("fewer have answered than on the last day; answers do not disappear")
