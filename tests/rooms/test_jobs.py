"""Jobs: run once, retried with growing pauses, reaped, fired by schedules on a clock of our own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from django_tasks_db.models import DBTaskResult
from tests.rooms.conftest import NOW

from headwater.rooms.house import jobs, mail
from headwater.rooms.house.models import Count, Job, Schedule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def done() -> Iterator[list[Any]]:
    """Two jobs of the test: one that works, one that fails until told otherwise."""
    kept, schedules, log = dict(jobs.JOBS), dict(jobs.SCHEDULES), []

    def note(*, now: datetime, word: str = "") -> None:
        log.append((now, word))

    def fail(*, now: datetime) -> None:
        Count.objects.create(key="half-done", window=len(log))
        raise RuntimeError("not today")

    jobs.JOBS.update(note=note, fail=fail)
    jobs.SCHEDULES.clear()
    yield log
    jobs.JOBS.clear()
    jobs.JOBS.update(kept)
    jobs.SCHEDULES.clear()
    jobs.SCHEDULES.update(schedules)


def test_a_job_runs_once(done: list[Any]) -> None:
    job = jobs.enqueue_job(name="note", arguments={"word": "hello"}, now=NOW)
    assert jobs.run_job(job_id=job.pk, now=NOW) == Job.State.DONE
    assert jobs.run_job(job_id=job.pk, now=NOW) == Job.State.DONE
    assert done == [(NOW, "hello")]


@pytest.mark.django_db(transaction=True)
def test_the_worker_carries_jobs(done: list[Any]) -> None:
    from django.utils import timezone

    jobs.enqueue_job(name="note", arguments={"word": "carried"}, now=timezone.now())
    call_command("work", "--once")
    assert [word for _, word in done] == ["carried"]
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_failing_job_pauses_longer_each_time_and_is_given_up() -> None:
    job, now, pauses = jobs.enqueue_job(name="fail", now=NOW, attempts_allowed=4), NOW, []
    for _ in range(3):
        assert jobs.run_job(job_id=job.pk, now=now) == Job.State.WAITING
        job.refresh_from_db()
        assert jobs.run_job(job_id=job.pk, now=now) == Job.State.WAITING
        pauses.append(job.run_at - now)
        now = job.run_at
    assert jobs.run_job(job_id=job.pk, now=now) == Job.State.FAILED
    job.refresh_from_db()
    assert pauses == [timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60)]
    assert (job.attempts, job.last_error) == (4, "RuntimeError: not today")
    assert not Count.objects.filter(key="half-done").exists()


def test_pauses_end_at_six_hours() -> None:
    assert jobs.pause_after(50) == timedelta(hours=6)


def test_a_job_of_a_dead_worker_is_put_back(done: list[Any]) -> None:
    job = jobs.enqueue_job(name="note", now=NOW)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=NOW, attempts=1)
    assert jobs.reap_stale_jobs(now=NOW + jobs.LEASE) == 0
    later = NOW + jobs.LEASE + timedelta(seconds=1)
    assert jobs.reap_stale_jobs(now=later) == 1
    assert jobs.run_job(job_id=job.pk, now=later + timedelta(minutes=1)) == Job.State.DONE
    assert len(done) == 1


def test_a_job_that_kills_its_worker_is_given_up() -> None:
    job = jobs.enqueue_job(name="note", now=NOW, attempts_allowed=1)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=NOW, attempts=1)
    jobs.reap_stale_jobs(now=NOW + timedelta(days=1))
    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.FAILED, "the worker died")


def test_a_once_key_enqueues_once() -> None:
    first = jobs.enqueue_job(name="note", now=NOW, once_key="wave-1")
    assert jobs.enqueue_job(name="note", now=NOW, once_key="wave-1").pk == first.pk
    assert Job.objects.count() == DBTaskResult.objects.count() == 1


def test_an_unknown_job_is_refused() -> None:
    with pytest.raises(KeyError):
        jobs.enqueue_job(name="nothing", now=NOW)


def test_schedules_fire_when_due_and_make_up_what_was_missed_once() -> None:
    jobs.SCHEDULES["hourly"] = jobs.Every(timedelta(hours=1), "note")
    assert jobs.tick(now=NOW) == ["hourly"]
    assert jobs.tick(now=NOW + timedelta(minutes=59)) == []
    assert jobs.tick(now=NOW + timedelta(hours=1)) == ["hourly"]
    assert jobs.tick(now=NOW + timedelta(hours=7, minutes=30)) == ["hourly"]
    assert jobs.tick(now=NOW + timedelta(hours=7, minutes=59)) == []
    assert Schedule.objects.get().next_at == NOW + timedelta(hours=8)
    assert Job.objects.count() == 3


def test_a_clock_set_back_does_not_stop_a_schedule() -> None:
    jobs.SCHEDULES["hourly"] = jobs.Every(timedelta(hours=1), "note")
    jobs.tick(now=NOW + timedelta(days=30))
    assert jobs.tick(now=NOW) == ["hourly"]


def test_old_jobs_are_forgotten() -> None:
    job = jobs.enqueue_job(name="note", now=NOW)
    jobs.run_job(job_id=job.pk, now=NOW)
    jobs.forget_old(now=NOW + timedelta(days=29))
    assert Job.objects.count() == 1
    jobs.forget_old(now=NOW + timedelta(days=31))
    assert Job.objects.count() == 0


def test_mail_is_written_as_one_file_a_message(tmp_path: Path) -> None:
    job = mail.send_mail_later(to="ana@example.org", subject="Two\nlines", text="Grüße", now=NOW)
    with override_settings(
        EMAIL_BACKEND="headwater.rooms.house.mail.FolderBackend", EMAIL_FILE_PATH=str(tmp_path / "mail")
    ):
        jobs.run_job(job_id=job.pk, now=NOW)
    files = list((tmp_path / "mail").iterdir())
    assert len(files) == 1
    message = message_from_bytes(files[0].read_bytes())
    assert (files[0].suffix, message["To"], message["Subject"]) == (".eml", "ana@example.org", "Two lines")
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode() == "Grüße"


def test_a_sent_message_is_not_kept_in_the_queue() -> None:
    job = mail.send_mail_later(to="ada@example.org", subject="Your account", text="a link to a password", now=NOW)
    assert jobs.run_job(job_id=job.pk, now=NOW) == Job.State.DONE
    job.refresh_from_db()
    assert job.arguments == {}
