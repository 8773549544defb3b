"""Screens of best-worst items: everything as often as everything else."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.instruments import design_balance, make_sets
from headwater.vocab import Choice, Item


def design(count: int, size: int = 4) -> Item:
    """A best-worst item over some choices."""
    keys = [f"c{number}" for number in range(count)]
    choices = tuple(Choice(key, {"en": key}) for key in keys)
    return Item("x", {"en": "x"}, "best_worst", choices=choices, sets=make_sets(keys, size))


@pytest.mark.parametrize("count", [3, 4, 5, 7, 13, 21, 31])
def test_some_numbers_of_choices_have_a_balanced_design(count: int) -> None:
    assert design_balance(design(count)).balanced


@pytest.mark.parametrize("size", [3, 4, 5, 6])
@pytest.mark.parametrize("count", range(3, 41))
def test_every_choice_is_shown_equally_often_at_every_place(count: int, size: int) -> None:
    balance = design_balance(design(count, size))
    assert balance.connected
    assert balance.equal_sets
    assert len(set(balance.frequency.tolist())) == 1
    if count > size:
        assert len(set(balance.positions.ravel().tolist())) == 1
        pairs = balance.pairs[np.triu_indices(count, 1)]
        assert pairs.max() - pairs.min() <= 2


def test_the_same_choices_give_the_same_screens() -> None:
    assert make_sets(list("abcdefgh")) == make_sets(list("abcdefgh"))


@pytest.mark.parametrize(("count", "size"), [(2, 4), (5, 2)])
def test_too_few_are_refused(count: int, size: int) -> None:
    with pytest.raises(ValueError, match="at least 3"):
        make_sets([str(number) for number in range(count)], size)
