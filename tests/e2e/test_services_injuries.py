"""Internal service and injuries from files to reports: read, refused where wrong, released, audited, shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook
from tests.e2e.outcomes import Outcome, run

from headwater.cli.injuring import InjuriesSpec, read_injuries
from headwater.cli.results import load_all_services, load_books, load_injury_rates
from headwater.org import number_units
from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import load_releases, release_table
from headwater.reports.brand import Brand
from headwater.reports.builders.leader import leader_report
from headwater.reports.document import DotIntervals, HeatMap, Table
from headwater.vocab import Estimate, InputError

TREE = number_units(("all", "yard", "line"), ("", "all", "all"), ("All", "The Yard", "The Line"))
COLUMNS = {name: name for name in ("unit", "period", "hours", "deaths", "days_away", "restricted", "other")}


@pytest.fixture(name="world", scope="module")
def world_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "world"
    assert run("simulate", folder, "--people", "300", "--customers", "400", "--waves", "2", "--seed", "5").code == 0
    return folder


@pytest.fixture(name="result", scope="module")
def result_(world: Path) -> tuple[Path, Outcome]:
    folder = world.parent / "result"
    outcome = run("analyse", world, "--out", folder, "--form", "none")
    assert outcome.code == 0, outcome.err
    return folder, outcome


def test_servers_are_released_one_by_one_and_audited(result: tuple[Path, Outcome]) -> None:
    folder, outcome = result
    services = load_all_services(folder)
    assert [one.wave.key for one in services] == ["2026-q1", "2026-q2"]
    assert re.search(r"\d+ of 7 serving units can be shown safely", outcome.out)
    told = {(table.study, table.wave) for table in load_releases(folder / "released" / "audit.parquet")}
    assert {(book.study.key, book.wave.key) for one in services for book in one.books} <= told
    audited = run("audit", folder)
    assert not [line for line in audited.out.splitlines() if "leak:" in line and "service" in line]


def test_a_total_over_servers_beside_them_is_found(result: tuple[Path, Outcome], world: Path, tmp_path: Path) -> None:
    """The same ratings scored over all servers at once: the auditor takes the servers out of it."""
    text = (world / "headwater.yaml").read_text(encoding="utf-8")
    block = re.search(r"services:\n(.*?)    server: server\n", text, re.DOTALL)
    assert block
    for path in world.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "injury-benchmark.yaml").write_bytes((world / "injury-benchmark.yaml").read_bytes())
    changed = text.replace(block.group(0), "").replace("answers:\n", "answers:\n" + block.group(1), 1)
    (tmp_path / "headwater.yaml").write_text(changed, encoding="utf-8")
    assert run("analyse", tmp_path, "--out", tmp_path / "out", "--form", "none").code == 0
    both = [
        *load_releases(result[0] / "released" / "audit.parquet"),
        *(release_table(book) for book in load_books(tmp_path / "out") if book.study.key == "service"),
    ]
    assert audit_releases(both).of("servers_subtracted")
    apart = [table for table in both if table.study != "service"]
    assert not audit_releases(apart).of("servers_subtracted")


def test_leaders_see_how_they_serve_and_who_was_hurt(result: tuple[Path, Outcome]) -> None:
    folder, _ = result
    book = next(one for one in reversed(load_books(folder)) if one.study.key == "people")
    services, injuries = load_all_services(folder)[-1], load_injury_rates(folder)
    assert injuries is not None
    assert injuries.period().partial
    server = next(one for one in services.servers
                  if isinstance(services.books[services.position[one]].at(0, 0), Estimate))  # fmt: skip
    own = leader_report(book, server, Brand(), services=services, injuries=injuries)
    page = next(section for section in own.sections if section.kicker == "Internal service")
    assert page.heading.startswith("Those you serve rate your service")
    assert isinstance(page.blocks[0], DotIntervals)
    assert page.blocks[0].rows[0].label == "All you serve"
    top = leader_report(book, 0, Brand(), services=services, injuries=injuries)
    matrix = next(section for section in top.sections if section.kicker == "Internal service").blocks[0]
    assert isinstance(matrix, HeatMap)
    assert {row.label for row in matrix.rows} == {
        services.tree.names[services.tree.index_of[one]] for one in services.servers
    }
    hurt = next(section for section in top.sections if section.kicker == "Injuries").blocks[0]
    assert isinstance(hurt, Table)
    assert len(hurt.rows) == 3
    teams = [unit for unit in range(len(book.tree)) if book.nearest_shown(unit) != unit]
    assert teams
    small = leader_report(book, teams[0], Brand(), injuries=injuries)
    assert any(section.kicker == "Injuries" for section in small.sections)


def test_the_workbook_holds_them_with_their_sentences(result: tuple[Path, Outcome]) -> None:
    folder, _ = result
    made = run("report", folder, "--kind", "workbook", "--form", "xlsx", "--json")
    path = Path(json.loads(made.out)["files"][0])
    sheets = load_workbook(path)
    assert {"Response", "Service", "Injuries"} <= set(sheets.sheetnames)
    words = [str(row[-1].value) for row in sheets["Service"].iter_rows()]
    assert any("rated by all it serves" in text for text in words)
    assert any("of those asked answered" in str(row[-1].value) for row in sheets["Response"].iter_rows())
    assert any(str(row[-1].value).startswith("TRIR per 200,000 hours") for row in sheets["Injuries"].iter_rows())


def read(folder: Path, text: str, **more: float) -> object:
    path = folder / "injuries.csv"
    path.write_text(text, encoding="utf-8")
    return read_injuries(path, InjuriesSpec(path.name, COLUMNS, more), TREE)


HEADER = "unit,period,hours,deaths,days_away,restricted,other\n"


def test_a_good_file_of_injuries_is_read(tmp_path: Path) -> None:
    rows = "yard,2025,1000,0,1,0,2\nThe Line,2025,500.5,0,0,0,0\nyard,2024,900,1,0,0,0\n"
    path = tmp_path / "injuries.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    periods, _ = read_injuries(path, InjuriesSpec(path.name, COLUMNS, {"": 12, "2025": 7}), TREE)
    assert [(one.key, one.months) for one in periods] == [("2024", 12), ("2025", 7)]
    assert np.array_equal(periods[1].hours, [0, 1000, 500.5])
    assert np.array_equal(periods[1].days_away, [0, 1, 0])


@pytest.mark.parametrize(
    ("row", "words", "column"),
    [
        ("yard,2025,0,0,0,0,0\n", "without hours", "hours"),
        ("yard,2025,-5,0,0,0,0\n", "without hours", "hours"),
        ("yard,2025,many,0,0,0,0\n", "not a number", "hours"),
        ("yard,2025,,0,0,0,0\n", "empty", "hours"),
        ("yard,2025,10,0,1.5,0,0\n", "number of cases", "days_away"),
        ("yard,2025,10,0,0,-1,0\n", "number of cases", "restricted"),
        ("shed,2025,10,0,0,0,0\n", "no unit", "unit"),
        ("yard,,10,0,0,0,0\n", "names no period", "period"),
        ("line,2025,10,0,0,0,0\n", "already in row", ""),
    ],
)
def test_a_wrong_row_is_named_by_file_row_and_column(tmp_path: Path, row: str, words: str, column: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, f"{HEADER}line,2025,10,0,0,0,0\n{row}")
    problem = next(one for one in refused.value.problems if words in one.message)
    assert (problem.file, problem.row, problem.column) == ("injuries.csv", 3, column)


def test_a_file_without_hours_or_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hours"):
        read(tmp_path, "unit,period,other\nyard,2025,1\n")
    with pytest.raises(InputError, match="days_away"):
        read(tmp_path, "unit,period,hours\nyard,2025,1\n")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    server: server\n", "", "server"),
        ("    server: server\n", "    server: unit\n", "rate"),
        ("  months: 3\n", "  months: 13\n", "months"),
        ("people: organisation.csv\n", "", "needs the organisation"),
        ("  benchmark: injury-benchmark.yaml\n", "  benchmark: none.yaml\n", "no file"),
    ],
)
def test_a_wrong_project_is_refused(world: Path, tmp_path: Path, old: str, new: str, words: str) -> None:
    text = (world / "headwater.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "headwater.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    outcome = run("analyse", path, "--data", world, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert words in outcome.err
    assert not (tmp_path / "out").exists()
