"""Who may make and see commitments, and write what is told: by role, as the leader of a unit or above, or as theirs."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from headwater.rooms.act.models import Commitment, HelpAsk, Told
from headwater.rooms.act.present_units import may, present_unit, top_unit
from headwater.rooms.decide.directions.allowed import units_with
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for

MAKE, SEE, TELL = "commitments.make", "commitments.see", "told.write"


def may_make(viewer: Viewer, unit: Unit) -> bool:
    """Whether a viewer makes commitments for a unit: the experience lead, or the leader of that unit or above."""
    return can(viewer, MAKE, unit.number)


def is_owner(viewer: Viewer, commitment: Commitment) -> bool:
    """Whether a viewer answers for a commitment."""
    return bool(viewer.person) and commitment.owner_id == viewer.person_id


def may_see(viewer: Viewer, commitment: Commitment) -> bool:
    """Whether a viewer sees a commitment: the owner, who was asked for help, and who leads its unit or above."""
    if is_owner(viewer, commitment):
        return True
    if may(viewer, SEE, commitment.unit):
        return True
    return bool(viewer.person) and HelpAsk.objects.filter(commitment=commitment, asked=viewer.person_id).exists()


def require_see(viewer: Viewer, commitment: Commitment) -> None:
    """Raise PermissionDenied unless the viewer sees a commitment."""
    if not may_see(viewer, commitment):
        raise PermissionDenied


def opens_page(viewer: Viewer) -> bool:
    """Whether the page of commitments opens: by role, to owners, and to whoever was asked for help."""
    if has_role_for(viewer, SEE):
        return True
    if not viewer.person:
        return False
    own = Commitment.objects.filter(owner=viewer.person_id)
    return own.exists() or HelpAsk.objects.filter(asked=viewer.person_id, ended_at=None).exists()


def seen_units(viewer: Viewer) -> Q:
    """Return the filter of commitments by the units a viewer sees, with those that were dissolved into them."""
    gone = Unit.objects.filter(is_open=False, pk__in=Commitment.objects.values("unit"))
    followed = [one.pk for one in gone if may(viewer, SEE, one)]
    return units_with(viewer, SEE, field="unit__") | Q(unit__in=followed)


def may_tell(viewer: Viewer, unit: Unit | None) -> bool:
    """Whether a viewer tells what was heard in a unit; None for all who were asked, which is for the top alone."""
    unit = top_unit() if unit is None else unit
    return unit is not None and can(viewer, TELL, unit.number)


def may_open_told(viewer: Viewer, told: Told) -> bool:
    """Whether a viewer may change what is told; of a unit that is no more, whoever may for what follows it."""
    return may_tell(viewer, None if told.unit is None else present_unit(told.unit))
