"""Rules of commitments: their days, what may be forecast, when to remind, and where one stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from headwater.rooms.act.logic.commitments import (
    check_days,
    is_to_remind,
    standing_of,
)
from headwater.rooms.act.logic.forecasts import ForecastAction
from headwater.rooms.decide.logic.directions import Start
from headwater.rooms.decide.logic.forecasts import check_forecast

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
START = Start(value=3.4, smallest=0.3, floor=1.0, ceiling=5.0)


@pytest.mark.parametrize(
    ("step", "due", "fault"),
    [
        (0, 90, None),
        (7, 90, None),
        (8, 90, "step_late"),
        (-1, 90, "step_early"),
        (5, 4, "due_early"),
        (0, 0, "due_early"),
        (3, 731, "due_late"),
    ],
)
def test_a_first_step_lies_within_a_week_and_the_end_after_it(step: int, due: int, fault: str | None) -> None:
    days = {"first_step": TODAY + timedelta(days=step), "due": TODAY + timedelta(days=due)}
    assert check_days(begun=TODAY, today=TODAY, **days) == fault


def test_one_promised_earlier_keeps_its_first_step() -> None:
    earlier = TODAY - timedelta(days=20)
    due = TODAY + timedelta(days=90)
    assert check_days(begun=earlier, first_step=earlier + timedelta(days=7), due=due, today=TODAY) is None
    assert check_days(begun=earlier, first_step=TODAY, due=due, today=TODAY) == "step_late"


@pytest.mark.parametrize(
    ("low", "likely", "high", "fault"),
    [
        (None, None, None, None),
        (0.0, 0.3, 0.5, None),
        (-0.1, 0.4, 0.8, None),
        (0.1, 0.29, 0.5, "too_small"),
        (0.1, None, 0.5, "part"),
        (0.5, 0.4, 0.6, "order"),
        (-0.6, -0.4, -0.1, "wrong_way"),
        (0.3, 0.5, 1.7, "outside"),
        (0.3, 1.7, 1.8, "outside"),
    ],
)
def test_a_forecast_below_what_can_be_seen_is_refused(
    low: float | None, likely: float | None, high: float | None, fault: str | None
) -> None:
    due = TODAY + timedelta(days=90)
    assert check_forecast(start=START, low=low, likely=likely, high=high, due=due, today=TODAY) == fault


def test_a_forecast_needs_a_number_and_a_known_precision() -> None:
    due = TODAY + timedelta(days=90)
    for start, fault in (
        (Start(None, 0.3, 1.0, 5.0), "withheld"),
        (Start(3.0, None, 1.0, 5.0), "imprecise"),
    ):
        assert check_forecast(start=start, low=0.1, likely=0.4, high=0.6, due=due, today=TODAY) == fault
    fewer = Start(3.0, 0.3, 1.0, 5.0, higher_is_better=False)
    assert check_forecast(start=fewer, low=-0.6, likely=-0.4, high=0.0, due=due, today=TODAY) is None


def test_owners_are_reminded_once_a_week_at_most() -> None:
    made = NOW - timedelta(days=30)
    assert is_to_remind(made=made, checked=None, reminded=None, now=NOW)
    assert not is_to_remind(made=made, checked=NOW - timedelta(days=6), reminded=None, now=NOW)
    assert not is_to_remind(made=made, checked=None, reminded=NOW - timedelta(days=6), now=NOW)
    assert is_to_remind(made=made, checked=NOW - timedelta(days=8), reminded=NOW - timedelta(days=7), now=NOW)


def test_the_worst_word_says_where_one_stands() -> None:
    def standing(**changed: object) -> str:
        values: dict[str, object] = {
            "state": "open", "is_taken": True, "due": TODAY + timedelta(days=5), "last": "", "checked": None,
            "made": NOW - timedelta(days=3), "now": NOW, "day_of": lambda at: at.date(),
        }  # fmt: skip
        return standing_of(**{**values, **changed})  # type: ignore[arg-type]

    assert standing() == "begun"
    assert standing(last="well", checked=NOW) == "going"
    assert standing(is_taken=False) == "waits"
    assert standing(last="stuck", due=TODAY - timedelta(days=1)) == "stuck"
    assert standing(due=TODAY - timedelta(days=1)) == "late"
    assert standing(made=NOW - timedelta(days=15)) == "quiet"
    assert standing(state="dropped", last="stuck") == "dropped"


def test_a_forecast_of_an_action_runs_upwards() -> None:
    values = {
        "kind": "commitment", "id": "1", "title": "x", "unit_key": "all", "started_date": TODAY, "due_date": TODAY,
        "study": "s", "wave": "w", "score": "c", "likely": 0.4, "high": 0.5, "owner_name": "Ada",
    }  # fmt: skip
    assert ForecastAction(low=0.1, **values).likely == 0.4  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="does not run upwards"):
        ForecastAction(low=0.45, **values)  # type: ignore[arg-type]
