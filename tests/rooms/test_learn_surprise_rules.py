"""No surprises: the rules alone, under a simulated clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from headwater.rooms.learn.logic.conduct import CONDUCT_KEYS, is_conduct_key
from headwater.rooms.learn.logic.surprises import (
    FIRST_FOR,
    MINUTES,
    Chain,
    Due,
    Quiet,
    Sent,
    Waiting,
    allot,
    due_copies,
    is_complete,
    is_quiet,
    next_waking,
    next_week,
    week_start,
)

MADRID = ZoneInfo("Europe/Madrid")
NIGHT = Quiet(time(18), time(8), weekend=True)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHAIN = Chain("leader", ("above", "top", "lead"))


def due(now: datetime, sent: dict[str, Sent] | None = None, **changed: object) -> list[tuple[str, str]]:
    """Who gets a copy now, and why."""
    values: dict[str, object] = {
        "noted_at": MONDAY,
        "is_conduct": False,
        "chain": CHAIN,
        "independent": (),
        "sent": sent or {},
        "now": now,
        **changed,
    }
    found: tuple[Due, ...] = due_copies(**values)  # type: ignore[arg-type]
    return [(one.user, one.reason) for one in found]


def first(started: datetime | None = MONDAY, answered: datetime | None = None) -> Sent:
    return Sent("responsible", started, answered)


def test_the_responsible_leader_hears_first_and_alone() -> None:
    assert due(MONDAY) == [("leader", "responsible")]
    assert due(MONDAY + timedelta(hours=47, minutes=59), {"leader": first()}) == []


def test_after_48_hours_the_leader_above_hears_and_nobody_twice() -> None:
    later = MONDAY + FIRST_FOR
    assert due(later, {"leader": first()}) == [("above", "above")]
    told = {"leader": first(), "above": Sent("above", later, None)}
    assert due(later + timedelta(days=9), told) == []
    assert is_complete(chain=CHAIN, sent=told)


def test_an_answer_lets_the_note_go_up_at_once() -> None:
    answered = MONDAY + timedelta(hours=1)
    assert due(answered, {"leader": first(answered=answered)}) == [("above", "above")]


def test_the_48_hours_begin_when_the_leader_was_told_not_when_the_note_was_made() -> None:
    assert due(MONDAY + timedelta(days=3), {"leader": first(started=None)}) == []
    told = MONDAY + timedelta(days=3)
    assert due(told + timedelta(hours=47), {"leader": first(started=told)}) == []
    assert due(told + timedelta(hours=48), {"leader": first(started=told)}) == [("above", "above")]


def test_a_vacant_post_sends_the_note_up_at_once_and_says_so() -> None:
    vacant = Chain("", ("above", "top"))
    assert due(MONDAY, chain=vacant) == [("above", "vacant")]
    told = {"above": Sent("vacant", MONDAY, None)}
    assert due(MONDAY + timedelta(hours=47), told, chain=vacant) == []
    assert due(MONDAY + timedelta(hours=48), told, chain=vacant) == [("top", "above")]


def test_a_unit_that_is_gone_sends_the_note_up_at_once() -> None:
    assert due(MONDAY, chain=Chain("", ("above", "top"), is_closed=True)) == [("above", "closed")]


def test_a_new_leader_is_told_at_once_and_the_clock_goes_on() -> None:
    new = Chain("new", ("above", "top"))
    sent = {"leader": first()}
    assert due(MONDAY + timedelta(hours=10), sent, chain=new) == [("new", "responsible")]
    sent["new"] = Sent("responsible", MONDAY + timedelta(hours=10), None)
    assert due(MONDAY + timedelta(hours=48), sent, chain=new) == [("above", "above")]


def test_conduct_goes_to_the_independent_person_at_the_same_time() -> None:
    assert due(MONDAY, is_conduct=True, independent=("ombuds",)) == [
        ("leader", "responsible"),
        ("ombuds", "independent"),
    ]
    assert due(MONDAY, is_conduct=True, independent=("leader",)) == [("leader", "responsible")]
    both = {"leader": first(), "ombuds": Sent("independent", MONDAY, None)}
    assert due(MONDAY + timedelta(hours=1), both, is_conduct=True, independent=("ombuds",)) == []
    assert due(MONDAY + timedelta(hours=48), both, is_conduct=True, independent=("ombuds",)) == [("above", "above")]


def test_nobody_is_told_twice_when_the_independent_person_leads_above() -> None:
    both = {"leader": first(), "above": Sent("independent", MONDAY, None)}
    assert due(MONDAY + timedelta(hours=48), both, is_conduct=True, independent=("above",)) == [("top", "above")]


def test_a_note_without_anybody_to_hear_waits() -> None:
    nobody = Chain("", ())
    assert due(MONDAY, chain=nobody) == []
    assert not is_complete(chain=nobody, sent={})


def test_a_note_is_complete_only_when_all_were_told() -> None:
    assert not is_complete(chain=CHAIN, sent={"leader": first()})
    assert not is_complete(chain=CHAIN, sent={"leader": first(), "above": Sent("above", None, None)})
    assert is_complete(chain=Chain("leader", ()), sent={"leader": first()})


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 4, 12, tzinfo=MADRID), datetime(2026, 3, 4, 12, tzinfo=MADRID)),
        (datetime(2026, 3, 4, 18, tzinfo=MADRID), datetime(2026, 3, 5, 8, tzinfo=MADRID)),
        (datetime(2026, 3, 4, 3, tzinfo=MADRID), datetime(2026, 3, 4, 8, tzinfo=MADRID)),
        (datetime(2026, 3, 6, 20, tzinfo=MADRID), datetime(2026, 3, 9, 8, tzinfo=MADRID)),
        (datetime(2026, 3, 7, 12, tzinfo=MADRID), datetime(2026, 3, 9, 8, tzinfo=MADRID)),
        (datetime(2026, 3, 27, 23, tzinfo=MADRID), datetime(2026, 3, 30, 8, tzinfo=MADRID)),  # the clocks change
    ],
)
def test_nothing_is_sent_at_night_or_at_the_weekend_of_the_site_s_zone(at: datetime, expected: datetime) -> None:
    assert next_waking(at.astimezone(UTC), NIGHT, MADRID) == expected
    assert is_quiet(at.astimezone(UTC), NIGHT, MADRID) is (at != expected)


def test_quiet_hours_can_be_off_or_by_day() -> None:
    off = Quiet(time(8), time(8), weekend=False)
    assert not any(is_quiet(MONDAY + timedelta(hours=hour), off, UTC) for hour in range(168))
    siesta = Quiet(time(14), time(17), weekend=False)
    assert next_waking(datetime(2026, 3, 7, 15, tzinfo=UTC), siesta, UTC) == datetime(2026, 3, 7, 17, tzinfo=UTC)


def test_a_week_begins_on_monday_in_the_site_s_zone() -> None:
    sunday_night = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # Monday already in Madrid
    assert week_start(sunday_night, MADRID) == datetime(2026, 3, 2, tzinfo=MADRID)
    assert week_start(sunday_night, UTC).date() == date(2026, 2, 23)
    assert next_week(sunday_night, MADRID) == date(2026, 3, 9)


def waiting(
    key: str, minutes: int, *, clearness: float = 1.0, held: date | None = None, conduct: bool = False
) -> Waiting:
    return Waiting(key, minutes, clearness, conduct, MONDAY, held)


def test_what_exceeds_the_weekly_minutes_waits_for_the_digest() -> None:
    today = MONDAY.date()
    many = [waiting("dim", 10, clearness=1), waiting("clear", 10, clearness=5), waiting("small", 5, clearness=0.5)]
    found = allot(many, spent=10, budget=25, today=today)
    assert found.notes == ("clear", "small")
    assert found.held == ("dim",)
    monday = next_week(MONDAY, UTC)
    again = [waiting("dim", 10, held=monday)]
    assert allot(again, spent=25, budget=25, today=today) == type(found)((), (), ())
    assert allot(again, spent=0, budget=0, today=monday).digest == ("dim",)


def test_conduct_never_waits_for_minutes() -> None:
    found = allot([waiting("conduct", 15, conduct=True), waiting("drop", 10)], spent=30, budget=30, today=MONDAY.date())
    assert (found.notes, found.held) == (("conduct",), ("drop",))


def test_every_kind_has_its_minutes() -> None:
    from headwater.scoring.signs import KINDS

    assert set(MINUTES) == set(KINDS)
    assert all(minutes > 0 for minutes in MINUTES.values())


def test_matters_of_conduct_are_found_by_key_and_by_word() -> None:
    from headwater.instruments import library

    known = {item.key for instrument in library().values() for item in instrument.items}
    assert known >= CONDUCT_KEYS
    assert is_conduct_key("q14b_harassment_by_managers")
    assert is_conduct_key("bullying")
    assert not is_conduct_key("ex_fair_pay")
    assert not is_conduct_key("disabuse_of_notions")
