"""A book written aside while it is judged: in its place only once it was put there, with what pages read of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from tests.core.scoring.cast import book_of, draw

from headwater.scoring import load_book, preparing
from headwater.scoring.ledgering import Proposal
from headwater.scoring.mapped_books import is_mapped, mapped_folder, mark_of
from headwater.scoring.preparing import place_book, prepared_book
from headwater.scoring.storage import MANIFEST
from headwater.vocab import InputError, ScoreBook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> ScoreBook:
    return book_of(tmp_path_factory.mktemp("store"), draw())


def safe() -> Any:
    """Stands for a ledger that finds a release safe."""
    return create_autospec(Proposal, instance=True)


def left_in(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.rglob("*"))


def test_a_placed_book_is_read_back_with_its_mapped_numbers(tmp_path: Path, book: ScoreBook) -> None:
    folder = tmp_path / "study" / "w1"
    for _again in range(2):  # a second release takes the place of the first
        with prepared_book(book, folder, safe) as prepared:
            prepared.wait()
            place_book(prepared)
    assert is_mapped(mapped_folder(folder), mark_of(folder / MANIFEST, book.inputs_hash))
    found = load_book(folder, mapped=mapped_folder(folder))
    np.testing.assert_array_equal(found.everybody.fields["value"], book.everybody.fields["value"])
    assert load_book(folder).inputs_hash == book.inputs_hash
    assert sorted(path.name for path in folder.parent.iterdir()) == ["w1", "w1.findings"]


def test_a_book_that_is_refused_leaves_nothing(tmp_path: Path, book: ScoreBook) -> None:
    with prepared_book(book, tmp_path / "w1", safe) as prepared:
        prepared.wait()
    assert left_in(tmp_path) == []
    with pytest.raises(KeyboardInterrupt), prepared_book(book, tmp_path / "w1", safe):
        raise KeyboardInterrupt
    assert left_in(tmp_path) == []


def test_who_prepares_the_same_book_meanwhile_waits(tmp_path: Path, book: ScoreBook) -> None:
    folder, done = tmp_path / "study" / "w1", Event()

    def late() -> None:
        with prepared_book(book, folder, safe) as prepared:
            prepared.wait()
            assert done.is_set()
            place_book(prepared)

    with ThreadPoolExecutor(1) as pool:
        with prepared_book(book, folder, safe) as prepared:
            other = pool.submit(late)
            prepared.wait()
            place_book(prepared)
            done.set()
        other.result()
    assert load_book(folder).inputs_hash == book.inputs_hash
    assert sorted(path.name for path in folder.parent.iterdir()) == ["w1", "w1.findings"]


def test_a_ledger_is_asked_meanwhile_and_records_when_told(tmp_path: Path, book: ScoreBook) -> None:
    proposal = safe()
    with prepared_book(book, tmp_path / "w1", lambda: proposal) as prepared:
        prepared.wait()
        assert proposal.commit.call_count == 0
        prepared.record()
    assert proposal.commit.call_count == 1


def test_what_a_ledger_refuses_is_told_when_it_is_to_be_recorded(tmp_path: Path, book: ScoreBook) -> None:
    def refuse() -> Proposal:
        raise InputError("this would give a group away")

    with prepared_book(book, tmp_path / "w1", refuse) as prepared:
        prepared.wait()
        with pytest.raises(InputError, match="give a group away"):
            prepared.record()
    assert left_in(tmp_path) == []


def test_what_a_killed_process_left_is_removed(tmp_path: Path, book: ScoreBook) -> None:
    (tmp_path / ".w1-releasing" / "book").mkdir(parents=True)
    (tmp_path / ".w1-releasing" / "book" / "of-before").touch()
    with prepared_book(book, tmp_path / "w1", safe) as prepared:
        place_book(prepared)
    assert "of-before" not in left_in(tmp_path)
    assert load_book(tmp_path / "w1").wave == book.wave


def test_a_full_disk_is_told_before_anything_is_placed(
    tmp_path: Path, book: ScoreBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(preparing, "save_book", full)
    with prepared_book(book, tmp_path / "w1", safe) as prepared:
        with pytest.raises(OSError, match="No space"):
            prepared.wait()
        with pytest.raises(OSError, match="No space"):
            place_book(prepared)
    assert left_in(tmp_path) == []


def test_without_mapped_numbers_the_book_still_serves(
    tmp_path: Path, book: ScoreBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(preparing, "map_book", full)
    with prepared_book(book, tmp_path / "w1", safe) as prepared:
        place_book(prepared)
    assert not mapped_folder(tmp_path / "w1").exists()
    assert load_book(tmp_path / "w1").inputs_hash == book.inputs_hash
