"""Pages of learning that need more than ratings, over 100,000 people: comments, importance, services, contacts, River.

    python -m benchmarks.learning_full                       100,000 people, 2,000,000 customer responses
    python -m benchmarks.learning_full --people 20000 --responses 200000 --comments 4000
    python -m benchmarks.learning_full --folder here         keeps what was made and takes it up the next time

The simulated organisation answers the questionnaires of the library: three waves about leadership and work with
comments, one with best-worst choices, two about internal service, four of customers who come again. Its on-time
running, absence and turnover come in as a file. Comments are pairs of labelled ones of `benchmarks/data/comments`, so
that nearly none is like another. The last wave of each study is released as the product releases, the earlier ones are
scored and kept; then the steps that read more than ratings run. Rivers are worked out before the last wave of all, and
after it once more: those it does not touch are kept. Each study is made in a process of its own, and its
memory is that of the process. Pages are asked as in `benchmarks.learning`.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._large_organisation import account, own_folder
from benchmarks._large_study import bring_in_tree, kept_wave, sealed_wave
from benchmarks.comment_data import read_comments
from benchmarks.learning import LEAD, LEAF, REQUESTS, TOP, clients, load, measure, peak, run_queued, run_steps
from headwater.simulation import World
from headwater.simulation.contacts import Contacts
from headwater.vocab import AnswerTable

PEOPLE, RESPONSES, COMMENTS = 100_000, 2_000_000, 20_000
QUARTERS, SEED = 4, 5
DAYS_AGO = (286, 194, 102, 10)
"""Days ago at which the waves of each quarter closed."""
CONTACTS_A_CUSTOMER = 8.0
"""Contacts that a simulated customer has in four quarters."""
COMMENTED = ("lx_comment", "ex_comment")
WHEN = timedelta(days=3)

Answers = tuple[AnswerTable, Sequence[str]]
"""Answers of a wave, and who gave each where the study is not anonymous."""


@dataclass(frozen=True)
class Size:
    """How much is made."""

    people: int
    responses: int
    comments: int


@dataclass(frozen=True)
class Asked:
    """A study: its questionnaires, cuts by key, the quarters it was asked in, and the steps worked out of the last.

    earlier: steps worked out of the wave before too. answers: of a quarter, by the place of the wave.
    """

    title: str
    lens: str
    instruments: tuple[str, ...]
    cuts: tuple[str, ...]
    quarters: tuple[int, ...]
    steps: tuple[str, ...]
    answers: Callable[[World, Size, int], Answers]
    earlier: tuple[str, ...] = ()
    promise: str = "anonymous"
    channel: str = "code"


def work_answers(world: World, size: Size, quarter: int) -> Answers:
    """Answers about leadership and work, with as many comments as asked for, about a third of them on leadership."""
    table = world.employee_answers(quarter)
    rng = np.random.default_rng([SEED, 1, quarter])
    comments = {}
    for key, count in zip(COMMENTED, (size.comments // 3, size.comments - size.comments // 3), strict=True):
        rows = rng.choice(len(table), min(count, len(table)), replace=False)
        units = [table.unit_ids[place] for place in table.unit[rows].tolist()]
        comments[key] = tuple(zip(units, written(len(rows), quarter), strict=True))
    return replace(table, comments=comments), ()


def written(count: int, seed: int) -> list[str]:
    """So many comments: two labelled ones of one language each, one of them alone now and then."""
    by_language: dict[str, list[str]] = {}
    for part in ("written", "held", "plain"):
        for one in read_comments(part):
            by_language.setdefault(one.language, []).append(one.text)
    draw = random.Random(seed)
    languages = sorted(by_language)
    shares = [12 if language == "en" else 4 if language == "es" else 1 for language in languages]
    found = []
    for language in draw.choices(languages, shares, k=count):
        chosen = draw.sample(by_language[language], 1 if draw.random() < 0.3 else 2)
        found.append(" ".join(chosen))
    return found


def importance_answers(world: World, _size: Size, quarter: int) -> Answers:
    """Best-worst choices, and ratings of the same factors."""
    return world.importance_answers(quarter), ()


def service_answers(world: World, _size: Size, quarter: int) -> Answers:
    """Ratings of units that serve, one a person, as the product shares them out."""
    from headwater.rooms.listen.logic.serving import share_out

    tree, rng = world.staff.tree, np.random.default_rng([SEED, 2, quarter])
    team = world.staff.team[world.staff.team >= 0]
    team = team[rng.random(team.size) < 0.66]
    rated = share_out([tree.ids[unit] for unit in team.tolist()], served(world), 5, turn=quarter, generator=rng)
    some = np.array([bool(server) for server in rated])
    servers = np.array([tree.index_of[server] for server in rated if server], np.int32)
    return world.service_ratings(quarter, team[some].astype(np.int32), servers), ()


def served(world: World) -> dict[str, tuple[str, ...]]:
    """The units that each unit serves, by key."""
    ids, serving = world.staff.tree.ids, world.serving
    return {
        ids[server]: tuple(ids[unit] for unit in serving.served[serving.of_server(place)].tolist())
        for place, server in enumerate(serving.servers.tolist())
        if serving.of_server(place).size
    }


def customer_answers(world: World, size: Size, quarter: int) -> Answers:
    """Answers after contacts, most customers several times. Their words are left out."""
    table, customers = world.contact_answers(_met(size), quarter)
    return replace(table, comments={}), [f"C{number:07d}" for number in customers.tolist()]


@lru_cache(maxsize=1)
def _met(size: Size) -> Contacts:
    return simulated(size).contacts()


STUDIES: dict[str, Asked] = {
    "work": Asked(
        "How it is to work here", "lx", ("lx_core", "ex_factors"), ("tenure", "area"), (1, 2, 3),
        ("levels", "drivers", "comments", "river"), work_answers, earlier=("comments",),
    ),
    "importance": Asked(
        "What matters to you", "ex", ("importance", "ex_factors"), ("tenure",), (2,), ("importance",),
        importance_answers,
    ),
    "services": Asked(
        "The units that serve you", "service", ("internal_service",), (), (2, 3), ("river",), service_answers
    ),
    "customers": Asked(
        "Your last contact", "cx", ("cx_contact", "cx_relationship"), ("touchpoint",), (0, 1, 2, 3),
        ("levels", "journeys", "river"), customer_answers, promise="confidential", channel="customers",
    ),
}  # fmt: skip
LAST_ASKED = "customers"


def make(folder: str, size: Size) -> None:
    """Make what is not there yet: the organisation, each study in a process of its own, then the Rivers."""
    from headwater.rooms.people.models import Unit

    if not Unit.objects.exists():
        began = time.perf_counter()
        staff = simulated(size).staff
        bring_in_tree(staff.tree, size.people, staff.names[len(staff.tree) :])
        account("experience_lead")
        print(f"organisation of {len(staff.tree):,} units made in {time.perf_counter() - began:.0f} s", flush=True)
    sizes = ["--people", size.people, "--responses", size.responses, "--comments", size.comments]
    for part in (*STUDIES, "rivers"):
        command = [sys.executable, "-m", "benchmarks.learning_full", "--folder", folder, "--make", part]
        subprocess.run([*command, *map(str, sizes)], check=True)


@lru_cache(maxsize=1)
def simulated(size: Size) -> World:
    """The organisation, and so many customers that they answer about as often as asked for."""
    from headwater.simulation import SimulationPlan, simulate

    customers = max(1, round(size.responses / CONTACTS_A_CUSTOMER))
    return simulate(SimulationPlan(people=size.people, customers=customers, waves=QUARTERS, seed=SEED))


def make_study(name: str, size: Size) -> None:
    """Release the waves of a study, work out what the last tells, and print what that took."""
    from django.conf import settings
    from django.utils import timezone

    from headwater.instruments import library, to_yaml
    from headwater.rooms.listen.models import Study, Wave
    from headwater.rooms.listen.releasing import release_wave
    from headwater.rooms.listen.studies import plan_in_force

    asked = STUDIES[name]
    latest = timezone.now()
    study, _made = Study.objects.get_or_create(
        key=name,
        defaults={
            "title": asked.title, "lens": asked.lens, "languages": ["en"], "made_at": latest,
            "promise": asked.promise, "channel": asked.channel,
        },
    )  # fmt: skip
    if Wave.objects.filter(study=study, state=Wave.State.RELEASED).count() == len(asked.quarters):
        return
    Wave.objects.filter(study=study).exclude(state=Wave.State.RELEASED).delete()
    world = simulated(size)
    texts = tuple(to_yaml(library()[key]) for key in asked.instruments)
    pairs = served(world) if name == "services" else None
    done = Wave.objects.filter(study=study).count()
    for order, quarter in list(enumerate(asked.quarters, 1))[done:]:
        if name == LAST_ASKED and order == len(asked.quarters):
            make_rivers(size)  # as they stand before the last wave of all
        table, givers = asked.answers(world, size, quarter)
        at = latest - timedelta(days=DAYS_AGO[quarter]) + WHEN
        tree, is_last = world.staff.tree, order == len(asked.quarters)
        wave = sealed_wave(study, tree, table, _cuts(asked, table), order, at, texts, pairs)
        plan = plan_in_force(wave)
        began, busy = time.perf_counter(), time.process_time()
        _put_in(settings.STORE, plan, table, givers, str(wave.pk))
        sealed = time.perf_counter()
        wave = release_wave(wave_id=wave.pk, now=at) if is_last or pairs else kept_wave(wave, at)
        if wave.state != Wave.State.RELEASED or "nothing" in wave.outcome:
            raise SystemExit(f"{name}, wave {order}, was not released: {wave.outcome}")
        took = f"seal {sealed - began:.1f} s, release {time.perf_counter() - sealed:.1f} s"
        used = (
            f"{time.process_time() - busy:.1f} s CPU, {wave.outcome['figures']:,} figures, peak {peak() / 1e9:.2f} GB"
        )
        how = "released" if is_last or pairs else "kept"
        print(f"{name}, wave {order} ({len(table):,} responses) {how}: {took}, {used}", flush=True)
        if asked.earlier and order == len(asked.quarters) - 1:
            run_steps(wave, asked.earlier)
    run_steps(wave, asked.steps)


def _cuts(asked: Asked, table: AnswerTable) -> tuple[Any, ...]:
    from headwater.rooms.listen.logic.plans import PlannedCut

    keys = asked.cuts or tuple(table.cuts)
    return tuple(PlannedCut(key, key.capitalize(), key, table.cuts[key][1]) for key in keys)


def _put_in(store: Path, plan: Any, table: AnswerTable, givers: Sequence[str], source: str) -> None:
    """Seal answers as the product does; those of a study that is not anonymous are kept as rows too."""
    from headwater.intake import read_manifest, seal, wave_folder
    from headwater.rooms.listen.rows import keep_table
    from headwater.vocab.store_layout import ANSWERS

    table = replace(table, cuts={cut.key: table.cuts[cut.key] for cut in plan.cuts})
    if read_manifest(wave_folder(Path(store), ANSWERS, plan.study, plan.wave)) is None:  # a run may have been stopped
        seal(store, plan.vocab_study, plan.vocab_wave, table, source=source)
    if plan.promise != "anonymous":
        keep_table(plan, table, respondents=givers, languages=["en"] * len(table))


def make_rivers(size: Size) -> None:
    """Bring the figures of the organisation in as a file, and work out its Rivers as the job does."""
    from django.utils import timezone

    from headwater.rooms.learn.demo import results_file
    from headwater.rooms.learn.models import ResultImport
    from headwater.rooms.learn.results_services import apply_results, check_results, own_chain
    from headwater.rooms.learn.river_store import index_of

    now = timezone.now()
    chain = own_chain(now=now)
    if not ResultImport.objects.exists():
        days = [timezone.localdate(now - timedelta(days=days)) for days in DAYS_AGO]
        content = results_file(simulated(size), [f"{day.year}-Q{(day.month + 2) // 3}" for day in days])
        began = time.perf_counter()
        made = check_results(chain_id=chain.pk, content=content, file_name="results.csv", actor=None, now=now)
        apply_results(import_id=made.pk, actor=None, now=now)
        print(f"file of figures, {len(content) / 1e6:.1f} MB: {time.perf_counter() - began:.1f} s", flush=True)
    run_queued()
    index = index_of(chain)
    drawn = 0 if index is None else sum(one.is_drawn for one in index.kept)
    print(f"Rivers drawn: {drawn}; load {load():.1f}", flush=True)


def addresses() -> tuple[dict[str, tuple[str, str]], int]:
    """The pages: who asks, and where; then the row of a team whose people commented."""
    from headwater.rooms.learn.comment_queries import comments_of
    from headwater.rooms.learn.driver_finding import importance_of
    from headwater.rooms.learn.journey_contacts import latest_contacts
    from headwater.rooms.learn.journey_keeping import journeys_in_force
    from headwater.rooms.learn.results_services import own_chain
    from headwater.rooms.learn.river_store import index_of
    from headwater.rooms.learn.service_queries import service_waves, services_in
    from headwater.rooms.listen.models import Wave

    def last(study: str) -> Wave:
        return Wave.objects.select_related("study").filter(study__key=study).order_by("-order")[0]

    wave, chosen = last("work"), last("importance")
    book, contacts = comments_of(wave), latest_contacts()
    if book is None or contacts is None or not importance_of(chosen):
        raise SystemExit("comments, contacts or importance say nothing")
    tree = book.tree
    said = np.flatnonzero(book.sizes.any(axis=1)).tolist()
    leaf = next((row for row in said[len(said) // 2 :] if tree.size[row] == 1), None)
    leaf = next(row for row in range(len(tree) // 2, len(tree)) if tree.size[row] == 1) if leaf is None else leaf
    middle = max((row for row in said if row), key=lambda row: int(tree.size[row] < 200) * int(tree.size[row]))
    quoted = next(cell.theme for cell in book.cells(book.items[0].key, 0))
    index = index_of(own_chain(now=wave.closes_at))
    parts = (
        [] if index is None else [one.unit for place, one in enumerate(index.parts) if index.last(place) is not None]
    )
    if not parts:
        raise SystemExit("no River was drawn")
    kinds: dict[str, str] = {}
    for key, (journey, _number) in journeys_in_force().items():
        kinds.setdefault(journey.kind, key)
    services = service_waves()[0]
    scores = [one.subject for one in services_in(services).books[0].columns if one.role != "item"]
    here = f"/learn/comments/?wave={wave.pk}"
    pages = {
        "comments": (LEAD, "/learn/comments/"),
        "comments of a unit": (LEAD, f"{here}&unit={tree.ids[middle]}"),
        "comments of a unit, as top leader": (TOP, f"{here}&unit={tree.ids[middle]}"),
        "comments of a team, as its leader": (LEAF, f"{here}&unit={tree.ids[leaf]}"),
        "comments, other question": (LEAD, f"{here}&what={book.items[-1].key}"),
        "comments, searched": (LEAD, f"{here}&q=manager"),
        "theme book": (LEAD, "/learn/comments/book/"),
        "a theme": (LEAD, f"/learn/comments/book/theme/{quoted}/"),
        "my team with comments, top leader": (TOP, f"/learn/team/{wave.pk}/0/"),
        "my team with comments, of a unit": (LEAD, f"/learn/team/{wave.pk}/{middle}/"),
        "my team with comments, of a team": (LEAF, f"/learn/team/{wave.pk}/{leaf}/"),
        "journeys": (LEAD, "/learn/journeys/"),
        "journeys, as a leader": (LEAF, "/learn/journeys/"),
        **{f"journey, {kind}": (LEAD, f"/learn/journeys/{key}/") for kind, key in kinds.items()},
        "contacts": (LEAD, f"/learn/journeys/contacts/{contacts[0].pk}/"),
        "importance": (LEAD, "/learn/importance/"),
        "importance, as top leader": (TOP, "/learn/importance/"),
        "importance of a unit": (LEAD, f"/learn/importance/?wave={chosen.pk}&unit={tree.ids[middle]}"),
        "importance of a group": (LEAD, f"/learn/importance/?wave={chosen.pk}&who=tenure.1"),
        "services": (LEAD, "/learn/services/"),
        "services, as top leader": (TOP, "/learn/services/"),
        "services, a level below": (LEAD, f"/learn/services/?wave={services.pk}&level=3"),
        "services, another score": (LEAD, f"/learn/services/?wave={services.pk}&score={scores[-1]}"),
        "River": (LEAD, "/learn/river/"),
        "River, as a leader": (LEAF, "/learn/river/"),
        "River of a part": (LEAD, f"/learn/river/?unit={parts[-1]}"),
        "River, what if": (LEAD, "/learn/river/?change=1"),
        "River, a stream": (LEAD, "/learn/river/?stream=1"),
        "home, as a leader": (LEAF, "/"),
    }
    return pages, leaf


def main() -> None:
    """Make it, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning_full", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--responses", type=int, default=RESPONSES, help="of customers, in four waves")
    parser.add_argument("--comments", type=int, default=COMMENTS, help="in each wave about work")
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--folder", default="", help="keep what was made here, and use it when it is there")
    parser.add_argument("--make", default="", choices=("", *STUDIES, "rivers"), help="make one part, and nothing else")
    chosen = parser.parse_args()
    size = Size(chosen.people, chosen.responses, chosen.comments)
    parts: dict[str, Callable[[Size], None]] = {name: partial(make_study, name) for name in STUDIES}
    parts["rivers"] = make_rivers
    with own_folder(chosen.folder) as folder:
        from headwater.site.wsgi import settle

        if chosen.make:
            parts[chosen.make](size)
            return
        make(str(folder), size)
        settle()  # as the server does when it starts
        pages, leaf = addresses()
        measure(pages, clients(leaf), chosen.requests, chosen.only)


if __name__ == "__main__":
    main()
