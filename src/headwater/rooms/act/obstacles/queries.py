"""What people see of obstacles: theirs to answer, theirs to confirm, those of their units; one with its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet

from headwater.rooms.act.logic.obstacle_clock import next_up
from headwater.rooms.act.logic.receipts import read_code, written
from headwater.rooms.act.models import Obstacle, ObstacleStep
from headwater.rooms.act.obstacles.owners import (
    SEE,
    confirmers_of,
    leaders_of,
    manages,
    may_answer,
    may_see,
)
from headwater.rooms.act.obstacles.services import obstacle_of_receipt, silence_ran_out
from headwater.rooms.act.present_units import may, present_unit, top_unit
from headwater.rooms.decide.directions.allowed import units_with
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit

MOST_LINES, MOST_READ = 200, 1000
State = Obstacle.State


@dataclass(frozen=True)
class ObstacleLine:
    """An obstacle in a list. days_left: to its day, negative past it. part: what the viewer does: answer or confirm."""

    obstacle: Obstacle
    days_left: int
    part: str = ""


@dataclass(frozen=True)
class ObstaclesPage:
    """Obstacles as one person sees them. mine: raised by them. around: of units they lead or may look at."""

    to_answer: tuple[ObstacleLine, ...]
    to_confirm: tuple[ObstacleLine, ...]
    mine: tuple[ObstacleLine, ...]
    around: tuple[ObstacleLine, ...]
    closed: tuple[ObstacleLine, ...]
    sees_matrix: bool
    manages: bool

    @property
    def waiting(self) -> int:
        """How many wait for the viewer."""
        return len(self.to_answer) + len(self.to_confirm)


@dataclass(frozen=True)
class StepLine:
    """A step as a page says it: by whom in words, never by name."""

    step: ObstacleStep
    who: str


@dataclass(frozen=True)
class ObstaclePage:
    """One obstacle. raiser: a name for who looks after obstacles and for themselves alone, else "".

    answers, confirms, hands, may_close: what the viewer can do now.
    """

    obstacle: Obstacle
    owner: str
    raiser: str
    confirmer: str
    steps: tuple[StepLine, ...]
    same: tuple[Obstacle, ...]
    answers: bool
    confirms: bool
    hands: bool
    may_close: bool
    is_mine: bool
    next_up: str


@dataclass(frozen=True)
class ReceiptPage:
    """What a receipt opens, without an account. code: as people write it."""

    obstacle: Obstacle
    code: str
    service: str
    steps: tuple[StepLine, ...]
    may_reply: bool


def open_obstacles(*, unit: Unit) -> tuple[Obstacle, ...]:
    """Return what is not closed and blocks a unit or anything below it, the most overdue first, for other slices."""
    here = present_unit(unit)
    if here is None or here.number is None:
        return ()
    found = _with_units().exclude(state=State.CLOSED).filter(_within(here, "from_unit") | _gone("from_unit"))
    return tuple(one for one in found.order_by("due_date", "raised_at", "pk") if _lies_in(one.from_unit, here))


def brought_to(*, unit: Unit) -> tuple[Obstacle, ...]:
    """Return every obstacle that comes from the service of a unit or anything below it, the latest first."""
    here = present_unit(unit)
    if here is None or here.number is None:
        return ()
    found = _with_units().filter(_within(here, "serving_unit") | _gone("serving_unit"))
    return tuple(one for one in found.order_by("-raised_at", "pk") if _lies_in(one.serving_unit, here))


def seen_obstacles(viewer: Viewer) -> QuerySet[Obstacle]:
    """Return what a viewer sees by their place in the organisation; those of dissolved units are added by `may_see`."""
    if may(viewer, SEE, top_unit()):
        return _with_units()
    sides = units_with(viewer, SEE, field="from_unit__") | units_with(viewer, SEE, field="serving_unit__")
    own = Q(owner=viewer.person_id) | Q(raised_by=viewer.person_id)
    return _with_units().filter(sides | own | _gone("from_unit") | _gone("serving_unit"))


def waiting_for(*, viewer: Viewer, today: date) -> tuple[tuple[ObstacleLine, ...], tuple[ObstacleLine, ...]]:
    """Return what waits for a viewer's answer, and what for their word, the most overdue first."""
    if not viewer.person:
        return (), ()
    confirm = _waiting_for_word(viewer)
    owned = _with_units().filter(owner=viewer.person_id).exclude(state=State.CLOSED).order_by("due_date", "pk")
    answer = [one for one in owned if one not in confirm and (one.state == State.OPEN or silence_ran_out(one))]
    return (
        tuple(ObstacleLine(one, (one.due_date - today).days, "answer") for one in answer),
        tuple(ObstacleLine(one, (one.due_date - today).days, "confirm") for one in confirm),
    )


def obstacles_page(*, viewer: Viewer, today: date) -> ObstaclesPage:
    """Return the page. Raises PermissionDenied to somebody without a role."""
    if not can(viewer, "obstacles.raise"):
        raise PermissionDenied
    answer, confirm = waiting_for(viewer=viewer, today=today)
    waits = {line.obstacle.pk for line in (*answer, *confirm)}
    standing = seen_obstacles(viewer).exclude(state=State.CLOSED).order_by("due_date", "raised_at", "pk")
    others = [
        ObstacleLine(one, (one.due_date - today).days)
        for one in standing[:MOST_READ]
        if one.pk not in waits and may_see(viewer, one)
    ]
    own = viewer.person_id
    closed = seen_obstacles(viewer).filter(state=State.CLOSED).order_by("-closed_at")[:MOST_LINES]
    return ObstaclesPage(
        to_answer=answer,
        to_confirm=confirm,
        mine=tuple(one for one in others if one.obstacle.raised_by_id == own),
        around=tuple(one for one in others if one.obstacle.raised_by_id != own)[:MOST_LINES],
        closed=tuple(ObstacleLine(one, 0) for one in closed if may_see(viewer, one)),
        sees_matrix=sees_matrix(viewer),
        manages=can(viewer, "obstacles.manage"),
    )


def obstacle_page(*, viewer: Viewer, obstacle_id: UUID) -> ObstaclePage:
    """Return one obstacle. Raises Obstacle.DoesNotExist, also for one the viewer may not see."""
    found = _with_units().get(pk=obstacle_id)
    if not may_see(viewer, found):
        raise Obstacle.DoesNotExist
    confirmers = confirmers_of(found)
    is_mine = found.raised_by_id is not None and found.raised_by_id == viewer.person_id
    is_open = found.state != State.CLOSED
    tells_names = is_mine or manages(viewer)
    leaders = leaders_of(found)
    way = next_up([str(one.pk) for one in leaders], str(found.owner_id or ""), found.level)
    above = next((one for one in leaders if way is not None and str(one.pk) == way.owner), None)
    same = Obstacle.objects.filter(group=found.group).exclude(pk=found.pk) if found.group_id is not None else ()
    return ObstaclePage(
        obstacle=found,
        owner=str(found.owner) if found.owner is not None else "",
        raiser=str(found.raised_by) if tells_names and found.raised_by is not None else "",
        confirmer=str(confirmers[0]) if confirmers and (tells_names or found.visit_id is not None) else "",
        steps=steps_of(found),
        same=tuple(one for one in same if may_see(viewer, one)),
        answers=is_open and may_answer(viewer, found),
        confirms=found.state == State.ANSWERED and viewer.person_id in [one.pk for one in confirmers],
        hands=is_open and (may_answer(viewer, found) or manages(viewer, found)),
        may_close=found.owner_id == viewer.person_id and silence_ran_out(found),
        is_mine=is_mine,
        next_up=str(above) if above is not None and is_open and above.pk != found.owner_id else "",
    )


def receipt_page(*, code: str) -> ReceiptPage | None:
    """Return what a receipt opens, None for a forged one."""
    found = obstacle_of_receipt(code)
    if found is None:
        return None
    return ReceiptPage(
        obstacle=found,
        code=written(read_code(code)),
        service=found.serving_unit.name if found.serving_unit is not None else "",
        steps=steps_of(found),
        may_reply=found.state == State.ANSWERED,
    )


def steps_of(obstacle: Obstacle) -> tuple[StepLine, ...]:
    """Return what happened, in order; whose step it was in words, never by name."""
    found = ObstacleStep.objects.filter(obstacle=obstacle).order_by("number")
    return tuple(StepLine(one, str(ObstacleStep.Role(one.role).label)) for one in found)


def sees_matrix(viewer: Viewer) -> bool:
    """Whether a viewer looks at who blocks whom: over the whole or over units they lead."""
    from headwater.rooms.people.tabs import has_role_for

    return has_role_for(viewer, SEE)


def _waiting_for_word(viewer: Viewer) -> list[Obstacle]:
    """Answered ones that wait for this viewer's word: raised by them, of units they lead, of visits they made."""
    near = Q(raised_by=viewer.person_id) | Q(visit__leader=viewer.person_id) | Q(from_unit__leader=viewer.person_id)
    # Further up only where nobody nearer can say it: they left, lead nothing there, or answer for it themselves.
    nobody = Q(raised_by=None) | Q(raised_by__is_active=False) | Q(raised_by=F("owner"))
    nobody |= Q(from_unit__leader=None) | Q(from_unit__leader=F("owner")) | Q(from_unit__leader__is_active=False)
    above = (units_with(viewer, SEE, field="from_unit__") & nobody) | _gone("from_unit")
    found = _with_units().filter(state=State.ANSWERED, is_anonymous=False).filter(near | above)
    return [
        one
        for one in found.order_by("due_date", "pk")[:MOST_READ]
        if viewer.person_id in [who.pk for who in confirmers_of(one)]
    ]


def _with_units() -> QuerySet[Obstacle]:
    return Obstacle.objects.select_related(
        "from_unit__leader", "serving_unit__leader", "owner", "raised_by", "visit__leader", "group"
    )


def _within(unit: Unit, side: str) -> Q:
    assert unit.number is not None
    return Q(**{f"{side}__number__gte": unit.number, f"{side}__number__lt": unit.number + unit.size})


def _gone(side: str) -> Q:
    return Q(**{f"{side}__is_open": False})


def _lies_in(unit: Unit | None, here: Unit) -> bool:
    present = present_unit(unit) if unit is not None else None
    if present is None or present.number is None or here.number is None:
        return False
    return here.number <= present.number < here.number + here.size
