"""Scoring a whole wave at once: sums -> estimates -> gate -> ScoreBook."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from headwater import __version__
from headwater.privacy.gate import gate_columns, gate_tree, nearest_shown_above, shown_counts
from headwater.scoring.cut_panels import cut_panels
from headwater.scoring.cutting import CrossedCells, CutCells, choose_cells
from headwater.scoring.distributions import released_shares
from headwater.scoring.estimating import Estimator, item_correlations
from headwater.scoring.panel import Groups, Reference, build_panel, reference_from
from headwater.scoring.responding import earlier_rows, response_rates
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.scoring.withholding import answered, columns_from_subjects, counts_from_subjects, unlike
from headwater.stats.threads import both
from headwater.vocab import (
    RESPONSE_COLUMN,
    InputError,
    IntArray,
    Panel,
    ResponseRates,
    ScoreBook,
    Study,
    UnitTree,
    Wave,
)
from headwater.vocab.scorebook import BoolArray


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
    """Everything a ScoreBook is a function of.

    own: sums of units without those below them, in the tree's order. crossed: the same respondents by level of every
    cut, None without cuts. sources: names of the sealed files the sums were made of; they must be salted (a digest of
    a file with its random keys is), because they stand in the book and in its hash.
    """

    study: Study
    wave: Wave
    tree: UnitTree
    specification: Specification
    own: GroupSums
    comparisons: Comparisons = field(default_factory=Comparisons)
    sources: tuple[str, ...] = ()
    crossed: CrossedCells | None = None
    invited: IntArray | None = None
    """int64[U], people of each unit (not below it) who were invited; None when it is not known."""


def score(inputs: Inputs) -> ScoreBook:
    """Return the ScoreBook of a wave. Nothing leaves here that the gate did not let through.

    Raises InputError when there is nothing to score.
    """
    tree, study, specification, own = inputs.tree, inputs.study, inputs.specification, inputs.own
    if not specification.columns:
        raise InputError("there is nothing to score. Name items with codes, or scores that came ready-made.")
    offsets = specification.plan().offsets
    whole = own.over_subtrees(tree)
    estimator = Estimator(specification, offsets, item_correlations(specification, whole.take(np.array([0])), offsets))
    published = gate_tree(tree, own.respondents, study.k)
    answered_own = answered(specification, own, offsets)
    subjects = gate_columns(tree, published, answered_own, study.k)
    crossed = inputs.crossed

    def everybody() -> Panel:
        shown = unlike(estimator, tree, own, columns_from_subjects(specification, subjects))
        counts = shown_counts(tree, subjects, own.respondents, answered_own, study.k)
        above = nearest_shown_above(tree, published).astype(np.int64)
        groups = Groups(
            rows=np.arange(len(tree), dtype=np.int32),
            sums=whole,
            rest=whole.take(np.maximum(above, 0)).less(whole),
            above=above,
            shown=shown,
            depth=tree.depth,
            n=whole.respondents,
            n_answered=counts_from_subjects(specification, counts),
        )
        return build_panel(estimator, groups, own, None, _references(inputs))

    def cells() -> list[CutCells]:
        if crossed is None:
            return []
        answers = answered(specification, crossed.sums, offsets)
        return choose_cells(tree, study.k, crossed, answers, published, subjects)

    main, chosen = both(everybody, cells, size=0 if crossed is None else len(tree))
    panels = [main]
    if crossed is not None:
        panels += cut_panels(estimator, tree, crossed, chosen, main, whole, partial(_cut_references, inputs))
    comparisons = inputs.comparisons
    return ScoreBook(
        study=study,
        wave=inputs.wave,
        tree=tree,
        columns=specification.columns,
        panels=tuple(panels),
        shares=released_shares(tree, specification, whole, main, offsets),
        inputs_hash=inputs_digest(inputs),
        previous_wave="" if comparisons.previous is None else comparisons.previous.wave.key,
        benchmark="" if comparisons.benchmark is None else comparisons.benchmark.name,
        sources=inputs.sources,
        made_with={"headwater": __version__},
        response=None if inputs.invited is None else _response(inputs, inputs.invited, published, whole),
    )


def _response(inputs: Inputs, invited: IntArray, published: BoolArray, whole: GroupSums) -> ResponseRates:
    comparisons = inputs.comparisons
    before, benchmark = comparisons.previous, comparisons.benchmark
    earlier = None
    if before is not None and before.response is not None:
        earlier = before.response, earlier_rows(inputs.tree, before.tree, comparisons.earlier_unit)
    key = (RESPONSE_COLUMN.measure, RESPONSE_COLUMN.subject)
    return response_rates(
        inputs.tree,
        whole.respondents,
        invited,
        published,
        inputs.study.k,
        previous=earlier,
        benchmark=None if benchmark is None else benchmark.values.get(key),
    )


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


def _cut_references(inputs: Inputs, cut: str, level: str, rows: NDArray[np.int32]) -> dict[str, Reference]:
    """Return what the previous wave shows of the same level, for the same units."""
    previous, tree = inputs.comparisons.previous, inputs.tree
    before = None if previous is None else previous.panel_of.get((cut, level))
    if previous is None or before is None:
        return {}
    mapping = inputs.comparisons.earlier_unit
    names = [tree.ids[row] if mapping is None else mapping.get(tree.ids[row], "") for row in rows]
    earlier = previous.tree.index_of
    there = np.array([before.position(earlier[name]) if name in earlier else -1 for name in names], dtype=np.int64)
    return {"previous": reference_from(before, previous.column_of, inputs.specification.columns, there)}


def inputs_digest(inputs: Inputs) -> str:
    """Return the SHA-256 of everything the book is a function of: tree, study, specification, answers, comparisons.

    The answers enter by the salted names of their sealed files. Their sums do not enter: the hash of a small wave's
    sums would let anyone try what a withheld team may have answered until the hash is met. Without sources the hash is
    salted with chance, so two books made from sums in memory never share one.
    """
    digest = hashlib.sha256()

    def add(value: object) -> None:
        digest.update(json.dumps(value, sort_keys=True, default=str).encode())

    tree = inputs.tree
    add([asdict(inputs.study), asdict(inputs.wave), __version__])
    add([tree.ids, tree.names, tree.leaders, tree.parent.tolist()])
    add([asdict(item) for item in inputs.specification.items])
    add([asdict(scale) for scale in inputs.specification.scales])
    comparisons = inputs.comparisons
    add("" if comparisons.previous is None else comparisons.previous.inputs_hash)
    add(sorted((comparisons.earlier_unit or {}).items()))
    benchmark = comparisons.benchmark
    add(
        ""
        if benchmark is None
        else [benchmark.name, sorted((list(key), pair) for key, pair in benchmark.values.items())]
    )
    add(list(inputs.sources) or secrets.token_hex(32))
    return digest.hexdigest()
