"""The privacy desk: requests, export, erasure with its receipt, retention, the audit verdict; and who is refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv, signed_in, unit

from headwater.rooms.house import audit, jobs, mail, slots
from headwater.rooms.house.models import AuditEntry, AuditKey, Job
from headwater.rooms.people import imports, privacy, retention
from headwater.rooms.people.erasure import erase_person
from headwater.rooms.people.models import (
    AuditCheck,
    Deputy,
    ErasureReceipt,
    ImportChange,
    OrganisationImport,
    Person,
    PrivacyRequest,
    Retention,
    Role,
    RoleGrant,
    User,
)
from headwater.rooms.people.receipts import is_genuine
from headwater.rooms.people.services import RoleRefusedError, appoint_deputy, create_account, give_role

DESK = "/people/privacy/"


def person(key: str) -> Person:
    return Person.objects.get(key=key)


def page(user: User, address: str) -> str:
    return str(signed_in(user).get(address).content.decode())


def erase(key: str, actor: User | None) -> ErasureReceipt:
    return erase_person(person_id=person(key).pk, actor=actor, now=NOW)


def everything_in_the_database() -> str:
    """Every text and blob of every table, so that nothing kept anywhere is overlooked."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(found)


def with_canary() -> bytes:
    """The organisation with one person whom nothing else resembles."""
    head, *rows = organisation_csv().decode().splitlines()
    lines = [f"{head},email,language,shoe size"]
    lines += [f"{row},,," for row in rows]
    lines.append("kanari7,Quill Nightjar,north1,north1-t,Team north1,quill@nightjar.example,es,Size-Fortyzwo")
    return "\n".join(lines).encode()


CANARIES = ("kanari7", "Quill", "Nightjar", "nightjar.example", "Fortyzwo")


@pytest.fixture
def canary(cast: Cast) -> Person:
    """Somebody with an account, a role, a deputyship, history, messages and a request."""
    bring_in(with_canary(), cast.administrator)
    moved = with_canary().replace(b"north1,north1-t,Team north1,quill", b"north2,north2-t,Team north2,quill")
    bring_in(moved, cast.administrator)
    found = person("kanari7")
    user = create_account(
        email="quill@nightjar.example", name="Quill Nightjar", person=found, actor="test", now=NOW, password="x" * 14
    )
    give_role(user=user, role=Role.ANALYST, unit=None, actor="test", now=NOW)
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    signed_in(user)
    appoint_deputy(
        unit=unit("south-d"), person=found, from_date=TODAY, until_date=None, actor=cast.administrator, now=NOW
    )
    mail.send_mail_later(to=user.email, subject="Dear Quill", text="kanari7", now=NOW)
    privacy.ask(person=found, kind="erase", actor=user, now=NOW)
    return found


@pytest.mark.parametrize(
    ("method", "name", "values"),
    [
        ("get", "privacy", ()), ("post", "retention", ()), ("post", "check_audit", ()),
        ("get", "person_data", "person"),
        ("post", "export_person", "person"), ("post", "erase_person", "person"), ("post", "answer_request", "request"),
        ("get", "receipt", (1,)), ("get", "receipt_file", (1,)),
    ],
)  # fmt: skip
def test_only_the_privacy_officer_has_the_desk(cast: Cast, method: str, name: str, values: Any) -> None:
    asked = privacy.ask(person=person("north1a"), kind="export", actor=cast.employee, now=NOW)
    erase("south1a", cast.privacy_officer)
    ids = {"person": (person("north1b").pk,), "request": (asked.pk,)}
    where = reverse(f"people:{name}", args=ids.get(values, values) if isinstance(values, str) else values)
    others = (cast.outsider, cast.employee, cast.north_leader, cast.top_leader, cast.analyst)
    for user in (*others, cast.experience_lead, cast.administrator):
        assert getattr(signed_in(user), method)(where, {"key": "north1b", "outcome": "done"}).status_code == 403
    assert person("north1b").erased_at is None
    assert PrivacyRequest.objects.get(pk=asked.pk).closed_at is None
    allowed = getattr(signed_in(cast.privacy_officer), method)(where, {})
    assert allowed.status_code in (200, 302, 422)


def test_a_person_asks_and_the_officer_is_told(cast: Cast) -> None:
    client = signed_in(cast.employee)
    own = reverse("people:person", args=[person("north1a").pk])
    assert "Ask for a copy" in client.get(own).content.decode()
    assert "Ask for a copy" not in page(cast.north_leader, own)
    for _ in range(2):
        assert client.post(reverse("people:ask_privacy"), {"kind": "export"}).status_code == 302
    asked = PrivacyRequest.objects.get()
    assert "Somebody asks for a copy of their data" in page(cast.privacy_officer, "/")
    assert "Somebody asks" not in page(cast.administrator, "/")
    assert "1 person asks about their data." in page(cast.privacy_officer, DESK)
    assert client.post(reverse("people:fetch_copy")).status_code == 403
    where = reverse("people:answer_request", args=[asked.pk])
    officer = signed_in(cast.privacy_officer)
    assert officer.post(where, {"outcome": "done", "answer": ""}).status_code == 302
    assert "Fetch your copy" in client.get(own).content.decode()
    answer = client.post(reverse("people:fetch_copy"))
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("people/person.json"))["person_id"] == "north1a"
    PrivacyRequest.objects.update(closed_at=NOW - timedelta(days=10_000))
    assert client.post(reverse("people:fetch_copy")).status_code == 403


def test_declining_needs_a_reason_that_the_person_reads(cast: Cast) -> None:
    asked = privacy.ask(person=person("north1a"), kind="erase", actor=cast.employee, now=NOW)
    where, officer = reverse("people:answer_request", args=[asked.pk]), signed_in(cast.privacy_officer)
    assert officer.post(where, {"outcome": "declined", "answer": " "}).status_code == 422
    assert officer.post(where, {"outcome": "done", "answer": ""}).status_code == 422
    assert officer.post(where, {"outcome": "nonsense", "answer": ""}).status_code == 422
    assert officer.post(where, {"outcome": "declined", "answer": "You work here."}).status_code == 302
    assert "You work here." in page(cast.employee, reverse("people:person", args=[person("north1a").pk]))
    assert person("north1a").erased_at is None


def test_nobody_asks_for_somebody_else(cast: Cast) -> None:
    with pytest.raises(privacy.RequestRefusedError):
        privacy.ask(person=person("north1b"), kind="export", actor=cast.employee, now=NOW)
    assert signed_in(cast.administrator).post(reverse("people:ask_privacy"), {"kind": "export"}).status_code == 403
    assert signed_in(cast.employee).post(reverse("people:ask_privacy"), {"kind": "other"}).status_code == 403
    assert not PrivacyRequest.objects.exists()


def files_of(cast: Cast, key: str) -> dict[str, bytes]:
    answer = signed_in(cast.privacy_officer).post(reverse("people:export_person", args=[person(key).pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="everything.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_export_holds_everything(cast: Cast, canary: Person) -> None:
    files = files_of(cast, "kanari7")
    told = json.loads(files["people/person.json"])
    assert (told["name"], told["email"], told["language"]) == ("Quill Nightjar", "quill@nightjar.example", "es")
    assert told["attributes"] == {"shoe size": "Size-Fortyzwo"}
    changes = json.loads(files["people/changes.json"])
    assert [change["what"] for change in changes] == ["joins", "moves"]
    assert json.loads(files["people/account.json"])["email"] == "quill@nightjar.example"
    assert b"analyst" in files["people/roles.csv"]
    assert b"south-d" in files["people/deputy.csv"]
    assert b"erase" in files["people/privacy_requests.csv"]
    assert json.loads(files["people/messages.json"])[0]["subject"] == "Dear Quill"
    about = {entry["action"]: entry["content"] for entry in json.loads(files["people/audit_about.json"])}
    assert about["role.given"]["role"] == "analyst"
    assert b"privacy.asked" in files["people/audit_done.csv"]
    assert all(name.encode() in files["README.txt"] for name in files if name != "README.txt")
    assert AuditEntry.objects.filter(action="privacy.exported", subject=str(canary.pk)).count() == 1


def test_who_left_is_found_and_exported(cast: Cast) -> None:
    bring_in(organisation_csv(without=("north1d",)), cast.administrator)
    assert "Per north1d" in page(cast.privacy_officer, f"{DESK}?q=north1d")
    told = json.loads(files_of(cast, "north1d")["people/person.json"])
    assert (told["name"], told["works_here"], told["left"]) == ("Per north1d", False, TODAY.isoformat())


def test_files_of_downstream_rooms_are_in_the_export(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*, person: str, now: datetime) -> Iterable[slots.ExportFile]:
        return [slots.ExportFile("invitations.csv", "text/csv", person.encode())]

    monkeypatch.setitem(slots.EXPORTERS, "later", write)
    assert files_of(cast, "north1b")["later/invitations.csv"] == str(person("north1b").pk).encode()


def test_no_cell_of_the_export_is_a_formula(cast: Cast) -> None:
    asked = privacy.ask(person=person("north1a"), kind="export", actor=cast.employee, now=NOW)
    PrivacyRequest.objects.filter(pk=asked.pk).update(answer="=1+1")
    assert b",'=1+1" in files_of(cast, "north1a")["people/privacy_requests.csv"]


def test_erasing_leaves_nothing_of_the_person(cast: Cast, canary: Person) -> None:
    kept = everything_in_the_database()
    assert all(canary_word in kept for canary_word in CANARIES)
    user = User.objects.get(person=canary)
    receipt = erase_person(person_id=canary.pk, actor=cast.privacy_officer, now=NOW)
    left = everything_in_the_database()
    assert [word for word in CANARIES if word in left] == []
    canary.refresh_from_db()
    user.refresh_from_db()
    assert (canary.is_active, canary.unit, canary.erased_at) == (False, None, NOW)
    assert not user.is_active
    assert not user.has_usable_password()
    assert not RoleGrant.objects.filter(user=user, ended_at=None).exists()
    assert not Deputy.objects.filter(person=canary, ended_at=None).exists()
    assert not Job.objects.filter(name="send_mail").exists()
    assert PrivacyRequest.objects.get(person=canary).outcome == "done"
    assert audit.verify().is_whole
    for subject in (str(canary.pk), str(user.pk)):
        assert AuditKey.objects.get(subject=subject).wrapped is None
        with pytest.raises(audit.ErasedError):
            audit.read_payload(AuditEntry.objects.filter(subject=subject)[0])
    assert unit("all").people_below == 22
    assert receipt.number == 1


def test_undoing_an_import_does_not_bring_the_erased_back(cast: Cast, canary: Person) -> None:
    erase_person(person_id=canary.pk, actor=cast.privacy_officer, now=NOW)
    for _ in range(2):
        latest = imports.latest_applied()
        assert latest is not None
        imports.undo_import(import_id=latest.pk, actor=cast.administrator, now=NOW)
    canary.refresh_from_db()
    assert not canary.is_active
    assert [word for word in CANARIES if word in everything_in_the_database()] == []


def test_erasing_a_leader_leaves_their_unit_without_one(cast: Cast) -> None:
    found = person("north")
    made = imports.check_import(
        content=organisation_csv(without=("north1a",)),
        file_name="x.csv",
        is_full=True,
        effective_date=TODAY,
        actor=cast.administrator,
        now=NOW,
    )
    receipt = erase("north", cast.privacy_officer)
    assert unit("north-d").leader is None
    assert signed_in(cast.north_leader).get("/people/").status_code in (302, 403)
    made.refresh_from_db()
    assert (made.state, made.content) == ("dropped", None)
    records = json.loads(receipt.content)["rooms"][-1]["records"]
    assert {"what": "Organisation files not yet decided, dropped whole", "erased": 1, "kept": ""} in records
    changed = ImportChange.objects.filter(kind="unit", key="north-d").get()
    assert changed.after is not None
    assert changed.after["leader"] == f"erased:{found.pk}"
    latest = imports.latest_applied()
    assert latest is not None
    assert audit.verify().is_whole


def test_a_file_that_brings_an_erased_person_back_says_so(cast: Cast) -> None:
    erase("north1b", cast.privacy_officer)
    made = imports.check_import(
        content=organisation_csv(),
        file_name="x.csv",
        is_full=True,
        effective_date=TODAY,
        actor=cast.administrator,
        now=NOW,
    )
    assert made.summary["counts"] == {"person_joins": 1}
    assert made.summary["returning"] == 1
    assert "was erased here before" in page(cast.administrator, reverse("people:import", args=[made.pk]))


def test_erasing_twice_gives_the_first_receipt(cast: Cast) -> None:
    found = person("north1b")
    first = erase_person(person_id=found.pk, actor=cast.privacy_officer, now=NOW)
    entries = AuditEntry.objects.count()
    again = erase_person(person_id=found.pk, actor=cast.privacy_officer, now=NOW + timedelta(days=1))
    assert (again.number, again.content) == (first.number, first.content)
    assert AuditEntry.objects.count() == entries
    assert ErasureReceipt.objects.count() == 1
    answer = signed_in(cast.privacy_officer).post(reverse("people:export_person", args=[found.pk]), follow=True)
    assert "Nothing is kept about them" in answer.content.decode()


def test_the_last_administrator_and_oneself_are_not_erased(cast: Cast) -> None:
    give_role(user=cast.employee, role=Role.ADMINISTRATOR, unit=None, actor="test", now=NOW)
    for grant in RoleGrant.objects.filter(user=cast.administrator):
        grant.ended_at = NOW
        grant.save()
    with pytest.raises(RoleRefusedError, match="last administrator"):
        erase("north1a", cast.privacy_officer)
    assert person("north1a").name == "Per north1a"
    assert not ErasureReceipt.objects.exists()
    give_role(user=cast.top_leader, role=Role.PRIVACY_OFFICER, unit=None, actor="test", now=NOW)
    with pytest.raises(RoleRefusedError, match="yourself"):
        erase("top", cast.top_leader)


def test_a_room_that_cannot_erase_stops_all_of_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*, person: str, actor: str, now: datetime) -> Iterable[slots.Erased]:
        raise RuntimeError("no")

    order = {"people": slots.ERASERS["people"]}
    monkeypatch.setattr(slots, "ERASERS", {"before": fail, **order})
    with pytest.raises(RuntimeError):
        erase("north1b", cast.privacy_officer)
    assert person("north1b").name == "Per north1b"
    assert AuditKey.objects.filter(wrapped=None).count() == 0


def test_the_page_erases_once_the_id_is_typed(cast: Cast) -> None:
    found = person("north1b")
    where, client = reverse("people:erase_person", args=[found.pk]), signed_in(cast.privacy_officer)
    assert client.post(where, {"key": "north1c"}).status_code == 422
    assert person("north1b").erased_at is None
    answer = client.post(where, {"key": "north1b"}, follow=True)
    shown = answer.content.decode()
    assert "Receipt 1: a person was erased" in shown
    assert "genuine" in shown
    assert "Per north1b" not in shown
    assert "This person was erased." in client.get(reverse("people:person_data", args=[found.pk])).content.decode()


def test_a_receipt_is_signed_and_numbered(cast: Cast) -> None:
    first, second = erase("north1b", cast.privacy_officer), erase("north1c", cast.privacy_officer)
    assert (first.number, second.number) == (1, 2)
    assert is_genuine(first.content, first.signature)
    assert not is_genuine(first.content.replace("1", "2"), first.signature)
    assert not is_genuine(first.content, second.signature)
    assert not is_genuine(first.content, "nonsense")
    client = signed_in(cast.privacy_officer)
    text = client.get(reverse("people:receipt_file", args=[1])).content.decode()
    content, _, tail = text.partition("\n\nEd25519 signature: ")
    signature, _, key = tail.strip().partition("\nPublic key: ")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    public.verify(bytes.fromhex(signature), content.encode())
    with pytest.raises(InvalidSignature):
        public.verify(bytes.fromhex(signature), content.encode() + b" ")
    assert "north1b" not in text
    ErasureReceipt.objects.filter(number=1).update(content="{}")
    ErasureReceipt.objects.filter(number=1).update(content='{"rooms": [], "stays": [], "person": "x"}')
    assert "not genuine" in client.get(reverse("people:receipt", args=[1])).content.decode()
    assert client.get(reverse("people:receipt", args=[9])).status_code == 404


def test_what_was_released_is_listed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def released(request: HttpRequest) -> Iterable[slots.Release]:
        return [slots.Release("w1", "Spring wave", NOW, 5, 1234, "clean", "/somewhere/")]

    assert "Nothing was released yet." in page(cast.privacy_officer, DESK)
    monkeypatch.setitem(slots.RELEASED, "learn", released)
    shown = page(cast.privacy_officer, DESK)
    assert "Spring wave" in shown
    assert "1,234" in shown
    assert "found nothing" in shown


def run_jobs(name: str, now: datetime) -> None:
    for job in Job.objects.filter(name=name, state=Job.State.WAITING):
        assert jobs.run_job(job_id=job.pk, now=max(now, job.run_at)) == Job.State.DONE


def test_the_audit_verdict_is_worked_out_in_the_background(cast: Cast) -> None:
    client = signed_in(cast.privacy_officer)
    assert "It was not checked yet." in client.get(DESK).content.decode()
    for _ in range(2):
        client.post(reverse("people:check_audit"))
    assert Job.objects.filter(name="check_audit").count() == 1
    assert "It is being checked." in client.get(DESK).content.decode()
    run_jobs("check_audit", NOW)
    entries = AuditEntry.objects.count()
    assert f"{entries} entries, none changed or missing." in client.get(DESK).content.decode()
    AuditCheck.objects.create(
        asked_at=NOW, finished_at=NOW + timedelta(days=9_000), entries=3, broken_at=3, reason="the entry was changed"
    )
    assert "It does not hold from entry 3 on." in client.get(DESK).content.decode()
    assert "The audit trail does not hold" in client.get("/").content.decode()


def test_the_trail_is_checked_daily_and_old_verdicts_go(cast: Cast) -> None:
    for days in range(privacy.CHECKS_KEPT + 3):
        at = NOW + timedelta(days=days)
        privacy.check_daily(now=at)
        run_jobs("check_audit", at)
    assert AuditCheck.objects.count() == privacy.CHECKS_KEPT
    assert not AuditCheck.objects.exclude(broken_at=None).exists()


def test_days_are_set_and_refused_below_the_fewest(cast: Cast) -> None:
    client, where = signed_in(cast.privacy_officer), reverse("people:retention")
    form = {"files": 7, "history": "", "accounts": 60, "leavers": 400, "requests": ""}
    assert client.post(where, {**form, "leavers": 3}).status_code == 422
    assert client.post(where, form).status_code == 302
    assert {key: retention.days_of()[key] for key in form} == {
        "files": 7, "history": None, "accounts": 60, "leavers": 400, "requests": None,
    }  # fmt: skip
    entries = AuditEntry.objects.filter(action="retention.set")
    assert audit.read_payload(entries.get())["days"] == {"files": 7, "accounts": 60, "leavers": 400}
    client.post(where, form)
    assert entries.count() == 1


def test_nothing_but_undecided_files_goes_by_itself_at_first(cast: Cast) -> None:
    assert {kind for kind, days in retention.days_of().items() if days is not None} == {"files"}
    content = organisation_csv(without=("north1a",))
    values: dict[str, Any] = {"file_name": "x.csv", "is_full": True, "effective_date": TODAY, "content": content}
    old = imports.check_import(actor=cast.administrator, now=NOW, **values)
    new = imports.check_import(actor=cast.administrator, now=NOW + timedelta(days=20), **values)
    for _ in range(2):
        retention.apply_retention(now=NOW + timedelta(days=31))
    states = dict(OrganisationImport.objects.values_list("pk", "state"))
    assert (states[old.pk], states[new.pk]) == ("dropped", "checked")
    assert Retention.objects.get(kind="files").removed == 1
    assert AuditEntry.objects.filter(action="retention.applied").count() == 1


def test_retention_removes_what_is_older_and_nothing_else(cast: Cast) -> None:
    from headwater.rooms.people.services import close_account

    bring_in(organisation_csv(without=("north1d",)), cast.administrator)
    bring_in(organisation_csv(without=("north1d", "north2d")), cast.administrator, effective_date=TODAY + timedelta(0))
    Person.objects.filter(key="north2d").update(left_date=TODAY + timedelta(days=60))
    close_account(user=cast.outsider, actor=cast.administrator, now=NOW)
    asked = privacy.ask(person=person("north1a"), kind="export", actor=cast.employee, now=NOW)
    privacy.close_request(request_id=asked.pk, outcome="declined", answer="no", actor=cast.privacy_officer, now=NOW)
    days = {"leavers": 90, "accounts": 90, "history": 90, "requests": 90}
    retention.set_retention(days=days, actor=cast.privacy_officer, now=NOW)
    retention.apply_retention(now=NOW + timedelta(days=89))
    assert person("north1d").erased_at is None
    assert PrivacyRequest.objects.exists()
    assert ImportChange.objects.filter(kind="person", key="north1a").exists()
    retention.apply_retention(now=NOW + timedelta(days=100))
    assert not Person.objects.filter(key="north1d").exists()
    assert person("north2d").erased_at is None
    assert ErasureReceipt.objects.get().erased_by is None
    cast.outsider.refresh_from_db()
    assert cast.outsider.email.endswith("@erased.invalid")
    assert not PrivacyRequest.objects.exists()
    assert not ImportChange.objects.filter(kind="person", key="north1a").exists()
    assert ImportChange.objects.filter(kind="person", key="north2d").exists()
    assert ImportChange.objects.filter(kind="unit").exists()
    assert "retention" in page(cast.privacy_officer, DESK)


def test_hostile_search_is_escaped(cast: Cast) -> None:
    shown = page(cast.privacy_officer, f"{DESK}?q=%3Cscript%3E%00")
    assert "<script>" not in shown.replace('<script src="', "")
    assert "Nobody of that name" in shown
