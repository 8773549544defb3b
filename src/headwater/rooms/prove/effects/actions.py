"""What is done here with a forecast: commitments, visit programmes and briefings, with who answers for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

from django.utils import timezone

from headwater.rooms.act.logic.forecasts import ForecastAction, ForecastKind
from headwater.rooms.act.models import Commitment, VisitProgramme
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.decide.logic.forecasts import range_from
from headwater.rooms.engage.briefings.queries import forecast_briefings
from headwater.rooms.engage.models import Briefing
from headwater.rooms.people.models import Person, User


def forecast_actions() -> Iterator[ForecastAction]:
    """Yield every action with a forecast that was ever made, given up or not."""
    from headwater.rooms.act.commitments.queries import forecast_commitments
    from headwater.rooms.act.visits.queries import forecast_programmes

    yield from forecast_commitments()
    yield from forecast_programmes()
    yield from briefing_actions()


def briefing_actions() -> Iterator[ForecastAction]:
    """Yield every briefing with a forecast, from the day its first copy went out, at its unit as it stands now."""
    for one, begun in forecast_briefings():
        expected = range_from((one.forecast_low, one.forecast_likely, one.forecast_high))
        unit = present_unit(one.unit)
        if expected is None or unit is None or one.due_date is None:
            continue
        yield ForecastAction(
            kind="briefing",
            id=str(one.pk),
            title=one.message,
            unit_key=unit.key,
            started_date=begun,
            due_date=one.due_date,
            study=one.study,
            wave=one.wave,
            score=one.score,
            low=expected.low,
            likely=expected.likely,
            high=expected.high,
            owner_name=one.author.name or one.author.email,
        )


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


def _owner_of_briefing(pk: UUID) -> Person | None:
    briefing = Briefing.objects.filter(pk=pk).select_related("author__person").first()
    found = None if briefing is None else briefing.author.person
    return None if found is None or found.erased_at is not None else found


OWNERS: dict[ForecastKind, Callable[[UUID], Person | None]] = {
    "commitment": _owner_of_commitment,
    "visits": _owner_of_programme,
    "briefing": _owner_of_briefing,
}
"""Who answers, by kind of action."""
