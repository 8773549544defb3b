"""The privacy desk: requests, retention, the audit verdict, what was released; and who is refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv, signed_in
from tests.rooms.privacy_cast import (
    DESK,
    erase,
    page,
    person,
    run_jobs,
)

from headwater.rooms.house import audit, slots
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.people import imports, privacy, retention
from headwater.rooms.people.models import (
    AuditCheck,
    ErasureReceipt,
    ImportChange,
    OrganisationImport,
    Person,
    PrivacyRequest,
    Retention,
)


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


def test_what_was_released_is_listed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def released(request: HttpRequest) -> Iterable[slots.Release]:
        return [slots.Release("w1", "Spring wave", NOW, 5, 1234, "clean", "/somewhere/")]

    assert "Nothing was released yet." in page(cast.privacy_officer, DESK)
    monkeypatch.setitem(slots.RELEASED, "learn", released)
    shown = page(cast.privacy_officer, DESK)
    assert "Spring wave" in shown
    assert "1,234" in shown
    assert "found nothing" in shown


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
    kept = audit.read_payload(entries.get())["days"]
    assert {key: days for key, days in kept.items() if days} == {"files": 7, "accounts": 60, "leavers": 400}
    client.post(where, form)
    assert entries.count() == 1


def test_what_goes_by_itself_at_first_is_undecided_files_and_what_rooms_keep_of_leaders(cast: Cast) -> None:
    by_itself = {kind for kind, days in retention.days_of().items() if days is not None}
    assert by_itself == {
        "files", "asks", "briefings", "candidates", "decks", "stakeholder_files", "stakeholders",
        "incidents", "obstacles", "safety_cases", "visit_notes", "visit_photos",
    }  # fmt: skip
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
    shown = page(cast.privacy_officer, f"{DESK}?q=%3Cscript%3E")
    assert "<script>" not in shown.replace('<script src="', "")
    assert "Nobody of that name" in shown
