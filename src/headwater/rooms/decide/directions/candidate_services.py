"""Candidates as they come onto the board, are estimated, and are set aside."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from headwater.rooms.decide.models import CandidateRating, Direction, DirectionCandidate
from headwater.rooms.house import audit
from headwater.rooms.learn.evidence import plain_score
from headwater.rooms.people.models import Person, Unit, User

Kind, Source, State = DirectionCandidate.Kind, DirectionCandidate.Source, DirectionCandidate.State


def propose_score(
    *, unit: Unit, study: str, score: str, title: str, why: str, source: str, actor: User, now: datetime
) -> DirectionCandidate:
    """Put a score to move onto the board of a unit. One that stands there, or whose direction goes on, is returned.

    source: a `DirectionCandidate.Source`. Raises ValueError for an unknown source or an empty key.
    """
    values = {
        "unit": unit,
        "kind": Kind.SCORE.value,
        "study": study,
        "score": plain_score(score),
        "title": " ".join(title.split()),
        "why": why.strip(),
    }
    if not study or not values["score"]:
        raise ValueError("a score to move is named by its study and its key")
    known = {name: values[name] for name in ("unit", "kind", "study", "score")}
    return _proposed(known, values, source, actor, now)


def propose_stop(
    *,
    unit: Unit,
    title: str,
    why: str,
    hours_low: int,
    hours_high: int,
    asked_by: Person | None,
    actor: User,
    now: datetime,
) -> DirectionCandidate:
    """Put something to stop onto the board of a unit. hours_low, hours_high: hours a month it frees, as the actor
    estimates.

    One that stands there under the same title is returned as it is. Raises ValueError for hours that run downwards.
    """
    if not 0 <= hours_low <= hours_high:
        raise ValueError("hours run from the fewest to the most")
    values = {
        "unit": unit,
        "kind": Kind.STOP.value,
        "title": " ".join(title.split()),
        "why": why.strip(),
        "hours_low": hours_low,
        "hours_high": hours_high,
        "hours_by": actor,
        "asked_by": asked_by,
    }
    known = {name: values[name] for name in ("unit", "kind", "title")}
    return _proposed(known, values, Source.HAND.value, actor, now)


def _proposed(
    known: dict[str, object], values: dict[str, object], source: str, actor: User, now: datetime
) -> DirectionCandidate:
    source = Source(source).value
    going = Direction.objects.filter(state=Direction.State.GOING).values("candidate")
    standing = DirectionCandidate.objects.filter(Q(state=State.OPEN) | Q(pk__in=going), **known)
    try:
        with transaction.atomic():
            there = standing.order_by("made_at").first()
            if there is not None:
                return there
            made = DirectionCandidate.objects.create(**values, source=source, made_at=now, made_by=actor)
            payload = {"unit": made.unit.key, "kind": made.kind, "title": made.title, "source": source}
            audit.record(
                action="candidate.proposed", actor=str(actor.pk), subject=str(made.pk), payload=payload, now=now
            )
    except IntegrityError:
        return standing.get()
    return made


def estimate_candidate(
    *, candidate_id: UUID, effort: int, readiness: int, note: str, actor: User, now: datetime
) -> CandidateRating:
    """Keep what one person estimates, 1 to 5 each; a second time takes the place of the first.

    Raises ValueError for another number.
    """
    if not (1 <= effort <= 5 and 1 <= readiness <= 5):
        raise ValueError("effort and readiness run from 1 to 5")
    values = {"effort": effort, "readiness": readiness, "note": " ".join(note.split())}
    with transaction.atomic():
        candidate = DirectionCandidate.objects.select_for_update().get(pk=candidate_id)
        standing = CandidateRating.objects.filter(candidate=candidate, by=actor).first()
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return standing
        kept, _is_new = CandidateRating.objects.update_or_create(
            candidate=candidate, by=actor, defaults={**values, "rated_at": now}
        )
        audit.record(
            action="candidate.estimated", actor=str(actor.pk), subject=str(candidate.pk), payload=values, now=now
        )
    return kept


def set_aside(*, candidate_id: UUID, why: str, actor: User, now: datetime) -> None:
    """Set a candidate aside, with the reason; one that is not open stays as it is. Raises ValueError without one."""
    why = " ".join(why.split())
    if not why:
        raise ValueError("a candidate is set aside for a reason")
    with transaction.atomic():
        candidate = DirectionCandidate.objects.select_for_update().get(pk=candidate_id)
        if candidate.state != State.OPEN:
            return
        candidate.state, candidate.aside_why = State.ASIDE, why
        candidate.save(update_fields=["state", "aside_why"])
        audit.record(
            action="candidate.set_aside", actor=str(actor.pk), subject=str(candidate.pk), payload={"why": why}, now=now
        )
