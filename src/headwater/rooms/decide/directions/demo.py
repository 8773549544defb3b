"""The demonstration's goals, vision, board and directions, made as people would make them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import override

from headwater.rooms.decide.directions.board import Board, board_of, expected_of
from headwater.rooms.decide.directions.candidate_services import estimate_candidate, propose_score, propose_stop
from headwater.rooms.decide.directions.effects import ground_of
from headwater.rooms.decide.directions.evidence import start_of
from headwater.rooms.decide.directions.goal_services import add_goal, write_vision
from headwater.rooms.decide.directions.services import Choice, choose_direction, evidence_now
from headwater.rooms.decide.logic.directions import least_target, plus_months
from headwater.rooms.decide.models import Direction, DirectionCandidate, Goal
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.driver_finding import drivers_of, work_out_drivers
from headwater.rooms.people.models import Unit, User
from headwater.vocab import Lens

GOALS = (
    ("Passengers recommend us", "A network that people speak well of grows without a campaign.", 24),
    ("Good people stay", "Every driver who leaves takes three years of knowing the line along.", 18),
    ("Nobody gets hurt", "An injury is never the price of a timetable.", 12),
)
"""Title, why, months from now."""

VISION = {
    "led": "My leader asks what gets in my way, and next week one of those things is gone.",
    "work": "I come on shift with the tools I need and colleagues I can count on, and I go home on time.",
    "served": "The driver waited for me. The change was announced before I had to ask.",
    "said": "They say it when it is late, they say why, and they mean it.",
    "not": "We do not buy punctuality with unsafe hours, and we do not ask for opinions that nobody will read.",
}
VISION_TITLE = "People who are well led carry passengers well."

STOPS = (
    ("The weekly punctuality report on paper", "Written by eleven people, read by two; the screen shows it.", 60, 110),
    ("Second signature for spare parts under 200", "It was never refused in two years.", 15, 40),
)

TITLES = {
    "ex_clarity_tools": "Every shift starts with clear tasks and the tools for them",
    "ex_recognition": "Good work is noticed the same week",
    "ex_teamwork": "Depots solve handovers together",
    "ex_trust_respect": "Promises to crews are kept in sight of all",
    "ex_support_voice": "Every question of a crew gets an answer within a week",
    "lx_behaviours": "Leaders do first what they ask of others",
    "lx_relationship": "Every leader talks with each of their people once a month",
}
"""What a direction for a score is called; any other by the name of its score."""

EFFORTS = {0: ((2, 4), (3, 3)), 1: ((4, 2), (3, 2)), 2: ((3, 4), (2, 4)), 3: ((5, 3), (4, 3))}
"""Effort and readiness as two people estimate the first candidates."""


@dataclass(frozen=True)
class _Cast:
    lead: User
    analyst: User
    top: User
    now: datetime


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Write goals and a vision, fill the board and choose, unless there is any of it. Returns nothing to print."""
    found = {
        name: User.objects.filter(email=f"{name}@demo.example").first()
        for name in ("experience.lead", "analyst", "top.leader")
    }
    lead, analyst, top = found["experience.lead"], found["analyst"], found["top.leader"]
    unit = Unit.objects.filter(is_open=True, parent=None).first()
    if lead is None or analyst is None or top is None or unit is None or Goal.objects.exists():
        return []
    cast = _Cast(lead, analyst, top, now)
    with override("en"):
        goals = _goals(cast)
        _stop(unit, goals[1], cast)
        board = _board(unit)
        if board is not None:
            _choose_first(unit, board, goals, cast)
            _wait_for_a_choice(board, cast)
    return []


def _goals(cast: _Cast) -> list[Goal]:
    earlier = cast.now - timedelta(days=120)
    write_vision(title=VISION_TITLE, sections=VISION, basis=0, actor=cast.lead, now=earlier)
    today = timezone.localdate(cast.now)
    return [
        add_goal(title=title, why=why, by_date=plus_months(today, months), actor=cast.top, now=earlier)
        for title, why, months in GOALS
    ]


def _stop(unit: Unit, goal: Goal, cast: _Cast) -> None:
    """Stop one thing a quarter ago, so that its review is due, and let another wait on the board."""
    then = cast.now - timedelta(days=93)
    for place, (title, why, low, high) in enumerate(STOPS):
        made = propose_stop(
            unit=unit, title=title, why=why, hours_low=low, hours_high=high, asked_by=None, actor=cast.lead, now=then
        )
        estimate_candidate(candidate_id=made.pk, effort=2, readiness=4, note="", actor=cast.lead, now=then)
        if place == 0 and cast.top.person is not None:
            choice = Choice(
                goal=goal.pk,
                title=title,
                why="Those hours belong to the people on the line.",
                owner=cast.top.person,
                target_date=plus_months(timezone.localdate(then), 6),
            )
            choose_direction(candidate_id=made.pk, choice=choice, expected=None, actor=cast.top, now=then)


def _board(unit: Unit) -> Board | None:
    """The board of the latest wave about work, None before one was released."""
    for wave in released_waves():
        book = book_of(wave)
        row = book.tree.index_of.get(unit.key)
        if row is None or not any(column.lens is Lens.LX for column in book.columns):
            continue
        if drivers_of(wave) is None:
            work_out_drivers(wave)
        ground = ground_of(wave, book, row)
        board = None if ground is None else board_of(ground)
        if board is not None and board.lines:
            return board
    return None


def _choose_first(unit: Unit, board: Board, goals: list[Goal], cast: _Cast) -> None:
    """Estimate the first candidates of the whole, and choose the surest whose target can be seen."""
    whole = [line for line in board.lines if not line.is_part][: len(EFFORTS)]
    for place, line in enumerate(whole):
        made = propose_score(
            unit=unit,
            study=board.ground.wave.study.key,
            score=line.score,
            title=line.label,
            why="",
            source=DirectionCandidate.Source.BOARD,
            actor=cast.analyst,
            now=cast.now,
        )
        for who, (effort, ready) in zip((cast.lead, cast.analyst), EFFORTS[place], strict=True):
            estimate_candidate(candidate_id=made.pk, effort=effort, readiness=ready, note="", actor=who, now=cast.now)
        if not Direction.objects.filter(unit=unit, evidence__isnull=False).exists():
            _choose(made, goals[0], cast)


def _choose(candidate: DirectionCandidate, goal: Goal, cast: _Cast) -> None:
    evidence = evidence_now(candidate=candidate, actor=cast.top, now=cast.now)
    target = None if evidence is None else least_target(start_of(evidence))
    if target is None or cast.top.person is None:
        return
    choice = Choice(
        goal=goal.pk,
        title=TITLES.get(candidate.score, candidate.title),
        why="It has the most to count on, people wait for it, and it costs less than the others.",
        owner=cast.top.person,
        target_date=plus_months(timezone.localdate(cast.now), 12),
        target=target,
    )
    expected = expected_of(candidate.unit, candidate.study, candidate.score)
    choose_direction(candidate_id=candidate.pk, choice=choice, expected=expected, actor=cast.top, now=cast.now)


def _wait_for_a_choice(board: Board, cast: _Cast) -> None:
    """Put one candidate on the board of a division that has no direction yet."""
    row = next(iter(board.ground.book.tree.children(board.ground.row)), None)
    unit = None if row is None else Unit.objects.filter(key=board.ground.book.tree.ids[row], is_open=True).first()
    if unit is None:
        return
    line = board.lines[0]
    made = propose_score(
        unit=unit,
        study=board.ground.wave.study.key,
        score=line.score,
        title=line.label,
        why="Asked for in the last two rounds of talks.",
        source=DirectionCandidate.Source.HAND,
        actor=cast.analyst,
        now=cast.now,
    )
    estimate_candidate(candidate_id=made.pk, effort=2, readiness=5, note="", actor=cast.analyst, now=cast.now)
