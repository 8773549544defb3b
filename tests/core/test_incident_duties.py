"""What is owed about an incident, across clock changes, and how an anonymous reporter's times are rounded."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from headwater.rooms.act.logic import incidents, receipts
from headwater.rooms.act.logic.incidents import Owed

MADRID, NEW_YORK, KOLKATA = "Europe/Madrid", "America/New_York", "Asia/Kolkata"
AT = datetime(2026, 3, 2, 14, 59, 59, tzinfo=UTC)


def test_an_anonymous_report_keeps_the_hour() -> None:
    assert incidents.received_at(AT, is_anonymous=True) == datetime(2026, 3, 2, 14, tzinfo=UTC)
    assert incidents.received_at(AT, is_anonymous=False) == AT
    first, last = datetime(2026, 3, 2, 14, tzinfo=UTC), datetime(2026, 3, 2, 14, 59, 59, tzinfo=UTC)
    assert incidents.received_at(first, is_anonymous=True) == incidents.received_at(last, is_anonymous=True)


def test_nobody_is_late_who_opened_within_an_hour_of_an_anonymous_report() -> None:
    hour = incidents.received_at(AT, is_anonymous=True)
    due = incidents.known_by(hour, is_anonymous=True)
    assert AT + timedelta(hours=1) <= due <= AT + timedelta(hours=2)
    assert due == incidents.hour_of(due)
    assert incidents.known_by(AT, is_anonymous=False) == AT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "owed"),
    [
        ("injury", ["know", "meet", "repeat", "fix", "tell"]),
        ("near_miss", ["know", "repeat", "fix", "tell"]),
        ("threat", ["know", "meet", "fix", "tell"]),
    ],
)
def test_what_is_owed(kind: str, owed: list[str]) -> None:
    found = incidents.due_dates(kind, AT, is_anonymous=False, zone=MADRID)
    assert list(found) == owed
    assert found.get("meet") is None
    assert found["tell"] == datetime(2026, 3, 9, 23, tzinfo=UTC)


def test_days_end_at_local_midnight_across_a_clock_change() -> None:
    # Madrid goes to summer time on 29 March 2026: seven local days later are 167 hours.
    reported = datetime(2026, 3, 25, 12, tzinfo=UTC)
    assert incidents.end_of_day(reported, 7, MADRID) == datetime(2026, 4, 1, 22, tzinfo=UTC)
    assert incidents.end_of_day(datetime(2026, 3, 20, 12, tzinfo=UTC), 7, MADRID) == datetime(
        2026, 3, 27, 23, tzinfo=UTC
    )
    # New York goes back to winter time on 1 November 2026.
    assert incidents.end_of_day(datetime(2026, 10, 31, 12, tzinfo=UTC), 1, NEW_YORK) == datetime(
        2026, 11, 2, 5, tzinfo=UTC
    )


def test_fixed_hours_follow_the_local_clock() -> None:
    assert incidents.next_fixed_hour(datetime(2026, 3, 28, 21, 30, tzinfo=UTC), MADRID) == datetime(
        2026, 3, 29, 4, tzinfo=UTC
    )
    assert incidents.next_fixed_hour(datetime(2026, 3, 27, 21, 30, tzinfo=UTC), MADRID) == datetime(
        2026, 3, 28, 5, tzinfo=UTC
    )
    on_it = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert incidents.next_fixed_hour(on_it, "UTC") == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert incidents.next_fixed_hour(AT, KOLKATA) == datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    assert incidents.reaches_reporter_at(AT, is_anonymous=False, zone=MADRID) == AT
    assert incidents.reaches_leader_at(AT, is_anonymous=True) == datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_skipped_and_repeated_times() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert incidents.moment_of(spring, time(2, 30), MADRID, is_anonymous=False) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
    assert incidents.moment_of(autumn, time(2, 30), MADRID, is_anonymous=False) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert incidents.moment_of(spring, time(9, 47), MADRID, is_anonymous=True) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert incidents.moment_of(spring, None, MADRID, is_anonymous=True) is None


def test_days_that_can_be() -> None:
    assert incidents.is_possible_day(date(2026, 3, 3), AT)
    assert not incidents.is_possible_day(date(2026, 3, 4), AT)
    assert not incidents.is_possible_day(date(1926, 3, 2), AT)


def test_how_a_duty_stands() -> None:
    due, later = AT, AT + timedelta(seconds=1)

    def stands(due_at: datetime | None, kept: datetime | None = None, excused: datetime | None = None) -> str:
        return incidents.standing_of(Owed("fix", due_at, kept, excused), later)

    assert [stands(due), stands(later), stands(None)] == ["overdue", "due", "waiting"]
    assert [stands(due, due), stands(due, later), stands(None, later)] == ["kept", "late", "kept"]
    assert stands(due, None, later) == "excused"
    duties = [Owed("know", due, due, None), Owed("fix", due, None, None), Owed("tell", due, None, later)]
    assert incidents.unsettled(duties) == ("fix",)


def test_a_note_for_everybody_names_nobody() -> None:
    names = ["Per Torres-Vega", "Al"]
    assert incidents.names_somebody("A colleague (Vega) slipped.", names) == "Vega"
    assert incidents.names_somebody("Per’s hand was caught.", names) == "Per"
    assert incidents.names_somebody("Al in the personnel office perched on a step.", names) == ""


def test_codes_are_read_as_people_write_them() -> None:
    code = receipts.new_code()
    assert len({receipts.new_code() for _time in range(50)}) == 50
    assert receipts.read_code(receipts.written(code).lower()) == code
    assert receipts.read_code(f" {code[:4]} {code[4:]} ") == code
    assert receipts.read_code("O" * 25) == "0" * 25
    for wrong in ("", code[1:], code + "A", "é" * 25, "x" * 500):
        assert receipts.read_code(wrong) == ""
