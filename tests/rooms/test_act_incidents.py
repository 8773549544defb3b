"""Incidents: straight to the top leader, with duties that have dates, and an end that two people cannot both make."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv, signed_in, unit
from tests.rooms.incident_cast import WHAT, everything_kept, forget_haste, page_of, reported, sent
from tests.rooms.test_house_mail import report as returned

from headwater.rooms.act.incidents import duties, notices
from headwater.rooms.act.incidents.refusals import IncidentChangedError, IncidentRefusedError
from headwater.rooms.act.models import Commitment, Incident, IncidentDuty, IncidentNotice, IncidentOpening, Visit
from headwater.rooms.house import audit
from headwater.rooms.house.bounces import Bounce, bounce_address
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.slots import erase_everywhere, export_everywhere
from headwater.rooms.listen.reminding import take_bounces
from headwater.rooms.people.models import Person
from headwater.rooms.people.services import appoint_deputy

pytestmark = pytest.mark.django_db
LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
Reason = IncidentNotice.Reason


@pytest.fixture(autouse=True)
def _quiet() -> None:
    forget_haste()


def test_it_reaches_the_top_leader_at_once_and_the_page_proves_it_was_opened(cast: Cast) -> None:
    client = signed_in(cast.employee)
    given = {"code": "0" * 25, "kind": "injury", "what": WHAT, "unit": "north1-t", "place": "Gate 3",
             "day": timezone.localdate().isoformat(), "clock": "", "is_me": "on", "injured": ""}  # fmt: skip
    assert client.post("/act/incidents/new/", {**given, "what": ""}).status_code == 422
    for _time in range(2):
        assert client.post("/act/incidents/new/", given).status_code == 302
    found = Incident.objects.get()
    assert found.injured == found.reporter == cast.employee.person
    top = signed_in(cast.top_leader)
    assert "An injury: Team north1, Gate 3" in top.get("/").content.decode()
    with LOCMEM:
        notices.watch(now=timezone.now())
        notices.watch(now=timezone.now())
    first = [one for one in mail.outbox if one.to == [cast.top_leader.email]]
    assert len(first) == 1
    assert WHAT not in str(first[0].body)
    assert page_of(found) in str(first[0].body)

    assert signed_in(cast.safety_officer).get(page_of(found)).status_code == 200
    assert top.head(page_of(found)).status_code == 200
    assert top.get(page_of(found), headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert Incident.objects.get().opened_at is None
    seen = top.get(page_of(found)).content.decode()
    assert WHAT in seen
    found.refresh_from_db()
    assert found.opened_by == cast.top_leader
    know = IncidentDuty.objects.get(incident=found, key="know")
    assert know.kept_at == found.opened_at
    again = found.opened_at
    top.get(page_of(found))
    assert Incident.objects.get().opened_at == again
    assert IncidentOpening.objects.count() == 2


def test_who_sees_what(cast: Cast) -> None:
    south = reported(cast.experience_lead, unit=unit("south1-t"))
    path = page_of(south)
    for user in (cast.top_leader, cast.safety_officer):
        assert WHAT in signed_in(user).get(path).content.decode()
    for user in (
        cast.north_leader,
        cast.employee,
        cast.administrator,
        cast.analyst,
        cast.privacy_officer,
        cast.outsider,
    ):
        status = signed_in(user).get(path).status_code
        assert status == (403 if user == cast.outsider else 404), user
    assert Client().get(path).status_code == 302
    for address in ("/act/incidents/", "/act/incidents/new/", "/act/incidents/told/", "/act/incidents/posters/"):
        assert signed_in(cast.outsider).get(address).status_code == 403
    assert signed_in(cast.employee).get("/act/incidents/posters/").status_code == 403
    north = reported(cast.employee)
    leader = signed_in(cast.north_leader)
    assert WHAT in leader.get(page_of(north)).content.decode()
    assert str(south.pk) not in leader.get("/act/incidents/").content.decode()
    assert leader.post(page_of(north), {"doing": "keep_fix", "fix-words": "Done."}).status_code == 403
    assert IncidentOpening.objects.filter(by=cast.north_leader).exists()
    assert Incident.objects.get(pk=north.pk).opened_at is None


def test_the_injured_person_sees_the_duties_and_is_asked_never_pressed(cast: Cast) -> None:
    person = cast.employee.person
    found = reported(cast.analyst, injured=person)
    hurt, path = signed_in(cast.employee), page_of(found)
    assert "Would you like the top leader to visit you?" in hurt.get("/").content.decode()
    seen = hurt.get(path).content.decode()
    assert WHAT not in seen
    assert "Analyst" not in seen
    top = signed_in(cast.top_leader)
    top.get(path)
    keep = {"doing": "keep_meet", "meet-words": "They want the gate changed."}
    assert "have not said yes" in top.post(path, {**keep, "version": str(_version(found))}).content.decode()
    assert hurt.post(path, {"doing": "meeting", "answer": "not_yet"}).status_code == 302
    meeting = IncidentDuty.objects.filter(incident=found, key="meet")
    assert meeting.filter(due_at=None, excused_at=None).exists()
    assert "Would you like" not in hurt.get("/").content.decode()
    hurt.post(path, {"doing": "meeting", "answer": "yes"})
    assert meeting.filter(due_at__isnull=False).exists()
    hurt.post(path, {"doing": "meeting", "answer": "no"})
    assert meeting.filter(due_at=None, excused_at__isnull=False).exists()
    assert "They do not want to be met." in top.get(path).content.decode()
    assert top.post(path, {"doing": "meeting", "answer": "yes"}).status_code == 403


def test_whoever_has_no_account_is_asked_through_the_report(cast: Cast) -> None:
    code, now = "1" * 25, timezone.now()
    found = reported(cast.analyst, injured=Person.objects.get(key="north1b"), code=code)
    assert "Does the injured person want" in Client().post("/i/follow", {"code": code}).content.decode()
    Client().post("/i/follow", {"code": code, "doing": "meeting", "answer": "no"})
    assert IncidentDuty.objects.get(incident=found, key="meet").excused_at is not None
    with pytest.raises(IncidentRefusedError):
        duties.keep_duty(
            incident_id=found.pk, key="meet", words="x", who=None, version=_version(found), actor=cast.top_leader,
            now=now,
        )  # fmt: skip
    Client().post("/i/follow", {"code": code, "doing": "meeting", "answer": "yes"})
    duties.keep_duty(
        incident_id=found.pk, key="meet", words="x", who=None, version=_version(found), actor=cast.top_leader, now=now
    )
    assert IncidentDuty.objects.get(incident=found, key="meet").kept_at == now


def test_buttons_that_are_not_there_do_nothing(cast: Cast) -> None:
    found = reported(cast.employee, kind="threat")
    top, path = signed_in(cast.top_leader), page_of(found)
    top.get(path)
    for doing in ("", "keep", "keep_tell", "keep_know", "excuse_nothing", "open", "tell_all"):
        assert top.post(path, {"doing": doing, "version": "1"}).status_code == 403, doing
    soon = (timezone.localdate() + timedelta(days=3)).isoformat()
    visit = {"doing": "visit", "visit-day": soon, "visit-task": "x", "visit-unit": "north1-t"}
    assert top.post(path, visit).status_code == 422
    assert top.post(path, {"doing": "keep_repeat", "repeat-words": "x"}).status_code == 422
    assert top.post(path, {"doing": "close", "version": "x" * 50}).status_code == 302
    assert not Visit.objects.exists()
    assert Incident.objects.get().state == Incident.State.OPEN


def test_every_duty_is_kept_then_it_closes(cast: Cast) -> None:
    found = reported(cast.employee)
    top, path = signed_in(cast.top_leader), page_of(found)
    top.get(path)
    soon = (timezone.localdate() + timedelta(days=3)).isoformat()

    def does(doing: str, **values: str) -> int:
        return top.post(path, {"doing": doing, "version": str(_version(found)), **values}).status_code

    assert does("visit", **{"visit-day": soon, "visit-task": "Load for an hour", "visit-unit": "north1-t"}) == 302
    assert Visit.objects.get().incident_id == found.pk
    promise = {"promise-sentence": "A stop edge on all gates.", "promise-owner": "north", "promise-first_step": "Order",
               "promise-first_step_date": soon, "promise-due_date": soon}  # fmt: skip
    for _time in range(2):
        assert does("promise", **promise) == 302
    assert Commitment.objects.get().source_id == str(found.pk)
    assert does("keep_meet", **{"meet-words": "They had reported it in spring."}) == 302
    assert does("keep_repeat", **{"repeat-words": "From the cab the gate cannot be seen."}) == 302
    assert does("keep_fix", **{"fix-words": "Stop edges fitted.", "fix-who": "north"}) == 302
    assert does("tell", **{"tell-words": "Per north1a was hurt; gates changed."}) == 422
    assert does("tell", **{"tell-words": "A hand was caught. All gates now stop by themselves."}) == 302
    assert "All gates now stop" in signed_in(cast.analyst).get("/act/incidents/told/").content.decode()
    assert Job.objects.filter(name="tell_unit_of_incident").count() == 1
    assert top.get("/act/incidents/").content.decode().count("done in time") == 5
    assert does("close") == 302
    found.refresh_from_db()
    assert found.state == Incident.State.CLOSED
    done = list(AuditEntry.objects.filter(subject=str(found.pk)).order_by("sequence").values_list("action", flat=True))
    assert done == [
        "incident.reported", "incident.opened", "incident.known", "incident.visit_linked",
        "incident.commitment_linked", "incident.duty_kept", "incident.duty_kept", "incident.duty_kept",
        "incident.told", "incident.closed",
    ]  # fmt: skip
    assert audit.verify().is_whole


def test_of_two_people_who_close_it_one_does_and_the_other_is_told(cast: Cast) -> None:
    found = reported(cast.employee)
    everything_kept(cast, found)
    version, now = _version(found), timezone.now()
    for _time in range(2):
        duties.close_incident(incident_id=found.pk, version=version, actor=cast.top_leader, now=now)
    with pytest.raises(IncidentChangedError):
        duties.close_incident(incident_id=found.pk, version=version, actor=cast.safety_officer, now=now)
    told = signed_in(cast.safety_officer).post(page_of(found), {"doing": "close", "version": str(version)}, follow=True)
    assert "Somebody else closed it" in told.content.decode()
    assert Incident.objects.get().closed_by == cast.top_leader
    assert AuditEntry.objects.filter(action="incident.closed").count() == 1


def test_a_stale_page_changes_nothing_and_owed_things_keep_it_open(cast: Cast) -> None:
    found, now = reported(cast.employee), timezone.now()
    stale = _version(found)
    duties.excuse_duty(incident_id=found.pk, key="fix", excuse="x", version=stale, actor=cast.safety_officer, now=now)
    with pytest.raises(IncidentChangedError):
        duties.excuse_duty(
            incident_id=found.pk, key="repeat", excuse="y", version=stale, actor=cast.top_leader, now=now
        )
    version = _version(found)
    with pytest.raises(IncidentRefusedError):
        duties.close_incident(incident_id=found.pk, version=version, actor=cast.top_leader, now=now)
    with pytest.raises(IncidentRefusedError):
        duties.excuse_duty(
            incident_id=found.pk, key="know", excuse="y", version=version, actor=cast.safety_officer, now=now
        )
    assert Incident.objects.get().state == Incident.State.OPEN


def test_unopened_after_an_hour_and_mail_that_came_back_go_to_who_stands_in(cast: Cast) -> None:
    now = timezone.now()
    deputy = Person.objects.get(key="north")
    appoint_deputy(
        unit=unit("all"), person=deputy, from_date=timezone.localdate(now), until_date=None, actor=cast.administrator,
        now=now,
    )  # fmt: skip
    found = reported(cast.employee, now=now)
    assert notices.escalate_unopened(now=now + timedelta(minutes=59)) == 0
    for _time in range(2):
        notices.escalate_unopened(now=now + timedelta(minutes=60))
    told = IncidentNotice.objects.filter(reason=Reason.UNOPENED).values_list("address", flat=True)
    assert sorted(map(str, told)) == [cast.north_leader.email, cast.safety_officer.email]
    first = IncidentNotice.objects.get(incident=found, reason=Reason.REPORTED)
    for _time in range(2):
        assert notices.take_bounce(Bounce(first.token, "5.1.1"), now)
    assert IncidentNotice.objects.filter(reason=Reason.NO_MAIL).count() == 2
    assert not notices.take_bounce(Bounce("n" + "0" * 30, "5.1.1"), now)
    with LOCMEM:
        notices.send_waiting(now=now + timedelta(minutes=61))
    assert "not opened yet" in " ".join(str(one.subject) for one in mail.outbox)
    assert signed_in(cast.north_leader).get(page_of(found)).status_code == 200
    assert Incident.objects.get().opened_at is None, "a deputy does not open it for the top leader"


def test_a_returned_message_is_read_by_the_command_that_reads_all(cast: Cast) -> None:
    reported(cast.employee)
    notice = IncidentNotice.objects.get(reason=Reason.REPORTED)
    message = returned(bounce_address(notice.token))
    assert take_bounces(messages=[message, message], now=timezone.now()) == {"bounced": 2, "passing": 0, "other": 0}
    assert IncidentNotice.objects.filter(reason=Reason.NO_MAIL, address=cast.safety_officer.email).count() == 1


def test_a_refused_address_is_no_reason_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    reported(cast.employee, is_anonymous=True)
    real = mail.EmailMultiAlternatives.send

    def send(self: mail.EmailMultiAlternatives, fail_silently: bool = False) -> int:
        if self.to == [cast.top_leader.email]:
            raise SMTPRecipientsRefused({self.to[0]: (550, b"no such user")})
        return real(self, fail_silently)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", send)
    now = timezone.now()
    with LOCMEM:
        for _time in range(2):
            notices.watch(now=now)
    assert [one.to for one in mail.outbox] == [[cast.safety_officer.email]]
    assert IncidentNotice.objects.get(reason=Reason.REPORTED).is_given_up


def test_where_mail_cannot_go_it_is_tried_again_and_who_stands_in_is_told(cast: Cast) -> None:
    now = timezone.now()
    reported(cast.employee, now=now)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_PORT=1, EMAIL_TIMEOUT=1):
        for minute in (0, 2):
            assert notices.send_waiting(now=now + timedelta(minutes=minute)) == 0
    notice = IncidentNotice.objects.get(reason=Reason.REPORTED)
    assert notice.tries == 2
    assert IncidentNotice.objects.filter(reason=Reason.NO_MAIL, address=cast.safety_officer.email).count() == 1
    with LOCMEM:
        notices.send_waiting(now=now + timedelta(minutes=9))
    assert {tuple(one.to) for one in mail.outbox} == {(cast.top_leader.email,), (cast.safety_officer.email,)}


def test_a_dissolved_unit_keeps_its_incidents_in_reach(cast: Cast) -> None:
    found = reported(cast.employee, unit=unit("north1-t"))
    gone = ("north1", *(f"north1{who}" for who in "abcd"))
    moved = [f"north1{who},Per north1{who},north2,north2-t,Team north2" for who in "abcd"]
    bring_in(organisation_csv(without=gone).replace(b"\r", b"") + "\n".join(moved).encode() + b"\n",
             cast.administrator, at=NOW + timedelta(days=1), effective_date=TODAY)  # fmt: skip
    assert not unit("north1-t").is_open
    for user in (cast.top_leader, cast.north_leader, cast.safety_officer):
        assert WHAT in signed_in(user).get(page_of(found)).content.decode()
    everything_kept(cast, found)
    assert (
        signed_in(cast.safety_officer)
        .post(page_of(found), {"doing": "close", "version": str(_version(found))})
        .status_code
        == 302
    )
    assert Incident.objects.get().state == Incident.State.CLOSED


def test_questions_to_a_named_reporter_and_erasure(cast: Cast) -> None:
    found = reported(cast.employee)
    key = str(uuid4())
    for _time in range(2):
        officer = signed_in(cast.safety_officer)
        assert officer.post(page_of(found), {"doing": "ask", "ask-text": "Which gate?", "key": key}).status_code == 302
    own = signed_in(cast.employee)
    assert "Which gate?" in own.get("/").content.decode()
    assert own.post(page_of(found), {"doing": "answer", "answer-text": "Number 3.", "key": key}).status_code == 302
    assert "Number 3." in signed_in(cast.safety_officer).get(page_of(found)).content.decode()
    assert officer.post(page_of(found), {"doing": "answer", "answer-text": "x", "key": "z"}).status_code == 403
    person = cast.employee.person
    assert person is not None
    files = {file.name: file.content.decode() for file in export_everywhere(person=str(person.pk), now=timezone.now())}
    assert "Number 3." in next(words for name, words in files.items() if name.endswith("incidents.json"))
    erase_everywhere(person=str(person.pk), actor="test", now=timezone.now())
    found.refresh_from_db()
    assert found.reporter is None
    assert found.what == WHAT


def test_words_of_closed_incidents_are_forgotten_in_time(cast: Cast) -> None:
    from headwater.rooms.people.retention import KEPT

    found = reported(cast.employee)
    everything_kept(cast, found)
    duties.close_incident(
        incident_id=found.pk, version=_version(found), actor=cast.top_leader, now=timezone.now() - timedelta(days=9)
    )
    apply = KEPT["incidents"].apply
    before = timezone.now() - timedelta(days=8)
    assert [apply(before, timezone.now()), apply(before, timezone.now())] == [1, 0]
    found.refresh_from_db()
    assert (found.what, found.reporter) == ("", None)


def test_posters_name_a_place_and_open_the_form(cast: Cast) -> None:
    leader = signed_in(cast.north_leader)
    values = {"doing": "make", "key": str(uuid4()), "unit": "south1-t", "place": "Gate 3"}
    assert leader.post("/act/incidents/posters/", values).status_code == 422
    made = leader.post("/act/incidents/posters/", {**values, "unit": "north1-t"})
    assert made.status_code == 302
    printed = leader.get(made.headers["Location"]).content.decode()
    assert "<svg" in printed
    assert "Gate 3" in printed
    from headwater.rooms.act.models import IncidentPoster

    code = IncidentPoster.objects.get().code
    page = Client().get(f"/i/{code}/").content.decode()
    assert "Team north1" in page
    assert sent(Client(), f"/i/{code}/").status_code == 200
    assert Incident.objects.get().unit == unit("north1-t")
    assert Incident.objects.get().place == "Gate 3"
    leader.post("/act/incidents/posters/", {"doing": f"end:{IncidentPoster.objects.get().pk}"})
    assert sent(Client(), f"/i/{code}/").status_code == 200
    assert sent(Client(), "/i/NOSUCH/").status_code == 200
    assert Incident.objects.count() == 3


def _version(found: Incident) -> int:
    return Incident.objects.get(pk=found.pk).version
