"""Directions: which targets a unit can show, when they are looked at again, when one more has to be argued for."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from headwater.rooms.decide.logic.directions import (
    Start,
    check_target,
    least_target,
    needs_reason_for_more,
    next_review,
    plus_months,
    smallest_over,
    waves_needed,
)

TODAY, LATER = date(2026, 3, 2), date(2027, 3, 2)
START = Start(value=3.4, smallest=0.3, floor=1.0, ceiling=5.0)


def fault(target: float, start: Start = START, by: date = LATER) -> str | None:
    """Why a target is refused."""
    return check_target(start=start, target=target, target_date=by, today=TODAY)


@pytest.mark.parametrize(
    ("target", "why"),
    [(3.7, None), (4.5, None), (3.69, "too_small"), (3.5, "too_small"), (3.4, "wrong_way"), (3.0, "wrong_way"),
     (5.1, "outside"), (0.9, "outside")],
)  # fmt: skip
def test_a_target_that_the_unit_cannot_show_is_refused(target: float, why: str | None) -> None:
    assert fault(target) == why


def test_what_is_not_known_or_past_or_too_near_the_end_is_refused() -> None:
    assert fault(4.0, Start(None, 0.3, 1, 5)) == "withheld"
    assert fault(4.0, Start(3.4, None, 1, 5)) == "imprecise"
    assert fault(4.0, by=TODAY) == "past"
    assert fault(4.9, Start(4.8, 0.3, 1, 5)) == "no_room"


def test_scores_that_are_better_low_are_checked_the_other_way() -> None:
    start = Start(value=40.0, smallest=8.0, floor=0.0, ceiling=100.0, higher_is_better=False, decimals=0)
    assert fault(32.0, start) is None
    assert fault(35.0, start) == "too_small"
    assert fault(50.0, start) == "wrong_way"
    assert fault(1.0, Start(5.0, 8.0, 0, 100, higher_is_better=False)) == "no_room"
    assert least_target(start) == pytest.approx(32.0)


@pytest.mark.parametrize("value", np.linspace(1.0, 4.9, 14).tolist())
@pytest.mark.parametrize("smallest", [0.12, 0.2999, 0.31, 1.7])
@pytest.mark.parametrize("is_high", [True, False])
def test_the_least_target_is_taken_and_one_step_less_is_not(value: float, smallest: float, is_high: bool) -> None:
    start = Start(value, smallest, 1.0, 5.0, is_high)
    least = least_target(start)
    if least is None:
        assert fault(start.end, start) in ("no_room", "wrong_way")
        return
    assert fault(least, start) is None
    step = -0.1 if is_high else 0.1
    if least != start.end:
        assert fault(least + step, start) in ("too_small", "wrong_way")


def test_several_waves_together_show_smaller_changes_down_to_a_limit() -> None:
    assert smallest_over(0.4, 1) == pytest.approx(0.4)
    assert smallest_over(0.4, 2) == pytest.approx(0.4 * math.sqrt(0.75))
    assert smallest_over(0.4, 10_000) == pytest.approx(0.4 / math.sqrt(2), rel=1e-4)
    assert waves_needed(START, 3.67) == 2
    assert waves_needed(START, 3.7) == 1
    assert waves_needed(START, 3.5) is None
    with pytest.raises(ValueError, match="later wave"):
        smallest_over(0.4, 0)


def test_the_smallest_change_over_waves_is_that_of_simulated_means() -> None:
    rng = np.random.default_rng(5)
    first, later = rng.standard_normal(200_000), rng.standard_normal((3, 200_000))
    two, several = np.std(later[0] - first), np.std(later.mean(axis=0) - first)
    assert several / two == pytest.approx(smallest_over(1.0, 3), rel=0.01)


def test_reviews_are_quarterly_and_on_the_date() -> None:
    assert next_review(chosen=date(2026, 1, 31), target=date(2027, 1, 31)) == date(2026, 4, 30)
    assert next_review(chosen=TODAY, target=date(2026, 4, 1)) == date(2026, 4, 1)
    held = [date(2026, 4, 1)]
    assert next_review(chosen=TODAY, target=date(2026, 4, 1), reviewed=held) == date(2026, 7, 1)
    assert plus_months(date(2027, 11, 30), 3) == date(2028, 2, 29)


def test_a_fourth_direction_has_to_be_argued_for() -> None:
    assert [needs_reason_for_more(standing) for standing in (0, 2, 3, 7)] == [False, False, True, True]
