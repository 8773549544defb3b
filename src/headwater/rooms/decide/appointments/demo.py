"""The demonstration's part of appointments: one that is open, with three assessors of whom two have handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from headwater.rooms.decide.appointments.preparing import (
    add_candidate,
    begin_appointment,
    leads,
    name_assessor,
    open_scoring,
)
from headwater.rooms.decide.appointments.scoring import hand_in, save_scores
from headwater.rooms.decide.models import Appointment, AppointmentNeed, Candidate
from headwater.rooms.people.models import Person, User

NEEDS = {
    "communication": (3, 3),
    "analysis": (3, 2),
    "influence": (3, 3),
    "strategy": (2, 1),
    "shoes": (3, 2),
}
LEAD, WAITS = "experience.lead@demo.example", "team.leader@demo.example"
DONE = ("analyst@demo.example", "top.leader@demo.example")
GIVEN = {
    DONE[0]: ((3, 2, 2, 2, 4), (2, 4, 3, 3, 2)),
    DONE[1]: ((3, 3, 4, 2, 3), (3, 2, 2, 3, 2)),
}
"""Levels by assessor: of the first candidate, then of the second, in the order of NEEDS."""
REASONS = (
    "Told us about one case from beginning to end.",
    "Answered the sample task, and named what was weak in it.",
    "Two people who worked with them said the same.",
    "Spoke of it only when asked.",
    "Brought an example from the front line.",
)


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build an open appointment, unless there is one. Returns nothing to print."""
    accounts = {one.email: one for one in User.objects.filter(email__endswith="@demo.example").select_related("person")}
    lead, waits = accounts.get(LEAD), accounts.get(WAITS)
    if lead is None or waits is None or any(one not in accounts for one in DONE) or Appointment.objects.exists():
        return []
    began = now - timedelta(days=6)
    found = begin_appointment(
        title="Journey lead, experience team",
        purpose="Find out with the front line what a journey is like, and get it changed.",
        responsibilities=(
            "Keeps the three main journeys current.\nBrings one change a quarter from finding to check.\n"
            "Briefs the leaders whom it concerns."
        ),
        unit=None,
        due_date=timezone.localdate(now) + timedelta(days=4),
        needs=NEEDS,
        actor=lead,
        now=began,
    )
    named = [waits, *(accounts[email] for email in DONE)]
    inside = _somebody({one.person_id for one in named}, waits)
    candidates: list[Candidate] = []
    for person, name, source in ((inside, "", "applied"), (None, "Robin Outside", "asked")):
        made = add_candidate(
            appointment_id=found.pk,
            person=person,
            name=name,
            email="" if person is not None else "robin@elsewhere.example",
            source=source,
            consent_date=timezone.localdate(began),
            notes="Took part in the pilot of the new journey." if person is not None else "",
            actor=lead,
            now=began,
        )
        candidates.append(made)
    for user in named:
        name_assessor(appointment_id=found.pk, user=user, actor=lead, now=began)
    open_scoring(appointment_id=found.pk, actor=lead, now=began)
    needs = list(AppointmentNeed.objects.filter(appointment=found).values_list("competency", flat=True))
    order = [key for key in NEEDS if key in needs]
    for email in DONE:
        for candidate, levels in zip(candidates, GIVEN[email], strict=True):
            scores = dict(zip(order, zip(levels, REASONS, strict=True), strict=True))
            save_scores(
                appointment_id=found.pk, candidate_id=candidate.pk, scores=scores, actor=accounts[email],
                now=began + timedelta(days=2),
            )  # fmt: skip
        hand_in(appointment_id=found.pk, actor=accounts[email], now=began + timedelta(days=2))
    return []


def _somebody(taken: set[object], leader: User) -> Person | None:
    """Somebody inside who is no assessor and does not lead: of a team whose leader scores, so that the tie shows."""
    standing = Person.objects.filter(is_active=True).exclude(pk__in=[one for one in taken if one]).order_by("key")
    accounts = User.objects.exclude(person=None).values("person")
    standing = standing.exclude(pk__in=accounts)
    if leader.person is not None:
        for one in standing.filter(unit__leader=leader.person)[:20]:
            if leads(leader.person, one):
                return one
    return standing.exclude(unit=None).first()
