"""Several versions of the same answers as cells of one ledger: late, corrected or withdrawn answers.

Versions are compared by their moments: within a cell (unit and level of every cut) answers to one question are told
apart by their code alone, which is all that its totals know. What two versions hold in common stayed; the rest of the
earlier one was superseded, and the rest of the later one is new.

Who changed cannot be seen, so a release is judged under each view of it, and must be safe under all:

- everybody whose code differs is somebody else ("apart");
- people of one cell are the same, whatever their code ("in place").

In each view the answers of every version in turn are protected, and all answers that it does not hold are taken to be
known. Versions that both lost and gained people may hold movers, whom no count identifies: they are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from headwater.privacy import RESPONDENTS, Cells
from headwater.scoring.specification import Specification
from headwater.vocab import IntArray, Moments, WideInts
from headwater.vocab.answers import WEIGHT_ONE

UNIT = "unit"
"""The attribute of a cell's own unit."""

VERSIONS = "answers"
"""The attribute that says which versions of the answers hold a cell."""

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Version:
    """One version of a wave's answers. token: its name in the ledger."""

    token: str
    moments: Moments


class NotComparableError(ValueError):
    """Two versions that cannot be laid beside each other. The message says why, for people."""


def family_of(specification: Specification, subject: str, role: str) -> str:
    """Name the family of those who answered an item or have a ready-made score; "" for a scale of items."""
    if role == "item":
        return f"item:{subject}"
    return "" if specification.scale_of[subject].items else f"score:{subject}"


def skipped(family: str) -> str:
    """Name the family of respondents who are not in another family."""
    return f"skipped {family}"


def cells_of(moments: Moments) -> Cells:
    """Make the cells of one version."""
    people = {RESPONDENTS: moments.respondents}
    for family, counts in _by_family(moments).items():
        people[family] = counts.sum(axis=1)
        people[skipped(family)] = moments.respondents - people[family]
    return Cells(_attributes(moments, _keys(moments)), people)


def same_answers(a: Moments, b: Moments) -> bool:
    """Whether two sums are of the same answers, as far as the items, scores and cuts that both hold can tell."""
    cuts = [cut for cut in a.plan.cuts if cut in b.plan.cuts]
    grids = [_Grid(one, cuts) for one in (a, b)]
    if grids[0].keys != grids[1].keys or not np.array_equal(grids[0].respondents, grids[1].respondents):
        return False
    shared = grids[0].counts.keys() & grids[1].counts.keys()
    return all(
        np.array_equal(grids[0].counts[family], grids[1].counts[family])
        and np.array_equal(grids[0].marks[family], grids[1].marks[family])
        for family in shared
    )


def covers(wide: Moments, narrow: Moments) -> bool:
    """Whether sums hold every question, score and cut that other sums hold."""
    plans = wide.plan, narrow.plan
    items, scores = ([{entry.key for entry in getattr(plan, kind)} for plan in plans] for kind in ("items", "scores"))
    return items[0] >= items[1] and scores[0] >= scores[1] and set(plans[0].cuts) >= set(plans[1].cuts)


def joined_cells(versions: Sequence[Version]) -> Iterator[Cells]:
    """Yield the cells of several versions once for each view of who changed and each version protected.

    The attribute VERSIONS holds the tokens of the versions that a cell is in, joined by "+". Raises
    NotComparableError when versions hold other cuts or questions, or one both lost and gained people beside another.
    """
    cuts = versions[0].moments.plan.cuts
    if any(set(version.moments.plan.cuts) != set(cuts) for version in versions):
        raise NotComparableError("they were read with other cuts")
    grids = [_Grid(version.moments, cuts) for version in versions]
    families = grids[0].counts.keys()
    if any(grid.counts.keys() != families for grid in grids):
        raise NotComparableError("they hold other questions")
    keys = sorted(set().union(*(grid.keys for grid in grids)))
    spread = [grid.over(keys) for grid in grids]
    respondents = np.stack([grid.respondents for grid in spread])
    for first, second in combinations(respondents, 2):
        if (first > second).any() and (second > first).any():
            raise NotComparableError(
                "people left one unit or level and others came to another, and nobody can tell who"
            )
    for apart in (True, False):
        held = {RESPONDENTS: _segments(respondents[:, :, None])}
        for family in families:
            counts = np.stack([grid.counts[family] for grid in spread])
            answered = counts.sum(axis=2)
            held[skipped(family)] = _segments((respondents - answered)[:, :, None])
            if apart:
                held[family] = _segments(_doubtful(counts, np.stack([grid.marks[family] for grid in spread])))
            else:
                held[family] = _segments(answered[:, :, None])
        patterns = sorted({pattern for one in held.values() for pattern in one})
        nobody = np.zeros(len(keys), np.int64)
        people = {
            family: np.concatenate([one.get(pattern, nobody) for pattern in patterns]) for family, one in held.items()
        }
        names = ["+".join(version.token for n, version in enumerate(versions) if pattern >> n & 1)
                 for pattern in patterns]  # fmt: skip
        attributes = {name: values * len(patterns) for name, values in _named(keys, cuts).items()} | {
            VERSIONS: [name for name in names for _ in keys]
        }
        for number in range(len(versions)):
            outside = np.repeat([not pattern >> number & 1 for pattern in patterns], len(keys))
            yield Cells(attributes, people, outside)


def versions_with(token: str, tokens: Sequence[str]) -> list[str]:
    """Return every value of VERSIONS that holds a token."""
    found = []
    for size in range(1, len(tokens) + 1):
        found += ["+".join(some) for some in combinations(tokens, size) if token in some]
    return found


@dataclass
class _Grid:
    """Moments by cell of some cuts, cells named so that versions can be compared.

    counts: by family, int64[C, codes]; a ready-made score has one. marks: by family, int64[C, M], see `_marks`.
    """

    keys: list[tuple[str, ...]]
    respondents: IntArray
    counts: dict[str, IntArray]
    marks: dict[str, IntArray]

    def __init__(self, moments: Moments, cuts: Sequence[str]) -> None:
        places = [moments.plan.cuts.index(cut) for cut in cuts]
        named = list(zip(*([*_keys(moments)[:1], *(_keys(moments)[1 + place] for place in places)]), strict=True))
        self.keys = sorted(set(named))
        row = {key: number for number, key in enumerate(self.keys)}
        at = np.array([row[key] for key in named], np.int64)

        def gather(values: IntArray) -> IntArray:
            whole = np.zeros((len(self.keys), *values.shape[1:]), np.int64)
            np.add.at(whole, at, values)
            return whole

        self.respondents = gather(moments.respondents)
        self.counts = {family: gather(counts) for family, counts in _by_family(moments).items()}
        self.marks = {family: gather(marks) for family, marks in _marks(moments).items()}

    def over(self, keys: Sequence[tuple[str, ...]]) -> _Grid:
        """Lay the grid out over more cells."""
        row = {key: number for number, key in enumerate(keys)}
        at = np.array([row[key] for key in self.keys], np.int64)

        def spread(values: IntArray) -> IntArray:
            whole = np.zeros((len(keys), *values.shape[1:]), np.int64)
            whole[at] = values
            return whole

        wide = object.__new__(_Grid)
        wide.keys = list(keys)
        wide.respondents = spread(self.respondents)
        wide.counts = {family: spread(counts) for family, counts in self.counts.items()}
        wide.marks = {family: spread(marks) for family, marks in self.marks.items()}
        return wide


def _doubtful(counts: IntArray, marks: IntArray) -> IntArray:
    """Take one person out of what stayed wherever sums changed that counts cannot explain: an answer or a weight did.

    counts: int64[V, C, K]. marks: int64[V, C, M]. Returns int64[V, C, K + V]: a column a version for that person.
    """
    versions, cells, _ = counts.shape
    counts, changed = counts.copy(), np.zeros((versions, cells, versions), np.int64)
    for cell in np.flatnonzero((marks != marks[:1]).any(axis=(0, 2))).tolist():
        for version in range(versions):
            code = int(np.argmax(counts[version, cell]))
            if counts[version, cell, code] > 0:
                counts[version, cell, code] -= 1
                changed[version, cell, version] = 1
    return np.concatenate([counts, changed], axis=2)


def _segments(counts: IntArray) -> dict[int, IntArray]:
    """Split counts by which versions hold them: by bit pattern of versions, int64[C]. counts: int64[V, C, K].

    Of the people of one code, as many are in all versions as the smallest count says, and so on upward.
    """
    versions = len(counts)
    found: dict[int, IntArray] = {}
    levels = np.sort(counts, axis=0)
    steps = np.diff(levels, axis=0, prepend=0)
    bits = (1 << np.arange(versions, dtype=np.int64))[:, None, None]
    for number in range(versions):
        pattern = ((counts >= levels[number]) * bits).sum(axis=0)
        for value in np.unique(pattern[steps[number] > 0]).tolist():
            people = np.where(pattern == value, steps[number], 0).sum(axis=1)
            found[value] = found[value] + people if value in found else people
    return found


def _by_family(moments: Moments) -> dict[str, IntArray]:
    """Who answered, by family: int64[C, codes]."""
    plan, offsets = moments.plan, moments.plan.offsets
    found = {
        f"item:{item.key}": moments.counts[:, int(offsets[n]) : int(offsets[n + 1])]
        for n, item in enumerate(plan.items)
    }
    found |= {f"score:{score.key}": moments.scores.n[:, [n]] for n, score in enumerate(plan.scores) if not score.items}
    return found


def _marks(moments: Moments) -> dict[str, IntArray]:
    """Sums that change with answers or weights where counts do not: int64[C, M], zero where counts say it all.

    Sums wider than 64 bits are taken modulo 2**64, so that they may be added over cells.
    """
    plan, offsets, scores = moments.plan, moments.plan.offsets, moments.scores
    weights = _beyond(moments.weights, moments.counts)
    found: dict[str, IntArray] = {}
    for number, item in enumerate(plan.items):
        found[f"item:{item.key}"] = weights[:, int(offsets[number]) : int(offsets[number + 1])]
    squares, heavy, heavy_total = _wrapped(scores.squares), _beyond(scores.w, scores.n), scores.total
    if scores.w_total is not None:
        heavy_total = _wrapped(scores.w_total)
    for number, score in enumerate(plan.scores):
        if not score.items:
            sums = (scores.total, squares, heavy, heavy_total)
            found[f"score:{score.key}"] = np.column_stack([part[:, number] for part in sums])
    return found


def _wrapped(sums: WideInts) -> IntArray:
    return np.asarray((sums.high << 32) + sums.low, np.int64)


def _beyond(weights: WideInts | None, counts: IntArray) -> IntArray:
    """Weights beyond 1 for each answer."""
    return np.zeros_like(counts) if weights is None else _wrapped(weights) - counts * WEIGHT_ONE


def _keys(moments: Moments) -> list[list[str]]:
    """The unit and the level of every cut, by cell; "" where a level is unknown."""
    found = [[moments.units[unit] for unit in moments.cell_unit.tolist()]]
    for place, cut in enumerate(moments.plan.cuts):
        levels = [*moments.levels[cut], ""]
        found.append([levels[code] for code in moments.cell_cuts[:, place].tolist()])
    return found


def _attributes(moments: Moments, keys: list[list[str]]) -> Mapping[str, list[str]]:
    return dict(zip((UNIT, *moments.plan.cuts), keys, strict=True))


def _named(keys: Sequence[tuple[str, ...]], cuts: Sequence[str]) -> dict[str, list[str]]:
    columns = list(zip(*keys, strict=True)) if keys else [()] * (1 + len(cuts))
    return {name: list(values) for name, values in zip((UNIT, *cuts), columns, strict=True)}
