"""When decks on a schedule are due: days of months and quarters, and releases, under clocks of the test's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from headwater.rooms.engage.logic.deck_times import (
    Released,
    calendar_occasion,
    last_due_date,
    next_due_date,
    release_occasion,
)


def test_days_of_months_and_quarters() -> None:
    assert last_due_date("month", 5, date(2026, 3, 5)) == date(2026, 3, 5)
    assert last_due_date("month", 5, date(2026, 1, 4)) == date(2025, 12, 5)
    assert next_due_date("month", 28, date(2026, 12, 28)) == date(2027, 1, 28)
    assert last_due_date("quarter", 10, date(2026, 3, 5)) == date(2026, 1, 10)
    assert last_due_date("quarter", 10, date(2026, 1, 9)) == date(2025, 10, 10)
    assert next_due_date("quarter", 10, date(2026, 11, 1)) == date(2027, 1, 10)
    since = date(2026, 1, 5)
    assert calendar_occasion("month", 5, since=since, today=date(2026, 1, 31)) is None
    late = calendar_occasion("month", 5, since=since, today=date(2026, 6, 30))
    assert late is not None
    assert late.key == "2026-06-05"


def test_a_release_is_due_once_all_is_worked_out_and_the_last_one_counts() -> None:
    at = datetime(2026, 3, 19, 9, tzinfo=UTC)
    first, second = Released("a", at, True), Released("b", at + timedelta(days=5), False)
    two, since = timedelta(days=2), at - timedelta(days=1)
    assert release_occasion([first, second], after=two, since=since, now=at + timedelta(days=1)) is None
    for days, key in ((2, "wave:a"), (6, "wave:a"), (7, "wave:b")):
        found = release_occasion([first, second], after=two, since=since, now=at + timedelta(days=days))
        assert found is not None
        assert found.key == key
    # What else follows from a wave is waited for, a day at most.
    none = timedelta(0)
    assert release_occasion([second], after=none, since=since, now=second.released_at) is None
    assert release_occasion([second], after=none, since=since, now=second.released_at + timedelta(days=1)) is not None
    assert release_occasion([first], after=none, since=at, now=at + timedelta(days=9)) is None
