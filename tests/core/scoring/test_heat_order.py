"""The order of the heat map: by size of difference, not by noise; and parts of a book that hold nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.core.scoring.cast import SPECIFICATION
from tests.golden.books import CANARY_COUNT, CANARY_PERCENT, CANARY_VALUE, make_book

from headwater.scoring.heat import chosen_rows, clear_sizes, clearest, looks, order_rows
from headwater.scoring.narrowing import hidden_with_scores, narrowed_book
from headwater.vocab import Estimate, ScoreBook, Withheld

NUMBERS = list(range(8))


def with_difference(book: ScoreBook, unit: str, size: float, half: float, sure: int) -> ScoreBook:
    """The book with one difference from the rest put in place."""
    panel, row = book.everybody, book.tree.index_of[unit]
    fields = {name: values.copy() for name, values in panel.fields.items()}
    sureness = {kind: values.copy() for kind, values in panel.sureness.items()}
    for name, value in (("difference", size), ("low", size - half), ("high", size + half)):
        fields[f"rest_{name}"][row, 0] = value
    sureness["rest"][row, 0] = sure
    return replace(book, panels=(replace(panel, fields=fields, sureness=sureness),))


def names(book: ScoreBook, rows: np.ndarray) -> list[str]:
    return [book.tree.ids[row] for row in rows.tolist()]


def test_a_large_and_doubtful_difference_does_not_come_first() -> None:
    book = with_difference(make_book(), "pier-west", 3.0, 4.0, 0)
    book = with_difference(book, "harbour", 0.9, 0.1, 2)
    rows = chosen_rows(book, book.everybody, top=0)
    found = names(book, order_rows(book, book.everybody, rows, [0], "rest", by="clear"))
    assert found[0] == "harbour"
    sizes = dict(zip(book.tree.ids, clear_sizes(book, book.everybody, [0], "rest")[:, 0].tolist(), strict=True))
    assert sizes["pier-west"] == 0
    assert sizes["harbour"] == pytest.approx((0.9 - 0.1) / 0.2)
    quiet = [unit for unit in found if sizes[unit] == 0]
    assert quiet == [unit for unit in book.tree.ids if sizes[unit] == 0]


def test_worse_first_turns_round_where_lower_is_better() -> None:
    book = with_difference(with_difference(make_book(), "care", 0.9, 0.1, 2), "harbour", -0.9, 0.1, 2)
    rows = chosen_rows(book, book.everybody, top=0)
    turned = replace(book, columns=(replace(book.columns[0], higher_is_better=False), *book.columns[1:]))
    for one, first in ((book, "harbour"), (turned, "care")):
        assert names(one, order_rows(one, one.everybody, rows, [0], "rest", by="below"))[0] == first
        assert names(one, order_rows(one, one.everybody, rows, [0], "rest", by="above"))[-1] == first
    assert clearest(book, book.everybody, rows, NUMBERS, "rest") is not None
    assert clearest(book, book.everybody, rows[:0], NUMBERS, "rest") is None


def test_rows_are_chosen_by_subtree_depth_and_name() -> None:
    book = make_book()
    panel = book.everybody
    trams = book.tree.index_of["trams"]
    assert names(book, chosen_rows(book, panel, top=trams)) == ["trams", "north", "south", "tram-engineering"]
    assert names(book, chosen_rows(book, panel, top=0, depth=1)) == ["ht", "trams", "ferries", "buses", "care"]
    assert names(book, chosen_rows(book, panel, top=0, named="DEPOT")) == ["north", "south"]
    rows = chosen_rows(book, panel, top=0)
    assert names(book, order_rows(book, panel, rows, NUMBERS, "rest", by="name"))[0] == "buses"


def test_looks_follow_difference_and_doubt() -> None:
    book = with_difference(make_book(), "harbour", -0.61, 0.1, 2)
    row = book.everybody.position(book.tree.index_of["harbour"])
    found = looks(book, book.everybody, np.array([row, 0]), [0], "rest")
    assert (int(found.step[0, 0]), int(found.doubt[0, 0])) == (1, 0)
    assert not found.compared[1, 0]
    assert int(found.step[1, 0]) == 4


def test_a_part_holds_its_units_and_nothing_of_the_others() -> None:
    book = make_book(canary=True)
    keep = np.zeros(len(book.tree), bool)
    keep[book.tree.subtree(book.tree.index_of["ferries"])] = True
    keep[book.tree.index_of["pier-west"]] = False
    part = narrowed_book(book, keep)
    assert part.tree.ids == ("ferries", "pier-east", "night-cleaning")
    assert part.inputs_hash != book.inputs_hash
    assert [column.key for column in part.columns] == [column.key for column in book.columns]
    for number, column in enumerate(book.columns):
        here = part.find("pier-east", column.measure, column.subject)
        assert here == book.find("pier-east", column.measure, column.subject)
        top = part.at(0, number)
        assert isinstance(top, Estimate)
        assert top.versus_rest is None
        assert np.isnan(top.rest_value)
    assert isinstance(part.find("night-cleaning", "score", "lx_hears"), Withheld)
    assert part.shares.percent.shape[0] == 3


def test_a_hidden_question_takes_its_number_its_bars_and_its_name_along() -> None:
    book = make_book()
    hidden = frozenset({"lx_hears_1", "lx_hears"})
    part = narrowed_book(book, np.ones(len(book.tree), bool), hidden)
    left = {column.subject for column in part.columns}
    assert not hidden & left
    assert "lx_hears_2" in left
    assert "lx_hears_1" not in part.shares.subjects
    offsets = part.shares.offsets
    assert len(offsets) == len(part.shares.subjects) + 1
    for subject in part.shares.subjects:
        ours, theirs = part.shares.of(1, subject), book.shares.of(1, subject)
        assert ours is not None
        assert theirs is not None
        assert np.array_equal(ours, theirs)
    assert narrowed_book(book, np.ones(len(book.tree), bool)) is book
    assert CANARY_VALUE not in part.everybody.fields["value"]
    assert CANARY_COUNT not in part.everybody.n_answered
    assert CANARY_PERCENT not in part.shares.percent[np.isnan(book.shares.percent[:, : part.shares.percent.shape[1]])]


def test_scores_made_of_a_hidden_question_are_hidden_to_any_depth() -> None:
    index = replace(SPECIFICATION.scales[0], key="all", items=("heard",), parts=("led",), role="index")
    deep = replace(SPECIFICATION, scales=(*SPECIFICATION.scales, index))
    assert hidden_with_scores(deep, ["thanks"]) == {"thanks", "led", "all"}
    assert hidden_with_scores(deep, ["tell"]) == {"tell"}
    assert hidden_with_scores(deep, []) == frozenset()


def test_parts_that_are_none_are_refused() -> None:
    book = make_book()
    with pytest.raises(ValueError, match="at least one"):
        narrowed_book(book, np.zeros(len(book.tree), bool))
    apart = np.zeros(len(book.tree), bool)
    apart[[1, 5]] = True
    with pytest.raises(ValueError, match="spans"):
        narrowed_book(book, apart)
