"""Five risks of the sample organisation, reported early and late, with a score that would warn of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from headwater.rooms.engage.models import Risk
from headwater.rooms.engage.risks.services import Report, add_measure, move_risk, report_risk, thank_reporter
from headwater.rooms.learn.evidence import evidence_for_unit
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

RISKS = (
    ("One person knows the billing of the oldest contracts", "She retires in a year.", 30, 28, (20, 60, "days"), ""),
    ("The night shift counts by hand since the update", "Twice the count was wrong.", 21, 20, (5, 15, "days"), ""),
    ("Two suppliers share one warehouse", "A flood there would stop both.", 90, 60, (20_000, 250_000, "money"), ""),
    ("New colleagues wait weeks for their access", "Some borrow another's.", 14, 13, None, "First weeks that work."),
    ("Handovers are shortened when it is busy", "Customers then tell it twice.", 12, 11, (10, 40, "days"), ""),
)


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build the register; again changes nothing. What needs released scores is left out while none stand."""
    reporter = User.objects.filter(email="team.leader@demo.example").first()
    lead = User.objects.filter(email="experience.lead@demo.example").first()
    units = list(Unit.objects.filter(is_open=True).exclude(number=None).order_by("number")[: len(RISKS)])
    if reporter is None or lead is None or not units or Risk.objects.exists():
        return []
    made: list[Risk] = []
    for place, (title, what, seen, told, exposure, upside) in enumerate(RISKS):
        report = Report(
            title, what, units[place % len(units)], timezone.localdate(now - timedelta(days=seen)), "", exposure, upside
        )
        key = uuid5(NAMESPACE_URL, f"headwater:demo:risk:{title}")
        made.append(report_risk(risk_id=key, report=report, actor=reporter, now=now - timedelta(days=told)))
    later = now - timedelta(days=10)
    first = made[0]
    thank_reporter(risk_id=first.pk, thanks="Two days after you saw it: time to act.", actor=lead, now=later)
    move_risk(
        risk_id=first.pk, state="watching", why="She teaches two others until spring.", owner=reporter.person,
        actor=lead, now=later,
    )  # fmt: skip
    viewer = viewer_of(lead, today=timezone.localdate(now))
    for one in evidence_for_unit(viewer=viewer, unit=first.unit.key)[:1]:
        if one.value is not None:
            add_measure(
                risk_id=first.pk, study=one.study, wave=one.wave, score=one.score, side="below",
                threshold=round(max(one.floor, one.value - 2), 1), actor=lead, now=now,
            )  # fmt: skip
    return []
