"""The pages of decks on a schedule: all of them, one with what would go out and what did, and a receiver's own deck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.engage.decks.sending import MOST_ATTEMPTS, language_of, mail_key
from headwater.rooms.engage.decks.services import MANAGE
from headwater.rooms.engage.decks.sources import NotShownError, Seen, about_words, may_still_see, seen_by
from headwater.rooms.engage.decks.words import (
    did_words,
    next_words,
    occasion_words,
    state_words,
    when_words,
    why_words,
)
from headwater.rooms.engage.models import DeckFile, DeckIssue, DeckReceiver, DeckSchedule, Stakeholder
from headwater.rooms.house.models import Job
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

MOST_LISTED, MOST_ISSUES = 60, 80
LANGUAGE_NAMES = {"en": "English", "es": "Español"}
"""Each in itself."""
LOOKS = {"due": "wait", "made": "wait", "sent": "on", "nothing": "done", "dropped": "done", "failed": "need"}
"""The look of a state's word."""


@dataclass(frozen=True)
class ScheduleLine:
    """One schedule in the list."""

    schedule: DeckSchedule
    about: str
    when: str
    state: str
    look: str
    receivers: int
    sent: int
    failed: int
    last_at: datetime | None


@dataclass(frozen=True)
class Mine:
    """A deck that somebody gets: the schedule, and their decks of it, latest first."""

    receiver: DeckReceiver
    when: str
    issues: tuple[DeckIssue, ...]


@dataclass(frozen=True)
class ListPage:
    """Decks: those whoever asks gets, and, for who sets them up, all schedules."""

    may_manage: bool
    mine: tuple[Mine, ...]
    lines: tuple[ScheduleLine, ...]


@dataclass(frozen=True)
class PreviewLine:
    """What one receiver would get now. why_not: "" where they would get it. is_new: since the last they were sent."""

    receiver: DeckReceiver
    name: str
    part: str
    period: str
    language: str
    why_not: str
    is_new: bool


@dataclass(frozen=True)
class IssueLine:
    """One deck for one receiver. look: of its word. mail_fault: where its mail could not be delivered."""

    issue: DeckIssue
    name: str
    occasion: str
    word: str
    look: str
    did: str
    mail_fault: str
    may_retry: bool
    gives_up: bool
    has_file: bool


@dataclass(frozen=True)
class OnePage:
    """One schedule for who set it up."""

    schedule: DeckSchedule
    about: str
    when: str
    next: str
    state: str
    look: str
    language: str
    preview: tuple[PreviewLine, ...]
    issues: tuple[IssueLine, ...]


@dataclass(frozen=True)
class ReadPage:
    """A deck for its receiver. older: others of the same schedule."""

    issue: DeckIssue
    schedule: DeckSchedule
    receiver: DeckReceiver
    sender: str
    when: str
    has_file: bool
    older: tuple[DeckIssue, ...]


def may_open_tab(viewer: Viewer) -> bool:
    """Whether the tab opens: to those who set decks up, and to those who get one."""
    return can(viewer, MANAGE) or own_receivers(viewer).exists()


def own_receivers(viewer: Viewer) -> QuerySet[DeckReceiver]:
    """Return what whoever asks gets: of schedules that were started, unless they were taken off before one was sent."""
    if not viewer.user:
        return DeckReceiver.objects.none()
    rows = DeckReceiver.objects.filter(user=viewer.user_id, schedule__since_at__isnull=False)
    return rows.select_related("schedule__made_by").order_by("schedule__title", "pk")


def list_page(*, viewer: Viewer) -> ListPage:
    """Return the list. Raises PermissionDenied for whoever neither sets decks up nor gets one."""
    may_manage = can(viewer, MANAGE)
    mine = tuple(_mine(one, viewer) for one in own_receivers(viewer)[:MOST_LISTED])
    if not may_manage and not mine:
        raise PermissionDenied
    found = DeckSchedule.objects.select_related("study", "unit").order_by("stopped_at", "title", "pk")
    lines = tuple(_line(one) for one in found[:MOST_LISTED]) if may_manage else ()
    return ListPage(may_manage, tuple(one for one in mine if one.issues or one.receiver.stands), lines)


def one_page(*, viewer: Viewer, schedule_id: UUID, now: datetime) -> OnePage:
    """Return one schedule with what would go out now. Raises PermissionDenied, Http404."""
    schedule = managed(viewer=viewer, schedule_id=schedule_id)
    state, look = state_words(schedule)
    standing = DeckReceiver.objects.filter(schedule=schedule, removed_at=None).select_related("user__person")
    receivers = list(standing.order_by("user__name", "user__email"))
    for receiver in receivers:
        receiver.schedule = schedule
    return OnePage(
        schedule,
        about_words(schedule),
        when_words(schedule),
        next_words(schedule, now=now),
        state,
        look,
        LANGUAGE_NAMES.get(schedule.language, _("Each receiver's own")),
        tuple(_preview(one, now) for one in receivers) if schedule.stopped_at is None else (),
        tuple(_issues(schedule)),
    )


def managed(*, viewer: Viewer, schedule_id: UUID) -> DeckSchedule:
    """Return a schedule for those who set decks up. Raises PermissionDenied, Http404."""
    if not can(viewer, MANAGE):
        raise PermissionDenied
    rows = DeckSchedule.objects.select_related("study", "unit", "made_by")
    found = rows.filter(pk=schedule_id).first()
    if found is None:
        raise Http404
    return found


def managed_receiver(*, viewer: Viewer, receiver_id: UUID) -> DeckReceiver:
    """Return a receiver for those who set decks up. Raises PermissionDenied, Http404."""
    if not can(viewer, MANAGE):
        raise PermissionDenied
    rows = DeckReceiver.objects.select_related("schedule__study", "schedule__unit", "user__person")
    found = rows.filter(pk=receiver_id, removed_at=None).first()
    if found is None:
        raise Http404
    return found


def managed_issue(*, viewer: Viewer, issue_id: UUID) -> DeckIssue:
    """Return any deck for those who set them up. Raises PermissionDenied, Http404."""
    if not can(viewer, MANAGE):
        raise PermissionDenied
    found = _with_all().filter(pk=issue_id).first()
    if found is None:
        raise Http404
    return found


def own_issue(*, viewer: Viewer, issue_id: UUID) -> DeckIssue:
    """Return a deck that was sent to whoever asks and that they may still see. Raises PermissionDenied."""
    found = _with_all().filter(pk=issue_id, receiver__user=viewer.user_id, sent_at__isnull=False).first()
    if found is None or not may_still_see(found.unit, viewer):
        raise PermissionDenied
    return found


def read_page(*, viewer: Viewer, issue_id: UUID) -> ReadPage:
    """Return a deck for its receiver. Raises PermissionDenied for everybody else's, and for one that its receiver may
    not see any more.
    """
    issue = own_issue(viewer=viewer, issue_id=issue_id)
    receiver, schedule = issue.receiver, issue.receiver.schedule
    older = [one for one in _sent_to(receiver, viewer) if one.pk != issue.pk]
    return ReadPage(
        issue,
        schedule,
        receiver,
        schedule.made_by.name or schedule.made_by.email,
        when_words(schedule),
        DeckFile.objects.filter(issue=issue).exists(),
        tuple(older),
    )


def preview_of(*, receiver: DeckReceiver, now: datetime) -> tuple[Seen, str]:
    """Return what a receiver would get now, and its language. Raises NotShownError."""
    language = language_of(receiver.schedule, receiver.user)
    with translation.override(language):
        return seen_by(receiver.schedule, viewer_of(receiver.user, today=localdate(now))), language


def receivers_offered(*, now: datetime) -> list[tuple[User, str]]:
    """Return those whom decks are offered to, each with why: stakeholders, and who leads the upper levels. Only people
    here with an account, who may see results.
    """
    today, why = localdate(now), dict[UUID, str]()
    leading = Unit.objects.filter(is_open=True, depth__lte=1, leader__isnull=False).order_by("depth", "number")
    for unit in leading.select_related("leader")[:MOST_LISTED]:
        assert unit.leader_id is not None
        why.setdefault(unit.leader_id, _("leads %(unit)s") % {"unit": unit.name})
    for one in Stakeholder.objects.filter(archived_at=None, erased_at=None, person__is_active=True):
        assert one.person_id is not None
        why.setdefault(one.person_id, one.role or _("stakeholder"))
    users = User.objects.filter(is_active=True, person__in=list(why)).select_related("person").order_by("name", "email")
    able = [user for user in users if user.email and may_see_results(viewer_of(user, today=today))]
    return [(user, why[user.person_id]) for user in able if user.person_id is not None]


def _with_all() -> QuerySet[DeckIssue]:
    return DeckIssue.objects.select_related(
        "receiver__schedule__made_by", "receiver__schedule__study", "receiver__schedule__unit", "receiver__user", "unit"
    )


def _sent_to(receiver: DeckReceiver, viewer: Viewer) -> list[DeckIssue]:
    sent = DeckIssue.objects.filter(receiver=receiver, sent_at__isnull=False).select_related("unit")
    found = list(sent.order_by("-sent_at", "pk")[:MOST_LISTED])
    return [one for one in found if may_still_see(one.unit, viewer)]


def _mine(receiver: DeckReceiver, viewer: Viewer) -> Mine:
    return Mine(receiver, when_words(receiver.schedule), tuple(_sent_to(receiver, viewer)))


def _line(schedule: DeckSchedule) -> ScheduleLine:
    issues = DeckIssue.objects.filter(receiver__schedule=schedule)
    count = Counter(issues.values_list("state", flat=True))
    state, look = state_words(schedule)
    return ScheduleLine(
        schedule,
        about_words(schedule),
        when_words(schedule),
        state,
        look,
        DeckReceiver.objects.filter(schedule=schedule, removed_at=None, declined_at=None).count(),
        count[DeckIssue.State.SENT],
        count[DeckIssue.State.FAILED],
        issues.aggregate(last=Max("sent_at"))["last"],
    )


def _preview(receiver: DeckReceiver, now: datetime) -> PreviewLine:
    name = receiver.user.name or receiver.user.email
    language = LANGUAGE_NAMES.get(language_of(receiver.schedule, receiver.user), "")
    if receiver.declined_at is not None:
        return PreviewLine(receiver, name, "", "", language, why_words("declined"), False)
    try:
        seen, _code = preview_of(receiver=receiver, now=now)
    except NotShownError as refused:
        viewer = viewer_of(receiver.user, today=localdate(now))
        why = refused.why if viewer.user else "left"
        return PreviewLine(receiver, name, "", "", language, why_words(why), False)
    sent = DeckIssue.objects.filter(receiver=receiver, sent_at__isnull=False).order_by("-sent_at", "pk")
    last = sent.values_list("digest", flat=True).first()
    part = seen.unit.name if seen.unit is not None else ""
    return PreviewLine(receiver, name, part, seen.period, language, "", last != seen.digest)


def _issues(schedule: DeckSchedule) -> Iterable[IssueLine]:
    rows = DeckIssue.objects.filter(receiver__schedule=schedule).select_related("receiver__user")
    issues = list(rows.order_by("-due_at", "receiver__user__name", "pk")[:MOST_ISSUES])
    waves = {one.occasion.partition(":")[2] for one in issues if one.occasion.startswith("wave:")}
    titles = {
        str(pk): f"{study}, {title}"
        for pk, study, title in Wave.objects.filter(pk__in=waves).values_list("pk", "study__title", "title")
    }
    mails = {mail_key(one): one for one in issues if one.sent_at is not None}
    faults = dict(
        Job.objects.filter(once_key__in=list(mails), state=Job.State.FAILED).values_list("once_key", "last_error")
    )
    kept = set(DeckFile.objects.filter(issue__in=issues).values_list("issue_id", flat=True))
    for one in issues:
        fault = faults.get(mail_key(one), "") if one.sent_at is not None else ""
        failed = one.state == DeckIssue.State.FAILED
        yield IssueLine(
            one,
            one.receiver.user.name or one.receiver.user.email,
            occasion_words(one, titles),
            _("Mail failed") if fault else str(one.get_state_display()),
            "need" if failed or fault else LOOKS[one.state],
            did_words(one),
            fault,
            failed or bool(fault and one.opened_at is None),
            failed and one.attempts >= MOST_ATTEMPTS,
            one.pk in kept,
        )
