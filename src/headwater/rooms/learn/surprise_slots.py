"""What notes answer in the house's slots: what needs this viewer now, one person's erasure and export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.learn.logic.surprises import DIGEST_MINUTES
from headwater.rooms.learn.models import SurpriseCopy, SurpriseNote, SurpriseRules
from headwater.rooms.learn.surprise_services import find_surprises_later
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.viewers import user_of


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield one need for matters of conduct that wait for a word of this viewer, and one for all other notes."""
    waiting = SurpriseCopy.objects.filter(
        user=user_of(request), visible_at__isnull=False, answered_at=None, seen_at=None
    )
    found = list(waiting.values_list("note__minutes", "is_digest", "note__kind"))
    for is_conduct in (True, False):
        minutes = [
            DIGEST_MINUTES if digest else each
            for each, digest, kind in found
            if (kind == SurpriseNote.Kind.CONDUCT) is is_conduct
        ]
        if minutes:
            yield Need(
                "surprises-conduct" if is_conduct else "surprises",
                _("No surprises"),
                ngettext("One note waits for you", "%(n)s notes wait for you", len(minutes)) % {"n": len(minutes)},
                _("You hear first. Those above are told after 48 hours, or as soon as you answer."),
                sum(minutes),
                reverse("learn:surprises"),
                _("Read them"),
                order=1 if is_conduct else 4,
                is_urgent=is_conduct,
            )


def surprises_step(wave: Wave) -> bool:
    """Let notes be made of a wave once everything else is worked out: a step of `working_out.STEPS`."""
    return find_surprises_later(wave=wave, now=timezone.now())


def erase_words(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Take away what a person answered, and their being named for conduct. That they were told stays, as an id."""
    count = SurpriseCopy.objects.filter(user__person=UUID(person)).exclude(word="").update(word="")
    SurpriseRules.objects.filter(independent__person=UUID(person)).update(independent=None)
    yield Erased(gettext_lazy("answers to notes"), count)


def export_words(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down which notes a person was told of, and what they answered."""
    copies = (
        SurpriseCopy.objects.filter(user__person=UUID(person)).select_related("note__wave__study").order_by("due_at")
    )
    found = [
        {
            "study": copy.note.wave.study.title,
            "wave": copy.note.wave.title,
            "unit": copy.note.unit_key,
            "kind": copy.note.kind,
            "reason": copy.reason,
            "told": copy.started_at,
            "seen": copy.seen_at,
            "answered": copy.answered_at,
            "word": copy.word,
        }
        for copy in copies
        if copy.visible_at is not None
    ]
    if found:
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("notes.json", "application/json", content.encode())
