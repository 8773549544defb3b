"""How people answered the questions of a scale, and from it the moments of every group.

People who answered all of a scale are counted by how they answered it. A split is then a table of counts, and means and
covariances of its groups are products of that table with a short list of ways to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.stats.invariance import Compared
from headwater.stats.robust_differences import powers
from headwater.vocab import FloatArray, IntArray
from headwater.vocab.answers import ITEM_MISSING

TEAMS_FOR_CLUSTERS = 50
"""From so many teams on, people of a team are not taken to answer by themselves."""

MOST_BITS = 62
"""Longer ways to answer do not fit into one number."""


@dataclass(frozen=True)
class AnswerPatterns:
    """Ways in which a scale was answered in full: R' people, P ways, p questions.

    rows: int64[R'], which people. which: int64[R'], their way. centre: float64[p], means. made: float64[P, r], answers
    less the centre, with their products. fourth: as in `Compared`.
    """

    rows: IntArray
    which: IntArray
    centre: FloatArray
    made: FloatArray
    fourth: FloatArray

    @classmethod
    def of(
        cls, unit: NDArray[np.int32], answers: Sequence[NDArray[np.int8]], ends: Sequence[tuple[int, int]]
    ) -> AnswerPatterns:
        """Count answers. unit: int32[R], team of each person. answers: int8[R] by question, ITEM_MISSING where missing.

        ends: lowest and highest code of each question.
        """
        complete = np.logical_and.reduce([codes != ITEM_MISSING for codes in answers])
        people = np.flatnonzero(complete)
        if sum(np.log2(high - low + 1) for low, high in ends) < MOST_BITS:
            code = np.zeros(len(people), np.int64)
            for (low, high), codes in zip(ends, answers, strict=True):
                code *= high - low + 1
                code += codes[people] - low
            _, first, which = np.unique(code, return_index=True, return_inverse=True)
        else:
            table = np.column_stack([codes[people] for codes in answers])
            _, first, which = np.unique(table, axis=0, return_index=True, return_inverse=True)
        which = which.reshape(-1).astype(np.int64)
        ways = np.column_stack([codes[people[first]] for codes in answers]).astype(np.float64)
        counts = np.bincount(which, minlength=len(ways)).astype(np.float64)
        centre = counts @ ways / max(counts.sum(), 1.0)
        made = powers(ways - centre)
        return cls(people, which, centre, made, _spread(unit[people], which, counts, made))

    @property
    def answers(self) -> FloatArray:
        """float64[P, p], the answers of each way."""
        return np.rint(self.made[:, : len(self.centre)] + self.centre)

    def by_level(self, levels: NDArray[np.int16], count: int) -> IntArray:
        """Return int64[count, P], people by level and way. levels: int16[R], -1 unknown."""
        own = levels[self.rows]
        known = own >= 0
        flat = own[known].astype(np.int64) * len(self.made) + self.which[known]
        return np.bincount(flat, minlength=count * len(self.made)).reshape(count, len(self.made))

    def compared(self, table: IntArray) -> Compared | None:
        """Return the moments of groups, None where a question is answered alike by all of one, or follows from others.

        table: int64[G, P], people by group and way.
        """
        people = table.astype(np.float64)
        n, p = people.sum(axis=1), len(self.centre)
        sums = people @ self.made / n[:, None]
        mean = sums[:, :p]
        first, second = np.triu_indices(p)
        cov = np.empty((len(people), p, p))
        cov[:, first, second] = cov[:, second, first] = sums[:, p:]
        cov -= mean[:, :, None] * mean[:, None, :]
        varied = (np.linalg.eigvalsh(cov)[:, 0] > 1e-9).all()
        return Compared(n, mean + self.centre, cov, self.fourth) if varied else None


def _spread(unit: NDArray[np.int32], which: IntArray, counts: FloatArray, made: FloatArray) -> FloatArray:
    """Return the covariance of answers and their products, of people or, where there are many teams, of teams' sums."""
    total = max(counts.sum(), 1.0)
    apart = made - counts @ made / total
    teams, team = np.unique(unit, return_inverse=True)
    if len(teams) < TEAMS_FOR_CLUSTERS:
        return np.asarray(apart.T @ (apart * counts[:, None]) / total, dtype=np.float64)
    from scipy.sparse import csr_array

    table = csr_array((np.ones(len(which)), (team.reshape(-1), which)), shape=(len(teams), len(apart)))
    sums = table @ apart
    return np.asarray(sums.T @ sums / total, dtype=np.float64)
