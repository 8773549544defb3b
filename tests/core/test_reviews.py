"""Programme reviews: quarters, the pace of acting, the order that puts failure first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.rooms.prove.logic.reviews import Pace, Quarter, pace_of, quarter_from, quarter_of, verdict_order

DAY = date(2026, 3, 1)


def test_a_quarter_has_its_days_and_neighbours() -> None:
    found = quarter_of(date(2026, 11, 22))
    assert (found.key, found.first, found.last) == ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31))
    assert found.after() == Quarter(2027, 1)
    assert Quarter(2027, 1).before() == found
    assert quarter_of(date(2028, 2, 29)).last == date(2028, 3, 31)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2200, 1, 1)))
def test_every_day_lies_in_its_quarter_alone(day: date) -> None:
    found = quarter_of(day)
    assert found.first <= day <= found.last
    assert quarter_from(found.key) == found
    assert found.after().first == found.last + timedelta(days=1)
    assert found.before().after() == found


def test_keys_that_name_no_quarter_are_refused() -> None:
    for key in ("2026-Q5", "2026", "26-Q1", "2026-Q", "2026-Q01", ""):
        with pytest.raises(ValueError, match="no quarter"):
            quarter_from(key)


def test_pace_counts_those_that_wait_as_longer_than_all_others() -> None:
    def heard(*days: int | None) -> list[tuple[date, date | None]]:
        return [(DAY, None if one is None else DAY + timedelta(days=one)) for one in days]

    assert pace_of(heard(4, 10, 30)) == Pace(3, 3, 10.0)
    assert pace_of(heard(4, 10, None)) == Pace(3, 2, 10.0)
    assert pace_of(heard(4, None, None)) == Pace(3, 1, None)
    assert pace_of(heard(4, 6, None, None)) == Pace(4, 2, None)
    assert pace_of(heard(4, 10)) == Pace(2, 2, None)
    assert pace_of([]) == Pace(0, 0, None)


def test_harm_and_nulls_stand_before_what_worked() -> None:
    found = sorted(["worked", "early", "none", "less", "harm"], key=verdict_order)
    assert found == ["harm", "none", "less", "worked", "early"]
