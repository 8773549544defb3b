"""Many cuts at once: a cell is shown where k separate classes of people each settle all that is shown beside it.

Whatever can be worked out from totals is a weighing of people: everyone has the sum of the coefficients of the totals
they lie in. A group of 1 to k - 1 people follows only where everyone else has 0. Lay people out in k classes that share
nobody. Fewer than k people lie in fewer than k classes, so such a weighing is 0 on a whole class. Where a class alone
already forces the coefficients of the cuts to be 0 once its people all have 0, for each of the k classes, the cuts add
nothing to what follows from the rest: no small group, and no weighted difference of one, by any combination.

Rows. In a class, combinations of people are taken that hold none of an atom of the tree (differences of two people of
one atom) and none of the earlier cuts, which are gated by an exact search of their own (`crossing`). What is left says
something of the further cuts alone. A cell's region is the cell less the next shown cells of its level below. Where a
unit's regions take everybody whose level is still open there, one of them follows from the others and the atoms, and
its coefficient may be set to 0. The others must be independent columns of these rows, in every class.

Order. Units are taken from the bottom. At each, cuts come in the order declared; a cut is shown where its levels find a
pivot in every class, the pivots are used up, and the rows left over speak for the units above. Units above are
kept a share of the rows, and of each cut one of the units next below a unit is left out, or nothing of it would be left
for the unit itself. Where a level is too rare for all classes, it is not shown, and another with it that hides it.

The arithmetic is modulo a prime: columns that are independent modulo a prime are independent over the rationals, for a
minor that is not 0 modulo the prime is not 0. The reverse slip only withholds. People or rows left out only withhold.

Source: the least weight of a linear code is at least the number of disjoint information sets (Zimmermann 1996,
Integral Hecke modules, the bound as in Grassl 2006, Searching for linear codes with large minimum distance), here for
the code of all that totals say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from headwater.org import subtree_sums
from headwater.privacy.gate import nearest_shown_above
from headwater.vocab import CUT_UNIT_MINIMUM, UnitTree

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ROWS_WORTH_TRYING = 12
"""A unit with fewer rows a class, beyond what the earlier cuts take, leaves them to the units above."""

SHARE = 0.7
"""A unit claims at most this share of the rows that the units above it do not claim."""

ROOM = 0.15
"""Share of rows beyond the pivots that is left free when cells are chosen, for questions that fewer answer."""

_MOST_ROWS = 6_000
_SEED = 20_260_101


@dataclass(frozen=True)
class FurtherCells:
    """People by cell of the further cuts. All arrays have one row a cell of respondents.

    unit: int64[C]. earlier: int[C, E], level in each cut that is gated apart; levels: int[C, X], level in each further
    cut; -1 unknown. respondents: int64[C].
    """

    unit: NDArray[np.integer]
    earlier: NDArray[np.integer]
    levels: NDArray[np.integer]
    respondents: IntArray


class FurtherCuts:
    """The cuts beyond those that are searched exactly, over one set of respondents laid out in k classes."""

    def __init__(
        self,
        tree: UnitTree,
        cells: FurtherCells,
        sizes: Sequence[int],
        published: BoolArray,
        k: int,
        earlier_shown: Sequence[BoolArray],
        *,
        unit_minimum: int = CUT_UNIT_MINIMUM,
    ) -> None:
        """Lay people out.

        sizes: levels of each further cut. published: bool[U], safe by `gate_tree`. earlier_shown: by earlier cut
        bool[U, levels], within `published`; any part of it may be shown. unit_minimum: as in `gate_cuts`.
        """
        self.tree, self.k, self.published = tree, k, np.asarray(published, bool)
        self.starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.width = int(self.starts[-1])
        unit = np.asarray(cells.unit, np.int64)
        people = np.asarray(cells.respondents, np.int64)
        self.whole = subtree_sums(tree, np.bincount(unit, people, len(tree)).astype(np.int64))
        self.totals = subtree_sums(tree, self._own(unit, cells.levels, people))
        big = self.published & (self.whole >= unit_minimum)
        self.candidates = big[:, None] & (self.totals >= k)
        above = nearest_shown_above(tree, self.published).astype(np.int64)
        atom = np.where(self.published, np.arange(len(tree)), above)[unit]
        self._lay_out(cells, people, atom, big, [shown.shape[1] for shown in earlier_shown], earlier_shown)

    def choose(self) -> list[BoolArray]:
        """Return the cells that are shown by respondents: one bool[U, levels] a cut."""
        left, claimed = self._plan()
        self.most = claimed + claimed // 4 + 4
        everybody = np.ones(len(self.atom), bool)
        return self._run(everybody, everybody, self.candidates[self.nodes] & ~left, claimed, ROOM)

    def keep(self, answered: IntArray, base: BoolArray, start: Sequence[BoolArray]) -> list[BoolArray]:
        """Return which of some cells are safe for the people who answered each of some questions.

        answered: int64[C, Q], of each cell's respondents. base: bool[U, Q], units whose totals of answers are shown,
        within `published`. start: one bool[U, levels] a cut. Nothing beyond `start` is shown, and nothing in units that
        one of the questions does not show.

        The classes are made of people who answered all the questions, so they are classes for each of them.
        """
        fewest = np.asarray(answered, np.int64).min(axis=1)
        most = np.asarray(answered, np.int64).max(axis=1)
        present: BoolArray = np.less(self.slot, fewest[self.cell])
        counted: BoolArray = np.less(self.slot, most[self.cell])
        units = np.logical_and.reduce(np.asarray(base, bool)[self.nodes], axis=1)
        wanted = np.column_stack(list(start))[self.nodes] & np.reshape(units, (-1, 1))
        wanted &= self._answered_totals(present) >= self.k
        return self._run(present, counted, wanted, np.zeros(len(self.nodes), np.int64), 0.0)

    def _own(self, unit: IntArray, levels: NDArray[np.integer], people: IntArray) -> IntArray:
        """Sum people by unit and level of every cut: int64[U, W]."""
        own = np.zeros((len(self.tree), self.width), np.int64)
        for cut, start in enumerate(self.starts[:-1].tolist()):
            size = int(self.starts[cut + 1]) - start
            known = levels[:, cut] >= 0
            place = unit[known] * size + levels[known, cut]
            counted = np.bincount(place, people[known], len(self.tree) * size)
            own[:, start : start + size] = counted.reshape(-1, size).astype(np.int64)
        return own

    def _lay_out(
        self,
        cells: FurtherCells,
        people: IntArray,
        atom: IntArray,
        big: BoolArray,
        earlier_sizes: Sequence[int],
        earlier_shown: Sequence[BoolArray],
    ) -> None:
        """Choose the units that show cuts at all, put people in classes, and sort them."""
        rng = np.random.default_rng(_SEED)
        self.earlier = sum(earlier_sizes)
        self.lost = lost = sum(size - 1 for size in earlier_sizes)
        held = np.bincount(atom[atom >= 0], people[atom >= 0], len(self.tree)).astype(np.int64)
        spare = subtree_sums(self.tree, np.maximum(held - 1, 0))
        worth = big & (spare >= self.k * (lost + ROWS_WORTH_TRYING))
        worth |= big & (nearest_shown_above(self.tree, big) < 0)
        self.nodes = np.flatnonzero(worth)
        number = np.full(len(self.tree) + 1, -1, np.int64)
        number[self.nodes] = np.arange(len(self.nodes))
        over = nearest_shown_above(self.tree, worth).astype(np.int64)
        self.parent = number[over[self.nodes]]
        node_of = number[np.where(worth, np.arange(len(self.tree)), over)]
        cell = np.repeat(np.arange(len(people)), people)
        slot = np.arange(len(cell)) - np.repeat(np.cumsum(people) - people, people)
        here = np.flatnonzero((atom[cell] >= 0) & (node_of[atom[cell]] >= 0))
        cell, slot = cell[here], slot[here]
        atoms = atom[cell]
        blocks = _alike_regions(self.tree, earlier_shown)[atoms]
        nodes = node_of[atoms]
        order = np.lexsort((rng.permutation(len(cell)), atoms, blocks, nodes))
        nodes, atoms = nodes[order], atoms[order]
        colours = _classes(nodes, atoms, self._split(nodes, lost), self.k)
        again = np.lexsort((atoms, blocks[order], colours, nodes))
        self.cell, self.slot = cell[order][again], slot[order][again]
        self.node, self.atom, self.colour = nodes[again], atoms[again], colours[again]
        self.block = blocks[order][again]
        self.first = np.searchsorted(self.node, np.arange(len(self.nodes) + 1)).astype(np.int64)
        self.levels = _numbered(cells.levels, self.starts)[self.cell]
        before = np.concatenate([[0], np.cumsum(earlier_sizes)]).astype(np.int64)
        self.earlier_levels = _numbered(cells.earlier, before)[self.cell]
        self.kept = self._sample(rng)
        self.most = np.full(len(self.nodes), self.width, np.int64)

    def _split(self, nodes: IntArray, lost: int) -> IntArray:
        """In how many classes each node's own people are put: int64[B]; few people stay together in one."""
        own = np.bincount(nodes, minlength=len(self.nodes))
        lowest = np.ones(len(self.nodes), bool)
        lowest[self.parent[self.parent >= 0]] = False
        many = lowest | (own >= self.k * (lost + ROWS_WORTH_TRYING) * 1.2)
        return np.where(many, self.k, 1)

    def _sample(self, rng: np.random.Generator) -> BoolArray:
        """Leave out whole atoms where a node has more people in a class than are needed; those of rare levels stay."""
        most = 3 * self.width + 200
        kept = np.ones(len(self.atom), bool)
        if len(self.atom) == 0:
            return kept
        group = self.node * self.k + self.colour
        sizes = np.bincount(group)
        counts = np.bincount(self.levels[self.levels >= 0], minlength=self.width)
        counts = np.append(counts, len(self.atom))  # the last for "not known"
        for large in np.flatnonzero(sizes > most).tolist():
            at = np.flatnonzero(group == large)
            rarest = counts[self.levels[at]].min(axis=1) if self.levels.shape[1] else np.zeros(len(at), np.int64)
            atoms, which, held = np.unique(self.atom[at], return_inverse=True, return_counts=True)
            scarce = np.full(len(atoms), np.iinfo(np.int64).max)
            np.minimum.at(scarce, which.ravel(), rarest)
            order = np.argsort(scarce, kind="stable")
            half = int(np.searchsorted(np.cumsum(held[order]), most // 2)) + 1
            order = np.concatenate([order[:half], rng.permutation(order[half:])])
            stay = np.zeros(len(atoms), bool)
            stay[order[: int(np.searchsorted(np.cumsum(held[order]), most)) + 1]] = True
            kept[at] = stay[which.ravel()]
        return kept

    def _plan(self) -> tuple[BoolArray, IntArray]:
        """Share out rows from the top: which cuts a node leaves to those above (bool[B, W]), and the rows for them.

        A cut of a unit is worked out from rows in which it is still open: those of the unit's own people, or of one
        unit next below in which the cut is not shown. A cut that a unit leaves open serves the next above that shows
        it, and is again left open by one of its own.
        """
        cuts = len(self.starts) - 1
        own = self._own_rows()
        rows = own.copy()
        for node in range(len(self.nodes) - 1, -1, -1):
            if self.parent[node] >= 0:
                rows[self.parent[node]] += rows[node]
        below: list[list[int]] = [[] for _ in self.nodes]
        for node, above in enumerate(self.parent.tolist()):
            if above >= 0:
                below[above].append(node)
        firsts = self.starts[:-1]
        wide = np.add.reduceat(self.candidates[self.nodes], firsts, axis=1) if cuts else np.zeros((0, 0), np.int64)
        cost = np.maximum(wide - 1, 0) * (1 + ROOM) + 0.5
        left = np.zeros((len(self.nodes), cuts), bool)
        claimed = np.zeros(len(self.nodes))
        for node, parts in enumerate(below):
            budget = SHARE * (rows[node] - claimed[node])
            at_home = own[node]
            for cut in range(cuts):
                price = float(cost[node, cut])
                if not left[node, cut]:
                    if wide[node, cut] == 0 or price > budget:
                        continue
                    budget -= price
                if at_home >= price:
                    at_home -= price
                elif parts:
                    part = max(parts, key=lambda one: rows[one] - claimed[one])
                    left[part, cut] = True
                    claimed[part] += price
        return np.repeat(left, np.diff(self.starts), axis=1), np.ceil(claimed).astype(np.int64)

    def _own_rows(self) -> NDArray[np.float64]:
        """About how many rows a class each node's own people make: float64[B]."""
        nodes = len(self.nodes)
        own = np.bincount(self.node, minlength=nodes).astype(np.float64)
        for part in (self.atom, self.block):
            kinds = np.unique(np.column_stack([self.node, part, self.colour]), axis=0)[:, 0]
            each = 1 if part is self.atom else self.lost
            own -= np.bincount(kinds, minlength=nodes) * each
        return np.maximum(own, 0) / self.k

    def _answered_totals(self, present: BoolArray) -> IntArray:
        """Return int64[B, W]: people of each node's whole subtree who answered, by level."""
        found = np.zeros((len(self.nodes), self.width + 1), np.int64)
        for cut in range(len(self.starts) - 1):
            level = self.levels[:, cut]
            place = self.node * (self.width + 1) + np.where(level < 0, self.width, level)
            found += np.bincount(place[present], minlength=found.size).reshape(found.shape)
        for node in range(len(self.nodes) - 1, -1, -1):
            if self.parent[node] >= 0:
                found[self.parent[node]] += found[node]
        return found[:, :-1]

    def _run(
        self, present: BoolArray, counted: BoolArray, wanted: BoolArray, claimed: IntArray, room: float
    ) -> list[BoolArray]:
        from headwater.privacy.bases_kernels import choose

        shown = np.zeros(wanted.shape, bool)
        if wanted.any():
            stack = np.empty((self.k, _MOST_ROWS, self.width))
            block = np.empty((3 * self.width + 400, self.earlier + self.width))
            people = (self.first, self.parent, present & self.kept, counted, self.colour, self.block, self.atom)
            levels = (self.earlier_levels, self.levels, self.earlier, self.starts)
            wanted = np.ascontiguousarray(wanted)
            choose(self.k, *people, *levels, wanted, claimed, self.most, room, stack, block, shown)
        whole = np.zeros((len(self.tree), self.width), bool)
        whole[self.nodes] = shown
        return [whole[:, first:last] for first, last in pairwise(self.starts.tolist())]


def _numbered(levels: NDArray[np.integer], starts: IntArray) -> NDArray[np.int16]:
    """Number levels over all cuts: int16[C, cuts], -1 unknown."""
    return np.where(levels < 0, -1, np.asarray(levels, np.int64) + starts[:-1]).astype(np.int16)


def _alike_regions(tree: UnitTree, shown: Sequence[BoolArray]) -> IntArray:
    """Number the units by the regions that their people lie in, level by level: int64[U]; equal where these are."""
    if not shown:
        return np.zeros(len(tree), np.int64)
    cells = np.column_stack(list(shown))
    region = np.where(cells, np.arange(len(tree))[:, None], nearest_shown_above(tree, cells))
    return np.unique(region, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def _classes(nodes: IntArray, atoms: IntArray, split: IntArray, k: int) -> IntArray:
    """Put people in classes: int64[P], 0 to k - 1. People are sorted by node, and within a node by atom.

    Atoms stay whole where they are small beside a class: a class spends one person on every atom it has a part of.
    """
    count = np.bincount(nodes, minlength=len(split))
    place = np.arange(len(nodes)) - (np.cumsum(count) - count)[nodes]
    starts = np.flatnonzero(np.diff(atoms, prepend=-1) | np.diff(nodes, prepend=-1)) if len(nodes) else nodes
    size = np.diff(np.append(starts, len(nodes)))
    small = size * 3 * split[nodes[starts]] <= count[nodes[starts]]
    middle = np.repeat(place[starts] + size // 2, size)
    at = np.where(np.repeat(small, size), middle, place)
    part = at * split[nodes] // np.maximum(count[nodes], 1)
    return (part + nodes) % k
