"""One pass on DuckDB equals sums made one response at a time in Python."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.core.engine.world import PLAN, STUDY, WAVE, answers, numbers, plain_cells, same_moments

from headwater.engine import compute_moments, computing, update_moments
from headwater.engine.session import Session, UnitRange, unit_ranges
from headwater.engine.store import SealedAnswers
from headwater.intake import seal
from headwater.vocab import AnswerTable, InputError, IntArray, MomentPlan, Moments, PlannedItem, PlannedScore
from headwater.vocab.answers import SCORE_ONE


def check(moments: Moments, tables: list[AnswerTable]) -> None:
    plan = moments.plan
    cells, units = plain_cells(plan, tables)
    assert moments.units == tuple(sorted({key[0] for key in cells}))
    assert len(moments.respondents) == len(cells)
    order = []
    for row in range(len(moments.respondents)):
        codes = moments.cell_cuts[row]
        cuts = [moments.levels[cut][code] if code >= 0 else None for cut, code in zip(plan.cuts, codes, strict=True)]
        cell = cells[(moments.units[moments.cell_unit[row]], *cuts)]
        order.append((moments.cell_unit[row], *codes))
        assert moments.respondents[row] == cell.respondents
        for place, item in enumerate(plan.items):
            for code in range(item.low, item.high + 1):
                column = plan.offsets[place] + code - item.low
                assert moments.counts[row, column] == cell.counts[item.key, code]
                if moments.weights is not None:
                    found = [numbers(sums, row, column) for sums in (moments.weights, moments.weights_squared)]
                    assert found == cell.weights[item.key, code]
        s = moments.scores
        sums = [s.n, s.total, s.squares, s.w, s.w_total, s.w_squares, s.w2, s.w2_total, s.w2_squares]
        for place in range(len(plan.scores)):
            found = [numbers(values, row, place) for values in sums if values is not None]
            assert found == cell.scores[place][: len(found)]
            assert len(found) == (9 if moments.weighted else 3)
    assert order == sorted(order)
    if moments.crosses is not None:
        c = moments.crosses
        for row, unit in enumerate(moments.units):
            for place, pair in enumerate(plan.pairs):
                found = [
                    numbers(values, row, place)
                    for values in (c.n, c.total_a, c.total_b, c.squares_a, c.squares_b, c.product)
                ]
                assert found == units[unit].crosses[pair]


@pytest.mark.parametrize("weighted", [False, True])
def test_moments_equal_plain_sums(tmp_path: Path, weighted: bool) -> None:
    tables = [answers(500, 1, weighted=weighted), answers(300, 2, units=9)]
    reports = [seal(tmp_path, STUDY, WAVE, table, seed=5) for table in tables]
    moments = compute_moments(tmp_path, "ex", "2026", PLAN)
    assert moments.weighted is weighted
    assert moments.sources == tuple(report.digest for report in reports)
    check(moments, tables)


def test_ranges_of_units_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges are cut where the groups of a range are full, however the row groups lie."""
    tables = [answers(500, 1, weighted=True), answers(300, 2, units=9)]
    for table in tables:
        seal(tmp_path, STUDY, WAVE, table, seed=5)
    whole = compute_moments(tmp_path, "ex", "2026", PLAN)
    monkeypatch.setattr(computing, "BYTES_A_RANGE", 16 * 30 * 30)
    split: list[int] = []

    def watched(units: Sequence[str], groups: IntArray, limit: int) -> list[UnitRange]:
        assert units == tuple(f"unit {letter}" for letter in "ABCDEFGHI")
        found = unit_ranges(units, groups, limit)
        split.append(len(found))
        return found

    monkeypatch.setattr(computing, "unit_ranges", watched)
    assert same_moments(compute_moments(tmp_path, "ex", "2026", PLAN), whole)
    assert len(split) == 2
    assert min(split) > 1
    check(whole, tables)


def test_a_range_holds_what_fits_and_at_least_one_unit() -> None:
    spans = unit_ranges(("a", "b", "c", "d", "e"), np.array([4, 3, 3, 9, 1]), 7)
    assert spans == [UnitRange(None, "c"), UnitRange("c", "d"), UnitRange("d", "e"), UnitRange("e", None)]
    assert unit_ranges(("a", "b"), np.array([4, 3]), 7) == [UnitRange()]
    assert unit_ranges((), np.zeros(0, np.int64), 7) == [UnitRange()]


def test_the_environment_names_the_default_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(tmp_path, STUDY, WAVE, answers(20, 1))
    opened: list[str] = []

    def other(found: SealedAnswers) -> AbstractContextManager[Session]:
        opened.append(found.wave)
        return computing.ENGINES["duckdb"](found)

    monkeypatch.setitem(computing.ENGINES, "other", other)
    monkeypatch.delenv("HEADWATER_ENGINE", raising=False)
    compute_moments(tmp_path, "ex", "2026", PLAN)
    assert opened == []
    monkeypatch.setenv("HEADWATER_ENGINE", "other")
    before = compute_moments(tmp_path, "ex", "2026", PLAN)
    assert opened == ["2026"]
    compute_moments(tmp_path, "ex", "2026", PLAN, engine="duckdb")
    assert opened == ["2026"], "what the caller names goes before the environment"
    seal(tmp_path, STUDY, WAVE, answers(20, 2))
    update_moments(before, tmp_path)
    assert opened == ["2026", "2026"]
    monkeypatch.setenv("HEADWATER_ENGINE", "abacus")
    with pytest.raises(InputError, match=r"HEADWATER_ENGINE is 'abacus'.*duckdb, spark"):
        compute_moments(tmp_path, "ex", "2026", PLAN)


def test_wide_sums_take_several_columns(tmp_path: Path) -> None:
    """Ready-made scores near the limit: squares of 62 bits, with weights beyond 64."""
    table = answers(200, 3, weighted=True)
    edge = np.where(np.arange(200) % 2 == 0, 2**31 - 1, -(2**31) + 5).astype(np.int64)
    table = replace(table, scores={"ready": edge, "other": edge[::-1].copy() // 3})
    plan = MomentPlan(PLAN.items[:1], (PlannedScore("ready"), PlannedScore("other")), ("site",))
    unweighted = replace(table, weight=None)
    seal(tmp_path, STUDY, WAVE, unweighted)
    check(compute_moments(tmp_path, "ex", "2026", plan), [unweighted])
    seal(tmp_path, STUDY, WAVE, table)
    with pytest.raises(InputError, match="summed exactly"):
        compute_moments(tmp_path, "ex", "2026", plan)
    modest = replace(table, scores={key: values // 20 for key, values in table.scores.items()})
    seal(tmp_path / "modest", STUDY, WAVE, modest)
    check(compute_moments(tmp_path / "modest", "ex", "2026", plan), [modest])


def test_scores_of_many_items_round_as_defined(tmp_path: Path) -> None:
    """Above 12 items the count no longer divides SCORE_ONE, and the nearest integer is taken."""
    chance = np.random.default_rng(8)
    keys = [f"k{number}" for number in range(17)]
    items = {key: chance.integers(-2, 3, 400).astype(np.int8) for key in keys}
    for codes in items.values():
        codes[chance.random(400) < 0.3] = -128
    table = AnswerTable(("a",), np.zeros(400, np.int32), items)
    plan = MomentPlan(
        tuple(PlannedItem(key, -2, 2) for key in keys),
        (PlannedScore("many", tuple(keys), 3), PlannedScore("some", tuple(keys[:13]), 1)),
    )
    seal(tmp_path, STUDY, WAVE, table)
    check(compute_moments(tmp_path, "ex", "2026", plan), [table])


def test_more_scores_than_one_mask_holds(tmp_path: Path) -> None:
    table = answers(60, 4, units=2)
    scores = tuple(PlannedScore(f"s{number}", ("q1", "q3") if number % 2 else ("q4",)) for number in range(63))
    plan = MomentPlan(PLAN.items, scores)
    seal(tmp_path, STUDY, WAVE, table)
    check(compute_moments(tmp_path, "ex", "2026", plan), [table])


def test_one_respondent(tmp_path: Path) -> None:
    table = answers(1, 6, missing=0.0)
    seal(tmp_path, STUDY, WAVE, table)
    moments = compute_moments(tmp_path, "ex", "2026", PLAN)
    assert moments.respondents.tolist() == [1]
    assert abs(int(moments.scores.total[0, 2])) <= 9 * SCORE_ONE
    check(moments, [table])


def test_without_scores_or_cuts(tmp_path: Path) -> None:
    table = answers(50, 7)
    plan = MomentPlan(PLAN.items)
    seal(tmp_path, STUDY, WAVE, table)
    moments = compute_moments(tmp_path, "ex", "2026", plan)
    assert moments.crosses is None
    assert moments.cell_cuts.shape == (len(moments.units), 0)
    check(moments, [table])
