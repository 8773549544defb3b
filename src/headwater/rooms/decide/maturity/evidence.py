"""Evidence for a practice: files limited in kind and size, links, and released scores as they stood."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.decide.logic.maturity import library
from headwater.rooms.decide.maturity.access import MaturityRefusedError
from headwater.rooms.decide.maturity.preparing import record
from headwater.rooms.decide.models import MaturityAssessment, MaturityEvidence
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.models import User

LARGEST = 5 << 20
MOST_A_PRACTICE = 12
ZIPPED = b"PK\x03\x04"
KINDS: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (ZIPPED,)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (ZIPPED,)),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", (ZIPPED,)),
    "odt": ("application/vnd.oasis.opendocument.text", (ZIPPED,)),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", (ZIPPED,)),
    "csv": ("text/csv", ()),
    "txt": ("text/plain", ()),
}
"""Endings, with their media type and how such a file begins; nothing that runs, and no web page."""


def add_file(
    *, assessment_id: UUID, practice: str, title: str, file_name: str, content: bytes, actor: User, now: datetime
) -> MaturityEvidence:
    """Attach a file. The same file for the same practice is kept once.

    Raises MaturityRefusedError for another kind than its ending says, past 5 MB, and for an empty one.
    """
    kind = file_kind(file_name, content)
    if kind is None:
        raise MaturityRefusedError(
            _("This file is not of a kind that is kept: %(kinds)s.") % {"kinds": ", ".join(sorted(KINDS))}
        )
    if not 0 < len(content) <= LARGEST:
        raise MaturityRefusedError(_("A file has at most 5 MB, and is not empty."))
    plain = re.sub(r"[^\w. -]+", "-", PurePath(file_name.replace("\\", "/")).name).strip("-. ")[-200:] or "file"
    values = {
        "kind": MaturityEvidence.Kind.FILE,
        "title": title or plain,
        "file_name": plain,
        "media_type": kind,
        "content": content,
        "digest": hashlib.sha256(content).hexdigest(),
    }
    return _add(assessment_id, practice, values, actor, now)


def add_link(
    *, assessment_id: UUID, practice: str, title: str, link: str, actor: User, now: datetime
) -> MaturityEvidence:
    """Attach a link. Raises MaturityRefusedError for anything but an address on the web."""
    parts = urlsplit(link.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise MaturityRefusedError(_("A link is an address on the web and begins with https."))
    digest = hashlib.sha256(link.strip().encode()).hexdigest()
    values = {
        "kind": MaturityEvidence.Kind.LINK,
        "title": title or str(parts.hostname),
        "link": link.strip(),
        "digest": digest,
    }
    return _add(assessment_id, practice, values, actor, now)


def add_finding(
    *, assessment_id: UUID, practice: str, evidence: Evidence, actor: User, now: datetime
) -> MaturityEvidence:
    """Attach a released score as it stands now. evidence: what its adder may see (`learn.evidence`)."""
    if not evidence.is_shown:
        raise MaturityRefusedError(_("This score is not shown anywhere, so it cannot be evidence."))
    keys = "\n".join((evidence.study, evidence.wave, evidence.unit, evidence.score))
    values = {
        "kind": MaturityEvidence.Kind.FINDING,
        "title": f"{evidence.label}, {evidence.unit_name}"[:200],
        "finding": evidence.as_plain(),
        "digest": hashlib.sha256(keys.encode()).hexdigest(),
    }
    return _add(assessment_id, practice, values, actor, now)


def remove_evidence(*, assessment_id: UUID, evidence_id: UUID, actor: User, now: datetime) -> None:
    """Take a piece of evidence out, by who attached it, before all scores are in. Safe to repeat."""
    with transaction.atomic():
        assessment = _gathering(assessment_id)
        mine = MaturityEvidence.objects.filter(pk=evidence_id, assessment=assessment)
        found = mine.defer("content").first()
        if found is None:
            return
        if found.added_by_id != actor.pk:
            raise MaturityRefusedError(_("Only who attached it takes it out."))
        mine.delete()
        payload = {"evidence": str(evidence_id), "practice": found.practice}
        record(assessment, "evidence_removed", actor, payload, now)


def file_kind(file_name: str, content: bytes) -> str | None:
    """Return the media type of a file whose content fits its ending, None for any other."""
    ending = PurePath(file_name).suffix.lower().lstrip(".")
    if ending not in KINDS:
        return None
    media, begins = KINDS[ending]
    if begins:
        return media if content.startswith(begins) else None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else media


def _add(assessment_id: UUID, practice: str, values: Mapping[str, Any], actor: User, now: datetime) -> MaturityEvidence:
    with transaction.atomic():
        assessment = _gathering(assessment_id)
        if practice not in library(assessment.library).by_key:
            raise MaturityRefusedError(_("This practice is not in this assessment."))
        standing = MaturityEvidence.objects.filter(assessment=assessment, practice=practice).defer("content")
        same = standing.filter(digest=values["digest"]).first()
        if same is not None:
            return same
        if standing.count() >= MOST_A_PRACTICE:
            raise MaturityRefusedError(_("A practice has at most %(n)d pieces of evidence.") % {"n": MOST_A_PRACTICE})
        made = MaturityEvidence.objects.create(
            assessment=assessment, practice=practice, added_by=actor, added_at=now, **values
        )
        payload = {"evidence": str(made.pk), "kind": made.kind, "practice": practice}
        record(assessment, "evidence_added", actor, payload, now)
    return made


def _gathering(assessment_id: UUID) -> MaturityAssessment:
    """An assessment whose evidence may still change: what was scored on is not changed afterwards."""
    found = MaturityAssessment.objects.select_for_update().get(pk=assessment_id)
    if found.state not in (MaturityAssessment.State.EVIDENCE, MaturityAssessment.State.SCORING):
        raise MaturityRefusedError(_("All scores are in. The evidence they rest on stays as it is."))
    return found
