"""Answers come in: drafts and responses, each one transaction, on disk before anybody is told so.

What is written is a box locked to the wave's key, under a keyed hash of the link. No person, no unit, no time.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.db import connection, transaction

from headwater.rooms.listen.logic import boxes
from headwater.rooms.listen.logic.links import NAMED, OpenLink, pseudonym
from headwater.rooms.listen.logic.validation import AnswerProblem, check_values, complete
from headwater.rooms.listen.models import Invitation, SealedResponse, Wave
from headwater.rooms.listen.received import tell_received
from headwater.rooms.listen.respond_waves import LiveWave, live_wave

Kind = Literal["stored", "same", "taken", "closed", "refused"]
COUNTS, QUARANTINED = SealedResponse.Standing.COUNTS, SealedResponse.Standing.QUARANTINED
BOX_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of answers.

    kind: "stored"; "same": an identical replay of what is stored; "taken": the link has answered already, otherwise;
    "closed": the wave takes no answers; "refused": see problems, nothing was stored.
    """

    kind: Kind
    problems: tuple[AnswerProblem, ...] = ()

    @property
    def is_in(self) -> bool:
        """Whether these very answers are stored."""
        return self.kind in ("stored", "same")


@dataclass(frozen=True)
class Draft:
    """What is kept under a slip. is_complete: it was sent, and cannot be changed any more."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    is_complete: bool = False


def submit_response(
    *,
    wave: Wave | LiveWave,
    link: OpenLink,
    answers: Mapping[str, Any],
    now: datetime,
    language: str = "",
    reasons: Sequence[str] = (),
) -> Submission:
    """Check answers (by item key, see `logic.answers`) and store them as the one response of a link.

    reasons: why the response is set apart for a look; with none it counts. Durable when it returns. Raises
    MissingKeyError when the wave's key is gone, OSError or DatabaseError when it could not be stored.
    """
    live = wave if isinstance(wave, LiveWave) else live_wave(wave)
    checked = check_values(live.form, answers)
    kept, lacking = complete(live.form, checked)
    if checked.problems or lacking:
        return Submission("refused", (*checked.problems, *lacking))
    return store_response(live=live, link=link, answers=kept, now=now, language=language, reasons=reasons)


def store_response(
    *,
    live: LiveWave,
    link: OpenLink,
    answers: Mapping[str, Any],
    now: datetime,
    language: str = "",
    reasons: Sequence[str] = (),
) -> Submission:
    """Store answers that were checked. link: with a slip."""
    mark = mark_of(live, answers)
    with one_writer(), transaction.atomic(savepoint=False):
        if not takes_answers(live, now):
            return Submission("closed")
        box = lock_answers(live, link, answers, language or link.place.language)
        if write_box(live, link.slip, box, mark, is_complete=True, reasons=reasons):
            if link.number:
                _note_answered(live, link, now)
            if live.plan.promise == "identified":
                who = respondent_of(live, link)
                tell_received(live, unit=link.place.unit, respondent=who, answers=answers, language=language, now=now)
            return Submission("stored")
        stored = read_box(live, link.slip)
    return Submission("same" if stored is not None and stored[2] == mark else "taken")


def save_draft(
    *, wave: Wave | LiveWave, link: OpenLink, answers: Mapping[str, Any], now: datetime, language: str = ""
) -> Submission:
    """Keep answers that were not sent yet, in place of those kept before. They are resumed from the link.

    "taken" when the link has answered already, "closed" when the wave takes no answers. Durable when it returns.
    """
    live = wave if isinstance(wave, LiveWave) else live_wave(wave)
    with one_writer(), transaction.atomic(savepoint=False):
        if not takes_answers(live, now):
            return Submission("closed")
        box = lock_answers(live, link, answers, language or link.place.language)
        is_kept = write_box(live, link.slip, box, mark_of(live, answers), is_complete=False, reasons=())
    return Submission("stored" if is_kept else "taken")


def read_draft(*, live: LiveWave, link: OpenLink) -> Draft:
    """Return what is kept under a link. An answered link says only that it was answered."""
    found = read_box(live, link.slip) if link.slip else None
    if found is None:
        return Draft()
    is_complete, body, _ = found
    if is_complete:
        return Draft(is_complete=True)
    content = boxes.unlock(live.secrets.private, body)
    return Draft(content["answers"], content["language"])


def is_taking(live: LiveWave, now: datetime) -> bool:
    """Whether a wave takes answers, as far as this process knows."""
    return live.state == Wave.State.OPEN and live.opens_at <= now <= live.late_until


def is_copy(*, live: LiveWave, link: OpenLink, answers: Mapping[str, Any]) -> bool:
    """Whether another link sent the very same answers."""
    others = SealedResponse.objects.filter(wave_id=live.id, mark=mark_of(live, answers), is_complete=True)
    return others.exclude(slip=link.slip).exists()


@contextmanager
def one_writer() -> Iterator[None]:
    """Let respondents' writes to SQLite queue in the system, process by process, and not by SQLite's growing pauses.

    PostgreSQL needs no queue. A process that dies lets go of its place.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        # inside a transaction the database's own lock is held already: waiting here could wait for oneself
        yield
        return
    with _queue:
        descriptor = os.open(settings.DIR / "responses.queue", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


_queue = threading.Lock()


def mark_of(live: LiveWave, answers: Mapping[str, Any]) -> bytes:
    """Return the keyed hash by which an identical replay is known."""
    written = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return hmac.digest(live.secrets.mark, written, "sha256")


def lock_answers(live: LiveWave, link: OpenLink, answers: Mapping[str, Any], language: str) -> bytes:
    """Lock what is kept of a respondent: place, language, answers, and who it is as far as was promised."""
    content: dict[str, Any] = {
        "format": BOX_FORMAT,
        "unit": link.place.unit,
        "cuts": dict(link.place.cuts),
        "language": language,
        "answers": dict(answers),
    }
    if live.plan.promise != "anonymous":
        content["respondent"] = respondent_of(live, link)
        content["context"] = dict(link.context)
    return boxes.lock(live.public_key, content)


def respondent_of(live: LiveWave, link: OpenLink) -> str:
    """Return who answers: nobody, a pseudonym of this study, or the person or contact itself, as was promised."""
    if live.plan.promise == "anonymous":
        return ""
    subject = link.respondent
    if link.kind == NAMED:
        person = Invitation.objects.filter(wave_id=live.id, number=link.number).values_list("person_id", flat=True)
        subject = str(next((found for found in person if found is not None), ""))
    if not subject or live.plan.promise == "identified":
        return subject
    return pseudonym(live.study_key, subject)


def takes_answers(live: LiveWave, now: datetime) -> bool:
    """Ask the database, under a lock that closing waits for: what closing has not seen cannot come in after it."""
    query = "SELECT state, opens_at, late_until FROM listen_wave WHERE id = %s"
    if connection.vendor == "postgresql":
        query += " FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(query, [_uuid(live.id)])
        row = cursor.fetchone()
    return row is not None and row[0] == Wave.State.OPEN and live.opens_at <= now <= live.late_until


_COLUMNS = "id, wave_id, slip, body, mark, is_complete, standing, reasons"
_UPSERT = f"""
    INSERT INTO listen_sealedresponse ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (wave_id, slip) DO UPDATE SET
        body = excluded.body, mark = excluded.mark, is_complete = excluded.is_complete,
        standing = excluded.standing, reasons = excluded.reasons
    WHERE NOT listen_sealedresponse.is_complete
"""


def write_box(
    live: LiveWave, slip: bytes, body: bytes, mark: bytes, *, is_complete: bool, reasons: Sequence[str]
) -> bool:
    """Insert, or replace a draft, in one statement, so that races end in one response. False when the slip answered."""
    standing = QUARANTINED if reasons else COUNTS
    row = [_uuid(uuid.uuid4()), _uuid(live.id), slip, body, mark, is_complete, str(standing), json.dumps(list(reasons))]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, row)
        return bool(cursor.rowcount == 1)


def read_box(live: LiveWave, slip: bytes) -> tuple[bool, bytes, bytes] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT is_complete, body, mark FROM listen_sealedresponse WHERE wave_id = %s AND slip = %s",
            [_uuid(live.id), slip],
        )
        row = cursor.fetchone()
    return None if row is None else (bool(row[0]), bytes(row[1]), bytes(row[2]))


def _note_answered(live: LiveWave, link: OpenLink, now: datetime) -> None:
    Invitation.objects.filter(wave_id=live.id, number=link.number, answered_at=None).update(answered_at=now)


def _uuid(value: uuid.UUID) -> Any:
    """As the database keeps it: PostgreSQL has a type for it, SQLite keeps 32 digits."""
    return value if connection.features.has_native_uuid_field else value.hex
