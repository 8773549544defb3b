"""What the pages of directions show. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports import wording as words_of_reports
from headwater.rooms.decide.directions import wording
from headwater.rooms.decide.directions.allowed import (
    SEE,
    may_choose,
    may_prepare,
    may_see,
    seen_units,
    whole,
)
from headwater.rooms.decide.directions.effects import Expected, expected_from
from headwater.rooms.decide.directions.evidence import frozen, live_evidence
from headwater.rooms.decide.directions.services import due_of
from headwater.rooms.decide.directions.visions import SECTIONS
from headwater.rooms.decide.logic.directions import FEW
from headwater.rooms.decide.models import (
    Direction,
    DirectionCandidate,
    DirectionReview,
    DirectionStep,
    Goal,
    VisionVersion,
)
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import require
from headwater.vocab import speaking

GOING = Direction.State.GOING


@dataclass(frozen=True)
class DirectionLine:
    """One direction in a list."""

    direction: Direction
    state: str
    move: str
    due: date
    is_due: bool


@dataclass(frozen=True)
class DirectionsPage:
    """Directions a viewer sees: those that go on, then those that are over. few: how many are few."""

    vision: VisionVersion | None
    goals: tuple[Goal, ...]
    going: tuple[DirectionLine, ...]
    over: tuple[DirectionLine, ...]
    open_stops: int
    has_stop: bool
    may_prepare: bool
    may_choose: bool
    few: int = FEW


@dataclass(frozen=True)
class ReviewLine:
    """A review as it was held. value: the number of that day, move: from the frozen one, "" where there was none."""

    review: DirectionReview
    decision: str
    value: str
    range: str
    move: str


@dataclass(frozen=True)
class DirectionPage:
    """One direction: read aloud, the evidence of that day beside today's, its reviews and what became of it.

    is_newer: whether today's number is another wave's than the frozen one. later: the direction that took its place.
    """

    direction: Direction
    state: str
    lines: tuple[str, ...]
    frozen: Evidence | None
    live: Evidence | None
    is_newer: bool
    live_hidden: bool
    move: str
    target: str
    smallest: str
    expected: Expected | None
    stations: tuple[str, ...]
    reviews: tuple[ReviewLine, ...]
    steps: tuple[DirectionStep, ...]
    earlier: Direction | None
    later: Direction | None
    due: date
    may_review: bool
    hours: str


@dataclass(frozen=True)
class GoalLine:
    """One goal with what serves it."""

    goal: Goal
    directions: tuple[Direction, ...]
    is_served: bool


@dataclass(frozen=True)
class GoalsPage:
    """Goals that stand, in their order, and those that were retired."""

    goals: tuple[GoalLine, ...]
    retired: tuple[Goal, ...]
    may_prepare: bool


@dataclass(frozen=True)
class VisionPage:
    """One version of the vision. sections: title and words; missing: titles without words yet."""

    vision: VisionVersion | None
    sections: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    versions: tuple[VisionVersion, ...]
    is_latest: bool
    may_prepare: bool


def directions_page(*, viewer: Viewer, today: date) -> DirectionsPage:
    """Return the directions of the whole and of the viewer's units. Raises PermissionDenied."""
    _require_room(viewer)
    found = list(seen_directions(viewer).order_by("unit__number", "-chosen_at"))
    lines = [_line(one, today) for one in found]
    stops = DirectionCandidate.objects.filter(
        seen_units(viewer, field="unit__"), kind=DirectionCandidate.Kind.STOP, state=DirectionCandidate.State.OPEN
    )
    top = whole()
    return DirectionsPage(
        vision=VisionVersion.objects.order_by("-number").first(),
        goals=tuple(standing_goals()),
        going=tuple(line for line in lines if line.direction.state == GOING),
        over=tuple(line for line in lines if line.direction.state != GOING),
        open_stops=stops.count(),
        has_stop=any(line.direction.state == GOING and not line.direction.is_score for line in lines),
        may_prepare=top is not None and may_prepare(viewer, top),
        may_choose=has_role_for(viewer, "directions.choose"),
    )


def chosen_directions(*, viewer: Viewer) -> tuple[Direction, ...]:
    """Return the directions that go on, of the whole and of the viewer's units, by unit. Nothing for who sees none."""
    return tuple(seen_directions(viewer).filter(state=GOING).order_by("unit__number", "chosen_at"))


def seen_directions(viewer: Viewer) -> QuerySet[Direction]:
    """Return the directions a viewer sees, with what a line of them needs."""
    related = ("unit", "goal", "owner", "chosen_by", "candidate__hours_by", "candidate__asked_by")
    return Direction.objects.filter(seen_units(viewer, field="unit__")).select_related(*related)


def get_direction(*, viewer: Viewer, direction_id: UUID) -> Direction:
    """Return a direction. Raises Http404, PermissionDenied for one of a unit that the viewer does not see."""
    related = ("unit", "goal", "owner", "chosen_by", "candidate__hours_by", "candidate__asked_by", "supersedes")
    found = Direction.objects.select_related(*related).filter(pk=direction_id).first()
    if found is None:
        _require_room(viewer)
        raise Http404
    if not may_see(viewer, found.unit):
        raise PermissionDenied
    return found


def direction_page(*, viewer: Viewer, direction_id: UUID, today: date) -> DirectionPage:
    """Return one direction. Raises Http404, PermissionDenied."""
    direction = get_direction(viewer=viewer, direction_id=direction_id)
    kept = frozen(direction.evidence)
    live = None
    if kept is not None:
        live = live_evidence(viewer=viewer, study=kept.study, unit=kept.unit, score=kept.score)
    expected = None if direction.expected is None else expected_from(direction.expected)
    due = due_of(direction)
    reviews = DirectionReview.objects.filter(direction=direction).select_related("held_by", "goal").order_by("held_at")
    decimals = 1 if kept is None else max(kept.decimals, 1)
    with speaking(get_language() or "en"):
        return DirectionPage(
            direction=direction,
            state=wording.state_text(direction.state),
            lines=tuple(wording.lines_aloud(direction, kept, expected, date_format(due))),
            frozen=kept,
            live=live,
            is_newer=live is not None and kept is not None and live.wave != kept.wave,
            live_hidden=kept is not None and live is None,
            move=_move(kept, live),
            target="" if direction.target is None else words_of_reports.figure(direction.target, decimals),
            smallest="" if direction.smallest is None else words_of_reports.figure(direction.smallest, decimals + 1),
            expected=expected,
            stations=() if expected is None else tuple(wording.station_text(one) for one in expected.downstream),
            reviews=tuple(_review_line(one, kept) for one in reviews),
            steps=tuple(DirectionStep.objects.filter(direction=direction).select_related("by").order_by("at")),
            earlier=direction.supersedes,
            later=Direction.objects.filter(supersedes=direction).first(),
            due=due,
            may_review=direction.state == GOING and may_choose(viewer, direction.unit),
            hours="" if direction.is_score else wording.hours_text(direction.hours_low or 0, direction.hours_high or 0),
        )


def standing_goals() -> QuerySet[Goal]:
    """Return the goals that stand, in their order."""
    return Goal.objects.filter(retired_at=None).order_by("position", "made_at")


def goals_page(*, viewer: Viewer) -> GoalsPage:
    """Return the goals with the directions a viewer sees that serve them. Raises PermissionDenied."""
    _require_room(viewer)
    served: dict[UUID, list[Direction]] = {}
    for direction in seen_directions(viewer).filter(state=GOING).order_by("unit__number"):
        served.setdefault(direction.goal_id, []).append(direction)
    named = set(Direction.objects.values_list("goal", flat=True))
    return GoalsPage(
        goals=tuple(GoalLine(goal, tuple(served.get(goal.pk, ())), goal.pk in named) for goal in standing_goals()),
        retired=tuple(Goal.objects.exclude(retired_at=None).order_by("-retired_at")),
        may_prepare=may_prepare(viewer, whole()),
    )


def vision_page(*, viewer: Viewer, number: int = 0) -> VisionPage:
    """Return the vision in force, or an earlier version. Raises Http404, PermissionDenied."""
    _require_room(viewer)
    versions = tuple(VisionVersion.objects.select_related("made_by").order_by("-number"))
    shown = next((one for one in versions if one.number == number), None) if number else next(iter(versions), None)
    if number and shown is None:
        raise Http404
    words = {} if shown is None else shown.sections
    return VisionPage(
        vision=shown,
        sections=tuple((str(one.title), words[one.key]) for one in SECTIONS if words.get(one.key)),
        missing=tuple(str(one.title) for one in SECTIONS if not words.get(one.key)),
        versions=versions,
        is_latest=shown is not None and shown == versions[0],
        may_prepare=may_prepare(viewer, whole()),
    )


def reviews_due(directions: Sequence[Direction], today: date, *, ahead: int) -> list[tuple[Direction, date]]:
    """Return the directions whose review is due within `ahead` days, with the day."""
    found = [(one, due_of(one)) for one in directions]
    return [(one, due) for one, due in found if (due - today).days <= ahead]


def _require_room(viewer: Viewer) -> None:
    if not has_role_for(viewer, SEE):
        require(viewer, SEE)


def _line(direction: Direction, today: date) -> DirectionLine:
    kept = frozen(direction.evidence)
    with speaking(get_language() or "en"):
        if kept is None or direction.target is None:
            move = wording.hours_text(direction.hours_low or 0, direction.hours_high or 0)
        else:
            target = words_of_reports.figure(direction.target, max(kept.decimals, 1))
            move = _("“%(label)s” from %(value)s to %(target)s") % {
                "label": kept.label, "value": kept.value_text, "target": target}  # fmt: skip
    due = due_of(direction)
    return DirectionLine(direction, wording.state_text(direction.state), move, due, due <= today)


def _move(kept: Evidence | None, live: Evidence | None) -> str:
    if kept is None or live is None or kept.value is None or live.value is None or live.wave == kept.wave:
        return ""
    return words_of_reports.signed(live.value - kept.value, max(kept.decimals, 1) + 1)


def _review_line(review: DirectionReview, kept: Evidence | None) -> ReviewLine:
    live = frozen(review.evidence)
    return ReviewLine(
        review=review,
        decision=wording.decision_text(review.decision),
        value="" if live is None else live.value_text,
        range="" if live is None else live.range_text,
        move=_move(kept, live),
    )
