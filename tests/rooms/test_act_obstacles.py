"""Obstacles: to the service, by the clock, closed by whoever raised it; anonymous ones hold nobody; nothing is lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.rooms.conftest import Cast, bring_in, organisation_csv, signed_in, unit

from headwater.rooms.act.commitments.sources import From
from headwater.rooms.act.logic.receipts import new_code, written
from headwater.rooms.act.models import Obstacle, ObstacleStep
from headwater.rooms.act.obstacles import front_views, views
from headwater.rooms.act.obstacles.clock import run_clock
from headwater.rooms.act.obstacles.posters import make_poster, token_of_poster
from headwater.rooms.act.obstacles.queries import open_obstacles
from headwater.rooms.act.obstacles.repeats import join_repeats, part_repeat
from headwater.rooms.act.obstacles.services import (
    ObstacleRefusedError,
    ObstacleReport,
    answer_obstacle,
    close_after_silence,
    confirm_obstacle,
    hand_over,
    raise_obstacle,
    reply_by_receipt,
)
from headwater.rooms.act.obstacles.slots import CLOSED_KEPT
from headwater.rooms.engage.models import Ask
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.slots import Finding, erase_everywhere, export_everywhere, next_steps_of
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.services import create_account

pytestmark = pytest.mark.django_db
State = Obstacle.State
WHAT = "No lamp at the coupling point"


@pytest.fixture(autouse=True)
def _calm() -> None:
    front_views.TOLD.forget()
    front_views.CODES.forget()


def account(key: str) -> User:
    return create_account(
        email=f"{key}@example.org", name="", person=Person.objects.get(key=key), actor="test", now=timezone.now()
    )


def raised(user: User | None, *, key: str = "", now: datetime | None = None, what: str = WHAT) -> Obstacle:
    """Team 1 of the north is blocked by the south."""
    report = ObstacleReport(what, "Trams are late.", "stops", unit("north1-t"), unit("south-d"))
    on = Obstacle.RaisedOn.LINK
    return raise_obstacle(key=key or str(uuid4()), report=report, raised_on=on, actor=user, now=now or timezone.now())


def answered(found: Obstacle, actor: User, words: str = "A lamp hangs there.") -> Obstacle:
    version = Obstacle.objects.get(pk=found.pk).version
    return answer_obstacle(
        obstacle_id=found.pk, kind="cleared", words=words, version=version, actor=actor, now=timezone.now()
    )


def test_it_goes_to_the_service_and_closes_by_the_word_of_whoever_raised_it(cast: Cast) -> None:
    south = account("south")
    found = raised(cast.employee)
    assert found.owner is not None
    assert (found.owner.key, found.state) == ("south", State.OPEN)
    assert Ask.objects.filter(person__key="south", source__startswith="obstacle:", done_at=None).count() == 1
    with pytest.raises(PermissionDenied):
        answered(found, cast.north_leader)
    answered(found, south)
    assert Ask.objects.get(person__key="south", source__startswith="obstacle:").done_at is not None
    for user in (south, cast.north_leader, cast.experience_lead):
        with pytest.raises(PermissionDenied):
            confirm_obstacle(obstacle_id=found.pk, is_gone=True, words="", actor=user, now=timezone.now())
    with pytest.raises(ObstacleRefusedError):
        confirm_obstacle(obstacle_id=found.pk, is_gone=False, words="", actor=cast.employee, now=timezone.now())
    confirm_obstacle(obstacle_id=found.pk, is_gone=False, words="Still dark.", actor=cast.employee, now=timezone.now())
    assert Obstacle.objects.get().state == State.OPEN
    answered(found, south, "Now it does.")
    client = signed_in(cast.employee)
    for _time in range(2):
        given = {"doing": "word", "gone": "yes", "words": ""}
        assert client.post(f"/act/obstacles/{found.pk}/", given).status_code == 302
    closed = Obstacle.objects.get()
    assert (closed.state, closed.closing) == (State.CLOSED, "confirmed")
    kinds = list(ObstacleStep.objects.order_by("number").values_list("kind", flat=True))
    assert kinds == ["raised", "answered", "not_yet", "answered", "confirmed"]
    assert AuditEntry.objects.filter(subject=str(found.pk)).count() == 5


def test_pages_refuse_outsiders_and_tell_no_names_to_the_service(cast: Cast) -> None:
    found, south = raised(cast.employee), account("south")
    outsider = signed_in(cast.outsider)
    for path in ("", "new/", "matrix/", f"{found.pk}/", f"services/{unit('south-d').pk}/"):
        assert outsider.get(f"/act/obstacles/{path}").status_code in (403, 404)
    assert signed_in(cast.administrator).get(f"/act/obstacles/{found.pk}/").status_code == 404
    assert signed_in(cast.employee).get("/act/obstacles/matrix/").status_code == 403
    name = str(cast.employee.person)
    for user, tells in ((south, False), (cast.experience_lead, True), (cast.employee, True)):
        page = signed_in(user).get(f"/act/obstacles/{found.pk}/").content.decode()
        assert WHAT in page
        assert (name in page) is tells
    own = signed_in(south).get(f"/act/obstacles/services/{unit('south-d').pk}/").content.decode()
    assert WHAT in own
    assert name not in own
    matrix = signed_in(cast.analyst).get("/act/obstacles/matrix/").content.decode()
    assert "South" in matrix
    assert 'data-label="Team north1"' in matrix
    assert signed_in(cast.north_leader).get("/act/obstacles/").status_code == 200


def test_the_forms_work_without_script_and_once(cast: Cast) -> None:
    client, key = signed_in(cast.employee), str(uuid4())
    given = {"key": key, "what": WHAT, "unit": "north1-t", "service": "Nobody", "severity": "stops", "to_customers": ""}
    assert client.post("/act/obstacles/new/", given).status_code == 422
    for _time in range(2):
        assert client.post("/act/obstacles/new/", {**given, "service": "South"}).status_code == 302
    found = Obstacle.objects.get()
    client = signed_in(account("south"))
    assert "1" in client.get("/act/obstacles/").content.decode()
    stale = {"doing": "answer", "version": "1", "kind": "cleared", "words": "Done."}
    assert client.post(f"/act/obstacles/{found.pk}/", stale).status_code == 302
    other = client.post(f"/act/obstacles/{found.pk}/", {**stale, "words": "Not done."})
    assert other.status_code == 422
    assert "Not done." in other.content.decode()
    assert Obstacle.objects.get().answer == "Done."


def test_an_anonymous_one_keeps_nobody_and_no_minute(cast: Cast) -> None:
    at = timezone.now().replace(minute=42, second=17)
    code = new_code()
    found = raised(None, key=code, now=at)
    assert raised(None, key=written(code).lower(), now=at).pk == found.pk
    assert (found.raised_by, found.is_anonymous, found.raised_at.minute) == (None, True, 0)
    assert not AuditEntry.objects.filter(subject=str(found.pk)).exists()
    assert not Job.objects.filter(name="send_mail").exists()
    run_clock(now=found.raised_at + timedelta(minutes=61))
    run_clock(now=found.raised_at + timedelta(minutes=62))
    entry = AuditEntry.objects.get(subject=str(found.pk))
    assert (entry.actor, entry.at) == ("", found.raised_at)
    assert code not in Obstacle.objects.get().receipt
    with pytest.raises(ObstacleRefusedError):
        raised(None, key="SHORT")


def test_its_word_counts_from_a_fixed_hour_on(cast: Cast) -> None:
    code, south = new_code(), account("south")
    found = raised(None, key=code)
    with pytest.raises(ObstacleRefusedError):
        reply_by_receipt(code=code, is_gone=True, words="", now=timezone.now())
    answered(found, south)
    assert reply_by_receipt(code=new_code(), is_gone=True, words="", now=timezone.now()) is None
    for _time in range(2):
        reply_by_receipt(code=code, is_gone=False, words="Still dark.", now=timezone.now())
    waiting = Obstacle.objects.get()
    assert (waiting.state, waiting.reply) == (State.ANSWERED, "not_yet")
    assert waiting.reply_from is not None
    assert "Still dark." not in signed_in(south).get(f"/act/obstacles/{found.pk}/").content.decode()
    run_clock(now=waiting.reply_from - timedelta(minutes=1))
    assert Obstacle.objects.get().state == State.ANSWERED
    for _time in range(2):
        run_clock(now=waiting.reply_from + timedelta(minutes=1))
    assert Obstacle.objects.get().state == State.OPEN
    step = ObstacleStep.objects.get(kind="not_yet")
    assert (step.by, step.at) == (None, waiting.reply_from)


def test_a_poster_takes_it_without_a_cookie_and_a_receipt_follows_it(cast: Cast) -> None:
    poster = make_poster(unit=unit("north1-t"), is_new=False, actor=cast.north_leader, now=timezone.now())
    client, path = Client(enforce_csrf_checks=True), f"/o/{token_of_poster(poster)}/"
    page = client.get(path).content.decode()
    code = re.search(r'name="code" value="(\w+)"', page)
    assert code is not None
    given = {"code": code[1], "what": WHAT, "service": "South", "to_customers": "", "severity": "stops"}
    assert client.post(path, {**given, "what": " "}).status_code == 422
    for _time in range(2):
        sent = client.post(path, given)
        assert written(code[1]) in sent.content.decode()
    assert not client.cookies
    found = Obstacle.objects.get()
    assert (found.raised_on, found.from_unit, found.serving_unit) == ("qr", unit("north1-t"), unit("south-d"))
    assert client.post("/o/follow", {"code": new_code()}).status_code == 422
    assert WHAT in client.post("/o/follow", {"code": written(code[1]).lower()}).content.decode()
    signed = signed_in(cast.employee)
    signed.post(path, {**given, "code": new_code()})
    assert not Obstacle.objects.exclude(raised_by=None).exists()
    make_poster(unit=unit("north1-t"), is_new=True, actor=cast.north_leader, now=timezone.now())
    assert client.get(path).status_code == 404
    leader, south = signed_in(cast.north_leader), f"/act/obstacles/posters/{unit('south1-t').pk}/"
    assert leader.get(south).status_code == leader.post(south).status_code == 403
    north = f"/act/obstacles/posters/{unit('north2-t').pk}/"
    assert "/o/" not in leader.get(north).content.decode()
    assert leader.post(north).status_code == 302
    assert "/o/" in leader.get(north).content.decode()
    with pytest.raises(PermissionDenied):
        make_poster(unit=unit("south1-t"), is_new=False, actor=cast.north_leader, now=timezone.now())


def test_forged_receipts_are_refused_before_long(cast: Cast) -> None:
    client = Client()
    answers = [client.post("/o/follow", {"code": new_code()}).status_code for _time in range(40)]
    assert answers[:30] == [422] * 30
    assert answers[-1] == 429
    answers = [client.post("/o/", {"what": "x"}).status_code for _time in range(25)]
    assert answers[-1] == 429


def test_the_clock_takes_it_up_once_a_time_and_the_top_may_close_a_silence(cast: Cast) -> None:
    south = account("south")
    found = raised(cast.employee, now=timezone.now() - timedelta(days=5))
    for _time in range(2):
        run_clock(now=timezone.now())
    up = Obstacle.objects.select_related("owner").get()
    assert up.owner == cast.top_leader.person
    assert (up.level, ObstacleStep.objects.filter(kind="escalated").count()) == (1, 1)
    page = signed_in(cast.top_leader).get("/").content.decode()
    assert "came up to you" in page
    answered(found, south)
    with pytest.raises(ObstacleRefusedError):
        close_after_silence(obstacle_id=found.pk, words="Quiet.", actor=cast.top_leader, now=timezone.now())
    run_clock(now=timezone.now() + timedelta(days=30))
    with pytest.raises(PermissionDenied):
        close_after_silence(obstacle_id=found.pk, words="Quiet.", actor=south, now=timezone.now())
    for _time in range(2):
        close_after_silence(obstacle_id=found.pk, words="Quiet.", actor=cast.top_leader, now=timezone.now())
    assert Obstacle.objects.get().closing == "upwards"


def test_it_is_handed_to_another_service_and_nothing_hangs_on_a_leaver_or_a_dissolved_unit(cast: Cast) -> None:
    south = account("south")
    found = raised(cast.employee)
    given: dict[str, Any] = {
        "unit": unit("north2-t"),
        "person": None,
        "why": "It is their lamp.",
        "version": found.version,
    }
    with pytest.raises(PermissionDenied):
        hand_over(obstacle_id=found.pk, **given, actor=cast.employee, now=timezone.now())
    moved = hand_over(obstacle_id=found.pk, **given, actor=south, now=timezone.now())
    assert moved.owner is not None
    assert moved.owner.key == "north2"
    gone = ("north2", "north2a", "north2b", "north2c", "north2d")
    bring_in(organisation_csv(without=gone), cast.administrator)
    run_clock(now=timezone.now())
    kept = Obstacle.objects.select_related("owner", "serving_unit").get()
    assert kept.serving_unit is not None
    assert not kept.serving_unit.is_open
    assert kept.owner is not None
    assert kept.owner.is_active
    assert [one.pk for one in open_obstacles(unit=unit("north-d"))] == [found.pk]
    assert WHAT in signed_in(cast.north_leader).get("/act/obstacles/").content.decode()


def test_repeats_are_suggested_joined_by_a_person_and_parted(cast: Cast) -> None:
    first = raised(cast.employee, what="Ramp keys are shared by two crews and arrive late")
    second = raised(cast.north_leader, what="Ramp keys arrive late again")
    third = raised(cast.north_leader, what="The printer stands still")
    client = signed_in(cast.experience_lead)
    path = f"/act/obstacles/services/{unit('south-d').pk}/"
    assert "Perhaps the same matter" in client.get(path).content.decode()
    with pytest.raises(PermissionDenied):
        join_repeats(first=first.pk, second=second.pk, title="Keys", actor=cast.employee, now=timezone.now())
    for _time in range(2):
        given = {"first": str(first.pk), "second": str(second.pk), "title": "Ramp keys"}
        assert client.post(path, given).status_code == 302
    join_repeats(first=second.pk, second=third.pk, title="", actor=cast.experience_lead, now=timezone.now())
    assert len(set(Obstacle.objects.values_list("group", flat=True))) == 1
    assert "Ramp keys: 3" in client.get("/act/obstacles/matrix/").content.decode()
    part_repeat(obstacle_id=third.pk, actor=cast.experience_lead, now=timezone.now())
    assert Obstacle.objects.get(pk=third.pk).group is None


def test_erasing_takes_names_away_and_a_copy_holds_them(cast: Cast) -> None:
    found = raised(cast.employee)
    person = cast.employee.person
    assert person is not None
    files = {one.name for one in export_everywhere(person=str(person.pk), now=timezone.now())}
    assert "obstacles/obstacles.json" in files
    erase_everywhere(person=str(person.pk), actor="test", now=timezone.now())
    kept = Obstacle.objects.get(pk=found.pk)
    assert (kept.raised_by, kept.what) == (None, WHAT)
    assert not ObstacleStep.objects.exclude(by=None).exists()


def test_home_asks_a_fixed_number_of_questions_however_many_stand(cast: Cast) -> None:
    def questions(user: User, path: str) -> int:
        client = signed_in(user)
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    south = account("south")
    for _time in range(2):
        answered(raised(cast.employee), south)
    paths = ("/", "/act/obstacles/", "/act/obstacles/matrix/")
    few = [questions(cast.top_leader, path) for path in paths]
    for _time in range(12):
        answered(raised(cast.employee), south)
        raised(cast.employee)
    assert [questions(cast.top_leader, path) for path in paths] == few


def test_a_theme_of_released_comments_is_cited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def known(*, finding: Finding, language: str) -> From | None:
        return From("theme", "s/w/tools", "Tools", unit(finding.unit)) if finding.score == "theme:tools" else None

    monkeypatch.setattr(views, "theme_of", known)
    client = signed_in(cast.analyst)
    request = client.get("/act/obstacles/").wsgi_request
    every = next_steps_of(request, Finding("s", "w", "north1-t", "theme:tools"))
    steps = [one for one in every if "obstacle" in one.href]
    assert len(steps) == 1
    assert "Tools" in client.get(steps[0].href).content.decode()
    given = {"key": str(uuid4()), "what": WHAT, "unit": "north1-t", "service": "South", "severity": "slows"}
    assert client.post(steps[0].href, given).status_code == 302
    found = Obstacle.objects.get()
    assert (found.raised_on, found.theme, found.theme_words) == ("comment", "tools", "Tools")
    forged = steps[0].href.replace("tools", "other")
    assert client.post(forged, {**given, "key": str(uuid4())}).status_code == 302
    employee = signed_in(cast.employee).get(steps[0].href)
    assert "Tools" not in employee.content.decode()
    assert Obstacle.objects.filter(raised_on="comment").count() == 1


def test_the_clock_is_set_by_who_looks_after_it_and_old_words_are_forgotten(cast: Cast) -> None:
    lead, days = signed_in(cast.experience_lead), {"stops": "1", "slows": "5", "nuisance": "9", "confirm": "4"}
    assert lead.post("/act/obstacles/matrix/", {**days, "stops": "0"}).status_code == 422
    assert lead.post("/act/obstacles/matrix/", days).status_code == 302
    assert signed_in(cast.top_leader).post("/act/obstacles/matrix/", days).status_code == 403
    found, south = raised(cast.employee), account("south")
    assert found.due_date == found.raised_date + timedelta(days=1)
    answered(found, south)
    confirm_obstacle(obstacle_id=found.pk, is_gone=True, words="Thanks.", actor=cast.employee, now=timezone.now())
    later = timezone.now() + timedelta(days=1)
    assert CLOSED_KEPT.apply(later, later) == 1
    assert CLOSED_KEPT.apply(later, later) == 0
    kept = Obstacle.objects.get()
    assert (kept.what, kept.raised_by, kept.state) == ("–", None, State.CLOSED)
    assert not ObstacleStep.objects.exclude(words="").exists()
