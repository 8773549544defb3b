"""Mail about incidents: to the top leader at once, to who stands in when mail fails or nobody opens within the hour.

Messages wait in a table and are sent by a job that runs every minute, whether or not there are any: no record of a job
tells when an anonymous report came in. Of those only the hour of sending is kept. Mail itself arrives when it arrives;
it names nobody and repeats no words of the report.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.db import transaction

from headwater.rooms.act.incidents import notice_words
from headwater.rooms.act.incidents.unordered import forget_order
from headwater.rooms.act.incidents.who import account_of, stand_ins, top_leader
from headwater.rooms.act.logic.incidents import HOUR, hour_of, known_by
from headwater.rooms.act.models import Incident, IncidentMessage, IncidentNotice
from headwater.rooms.house import mail
from headwater.rooms.house.bounces import Bounce, bounce_address
from headwater.rooms.house.jobs import enqueue_job, pause_after
from headwater.rooms.house.mail_layout import html_of
from headwater.rooms.people.models import Person, User

LOG = logging.getLogger(__name__)
SEND, WATCH = "send_incident_notices", "watch_incidents"
MARK = "n"
"""Begins the tokens of bounces that are for here."""
MOST_TRIES = 12
"""With pauses that double: most of a day. Of anonymous reports three tries in as many minutes, then one an hour."""
CLAIM = timedelta(minutes=10)
"""How long a message that is being sent is left to who sends it; of anonymous reports until the hour is over."""
MOST_AT_ONCE = 200
Reason = IncidentNotice.Reason


def tell_top_leader(*, incident: Incident, now: datetime) -> None:
    """Put the first message in the queue. Where nobody leads, or no address is known, who stands in is told at once."""
    leader = top_leader()
    user = account_of(leader)
    address = _address(leader, user)
    if address:
        _queue(incident, Reason.REPORTED, incident.pk, leader, user, address, now)
    if user is None or not address:
        escalate(incident=incident, reason=Reason.NO_MAIL, now=now)


def ask_to_meet(*, incident: Incident, now: datetime) -> None:
    """Ask the injured person by mail whether they want to be met, where an address is known."""
    person = incident.injured
    if person is None or incident.meeting or not person.is_active:
        return
    user = account_of(person)
    if user is not None and (address := _address(person, user)):
        _queue(incident, Reason.TO_MEET, person.pk, person, user, address, now)


def tell_reporter(*, message: IncidentMessage, now: datetime) -> None:
    """Tell a reporter with an account of a question. Others see it when they look with their code."""
    person = message.incident.reporter
    user = account_of(person)
    if person is not None and user is not None and (address := _address(person, user)):
        _queue(message.incident, Reason.QUESTION, message.pk, person, user, address, now)


def escalate(*, incident: Incident, reason: str, now: datetime) -> int:
    """Tell the top leader's deputies and the safety officers. Returns how many were told for the first time."""
    told = 0
    for user in stand_ins(now.date()):
        told += _queue(incident, reason, incident.pk, user.person, user, _address(user.person, user), now)
    return told


def send_soon(*, incident: Incident, now: datetime) -> None:
    """Let the queue be worked off at once for a named report. An anonymous one waits for the minute's own job."""
    if not incident.is_anonymous:
        enqueue_job(name=SEND, now=now)


def watch(*, now: datetime) -> None:
    """Send what waits, and tell who stands in of incidents that the top leader did not open within the hour."""
    escalate_unopened(now=now)
    send_waiting(now=now)


def escalate_unopened(*, now: datetime) -> int:
    """Tell who stands in of unopened incidents, each once. Returns how many incidents that concerned."""
    count = 0
    waiting = Incident.objects.filter(opened_at=None, state=Incident.State.OPEN, reported_at__lte=now)
    for incident in waiting.order_by("reported_at", "pk"):
        if known_by(incident.reported_at, is_anonymous=incident.is_anonymous) <= now:
            with transaction.atomic():
                count += bool(escalate(incident=incident, reason=Reason.UNOPENED, now=now))
    return count


def send_waiting(*, now: datetime) -> int:
    """Send the messages that are due. Returns how many went. Two workers never send the same one."""
    due = IncidentNotice.objects.filter(next_at__lte=now).select_related("incident__unit", "person", "user")
    sent = 0
    for notice in due.order_by("next_at", "pk")[:MOST_AT_ONCE]:
        claimed = IncidentNotice.objects.filter(pk=notice.pk, next_at=notice.next_at)
        later = hour_of(now) + HOUR if notice.incident.is_anonymous else now + CLAIM
        if claimed.update(next_at=later):
            sent += _send(notice, now)
    return sent


def take_bounce(bounce: Bounce, now: datetime) -> bool:
    """Take a message that came back: of an incident every failure counts, also one that might pass. Safe to repeat."""
    notice = IncidentNotice.objects.select_related("incident").filter(token=bounce.token).first()
    if notice is None:
        return False
    with transaction.atomic():
        if IncidentNotice.objects.filter(pk=notice.pk, is_bounced=False).update(is_bounced=True, next_at=None):
            _not_arrived(notice, now)
    return True


def _send(notice: IncidentNotice, now: datetime) -> bool:
    incident = notice.incident
    letter = notice_words.letter_of(notice)
    try:
        mail.deliver(
            to=notice.address,
            subject=letter.subject,
            text=letter.text,
            now=now,
            html=html_of(letter.text, subject=letter.subject, language=letter.language),
            return_path=bounce_address(notice.token) if settings.MAIL_BOUNCES else "",
        )
    except (SMTPException, OSError) as error:
        if not incident.is_anonymous:
            # the time of a line in a log would tell the minute of an anonymous report
            LOG.warning("mail about an incident did not go: %s", type(error).__name__)
        _put_back(notice, now, is_refused=_is_refused(error))
        return False
    IncidentNotice.objects.filter(pk=notice.pk).update(next_at=None, sent_at=_kept(incident, now))
    return True


def _is_refused(error: Exception) -> bool:
    """Whether the mail server says that the address takes no mail (class 5)."""
    return isinstance(error, SMTPRecipientsRefused) and any(code >= 500 for code, _answer in error.recipients.values())


def _put_back(notice: IncidentNotice, now: datetime, *, is_refused: bool) -> None:
    """Try again later. Who stands in is told at once where the address is refused, else from the second failure on."""
    tries = notice.tries + 1
    with transaction.atomic():
        is_over = is_refused or tries >= MOST_TRIES
        again = None if is_over else _try_again_at(notice.incident, tries, now)
        IncidentNotice.objects.filter(pk=notice.pk).update(tries=tries, next_at=again, is_given_up=is_over)
        if is_refused or tries >= 2:
            _not_arrived(notice, now)


def _try_again_at(incident: Incident, tries: int, now: datetime) -> datetime:
    if incident.is_anonymous:
        return hour_of(now) if tries < 3 else hour_of(now) + HOUR
    return now + max(pause_after(tries), timedelta(minutes=1))


def _not_arrived(notice: IncidentNotice, now: datetime) -> None:
    if notice.reason == Reason.REPORTED:
        escalate(incident=notice.incident, reason=Reason.NO_MAIL, now=now)


def _queue(
    incident: Incident, reason: str, subject_id: UUID, person: Person | None, user: User | None, address: str,
    now: datetime,
) -> bool:  # fmt: skip
    """Write a message down, once. Returns whether it is new."""
    made, is_new = IncidentNotice.objects.get_or_create(
        incident=incident,
        reason=reason,
        subject_id=subject_id,
        address=address,
        defaults={
            "person": person,
            "user": user,
            "token": MARK + secrets.token_hex(15),
            "next_at": _kept(incident, now) if address else None,
            "is_given_up": not address,
        },
    )
    if is_new:
        forget_order(made)
    return is_new


def _kept(incident: Incident, now: datetime) -> datetime:
    return hour_of(now) if incident.is_anonymous else now


def _address(person: Person | None, user: User | None) -> str:
    return (user.email if user is not None else "") or (person.email if person is not None else "")


def forget(incidents: Iterable[Incident]) -> None:
    """Delete the messages about incidents whose words are forgotten."""
    IncidentNotice.objects.filter(incident__in=list(incidents)).delete()
