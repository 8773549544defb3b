"""Everything kept about a person, as a file for them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import pytest
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv
from tests.rooms.privacy_cast import (
    DESK,
    bring_canary,
    files_of,
    page,
    person,
)

from headwater.rooms.house import slots
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people import privacy
from headwater.rooms.people.models import (
    Person,
    PrivacyRequest,
)


@pytest.fixture
def canary(cast: Cast) -> Person:
    """The person whom nothing else resembles."""
    return bring_canary(cast)


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
