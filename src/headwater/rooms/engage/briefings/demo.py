"""Briefings of the sample organisation: two decided, one understood and not moved by, one not opened, and the next.

Before all of them, one with a forecast, to a leader after the first of several waves: the later ones show what came of
it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from headwater.rooms.engage.briefings.answering import Answer, answer_copy, open_copy, rate_copy
from headwater.rooms.engage.briefings.preparing import BriefingRefusedError, Wanted, prepare_briefing, send_copy
from headwater.rooms.engage.models import Briefing, BriefingCopy, Stakeholder
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit, evidence_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

SITE = "http://127.0.0.1:8000"
FIRST_DAYS, NEXT_DAYS, DUE_DAYS = 16, 0, 12
FEWEST, MOST, NUMBERS = 3, 4, 4
SCORE, AFTER_RELEASE, ANSWERED_AFTER = "lx_behaviours", timedelta(days=9), timedelta(days=2)
"""What the briefing with a forecast should move, and when it goes out and is answered."""
WHY_NOW = "The decision falls this week."
ANSWERS = (
    ("neutral", "supportive", "yes", "Yes, from Monday. I want to see it after a quarter."),
    ("resistant", "resistant", "later", "Show me what it does to rest times first."),
    ("supportive", "leading", "yes", "My depots begin tomorrow."),
)
"""Attitude before and after, decision, words: of all but the last receiver, who does not open it."""


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Prepare and send the same message to four leaders, let it do three things, and draft the next. Returns nothing.

    Skipped without a register or a released score of the whole organisation.
    """
    actor = User.objects.select_related("person").filter(email="experience.lead@demo.example").first()
    top = Unit.objects.filter(is_open=True, parent=None).first()
    leading = _leading()
    receivers = leading[:MOST]
    if actor is None or top is None or len(receivers) < FEWEST or Briefing.objects.exists():
        return []
    evidence = evidence_for_unit(viewer=viewer_of(actor, today=timezone.localdate(now)), unit=top.key)
    if not evidence:
        return []
    for leader in leading[MOST : MOST + 1]:
        _with_forecast(actor, leader)
    _first(actor, top, receivers, evidence, now - timedelta(days=FIRST_DAYS))
    _prepare(
        "next",
        actor,
        top,
        receivers,
        evidence,
        message="Two depots can try the fixed weekly hour of listening before summer.",
        ask="Name the two depots and who looks after the trial.",
        now=now,
    )
    return []


def _leading() -> list[Stakeholder]:
    """Who leads, from the top down, as far as they stand in the register."""
    known = {one.person_id: one for one in Stakeholder.objects.exclude(person=None).filter(erased_at=None)}
    leading = Unit.objects.filter(is_open=True, leader__in=known).order_by("depth", "number", "key")
    found = dict.fromkeys(known[one.leader_id] for one in leading if one.leader_id is not None)
    return list(found)


def _with_forecast(actor: User, leader: Stakeholder) -> None:
    """Send a leader one number of their unit after the first wave, with clearly more than the smallest change that it
    can show as the forecast. Skipped with one wave, and for a unit that can show none.
    """
    waves = list(
        Wave.objects.filter(state=Wave.State.RELEASED, study__lens="lx", study__kept_for=None)
        .select_related("study")
        .order_by("released_at")
    )
    waves = [wave for wave in waves if wave.study_id == waves[0].study_id]
    unit = Unit.objects.filter(is_open=True, leader=leader.person_id).order_by("depth", "number").first()
    if len(waves) < 2 or unit is None or waves[0].released_at is None:
        return
    then = waves[0].released_at + AFTER_RELEASE
    viewer = viewer_of(actor, today=timezone.localdate(then))
    finding = Finding(waves[0].study.key, waves[0].key, unit.key, SCORE)
    number = evidence_of(viewer=viewer, finding=finding)
    if number is None or number.smallest is None or number.value is None:
        return
    likely = round(number.smallest * 1.4, 2)
    try:
        made = prepare_briefing(
            briefing_id=_key("forecast"),
            wanted=Wanted(
                unit=unit,
                goal=Briefing.Goal.CHANGE,
                message="Crews who hear every morning what was decided ask less and stay longer.",
                scores=(finding,),
                receivers=(leader,),
                ask="Open each shift with five minutes on what was decided and why.",
                ask_by_date=timezone.localdate(then) + timedelta(days=DUE_DAYS),
                moves=finding,
                forecast=(round(likely * 0.4, 2), likely, round(min(likely * 1.5, number.ceiling - number.value), 2)),
                due_date=timezone.localdate(waves[-1].opens_at),
            ),
            actor=actor,
            viewer=viewer,
            now=then,
        )
        copy = BriefingCopy.objects.get(briefing=made)
        send_copy(copy_id=copy.pk, over_reason=WHY_NOW, site=SITE, actor=actor, viewer=viewer, now=then)
    except BriefingRefusedError:
        return  # In a small organisation the unit cannot show what would be forecast.
    # Sending freezes the latest numbers; those of that day were the first wave's.
    BriefingCopy.objects.filter(pk=copy.pk).update(evidence=[number.as_plain()])
    at = then + ANSWERED_AFTER
    open_copy(copy_id=copy.pk, actor=None, now=at, level="neutral", sure=2)
    words = "We begin on Monday, with the early shift."
    answer_copy(copy_id=copy.pk, answer=Answer("change", "supportive", 3, "", words), actor=None, now=at)
    rate_copy(copy_id=copy.pk, usefulness=3, actor=None, now=at)


def _first(actor: User, top: Unit, receivers: list[Stakeholder], evidence: list[Evidence], then: datetime) -> None:
    made = _prepare(
        "first",
        actor,
        top,
        receivers,
        evidence,
        message="One hour a week in which leaders only listen is what this year needs.",
        ask="Decide whether the hour is kept free in your area.",
        now=then,
    )
    sent: list[BriefingCopy] = []
    for receiver in receivers:
        copy = BriefingCopy.objects.get(briefing=made, stakeholder=receiver)
        try:
            sent.append(
                send_copy(
                    copy_id=copy.pk,
                    over_reason=WHY_NOW,
                    site=SITE,
                    actor=actor,
                    viewer=viewer_of(actor, today=timezone.localdate(then)),
                    now=then,
                )
            )
        except BriefingRefusedError:
            continue
    for copy, (before, after, decision, words) in zip(sent[:-1], ANSWERS, strict=False):
        at = then + timedelta(days=2)
        open_copy(copy_id=copy.pk, actor=None, now=at, level=before, sure=2)
        answer_copy(copy_id=copy.pk, answer=Answer("decision", after, 3, decision, words), actor=None, now=at)
        rate_copy(copy_id=copy.pk, usefulness=3 if decision == "yes" else 2, actor=None, now=at)


def _prepare(
    key: str,
    actor: User,
    top: Unit,
    receivers: list[Stakeholder],
    evidence: list[Evidence],
    *,
    message: str,
    ask: str,
    now: datetime,
) -> Briefing:
    return prepare_briefing(
        briefing_id=_key(key),
        wanted=Wanted(
            unit=top,
            goal=Briefing.Goal.DECISION,
            message=message,
            scores=tuple(one.finding for one in evidence[:NUMBERS]),
            receivers=tuple(receivers),
            ask=ask,
            ask_by_date=timezone.localdate(now) + timedelta(days=DUE_DAYS),
            example="A driver said at the gate: nobody has asked me how the night went in two years.",
        ),
        actor=actor,
        viewer=viewer_of(actor, today=timezone.localdate(now)),
        now=now,
    )


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"headwater:demo:briefing:{name}")
