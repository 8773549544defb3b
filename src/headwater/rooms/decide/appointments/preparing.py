"""Preparing an appointment: what the role needs, who stands for it, who scores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.decide.appointments.access import AppointmentRefusedError
from headwater.rooms.decide.logic.competencies import COMPETENCIES
from headwater.rooms.decide.models import Appointment, AppointmentAssessor, AppointmentNeed, Candidate
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, Unit, User

FEWEST_ASSESSORS, MOST_ASSESSORS = 2, 8
FEWEST_NEEDS = 3
MOST_CANDIDATES = 20


def begin_appointment(
    *,
    title: str,
    purpose: str,
    responsibilities: str,
    unit: Unit | None,
    due_date: date,
    needs: Mapping[str, tuple[int, int]],
    actor: User,
    now: datetime,
) -> Appointment:
    """Begin an appointment with its role profile. needs: level 0..4 and weight 1..5 by competency."""
    _check_needs(needs)
    with transaction.atomic():
        made = Appointment.objects.create(
            title=title, purpose=purpose, responsibilities=responsibilities, unit=unit, due_date=due_date,
            begun_by=actor, begun_at=now, touched_at=now,
        )  # fmt: skip
        _write_needs(made, needs)
        record(made, "begun", actor, {"needs": len(needs)}, now)
    return made


def change_profile(
    *,
    appointment_id: UUID,
    title: str,
    purpose: str,
    responsibilities: str,
    unit: Unit | None,
    due_date: date,
    needs: Mapping[str, tuple[int, int]],
    actor: User,
    now: datetime,
) -> Appointment:
    """Change the role profile while nobody scores. Raises AppointmentRefusedError later."""
    _check_needs(needs)
    with transaction.atomic():
        found = _draft(appointment_id)
        found.title, found.purpose, found.responsibilities = title, purpose, responsibilities
        found.unit, found.due_date, found.touched_at = unit, due_date, now
        found.save()
        _write_needs(found, needs)
        record(found, "changed", actor, {"needs": len(needs)}, now)
    return found


def add_candidate(
    *,
    appointment_id: UUID,
    person: Person | None,
    name: str,
    email: str,
    source: str,
    consent_date: date,
    notes: str,
    actor: User,
    now: datetime,
) -> Candidate:
    """Add somebody who stands for it: a person of the organisation, or an outsider by name.

    Adding the same person, or an outsider of the same name and address, returns the first. Raises
    AppointmentRefusedError for oneself, for an assessor, without a name, and for a consent that is still to come.
    """
    if consent_date > now.date():
        raise AppointmentRefusedError(_("The day of consent cannot lie ahead. Ask them first."))
    if person is None and not name.strip():
        raise AppointmentRefusedError(_("Write who it is: somebody of the organisation, or an outsider's name."))
    with transaction.atomic():
        found = _draft(appointment_id)
        standing = Candidate.objects.filter(appointment=found)
        if person is not None:
            if actor.person_id == person.pk:
                raise AppointmentRefusedError(
                    _("You cannot run an appointment that you stand for. Let somebody else run it.")
                )
            if AppointmentAssessor.objects.filter(appointment=found, user__person=person).exists():
                raise AppointmentRefusedError(_("%(name)s is an assessor here.") % {"name": person})
            same = standing.filter(person=person).first()
        else:
            same = standing.filter(person=None, name=name.strip(), email=email.strip()).first()
        if same is not None:
            return same
        letters = set(standing.values_list("letter", flat=True))
        if len(letters) >= MOST_CANDIDATES:
            raise AppointmentRefusedError(_("An appointment has at most %(n)d candidates.") % {"n": MOST_CANDIDATES})
        letter = next(chr(ord("A") + place) for place in range(26) if chr(ord("A") + place) not in letters)
        made = Candidate.objects.create(
            appointment=found,
            letter=letter,
            person=person,
            name=person.name or person.key if person is not None else name.strip(),
            email=person.email if person is not None else email.strip(),
            source=source,
            consent_date=consent_date,
            notes=notes,
        )
        _touch(found, now)
        record(found, "candidate_added", actor, {"candidate": str(made.pk)}, now)
    return made


def remove_candidate(*, appointment_id: UUID, candidate_id: UUID, actor: User, now: datetime) -> None:
    """Take a candidate out while nobody scores. Safe to repeat."""
    with transaction.atomic():
        found = _draft(appointment_id)
        if Candidate.objects.filter(appointment=found, pk=candidate_id).delete()[0]:
            _touch(found, now)
            record(found, "candidate_removed", actor, {"candidate": str(candidate_id)}, now)


def name_assessor(*, appointment_id: UUID, user: User, actor: User, now: datetime) -> AppointmentAssessor:
    """Name somebody who scores. Safe to repeat. Raises AppointmentRefusedError for a candidate and past the limit.

    While others score already, a new one may still be named: they score alone like everybody.
    """
    with transaction.atomic():
        found = Appointment.objects.select_for_update().get(pk=appointment_id)
        if found.state not in (Appointment.State.DRAFT, Appointment.State.SCORING):
            raise AppointmentRefusedError(_("All scores are in. No assessor can be added any more."))
        named = AppointmentAssessor.objects.filter(appointment=found)
        if user.person_id is not None and Candidate.objects.filter(appointment=found, person=user.person_id).exists():
            raise AppointmentRefusedError(_("A candidate cannot be an assessor."))
        same = named.filter(user=user).first()
        if same is not None and same.excused_at is None:
            return same
        if named.filter(excused_at=None).count() >= MOST_ASSESSORS:
            raise AppointmentRefusedError(_("An appointment has at most %(n)d assessors.") % {"n": MOST_ASSESSORS})
        made = same or AppointmentAssessor(appointment=found, user=user)
        made.excused_at, made.conflicts = None, conflicts_of(found, user)
        made.save()
        _touch(found, now)
        record(found, "assessor_named", actor, {"assessor": str(user.pk)}, now)
    return made


def remove_assessor(*, appointment_id: UUID, user_id: UUID, actor: User, now: datetime) -> None:
    """Take an assessor out while nobody scores. Safe to repeat."""
    with transaction.atomic():
        found = _draft(appointment_id)
        if AppointmentAssessor.objects.filter(appointment=found, user=user_id).delete()[0]:
            _touch(found, now)
            record(found, "assessor_removed", actor, {"assessor": str(user_id)}, now)


def open_scoring(*, appointment_id: UUID, actor: User, now: datetime) -> Appointment:
    """Ask the assessors to score. Safe to repeat. Raises AppointmentRefusedError while something is missing."""
    with transaction.atomic():
        found = Appointment.objects.select_for_update().get(pk=appointment_id)
        if found.state == Appointment.State.SCORING:
            return found
        found = _draft(appointment_id)
        missing = missing_to_open(found)
        if missing:
            raise AppointmentRefusedError(" ".join(missing))
        for one in AppointmentAssessor.objects.filter(appointment=found).select_related("user"):
            one.conflicts = conflicts_of(found, one.user)
            one.save(update_fields=["conflicts"])
        found.state, found.opened_at, found.touched_at = Appointment.State.SCORING, now, now
        found.save()
        record(found, "opened", actor, {}, now)
    return found


def missing_to_open(appointment: Appointment) -> list[str]:
    """Return what is missing before assessors can be asked, as sentences."""
    missing = []
    if not Candidate.objects.filter(appointment=appointment).exists():
        missing.append(_("Add a candidate."))
    named = AppointmentAssessor.objects.filter(appointment=appointment, excused_at=None).count()
    if named < FEWEST_ASSESSORS:
        missing.append(_("Name at least two assessors."))
    return missing


def conflicts_of(appointment: Appointment, user: User) -> dict[str, str]:
    """Return how an assessor is tied to candidates, by candidate's id: "leads" them or is "led" by them."""
    person = user.person
    if person is None:
        return {}
    found = {}
    for candidate in Candidate.objects.filter(appointment=appointment).exclude(person=None).select_related("person"):
        assert candidate.person is not None
        if leads(person, candidate.person):
            found[str(candidate.pk)] = "leads"
        elif leads(candidate.person, person):
            found[str(candidate.pk)] = "led"
    return found


def leads(leader: Person, other: Person) -> bool:
    """Whether somebody leads a unit that another belongs to, at any depth."""
    place = Unit.objects.filter(pk=other.unit_id).values_list("number", flat=True).first() if other.unit_id else None
    if place is None:
        return False
    led = Unit.objects.filter(leader=leader, is_open=True).exclude(number=None).values_list("number", "size")
    return any(number is not None and number <= place < number + size for number, size in led)


def record(appointment: Appointment, what: str, actor: User | None, payload: Mapping[str, Any], now: datetime) -> None:
    """Write it down: which appointment, what, by whom. No name of a candidate, no score."""
    audit.record(
        action=f"appointment.{what}",
        actor=str(actor.pk) if actor is not None else audit.SYSTEM,
        subject=str(appointment.pk),
        payload=payload,
        now=now,
    )


def _draft(appointment_id: UUID) -> Appointment:
    found = Appointment.objects.select_for_update().get(pk=appointment_id)
    if found.state != Appointment.State.DRAFT:
        raise AppointmentRefusedError(
            _("Assessors score already. Profile and candidates stay as they are, so that all are scored alike.")
        )
    return found


def _touch(appointment: Appointment, now: datetime) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(touched_at=now)


def _check_needs(needs: Mapping[str, tuple[int, int]]) -> None:
    if len(needs) < FEWEST_NEEDS:
        raise AppointmentRefusedError(_("Choose at least three competencies that the role needs."))
    unknown = set(needs) - set(COMPETENCIES)
    if unknown:
        raise KeyError(sorted(unknown)[0])


def _write_needs(appointment: Appointment, needs: Mapping[str, tuple[int, int]]) -> None:
    AppointmentNeed.objects.filter(appointment=appointment).delete()
    AppointmentNeed.objects.bulk_create(
        AppointmentNeed(appointment=appointment, competency=key, level=level, weight=weight)
        for key, (level, weight) in needs.items()
    )
