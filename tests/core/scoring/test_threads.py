"""Work shared out over threads: in order, with its faults, and the same numbers bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.cast import SPECIFICATION, book_of, draw, two_levels

from headwater.scoring import Comparisons
from headwater.scoring.column_order import apart, in_order, key_of
from headwater.stats import threads
from headwater.stats.threads import both, in_threads
from headwater.vocab import ScoreBook

SIZES = (0, threads.THREADS_FROM)


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads for everything, however small."""
    monkeypatch.setattr(threads, "THREADS_FROM", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 3)


def two_waves(folder: Path) -> list[ScoreBook]:
    rows = draw()
    study, cuts = two_levels(rows)
    first = book_of(folder, rows, study=study, cuts=cuts)
    later = draw(4, shift=0.3)
    compared = Comparisons(previous=first)
    return [first, book_of(folder, later, wave="w2", study=study, cuts=two_levels(later)[1], comparisons=compared)]


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> list[ScoreBook]:
    return two_waves(tmp_path_factory.mktemp("store"))


@pytest.mark.parametrize("size", SIZES)
def test_results_come_in_the_order_of_things(size: int) -> None:
    assert in_threads(lambda number: number**2, range(7), size=size) == [0, 1, 4, 9, 16, 25, 36]
    assert in_threads(str, [], size=size) == []
    assert both(lambda: 1, lambda: "two", size=size) == (1, "two")


@pytest.mark.usefixtures("shared_out")
@pytest.mark.parametrize("size", SIZES)
def test_the_first_fault_in_order_comes_out(size: int) -> None:
    def work(number: int) -> int:
        if number > 1:
            raise ValueError(f"number {number}")
        return number

    with pytest.raises(ValueError, match="number 2"):
        in_threads(work, range(5), size=size)
    with pytest.raises(ValueError, match="number 3"):
        both(lambda: work(3), lambda: work(4), size=size)
    with pytest.raises(ValueError, match="number 4"):
        both(lambda: work(1), lambda: work(4), size=size)


def test_runs_of_columns_ask_for_nothing_of_one_another() -> None:
    columns = SPECIFICATION.columns
    runs = apart(SPECIFICATION)
    assert len(runs) > 1
    assert sorted(number for run in runs for number, _ in run) == list(range(len(columns)))
    kept = dict(in_order(SPECIFICATION))
    for run in runs:
        known: set[tuple[str, str]] = set()
        for number, over in run:
            assert set(SPECIFICATION.parts_of(columns[number])) <= known
            assert over == kept[number]
            known.add(key_of(columns[number]))
            known -= set(over)
        assert not known


@pytest.mark.usefixtures("shared_out")
def test_a_book_made_in_threads_is_the_same_bit_for_bit(tmp_path: Path, one_by_one: list[ScoreBook]) -> None:
    for book, other in zip(two_waves(tmp_path), one_by_one, strict=True):
        assert len(book.panels) == len(other.panels) == 3
        for panel, same in zip(book.panels, other.panels, strict=True):
            for name, grid in panel.fields.items():
                assert np.ascontiguousarray(grid).tobytes() == np.ascontiguousarray(same.fields[name]).tobytes(), name
            for name in ("rows", "shown", "n", "n_answered", "bound"):
                np.testing.assert_array_equal(getattr(panel, name), getattr(same, name))
            for kind, sure in panel.sureness.items():
                np.testing.assert_array_equal(sure, same.sureness[kind])
