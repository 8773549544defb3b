"""A book of five cuts: no small group follows question by question, and its many levels are stored as they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.org import number_units
from headwater.scoring import Inputs, RatedItem, RatedScale, Specification, load_book, save_book, score
from headwater.scoring.cutting import CrossedCells, CutLevels
from headwater.scoring.estimating import FEWEST_FOR_POOLING, Estimator, pooled_spread
from headwater.scoring.storage import MANIFEST
from headwater.scoring.sums import GroupSums
from headwater.scoring.within import Within
from headwater.vocab import FIELDS, Cut, Lens, ScoreBook, Study, UnitTree, Wave, WideInts
from headwater.vocab.answers import SCORE_ONE

K = 3
SIZES = (2, 3, 3, 2, 4)
CUTS = tuple(Cut(f"c{n}", f"Cut {n}", tuple(f"l{level}" for level in range(size))) for n, size in enumerate(SIZES))
SPECIFICATION = Specification(
    items=(
        RatedItem("a", {"en": "a"}, Lens.EX, 1, 5, scale="s"),
        RatedItem("b", {"en": "b"}, Lens.EX, 1, 5, scale="s", reverse=True),
        RatedItem("c", {"en": "c"}, Lens.EX, 0, 10, measures=("recommend", "mean")),
    ),
    scales=(RatedScale("s", {"en": "s"}, Lens.EX, "driver", ("a", "b"), 1.0, 5.0),),
)
OFFSETS = SPECIFICATION.plan().offsets


def sums_of(groups: int, group: np.ndarray, answers: np.ndarray) -> GroupSums:
    """Sum answers by group; -1 is skipped."""
    counts = np.zeros((groups, int(OFFSETS[-1])), np.int64)
    for place, item in enumerate(SPECIFICATION.items):
        known = answers[:, place] >= 0
        np.add.at(counts, (group[known], OFFSETS[place] + answers[known, place] - item.low), 1)
    own = np.column_stack([answers[:, 0], np.where(answers[:, 1] < 0, -1, 6 - answers[:, 1])])
    some = (own > 0).any(axis=1)
    score_of = np.where(own > 0, own, 0).sum(axis=1) * SCORE_ONE // np.maximum((own > 0).sum(axis=1), 1)
    n, total, squares = (
        np.bincount(group[some], values[some], groups).astype(np.int64)[:, None]
        for values in (np.ones(len(group)), score_of, score_of.astype(float) ** 2)
    )
    return GroupSums(np.bincount(group, minlength=groups), counts, n, total, WideInts.from_int64(squares))


class World:
    """400 people in eleven units, their answers and their levels in five cuts."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        above = ["", "0", "0", "0", *(str(1 + unit % 3) for unit in range(7))]
        self.tree: UnitTree = number_units([str(unit) for unit in range(11)], above)
        self.unit = rng.integers(0, 11, 400)
        self.levels = np.column_stack([rng.integers(0, size, 400) for size in SIZES])
        follows = rng.random(400) < 0.95
        self.levels[follows, 3] = self.levels[follows, 0]  # the fourth cut nearly repeats the first
        self.levels[rng.random((400, 5)) < 0.02] = -1
        self.answers = np.column_stack([rng.integers(1, 6, (400, 2)), rng.integers(0, 11, 400)])
        self.answers[rng.random((400, 3)) < 0.03] = -1

    def crossed(self) -> CrossedCells:
        kinds, which = np.unique(np.column_stack([self.unit, self.levels]), axis=0, return_inverse=True)
        cuts = tuple(CutLevels(cut.key, cut.levels) for cut in CUTS)
        return CrossedCells(cuts, kinds[:, 0], kinds[:, 1:], sums_of(len(kinds), which.ravel(), self.answers))

    def book(self) -> ScoreBook:
        study = Study("p", "P", k=K, cuts=CUTS, promise="confidential")
        own = sums_of(len(self.tree), self.unit, self.answers)
        wave = Wave("p", "w", "w", 0)
        return score(Inputs(study, wave, self.tree, SPECIFICATION, own, crossed=self.crossed(), sources=("x",)))


def follow(rows: np.ndarray) -> list[tuple[int, ...]]:
    """Everybody, and every two people, whose sum is a combination of rows."""
    _, singular, basis = np.linalg.svd(rows.astype(float), full_matrices=False)
    basis = basis[singular > 1e-8]
    beyond = np.eye(rows.shape[1]) - basis.T @ basis
    alone = np.diag(beyond)
    pairs = alone[:, None] + alone[None, :] + 2 * beyond
    pairs[np.tril_indices(len(pairs))] = 1
    return [(int(one),) for one in np.flatnonzero(alone < 1e-8)] + [
        tuple(two) for two in np.argwhere(pairs < 1e-8).tolist()
    ]


@pytest.mark.parametrize("seed", range(4))
def test_no_two_answerers_follow_from_units_and_five_cuts(seed: int) -> None:
    world = World(seed)
    book = world.book()
    further = 0
    for place, item in enumerate(SPECIFICATION.items):
        columns = [number for number, column in enumerate(book.columns) if column.subject == item.key]
        there = world.answers[:, place] >= 0
        unit, levels = world.unit[there], world.levels[there]
        rows = []
        for panel in book.panels:
            inside = np.ones(len(unit), bool)
            if panel.cut:
                cut = next(number for number, one in enumerate(CUTS) if one.key == panel.cut)
                inside = levels[:, cut] == CUTS[cut].levels.index(panel.level)
                further += int(cut >= 2 and panel.shown[:, columns].any())
            for row in panel.rows[panel.shown[:, columns].any(axis=1)].tolist():
                rows.append(inside & (unit >= row) & (unit < row + world.tree.size[row]))
        assert len(rows) > 30
        assert not follow(np.array(rows))
    assert further > 10


def test_everybody_shows_every_cut_that_tells_on_nobody() -> None:
    book = World(0).book()
    told = {panel.cut for panel in book.panels if panel.cut and panel.position(0) >= 0}
    assert {"c0", "c1", "c2"} <= told


def test_the_variance_within_units_is_that_of_the_estimates() -> None:
    world = World(5)
    crossed = world.crossed()
    estimator = Estimator(SPECIFICATION, OFFSETS, {"s": 0.5})
    within = Within.of(estimator, crossed)
    compared = 0
    for cut, size in enumerate(SIZES):
        found = within.by_level(cut)
        for level in range(size):
            at = world.levels[:, cut] == level
            own = sums_of(11, world.unit[at], world.answers[at])
            for number, column in enumerate(SPECIFICATION.columns):
                if column.measure == "score_favourable":
                    assert np.isnan(found[level, number])
                    continue
                scale = SPECIFICATION.scale_of.get(column.subject)
                each = (
                    estimator.column(own, column)
                    if scale is None
                    else estimator.scale(own, scale, "score", np.ones((11, 1)))
                )
                assert np.maximum(each.n - 1, 0).sum() >= FEWEST_FOR_POOLING
                assert found[level, number] == pytest.approx(pooled_spread(each, -1.0), rel=1e-12)
                compared += 1
    assert compared > 50


def same(one: ScoreBook, other: ScoreBook) -> bool:
    """Whether all numbers of two books are equal, bit for bit."""
    return len(one.panels) == len(other.panels) and all(
        (panel.cut, panel.level) == (twin.cut, twin.level)
        and np.array_equal(panel.rows, twin.rows)
        and np.array_equal(panel.shown, twin.shown)
        and np.array_equal(panel.n, twin.n)
        and np.array_equal(panel.n_answered, twin.n_answered)
        and np.array_equal(panel.bound, twin.bound)
        and all(np.array_equal(panel.fields[name], twin.fields[name], equal_nan=True) for name in FIELDS)
        and all(np.array_equal(panel.sureness[kind], twin.sureness[kind]) for kind in panel.sureness)
        for panel, twin in zip(one.panels, other.panels, strict=True)
    )


def test_all_levels_lie_in_one_file(tmp_path: Path) -> None:
    book = World(1).book()
    folder = save_book(book, tmp_path / "book")
    assert {path.name for path in folder.iterdir()} == {
        MANIFEST, "shares.parquet", "panel-0.parquet", "units-0.parquet", "levels.parquet", "levels-units.parquet"
    }  # fmt: skip
    assert same(load_book(folder), book)


def test_a_book_with_a_file_a_level_is_read_as_ever(tmp_path: Path) -> None:
    book = World(2).book()
    folder = save_book(book, tmp_path / "book")
    nouns = json.loads((folder / MANIFEST).read_text())
    nouns["format"] = 1
    nouns["panels"] = [{"cut": panel.cut, "level": panel.level} for panel in book.panels]
    (folder / MANIFEST).write_text(json.dumps(nouns))
    for name in ("levels.parquet", "levels-units.parquet"):
        (folder / name).unlink()
    for number, panel in enumerate(book.panels):
        table = {name: pa.array(panel.fields[name].ravel()) for name in FIELDS}
        table |= {f"{kind}_sureness": pa.array(values.ravel()) for kind, values in panel.sureness.items()}
        table |= {name: pa.array(getattr(panel, name).ravel()) for name in ("shown", "n_answered", "bound")}
        pq.write_table(pa.table(table), folder / f"panel-{number}.parquet")
        units = pa.table({"row": pa.array(panel.rows), "n": pa.array(panel.n)})
        pq.write_table(units, folder / f"units-{number}.parquet")
    assert same(load_book(folder), book)
