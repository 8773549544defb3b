"""Comments through the gate: nothing about fewer than k, and a comment comes from at least comment_k people."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from headwater.org import number_units, subtree_sums
from headwater.scoring.comment_reading import ReadComments, only_supported, read_sealed_comments
from headwater.scoring.comment_storage import load_comments, read_theme_book, save_comments, theme_book_nouns
from headwater.scoring.comments import gate_comments, gate_themes, gate_units
from headwater.text.theme_book import default_theme_book
from headwater.text.words import tokens
from headwater.vocab import (
    SHARE_BANDS,
    SIZE_BANDS,
    TONES,
    CommentBook,
    CommentedItem,
    InputError,
    Panel,
    ScoreBook,
    Shares,
    Study,
    Theme,
    ThemeBook,
    UnitTree,
    Wave,
    share_band,
    size_band,
)

K, COMMENT_K = 5, 10
ITEMS = (CommentedItem("c", {"en": "What?"}),)
THEMES = ThemeBook(0, tuple(Theme(key, {"en": key}, {}) for key in ("pay", "team", "rare")))


def tree_of(rng: np.random.Generator, size: int) -> UnitTree:
    parents = [None, *(f"u{rng.integers(0, number)}" for number in range(1, size))]
    return number_units([f"u{number}" for number in range(size)], parents)


def book_of(tree: UnitTree, shown: np.ndarray) -> ScoreBook:
    rows = np.arange(len(tree), dtype=np.int32)
    panel = Panel("", "", rows, shown[:, None], np.zeros(len(tree), np.int64), np.zeros((len(tree), 1), np.int64), {},
                  np.zeros((len(tree), 1), np.int8), {})  # fmt: skip
    shares = Shares((), np.zeros(1, np.int64), np.zeros((len(tree), 0)))
    study = Study("s", "S", k=K, comment_k=COMMENT_K)
    return ScoreBook(study, Wave("s", "w", "W", 1), tree, (), (panel,), shares, "hash")


def world(seed: int) -> tuple[UnitTree, np.ndarray, ReadComments, CommentBook | None]:
    rng = np.random.default_rng(seed)
    tree = tree_of(rng, int(rng.integers(3, 14)))
    count = int(rng.integers(5, 260))
    unit = np.sort(rng.integers(0, len(tree), count)).astype(np.int32)
    read = ReadComments(
        unit=unit,
        item=np.zeros(count, np.int16),
        language=("en",) * count,
        tone=rng.integers(0, len(TONES), count).astype(np.int8),
        mentions=rng.random((count, 3)) < np.array([0.6, 0.25, 0.03]),
        masked=tuple(f"comment {place}" for place in range(count)),
        kept_back=rng.random(count) < 0.1,
        order=rng.permutation(count).astype(np.int64),
    )
    shown = rng.random(len(tree)) < 0.8
    shown[0] = True
    return tree, shown, read, gate_comments(read, THEMES, ITEMS, book_of(tree, shown))


def residuals(tree: UnitTree, units: list[int], own: np.ndarray) -> list[int]:
    """The count of every shown unit less those of the shown units next below it."""
    totals = subtree_sums(tree, own)
    found = []
    for unit in units:
        below = [one for one in units if one != unit and tree.is_within(one, unit)]
        next_below = [one for one in below if not any(o != one and tree.is_within(one, o) for o in below)]
        found.append(int(totals[unit] - sum(totals[one] for one in next_below)))
    return found


def own_counts(tree: UnitTree, unit: np.ndarray) -> np.ndarray:
    own = np.zeros(len(tree), np.int64)
    np.add.at(own, unit, 1)
    return own


@pytest.mark.parametrize("seed", range(60))
def test_no_group_below_k_follows_from_what_is_shown(seed: int) -> None:
    tree, shown, read, book = world(seed)
    if book is None:
        assert len(read.unit) < COMMENT_K
        return
    units = np.flatnonzero(book.sizes[:, 0]).tolist()
    assert all(shown[unit] for unit in units)
    assert all(left == 0 or left >= COMMENT_K for left in residuals(tree, units, own_counts(tree, read.unit)))
    for number, theme in enumerate(THEMES.themes):
        own = own_counts(tree, read.unit[read.mentions[:, number]])
        cells = [cell for unit in units for cell in book.cells("c", unit) if cell.theme == theme.key]
        named, cited = [cell.row for cell in cells], [cell.row for cell in cells if cell.tones is not None]
        assert all(left == 0 or left >= K for left in residuals(tree, named, own))
        assert all(left == 0 or left >= COMMENT_K for left in residuals(tree, cited, own))
        assert all(not cell.cited for cell in cells if cell.tones is None)


@pytest.mark.parametrize("seed", range(30))
def test_where_a_comment_comes_from_is_never_narrowed_below_comment_k(seed: int) -> None:
    """The attacker knows every unit at which a comment is and is not cited, over all themes."""
    tree, _shown, read, book = world(seed)
    if book is None:
        return
    place_of = {words: place for place, words in enumerate(read.masked)}
    cells = [cell for unit in range(len(tree)) for cell in book.cells("c", unit)]
    for number, comment in enumerate(book.comments):
        place = place_of[comment.words]
        assert not read.kept_back[place]
        possible = set(range(len(tree)))
        for cell in cells:
            subtree = set(range(cell.row, cell.row + int(tree.size[cell.row])))
            if number in cell.cited:
                assert int(read.unit[place]) in subtree
                possible &= subtree
        for cell in cells:  # not cited where it would have been: it is not from there, at worst
            subtree = set(range(cell.row, cell.row + int(tree.size[cell.row])))
            if cell.cited and number not in cell.cited and int(read.unit[place]) not in subtree:
                possible -= subtree
        assert sum(int(unit) in possible for unit in read.unit) >= COMMENT_K


def test_nothing_small_follows_from_any_two_shown_sizes() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        tree = tree_of(rng, 9)
        own = rng.integers(0, 14, len(tree)).astype(np.int64)
        units = np.flatnonzero(gate_units(tree, own, np.ones(len(tree), bool), COMMENT_K)).tolist()
        totals = subtree_sums(tree, own)
        for one, other in combinations(units, 2):
            if tree.is_within(other, one):
                left = int(totals[one] - totals[other])
                assert left == 0 or left >= COMMENT_K
        named, cited = gate_themes(tree, np.isin(np.arange(len(tree)), units), own[:, None] // 2, K, COMMENT_K)
        assert not (cited & ~named).any()


def test_shares_and_sizes_are_bands_and_all_alike_is_never_said() -> None:
    tree, _shown, _read, book = world(1)
    assert book is not None
    assert set(np.unique(book.sizes).tolist()) <= {0, *SIZE_BANDS}
    assert book.tones.max() <= 90
    assert (book.tones[book.tones >= 0] % 10 == 0).all()
    assert [share_band(part, 100) for part in (0, 9, 10, 24, 25, 74, 75, 100)] == [0, 0, 1, 1, 2, 3, 4, 4]
    assert [size_band(count) for count in (9, 10, 19, 20, 10_000)] == [0, 10, 10, 20, 5000]
    assert len(SHARE_BANDS) == 5
    assert len(tree) > 0


def test_a_word_of_ones_own_that_catches_a_few_does_not_count() -> None:
    texts = ["my wheelchair ramp"] * 4 + ["no parking here"] * 6 + ["the pay"] * 3
    theme = Theme("own", {"en": "Own"}, {"en": ("wheelchair", "parking", "no park*", "nowhere")}, {"en": ("ramp",)})
    book = ThemeBook(1, (theme, default_theme_book().theme("pay")))
    kept = only_supported(book, [tokens(text) for text in texts], ["en"] * len(texts), K)
    assert kept.themes[0].words == {"en": ("parking", "no park*", "nowhere")}
    assert kept.themes[0].without == {"en": ()}
    assert kept.themes[1] == default_theme_book().theme("pay")


def test_a_book_is_saved_and_read_back_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    book = world(1)[3]
    assert book is not None
    again = load_comments(save_comments(book, tmp_path))
    for name in (
        "sizes",
        "tones",
        "cell_item",
        "cell_row",
        "cell_theme",
        "cell_band",
        "cell_tones",
        "cited",
        "cited_from",
    ):
        assert np.array_equal(getattr(again, name), getattr(book, name))
    assert again.comments == book.comments
    assert read_theme_book(theme_book_nouns(default_theme_book())) == default_theme_book()
    assert replace(again.themes) == book.themes
    (tmp_path / "comments.npz").write_bytes(b"PK")
    with pytest.raises(InputError):
        load_comments(tmp_path)
    with pytest.raises(InputError):
        read_sealed_comments(tmp_path, "s", "w", book.tree, ["c"])
