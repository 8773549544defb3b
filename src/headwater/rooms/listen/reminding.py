"""Mail to those who are asked: invitations and reminders, and what comes back.

No link is kept. A mailing is queued as batches that name a range of invitations; the batch works each link out from the
wave's key when it sends, and writes beside each invitation that it went out. A batch that dies goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from headwater.rooms.house.bounces import TAKERS, bounce_address, read_bounce
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.mail import AUTOMATIC
from headwater.rooms.house.mail_layout import html_of
from headwater.rooms.listen.logic.links import Place, WaveSecrets, link_token
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.wave_keys import private_key
from headwater.rooms.listen.models import Invitation, ListenSettings, Study, Wave
from headwater.rooms.listen.studies import plan_of
from headwater.vocab import HeadwaterError

BATCH = 200
PLACE_OF_LINK = "https://link.invalid/"
"""Stands in a letter where each person's own link comes: letters, digits, - and _ alone, safe in text and HTML."""
State = Invitation.State


class UnsentError(HeadwaterError):
    """Some messages of a batch could not be sent; it is tried again later for these alone."""


@dataclass(frozen=True)
class Letter:
    """One message, before its link."""

    subject: str
    greeting: str
    body: str
    ending: str


def queue_mailing(*, wave: Wave, number: int, now: datetime) -> int:
    """Queue one mailing of a wave in batches, in the caller's transaction. number: 0 the invitation, 1 the first
    reminder. Returns how many batches. Queueing the same mailing twice queues it once.
    """
    keys = list(_due(wave, number).order_by("pk").values_list("pk", flat=True))
    parts = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
    for part in parts:
        enqueue_job(
            name="send_invitations",
            arguments={"wave_id": str(wave.pk), "number": number, "first": part[0], "last": part[-1]},
            now=now,
            attempts_allowed=10,
            once_key=f"invite:{wave.pk}:{number}:{part[0]}",
        )
    return len(parts)


def send_invitations(*, wave_id: str, number: int, first: int, last: int, now: datetime) -> None:
    """Send one batch: the job `send_invitations`. Raises UnsentError when messages are left for a later attempt.

    Whoever bounced, answered meanwhile in a study that knows it, or is asked after closing gets nothing.
    """
    wave = Wave.objects.select_related("study").get(pk=UUID(wave_id))
    if wave.state != Wave.State.OPEN or now >= wave.closes_at:
        return
    waiting = _due(wave, number).filter(pk__gte=first, pk__lte=last).select_related("person").order_by("pk")
    post = _Post(wave, number, get_connection())
    left = 0
    try:
        for invitation in waiting:
            left += not post.send(invitation, now)
    finally:
        post.connection.close()
    if left:
        raise UnsentError(f"{left} messages could not be sent")


def _due(wave: Wave, number: int) -> QuerySet[Invitation]:
    """Invitations a mailing goes to. Reminders of anonymous studies go to everyone: who answered is not known."""
    found = Invitation.objects.filter(wave=wave).exclude(person=None)
    if number == 0:
        return found.filter(state=State.WAITING)
    found = found.filter(state=State.SENT, reminders_sent__lt=number)
    return found if wave.study.promise == Study.Promise.ANONYMOUS else found.filter(answered_at=None)


class _Post:
    """Writes and sends the messages of one batch."""

    def __init__(self, wave: Wave, number: int, connection: BaseEmailBackend) -> None:
        self.wave, self.number, self.connection = wave, number, connection
        self.plan: WavePlan = plan_of(wave)
        self.secrets = WaveSecrets.of(private_key(settings.KEYS, wave.pk))
        sender = ListenSettings.objects.filter(pk=1).values_list("sender_name", flat=True).first()
        self.sender = shown_sender(sender or self.plan.organisation)
        self.written: dict[str, tuple[str, str, str]] = {}
        self.connection.open()

    def send(self, invitation: Invitation, now: datetime) -> bool:
        """Send one message and write down that it went out. Returns whether nothing is left to do for it."""
        person = invitation.person
        if person is None or not person.email or not person.is_active:
            Invitation.objects.filter(pk=invitation.pk, state=State.WAITING).update(state=State.UNREACHABLE)
            return True
        link = link_of(self.plan, self.secrets, invitation)
        subject, text, html = self._words(invitation.language)
        message = EmailMultiAlternatives(
            subject=subject,
            body=text.replace(PLACE_OF_LINK, link),
            from_email=bounce_address(token_of(invitation)) if settings.MAIL_BOUNCES else settings.DEFAULT_FROM_EMAIL,
            to=[person.email],
            headers={"From": self.sender, **AUTOMATIC},
            connection=self.connection,
        )
        message.attach_alternative(html.replace(PLACE_OF_LINK, link), "text/html")
        try:
            message.send()
        except SMTPRecipientsRefused as error:
            if any(500 <= code < 600 for code, _answer in error.recipients.values()):
                note_bounce(invitation=invitation, now=now)
                return True
            return False
        except (SMTPException, OSError):
            return False
        changed: dict[str, object] = {"state": State.SENT}
        if self.number == 0:
            changed["sent_at"] = now
        else:
            changed["reminders_sent"] = self.number
        Invitation.objects.filter(pk=invitation.pk, state__in=(State.WAITING, State.SENT)).update(**changed)
        return True

    def _words(self, language: str) -> tuple[str, str, str]:
        """Subject, text and HTML in a language, with a place for the link: all messages of a batch share them."""
        if language not in self.written:
            letter = letter_of(self.plan, language, self.wave.closes_at, is_reminder=self.number > 0)
            text = "\n\n".join((letter.greeting, letter.body, PLACE_OF_LINK, letter.ending)) + "\n"
            html = html_of(text, subject=letter.subject, language=language)
            self.written[language] = (letter.subject, text, html)
        return self.written[language]


def link_of(plan: WavePlan, secrets: WaveSecrets, invitation: Invitation) -> str:
    """Return the address of an invited person's page, worked out anew each time."""
    place = Place(invitation.unit_key, invitation.cuts, invitation.language)
    token = link_token(secrets, plan, place, bytes(invitation.number))
    return urljoin(settings.ADDRESS, reverse("respond:page", args=[token]))


def letter_of(plan: WavePlan, language: str, closes_at: datetime, *, is_reminder: bool) -> Letter:
    """Return the words of a message, in the language of the person or in English where there is no catalogue."""
    known = {code for code, _name in settings.LANGUAGES}
    base = language.partition("-")[0]
    with translation.override(language if language in known else base if base in known else "en"):
        day = date_format(localtime(closes_at), "DATE_FORMAT")
        subject = _("A reminder: %(title)s") if is_reminder else "%(title)s"
        yours = (
            _("If you have answered, thank you, and nothing more is needed. Otherwise this link is yours:")
            if is_reminder
            else _("This link is yours. Please do not pass it on:")
        )
        until = _("You can answer until %(day)s. Your answers are kept as you go, so you can stop and return.")
        return Letter(
            subject=subject % {"title": plan.study_title},
            greeting=_("Good day,"),
            body=f"{plan.text('purpose', language)} {_promise(plan, is_reminder=is_reminder)}\n\n{yours}",
            ending=f"{until % {'day': day}}\n\n{plan.organisation}",
        )


def _promise(plan: WavePlan, *, is_reminder: bool) -> str:
    if plan.promise == "identified":
        return _("Your answers are kept with your name. The first page says who reads them.")
    if plan.promise == "confidential":
        return _("It is confidential: your answers are never shown with your name.")
    if is_reminder:
        return _("It is anonymous. Nobody can see who answered, so this reminder goes to everyone who was asked.")
    text = _("It is anonymous: your answers carry no name, and groups of fewer than %(k)s people are never shown.")
    return text % {"k": plan.k}


def shown_sender(name: str) -> str:
    """Return the From header: the sender's name and the site's address."""
    from email.utils import formataddr, parseaddr

    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1] or settings.DEFAULT_FROM_EMAIL
    return formataddr((" ".join(name.split()), address))


def token_of(invitation: Invitation) -> str:
    """Return what stands for an invitation in a return path."""
    return f"i{invitation.pk}"


def take_bounces(*, messages: Iterable[bytes], now: datetime) -> Mapping[str, int]:
    """Read returned messages. Returns how many were "bounced", "passing" (may still arrive) and "other".

    Whoever bounced is asked no more and reminded no more in that wave. Reading a message twice changes nothing.
    """
    counted = {"bounced": 0, "passing": 0, "other": 0}
    for content in messages:
        bounce = read_bounce(content)
        take = TAKERS.get(bounce.token[:1]) if bounce is not None else None
        if bounce is not None and take is not None:
            counted["bounced" if take(bounce, now) else "other"] += 1
        elif bounce is None or not bounce.token.removeprefix("i").isdecimal():
            counted["other"] += 1
        elif not bounce.is_permanent:
            counted["passing"] += 1
        else:
            invitation = Invitation.objects.filter(pk=int(bounce.token.removeprefix("i"))).first()
            counted["bounced" if invitation is not None else "other"] += 1
            if invitation is not None:
                note_bounce(invitation=invitation, now=now)
    return counted


def note_bounce(*, invitation: Invitation, now: datetime) -> None:
    """Write down that an invitation's mail came back for good. Safe to repeat."""
    Invitation.objects.filter(Q(pk=invitation.pk) & Q(state__in=(State.WAITING, State.SENT))).update(
        state=State.BOUNCED, bounced_at=now, sent_at=_first(F("sent_at"), now)
    )


def _first(field: F, now: datetime) -> object:
    from django.db.models import Value
    from django.db.models.functions import Coalesce

    return Coalesce(field, Value(now))
