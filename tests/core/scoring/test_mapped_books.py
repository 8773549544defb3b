"""Books whose numbers are mapped from files: the same numbers, bit for bit, and never those of another book."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.cast import book_of, draw

from headwater.scoring import load_book, save_book
from headwater.scoring.mapped_books import is_mapped, map_book, mapped_folder, mark_of
from headwater.scoring.storage import MANIFEST, load_book_lightly
from headwater.vocab import FIELDS, InputError, ScoreBook


@pytest.fixture
def saved(tmp_path: Path) -> tuple[ScoreBook, Path]:
    book = book_of(tmp_path / "store", draw())
    return book, save_book(book, tmp_path / "book")


def mapped_in(tmp_path: Path, book: ScoreBook) -> Path:
    folder = tmp_path / "mapped"
    folder.mkdir()
    map_book(book, folder, "this one")
    return folder


def test_mapped_numbers_are_those_of_the_book(tmp_path: Path, saved: tuple[ScoreBook, Path]) -> None:
    book, folder = saved
    found = load_book(folder, mapped=mapped_in(tmp_path, book))
    assert len(found.panels) == len(book.panels)
    for one, other in zip(found.panels, book.panels, strict=True):
        assert (one.cut, one.level) == (other.cut, other.level)
        assert one.shown.dtype == np.bool_
        for name in ("rows", "shown", "n", "n_answered", "bound"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        for name in FIELDS:
            assert one.fields[name].tobytes() == np.ascontiguousarray(other.fields[name]).tobytes(), name
        for kind, values in other.sureness.items():
            np.testing.assert_array_equal(one.sureness[kind], values)
    np.testing.assert_array_equal(found.shares.percent, book.shares.percent)
    for row in range(len(book.tree)):
        assert list(map(repr, found.of_unit(row))) == list(map(repr, book.of_unit(row)))


def test_a_book_without_rows_is_mapped_too(tmp_path: Path, saved: tuple[ScoreBook, Path]) -> None:
    book, _folder = saved
    panel = book.everybody
    none = replace(
        panel, cut="area", level="nobody", rows=panel.rows[:0], shown=panel.shown[:0], n=panel.n[:0],
        n_answered=panel.n_answered[:0], fields={name: values[:0] for name, values in panel.fields.items()},
        bound=panel.bound[:0], sureness={kind: values[:0] for kind, values in panel.sureness.items()},
    )  # fmt: skip
    wider = replace(book, panels=(*book.panels, none))
    folder = save_book(wider, tmp_path / "wider")
    found = load_book(folder, mapped=mapped_in(tmp_path, wider)).panel_of["area", "nobody"]
    assert found.shown.shape == (0, len(book.columns))
    assert found.position(0) == -1


def test_numbers_cannot_be_written_through(tmp_path: Path, saved: tuple[ScoreBook, Path]) -> None:
    book, folder = saved
    found = load_book(folder, mapped=mapped_in(tmp_path, book))
    with pytest.raises(ValueError, match="read-only"):
        found.everybody.fields["value"][0, 0] = 1.0


def test_a_folder_is_known_by_its_mark(tmp_path: Path, saved: tuple[ScoreBook, Path]) -> None:
    folder = mapped_in(tmp_path, saved[0])
    assert is_mapped(folder, "this one")
    assert not is_mapped(folder, "another")
    assert not is_mapped(tmp_path / "nowhere", "this one")


def test_damaged_files_are_refused(tmp_path: Path, saved: tuple[ScoreBook, Path]) -> None:
    book, folder = saved
    mapped = mapped_in(tmp_path, book)
    (mapped / "fields-0.npy").write_bytes((mapped / "fields-0.npy").read_bytes()[:-8])
    with pytest.raises(InputError, match="no readable ScoreBook"):
        load_book(folder, mapped=mapped)
    (mapped / "fields-0.npy").unlink()
    with pytest.raises(InputError, match="no readable ScoreBook"):
        load_book(folder, mapped=mapped)


def test_a_book_is_read_lightly_only_where_its_own_numbers_are_mapped(saved: tuple[ScoreBook, Path]) -> None:
    book, folder = saved
    whole = load_book_lightly(folder, book.inputs_hash)
    assert not is_of_file(whole)
    mapped = mapped_folder(folder)
    mapped.mkdir(parents=True)
    map_book(book, mapped, mark_of(folder / MANIFEST, book.inputs_hash))
    light = load_book_lightly(folder, book.inputs_hash)
    assert is_of_file(light)
    for name in FIELDS:
        np.testing.assert_array_equal(light.everybody.fields[name], whole.everybody.fields[name])
    assert not is_of_file(load_book_lightly(folder, "another"))
    for file in mapped.glob("*.npy"):
        file.unlink()
    assert not is_of_file(load_book_lightly(folder, book.inputs_hash))


def is_of_file(book: ScoreBook) -> bool:
    """Whether the numbers of everybody lie in a file."""
    array: object = book.everybody.fields[FIELDS[0]]
    while isinstance(array, np.ndarray):
        if isinstance(array, np.memmap):
            return True
        array = array.base
    return False
