"""Targets of directions in the ledger of whoever answers for them: taken over once, and read from a released score.

Who says beforehand how sure they are takes a target over by that. One that nobody took over enters by itself when its
day has come and its score is released, without a sureness.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.decide.directions.evidence import frozen
from headwater.rooms.decide.models import Direction, DirectionStep
from headwater.rooms.engage.credibility.services import LedgerRefusedError
from headwater.rooms.engage.models import Forecast
from headwater.rooms.house import audit
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.evidence import Evidence, evidence_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

SURE = (50, 60, 70, 80, 90, 95)
"""How sure somebody can be of a target, in percent."""
USUAL = 70

Held = Literal["", "kept", "kept_open", "missed", "missed_open"]


@dataclass(frozen=True)
class OpenTarget:
    """A target that whoever answers for it can take over. aim: "at least 3.9"."""

    direction: Direction
    label: str
    aim: str


def open_targets(*, viewer: Viewer, today: date) -> tuple[OpenTarget, ...]:
    """Return the targets the viewer answers for, could still foresee, and did not take over. Nobody else's."""
    if not viewer.person or not viewer.user:
        return ()
    taken = Forecast.objects.filter(owner=viewer.user_id, direction__isnull=False).values("direction")
    going = Direction.objects.filter(
        owner=viewer.person_id, state=Direction.State.GOING, target__isnull=False, target_date__gt=today
    ).exclude(pk__in=taken)
    found = []
    for one in going.select_related("unit").order_by("target_date"):
        evidence = frozen(one.evidence)
        if evidence is not None and not _is_known(one, evidence):
            found.append(OpenTarget(one, evidence.label, aim_of(evidence, *_range(one, evidence))))
    return tuple(found)


def take_target(*, direction_id: UUID, sure: int, actor: User, now: datetime) -> Forecast:
    """Take the target of a direction one answers for over as a forecast. Once: again returns the one that stands.

    sure: percent, that the target is reached. Raises Direction.DoesNotExist for another's, LedgerRefusedError for one
    that does not go on, whose day came, or of whose study a newer score is released.
    """
    with transaction.atomic():
        direction = Direction.objects.select_for_update().select_related("unit").get(
            pk=direction_id, owner=actor.person_id, owner__isnull=False
        )  # fmt: skip
        standing = Forecast.objects.filter(owner=actor, direction=direction).first()
        if standing is not None:
            return standing
        evidence = frozen(direction.evidence)
        if evidence is None or direction.state != Direction.State.GOING:
            raise LedgerRefusedError(_("This direction has no target to foresee, or it does not go on."))
        if direction.target_date <= localdate(now) or _is_known(direction, evidence):
            raise LedgerRefusedError(_("A newer score is out or its day has come: it can no longer be foreseen."))
        if sure not in SURE:
            raise LedgerRefusedError(_("Be between 50 and 95 percent sure."))
        made = _make(direction, evidence, actor, sure=sure, made_at=now)
        payload = {"entry": str(made.pk), "direction": str(direction.pk)}
        audit.record(action="forecast.taken_over", actor=str(actor.pk), subject=str(actor.pk), payload=payload, now=now)
    return made


def read_targets(wave: Wave) -> bool:
    """Read what came of targets whose day has come from a released wave: a step of `working_out.STEPS`.

    The first score that its owner may see, released on the target's day or after, decides; it is read once. A target
    that was not taken over enters its owner's ledger by that. Returns whether any was read.
    """
    if wave.released_at is None:
        return False
    released = localdate(wave.released_at)
    entered = [_enter(direction) for direction in _left_alone(wave, released)]
    is_any = any(entered)
    waiting = Forecast.objects.filter(direction__isnull=False, outcome=None, due_date__lte=released)
    for forecast in waiting.select_related("direction", "owner__person"):
        kept = frozen(forecast.direction.evidence) if forecast.direction is not None else None
        if kept is None or kept.study != wave.study.key:
            continue
        viewer = viewer_of(forecast.owner, today=released)
        found = evidence_of(viewer=viewer, finding=Finding(kept.study, wave.key, kept.unit, kept.score))
        if found is not None and found.value is not None:
            is_any = _keep(forecast.pk, found, wave) or is_any
    return is_any


def held_of_target(forecast: Forecast) -> Held:
    """Say whether a target was kept, and whether the range of the score leaves it open; "" before it was read."""
    if forecast.outcome is None:
        return ""
    low = forecast.outcome if forecast.outcome_low is None else forecast.outcome_low
    high = forecast.outcome if forecast.outcome_high is None else forecast.outcome_high
    if forecast.low <= forecast.outcome <= forecast.high:
        return "kept" if low >= forecast.low and high <= forecast.high else "kept_open"
    return "missed" if high < forecast.low or low > forecast.high else "missed_open"


def aim_of(evidence: Evidence, low: float, high: float) -> str:
    """Say a target as "at least" or "at most" a number."""
    from headwater.reports.wording import figure

    is_up = high >= evidence.ceiling
    mark = "%" if evidence.scale_unit == "percent" else ""
    number = f"{figure(low if is_up else high, evidence.decimals)}{mark}"
    return _("at least %(number)s") % {"number": number} if is_up else _("at most %(number)s") % {"number": number}


def _range(direction: Direction, evidence: Evidence) -> tuple[float, float]:
    """From the target to the end of the scale towards which it lies."""
    assert direction.target is not None
    assert direction.start is not None
    # A target at the very end still needs a width: half of what is shown.
    least = 0.5 * 10**-evidence.decimals
    if direction.target >= direction.start:
        return min(direction.target, evidence.ceiling - least), evidence.ceiling
    return evidence.floor, max(direction.target, evidence.floor + least)


def _is_known(direction: Direction, evidence: Evidence) -> bool:
    """Whether a score of the study was released after the direction was chosen."""
    return any(
        wave.study.key == evidence.study and wave.released_at is not None and wave.released_at > direction.chosen_at
        for wave in released_waves()
    )


def _left_alone(wave: Wave, released: date) -> list[Direction]:
    """Targets of a wave's study whose day has come, that nobody took over, and that stood until then."""
    due = Direction.objects.filter(target__isnull=False, target_date__lte=released).exclude(
        pk__in=Forecast.objects.filter(direction__isnull=False).values("direction")
    )
    given_up = DirectionStep.objects.filter(state__in=[Direction.State.STOPPED, Direction.State.CHANGED])
    over = {one.direction_id: localdate(one.at) for one in given_up.filter(direction__in=due)}
    found = []
    for one in due.select_related("unit", "owner").order_by("target_date", "pk"):
        kept = frozen(one.evidence)
        stood = one.pk not in over or over[one.pk] >= one.target_date
        if kept is not None and kept.study == wave.study.key and stood:
            found.append(one)
    return found


def _enter(direction: Direction) -> bool:
    """Enter a target nobody took over, with what the first score on its day or after says. Returns whether it did."""
    owner, kept = User.objects.filter(person=direction.owner_id, is_active=True).first(), frozen(direction.evidence)
    if owner is None or kept is None:
        return False
    for wave in sorted(released_waves(), key=lambda one: one.released_at or direction.chosen_at):
        released = localdate(wave.released_at) if wave.released_at is not None else None
        if released is None or released < direction.target_date or wave.study.key != kept.study:
            continue
        viewer = viewer_of(owner, today=released)
        found = evidence_of(viewer=viewer, finding=Finding(kept.study, wave.key, kept.unit, kept.score))
        if found is not None and found.value is not None:
            made = _make(direction, kept, owner, sure=None, made_at=direction.chosen_at)
            return _keep(made.pk, found, wave)
    return False


def _make(direction: Direction, kept: Evidence, owner: User, *, sure: int | None, made_at: datetime) -> Forecast:
    low, high = _range(direction, kept)
    made, _is_new = Forecast.objects.get_or_create(
        owner=owner,
        direction=direction,
        defaults={
            "what": f"{direction.title}: {kept.label}, {direction.unit.name}"[:300],
            "measure": "%" if kept.scale_unit == "percent" else "",
            "low": low,
            "high": high,
            "sure": sure,
            "due_date": direction.target_date,
            "made_at": made_at,
        },
    )
    return made


def _keep(forecast_id: UUID, found: Evidence, wave: Wave) -> bool:
    with transaction.atomic():
        forecast = Forecast.objects.select_for_update().get(pk=forecast_id)
        if forecast.outcome is not None:
            return False
        forecast.outcome, forecast.outcome_low, forecast.outcome_high = found.value, found.low, found.high
        forecast.outcome_at, forecast.outcome_wave = wave.released_at, wave.title[:300]
        forecast.save(update_fields=["outcome", "outcome_low", "outcome_high", "outcome_at", "outcome_wave"])
        payload = {"entry": str(forecast.pk)}
        now = wave.released_at
        assert now is not None
        audit.record(
            action="forecast.read", actor=audit.SYSTEM, subject=str(forecast.owner_id), payload=payload, now=now
        )
    return True
