"""The fixed cast from files to reports: what is shown, what is withheld, and that it is the same every time."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.outcomes import Analysed, digest, run
from tests.world import PEOPLE, TINY, UNITS, WAVES, answer_rows, world_folder

from headwater.scoring import load_book
from headwater.vocab import Estimate, Withheld

FORMS = ("pptx", "xlsx", "pdf", "html")


def test_the_result_holds_a_book_a_wave_the_river_and_no_answers(cast: Analysed) -> None:
    files = {path for path, content in digest(cast.result).items() if content}
    assert {f"released/books/people/{wave}/book.json" for wave in WAVES} <= files
    assert {"project.json", "released/river.json", *(f"reports/river.{form}" for form in FORMS)} <= files
    assert not [path for path in files if "answers" in path or "comments" in path or path.endswith(".csv")]
    assert cast.outcome.err.count("Traceback") == 0


def test_released_numbers_are_those_of_the_file(cast: Analysed) -> None:
    book = load_book(book_of(cast.result, WAVES[1]))
    column = next(i for i, c in enumerate(book.columns) if (c.subject, c.measure) == ("lx_listens", "mean"))
    assert book.tree.ids == tuple(UNITS)
    for unit in ("LF", "NORTH", "N1"):
        below = {book.tree.ids[row] for row in range(*book.tree.subtree(book.tree.index_of[unit]).indices(len(UNITS)))}
        codes = [int(row[2]) for row in answer_rows() if row[1] == WAVES[1] and row[0] in below]
        found = book.at(book.tree.index_of[unit], column)
        if isinstance(found, Estimate):
            assert found.n == len(codes)
            assert found.value == pytest.approx(sum(codes) / len(codes), abs=1e-9)
    whole = book.at(0, column)
    assert isinstance(whole, Estimate)
    assert whole.n == PEOPLE


def test_the_tiny_crew_is_withheld_with_the_nearest_unit_that_is_not(cast: Analysed) -> None:
    for wave in WAVES:
        book = load_book(book_of(cast.result, wave))
        for column in range(len(book.columns)):
            found = book.at(book.tree.index_of[TINY], column)
            assert isinstance(found, Withheld)
            assert found.nearest in {"NORTH", "LF"}


@pytest.fixture(scope="module")
def reported(cast: Analysed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of one crew in four forms, and the action list and workbook of the whole."""
    out = tmp_path_factory.mktemp("reports")
    made = run("report", cast.result, "--unit", "Grey heron", "--form", ",".join(FORMS), "--out", out, "--json")
    assert made.code == 0, made.err
    assert [Path(file).name for file in json.loads(made.out)["files"]] == [f"leader-N1.{form}" for form in FORMS]
    for kind in ("actions", "workbook"):
        assert run("report", cast.result, "--kind", kind, "--unit", "LF", "--form", "xlsx", "--out", out).code == 0
    return out


def test_a_leader_gets_four_forms_that_open(reported: Path) -> None:
    for form in ("pptx", "xlsx"):
        with zipfile.ZipFile(reported / f"leader-N1.{form}") as package:
            assert package.testzip() is None
            assert "[Content_Types].xml" in package.namelist()
    assert (reported / "leader-N1.pdf").read_bytes().startswith(b"%PDF-")
    page = (reported / "leader-N1.html").read_text(encoding="utf-8")
    assert "Grey heron" in page
    assert page.rstrip().endswith("</html>")
    assert {path.name for path in reported.glob("*LF.xlsx")} == {"actions-LF.xlsx", "workbook-LF.xlsx"}


def test_the_river_is_reported_again_from_what_was_released(cast: Analysed, tmp_path: Path) -> None:
    assert run("report", cast.result, "--kind", "river", "--form", "html", "--out", tmp_path).code == 0
    assert (tmp_path / "river.html").read_bytes() == (cast.result / "reports/river.html").read_bytes()


def test_the_auditor_finds_nothing_in_it(cast: Analysed, reported: Path, tmp_path: Path) -> None:
    result = tmp_path / "result"
    shutil.copytree(cast.result, result)
    shutil.copytree(reported, result / "reports", dirs_exist_ok=True)
    verdict = run("audit", result, "--json")
    said = json.loads(verdict.out)
    assert verdict.code == 0, verdict.out
    assert said["clean"] is True
    assert sum(said["checks"].values()) > 1_000


def test_twice_in_a_row_gives_the_same_bytes(cast: Analysed, tmp_path: Path) -> None:
    made = []
    for name in ("first", "second"):
        out = tmp_path / name
        again = run("analyse", cast.project, "--out", out, "--form", "none", "--store", tmp_path / "store")
        assert again.code == 0
        made.append((digest(out), [load_book(book_of(out, wave)).inputs_hash for wave in WAVES]))
    assert made[0] == made[1]
    assert all(made[0][1])


def test_sealed_anew_or_in_another_order_only_the_salted_names_differ(cast: Analysed, tmp_path: Path) -> None:
    """A hash of the answers themselves would let a reader try what a small crew may have said, so it is salted."""
    project = world_folder(tmp_path / "project", answers=reversed(answer_rows()))
    assert run("analyse", project, "--out", tmp_path / "result", "--form", "none").code == 0
    first, second = digest(cast.result / "released"), digest(tmp_path / "result/released")
    assert {path for path in first if first[path] != second.get(path)} <= {
        f"books/people/{wave}/book.json" for wave in WAVES
    }
    for wave in WAVES:
        nouns = [
            json.loads((book_of(place, wave) / "book.json").read_text()) for place in (cast.result, tmp_path / "result")
        ]
        assert differing(*nouns) <= {"inputs_hash", "sources"}


def book_of(result: Path, wave: str) -> Path:
    return result / "released/books/people" / wave


def differing(a: Any, b: Any, name: str = "") -> set[str]:
    """Return the names of the entries in which two JSON values differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        return set().union(*(differing(a.get(key), b.get(key), key) for key in a | b))
    return set() if a == b else {name}


def test_json_says_what_was_done_and_nothing_else(cast: Analysed, tmp_path: Path) -> None:
    made = run("analyse", cast.project, "--out", tmp_path / "result", "--form", "none", "--json")
    said = json.loads(made.out)
    assert made.err == ""
    assert said["ok"] is True
    assert [(book["wave"], book["units"], book["units_shown"] < len(UNITS)) for book in said["books"]] == [
        (wave, len(UNITS), True) for wave in WAVES
    ]
    assert said["river"]["streams"][0]["from"] == "lx_relationship"


def test_a_dry_run_writes_nothing(cast: Analysed, tmp_path: Path) -> None:
    outcome = run("analyse", cast.project, "--out", tmp_path / "result", "--dry-run", "--json")
    assert outcome.code == 0
    assert json.loads(outcome.out)["ok"] is True
    assert digest(tmp_path) == {}


def test_a_kept_store_is_read_again_and_not_doubled(cast: Analysed, tmp_path: Path) -> None:
    for _ in range(2):
        made = run(
            "analyse", cast.project, "--out", tmp_path / "result", "--form", "none", "--store", tmp_path / "store"
        )
        assert made.code == 0
        book = load_book(book_of(tmp_path / "result", WAVES[0]))
        found = book.at(0, 0)
        assert isinstance(found, Estimate)
        assert found.n == PEOPLE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--unit", "Grey hero"), "Did you mean 'Grey heron'"),
        (("--wave", "2031"), "It holds people/2026-1, people/2026-2"),
        (("--form", "docx"), "Choose from pptx, xlsx, pdf, html"),
        (("--brand", "no-such-brand.yaml"), "There is no such brand file"),
    ],
)
def test_report_refuses_what_it_does_not_know(
    cast: Analysed, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    refused = run("report", cast.result, *arguments, "--out", tmp_path / "out")
    assert refused.code == 2
    assert said in refused.err
    assert not (tmp_path / "out").exists()
