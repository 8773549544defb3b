"""Whatever asks minutes of somebody else warns before it passes their cap: the same way on every page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.direction_cast import choice, goal, stop
from tests.rooms.incident_cast import page_of, reported
from tests.rooms.overload_checks import WHY, asked_of, check_page_warns, check_reason_is_seen, fill_week

from headwater.rooms.act.commitments.services import make_commitment
from headwater.rooms.act.models import Commitment, HelpAsk, Obstacle, Visit
from headwater.rooms.act.obstacles.services import ObstacleReport, raise_obstacle
from headwater.rooms.act.visits.services import plan_visit
from headwater.rooms.decide.directions.services import DirectionRefusedError, choose_direction
from headwater.rooms.decide.logic.directions import next_review
from headwater.rooms.decide.models import Direction
from headwater.rooms.engage.active_role.board import TALK_WITHIN
from headwater.rooms.engage.models import Ask, BoardPath, OwnWordRequest, SupportRequest
from headwater.rooms.engage.stakeholders.register import add_person
from headwater.rooms.people.models import Person, User

pytestmark = pytest.mark.django_db


def soon(days: int = 3) -> date:
    return timezone.localdate() + timedelta(days=days)


def person(user: User) -> Person:
    assert user.person is not None
    return user.person


def test_support_and_help(cast: Cast) -> None:
    day, leader = soon(), signed_in(cast.north_leader)
    fill_week(cast.top_leader, day, 50)
    support = {
        "key": str(uuid4()), "asked": "top@example.org", "need": "A word in the review", "by_date": day.isoformat(),
        "minutes": "15",
    }  # fmt: skip
    check_page_warns(leader, "/engage/challenges/support/new/", support, name="Ada Top", day=day)
    assert SupportRequest.objects.count() == 1
    check_reason_is_seen(cast, cast.top_leader, "support:")
    one = make_commitment(
        key=uuid4(), owner=person(cast.north_leader), unit=unit("north-d"), sentence="Every question is answered",
        first_step="Hang a board", first_step_date=day, due_date=soon(60), actor=cast.north_leader, now=timezone.now(),
    )  # fmt: skip
    fill_week(cast.employee, day, 50)
    asked = {
        "doing": "help", "key": str(uuid4()), "asked": "north1a", "what": "Tell me what crews say",
        "by_date": day.isoformat(), "minutes": "20",
    }  # fmt: skip
    name = str(person(cast.employee))
    check_page_warns(leader, f"/act/commitments/{one.pk}/", asked, name=name, day=day)
    assert HelpAsk.objects.count() == 1
    check_reason_is_seen(cast, cast.employee, "commitment-help:")


def test_a_minute_for_their_own_words(cast: Cast) -> None:
    Person.objects.filter(key="top").update(email="top@example.org")
    one = add_person(person=Person.objects.get(key="top"), actor=cast.experience_lead, now=timezone.now())
    day = (timezone.now() + timedelta(days=7)).date()
    fill_week(one, day)
    lead, path = signed_in(cast.experience_lead), f"/engage/stakeholders/{one.pk}/act/"
    check_page_warns(lead, path, {"do": "ask"}, name="Ada Top", day=day)
    assert OwnWordRequest.objects.count() == 1
    check_reason_is_seen(cast, one, "own_words:")


def test_a_reason_that_was_typed_stays_to_be_seen_beside_another_mistake(cast: Cast) -> None:
    sent = signed_in(cast.north_leader).post("/engage/role/board/", {"partner": "nobody", "over_reason": WHY})
    assert sent.status_code == 422
    assert f'name="over_reason" value="{WHY}"' in sent.content.decode()
    assert 'type="date" name="by_date"' in sent.content.decode()
    calm = signed_in(cast.north_leader).get("/engage/role/board/").content.decode()
    assert '<input type="hidden" name="over_reason"' in calm
    assert "Why it cannot wait" not in calm


def test_a_board_partner_and_another_day_instead(cast: Cast) -> None:
    leader, path = signed_in(cast.north_leader), "/engage/role/board/"
    day = timezone.localdate() + TALK_WITHIN
    fill_week(cast.top_leader, day, 40)
    given = {"partner": "top@example.org"}
    check_page_warns(leader, path, given, name="Ada Top", day=day)
    check_reason_is_seen(cast, cast.top_leader, "board:")
    free = day + timedelta(days=7)
    BoardPath.objects.all().delete()
    assert leader.post(path, {**given, "by_date": soon(-1).isoformat()}).status_code == 422
    assert leader.post(path, {**given, "by_date": free.isoformat()}).status_code == 302
    moved = Ask.objects.filter(source__startswith="board:").latest("asked_at")
    assert (moved.due_date, moved.over_reason) == (free, "")


def test_a_visit_planned_for_another_leader_and_moved(cast: Cast) -> None:
    lead, day = signed_in(cast.experience_lead), soon()
    fill_week(cast.north_leader, day, 30)
    given = {
        "key": str(uuid4()), "unit": "north1-t", "leader": "north", "task": "Couple a car", "day": day.isoformat(),
        "starts": "", "minutes": "45", "shift": "day", "place": "", "staff": "", "programme": "",
    }  # fmt: skip
    name = str(person(cast.north_leader))
    check_page_warns(lead, "/act/visits/plan/", given, name=name, day=day)
    found = Visit.objects.get()
    check_reason_is_seen(cast, cast.north_leader, f"visit:{found.pk}")
    again = {key: given[key] for key in ("task", "day", "starts", "minutes", "shift")}
    path = f"/act/visits/{found.pk}/"
    assert lead.post(path, {"doing": "change", **again, "place": "Depot"}).status_code == 302
    assert asked_of(cast.north_leader, f"visit:{found.pk}").over_reason == WHY
    later = day + timedelta(days=7)
    fill_week(cast.north_leader, later, 30)
    moved = {"doing": "change", **again, "day": later.isoformat(), "place": "Depot"}
    check_page_warns(lead, path, moved, name=name, day=later)
    found.refresh_from_db()
    assert found.day == later


def test_an_own_visit_is_never_refused_and_says_so(cast: Cast) -> None:
    day, leader = soon(), signed_in(cast.north_leader)
    given = {
        "key": str(uuid4()), "unit": "north1-t", "leader": "north", "task": "Couple a car", "day": day.isoformat(),
        "starts": "", "minutes": "90", "shift": "day", "place": "", "staff": "", "programme": "",
    }  # fmt: skip
    text = leader.post("/act/visits/plan/", given, follow=True).content.decode()
    assert "This makes 90 minutes in your week of " in text
    assert "30 past your 60." in text
    small = plan_visit(
        leader=person(cast.north_leader), unit=unit("north1-t"), day=day + timedelta(days=14), task="Wash one",
        minutes=60, actor=cast.north_leader, now=timezone.now(),
    )  # fmt: skip
    assert "in your week" not in leader.get(f"/act/visits/{small.pk}/").content.decode()


def test_an_obstacle_handed_to_somebody(cast: Cast) -> None:
    report = ObstacleReport("No lamp", "Trams are late.", "stops", unit("north1-t"), unit("south-d"))
    found = raise_obstacle(
        key=str(uuid4()), report=report, raised_on=Obstacle.RaisedOn.LINK, actor=cast.employee, now=timezone.now()
    )
    fill_week(cast.top_leader, found.due_date, 55)
    given = {"doing": "hand", "version": str(found.version), "unit": "", "person": "top", "why": "It is their lamp"}
    lead = signed_in(cast.experience_lead)
    check_page_warns(lead, f"/act/obstacles/{found.pk}/", given, name="Ada Top", day=found.due_date)
    found.refresh_from_db()
    assert found.owner == cast.top_leader.person
    check_reason_is_seen(cast, cast.top_leader, f"obstacle:{found.pk}:")


def test_a_commitment_in_the_name_of_somebody_else(cast: Cast) -> None:
    day, top = soon(), signed_in(cast.top_leader)
    fill_week(cast.north_leader, day)
    given = {
        "key": str(uuid4()), "sentence": "Every question is answered", "owner": "north", "first_step": "Hang a board",
        "first_step_date": day.isoformat(), "due_date": soon(60).isoformat(), "score": "", "low": "", "likely": "",
        "high": "",
    }  # fmt: skip
    name = str(person(cast.north_leader))
    check_page_warns(top, "/act/commitments/make/?unit=north-d", given, name=name, day=day)
    check_reason_is_seen(cast, cast.north_leader, f"commitment:{Commitment.objects.get().pk}:")
    fill_week(cast.top_leader, day)
    own = top.post(
        "/act/commitments/make/?unit=north-d", {**given, "key": str(uuid4()), "owner": "top"}, follow=True
    ).content.decode()
    assert "1 past your 60." in own


def test_a_promise_that_fixes_an_incident(cast: Cast) -> None:
    found = reported(cast.employee)
    day, top = soon(), signed_in(cast.top_leader)
    fill_week(cast.north_leader, day)
    path = page_of(found)
    top.get(path)
    found.refresh_from_db()
    given = {
        "doing": "promise", "version": str(found.version), "promise-sentence": "A stop edge on all gates",
        "promise-owner": "north", "promise-first_step": "Order", "promise-first_step_date": day.isoformat(),
        "promise-due_date": soon(60).isoformat(),
    }  # fmt: skip
    check_page_warns(top, path, given, name=str(person(cast.north_leader)), day=day)
    assert Commitment.objects.get().source_id == str(found.pk)
    check_reason_is_seen(cast, cast.north_leader, "commitment:")


def test_a_direction_with_another_owner(cast: Cast) -> None:
    served, one = goal(cast), stop(cast)
    made = choice(served, cast)
    values: dict[str, Any] = {"candidate_id": one.pk, "expected": None, "actor": cast.experience_lead}
    day = next_review(chosen=timezone.localdate(), target=made.target_date, reviewed=[])
    fill_week(cast.top_leader, day)
    with pytest.raises(DirectionRefusedError) as refused:
        choose_direction(choice=made, now=timezone.now(), **values)
    assert (refused.value.fault, len(refused.value.lines)) == ("full", 2)
    assert not Direction.objects.exists()
    one.refresh_from_db()
    assert one.state != "chosen"
    given = {
        "goal": str(served.pk), "title": made.title, "why": made.why, "owner": "top",
        "target_date": made.target_date.isoformat(),
    }  # fmt: skip
    path, lead = f"/decide/directions/candidates/{one.pk}/choose/", signed_in(cast.experience_lead)
    check_page_warns(lead, path, given, name="Ada Top", day=day)
    assert lead.post(path, {**given, "over_reason": WHY}).status_code == 302
    assert asked_of(cast.top_leader, "direction:").over_reason == WHY
    own = stop(cast, "The weekly call")
    leader = signed_in(cast.top_leader)
    text = leader.post(
        f"/decide/directions/candidates/{own.pk}/choose/", {**given, "title": "No weekly call"}, follow=True
    ).content.decode()
    assert "20 past your 60." in text
