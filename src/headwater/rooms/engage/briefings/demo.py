"""Briefings of the sample organisation: two decided, one understood and not moved by, one not opened, and the next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from headwater.rooms.engage.briefings.answering import Answer, answer_copy, open_copy, rate_copy
from headwater.rooms.engage.briefings.preparing import BriefingRefusedError, Wanted, prepare_briefing, send_copy
from headwater.rooms.engage.models import Briefing, BriefingCopy, Stakeholder
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

SITE = "http://127.0.0.1:8000"
FIRST_DAYS, NEXT_DAYS, DUE_DAYS = 16, 0, 12
FEWEST, MOST, NUMBERS = 3, 4, 4
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
    receivers = _receivers()
    if actor is None or top is None or len(receivers) < FEWEST or Briefing.objects.exists():
        return []
    evidence = evidence_for_unit(viewer=viewer_of(actor, today=timezone.localdate(now)), unit=top.key)
    if not evidence:
        return []
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


def _receivers() -> list[Stakeholder]:
    """Who leads, from the top down, as far as they stand in the register."""
    known = {one.person_id: one for one in Stakeholder.objects.exclude(person=None).filter(erased_at=None)}
    leading = Unit.objects.filter(is_open=True, leader__in=known).order_by("depth", "number", "key")
    found = dict.fromkeys(known[one.leader_id] for one in leading if one.leader_id is not None)
    return list(found)[:MOST]


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
                    over_reason="The decision falls this week.",
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
