"""`headwater demo`: a sample organisation, every leader's reports, the River, and the audit's verdict."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

EPILOG = """examples:
  headwater demo
  headwater demo my-demo --people 400 --form pptx
"""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("folder", type=Path, nargs="?", default=Path("demo"), help="where it is built (demo)")
    parser.add_argument("--people", type=int, default=2_000, help="people in the organisation (2,000)")
    parser.add_argument("--customers", type=int, default=20_000, help="customers who answer in each wave (20,000)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same demo (1)")
    parser.add_argument("--form", default="pptx,xlsx,pdf,html", help="forms of every leader's report")


def run(arguments: argparse.Namespace) -> int:
    """Build the demo. Returns the audit's exit code."""
    from headwater.cli.analyse import analyse, forms_of
    from headwater.cli.audit import audit, say_verdict
    from headwater.cli.branding import brand_of
    from headwater.cli.project import PROJECT_FILE, load_project
    from headwater.cli.report import beside, choose_book, make_reports
    from headwater.cli.results import REPORTS
    from headwater.cli.saying import say, say_json, step
    from headwater.cli.simulate import write_world
    from headwater.simulation import SimulationPlan, simulate

    forms = forms_of(arguments.form)
    quiet = arguments.json
    with tempfile.TemporaryDirectory(prefix="headwater-demo-") as place:
        world = Path(place) / "world"
        with step("drawing an organisation with a known truth", quiet=quiet):
            drawn = simulate(SimulationPlan(arguments.people, arguments.customers, seed=arguments.seed))
        write_world(drawn, world, quiet=quiet)
        outcome, _ = analyse(load_project(world / PROJECT_FILE), arguments.folder, forms=forms, quiet=quiet)
    brand = brand_of(None)
    book = choose_book(arguments.folder, "people", None)
    leaders, more = arguments.folder / REPORTS / "leaders", beside(arguments.folder, book)
    with step(f"making reports for {len(book.tree)} leaders", quiet=quiet):
        files = make_reports(
            book, range(len(book.tree)), kind="leader", forms=forms, brand=brand, out=leaders, quiet=quiet, beside=more
        )
    with step("making the action list and the analyst's workbook", quiet=quiet):
        for kind, form in (("actions", "xlsx"), ("workbook", "xlsx")):
            make_reports(
                book,
                [0],
                kind=kind,
                forms=[form],
                brand=brand,
                out=arguments.folder / REPORTS,
                quiet=quiet,
                beside=more,
            )
    with step("attacking what was released", quiet=quiet):
        verdict = audit(arguments.folder)
    if arguments.json:
        say_json({"ok": verdict.clean, "folder": str(arguments.folder), "leader_files": len(files), **outcome})
        return verdict.exit_code
    for line in outcome["said"]:
        say(line)
    say_verdict(verdict)
    say()
    say(f"Open {arguments.folder / REPORTS}:")
    say(f"  leaders/    {len(files)} files, a deck, sheet, PDF and page for each of {len(book.tree)} leaders")
    if "river" in outcome:
        say("  river.*     the whole chain as one picture")
    say("  workbook-*  every released number, for analysts")
    return verdict.exit_code
