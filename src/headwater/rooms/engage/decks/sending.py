"""Making decks that are due and telling their receivers: each made once, kept, and sent once, whatever stops between.

A deck goes three steps, each a transaction of its own: planned, made (file and hash are kept), sent (the minutes are
asked, and the mail is queued, together with its being sent). What stops in between goes on where it stood.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.timezone import get_default_timezone, localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.engage.asks import NewAsk, load_warning, next_free_week, record_ask
from headwater.rooms.engage.decks.links import address_to_end, address_to_read, path_to_read
from headwater.rooms.engage.decks.planning import plan_issues, write_down
from headwater.rooms.engage.decks.sources import (
    NONE_YET,
    NOT_THEIRS,
    Made,
    NotShownError,
    Seen,
    made_of,
    may_still_see,
    seen_by,
)
from headwater.rooms.engage.models import DeckFile, DeckIssue, DeckSchedule, Stakeholder
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.house.jobs import pause_after
from headwater.rooms.house.languages import desk_language
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.learn.logic.surprises import is_quiet
from headwater.rooms.learn.surprise_services import quiet_of, rules_in_force
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import HeadwaterError

log = logging.getLogger(__name__)

JOB = "send_decks"
READ_DAYS = 7
"""Days in which a receiver is asked to read a deck."""
MOST_ATTEMPTS = 6
WAITS_FOR, LOOK_AGAIN = timedelta(days=7), timedelta(hours=1)
"""So long after its wave a deck waits for what is not worked out yet, as a River, and so often it looks."""
STOPPED, PAUSED, REMOVED, DECLINED, LEFT, NO_ADDRESS = "stopped", "paused", "removed", "declined", "left", "address"
SAME, FULL = "same", "week"
State = DeckIssue.State


def send_decks(*, now: datetime) -> int:
    """Plan, make and send what is due: the job `send_decks`. Returns how many were sent; safe to repeat.

    In quiet hours decks are planned, and neither made nor sent.
    """
    plan_issues(now=now)
    if is_quiet(now, quiet_of(rules_in_force()), get_default_timezone()):
        return 0
    waiting = DeckIssue.objects.filter(
        state__in=[State.DUE, State.MADE, State.FAILED], not_before_at__lte=now, attempts__lt=MOST_ATTEMPTS
    )
    return sum(work_issue(issue_id=pk, now=now) for pk in waiting.order_by("due_at", "pk").values_list("pk", flat=True))


def work_issue(*, issue_id: UUID, now: datetime) -> bool:
    """Take one deck as far as it goes: make it, then send it. Returns whether it was sent. A failure is kept and tried
    again later, with growing pauses.
    """
    try:
        return make_issue(issue_id=issue_id, now=now) and send_issue(issue_id=issue_id, now=now)
    except Exception as error:  # one deck's failure, whatever it is, must not stop the others
        log.exception("deck %s failed", issue_id)
        _note_failure(issue_id, error, now)
        return False


def make_issue(*, issue_id: UUID, now: datetime) -> bool:
    """Make a deck of what its receiver may see now, and keep it, once. Returns whether it can be sent.

    Nothing is made for who left, may not see it any more or wants no more, where nothing is new, and while their week
    is full.
    """
    issue = _read(issue_id)
    if not issue.is_open:
        return False
    if why := why_not(issue, now=now):
        return _end(issue, State.DROPPED, why, now)
    if issue.sha256:
        return True
    schedule, user = issue.receiver.schedule, issue.receiver.user
    language = language_of(schedule, user)
    try:
        with translation.override(language):
            seen = seen_by(schedule, viewer_of(user, today=localdate(now)))
        if seen.digest == last_digest(issue):
            return _end(issue, State.NOTHING, SAME, now)
        if until := full_until(issue, schedule, now=now):
            _wait(issue, FULL, until)
            return False
        made = made_of(seen, form=schedule.form, language=language)
    except NotShownError as refused:
        if refused.why == NONE_YET and issue.occasion.startswith("wave:") and now < issue.due_at + WAITS_FOR:
            _wait(issue, NONE_YET, now + LOOK_AGAIN)
            return False
        return _end(issue, State.NOTHING if refused.why == NONE_YET else State.DROPPED, refused.why, now)
    return _keep(issue, schedule, seen, made, language, now)


def send_issue(*, issue_id: UUID, now: datetime) -> bool:
    """Ask the minutes of a made deck's receiver and queue their mail, together. Returns whether it went out now."""
    with transaction.atomic():
        issue = _locked(issue_id)
        if issue.sent_at is not None or not issue.sha256 or not issue.is_open:
            return False
        issue.state, issue.sent_at, issue.reason, issue.fault, issue.mailed = State.SENT, now, "", "", 1
        issue.save(update_fields=["state", "sent_at", "reason", "fault", "mailed"])
        record_ask(
            person=issue.receiver.user,
            kind="deck",
            title=issue.receiver.schedule.title,
            minutes=issue.minutes,
            due_date=localdate(now) + timedelta(days=READ_DAYS),
            href=path_to_read(issue),
            source=source_of(issue),
            actor=None,
            now=now,
        )
        mail_issue(issue, now=now)
        write_down("deck.sent", issue, actor=None, now=now, sha256=issue.sha256)
    return True


def mail_issue(issue: DeckIssue, *, now: datetime) -> None:
    """Queue the mail of a deck: that it is there, and where. No result stands in it, and no file goes with it."""
    receiver, schedule = issue.receiver, issue.receiver.schedule
    end = address_to_end(receiver)
    with translation.override(issue.language):
        told = [
            _("Hello %(name)s,") % {"name": receiver.user.name or receiver.user.email},
            _("a deck is ready for you: %(title)s.") % {"title": schedule.title},
            *filter(None, [schedule.note]),
            ngettext("%(n)s minute.", "%(n)s minutes.", issue.minutes) % {"n": issue.minutes},
            f"{_('Open it')}: {address_to_read(issue)}",
            _("You sign in to open it. No result stands in this message."),
            _("If you want no more of these, say so at %(address)s") % {"address": end},
            schedule.made_by.name or schedule.made_by.email,
        ]
        send_mail_later(
            to=receiver.user.email,
            subject=_("A deck for you: %(title)s") % {"title": schedule.title},
            text="\n\n".join(told),
            now=now,
            once_key=mail_key(issue),
            with_layout=True,
            language=issue.language,
            unsubscribe=end,
        )


def mail_key(issue: DeckIssue) -> str:
    """Return the key under which the mail of a deck is queued once; again by hand is another."""
    return f"deck:{issue.pk}" if issue.mailed <= 1 else f"deck:{issue.pk}:{issue.mailed}"


def source_of(issue: DeckIssue) -> str:
    """Return what the minutes of a deck are recorded under."""
    return f"deck:{issue.pk}"


def why_not(issue: DeckIssue, *, now: datetime) -> str:
    """Return why a deck may not go out, "" where nothing stands against it."""
    receiver, schedule = issue.receiver, issue.receiver.schedule
    viewer = viewer_of(receiver.user, today=localdate(now))
    if receiver.declined_at is not None:
        return DECLINED
    if receiver.removed_at is not None:
        return REMOVED
    if schedule.stopped_at is not None:
        return STOPPED
    if not schedule.is_running:
        return PAUSED
    if not viewer.user:
        return LEFT
    if not receiver.user.email:
        return NO_ADDRESS
    return NOT_THEIRS if issue.sha256 and not may_still_see(issue.unit, viewer) else ""


def last_digest(issue: DeckIssue) -> str:
    """Return what the last deck sent to the same receiver was made from, "" for none."""
    sent = DeckIssue.objects.filter(receiver=issue.receiver_id, sent_at__isnull=False).exclude(pk=issue.pk)
    return sent.order_by("-sent_at", "pk").values_list("digest", flat=True).first() or ""


def full_until(issue: DeckIssue, schedule: DeckSchedule, *, now: datetime) -> datetime | None:
    """Return until when a deck waits because its receiver's week is full, None where it fits."""
    due, user = localdate(now) + timedelta(days=READ_DAYS), issue.receiver.user
    wanted = NewAsk(user, schedule.minutes, due, source_of(issue))
    if load_warning(user, wanted.minutes, due, source=wanted.source) is None:
        return None
    free = next_free_week(user, wanted.minutes, due, source=wanted.source)
    day = due if free is None else free - timedelta(days=READ_DAYS)
    return max(make_aware(datetime.combine(day, time.min), get_default_timezone()), now + timedelta(hours=1))


def language_of(schedule: DeckSchedule, user: User) -> str:
    """Return the language of a receiver's deck: the schedule's, else what they said they like, else their own."""
    said = schedule.language
    if not said and user.person is not None:
        known = Stakeholder.objects.select_related("person").filter(person=user.person, erased_at=None).first()
        said = profile_of(known).language.value if known is not None else user.person.language
    return desk_language(said)


def _keep(issue: DeckIssue, schedule: DeckSchedule, seen: Seen, made: Made, language: str, now: datetime) -> bool:
    with transaction.atomic():
        locked = _locked(issue.pk)
        if locked.sha256 or not locked.is_open:
            return locked.is_open
        DeckFile.objects.create(issue=locked, content=made.content)
        values = {
            "state": State.MADE,
            "reason": "",
            "fault": "",
            "title": made.title[:400],
            "period": seen.period[:400],
            "language": language,
            "form": schedule.form,
            "minutes": schedule.minutes,
            "outline": list(made.outline),
            "unit": seen.unit,
            "inputs_hash": seen.inputs_hash[:128],
            "digest": seen.digest,
            "sha256": hashlib.sha256(made.content).hexdigest(),
            "size": len(made.content),
            "made_at": now,
        }
        for name, value in values.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(values))
        write_down("deck.made", locked, actor=None, now=now, sha256=locked.sha256, inputs=locked.inputs_hash)
    return True


def _wait(issue: DeckIssue, why: str, until: datetime) -> None:
    waiting = DeckIssue.objects.filter(pk=issue.pk, sha256="", state__in=[State.DUE, State.FAILED])
    waiting.update(state=State.DUE, reason=why, fault="", not_before_at=until)


def _end(issue: DeckIssue, state: DeckIssue.State, why: str, now: datetime) -> bool:
    with transaction.atomic():
        locked = _locked(issue.pk)
        if locked.is_open and locked.sent_at is None:
            locked.state, locked.reason, locked.fault = state, why, ""
            locked.save(update_fields=["state", "reason", "fault"])
            action = "deck.nothing_new" if state == State.NOTHING else "deck.dropped"
            write_down(action, locked, actor=None, now=now, reason=why)
    return False


def _note_failure(issue_id: UUID, error: Exception, now: datetime) -> None:
    with transaction.atomic():
        issue = _locked(issue_id)
        if issue.sent_at is not None or not issue.is_open:
            return
        step = "sending" if issue.sha256 else "making"
        # What other libraries say may hold paths and values: the log has it.
        said = str(error) if isinstance(error, HeadwaterError) else type(error).__name__
        issue.state, issue.reason, issue.fault = State.FAILED, step, said[:200]
        issue.attempts += 1
        issue.not_before_at = now + pause_after(issue.attempts)
        issue.save(update_fields=["state", "reason", "fault", "attempts", "not_before_at"])
        write_down("deck.failed", issue, actor=None, now=now, step=step, fault=type(error).__name__)


def _read(issue_id: UUID) -> DeckIssue:
    return DeckIssue.objects.select_related(
        "receiver__user__person",
        "receiver__schedule__study",
        "receiver__schedule__unit",
        "receiver__schedule__made_by",
        "unit",
    ).get(pk=issue_id)


def _locked(issue_id: UUID) -> DeckIssue:
    rows = DeckIssue.objects.select_for_update(of=("self",))
    return rows.select_related("receiver__user__person", "receiver__schedule__made_by").get(pk=issue_id)
