"""Which groups of people can be computed from released totals: an exact search in their linear span.

A released total is a 0/1 row over cells, where a cell is a set of people whom no released total tells apart. A group
can be computed when its own 0/1 row is a linear combination of released rows. Two facts make the search finite.

1. Reduce the rows to echelon form. A 0/1 vector of the span is the sum of those reduced rows in whose pivot cell it is
   1, each taken once: outside its own row a pivot cell is 0.
2. Choose pivots among cells of k or more people wherever there are any. A small group contains no such cell, so rows
   with a big pivot take no part, and the rows that do have entries in small cells alone.

What is left is searched completely, guided by cells that are not yet 0 or 1. Arithmetic is modulo the prime 2**61 - 1.
A combination over the rationals is one modulo the prime unless the prime divides one of its denominators, which are
minors of 0/1 matrices; the reverse error only withholds more. A search that exceeds its budget is reported as not
proven, and counts as unsafe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

PRIME = (1 << 61) - 1
BUDGET = 400_000
"""Steps of the search before it gives up and calls the system unproven."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A group of 1 to k - 1 people whose total can be computed.

    cells: the cells it is made of. people: how many. rows: the released rows that give it away; factors: what each is
    multiplied by, modulo PRIME. proven: False when the search gave up, and the group is only where it stood.
    """

    cells: tuple[int, ...]
    people: int
    rows: tuple[int, ...]
    factors: tuple[int, ...]
    proven: bool = True


@dataclass
class Echelon:
    """Released rows in reduced echelon form, with the combination of released rows that makes each.

    people: how many people each cell holds. k: the smallest group that may be computed.
    """

    people: Sequence[int]
    k: int
    rows: dict[int, dict[int, int]] = field(default_factory=dict)
    """By pivot cell, the row: entries by cell, modulo PRIME; 1 at the pivot."""
    makings: dict[int, dict[int, int]] = field(default_factory=dict)
    """By pivot cell, the coefficients of the released rows."""
    users: dict[int, set[int]] = field(default_factory=dict)
    """By cell that is no pivot, the pivots of the rows with an entry there."""

    def add(self, number: int, cells: Iterable[int]) -> bool:
        """Add released row `number`, which is 1 on `cells`. Returns whether it says anything new."""
        row = {cell: 1 for cell in cells if self.people[cell] > 0}
        making = {number: 1}
        for pivot in [cell for cell in row if cell in self.rows]:
            factor = row.get(pivot, 0)
            if factor:
                _subtract(row, self.rows[pivot], factor)
                _subtract(making, self.makings[pivot], factor)
        if not row:
            return False
        pivot = max(row, key=lambda cell: (self.people[cell], -cell))
        self._install(pivot, row, making)
        return True

    def _install(self, pivot: int, row: dict[int, int], making: dict[int, int]) -> None:
        if row[pivot] != 1:
            inverse = pow(row[pivot], PRIME - 2, PRIME)
            row = {cell: value * inverse % PRIME for cell, value in row.items()}
            making = {name: value * inverse % PRIME for name, value in making.items()}
        for other in tuple(self.users.get(pivot, ())):
            target = self.rows[other]
            factor = target[pivot]
            for cell, value in row.items():
                before = target.get(cell, 0)
                after = (before - factor * value) % PRIME
                if after:
                    target[cell] = after
                    if not before:
                        self.users.setdefault(cell, set()).add(other)
                elif before:
                    del target[cell]
                    self.users[cell].discard(other)
            _subtract(self.makings[other], making, factor)
        self.users.pop(pivot, None)
        self.rows[pivot], self.makings[pivot] = row, making
        for cell in row:
            if cell != pivot:
                self.users.setdefault(cell, set()).add(pivot)

    def prefer_big_pivots(self) -> None:
        """Move pivots to cells of at least k people wherever a row has one."""
        for pivot in [cell for cell in self.rows if self.people[cell] < self.k]:
            row = self.rows[pivot]
            big = [cell for cell in row if self.people[cell] >= self.k]
            if not big:
                continue
            making = self.makings.pop(pivot)
            del self.rows[pivot]
            for cell in row:
                self.users.get(cell, set()).discard(pivot)
            self._install(max(big, key=lambda cell: (self.people[cell], -cell)), row, making)

    def find_exposure(self, budget: int = BUDGET) -> Exposure | None:
        """Find a group of 1 to k - 1 people in the span, or None when there is none."""
        found = self.find_exposures(1, budget)
        return found[0] if found else None

    def find_exposures(self, most: int, budget: int = BUDGET) -> list[Exposure]:
        """Find up to `most` groups of 1 to k - 1 people in the span; [] exactly when there is none."""
        self.prefer_big_pivots()
        search = _Search(self, [cell for cell in self.rows if self.people[cell] < self.k], budget)
        return search.run(most)


class _Search:
    """Complete search for a sum of small-pivot rows that is 0/1 and holds 1 to k - 1 people.

    Every row is taken, refused or open. A cell whose value is neither 0 nor 1 needs an open row; a sum of k or more
    people needs an open row on one of its cells. Branching over the open rows of one such cell covers every case.
    """

    def __init__(self, echelon: Echelon, pivots: list[int], budget: int) -> None:
        self.rows, self.people, self.k = echelon.rows, echelon.people, echelon.k
        self.makings = echelon.makings
        self.pivots = sorted(pivots, key=lambda cell: (-len(self.rows[cell]), cell))
        self.users: dict[int, list[int]] = {}
        for pivot in self.pivots:
            for cell in self.rows[pivot]:
                if cell != pivot:
                    self.users.setdefault(cell, []).append(pivot)
        self.budget = budget
        self.longest = 0

    def run(self, most: int) -> list[Exposure]:
        refused: set[int] = set()
        exposures: list[Exposure] = []
        for place, pivot in enumerate(self.pivots):  # longest rows first
            self.longest = max((len(self.rows[other]) for other in self.pivots[place + 1 : place + 2]), default=0)
            found = self._extend(dict(self.rows[pivot]), (pivot,), refused)
            if found is not None:
                exposures.append(found)
                if len(exposures) >= most or self.budget < 0:
                    break
            refused.add(pivot)
        return exposures

    def _exposure(self, vector: dict[int, int], taken: tuple[int, ...], *, proven: bool) -> Exposure:
        making: dict[int, int] = {}
        for pivot in taken:
            _subtract(making, self.makings[pivot], PRIME - 1)
        cells = tuple(sorted(cell for cell, value in vector.items() if value == 1))
        rows = tuple(sorted(making))
        factors = tuple(making[row] for row in rows)
        return Exposure(cells, sum(self.people[cell] for cell in cells), rows, factors, proven=proven)

    def _extend(self, vector: dict[int, int], taken: tuple[int, ...], refused: set[int]) -> Exposure | None:
        """Search all sums that contain the rows `taken`, whose sum is `vector`, and none of the rows `refused`."""
        self.budget -= 1
        if self.budget < 0:
            return self._exposure(vector, taken, proven=False)
        # A small group has fewer than k cells, each row still taken brings a person, and clears its own length at most.
        further = self.k - 1 - sum(self.people[pivot] for pivot in taken)
        if further < 0 or len(vector) - further * self.longest >= self.k:
            return None
        total = certain = 0
        wrong: int | None = None
        loose: int | None = None
        wrong_rows: list[int] = []
        loose_rows: list[int] = []
        for cell, value in vector.items():
            open_rows = [row for row in self.users.get(cell, ()) if row not in refused and row not in taken]
            if value != 1:
                if not open_rows:
                    return None
                if wrong is None or len(open_rows) < len(wrong_rows):
                    wrong, wrong_rows = cell, open_rows
                continue
            total += self.people[cell]
            if not open_rows:
                certain += self.people[cell]
                if certain >= self.k:
                    return None
            elif loose is None or len(open_rows) < len(loose_rows):
                loose, loose_rows = cell, open_rows
        if wrong is None and total < self.k:
            return self._exposure(vector, taken, proven=True)
        branch = loose_rows if wrong is None else wrong_rows
        tried: set[int] = set()
        for row in branch:
            grown = dict(vector)
            _subtract(grown, self.rows[row], PRIME - 1)
            found = self._extend(grown, (*taken, row), refused | tried)
            if found is not None:
                return found
            tried.add(row)
        # The case in which none of them is taken: the cell keeps its value.
        return self._extend(vector, taken, refused | tried) if wrong is None else None


def _subtract(target: dict[int, int], row: dict[int, int], factor: int) -> None:
    for cell, value in row.items():
        left = (target.get(cell, 0) - factor * value) % PRIME
        if left:
            target[cell] = left
        else:
            target.pop(cell, None)
