"""What those who were asked are told: written, published, taken back, and mailed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.commitments.sources import THEME
from headwater.rooms.act.commitments.told_themes import theme_evidence_of
from headwater.rooms.act.models import Commitment, Told, ToldStatement
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.evidence import evidence_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import HeadwaterError

Kind = ToldStatement.Kind
MOST_WORDS, MOST_WHY, MOST_STATEMENTS = 400, 400, 12


class ToldRefusedError(HeadwaterError):
    """What is told cannot stand so; the message says why."""

    exit_code = 3


def start_told(*, wave: Wave, unit: Unit | None, actor: User, now: datetime) -> Told:
    """Begin to write what those of a released wave are told, once a unit; again returns what stands.

    unit: None for everybody who was asked. Raises ToldRefusedError for a wave that is not released, or somebody's own.
    """
    if wave.state != Wave.State.RELEASED or wave.study.kept_for_id is not None:
        raise ToldRefusedError(_("Only released results can be told."))
    standing = Told.objects.filter(wave=wave, unit=unit).first()
    if standing is not None:
        return standing
    try:
        with transaction.atomic():
            made = Told.objects.create(wave=wave, unit=unit, link=secrets.token_urlsafe(24), made_at=now, made_by=actor)
            _record("told.begun", made, actor, now, {"wave": str(wave.pk), "unit": "" if unit is None else unit.key})
    except IntegrityError:
        return Told.objects.get(wave=wave, unit=unit)
    return made


def add_statement(
    *,
    key: UUID,
    told_id: UUID,
    kind: str,
    words: Mapping[str, str],
    why: Mapping[str, str],
    finding: Finding | None,
    commitment: Commitment | None,
    actor: User,
    now: datetime,
) -> ToldStatement:
    """Add one statement to a draft, with the number or theme it rests on frozen in every language of the study.

    key: its id, chosen by the form; the same again returns what stands. words, why: by language; why for what will not
    be done. finding: a score, or a theme as `theme:<key>`, of this wave and unit. Raises ToldRefusedError.
    """
    said, reasons = _said(words, MOST_WORDS), _said(why, MOST_WHY)
    with transaction.atomic():
        told = _draft(told_id)
        standing = ToldStatement.objects.filter(pk=key, told=told).first()
        if standing is not None:
            return standing
        if not said:
            raise ToldRefusedError(_("Say it in at least one language."))
        if kind == Kind.NOT and set(reasons) != set(said):
            raise ToldRefusedError(_("Say why it will not be done, in every language you say it in."))
        if ToldStatement.objects.filter(told=told).count() >= MOST_STATEMENTS:
            raise ToldRefusedError(_("Twelve statements are the most that anybody reads. Take one away first."))
        last = ToldStatement.objects.filter(told=told).aggregate(found=Max("place"))["found"]
        made = ToldStatement.objects.create(
            pk=key,
            told=told,
            kind=kind,
            place=(last or 0) + 1,
            words=said,
            why=reasons if kind == Kind.NOT else {},
            evidence=_frozen(told, finding, actor, now),
            commitment=commitment if kind == Kind.DONE else None,
            made_at=now,
        )
        payload = {"statement": str(key), "kind": kind, "commitment": str(commitment.pk) if commitment else ""}
        _record("told.added", told, actor, now, payload)
    return made


def remove_statement(*, statement_id: UUID, told_id: UUID, actor: User, now: datetime) -> None:
    """Take a statement out of a draft. Again changes nothing. Raises ToldRefusedError once published."""
    with transaction.atomic():
        told = _draft(told_id)
        gone, _each = ToldStatement.objects.filter(pk=statement_id, told=told).delete()
        if gone:
            _record("told.removed", told, actor, now, {"statement": str(statement_id)})


def publish_told(*, told_id: UUID, actor: User, now: datetime) -> Told:
    """Publish it: from now on the link opens. Again changes nothing.

    Raises ToldRefusedError without anything that was heard, or without anything that is done or will not be.
    """
    with transaction.atomic():
        told = Told.objects.select_for_update(of=("self",)).select_related("wave__study").get(pk=told_id)
        if told.published_at is not None:
            return told
        kinds = set(ToldStatement.objects.filter(told=told).values_list("kind", flat=True))
        if Kind.HEARD.value not in kinds or not kinds - {Kind.HEARD.value}:
            raise ToldRefusedError(
                _("Say at least one thing that was heard, and one that is done or will not be done and why.")
            )
        told.published_at, told.published_by, told.edition = now, actor, told.edition + 1
        told.save(update_fields=["published_at", "published_by", "edition"])
        _record("told.published", told, actor, now, {"edition": told.edition})
    return told


def take_back(*, told_id: UUID, actor: User, now: datetime) -> Told:
    """Close the page, so that it can be put right and published anew under the same link. Again changes nothing."""
    with transaction.atomic():
        told = Told.objects.select_for_update(of=("self",)).get(pk=told_id)
        if told.published_at is not None:
            told.published_at = None
            told.save(update_fields=["published_at"])
            _record("told.taken_back", told, actor, now, {"edition": told.edition})
    return told


def top_key(wave: Wave) -> str:
    """Return the key of the whole as it stood in a wave."""
    return str(book_of(wave).tree.ids[0])


def spoken_by(wave: Wave) -> tuple[str, ...]:
    """Return the languages of those who were asked."""
    return tuple(wave.study.languages) or (settings.LANGUAGE_CODE,)


def catalogue_of(language: str) -> str:
    """Return the language in which the page's own words can be said: its own, one that shares it, else English."""
    known, base = {code for code, _name in settings.LANGUAGES}, language.partition("-")[0]
    return language if language in known else base if base in known else "en"


def _frozen(told: Told, finding: Finding | None, actor: User, now: datetime) -> dict[str, Any]:
    """The number or theme in every language of the study."""
    unit = top_key(told.wave) if told.unit is None else told.unit.key
    if finding is None or (finding.study, finding.wave, finding.unit) != (told.wave.study.key, told.wave.key, unit):
        raise ToldRefusedError(_("Choose the released result it rests on."))
    viewer, kept = viewer_of(actor, today=localdate(now)), dict[str, Any]()
    for language in spoken_by(told.wave):
        with translation.override(catalogue_of(language)):
            plain = _plain(told.wave, viewer, finding)
        if plain is None:
            raise ToldRefusedError(_("That result is not released, or too few answered to show it."))
        kept[language] = plain
    return kept


def _plain(wave: Wave, viewer: Viewer, finding: Finding) -> dict[str, Any] | None:
    """A released number or theme in plain values, in the language of the thread; None where none was."""
    if finding.score.startswith(THEME):
        theme = theme_evidence_of(viewer=viewer, wave=wave, finding=finding)
        return None if theme is None else theme.as_plain()
    number = evidence_of(viewer=viewer, finding=finding)
    return number.as_plain() if number is not None and number.is_shown else None


def _draft(told_id: UUID) -> Told:
    found = (
        Told.objects.select_for_update(of=("self",)).select_related("wave__study", "unit").filter(pk=told_id).first()
    )
    if found is None or found.published_at is not None:
        raise ToldRefusedError(_("It is published. Take it back first, then change it."))
    return found


def _said(words: Mapping[str, str], most: int) -> dict[str, str]:
    lines = {language: " ".join(text.replace("\x00", " ").split())[:most] for language, text in words.items()}
    return {language: text for language, text in lines.items() if text}


def _record(action: str, told: Told, actor: User, now: datetime, payload: dict[str, Any]) -> None:
    audit.record(action=action, actor=str(actor.pk), subject=str(told.pk), payload=payload, now=now)
