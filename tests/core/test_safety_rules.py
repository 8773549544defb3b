"""The rules of safety: clocks over clock changes, what is recordable, days that count, rates with their intervals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from headwater.measures import injury_rate
from headwater.rooms.act.logic import day_counts, injury_rates, recordable
from headwater.rooms.act.logic.day_counts import CountedCase, Spell, count_days, sum_year
from headwater.rooms.act.logic.injury_rates import CaseRow, HoursRow, Span, against, rate_of, unit_rates
from headwater.rooms.act.logic.recordable import classify, may_be_private
from headwater.rooms.act.logic.safety_clocks import (
    SHIPPED,
    US_FEDERAL,
    ClockRule,
    deadline,
    read_clock,
    read_posting,
    readings,
    rules_in_force,
)

CHICAGO = "America/Chicago"
RULES = rules_in_force(())


def test_shipped_clocks_are_those_of_the_law() -> None:
    told = {rule.event: rule.hours or (rule.days or 0) * 24 for rule in SHIPPED}
    assert told == {"death": 8, "inpatient": 24, "amputation": 24, "eye": 24, "log": 168}
    with pytest.raises(ValueError, match="hours or for days"):
        ClockRule("x", "death", 8, 1, "", "")
    with pytest.raises(ValueError, match="between an hour and a year"):
        ClockRule("x", "death", 0, None, "", "")


@pytest.mark.parametrize(
    ("knew", "event", "local"),
    [
        # clocks go forward at 2:00 on 8 March 2026: eight hours end an hour later on the wall
        ("2026-03-07T22:00", "death", "2026-03-08T07:00"),
        # clocks go back at 2:00 on 1 November 2026: 24 hours end an hour earlier
        ("2026-10-31T12:00", "eye", "2026-11-01T11:00"),
        ("2026-06-01T12:00", "amputation", "2026-06-02T12:00"),
    ],
)
def test_hours_pass_whatever_the_clocks_do(knew: str, event: str, local: str) -> None:
    at = datetime.fromisoformat(knew).replace(tzinfo=ZoneInfo(CHICAGO))
    rule = RULES[US_FEDERAL, event]
    found = deadline(rule, at, CHICAGO)
    assert found.due_at - at.astimezone(UTC) == timedelta(hours=rule.hours or 0)
    assert found.local.isoformat().startswith(local)


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    rule, place = RULES[US_FEDERAL, "death"], ZoneInfo(CHICAGO)
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=place, fold=fold) for fold in (0, 1))
    ends = [deadline(rule, knew, CHICAGO).local for knew in (first, second)]
    assert [end.hour for end in ends] == [8, 9]


def test_a_time_on_the_clocks_of_a_place_means_one_moment_two_or_none() -> None:
    def meant(wall: str, zone: str = CHICAGO) -> list[str]:
        return [f"{at:%d %H:%M}" for at in readings(datetime.fromisoformat(wall), zone)]

    assert meant("2026-06-01T12:00") == ["01 17:00"]
    assert meant("2026-11-01T01:30") == ["01 06:30", "01 07:30"]
    assert meant("2026-03-08T02:30") == []
    assert meant("2026-03-08T02:30", "America/Phoenix") == ["08 09:30"]
    with pytest.raises(ValueError, match="no time zone"):
        meant("2026-06-01T12:00", "Middle/Earth")


def test_days_end_at_midnight_of_the_place() -> None:
    knew = datetime(2026, 3, 5, 4, 30, tzinfo=UTC)  # still 4 March in Chicago
    found = deadline(RULES[US_FEDERAL, "log"], knew, CHICAGO)
    assert found.last_date == date(2026, 3, 11)
    assert found.due_at == datetime(2026, 3, 12, 5, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="says nothing"):
        deadline(RULES[US_FEDERAL, "log"], knew.replace(tzinfo=None), CHICAGO)
    with pytest.raises(ValueError, match="no time zone"):
        deadline(RULES[US_FEDERAL, "log"], knew, "Middle/Earth")


def test_a_clock_is_read_plainly() -> None:
    due = datetime(2026, 3, 5, 12, tzinfo=UTC)
    early, late = due - timedelta(hours=2, minutes=30), due + timedelta(seconds=1)
    running = read_clock(due, early, done_at=None)
    assert (running.state, running.hours, running.minutes) == ("running", 2, 30)
    assert read_clock(due, late, done_at=None).state == "late"
    assert read_clock(due, late, done_at=due).state == "kept"
    assert read_clock(due, late, done_at=late).state == "kept_late"
    assert read_clock(due, late, done_at=None, is_owed=False).state == "not_owed"


def test_own_rules_replace_add_and_end() -> None:
    own = ClockRule("de-bg", "death", 1, None, "", "")
    stricter = ClockRule(US_FEDERAL, "eye", 12, None, "", "")
    found = rules_in_force([own, stricter], [(US_FEDERAL, "log")])
    assert found["de-bg", "death"] == own
    assert found[US_FEDERAL, "eye"].hours == 12
    assert (US_FEDERAL, "log") not in found


def test_the_summary_hangs_from_february_to_april() -> None:
    def state(today: date, posted: date | None = None, taken: date | None = None) -> str:
        return read_posting(2025, today, posted, taken).state

    assert [state(date(2025, 12, 1)), state(date(2026, 1, 10)), state(date(2026, 2, 1))] == ["ahead", "due", "due"]
    assert (state(date(2026, 2, 3)), read_posting(2025, date(2026, 2, 3), None).days_late) == ("late", 2)
    assert [state(date(2026, 5, 1)), state(date(2026, 5, 1), date(2026, 2, 1))] == ["over", "posted"]
    assert state(date(2026, 5, 1), date(2026, 2, 4)) == "posted_late"
    assert state(date(2026, 4, 1), date(2026, 1, 30), date(2026, 3, 1)) == "taken_early"


NO = dict.fromkeys(recordable.QUESTIONS, "no") | {"work_related": "yes", "new_case": "yes"}


def test_one_criterion_is_enough_and_the_worst_outcome_counts() -> None:
    assert classify(NO).is_recordable is False
    assert classify(NO | {"unconscious": "yes"}).outcome == "other"
    found = classify(NO | {"restricted": "yes", "days_away": "yes", "significant": "yes"})
    assert (found.is_recordable, found.outcome) == (True, "days_away")
    assert found.reasons == ("days_away", "restricted", "significant")
    assert classify(NO | {"death": "yes", "work_related": "no"}).is_recordable is False
    assert classify(NO | {"death": "yes", "new_case": "no"}).reasons == ("new_case",)
    with pytest.raises(ValueError, match="maybe"):
        classify({"death": "maybe"})


def test_what_nobody_knows_yet_stays_open() -> None:
    assert classify({}).open_questions == recordable.QUESTIONS
    found = classify(NO | {"restricted": "yes", "days_away": "", "special": ""})
    assert (found.is_recordable, found.outcome, found.open_questions) == (True, "restricted", ("days_away",))
    assert classify(NO | {"special": ""}).is_recordable is None
    gate = classify(NO | {"death": "yes", "work_related": ""})
    assert (gate.is_recordable, gate.open_questions) == (None, ("work_related",))


def test_names_stay_off_the_log_for_reasons() -> None:
    assert may_be_private("mental", "injury")
    assert may_be_private("asked", "skin_disorder")
    assert not may_be_private("asked", "injury")
    assert not may_be_private("shy", "skin_disorder")


DAY = date(2026, 1, 5)


def test_calendar_days_count_from_the_day_after() -> None:
    spells = [Spell("away", DAY, date(2026, 1, 12)), Spell("restricted", date(2026, 1, 13), date(2026, 1, 19))]
    assert count_days(DAY, spells, date(2026, 2, 1)) == day_counts.DayCount(7, 7, False, False)
    assert count_days(DAY, spells, date(2026, 1, 10)).away == 5
    overlap = [*spells, Spell("restricted", date(2026, 1, 6), date(2026, 1, 8))]
    assert count_days(DAY, overlap, date(2026, 2, 1)).away == 7
    assert count_days(DAY, [Spell("away", DAY, DAY)], date(2026, 2, 1)).away == 0


def test_open_days_count_on_until_180() -> None:
    spells = [Spell("restricted", date(2026, 1, 6), date(2026, 2, 4)), Spell("away", date(2026, 2, 5))]
    assert count_days(DAY, spells, date(2026, 2, 10)) == day_counts.DayCount(6, 30, True, False)
    for today in (date(2026, 7, 4), date(2029, 1, 1)):
        assert count_days(DAY, spells, today) == day_counts.DayCount(150, 30, False, True)
    with pytest.raises(ValueError, match="before the injury"):
        count_days(DAY, [Spell("away", date(2026, 1, 1))], DAY)
    with pytest.raises(ValueError, match="before they begin"):
        count_days(DAY, [Spell("away", date(2026, 2, 1), date(2026, 1, 30))], DAY)


def test_outcomes_and_types_sum_to_the_same() -> None:
    cases = [CountedCase("death", "injury", 0, 0), CountedCase("days_away", "poisoning", 5, 2)]
    found = sum_year([*cases, CountedCase("other", "injury", 0, 0)])
    assert (found.cases, sum(found.types.values()), found.days_away, found.days_restricted) == (3, 3, 5, 2)
    with pytest.raises(ValueError, match="by outcome and by type"):
        sum_year([CountedCase("", "injury", 0, 0)])


def test_the_published_check() -> None:
    found = rate_of("trir", 3, 100_000)
    assert (found.value, round(found.low, 2), round(found.high, 2)) == (6.0, 1.24, 17.53)
    assert rate_of("ltifr", 3, 100_000).value == 30.0
    assert rate_of("dart", 0, 100_000).low == 0.0
    with pytest.raises(ValueError, match="does not exist"):
        rate_of("trir", 0, 0)
    assert injury_rates.HOURS_PER == injury_rate.MULTIPLIERS


YEAR = injury_rates.months_between((2025, 1), (2025, 12))


def test_a_unit_holds_all_below_it() -> None:
    hours = [HoursRow(place, month, 1_000, 6) for place in (1, 2) for month in YEAR]
    cases = [CaseRow(1, (2025, 3), "death"), CaseRow(2, (2025, 4), "days_away"), CaseRow(2, (2024, 4), "other")]
    whole = unit_rates(Span(0, 3), YEAR, hours, cases)
    assert (whole.hours, whole.people, whole.cases) == (24_000, 12, {"trir": 2, "dart": 1, "ltifr": 1})
    assert not whole.is_partial
    assert whole.is_uncertain
    one = unit_rates(Span(2, 3), YEAR, hours, cases)
    assert (one.hours, one.cases["trir"]) == (12_000, 1)


def test_missing_hours_are_said_and_no_hours_give_no_rate() -> None:
    hours = [HoursRow(1, month, 1_000, 6) for month in YEAR[:9]] + [HoursRow(2, YEAR[0], 100, 1)]
    found = unit_rates(Span(0, 4), YEAR, hours, [CaseRow(3, YEAR[0], "other")])
    assert found.missing_months == YEAR[9:]
    assert found.gaps == {2: 8, 3: 12}
    assert found.is_partial
    none = unit_rates(Span(3, 4), YEAR, hours, [CaseRow(3, YEAR[0], "other")])
    assert (dict(none.rates), none.cases["trir"]) == ({}, 1)


def test_a_rate_stands_apart_only_with_its_whole_interval() -> None:
    rate = rate_of("trir", 3, 100_000)
    assert [against(rate, industry) for industry in (1.0, 2.3, 20.0)] == ["above", "unclear", "below"]
