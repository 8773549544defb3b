"""Which columns of which groups are withheld: too few answered, a question of a scale is missing, all are too alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.privacy.alike import gate_alike
from headwater.scoring.estimating import Estimator
from headwater.scoring.points import column_points
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums, joined
from headwater.vocab import IntArray, UnitTree
from headwater.vocab.scorebook import BoolArray


def unlike(estimator: Estimator, tree: UnitTree, own: GroupSums, shown: BoolArray) -> BoolArray:
    """Withhold further cells until no group can be found out to be all alike; a scale goes with its items.

    shown: bool[U, C], cells that passed the gate by count.
    """
    return unlike_each(estimator, tree, [own], [shown])[0]


def unlike_each(
    estimator: Estimator, tree: UnitTree, own: Sequence[GroupSums], shown: Sequence[BoolArray]
) -> list[BoolArray]:
    """Do as `unlike` for several sets of people over one tree, each for itself."""
    specification = estimator.specification
    sets, units = len(own), len(tree)
    result = [part.copy() for part in shown]
    together = joined(own)
    points = {
        number: column_points(estimator, together, column)
        for number, column in enumerate(specification.columns)
        if not specification.parts_of(column)
    }

    def laid(values: IntArray) -> IntArray:
        return values.reshape(sets, units).T

    for with_squares in (True, False):
        chosen = [(number, found) for number, found in points.items() if (found.squares is not None) == with_squares]
        if not chosen:
            continue
        numbers = [number for number, _ in chosen]
        squares = [laid(found.squares) for _, found in chosen if found.squares is not None]
        kept = gate_alike(
            tree,
            np.stack([part[:, numbers] for part in result], axis=2).reshape(units, -1),
            np.column_stack([laid(found.people) for _, found in chosen]),
            np.column_stack([laid(found.points) for _, found in chosen]),
            np.repeat([found.steps for _, found in chosen], sets),
            squares_own=np.column_stack(squares) if squares else None,
        ).reshape(units, len(numbers), sets)
        for place, part in enumerate(result):
            part[:, numbers] = kept[:, :, place]
    for part in result:
        scales_with_items(specification, part)
    return result


def scales_with_items(specification: Specification, shown: BoolArray) -> None:
    """Show a scale, in place, only where all its items are shown: beside all but one it gives the missing one away."""
    position = {(column.measure, column.subject): number for number, column in enumerate(specification.columns)}
    for number, column in enumerate(specification.columns):
        if parts := specification.parts_of(column):
            shown[:, number] = shown[:, [position[part] for part in parts]].all(axis=1)


def answered(specification: Specification, sums: GroupSums, offsets: IntArray) -> IntArray:
    """Return int64[G, I + S]: who answered each item, then who has each ready-made score.

    Scales of items have no count of their own here: they are shown where all their items are.
    """
    items = [
        sums.counts[:, int(offsets[number]) : int(offsets[number + 1])].sum(axis=1)
        for number in range(len(specification.items))
    ]
    scores = [sums.score_n[:, number] for number, scale in enumerate(specification.scales) if not scale.items]
    if not items and not scores:
        return np.zeros((len(sums.respondents), 0), np.int64)
    return np.column_stack([*items, *scores]).astype(np.int64)


def columns_from_subjects(specification: Specification, subjects: BoolArray) -> BoolArray:
    """Return bool[G, C]: whether all subjects (columns of `answered`) that a column is made of are shown."""
    return np.column_stack([subjects[:, members].all(axis=1) for members in _subject_columns(specification)])


def counts_from_subjects(specification: Specification, counts: IntArray) -> IntArray:
    """Return int64[G, C]: the fewest of the subjects that a column is made of."""
    return np.column_stack([counts[:, members].min(axis=1) for members in _subject_columns(specification)])


def _subject_columns(specification: Specification) -> list[list[int]]:
    """For every column of the book, the subjects (columns of `answered`) it is made of."""
    items = len(specification.items)
    ready = {scale.key: items + number for number, scale in enumerate(s for s in specification.scales if not s.items)}
    found = []
    for column in specification.columns:
        parts = [key for _, key in specification.parts_of(column)] or [column.subject]
        found.append([ready.get(key, specification.item_position.get(key, -1)) for key in parts])
    return found
