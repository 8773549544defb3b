"""Attacks on steadied values: they are a function of the group's own number, so they give it back."""

from __future__ import annotations

import numpy as np

from headwater.privacy.audit.differences import SKIP_SHARE
from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import CLOSE, FloatArray, IntArray, View
from headwater.vocab.scorebook import BoolArray

FEWEST_FOR_WEIGHT = 3
"""Cells whose steadying must agree before their common weight is believed."""

OWN_WEIGHT_FROM = 10
"""Units at one depth from which they have a weight of their own (the method is published)."""

WHOLE = 0.02
"""How near a whole number the sum of answers has to come."""

AGREE = 1e-5
"""Relative difference up to which two weights are one."""

MOST_TRIED = 200
"""Cells whose own weight is tried on all the others."""


def shrunken_value(evidence: Evidence) -> None:
    """Steadied values of withheld numbers, and steadied values that give back what a limit keeps.

    A steadied value is w * own + (1 - w) * parent, with w = n / (n + ratio); the ratio (the parent's worth in answers)
    is common to a column and depth, and follows from any number shown exactly. Shares have a ratio of
    p (1 - p) / t - 1 at a parent's share p, with t common. Both are inverted.
    """
    for view in evidence.views:
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
    goal, above = _goals(evidence, view)
    depth = _depths(view.table.parent)
    for number, column in enumerate(view.columns):
        known = view.shown[:, number] & ~np.isnan(shrunken[:, number]) & ~np.isnan(goal[:, number])
        limits = np.flatnonzero(known & (view.bound[:, number] != 0))
        evidence.tried("shrunken_value", int(known.sum()))
        if len(limits) == 0:
            continue
        models = [
            (share, _worths(view, number, shrunken[:, number], goal[:, number], share))
            for share in ((False, True) if column.unit == "percent" else (False,))
        ]
        rows_at = np.bincount(depth[view.shown[:, number]], minlength=int(depth.max()) + 1)
        # Depths with few units share one weight.
        near = [depth == level if rows_at[level] >= OWN_WEIGHT_FROM else rows_at[depth] < OWN_WEIGHT_FROM
                for level in range(len(rows_at))]  # fmt: skip
        slack = 1e-4 * (column.high - column.low)
        # Every limit among the same peers is undone by the same worth, so it is sought once.
        commons: dict[tuple[bool, bytes], float | None] = {}
        for unit in limits:
            said = view.value[unit, number]
            if abs(shrunken[unit, number] - said) <= slack:
                continue
            own: FloatArray | None = None
            peers_here = near[depth[unit]]
            for share, worth in models:
                peers = np.flatnonzero(known & view.exact[:, number] & peers_here & ~np.isnan(worth))
                sought = (share, peers.tobytes())
                if sought not in commons:
                    commons[sought] = _common(view, number, worth, peers, goal[:, number], share)
                common = commons[sought]
                if common is None:
                    continue
                undone = _own_values(view, int(unit), number, shrunken[unit, number], goal[unit, number], common, share)
                if undone is None or _may_be(undone, said, slack, is_scale=column.kind != "item"):
                    own = None
                    break
                behind = undone[_could_be_true(view, int(unit), number, undone, said, slack)]
                if own is None and len(behind):
                    own = behind
            if own is None:
                continue
            key = column.key
            how = (
                f"{key} of {view.unit(unit)} is shown as a limit ({said:g}) and steadied to {shrunken[unit, number]:g} "
                f"toward {goal[unit, number]:g}; undoing the steadying gives {own[0]:g}, the number behind the limit."
            )
            evidence.found(
                "shrunken_value",
                view.place,
                how,
                units=[view.unit(unit), view.unit(int(above[unit, number]))],
                columns=[key],
                people=int(view.count[unit, number]),
            )


def _goals(evidence: Evidence, view: View) -> tuple[FloatArray, IntArray]:
    """What each cell is steadied toward: the nearest shown unit above, or for a cut the whole unit."""
    if view.panel.cut:
        main = next(other for other in evidence.views if other.table is view.table and not other.panel.cut)
        own = np.broadcast_to(np.arange(len(view.n))[:, None], view.shown.shape)
        return main.value, own.astype(np.int64)
    above = view.above
    goal = np.take_along_axis(view.value, np.maximum(above, 0), axis=0)
    return np.where(above >= 0, goal, np.nan), above


def _worths(view: View, number: int, shrunken: FloatArray, goal: FloatArray, share: bool) -> FloatArray:
    """float64[U]: from every exact cell, what should be common: n (1 - w) / w, for shares the variance t."""
    value, n = view.value[:, number], view.count[:, number].astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = (shrunken - goal) / (value - goal)
        ratio = n * (1 - weight) / weight
        if share:
            p = np.clip(goal / 100, 1e-4, 1 - 1e-4)
            ratio = p * (1 - p) / (ratio + 1)
    usable = view.exact[:, number] & (np.abs(value - goal) > CLOSE) & (weight > CLOSE) & (weight < 1 - CLOSE)
    return np.where(usable, ratio, np.nan)


def _common(view: View, number: int, worth: FloatArray, peers: IntArray, goal: FloatArray, share: bool) -> float | None:
    """The worth that most cells bear out, or None when too few do.

    A cell bears a worth out when some number of answers gives it: the number said, or fewer, because a number of
    answers that would tell who skipped is said as the number of respondents.
    """
    if len(peers) < FEWEST_FOR_WEIGHT:
        return None
    said = view.count[peers, number].astype(np.float64)
    p = np.clip(goal[peers] / 100, 1e-4, 1 - 1e-4)
    room = p * (1 - p)
    ratio = room / worth[peers] - 1 if share else worth[peers]
    per_answer = ratio / said  # (1 - w) / w, which the steadied value tells by itself
    tried = np.unique(worth[peers[:: max(1, len(peers) // MOST_TRIED)]])
    best, support = None, 0
    for candidate in tried.tolist():
        wanted = (room / candidate - 1 if share else np.full(len(peers), candidate)) / per_answer
        whole = np.round(wanted)
        fits = (np.abs(wanted - whole) <= AGREE * np.maximum(wanted, 1)) & (whole <= said)
        fits &= whole >= np.maximum(1, np.floor(said * SKIP_SHARE))
        if int(fits.sum()) > support:
            best, support = candidate, int(fits.sum())
    return best if support >= FEWEST_FOR_WEIGHT else None


def _own_values(
    view: View, unit: int, number: int, shrunken: float, goal: float, common: float, share: bool
) -> FloatArray | None:
    """The own values that give this steadied value, for the count said first and then for fewer answers.

    A scale's count is that of its least answered item, and it may rest on more people: on all respondents at most.
    """
    n = _answers(view, unit, number)
    ratio = common
    if share:
        p = float(np.clip(goal / 100, 1e-4, 1 - 1e-4))
        ratio = float(np.clip(p * (1 - p) / common - 1, 1.0, 1e4))
    weight = n / (n + ratio)
    if weight[0] < CLOSE or abs(shrunken - goal) <= CLOSE:
        return None
    own: FloatArray = goal + (shrunken - goal) / weight
    return own


def _answers(view: View, unit: int, number: int) -> FloatArray:
    """The numbers of answers that may stand behind a cell: the one said, fewer, and for a scale more."""
    said = int(view.count[unit, number])
    n = np.arange(said, max(1, int(said * SKIP_SHARE)) - 1, -1, dtype=np.float64)
    if view.columns[number].kind != "item":
        n = np.concatenate([n, np.arange(said + 1, int(view.n[unit]) + 1, dtype=np.float64)])
    return n


def _could_be_true(view: View, unit: int, number: int, undone: FloatArray, said: float, slack: float) -> BoolArray:
    """Which undone values could be the number behind a limit: those beyond it that so many answers can give.

    Answers are whole, so n of them give multiples of 1/n. A value between two of them comes of a worth that is not
    quite the one used, not of answers.
    """
    bound = view.bound[unit, number]
    if view.columns[number].kind != "item":
        further: BoolArray = (undone - said) * bound > slack
        return further
    n = _answers(view, unit, number) / (1.0 if view.columns[number].unit == "points" else 100.0)
    whole = np.round(undone * n)
    near: BoolArray = np.abs(undone * n - whole) <= WHOLE
    behind: BoolArray = near & ((whole / n - said) * bound > slack)
    return behind


def _may_be(undone: FloatArray, said: float, slack: float, *, is_scale: bool) -> bool:
    """Whether the limit itself, and nothing behind it, may have been steadied: by one of the counts, or for a scale,
    whose items differ in their counts, between two of them.
    """
    if is_scale:
        return bool(undone.min() - slack <= said <= undone.max() + slack)
    return bool(np.any(np.abs(undone - said) <= slack))


def _depths(parent: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> IntArray:
    depth = np.zeros(len(parent), np.int64)
    for unit in range(1, len(parent)):
        depth[unit] = depth[parent[unit]] + 1
    return depth
