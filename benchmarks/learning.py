"""Pages of learning over 100,000 people, 12,005 units and 5 released waves of 60 items: p95 of each beside 300 ms.

    python -m benchmarks.learning                      5 waves with 40 declared cuts, 20 requests a page
    python -m benchmarks.learning --waves 2 --cuts 0
    python -m benchmarks.learning --folder here        keeps what was made and takes it up the next time

The last wave is sealed and released as the product does it, beside the earlier ones; then every step of what is
worked out after a release runs for it. A request goes through the whole application, sign-in included, without the
network, in one process. Pages are asked in turn, so that none profits from having just been asked; the first request
of each, which reads what was released from the disk, is printed apart. Memory is that of the process; earlier waves are
made in another one.

Beside it, the statistics that an analyst would work out by hand in pandas and in DuckDB (`_by_hand`).
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from benchmarks._by_hand import beside, write_files
from benchmarks._large_organisation import account, own_folder
from benchmarks._large_study import SCALES, answered, bring_in_tree, released_waves

PEOPLE, WAVES, CUTS, REQUESTS, GOAL = 100_000, 5, 40, 20, 0.300
CLOSE_SECONDS, CLOSE_BYTES = 60.0, 4e9
WARM = 2
LEAD, TOP, LEAF = "lead", "top leader", "leaf leader"


def peak() -> float:
    """The most memory this process had so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def load() -> float:
    """How many processes wanted the processor in the last minute."""
    return os.getloadavg()[0]


def resident() -> float:
    """The memory this process has now, in bytes."""
    return float(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def make(folder: Path, waves: int, cuts: int) -> None:
    """Write the organisation, release the waves, work out what the latest tells, and print what that took."""
    from benchmarks.scorebook import answers
    from headwater.rooms.people.models import Unit

    clock = time.perf_counter()
    if not Unit.objects.exists():
        bring_in_tree(answers(1)[0], PEOPLE)
        account("experience_lead")
    print(f"organisation made in {time.perf_counter() - clock:.0f} s", flush=True)
    took: dict[str, float] = {}
    wave: Any = None
    if waves > 1:  # in a process of their own: the peak below is that of closing the last wave
        command = [sys.executable, "-m", "benchmarks.learning", "--folder", str(folder), "--earlier"]
        subprocess.run([*command, "--waves", str(waves), "--cuts", str(cuts)], check=True)
    for wave, took in released_waves(waves, cuts):
        said = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in took.items())
        print(f"{wave.title}: {said}, {wave.outcome['figures']:,} figures, peak {peak() / 1e9:.2f} GB", flush=True)
    total = took["release"] + work_out(wave)
    highest = peak()
    with tempfile.TemporaryDirectory() as place:
        write_files(Path(place), *answered(waves, cuts))
        beside(Path(place))
    holds = "holds" if total <= CLOSE_SECONDS and highest <= CLOSE_BYTES else "does not hold"
    print(f"everything after the last wave closes: {total:.1f} s, peak {highest / 1e9:.2f} GB, load {load():.1f}")
    print(f"claim: under {CLOSE_SECONDS:.0f} s and {CLOSE_BYTES / 1e9:.0f} GB with {cuts} cuts: {holds}", flush=True)


def make_earlier(waves: int, cuts: int) -> None:
    """Score and keep all waves but the last."""
    for _number, (wave, took) in zip(range(waves - 1), released_waves(waves, cuts), strict=False):
        print(f"{wave.title}: kept in {took['release']:.1f} s ({took['CPU of it']:.1f} s CPU)", flush=True)


def work_out(wave: Any) -> float:
    """Run every step of what is worked out of a released wave. Returns the seconds of all."""
    return run_steps(wave) + run_queued()


def run_steps(wave: Any, only: Collection[str] = ()) -> float:
    """Run steps of what is worked out of a released wave, all by default. Returns their seconds."""
    from headwater.rooms.learn.working_out import STEPS

    total = 0.0
    for name, step in STEPS.items():
        if only and name not in only:
            continue
        clock, busy = time.perf_counter(), time.process_time()
        there_is = step(wave)
        seconds = time.perf_counter() - clock
        total += seconds
        told = "" if there_is else ", nothing to say"
        used = time.process_time() - busy
        print(f"worked out: {name} {seconds:.1f} s ({used:.1f} s CPU){told}, peak {peak() / 1e9:.2f} GB", flush=True)
    return total


def run_queued() -> float:
    """Run what the steps queued as jobs of their own: the River and the notes of surprises. Returns their seconds."""
    from django.utils import timezone

    from headwater.rooms.house.jobs import run_job
    from headwater.rooms.house.models import Job
    from headwater.rooms.learn import results_services, surprise_services

    total, now = 0.0, timezone.now() + timedelta(hours=1)
    for name in (results_services.JOB, surprise_services.FIND):
        for job in Job.objects.filter(name=name, state=Job.State.WAITING):
            clock, busy = time.perf_counter(), time.process_time()
            state = run_job(job_id=job.pk, now=now)
            seconds, used = time.perf_counter() - clock, time.process_time() - busy
            total += seconds
            print(f"job: {name} {seconds:.1f} s ({used:.1f} s CPU), {state}, peak {peak() / 1e9:.2f} GB", flush=True)
    return total


def addresses() -> tuple[dict[str, tuple[str, str]], int, int]:
    """The pages: who asks, and where; then the row of a unit in the middle and of a team."""
    from headwater.rooms.learn.books import book_of
    from headwater.rooms.listen.models import Wave

    newest = list(Wave.objects.filter(state=Wave.State.RELEASED).order_by("-released_at"))
    wave, book = newest[0], book_of(newest[0])
    tree, shown = book.tree, np.asarray(book.everybody.shown.any(axis=1))
    leaf = next(row for row in range(len(tree) // 2, len(tree)) if tree.size[row] == 1 and shown[row])
    middle = int(tree.parent[leaf])
    scale = next(column.key for column in book.columns if column.subject == "s0")
    at, explorer = f"/learn/waves/{wave.pk}", f"/learn/explorer/?wave={wave.pk}"
    pages = {
        "released": (LEAD, "/learn/"),
        "released, as a leader": (LEAF, "/learn/"),
        "report of everybody": (LEAD, f"{at}/0/"),
        "report of a unit": (LEAD, f"{at}/{middle}/"),
        "report of a team, as its leader": (LEAF, f"{at}/{leaf}/"),
        "my team, the top leader": (TOP, f"/learn/team/{wave.pk}/0/"),
        "my team, a team leader": (LEAF, f"/learn/team/{wave.pk}/{leaf}/"),
        "explorer": (LEAD, explorer),
        "explorer, clearest first": (LEAD, f"{explorer}&order=clear"),
        "explorer, lowest of a score first": (LEAD, f"{explorer}&order=below&by={scale}"),
        "explorer, found by name": (LEAD, f"{explorer}&q={tree.names[leaf][:4].strip()}"),
        "explorer, second page": (LEAD, f"{explorer}&start=50"),
        f"explorer, questions of {SCALES[0]}": (LEAD, f"{explorer}&show=s0"),
        "explorer, one score": (LEAD, f"/learn/explorer/score/?wave={wave.pk}&score={scale}"),
        "explorer, two units": (LEAD, f"/learn/explorer/compare/?wave={wave.pk}&other={tree.ids[middle]}"),
        "explorer, levels": (LEAD, f"/learn/explorer/levels/?wave={wave.pk}"),
        "question, a list": (LEAD, "/learn/ask/?q=which+teams+have+the+lowest+trust"),
        "question, a change": (LEAD, "/learn/ask/?q=where+did+it+get+worse"),
        "question, one unit, top leader": (TOP, f"/learn/ask/?q=how+is+trust+in+{quote(tree.names[middle])}"),
        "question, a team leader": (LEAF, "/learn/ask/?q=what+changed"),
        "drivers": (LEAD, "/learn/drivers/"),
        "drivers, as the top leader": (TOP, "/learn/drivers/"),
        "importance": (LEAD, "/learn/importance/"),
        "comments": (LEAD, "/learn/comments/"),
        "journeys": (LEAD, "/learn/journeys/"),
        "services": (LEAD, "/learn/services/"),
        "benchmarks": (LEAD, "/learn/benchmarks/"),
        "surprises": (LEAD, "/learn/surprises/"),
        "river": (LEAD, "/learn/river/"),
        "home, as a leader": (LEAF, "/"),
    }
    if len(newest) > 1:
        then = f"/learn/explorer/compare/?wave={wave.pk}&then={newest[1].pk}"
        pages["explorer, two waves"] = (LEAD, then)
    return pages, leaf, middle


def clients(leaf: int) -> dict[str, Any]:
    """Who asks, signed in."""
    from django.test import Client

    from headwater.rooms.people.models import User

    found = {}
    for who, person in ((LEAD, ""), (TOP, "l-0"), (LEAF, f"l-{leaf}")):
        address = f"{person or 'experience_lead'}@example.org"
        user = User.objects.filter(email=address).first() or account("", person)
        found[who] = Client()
        found[who].force_login(user)
    return found


def measure(pages: dict[str, tuple[str, str]], asking: dict[str, Any], requests: int, only: str) -> None:
    """Ask every page in turn and print. pages: who asks and where, by name. asking: who asks, signed in."""
    pages = {name: one for name, one in pages.items() if only in name}
    took: dict[str, list[float]] = {name: [] for name in pages}
    first, sizes, left = {}, {}, {}
    for number in range(requests + WARM):
        for name, (who, path) in pages.items():
            if name in left:
                continue
            clock = time.perf_counter()
            answer = asking[who].get(path)
            seconds = time.perf_counter() - clock
            if answer.status_code in (301, 302, 403, 404) and not number:
                left[name] = f"answers {answer.status_code}: nothing of its kind was asked in these waves"
                continue
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}")
            sizes[name] = len(answer.content)
            if not number:
                first[name] = seconds
            if number >= WARM:
                took[name].append(seconds)
    print(f"{'page':<36}{'p50':>9}{'p95':>9}{'longest':>9}{'first':>9}{'size':>10}   goal {GOAL * 1e3:.0f} ms at p95")
    slow = 0
    for name, each in took.items():
        if name in left:
            print(f"{name:<36}left out, {left[name]}")
            continue
        each.sort()
        p95 = each[min(int(len(each) * 0.95), len(each) - 1)]
        slow += p95 > GOAL
        shown = "".join(f"{seconds * 1e3:6.0f} ms" for seconds in (each[len(each) // 2], p95, each[-1], first[name]))
        print(f"{name:<36}{shown}{sizes[name] / 1024:7.0f} kB   {'holds' if p95 <= GOAL else 'does not hold'}")
    print(f"memory: {resident() / 1e6:,.0f} MB now, at most {peak() / 1e6:,.0f} MB; load {load():.1f}")
    print(f"claim: every page under {GOAL * 1e3:.0f} ms at p95: {'holds' if not slow else f'{slow} pages do not'}")


def main() -> None:
    """Make it, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__)
    parser.add_argument("--waves", type=int, default=WAVES)
    parser.add_argument("--cuts", type=int, default=CUTS)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--folder", default="", help="keep what was made here, and use it when it is there")
    parser.add_argument("--earlier", action="store_true", help="make all waves but the last, and nothing else")
    chosen = parser.parse_args()
    with own_folder(chosen.folder) as folder:
        from headwater.rooms.listen.models import Wave
        from headwater.site.wsgi import settle

        if chosen.earlier:
            make_earlier(chosen.waves, chosen.cuts)
            return
        if Wave.objects.filter(state=Wave.State.RELEASED).count() < chosen.waves:
            make(folder, chosen.waves, chosen.cuts)
        settle()  # as the server does when it starts
        pages, leaf, _middle = addresses()
        measure(pages, clients(leaf), chosen.requests, chosen.only)


if __name__ == "__main__":
    main()
