"""Decks of the sample organisation: results after each wave, sent to three, opened by one, ended by one, and by hand
when nothing was new; the River every quarter, which waits for its day; and one that was not started yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from headwater.rooms.engage.decks import services
from headwater.rooms.engage.decks.sending import send_decks
from headwater.rooms.engage.decks.services import Wanted, may_receive
from headwater.rooms.engage.models import DeckIssue, DeckReceiver, DeckSchedule
from headwater.rooms.learn.logic.surprises import next_waking
from headwater.rooms.learn.surprise_services import quiet_of, rules_in_force
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

MOST = 3
OPENED_AFTER = timedelta(hours=5)


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Set three schedules up and let time pass from before the last release until now. Returns nothing to print.

    Skipped without a released wave of leadership or somebody to send to, and when any schedule stands.
    """
    actor = User.objects.select_related("person").filter(email="experience.lead@demo.example").first()
    released = Wave.objects.filter(state=Wave.State.RELEASED, study__kept_for=None, released_at__lt=now)
    wave = released.filter(study__lens="lx").select_related("study").order_by("-released_at").first()
    receivers = _receivers(now)
    if actor is None or wave is None or wave.released_at is None or not receivers or DeckSchedule.objects.exists():
        return []
    began = wave.released_at - timedelta(days=3)
    results = Wanted(
        title="How your units are led, after each survey",
        kind=DeckSchedule.Kind.REPORT,
        rhythm=DeckSchedule.Rhythm.RELEASE,
        receivers=tuple(receivers),
        study=wave.study,
        minutes=3,
        note="Read it before you meet your people. Ask me for anything that stands behind it.",
    )
    river = Wanted(
        title="From leadership to results, for the board",
        kind=DeckSchedule.Kind.RIVER,
        rhythm=DeckSchedule.Rhythm.QUARTER,
        receivers=tuple(receivers[:1]),
        unit=Unit.objects.filter(is_open=True, parent=None).first(),
        form=DeckSchedule.Form.PAPER,
    )
    scores = Wanted(
        title="Units by scores, every month",
        kind=DeckSchedule.Kind.HEAT,
        rhythm=DeckSchedule.Rhythm.MONTH,
        receivers=tuple(receivers[:1]),
        study=wave.study,
        minutes=3,
    )
    made = _set_up("results", results, actor, began, starts=True)
    _set_up("river", river, actor, now, starts=True)
    _set_up("scores", scores, actor, now, starts=False)
    last = _pass_time(began, now)
    if last is None:
        return []
    opened = min(last + OPENED_AFTER, now)
    got = [user for user in receivers if DeckIssue.objects.filter(receiver__user=user, sent_at__isnull=False).exists()]
    for issue in DeckIssue.objects.filter(receiver__user=got[0], sent_at__isnull=False):
        services.note_opened(issue_id=issue.pk, actor=got[0], now=opened, is_saved=True)
    for receiver in DeckReceiver.objects.filter(schedule=made, user__in=got[1:][-1:]):
        services.decline(receiver_id=receiver.pk, actor=got[-1], now=opened)
    again = next_waking(last + timedelta(days=1), quiet_of(rules_in_force()), timezone.get_default_timezone())
    if again <= now:
        asker = viewer_of(actor, today=timezone.localdate(again))
        services.send_now(schedule_id=made.pk, form_key=_key("again"), actor=actor, viewer=asker, now=again)
        send_decks(now=again)
    return []


def _pass_time(began: datetime, now: datetime) -> datetime | None:
    """Run the job as it would have run, a day after another at the first hour that is not quiet, until decks went out.
    Returns when they did, None where they wait still.
    """
    quiet, zone = quiet_of(rules_in_force()), timezone.get_default_timezone()
    at = began
    while at <= now:
        waking = next_waking(at, quiet, zone)
        if waking <= now and send_decks(now=waking):
            return waking
        at += timedelta(days=1)
    return None


def _receivers(now: datetime) -> list[User]:
    """Who leads and has an account, from the top down."""
    leading = Unit.objects.filter(is_open=True, leader__isnull=False).order_by("depth", "number", "key")
    people = list(dict.fromkeys(leading.values_list("leader", flat=True)))
    users = {user.person_id: user for user in User.objects.filter(person__in=people).select_related("person")}
    found = [users[one] for one in people if one in users]
    return [user for user in found if may_receive(user, now=now)][:MOST]


def _set_up(name: str, wanted: Wanted, actor: User, now: datetime, *, starts: bool) -> DeckSchedule:
    asker = viewer_of(actor, today=timezone.localdate(now))
    key = _key(name)
    made = services.set_up_schedule(schedule_id=key, wanted=wanted, actor=actor, viewer=asker, now=now)
    if starts:
        services.start_schedule(schedule_id=key, actor=actor, viewer=asker, now=now)
    return made


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"headwater:demo:deck:{name}")
