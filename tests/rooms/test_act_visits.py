"""Visits: planned with a task to do, synced twice without a second record, closed with the people met."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from PIL import Image
from tests.rooms.conftest import Cast, bring_in, organisation_csv, signed_in, unit

from headwater.rooms.act.models import Obstacle, Visit, VisitNote, VisitPhoto
from headwater.rooms.act.visits.numbers import forecast_programmes, reached_in
from headwater.rooms.act.visits.photos import add_photo, opened, plain_jpeg
from headwater.rooms.act.visits.programmes import make_programme
from headwater.rooms.act.visits.queries import follow_through, visits_page
from headwater.rooms.act.visits.services import (
    VisitRefusedError,
    cancel_visit,
    change_visit,
    finish_visit,
    plan_visit,
)
from headwater.rooms.act.visits.slots import NOTES_KEPT, PHOTOS_KEPT
from headwater.rooms.act.visits.syncing import OBSTACLE, Entry, sync_visit
from headwater.rooms.engage.models import Ask, RoleAct
from headwater.rooms.house.models import Job
from headwater.rooms.house.slots import Finding, erase_everywhere, export_everywhere, next_steps_of
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.viewers import viewer_of

pytestmark = pytest.mark.django_db
TASK = "Couple the second car"
State = Visit.State


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def leader(user: User) -> Person:
    assert user.person is not None
    return user.person


def planned(user: User, key: str = "north1-t", **changed: Any) -> Visit:
    values: dict[str, Any] = {"day": today() + timedelta(days=3), "task": TASK, "actor": user, "now": now(), **changed}
    return plan_visit(leader=leader(user), unit=unit(key), **values)


def made(user: User, met: int = 3, key: str = "north1-t") -> Visit:
    found = planned(user, key)
    return finish_visit(visit_id=found.pk, done_date=today(), minutes_spent=80, met=met, actor=user, now=now())


def obstacle(key: UUID | None = None) -> Entry:
    return Entry(key or uuid4(), OBSTACLE, "No lamp at point 4", None, "Trams are late.", "stops", "south-d")


def picture(with_place: bool = True) -> bytes:
    target = io.BytesIO()
    exif = Image.Exif()
    if with_place:
        exif[0x010F] = "CameraMaker"
    Image.new("RGB", (2400, 1200), "red").save(target, "JPEG", exif=exif)
    return target.getvalue()


def test_it_is_planned_once_by_who_leads_there_with_a_task_to_do(cast: Cast) -> None:
    key = uuid4()
    found = planned(cast.north_leader, visit_id=key)
    assert planned(cast.north_leader, visit_id=key).pk == found.pk
    assert found.staff == 4
    assert Ask.objects.filter(person=leader(cast.north_leader), source=f"visit:{key}").count() == 1
    for refused in ({"task": " "}, {"day": today() - timedelta(days=1)}, {"minutes": 2}, {"shift": "noon"}):
        with pytest.raises(VisitRefusedError):
            planned(cast.north_leader, **refused)
    with pytest.raises(PermissionDenied):
        planned(cast.north_leader, "south1-t")
    with pytest.raises(PermissionDenied):
        planned(cast.employee)
    with pytest.raises(VisitRefusedError):
        plan_visit(
            leader=leader(cast.employee),
            unit=unit("north1-t"),
            day=today(),
            task=TASK,
            actor=cast.top_leader,
            now=now(),
        )
    incident = uuid4()
    repeats = [planned(cast.top_leader, task="", incident_id=incident).pk for _time in range(2)]
    assert len(set(repeats)) == 1


def test_pages_refuse_outsiders_and_other_leaders(cast: Cast) -> None:
    found = planned(cast.top_leader, "south1-t")
    paths = ("", "plan/", "calendar/", "programmes/", f"{found.pk}/", f"{found.pk}/go/", f"{found.pk}/sync/")
    for user in (cast.outsider, cast.employee):
        for path in (*paths, f"{found.pk}/close/", f"{found.pk}/visit.ics"):
            assert signed_in(user).get(f"/act/visits/{path}").status_code in (403, 404), path
    north = signed_in(cast.north_leader)
    assert north.get(f"/act/visits/{found.pk}/").status_code == 404
    assert north.get(f"/act/visits/{found.pk}/go/").status_code == 403
    assert TASK not in north.get("/act/visits/").content.decode()
    assert signed_in(cast.analyst).get(f"/act/visits/{found.pk}/").status_code == 200
    assert signed_in(cast.analyst).get(f"/act/visits/{found.pk}/go/").status_code == 403
    for path in paths:
        assert signed_in(cast.top_leader).get(f"/act/visits/{path}").status_code == 200, path
    assert Client().get(f"/act/visits/{found.pk}/go/").status_code == 302


def test_the_form_plans_from_a_finding_and_the_calendar_file_names_the_minutes(cast: Cast) -> None:
    client = signed_in(cast.north_leader)
    request = client.get("/act/visits/").wsgi_request
    steps = next_steps_of(request, Finding("s", "w", "north1-t", "x"))
    href = next(one.href for one in steps if one.kind == "visit")
    assert not [one for one in next_steps_of(request, Finding("s", "w", "south1-t", "x")) if one.kind == "visit"]
    given = {
        "key": str(uuid4()), "unit": "north1-t", "leader": "north", "task": TASK, "starts": "14:00", "minutes": "60",
        "day": (today() + timedelta(days=2)).isoformat(), "shift": "evening", "place": "Depot",
        "staff": "", "programme": "",
    }  # fmt: skip
    assert client.post(href, {**given, "task": ""}).status_code == 422
    for _time in range(2):
        assert client.post(href, given).status_code == 302
    found = Visit.objects.get()
    assert (found.score, found.shift) == ("x", "evening")
    calendar = client.get(f"/act/visits/{found.pk}/visit.ics").content.decode()
    assert "60 minutes" in calendar
    change_visit(
        visit_id=found.pk, day=today() + timedelta(days=4), starts=None, minutes=60, shift="day", place="", task=TASK,
        actor=cast.north_leader, now=now(),
    )  # fmt: skip
    cancel_visit(visit_id=found.pk, reason="Snow.", actor=cast.north_leader, now=now())
    calendar = client.get(f"/act/visits/{found.pk}/visit.ics").content.decode()
    assert "STATUS:CANCELLED" in calendar
    assert "SEQUENCE:2" in calendar


def test_a_phone_that_syncs_twice_changes_nothing(cast: Cast) -> None:
    found = planned(cast.north_leader)
    client = signed_in(cast.north_leader)
    path = f"/act/visits/{found.pk}/sync/"
    assert client.get(path).json()["token"]
    note = {"id": str(uuid4()), "kind": "note", "words": "They laugh.", "at": now().isoformat()}
    block = {
        "id": str(uuid4()), "kind": "obstacle", "words": "No lamp", "service": "South", "severity": "stops",
        "to_customers": "", "at": now().isoformat(),
    }  # fmt: skip
    finish = {"done_date": today().isoformat(), "minutes_spent": "80", "met": "3"}
    body = json.dumps({"entries": [note, block], "finish": finish})
    for _time in range(2):
        told = client.post(path, body, content_type="application/json").json()
        assert told == {"kept": [note["id"], block["id"]], "refused": [], "finished": True}
    assert (VisitNote.objects.count(), Obstacle.objects.count(), RoleAct.objects.count()) == (1, 1, 1)
    owner = Obstacle.objects.select_related("owner").get().owner
    assert owner is not None
    assert owner.key == "south"
    other = planned(cast.north_leader, "north2-t")
    told = client.post(
        f"/act/visits/{other.pk}/sync/", json.dumps({"entries": [note, {**note, "id": str(uuid4()), "words": " "}]}),
        content_type="application/json",
    ).json()  # fmt: skip
    assert (told["kept"], len(told["refused"])) == ([], 2)
    assert client.post(path, b"nonsense", content_type="application/json").status_code == 400
    assert signed_in(cast.outsider).post(path, body, content_type="application/json").status_code == 403


def test_what_was_noted_late_is_kept_after_the_visit_was_closed_or_cancelled(cast: Cast) -> None:
    found = planned(cast.north_leader)
    cancel_visit(visit_id=found.pk, reason="Snow.", actor=cast.north_leader, now=now())
    ahead = Entry(uuid4(), "note", "Kept all the same.", now() + timedelta(days=3))
    assert sync_visit(visit_id=found.pk, entries=[ahead], actor=cast.north_leader, now=now()).new == 1
    assert VisitNote.objects.get().noted_at <= now()
    with pytest.raises(PermissionDenied):
        sync_visit(visit_id=found.pk, entries=[ahead], actor=cast.employee, now=now())


def test_plain_forms_work_without_script(cast: Cast) -> None:
    found = planned(cast.north_leader)
    client, path = signed_in(cast.north_leader), f"/act/visits/{found.pk}/go/"
    given = {"doing": "note", "kind": "obstacle", "key": str(uuid4()), "words": "No lamp", "service": "south-d"}
    assert client.post(path, {**given, "words": ""}).status_code == 422
    for _time in range(2):
        assert client.post(path, given).status_code == 302
    assert Obstacle.objects.get().serving_unit == unit("south-d")
    done = {"doing": "done", "done_date": today().isoformat(), "minutes_spent": "70", "met": "4"}
    assert client.post(path, {**done, "met": ""}).status_code == 422
    assert client.post(path, done).status_code == 302
    assert Visit.objects.get().state == State.DONE


def test_it_closes_with_words_for_the_people_met_who_need_no_account(cast: Cast) -> None:
    Person.objects.filter(key="north1a").update(email="a@example.org")
    found = made(cast.north_leader)
    sync_visit(visit_id=found.pk, entries=[obstacle()], actor=cast.north_leader, now=now())
    client, path = signed_in(cast.north_leader), f"/act/visits/{found.pk}/close/"
    assert "wait for your answer" in client.get("/").content.decode()
    assert client.post(path, {"doing": "close", "feedback": ""}).status_code == 422
    Obstacle.objects.update(owner=None)
    given = {"doing": "close", "feedback": "The lamp comes on Friday, by Sam.", "by_mail": "on"}
    assert client.post(path, given).status_code == 422
    Obstacle.objects.update(owner=Person.objects.get(key="south"))
    for _time in range(2):
        assert client.post(path, given).status_code == 302
    assert Visit.objects.get().state == State.CLOSED
    mails = [
        one.arguments for one in Job.objects.filter(name="send_mail") if "visited" in one.arguments.get("text", "")
    ]
    assert len(mails) == 1
    link = mails[0]["text"].split("/v/")[1].split()[0]
    anybody = Client()
    page = anybody.get(f"/v/{link}").content.decode()
    assert "The lamp comes on Friday" in page
    assert "No lamp at point 4" in page
    assert not anybody.cookies
    assert anybody.get("/v/forged/").status_code == 404
    assert anybody.get(f"/v/{link[:-5]}AAAA/").status_code == 404


def test_the_visited_units_leader_says_whether_it_is_gone(cast: Cast) -> None:
    found = planned(cast.top_leader, "north-d")
    sync_visit(visit_id=found.pk, entries=[obstacle()], actor=cast.top_leader, now=now())
    one = Obstacle.objects.get()
    Obstacle.objects.update(state="answered", answer="Hung.", answer_kind="cleared", answered_at=now())
    word = {"doing": "word", "gone": "yes", "words": ""}
    assert signed_in(cast.top_leader).post(f"/act/obstacles/{one.pk}/", word).status_code == 403
    assert signed_in(cast.north_leader).post(f"/act/obstacles/{one.pk}/", word).status_code == 302
    assert Obstacle.objects.get().state == "closed"


def test_numbers_say_what_is_known_and_the_alarm_reaches_the_leader(cast: Cast) -> None:
    first = made(cast.north_leader, met=3)
    made(cast.north_leader, met=2)
    reached = reached_in(unit=None, today=today())
    assert (reached.least, reached.most, reached.staff) == (3, 4, 16)
    assert reached_in(unit=unit("south-d"), today=today()).most == 0
    entries = [obstacle() for _time in range(3)]
    sync_visit(visit_id=first.pk, entries=entries, actor=cast.north_leader, now=now())
    assert not follow_through(unit=unit("north-d"), today=today()).alarm.is_on
    Obstacle.objects.update(raised_date=today() - timedelta(days=20))
    assert follow_through(unit=unit("north-d"), today=today()).alarm.is_on
    assert not follow_through(unit=unit("south-d"), today=today()).alarm.is_on
    home = signed_in(cast.north_leader).get("/").content.decode()
    assert "raise more than is cleared" in home
    page = visits_page(viewer=viewer_of(cast.north_leader, today=today()), today=today())
    assert [one.key for _who, one, _shift, _last in page.next] == ["north2-t"]
    assert page.own is not None
    assert (page.own.visits, page.own.hours, page.own.wanted) == (2, 2.5, 0)
    act = RoleAct.objects.filter(source=f"visit:{first.pk}")
    assert [(one.kind, one.at_date) for one in act] == [("visit", today())]


def test_photos_need_consent_lose_what_the_camera_wrote_and_are_sealed(cast: Cast) -> None:
    found = planned(cast.north_leader)
    client, path = signed_in(cast.north_leader), f"/act/visits/{found.pk}/photo/"

    def send(key: UUID, content: bytes, **more: str) -> Any:
        given = {"key": str(key), "photo": io.BytesIO(content), "caption": "Point 4", **more}
        return client.post(path, given, headers={"Accept": "application/json"})

    key = uuid4()
    assert send(key, picture()).status_code == 422
    assert send(key, b"<svg/>", consent="on").status_code == 422
    for _time in range(2):
        assert send(key, picture(), consent="on").json()["kept"]
    kept = VisitPhoto.objects.get()
    assert (kept.width, kept.height) == (1600, 800)
    content = opened(kept)
    assert b"CameraMaker" not in content
    assert b"JFIF" not in bytes(kept.sealed)
    shown = client.get(f"/act/visits/photos/{key}.jpg")
    assert (shown.content, shown.headers["Content-Type"]) == (content, "image/jpeg")
    assert signed_in(cast.analyst).get(f"/act/visits/photos/{key}.jpg").status_code == 404
    assert signed_in(cast.outsider).get(f"/act/visits/photos/{key}.jpg").status_code == 404
    assert client.post(f"/act/visits/photos/{key}/drop/").status_code == 302
    assert not VisitPhoto.objects.exists()
    with pytest.raises(VisitRefusedError):
        plain_jpeg(io.BytesIO(picture()[:200]))


def test_a_dissolved_unit_keeps_its_visits_and_a_leaver_their_count(cast: Cast) -> None:
    found = made(cast.top_leader, key="north2-t")
    gone = ("north2", "north2a", "north2b", "north2c", "north2d")
    bring_in(organisation_csv(without=gone), cast.administrator)
    assert signed_in(cast.north_leader).get(f"/act/visits/{found.pk}/").status_code == 200
    assert signed_in(cast.employee).get(f"/act/visits/{found.pk}/").status_code == 404
    sync_visit(visit_id=found.pk, entries=[obstacle()], actor=cast.top_leader, now=now())
    person = leader(cast.top_leader)
    names = {one.name for one in export_everywhere(person=str(person.pk), now=now())}
    assert "visits/visits.json" in names
    erase_everywhere(person=str(person.pk), actor="test", now=now())
    assert "wait for your answer" in signed_in(cast.north_leader).get("/").content.decode()
    kept = Visit.objects.get()
    assert (kept.leader, kept.met) == (None, 3)
    assert not VisitNote.objects.exists()


def test_a_programme_is_one_action_a_unit_once_it_has_a_forecast(cast: Cast) -> None:
    key = uuid4()
    for _time in range(2):
        make_programme(
            programme_id=key, title="An hour", units=[unit("north1-t"), unit("north2-t")], starts_date=today(),
            actor=cast.north_leader, now=now(),
        )  # fmt: skip
    assert forecast_programmes() == ()
    client = signed_in(cast.north_leader)
    assert "An hour" in client.get("/act/visits/programmes/").content.decode()
    given = {
        "key": str(uuid4()), "title": "More", "units": "north1-t\nsouth1-t", "starts_date": today().isoformat(),
        "goal_percent": "60", "score": "", "low": "", "likely": "", "high": "", "due_date": "",
    }  # fmt: skip
    assert client.post("/act/visits/programmes/", given).status_code == 422
    assert client.post("/act/visits/programmes/", {**given, "units": "north1-t"}).status_code == 302
    assert client.post(f"/act/visits/programmes/{key}/end/").status_code == 302
    assert signed_in(cast.outsider).get("/act/visits/programmes/").status_code == 403


def test_photos_and_notes_are_deleted_after_their_days(cast: Cast) -> None:
    found = planned(cast.north_leader)
    note = Entry(uuid4(), "note", "They laugh.", None)
    sync_visit(visit_id=found.pk, entries=[note], actor=cast.north_leader, now=now())
    add_photo(
        photo_id=uuid4(), visit_id=found.pk, content=io.BytesIO(picture()), caption="", has_consent=True,
        actor=cast.north_leader, now=now(),
    )  # fmt: skip
    assert PHOTOS_KEPT.apply(now() - timedelta(days=1), now()) == 0
    later = now() + timedelta(days=1)
    assert (PHOTOS_KEPT.apply(later, later), NOTES_KEPT.apply(later, later)) == (1, 1)
