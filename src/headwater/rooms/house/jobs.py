"""Background work: retried with growing pauses, reaped when its worker died, fired by schedules.

`django_tasks_db` carries a job to a worker; the `Job` row knows how often it was tried. A job's work runs inside one
transaction with its being marked as done, so that what it writes to the database happens once. Jobs of OUTSIDE speak to
other machines or work for long. They run without a transaction around them, so that nobody waits for their lock; they
happen at least once and are safe to repeat.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from headwater.rooms.house.models import Job, Schedule

log = logging.getLogger(__name__)

Work = Callable[..., object]
"""Takes `now` and the job's arguments, keyword-only."""

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=6)
LEASE = timedelta(minutes=30)
"""How long a job may run before its worker is taken for dead."""
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Every:
    """A schedule: how often, and which job."""

    pause: timedelta
    job: str


JOBS: dict[str, Work] = {}
"""The work of a job, by name. Filled by `site`."""
PREPARES: dict[str, Callable[..., Any]] = {}
"""What a job works out before its transaction begins, so that long reading locks nobody out. Takes what the job takes;
the job gets the result as `prepared`. Filled by `site`."""
OUTSIDE: set[str] = {"send_mail"}
"""Jobs that run without a transaction around them."""
FORGETFUL: set[str] = {"send_mail"}
"""Jobs whose arguments are forgotten once they are done, because they hold what nobody else should read."""
SCHEDULES: dict[str, Every] = {}
"""What happens by itself. Filled by `site`."""


def enqueue_job(
    *,
    name: str,
    now: datetime,
    arguments: Mapping[str, Any] | None = None,
    run_at: datetime | None = None,
    attempts_allowed: int = 6,
    once_key: str | None = None,
) -> Job:
    """Put work in the queue, in the caller's transaction. With a once_key, the same key is enqueued once only.

    Raises KeyError for a name that no job has.
    """
    if name not in JOBS:
        raise KeyError(name)
    values = {
        "name": name,
        "arguments": dict(arguments or {}),
        "attempts_allowed": attempts_allowed,
        "run_at": run_at or now,
    }
    with transaction.atomic():
        if once_key is None:
            job, is_new = Job.objects.create(**values), True
        else:
            job, is_new = Job.objects.get_or_create(once_key=once_key, defaults=values)
        if is_new:
            _carry(job, now)
    return job


def run_job(*, job_id: UUID, now: datetime) -> Job.State:
    """Run one job if it is due and waiting. A failure is put back with a longer pause, or given up."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.state != Job.State.WAITING or job.run_at > now:
            return Job.State(job.state)
        job.state, job.started_at, job.attempts = Job.State.RUNNING, now, job.attempts + 1
        job.save()
    try:
        arguments = dict(job.arguments)
        if job.name in PREPARES:
            arguments["prepared"] = PREPARES[job.name](now=now, **job.arguments)
        if job.name in OUTSIDE:
            JOBS[job.name](now=now, **arguments)
        with transaction.atomic():
            if job.name not in OUTSIDE:
                JOBS[job.name](now=now, **arguments)
            job.state, job.finished_at, job.last_error = Job.State.DONE, now, ""
            job.arguments = {} if job.name in FORGETFUL else job.arguments
            job.save()
    except Exception as error:  # a job's failure, whatever it is, must not stop the worker
        log.exception("job %s failed, attempt %s of %s", job.name, job.attempts, job.attempts_allowed)
        _put_back(job, f"{type(error).__name__}: {error}", now)
    return Job.State(job.state)


def pause_after(attempts: int) -> timedelta:
    """Return the pause after a number of failed attempts: doubling, at most six hours."""
    doublings: int = 2 ** min(max(attempts - 1, 0), 20)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def reap_stale_jobs(*, now: datetime) -> int:
    """Put back jobs whose worker died. Returns how many."""
    reaped = 0
    for job_id in Job.objects.filter(state=Job.State.RUNNING, started_at__lt=now - LEASE).values_list("pk", flat=True):
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=job_id)
            if job.state != Job.State.RUNNING or job.started_at is None or job.started_at >= now - LEASE:
                continue
            _put_back(job, "the worker died", now)
            reaped += 1
    return reaped


def tick(*, now: datetime) -> list[str]:
    """Reap stale jobs and fire the schedules that are due. Missed firings are made up once. Returns what fired."""
    reap_stale_jobs(now=now)
    fired = []
    for name, every in SCHEDULES.items():
        with transaction.atomic():
            Schedule.objects.get_or_create(name=name, defaults={"next_at": now})
            row = Schedule.objects.select_for_update().get(pk=name)
            if row.next_at > now + every.pause:
                row.next_at = now  # the clock was set back: do not wait for a day that was never due
            if row.next_at > now:
                continue
            missed = (now - row.next_at) // every.pause
            row.next_at, row.last_at = row.next_at + every.pause * (missed + 1), now
            row.save()
            enqueue_job(name=every.job, now=now)
            fired.append(name)
    return fired


def forget_old(*, now: datetime) -> None:
    """Delete jobs that ended long ago. Their arguments may name people."""
    from django_tasks_db.models import DBTaskResult

    Job.objects.filter(finished_at__lt=now - KEPT).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()


@task()
def carry_job(job_id: str) -> str:
    """Run a job in a worker."""
    return run_job(job_id=UUID(job_id), now=timezone.now())


def _carry(job: Job, now: datetime) -> None:
    run_after = job.run_at if job.run_at > now else None
    carry_job.using(run_after=run_after).enqueue(str(job.pk))


def _put_back(job: Job, error: str, now: datetime) -> None:
    with transaction.atomic():
        job.last_error = error[:300]
        if job.attempts >= job.attempts_allowed:
            job.state, job.finished_at = Job.State.FAILED, now
            job.save()
            return
        job.state, job.finished_at, job.run_at = Job.State.WAITING, None, now + pause_after(job.attempts)
        job.save()
        _carry(job, now)
