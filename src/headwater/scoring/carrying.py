"""A wave carried to a new organisation: unions of groups already released alone, so that nothing new is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from headwater.engine import unit_totals
from headwater.engine.adding import map_arrays
from headwater.org import UnitMapping
from headwater.privacy import recut
from headwater.scoring.estimating import Estimator, item_correlations
from headwater.scoring.panel import Groups, build_panel
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.scoring.wave import group_sums
from headwater.vocab import Bound, IntArray, Moments, ScoreBook, Shares, UnitTree
from headwater.vocab.scorebook import BoolArray


def carry_book(
    book: ScoreBook, moments: Moments, specification: Specification, tree: UnitTree, mapping: UnitMapping
) -> ScoreBook:
    """Return what a released wave tells about the units of a later organisation, to compare the next wave with.

    book, moments, specification: the wave as it was released in its own tree. tree: the later organisation. mapping:
    what became of the units in between. A number of a new unit is shown where the unit, with all below it, is exactly a
    union of old teams (`UnitMapping.recut`) and of atoms released exactly for that number (`privacy.recut`): then it is
    a sum of released totals, and no small group can follow from it that did not before. Cuts are not carried.
    Raises InputError when the mapping names units of neither tree.
    """
    placed = mapping.recut(book.tree, tree)
    old = group_sums(unit_totals(moments, book.tree))
    target = placed.target.astype(np.int64)
    there = target >= 0

    def place(values: IntArray) -> IntArray:
        moved = np.zeros((len(tree), *values.shape[1:]), np.int64)
        np.add.at(moved, target[there], values[there])
        return moved

    own: GroupSums = map_arrays(old, place)
    whole = own.over_subtrees(tree)
    offsets = specification.plan().offsets
    estimator = Estimator(specification, offsets, item_correlations(specification, whole.take(np.array([0])), offsets))
    panel = build_panel(
        estimator,
        Groups(
            rows=np.arange(len(tree), dtype=np.int32),
            sums=whole,
            rest=whole.less(whole),
            above=np.full(len(tree), -1, np.int64),
            shown=_carried(book, old.respondents, tree, target) & placed.comparable[:, None],
            depth=tree.depth,
            n=whole.respondents,
            n_answered=np.repeat(whole.respondents[:, None], len(book.columns), axis=1),
        ),
        own,
        None,
        {},
    )
    links = sorted([link.old, link.new, link.share] for link in mapping.links)
    digest = hashlib.sha256(json.dumps([book.inputs_hash, tree.ids, tree.parent.tolist(), links]).encode()).hexdigest()
    nothing = Shares((), np.zeros(1, np.int64), np.zeros((len(tree), 0)))
    return replace(book, tree=tree, panels=(panel,), shares=nothing, inputs_hash=digest, response=None)


def _carried(book: ScoreBook, respondents: IntArray, tree: UnitTree, target: IntArray) -> BoolArray:
    """Which new units are unions of atoms released exactly, by column: bool[V, C]."""
    panel = book.everybody
    exact = panel.shown & (panel.bound == Bound.EXACT)
    shown = np.zeros((len(tree), exact.shape[1]), bool)
    patterns, which = np.unique(exact, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        if patterns[:, number].any():
            found = recut(book.tree, patterns[:, number], respondents, tree, target)
            shown[:, which.ravel() == number] = found.shown[:, None]
    return shown


def own_teams(mapping: UnitMapping, old: UnitTree, new: UnitTree) -> dict[str, str]:
    """Return, by old unit, the new unit whose own team it went into, where that is made of whole old teams alone."""
    sources: dict[str, list[str]] = {}
    mixed: set[str] = set()
    for link in mapping.links:
        whole = link.old in old.index_of and link.share >= 1 - 1e-9
        if link.new and not whole:
            mixed.add(link.new)
        elif link.new in new.index_of:
            sources.setdefault(link.new, []).append(link.old)
    return {team: unit for unit, teams in sources.items() if unit not in mixed for team in teams}


def move_teams(moments: Moments, unit_of: Mapping[str, str]) -> Moments:
    """Return moments with own teams under the names of later units. Teams that have none are left out.

    unit_of: by unit of the moments, its later name. For the chain, which follows units over waves.
    """
    kept = [number for number, unit in enumerate(moments.units) if unit in unit_of]
    units = tuple(sorted({unit_of[moments.units[number]] for number in kept}))
    place = {unit: number for number, unit in enumerate(units)}
    to = np.full(len(moments.units), -1, np.int64)
    to[kept] = [place[unit_of[moments.units[number]]] for number in kept]
    cells = np.flatnonzero(to[moments.cell_unit] >= 0)
    cells = cells[np.argsort(to[moments.cell_unit[cells]], kind="stable")]

    def taken(values: Any) -> Any:
        return None if values is None else values[cells]

    def gathered(values: IntArray) -> IntArray:
        whole = np.zeros((len(units), *values.shape[1:]), np.int64)
        np.add.at(whole, to[kept], values[kept])
        return whole

    return replace(
        moments,
        units=units,
        cell_unit=to[moments.cell_unit[cells]].astype(np.int32),
        cell_cuts=moments.cell_cuts[cells],
        respondents=moments.respondents[cells],
        counts=moments.counts[cells],
        scores=map_arrays(moments.scores, lambda values: values[cells]),
        crosses=None if moments.crosses is None else map_arrays(moments.crosses, gathered),
        weights=taken(moments.weights),
        weights_squared=taken(moments.weights_squared),
    )
