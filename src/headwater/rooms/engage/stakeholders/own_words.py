"""A stakeholder says it themself: one minute, by a signed link or signed in; and speaks to what is kept about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.rooms.engage.asks import NewAsk, check_load, done_ask, record_ask
from headwater.rooms.engage.models import (
    AttitudeReading,
    OwnWordRequest,
    Preference,
    Rating,
    Remark,
    Sponsorship,
    Stakeholder,
    UpcomingDecision,
)
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.engage.stakeholders.register import StakeholderRefusedError, write_down
from headwater.rooms.engage.stakeholders.services import read_attitude, say_minutes, say_preference
from headwater.rooms.house.languages import desk_language
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.people.models import User

SALT = "headwater.engage.own-words"
OPEN_FOR = timedelta(days=30)
MINUTES = 1

KEPT = {
    "rating": Rating,
    "attitude": AttitudeReading,
    "preference": Preference,
    "decision": UpcomingDecision,
    "sponsorship": Sponsorship,
}
"""What a remark can be about, by the word before the colon; "register" is the entry itself."""


@dataclass(frozen=True)
class OwnWords:
    """What somebody says of how to reach them. None and "": not said."""

    form: str = ""
    language: str = ""
    minutes: int | None = None
    drives: str = ""
    decides: str = ""
    credible: str = ""
    attitude: str = ""
    attitude_words: str = ""


def ask_own_words(
    *, stakeholder: Stakeholder, address: str, actor: User, now: datetime, over_reason: str = ""
) -> OwnWordRequest:
    """Ask a stakeholder by mail to say for themself what reaches them. Asked again, the link before ends.

    address: of the page, with {token} in it. over_reason: why it cannot wait, where their week is full. Raises
    OverloadError for a full week without one, StakeholderRefusedError where no mail address is known, and within
    a day of the last time.
    """
    if not stakeholder.address:
        raise StakeholderRefusedError(_("No e-mail address is known. Add one, or ask in person."))
    with transaction.atomic():
        Stakeholder.objects.select_for_update().get(pk=stakeholder.pk)
        open_ones = OwnWordRequest.objects.filter(stakeholder=stakeholder, answered_at=None, ended_at=None)
        if open_ones.filter(asked_at__gt=now - timedelta(days=1)).exists():
            raise StakeholderRefusedError(_("They were asked less than a day ago."))
        due, source = (now + timedelta(days=7)).date(), f"own_words:{stakeholder.pk}"
        check_load([NewAsk(stakeholder, MINUTES, due, source)], over_reason=over_reason, actor=actor)
        open_ones.update(ended_at=now)
        made = OwnWordRequest.objects.create(
            stakeholder=stakeholder, asked_at=now, asked_by=actor, until_at=now + OPEN_FOR
        )
        language = desk_language(profile_of(stakeholder).language.value)
        with translation.override(language):
            subject, title = _("One minute: how should we reach you?"), _("Say what reaches you")
            text = "\n\n".join(
                [
                    _("Hello %(name)s,") % {"name": stakeholder},
                    _(
                        "%(who)s wants to bring you less, and only what helps you decide. Please say which form you "
                        "like and how many minutes you have. It takes one minute."
                    )
                    % {"who": actor.name or actor.email},
                    f"{_('Say it yourself')}: {address.replace('{token}', token_of(made))}",
                    _(
                        "The same page shows what is kept about you here. You can correct it. The link is yours alone "
                        "and ends after 30 days."
                    ),
                ]
            )
        send_mail_later(
            to=stakeholder.address,
            subject=subject,
            text=text,
            now=now,
            once_key=f"own-words:{made.pk}",
            with_layout=True,
            language=language,
        )
        record_ask(
            person=stakeholder,
            kind="own_words",
            title=title,
            minutes=MINUTES,
            due_date=due,
            href="",
            source=source,
            actor=actor,
            now=now,
            over_reason=over_reason,
        )
        write_down("asked", stakeholder, actor, now, request=str(made.pk))
    return made


def token_of(request: OwnWordRequest) -> str:
    """Return the signed text of a link."""
    return signing.dumps(str(request.pk), salt=SALT)


def request_of(*, token: str, now: datetime) -> OwnWordRequest | None:
    """Return the request of a link, None for one that is not ours, ended or too old. Answered ones stay open."""
    try:
        found = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return (
        OwnWordRequest.objects.select_related("stakeholder__person", "asked_by")
        .filter(pk=UUID(found), ended_at=None, until_at__gt=now, stakeholder__erased_at=None)
        .first()
    )


def say_own_words(*, stakeholder: Stakeholder, words: OwnWords, actor: User | None, now: datetime) -> None:
    """Keep what a stakeholder said of themself. Empty fields say nothing. Safe to repeat. actor: None by a link."""
    with transaction.atomic():
        for kind in Preference.Kind.values:
            say_preference(
                stakeholder=stakeholder, kind=kind, value=getattr(words, kind), is_asked=True, actor=actor, now=now
            )
        if words.minutes is not None:
            say_minutes(stakeholder=stakeholder, minutes=words.minutes, is_asked=True, actor=actor, now=now)
        if words.attitude:
            read_attitude(
                stakeholder=stakeholder,
                level=words.attitude,
                source=AttitudeReading.Source.OWN,
                words=words.attitude_words,
                actor=None,
                now=now,
            )
        OwnWordRequest.objects.filter(stakeholder=stakeholder, answered_at=None, ended_at=None).update(answered_at=now)
        done_ask(source=f"own_words:{stakeholder.pk}", person=stakeholder, actor=actor, now=now)


def remark_on(
    *, stakeholder: Stakeholder, about: str, kind: str, words: str, form_key: UUID, actor: User | None, now: datetime
) -> Remark:
    """Keep what a stakeholder says to one thing kept about them. The same form sent twice is kept once.

    about: as "attitude:<id>", or "register". Raises StakeholderRefusedError without words, for an unknown kind, and for
    a thing that is not about them.
    """
    words = words.strip()[:1000]
    if not words or kind not in Remark.Kind.values:
        raise StakeholderRefusedError(_("Write what you want to say to it."))
    if not _is_about(stakeholder, about):
        raise StakeholderRefusedError(_("This is not kept about you any more."))
    with transaction.atomic():
        made, is_new = Remark.objects.get_or_create(
            form_key=form_key,
            defaults={"stakeholder": stakeholder, "about": about, "kind": kind, "words": words, "made_at": now},
        )
        if made.stakeholder_id != stakeholder.pk:
            raise StakeholderRefusedError(_("Open the page again."))
        if is_new:
            write_down("remark", stakeholder, actor, now, remark=str(made.pk), about=about, kind=kind)
    return made


def answer_remark(*, remark: Remark, outcome: str, answer: str, actor: User, now: datetime) -> Remark:
    """Answer a remark. Outcome "removed" deletes what it is about; the others leave the remark beside it.

    Raises StakeholderRefusedError for an unknown outcome, without a word, and where there is nothing to remove.
    """
    answer = answer.strip()[:1000]
    if outcome not in Remark.Outcome.values or not answer:
        raise StakeholderRefusedError(_("Say what became of it. They read your answer."))
    with transaction.atomic():
        row = Remark.objects.select_for_update().select_related("stakeholder").get(pk=remark.pk)
        if row.answered_at is not None:
            return row
        if outcome == Remark.Outcome.REMOVED:
            word, _colon, key = row.about.partition(":")
            if word not in KEPT:
                raise StakeholderRefusedError(_("The entry itself is taken away by erasing it."))
            KEPT[word]._default_manager.filter(pk=UUID(key)).delete()
        row.outcome, row.answer, row.answered_at, row.answered_by = outcome, answer, now, actor
        row.save()
        write_down("remark_answered", row.stakeholder, actor, now, remark=str(row.pk), outcome=outcome)
    return row


def _is_about(stakeholder: Stakeholder, about: str) -> bool:
    if about == "register":
        return True
    word, _colon, key = about.partition(":")
    try:
        number = UUID(key)
    except ValueError:
        return False
    if word == "sponsorship":
        found = Sponsorship.objects.filter(pk=number).first()
        return found is not None and stakeholder.pk in (found.sponsor_id, found.sponsored_id)
    return word in KEPT and KEPT[word]._default_manager.filter(pk=number, stakeholder=stakeholder).exists()
