"""A leader who tries to find an anonymous reporter: in tables, logs, times, orders, addresses and codes."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.incident_cast import WHAT, forget_haste, page_of, reported, sent

from headwater.rooms.act.incidents import notices, respond_views
from headwater.rooms.act.incidents.trail import keep_trail
from headwater.rooms.act.logic.receipts import new_code, written
from headwater.rooms.act.models import Incident, IncidentDuty, IncidentMessage, IncidentNotice
from headwater.rooms.house import audit
from headwater.rooms.house.models import AuditEntry, Count, Job

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 14, 37, 22, 123456, tzinfo=UTC)
HOUR = datetime(2026, 3, 2, 14, tzinfo=UTC)
ADDRESS, DEVICE = "203.0.113.77", "LeakyPhone/1.0"
LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


@pytest.fixture(autouse=True)
def _quiet() -> None:
    forget_haste()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment that the server takes for now; a test moves it."""
    held = [AT]
    monkeypatch.setattr("django.utils.timezone.now", lambda: held[0])
    return held


def everything() -> set[tuple[str, ...]]:
    """Every row of every table, as somebody with the database file reads it."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                plain = (bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value) for value in row)
                found.add((table, *plain))
    return found


def test_nothing_that_is_kept_leads_to_who_reported(
    cast: Cast, clock: list[datetime], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    phone, code = signed_in(cast.employee), new_code()
    phone.get("/")
    session = phone.cookies["sessionid" if "sessionid" in phone.cookies else "session"].value
    before = everything()
    caplog.clear()
    for _time in range(2):
        response = phone.post(
            "/i/",
            {"code": code, "kind": "near_miss", "what": WHAT, "day": "2026-03-02", "clock": "14:36", "place": "",
             "injured": "", "who": "anonymous", "name": "Per north1a", "contact": "per@example.org"},
            REMOTE_ADDR=ADDRESS, headers={"User-Agent": DEVICE, "Accept-Language": "en-GB"},
        )  # fmt: skip
        assert response.status_code == 200
    assert not response.cookies
    assert written(code) in response.content.decode()
    assert phone.get("/i/NOSUCH/", REMOTE_ADDR=ADDRESS).status_code == 200
    assert phone.get("/i/no/such/page", REMOTE_ADDR=ADDRESS).status_code == 404
    with LOCMEM:
        notices.watch(now=AT + timedelta(seconds=31))
    kept = everything() - before
    assert {row[0] for row in kept} == {"act_incident", "act_incidentduty", "act_incidentnotice"}
    person = cast.employee.person
    assert person is not None
    secrets = (
        ADDRESS, DEVICE, code, written(code), session, cast.employee.email, cast.employee.pk.hex, str(cast.employee.pk),
        person.pk.hex, str(person.pk), "Per north1a", "per@example.org", "en-GB",
    )  # fmt: skip
    for row in kept:
        told = "\n".join(row)
        for secret in secrets:
            assert secret not in told
        for minute in re.findall(r"\d{4}-\d\d-\d\d \d\d:(\d\d:\d\d)", told):
            assert minute == "00:00", row
    assert "\n".join(caplog.messages).count(code) == 0
    assert ADDRESS not in caplog.text
    assert "/i/" not in caplog.text
    assert not Count.objects.exists()
    assert not Job.objects.exists()
    found = Incident.objects.get()
    assert (found.reported_at, found.happened_at) == (HOUR, HOUR)


def test_the_database_does_not_remember_the_order_of_reports(cast: Cast) -> None:
    now = datetime.now(tz=UTC)
    for place in range(8):
        reported(cast.employee if place % 2 else None, is_anonymous=place % 2 == 0, now=now)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in ("act_incident", "act_incidentduty", "act_incidentnotice"):
                cursor.execute(f"SELECT rowid FROM {table}")
                numbers = [row[0] for row in cursor.fetchall()]
                assert min(numbers) > 10_000
                assert len(numbers) >= 8
            return
        where = "SELECT id, ctid::text FROM act_incident WHERE is_anonymous"
        cursor.execute(where)
        before = dict(cursor.fetchall())
        keep_trail(now=now + timedelta(hours=2))
        cursor.execute(where)
        after = dict(cursor.fetchall())
    assert before.keys() == after.keys()
    assert all(after[key] != before[key] for key in before), "each row was written again"


def test_the_trail_is_written_when_the_hour_is_over_and_holds_the_hour(cast: Cast, clock: list[datetime]) -> None:
    sent(Client(), day="2026-03-02")
    before = AuditEntry.objects.count()
    keep_trail(now=AT + timedelta(minutes=22))
    assert AuditEntry.objects.count() == before
    for _time in range(2):
        keep_trail(now=HOUR + timedelta(hours=1))
    entry = AuditEntry.objects.get(action="incident.reported")
    assert (entry.at, entry.actor) == (HOUR, "anonymous")
    assert audit.read_payload(entry) == {"incident": str(Incident.objects.get().pk), "kind": "near_miss"}
    assert audit.verify().is_whole


def test_a_leader_sees_no_name_and_is_not_called_late_for_the_hour(cast: Cast, clock: list[datetime]) -> None:
    sent(Client(), day="2026-03-02", name="Per")
    found = Incident.objects.get()
    clock[0] = AT + timedelta(minutes=59)
    page = signed_in(cast.top_leader).get(page_of(found)).content.decode()
    assert "somebody who stays unknown" in page
    assert "between 14:00 and 15:00" in page
    assert "14:37" not in page
    know = IncidentDuty.objects.get(key="know")
    assert know.due_at is not None
    assert know.kept_at == clock[0] <= know.due_at


def test_questions_and_answers_keep_to_the_hours(cast: Cast, clock: list[datetime]) -> None:
    phone, code = Client(), new_code()
    sent(phone, code=code, day="2026-03-02")
    found = Incident.objects.get()
    officer = signed_in(cast.safety_officer)
    asked = {"doing": "ask", "ask-text": "Which gate?", "key": "k"}
    trap = {**asked, "ask-text": "Is it this one? https://gate.example/7f3"}
    assert officer.post(page_of(found), trap).status_code == 422
    assert officer.post(page_of(found), asked).status_code == 302
    assert "Which gate?" not in _followed(phone, code)
    clock[0] = datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert "Which gate?" in _followed(phone, code)
    clock[0] = datetime(2026, 3, 2, 18, 12, 5, tzinfo=UTC)
    for _time in range(2):
        said = phone.post("/i/follow", {"code": written(code), "doing": "answer", "text": "Number 3.", "key": "a"})
        assert said.status_code == 200
    answer = IncidentMessage.objects.get(by=None)
    assert answer.at == datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert "Number 3." not in officer.get(page_of(found)).content.decode()
    keep_trail(now=clock[0])
    assert not AuditEntry.objects.filter(action="incident.answered").exists()
    clock[0] = datetime(2026, 3, 2, 19, tzinfo=UTC)
    keep_trail(now=clock[0])
    assert "Number 3." in officer.get(page_of(found)).content.decode()
    assert AuditEntry.objects.get(action="incident.answered").actor == "anonymous"


def test_the_reporter_can_say_for_the_injured_person(cast: Cast, clock: list[datetime]) -> None:
    phone, code = Client(), new_code()
    sent(phone, code=code, kind="injury", day="2026-03-02")
    assert "Does the injured person want" in _followed(phone, code)
    said = phone.post("/i/follow", {"code": code, "doing": "meeting", "answer": "yes"})
    assert said.status_code == 200
    assert Incident.objects.get().meeting == ""
    assert phone.post("/i/follow", {"code": code, "doing": "meeting", "answer": "always"}).status_code == 422
    keep_trail(now=HOUR + timedelta(hours=1))
    found = Incident.objects.get()
    assert (found.meeting, found.meeting_at) == ("yes", HOUR)
    assert IncidentDuty.objects.get(key="meet").due_at == datetime(2026, 3, 6, tzinfo=UTC)


def test_forged_codes_are_refused_alike_and_slowed_down_and_a_right_one_always_opens(cast: Cast) -> None:
    phone, code = Client(), new_code()
    sent(phone, code=code)
    bodies = set()
    for wrong in (new_code(), code[:-1], "", "x' OR 1=1 --", "é" * 30):
        response = phone.post("/i/follow", {"code": wrong})
        assert response.status_code == 404
        bodies.add(re.sub(r'value="[^"]*"', "", response.content.decode()))
    assert len(bodies) == 1
    refused = [phone.post("/i/follow", {"code": new_code()}).status_code for _time in range(30)]
    assert refused[-1] == 429
    assert phone.post("/i/follow", {"code": code}).status_code == 200
    assert Client().post("/i/follow", {"code": new_code()}, REMOTE_ADDR="198.51.100.4").status_code == 404
    assert phone.get(f"/i/follow?code={code}").status_code == 200
    assert WHAT not in phone.get(f"/i/follow?code={code}").content.decode()
    assert len(respond_views.GUESSES._left) == 2


def test_a_second_sync_changes_nothing_and_a_flood_is_stopped(cast: Cast) -> None:
    phone, code = Client(), new_code()
    for _time in range(3):
        assert sent(phone, code=code).status_code == 200
    assert Incident.objects.count() == 1
    assert IncidentNotice.objects.count() == 1
    assert sent(phone, code="not a code").status_code == 200
    assert Incident.objects.count() == 2
    answers = [sent(phone).status_code for _time in range(60)]
    assert answers[-1] == 429
    assert Incident.objects.count() < 60


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": ""}, "Please choose one."),
        ({"what": ""}, "Please say in a few words what happened."),
        ({"what": "x" * 2001}, "Please say it in at most 2,000 characters."),
        ({"day": ""}, "Please say on which day."),
        ({"day": "2999-01-01"}, "This day cannot be."),
        ({"clock": "25:99"}, "Write a time such as 14:30"),
        ({"who": "named"}, "Please write your name, or choose to stay unknown."),
        ({"what": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(cast: Cast, changed: dict[str, str], said: str) -> None:
    response = sent(Client(), place="Gate 3", **changed)
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "Gate 3" in page
    assert not Incident.objects.exists()


def test_a_report_that_is_lost_says_so_and_leaves_no_trace(
    cast: Cast, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_values: object) -> None:
        raise OperationalError(WHAT)

    monkeypatch.setattr(respond_views, "report_incident", fail)
    response = sent(Client())
    assert response.status_code == 503
    assert "Your report is NOT stored" in response.content.decode()
    assert WHAT not in caplog.text
    assert "/i/" not in caplog.text
    flood = {"what": "x" * (3 << 20)}
    assert sent(Client(), **flood).status_code == 400


def test_the_form_works_without_script_in_three_languages_and_names_whoever_wants(cast: Cast) -> None:
    page = Client().get("/i/").content.decode()
    assert '<form method="post"' in page
    assert "csrf" not in page
    assert 'dir="rtl"' in Client().get("/i/?lang=ar").content.decode()
    assert '<html lang="es"' in Client(headers={"Accept-Language": "es-MX"}).get("/i/").content.decode()
    worker = Client().get("/i/worker.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert Client().delete("/i/").status_code == 405
    assert sent(Client(), who="named", name="Robin", contact="ext. 12").status_code == 200
    found = Incident.objects.get()
    assert (found.reporter_name, found.reporter_contact, found.is_anonymous) == ("Robin", "ext. 12", False)
    assert "as written, not checked" in signed_in(cast.top_leader).get(page_of(found)).content.decode()


def _followed(phone: Client, code: str) -> str:
    return phone.post("/i/follow", {"code": code}).content.decode()
