"""`headwater simulate`: an organisation with a known truth, as plain files that the other commands read."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headwater.simulation import World
    from headwater.vocab import AnswerTable

    Draw = Callable[[int], Iterator[AnswerTable]]

EPILOG = """examples:
  headwater simulate world                                   2,000 people, 20,000 customers, 4 waves
  headwater simulate big --people 100000 --customers 2000000 --seed 7
  headwater analyse world --out results                      the folder holds its own project file
"""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    parser.add_argument("--people", type=int, default=2_000, help="people who work there (2,000; at most 100,000)")
    parser.add_argument(
        "--customers", type=int, default=20_000, help="customers who answer in each wave (20,000; at most 2,000,000)"
    )
    parser.add_argument("--waves", type=int, default=4, help="waves, one a quarter (4)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same world (1)")


def run(arguments: argparse.Namespace) -> int:
    """Write the world. Returns 0. Raises InputError for a folder in use or impossible sizes."""
    from headwater.cli.saying import say, say_json, step
    from headwater.simulation import SimulationPlan, simulate
    from headwater.vocab import InputError

    if arguments.folder.exists() and any(arguments.folder.iterdir()):
        raise InputError(f"{arguments.folder} holds files. Name a new or empty folder.")
    if not 30 <= arguments.people <= 100_000:
        raise InputError("--people must lie between 30 and 100,000.")
    if not 0 < arguments.customers <= 2_000_000 or not 0 < arguments.waves <= 40:
        raise InputError("--customers must lie between 1 and 2,000,000, --waves between 1 and 40.")
    with step("drawing the world", quiet=arguments.json):
        world = simulate(SimulationPlan(arguments.people, arguments.customers, arguments.waves, arguments.seed))
    files = write_world(world, arguments.folder, quiet=arguments.json)
    if arguments.json:
        say_json({"ok": True, "files": [str(path) for path in files], "truth": world.truth_record()})
    else:
        say(f"{len(files)} files in {arguments.folder}; the truth is in truth.json")
    return 0


def write_world(world: World, folder: Path, *, quiet: bool = False) -> list[Path]:
    """Write a world as CSV and JSON. Returns the files."""
    from headwater.cli.sample import INJURY_BENCHMARK_TEXT, PROJECT_TEXT
    from headwater.cli.saying import step
    from headwater.formats import write_csv

    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []

    def put(name: str, header: Sequence[str], rows: Iterator[Sequence[object]] | list[Sequence[object]]) -> None:
        write_csv(folder / name, header, rows)
        files.append(folder / name)

    with step("writing people and what happened", quiet=quiet):
        put(
            "organisation.csv",
            ("person_id", "name", "manager_id", "unit_id", "unit_name", "tenure", "area"),
            _people(world),
        )
        put(
            "incidents.csv",
            ("unit", "wave", "kind", "days_away"),
            [(one.unit, world.wave_key(one.wave), one.kind, one.days_away) for one in world.incidents],
        )
        put(
            "visits.csv",
            ("leader", "unit", "wave", "people_met", "issues_raised", "issues_answered", "issues_closed"),
            [
                (
                    v.leader,
                    v.unit,
                    world.wave_key(v.wave),
                    v.people_met,
                    v.issues_raised,
                    v.issues_answered,
                    v.issues_closed,
                )
                for v in world.visits
            ],
        )
        put(
            "stakeholders.csv",
            ("person", "name", "power", "legitimacy", "urgency", "attitude", "minutes_a_week"),
            [
                (s.person, s.name, s.power, s.legitimacy, s.urgency, s.attitude, s.minutes_a_week)
                for s in world.stakeholders
            ],
        )
        put("injuries.csv", ("unit", "wave", "hours", "deaths", "days_away", "restricted", "other"), _injuries(world))
        put("results.csv", ("unit", "wave", *world.results.values), _results(world))
    studies: tuple[tuple[str, Draw], ...] = (
        ("people", lambda wave: iter((world.employee_answers(wave),))),
        ("service", lambda wave: iter((world.service_answers(wave),))),
        ("customers", world.customer_answers),
    )
    for key, draw in studies:
        with step(f"writing the answers of {key}", quiet=quiet):
            first = next(iter(draw(0)))
            header = ("unit", "wave", *first.items, *first.cuts)
            put(f"answers-{key}.csv", header, _all_answers(world, draw))
            put(f"comments-{key}.csv", ("unit", "wave", "question", "words"), _comment_rows(world, draw))
    (folder / "truth.json").write_text(json.dumps(world.truth_record(), indent=1) + "\n", encoding="utf-8")
    (folder / "headwater.yaml").write_text(PROJECT_TEXT, encoding="utf-8")
    (folder / "injury-benchmark.yaml").write_text(INJURY_BENCHMARK_TEXT, encoding="utf-8")
    files += [folder / "truth.json", folder / "headwater.yaml", folder / "injury-benchmark.yaml"]
    return files


def _people(world: World) -> Iterator[Sequence[object]]:
    staff = world.staff
    tenure, area = _levels("tenure"), _levels("area")
    for person in range(len(staff)):
        team = int(staff.team[person])
        boss = "" if team < 0 else staff.ids[int(staff.leads[team])]
        yield (
            staff.ids[person],
            staff.names[person],
            boss,
            "" if team < 0 else staff.tree.ids[team],
            "" if team < 0 else staff.tree.names[team],
            tenure[staff.tenure[person]],
            area[staff.area[person]],
        )


def _levels(cut: str) -> tuple[str, ...]:
    from headwater.simulation import CUTS

    return next(known.levels for known in CUTS if known.key == cut)


def _results(world: World) -> Iterator[Sequence[object]]:
    import numpy as np

    table = world.results
    for row, unit in enumerate(table.units):
        for column, period in enumerate(table.periods):
            figures = [values[row, column] for values in table.values.values()]
            yield (unit, period, *("" if np.isnan(figure) else float(figure) for figure in figures))


def _injuries(world: World) -> Iterator[Sequence[object]]:
    """Hours and cases by outcome, of units in which anybody worked."""
    from collections import Counter

    outcomes = ("death", "days away", "restricted", "other")
    cases = Counter((one.unit, one.wave, one.kind) for one in world.incidents)
    hours = world.results.values["hours"]
    for row, unit in enumerate(world.results.units):
        for wave in range(world.plan.waves):
            if hours[row, wave] > 0:
                counts = [cases[unit, wave, kind] for kind in outcomes]
                yield (unit, world.wave_key(wave), float(hours[row, wave]), *counts)


def _answer_rows(table: AnswerTable, wave: str) -> Iterator[Sequence[object]]:
    from headwater.vocab.answers import ITEM_MISSING

    columns = [[("" if code == ITEM_MISSING else code) for code in codes.tolist()] for codes in table.items.values()]
    columns += [[levels[code] for code in codes.tolist()] for codes, levels in table.cuts.values()]
    units = [table.unit_ids[unit] for unit in table.unit.tolist()]
    for row in zip(units, *columns, strict=True):
        yield (row[0], wave, *row[1:])


def _all_answers(world: World, draw: Draw) -> Iterator[Sequence[object]]:
    for wave in range(world.plan.waves):
        for table in draw(wave):
            yield from _answer_rows(table, world.wave_key(wave))


def _comment_rows(world: World, draw: Draw) -> Iterator[Sequence[object]]:
    for wave in range(world.plan.waves):
        for table in draw(wave):
            for question, comments in table.comments.items():
                for unit, words in comments:
                    yield unit, world.wave_key(wave), question, words
