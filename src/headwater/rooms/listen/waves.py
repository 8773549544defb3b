"""The one clockwork: takes every launched wave as far as the time allows, step by step.

Each step is one transaction and safe to repeat, so a loss of power between any two, or in the middle of one, costs
nothing but time. The schedule asks once a minute which waves are due and hands each to a job of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.models import Job
from headwater.rooms.house.webhooks import announce
from headwater.rooms.listen.drawing import NAMED
from headwater.rooms.listen.launching_later import resume_launches
from headwater.rooms.listen.logic.clock import Step, WaveFacts, mailings, next_step
from headwater.rooms.listen.models import RateUpdate, Study, Wave
from headwater.rooms.listen.rates import publish_rates
from headwater.rooms.listen.releasing import forget_wave, release_wave, seal_wave
from headwater.rooms.listen.reminding import queue_mailing

DUE = (Wave.State.PLANNED, Wave.State.OPEN, Wave.State.CLOSED, Wave.State.SEALED)
MOST_STEPS = 20
"""Steps of one wave in one call: more than there are, so that a step which changes nothing cannot run for ever."""


def advance_waves(*, now: datetime) -> list[tuple[str, Step]]:
    """Take every wave as far as the time allows. Returns what was done, as (wave id, step), in order."""
    done = []
    for wave_id in due_waves(now=now):
        done += [(str(wave_id), step) for step in advance_wave(wave_id=wave_id, now=now)]
    return done


def queue_advances(*, now: datetime) -> None:
    """Queue one job for each wave that is due, unless one waits or runs already, and launches whose worker died: the
    job `advance_waves`.
    """
    resume_launches(now=now)
    standing = Job.objects.filter(name="advance_wave", state__in=(Job.State.WAITING, Job.State.RUNNING))
    busy = {arguments.get("wave_id") for arguments in standing.values_list("arguments", flat=True)}
    for wave_id in due_waves(now=now):
        if str(wave_id) not in busy:
            enqueue_job(name="advance_wave", arguments={"wave_id": str(wave_id)}, now=now)


def advance_job(*, wave_id: str, now: datetime) -> None:
    """Take one wave as far as the time allows: the job `advance_wave`, run without a transaction around it."""
    advance_wave(wave_id=UUID(wave_id), now=now)


def due_waves(*, now: datetime) -> list[UUID]:
    """Return the waves that have a step to take, longest waiting first."""
    standing = Wave.objects.filter(state__in=DUE).exclude(launched_at=None).select_related("study")
    return [wave.pk for wave in standing.order_by("closes_at") if next_step(facts_of(wave, now), now) is not None]


def advance_wave(*, wave_id: UUID, now: datetime) -> list[Step]:
    """Take one wave as far as the time allows. Returns the steps taken."""
    taken: list[Step] = []
    while len(taken) < MOST_STEPS:
        wave = Wave.objects.select_related("study").get(pk=wave_id)
        step = next_step(facts_of(wave, now), now)
        if step is None or (taken and taken[-1] == step):
            break
        STEPS[step](wave, now)
        taken.append(step)
    return taken


def facts_of(wave: Wave, now: datetime) -> WaveFacts:
    """Return what the clock reads of a wave."""
    study = wave.study
    by_mail = study.channel == Study.Channel.MAIL
    due = sum(at <= now for at in mailings(wave.opens_at, wave.closes_at, study.reminders)) if by_mail else 0
    rated = study.channel in NAMED and wave.state == Wave.State.OPEN and now >= wave.opens_at + timedelta(days=1)
    # How many of a team answered, less those who rated one unit, would tell how many rated the other.
    rated = rated and not (wave.plan or {}).get("services")
    return WaveFacts(
        state=wave.state,
        is_launched=wave.launched_at is not None,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        late_until=wave.late_until,
        rounds=wave.rounds,
        rounds_due=due,
        rates_due=rated and not RateUpdate.objects.filter(wave=wave, day=localdate(now)).exists(),
        is_forgotten=wave.forgotten_at is not None,
        is_stopped="stopped" in wave.outcome,
    )


def _open(wave: Wave, now: datetime) -> None:
    _move(wave, Wave.State.PLANNED, Wave.State.OPEN, "wave.opened", now)


def _mail(wave: Wave, now: datetime) -> None:
    """Queue the latest mailing that is due. Ones that were missed are not made up: nobody wants two at once."""
    with transaction.atomic():
        locked = Wave.objects.select_for_update().select_related("study").get(pk=wave.pk)
        due = facts_of(locked, now).rounds_due
        if locked.state != Wave.State.OPEN or locked.rounds >= due:
            return
        if locked.rounds == 0:
            queue_mailing(wave=locked, number=0, now=now)
        if due > 1:
            queue_mailing(wave=locked, number=due - 1, now=now)
        locked.rounds = due
        locked.save(update_fields=["rounds"])
        audit.record(
            action="wave.mailed",
            actor=audit.SYSTEM,
            subject=str(locked.study_id),
            payload={"wave": locked.key, "round": due},
            now=now,
        )


def _rates(wave: Wave, now: datetime) -> None:
    publish_rates(wave=wave, now=now)


def _close(wave: Wave, now: datetime) -> None:
    """Refuse further answers. The row is locked: an answer being stored at this moment is in, or is refused."""
    _move(wave, Wave.State.OPEN, Wave.State.CLOSED, "wave.closed", now)


def _move(wave: Wave, before: Wave.State, after: Wave.State, action: str, now: datetime) -> None:
    with transaction.atomic():
        if not Wave.objects.filter(pk=wave.pk, state=before).update(state=after):
            return
        payload = {"wave": wave.key}
        audit.record(action=action, actor=audit.SYSTEM, subject=str(wave.study_id), payload=payload, now=now)
        if after == Wave.State.OPEN:
            announce(event="wave.opened", data={"study": wave.study.key, "wave": wave.key}, now=now)


def _seal(wave: Wave, now: datetime) -> None:
    seal_wave(wave_id=wave.pk, now=now)


def _forget(wave: Wave, now: datetime) -> None:
    forget_wave(wave_id=wave.pk, now=now)


def _release(wave: Wave, now: datetime) -> None:
    release_wave(wave_id=wave.pk, now=now)


STEPS: Mapping[Step, Callable[[Wave, datetime], None]] = {
    Step.OPEN: _open,
    Step.MAIL: _mail,
    Step.RATES: _rates,
    Step.CLOSE: _close,
    Step.SEAL: _seal,
    Step.FORGET: _forget,
    Step.RELEASE: _release,
}
"""The work of a step."""
