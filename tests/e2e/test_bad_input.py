"""Whatever comes in: a message with place and remedy, exit code 2, nothing written, what was there left as it was."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.e2e.outcomes import digest, run
from tests.world import ITEMS, PROJECT, UNITS, answer_rows, organisation_rows, world_folder

from headwater.scoring import load_book
from headwater.vocab import Estimate

Make = Callable[[Path], Path]
ROWS = answer_rows()
PEOPLE = organisation_rows()
SCORES = """\
organisation: The companies
answers:
  - {study: s, file: FILE, mapping: {unit: GRP, wave_key: "1", scores: {LEAD: LEAD, WELL: WELL}}}
places:
  LEAD: {label: Leadership, lens: lx}
  WELL: {label: Well-being, lens: ex}
links: [[LEAD, WELL]]
"""


def file(name: str, content: bytes) -> Make:
    """The cast with one of its files replaced."""

    def make(place: Path) -> Path:
        world_folder(place)
        (place / name).write_bytes(content)
        return place

    return make


def project(old: str, new: str) -> Make:
    """The cast with something else in its project file."""
    assert old in PROJECT
    return lambda place: world_folder(place, project=PROJECT.replace(old, new))


def answers(rows: Sequence[tuple[object, ...]], mapping: str = "wave: wave") -> Make:
    """The cast with other answers."""
    return lambda place: world_folder(place, answers=rows, project=PROJECT.replace("wave: wave", mapping))


def people(rows: Sequence[tuple[str, ...]]) -> Make:
    """The cast with other people."""
    return lambda place: world_folder(place, people=rows)


def scores(name: str, content: bytes) -> Make:
    """A project of ready-made scores without an organisation file."""

    def make(place: Path) -> Path:
        place.mkdir()
        (place / name).write_bytes(content)
        (place / "headwater.yaml").write_text(SCORES.replace("FILE", name), encoding="utf-8")
        return place

    return make


def mixed_encodings(place: Path) -> Path:
    lines = (world_folder(place) / "answers.csv").read_bytes().split(b"\r\n")
    lines[3], lines[4] = lines[3].replace(b"LF", b"L\xe9"), lines[4].replace(b"LF", "Lé".encode())
    (place / "answers.csv").write_bytes(b"\r\n".join(lines))
    return place


def twice_the_same_id(place: Path) -> Path:
    rows = [*ROWS, ROWS[1]]
    world_folder(place, answers=rows, project=PROJECT.replace("wave: wave", "wave: wave, response: id"))
    lines = (place / "answers.csv").read_text(encoding="utf-8").splitlines()
    numbered = [f"r{number % len(ROWS)},{line}" for number, line in enumerate(lines[1:])]
    (place / "answers.csv").write_text("\n".join([f"id,{lines[0]}", *numbered]), encoding="utf-8")
    return place


def zip_bomb(place: Path) -> Path:
    scores("a.xlsx", b"")(place)
    with zipfile.ZipFile(place / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<x/>")
        package.writestr("xl/worksheets/sheet1.xml", bytes(40_000_000))
    return place


def nothing_there(place: Path) -> Path:
    place.mkdir()
    return place


def in_a_circle(rows: list[tuple[str, str, str, str, str]]) -> list[tuple[str, ...]]:
    return [(person, name, "L-N1" if person == "L-LF" else boss, *rest) for person, name, boss, *rest in rows]


MILLION = ",".join(["unit", "wave", *(f"c{number}" for number in range(1_000_000))]).encode()
COMMA = "\n".join(["GRP,LEAD,WELL", *(f'{row % 10},"1,23{row % 9}","3,456"' for row in range(100))]).encode()

CASES: dict[str, tuple[Make, tuple[str, ...]]] = {
    "an empty file": (file("answers.csv", b""), ("answers.csv", "empty", "Give a file")),
    "a header alone": (answers([]), ("answers.csv", "no row below it", "Add at least one row")),
    "an empty organisation": (file("organisation.csv", b""), ("organisation.csv", "empty")),
    "a million columns": (file("answers.csv", MILLION), ("answers.csv, row 1", "1,000,002 columns", "on its side")),
    "nulls": (file("answers.csv", bytes(5_000)), ("answers.csv",)),
    "two encodings": (mixed_encodings, ("answers.csv, row 4", "row 5 is UTF-8", "Save the file again")),
    "two readings of a comma": (scores("a.csv", COMMA), ("a.csv, column LEAD", "two ways", 'Say `decimal: ","`')),
    "the same id twice": (twice_the_same_id, ("answers.csv, row 242, column id", "'r0'", "row 2", "Keep one")),
    "unknown units": (
        answers([*ROWS, ("N9", *ROWS[0][1:]), ("N1x", *ROWS[0][1:])]),
        ("answers.csv, row 242, column unit", "no unit 'N9'", "row 243, column unit", "Did you mean 'N1'?"),
    ),
    "an answer outside the scale": (
        answers([*ROWS, (*ROWS[0][:2], 9, *ROWS[0][3:])]),
        ("answers.csv, row 242, column lx_listens", "'9' is no answer of the scale 1 to 5", "Correct it"),
    ),
    "nobody answered anything": (
        answers([(*row[:2], *[""] * len(ITEMS)) for row in ROWS]),
        ("answers.csv", "no row holds any answer", "Check the columns"),
    ),
    "a wave with nobody": (
        answers(list(ROWS), "wave: wave, waves: {2026-1: a, 2026-2: b, 2026-3: c}"),
        ("answers.csv", "wave 'c' has nobody in it", "Drop the wave"),
    ),
    "a zip bomb": (zip_bomb, ("a.xlsx", "zip bomb", "Give the table as CSV")),
    "a sheet that is none": (scores("a.xlsx", b"PK\x03\x04 no sheet"), ("a.xlsx", "damaged", "save it again")),
    "no project file": (nothing_there, ("holds no headwater.yaml", "--recipe")),
    "a project file that is a list": (file("headwater.yaml", b"- a\n- b\n"), ("headwater.yaml", "`name: value`")),
    "a project file that is no YAML": (file("headwater.yaml", b"a: [b\n"), ("headwater.yaml, row", "colons")),
    "a misspelt key": (project("promise:", "promis:"), ("headwater.yaml: `promis`", "Did you mean `promise`?")),
    "a misspelt key of a mapping": (
        project("wave: wave", "wve: wave"),
        ("headwater.yaml, mapping of answers.csv: `wve`", "Did you mean `wave`?"),
    ),
    "a missing file of answers": (project("file: answers.csv", "file: nobody.csv"), ("nobody.csv", "Check the path")),
    "a missing organisation": (project("people: organ", "people: no-organ"), ("no-organisation.csv", "Check the path")),
    "a missing brand": (project("period:", "brand: no.yaml\nperiod:"), ("headwater.yaml: `brand`", "Check the path")),
    "an unknown questionnaire": (project("lx_core,", "lx_cor,"), ("'lx_cor'", "lx_core")),
    "an unknown place": (project("ex_engagement]", "ex_engagment]"), ("`links`", "Did you mean 'ex_engagement'?")),
    "a k of two": (project("promise:", "k: 2\npromise:"), ("headwater.yaml: `k` is 2", "at least 3")),
    "a k that is no number": (project("promise:", "k: five\npromise:"), ("`k` must be a number",)),
    "half a person": (project("promise:", "k: 5.5\npromise:"), ("`k` must be a whole number",)),
    "comments for fewer than ratings": (project("promise:", "comment_k: 4\npromise:"), ("`comment_k` is 4, below",)),
    "a promise nobody knows": (project("anonymous", "secret"), ("`promise` must be one of anonymous",)),
    "a scale upside down": (
        project("lens: ex,", "lens: ex, low: 5, high: 1,"),
        ("`places.ex_engagement` runs from 5 to 1",),
    ),
    "an index of nothing": (project("period:", "indexes: {x: []}\nperiod:"), ("`indexes.x` names no items",)),
    "a study twice": (
        project("places:", "  - {study: people, file: answers.csv, mapping: {unit: unit}}\nplaces:"),
        ("`answers.2`", "a second time", "own key"),
    ),
    "a label for no cut": (project("study: people", "study: people\n    cuts: {area: Area}"), ("the cut 'area'",)),
    "a study that leaves the folder": (project("study: people", "study: ../people"), ("'../people'", "letters")),
    "nothing to analyse": (lambda place: world_folder(place, project="organisation: x\n"), ("names nothing",)),
    "two heads": (
        people([*PEOPLE, ("X", "Second head", "", "", "")]),
        ("organisation.csv, row 123", "L-LF (row 2), X (row 123)", "Give all but one a manager"),
    ),
    "a circle": (people(in_a_circle(PEOPLE)), ("organisation.csv, row 2", "in a circle", "Correct the manager")),
    "an orphan": (
        people([*PEOPLE, ("X", "Lost", "L-GONE", "", "")]),
        ("organisation.csv, row 123", "'L-GONE' of X is nobody", "Add the manager"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_by_place_and_remedy(name: str, tmp_path: Path) -> None:
    make, said = CASES[name]
    folder = make(tmp_path / "project")
    before = digest(tmp_path)
    refused = run("analyse", folder, "--out", tmp_path / "result")
    assert refused.code == 2, (refused.out, refused.err)
    assert not [part for part in said if part not in refused.err], refused.err
    assert "Traceback" not in refused.err
    assert digest(tmp_path) == before


@pytest.mark.parametrize("name", CASES)
def test_as_json_it_says_the_same_and_an_earlier_result_stays(name: str, tmp_path: Path) -> None:
    folder = CASES[name][0](tmp_path / "project")
    (tmp_path / "result").mkdir()
    (tmp_path / "result/project.json").write_text('{"organisation": "earlier"}', encoding="utf-8")
    before = digest(tmp_path)
    refused = run("analyse", folder, "--out", tmp_path / "result", "--json")
    assert refused.code == 2
    said = json.loads(refused.out)
    assert said["ok"] is False
    assert any(problem["severity"] == "error" and problem["message"] for problem in said["problems"])
    assert digest(tmp_path) == before


@pytest.mark.parametrize("name", ["unknown units", "an orphan", "an answer outside the scale"])
def test_a_dry_run_lists_the_same_problems(name: str, tmp_path: Path) -> None:
    make, said = CASES[name]
    refused = run("analyse", make(tmp_path / "project"), "--dry-run")
    assert refused.code == 2
    assert not [part for part in said if part not in refused.out], refused.out
    assert "Nothing was written." in refused.out


def test_sealed_answers_cut_in_half_are_named_and_left(tmp_path: Path) -> None:
    folder, store = world_folder(tmp_path / "project"), tmp_path / "store"
    command = ("analyse", folder, "--form", "none", "--store", store, "--out")
    assert run(*command, tmp_path / "result").code == 0
    part = sorted(store.glob("answers/*/*/part-*.parquet"))[0]
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    before = digest(tmp_path)
    refused = run(*command, tmp_path / "result")
    assert refused.code == 2
    assert part.name in refused.err
    assert "Restore it from a backup." in refused.err
    assert digest(tmp_path) == before


def test_corrected_answers_are_not_added_to_the_ones_they_replace(tmp_path: Path) -> None:
    folder, store = world_folder(tmp_path / "project"), tmp_path / "store"
    command = ("analyse", folder, "--form", "none", "--store", store, "--out", tmp_path / "result")
    assert run(*command).code == 0
    world_folder(folder, answers=[(*row[:2], 3, *row[3:]) for row in ROWS])
    before = digest(tmp_path)
    refused = run(*command)
    assert refused.code == 2
    assert "wave '2026-1' of study 'people' is not released" in refused.err
    assert "the earlier results stand" in refused.err
    assert digest(tmp_path) == before


def test_an_engine_nobody_knows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world_folder(tmp_path / "project")
    monkeypatch.setenv("HEADWATER_ENGINE", "abacus")
    refused = run("analyse", folder, "--out", tmp_path / "result")
    assert refused.code == 2
    assert "HEADWATER_ENGINE is 'abacus'. Choose from duckdb, spark." in refused.err
    assert run("analyse", folder, "--out", tmp_path / "result", "--form", "none", "--engine", "duckdb").code == 0


def test_somebodys_own_folder_is_never_replaced(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work", encoding="utf-8")
    for out in (tmp_path / "mine", tmp_path / "mine/thesis.txt", folder):
        refused = run("analyse", folder, "--out", out)
        assert refused.code == 2
        assert "holds other files" in refused.err
    assert (tmp_path / "mine/thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_disk_that_refuses_is_said_without_a_traceback(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project")
    (tmp_path / "file").write_text("", encoding="utf-8")
    failed = run("analyse", folder, "--out", tmp_path / "file/result")
    assert failed.code == 1
    assert "file" in failed.err
    assert "Traceback" not in failed.err


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    plain = (world_folder(tmp_path / "plain") / "answers.csv").read_bytes()
    marked = file("answers.csv", b"\xef\xbb\xbf" + plain)(tmp_path / "marked")
    shown = []
    for folder in (tmp_path / "plain", marked):
        made = run("analyse", folder, "--out", tmp_path / f"{folder.name}-out", "--form", "none", "--json")
        assert made.code == 0, made.err
        shown.append([book["units_shown"] for book in json.loads(made.out)["books"]])
    assert shown[0] == shown[1]
    assert min(shown[0]) > 1


def test_decimal_commas_are_read_as_numbers(tmp_path: Path) -> None:
    rows = ["GRP;LEAD;WELL", *(f"{row % 10};{2 + row % 3},5;3,{row % 9}" for row in range(100))]
    folder = scores("a.csv", "\n".join(rows).encode())(tmp_path / "project")
    assert run("analyse", folder, "--out", tmp_path / "out", "--form", "none").code == 0
    book = load_book(tmp_path / "out/released/books/s/1")
    column = next(number for number, column in enumerate(book.columns) if column.subject == "LEAD")
    mean = sum(2.5 + row % 3 for row in range(100)) / 100
    found = book.at(0, column)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(mean, abs=1e-4)


def test_one_unit_gives_a_result_without_comparisons(tmp_path: Path) -> None:
    folder = answers([row for row in ROWS if row[0] == "N1"])(tmp_path / "project")
    made = run("analyse", folder, "--out", tmp_path / "out", "--form", "none", "--json")
    assert made.code == 0
    said = json.loads(made.out)
    assert "one unit, 'N1'" in said["problems"][0]["message"]
    assert [link["link"] for link in said["refused"]] == ["Leaders one can trust and Engaged people"]
    assert "river" not in said


def test_one_respondent_gives_a_result_that_shows_nothing(tmp_path: Path) -> None:
    made = run(
        "analyse", answers(ROWS[:1])(tmp_path / "project"), "--out", tmp_path / "out", "--form", "none", "--json"
    )
    assert made.code == 0
    said = json.loads(made.out)
    assert [(book["units"], book["units_shown"]) for book in said["books"]] == [(len(UNITS), 0)]
    book = load_book(tmp_path / "out/released/books/people/2026-1")
    assert not book.everybody.shown.any()


def test_an_item_nobody_answered_is_left_out_with_a_warning(tmp_path: Path) -> None:
    folder = answers([(*row[:-1], "") for row in ROWS])(tmp_path / "project")
    made = run("analyse", folder, "--out", tmp_path / "out", "--form", "none", "--json")
    assert made.code == 0
    warned = [problem["message"] for problem in json.loads(made.out)["problems"] if problem["severity"] == "warning"]
    assert warned == [f"nobody answered the item {ITEMS[-1]}."]
    book = load_book(tmp_path / "out/released/books/people/2026-1")
    columns = [number for number, column in enumerate(book.columns) if column.subject == ITEMS[-1]]
    assert not book.everybody.shown[:, columns].any()
