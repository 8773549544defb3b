"""Units by scores: which cells stand clear, in which order units are read, and how a cell looks. All units at once.

Units are never ordered by raw scores: small units have the extreme ones by chance. A difference counts with the end of
its interval that is nearest to none, and only where it passed the rule for many comparisons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import FloatArray, IntArray, Panel, ScoreBook
from headwater.vocab.scorebook import BoolArray

Against = Literal["rest", "previous", "benchmark"]
STEPS = 3
"""Colour steps on either side of the middle one."""


@dataclass(frozen=True)
class Looks:
    """Cells of some rows and columns. step: int8[R, C], 1 clearly worse to 7 clearly better, 4 the same. doubt: int8
    [R, C], 0 sure, 1 fairly sure, 2 too close to call. compared: bool[R, C], whether there is anything to compare.
    """

    step: NDArray[np.int8]
    doubt: NDArray[np.int8]
    compared: BoolArray


def clear_sizes(book: ScoreBook, panel: Panel, numbers: Sequence[int], against: Against) -> FloatArray:
    """Return how far each difference is at least from none, in minimum effects: float64[R, C], better is above 0.

    Where a difference did not pass the rule for many comparisons it is 0, however large it looks.
    """
    chosen = np.array(numbers, np.int64)
    low, high = (panel.fields[f"{against}_{end}"][:, chosen] for end in ("low", "high"))
    clear = panel.sureness[against][:, chosen] > 0
    with np.errstate(invalid="ignore"):
        nearest = np.where(low > 0, low, np.where(high < 0, high, 0.0))
    effects = np.array([book.columns[number].minimum_effect or 1.0 for number in numbers])
    turned = np.array([1.0 if book.columns[number].higher_is_better else -1.0 for number in numbers])
    sizes: FloatArray = np.where(clear & ~np.isnan(nearest), nearest, 0.0) * (turned / effects)
    return sizes


def looks(book: ScoreBook, panel: Panel, places: IntArray, numbers: Sequence[int], against: Against) -> Looks:
    """Return how cells look: colour by difference, paleness by doubt (Correll, Moritz and Heer 2018).

    places: int64[R], rows of the panel. One colour step is a minimum effect of the score.
    """
    cells = np.ix_(places, np.array(numbers, np.int64))
    difference = panel.fields[f"{against}_difference"][cells]
    sure = panel.sureness[against][cells]
    effects = np.array([book.columns[number].minimum_effect or 1.0 for number in numbers])
    turned = np.array([1.0 if book.columns[number].higher_is_better else -1.0 for number in numbers])
    compared = ~np.isnan(difference) & panel.shown[cells]
    sized = np.where(compared, difference, 0.0) * (turned / effects)
    step = 4 + np.clip(np.rint(sized), -STEPS, STEPS)
    return Looks(step.astype(np.int8), np.clip(2 - sure, 0, 2).astype(np.int8), compared)


def chosen_rows(
    book: ScoreBook, panel: Panel, *, top: int, depth: int | None = None, named: str = "", keep: BoolArray | None = None
) -> IntArray:
    """Return the units of a subtree, in preorder, as preorder numbers: int64[R].

    top: the unit whose subtree it is. depth: how many levels below it, None for all. named: part of a unit's name, in
    any case. keep: bool[U], other units are left out. For a cut, only units the panel holds.
    """
    tree = book.tree
    wanted = np.zeros(len(tree), bool)
    wanted[tree.subtree(top)] = True
    if depth is not None:
        wanted &= tree.depth <= int(tree.depth[top]) + depth
    if keep is not None:
        wanted &= keep
    if panel.cut:
        held = np.zeros(len(tree), bool)
        held[panel.rows] = True
        wanted &= held
    rows = np.flatnonzero(wanted)
    if named:
        asked = named.casefold()
        rows = rows[[asked in tree.names[row].casefold() for row in rows.tolist()]]
    return rows.astype(np.int64)


def order_rows(
    book: ScoreBook,
    panel: Panel,
    rows: IntArray,
    numbers: Sequence[int],
    against: Against,
    *,
    by: Literal["tree", "name", "clear", "below", "above"],
) -> IntArray:
    """Return units in an order to read them in.

    tree: as in the organisation. name: by name. clear: the largest difference that stands clear first, whichever way.
    below, above: by the columns' clear differences alone, the worse or the better first. What is too close to call
    stays between in the order of the organisation.
    """
    if by == "tree" or not len(rows):
        return rows
    if by == "name":
        names = [book.tree.names[row].casefold() for row in rows.tolist()]
        ordered: IntArray = rows[np.argsort(np.array(names, dtype=str), kind="stable")]
        return ordered
    sizes = clear_sizes(book, panel, numbers, against)[np.searchsorted(panel.rows, rows)]
    if not sizes.shape[1]:
        return rows
    keys = {"clear": -np.abs(sizes).max(axis=1), "below": sizes.min(axis=1), "above": -sizes.max(axis=1)}
    key = keys[by]
    found: IntArray = rows[np.argsort(key, kind="stable")]
    return found


def clearest(
    book: ScoreBook, panel: Panel, rows: IntArray, numbers: Sequence[int], against: Against
) -> tuple[int, int] | None:
    """Return (unit, column number) of the largest difference that stands clear, None where none does."""
    if not len(rows) or not len(numbers):
        return None
    sizes = np.abs(clear_sizes(book, panel, numbers, against)[np.searchsorted(panel.rows, rows)])
    row, column = np.unravel_index(int(sizes.argmax()), sizes.shape)
    if sizes[row, column] <= 0:
        return None
    return int(rows[row]), int(list(numbers)[column])
