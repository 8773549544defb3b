"""What the pages of the monthly mirror show: to the leader whose it is, and to nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.reports.blocks import Trend, TrendLine, TrendPoint
from headwater.reports.wording import words_of
from headwater.rooms.engage.active_role.exercises import EXERCISES, GUIDE, NAMES, Exercise
from headwater.rooms.engage.active_role.mirror import askings, mirror_of, next_date
from headwater.rooms.engage.logic.mirror import QUESTIONS, Lowest, exercise_for, lowest_of
from headwater.rooms.engage.models import MirrorExercise
from headwater.rooms.house.figures import Figure, multiples_figure
from headwater.rooms.learn.journey_queries import started_units
from headwater.rooms.learn.logic.start_rules import MIRROR, least_raters
from headwater.rooms.learn.models import AloneRound, AloneStudy
from headwater.rooms.learn.start_queries import OwnLine, own_lines
from headwater.rooms.learn.start_results import ResultLine, result_figure, result_lines, result_sentence, shown_in
from headwater.rooms.learn.start_services import people_of_unit
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import holds_book
from headwater.rooms.people.logic.roles import LEADER, Viewer
from headwater.rooms.people.models import Person, Unit
from headwater.scoring.sentences import decimals_of
from headwater.vocab import DEFAULT_K, Bound, Sureness


@dataclass(frozen=True)
class MirrorsPage:
    """The units a leader can keep a mirror with, and those they kept one with. Each with whether they lead it still."""

    units: tuple[tuple[Unit, bool], ...]


@dataclass(frozen=True)
class Practice:
    """The exercise of one asking. about: of which question. is_clear: that one stands clearly lowest.

    by_own: it was chosen by the leader's own answer, as nothing could be shown. is_done: None until said.
    """

    exercise: Exercise
    about: str | Promise
    is_clear: bool
    by_own: bool
    is_done: bool | None


@dataclass(frozen=True)
class MirrorPage:
    """A mirror as it stands.

    state: "begin", "open", "counting", "shown", "nothing" (too few answered), "small" (too few to ask). wave: the last
    asking, None before the first. shown: the last one that is over, whose result it is. own: questions to answer for
    oneself, where the team can be asked now. next_date: from when it can be asked again. practised: earlier exercises,
    latest first.
    """

    unit: Unit
    state: str
    wave: Wave | None
    shown: Wave | None
    people: int
    least: int
    own: tuple[OwnLine, ...]
    result: tuple[ResultLine, ...]
    figure: Figure | None
    trend: Figure | None
    changes: tuple[str, ...]
    sentence: str
    guide: tuple[tuple[str | Promise, str | Promise], ...]
    practice: Practice | None
    practised: tuple[tuple[Wave, Exercise, bool], ...]
    next_date: date | None
    has_left: bool


def mirrors_page(*, viewer: Viewer) -> MirrorsPage:
    """Return where a leader keeps a mirror. Raises PermissionDenied to who leads no unit and never kept one."""
    led = started_units(viewer)
    kept = AloneStudy.objects.filter(person=viewer.person_id, moment=MIRROR, study__is_archived=False)
    before = [one.unit for one in kept.select_related("unit").order_by("made_at") if one.unit not in led]
    if not led and not before and not viewer.has(LEADER):
        raise PermissionDenied
    return MirrorsPage((*((one, True) for one in led), *((one, False) for one in dict.fromkeys(before))))


def mirror_page(*, viewer: Viewer, unit_id: UUID, now: datetime) -> MirrorPage:
    """Return the viewer's own mirror with a unit. Raises Http404, and PermissionDenied to anybody but its leader."""
    unit, person, alone = own_mirror(viewer=viewer, unit_id=unit_id)
    leads = unit in started_units(viewer)
    people = [one for one in people_of_unit(unit) if one.pk != person.pk]
    least = least_raters(DEFAULT_K, len(people))
    sent = list(askings(alone)) if alone is not None else []
    last = sent[-1] if sent else None
    over = [one for one in sent if one.state == Wave.State.RELEASED]
    shown = over[-1] if over else None
    lines = result_lines(alone, shown) if alone is not None and shown is not None and holds_book(shown) else ()
    state = _state(last, has_lines=bool(lines), is_possible=len(people) >= least)
    due = None if last is None else next_date(last)
    may_ask = leads and len(people) >= least
    may_ask = may_ask and (last is None or (last is shown and due is not None and localdate(now) >= due))
    practised = _practised(over)
    return MirrorPage(
        unit=unit,
        state=state,
        wave=last,
        shown=shown,
        people=len(people),
        least=least,
        own=own_lines(QUESTIONS) if may_ask else (),
        result=lines,
        figure=result_figure(alone, shown) if alone is not None and shown is not None and lines else None,
        trend=_trend(alone, over) if alone is not None else None,
        changes=_changes(alone, shown) if alone is not None and shown is not None and lines else (),
        sentence=result_sentence(lines),
        guide=tuple((NAMES[key], GUIDE[key]) for key in QUESTIONS) if state in ("nothing", "small") else (),
        practice=_practice(alone, shown, practised) if alone is not None and shown is not None else None,
        practised=tuple(one for one in practised if one[0] != shown),
        next_date=due,
        has_left=not leads,
    )


def own_mirror(*, viewer: Viewer, unit_id: UUID) -> tuple[Unit, Person, AloneStudy | None]:
    """Return a unit, whoever asks, and their mirror with it. Raises Http404, and PermissionDenied to anybody else."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise Http404
    person = Person.objects.filter(pk=viewer.person_id).first()
    if person is None:
        raise PermissionDenied
    alone = mirror_of(person, unit)
    if alone is None and unit not in started_units(viewer):
        raise PermissionDenied
    return unit, person, alone


def suggested(*, viewer: Viewer, unit_id: UUID) -> tuple[Wave, Exercise]:
    """Return the last asking that is over, and the exercise it suggests. Raises as `own_mirror`, Http404 for none."""
    _unit, _person, alone = own_mirror(viewer=viewer, unit_id=unit_id)
    over = [] if alone is None else [one for one in askings(alone) if one.state == Wave.State.RELEASED]
    found = _practice(alone, over[-1], _practised(over)) if alone is not None and over else None
    if found is None:
        raise Http404
    return over[-1], found.exercise


def _state(last: Wave | None, *, has_lines: bool, is_possible: bool) -> str:
    if last is None:
        return "begin" if is_possible else "small"
    if last.state in (Wave.State.PLANNED, Wave.State.OPEN):
        return "open"
    if last.state != Wave.State.RELEASED:
        return "counting"
    return "shown" if has_lines else "nothing"


def _practised(over: list[Wave]) -> list[tuple[Wave, Exercise, bool]]:
    """What was said of every asking that is over, latest first."""
    said = {one.wave_id: one for one in MirrorExercise.objects.filter(wave__in=over)}
    return [
        (wave, EXERCISES[said[wave.pk].exercise], said[wave.pk].is_done) for wave in reversed(over) if wave.pk in said
    ]


def _practice(alone: AloneStudy, wave: Wave, practised: list[tuple[Wave, Exercise, bool]]) -> Practice | None:
    lowest, by_own = _lowest(alone, wave)
    if lowest is None:
        return None
    said = next(((one, is_done) for found, one, is_done in practised if found == wave), None)
    done = [one.key for found, one, is_done in practised if is_done and found != wave]
    exercise = said[0] if said is not None else EXERCISES[exercise_for(lowest.key, done)]
    return Practice(exercise, NAMES[lowest.key], lowest.is_clear, by_own, None if said is None else said[1])


def _lowest(alone: AloneStudy, wave: Wave) -> tuple[Lowest | None, bool]:
    """The question that stands lowest; by the leader's own answers where nothing could be shown."""
    values = {}
    for key in QUESTIONS if holds_book(wave) else ():
        found = shown_in(alone, wave, key)
        if found is not None:
            number = found[2]
            values[key] = (number.shrunken, number.shrunken_low, number.shrunken_high)
    if values:
        return lowest_of(values), False
    own = AloneRound.objects.filter(wave=wave).values_list("own", flat=True).first() or {}
    return lowest_of({key: (float(own[key]),) * 3 for key in QUESTIONS if key in own}), True


def _changes(alone: AloneStudy, wave: Wave) -> tuple[str, ...]:
    """Say what changed since the asking before, only where it is real."""
    said = []
    for key in QUESTIONS:
        found = shown_in(alone, wave, key)
        if found is None:
            continue
        book, number, estimate = found
        moved = estimate.versus_previous
        if moved is not None and moved.sureness is not Sureness.TOO_CLOSE:
            said.append(f"{NAMES[key]}: {words_of(moved, book.columns[number])}")
    return tuple(said)


def _trend(alone: AloneStudy, over: list[Wave]) -> Figure | None:
    """Draw the three questions, asking by asking, with what the leader said themselves in grey. None below two."""
    if sum(holds_book(wave) for wave in over) < 2:
        return None
    own = {one.wave_id: one.own for one in AloneRound.objects.filter(wave__in=over)}
    panels = []
    for key in QUESTIONS:
        points, mine, decimals = [], [], 1
        for wave in over:
            found = shown_in(alone, wave, key) if holds_book(wave) else None
            value = own.get(wave.pk, {}).get(key)
            mine.append(TrendPoint(wave.title, None if value is None else float(value)))
            if found is None:
                points.append(TrendPoint(wave.title, None))
                continue
            book, number, estimate = found
            decimals = decimals_of(book.columns[number])
            is_exact = estimate.bound is Bound.EXACT
            ends = (estimate.shrunken_low, estimate.shrunken_high) if is_exact else (None, None)
            points.append(TrendPoint(wave.title, estimate.shrunken, *ends))
        panels.append(
            Trend(
                title=str(NAMES[key]),
                description=_("Asking by asking, with the 95% range."),
                lines=(TrendLine(_("Your people"), tuple(points)), TrendLine(_("You"), tuple(mine), quiet=True)),
                low=1.0,
                high=5.0,
                ticks=(1.0, 2.0, 3.0, 4.0, 5.0),
                decimals=decimals,
            )
        )
    return multiples_figure(panels, "mirror", _("Month by month"), _("The three questions, asking by asking."))
