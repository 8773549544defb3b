"""Groups that several releases together show to be all alike at an end of the scale.

Each release withholds what would (`alike`). Two releases that differ in k, cuts or tree can show exactly, between them,
a group that each shows as a limit only. Such a group is a sum of totals that are shown exactly, and is made of cells in
which everybody is at one end. So the search for small groups finds it, when those cells count one and all other
cells more than all of those together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.privacy.jointly import ReleasedSystem

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_AT_ONCE = 20


@dataclass(frozen=True)
class EndsOfQuestion:
    """One number of a question over the cells of a ledger.

    exact: bool[T], the totals of all releases that are shown, and not as a limit. people: int64[C], who answered.
    ends: one bool[C] an end, the cells in which all who answered are at it.
    """

    name: str
    exact: BoolArray
    people: IntArray
    ends: tuple[BoolArray, ...]


def find_unanimous(
    system: ReleasedSystem, questions: Iterable[EndsOfQuestion]
) -> tuple[EndsOfQuestion, tuple[int, ...], bool] | None:
    """Find a group all alike that the proposed release gives away together with the earlier ones; None when none is.

    Returns the question, the totals that take part, and whether it is proven; what cannot be searched counts as found.
    """
    for question in questions:
        for end in question.ends:
            alike = end & (question.people > 0)
            more = int(alike.sum()) + 1
            weights = np.where(question.people > 0, np.where(alike, 1, more), 0).astype(np.int64)
            if more == 1:
                continue
            for found in system.joint.exposed(question.exact, weights, more, _AT_ONCE):
                if not found.proven or any(total >= system.before for total in found.totals):
                    return question, found.totals, found.proven
    return None
