"""Decks on a schedule as they are set up, changed, started, paused and stopped, and what their receivers do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.asks import cancel_ask, done_ask
from headwater.rooms.engage.decks.planning import plan_one, receivers_of, write_down
from headwater.rooms.engage.decks.sending import DECLINED, JOB, REMOVED, mail_issue, source_of, why_not
from headwater.rooms.engage.decks.sources import may_still_see
from headwater.rooms.engage.logic.deck_times import Occasion
from headwater.rooms.engage.models import DeckFile, DeckIssue, DeckReceiver, DeckSchedule
from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.learn.logic.surprises import is_quiet
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.learn.surprise_services import quiet_of, rules_in_force
from headwater.rooms.listen.models import Study
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import HeadwaterError

MANAGE = "briefings.manage"
MOST_RECEIVERS = 40


class DeckRefusedError(HeadwaterError):
    """A deck cannot be set up, sent or opened so; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class Wanted:
    """A schedule as it is wanted. Its fields are those of `DeckSchedule`. receivers: accounts."""

    title: str
    kind: str
    rhythm: str
    receivers: tuple[User, ...]
    study: Study | None = None
    unit: Unit | None = None
    chain: str = ""
    query: dict[str, Any] | None = None
    day: int = 1
    after_days: int = 2
    language: str = ""
    form: str = "pptx"
    minutes: int = 5
    note: str = ""


def set_up_schedule(*, schedule_id: UUID, wanted: Wanted, actor: User, viewer: Viewer, now: datetime) -> DeckSchedule:
    """Set a schedule up; nothing goes out before it is started. schedule_id: made by the form, so that the same form
    sent twice sets up one. Raises PermissionDenied, DeckRefusedError.
    """
    _require(viewer)
    values = _values(wanted)
    _check_receivers(wanted.receivers, now)
    with transaction.atomic():
        made, is_new = DeckSchedule.objects.get_or_create(
            pk=schedule_id, defaults={**values, "made_at": now, "made_by": actor}
        )
        if is_new:
            _record("decks.set_up", made, actor, now, **_told(wanted))
            _set_receivers(made, wanted.receivers, actor, now)
        elif made.made_by_id != actor.pk:
            raise PermissionDenied
    return made


def change_schedule(*, schedule_id: UUID, wanted: Wanted, actor: User, viewer: Viewer, now: datetime) -> DeckSchedule:
    """Change a schedule and who gets it. What was sent stays as it was. Safe to repeat.

    Raises PermissionDenied, DeckRefusedError for a stopped one.
    """
    _require(viewer)
    values = _values(wanted)
    _check_receivers(wanted.receivers, now)
    with transaction.atomic():
        schedule = _locked(schedule_id)
        changed = [name for name, value in values.items() if getattr(schedule, name) != value]
        for name in changed:
            setattr(schedule, name, values[name])
        if changed:
            schedule.save(update_fields=changed)
            _record("decks.changed", schedule, actor, now, changed=changed, **_told(wanted))
        _set_receivers(schedule, wanted.receivers, actor, now)
    return schedule


def start_schedule(*, schedule_id: UUID, actor: User, viewer: Viewer, now: datetime) -> DeckSchedule:
    """Start a schedule, or go on after a pause. What was due before is not made up. Again changes nothing.

    Raises DeckRefusedError without a receiver and for a stopped one.
    """
    _require(viewer)
    with transaction.atomic():
        schedule = _locked(schedule_id)
        if schedule.is_running:
            return schedule
        if not receivers_of(schedule):
            raise DeckRefusedError(_("Nobody would get it. Choose who does."))
        action = "decks.started" if schedule.since_at is None else "decks.resumed"
        schedule.since_at, schedule.paused_at = now, None
        schedule.save(update_fields=["since_at", "paused_at"])
        _record(action, schedule, actor, now)
    return schedule


def pause_schedule(*, schedule_id: UUID, actor: User, viewer: Viewer, now: datetime) -> DeckSchedule:
    """Send nothing until it goes on. What waits is not sent. Again changes nothing."""
    _require(viewer)
    with transaction.atomic():
        schedule = _locked(schedule_id)
        if schedule.is_running:
            schedule.paused_at = now
            schedule.save(update_fields=["paused_at"])
            _record("decks.paused", schedule, actor, now)
            _drop_waiting(DeckIssue.objects.filter(receiver__schedule=schedule), "paused", actor, now)
    return schedule


def stop_schedule(*, schedule_id: UUID, actor: User, viewer: Viewer, now: datetime) -> DeckSchedule:
    """End a schedule for good. Decks that were sent stay with their receivers. Again changes nothing."""
    _require(viewer)
    with transaction.atomic():
        schedule = DeckSchedule.objects.select_for_update().get(pk=schedule_id)
        if schedule.stopped_at is None:
            schedule.stopped_at = now
            schedule.save(update_fields=["stopped_at"])
            _record("decks.stopped", schedule, actor, now)
            _drop_waiting(DeckIssue.objects.filter(receiver__schedule=schedule), "stopped", actor, now)
    return schedule


def send_now(*, schedule_id: UUID, form_key: UUID, actor: User, viewer: Viewer, now: datetime) -> int:
    """Let a running schedule's decks be made now, besides its own days. Where nothing is new nothing is sent.

    form_key: of the form, so that the same form sent twice asks once. Returns for how many. Raises DeckRefusedError for
    one that does not run.
    """
    _require(viewer)
    with transaction.atomic():
        schedule = _locked(schedule_id)
        if not schedule.is_running:
            raise DeckRefusedError(_("It does not run. Start it first."))
        occasion = Occasion(f"now:{form_key}")
        found = [plan_one(receiver=one, occasion=occasion, actor=actor, now=now) for one in receivers_of(schedule)]
        enqueue_job(name=JOB, now=now, once_key=f"decks:{occasion.key}")
    return sum(found)


def retry_issue(*, issue_id: UUID, actor: User, viewer: Viewer, now: datetime) -> DeckIssue:
    """Try a failed deck again now; one that was sent gets its mail queued again. Raises DeckRefusedError where nothing
    failed, and for a receiver who may not have it any more.
    """
    _require(viewer)
    with transaction.atomic():
        issue = _issue(issue_id)
        if why_not(issue, now=now):
            raise DeckRefusedError(_("It may not go to them any more."))
        if issue.state == DeckIssue.State.SENT and issue.opened_at is None:
            if is_quiet(now, quiet_of(rules_in_force()), get_default_timezone()):
                raise DeckRefusedError(_("These are quiet hours. Try again after them."))
            issue.mailed += 1
            issue.save(update_fields=["mailed"])
            mail_issue(issue, now=now)
        elif issue.state == DeckIssue.State.FAILED:
            issue.attempts, issue.not_before_at = 0, now
            issue.save(update_fields=["attempts", "not_before_at"])
            enqueue_job(name=JOB, now=now)
        else:
            raise DeckRefusedError(_("Nothing of it failed."))
        write_down("deck.retried", issue, actor=actor, now=now, mailed=issue.mailed)
    return issue


def decline(*, receiver_id: UUID, actor: User | None, now: datetime) -> DeckReceiver:
    """Send somebody no more of it, by their own word: signed in, or by the link of a mail. Again changes nothing."""
    with transaction.atomic():
        receiver = _receiver(receiver_id)
        if receiver.declined_at is None:
            receiver.declined_at = now
            receiver.save(update_fields=["declined_at"])
            _record("decks.declined", receiver.schedule, actor, now, receiver=str(receiver.user_id))
            _drop_waiting(DeckIssue.objects.filter(receiver=receiver), DECLINED, actor, now)
    return receiver


def take_up(*, receiver_id: UUID, actor: User, now: datetime) -> DeckReceiver:
    """Want it again, by whose word it was ended. What was due meanwhile is not made up. Raises PermissionDenied."""
    with transaction.atomic():
        receiver = _receiver(receiver_id)
        if receiver.user_id != actor.pk or receiver.removed_at is not None:
            raise PermissionDenied
        if receiver.declined_at is not None:
            receiver.declined_at, receiver.added_at = None, now
            receiver.save(update_fields=["declined_at", "added_at"])
            _record("decks.taken_up", receiver.schedule, actor, now, receiver=str(receiver.user_id))
    return receiver


def note_opened(*, issue_id: UUID, actor: User, now: datetime, is_saved: bool = False) -> DeckIssue:
    """Note that a receiver opened their deck's page, or saved its file; its minutes are done. Again changes nothing.

    Anybody else's look is not noted.
    """
    with transaction.atomic():
        issue = _issue(issue_id)
        if issue.receiver.user_id != actor.pk or issue.sent_at is None:
            return issue
        values = {"opened_at": issue.opened_at or now, "saved_at": issue.saved_at or (now if is_saved else None)}
        changed = [name for name, value in values.items() if getattr(issue, name) != value]
        for name in changed:
            setattr(issue, name, values[name])
        if changed:
            issue.save(update_fields=changed)
            action = "deck.opened" if "opened_at" in changed else "deck.saved"
            write_down(action, issue, actor=actor, now=now)
            done_ask(source=source_of(issue), actor=actor, now=now)
    return issue


def file_of(*, issue: DeckIssue, viewer: Viewer, is_manager: bool = False) -> bytes:
    """Return the file of a deck as it was made. Raises PermissionDenied for a receiver who may not see what it says any
    more, DeckRefusedError for one that was removed or does not fit its hash.
    """
    if not is_manager and not may_still_see(issue.unit, viewer):
        raise PermissionDenied
    found = DeckFile.objects.filter(issue=issue).first()
    if found is None:
        raise DeckRefusedError(_("The file is kept no longer."))
    content = bytes(found.content)
    if hashlib.sha256(content).hexdigest() != issue.sha256:
        raise DeckRefusedError(_("The file does not fit its hash: it was changed after it was made."))
    return content


def may_receive(user: User, *, now: datetime) -> bool:
    """Whether somebody can be sent decks: with an account and an address, and results they may see."""
    return bool(user.email) and may_see_results(viewer_of(user, today=localdate(now)))


def _require(viewer: Viewer) -> None:
    if not can(viewer, MANAGE):
        raise PermissionDenied


def _check_receivers(receivers: Sequence[User], now: datetime) -> None:
    if not 1 <= len(set(receivers)) <= MOST_RECEIVERS:
        raise DeckRefusedError(_("Choose between 1 and %(most)s receivers.") % {"most": MOST_RECEIVERS})
    for user in receivers:
        if not may_receive(user, now=now):
            raise DeckRefusedError(
                _("%(name)s may see no results. Decks go to people here who may see what they say.")
                % {"name": user.name or user.email}
            )


def _values(wanted: Wanted) -> dict[str, Any]:
    left_out = {"receivers"}
    values = {one.name: getattr(wanted, one.name) for one in fields(Wanted) if one.name not in left_out}
    values["query"] = wanted.query or {}
    values["title"], values["note"] = " ".join(wanted.title.split()), " ".join(wanted.note.split())
    if not values["title"]:
        raise DeckRefusedError(_("A deck has a title."))
    is_river = wanted.kind == DeckSchedule.Kind.RIVER
    if is_river:
        values["study"], values["query"] = None, {}
    elif wanted.study is None:
        raise DeckRefusedError(_("Choose the study whose results it shows."))
    else:
        values["chain"] = ""
    return values


def _set_receivers(schedule: DeckSchedule, wanted: Sequence[User], actor: User, now: datetime) -> None:
    """Add who is new, take off who is gone. Who declined stays so: only they can take it up again."""
    chosen = {user.pk: user for user in wanted}
    known = {one.user_id: one for one in DeckReceiver.objects.filter(schedule=schedule).select_related("user")}
    for pk, user in chosen.items():
        receiver = known.get(pk)
        if receiver is None:
            DeckReceiver.objects.create(schedule=schedule, user=user, added_at=now)
        elif receiver.removed_at is not None:
            receiver.removed_at, receiver.added_at = None, now
            receiver.save(update_fields=["removed_at", "added_at"])
        else:
            continue
        _record("decks.receiver_added", schedule, actor, now, receiver=str(pk))
    for pk, receiver in known.items():
        if pk not in chosen and receiver.removed_at is None:
            receiver.removed_at = now
            receiver.save(update_fields=["removed_at"])
            _record("decks.receiver_removed", schedule, actor, now, receiver=str(pk))
            _drop_waiting(DeckIssue.objects.filter(receiver=receiver), REMOVED, actor, now)


def _drop_waiting(issues: Any, why: str, actor: User | None, now: datetime) -> None:
    """Drop what was not sent yet, and let the minutes of what was not opened go where the receiver is out of it."""
    waiting = [DeckIssue.State.DUE, DeckIssue.State.MADE, DeckIssue.State.FAILED]
    for issue in issues.filter(state__in=waiting).select_related("receiver").select_for_update(of=("self",)):
        issue.state, issue.reason, issue.fault = DeckIssue.State.DROPPED, why, ""
        issue.save(update_fields=["state", "reason", "fault"])
        write_down("deck.dropped", issue, actor=actor, now=now, reason=why)
    if why in (DECLINED, REMOVED):
        for issue in issues.filter(state=DeckIssue.State.SENT, opened_at=None):
            cancel_ask(source=source_of(issue), actor=actor, now=now)


def _told(wanted: Wanted) -> dict[str, Any]:
    return {
        "title": wanted.title,
        "kind": wanted.kind,
        "rhythm": wanted.rhythm,
        "study": wanted.study.key if wanted.study is not None else "",
        "unit": wanted.unit.key if wanted.unit is not None else "",
        "receivers": len(set(wanted.receivers)),
    }


def _locked(schedule_id: UUID) -> DeckSchedule:
    schedule = DeckSchedule.objects.select_for_update().get(pk=schedule_id)
    if schedule.stopped_at is not None:
        raise DeckRefusedError(_("It was stopped. Set up another one."))
    return schedule


def _receiver(receiver_id: UUID) -> DeckReceiver:
    rows = DeckReceiver.objects.select_for_update(of=("self",)).select_related("schedule", "user__person")
    return rows.get(pk=receiver_id)


def _issue(issue_id: UUID) -> DeckIssue:
    rows = DeckIssue.objects.select_for_update(of=("self",))
    return rows.select_related("receiver__user__person", "receiver__schedule__made_by").get(pk=issue_id)


def _record(action: str, schedule: DeckSchedule, actor: User | None, now: datetime, **payload: Any) -> None:
    name = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action=action, actor=name, subject=str(schedule.pk), payload=payload, now=now)
