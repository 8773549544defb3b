"""What the pages of journeys show. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from headwater.rooms.learn.journey_contacts import contact_findings, latest_contacts
from headwater.rooms.learn.journey_keeping import journey_in_force, journeys_in_force
from headwater.rooms.learn.journey_scores import HURTS, STRONG, MomentHeld, MomentScore, Shelf, shelf_of
from headwater.rooms.learn.logic.journeys import EMPLOYEE, Journey, Moment
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import ACTIONS, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import require
from headwater.vocab import ContactFindings, ContactWeight, say

EDIT = "journeys.edit"
MOST_SERVING = 6
MOST_UNITS = 40


@dataclass(frozen=True)
class UnitChoice:
    """A unit whose journey can be looked at."""

    key: str
    name: str
    is_here: bool


@dataclass(frozen=True)
class Serving:
    """A unit that serves a moment, with what its own customers or people say of it. score: None where the viewer may
    not see it or nothing measures it; held: what is not shown.
    """

    name: str
    score: MomentScore | None
    held: MomentHeld | None


@dataclass(frozen=True)
class MomentView:
    """A moment on the map. weight: what it weighs in the whole relation, where that was found."""

    key: str
    title: str
    note: str
    is_leadership: bool
    score: MomentScore | None
    held: MomentHeld | None
    is_measured: bool
    serving: tuple[Serving, ...]
    weight: ContactWeight | None


@dataclass(frozen=True)
class StageView:
    """A stage on the map."""

    key: str
    title: str
    moments: tuple[MomentView, ...]


@dataclass(frozen=True)
class JourneyPage:
    """One journey as a map, for one unit. hurting, strong: titles of moments, in the order of the journey."""

    key: str
    kind: str
    title: str
    purpose: str
    number: int
    unit: UnitChoice
    units: tuple[UnitChoice, ...]
    stages: tuple[StageView, ...]
    hurting: tuple[MomentView, ...]
    strong: tuple[MomentView, ...]
    measured: int
    moments: int
    contacts: Wave | None
    can_edit: bool

    @property
    def is_of_employees(self) -> bool:
        """Whether it is the journey of those who work here."""
        return self.kind == EMPLOYEE

    @property
    def first_hurting(self) -> MomentView | None:
        """The first moment that hurts."""
        return self.hurting[0] if self.hurting else None


@dataclass(frozen=True)
class JourneyCard:
    """A journey on the list."""

    page: JourneyPage
    leadership: int


@dataclass(frozen=True)
class JourneysPage:
    """All journeys, what contacts weigh, and the way to start alone."""

    cards: tuple[JourneyCard, ...]
    contacts: Wave | None
    findings: ContactFindings | None
    can_start: bool


def journeys_page(*, viewer: Viewer) -> JourneysPage:
    """Return the list. Raises PermissionDenied for those who see no results."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    latest = latest_contacts()
    unit, units = _units(viewer, "")
    shelf = shelf_of(unit.key)
    cards = []
    for journey, number in journeys_in_force().values():
        page = _page(viewer, journey, number, unit, units, shelf, latest)
        cards.append(JourneyCard(page, sum(one.is_leadership for _stage, one in journey.moments())))
    found = None if latest is None else best_findings(latest[1])
    return JourneysPage(tuple(cards), latest[0] if latest else None, found, bool(started_units(viewer)))


def journey_page(*, viewer: Viewer, key: str, unit: str = "") -> JourneyPage:
    """Return one journey for a unit; empty for where the viewer enters. Raises Http404, PermissionDenied."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    try:
        journey, number = journey_in_force(key)
    except KeyError:
        raise Http404 from None
    here, units = _units(viewer, unit)
    return _page(viewer, journey, number, here, units, shelf_of(here.key), latest_contacts())


def best_findings(found: tuple[ContactFindings, ...]) -> ContactFindings:
    """Return the findings with the stronger design for repeated contacts, the first where they are alike."""
    return max(found, key=lambda one: (one.repeats is not None) + (one.weights is not None))


def contacts_wave(*, viewer: Viewer, wave_id: UUID) -> tuple[Wave, tuple[ContactFindings, ...]]:
    """Return a released wave with its findings about contacts. They are of the whole organisation, without any unit.

    Raises Http404, and PermissionDenied for those who see no results.
    """
    if not may_see_results(viewer):
        require(viewer, "results.see")
    wave = Wave.objects.select_related("study").filter(pk=wave_id, state=Wave.State.RELEASED).first()
    if wave is None or wave.study.kept_for_id is not None:
        raise Http404
    found = contact_findings(wave)
    if not found:
        raise Http404
    return wave, found


def started_units(viewer: Viewer) -> list[Unit]:
    """Return the units a viewer leads themselves and may ask alone, as the organisation stands today."""
    if not viewer.person:
        return []
    spans = [one.span for one in viewer.holdings if one.role in ACTIONS["results.start"] and one.span is not None]
    led = Unit.objects.filter(number__in=[span.start for span in spans], is_open=True, leader_id=viewer.person_id)
    return list(led.order_by("number"))


def _units(viewer: Viewer, wanted: str) -> tuple[UnitChoice, tuple[UnitChoice, ...]]:
    """Return the unit that is looked at, and those to choose from: where the viewer enters, and one level below."""
    standing = Unit.objects.filter(is_open=True).exclude(number=None)
    if can(viewer, "results.see"):
        tops = list(standing.filter(number=0))
    else:
        spans = [one.span for one in viewer.holdings if one.role in ACTIONS["results.see"] and one.span is not None]
        tops = list(standing.filter(number__in=[span.start for span in spans]).order_by("number"))
    below = list(standing.filter(parent__in=tops).order_by("number")[:MOST_UNITS])
    offered = list({unit.pk: unit for unit in [*tops, *below]}.values())
    here = offered[0] if offered else None
    if wanted:
        here = standing.filter(key=wanted).first()
        if here is None:
            raise Http404
        require(viewer, "results.see", here)
        if here not in offered:
            offered.append(here)
    if here is None:
        return UnitChoice("", "", True), ()
    choices = tuple(UnitChoice(unit.key, unit.name, unit == here) for unit in offered)
    return next(one for one in choices if one.is_here), choices


def _page(
    viewer: Viewer,
    journey: Journey,
    number: int,
    unit: UnitChoice,
    units: tuple[UnitChoice, ...],
    shelf: Shelf,
    latest: tuple[Wave, tuple[ContactFindings, ...]] | None,
) -> JourneyPage:
    weights = _weights(latest) if journey.kind != EMPLOYEE else {}
    shelves: dict[str, tuple[str, Shelf | None]] = {}
    stages = tuple(
        StageView(
            stage.key, say(stage.title), tuple(_moment(viewer, one, shelf, shelves, weights) for one in stage.moments)
        )
        for stage in journey.stages
    )
    every = [moment for stage in stages for moment in stage.moments]
    return JourneyPage(
        key=journey.key,
        kind=journey.kind,
        title=say(journey.title),
        purpose=say(journey.purpose),
        number=number,
        unit=unit,
        units=units,
        stages=stages,
        hurting=tuple(one for one in every if one.score is not None and one.score.state == HURTS),
        strong=tuple(one for one in every if one.score is not None and one.score.state == STRONG),
        measured=sum(one.score is not None for one in every),
        moments=len(every),
        contacts=latest[0] if latest and journey.kind != EMPLOYEE else None,
        can_edit=can(viewer, EDIT),
    )


def _weights(latest: tuple[Wave, tuple[ContactFindings, ...]] | None) -> dict[str, ContactWeight]:
    for found in () if latest is None else latest[1]:
        if found.weights is not None:
            return {one.touchpoint: one for one in found.weights.weights}
    return {}


def _moment(
    viewer: Viewer,
    moment: Moment,
    shelf: Shelf,
    shelves: dict[str, tuple[str, Shelf | None]],
    weights: dict[str, ContactWeight],
) -> MomentView:
    found = shelf.score_of(moment)
    serving = []
    for key in moment.units[:MOST_SERVING]:
        if key not in shelves:
            shelves[key] = _served_by(viewer, key)
        name, own = shelves[key]
        said = own.score_of(moment) if own is not None else None
        serving.append(
            Serving(
                name, said if isinstance(said, MomentScore) else None, said if isinstance(said, MomentHeld) else None
            )
        )
    return MomentView(
        key=moment.key,
        title=say(moment.title),
        note=say(moment.note),
        is_leadership=moment.is_leadership,
        score=found if isinstance(found, MomentScore) else None,
        held=found if isinstance(found, MomentHeld) else None,
        is_measured=bool(moment.subject),
        serving=tuple(serving),
        weight=weights.get(moment.level) if moment.level else None,
    )


def _served_by(viewer: Viewer, key: str) -> tuple[str, Shelf | None]:
    """Return a serving unit's name, and its shelf where the viewer may see its numbers."""
    unit = Unit.objects.filter(key=key).first()
    if unit is None:
        return key, None
    may = unit.is_open and can(viewer, "results.see", unit.number)
    return unit.name, shelf_of(key) if may else None
