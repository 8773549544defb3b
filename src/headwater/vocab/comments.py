"""Comments: the theme book that sorts them, and what was released of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.vocab.questionnaire import Texts
from headwater.vocab.tree import UnitTree

Tone = Literal["negative", "mixed", "neutral", "positive"]

TONES: tuple[Tone, ...] = ("negative", "mixed", "neutral", "positive")
"""What a comment can sound like, from bad to good. Mixed holds both; neutral holds neither."""

UNKNOWN_LANGUAGE = "und"
"""The language of a comment that nobody can tell, as BCP 47 (RFC 5646) writes it."""

SHARE_BANDS: tuple[tuple[int, int], ...] = ((0, 9), (10, 24), (25, 49), (50, 74), (75, 100))
"""Percent of a unit's comments that speak of a theme, as bands. Exact shares are never released."""

SIZE_BANDS: tuple[int, ...] = (10, 20, 50, 100, 200, 500, 1000, 5000)
"""How many commented, at least: the only form in which a number of comments is released."""


def share_band(part: int, whole: int) -> int:
    """Return the band of a share. part: at most the whole, which is above 0."""
    percent = 100 * part / whole
    return max(number for number, (low, _high) in enumerate(SHARE_BANDS) if percent >= low)


def size_band(count: int) -> int:
    """Return the largest number of SIZE_BANDS that a count reaches, 0 below all."""
    return max((least for least in SIZE_BANDS if count >= least), default=0)


@dataclass(frozen=True, slots=True)
class Theme:
    """Something that people speak of.

    words: what calls it, by language: a word ("pay"), the beginning of words ("salar*") or several in a row ("pay
    rise*"). without: the same, for comments that are meant otherwise. learned: themes of the shipped book whose learned
    model may vote for this one. scales: scores of the questionnaires that ask about it.
    """

    key: str
    label: Texts
    words: Mapping[str, tuple[str, ...]]
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    learned: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeBook:
    """Themes in their order. version: 0 for the shipped book, from 1 for an organisation's own."""

    version: int
    themes: tuple[Theme, ...]

    def theme(self, key: str) -> Theme:
        """Return a theme. Raises KeyError when the book has none of that key."""
        for theme in self.themes:
            if theme.key == key:
                return theme
        raise KeyError(f"the theme book has no theme {key!r}")


@dataclass(frozen=True, slots=True)
class CommentedItem:
    """A question with comments. text: as it was asked."""

    key: str
    text: Texts


@dataclass(frozen=True, slots=True)
class CitedComment:
    """A comment as it may be read: people and places masked, nothing of who wrote it, when, or in which unit below."""

    words: str
    language: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A theme that the book does not have yet. words: what its comments share. cited: numbers of comments."""

    item: str
    words: tuple[str, ...]
    language: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ThemeCell:
    """A theme in a unit, for one question.

    row: the unit's place in the tree. band: of SHARE_BANDS. tones: percent of its comments by TONES in steps of 10, the
    ends bounded; None where too few speak of it. cited: numbers of its comments; none where they could be too few.
    """

    item: str
    theme: str
    row: int
    band: int
    tones: tuple[int, ...] | None
    cited: tuple[int, ...]


@dataclass(frozen=True)
class CommentBook:
    """All that was released of the comments of one wave.

    items: questions with comments. themes: the book that sorted them. sizes: int32[U, I], how many commented at least,
    of SIZE_BANDS, 0 where nothing is shown. tones: int8[U, I, 4], percent by TONES in steps of 10, -1 where not shown.
    cell_*: the shown cells, sorted by item, unit and falling share. cited_from: int64[C + 1] into `cited`, which holds
    numbers of `comments`. languages: percent of comments in steps of 10, by language, of the whole.
    """

    study: str
    wave: str
    k: int
    comment_k: int
    tree: UnitTree
    items: tuple[CommentedItem, ...]
    themes: ThemeBook
    sizes: NDArray[np.int32]
    tones: NDArray[np.int8]
    cell_item: NDArray[np.int16]
    cell_theme: NDArray[np.int16]
    cell_row: NDArray[np.int32]
    cell_band: NDArray[np.int8]
    cell_tones: NDArray[np.int8]
    cited_from: NDArray[np.int64]
    cited: NDArray[np.int32]
    comments: tuple[CitedComment, ...]
    suggestions: tuple[Suggestion, ...]
    languages: tuple[tuple[str, int], ...]
    inputs_hash: str
    made_with: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the arrays belong together."""
        count = len(self.cell_item)
        if not (len(self.cell_theme) == len(self.cell_row) == len(self.cell_band) == len(self.cell_tones) == count):
            raise ValueError("the cells of a comment book differ in length")
        if len(self.cited_from) != count + 1 or int(self.cited_from[-1]) != len(self.cited):
            raise ValueError("the cited comments of a comment book do not fit its cells")
        if self.sizes.shape != (len(self.tree), len(self.items)) or self.tones.shape != (*self.sizes.shape, len(TONES)):
            raise ValueError("the sizes of a comment book do not fit its tree")

    @cached_property
    def _cells_of(self) -> dict[tuple[int, int], slice]:
        """Cells by item and unit; they lie together."""
        found: dict[tuple[int, int], slice] = {}
        if len(self.cell_item):
            changes = np.flatnonzero((np.diff(self.cell_item) != 0) | (np.diff(self.cell_row) != 0)) + 1
            for start, stop in pairwise([0, *changes.tolist(), len(self.cell_item)]):
                found[int(self.cell_item[start]), int(self.cell_row[start])] = slice(start, stop)
        return found

    def item_number(self, key: str) -> int:
        """Return the place of a question. Raises KeyError for one without comments."""
        for number, item in enumerate(self.items):
            if item.key == key:
                return number
        raise KeyError(f"no comments to {key!r}")

    def cells(self, item: str, row: int) -> Iterator[ThemeCell]:
        """Yield the themes of a unit for one question, the most spoken of first."""
        place = self._cells_of.get((self.item_number(item), row), slice(0, 0))
        for number in range(place.start, place.stop):
            tones = tuple(self.cell_tones[number].tolist())
            yield ThemeCell(
                item,
                self.themes.themes[int(self.cell_theme[number])].key,
                row,
                int(self.cell_band[number]),
                None if tones[0] < 0 else tones,
                tuple(self.cited[int(self.cited_from[number]) : int(self.cited_from[number + 1])].tolist()),
            )

    def nearest(self, item: str, row: int) -> int | None:
        """Return the unit itself, or the nearest above it, in which enough people commented; None for none."""
        number = self.item_number(item)
        for candidate in (row, *self.tree.ancestors(row)):
            if self.sizes[candidate, number]:
                return candidate
        return None
