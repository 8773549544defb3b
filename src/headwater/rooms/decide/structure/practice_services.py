"""The library of practices: shared by leaders, taken up by units, and what happened said in their own words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.decide.models import Practice, PracticeUse
from headwater.rooms.decide.structure.services import TeamError
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.evidence import evidence_from, evidence_of
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import require, viewer_of


def share_practice(
    *, title: str, what: str, unit: Unit, finding: Finding | None, actor: User, now: datetime
) -> Practice:
    """Share a practice of a unit. finding: the released number it worked for, of that unit; frozen now.

    The same title of the same unit again returns the one that stands. Raises PermissionDenied for a unit the actor
    does not lead, TeamError for missing words or a number that is not shown.
    """
    viewer = viewer_of(actor, today=localdate(now))
    require(viewer, "practices.share", unit)
    called, told = " ".join(title.split())[:120], what.strip()[:2000]
    if not called or not told:
        raise TeamError(_("A practice has a name and says what was done."))
    evidence = None
    if finding is not None:
        evidence = evidence_of(viewer=viewer, finding=finding) if finding.unit == unit.key else None
        if evidence is None or not evidence.is_shown:
            raise TeamError(_("This score is not shown for this unit."))
    with transaction.atomic():
        standing = Practice.objects.select_for_update().filter(unit=unit, title=called, withdrawn_at=None).first()
        if standing is not None:
            return standing
        made = Practice.objects.create(
            title=called,
            what=told,
            unit=unit,
            evidence=evidence.as_plain() if evidence is not None else None,
            shared_at=now,
            shared_by=actor,
        )
        _record("practices.shared", made, actor, now)
    return made


def adopt_practice(*, practice_id: UUID, unit: Unit, actor: User, now: datetime) -> PracticeUse:
    """Take a practice up in a unit. The same score of that unit is frozen, where it is shown. Again changes nothing.

    Raises Practice.DoesNotExist, PermissionDenied for a unit the actor does not lead, TeamError for the unit it is of.
    """
    viewer = viewer_of(actor, today=localdate(now))
    require(viewer, "practices.share", unit)
    with transaction.atomic():
        practice = Practice.objects.get(pk=practice_id, withdrawn_at=None)
        if practice.unit_id == unit.pk:
            raise TeamError(_("The practice comes from this unit."))
        use, is_new = PracticeUse.objects.get_or_create(
            practice=practice,
            unit=unit,
            defaults={"before": _before(viewer, practice, unit), "adopted_at": now, "adopted_by": actor},
        )
        if is_new:
            _record("practices.adopted", practice, actor, now, use)
    return use


def tell_outcome(*, use_id: UUID, outcome: str, actor: User, now: datetime) -> PracticeUse:
    """Say what happened, by who leads the unit that took it up. Saying it anew replaces it.

    Raises PracticeUse.DoesNotExist, PermissionDenied, TeamError without words.
    """
    said = outcome.strip()[:2000]
    if not said:
        raise TeamError(_("Say in a sentence what happened."))
    with transaction.atomic():
        use = PracticeUse.objects.select_for_update(of=("self",)).select_related("unit", "practice").get(pk=use_id)
        require(viewer_of(actor, today=localdate(now)), "practices.share", use.unit)
        if use.outcome != said:
            use.outcome, use.outcome_at = said, now
            use.save(update_fields=["outcome", "outcome_at"])
            _record("practices.outcome_told", use.practice, actor, now, use)
    return use


def withdraw_practice(*, practice_id: UUID, actor: User, now: datetime) -> Practice:
    """Take a practice out of the library, by who shared it or who sets up the team. Again changes nothing.

    Raises Practice.DoesNotExist, PermissionDenied.
    """
    with transaction.atomic():
        practice = Practice.objects.select_for_update().get(pk=practice_id)
        if practice.shared_by_id != actor.pk and not can(viewer_of(actor, today=localdate(now)), "structure.manage"):
            raise PermissionDenied
        if practice.withdrawn_at is None:
            practice.withdrawn_at = now
            practice.save(update_fields=["withdrawn_at"])
            _record("practices.withdrawn", practice, actor, now)
    return practice


def _before(viewer: Viewer, practice: Practice, unit: Unit) -> dict[str, object] | None:
    """The latest released number of the practice's score for a unit, None where it names none or none is shown."""
    if practice.evidence is None:
        return None
    shared = evidence_from(practice.evidence)
    for wave in released_waves():
        if wave.study.key == shared.study:
            found = evidence_of(viewer=viewer, finding=Finding(shared.study, wave.key, unit.key, shared.score))
            return found.as_plain() if found is not None and found.is_shown else None
    return None


def _record(action: str, practice: Practice, actor: User, now: datetime, use: PracticeUse | None = None) -> None:
    payload = {"practice": str(practice.pk)} | ({"use": str(use.pk)} if use is not None else {})
    audit.record(action=action, actor=str(actor.pk), subject=str(practice.pk), payload=payload, now=now)
