"""Erasing a person: nothing is left, nothing comes back, and the receipt is genuine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, organisation_csv, signed_in, unit
from tests.rooms.privacy_cast import (
    CANARIES,
    bring_canary,
    erase,
    everything_in_the_database,
    page,
    person,
)

from headwater.rooms.house import audit, slots
from headwater.rooms.house.models import AuditEntry, AuditKey, Job
from headwater.rooms.people import imports
from headwater.rooms.people.erasure import erase_person
from headwater.rooms.people.models import (
    Deputy,
    ErasureReceipt,
    ImportChange,
    Person,
    PrivacyRequest,
    Role,
    RoleGrant,
    User,
)
from headwater.rooms.people.receipts import is_genuine
from headwater.rooms.people.services import RoleRefusedError, give_role


@pytest.fixture
def canary(cast: Cast) -> Person:
    """The person whom nothing else resembles."""
    return bring_canary(cast)


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
