"""A programme of visits in the sample organisation, with visits in every state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from headwater.rooms.act.models import Obstacle, Visit, VisitProgramme
from headwater.rooms.act.present_units import leaders_up
from headwater.rooms.act.visits.programmes import make_programme
from headwater.rooms.act.visits.services import VisitRefusedError, cancel_visit, close_visit, finish_visit, plan_visit
from headwater.rooms.act.visits.syncing import OBSTACLE, Entry, sync_visit
from headwater.rooms.decide.logic.forecasts import Range
from headwater.rooms.learn.evidence import evidence_for_unit, evidence_of
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of

TITLE = "An hour at the front line"
VISITS = (
    (70, "day", "Serve the first counter for an hour", "closed", 6),
    (44, "evening", "Close the till with the late shift", "closed", 5),
    (33, "day", "Take the first twenty calls of the morning", "closed", 4),
    (9, "day", "Sort and load the morning round", "done", 5),
    (15, "night", "Walk the night round and check the doors", "cancelled", 0),
    (-5, "day", "Hand out and collect the day's orders", "planned", 0),
    (-16, "evening", "Clean and restock a station", "planned", 0),
)
"""Days back, shift, task, state and people met."""
NOTED = (
    ("The forms ask for the same number three times", "People give up half-way.", "slows"),
    ("Gloves in the right size are kept in another building", "", "stops"),
)
FEEDBACK = "Thank you for the hour. The gloves move to your building this week, the form is looked at by Friday."


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build them, made by the leader of the whole and the team leader; again changes nothing."""
    top = User.objects.filter(email="top.leader@demo.example").select_related("person").first()
    team = User.objects.filter(email="team.leader@demo.example").select_related("person").first()
    if top is None or top.person is None or VisitProgramme.objects.exists():
        return []
    units = _teams(top, team)
    if not units:
        return []
    began = now - timedelta(days=75)
    programme = _programme(units, top, began)
    for place, (back, shift, task, state, met) in enumerate(VISITS):
        day = now - timedelta(days=back)
        asked = min(day, now) - timedelta(days=14)
        visit = plan_visit(
            visit_id=_key(f"visit:{place}"), leader=top.person, unit=units[place % len(units)],
            day=timezone.localdate(day), starts=time(14), minutes=90, shift=shift, place="", task=task,
            programme=programme, actor=top, now=asked,
        )  # fmt: skip
        _live(visit, place, state, met, top, day)
    return []


def _programme(units: list[Unit], top: User, began: datetime) -> VisitProgramme:
    """Begin the programme, with a forecast where each unit has a released score that can show it."""
    due = timezone.localdate(began + timedelta(days=270))
    viewer = viewer_of(top, today=timezone.localdate(began))
    # A part of the organisation can show smaller changes than a team can.
    first = list({one.parent_id: one.parent for one in units if one.parent is not None}.values())[:2]
    for one in evidence_for_unit(viewer=viewer, unit=first[0].key) if first else ():
        found = [evidence_of(viewer=viewer, finding=replace(one.finding, unit=unit.key)) for unit in first]
        least = [each.smallest for each in found if each is not None and each.smallest is not None]
        if one.lens != "ex" or not one.higher_is_better or len(least) < len(first):
            continue
        likely = round(max(least) + 0.05, 1)
        try:
            return make_programme(
                programme_id=_key("programme"), title=TITLE, units=first, starts_date=timezone.localdate(began),
                due_date=due, score=(one.study, one.wave, one.score), forecast=Range(0.0, likely, likely), actor=top,
                now=began,
            )  # fmt: skip
        except VisitRefusedError:
            continue
    return make_programme(
        programme_id=_key("programme"), title=TITLE, units=units[:4], starts_date=timezone.localdate(began), actor=top,
        now=began,
    )  # fmt: skip


def _live(visit: Visit, place: int, state: str, met: int, top: User, day: datetime) -> None:
    if state == "cancelled":
        cancel_visit(visit_id=visit.pk, reason="The night shift was short of two people.", actor=top, now=day)
    if state not in ("done", "closed"):
        return
    entries = [
        Entry(_key(f"note:{place}"), "note", "They laugh when they hand over. Nobody had told me.", day),
        Entry(_key(f"moment:{place}"), "moment", "A customer waited, and still said thank you.", day),
    ]
    if place in (1, 3):
        what, to_customers, severity = NOTED[place // 2]
        entries.append(Entry(_key(f"obstacle:{place}"), OBSTACLE, what, day, to_customers, severity, _service(visit)))
    sync_visit(visit_id=visit.pk, entries=entries, actor=top, now=day)
    finish_visit(visit_id=visit.pk, done_date=visit.day, minutes_spent=80, met=met, actor=top, now=day)
    if state == "closed" and not Obstacle.objects.filter(visit=visit, owner=None).exists():
        close_visit(visit_id=visit.pk, feedback=FEEDBACK, by_mail=False, actor=top, now=day + timedelta(days=3))


def _teams(top: User, team: User | None) -> list[Unit]:
    """Return teams of the front line, the team leader's first, of which no leader is above who goes."""
    assert top.person is not None
    sees = viewer_of(top, today=timezone.localdate())
    found = Unit.objects.filter(is_open=True, size=1, own_people__gt=1).exclude(number=None).order_by("number")
    own = [one for one in found if team is not None and team.person_id == one.leader_id]
    rest = [one for one in found[:5] if one not in own]
    return [one for one in [*own, *rest] if sees.person and top.person in leaders_up(one)][:5]


def _service(visit: Visit) -> str:
    """Return the key of the unit next door, whose service it is."""
    away = Unit.objects.filter(is_open=True, leader__is_active=True).exclude(parent=None)
    near = [one for one in (visit.unit_id, visit.unit.parent_id) if one is not None]
    other = away.exclude(pk__in=near).order_by("depth", "number").first()
    return other.key if other is not None else ""


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"headwater:demo:visits:{name}")
