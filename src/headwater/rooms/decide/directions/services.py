"""Directions as they are chosen, looked at again, changed, stopped and finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.decide.directions.effects import Expected
from headwater.rooms.decide.directions.evidence import frozen, live_evidence, start_of
from headwater.rooms.decide.logic.directions import (
    REVIEW_MINUTES,
    TargetFault,
    check_target,
    needs_reason_for_more,
    next_review,
)
from headwater.rooms.decide.models import (
    Direction,
    DirectionCandidate,
    DirectionReview,
    DirectionStep,
    Goal,
)
from headwater.rooms.house import audit
from headwater.rooms.house.slots import AskedMinutes, ask_minutes, end_minutes, warn_of_minutes
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import HeadwaterError

State, Decision = Direction.State, DirectionReview.Decision
AFTER = {Decision.GO_ON: State.GOING, Decision.STOP: State.STOPPED, Decision.FINISH: State.FINISHED}
"""What a decision makes of a direction; a change is made by a new one."""


class DirectionRefusedError(HeadwaterError):
    """A direction that cannot be chosen so. fault: a `TargetFault`, "more" without a reason for one more, "retired" for
    a goal that is, "chosen" for a candidate that has a direction, "over" for a direction that does not go on, "full"
    for an owner whose week is, whom `lines` names.
    """

    exit_code = 3

    def __init__(self, fault: str, lines: tuple[str, ...] = ()) -> None:
        """Take what is wrong."""
        super().__init__(f"the direction cannot be chosen: {fault}")
        self.fault, self.lines = fault, lines


@dataclass(frozen=True)
class Choice:
    """What somebody chooses. target: on the scale of the score, None for something to stop. more_why: why one more.

    over_reason: why it cannot wait, where the week in which its owner looks at it again is full.
    """

    goal: UUID
    title: str
    why: str
    owner: Person
    target_date: date
    target: float | None = None
    more_why: str = ""
    over_reason: str = ""


def choose_direction(
    *,
    candidate_id: UUID,
    choice: Choice,
    expected: Expected | None,
    actor: User,
    now: datetime,
    supersedes: UUID | None = None,
) -> Direction:
    """Make a candidate a direction, with the evidence of this moment frozen in it.

    expected: what the board expects of it now. supersedes: the standing direction it takes the place of. The same
    choice a second time returns the first. Raises DirectionRefusedError, Goal.DoesNotExist; nothing is kept then.
    """
    with transaction.atomic():
        candidate = DirectionCandidate.objects.select_for_update().select_related("unit").get(pk=candidate_id)
        goal = Goal.objects.select_for_update().get(pk=choice.goal)
        standing = Direction.objects.filter(candidate=candidate, state=State.GOING).first()
        if standing is not None and _is_same(standing, choice):
            return standing
        if (None if standing is None else standing.pk) != supersedes:
            raise DirectionRefusedError("chosen" if supersedes is None else "over")
        if goal.retired_at is not None:
            raise DirectionRefusedError("retired")
        others = Direction.objects.filter(unit=candidate.unit, state=State.GOING)
        if supersedes is None and needs_reason_for_more(others.count()) and not choice.more_why.strip():
            raise DirectionRefusedError("more")
        values = _kind_values(candidate, choice, actor, now)
        if standing is not None:
            _enter(standing, State.CHANGED, choice.why, actor, now)
            _end_ask(standing, due_of(standing), is_done=False, actor=actor, now=now)
        made = Direction.objects.create(
            candidate=candidate,
            supersedes=standing,
            unit=candidate.unit,
            goal=goal,
            title=" ".join(choice.title.split()),
            why=choice.why.strip(),
            more_why=" ".join(choice.more_why.split()),
            owner=choice.owner,
            target_date=choice.target_date,
            expected=None if expected is None else expected.as_plain(),
            chosen_at=now,
            chosen_by=actor,
            **values,
        )
        DirectionStep.objects.create(direction=made, state=State.GOING, why=made.why, at=now, by=actor)
        if candidate.state != DirectionCandidate.State.CHOSEN:
            candidate.state, candidate.aside_why = DirectionCandidate.State.CHOSEN, ""
            candidate.save(update_fields=["state", "aside_why"])
        payload = {
            "unit": made.unit.key,
            "title": made.title,
            "goal": str(goal.pk),
            "owner": str(made.owner_id),
            "target": made.target,
            "by": made.target_date,
            "evidence": made.inputs_hash,
            "supersedes": None if supersedes is None else str(supersedes),
        }
        audit.record(action="direction.chosen", actor=str(actor.pk), subject=str(made.pk), payload=payload, now=now)
        asked = _asked(made, choice.over_reason)
        full = () if choice.over_reason.strip() or is_own(made, actor) else _warning(made, asked, actor)
        if full:
            raise DirectionRefusedError("full", full)
        ask_minutes(person=str(made.owner_id), asked=asked, actor=str(actor.pk), now=now)
    return made


def hold_review(
    *,
    direction_id: UUID,
    due_date: date,
    decision: str,
    why: str,
    hours: int | None,
    actor: User,
    now: datetime,
) -> DirectionReview:
    """Look at a direction again: keep the number of today beside the frozen one, and what was decided.

    due_date: which review it is, so that a second time returns the first. A decision to change leaves it standing until
    the new one is chosen. Raises DirectionRefusedError for one that is over, ValueError without a reason.
    """
    made_of = Decision(decision)
    if not why.strip():
        raise ValueError("a review says why")
    with transaction.atomic():
        direction = Direction.objects.select_for_update().select_related("unit", "goal").get(pk=direction_id)
        held = DirectionReview.objects.filter(direction=direction, due_date=due_date).first()
        if held is not None:
            return held
        if direction.state != State.GOING or due_date != due_of(direction):
            raise DirectionRefusedError("over")
        kept = frozen(direction.evidence)
        live = None if kept is None else _live(kept, actor, now)
        try:
            review = DirectionReview.objects.create(
                direction=direction,
                due_date=due_date,
                held_at=now,
                held_by=actor,
                goal=direction.goal,
                evidence=None if live is None else live.as_plain(),
                hours=None if direction.is_score else hours,
                decision=made_of,
                why=why.strip(),
            )
        except IntegrityError:
            raise DirectionRefusedError("over") from None
        if made_of in AFTER:
            _enter(direction, AFTER[made_of], why, actor, now)
        audit.record(
            action="direction.reviewed",
            actor=str(actor.pk),
            subject=str(direction.pk),
            payload={"decision": made_of.value, "why": why.strip(), "due": due_date, "goal": str(direction.goal_id)},
            now=now,
        )
        _end_ask(direction, due_date, is_done=True, actor=actor, now=now)
        if direction.state == State.GOING:
            asked = _asked(direction)
            ask_minutes(person=str(direction.owner_id), asked=asked, actor=str(actor.pk), now=now)
    return review


def own_notice(*, direction: Direction, actor: User) -> str:
    """Tell who chose a direction for themself that its review passes their own cap, "" where it fits."""
    return " ".join(_warning(direction, _asked(direction), actor)) if is_own(direction, actor) else ""


def is_own(direction: Direction, actor: User) -> bool:
    """Whether somebody answers for it themself."""
    return actor.person_id is not None and actor.person_id == direction.owner_id


def due_of(direction: Direction) -> date:
    """Return when a direction is looked at again."""
    # A review held early counts from the day on which it was due, so that quarters stay quarters.
    held = DirectionReview.objects.filter(direction=direction).values_list("due_date", flat=True)
    return next_review(
        chosen=timezone.localdate(direction.chosen_at), target=direction.target_date, reviewed=list(held)
    )


def evidence_now(*, candidate: DirectionCandidate, actor: User, now: datetime) -> Evidence | None:
    """Return the number a candidate would move, as its chooser may see it."""
    viewer = viewer_of(actor, today=timezone.localdate(now))
    return live_evidence(viewer=viewer, study=candidate.study, unit=candidate.unit.key, score=candidate.score)


def target_fault(evidence: Evidence | None, choice: Choice, today: date) -> TargetFault | None:
    """Return why a target cannot be taken, None for one that can."""
    if evidence is None or choice.target is None:
        return "withheld"
    return check_target(start=start_of(evidence), target=choice.target, target_date=choice.target_date, today=today)


def _kind_values(candidate: DirectionCandidate, choice: Choice, actor: User, now: datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    if candidate.kind == DirectionCandidate.Kind.STOP:
        if choice.target_date <= today:
            raise DirectionRefusedError("past")
        return {"hours_low": candidate.hours_low, "hours_high": candidate.hours_high}
    evidence = evidence_now(candidate=candidate, actor=actor, now=now)
    fault = target_fault(evidence, choice, today)
    if fault is not None or evidence is None:
        raise DirectionRefusedError(fault or "withheld")
    return {
        "evidence": evidence.as_plain(),
        "inputs_hash": evidence.inputs_hash,
        "start": evidence.value,
        "target": choice.target,
        "smallest": evidence.smallest,
    }


def _is_same(direction: Direction, choice: Choice) -> bool:
    return (direction.goal_id, direction.title, direction.why, direction.owner_id, direction.target_date) == (
        choice.goal,
        " ".join(choice.title.split()),
        choice.why.strip(),
        choice.owner.pk,
        choice.target_date,
    ) and direction.target == choice.target


def _enter(direction: Direction, state: str, why: str, actor: User, now: datetime) -> None:
    """Let a direction take a state, with a step that says why. Going on is a step too."""
    direction.state = State(state)
    direction.save(update_fields=["state"])
    DirectionStep.objects.create(direction=direction, state=direction.state, why=why.strip(), at=now, by=actor)


def _asked(direction: Direction, over_reason: str = "") -> AskedMinutes:
    """Return the minutes of the next review, which are asked of its owner."""
    due = due_of(direction)
    return AskedMinutes(
        source=_asks(direction, due),
        kind="direction",
        title=_("Look again at “%(title)s”") % {"title": direction.title},
        minutes=REVIEW_MINUTES,
        due_date=due,
        href=reverse("decide:directions_one", args=[direction.pk]),
        over_reason=over_reason,
    )


def _warning(direction: Direction, asked: AskedMinutes, actor: User) -> tuple[str, ...]:
    return warn_of_minutes(person=str(direction.owner_id), asked=asked, actor=str(actor.pk))


def _end_ask(direction: Direction, due: date, *, is_done: bool, actor: User, now: datetime) -> None:
    end_minutes(source=_asks(direction, due), is_done=is_done, actor=str(actor.pk), now=now)


def _asks(direction: Direction, due: date) -> str:
    return f"direction:{direction.pk}:{due.isoformat()}"


def _live(kept: Evidence, actor: User, now: datetime) -> Evidence | None:
    viewer = viewer_of(actor, today=timezone.localdate(now))
    return live_evidence(viewer=viewer, study=kept.study, unit=kept.unit, score=kept.score)
