"""The monthly mirror: what stands lowest, what to practise, and when a month is over."""

from __future__ import annotations

from datetime import date

import pytest

from headwater.rooms.engage.active_role.exercises import EXERCISES, GUIDE, NAMES
from headwater.rooms.engage.logic.mirror import (
    CLARITY,
    LETTING_GO,
    PRACTISED,
    QUESTIONS,
    SUPPORT,
    Lowest,
    exercise_for,
    lowest_of,
    month_after,
)


def test_the_lowest_is_clear_only_when_its_range_lies_below_all_others() -> None:
    apart = {CLARITY: (4.0, 3.8, 4.2), SUPPORT: (2.0, 1.7, 2.3), LETTING_GO: (3.5, 3.1, 3.9)}
    assert lowest_of(apart) == Lowest(SUPPORT, True)
    close = {**apart, LETTING_GO: (2.5, 2.2, 2.8)}
    assert lowest_of(close) == Lowest(SUPPORT, False)
    assert lowest_of({CLARITY: (3.0, 2.0, 4.0)}) == Lowest(CLARITY, False)
    assert lowest_of(dict.fromkeys(QUESTIONS, (3.0, 3.0, 3.0))) == Lowest(CLARITY, False)
    assert lowest_of({}) is None


def test_exercises_take_turns_and_come_again() -> None:
    done: list[str] = []
    for _time in range(2):
        for key in PRACTISED[LETTING_GO]:
            assert exercise_for(LETTING_GO, done) == key
            done.append(key)
    with pytest.raises(KeyError):
        exercise_for("up_comment", [])


def test_every_question_has_its_words_and_exercises() -> None:
    assert set(QUESTIONS) == set(PRACTISED) == set(NAMES) == set(GUIDE)
    keys = [key for one in PRACTISED.values() for key in one]
    assert sorted(keys) == sorted(EXERCISES)
    assert all(one.key == key and 0 < one.minutes <= 30 for key, one in EXERCISES.items())


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 15), date(2026, 2, 15)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_a_month_after_is_the_same_day_or_the_last(day: date, later: date) -> None:
    assert month_after(day) == later
