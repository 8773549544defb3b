"""Injury rates: exact ranges, steadied toward the unit above, compared exactly, and the truth of many units found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from headwater.measures import injury_rate
from headwater.org import number_units, subtree_sums
from headwater.scoring import Benchmark, InjuryCounts, load_injuries, save_injuries, score_injuries
from headwater.vocab import INJURY_FIELDS, InjuryBook, InputError, Sureness, UnitTree

TREE = number_units(("all", "yard", "line", "desk"), ("", "all", "all", "all"))
BENCHMARK = Benchmark("sector", "3", {("injury_rate", "trir"): (3.0, 0.0), ("injury_rate", "ltifr"): (5.0, 0.5)})


def counts(key: str = "2025", months: float = 12, **cases: list[int]) -> InjuryCounts:
    none = [0] * 4
    given = {name: np.array(cases.get(name, none)) for name in ("deaths", "days_away", "restricted", "other")}
    return InjuryCounts(key, months, np.array([0.0, 100_000, 400_000, 3_000]), **given)


@pytest.fixture(name="book")
def book_() -> InjuryBook:
    first = counts("2024", other=[0, 12, 4, 0])
    second = counts("2025", deaths=[0, 1, 0, 0], days_away=[0, 1, 2, 0], restricted=[0, 0, 1, 1], other=[0, 1, 1, 0])
    return score_injuries(TREE, [first, second], benchmark=BENCHMARK)


def test_rates_are_cases_over_hours_with_garwoods_range(book: InjuryBook) -> None:
    found = book.find("yard", "trir")
    assert found is not None
    assert (found.cases, found.hours, found.rate) == (3, 100_000, 6.0)
    assert (found.low, found.high) == pytest.approx((1.24, 17.53), abs=0.005)
    assert book.find("yard", "dart").cases == 1  # type: ignore[union-attr]
    lost = book.find("all", "ltifr")
    assert lost is not None
    assert lost.cases == 3
    assert lost.rate == pytest.approx(3e6 / 503_000)
    assert not found.partial


def test_few_hours_show_cases_and_a_steadied_rate_but_no_rate_of_their_own(book: InjuryBook) -> None:
    found = book.find("desk", "trir")
    assert found is not None
    assert found.cases == 1
    assert np.isnan([found.hours, found.rate, found.low, found.high]).all()
    assert found.shrunken_low < found.shrunken < found.shrunken_high
    assert found.versus_previous is None
    assert found.versus_benchmark is None


def test_nobody_at_work_means_no_rate() -> None:
    only = InjuryCounts("2025", 12, np.array([0.0, 9e4, 0, 0]), *(np.zeros(4, int) for _ in range(4)))
    assert score_injuries(TREE, [only]).find("line", "trir") is None


def test_differences_are_tested_exactly(book: InjuryBook) -> None:
    found = book.find("yard", "trir")
    assert found is not None
    assert found.rest_rate == pytest.approx(5 * 200_000 / 403_000)
    share = 100_000 / 503_000
    greater = stats.binomtest(3, 8, share, alternative="greater").pvalue
    less = stats.binomtest(3, 8, share, alternative="less").pvalue
    p = injury_rate.equal_rates_p(*(np.array([value]) for value in (3.0, 1e5, 5.0, 403_000.0)))
    assert p[0] == pytest.approx(min(1, 2 * min(greater, less)))
    change = found.versus_previous
    assert change is not None
    assert change.value == pytest.approx(6.0 - 24.0)
    known = found.versus_benchmark
    assert known is not None
    assert known.value == pytest.approx(3.0)
    tail = stats.poisson.sf(2, 1.5)
    assert injury_rate.known_rate_p(np.array([3.0]), np.array([1.5]))[0] == pytest.approx(2 * tail)


def test_only_large_and_sure_differences_are_flagged() -> None:
    many = counts("2025", other=[0, 60, 40, 0])
    found = score_injuries(TREE, [many]).find("yard", "trir")
    assert found is not None
    assert found.versus_rest is not None
    assert found.versus_rest.sureness is Sureness.SURE
    even = score_injuries(TREE, [counts("2025", other=[0, 10, 40, 0])]).find("yard", "trir")
    assert even is not None
    assert even.versus_rest is not None
    assert even.versus_rest.sureness is Sureness.TOO_CLOSE


def test_short_periods_are_marked_and_need_fewer_hours() -> None:
    short = score_injuries(TREE, [counts("2025-q1", months=3, other=[0, 1, 1, 1])])
    found = short.find("desk", "trir")
    assert found is not None
    assert found.partial
    assert found.rate == pytest.approx(200_000 / 3_000)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (InjuryCounts("2025", 12, np.zeros(4), *(np.zeros(4, int) for _ in range(4))), "no hours"),
        (counts(other=[1, 0, 0, 0]), "without hours"),
        (counts(other=[0, -1, 0, 0]), "below 0"),
        (counts(months=0), "no hours"),
    ],
)
def test_impossible_figures_are_refused(changed: InjuryCounts, message: str) -> None:
    with pytest.raises(InputError, match=message):
        score_injuries(TREE, [changed])
    with pytest.raises(InputError, match="no injury figures"):
        score_injuries(TREE, [])


def test_they_survive_saving(book: InjuryBook, tmp_path: Path) -> None:
    again = load_injuries(save_injuries(book, tmp_path / "injuries"))
    assert again.inputs_hash == book.inputs_hash
    assert again.benchmark == "sector@3"
    for first, second in zip(again.periods, book.periods, strict=True):
        assert (first.key, first.months) == (second.key, second.months)
        assert all(np.array_equal(first.fields[name], second.fields[name], equal_nan=True) for name in INJURY_FIELDS)
        assert np.array_equal(first.cases, second.cases)
    with pytest.raises(InputError, match="injury rates"):
        load_injuries(tmp_path)


def wide_tree(units: int, groups: int) -> UnitTree:
    ids = ["all", *(f"g{number}" for number in range(groups)), *(f"t{number}" for number in range(units))]
    return number_units(ids, ["", *["all"] * groups, *(f"g{number % groups}" for number in range(units))])


def test_the_spread_between_units_and_their_true_rates_are_found_again() -> None:
    """Gamma rates around one mean: the shape, coverage of steadied ranges, and less error than the raw rates."""
    rng = np.random.default_rng(8)
    tree = wide_tree(600, 6)
    team = np.array([name.startswith("t") for name in tree.ids])
    hours = np.where(team, rng.uniform(5_000, 60_000, len(tree)), 0.0)
    true = 5.0 / 200_000 * rng.gamma(3.0, 1 / 3.0, len(tree))
    cases = rng.poisson(true * hours)
    none = np.zeros(len(tree), int)
    book = score_injuries(tree, [InjuryCounts("2025", 12, hours, none, none, none, cases)])
    period = book.period()
    rates = 200_000 * true[team]
    low, high = (period.fields[f"shrunken_{end}"][team, 0] for end in ("low", "high"))
    assert 0.92 <= np.mean((low <= rates) & (rates <= high)) <= 0.98
    steadied, raw = period.fields["shrunken"][team, 0], 200_000 * cases[team] / hours[team]
    assert np.mean((steadied - rates) ** 2) < 0.5 * np.mean((raw - rates) ** 2)
    expected = (5.0 / 200_000) * hours[team]
    assert injury_rate.gamma_shape(cases[team].astype(float), expected) == pytest.approx(3.0, rel=0.35)


def test_units_that_differ_by_chance_alone_are_steadied_all_the_way_and_seldom_flagged() -> None:
    rng = np.random.default_rng(1)
    tree = wide_tree(400, 4)
    hours = np.where([name.startswith("t") for name in tree.ids], 40_000.0, 0.0)
    none = np.zeros(len(tree), int)
    cases = rng.poisson(4.0 / 200_000 * hours)
    period = score_injuries(tree, [InjuryCounts("2025", 12, hours, none, none, none, cases)]).period()
    assert (period.sureness["rest"] > 0).sum() <= 2


@given(data=st.data())
def test_sums_nest_and_ranges_hold_their_rates(data: st.DataObject) -> None:
    units = data.draw(st.integers(1, 8))
    parents = ["", *(f"u{data.draw(st.integers(0, number))}" for number in range(units - 1))]
    tree = number_units([f"u{number}" for number in range(units)], parents)
    hours = np.array(data.draw(st.lists(st.sampled_from([0.0, 900.0, 52_000.0]), min_size=units, max_size=units)))
    hours[0] = max(hours[0], 1_000.0)
    drawn = data.draw(st.lists(st.integers(0, 9), min_size=units, max_size=units))
    cases = np.where(hours > 0, np.array(drawn), 0)
    none = np.zeros(units, int)
    period = score_injuries(tree, [InjuryCounts("p", 12, hours, none, none, none, cases)]).period()
    assert np.array_equal(period.cases[:, 0], subtree_sums(tree, cases))
    assert np.array_equal(period.worked, subtree_sums(tree, hours) > 0)
    shown = ~np.isnan(period.fields["rate"])
    for name in ("", "shrunken_"):
        middle = period.fields["rate" if not name else "shrunken"]
        known = shown if not name else ~np.isnan(middle)
        assert (period.fields[f"{name}low"][known] <= middle[known] + 1e-9).all()
        assert (middle[known] <= period.fields[f"{name}high"][known] + 1e-9).all()
    assert (~np.isnan(period.fields["shrunken"]) == period.worked[:, None]).all()
