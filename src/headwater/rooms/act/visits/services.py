"""Planning a visit, going, and closing it with the people who were met."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.act.models import Obstacle, Visit, VisitProgramme
from headwater.rooms.act.present_units import leaders_up, may
from headwater.rooms.act.visits.letters import tell_people_met
from headwater.rooms.engage.active_role.services import record_act
from headwater.rooms.engage.asks import NewAsk, cancel_ask, check_load, done_ask, record_ask
from headwater.rooms.engage.logic.asks import MOST_MINUTES
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import HeadwaterError

PLAN = "visits.plan"
State = Visit.State
USUAL_MINUTES = 90
FEEDBACK_DAYS = 5
"""Within so many days the people met hear what will happen. Ours."""
FEEDBACK_MINUTES = 15
MOST_MET = 2_000


class VisitRefusedError(HeadwaterError):
    """A visit cannot stand so; the message says why."""

    exit_code = 3


def may_plan(*, actor: User, unit: Unit, now: datetime) -> bool:
    """Whether an account plans visits to a unit: the experience lead, or a leader of it or above."""
    return may(viewer_of(actor, today=localdate(now)), PLAN, unit)


def plan_visit(
    *,
    leader: Person,
    unit: Unit,
    day: date,
    actor: User,
    now: datetime,
    visit_id: UUID | None = None,
    starts: time | None = None,
    minutes: int = USUAL_MINUTES,
    shift: str = Visit.Shift.DAY,
    place: str = "",
    task: str = "",
    staff: int | None = None,
    programme: VisitProgramme | None = None,
    incident_id: UUID | None = None,
    finding: Finding | None = None,
    over_reason: str = "",
) -> Visit:
    """Plan a visit of a leader to a unit. The same id, or the same open visit for an incident, returns what stands.

    task: the front-line task they do; needed unless the visit repeats the task of an incident. staff: how many work
    there then, the unit's own people and below by default. The leader leads the unit or one above it; for an incident,
    anybody who leads. over_reason: why it cannot wait, where the week of a leader other than the actor is full. Raises
    PermissionDenied to who may not plan for the unit, VisitRefusedError for a day that passed, a closed unit, a leader
    who leads nothing there, and a visit without a task, OverloadError for a full week without a reason.
    """
    if not (may_plan(actor=actor, unit=unit, now=now) or (incident_id is not None and actor.person_id == leader.pk)):
        raise PermissionDenied
    if not unit.is_open:
        raise VisitRefusedError(_("%(unit)s was dissolved. Choose a unit that stands.") % {"unit": unit.name})
    if day < localdate(now):
        raise VisitRefusedError(_("Choose a day to come."))
    if not leader.is_active or (incident_id is None and leader not in leaders_up(unit)):
        raise VisitRefusedError(_("%(name)s does not lead %(unit)s.") % {"name": leader, "unit": unit.name})
    if not task.strip() and incident_id is None:
        raise VisitRefusedError(_("Say which task they will do. Watching is no visit."))
    _check_minutes(minutes)
    if shift not in Visit.Shift.values:
        raise VisitRefusedError(_("Choose a shift."))
    with transaction.atomic():
        standing = Visit.objects.filter(pk=visit_id).first() if visit_id is not None else None
        if standing is None and incident_id is not None:
            # One at a time: two people who plan the same repeat meet here.
            Person.objects.select_for_update().get(pk=leader.pk)
            standing = (
                Visit.objects.filter(incident_id=incident_id, leader=leader).exclude(state=State.CANCELLED).first()
            )
        if standing is not None:
            return standing
        new_id = visit_id or uuid4()
        wanted = NewAsk(leader, min(minutes, MOST_MINUTES), day, _source(new_id))
        check_load([wanted], over_reason=over_reason, actor=actor)
        visit = Visit.objects.create(
            pk=new_id,
            programme=programme,
            leader=leader,
            unit=unit,
            day=day,
            starts=starts,
            minutes=minutes,
            shift=shift,
            place=place.strip()[:160],
            task=task.strip()[:300],
            staff=unit.people_below if staff is None else max(0, staff),
            incident_id=incident_id,
            study=finding.study if finding is not None else "",
            wave=finding.wave if finding is not None else "",
            score=finding.score if finding is not None else "",
            planned_by=actor,
            planned_at=now,
            changed_at=now,
        )
        write_down("visit.planned", visit, actor=actor, now=now, day=day.isoformat(), unit=str(unit.pk))
        _ask_leader(visit, over_reason, actor, now)
    return visit


def change_visit(
    *,
    visit_id: UUID,
    day: date,
    starts: time | None,
    minutes: int,
    shift: str,
    place: str,
    task: str,
    actor: User,
    now: datetime,
    over_reason: str = "",
) -> Visit:
    """Change when and where a planned visit is. The same again changes nothing.

    over_reason: as in `plan_visit`; moved within its week without taking longer, it needs none. Raises
    Visit.DoesNotExist, PermissionDenied, VisitRefusedError for one that was made, and as `plan_visit`.
    """
    with transaction.atomic():
        found = locked(visit_id, actor=actor, now=now)
        if found.state != State.PLANNED:
            raise VisitRefusedError(_("Only a visit to come can be changed."))
        wanted = {
            "day": day,
            "starts": starts,
            "minutes": minutes,
            "shift": shift,
            "place": place.strip()[:160],
            "task": task.strip()[:300],
        }
        if all(getattr(found, name) == value for name, value in wanted.items()):
            return found
        if day < localdate(now):
            raise VisitRefusedError(_("Choose a day to come."))
        if not wanted["task"] and found.incident_id is None:
            raise VisitRefusedError(_("Say which task they will do. Watching is no visit."))
        _check_minutes(minutes)
        if found.leader is not None:
            moved = NewAsk(found.leader, min(minutes, MOST_MINUTES), day, _source(found.pk))
            check_load([moved], over_reason=over_reason, actor=actor)
        for name, value in wanted.items():
            setattr(found, name, value)
        found.sequence, found.changed_at = found.sequence + 1, now
        found.save()
        write_down("visit.changed", found, actor=actor, now=now, day=day.isoformat())
        _ask_leader(found, over_reason, actor, now)
    return found


def cancel_visit(*, visit_id: UUID, reason: str, actor: User, now: datetime) -> Visit:
    """Cancel a visit to come, with the reason. Again changes nothing.

    Raises Visit.DoesNotExist, PermissionDenied, VisitRefusedError without a reason and for one that was made.
    """
    with transaction.atomic():
        found = locked(visit_id, actor=actor, now=now)
        if found.state == State.CANCELLED:
            return found
        if found.state != State.PLANNED:
            raise VisitRefusedError(_("Only a visit to come can be cancelled."))
        if not reason.strip():
            raise VisitRefusedError(_("Say why, so that those who waited know."))
        found.state, found.cancel_reason, found.changed_at = State.CANCELLED, reason.strip()[:300], now
        found.sequence += 1
        found.save()
        write_down("visit.cancelled", found, actor=actor, now=now)
        cancel_ask(source=_source(found.pk), actor=actor, now=now)
    return found


def finish_visit(*, visit_id: UUID, done_date: date, minutes_spent: int, met: int, actor: User, now: datetime) -> Visit:
    """Say that a visit was made: when, how long, how many people were met. Until it is closed it can be put right.

    It counts against the leader's agreed role, and feedback to the people met is owed from then on. Raises
    Visit.DoesNotExist, PermissionDenied, VisitRefusedError for a day to come, a number that cannot be, and one that was
    closed or cancelled.
    """
    with transaction.atomic():
        found = locked(visit_id, actor=actor, now=now)
        if (found.done_date, found.minutes_spent, found.met) == (done_date, minutes_spent, met):
            return found
        if found.state not in (State.PLANNED, State.DONE):
            raise VisitRefusedError(_("It is closed or cancelled."))
        if done_date > localdate(now):
            raise VisitRefusedError(_("It cannot have been on a day to come."))
        _check_minutes(minutes_spent)
        if not 0 <= met <= MOST_MET:
            raise VisitRefusedError(_("Say how many people you met."))
        is_first = found.state == State.PLANNED
        found.state, found.done_date, found.minutes_spent, found.met = State.DONE, done_date, minutes_spent, met
        found.done_at = found.done_at or now
        found.feedback_due_date = done_date + timedelta(days=FEEDBACK_DAYS)
        found.changed_at = now
        found.save()
        write_down("visit.made", found, actor=actor, now=now, met=met, minutes=minutes_spent)
        done_ask(source=_source(found.pk), actor=actor, now=now)
        if found.leader is not None and is_first:
            record_act(
                person=found.leader, kind="visit", at_date=done_date, source=_source(found.pk), actor=actor, now=now
            )
            record_ask(
                person=found.leader,
                kind="visit",
                title=_("Tell the people you met: %(unit)s") % {"unit": found.unit.name},
                minutes=FEEDBACK_MINUTES,
                due_date=found.feedback_due_date,
                href=reverse("act:visits_close", args=[found.pk]),
                source=f"{_source(found.pk)}:feedback",
                actor=actor,
                now=now,
            )
    return found


def close_visit(*, visit_id: UUID, feedback: str, by_mail: bool, actor: User, now: datetime) -> Visit:
    """Tell the people met what will happen and by whom; that closes the visit. Again changes nothing.

    by_mail: also write to the people of the unit, each with a link that needs no account. Raises Visit.DoesNotExist,
    PermissionDenied, VisitRefusedError without words, before it was made, and while an issue has nobody who answers.
    """
    with transaction.atomic():
        found = locked(visit_id, actor=actor, now=now)
        if found.state == State.CLOSED:
            return found
        if found.state != State.DONE:
            raise VisitRefusedError(_("Say first that it was made."))
        if not feedback.strip():
            raise VisitRefusedError(_("Say what will happen, and by whom."))
        if Obstacle.objects.filter(visit=found, owner=None).exclude(state=Obstacle.State.CLOSED).exists():
            raise VisitRefusedError(_("One obstacle has nobody who answers for it. Hand it to somebody first."))
        found.state, found.feedback, found.closed_at = State.CLOSED, feedback.strip()[:2000], now
        found.changed_at = now
        found.save()
        written = tell_people_met(found, now=now) if by_mail else 0
        write_down("visit.closed", found, actor=actor, now=now, written=written)
        done_ask(source=f"{_source(found.pk)}:feedback", actor=actor, now=now)
    return found


def locked(visit_id: UUID, *, actor: User, now: datetime) -> Visit:
    """Return a visit with its row locked, for its leader and who plans for its unit.

    Raises Visit.DoesNotExist, PermissionDenied to all others.
    """
    Visit.objects.select_for_update().get(pk=visit_id)
    found = Visit.objects.select_related("unit__leader", "leader", "programme").get(pk=visit_id)
    is_own = actor.person_id is not None and actor.person_id == found.leader_id
    if not (is_own and actor.is_active) and not may_plan(actor=actor, unit=found.unit, now=now):
        raise PermissionDenied
    return found


def write_down(action: str, visit: Visit, *, actor: User, now: datetime, **payload: object) -> None:
    """Add an audit entry."""
    told = {"state": visit.state, **payload}
    audit.record(action=action, actor=str(actor.pk), subject=str(visit.pk), payload=told, now=now)


def _ask_leader(visit: Visit, over_reason: str, actor: User, now: datetime) -> None:
    if visit.leader is not None:
        record_ask(
            person=visit.leader,
            kind="visit",
            title=_("Visit: %(unit)s") % {"unit": visit.unit.name},
            minutes=min(visit.minutes, MOST_MINUTES),
            due_date=visit.day,
            href=reverse("act:visits_one", args=[visit.pk]),
            source=_source(visit.pk),
            actor=actor,
            now=now,
            over_reason=over_reason,
        )


def _source(visit_id: UUID) -> str:
    return f"visit:{visit_id}"


def _check_minutes(minutes: int) -> None:
    if not 5 <= minutes <= 960:
        raise VisitRefusedError(_("A visit takes between 5 minutes and 16 hours."))
