"""No surprises: notes are made of a released wave, copies go to whom they concern, and are seen and answered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, time
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils.timezone import get_default_timezone, localdate

from headwater.reports.builders.findings import score_columns
from headwater.rooms.house import audit
from headwater.rooms.house.audit import SYSTEM
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.explorer_finding import levels_of
from headwater.rooms.learn.logic.conduct import is_conduct_key
from headwater.rooms.learn.logic.surprises import (
    DIGEST_MINUTES,
    MINUTES,
    Chain,
    Quiet,
    Reason,
    Sent,
    Waiting,
    allot,
    due_copies,
    is_complete,
    is_quiet,
    next_week,
    week_start,
)
from headwater.rooms.learn.models import SurpriseCopy, SurpriseNote, SurpriseRules
from headwater.rooms.learn.surprise_mail import send_copies
from headwater.rooms.learn.surprise_routes import Routes
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import has_book
from headwater.rooms.people.models import User
from headwater.scoring.signs import Sign, signs_of

FIND, DELIVER = "find_surprises", "deliver_surprises"
"""The jobs."""


def rules_in_force() -> SurpriseRules:
    """Return the rules of the house; those nobody has changed yet are not kept."""
    return SurpriseRules.objects.select_related("independent").first() or SurpriseRules(pk=1)


def find_surprises_later(*, wave: Wave, now: datetime) -> bool:
    """Let notes of a released wave be made in the background, once. Returns whether the wave has numbers."""
    if not has_book(wave):
        return False
    enqueue_job(name=FIND, arguments={"wave_id": str(wave.pk)}, now=now, once_key=f"surprises:{wave.pk}")
    return True


def find_surprises(*, wave_id: str, now: datetime) -> int:
    """Make the notes of a released wave: the job `find_surprises`. Returns how many are new; again makes none twice."""
    wave = Wave.objects.select_related("study").get(pk=UUID(wave_id))
    if not has_book(wave):
        return 0
    book = book_of(wave)
    before = None
    if book.previous_wave:
        before = Wave.objects.select_related("study").filter(study=wave.study_id, key=book.previous_wave).first()
    signs = signs_of(
        book,
        book_of(before) if before is not None and has_book(before) else None,
        columns=score_columns(book),
        is_conduct=lambda column: is_conduct_key(column.subject),
        low_response=float(rules_in_force().low_response),
        levels=levels_of(wave),
        levels_before=levels_of(before) if before is not None else None,
    )
    grouped: dict[tuple[str, str], list[Sign]] = {}
    for sign in signs:
        grouped.setdefault((sign.unit, sign.kind), []).append(sign)
    made = 0
    with transaction.atomic():
        for (unit, kind), found in grouped.items():
            values = {
                "signs": [_plain(one) for one in found],
                "minutes": MINUTES[kind],
                "clearness": max(one.clearness for one in found),
                "noted_at": now,
            }
            note, is_new = SurpriseNote.objects.get_or_create(wave=wave, unit_key=unit, kind=kind, defaults=values)
            if is_new:
                made += 1
                payload = {"note": str(note.pk), "kind": kind, "unit": unit, "wave": str(wave.pk)}
                _record("surprise.noted", SYSTEM, str(wave.study_id), payload, now)
    return made


def deliver_surprises(*, now: datetime) -> int:
    """Make the copies that are due and send what may be sent: the job `deliver_surprises`. Returns how many were sent.

    Safe to repeat: a copy is made once, and sent once.
    """
    with transaction.atomic():
        rules = rules_in_force()
        notes = list(SurpriseNote.objects.select_for_update().filter(closed_at=None).select_related("wave__study"))
        if not notes:
            return 0
        routes = Routes(today=localdate(now))
        chains = {note.pk: _chain_of(note, routes) for note in notes}
        for note in notes:
            _make_copies(note, chains[note.pk], routes, rules, now)
        sent = _send_waiting(rules, now)
        for note in notes:
            if is_complete(chain=chains[note.pk], sent=_sent_of(note)):
                SurpriseNote.objects.filter(pk=note.pk).update(closed_at=now)
    return sent


def see_note(*, copy_id: UUID, actor: User, now: datetime) -> SurpriseCopy:
    """Mark a copy as seen, by whose it is. Safe to repeat. Raises SurpriseCopy.DoesNotExist for anybody else's."""
    with transaction.atomic():
        copy = _own(copy_id, actor)
        if copy.seen_at is None:
            copy.seen_at = now
            copy.save(update_fields=["seen_at"])
            _record("surprise.seen", str(actor.pk), str(copy.note_id), {"copy": str(copy.pk)}, now)
    return copy


def answer_note(*, copy_id: UUID, word: str, actor: User, now: datetime) -> SurpriseCopy:
    """Answer a copy with a word; those above are told then. Answering again changes the word.

    Raises SurpriseCopy.DoesNotExist for anybody else's, ValueError for no word or one of more than 280 letters.
    """
    said = " ".join(word.split())
    if not 0 < len(said) <= 280:
        raise ValueError("an answer has 1 to 280 letters")
    with transaction.atomic():
        copy = _own(copy_id, actor)
        if copy.word == said:
            return copy
        copy.word, copy.seen_at, copy.answered_at = said, copy.seen_at or now, copy.answered_at or now
        copy.save(update_fields=["word", "seen_at", "answered_at"])
        _record("surprise.answered", str(actor.pk), str(copy.note_id), {"copy": str(copy.pk)}, now)
    return copy


def change_rules(
    *,
    quiet_from: time,
    quiet_until: time,
    quiet_weekend: bool,
    weekly_minutes: int,
    low_response: int,
    independent: User | None,
    actor: User,
    now: datetime,
) -> SurpriseRules:
    """Change the rules of the house. What was sent stays sent."""
    values: dict[str, Any] = {
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "quiet_weekend": quiet_weekend,
        "weekly_minutes": weekly_minutes,
        "low_response": low_response,
        "independent": independent,
    }
    with transaction.atomic():
        rules, _is_new = SurpriseRules.objects.update_or_create(pk=1, defaults=values)
        payload = {**values, "independent": str(independent.pk) if independent else ""}
        audit.record(action="surprise.ruled", actor=str(actor.pk), subject="learn", payload=payload, now=now)
    return rules


def quiet_of(rules: SurpriseRules) -> Quiet:
    """Return the quiet hours of the rules."""
    return Quiet(rules.quiet_from, rules.quiet_until, rules.quiet_weekend)


def _plain(sign: Sign) -> dict[str, Any]:
    """A sign as plain values for JSON: no NaN."""
    values = asdict(sign)
    values["sureness"] = None if sign.sureness is None else int(sign.sureness)
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in values.items()}


def _chain_of(note: SurpriseNote, routes: Routes) -> Chain:
    try:
        tree = book_of(note.wave).tree
    except LookupError:
        return routes.chain([note.unit_key])
    if note.unit_key not in tree.index_of:
        return routes.chain([note.unit_key])
    row = tree.index_of[note.unit_key]
    return routes.chain([note.unit_key, *(tree.ids[above] for above in tree.ancestors(row))])


def _sent_of(note: SurpriseNote) -> Mapping[str, Sent]:
    copies = SurpriseCopy.objects.filter(note=note)
    return {
        str(user): Sent(cast(Reason, reason), started, answered)
        for user, reason, started, answered in copies.values_list("user_id", "reason", "started_at", "answered_at")
    }


def _make_copies(note: SurpriseNote, chain: Chain, routes: Routes, rules: SurpriseRules, now: datetime) -> None:
    named = str(rules.independent_id) if rules.independent is not None and _is_active(rules.independent) else ""
    is_conduct = note.kind == SurpriseNote.Kind.CONDUCT
    due = due_copies(
        noted_at=note.noted_at,
        is_conduct=is_conduct,
        chain=chain,
        independent=routes.independent(named, chain) if is_conduct else (),
        sent=_sent_of(note),
        now=now,
    )
    for one in due:
        # Of conduct, leader and independent person see it at the same moment, whatever the hour; mail waits.
        at_once = is_conduct and one.reason != "above"
        values = {"reason": one.reason, "due_at": one.since, "visible_at": now if at_once else None}
        _copy, is_new = SurpriseCopy.objects.get_or_create(note=note, user_id=UUID(one.user), defaults=values)
        if is_new:
            _record("surprise.due", SYSTEM, str(note.pk), {"user": one.user, "reason": one.reason}, now)


def _is_active(user: User) -> bool:
    return user.is_active and (user.person is None or user.person.is_active)


def _send_waiting(rules: SurpriseRules, now: datetime) -> int:
    """Tell everybody what waits for them, unless it is quiet: one message each."""
    zone = get_default_timezone()
    if is_quiet(now, quiet_of(rules), zone):
        return 0
    waiting = SurpriseCopy.objects.select_for_update().filter(started_at=None).select_related("note__wave__study")
    by_user: dict[UUID, list[SurpriseCopy]] = {}
    for copy in waiting.order_by("due_at", "pk"):
        by_user.setdefault(copy.user_id, []).append(copy)
    count = 0
    for user_id, copies in by_user.items():
        spent = _spent(user_id, since=week_start(now, zone))
        standing = [_waiting(copy) for copy in copies]
        plan = allot(standing, spent=spent, budget=rules.weekly_minutes, today=localdate(now))
        SurpriseCopy.objects.filter(pk__in=plan.held).update(held_until=next_week(now, zone))
        told = [copy for copy in copies if str(copy.pk) in {*plan.notes, *plan.digest}]
        for copy in told:
            copy.started_at, copy.visible_at = now, copy.visible_at or now
            copy.is_digest = str(copy.pk) in plan.digest
            copy.save(update_fields=["started_at", "visible_at", "is_digest"])
        if told:
            send_copies(user=User.objects.select_related("person").get(pk=user_id), copies=told, now=now)
            for copy in told:
                _record("surprise.told", SYSTEM, str(copy.note_id), {"user": str(user_id)}, now)
        count += len(told)
    return count


def _waiting(copy: SurpriseCopy) -> Waiting:
    is_conduct = copy.note.kind == SurpriseNote.Kind.CONDUCT
    return Waiting(str(copy.pk), copy.note.minutes, copy.note.clearness, is_conduct, copy.due_at, copy.held_until)


def _spent(user_id: UUID, *, since: datetime) -> int:
    told: Iterable[tuple[int, bool]] = SurpriseCopy.objects.filter(user=user_id, started_at__gte=since).values_list(
        "note__minutes", "is_digest"
    )
    return sum(DIGEST_MINUTES if is_digest else minutes for minutes, is_digest in told)


def _own(copy_id: UUID, actor: User) -> SurpriseCopy:
    return SurpriseCopy.objects.select_for_update().get(pk=copy_id, user=actor, visible_at__isnull=False)


def _record(action: str, actor: str, subject: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Write it down: who, which note, when. What somebody answered stands with the copy alone."""
    audit.record(action=action, actor=actor, subject=subject, payload=payload, now=now)
