"""Moments laid on a tree, added, and updated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.core.engine.world import PLAN, STUDY, WAVE, answers, same_moments

from headwater.engine import add_moments, compute_moments, cut_totals, roll_up, unit_totals, update_moments
from headwater.engine import computing as engine_computing
from headwater.engine import store as engine_store
from headwater.intake import seal
from headwater.org import number_units
from headwater.vocab import InputError, MomentPlan, Moments, UnitTree, WideInts

TREE = number_units(
    ["top", "unit C", "empty", "unit B", "unit A", "unit D", "unit E", "unit F", "unit G", "unit H", "unit I"],
    ["", "top", "unit C", "empty", "unit B", "top", "unit D", "unit D", "top", "top", "unit H"],
)


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Moments:
    store = tmp_path_factory.mktemp("store")
    seal(store, STUDY, WAVE, answers(500, 1, weighted=True), seed=5)
    return compute_moments(store, "ex", "2026", PLAN)


def test_unit_totals_sum_the_cells(moments: Moments) -> None:
    own = unit_totals(moments, TREE)
    assert own.respondents.sum() == 500
    assert own.crosses is not None
    assert own.weights is not None
    for number, unit in enumerate(TREE.ids):
        if unit not in moments.units:
            assert own.respondents[number] == 0
            assert not own.counts[number].any()
            assert not own.crosses.product.to_float()[number].any()
            continue
        place = moments.units.index(unit)
        cells = moments.cell_unit == place
        assert own.respondents[number] == moments.respondents[cells].sum()
        assert np.array_equal(own.counts[number], moments.counts[cells].sum(axis=0))
        wide = moments.scores.w2_squares
        found = own.scores.w2_squares
        assert wide is not None
        assert found is not None
        for score in range(len(PLAN.scores)):
            assert found[number : number + 1, score].to_python() == [sum(wide[cells][:, score].to_python())]
        assert moments.crosses is not None
        assert own.crosses.n[number].tolist() == moments.crosses.n[place].tolist()


def test_levels_of_a_cut_leave_the_unknown_out(moments: Moments) -> None:
    levels = cut_totals(moments, TREE, "site")
    assert list(levels) == ["north", "süd"]
    known = np.sum([one.counts for one in levels.values()], axis=0)
    unknown = moments.counts[moments.cell_cuts[:, 1] == -1].sum(axis=0)
    whole = unit_totals(moments, TREE)
    assert np.array_equal(known.sum(axis=0) + unknown, whole.counts.sum(axis=0))
    assert all(one.crosses is None for one in levels.values())
    assert 0 < levels["süd"].respondents.sum() < 500


def test_roll_up_is_the_sum_over_the_subtree(moments: Moments) -> None:
    own = unit_totals(moments, TREE)
    whole = roll_up(TREE, own)
    below = TREE.subtree(TREE.index_of["unit C"])
    row = TREE.index_of["unit C"]
    assert whole.respondents[0] == 500
    assert np.array_equal(whole.counts[row], own.counts[below].sum(axis=0))
    assert whole.crosses is not None
    assert own.crosses is not None
    assert whole.crosses.product[row : row + 1, 0].to_python() == [sum(own.crosses.product[below, 0].to_python())]


def test_a_unit_that_the_tree_lacks_is_named(moments: Moments) -> None:
    tree = number_units(["top", "unit A"], ["", "top"])
    with pytest.raises(InputError, match="'unit B', 'unit C'"):
        unit_totals(moments, tree)
    with pytest.raises(InputError, match="without the cut 'grade'"):
        cut_totals(moments, TREE, "grade")


@pytest.mark.parametrize("weighted", [(False, False), (True, False), (False, True), (True, True)])
def test_adding_equals_one_pass(tmp_path: Path, weighted: tuple[bool, bool]) -> None:
    tables = (answers(200, 1, units=5, weighted=weighted[0]), answers(300, 2, units=9, weighted=weighted[1]))
    digests = [seal(tmp_path, STUDY, WAVE, table).digest for table in tables]
    whole = compute_moments(tmp_path, "ex", "2026", PLAN)
    first, second = (compute_moments(tmp_path, "ex", "2026", PLAN, parts=[digest]) for digest in digests)
    assert same_moments(add_moments(first, second), whole)
    with pytest.raises(InputError, match="counted twice"):
        add_moments(whole, second)


def test_moments_of_different_plans_are_not_added(moments: Moments, tmp_path: Path) -> None:
    seal(tmp_path, STUDY, WAVE, answers(20, 3))
    other = compute_moments(tmp_path, "ex", "2026", MomentPlan(PLAN.items))
    with pytest.raises(InputError, match="different plans"):
        add_moments(moments, other)


def test_an_update_reads_the_new_parts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(tmp_path, STUDY, WAVE, answers(200, 1))
    before = compute_moments(tmp_path, "ex", "2026", PLAN)
    assert update_moments(before, tmp_path) is before
    late = seal(tmp_path, STUDY, WAVE, answers(30, 2))
    read: list[tuple[str, ...]] = []
    find = engine_store.sealed_answers

    def watched(store: Path, study: str, wave: str, parts: list[str] | None) -> object:
        found = find(store, study, wave, parts)
        read.append(tuple(part.digest for part in found.parts))
        return found

    monkeypatch.setattr(engine_computing, "sealed_answers", watched)
    after = update_moments(before, tmp_path)
    assert read == [(late.digest,)]
    monkeypatch.undo()
    assert same_moments(after, compute_moments(tmp_path, "ex", "2026", PLAN))


def test_a_tree_of_one_unit(tmp_path: Path) -> None:
    seal(tmp_path, STUDY, WAVE, answers(12, 1, units=1))
    tree: UnitTree = number_units(["unit A"], [""])
    own = unit_totals(compute_moments(tmp_path, "ex", "2026", PLAN), tree)
    assert own.respondents.tolist() == [12]
    assert isinstance(own.scores.squares, WideInts)
