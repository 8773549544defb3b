"""`analyse` enters every release in a ledger, and refuses one that gives a few people away beside an earlier one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.e2e.outcomes import digest, run
from tests.world import PROJECT, UNITS, WAVES, answer_rows, organisation_rows, world_folder

from headwater.cli.analyse import ledgers_of
from headwater.cli.project import load_project
from headwater.formats.chain_spec import RECIPES
from headwater.intake import seal
from headwater.privacy import Ledger
from headwater.scoring import Proposal, load_book
from headwater.vocab import AnswerTable, Study, Wave

ROWS = answer_rows(waves=WAVES[:1])
STRICT = PROJECT.replace("promise: anonymous", "promise: anonymous\nk: 10")


def book_of(folder: Path) -> Path:
    return folder / f".headwater/ledgers/people/{WAVES[0]}.json"


def analyse(folder: Path, out: Path, *more: str | Path) -> tuple[int, str]:
    made = run("analyse", folder, "--out", out, "--form", "none", *more)
    return made.code, made.err + made.out


def moved(unit: str, above: str) -> list[tuple[str, str, str, str, str]]:
    """Return the organisation with one unit under another."""
    return [
        (person, name, f"L-{above}" if person == f"L-{unit}" else manager, under, title)
        for person, name, manager, under, title in organisation_rows()
    ]


def test_the_second_run_of_the_same_files_passes_and_the_ledger_is_named(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS)
    code, said = analyse(folder, tmp_path / "first")
    assert code == 0
    assert str(folder / ".headwater/ledgers") in said
    before = book_of(folder).read_bytes()
    assert analyse(folder, tmp_path / "second")[0] == 0
    assert book_of(folder).read_bytes() == before


def test_a_smaller_k_is_refused_and_leaves_the_earlier_result(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS, project=STRICT)
    assert analyse(folder, tmp_path / "result")[0] == 0
    before = digest(tmp_path / "result"), digest(folder / ".headwater")
    world_folder(folder, answers=ROWS)
    code, said = analyse(folder, tmp_path / "result")
    assert code == 2
    assert "fewer than 10" in said
    assert "Use the same k (10)" in said
    assert (digest(tmp_path / "result"), digest(folder / ".headwater")) == before


def test_another_folder_for_the_result_is_no_way_round(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS, project=STRICT)
    assert analyse(folder, tmp_path / "one")[0] == 0
    (folder / "again.yaml").write_text(PROJECT, encoding="utf-8")
    assert analyse(folder / "again.yaml", tmp_path / "two")[0] == 2
    assert not (tmp_path / "two").exists()


def test_a_store_is_guarded_too(tmp_path: Path) -> None:
    """Two project folders, one store: the store's own ledger finds it."""
    store = tmp_path / "store"
    one = world_folder(tmp_path / "one", answers=ROWS, project=STRICT)
    two = world_folder(tmp_path / "two", answers=ROWS)
    assert analyse(one, tmp_path / "first", "--store", store)[0] == 0
    code, said = analyse(two, tmp_path / "second", "--store", store)
    assert code == 2
    assert "fewer than 10" in said


def test_a_reorganisation_that_moves_a_few_is_refused(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS)
    assert analyse(folder, tmp_path / "result")[0] == 0
    world_folder(folder, answers=ROWS, people=moved("N3", "SOUTH"))
    code, said = analyse(folder, tmp_path / "result")
    assert code == 2
    assert "of this release" in said


def test_a_corrected_file_is_refused_without_the_answers_before_it_and_judged_with_them(tmp_path: Path) -> None:
    corrected = [(*row[:2], 1 + int(row[2]) % 5, *row[3:]) if n == 30 else row for n, row in enumerate(ROWS)]
    folder, store = world_folder(tmp_path / "project", answers=ROWS), tmp_path / "store"
    assert analyse(folder, tmp_path / "result", "--store", store)[0] == 0
    sealed = digest(store / "answers")
    world_folder(folder, answers=corrected)
    code, said = analyse(folder, tmp_path / "result")
    assert (code, "those are not at hand" in said) == (2, True)
    code, said = analyse(folder, tmp_path / "result", "--store", store)
    assert code == 2
    assert "fewer than 5 of those who answered 'lx_listens'" in said
    assert digest(store / "answers") == sealed


def test_enough_late_answers_replace_the_ones_before(tmp_path: Path) -> None:
    """Seven more in one crew: the crew grows by seven, and so does everything above it."""
    late = [n for n, row in enumerate(ROWS) if row[0] == "S1"][:7]
    folder, store = (
        world_folder(tmp_path / "project", answers=[row for n, row in enumerate(ROWS) if n not in late]),
        tmp_path / "store",
    )
    assert analyse(folder, tmp_path / "result", "--store", store)[0] == 0
    world_folder(folder, answers=ROWS)
    assert analyse(folder, tmp_path / "result", "--store", store)[0] == 0
    book = load_book(tmp_path / "result/released/books/people" / WAVES[0])
    assert int(book.everybody.n[0]) == len(ROWS)
    assert len(list((store / "answers").rglob("*.parquet"))) == 1
    assert not [path for path in store.iterdir() if path.name.startswith(".")]
    world_folder(folder, answers=ROWS[1:])
    assert analyse(folder, tmp_path / "result", "--store", store)[0] == 2


def test_a_wave_of_several_deliveries_is_not_replaced_by_one_file(tmp_path: Path) -> None:
    folder, store = world_folder(tmp_path / "project", answers=ROWS), tmp_path / "store"
    assert analyse(folder, tmp_path / "result", "--store", store)[0] == 0
    second = AnswerTable(("S1",), np.zeros(6, np.int32), {"lx_listens": np.full(6, 3, np.int8)})
    seal(store, Study("people", "People"), Wave("people", WAVES[0], "", 0), second, source="tick 2")
    before = digest(store)
    world_folder(folder, answers=ROWS[1:])
    code, said = analyse(folder, tmp_path / "result", "--store", store)
    assert code == 2
    assert "in 2 deliveries" in said
    assert digest(store) == before


def test_nobody_has_seen_it_is_the_way_out_and_is_kept_with_its_reason(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS, project=STRICT)
    assert analyse(folder, tmp_path / "result")[0] == 0
    world_folder(folder, answers=ROWS)
    code, said = analyse(folder, tmp_path / "result", "--unseen", "a trial with the wrong k, deleted unread")
    assert code == 0
    assert f"Began anew, for nobody has seen what was released before: people/{WAVES[0]}." in said
    bodies = [entry["body"] for entry in json.loads(book_of(folder).read_text())["entries"]]
    assert bodies[1] == {"unseen": "a trial with the wrong k, deleted unread"}
    assert [body["release"]["k"] for body in (bodies[0], bodies[2])] == [10, 5]


def test_a_damaged_ledger_stops_the_analysis(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS)
    assert analyse(folder, tmp_path / "result")[0] == 0
    text = book_of(folder).read_text(encoding="utf-8")
    book_of(folder).write_text(text.replace('"N1"', '"N9"'), encoding="utf-8")
    before = digest(tmp_path)
    code, said = analyse(folder, tmp_path / "result")
    assert code == 2
    assert "cannot be trusted" in said
    assert "Restore it from a backup" in said
    assert digest(tmp_path) == before


def test_killed_between_ledger_and_result_the_ledger_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger comes first: what nobody got to see makes it stricter, and the same run passes later."""
    folder = world_folder(tmp_path / "project", answers=ROWS, project=STRICT)
    commit = Proposal.commit

    def killed(proposal: Proposal) -> None:
        commit(proposal)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Proposal, "commit", killed)
        assert run("analyse", folder, "--out", tmp_path / "result", "--form", "none").code == 130
    assert not (tmp_path / "result").exists()
    assert len(Ledger.load(book_of(folder)).releases) == 1
    assert analyse(folder, tmp_path / "result")[0] == 0
    assert len(Ledger.load(book_of(folder)).releases) == 1


def test_of_two_processes_at_once_one_is_refused(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS)
    (folder / "strict.yaml").write_text(STRICT, encoding="utf-8")
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "headwater.cli", "analyse", str(folder / name), "--out", str(tmp_path / name),
             "--form", "none"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for name in ("headwater.yaml", "strict.yaml")
    ]  # fmt: skip
    assert sorted(one.wait(300) for one in runs) == [0, 2]
    assert len(Ledger.load(book_of(folder)).releases) == 1


def test_a_folder_that_cannot_be_written_has_its_ledgers_beside_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS)
    monkeypatch.setattr(os, "access", lambda path, mode: path != folder)
    assert analyse(folder, tmp_path / "out/result")[0] == 0
    assert not (folder / ".headwater").exists()
    assert (tmp_path / f"out/.headwater/ledgers/people/{WAVES[0]}.json").is_file()


def test_a_recipe_has_its_ledgers_beside_the_result(tmp_path: Path) -> None:
    project = load_project(world_folder(tmp_path / "project") / "headwater.yaml")
    out = tmp_path / "out/result"
    assert ledgers_of(project, out, None).folders == (tmp_path / "project/.headwater/ledgers",)
    assert ledgers_of(replace(project, home=RECIPES), out, None).folders == (tmp_path / "out/.headwater/ledgers",)
    store = tmp_path / "store"
    assert ledgers_of(project, out, store).folders[1] == store / "ledgers"
    assert ledgers_of(project, out, store).sums == store / "sums"


def test_the_ledger_says_nothing_of_answers(tmp_path: Path) -> None:
    folder = world_folder(tmp_path / "project", answers=ROWS)
    assert analyse(folder, tmp_path / "result")[0] == 0
    release = json.loads(book_of(folder).read_text())["entries"][0]["body"]["release"]
    assert release.keys() == {"name", "k", "about", "listings", "totals", "families"}
    assert release["listings"] == [list(UNITS)]
    shutil.rmtree(folder / ".headwater")
    changed = [(*row[:2], 1 + int(row[2]) % 5, *row[3:]) if row[0] == "N3" else row for row in ROWS]
    world_folder(folder, answers=changed)
    assert analyse(folder, tmp_path / "again")[0] == 0
    again = json.loads(book_of(folder).read_text())["entries"][0]["body"]["release"]
    assert {key: release[key] for key in ("k", "listings")} == {key: again[key] for key in ("k", "listings")}
