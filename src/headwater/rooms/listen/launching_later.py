"""Launches in the background: asked for on a page, carried by a job, told of on the page, safe to be killed.

Whoever takes a launch up counts its run up. Every write of it looks at that number first, under a lock, so that a
worker that was thought dead writes nothing more. What it leaves is cleared before anything is written anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.models import Job
from headwater.rooms.listen.drawing import NAMED
from headwater.rooms.listen.launching import (
    LaunchRefusedError,
    Watch,
    carry_through,
    clear_rows,
    launch_problems,
    launch_wave,
)
from headwater.rooms.listen.logic.wave_keys import destroy_key
from headwater.rooms.listen.models import Study, Wave, WaveLaunch
from headwater.rooms.listen.responding import one_writer
from headwater.rooms.listen.study_population import count_members
from headwater.rooms.people.models import User

JOB = "launch_wave"
SMALL = 2_000
"""People up to whom a wave is launched while the page waits."""
STALLED = timedelta(minutes=3)
"""How long a launch may come no further before its worker is taken for dead."""
PAUSE = 0.03
"""Seconds between two parts on SQLite."""
State = WaveLaunch.State


@dataclass(frozen=True)
class LaunchStanding:
    """How a launch in the background stands, for pages. state: "working", "failed" or "refused".

    done, total: parts written of all there are; total is 0 while people are still being drawn. problems: why it was
    refused. reason: what failed, in the words of the machine; while it is "working" it is tried again.
    """

    state: str
    done: int = 0
    total: int = 0
    problems: tuple[str, ...] = ()
    reason: str = ""

    @property
    def percent(self) -> int:
        """How far it is, in whole percent."""
        return 100 * self.done // self.total if self.total else 0


class _SupersededError(Exception):
    """Somebody else took the launch up, or it was stopped."""


class _Run(Watch):
    """One worker's hold on a launch, by the number of its run."""

    def __init__(self, wave_id: UUID, number: int, now: datetime, *, wants: str = State.WORKING) -> None:
        self.wave_id, self.number, self.wants = wave_id, number, wants
        self._now, self._began = now, time.monotonic()

    def clock(self) -> datetime:
        """The time by the job's own clock, which does not jump."""
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    @contextmanager
    def part(self) -> Iterator[None]:
        """One short transaction, in the queue in which answers wait too, then a pause for everybody else."""
        with one_writer(), super().part():
            yield
        if connection.vendor == "sqlite":
            time.sleep(PAUSE)  # SQLite wakes nobody: who waits looks again after a while, and must find it free

    def hold(self) -> None:
        found = WaveLaunch.objects.select_for_update().get(pk=self.wave_id)
        if (found.run, found.state) != (self.number, self.wants):
            raise _SupersededError

    def step(self, done: int, total: int) -> None:
        WaveLaunch.objects.filter(pk=self.wave_id).update(done=done, total=total, touched_at=self.clock())

    def end(self) -> None:
        WaveLaunch.objects.filter(pk=self.wave_id).update(state=State.DONE, touched_at=self.clock())


def begin_launch(*, wave_id: UUID, actor: User, now: datetime) -> Wave:
    """Launch a small wave at once, and let a job launch a large one. Asking twice changes nothing.

    Raises LaunchRefusedError with all that stands in the way.
    """
    wave = Wave.objects.select_related("study").get(pk=wave_id)
    if wave.launched_at is not None:
        return wave
    problems = launch_problems(wave, now=now)
    if problems:
        raise LaunchRefusedError(problems)
    if wave.study.channel not in NAMED or count_members(wave.study) <= SMALL:
        return launch_wave(wave_id=wave_id, actor=actor, now=now)
    with transaction.atomic():
        # Always in this order: the launch, its wave, its study.
        standing = WaveLaunch.objects.select_for_update().filter(pk=wave_id).first()
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        Study.objects.select_for_update().get(pk=wave.study_id)
        if wave.launched_at is not None or wave.state != Wave.State.PLANNED:
            return wave
        standing = standing or WaveLaunch.objects.filter(pk=wave_id).first()
        if standing is not None and standing.state == State.WORKING and not _has_failed(standing):
            return wave
        asked = standing.asked + 1 if standing is not None else 1
        values = {"state": State.WORKING, "asked": asked, "asked_by": actor, "touched_at": now, "done": 0, "total": 0,
                  "problems": []}  # fmt: skip
        made, _is_new = WaveLaunch.objects.update_or_create(wave=wave, defaults=values)
        _queue(made, now)
        payload = {"wave": wave.key}
        audit.record(
            action="wave.launch_asked", actor=str(actor.pk), subject=str(wave.study_id), payload=payload, now=now
        )
    return wave


def stop_launch(*, wave_id: UUID, actor: User, now: datetime) -> bool:
    """Stop a launch that is being prepared; nobody was asked. Returns whether there was one to stop."""
    with transaction.atomic():
        standing = WaveLaunch.objects.select_for_update().filter(pk=wave_id, state=State.WORKING).first()
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if standing is None or wave.launched_at is not None:
            return False
        standing.state, standing.asked, standing.touched_at = State.STOPPED, standing.asked + 1, now
        standing.save()
        _queue(standing, now)  # which clears what was written
        payload = {"wave": wave.key}
        audit.record(
            action="wave.launch_stopped", actor=str(actor.pk), subject=str(wave.study_id), payload=payload, now=now
        )
    return True


def launch_in_background(*, wave_id: str, asked: int, now: datetime) -> None:
    """Carry one launch through, or clear up after a stopped one: the job `launch_wave`, outside any transaction.

    Safe to repeat and to be killed anywhere. What stands in the way is written down for the page; what fails is raised,
    so that it is tried again.
    """
    run = _taken_up(UUID(wave_id), asked, now)
    if run is None:
        return
    try:
        if run.wants != State.WORKING:
            _clear_up(run)
            return
        actor = WaveLaunch.objects.select_related("asked_by").get(pk=run.wave_id).asked_by
        problems = launch_problems(Wave.objects.select_related("study").get(pk=run.wave_id), now=now)
        if problems:
            raise LaunchRefusedError(problems)
        carry_through(run.wave_id, actor=actor, clock=run.clock, watch=run)
    except LaunchRefusedError as error:
        with transaction.atomic():
            run.hold()
            WaveLaunch.objects.filter(pk=run.wave_id).update(
                state=State.REFUSED, problems=list(error.problems), touched_at=run.clock()
            )
        run.wants = State.REFUSED
        _clear_up(run)
    except _SupersededError:
        return


def resume_launches(*, now: datetime) -> int:
    """Queue launches anew whose worker died. Returns how many. The clockwork asks once a minute."""
    count = 0
    for wave_id in WaveLaunch.objects.filter(state=State.WORKING, touched_at__lt=now - STALLED).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            standing = WaveLaunch.objects.select_for_update().get(pk=wave_id)
            job = _job_of(standing)
            rests = job is not None and job.state in (Job.State.WAITING, Job.State.FAILED)
            if standing.state != State.WORKING or standing.touched_at >= now - STALLED or rests:
                continue
            standing.asked, standing.touched_at = standing.asked + 1, now
            standing.save(update_fields=["asked", "touched_at"])
            _queue(standing, now)
            count += 1
    return count


def standing_of(wave: Wave) -> LaunchStanding | None:
    """Return how a wave's launch in the background stands; None where there is none to speak of."""
    return standings_of([wave]).get(wave.pk)


def standings_of(waves: list[Wave]) -> dict[UUID, LaunchStanding]:
    """Return how launches in the background stand, by wave, where there is something to say."""
    found = {}
    planned = [wave.pk for wave in waves if wave.launched_at is None and wave.state == Wave.State.PLANNED]
    for one in WaveLaunch.objects.filter(pk__in=planned, state__in=(State.WORKING, State.REFUSED)):
        if one.state == State.REFUSED:
            found[one.pk] = LaunchStanding("refused", problems=tuple(one.problems))
            continue
        job = _job_of(one)
        failed = job is not None and job.state == Job.State.FAILED
        found[one.pk] = LaunchStanding(
            "failed" if failed else "working", one.done, one.total, reason=job.last_error if job is not None else ""
        )
    return found


def _taken_up(wave_id: UUID, asked: int, now: datetime) -> _Run | None:
    """Take a launch up. None for one that was asked for anew since, or is done."""
    with transaction.atomic():
        standing = WaveLaunch.objects.select_for_update().filter(pk=wave_id).first()
        if standing is None or standing.asked != asked or standing.state == State.DONE:
            return None
        standing.run, standing.touched_at = standing.run + 1, now
        standing.done = standing.total = 0
        standing.save(update_fields=["run", "touched_at", "done", "total"])
        return _Run(wave_id, standing.run, now, wants=standing.state)


def _clear_up(run: _Run) -> None:
    """Delete what a launch that will not be wrote, and its key."""
    clear_rows(run.wave_id, run)
    with transaction.atomic():
        run.hold()
        wave = Wave.objects.select_for_update().get(pk=run.wave_id)
        if wave.launched_at is None:
            destroy_key(settings.KEYS, run.wave_id)  # under the lock, so that it is no other launch's key


def _queue(standing: WaveLaunch, now: datetime) -> None:
    arguments = {"wave_id": str(standing.pk), "asked": standing.asked}
    enqueue_job(name=JOB, arguments=arguments, now=now, once_key=_once(standing))


def _job_of(standing: WaveLaunch) -> Job | None:
    return Job.objects.filter(once_key=_once(standing)).first()


def _has_failed(standing: WaveLaunch) -> bool:
    job = _job_of(standing)
    return job is not None and job.state == Job.State.FAILED


def _once(standing: WaveLaunch) -> str:
    return f"launch:{standing.pk}:{standing.asked}"
