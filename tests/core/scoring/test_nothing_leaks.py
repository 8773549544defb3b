"""Nothing in a book, in memory or on disk, lets a withheld or bounded number be worked out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.cast import SPECIFICATION, K, Rows, book_of, draw, tree, two_levels

from headwater.instruments import load_instrument
from headwater.intake import seal
from headwater.scoring import load_book, save_book, score_wave, specify
from headwater.simulation import CUTS, EMPLOYEE_INSTRUMENTS, SimulationPlan, simulate
from headwater.vocab import FIELDS, ScoreBook, Study, UnitTree, Wave


def residuals(tree: UnitTree, shown: np.ndarray, own: np.ndarray) -> list[int]:
    """What every shown unit has beyond the shown units next below it, counted one by one."""
    total = [int(own[tree.subtree(unit)].sum()) for unit in range(len(tree))]
    left = {unit: total[unit] for unit in np.flatnonzero(shown).tolist()}
    for unit in list(left):
        above = next((upper for upper in tree.ancestors(unit) if shown[upper]), None)
        if above is not None:
            left[above] -= total[unit]
    return list(left.values())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[ScoreBook, UnitTree, dict[str, np.ndarray], np.ndarray]:
    """The book of 2,000 people with two cuts, its tree, who answered each item, and the units they are in."""
    world = simulate(SimulationPlan(people=2_000, customers=0, waves=1))
    study, wave = Study("p", "P", instruments=EMPLOYEE_INSTRUMENTS, cuts=CUTS), Wave("p", "w", "w", 0)
    table = world.employee_answers(0)
    folder = tmp_path_factory.mktemp("store")
    seal(folder, study, wave, table, seed=1)
    book, _ = score_wave(
        folder,
        study=study,
        wave=wave,
        tree=world.staff.tree,
        specification=specify([load_instrument(key) for key in EMPLOYEE_INSTRUMENTS]),
    )
    return book, world.staff.tree, {key: codes != -128 for key, codes in table.items.items()}, table.unit


def test_every_column_of_everybody_leaves_groups_of_none_or_k(
    large: tuple[ScoreBook, UnitTree, dict[str, np.ndarray], np.ndarray],
) -> None:
    book, tree, answered, unit = large
    checked = 0
    for number, column in enumerate(book.columns):
        if column.role != "item":
            continue
        own = np.bincount(unit[answered[column.subject]], minlength=len(tree))
        left = residuals(tree, book.everybody.shown[:, number], own)
        assert all(people == 0 or people >= K for people in left), column.key
        checked += 1
    assert checked >= 50
    own = np.bincount(unit, minlength=len(tree))
    assert all(n == 0 or n >= K for n in residuals(tree, book.everybody.n > 0, own))


def test_every_level_of_a_cut_leaves_groups_of_none_or_k(
    large: tuple[ScoreBook, UnitTree, dict[str, np.ndarray], np.ndarray],
) -> None:
    book, _, _, _ = large
    panels = [panel for panel in book.panels if panel.cut]
    assert panels
    for panel in panels:
        assert book.everybody.n[panel.rows].min() >= 50
        seen = panel.n > 0
        assert (panel.n[seen] >= K).all()
        whole = book.everybody.n[panel.rows[seen]]
        rest = whole - panel.n[seen]
        assert ((rest == 0) | (rest >= K)).all()


def test_a_scale_is_shown_only_with_all_its_items(
    large: tuple[ScoreBook, UnitTree, dict[str, np.ndarray], np.ndarray],
) -> None:
    book, _, _, _ = large
    specification = specify([load_instrument(key) for key in EMPLOYEE_INSTRUMENTS])
    for panel in book.panels:
        for number, column in enumerate(book.columns):
            for part in specification.parts_of(column):
                assert not (panel.shown[:, number] & ~panel.shown[:, book.column_of[part]]).any()


def test_withheld_cells_hold_nothing_at_all(
    large: tuple[ScoreBook, UnitTree, dict[str, np.ndarray], np.ndarray],
) -> None:
    book, _, _, _ = large
    for panel in book.panels:
        hidden = ~panel.shown
        assert hidden.any()
        assert (panel.n_answered[hidden] == 0).all()
        assert (panel.bound[hidden] == 0).all()
        for name in FIELDS:
            assert np.isnan(panel.fields[name][hidden]).all(), name
        for sure in panel.sureness.values():
            assert (sure[hidden] == 0).all()


def canary_rows() -> Rows:
    """Rows in which the withheld team n4 has a mean that no other group has."""
    rows = draw()
    here = np.flatnonzero(rows.unit == "n4")
    rows.answers["heard"][here] = [1, 1, 2]
    return rows


def test_a_withheld_number_is_nowhere_in_the_saved_book(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    rows = canary_rows()
    book = book_of(tmp_path / "store", rows)
    folder = save_book(book, tmp_path / "book")
    canary = rows.answers["heard"][rows.unit == "n4"].mean()
    assert np.isnan(book.everybody.fields["value"][tree().index_of["n4"]]).all()
    searched = 0
    for path in sorted(folder.iterdir()):
        if path.suffix == ".parquet":
            for column in pq.read_table(path).columns:
                values = column.to_numpy(zero_copy_only=False).astype(np.float64)
                assert not np.isclose(values, canary, atol=1e-9).any(), path.name
                searched += len(values)
        else:
            assert "n_answered" not in json.loads(path.read_text())
    assert searched > 1_000


def test_the_true_value_of_a_bounded_cell_is_nowhere_in_the_saved_book(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    book = book_of(tmp_path / "store", draw())
    row, column = tree().index_of["s3"], book.column_of["mean", "heard"]
    folder = save_book(book, tmp_path / "book")
    table = pq.read_table(folder / "panel-0.parquet")
    place = row * len(book.columns) + column
    told = {name: table[name][place].as_py() for name in table.column_names}
    assert told["shown"]
    assert told["bound"] == 1
    assert all(told[name] != 5.0 for name in ("value", "low", "shrunken", "shrunken_low", "rest"))
    parent = book.everybody.fields["value"][tree().index_of["south"], column]
    n, n_parent = book.everybody.n[row], book.everybody.n_answered[tree().index_of["south"], column]
    worked_out = (n_parent * parent - (n_parent - n) * told["rest"]) / n
    assert worked_out == pytest.approx(told["value"], abs=0.2)
    assert worked_out < 4.9


def test_a_unit_without_its_level_is_never_all_alike(tmp_path: Path) -> None:
    """North's early people differ, its late ones all choose 5: early and all together would tell."""
    rows = draw(glad="")
    study, cuts = two_levels(rows)
    codes, levels = cuts["shift"]
    north = np.isin(rows.unit, ["n1", "n2", "n3", "n4"])
    late = north & (codes == 1)
    rows.answers["heard"][late] = 5
    book = book_of(tmp_path, rows, study=study, cuts={"shift": (codes, levels)})
    row, column = tree().index_of["north"], book.column_of["mean", "heard"]
    early = book.panel_of["shift", "early"]
    assert book.everybody.shown[row, column]
    assert book.everybody.bound[row, column] == 0
    assert early.position(row) >= 0
    assert not early.shows(row, column)
    other = book.column_of["mean", "thanks"]
    assert early.shows(row, other)


def test_the_hash_does_not_depend_on_answers_in_a_way_that_can_be_tried(tmp_path: Path) -> None:
    rows = draw()
    first = book_of(tmp_path / "a", rows)
    again = book_of(tmp_path / "a", rows)
    assert first.inputs_hash == again.inputs_hash
    store = tmp_path / "b"
    wave = Wave("people", "w1", "w1", 1)
    from tests.core.scoring.cast import STUDY, table

    seal(store, STUDY, wave, table(rows))
    salted, _ = score_wave(store, study=STUDY, wave=wave, tree=tree(), specification=SPECIFICATION)
    assert salted.inputs_hash != first.inputs_hash
    assert salted.sources != first.sources


def test_books_come_back_from_disk_as_they_were(
    tmp_path: Path, large: tuple[ScoreBook, UnitTree, dict[str, np.ndarray], np.ndarray]
) -> None:
    book = large[0]
    back = load_book(save_book(book, tmp_path / "book"))
    assert (back.study, back.wave, back.columns, back.inputs_hash) == (
        book.study,
        book.wave,
        book.columns,
        book.inputs_hash,
    )
    assert back.tree.ids == book.tree.ids
    assert back.tree.leaders == book.tree.leaders
    assert [panel.level for panel in back.panels] == [panel.level for panel in book.panels]
    for panel, other in zip(book.panels, back.panels, strict=True):
        for name in FIELDS:
            assert np.array_equal(panel.fields[name], other.fields[name], equal_nan=True)
        assert np.array_equal(panel.n_answered, other.n_answered)
        assert np.array_equal(panel.shown, other.shown)
    assert np.array_equal(book.shares.percent, back.shares.percent, equal_nan=True)
