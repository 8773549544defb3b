"""What a receiver sees: the door, the live page, and their own version to pass upward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from headwater.rooms.engage.briefings.documents import FILES, Content, content_of
from headwater.rooms.engage.briefings.evidence import evidence_sent
from headwater.rooms.engage.models import BriefingCopy
from headwater.rooms.learn.evidence import Evidence


@dataclass(frozen=True)
class Changed:
    """One number that says something else now than when it was sent."""

    label: str
    then: str
    now: str


@dataclass(frozen=True)
class ReadPage:
    """One copy for its receiver. changed: numbers released anew since it was sent. upward: their own version."""

    copy: BriefingCopy
    content: Content
    changed: tuple[Changed, ...]
    file_form: str
    upward: Content | None


def read_page(*, copy: BriefingCopy, now: datetime) -> ReadPage:
    """Return a copy for its receiver. No viewer: the caller found the copy by whose it is."""
    today = timezone.localdate(now)
    content = content_of(copy, today=today)
    upward = content_of(copy, today=today, upward=True) if copy.upward_name else None
    return ReadPage(copy, content, tuple(_changed(copy, content.every)), FILES[copy.form], upward)


def _changed(copy: BriefingCopy, numbers: tuple[Evidence, ...]) -> list[Changed]:
    now = {(one.study, one.unit, one.score): one for one in numbers}
    found = []
    for before in evidence_sent(copy):
        one = now.get((before.study, before.unit, before.score))
        if one is not None and one.wave != before.wave:
            found.append(Changed(one.label, before.value_text or "–", one.value_text or "–"))
    return found
