"""Moving 100,000 responses of 60 items in and out, as the pages do it: look, dry run, bring in, statistics, export.

    python -m benchmarks.moving              100,000 responses, 2,000 units
    python -m benchmarks.moving --rows 20000

A folder of its own, SQLite, one process. A well-known PHP survey product on such a machine takes 89 s to import the
same responses, 8 to 11 s for a statistics page over them and 72 s to export them as CSV. The numbers beside ours are
those. Import is the work from the file on disk to sealed answers and kept rows: read, checked, sealed, recorded. The
dry run before it reads the same file once more, so it is printed beside. Exports are measured at half and at all rows,
to see that time grows with their number.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ITEMS, UNITS = 60, 2_000
PEER = {"import": 89.0, "statistics": 8.0, "export": 72.0}
"""Seconds of the other product, 100,000 responses."""
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def write_answers(path: Path, rows: int, seed: int) -> None:
    """Write a CSV file of responses on five points, with who gave each."""
    draw = np.random.default_rng(seed)
    answers, unit = draw.integers(1, 6, (rows, ITEMS)), draw.integers(0, UNITS, rows)
    with path.open("w", encoding="utf-8") as file:
        file.write("unit,person_id," + ",".join(f"q{number}" for number in range(ITEMS)) + "\n")
        for number, codes in enumerate(answers.tolist()):
            file.write(f"unit-{unit[number]:04d},p{number}," + ",".join(map(str, codes)) + "\n")


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return seconds by the clock and by the processor, and the result."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - clock, time.process_time() - processor, result


def bring_in(path: Path, title: str) -> Iterator[tuple[str, float, float, Any]]:
    """Take a file through every step, yielding what each took."""
    from headwater.rooms.listen import moving_checking, moving_services
    from headwater.rooms.listen.logic.mapping import Reading, Target
    from headwater.rooms.listen.models import MovingImport
    from headwater.rooms.people.models import User

    actor, _ = User.objects.get_or_create(email="bench@example.org", defaults={"name": "Bench"})
    moving_services.SMALL = 1 << 40
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    arrived = moving_services.Arrived(copy, f"{title}.csv", title, path.stat().st_size)
    clock, cpu, made = timed(lambda: moving_services.take_files(files=[arrived], actor=actor, now=NOW))
    yield "first look", clock, cpu, made
    reading, _target = moving_checking.decided(made)
    target = Target(title=title, promise="identified", wave="One", first_day="2026-01-01", last_day="2026-01-20")
    decided = Reading.from_json({**reading.to_json(), "matches_units": False})
    values: dict[str, Any] = {"import_id": made.pk, "actor": actor, "now": NOW}
    clock, cpu, made = timed(
        lambda: moving_services.decide_mapping(reading=decided, target=target, save_as="", **values)
    )
    yield "dry run", clock, cpu, made
    clock, cpu, made = timed(lambda: moving_services.bring_in(leave_out=True, **values))
    if made.state != MovingImport.State.APPLIED:
        raise SystemExit(f"not brought in: {made.problems[:3]}")
    yield "import", clock, cpu, made


def main() -> None:
    """Run it and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    folder = Path(tempfile.mkdtemp(prefix="headwater-bench-"))
    os.environ["HEADWATER_DIR"], os.environ["HEADWATER_KEYS"] = str(folder), ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "headwater.site.settings"
    try:
        run(folder, rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(folder.with_name(f"{folder.name}-keys"), ignore_errors=True)


def run(folder: Path, rows: int) -> None:
    """Measure at half and at all rows."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from headwater.rooms.listen.exporting import stream_rows_csv
    from headwater.rooms.listen.models import Wave
    from headwater.rooms.listen.studies import plan_in_force
    from headwater.rooms.people.models import Role, User
    from headwater.rooms.people.services import give_role

    call_command("migrate", verbosity=0)
    exported: dict[int, float] = {}
    made: Any = None
    for count in (rows // 2, rows):
        path = folder / f"{count}.csv"
        write_answers(path, count, count)
        print(f"\n{count:,} responses of {ITEMS} items, {UNITS:,} units, {path.stat().st_size / 1e6:.1f} MB")
        for step, clock, cpu, last in bring_in(path, f"bench-{count}"):
            peer = (
                f"   peer {PEER[step]:.0f} s, {PEER[step] / clock:.0f} times"
                if step in PEER and count == 100_000
                else ""
            )
            made = last
            print(f"  {step:<28}{clock:7.2f} s  (processor {cpu:.2f} s){peer}")
        wave = Wave.objects.get(pk=made.waves[0]["id"])
        plan = plan_in_force(wave)
        clock, cpu, size = timed(lambda plan=plan: sum(map(len, stream_rows_csv(plan))))  # type: ignore[misc]
        exported[count] = clock
        peer = f"   peer {PEER['export']:.0f} s, {PEER['export'] / clock:.0f} times" if count == 100_000 else ""
        print(f"  {'rows as CSV':<28}{clock:7.2f} s  (processor {cpu:.2f} s, {size / 1e6:.1f} MB){peer}")
    print(f"  twice the rows take {exported[rows] / exported[rows // 2]:.2f} times as long to export")
    clock, cpu, _ = timed(lambda: _release(made))
    print(f"  {'scored, attacked, released':<28}{clock:7.2f} s  (processor {cpu:.2f} s)")
    settings.ALLOWED_HOSTS = ["testserver"]
    actor = User.objects.get()
    give_role(user=actor, role=Role.ANALYST, unit=None, actor="bench", now=NOW)
    client = Client()
    client.force_login(actor)
    address = reverse("listen:export_wave", args=[wave.pk])
    times, answer = [], client.get(address)
    for _ in range(5):
        clock, _cpu, answer = timed(lambda: client.get(address))
        times.append(clock)
    if answer.status_code != 200:
        raise SystemExit(f"the page answers {answer.status_code}")
    median = sorted(times)[2]
    lines = answer.content.count(b"<tr>") - 1
    print(
        f"  {'statistics page, median of 5':<28}{median:7.3f} s   {lines} questions   peer {PEER['statistics']:.0f} s"
    )
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _release(made: Any) -> None:
    from headwater.rooms.listen.moving_undoing import allow_release
    from headwater.rooms.listen.waves import advance_wave
    from headwater.rooms.people.models import User

    for wave_id in allow_release(import_id=made.pk, actor=User.objects.get(), now=NOW):
        advance_wave(wave_id=wave_id, now=NOW)


if __name__ == "__main__":
    main()
