"""Small directed cuts of a bipartite graph: the exact test for one cut shown over a tree.

Rows are disjoint groups of people (atoms of the tree), columns are disjoint groups too (regions of a level), and an
edge is the people of a row in a column. Row and column totals are known. A group can be computed from them
exactly when it is the set of edges that leave a set of vertices S from its rows to columns outside S while no edge
enters S the other way: a directed cut (the cocycle space of the graph, of which a bridge is the smallest case). So
nothing small can be computed when no directed cut holds 1 to k - 1 people. A maximum flow finds the smallest
directed cut through an edge: edges carry their people forward and anything backward.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Dicut:
    """A directed cut of 1 to k - 1 people. columns: the columns of one side, never with the ground among them."""

    people: int
    columns: IntArray


def find_dicuts(rows: IntArray, columns: IntArray, people: IntArray, ground: int, k: int) -> list[Dicut]:
    """Find directed cuts of 1 to k - 1 people.

    rows, columns, people: int64[E], the edges, people above 0, each pair once; every row holds at least k in all.
    ground: the column of everything not shown, whose total follows from the others. Returns [] exactly when there is
    no such cut, otherwise at least one; each edge lies in at most one of them.
    """
    if len(rows) == 0:
        return []
    count = int(max(columns.max(), ground)) + 1
    group = _merge_columns(rows, columns, people, count, k)
    merged = group[columns]
    width = int(group.max()) + 1
    pair, where = np.unique(rows * width + merged, return_inverse=True)
    weight = np.bincount(where, people).astype(np.int64)
    pair_row, pair_group = pair // width, pair % width
    mixed = np.bincount(pair_row)[pair_row] > 1
    forward: dict[int, dict[int, int]] = {}
    backward: dict[int, list[int]] = {}
    for row, column, number in zip(
        pair_row[mixed].tolist(), pair_group[mixed].tolist(), weight[mixed].tolist(), strict=True
    ):
        forward.setdefault(row, {})[column] = number
        backward.setdefault(column, []).append(row)
    ground_group = int(group[ground])
    found, used = [], set()
    for row, edges in forward.items():
        for column, number in edges.items():
            if number >= k or (row, column) in used:
                continue
            side_rows, side_groups, flow = _least_cut(forward, backward, row, column, k)
            if flow >= k:
                continue
            used |= {(r, c) for r in side_rows for c in forward[r] if c not in side_groups}
            side = side_groups
            if ground_group in side_groups:
                side = _far_side(forward, backward, side_rows, side_groups, column)
            found.append(Dicut(flow, np.flatnonzero(np.isin(group, np.fromiter(side, np.int64, len(side))))))
    return found


def _merge_columns(rows: IntArray, columns: IntArray, people: IntArray, count: int, k: int) -> IntArray:
    """Merge columns that no directed cut of fewer than k people can part; returns the group of each column.

    Column b in S brings all its rows into S. When those rows hold k or more people of column c, then c must be in S
    too. Columns that imply each other this way belong together, and so do groups of them, until nothing changes.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    group: IntArray = np.arange(count)
    height = int(rows.max()) + 1
    while True:
        width = int(group.max()) + 1
        weights = csr_array((people, (rows, group[columns])), shape=(height, width))
        weights.sum_duplicates()
        present = weights.copy()
        present.data = np.ones_like(present.data)
        implied = (present.T @ weights).tocoo()
        strong = implied.data >= k
        arcs = csr_array((np.ones(int(strong.sum())), (implied.row[strong], implied.col[strong])), shape=(width, width))
        number, labels = connected_components(arcs, directed=True, connection="strong")
        group = np.asarray(labels[group], np.int64)
        if number == width:
            return group


def _least_cut(
    forward: dict[int, dict[int, int]], backward: dict[int, list[int]], source: int, sink: int, k: int
) -> tuple[set[int], set[int], int]:
    """Push up to k people from row `source` to column `sink`; return the source side when they do not all get there."""
    used: dict[tuple[int, int], int] = {}
    flow = 0
    while True:
        came: dict[Any, Any] = {("r", source): None}
        queue: deque[tuple[str, int]] = deque([("r", source)])
        while queue and ("c", sink) not in came:
            kind, vertex = here = queue.popleft()
            if kind == "r":
                for column, capacity in forward[vertex].items():
                    if ("c", column) not in came and capacity - used.get((vertex, column), 0) > 0:
                        came["c", column] = here
                        queue.append(("c", column))
            else:
                for row in backward[vertex]:
                    if ("r", row) not in came:
                        came["r", row] = here
                        queue.append(("r", row))
        if ("c", sink) not in came:
            return {v for kind, v in came if kind == "r"}, {v for kind, v in came if kind == "c"}, flow
        path: list[tuple[str, int]] = [("c", sink)]
        while came[path[-1]] is not None:
            path.append(came[path[-1]])
        path.reverse()
        steps = list(pairwise(path))
        push = min(forward[a[1]][b[1]] - used.get((a[1], b[1]), 0) for a, b in steps if a[0] == "r")
        for a, b in steps:
            if a[0] == "r":
                used[a[1], b[1]] = used.get((a[1], b[1]), 0) + push
            else:
                used[b[1], a[1]] = used.get((b[1], a[1]), 0) - push
        flow += push
        if flow >= k:
            return set(), set(), flow


def _far_side(
    forward: dict[int, dict[int, int]],
    backward: dict[int, list[int]],
    near_rows: set[int],
    near_groups: set[int],
    start: int,
) -> set[int]:
    """Column groups connected with `start` without crossing the cut."""
    groups, stack = {start}, [start]
    seen: set[int] = set()
    while stack:
        for row in backward[stack.pop()]:
            if row in near_rows or row in seen:
                continue
            seen.add(row)
            fresh = [column for column in forward[row] if column not in groups and column not in near_groups]
            groups.update(fresh)
            stack.extend(fresh)
    return groups
