"""The notes of one person, and the rules of the house. Every query takes its viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import get_language

from headwater.rooms.learn.books import book_of, since_of
from headwater.rooms.learn.logic.surprises import DIGEST_MINUTES, FIRST_FOR, FIRST_REASONS, next_waking
from headwater.rooms.learn.models import SurpriseCopy, SurpriseNote
from headwater.rooms.learn.queries import leads_anything
from headwater.rooms.learn.surprise_services import quiet_of, rules_in_force
from headwater.rooms.learn.surprise_words import Told, told
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit, User
from headwater.vocab import speaking

MOST_NOTES = 50
KEPT = timedelta(days=120)
"""How long an answered note stands on the page."""


@dataclass(frozen=True)
class OtherAnswer:
    """What the first to hear answered, for those above. word: empty while there is none."""

    name: str
    word: str


@dataclass(frozen=True)
class NoteShown:
    """One note on the page of whose it is. goes_up_at: when those above are told, None where it does not apply."""

    pk: UUID
    kind: str
    told: Told
    reason: str
    unit: str
    wave: str
    minutes: int
    told_at: datetime
    is_seen: bool
    is_answered: bool
    word: str
    goes_up_at: datetime | None
    firsts: tuple[OtherAnswer, ...]
    href: str
    study_key: str
    wave_key: str
    unit_key: str
    score: str
    is_conduct: bool


@dataclass(frozen=True)
class SurprisesPage:
    """My notes: those that wait for a word, and those answered. held: how many wait for the next digest."""

    open: tuple[NoteShown, ...]
    answered: tuple[NoteShown, ...]
    minutes: int
    held: int
    may_rule: bool


def may_see_notes(viewer: Viewer) -> bool:
    """Whether the page of notes opens: to leaders, to who has a note, to who sets the rules."""
    if leads_anything(viewer) or can(viewer, "surprises.rule"):
        return True
    return bool(viewer.user) and SurpriseCopy.objects.filter(user=viewer.user_id, visible_at__isnull=False).exists()


def surprises_page(*, viewer: Viewer, now: datetime) -> SurprisesPage:
    """Return the notes of the viewer. Raises PermissionDenied for those the page does not open to."""
    if not may_see_notes(viewer):
        raise PermissionDenied
    mine = SurpriseCopy.objects.filter(user=viewer.user_id).select_related("note__wave__study")
    kept = mine.filter(Q(answered_at=None) | Q(answered_at__gt=now - KEPT), visible_at__isnull=False)
    visible = kept.order_by(F("answered_at").desc(nulls_first=True), "-visible_at")[:MOST_NOTES]
    with speaking(get_language() or "en"):
        shown = [found for copy in visible if (found := _shown(viewer, copy)) is not None]
    waiting = tuple(one for one in shown if not one.is_answered)
    return SurprisesPage(
        open=waiting,
        answered=tuple(one for one in shown if one.is_answered),
        minutes=sum(one.minutes for one in waiting),
        held=mine.filter(visible_at=None, held_until__isnull=False).count(),
        may_rule=can(viewer, "surprises.rule"),
    )


def _shown(viewer: Viewer, copy: SurpriseCopy) -> NoteShown | None:
    note = copy.note
    try:
        book = book_of(note.wave)
    except LookupError:
        return None  # The wave's numbers were taken back; nothing of them is said any more.
    row = book.tree.index_of.get(note.unit_key)
    if row is None:
        return None
    number = Unit.objects.filter(key=note.unit_key, is_open=True).values_list("number", flat=True).first()
    figures = can(viewer, "results.see", number)
    name = book.tree.names[row]
    reason = SurpriseCopy.Reason(copy.reason)
    return NoteShown(
        pk=copy.pk,
        kind=str(SurpriseNote.Kind(note.kind).label),
        told=told(note.kind, note.signs, book, name, since_of(note.wave, book), figures=figures),
        reason=str(reason.label),
        unit=name,
        wave=f"{note.wave.study.title}, {note.wave.title}",
        minutes=DIGEST_MINUTES if copy.is_digest else note.minutes,
        told_at=copy.started_at or copy.visible_at or copy.due_at,
        is_seen=copy.seen_at is not None,
        is_answered=copy.answered_at is not None,
        word=copy.word,
        goes_up_at=_goes_up_at(copy),
        firsts=_firsts(copy),
        href=reverse("learn:team_unit", args=[note.wave_id, row]) if figures else "",
        study_key=note.wave.study.key,
        wave_key=note.wave.key,
        unit_key=note.unit_key,
        score=str(note.signs[0]["subject"]),
        is_conduct=note.kind == SurpriseNote.Kind.CONDUCT,
    )


def _goes_up_at(copy: SurpriseCopy) -> datetime | None:
    """When those above are told: 48 hours after the first to hear was, and not in quiet hours."""
    if copy.reason not in FIRST_REASONS or copy.started_at is None or copy.answered_at is not None:
        return None
    if copy.note.closed_at is not None:
        return None
    return next_waking(copy.started_at + FIRST_FOR, quiet_of(rules_in_force()), get_default_timezone())


def _firsts(copy: SurpriseCopy) -> tuple[OtherAnswer, ...]:
    """Those who heard first and what they answered, for who leads above; nothing for anybody else."""
    if copy.reason != SurpriseCopy.Reason.ABOVE:
        return ()
    others = SurpriseCopy.objects.filter(note=copy.note_id, reason__in=FIRST_REASONS).select_related("user__person")
    return tuple(OtherAnswer(_name(one.user), one.word) for one in others.order_by("due_at"))


def _name(user: User) -> str:
    return str(user.person) if user.person is not None else user.name or user.email
