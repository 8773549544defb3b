"""Scoring a whole wave at once: sums -> estimates -> gate -> ScoreBook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater import __version__
from headwater.privacy.alike import gate_alike
from headwater.privacy.cuts import gate_cuts
from headwater.privacy.gate import gate_columns, gate_tree, nearest_shown_above, shown_counts
from headwater.scoring.distributions import released_shares
from headwater.scoring.estimating import Estimator, item_correlations
from headwater.scoring.panel import (
    Groups,
    Reference,
    Targets,
    build_panel,
    reference_from,
)
from headwater.scoring.points import column_points
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.vocab import IntArray, Panel, ScoreBook, Study, UnitTree, Wave
from headwater.vocab.scorebook import BoolArray


@dataclass(frozen=True)
class CutSums:
    """Own sums of every unit by level of a cut. unknown: int64[U], respondents of no known level."""

    cut: str
    levels: tuple[str, ...]
    sums: tuple[GroupSums, ...]
    unknown: IntArray


@dataclass(frozen=True)
class Benchmark:
    """Values to compare with, versioned and immutable: (measure, subject) -> (value, standard error)."""

    key: str
    version: str
    values: Mapping[tuple[str, str], tuple[float, float]]

    @property
    def name(self) -> str:
        """key@version."""
        return f"{self.key}@{self.version}"


@dataclass(frozen=True)
class Comparisons:
    """What a wave is compared with. earlier_unit: unit id -> its id in the previous wave, if it is the same group."""

    previous: ScoreBook | None = None
    earlier_unit: Mapping[str, str] | None = None
    benchmark: Benchmark | None = None


@dataclass(frozen=True)
class Inputs:
    """Everything a ScoreBook is a function of. own: sums of units without those below them, in the tree's order."""

    study: Study
    wave: Wave
    tree: UnitTree
    specification: Specification
    own: GroupSums
    cuts: tuple[CutSums, ...] = ()
    comparisons: Comparisons = field(default_factory=Comparisons)
    sources: tuple[str, ...] = ()


def score(inputs: Inputs) -> ScoreBook:
    """Return the ScoreBook of a wave. Nothing leaves here that the gate did not let through."""
    tree, study, specification, own = inputs.tree, inputs.study, inputs.specification, inputs.own
    offsets = specification.plan().offsets
    whole = own.over_subtrees(tree)
    estimator = Estimator(specification, offsets, item_correlations(specification, whole.take(np.array([0])), offsets))
    published = gate_tree(tree, own.respondents, study.k)
    answered_own = answered(specification, own, offsets)
    subjects = gate_columns(tree, published, answered_own, study.k)
    shown = unlike(estimator, tree, own, _columns_from_subjects(specification, subjects))
    counts = shown_counts(tree, subjects, own.respondents, answered_own, study.k)
    above = nearest_shown_above(tree, published).astype(np.int64)
    everybody = Groups(
        rows=np.arange(len(tree), dtype=np.int32),
        sums=whole,
        rest=whole.take(np.maximum(above, 0)).less(whole),
        above=above,
        shown=shown,
        depth=tree.depth,
        n=whole.respondents,
        n_answered=_counts_from_subjects(specification, counts),
    )
    main = build_panel(estimator, everybody, own, None, _references(inputs))
    panels = [main]
    for cut in inputs.cuts:
        panels.extend(_cut_panels(inputs, estimator, cut, published, subjects, main, whole))
    comparisons = inputs.comparisons
    return ScoreBook(
        study=study,
        wave=inputs.wave,
        tree=tree,
        columns=specification.columns,
        panels=tuple(panels),
        shares=released_shares(specification, whole, main, offsets),
        inputs_hash=inputs_digest(inputs),
        previous_wave="" if comparisons.previous is None else comparisons.previous.wave.key,
        benchmark="" if comparisons.benchmark is None else comparisons.benchmark.name,
        sources=inputs.sources,
        made_with={"headwater": __version__},
    )


def unlike(estimator: Estimator, tree: UnitTree, own: GroupSums, shown: BoolArray) -> BoolArray:
    """Withhold further cells until no group can be found out to be all alike; a scale goes with its items.

    shown: bool[U, C], cells that passed the gate by count.
    """
    specification = estimator.specification
    columns = specification.columns
    shown = shown.copy()
    points = {
        number: column_points(estimator, own, column)
        for number, column in enumerate(columns)
        if not specification.parts_of(column)
    }
    for with_squares in (True, False):
        chosen = [(number, found) for number, found in points.items() if (found.squares is not None) == with_squares]
        if not chosen:
            continue
        numbers = [number for number, _ in chosen]
        squares = [found.squares for _, found in chosen if found.squares is not None]
        shown[:, numbers] = gate_alike(
            tree,
            shown[:, numbers],
            np.column_stack([found.people for _, found in chosen]),
            np.column_stack([found.points for _, found in chosen]),
            [found.steps for _, found in chosen],
            squares_own=np.column_stack(squares) if squares else None,
        )
    position = {(column.measure, column.subject): number for number, column in enumerate(columns)}
    for number, column in enumerate(columns):
        if parts := specification.parts_of(column):
            shown[:, number] = shown[:, [position[part] for part in parts]].all(axis=1)
    return shown


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


def _subject_columns(specification: Specification) -> list[list[int]]:
    """For every column of the book, the subjects (columns of `answered`) it is made of."""
    items = len(specification.items)
    ready = {scale.key: items + number for number, scale in enumerate(s for s in specification.scales if not s.items)}
    found = []
    for column in specification.columns:
        parts = [key for _, key in specification.parts_of(column)] or [column.subject]
        found.append([ready.get(key, specification.item_position.get(key, -1)) for key in parts])
    return found


def _columns_from_subjects(specification: Specification, subjects: BoolArray) -> BoolArray:
    return np.column_stack([subjects[:, members].all(axis=1) for members in _subject_columns(specification)])


def _counts_from_subjects(specification: Specification, counts: IntArray) -> IntArray:
    return np.column_stack([counts[:, members].min(axis=1) for members in _subject_columns(specification)])


def _references(inputs: Inputs) -> dict[str, Reference]:
    columns, tree = inputs.specification.columns, inputs.tree
    found: dict[str, Reference] = {}
    previous = inputs.comparisons.previous
    if previous is not None:
        mapping = inputs.comparisons.earlier_unit
        earlier = previous.tree.index_of
        rows = np.array(
            [earlier.get(unit if mapping is None else mapping.get(unit, ""), -1) for unit in tree.ids],
            dtype=np.int64,
        )
        found["previous"] = reference_from(previous.everybody, previous.column_of, columns, rows)
    benchmark = inputs.comparisons.benchmark
    if benchmark is not None:
        pairs = [benchmark.values.get((column.measure, column.subject), (np.nan, 0.0)) for column in columns]
        shape = (len(tree), len(columns))
        value = np.broadcast_to(np.array([pair[0] for pair in pairs]), shape).copy()
        se = np.broadcast_to(np.array([pair[1] for pair in pairs]), shape).copy()
        found["benchmark"] = Reference(value, se, value, value, np.zeros(shape), fixed=True)
    return found


def _cut_panels(
    inputs: Inputs,
    estimator: Estimator,
    cut: CutSums,
    published: BoolArray,
    base: BoolArray,
    main: Panel,
    whole: GroupSums,
) -> Sequence[Panel]:
    """Build one panel a level, of units that are large enough and whose cells the gate lets through.

    base: bool[U, subjects], units shown by who answered each question.
    """
    tree, specification = inputs.tree, inputs.specification
    cells, subjects = _cut_cells(inputs, cut, published, base)
    found = []
    for number, level in enumerate(cut.levels):
        rows = np.flatnonzero(cells[:, number]).astype(np.int32)
        if rows.size == 0:
            continue
        level_sums = cut.sums[number].over_subtrees(tree).take(rows)
        position = np.full(len(tree), -1, np.int64)
        position[rows] = np.arange(rows.size)
        above = nearest_shown_above(tree, cells[:, number])[rows]
        shown = main.shown[rows] & _columns_from_subjects(specification, subjects[number][rows])
        targets = Targets(
            value=main.fields["value"][rows],
            se=main.fields["se"][rows],
            low=main.fields["low"][rows],
            high=main.fields["high"][rows],
            n=main.n_answered[rows].astype(np.float64),
            bound=main.bound[rows],
        )
        shown = unlike(estimator, tree, cut.sums[number], _spread(tree, rows, shown))[rows]
        groups = Groups(
            rows=rows,
            sums=level_sums,
            rest=whole.take(rows).less(level_sums),
            above=np.where(above >= 0, position[np.maximum(above, 0)], -1),
            shown=shown,
            depth=tree.depth[rows],
            n=level_sums.respondents,
            n_answered=np.broadcast_to(level_sums.respondents[:, None], shown.shape).copy(),
            cut=cut.cut,
            level=level,
        )
        references: dict[str, Reference] = {}
        previous = inputs.comparisons.previous
        before = None if previous is None else previous.panel_of.get((cut.cut, level))
        if previous is not None and before is not None:
            mapping = inputs.comparisons.earlier_unit
            names = [tree.ids[row] if mapping is None else mapping.get(tree.ids[row], "") for row in rows]
            there = np.array(
                [
                    before.position(previous.tree.index_of[name]) if name in previous.tree.index_of else -1
                    for name in names
                ],
                dtype=np.int64,
            )
            references["previous"] = reference_from(before, previous.column_of, specification.columns, there)
        found.append(build_panel(estimator, groups, cut.sums[number], targets, references))
    return found


def _spread(tree: UnitTree, rows: NDArray[np.int32], shown: BoolArray) -> BoolArray:
    """Lay rows of a cut panel out over all units."""
    everywhere = np.zeros((len(tree), shown.shape[1]), bool)
    everywhere[rows] = shown
    return everywhere


def _cut_cells(
    inputs: Inputs, cut: CutSums, published: BoolArray, base: BoolArray
) -> tuple[BoolArray, list[BoolArray]]:
    """Return which cells of a cut are shown, bool[U, L], and by level bool[U, subjects] for each question.

    Respondents are gated first, then those who answered each question. Within what is safe by respondents every
    question keeps what is safe by its own answers: taking cells away never makes a set unsafe.
    """
    tree, k = inputs.tree, inputs.study.k
    offsets = inputs.specification.plan().offsets
    everyone = np.column_stack([sums.respondents for sums in cut.sums]).astype(np.int64)
    cells = gate_cuts(tree, everyone, published, k, unknown=cut.unknown)
    by_level = [answered(inputs.specification, sums, offsets) for sums in cut.sums]
    total = answered(inputs.specification, inputs.own, offsets)
    shown = [np.repeat(cells[:, [level]], total.shape[1], axis=1) for level in range(len(cut.levels))]
    for subject in range(total.shape[1]):
        own = np.column_stack([counts[:, subject] for counts in by_level])
        unknown = total[:, subject] - own.sum(axis=1)
        if np.array_equal(own, everyone) and np.array_equal(unknown, cut.unknown):
            continue
        kept = gate_cuts(tree, own, base[:, subject], k, unknown=unknown, exact_cells=0)
        for level, grid in enumerate(shown):
            grid[:, subject] &= kept[:, level]
    return cells, shown


def inputs_digest(inputs: Inputs) -> str:
    """Return the SHA-256 of everything the book is a function of: tree, study, specification, sums, comparisons."""
    digest = hashlib.sha256()

    def add(value: object) -> None:
        digest.update(json.dumps(value, sort_keys=True, default=str).encode())

    add([asdict(inputs.study), asdict(inputs.wave), inputs.tree.ids, inputs.tree.parent.tolist(), __version__])
    add([asdict(item) for item in inputs.specification.items])
    add([asdict(scale) for scale in inputs.specification.scales])
    for sums in (inputs.own, *(level for cut in inputs.cuts for level in cut.sums)):
        digest.update(np.ascontiguousarray(sums.counts).tobytes())
        digest.update(np.ascontiguousarray(sums.score_total).tobytes())
        digest.update(np.ascontiguousarray(sums.respondents).tobytes())
        if sums.w is not None:
            digest.update(np.ascontiguousarray(sums.w.normalised().high).tobytes())
            digest.update(np.ascontiguousarray(sums.w.normalised().low).tobytes())
    comparisons = inputs.comparisons
    add("" if comparisons.previous is None else comparisons.previous.inputs_hash)
    add("" if comparisons.benchmark is None else [comparisons.benchmark.name, str(comparisons.benchmark.values)])
    add(list(inputs.sources))
    return digest.hexdigest()
