"""Themes that are surely spoken of more, or less, than a wave ago: read off what was released, so nothing new is told.

Shares and numbers of comments are released as bands. A change is said where it holds in the least favourable case: the
two shares anywhere in their bands, as few comments as the sizes allow. So only large changes in large groups are seen,
and no difference is ever taken between two exact numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from headwater.stats import adjust_p, proportion_difference
from headwater.vocab import SHARE_BANDS, CommentBook

__all__ = ["ThemeChange", "theme_changes"]

LEVEL = 0.05
"""Of any false change among the themes of a unit and question (Holm 1979)."""
STEPS = 25
"""Places of a band at which a share is tried."""


@dataclass(frozen=True, slots=True)
class ThemeChange:
    """A theme that two waves name in one unit. before, now: bands of shares. direction: 1 surely more, -1 surely less,
    0 where it cannot be said.
    """

    theme: str
    before: int
    now: int
    direction: int


def theme_changes(book: CommentBook, earlier: CommentBook, item: str, row: int) -> tuple[ThemeChange, ...]:
    """Return the themes of a unit that can be compared with an earlier wave, in the order of the book.

    row: the unit's place in the tree of `book`. A theme is compared where both waves name it in the unit of that id, in
    answer to the same question, sorted by the same words and read by the same programs. Empty where nothing can be
    compared. Raises KeyError for a question without comments in `book`.
    """
    number = book.item_number(item)
    there = earlier.tree.index_of.get(book.tree.ids[row])
    if there is None or dict(book.made_with) != dict(earlier.made_with):
        return ()
    asked = {one.key: one.text for one in earlier.items}
    if asked.get(item) != book.items[number].text:
        return ()
    then = {cell.theme: cell.band for cell in earlier.cells(item, there)}
    themes = {theme.key: theme for theme in earlier.themes.themes}
    both = [
        (cell.theme, then[cell.theme], cell.band)
        for cell in book.cells(item, row)
        if cell.theme in then and themes[cell.theme] == book.themes.theme(cell.theme)
    ]
    sizes = int(earlier.sizes[there, earlier.item_number(item)]), int(book.sizes[row, number])
    p = adjust_p([_least_sure(before, now, *sizes) for _, before, now in both], "holm") if both else np.zeros(0)
    return tuple(
        ThemeChange(theme, before, now, int(np.sign(now - before)) if one < LEVEL else 0)
        for (theme, before, now), one in zip(both, p.tolist(), strict=True)
    )


@lru_cache(maxsize=1_000)
def _least_sure(before: int, now: int, least_before: int, least_now: int) -> float:
    """Return the largest p-value of a change between two bands, over all shares in them; 1 where the bands touch."""
    if abs(now - before) < 2:
        return 1.0
    first, second = (np.linspace(*_ends(band), STEPS) for band in (before, now))
    found = proportion_difference(
        second[None, :] * least_now, np.float64(least_now), first[:, None] * least_before, np.float64(least_before)
    )
    return float(np.max(found.p_value))


def _ends(band: int) -> tuple[float, float]:
    """Return where a band begins, and where the next one does."""
    above = SHARE_BANDS[band + 1][0] if band + 1 < len(SHARE_BANDS) else 100
    return SHARE_BANDS[band][0] / 100, above / 100
