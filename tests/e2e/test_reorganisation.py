"""A reorganisation between two waves: each is scored in its own organisation, and trends follow groups, not names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.e2e.outcomes import Outcome, run
from tests.world import (
    ITEMS,
    ORGANISATION_HEADER,
    PROJECT,
    WAVES,
    answer_rows,
    organisation_rows,
    world_folder,
    write_rows,
)

from headwater.scoring import load_book
from headwater.vocab import Estimate, ScoreBook

Person = tuple[str, str, str, str, str]
BEFORE, AFTER = WAVES
CHANGED = PROJECT.replace(
    "people: organisation.csv",
    "people: organisation.csv\nreorganisations:\n"
    f"  - {{first_wave: {AFTER}, people_before: before.csv, mapping: changes.csv}}",
)
INFERRED = CHANGED.replace(", mapping: changes.csv", "")
CHANGES = (("N1", "N12", ""), ("N2", "N12", ""), ("N5", "N5A", "0.5"), ("N5", "N5B", "0.5"))
COLUMN = ("mean", "lx_listens")


def people_after() -> list[Person]:
    """Two crews become one, one is split, and one moves from the south to the north."""
    people: list[Person] = [("L-N5B", "Hand L-N5B", "L-NORTH", "NORTH", "North line")]
    halves = iter("AABBAABBAABBAABB")
    for person, name, manager, unit, title in organisation_rows():
        if unit in ("N1", "N2"):
            people.append((person, name, "L-N1", "N12", "Heron and Sandpiper"))
        elif unit == "N5":
            half = next(halves)
            people.append((person, name, "L-N5" if half == "A" else "L-N5B", f"N5{half}", f"Dunlin {half}"))
        elif person == "L-S4":
            people.append((person, name, "L-NORTH", "NORTH", "North line"))
        else:
            people.append((person, name, manager, unit, title))
    return people


def answers() -> list[tuple[str | int, ...]]:
    halves = iter("ABABABABABABABAB")
    renamed = {"N1": "N12", "N2": "N12"}
    rows = []
    for unit, wave, *codes in answer_rows():
        if wave == AFTER:
            unit = f"N5{next(halves)}" if unit == "N5" else renamed.get(str(unit), unit)
        rows.append((unit, wave, *codes))
    return rows


@pytest.fixture
def reorganised(tmp_path: Path) -> Callable[..., Path]:
    def make(
        project: str = CHANGED,
        changes: Iterable[Sequence[object]] = CHANGES,
        rows: Iterable[Sequence[object]] | None = None,
    ) -> Path:
        folder = world_folder(tmp_path / "project", answers=rows or answers(), people=people_after(), project=project)
        write_rows(folder / "before.csv", ORGANISATION_HEADER, organisation_rows())
        write_rows(folder / "changes.csv", ("old_unit", "new_unit", "share"), changes)
        return folder

    return make


def analysed(folder: Path) -> Outcome:
    return run("analyse", folder, "--out", folder.parent / "result", "--form", "none", "--json")


def book_of(folder: Path, wave: str) -> ScoreBook:
    return load_book(folder.parent / "result/released/books/people" / wave)


def mean_of(units: set[str], wave: str) -> float:
    place = 2 + ITEMS.index(COLUMN[1])
    return float(np.mean([int(row[place]) for row in answers() if row[0] in units and row[1] == wave]))


def change(book: ScoreBook, unit: str) -> float | None:
    found = book.find(unit, *COLUMN)
    assert isinstance(found, Estimate), unit
    return None if found.versus_previous is None else found.versus_previous.value


@pytest.mark.parametrize("project", [CHANGED, INFERRED])
def test_each_wave_stands_in_its_own_organisation_and_trends_follow_the_groups(
    reorganised: Callable[..., Path], project: str
) -> None:
    folder = reorganised(project)
    made = analysed(folder)
    assert made.code == 0, made.err
    before, after = book_of(folder, BEFORE), book_of(folder, AFTER)
    assert "N12" not in before.tree.index_of
    assert {"N12", "N5A", "N5B"} <= set(after.tree.ids)
    assert after.previous_wave == BEFORE
    for unit, old in (("S1", {"S1"}), ("S4", {"S4"}), ("N12", {"N1", "N2"})):
        now = mean_of({unit}, AFTER)
        assert change(after, unit) == pytest.approx(now - mean_of(old, BEFORE), abs=1e-9)
    north_before = {"NORTH", "N1", "N2", "N3", "N4", "N5", "S4"}
    north_after = {"NORTH", "N12", "N3", "N4", "N5A", "N5B", "S4"}
    assert change(after, "NORTH") == pytest.approx(mean_of(north_after, AFTER) - mean_of(north_before, BEFORE))
    for half in ("N5A", "N5B"):
        found = after.find(half, *COLUMN)
        assert not isinstance(found, Estimate) or found.versus_previous is None


def test_the_auditor_finds_nothing_in_it(reorganised: Callable[..., Path]) -> None:
    folder = reorganised()
    assert analysed(folder).code == 0
    verdict = run("audit", folder.parent / "result", "--json")
    assert verdict.code == 0, verdict.out
    assert json.loads(verdict.out)["clean"] is True


def test_it_can_be_run_again_and_the_next_wave_added(reorganised: Callable[..., Path]) -> None:
    """The ledger knows each wave in its own organisation."""
    folder = reorganised(rows=[row for row in answers() if row[1] == BEFORE], project=PROJECT)
    write_rows(folder / "organisation.csv", ORGANISATION_HEADER, organisation_rows())
    assert analysed(folder).code == 0
    folder = reorganised()
    assert analysed(folder).code == 0
    assert analysed(folder).code == 0


def test_the_chain_follows_whole_teams_only(reorganised: Callable[..., Path]) -> None:
    from headwater.cli.answering import analyse_answers
    from headwater.cli.project import load_project
    from headwater.cli.sealing import answer_store
    from headwater.scoring import Ledgers

    folder = reorganised()
    with answer_store(None) as store:
        ledgers = Ledgers((folder.parent / "ledgers",))
        (study,) = analyse_answers(load_project(folder / "headwater.yaml"), store, ledgers).studies
    followed = study.followed[0]
    assert "N12" in followed.units
    assert not {"N1", "N2", "N5", "N5A", "N5B"} & set(followed.units)
    whole = dict.fromkeys(followed.units, 0)
    for cell, people in zip(followed.cell_unit, followed.respondents, strict=True):
        whole[followed.units[cell]] += int(people)
    assert whole["N12"] == sum(row[0] in ("N1", "N2") and row[1] == BEFORE for row in answers())
    assert study.followed[1] is study.moments[1]
    crosses = followed.crosses
    assert crosses is not None
    assert len(crosses.n) == len(followed.units)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((("N99", "N12", ""),), "changes.csv, row 2, column old_unit: 'N99' is no unit before the reorganisation"),
        ((("N1", "N13", ""),), "Did you mean 'N3'?"),
        ((("N1", "N12", ""), ("N1", "N12", "")), "changes.csv, row 3: 'N1' to 'N12' stands in row 2 already"),
        ((("N1", "N12", "0.5"),), "the shares of 'N1' add up to 0.5, not 1"),
        ((("", "", "1"),), "names neither an old nor a new unit"),
        ((("N1", "N12", "7"),), "changes.csv, row 2, column share"),
    ],
)
def test_a_wrong_row_of_the_mapping_is_named(
    reorganised: Callable[..., Path], changes: tuple[tuple[str, str, str], ...], said: str
) -> None:
    folder = reorganised(changes=changes)
    refused = run("analyse", folder, "--out", folder.parent / "result")
    assert refused.code == 2
    assert said in refused.err
    assert not (folder.parent / "result").exists()


@pytest.mark.parametrize(
    ("project", "said"),
    [
        (CHANGED.replace("first_wave: 2026-2", "first_wave: 2026-3"), "begins at '2026-3', which is no wave"),
        (CHANGED.replace("first_wave: 2026-2, ", ""), "`reorganisations.1.first_wave` is missing"),
        (CHANGED.replace("people: organisation.csv\n", ""), "`reorganisations` stands without `people`"),
        (CHANGED.replace("before.csv", "none.csv"), "none.csv"),
        (CHANGED.replace("changes.csv}", "changes.csv, as_of: soon}"), "`reorganisations.1.as_of` is no day"),
        (CHANGED.replace("first_wave: 2026-2", "first_wave: 2026-1"), "wave '2026-1' names 'N1', which is no unit"),
    ],
)
def test_a_wrong_project_file_is_refused(reorganised: Callable[..., Path], project: str, said: str) -> None:
    folder = reorganised(project)
    refused = run("analyse", folder, "--out", folder.parent / "result")
    assert refused.code == 2
    assert said in refused.err
