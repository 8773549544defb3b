"""Attacks on steadied values: they are a function of the group's own number, so they give it back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.privacy.audit.differences import SKIP_SHARE
from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import CLOSE, FloatArray, IntArray, View
from headwater.stats.compiling import run
from headwater.vocab.scorebook import BoolArray

FEWEST_FOR_WEIGHT = 3
"""Cells whose steadying must agree before their common weight is believed."""

OWN_WEIGHT_FROM = 10
"""Units at one depth from which they have a weight of their own (the method is published)."""

WHOLE = 0.02
"""How near a whole number the sum of answers has to come."""

AGREE = 1e-5
"""Relative difference up to which two weights are one."""

LEAST_PRIOR, MOST_PRIOR = 1.0, 1e4
"""A share's parent is worth no fewer answers, and no more, than this (the method is published)."""

MOST_TRIED = 200
"""Cells whose own weight is tried on the others."""

MOST_PEERS = 2_000
"""Cells on which a weight is tried."""


def shrunken_value(evidence: Evidence) -> None:
    """Steadied values of withheld numbers, and steadied values that give back what a limit keeps.

    A steadied value is w * own + (1 - w) * parent, with w = n / (n + ratio); the ratio (the parent's worth in answers)
    is common to a column and depth, and follows from any number shown exactly. Shares have a ratio of
    p (1 - p) / t - 1 at a parent's share p, with t common, but at least 1 and at most 10,000: a number at one of these
    ends says nothing of t, nor of the ratio at a parent nearer to a half. Both are inverted.
    """
    for view in evidence.fresh:
        for name in ("shrunken", "shrunken_low", "shrunken_high"):
            grid = view.grid(name)
            for unit, column in zip(*np.nonzero(~view.shown & ~np.isnan(grid)), strict=True):
                key = view.columns[column].key
                how = f"{key} of {view.unit(unit)} is withheld, but its {name} value is there: {grid[unit, column]:g}."
                evidence.found("shrunken_value", view.place, how, units=[view.unit(unit)], columns=[key])
        if evidence.is_new(view.table):
            _behind_limits(evidence, view)


def _behind_limits(evidence: Evidence, view: View) -> None:
    shrunken = view.grid("shrunken")
    larger, goal, above = _goals(evidence, view)
    depth = _depths(view.table.parent)[view.rows]
    for number, column in enumerate(view.columns):
        known = view.shown[:, number] & ~np.isnan(shrunken[:, number]) & ~np.isnan(goal[:, number])
        slack = 1e-4 * (column.high - column.low)
        evidence.tried("shrunken_value", int(known.sum()))
        moved = np.abs(shrunken[:, number] - view.value[:, number]) > slack
        limits = known & (view.bound[:, number] != 0) & moved
        if not limits.any():
            continue
        models = [
            (share, _worths(view, number, shrunken[:, number], goal[:, number], share))
            for share in ((False, True) if column.unit == "percent" else (False,))
        ]
        behind = np.full(len(known), np.nan)
        for near in _weighed_alike(depth, view.shown[:, number]):
            units = np.flatnonzero(limits & near)
            if not len(units):
                continue
            excused = np.zeros(len(units), bool)
            for share, worth in models:
                peers = np.flatnonzero(known & view.exact[:, number] & near & ~np.isnan(worth))
                common = _common(view, number, worth, peers, goal[:, number], share)
                if common is not None:
                    undone = _Undone.of(
                        view, units, number, shrunken[units, number], goal[units, number], common, share
                    )
                    excused |= undone.may_be(view, number, slack)
                    first = undone.first_behind(view, number, slack)
                    if column.unit == "percent" and not share and abs(common - LEAST_PRIOR) <= AGREE:
                        told_to = _room(goal[peers, number]).max(initial=0.0)
                        first[_room(goal[units, number]) > told_to + CLOSE] = np.nan
                    behind[units] = np.where(np.isnan(behind[units]), first, behind[units])
            behind[units[excused]] = np.nan
        for unit in np.flatnonzero(~np.isnan(behind)):
            how = (
                f"{column.key} of {view.unit(unit)} is shown as a limit ({view.value[unit, number]:g}) and steadied to "
                f"{shrunken[unit, number]:g} toward {goal[unit, number]:g}; undoing the steadying gives "
                f"{behind[unit]:g}, the number behind the limit."
            )
            evidence.found(
                "shrunken_value",
                view.place,
                how,
                units=[view.unit(unit), larger.unit(above[unit, number])],
                columns=[column.key],
                people=int(view.count[unit, number]),
            )


def _weighed_alike(depth: IntArray, shown: BoolArray) -> list[BoolArray]:
    """bool[R] each: units that share a weight in a column. Depths with few units share one."""
    units_at = np.bincount(depth[shown], minlength=int(depth.max(initial=0)) + 1)
    few = units_at[depth] < OWN_WEIGHT_FROM
    return [few, *(depth == level for level in np.flatnonzero(units_at >= OWN_WEIGHT_FROM))]


def _goals(evidence: Evidence, view: View) -> tuple[View, FloatArray, IntArray]:
    """What each cell is steadied toward: the nearest shown unit above, or for a cut the whole unit.

    Returns the panel it is shown in, its value and its row there.
    """
    if view.panel.cut:
        main = next(other for other in evidence.views if other.table is view.table and not other.panel.cut)
        own = main.row_of[view.rows]
        return main, main.value[own], np.repeat(own[:, None], len(view.columns), axis=1)
    above = view.above
    goal = np.take_along_axis(view.value, np.maximum(above, 0), axis=0)
    return view, np.where(above >= 0, goal, np.nan), above


def _worths(view: View, number: int, shrunken: FloatArray, goal: FloatArray, share: bool) -> FloatArray:
    """float64[U]: from every exact cell, what should be common: n (1 - w) / w, for shares the variance t."""
    value, n = view.value[:, number], _told_answers(view, number)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = (shrunken - goal) / (value - goal)
        ratio = n * (1 - weight) / weight
        usable = view.exact[:, number] & (np.abs(value - goal) > CLOSE) & (weight > CLOSE) & (weight < 1 - CLOSE)
        if share:
            for end in (LEAST_PRIOR, MOST_PRIOR):
                people = end * weight / (1 - weight)
                usable &= ~((np.abs(people - np.round(people)) <= AGREE * people) & (np.round(people) <= n))
            ratio = _room(goal) / (ratio + 1)
    return np.where(usable, ratio, np.nan)


def _told_answers(view: View, number: int) -> FloatArray:
    """float64[R]: the most answers, up to those said, that give the fraction of a question's number.

    A number of answers that would tell who skipped is said as the number of respondents: 45.45% of 12 is 5 of 11.
    """
    n = view.count[:, number].astype(np.float64)
    if view.columns[number].kind != "item":
        return n
    points = view.value[:, number] / (1.0 if view.columns[number].unit == "points" else 100.0)
    found = n.copy()
    asking = view.exact[:, number] & ~view.answered_for_sure[:, number]
    for fewer in range(view.table.k):
        fits = asking & (np.abs(points * (n - fewer) - np.round(points * (n - fewer))) <= CLOSE) & (n > fewer)
        found[fits] = n[fits] - fewer
        asking &= ~fits
    return found


def _room(goal: FloatArray) -> FloatArray:
    """Return p (1 - p) of percents: float64 in their shape."""
    p = np.clip(goal / 100, 1e-4, 1 - 1e-4)
    room: FloatArray = p * (1 - p)
    return room


def _common(view: View, number: int, worth: FloatArray, peers: IntArray, goal: FloatArray, share: bool) -> float | None:
    """The worth that most cells bear out, or None when too few do.

    A cell bears a worth out when some number of answers gives it: the number said, or fewer, because a number of
    answers that would tell who skipped is said as the number of respondents.
    """
    if len(peers) < FEWEST_FOR_WEIGHT:
        return None
    peers = peers[:: -(-len(peers) // MOST_PEERS)]
    said = _told_answers(view, number)[peers]
    room = _room(goal[peers])
    ratio = room / worth[peers] - 1 if share else worth[peers]
    per_answer = ratio / said  # (1 - w) / w, which the steadied value tells by itself
    tried = np.unique(worth[peers[:: max(1, len(peers) // MOST_TRIED)]])
    least = np.maximum(1, np.floor(said * SKIP_SHARE))
    support = run(_count_fits, tried, room, per_answer, said, least, share, AGREE, size=len(tried) * len(peers))
    best = int(np.argmax(support))
    return float(tried[best]) if support[best] >= FEWEST_FOR_WEIGHT else None


def _count_fits(tried, room, per_answer, said, least, share, agree):  # type: ignore[no-untyped-def]
    """Count for each worth the cells that bear it out: int64[T]. A loop for `compiling.run`."""
    support = np.zeros(len(tried), np.int64)
    for number in range(len(tried)):
        candidate = tried[number]
        for cell in range(len(said)):
            wanted = ((room[cell] / candidate - 1.0) if share else candidate) / per_answer[cell]
            whole = np.rint(wanted)
            if least[cell] <= whole <= said[cell] and abs(wanted - whole) <= agree * max(wanted, 1.0):
                support[number] += 1
    return support


@dataclass(frozen=True)
class _Undone:
    """The own values that give the steadied values of some limits, for every number of answers that may stand behind.

    units: int64[L], rows of the limits. owner: int64[K], the limit of each candidate, in order. answers, own:
    float64[K], number of answers and own value. blurred: bool[L], steadied so hard that nothing can be undone.
    """

    units: IntArray
    owner: IntArray
    answers: FloatArray
    own: FloatArray
    blurred: BoolArray

    @classmethod
    def of(
        cls,
        view: View,
        units: IntArray,
        number: int,
        shrunken: FloatArray,
        goal: FloatArray,
        common: float,
        share: bool,
    ) -> _Undone:
        """Undo the steadying, for the count said first and then for fewer answers.

        A scale's count is that of its least answered item, and it may rest on more people: on all respondents at most.
        """
        said = view.count[units, number]
        least = np.maximum(1, (said * SKIP_SHARE).astype(np.int64))
        most = said if view.columns[number].kind == "item" else np.maximum(view.n[units], said)
        owner = np.repeat(np.arange(len(units)), most - least + 1)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(most - least + 1) - (most - least + 1), most - least + 1)
        down = said[owner] - step
        answers = np.where(down >= least[owner], down, said[owner] + step - (said - least)[owner]).astype(np.float64)
        ratio = np.full(len(units), common)
        if share:
            ratio = np.clip(_room(goal) / common - 1, LEAST_PRIOR, MOST_PRIOR)
        weight = answers / (answers + ratio[owner])
        own = goal[owner] + (shrunken - goal)[owner] / weight
        blurred = (said / (said + ratio) < CLOSE) | (np.abs(shrunken - goal) <= CLOSE)
        return cls(units, owner, answers, own, blurred)

    def may_be(self, view: View, number: int, slack: float) -> BoolArray:
        """Whether the limit itself, and nothing behind it, may have been steadied, bool[L].

        By one of the counts, or for a scale, whose items differ in their counts, between two of them.
        """
        said = view.value[self.units, number]
        near = np.abs(self.own - said[self.owner]) <= slack
        if view.columns[number].kind != "item":
            low, high = np.full(len(said), np.inf), np.full(len(said), -np.inf)
            np.minimum.at(low, self.owner, self.own)
            np.maximum.at(high, self.owner, self.own)
            between: BoolArray = (low - slack <= said) & (said <= high + slack)
            return self.blurred | between
        met: BoolArray = np.bincount(self.owner[near], minlength=len(said)) > 0
        return self.blurred | met

    def first_behind(self, view: View, number: int, slack: float) -> FloatArray:
        """The first undone value that could be the number behind each limit: float64[L], NaN for none.

        Answers are whole, so n of them give multiples of 1/n. A value between two of them comes of a worth that is not
        quite the one used, not of answers.
        """
        said, bound = (grid[self.units, number][self.owner] for grid in (view.value, view.bound))
        behind = (self.own - said) * bound > slack
        if view.columns[number].kind == "item":
            n = self.answers / (1.0 if view.columns[number].unit == "points" else 100.0)
            whole = np.round(self.own * n)
            behind = (np.abs(self.own * n - whole) <= WHOLE) & ((whole / n - said) * bound > slack)
        found = np.full(len(self.units), np.nan)
        candidates = np.flatnonzero(behind)[::-1]
        found[self.owner[candidates]] = self.own[candidates]
        return found


def _depths(parent: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> IntArray:
    depth, above = np.zeros(len(parent), np.int64), parent.copy()
    while (inside := np.flatnonzero(above >= 0)).size:
        depth[inside] += 1
        above[inside] = parent[above[inside]]
    return depth
