"""Places of moved-in answers made coarse enough: whatever an anonymous row carries is shared by k people and more.

At launch `logic.places` does it with those invited. Of answers that come from elsewhere only those who answered are
known, so they are counted instead, and none is left behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from headwater.rooms.listen.logic.places import hide, shared_units
from headwater.vocab import AnswerTable, UnitTree


@dataclass(frozen=True, slots=True)
class Coarsened:
    """A table made coarse. moved: responses that now stand under another unit. units: how many units had too few.

    opened: responses that no longer carry a cut they had.
    """

    table: AnswerTable
    moved: int = 0
    units: int = 0
    opened: int = 0


def coarsen(table: AnswerTable, tree: UnitTree, k: int) -> Coarsened:
    """Move answers of units with fewer than k to the unit above, then open cuts that fewer than k share.

    Where too few stand at the very top, the smallest unit joins them. Raises ValueError when the whole table has fewer
    than k responses, since no place can then be shared by k.
    """
    if len(table) < k:
        raise ValueError(f"{len(table)} responses cannot be shared by {k}")
    place = np.array([tree.index_of[unit] for unit in table.unit_ids], np.int64)[table.unit]
    goes = _targets(np.bincount(place, minlength=len(tree)).astype(np.int64), tree, k)
    after = goes[place]
    levels = [codes.astype(np.int64) for codes, _ in table.cuts.values()]
    cuts, opened = dict(table.cuts), 0
    if levels:
        before = np.column_stack(levels)
        carried = hide(tree, after, before, k).cuts
        opened = int(np.count_nonzero((carried != before).any(axis=1)))
        cuts = {
            key: (carried[:, number].astype(np.int16), names)
            for number, (key, (_, names)) in enumerate(table.cuts.items())
        }
    occurring, position = np.unique(after, return_inverse=True)
    comments = {
        item: tuple((tree.ids[int(goes[tree.index_of[unit]])], words) for unit, words in said)
        for item, said in table.comments.items()
    }
    made = replace(
        table,
        unit_ids=tuple(tree.ids[number] for number in occurring.tolist()),
        unit=position.astype(np.int32),
        cuts=cuts,
        comments=comments,
    )
    moved = after != place
    return Coarsened(made, int(np.count_nonzero(moved)), len(np.unique(place[moved])), opened)


def _targets(counts: NDArray[np.int64], tree: UnitTree, k: int) -> NDArray[np.int64]:
    """int64[U]: the unit under which each unit's answers stand."""
    goes = shared_units(tree, counts, k)
    homeless = np.flatnonzero((goes < 0) & (counts > 0))
    goes = np.where(goes < 0, 0, goes)
    if not len(homeless):
        return goes
    held = np.bincount(goes, counts, minlength=len(tree))
    while held[0] < k:
        others = np.flatnonzero(held[1:] > 0) + 1
        smallest = int(others[np.argmin(held[others])])
        goes[goes == smallest] = 0
        held = np.bincount(goes, counts, minlength=len(tree))
    return goes
