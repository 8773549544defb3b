"""What people see of programmes of visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied

from headwater.rooms.act.logic.reach import Reached
from headwater.rooms.act.models import Visit, VisitProgramme, VisitProgrammeUnit
from headwater.rooms.act.present_units import may, present_unit
from headwater.rooms.act.visits.allowed import PLAN, SEE
from headwater.rooms.act.visits.numbers import MADE, reached_in
from headwater.rooms.act.visits.queries import scope_of
from headwater.rooms.decide.directions.forecasting import forecast_text
from headwater.rooms.decide.logic.forecasts import Range
from headwater.rooms.learn.evidence import evidence_for_unit, evidence_from
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.tabs import has_role_for


@dataclass(frozen=True)
class ProgrammeLine:
    """One programme. forecast: in words, "" for none. reached: by unit. may_end: whether the viewer ends it."""

    programme: VisitProgramme
    units: tuple[tuple[str, Reached], ...]
    forecast: str
    label: str
    made: int
    planned: int
    may_end: bool


@dataclass(frozen=True)
class ProgrammesPage:
    """Programmes that stand, and those that ended."""

    standing: tuple[ProgrammeLine, ...]
    ended: tuple[ProgrammeLine, ...]


def programmes_page(*, viewer: Viewer, today: date) -> ProgrammesPage:
    """Return the programmes of units a viewer may look at. Raises PermissionDenied to who sees no visits."""
    if not has_role_for(viewer, SEE):
        raise PermissionDenied
    lines = []
    for programme in VisitProgramme.objects.order_by("-starts_date", "pk"):
        parts = list(VisitProgrammeUnit.objects.filter(programme=programme).select_related("unit").order_by("pk"))
        if any(may(viewer, SEE, part.unit) for part in parts):
            lines.append(_line(viewer, programme, parts, today))
    return ProgrammesPage(
        standing=tuple(one for one in lines if one.programme.ended_at is None),
        ended=tuple(one for one in lines if one.programme.ended_at is not None),
    )


def offered_scores(*, viewer: Viewer) -> list[tuple[str, str]]:
    """Return the released scores that a forecast may be of, by those of the unit a viewer looks at."""
    scope = scope_of(viewer)
    found = evidence_for_unit(viewer=viewer, unit=scope.key) if scope is not None else []
    return [
        (f"{one.study}|{one.wave}|{one.score}", f"{one.label} ({one.wave_title})")
        for one in found
        if one.value is not None
    ]


def _line(viewer: Viewer, programme: VisitProgramme, parts: list[VisitProgrammeUnit], today: date) -> ProgrammeLine:
    visits = Visit.objects.filter(programme=programme)
    low, likely, high = programme.forecast_low, programme.forecast_likely, programme.forecast_high
    evidence = next((evidence_from(part.evidence) for part in parts if part.evidence is not None), None)
    words = ""
    if evidence is not None and low is not None and likely is not None and high is not None:
        words = forecast_text(Range(low, likely, high), evidence)
    units = []
    for part in parts:
        home = present_unit(part.unit)
        if home is not None:
            units.append((home.name, reached_in(unit=home, today=today)))
    return ProgrammeLine(
        programme=programme,
        units=tuple(units),
        forecast=words,
        label=evidence.label if evidence is not None else "",
        made=visits.filter(state__in=MADE).count(),
        planned=visits.filter(state=Visit.State.PLANNED).count(),
        may_end=all(may(viewer, PLAN, part.unit) for part in parts),
    )
