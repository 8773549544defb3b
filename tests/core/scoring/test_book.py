"""A whole book against the rows it was made of, worked out independently."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats as reference
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from tests.core.scoring.cast import ITEMS, UNITS, Rows, book_of, draw, tree

from headwater.scoring import Benchmark, Comparisons
from headwater.vocab import Bound, Estimate, ScoreBook, Sureness, Withheld


@pytest.fixture(scope="module")
def rows() -> Rows:
    return draw()


@pytest.fixture(scope="module")
def book(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> ScoreBook:
    return book_of(tmp_path_factory.mktemp("store"), rows)


def exact(book: ScoreBook, measure: str, subject: str) -> list[tuple[str, Estimate]]:
    """Units whose number is shown exactly."""
    found = []
    for unit in UNITS:
        number = book.find(unit, measure, subject)
        if isinstance(number, Estimate) and number.bound is Bound.EXACT:
            found.append((unit, number))
    return found


@pytest.mark.parametrize("item", ITEMS)
def test_means_are_those_of_the_rows(book: ScoreBook, rows: Rows, item: str) -> None:
    shown = exact(book, "mean", item)
    assert len(shown) >= 6
    for unit, number in shown:
        values = rows.answers[item][rows.of(tree(), unit)]
        values = values[~np.isnan(values)]
        n, mean, sd = len(values), values.mean(), values.std(ddof=1)
        assert number.value == pytest.approx(mean, abs=1e-12)
        assert number.se == pytest.approx(sd / np.sqrt(n), rel=1e-10)
        low, high = reference.t.interval(0.95, n - 1, mean, sd / np.sqrt(n))
        ends = (0, 10) if item == "tell" else (1, 5)
        assert (number.low, number.high) == pytest.approx((max(low, ends[0]), min(high, ends[1])), rel=1e-9)


@pytest.mark.parametrize("item", ITEMS[:3])
def test_percents_are_those_of_the_rows_with_wilson_intervals(book: ScoreBook, rows: Rows, item: str) -> None:
    shown = exact(book, "favourable", item)
    assert shown
    for unit, number in shown:
        values = rows.answers[item][rows.of(tree(), unit)]
        values = values[~np.isnan(values)]
        count = int((values >= 4).sum())
        assert number.value == pytest.approx(100 * count / len(values))
        low, high = proportion_confint(count, len(values), method="wilson")
        assert (number.low, number.high) == pytest.approx((100 * low, 100 * high))


def test_recommend_scores_are_those_of_the_rows(book: ScoreBook, rows: Rows) -> None:
    shown = exact(book, "recommend", "tell")
    assert shown
    for unit, number in shown:
        values = rows.answers["tell"][rows.of(tree(), unit)]
        values = values[~np.isnan(values)]
        p, d = (values >= 9).mean(), (values <= 6).mean()
        assert number.value == pytest.approx(100 * (p - d))
        assert number.se == pytest.approx(100 * np.sqrt((p + d - (p - d) ** 2) / len(values)))


def test_a_scale_is_the_mean_of_its_items_means(book: ScoreBook) -> None:
    shown = exact(book, "score", "led")
    assert shown
    for unit, number in shown:
        parts = [book.find(unit, "mean", item) for item in ITEMS[:3]]
        assert all(isinstance(part, Estimate) for part in parts)
        assert number.value == pytest.approx(np.mean([part.value for part in parts if isinstance(part, Estimate)]))


def test_reversed_items_are_turned_round_before_anything_is_counted(book: ScoreBook, rows: Rows) -> None:
    number = book.find("top", "favourable", "ignored")
    values = rows.answers["ignored"]
    assert isinstance(number, Estimate)
    assert number.value == pytest.approx(100 * np.nanmean(np.where(np.isnan(values), np.nan, values >= 4)))


def test_the_rest_of_the_parent_is_the_other_rows_and_the_difference_is_the_distance_drawn(
    book: ScoreBook, rows: Rows
) -> None:
    number = book.find("n1", "mean", "heard")
    assert isinstance(number, Estimate)
    assert number.versus_rest is not None
    inside, parent = rows.of(tree(), "n1"), rows.of(tree(), "north")
    mine = rows.answers["heard"][inside]
    others = rows.answers["heard"][parent & ~inside]
    mine, others = mine[~np.isnan(mine)], others[~np.isnan(others)]
    assert number.rest_value == pytest.approx(others.mean())
    assert number.versus_rest.value == pytest.approx(number.shrunken - number.rest_value)
    assert abs(number.versus_rest.value) < abs(mine.mean() - others.mean())
    welch = reference.ttest_ind(mine, others, equal_var=False).confidence_interval()
    assert number.versus_rest.low == pytest.approx(welch.low, abs=0.1)
    assert number.versus_rest.high == pytest.approx(welch.high, abs=0.1)
    assert number.versus_rest.low < number.versus_rest.value < number.versus_rest.high


def test_flags_are_those_of_benjamini_and_hochberg_over_the_column(tmp_path: Path) -> None:
    rows = draw(glad="")
    book = book_of(tmp_path, rows)
    place = book.column_of["mean", "heard"]
    adjusted = book.everybody.fields["rest_p"][:, place]
    raw = []
    for unit in UNITS:
        number = book.find(unit, "mean", "heard")
        if isinstance(number, Estimate) and number.versus_rest is not None and number.bound is Bound.EXACT:
            inside = rows.of(tree(), unit)
            above = tree().parent[tree().index_of[unit]]
            parent = rows.of(tree(), tree().ids[above])
            groups = [rows.answers["heard"][inside], rows.answers["heard"][parent & ~inside]]
            raw.append((unit, reference.ttest_ind(*groups, equal_var=False, nan_policy="omit").pvalue))
    assert np.isfinite(adjusted).sum() == len(raw)
    panel, rows_of = book.everybody, tree().index_of
    low, high = panel.fields["rest_low"][:, place], panel.fields["rest_high"][:, place]
    clear = [low[rows_of[unit]] > 0 or high[rows_of[unit]] < 0 for unit, _ in raw]
    expected = multipletests([p if far else 1.0 for (_, p), far in zip(raw, clear, strict=True)], method="fdr_bh")[1]
    for (unit, _), p in zip(raw, expected, strict=True):
        assert adjusted[tree().index_of[unit]] == pytest.approx(p, abs=2e-3)
        sure = book.everybody.sureness["rest"][tree().index_of[unit], place]
        difference = book.everybody.fields["rest_difference"][tree().index_of[unit], place]
        assert (sure == Sureness.TOO_CLOSE) == (p > 0.05 or abs(difference) < 0.2)


def test_small_units_are_steadied_toward_their_parent(book: ScoreBook) -> None:
    seen = 0
    for unit, number in exact(book, "mean", "heard"):
        above = tree().parent[tree().index_of[unit]]
        if above < 0:
            assert number.shrunken == number.value
            continue
        parent = book.find(int(above), "mean", "heard")
        assert isinstance(parent, Estimate)
        low, high = sorted((number.value, parent.value))
        assert low - 1e-9 <= number.shrunken <= high + 1e-9
        seen += 1
    assert seen >= 4


def test_a_team_that_is_all_alike_is_shown_as_a_limit(book: ScoreBook) -> None:
    for measure in ("mean", "favourable"):
        number = book.find("s3", measure, "heard")
        if isinstance(number, Withheld):
            continue
        assert number.bound is Bound.AT_LEAST
        assert number.value < (5 if measure == "mean" else 100)
        assert number.high == (5 if measure == "mean" else 100)
        assert number.se > 0


def test_teams_below_k_are_withheld_with_the_nearest_unit(book: ScoreBook) -> None:
    for unit in ("n4", "s4"):
        number = book.find(unit, "mean", "heard")
        assert isinstance(number, Withheld)
        assert number.nearest in ("north", "south")
    assert book.everybody.n[tree().index_of["n4"]] == 0


def test_a_book_compares_with_the_wave_before_and_a_benchmark(tmp_path: Path, rows: Rows) -> None:
    before = draw(seed=5, shift=-0.6)
    first = book_of(tmp_path, before, wave="w1")
    benchmark = Benchmark("sector", "2026", {("mean", "heard"): (3.5, 0.0)})
    second = book_of(tmp_path, rows, wave="w2", comparisons=Comparisons(first, None, benchmark))
    number = second.find("n1", "mean", "heard")
    assert isinstance(number, Estimate)
    assert number.versus_previous is not None
    assert number.versus_benchmark is not None
    now, then = (part.answers["heard"][part.of(tree(), "n1")] for part in (rows, before))
    assert number.versus_previous.value == pytest.approx(np.nanmean(now) - np.nanmean(then))
    assert number.versus_benchmark.value == pytest.approx(number.value - 3.5)
    assert second.previous_wave == "w1"
    titled = replace(first, wave=replace(first.wave, title="Spring"))
    assert second.told_beside([titled, second]).previous_wave == "Spring"
    assert second.told_beside([second]).previous_wave == "w1"
    assert second.benchmark == "sector@2026"


def test_units_are_found_again_by_the_mapping_given(tmp_path: Path, rows: Rows) -> None:
    first = book_of(tmp_path, draw(seed=5), wave="w1")
    moved = book_of(tmp_path, rows, wave="w2", comparisons=Comparisons(first, {"n1": "s1"}))
    number, other = moved.find("n1", "mean", "heard"), moved.find("n2", "mean", "heard")
    earlier = first.find("s1", "mean", "heard")
    assert isinstance(number, Estimate)
    assert isinstance(other, Estimate)
    assert isinstance(earlier, Estimate)
    assert number.versus_previous is not None
    assert number.versus_previous.value == pytest.approx(number.value - earlier.value)
    assert other.versus_previous is None
