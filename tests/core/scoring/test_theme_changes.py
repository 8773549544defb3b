"""Themes over time: a change is said where it is real, and seldom where it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from tests.core.scoring.test_comments import COMMENT_K, ITEMS, THEMES, K, book_of

from headwater.org import number_units
from headwater.scoring.comment_reading import ReadComments
from headwater.scoring.comments import gate_comments
from headwater.scoring.theme_changes import _least_sure, theme_changes
from headwater.vocab import TONES, CommentBook, CommentedItem, Theme, ThemeBook, share_band, size_band

TREE = number_units(["top", "north", "south"], ["", "top", "top"])


def released(shares: tuple[float, ...], count: int, seed: int) -> CommentBook:
    """What is released of a wave in which half wrote in the north, half in the south, with these shares of themes."""
    rng = np.random.default_rng(seed)
    unit = np.sort(rng.integers(1, 3, count)).astype(np.int32)
    read = ReadComments(
        unit=unit,
        item=np.zeros(count, np.int16),
        language=("en",) * count,
        tone=rng.integers(0, len(TONES), count).astype(np.int8),
        mentions=rng.random((count, 3)) < np.array(shares),
        masked=tuple(f"comment {place}" for place in range(count)),
        kept_back=np.zeros(count, bool),
        order=rng.permutation(count).astype(np.int64),
    )
    found = gate_comments(read, THEMES, ITEMS, book_of(TREE, np.ones(3, bool)))
    assert found is not None
    return found


def said(book: CommentBook, earlier: CommentBook, row: int = 0) -> dict[str, int]:
    return {one.theme: one.direction for one in theme_changes(book, earlier, "c", row)}


def test_a_large_change_is_said_and_which_way() -> None:
    before, after = released((0.05, 0.60, 0.30), 400, 1), released((0.40, 0.15, 0.32), 400, 2)
    assert said(after, before) == {"pay": 1, "team": -1, "rare": 0}
    assert said(before, after) == {"pay": -1, "team": 1, "rare": 0}
    one = next(found for found in theme_changes(after, before, "c", 0) if found.theme == "pay")
    assert (one.before, one.now) == (share_band(5, 100), share_band(40, 100))


def test_a_large_change_of_few_comments_is_not() -> None:
    before, after = released((0.05, 0.60, 0.30), 400, 1), released((0.40, 0.15, 0.32), 30, 2)
    assert set(said(after, before).values()) == {0}


def test_where_nothing_changed_a_change_is_hardly_ever_said() -> None:
    """Shares at the ends of bands, where a draw falls into either: the worst that can be."""
    false, tried = 0, 0
    books = [released((0.10, 0.25, 0.50), 120, 10 + seed) for seed in range(60)]
    for earlier, book in zip(books[::2], books[1::2], strict=True):
        for row in range(3):
            found = said(book, earlier, row)
            tried += bool(found)
            false += any(found.values())
    assert tried > 60
    assert false <= stats.binom.ppf(0.999, tried, 0.05)


def test_what_is_said_holds_whatever_the_exact_numbers_were() -> None:
    """For every pair of counts that come out as these bands and sizes, an exact test agrees."""
    low, high = size_band(60), size_band(600)
    assert _least_sure(0, 2, 500, 500) < 0.001
    assert _least_sure(0, 2, low, low) > 0.01
    assert _least_sure(0, 1, high, high) == _least_sure(3, 3, high, high) == 1.0
    rng = np.random.default_rng(3)
    for _ in range(200):
        n, m = rng.integers(100, 400, 2).tolist()
        x, y = int(rng.integers(0, n + 1)), int(rng.integers(0, m + 1))
        bound = _least_sure(share_band(x, n), share_band(y, m), size_band(n), size_band(m))
        if bound < 0.001:
            assert stats.fisher_exact([[x, n - x], [y, m - y]]).pvalue < 0.01


def test_only_like_is_compared_with_like() -> None:
    before, after = released((0.05, 0.60, 0.30), 400, 1), released((0.40, 0.15, 0.32), 400, 2)
    assert theme_changes(after, replace(before, made_with={"headwater": "0.0.1"}), "c", 0) == ()
    assert theme_changes(after, replace(before, items=(CommentedItem("c", {"en": "Else?"}),)), "c", 0) == ()
    assert theme_changes(after, replace(before, items=(CommentedItem("d", {"en": "What?"}),)), "c", 0) == ()
    pay, *others = THEMES.themes
    edited = ThemeBook(1, (Theme("pay", pay.label, {"en": ("wage*",)}), *others))
    assert set(said(after, replace(before, themes=edited))) == {"team", "rare"}
    elsewhere = replace(before, tree=number_units(["top", "n2", "s2"], ["", "top", "top"]))
    assert theme_changes(after, elsewhere, "c", 1) == ()
    assert theme_changes(after, elsewhere, "c", 0) != ()
    with pytest.raises(KeyError):
        theme_changes(after, before, "d", 0)
    assert (after.k, after.comment_k) == (K, COMMENT_K)
