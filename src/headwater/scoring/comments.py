"""Comments through the gate: which themes may be shown where, and which comments may be read there.

Each question has its own answer set: one person writes at most one comment to it, and comments to different questions
cannot be joined. For one question:

1. A unit is shown when the ScoreBook of the wave shows it and every residual of commenters over the shown units is 0 or
   at least comment_k (`gate_tree`).
2. A theme is shown in such a unit when every residual of comments that speak of it is 0 or at least k (`gate_columns`):
   as a band of the share, never as a count.
3. Its tones are shown, and its comments cited, where these residuals are 0 or at least comment_k.

Where a comment comes from can be told from its citations only as a union of residuals of step 1, whatever themes, units
and versions of the theme book are put together, for all of them are cited at units of step 1. So every comment could
have been written by any of at least comment_k people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater import __version__
from headwater.org import subtree_sums
from headwater.privacy import gate_columns, gate_tree
from headwater.scoring.comment_reading import (
    ReadComments,
    SealedComments,
    count_by_unit,
    read_sealed_comments,
    understand,
)
from headwater.scoring.comment_storage import theme_book_nouns
from headwater.text.discovery import discover_themes
from headwater.text.learned import uses_vectors
from headwater.text.names import own_names
from headwater.text.theme_book import check_theme_book, default_theme_book
from headwater.text.themes import Caught
from headwater.text.words import tokens
from headwater.vocab import (
    TONES,
    CitedComment,
    CommentBook,
    CommentedItem,
    Instrument,
    ScoreBook,
    Suggestion,
    Theme,
    ThemeBook,
    UnitTree,
    share_band,
    size_band,
)

__all__ = [
    "Caught",
    "CommentSource",
    "check_theme_book",
    "commented_items",
    "default_theme_book",
    "fitting_themes",
    "gate_comments",
    "gate_themes",
    "gate_units",
    "release_comments",
]

MOST_CITED = 12
"""Comments cited for a theme in a unit."""
CUSTOMER_SCALES = ("cx_", "service_")

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class CommentSource:
    """What comments are read from and read by.

    instruments: the questionnaires. people, units: names of the organisation, masked wherever they stand. limits: k and
    comment_k where they were made stricter since the book was released; never below those of the book.
    """

    store: Path
    book: ScoreBook
    instruments: tuple[Instrument, ...]
    people: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    limits: tuple[int, int] | None = None


def release_comments(source: CommentSource, themes: ThemeBook | None = None) -> CommentBook | None:
    """Return what may be shown of the comments of a wave; None when nothing may.

    themes: the organisation's theme book, the shipped one by default. Raises InputError for damaged comments.
    """
    book = source.book
    items = commented_items(source.instruments)
    if not items:
        return None
    sealed = read_sealed_comments(source.store, book.study.key, book.wave.key, book.tree, [item.key for item in items])
    themes = fitting_themes(themes or default_theme_book(), source.instruments)
    own = own_names(source.people, source.units or tuple(book.tree.names))
    languages = tuple(dict.fromkeys(code for one in source.instruments for code in one.languages))
    book = _tightened(book, source.limits)
    if not _any_group(sealed, book, len(items)):
        return None
    salt = f"{book.study.key}/{book.wave.key}"
    read, counted = understand(sealed, themes, own, languages=languages, k=book.study.k, salt=salt)
    return gate_comments(read, counted, items, book)


def _tightened(book: ScoreBook, limits: tuple[int, int] | None) -> ScoreBook:
    if limits is None:
        return book
    k = max(limits[0], book.study.k)
    return replace(book, study=replace(book.study, k=k, comment_k=max(limits[1], book.study.comment_k, k)))


def commented_items(instruments: Iterable[Instrument]) -> tuple[CommentedItem, ...]:
    """Return the questions that are answered in one's own words."""
    return tuple(CommentedItem(item.key, item.text) for one in instruments for item in one.items if item.kind == "text")


def fitting_themes(book: ThemeBook, instruments: Sequence[Instrument]) -> ThemeBook:
    """Return the themes that fit a study: what customers speak of in theirs, what employees speak of in others.

    A theme without scales fits everywhere.
    """
    asked = {scale.key for one in instruments for scale in one.scales} | {
        item.key for one in instruments for item in one.items
    }
    customers = any(key.startswith(CUSTOMER_SCALES) for key in asked)
    employees = not customers or any(not key.startswith(CUSTOMER_SCALES) for key in asked)

    def fits(theme: Theme) -> bool:
        of_customers = any(key.startswith(CUSTOMER_SCALES) for key in theme.scales)
        of_employees = any(not key.startswith(CUSTOMER_SCALES) for key in theme.scales)
        return not theme.scales or (customers and of_customers) or (employees and of_employees)

    return ThemeBook(book.version, tuple(theme for theme in book.themes if fits(theme)))


def _any_group(sealed: SealedComments, book: ScoreBook, items: int) -> bool:
    """Whether any question has enough comments at all; reading them is not begun otherwise."""
    return any(int((sealed.item == number).sum()) >= book.study.comment_k for number in range(items))


def gate_units(tree: UnitTree, own: IntArray, shown: BoolArray, comment_k: int) -> BoolArray:
    """Choose the units in which comments to one question are shown: bool[U].

    own: int64[U], comments of each unit. shown: bool[U], units that the ScoreBook shows. Residuals are 0 or comment_k.
    """
    totals = subtree_sums(tree, own)
    weights = np.where(shown & (totals > 0), totals.sum() + 1.0 + totals, 0.0)
    # a part of a safe set is safe: its residuals are unions of residuals
    return gate_tree(tree, own, comment_k, weights=weights) & shown


def gate_themes(tree: UnitTree, units: BoolArray, own: IntArray, k: int, comment_k: int) -> tuple[BoolArray, BoolArray]:
    """Choose where themes are named, and where they are cited: bool[U, T] each, the second within the first.

    units: bool[U] from `gate_units`. own: int64[U, T], comments of each unit that speak of a theme.
    """
    named = gate_columns(tree, units, own, k)
    cited = np.zeros_like(named)
    for column in np.flatnonzero(named.any(axis=0)).tolist():
        cited[:, [column]] = gate_columns(tree, named[:, column], own[:, [column]], comment_k)
    totals = subtree_sums(tree, own)
    return named & (totals > 0), cited & (totals >= comment_k)


def gate_comments(
    read: ReadComments, themes: ThemeBook, items: tuple[CommentedItem, ...], book: ScoreBook
) -> CommentBook | None:
    """Return what passes the gate of comments that were read; None when nothing does."""
    tree, k, comment_k = book.tree, book.study.k, book.study.comment_k
    shown: BoolArray = np.asarray(book.everybody.shown.any(axis=1), bool)
    sizes = np.zeros((len(tree), len(items)), np.int32)
    tones = np.full((len(tree), len(items), len(TONES)), -1, np.int8)
    cells: list[tuple[int, int, int, int, tuple[int, ...], list[int]]] = []
    suggested: list[tuple[int, tuple[str, ...], str, list[int]]] = []
    for number in range(len(items)):
        mine = np.flatnonzero(read.item == number)
        if len(mine) < comment_k:
            continue
        unit = read.unit[mine]
        own = count_by_unit(tree, unit, np.ones(len(mine), bool))
        units = gate_units(tree, own, shown, comment_k)
        totals = subtree_sums(tree, own)
        rows = np.flatnonzero(units)
        sizes[rows, number] = [size_band(int(count)) for count in totals[rows]]
        tone_own = np.stack([count_by_unit(tree, unit, read.tone[mine] == tone) for tone in range(len(TONES))], axis=1)
        tones[rows, number] = _percents(subtree_sums(tree, tone_own)[rows])
        cells += _cells(read, mine, number, tree, units, totals, k, comment_k)
        if units[0]:
            suggested += _suggested(read, mine, number, comment_k)
    if not sizes.any():
        return None
    return _as_book(read, themes, items, book, sizes, tones, cells, suggested)


def _cells(
    read: ReadComments,
    mine: NDArray[np.intp],
    number: int,
    tree: UnitTree,
    units: BoolArray,
    totals: IntArray,
    k: int,
    comment_k: int,
) -> list[tuple[int, int, int, int, tuple[int, ...], list[int]]]:
    """The shown themes of one question: item, unit, theme, band, tones and comments."""
    unit, mentions = read.unit[mine], read.mentions[mine]
    own = np.stack([count_by_unit(tree, unit, mentions[:, at]) for at in range(mentions.shape[1])], axis=1)
    named, cited = gate_themes(tree, units, own, k, comment_k)
    spoken = subtree_sums(tree, own)
    found: list[tuple[int, int, int, int, tuple[int, ...], list[int]]] = []
    for theme in np.flatnonzero(named.any(axis=0)).tolist():
        speaking = mine[mentions[:, theme]]
        by_tone = np.stack(
            [count_by_unit(tree, read.unit[speaking], read.tone[speaking] == tone) for tone in range(len(TONES))],
            axis=1,
        )
        percents = _percents(subtree_sums(tree, by_tone))
        open_ones = speaking[~read.kept_back[speaking]]
        places = read.unit[open_ones]
        for row in np.flatnonzero(named[:, theme]).tolist():
            band = share_band(int(spoken[row, theme]), int(totals[row]))
            if not cited[row, theme]:
                found.append((number, row, theme, band, (-1,) * len(TONES), []))
                continue
            start, stop = np.searchsorted(places, [row, row + int(tree.size[row])])
            here = open_ones[start:stop]
            found.append((number, row, theme, band, tuple(percents[row].tolist()), _chosen(read, here)))
    return found


def _chosen(read: ReadComments, here: NDArray[np.intp]) -> list[int]:
    """Return the comments to cite of some, by their chance order; those in the same words once."""
    order = np.argsort(read.order[here], kind="stable") if len(here) > 1 else np.arange(len(here))
    found: dict[str, int] = {}
    for place in here[order].tolist():
        found.setdefault(read.masked[place], int(place))
        if len(found) == MOST_CITED:
            break
    return list(found.values())


def _percents(counts: IntArray) -> NDArray[np.int8]:
    """Percents in steps of 10, at most 90: "all of them" is never said."""
    whole = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    steps = np.floor(10 * counts / whole + 0.5) * 10
    found: NDArray[np.int8] = np.minimum(steps, 90).astype(np.int8)
    return found


def _suggested(
    read: ReadComments, mine: NDArray[np.intp], number: int, comment_k: int
) -> list[tuple[int, tuple[str, ...], str, list[int]]]:
    """Themes to suggest from the comments of the whole, each of at least comment_k of them."""
    found = discover_themes(
        [tokens(read.masked[place]) for place in mine.tolist()],
        [read.language[place] for place in mine.tolist()],
        [bool(one) for one in np.any(read.mentions[mine], axis=1)],
        least=comment_k,
    )
    made = []
    for one in found:
        open_ones = np.array([mine[at] for at in one.comments if not read.kept_back[mine[at]]], np.intp)
        made.append((number, one.words, one.language, _chosen(read, open_ones)))
    return made


def _as_book(
    read: ReadComments,
    themes: ThemeBook,
    items: tuple[CommentedItem, ...],
    book: ScoreBook,
    sizes: NDArray[np.int32],
    tones: NDArray[np.int8],
    cells: list[tuple[int, int, int, int, tuple[int, ...], list[int]]],
    suggested: list[tuple[int, tuple[str, ...], str, list[int]]],
) -> CommentBook:
    cells.sort(key=lambda cell: (cell[0], cell[1], -cell[3], cell[2]))
    used = sorted(
        {place for cell in cells for place in cell[5]} | {place for one in suggested for place in one[3]},
        key=lambda place: int(read.order[place]),
    )
    number_of = {place: number for number, place in enumerate(used)}
    cited = [number_of[place] for cell in cells for place in cell[5]]
    made_with = {"headwater": __version__}
    if uses_vectors():
        made_with["sentence vectors"] = "Universal Sentence Encoder multilingual v3"
    nouns = [book.inputs_hash, theme_book_nouns(themes), book.study.k, book.study.comment_k, made_with]
    return CommentBook(
        study=book.study.key,
        wave=book.wave.key,
        k=book.study.k,
        comment_k=book.study.comment_k,
        tree=book.tree,
        items=items,
        themes=themes,
        sizes=sizes,
        tones=tones,
        cell_item=np.array([cell[0] for cell in cells], np.int16),
        cell_theme=np.array([cell[2] for cell in cells], np.int16),
        cell_row=np.array([cell[1] for cell in cells], np.int32),
        cell_band=np.array([cell[3] for cell in cells], np.int8),
        cell_tones=np.array([cell[4] for cell in cells], np.int8).reshape(len(cells), len(TONES)),
        cited_from=np.cumsum([0, *(len(cell[5]) for cell in cells)]).astype(np.int64),
        cited=np.array(cited, np.int32),
        comments=tuple(
            CitedComment(read.masked[place], read.language[place], TONES[int(read.tone[place])]) for place in used
        ),
        suggestions=tuple(
            Suggestion(items[at].key, words, code, tuple(number_of[place] for place in places))
            for at, words, code, places in suggested
        ),
        languages=_languages(read, book.study.comment_k),
        inputs_hash=hashlib.sha256(json.dumps(nouns, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        made_with=made_with,
    )


def _languages(read: ReadComments, comment_k: int) -> tuple[tuple[str, int], ...]:
    """Languages that at least a tenth of the comments are in, and comment_k of them, in steps of 10 percent."""
    codes, counts = np.unique(np.array(read.language), return_counts=True)
    whole = len(read.language)
    told = [
        (str(code), min(round(10 * int(count) / whole) * 10, 90))
        for code, count in zip(codes, counts, strict=True)
        if count >= comment_k and 10 * count >= whole
    ]
    return tuple(sorted(told, key=lambda pair: -pair[1]))
