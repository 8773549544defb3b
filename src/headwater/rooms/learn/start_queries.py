"""What the pages of starting alone show: to the leader, and to those above once the leader shared it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from headwater.rooms.house.figures import Figure
from headwater.rooms.learn.journey_keeping import journeys_in_force
from headwater.rooms.learn.journey_queries import started_units
from headwater.rooms.learn.logic.journeys import EMPLOYEE, Moment
from headwater.rooms.learn.logic.start_rules import COMMENT, OTHERS, SELF, SUGGESTED, least_raters, self_key
from headwater.rooms.learn.models import AloneRound, AloneStudy
from headwater.rooms.learn.start_results import ResultLine, result_figure, result_lines, result_sentence
from headwater.rooms.learn.start_services import MONTHS_BETWEEN, SHOWN_AT, people_of_unit, planned_wave
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.questionnaires import library_instrument
from headwater.rooms.listen.releasing import holds_book
from headwater.rooms.people.logic.roles import LEADER, Viewer
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.viewers import require
from headwater.vocab import DEFAULT_K, say


@dataclass(frozen=True)
class StartedLine:
    """One of a leader's own studies. state: a key of the page's words."""

    alone: AloneStudy
    title: str
    state: str
    date: datetime | None


@dataclass(frozen=True)
class MomentChoice:
    """A leadership moment to begin with. key: of the moment."""

    key: str
    title: str
    note: str
    stage: str


@dataclass(frozen=True)
class StartPage:
    """The leader's own studies, and the moments to choose from. units: those they lead, with people to ask."""

    started: tuple[StartedLine, ...]
    units: tuple[Unit, ...]
    moments: tuple[MomentChoice, ...]


@dataclass(frozen=True)
class Behaviour:
    """A behaviour to ask about. is_suggested: it shows in the chosen moment."""

    key: str
    words: str
    is_suggested: bool


@dataclass(frozen=True)
class ChoosePage:
    """Behaviours and people for one moment. least: how many people have to be asked."""

    unit: Unit
    moment: MomentChoice
    behaviours: tuple[Behaviour, ...]
    people: tuple[Person, ...]
    least: int
    unreachable: int

    @property
    def is_possible(self) -> bool:
        """Whether enough people can be written to."""
        return len(self.people) >= self.least


@dataclass(frozen=True)
class OwnLine:
    """One behaviour as the leader answers it about themselves. answers: code and words."""

    key: str
    words: str
    answers: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class StudyPage:
    """One of a leader's own studies as it stands.

    state: "own" (their own answers first), "open", "sealing", "result", "nothing". result: the latest asking's lines.
    may_ask_from: the day from which asking again makes sense; None while it does not.
    """

    alone: AloneStudy
    title: str
    state: str
    wave: Wave
    round: AloneRound | None
    is_own: bool
    people: int
    lines: tuple[OwnLine, ...]
    result: tuple[ResultLine, ...]
    figure: Figure | None
    sentence: str
    closes_at: datetime | None
    may_ask_from: date | None
    can_ask_again: bool
    rounds: int


def start_page(*, viewer: Viewer) -> StartPage:
    """Return where a leader begins. Raises PermissionDenied for who leads no unit and has nothing started."""
    units = tuple(started_units(viewer))
    mine = AloneStudy.objects.filter(person=viewer.person_id) if viewer.person else AloneStudy.objects.none()
    lines = [
        _line(one)
        for one in mine.filter(study__is_archived=False)
        .exclude(moment__in=SHOWN_AT)
        .select_related("study", "unit")
        .order_by("-made_at")
    ]
    if not units and not lines:
        require(viewer, "results.start")
    return StartPage(tuple(lines), units, tuple(_moments().values()))


def choose_page(*, viewer: Viewer, unit_id: UUID, moment: str) -> ChoosePage:
    """Return what to choose for one moment of a unit that the viewer leads. Raises Http404, PermissionDenied."""
    unit = led_unit(viewer=viewer, unit_id=unit_id)
    chosen = _moments().get(moment)
    if chosen is None:
        raise Http404
    people = people_of_unit(unit)
    suggested = SUGGESTED.get(moment, ())
    behaviours = [
        Behaviour(item.key, say(item.text), item.key in suggested)
        for item in library_instrument(OTHERS).items
        if item.key != COMMENT
    ]
    everybody = Person.objects.filter(unit=unit, is_active=True).count()
    return ChoosePage(
        unit,
        chosen,
        tuple(sorted(behaviours, key=lambda one: not one.is_suggested)),
        tuple(people),
        least_raters(DEFAULT_K, len(people)),
        everybody - len(people),
    )


def led_unit(*, viewer: Viewer, unit_id: UUID) -> Unit:
    """Return a unit the viewer leads. Raises Http404 for an unknown one, PermissionDenied for another's."""
    unit = Unit.objects.filter(pk=unit_id, is_open=True).first()
    if unit is None:
        raise Http404
    if unit not in started_units(viewer):
        raise PermissionDenied
    return unit


def moment_of(key: str) -> Moment:
    """Return a leadership moment of an employees' journey. Raises Http404."""
    for journey, _number in journeys_in_force().values():
        if journey.kind == EMPLOYEE:
            for _stage, moment in journey.moments():
                if moment.key == key and moment.is_leadership:
                    return moment
    raise Http404


def own_study(*, viewer: Viewer, study_id: UUID) -> AloneStudy:
    """Return a study for the leader whose it is. Raises Http404, PermissionDenied for everybody else."""
    alone = _alone(study_id)
    if not viewer.person or viewer.person_id != alone.person_id:
        raise PermissionDenied
    return alone


def study_page(*, viewer: Viewer, study_id: UUID, now: datetime) -> StudyPage:
    """Return a study for its leader, or for leaders above once it is shared. Raises Http404, PermissionDenied."""
    alone = _alone(study_id)
    is_own = bool(viewer.person) and viewer.person_id == alone.person_id
    if not is_own and not _is_shared_with(viewer, alone):
        raise PermissionDenied
    planned = planned_wave(alone.study) if is_own else None
    launched = list(Wave.objects.filter(study=alone.study).exclude(launched_at=None).order_by("-order"))
    if planned is None and not launched:
        raise Http404
    shown = next((wave for wave in launched if wave.state == Wave.State.RELEASED), None)
    wave = planned or launched[0]
    state = _state(wave)
    result = shown if state == "own" or shown is None else launched[0] if state in ("result", "nothing") else shown
    lines = result_lines(alone, result) if result is not None and holds_book(result) else ()
    last = launched[0] if launched else None
    again = None if last is None or last.state != Wave.State.RELEASED else last.closes_at + MONTHS_BETWEEN
    return StudyPage(
        alone=alone,
        title=alone.study.title,
        state=state,
        wave=wave,
        round=None if result is None else AloneRound.objects.filter(wave=result).first(),
        is_own=is_own,
        people=len(alone.study.population.get("people", [])),
        lines=own_lines(alone.behaviours) if state == "own" else (),
        result=lines,
        figure=result_figure(alone, result) if lines and result is not None else None,
        sentence=result_sentence(lines),
        closes_at=wave.late_until if state == "open" else None,
        may_ask_from=None if again is None or planned is not None else again.date(),
        can_ask_again=again is not None and planned is None and now >= again,
        rounds=len(launched),
    )


def _alone(study_id: UUID) -> AloneStudy:
    found = AloneStudy.objects.filter(pk=study_id).select_related("study", "unit", "person").first()
    if found is None:
        raise Http404
    return found


def _is_shared_with(viewer: Viewer, alone: AloneStudy) -> bool:
    number = alone.unit.number
    if alone.shared_at is None or number is None or not alone.unit.is_open:
        return False
    spans = [one.span for one in viewer.holdings if one.role == LEADER and one.span is not None]
    return any(span.holds(number) and span.start < number for span in spans)


def _moments() -> dict[str, MomentChoice]:
    found: dict[str, MomentChoice] = {}
    for journey, _number in journeys_in_force().values():
        if journey.kind == EMPLOYEE:
            for stage, moment in journey.moments():
                if moment.is_leadership:
                    found.setdefault(
                        moment.key, MomentChoice(moment.key, say(moment.title), say(moment.note), say(stage.title))
                    )
    return found


def _line(alone: AloneStudy) -> StartedLine:
    wave = planned_wave(alone.study) or Wave.objects.filter(study=alone.study).order_by("-order").first()
    state = "nothing" if wave is None else _state(wave)
    return StartedLine(
        alone, alone.study.title, state, wave.late_until if wave is not None and state == "open" else None
    )


def _state(wave: Wave) -> str:
    if wave.launched_at is None:
        return "own"
    if wave.state in (Wave.State.PLANNED, Wave.State.OPEN):
        return "open"
    if wave.state != Wave.State.RELEASED:
        return "sealing"
    return "result" if holds_book(wave) else "nothing"


def own_lines(behaviours: Sequence[str]) -> tuple[OwnLine, ...]:
    """Return the questions a leader answers about themselves, by the keys of those about them."""
    instrument = library_instrument(SELF)
    found = []
    for key in behaviours:
        item = instrument.item(self_key(key))
        scale = instrument.response_scales[item.response_scale]
        words = scale.labels
        spoken = dict(words)
        labels = [say({code: texts[place] for code, texts in spoken.items()}) for place in range(scale.points)]
        found.append(OwnLine(key, say(item.text), tuple(enumerate(labels, scale.low))))
    return tuple(found)


def next_day(now: datetime) -> date:
    """Return tomorrow: the day a leader begins to try."""
    return (now + timedelta(days=1)).date()
