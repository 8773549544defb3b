"""What a commitment is made from: its name, unit and score, for whoever may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.formats import date_format

from headwater.rooms.act.models import Commitment, Incident, Visit
from headwater.rooms.act.present_units import may, present_unit
from headwater.rooms.decide.directions.allowed import may_see as may_see_direction
from headwater.rooms.decide.models import Direction
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.comment_queries import comments_of
from headwater.rooms.learn.evidence import evidence_from
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Person, Unit
from headwater.vocab import say

Source = Commitment.Source
THEME = "theme:"


@dataclass(frozen=True)
class From:
    """What a commitment is made from. owner, due: what it proposes, None for nothing."""

    kind: str
    id: str
    title: str
    unit: Unit | None
    finding: Finding | None = None
    owner: Person | None = None
    due: date | None = None


def source_of(*, viewer: Viewer, kind: str, source_id: str) -> From | None:
    """Return a direction, visit or incident that the viewer may see; None for anything else."""
    try:
        pk = UUID(source_id)
    except ValueError:
        return None
    if kind == Source.DIRECTION:
        return _direction(viewer, pk)
    if kind == Source.VISIT:
        return _visit(viewer, pk)
    return _incident(viewer, pk) if kind == Source.INCIDENT else None


def theme_of(*, finding: Finding, language: str) -> From | None:
    """Return a theme of comments of a released wave, from a finding whose score is `theme:<key>`."""
    if not finding.score.startswith(THEME):
        return None
    wave = Wave.objects.filter(study__key=finding.study, key=finding.wave, state=Wave.State.RELEASED).first()
    book = None if wave is None else comments_of(wave)
    unit = Unit.objects.filter(key=finding.unit).first()
    if wave is None or book is None or unit is None:
        return None
    key = finding.score.removeprefix(THEME)
    try:
        label = say(book.themes.theme(key).label, language)
    except (LookupError, ValueError):
        return None
    return From(Source.THEME, f"{finding.study}/{finding.wave}/{key}"[:200], label, present_unit(unit))


def _direction(viewer: Viewer, pk: UUID) -> From | None:
    found = Direction.objects.select_related("unit", "owner").filter(pk=pk).first()
    if found is None or not may_see_direction(viewer, found.unit):
        return None
    finding = None if found.evidence is None else evidence_from(found.evidence).finding
    owner = found.owner if found.owner.is_active else None
    return From(Source.DIRECTION, str(pk), found.title, present_unit(found.unit), finding, owner, found.target_date)


def _visit(viewer: Viewer, pk: UUID) -> From | None:
    found = Visit.objects.select_related("unit", "leader").filter(pk=pk).first()
    if found is None or not (may(viewer, "visits.see", found.unit) or _is(viewer, found.leader)):
        return None
    return From(Source.VISIT, str(pk), f"{found.unit.name}, {date_format(found.day)}", present_unit(found.unit))


def _incident(viewer: Viewer, pk: UUID) -> From | None:
    """An incident by its kind and day alone: what happened is for those who may open it."""
    found = Incident.objects.select_related("unit").filter(pk=pk).first()
    if found is None or not may(viewer, "incidents.see", found.unit):
        return None
    title = f"{found.get_kind_display()}, {date_format(found.happened_date)}"
    return From(Source.INCIDENT, str(pk), title, None if found.unit is None else present_unit(found.unit))


def _is(viewer: Viewer, person: Person | None) -> bool:
    return person is not None and bool(viewer.person) and viewer.person_id == person.pk
