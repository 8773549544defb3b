"""Top, middle and front line: what people say by how high in the organisation they stand. Unions of released atoms.

A level of a unit holds people, not units: who works directly in a unit counts for the level that unit stands on. Such a
group is a new total over the same answers. It is made only of atoms (a released unit less the released units next below
it) that lie wholly within the level, so it is a sum of totals that everybody can see, and no small group follows from
it that did not follow before, whatever k is. Atoms that mix levels belong to none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater.engine import compute_moments, unit_totals
from headwater.engine.adding import map_arrays
from headwater.org import number_units
from headwater.scoring.estimating import Estimator, item_correlations
from headwater.scoring.panel import Groups, Sides, column_sides
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.scoring.wave import group_sums
from headwater.vocab import FIELDS, Bound, IntArray, Moments, Panel, ScoreBook, Shares, UnitTree
from headwater.vocab.scorebook import BoolArray

LEVELS = ("top", "middle", "front")
"""Who works high up, between, and in units with no unit below."""

FORMULA = 3
"""Counts changes to how levels are made, so that a book made another way has another hash."""

TOP_SHARE = 3
"""The top are the first levels: one in so many, at least one."""


def level_of(tree: UnitTree, unit: int) -> NDArray[np.int8]:
    """Return the level of each unit of a subtree as seen from its top: int8[size], -1 where there are no levels.

    0 top: the first third of the levels, at least one. 2 front line: units with no unit below. 1 middle: between.
    """
    part = tree.subtree(unit)
    relative = tree.depth[part] - tree.depth[unit]
    height = int(relative.max())
    found = np.where(relative < max(1, (height + 1) // TOP_SHARE), 0, 1).astype(np.int8)
    found[tree.size[part] == 1] = 2
    if height == 0:
        found[:] = -1
    return found


def level_id(unit: str, level: str) -> str:
    """Return the id of a level of a unit in a book of levels."""
    return f"{unit}\x1f{level}"


def wave_levels(store: Path, book: ScoreBook, specification: Specification) -> ScoreBook:
    """Return the levels of a released wave from its sealed answers. store: the folder of sealed answers."""
    moments = compute_moments(store, book.study.key, book.wave.key, specification.plan(crosses=False))
    return level_book(book, moments, specification)


def level_book(book: ScoreBook, moments: Moments, specification: Specification) -> ScoreBook:
    """Return what top, middle and front line say, for every unit that has units below it.

    book: the wave as it was released. The result has one unit for each level of each such unit (`level_id`), without
    order among them; its numbers are the groups' own answers with their range, neither steadied nor compared. Two
    numbers of a level can be of different people, where an atom lies within the level in one question and is part of a
    mixed one in another. A level's respondents are said where all its numbers are of the same people, and are 0 else:
    respondents less answers would look like people who skipped the question, and are people of mixed atoms.
    """
    tree, columns = book.tree, book.columns
    own = group_sums(unit_totals(moments, tree))
    whole = own.over_subtrees(tree)
    offsets = specification.plan().offsets
    estimator = Estimator(specification, offsets, item_correlations(specification, whole.take(np.array([0])), offsets))
    exact = _exact(book, specification)
    inner = np.flatnonzero(tree.size > 1)
    groups = len(inner) * len(LEVELS)
    position = np.full(len(tree), -1, np.int64)
    position[inner] = np.arange(len(inner))
    homes = [_homes(tree, depth, position) for depth in range(int(tree.depth.max()))]
    shape = (groups + 1, len(columns))
    fields = {name: np.full(shape, np.nan) for name in FIELDS}
    shown, bound = np.zeros(shape, bool), np.zeros(shape, np.int8)
    answered = np.zeros(shape, np.int64)
    patterns, which = np.unique(exact, axis=1, return_inverse=True)
    said: dict[tuple[int, str, str], Sides] = {}
    for pattern in range(patterns.shape[1]):
        if not patterns[:, pattern].any():
            continue
        target = _targets(tree, patterns[:, pattern], own.respondents, homes)
        sums = _gathered(own, target, groups)
        beside = _groups(sums, columns=len(columns))
        for number in np.flatnonzero(which.ravel() == pattern).tolist():
            group = _sides(estimator, beside, own, number, book, said, pattern).group
            rows = (sums.respondents >= book.study.k) & (group.n > 0) & ~np.isnan(group.value)
            at = np.flatnonzero(rows) + 1
            for name, values in (("value", group.value), ("se", group.se), ("low", group.low), ("high", group.high)):
                fields[name][at, number] = values[rows]
            for name, values in (("shrunken", group.value), ("shrunken_low", group.low), ("shrunken_high", group.high)):
                fields[name][at, number] = values[rows]
            bound[at, number] = group.bound[rows]
            shown[at, number] = True
            answered[at, number] = sums.respondents[rows]
    ids = [level_id(tree.ids[unit], level) for unit in inner.tolist() for level in LEVELS]
    flat = number_units(["\x1f", *ids], ["", *["\x1f"] * groups], ["", *["" for _ in ids]])
    most = answered.max(axis=1, initial=0)
    panel = Panel(
        cut="",
        level="",
        rows=np.arange(groups + 1, dtype=np.int32),
        shown=shown,
        n=np.where(np.all((answered == most[:, None]) | ~shown, axis=1), most, 0),
        n_answered=answered,
        fields=fields,
        bound=bound,
        sureness={kind: np.zeros(shape, np.int8) for kind in ("rest", "previous", "benchmark")},
    )
    digest = hashlib.sha256(json.dumps([book.inputs_hash, "levels", FORMULA, TOP_SHARE]).encode()).hexdigest()
    nothing = Shares((), np.zeros(1, np.int64), np.zeros((groups + 1, 0)))
    return replace(
        book,
        tree=flat,
        panels=(panel,),
        shares=nothing,
        inputs_hash=f"sha256:{digest}",
        previous_wave="",
        benchmark="",
        response=None,
    )


def _exact(book: ScoreBook, specification: Specification) -> BoolArray:
    """Which numbers are released as they are, bool[U, C]; a scale where all its questions are, and they where it is.

    So a level holds the same people in a scale and in its questions: fewer published units, whose atoms are coarser.
    """
    panel = book.everybody
    found: BoolArray = panel.shown & (panel.bound == Bound.EXACT)
    families = [
        [number, *(book.column_of[part] for part in parts)]
        for number, column in enumerate(book.columns)
        if (parts := specification.parts_of(column))
    ]
    before = -1
    while before != int(found.sum()):  # a question may stand in several scales
        before = int(found.sum())
        for family in families:
            found[:, family] = np.all(found[:, family], axis=1, keepdims=True)
    return found


def _homes(tree: UnitTree, depth: int, position: IntArray) -> IntArray:
    """The group of each unit's own people seen from the units at one depth: int64[U], -1 for none."""
    found = np.full(len(tree), -1, np.int64)
    for unit in np.flatnonzero((tree.depth == depth) & (position >= 0)).tolist():
        found[tree.subtree(unit)] = position[unit] * len(LEVELS) + level_of(tree, unit)
    return found


def _targets(tree: UnitTree, published: BoolArray, respondents: IntArray, homes: list[IntArray]) -> list[IntArray]:
    """By depth, the group that each unit's own people go into: int64[U], -1 where their atom mixes groups."""
    holder = np.where(published, np.arange(len(tree)), -1)
    for depth in range(1, int(tree.depth.max()) + 1):
        units = np.flatnonzero((tree.depth == depth) & ~published)
        holder[units] = holder[tree.parent[units]]
    there = np.flatnonzero((respondents > 0) & (holder >= 0))
    found = []
    for home in homes:
        least, most = np.full(len(tree), np.iinfo(np.int64).max), np.full(len(tree), -2, np.int64)
        np.minimum.at(least, holder[there], home[there])
        np.maximum.at(most, holder[there], home[there])
        target = np.full(len(tree), -1, np.int64)
        pure = there[least[holder[there]] == most[holder[there]]]
        target[pure] = home[pure]
        found.append(target)
    return found


def _gathered(own: GroupSums, targets: list[IntArray], groups: int) -> GroupSums:
    """Add own sums up by group, all depths at once: integers, so exact."""
    from scipy import sparse

    there = [np.flatnonzero(target >= 0) for target in targets]
    units = np.concatenate(there)
    rows = np.concatenate([target[at] for target, at in zip(targets, there, strict=True)])
    shape = (groups, len(own.respondents))
    adding = sparse.csr_matrix((np.ones(len(units), np.int64), (rows, units)), shape=shape)
    gathered: GroupSums = map_arrays(own, lambda values: np.asarray(adding @ values))
    return gathered


def _groups(sums: GroupSums, *, columns: int) -> Groups:
    count = len(sums.respondents)
    return Groups(
        rows=np.arange(count, dtype=np.int32),
        sums=sums,
        rest=sums.less(sums),
        above=np.full(count, -1, np.int64),
        shown=np.ones((count, columns), bool),
        depth=np.zeros(count, np.int32),
        n=sums.respondents,
        n_answered=np.repeat(sums.respondents[:, None], columns, axis=1),
    )


def _sides(
    estimator: Estimator,
    groups: Groups,
    own: GroupSums,
    number: int,
    book: ScoreBook,
    said: dict[tuple[int, str, str], Sides],
    pattern: int,
) -> Sides:
    """Estimate one column for the groups of a pattern; a scale from its questions over the same people."""
    column = book.columns[number]
    parts: Mapping[tuple[str, str], Sides] = {
        part: _sides(estimator, groups, own, book.column_of[part], book, said, pattern)
        for part in estimator.specification.parts_of(column)
    }
    key = (pattern, column.measure, column.subject)
    if key not in said:
        said[key] = column_sides(estimator, groups, own, column, parts)
    return said[key]
