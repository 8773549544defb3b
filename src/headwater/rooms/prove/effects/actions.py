"""What is done here with a forecast: commitments and visit programmes, as `act` names them, with who answers for each.

Briefings enter here too, once the room above lets a forecast stand on one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

from django.utils import timezone

from headwater.rooms.act.logic.forecasts import ForecastAction, ForecastKind
from headwater.rooms.act.models import Commitment, VisitProgramme
from headwater.rooms.people.models import Person, User


def forecast_actions() -> Iterator[ForecastAction]:
    """Yield every action with a forecast that was ever made, given up or not."""
    from headwater.rooms.act.commitments.queries import forecast_commitments
    from headwater.rooms.act.visits.queries import forecast_programmes

    yield from forecast_commitments()
    yield from forecast_programmes()


def owner_of(kind: ForecastKind, action_id: str) -> Person | None:
    """Return who answers for an action, None where nobody does any more. A part of an action stands behind its id."""
    return OWNERS[kind](UUID(action_id.partition(":")[0]))


def dropped_date_of(kind: ForecastKind, action_id: str) -> date | None:
    """Return the day on which an action was given up, None for one that was not."""
    if kind != "commitment":
        return None
    found = Commitment.objects.filter(pk=UUID(action_id), state=Commitment.State.DROPPED).first()
    return None if found is None or found.ended_at is None else timezone.localdate(found.ended_at)


def _owner_of_commitment(pk: UUID) -> Person | None:
    found = Commitment.objects.select_related("owner").filter(pk=pk).first()
    return None if found is None or found.owner.erased_at is not None else found.owner


def _owner_of_programme(pk: UUID) -> Person | None:
    maker = VisitProgramme.objects.filter(pk=pk).values_list("made_by", flat=True).first()
    user = User.objects.select_related("person").filter(pk=maker).first() if maker is not None else None
    return None if user is None else user.person


def _nobody(_pk: UUID) -> Person | None:
    return None


OWNERS: dict[ForecastKind, Callable[[UUID], Person | None]] = {
    "commitment": _owner_of_commitment,
    "visits": _owner_of_programme,
    "briefing": _nobody,
}
"""Who answers, by kind of action."""
