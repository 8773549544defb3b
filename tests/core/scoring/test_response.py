"""Response rates in a book: bounded near full, with range and comparisons, and nothing beyond the bounded counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.scoring.cast import SPECIFICATION, STUDY

from headwater.intake import seal
from headwater.org import number_units, subtree_sums
from headwater.scoring import Benchmark, Comparisons, load_book, save_book, score_wave
from headwater.scoring.responding import enough_missing, response_rates
from headwater.stats import proportion_interval
from headwater.vocab import AnswerTable, Bound, Estimate, ResponseRates, ScoreBook, Sureness, Wave, Withheld

IDS = ("all", "large", "full", "tiny")
ANSWERED = (6, 40, 20, 4)
INVITED = (8, 60, 20, 12)
BENCHMARK = Benchmark("sector", "2", {("response_rate", "answered"): (80.0, 0.5)})


def scored(folder: Path, key: str, answered: tuple[int, ...], comparisons: Comparisons | None = None) -> ScoreBook:
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(4, dtype=np.int32), answered)
    items = {name: rng.integers(1, 6, len(unit)).astype(np.int8) for name in ("heard", "thanks", "ignored", "tell")}
    wave = Wave("people", key, key, 1)
    seal(folder, STUDY, wave, AnswerTable(IDS, unit, items), seed=1)
    return score_wave(
        folder,
        study=STUDY,
        wave=wave,
        tree=number_units(IDS, ("", "all", "all", "all")),
        specification=SPECIFICATION,
        invited=np.array(INVITED, np.int64),
        comparisons=comparisons,
    )[0]


@pytest.fixture(name="book")
def book_(tmp_path: Path) -> ScoreBook:
    before = scored(tmp_path, "w1", (6, 20, 20, 4))
    return scored(tmp_path, "w2", ANSWERED, Comparisons(previous=before, benchmark=BENCHMARK))


def rate(book: ScoreBook, unit: str) -> float | None:
    return book.response_percent(book.tree.index_of[unit])


def test_a_rate_is_answered_of_invited_with_wilsons_range(book: ScoreBook) -> None:
    assert rate(book, "large") == pytest.approx(100 * 40 / 60)
    found = book.response_rate("large")
    assert isinstance(found, Estimate)
    wilson = proportion_interval(40, 60)
    assert (found.low, found.high) == pytest.approx((100 * wilson.lower, 100 * wilson.upper))
    assert (found.n, found.bound) == (60, Bound.EXACT)
    whole = book.response_rate("all")
    assert isinstance(whole, Estimate)
    assert min(whole.value, found.value) <= found.shrunken <= max(whole.value, found.value)
    assert found.shrunken_low < found.shrunken < found.shrunken_high


def test_it_is_compared_with_the_rest_the_wave_before_and_a_benchmark(book: ScoreBook) -> None:
    found = book.response_rate("large")
    assert isinstance(found, Estimate)
    assert found.rest_value == pytest.approx(100 * (70 - 40) / (100 - 60))
    assert found.versus_rest is not None
    assert found.versus_rest.value == pytest.approx(found.shrunken - found.rest_value)
    assert found.versus_previous is not None
    assert found.versus_previous.value == pytest.approx(100 * 20 / 60)
    assert found.versus_previous.sureness is Sureness.SURE
    assert found.versus_benchmark is not None
    assert found.versus_benchmark.value == pytest.approx(100 * 40 / 60 - 80)
    assert found.versus_benchmark.sureness is not Sureness.TOO_CLOSE


def test_a_full_house_is_capped_so_that_k_could_be_missing(book: ScoreBook) -> None:
    assert rate(book, "full") == pytest.approx(100 * 20 / (20 + STUDY.k))
    found = book.response_rate("full")
    assert isinstance(found, Estimate)
    assert (found.bound, found.high) == (Bound.AT_LEAST, 100.0)
    assert found.versus_rest is None
    assert found.versus_previous is None


def test_no_rate_where_the_number_of_answers_is_withheld(book: ScoreBook) -> None:
    assert not book.everybody.shown[book.tree.index_of["tiny"]].any()
    assert rate(book, "tiny") is None
    found = book.response_rate("tiny")
    assert isinstance(found, Withheld)
    assert found.nearest == "all"


def test_rates_survive_saving(book: ScoreBook, tmp_path: Path) -> None:
    again = load_book(save_book(book, tmp_path / "book"))
    assert same(again.response, book.response)
    without = load_book(save_book(replace(book, response=None), tmp_path / "book"))
    assert without.response is None


def same(first: ResponseRates | None, second: ResponseRates | None) -> bool:
    assert first is not None
    assert second is not None
    return (
        np.array_equal(first.percent, second.percent, equal_nan=True)
        and np.array_equal(first.asked, second.asked)
        and np.array_equal(first.bound, second.bound)
        and all(np.array_equal(first.fields[name], second.fields[name], equal_nan=True) for name in first.fields)
        and all(np.array_equal(first.sureness[name], second.sureness[name]) for name in first.sureness)
    )


@given(missing=st.integers(0, 5), other=st.integers(0, 5), answered=st.integers(10, 60))
def test_counts_within_one_bound_release_the_same_numbers(missing: int, other: int, answered: int) -> None:
    """How many of the few who did not answer there were moves nothing that is released, in any unit.

    The people of the parent are invited so that its own totals stay as they are.
    """
    tree = number_units(("all", "near", "rest"), ("", "all", "all"))
    whole = subtree_sums(tree, np.array([30, answered, 40]))

    def rates(absent: int) -> ResponseRates:
        invited = np.array([70 - absent, answered + absent, 80])
        return response_rates(tree, whole, invited, np.array([True] * 3), 5, previous=None, benchmark=(70.0, 1.0))

    assert same(rates(missing), rates(other))


@given(data=st.data(), k=st.sampled_from([3, 5]))
def test_no_group_of_few_missing_follows_from_shown_rates(data: st.DataObject, k: int) -> None:
    """Every shown unit less the shown ones next below it: nobody was asked, or at least k did not answer."""
    parents = ["", *(f"u{data.draw(st.integers(0, number))}" for number in range(7))]
    tree = number_units([f"u{number}" for number in range(8)], parents)
    invited = np.array(data.draw(st.lists(st.integers(0, 14), min_size=8, max_size=8)))
    answered = np.array([data.draw(st.integers(0, people)) for people in invited.tolist()])
    told, asked = subtree_sums(tree, answered), subtree_sums(tree, invited)
    shown = (asked >= 2 * k) & (asked - told > k) & (told >= k)
    kept = enough_missing(tree, told, asked, shown, k)
    assert not (kept & ~shown).any()
    for unit in np.flatnonzero(kept).tolist():
        inside = [other for other in np.flatnonzero(kept).tolist() if other != unit and tree.is_within(other, unit)]
        next_below = [one for one in inside if not any(one != other and tree.is_within(one, other) for other in inside)]
        people = asked[unit] - sum(int(asked[one]) for one in next_below)
        missing = people - (told[unit] - sum(int(told[one]) for one in next_below))
        assert people == 0 or missing >= k
