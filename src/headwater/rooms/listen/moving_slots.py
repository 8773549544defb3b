"""What moving in and out, and the rows that are kept, answer to the house: needs, erasure, export, retention."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.house import audit
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.listen import rows
from headwater.rooms.listen.logic.export_rules import APPROVALS
from headwater.rooms.listen.logic.links import pseudonym
from headwater.rooms.listen.logic.wave_keys import study_key
from headwater.rooms.listen.models import ExportApproval, ExportRequest, MovingImport, Study, Wave
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.viewers import viewer

CLOSED = (Wave.State.SEALED, Wave.State.RELEASED)


def needs_of(request: HttpRequest, now: datetime) -> Iterable[Need]:
    """Requests for rows that wait for this viewer's approval, and this viewer's own files that wait for a decision."""
    asker = viewer(request)
    if can(asker, "exports.approve"):
        waiting = ExportRequest.objects.filter(refused_at=None, approved_at=None).exclude(asked_by_id=asker.user_id)
        waiting = waiting.select_related("wave__study", "asked_by")
        mine = set(ExportApproval.objects.filter(approved_by_id=asker.user_id).values_list("request_id", flat=True))
        for made in waiting:
            if made.pk in mine:
                continue
            title = _("%(who)s asks for rows of %(study)s")
            yield Need(
                key=f"export-{made.pk}",
                kind=_("Privacy"),
                title=title % {"who": made.asked_by.name or made.asked_by.email, "study": made.wave.study.title},
                text=_("%(n)s others must approve before anything leaves.") % {"n": APPROVALS},
                minutes=3,
                href=reverse("listen:export_request", args=[made.pk]),
                action=_("Decide"),
                order=1,
            )
    if can(asker, "answers.move"):
        states = (MovingImport.State.UPLOADED, MovingImport.State.CHECKED)
        for waits in MovingImport.objects.filter(uploaded_by_id=asker.user_id, state__in=states):
            yield Need(
                key=f"moving-{waits.pk}",
                kind=_("Moving in"),
                title=_("%(file)s waits for your decision") % {"file": waits.file_name},
                text=_("A file nobody decides about is deleted after seven days."),
                minutes=5,
                href=reverse("listen:moving_import", args=[waits.pk]),
                action=_("Look at it"),
            )


def erase_rows(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase a person's rows of confidential and identified studies. What was released of them stays frozen."""
    count = 0
    for wave, respondent in _waves_of(person):
        gone = rows.forget_respondent(wave.study.key, wave.key, respondent)
        if gone:
            told = {"wave": wave.key, "rows": gone}
            audit.record(action="rows.erased", actor=actor, subject=str(wave.study_id), payload=told, now=now)
        count += gone
    kept = gettext_lazy("Results that were released stay as they are; they show groups only.") if count else ""
    yield Erased(gettext_lazy("Answers kept with a name or a pseudonym"), count, kept)


def export_rows(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down a person's answers to identified studies. Those of confidential ones cannot be told from others'
    without the study's key, and are not handed out by name.
    """
    found = []
    for wave, respondent in _waves_of(person, only_identified=True):
        answers = [asdict(row) for row in rows.rows_of(wave.study.key, wave.key, respondent)]
        if answers:
            found.append({"study": wave.study.title, "wave": wave.title, "answers": answers})
    if found:
        content = json.dumps(found, ensure_ascii=False, indent=1).encode()
        yield ExportFile("answers.json", "application/json", content)


def _waves_of(person: str, *, only_identified: bool = False) -> Iterator[tuple[Wave, str]]:
    """Yield every wave with rows, and what stands for the person in it."""
    promises = [Study.Promise.IDENTIFIED] + ([] if only_identified else [Study.Promise.CONFIDENTIAL])
    for wave in Wave.objects.filter(study__promise__in=promises, state__in=CLOSED).select_related("study"):
        if not rows.has_rows(wave.study.key, wave.key):
            continue
        if wave.study.promise == Study.Promise.IDENTIFIED:
            yield wave, person
        else:
            yield wave, pseudonym(study_key(settings.KEYS, UUID(str(wave.study_id))), person)


def forget_old_rows(*, now: datetime) -> None:
    """Delete rows whose days are over. The sealed answers, which know nobody, stay."""
    found = Wave.objects.filter(state__in=CLOSED, sealed_at__isnull=False).select_related("study")
    for wave in found.exclude(study__promise=Study.Promise.ANONYMOUS):
        assert wave.sealed_at is not None
        if not rows.is_over(wave.study.promise, wave.sealed_at, now) or not rows.has_rows(wave.study.key, wave.key):
            continue
        with transaction.atomic():
            told = {"wave": wave.key, "days": rows.RETENTION_DAYS[wave.study.promise]}
            audit.record(
                action="rows.retention_over", actor=audit.SYSTEM, subject=str(wave.study_id), payload=told, now=now
            )
        rows.forget_rows(wave.study.key, wave.key)
