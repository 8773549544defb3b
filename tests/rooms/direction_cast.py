"""Goals, candidates and directions as tests need them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, unit

from headwater.rooms.decide.directions.board import expected_of
from headwater.rooms.decide.directions.candidate_services import (
    propose_score,
    propose_stop,
)
from headwater.rooms.decide.directions.evidence import start_of
from headwater.rooms.decide.directions.goal_services import (
    add_goal,
)
from headwater.rooms.decide.directions.services import (
    Choice,
    choose_direction,
    evidence_now,
)
from headwater.rooms.decide.logic.directions import least_target
from headwater.rooms.decide.models import (
    Direction,
    DirectionCandidate,
    Goal,
)
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Person, User

SCORE = "ex_recognition"


def goal(cast: Cast, title: str = "Customers recommend us") -> Goal:
    return add_goal(title=title, why="It lets us grow.", by_date=None, actor=cast.experience_lead, now=NOW)


def candidate(cast: Cast, wave: Wave, key: str = "all", score: str = SCORE) -> DirectionCandidate:
    values: dict[str, Any] = {"title": f"More of {score}", "why": "", "source": "board", "now": NOW}
    return propose_score(unit=unit(key), study=wave.study.key, score=score, actor=cast.analyst, **values)


def choice(found: Goal, cast: Cast, **changed: Any) -> Choice:
    owner = cast.top_leader.person
    assert owner is not None
    values: dict[str, Any] = {
        "goal": found.pk,
        "title": "Notice good work",
        "why": "People wait for it.",
        "owner": owner,
        "target_date": timezone.localdate() + timedelta(days=365),
    }
    return Choice(**{**values, **changed})


def least_of(one: DirectionCandidate, actor: User) -> float:
    evidence = evidence_now(candidate=one, actor=actor, now=timezone.now())
    assert evidence is not None
    least = least_target(start_of(evidence))
    assert least is not None
    return least


def chosen(cast: Cast, wave: Wave, **changed: Any) -> Direction:
    """A direction of the whole."""
    one = candidate(cast, wave)
    made = choice(goal(cast), cast, target=least_of(one, cast.experience_lead), **changed)
    expected = expected_of(one.unit, one.study, one.score)
    actor = cast.experience_lead
    return choose_direction(candidate_id=one.pk, choice=made, expected=expected, actor=actor, now=timezone.now())


def stop(cast: Cast, title: str = "The weekly report", *, asked_by: Person | None = None) -> DirectionCandidate:
    return propose_stop(
        unit=unit("all"), title=title, why="Nobody reads it.", hours_low=20, hours_high=40, asked_by=asked_by,
        actor=cast.experience_lead, now=NOW,
    )  # fmt: skip


def stopped(cast: Cast, title: str = "The weekly report", **changed: Any) -> Direction:
    """A direction of the whole that needs no released number."""
    values: dict[str, Any] = {"expected": None, "actor": cast.experience_lead, "now": timezone.now()}
    made = choice(goal(cast), cast, title=title, **changed)
    return choose_direction(candidate_id=stop(cast, title).pk, choice=made, **values)


def pages_of(direction: Direction) -> list[str]:
    one = f"/decide/directions/{direction.pk}/"
    files = [f"{one}direction.pdf", f"{one}direction.pptx"]
    return [one, f"{one}aloud/", f"/decide/directions/candidates/{direction.candidate_id}/", *files]
