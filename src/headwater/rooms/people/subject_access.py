"""Everything that is kept about a person, of every room, as one ZIP of JSON and CSV files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.slots import ExportFile, export_everywhere
from headwater.rooms.people.models import (
    Deputy,
    ImportChange,
    Person,
    PrivacyRequest,
    RoleGrant,
    Unit,
    User,
)
from headwater.vocab import HeadwaterError

STAMP = (2000, 1, 1, 0, 0, 0)
"""The same export is the same file: entries bear no time of their own."""


class NothingKeptError(HeadwaterError):
    """The person was erased: nothing is kept about them."""


def export_person(*, person_id: UUID, actor: User, now: datetime) -> bytes:
    """Return a ZIP of what every room keeps about a person, and record that it was made. Raises NothingKeptError."""
    with transaction.atomic():
        person = Person.objects.get(pk=person_id)
        if person.erased_at is not None:
            raise NothingKeptError(_("This person was erased. Nothing is kept about them."))
        files = export_everywhere(person=str(person.pk), now=now)
        payload = {"files": len(files)}
        audit.record(action="privacy.exported", actor=str(actor.pk), subject=str(person.pk), payload=payload, now=now)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "README.txt", _readme(files, now).encode())
        for file in files:
            _add(archive, file.name, file.content)
    return made.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED)


def _readme(files: Sequence[ExportFile], now: datetime) -> str:
    lines = [
        _("Everything kept about one person in Headwater, as of %(day)s.") % {"day": now.date().isoformat()},
        _("Answers to anonymous studies are not here: nobody can tell which are whose."),
        "",
        *(file.name for file in files),
    ]
    return "\n".join(lines) + "\n"


def export_of_people(*, person: str, now: datetime) -> Iterable[ExportFile]:
    """Write down what this room keeps about a person: the slot EXPORTERS."""
    found = Person.objects.select_related("unit").filter(pk=person).first()
    return list(_files(found)) if found is not None else []


def _files(person: Person) -> Iterator[ExportFile]:
    user = User.objects.filter(person=person).first()
    yield _json(
        "person.json",
        {
            "id": str(person.pk),
            "person_id": person.key,
            "name": person.name,
            "email": person.email,
            "language": person.language,
            "unit_id": person.unit.key if person.unit else "",
            "unit": person.unit.name if person.unit else "",
            "works_here": person.is_active,
            "left": person.left_date,
            "attributes": person.attributes,
            "leads": list(Unit.objects.filter(leader=person).order_by("key").values_list("key", flat=True)),
        },
    )
    changes = ImportChange.objects.select_related("made_by").filter(kind="person", key=person.key)
    yield _json(
        "changes.json",
        [
            {
                "from": change.made_by.effective_date,
                "file": change.made_by.file_name,
                "state": change.made_by.state,
                "what": change.what,
                "before": change.before,
                "after": change.after,
            }
            for change in changes.order_by("made_by__uploaded_at", "pk")
        ],
    )
    deputed = Deputy.objects.select_related("unit").filter(person=person).order_by("from_date", "pk")
    rows = [(row.unit.key, row.from_date, row.until_date, row.ended_at) for row in deputed]
    yield _csv("deputy.csv", ("unit_id", "from", "until", "ended_at"), rows)
    asked = PrivacyRequest.objects.filter(person=person).order_by("asked_at")
    yield _csv(
        "privacy_requests.csv",
        ("kind", "asked_at", "closed_at", "outcome", "answer"),
        [(row.kind, row.asked_at, row.closed_at, row.outcome, row.answer) for row in asked],
    )
    if user is not None:
        yield from _account_files(user)
    subjects = [str(person.pk), *([str(user.pk)] if user is not None else [])]
    about = AuditEntry.objects.filter(subject__in=subjects).order_by("sequence")
    yield _json(
        "audit_about.json",
        [{"at": entry.at, "action": entry.action, "content": _payload(entry)} for entry in about.iterator(1_000)],
    )
    addresses = {person.email, user.email if user is not None else ""} - {""}
    sent = Job.objects.filter(name="send_mail", arguments__to__in=addresses).order_by("run_at", "pk")
    yield _json("messages.json", [{"at": job.run_at, "state": job.state, **job.arguments} for job in sent])


def _account_files(user: User) -> Iterator[ExportFile]:
    yield _json(
        "account.json",
        {
            "email": user.email,
            "name": user.name,
            "is_open": user.is_active,
            "made_at": user.date_joined,
            "last_signed_in_at": user.last_login,
        },
    )
    grants = RoleGrant.objects.select_related("unit").filter(user=user).order_by("given_at", "pk")
    rows = [(row.role, row.unit.key if row.unit else "", row.given_at, row.ended_at) for row in grants]
    yield _csv("roles.csv", ("role", "unit_id", "given_at", "ended_at"), rows)
    did = AuditEntry.objects.filter(Q(actor=str(user.pk))).order_by("sequence").values_list("at", "action")
    yield _csv("audit_done.csv", ("at", "action"), list(did))


def _payload(entry: AuditEntry) -> Any:
    try:
        return audit.read_payload(entry)
    except audit.ErasedError:
        return None


def _json(name: str, content: Any) -> ExportFile:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    return ExportFile(name, "application/json", text.encode() + b"\n")


def _csv(name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> ExportFile:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return ExportFile(name, "text/csv", text.getvalue().encode())


def _plain(value: Any) -> str:
    """Write a cell so that no spreadsheet takes it for a formula."""
    text = value.isoformat() if hasattr(value, "isoformat") else "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
