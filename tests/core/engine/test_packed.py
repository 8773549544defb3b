"""Packed answers give the integers of moments, and the statistics that follow from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.core.engine.world import STUDY, WAVE, answers

from headwater.engine import PackedAnswers, compute_moments, roll_up, unit_totals
from headwater.intake import seal
from headwater.org import number_units
from headwater.vocab import InputError, MomentPlan, PlannedItem, UnitTree
from headwater.vocab.answers import ITEM_MISSING

TREE = number_units(
    ["top", "unit C", "empty", "unit B", "unit A", "unit D", "unit E", "unit F", "unit G", "unit H", "unit I"],
    ["", "top", "unit C", "empty", "unit B", "top", "unit D", "unit D", "top", "top", "unit H"],
)
PLAN = MomentPlan(
    (
        PlannedItem("q1", 1, 5),
        PlannedItem("q2", 1, 5, reverse=True),
        PlannedItem("q3", 0, 10),
        PlannedItem("q4", -3, 3, reverse=True),
        PlannedItem("empty", 1, 5),
    )
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    seal(tmp_path, STUDY, WAVE, answers(300, 1))
    seal(tmp_path, STUDY, WAVE, answers(150, 2, units=9))
    return tmp_path


def test_counts_equal_the_moments(store: Path) -> None:
    packed = PackedAnswers.from_store(store, "ex", "2026", PLAN, TREE)
    own = unit_totals(compute_moments(store, "ex", "2026", PLAN), TREE)
    assert np.array_equal(packed.category_counts(), own.counts)
    assert np.array_equal(packed.respondents, own.respondents)


@pytest.mark.parametrize("top", [1, 2])
def test_statistics_of_every_subtree_follow_from_the_moments(store: Path, top: int) -> None:
    found = PackedAnswers.from_store(store, "ex", "2026", PLAN, TREE).subtree_statistics(top=top)
    whole = roll_up(TREE, unit_totals(compute_moments(store, "ex", "2026", PLAN), TREE))
    for place, item in enumerate(PLAN.items):
        codes = np.arange(item.low, item.high + 1)
        values = item.low + item.high - codes if item.reverse else codes
        for unit in range(len(TREE)):
            counts = whole.counts[unit, PLAN.offsets[place] : PLAN.offsets[place + 1]]
            given = np.repeat(values, counts).astype(float)
            assert found.n[place, unit] == len(given)
            if len(given) == 0:
                assert np.isnan(found.mean[place, unit])
                assert np.isnan(found.favourable[place, unit])
            else:
                assert found.mean[place, unit] == pytest.approx(given.mean(), rel=1e-12, abs=1e-12)
                share = 100 * (given > item.high - top).mean()
                assert found.favourable[place, unit] == pytest.approx(share, rel=1e-12)
            if len(given) < 2:
                assert np.isnan(found.sd[place, unit])
            else:
                assert found.sd[place, unit] == pytest.approx(given.std(ddof=1), rel=1e-10, abs=1e-7)


def test_a_unit_larger_than_one_packed_run(store: Path) -> None:
    """A run of the widest scale holds 1,023 answers; longer units take several."""
    chance = np.random.default_rng(4)
    codes = chance.integers(-127, 128, 5000).astype(np.int8)
    codes[:4000] = 127
    codes[::50] = ITEM_MISSING
    tree = number_units(["a", "b"], ["", "a"])
    plan = MomentPlan((PlannedItem("wide", -127, 127),))
    packed = PackedAnswers.from_arrays(plan, tree, np.zeros(5000, np.int64), [codes])
    found = packed.subtree_statistics()
    given = codes[codes != ITEM_MISSING].astype(float)
    assert found.n.tolist() == [[len(given), 0]]
    assert found.mean[0, 0] == pytest.approx(given.mean(), rel=1e-12)
    assert found.sd[0, 0] == pytest.approx(given.std(ddof=1), rel=1e-12)
    assert found.favourable[0, 0] == pytest.approx(100 * (given >= 126).mean(), rel=1e-12)


def test_answers_all_alike_have_no_spread() -> None:
    tree = number_units(["a"], [""])
    plan = MomentPlan((PlannedItem("same", 1, 5),))
    packed = PackedAnswers.from_arrays(plan, tree, np.zeros(97, np.int64), [np.full(97, 3, np.int8)])
    found = packed.subtree_statistics()
    assert (found.mean[0, 0], found.sd[0, 0], found.favourable[0, 0]) == (3.0, 0.0, 0.0)


def small_tree() -> UnitTree:
    return number_units(["top", "unit A"], ["", "top"])


def test_what_cannot_be_packed_is_refused(store: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'unit B'"):
        PackedAnswers.from_store(store, "ex", "2026", PLAN, small_tree())
    narrow = MomentPlan((PlannedItem("q3", 1, 10),))
    with pytest.raises(InputError, match="'q3' lie outside the scale 1 to 10"):
        PackedAnswers.from_store(store, "ex", "2026", narrow, TREE)
    packed = PackedAnswers.from_store(store, "ex", "2026", PLAN, TREE)
    with pytest.raises(InputError, match="6 favourable codes do not fit"):
        packed.subtree_statistics(top=6)
    weighted = tmp_path / "weighted"
    seal(weighted, STUDY, WAVE, answers(50, 1, weighted=True))
    with pytest.raises(InputError, match="weighted answers cannot be packed"):
        PackedAnswers.from_store(weighted, "ex", "2026", PLAN, TREE)
