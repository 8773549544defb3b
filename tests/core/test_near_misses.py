"""Near misses: what is shown as a change is one as often as it says, in simulations with known truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from headwater.rooms.act.logic.near_misses import FEWEST, Days, discoveries, exact_p, follow, look_at

BEFORE, RECENT = 12, 3


def units_of(days: Any) -> list[Days]:
    """Units from their days by month."""
    return [Days(str(at), tuple(map(int, row[:BEFORE])), tuple(map(int, row[BEFORE:]))) for at, row in enumerate(days)]


def even(key: str, before: int, recent: int) -> Days:
    """A unit whose days lie evenly over its months."""
    return Days(key, tuple(np.diff(np.linspace(0, before, BEFORE + 1).astype(int)).tolist()),
                tuple(np.diff(np.linspace(0, recent, RECENT + 1).astype(int)).tolist()))  # fmt: skip


def looks(
    rate: float, *, units: int = 20, times: int = 300, changed: float = 1.0, run: float = 1.0
) -> list[tuple[bool, bool, float]]:
    """Look often at units with a steady monthly rate of days, the first of them changed in the recent months.

    run: how many days come together on average.

    Returns for each look whether the first unit was shown, whether any other was, and the false-alarm rate it named.
    """
    drawn = np.random.default_rng(7)
    found = []
    for _time in range(times):
        wanted = np.full((units, BEFORE + RECENT), rate)
        wanted[0, BEFORE:] *= changed
        runs = drawn.poisson(wanted / run)
        look = look_at(units_of(runs + drawn.poisson(runs * (run - 1))))
        shown = {one.key for one in look.signals if one.change != "unclear"}
        found.append(("0" in shown, bool(shown - {"0"}), look.false_alarm))
    return found


def test_the_chance_of_a_false_alarm_is_that_of_the_counts_at_hand() -> None:
    totals, share = np.array([6, 9, 15, 30, 60]), RECENT / (BEFORE + RECENT)
    said = look_at([even(str(n), int(n), 0) for n in totals]).false_alarm
    drawn = np.random.default_rng(5).binomial(totals, share, (6_000, len(totals)))
    values = np.column_stack([exact_p(int(n), share)[drawn[:, at]] for at, n in enumerate(totals)])
    assert said == pytest.approx(discoveries(values).any(axis=1).mean(), abs=0.015)
    assert 0.01 < said <= 0.10


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "run"), [(0.7, 1.0), (2.0, 1.0), (2.0, 2.0)])
def test_a_page_without_any_change_shows_one_as_often_as_it_says(rate: float, run: float) -> None:
    found = looks(rate, run=run)
    alarms = np.mean([first or other for first, other, _said in found])
    said = np.mean([named for _first, _other, named in found])
    assert said <= 0.10
    assert abs(alarms - said) < 4 * np.sqrt(0.1 * 0.9 / len(found))


def test_a_change_is_seen_as_often_as_the_days_allow() -> None:
    assert np.mean([first for first, _other, _said in looks(2.0, units=8, times=40, changed=4.0)]) > 0.9
    many = look_at([even("one", 48, 12)]).signals[0]
    few = look_at([even("one", 6, 1)]).signals[0]
    assert few.doubling < 0.5 < many.doubling
    drawn = np.random.default_rng(3).binomial(60, 2 * RECENT / (BEFORE + 2 * RECENT), 4_000)
    table = exact_p(60, RECENT / (BEFORE + RECENT))
    assert many.doubling == pytest.approx(np.mean((table[drawn] <= 0.1) & (drawn > 12)), abs=0.03)


def test_the_exact_test_is_the_binomial_one() -> None:
    from scipy.stats import binomtest

    for total in (5, 17, 60):
        table = exact_p(total, 0.2)
        for count in (0, 1, total // 3, total):
            assert table[count] == pytest.approx(binomtest(count, total, 0.2).pvalue, rel=1e-6)


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    values = np.array([[0.01, 0.04, 0.03, 0.5], [0.2, 0.3, 0.4, 0.5]])
    assert discoveries(values, 0.05).tolist() == [[True, False, False, False], [False] * 4]
    assert discoveries(values, 0.06).tolist()[0] == [True, True, True, False]


def test_too_few_days_are_not_looked_at_and_say_so() -> None:
    look = look_at([even("one", FEWEST - 1, 0)])
    assert (look.signals, look.false_alarm) == ((), 0.0)
    assert look_at([]).signals == ()
    for wrong in ([Days("one", (), (1,))], [Days("one", (1,), (1,)), Days("two", (1, 2), (1,))]):
        with pytest.raises(ValueError, match="same months"):
            look_at(wrong)


def test_days_that_come_in_runs_weigh_less() -> None:
    steady = even("steady", 24, 14)
    runs = Days("runs", (8, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0), (8, 6, 0))
    assert look_at([steady]).signals[0].change == "more"
    found = look_at([runs])
    assert found.spread == pytest.approx(72 / 11)
    assert found.signals[0].change == "unclear"
    assert found.signals[0].doubling < look_at([steady]).signals[0].doubling


def test_directions_are_told_apart() -> None:
    look = look_at([even("up", 12, 15), even("down", 80, 2), even("same", 40, 10)])
    assert [one.change for one in look.signals] == ["more", "fewer", "unclear"]
    assert look.signals[0].expected == pytest.approx(5.4)


def following(effect: float, *, times: int) -> float:
    """The share of simulated organisations in which injuries are said to follow near misses.

    Near misses cluster in time and differ by unit, and so do injuries; effect: what a month with one multiplies the
    next month's injuries by.
    """
    drawn, said = np.random.default_rng(11), 0
    for _time in range(times):
        near, hurt = {}, {}
        for unit in range(15):
            level = drawn.gamma(2.0, 0.5)
            had = np.repeat(drawn.random(12) < min(0.7, 0.25 * level), 2)
            rate = 0.12 * level * np.where(np.roll(had, 1), effect, 1.0)
            near[str(unit)], hurt[str(unit)] = had.astype(int).tolist(), drawn.poisson(rate).tolist()
        said += follow(near, hurt).found == "more"
    return said / times


def test_injuries_follow_near_misses_only_where_they_do() -> None:
    assert following(1.0, times=120) <= 0.06
    assert following(4.0, times=30) > 0.8


def test_of_few_nothing_is_said_and_months_have_to_agree() -> None:
    assert follow({"one": [1, 0, 1]}, {"one": [0, 1, 0]}).found == "few"
    with pytest.raises(ValueError, match="other months"):
        follow({"one": [1, 0]}, {"one": [1]})
