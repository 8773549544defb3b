"""What the top leader agreed to, signed, and did; and an agreement of the team leader that waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from headwater.rooms.engage.active_role import mirror_demo
from headwater.rooms.engage.active_role.services import propose_version, record_act, sign_version
from headwater.rooms.engage.models import RoleVersion
from headwater.rooms.people.logic.roles import LEADER
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

AGREED = {"visit": (2, "month"), "review": (1, "quarter"), "decision": (7, "each")}
VISITS = (95, 88, 66, 60, 38, 12)
DECISIONS = ((80, 76), (50, 39), (20, 15))
BEGAN = timedelta(days=130)


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build both, and the team leader's mirror; again changes nothing."""
    mirror_demo.build_demo(people=people, seed=seed, now=now)
    found = {
        name: User.objects.filter(email=f"{name}@demo.example").first()
        for name in ("experience.lead", "top.leader", "team.leader")
    }
    lead, top, team = (found[name] for name in ("experience.lead", "top.leader", "team.leader"))
    if lead is None or top is None or RoleVersion.objects.exists():
        return []
    today = timezone.localdate(now)
    if not viewer_of(top, today=today).has(LEADER):
        return []
    made = propose_version(
        leader=top, duties=AGREED, note="So that people see what matters to you.", actor=lead, now=now - BEGAN
    )
    sign_version(version_id=made.pk, actor=top, now=now - BEGAN + timedelta(days=2))
    for back in VISITS:
        day = today - timedelta(days=back)
        record_act(person=top, kind="visit", at_date=day, source=f"demo:visit:{back}", actor=top, now=now)
    record_act(person=top, kind="review", at_date=today - timedelta(days=40), source="demo:review", actor=top, now=now)
    for asked, decided in DECISIONS:
        record_act(
            person=top, kind="decision", at_date=today - timedelta(days=decided),
            asked_date=today - timedelta(days=asked), source=f"demo:decision:{asked}", actor=top, now=now,
        )  # fmt: skip
    if team is not None and viewer_of(team, today=today).has(LEADER):
        propose_version(leader=team, duties={"talk": (1, "month")}, note="", actor=lead, now=now - timedelta(days=1))
    return []
