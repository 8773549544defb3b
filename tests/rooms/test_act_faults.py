"""What goes wrong around the front line, and must lose nothing: clock changes, nobody in charge, too much at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.incident_cast import forget_haste, page_of, reported
from tests.rooms.safety_cast import Kept, kept, text

from headwater.rooms.act.incidents import notices
from headwater.rooms.act.incidents.duties import open_incident
from headwater.rooms.act.incidents.slots import MOST
from headwater.rooms.act.models import CaseClock, Incident, IncidentNotice, InjuryCase
from headwater.rooms.act.safety import clocks, meetings
from headwater.rooms.act.safety.forms import MomentField, knew_in_zone, told_in_zone
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.people.logic.roles import SAFETY_OFFICER
from headwater.rooms.people.models import Person, Role, RoleGrant
from headwater.rooms.people.services import give_role

__all__ = ["kept"]
pytestmark = pytest.mark.django_db
NEW_YORK = "America/New_York"


@pytest.fixture(autouse=True)
def _quiet() -> None:
    forget_haste()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A Wednesday noon that the server takes for now."""
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    return now


def died(kept: Kept, knew: datetime, now: datetime) -> CaseClock:
    """A death that the employer learned of at a local time, in the log of Akron."""
    InjuryCase.objects.update(happened_date=knew.date())
    moment = knew_in_zone(knew, NEW_YORK)
    return clocks.start_clock(case_id=kept.case.pk, event="death", knew_at=moment, actor=kept.officer, now=now)


@pytest.mark.parametrize(
    ("minute", "state"), [(38, "kept"), (98, "kept_late")], ids=["before the clocks go back", "an hour later"]
)
def test_an_hour_that_comes_twice_makes_no_late_call_look_in_time(
    cast: Cast, kept: Kept, minute: int, state: str
) -> None:
    """Due at 1:40, told at 1:35 by the wall: the first 1:35 was in time, the second is 55 minutes late."""
    now = datetime(2026, 11, 1, 5, tzinfo=UTC) + timedelta(minutes=minute)
    clock = died(kept, datetime(2026, 10, 31, 17, 40), now)  # noqa: DTZ001
    assert clock.due_at == datetime(2026, 11, 1, 5, 40, tzinfo=UTC)
    told = told_in_zone(datetime(2026, 11, 1, 1, 35), NEW_YORK, now=now)  # noqa: DTZ001
    clock = clocks.meet_clock(clock_id=clock.pk, done_at=told, reference="Area office", actor=kept.officer, now=now)
    assert clocks.line_of(clock, now).reading.state == state


def test_clocks_that_go_forward_move_the_wall_and_not_the_hours(cast: Cast, kept: Kept) -> None:
    now = datetime(2026, 3, 8, 10, tzinfo=UTC)
    clock = died(kept, datetime(2026, 3, 7, 22), now)  # noqa: DTZ001
    assert f"{clocks.line_of(clock, now).local:%d %H:%M}" == "08 07:00"
    with pytest.raises(SafetyRefusedError, match="skipped this time"):
        told_in_zone(datetime(2026, 3, 8, 2, 30), NEW_YORK, now=now)  # noqa: DTZ001


@pytest.mark.parametrize("wall", ["2026-11-01T01:30", "2026-03-08T02:30"])
def test_the_clocks_of_the_server_refuse_no_time_of_another_place(wall: str) -> None:
    with timezone.override(NEW_YORK):
        assert MomentField().clean(wall) == datetime.fromisoformat(wall)


def test_where_nobody_stands_in_administrators_are_told_and_then_whoever_they_name(cast: Cast) -> None:
    now = timezone.now()
    RoleGrant.objects.filter(role=SAFETY_OFFICER).update(ended_at=now)
    found = reported(cast.employee, now=now)
    assert notices.escalate(incident=found, reason="no_mail", now=now) == 1
    assert IncidentNotice.objects.get(reason="no_mail").address == cast.administrator.email
    give_role(user=cast.analyst, role=Role.SAFETY_OFFICER, unit=None, actor="test", now=now)
    assert notices.escalate_unopened(now=now + timedelta(hours=1)) == 1
    assert IncidentNotice.objects.get(reason="unopened").address == cast.analyst.email


def test_home_leaves_no_incident_out_however_many_there_are(cast: Cast, at: datetime) -> None:
    for _each in range(MOST + 2):
        reported(cast.employee, now=at - timedelta(minutes=5))
    home = text(signed_in(cast.top_leader).get("/"))
    assert home.count("An injury: Team north1") == MOST
    assert "2 more incidents that you have not opened" in home


def test_home_holds_what_was_reported_since_yesterday_began(cast: Cast, at: datetime) -> None:
    for hours in (35, 37):
        found = reported(cast.employee, now=at - timedelta(hours=hours), place=f"Gate {hours}")
        open_incident(incident_id=found.pk, actor=cast.top_leader, now=at - timedelta(hours=30))
    assert Incident.objects.exclude(opened_at=None).count() == 2
    home = text(signed_in(cast.top_leader).get("/"))
    assert "Gate 35" in home
    assert "Gate 37" not in home


def test_who_was_hurt_and_left_is_asked_no_more_but_through_the_report(cast: Cast) -> None:
    person = Person.objects.get(key="north1a")
    found = reported(cast.analyst, injured=person)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    cast.employee.is_active = False
    cast.employee.save()
    top = signed_in(cast.top_leader)
    assert "An injury" in text(top.get(page_of(found)))
    version = str(Incident.objects.get().version)
    kept_so = {"doing": "keep_meet", "meet-words": "Met at home.", "version": version}
    assert top.post(page_of(found), kept_so).status_code == 302


def test_a_decision_of_the_meeting_whose_owner_left_comes_to_who_keeps_safety(cast: Cast) -> None:
    now, officer = timezone.now(), cast.safety_officer
    week = meetings.draft_meeting(week_date=date(2026, 3, 2), now=now)
    owner = Person.objects.get(key="south")
    made = meetings.add_decision(
        decision_id=uuid4(), meeting_id=week.pk, text="Guards.", owner=owner,
        due_date=timezone.localdate(now) + timedelta(days=90), actor=officer, now=now,
    )  # fmt: skip
    assert "has nobody" not in text(signed_in(officer).get("/"))
    Person.objects.filter(pk=owner.pk).update(is_active=False)
    assert "One decision has nobody" in text(signed_in(officer).get("/"))
    assert "has nobody" not in text(signed_in(cast.top_leader).get("/"))
    meetings.finish_decision(decision_id=made.pk, words="Fitted.", actor=officer, now=now)
    assert "has nobody" not in text(signed_in(officer).get("/"))
