"""One challenge of a leader, and support that was asked, given and thanked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from headwater.rooms.engage.challenges.services import keep_challenge
from headwater.rooms.engage.challenges.support import answer_support, ask_support, thank
from headwater.rooms.engage.models import Challenge
from headwater.rooms.people.models import User

CHALLENGE = uuid5(NAMESPACE_URL, "headwater:demo:challenge")
SUPPORT = uuid5(NAMESPACE_URL, "headwater:demo:support")
TEAM_LEADER, TOP_LEADER = "team.leader@demo.example", "top.leader@demo.example"


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build both; again changes nothing."""
    owner, above = (User.objects.filter(email=email).first() for email in (TEAM_LEADER, TOP_LEADER))
    if owner is None or above is None or Challenge.objects.filter(pk=CHALLENGE).exists():
        return []
    began = now - timedelta(days=20)
    today = timezone.localdate(began)
    keep_challenge(
        challenge_id=CHALLENGE,
        words={
            "asked": "Cut the weekly team hour until the end of the quarter",
            "asked_by": "my head of division",
            "why_leader": "You want fewer mistakes in handovers; that hour is where we find them.",
            "why_organisation": "Each mistake costs a second visit to a customer.",
            "why_team": "It is the one hour in which everybody hears the same.",
            "alternative": "Thirty minutes instead of sixty, and we count handover mistakes for six weeks.",
            "said_date": today,
            "said_how": "In person, with the letter afterwards",
            "look_back_date": timezone.localdate(now) + timedelta(days=22),
        },
        actor=owner,
        now=began,
    )
    ask_support(
        support_id=SUPPORT,
        asked=above,
        need="Ten minutes in our review, to say why the handovers matter to you",
        by_date=today + timedelta(days=10),
        minutes=10,
        over_reason="The review stands on that day.",
        actor=owner,
        now=began,
    )
    answer_support(
        support_id=SUPPORT, answer="yes", words="Gladly.", later_date=None, actor=above, now=began + timedelta(days=1)
    )
    thank(support_id=SUPPORT, thanks="Your ten minutes changed the room.", actor=owner, now=began + timedelta(days=11))
    return []
