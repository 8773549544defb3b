"""Too alike: extremes are shown as limits, and nothing shown lets a unanimous group be worked out.

Points put every measure on one footing. A person's points on a column lie between 0 and `steps`: 0 or 1 for
"favourable or not", code less lowest code for a mean. A group of n people has 0 to n * steps. Its upper zone starts
at the largest multiple of 5% from which at least two sums are possible, 95% for groups of 20 and more, and is shown as
"at least". So a limit never says that everyone agreed: any one person may be the one who did not. The lower zone
mirrors it.

A limit protects a group only while its sum stays unknown. `gate_alike` withholds further cells until no group whose
sum follows exactly from the exact cells lies in its zone, and until no group's sum is pinned in its zone by the limits.
The test is on the zone, not on unanimity, so that seeing what was withheld tells no more than the limit itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.org import subtree_sums
from headwater.privacy.gate import nearest_shown_above
from headwater.vocab import Bound, UnitTree

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_TWENTIETHS = 20


def zone_start(people: IntArray, steps: IntArray | int = 1) -> IntArray:
    """Return the fewest points that lie in the upper zone of groups of `people` (any shape; `steps` broadcasts)."""
    most = people * np.asarray(steps, np.int64)
    share = _TWENTIETHS * (most - 1) // np.maximum(most, 1)
    start: IntArray = np.where(most > 0, -(-share * most // _TWENTIETHS), 1)
    return start


def zone_share(people: IntArray, steps: IntArray | int = 1) -> FloatArray:
    """Return the share shown as the limit of the upper zone: .95 from n * steps of 20, below a smaller multiple of .05.

    The lower zone's limit is 1 less this. On a measure from low to high it is low + share * (high - low).
    """
    most = people * np.asarray(steps, np.int64)
    share: FloatArray = (_TWENTIETHS * (most - 1) // np.maximum(most, 1)) / _TWENTIETHS
    return np.clip(share, 0.5, 1.0)


def bound_extremes(people: IntArray, points: IntArray, steps: IntArray | int = 1) -> NDArray[np.int8]:
    """Say which groups are shown as limits: `Bound` as int8, in the shape of `people`. Empty groups are EXACT."""
    most, start = people * np.asarray(steps, np.int64), zone_start(people, steps)
    high, low = points >= start, points <= most - start
    bound = np.where(high, int(Bound.AT_LEAST), np.where(low, int(Bound.AT_MOST), int(Bound.EXACT)))
    return np.where(people > 0, bound, int(Bound.EXACT)).astype(np.int8)


@dataclass(frozen=True)
class _Column:
    """What is known of some columns: people, points and squares by subtree, and the steps of each column."""

    people: IntArray
    points: IntArray
    squares: IntArray | None
    own: IntArray
    steps: IntArray

    def take(self, columns: IntArray) -> _Column:
        """Return a few of the columns."""
        return _Column(
            self.people[:, columns],
            self.points[:, columns],
            None if self.squares is None else self.squares[:, columns],
            self.own[:, columns],
            self.steps[columns],
        )


def gate_alike(
    tree: UnitTree,
    shown: BoolArray,
    answered_own: IntArray,
    points_own: IntArray,
    steps: Sequence[int] | IntArray,
    *,
    squares_own: IntArray | None = None,
) -> BoolArray:
    """Withhold further cells until no group can be found out to be all alike.

    shown: bool[U, C], cells that passed the gate by count. answered_own, points_own: int64[U, C], people who answered
    and their points, in each unit itself. steps: int[C], the most points a person can have. squares_own: int64[U, C],
    sums of squared points; give it when standard errors or intervals of means are shown, so that groups without any
    spread are withheld as well.

    Returns bool[U, C] within `shown`. Taking cells away merges atoms, so what was safe by count stays safe. Guarantee:
    with every cell in its zone shown as a limit (`bound_extremes`) and the others exactly, (1) no group whose points
    follow exactly lies in its zone, (2) no single group between shown units has its points pinned to one value
    in its zone by the limits, hence (3) no group at all can be shown to be unanimous at an end of the scale.
    """
    shown = np.array(shown, bool)
    own_steps = np.asarray(steps, np.int64)
    every = _Column(
        subtree_sums(tree, answered_own),
        subtree_sums(tree, points_own),
        None if squares_own is None else subtree_sums(tree, squares_own),
        answered_own,
        own_steps,
    )
    if np.any(points_own < 0) or np.any(points_own > answered_own * own_steps):
        raise ValueError("a unit has points outside 0 to answered * steps")
    bound = bound_extremes(every.people, every.points, own_steps)
    if every.squares is not None:
        shown &= (bound != 0) | ~_flat(every.people, every.points, every.squares)
    columns = np.arange(shown.shape[1])
    while len(columns):
        known = every.take(columns)
        part, limits = shown[:, columns], bound[:, columns]
        drop = _exact_atoms_in_zone(tree, part, limits, known)
        if not drop.any():
            drop = _pinned_by_limits(tree, part, limits, known)
        shown[:, columns] &= ~drop
        columns = columns[drop.any(axis=0)]
    return shown


def gate_scales(exact: BoolArray, items_of: Sequence[Sequence[int]]) -> BoolArray:
    """Choose where a scale's group score is shown: where all its items are shown exactly.

    A group's scale score is the mean of its items' means. Beside all of them it adds no equation; beside all but one it
    gives the missing one away. exact: bool[U, I], items shown and not as limits. items_of: for each scale the
    positions of its items. Returns bool[U, S].
    """
    shown = np.zeros((exact.shape[0], len(items_of)), bool)
    for number, items in enumerate(items_of):
        shown[:, number] = exact[:, list(items)].all(axis=1) if len(items) else False
    return shown


def _flat(people: IntArray, points: IntArray, squares: IntArray) -> BoolArray:
    """Whether all people of a group have the same points: n * sum of squares equals the squared sum."""
    alike: BoolArray = (people > 0) & (people * squares == points * points)
    return alike


def _residual(values: IntArray, at: BoolArray, above: NDArray[np.int32]) -> IntArray:
    """Values at the cells `at` less those of the next cells `at` below them; 0 elsewhere."""
    left = np.where(at, values, 0)
    units, columns = np.nonzero(at & (above >= 0))
    np.subtract.at(left, (above[units, columns], columns), values[units, columns])
    return left


def _exact_atoms_in_zone(tree: UnitTree, shown: BoolArray, bound: NDArray[np.int8], known: _Column) -> BoolArray:
    """Cells to withhold because an atom of the exact cells lies in its zone: the smallest exact cell below each."""
    exact = shown & (bound == 0)
    above = nearest_shown_above(tree, exact)
    people, points = _residual(known.people, exact, above), _residual(known.points, exact, above)
    alike = bound_extremes(people, points, known.steps) != 0
    if known.squares is not None:
        alike |= _flat(people, points, _residual(known.squares, exact, above))
    exposed = exact & alike & (people > 0) & (people < known.people)
    return _smallest_below(exact, above, exposed, known.people)


def _smallest_below(cells: BoolArray, above: NDArray[np.int32], exposed: BoolArray, people: IntArray) -> BoolArray:
    """For each exposed cell mark the one of `cells` next below it that has the fewest people."""
    drop = np.zeros(cells.shape, bool)
    units, columns = np.nonzero(cells & (above >= 0) & np.take_along_axis(exposed, np.maximum(above, 0), axis=0))
    if len(units) == 0:
        return drop
    owner = above[units, columns].astype(np.int64) * cells.shape[1] + columns
    order = np.lexsort((units, people[units, columns], owner))
    first = order[np.r_[True, owner[order][1:] != owner[order][:-1]]]
    drop[units[first], columns[first]] = True
    return drop


def _intervals(tree: UnitTree, shown: BoolArray, bound: NDArray[np.int8], known: _Column) -> tuple[IntArray, IntArray]:
    """Tightest lower and upper limits of every subtree's points that follow from all shown cells.

    The constraints form a tree of sums, so one pass up and one pass down give the exact projections.
    """
    most, start = known.people * known.steps, zone_start(known.people, known.steps)
    low = np.where(shown, np.where(bound > 0, start, np.where(bound < 0, 0, known.points)), 0)
    high = np.where(shown, np.where(bound > 0, most, np.where(bound < 0, most - start, known.points)), most)
    below_low, below_high = np.zeros_like(low), known.own * known.steps
    levels = [np.flatnonzero(tree.depth == depth) for depth in range(1, int(tree.depth.max()) + 1)]
    for units in reversed(levels):
        low[units], high[units] = (
            np.maximum(low[units], below_low[units]),
            np.minimum(high[units], below_high[units]),
        )
        np.add.at(below_low, tree.parent[units], low[units])
        np.add.at(below_high, tree.parent[units], high[units])
    low[0], high[0] = np.maximum(low[0], below_low[0]), np.minimum(high[0], below_high[0])
    for units in levels:
        above = tree.parent[units]
        rest_high, rest_low = below_high[above] - high[units], below_low[above] - low[units]
        low[units], high[units] = (
            np.maximum(low[units], low[above] - rest_high),
            np.minimum(high[units], high[above] - rest_low),
        )
    return low, high


def _pinned_by_limits(tree: UnitTree, shown: BoolArray, bound: NDArray[np.int8], known: _Column) -> BoolArray:
    """Cells to withhold because limits, taken together, pin a group in its zone to one value."""
    low, high = _intervals(tree, shown, bound, known)
    above = nearest_shown_above(tree, shown)
    rest_people = _residual(known.people, shown, above)
    rest_most = rest_people * known.steps
    # The rest's least is the whole's least without the most of the parts, and the reverse.
    units, columns = np.nonzero(shown & (above >= 0))
    rest_low, rest_high = np.where(shown, low, 0), np.where(shown, high, 0)
    np.subtract.at(rest_low, (above[units, columns], columns), high[units, columns])
    np.subtract.at(rest_high, (above[units, columns], columns), low[units, columns])
    rest_low, rest_high = np.maximum(rest_low, 0), np.minimum(rest_high, rest_most)
    limited = shown & (bound != 0)
    pinned_cell = limited & (low == high)
    pinned_rest = shown & (rest_people > 0) & (rest_low == rest_high)
    pinned_rest &= bound_extremes(rest_people, rest_low, known.steps) != 0
    drop = np.zeros(shown.shape, bool)
    exact = shown & (bound == 0)
    for unit, column in zip(*np.nonzero(pinned_cell | pinned_rest), strict=True):
        owner = int(above[unit, column])
        choices = [np.flatnonzero(exact[:, column] & (above[:, column] == unit))]
        if pinned_cell[unit, column] and owner >= 0:
            siblings = np.flatnonzero(exact[:, column] & (above[:, column] == owner))
            choices = [siblings, np.array([owner]), *choices]
        choices += [np.flatnonzero(shown[:, column] & (above[:, column] == unit)), np.array([unit])]
        chosen = next(group for group in choices if len(group))
        drop[chosen[np.argmin(known.people[chosen, column])], column] = True
    return drop
