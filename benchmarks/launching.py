"""Launching a wave at 100,000 people in the background: how long it takes, and how long others wait meanwhile.

    python -m benchmarks.launching                  100,000 people, by mail and with access codes
    python -m benchmarks.launching --people 20000

A folder of its own, SQLite (synchronous=FULL). While the job works, another process writes a small row again and again,
as answers that come in do. What counts is the longest of those writes: nobody is locked out for long.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta

from benchmarks._large_organisation import account, bring_in, own_folder

PEOPLE = 100_000
GOAL = 1.0
"""Seconds that a write may wait for the launch."""
PAUSE = 0.02


def write_meanwhile() -> None:
    """Write one row again and again until the input ends, then print how long each took: in a process of its own."""
    import select

    import django

    django.setup()
    from django.utils import timezone

    from headwater.rooms.house.models import Count

    took = []
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        began = time.perf_counter()
        Count.objects.update_or_create(key="bench", window=0, defaults={"count": timezone.now().microsecond})
        took.append(time.perf_counter() - began)
    print(json.dumps(sorted(took)), flush=True)


def launch(channel: str, people: int) -> tuple[float, list[float]]:
    """Launch one wave as its job does. Returns seconds, and the seconds of each write of another process meanwhile."""
    from django.utils import timezone

    from headwater.rooms.house.jobs import run_job
    from headwater.rooms.house.models import Job
    from headwater.rooms.listen.launching_later import JOB, begin_launch
    from headwater.rooms.listen.models import Invitation, Wave
    from headwater.rooms.listen.studies import create_study, schedule_wave
    from headwater.rooms.people.models import User

    now, lead = timezone.now(), User.objects.get()
    cuts = [
        {"key": "area", "label": "area", "attribute": "area", "levels": ["depot", "desk", "road"]},
    ]
    study = create_study(
        title=channel, questionnaires=[("pulse@1.0", None)], channel=channel, cuts=cuts, ignores_cap=True,
        actor=lead, now=now,
    )  # fmt: skip
    wave = schedule_wave(
        study_id=study.pk, opens_at=now + timedelta(days=1), days_open=14, late_days=2, reminders=[5], actor=lead,
        now=now,
    )  # fmt: skip
    began = time.perf_counter()
    begin_launch(wave_id=wave.pk, actor=lead, now=now)
    asked = time.perf_counter() - began
    command = [sys.executable, "-m", "benchmarks.launching", "--write"]
    writer = subprocess.Popen(command, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    writer.stdout.readline()
    job = Job.objects.get(name=JOB, arguments__wave_id=str(wave.pk))
    began = time.perf_counter()
    run_job(job_id=job.pk, now=now)
    seconds = time.perf_counter() - began
    said, _ = writer.communicate()
    made = Wave.objects.get(pk=wave.pk)
    if made.launched_at is None or Invitation.objects.filter(wave=wave).count() < 0.9 * people:
        raise SystemExit(f"not launched: {Job.objects.get(pk=job.pk).last_error}")
    print(f"{channel:<8}{'':26}asked for on the page in {asked * 1e3:.0f} ms, {made.invited:,} people asked")
    return seconds, json.loads(said)


def main() -> None:
    """Build, launch, print."""
    if "--write" in sys.argv:
        write_meanwhile()
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.launching", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    with own_folder():
        bring_in(people)
        account("experience_lead")
        longest = 0.0
        for channel in ("mail", "code"):
            seconds, took = launch(channel, people)
            longest = max(longest, took[-1])
            print(
                f"{channel:<8}{seconds:6.1f} s in the background; {len(took):,} writes of another process meanwhile: "
                f"p50 {took[len(took) // 2] * 1e3:.0f} ms, p99 {took[int(len(took) * 0.99)] * 1e3:.0f} ms, "
                f"longest {took[-1] * 1e3:.0f} ms"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {peak:,.0f} MB at most, the organisation made here included")
    verdict = "holds" if longest <= GOAL else "does not hold"
    print(f"claim: no write waits longer than {GOAL:.0f} s while a wave is launched: {verdict}")


if __name__ == "__main__":
    main()
