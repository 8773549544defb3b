"""The pure rules of visits and obstacles: who was reached, whether it was followed through, where to go, the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.rooms.act.logic.follow_through import Issue, follow_through_of
from headwater.rooms.act.logic.likeness import alike_pairs, words_of
from headwater.rooms.act.logic.obstacle_clock import (
    DAYS,
    due_after,
    first_owner,
    next_fixed_hour,
    next_up,
    to_the_hour,
)
from headwater.rooms.act.logic.reach import Place, reached_by_unit
from headwater.rooms.act.logic.visit_calendar import BLIND_DAYS, Cell, Paid, cells_of, proposals

TODAY = date(2026, 3, 2)
TREE = [Place("all", "", 0), Place("north", "all", 0), Place("n1", "north", 4), Place("n2", "north", 6)]
TREE += [Place("south", "all", 0), Place("s1", "south", 10)]


def test_reached_lies_between_met_again_and_met_once() -> None:
    found = reached_by_unit(TREE, [("n1", 3), ("n1", 2), ("s1", 4), ("gone", 99)])
    assert (found["n1"].least, found["n1"].most, found["n1"].staff) == (3, 4, 4)
    assert (found["north"].least, found["north"].most) == (3, 4)
    assert (found["all"].least, found["all"].most, found["all"].staff) == (7, 8, 20)
    assert (found["all"].least_percent, found["all"].most_percent) == (35, 40)


def test_a_visit_above_the_teams_may_have_met_the_same_people() -> None:
    found = reached_by_unit(TREE, [("north", 5), ("n1", 3)])
    assert (found["north"].least, found["north"].most) == (5, 8)
    with pytest.raises(ValueError, match="cannot have met"):
        reached_by_unit(TREE, [("n1", -1)])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(["all", "north", "n1", "n2", "s1"]), st.integers(0, 30)), max_size=12))
def test_at_least_never_passes_at_most_nor_the_staff(met: list[tuple[str, int]]) -> None:
    for one in reached_by_unit(TREE, met).values():
        assert 0 <= one.least <= one.most <= one.staff


def _issue(raised: int, closed: int | None = None, answered: int | None = None) -> Issue:
    day = {back: TODAY - timedelta(days=back) for back in (raised, closed or 0, answered or 0)}
    return Issue(day[raised], None if answered is None else day[answered], None if closed is None else day[closed])


def test_shares_and_days_stand_on_their_counts() -> None:
    found = follow_through_of([_issue(30, 20, 25), _issue(30, 10), _issue(30, 28), _issue(5, None, 1)], today=TODAY)
    assert (found.raised, found.answered, found.closed, found.open) == (4, 4, 3, 1)
    assert (found.answered_percent, found.closed_percent, found.days) == (100, 75, 10.0)
    assert follow_through_of([_issue(9, 1)], today=TODAY).days is None
    assert follow_through_of([], today=TODAY).closed_percent is None


@pytest.mark.parametrize(
    ("issues", "is_on"),
    [
        ([_issue(30)] * 3, True),
        ([_issue(30)] * 2, False),
        ([_issue(10)] * 9, False),
        ([_issue(30)] * 3 + [_issue(50, 5)] * 3, False),
        ([_issue(100)] * 9, False),
        ([_issue(30)] * 6 + [_issue(90, 3)] * 3, True),
    ],
)
def test_the_alarm_needs_three_behind_and_three_late(issues: list[Issue], is_on: bool) -> None:
    assert follow_through_of(issues, today=TODAY).alarm.is_on is is_on


def test_blind_spots_come_first_and_work_is_shared() -> None:
    cells = [Cell(unit, "day", staff, ("lea", "top")) for unit, staff in (("a", 4), ("b", 9), ("c", 4), ("d", 4))]
    visits = [
        Paid("a", "day", "lea", TODAY - timedelta(days=30), is_made=True),
        Paid("c", "day", "lea", TODAY - timedelta(days=BLIND_DAYS + 1), is_made=True),
        Paid("d", "day", "top", TODAY + timedelta(days=3), is_made=False),
    ]
    views = cells_of(cells, visits, today=TODAY)
    assert [one.is_blind for one in views] == [False, True, True, True]
    last = {"a": TODAY - timedelta(days=30), "c": TODAY - timedelta(days=BLIND_DAYS + 1)}
    found = proposals(views, planned={"top": 1}, units_last=last, today=TODAY, most=3)
    assert [(one.unit, one.leader) for one in found] == [("b", "lea"), ("c", "lea"), ("a", "top")]
    rested = proposals(views, planned={}, units_last=last, today=TODAY - timedelta(days=5), most=3)
    assert [one.unit for one in rested] == ["b", "c"]
    assert found == proposals(views, planned={"top": 1}, units_last=last, today=TODAY, most=3)


def test_the_way_up_ends_at_the_top() -> None:
    leaders = ["team", "division", "top"]
    assert first_owner([]) is None
    one = next_up(leaders, "team", 0)
    assert one is not None
    assert (one.owner, one.level, one.is_top) == ("division", 1, False)
    two = next_up(leaders, "top", 2)
    assert two is not None
    assert (two.owner, two.is_top) == ("top", True)
    handed = next_up(leaders, "somebody", 0)
    assert handed is not None
    assert handed.owner == "team"
    shortened = next_up(["top"], "division", 1)
    assert shortened is not None
    assert shortened.owner == "top"
    assert next_up([], "team", 0) is None


def test_days_are_by_what_it_does_to_the_work() -> None:
    assert due_after(TODAY, "stops", {}) == TODAY + timedelta(days=DAYS["stops"])
    assert due_after(TODAY, "slows", {"slows": 4}) == TODAY + timedelta(days=4)
    with pytest.raises(KeyError):
        due_after(TODAY, "nothing", {})


def test_an_anonymous_word_counts_from_a_fixed_hour_also_when_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    assert next_fixed_hour(datetime(2026, 3, 2, 9, 40, tzinfo=UTC)).hour == 12
    assert next_fixed_hour(datetime(2026, 3, 2, 11, 30, tzinfo=UTC)).hour == 18
    late = next_fixed_hour(datetime(2026, 3, 28, 23, 30, tzinfo=zone))
    assert (late.day, late.hour) == (29, 6)
    assert to_the_hour(datetime(2026, 3, 2, 9, 59, 59, tzinfo=UTC)) == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_alike_words_are_suggested_and_others_are_not() -> None:
    assert words_of("Coupling, coupled at two") == {"coupl", "two"}
    assert words_of("Größe") == words_of("grosse")
    texts = {
        "a": "Ramp keys are shared by two crews and arrive late",
        "b": "Ramp keys arrive late again",
        "c": "The printer stands still",
        "d": "No lamp at the coupling point",
    }
    assert [(one, other) for one, other, _index in alike_pairs(texts)] == [("a", "b")]
    assert alike_pairs({"a": "", "b": ""}) == []
