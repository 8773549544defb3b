"""`headwater analyse`: answers or published tables in, ScoreBooks and the River out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headwater.chain import LinkFinding
    from headwater.cli.answering import AnswersResult
    from headwater.cli.project import Project
    from headwater.cli.tabling import TablesResult
    from headwater.scoring import Ledgers
    from headwater.vocab import Problem, River, Stream, UnitPeriods

EPILOG = """examples:
  headwater analyse my-project.yaml --out results
  headwater analyse my-project.yaml --dry-run        list every problem, write nothing
  headwater analyse ../shared/data/nhs --out nhs     files a recipe knows need no project file
"""


HOME = ".headwater"
"""The folder beside a project file that holds its ledgers."""

ENGINES = ("duckdb", "spark")
"""As `headwater.engine.ENGINES`, which only scoring may import."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("project", type=Path, help="a project file, or a folder with headwater.yaml or known files")
    parser.add_argument("--out", type=Path, default=Path("results"), help="folder for what is released (results)")
    parser.add_argument("--data", type=Path, help="folder the project's file names start from")
    parser.add_argument("--recipe", help="use this recipe instead of a project file")
    parser.add_argument("--dry-run", action="store_true", help="read everything, list every problem, write nothing")
    parser.add_argument("--engine", choices=ENGINES, help="what sums the answers (HEADWATER_ENGINE, else duckdb)")
    parser.add_argument("--store", type=Path, help="keep sealed answers in this folder; by default they are removed")
    parser.add_argument(
        "--unseen",
        default="",
        metavar="REASON",
        help="why nobody has seen earlier results of these waves: where they are in the way, the ledger begins anew",
    )
    parser.add_argument(
        "--form", default="pptx,pdf,html,xlsx", help="forms of the River report, comma-separated; none for no report"
    )


def run(arguments: argparse.Namespace) -> int:
    """Analyse. Returns 0; raises InputError for anything wrong in the files."""
    from headwater.cli.project import find_project, find_recipe, load_project
    from headwater.cli.saying import say, say_json, say_problems

    path = find_recipe(arguments.recipe) if arguments.recipe else find_project(arguments.project)
    folder = arguments.project if arguments.project.is_dir() else None
    project = load_project(path, data=arguments.data or folder)
    if arguments.dry_run:
        return _dry_run(project, as_json=arguments.json)
    outcome, problems = analyse(
        project,
        arguments.out,
        engine=engine_of(arguments.engine),
        store=arguments.store,
        forms=forms_of(arguments.form),
        quiet=arguments.json,
        unseen=arguments.unseen.strip(),
    )
    if arguments.json:
        say_json({"ok": True, **outcome, "problems": [asdict(problem) for problem in problems]})
        return 0
    say_problems(problems)
    for line in outcome["said"]:
        say(line)
    if "ledger" in outcome:
        if outcome["began_anew"]:
            say(f"Began anew, for nobody has seen what was released before: {', '.join(outcome['began_anew'])}.")
        say(f"The ledger of what was released is in {outcome['ledger']}. Keep it with the project.")
    say(f"Everything released is in {arguments.out}")
    return 0


def engine_of(name: str | None) -> str:
    """Return the engine named, else that of HEADWATER_ENGINE, else the first. Raises InputError for an unknown one."""
    from headwater.vocab import InputError

    chosen = name or os.environ.get("HEADWATER_ENGINE") or ENGINES[0]
    if chosen not in ENGINES:
        raise InputError(f"HEADWATER_ENGINE is {chosen!r}. Choose from {', '.join(ENGINES)}.")
    return chosen


def forms_of(text: str) -> tuple[str, ...]:
    """Return the forms named, checked. Raises InputError for one there is not."""
    from headwater.reports import RENDERERS
    from headwater.vocab import InputError

    forms = tuple(form.strip() for form in text.split(",") if form.strip() and form.strip() != "none")
    unknown = [form for form in forms if form not in RENDERERS]
    if unknown:
        raise InputError(f"there is no form {unknown[0]!r}. Choose from {', '.join(RENDERERS)}, or none.")
    return forms


def analyse(
    project: Project,
    out: Path,
    *,
    engine: str | None = None,
    store: Path | None = None,
    forms: Sequence[str] = (),
    quiet: bool = False,
    unseen: str = "",
) -> tuple[dict[str, Any], list[Problem]]:
    """Analyse a project into a result folder. Returns what was made, for people and programs, and the warnings.

    What is shown is entered in the ledgers before the folder takes its place: a release that nobody got to see makes a
    ledger stricter, never laxer.
    """
    from headwater.cli.answering import analyse_answers
    from headwater.cli.injury_rates import analyse_injuries
    from headwater.cli.linking import find_links
    from headwater.cli.results import result_folder, write_project
    from headwater.cli.saying import step
    from headwater.cli.sealing import answer_store
    from headwater.cli.tabling import analyse_distributions, analyse_panels
    from headwater.formats.unit_periods import join

    said: list[str] = []
    problems: list[Problem] = []
    made: dict[str, Any] = {"out": str(out)}
    with answer_store(store) as sealed, result_folder(out) as folder:
        answers: AnswersResult | None = None
        panel: UnitPeriods | None = None
        if project.answers or project.services:
            with step("reading, sealing and scoring answers", quiet=quiet):
                ledgers = ledgers_of(project, out, store)
                answers = analyse_answers(project, sealed, ledgers, engine=engine, unseen=unseen)
            problems += answers.problems
            made |= _write_books(answers, folder, said)
        if project.injuries is not None:
            with step("rating injuries", quiet=quiet):
                problems += analyse_injuries(project, None if answers is None else answers.tree, folder, said)
        for parts, function in ((project.panels, analyse_panels), (project.distributions, analyse_distributions)):
            if parts:
                with step("reading tables", quiet=quiet):
                    tables = function(project)
                panel = tables.panel if panel is None else join(panel, tables.panel).table
                problems += tables.problems
                _write_tables(tables, folder, said)
        with step("finding links", quiet=quiet):
            findings, refused = find_links(project, answers, panel)
        if findings:
            river = make_river(project, findings)
            made["river"] = _write_river(river, project, folder, forms, said, quiet=quiet)
        for what, why in refused:
            said.append(f"Refused, {what}: {why}")
        made["refused"] = [{"link": what, "why": why} for what, why in refused]
        write_project(
            folder,
            {
                "organisation": project.organisation,
                "period": project.period,
                "unit": project.unit,
                "units": project.units,
                "brand": str((project.folder / project.brand).resolve()) if project.brand else "",
                "refused": made["refused"],
            },
        )
        if answers is not None:
            with step("entering the release in the ledger", quiet=quiet):
                for proposal in answers.proposals:
                    proposal.commit()
                sealed.settle()
            made["ledger"] = str(ledgers.folders[0])
            made["began_anew"] = [
                f"{proposal.book.study.key}/{proposal.book.wave.key}"
                for proposal in answers.proposals
                if proposal.outcome.anew
            ]
    made["said"] = said
    return made, [problem for problem in problems if problem.severity != "note"]


def ledgers_of(project: Project, out: Path, store: Path | None) -> Ledgers:
    """Return where the ledgers of a project lie: beside the project file, and in the store where answers are kept.

    A recipe has no project file of the user's, and some folders cannot be written: then beside the result folder.
    """
    from headwater.cli.sealing import LEDGERS, SUMS
    from headwater.formats.chain_spec import RECIPES
    from headwater.scoring import Ledgers

    home = project.home
    if home == RECIPES or not os.access(home, os.W_OK):
        home = out.absolute().parent
    beside = home / HOME / LEDGERS
    return Ledgers((beside,)) if store is None else Ledgers((beside, store / LEDGERS), store / SUMS)


def make_river(project: Project, findings: Sequence[LinkFinding]) -> River:
    """Make the River of a project from its links."""
    from headwater.chain import RiverHead, build_river

    places = {place.key: place for finding in findings for place in (finding.source, finding.target)}
    head = RiverHead(
        organisation=project.organisation,
        period=project.period,
        unit=project.unit,
        units=project.units,
        period_word=project.period_word,
        periods=project.periods,
        sources=project.sources,
    )
    ordered = [places[place.key] for place in project.places if place.key in places]
    return build_river(head, ordered, findings, unknowns=project.unknowns)


def _dry_run(project: Project, *, as_json: bool) -> int:
    from headwater.cli.answering import read_deliveries
    from headwater.cli.injury_rates import read_project_injuries
    from headwater.cli.saying import say, say_json, say_problems
    from headwater.cli.tabling import analyse_distributions, analyse_panels
    from headwater.vocab import InputError

    problems: list[Problem] = []
    readers: tuple[tuple[Sequence[object], Callable[[], Sequence[Problem]]], ...] = (
        ((*project.answers, *project.services), lambda: read_deliveries(project)[2]),
        (project.panels, lambda: analyse_panels(project).problems),
        (project.distributions, lambda: analyse_distributions(project).problems),
        ((project.injuries,) if project.injuries else (), lambda: read_project_injuries(project)[2]),
    )
    for parts, read in readers:
        if parts:
            try:
                problems.extend(read())
            except InputError as error:
                problems.extend(error.problems)
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        say_json({"ok": errors == 0, "problems": [asdict(problem) for problem in problems]})
    else:
        say_problems(problems)
        say(f"{errors} errors, {len(problems) - errors} warnings and notes. Nothing was written.")
    return InputError.exit_code if errors else 0


def _write_books(answers: AnswersResult, folder: Path, said: list[str]) -> dict[str, Any]:
    from headwater.cli.releasing import write_releases
    from headwater.cli.results import book_folder, services_folder
    from headwater.scoring import save_book, save_services
    from headwater.scoring.services import all_books

    books = []
    for study in answers.studies:
        said.append(f"{study.study.title}: {study.rows_kept} of {study.rows_read} rows kept")
        for book in study.books:
            save_book(book, book_folder(folder, book.study.key, book.wave.key))
            shown = int(book.everybody.shown.any(axis=1).sum())
            books.append(
                {"study": book.study.key, "wave": book.wave.key, "units": len(book.tree), "units_shown": shown}
            )
            said.append(
                f"  {book.wave.title}: {shown} of {len(book.tree)} units can be shown safely (k = {book.study.k})"
            )
        for services in study.services:
            save_services(services, services_folder(folder, study.study.key, services.wave.key))
            shown = sum(bool(book.everybody.shown[0].any()) for book in services.books)
            said.append(f"  {services.wave.title}: {shown} of {len(services.books)} serving units can be shown safely")
    write_releases([book for study in answers.studies for book in (*study.books, *all_books(study.services))], folder)
    return {"books": books}


def _write_tables(tables: TablesResult, folder: Path, said: list[str]) -> None:
    from headwater.cli.results import REPORTS
    from headwater.cli.tabling import write_published

    if tables.published:
        files = write_published(tables.published, folder / REPORTS)
        units = {unit for part in tables.published for unit in part.units}
        said.append(
            f"Percent positive as published for {len(units)} units and {len(tables.published)} questions by period: "
            f"{files[0].name}, {files[1].name}"
        )


def _stream_line(stream: Stream) -> str:
    """Say a stream with the ranges it rests on."""
    from headwater.chain import with_range

    parts = []
    if stream.water is not None:
        parts.append(f"{stream.water.design} {with_range(stream.water)}")
    if stream.dry_bed is not None:
        parts.append(f"{stream.dry_bed.design} {with_range(stream.dry_bed)}")
    return f"{stream.sentence} [{'; '.join(parts)}]" if parts else stream.sentence


def _write_river(
    river: River, project: Project, folder: Path, forms: Sequence[str], said: list[str], *, quiet: bool
) -> dict[str, Any]:
    from headwater.chain import save_river
    from headwater.cli.branding import brand_of
    from headwater.cli.results import RELEASED, REPORTS, RIVER
    from headwater.cli.saying import step
    from headwater.reports import RENDERERS
    from headwater.reports import REPORTS as BUILDERS

    save_river(river, folder / RELEASED / RIVER)
    said.append(river.title)
    said.extend(f"  {_stream_line(stream)}" for stream in river.streams)
    if forms:
        with step("drawing the River", quiet=quiet):
            document = BUILDERS["river"](river, brand_of(project.folder / project.brand if project.brand else None))
            (folder / REPORTS).mkdir(exist_ok=True)
            for form in forms:
                RENDERERS[form](document, folder / REPORTS / f"river.{form}")
    return {
        "title": river.title,
        "streams": [
            {
                "from": stream.source,
                "to": stream.target,
                "sentence": stream.sentence,
                "dry_bed": None if stream.dry_bed is None else asdict(stream.dry_bed),
                "water": None if stream.water is None else asdict(stream.water),
            }
            for stream in river.streams
        ],
    }
