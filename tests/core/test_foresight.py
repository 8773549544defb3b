"""Foresight: distances, ranges that held, how sure; and figures of the organisation that tell nobody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.rooms.engage.logic.foresight import (
    FEWEST_LEADERS,
    Contribution,
    Foreseen,
    HouseForesight,
    foresight_of,
    house_foresight,
    team_distance,
    wilson,
)

AT = datetime(2026, 3, 2, tzinfo=UTC)


def foreseen(value: float = 3.0, reach: float = 0.4, sure: int = 80, truth: float = 3.2) -> Foreseen:
    return Foreseen(value, value - reach, value + reach, sure, truth, 1.0, 5.0)


def test_a_distance_has_its_sign_and_a_range_holds_its_ends() -> None:
    one = foreseen(value=4.0, truth=3.1)
    assert one.distance == pytest.approx(-0.9)
    assert one.share_of_scale == pytest.approx(0.225)
    assert not one.is_inside
    assert Foreseen(3.0, 2.5, 3.5, 80, 3.5, 1.0, 5.0).is_inside
    assert Foreseen(3.0, 2.5, 3.5, 80, 2.5, 1.0, 5.0).is_inside
    assert not Foreseen(3.0, 2.5, 3.5, 80, 3.51, 1.0, 5.0).is_inside


def test_nothing_is_said_below_five_predictions() -> None:
    assert foresight_of([foreseen()] * 4) is None
    assert foresight_of([foreseen()] * 5) is not None
    assert foresight_of([], fewest=0) is None


def test_what_predictions_add_up_to_is_worked_by_hand() -> None:
    # Three ranges hold and two do not, at 80, 60, 90, 50 and 100 percent sure.
    given = [
        foreseen(sure=80, truth=3.2),
        foreseen(sure=60, truth=3.0),
        foreseen(sure=90, truth=2.8),
        foreseen(sure=50, truth=4.0),
        foreseen(sure=100, truth=2.0),
    ]
    found = foresight_of(given)
    assert found is not None
    assert found.inside == pytest.approx(0.6)
    assert found.sure == pytest.approx(0.76)
    assert found.brier == pytest.approx((0.04 + 0.16 + 0.01 + 0.25 + 1.0) / 5)
    assert found.distance == pytest.approx((0.2 + 0.0 + 0.2 + 1.0 + 1.0) / 4 / 5)
    assert found.lean == pytest.approx(0.0)


def test_the_interval_is_that_of_the_published_example() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 to 0.1611."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    with pytest.raises(ValueError, match="no part"):
        wilson(3, 2)


@given(st.lists(st.tuples(st.floats(1, 5), st.integers(0, 100)), min_size=5, max_size=40))
def test_scores_stay_within_their_bounds(drawn: list[tuple[float, int]]) -> None:
    found = foresight_of([foreseen(sure=sure, truth=truth) for truth, sure in drawn])
    assert found is not None
    assert 0 <= found.brier <= 1
    assert 0 <= found.distance <= 1
    assert found.low <= found.inside + 1e-12
    assert found.inside <= found.high + 1e-12


def by_leaders(leaders: int, each: int, *, at: datetime = AT, truth: float = 3.2) -> list[Contribution]:
    return [
        Contribution(f"leader {leader}", at, foreseen(truth=truth)) for leader in range(leaders) for _ in range(each)
    ]


def test_the_organisation_needs_enough_leaders_and_predictions() -> None:
    assert house_foresight(by_leaders(4, 10), said_before=None) is None
    assert house_foresight(by_leaders(5, 3), said_before=None) is None
    found = house_foresight(by_leaders(5, 4), said_before=None)
    assert found == HouseForesight(sure=80, inside=100, distance=5)


def test_it_is_said_anew_only_when_enough_leaders_are_new() -> None:
    """Whoever compares two versions sees at least five leaders between them, never one."""
    first = by_leaders(5, 4)
    later = AT + timedelta(days=30)
    for new in range(FEWEST_LEADERS):
        more = by_leaders(new, 4, at=later, truth=5.0)
        assert house_foresight([*first, *more], said_before=AT + timedelta(days=1)) is None
    more = by_leaders(FEWEST_LEADERS, 4, at=later, truth=5.0)
    assert house_foresight([*first, *more], said_before=AT + timedelta(days=1)) is not None


def test_one_leader_with_many_predictions_counts_as_one() -> None:
    many = [Contribution("loud", AT, foreseen(truth=5.0)) for _ in range(200)]
    quiet = by_leaders(19, 2)
    found = house_foresight([*quiet, *many], said_before=None)
    assert found is not None
    assert found.inside == 100  # 95 percent, rounded to ten


def test_the_same_figures_are_not_said_twice() -> None:
    found = house_foresight(by_leaders(6, 5), said_before=None)
    assert found is not None
    assert house_foresight(by_leaders(6, 5), said_before=AT - timedelta(days=1), was=found) is None


def test_the_distance_of_a_team_is_from_its_middle_and_needs_three() -> None:
    assert team_distance([2.0, 4.0], 3.5) is None
    assert team_distance([2.0, 4.0, 3.0], 3.5) == pytest.approx(0.5)
    assert team_distance([2.0], 3.5, fewest=1) == pytest.approx(1.5)
