"""Who answers for an obstacle, who confirms that it is gone, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.rooms.act.logic.obstacle_clock import DAYS
from headwater.rooms.act.models import Obstacle, ObstacleClock
from headwater.rooms.act.present_units import leaders_up, may, top_unit
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Person, Unit

SEE, MANAGE = "obstacles.see", "obstacles.manage"


def clock_days() -> Mapping[str, int]:
    """Return the days of the clock by severity, and for confirming, as they are set."""
    return {**DAYS, **dict(ObstacleClock.objects.values_list("severity", "days"))}


def answering_unit(obstacle: Obstacle) -> Unit | None:
    """Return the unit on whose side the answer lies: the service, else the blocked unit, else the whole."""
    return obstacle.serving_unit or obstacle.from_unit or top_unit()


def leaders_of(obstacle: Obstacle) -> list[Person]:
    """Return those who answer for it, nearest first, up to the top."""
    return leaders_up(answering_unit(obstacle))


def confirmers_of(obstacle: Obstacle) -> list[Person]:
    """Return who may say that it is gone: nobody of an anonymous one, which is confirmed by its receipt.

    On a visit: the leader of the unit visited, else who went there. Otherwise whoever raised it; where they left, the
    blocked unit's leader. Never who answers for it: a service does not confirm its own answer.
    """
    if obstacle.is_anonymous:
        return []
    above = leaders_up(obstacle.from_unit) if obstacle.from_unit is not None else []
    first = [obstacle.raised_by] if obstacle.raised_by is not None and obstacle.raised_by.is_active else []
    order = [*above[:1], *first, *above[1:]] if obstacle.visit_id is not None else [*first, *above]
    return [one for one in dict.fromkeys(order) if one.pk != obstacle.owner_id][:1]


def may_see(viewer: Viewer, obstacle: Obstacle) -> bool:
    """Whether a viewer sees it: its owner, who raised or confirms it, and who leads on either side or above."""
    if not viewer.user:
        return False
    own = viewer.person_id
    if own in (obstacle.owner_id, obstacle.raised_by_id) or can(viewer, SEE):
        return True
    sides = (obstacle.from_unit, obstacle.serving_unit)
    if any(may(viewer, SEE, side) for side in sides if side is not None) or may(viewer, SEE, top_unit()):
        return True
    # Asked last: it walks up the organisation.
    return own in [one.pk for one in confirmers_of(obstacle)]


def manages(viewer: Viewer, obstacle: Obstacle | None = None) -> bool:
    """Whether a viewer looks after obstacles."""
    return may(viewer, MANAGE, answering_unit(obstacle) if obstacle is not None else None)


def may_answer(viewer: Viewer, obstacle: Obstacle) -> bool:
    """Whether a viewer answers for the service: its owner, and a leader of it who stands above or in for them."""
    if obstacle.owner_id is not None and viewer.person_id == obstacle.owner_id:
        return True
    return any(one.pk == viewer.person_id for one in leaders_of(obstacle)) or _stands_in(viewer, obstacle)


def _stands_in(viewer: Viewer, obstacle: Obstacle) -> bool:
    from headwater.rooms.people.logic.roles import LEADER

    unit = answering_unit(obstacle)
    number = None if unit is None else unit.number
    return number is not None and any(
        one.role == LEADER and one.span is not None and one.span.holds(number) for one in viewer.holdings
    )
