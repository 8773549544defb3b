"""Which column a station stands in and in what order, so that no stream crosses another.

The columns and their order are a layered drawing (Sugiyama, Tagawa and Toda 1981): streams that pass a column get a
place of their own in it, and the orders are searched for the fewest crossings, weighed by the streams' strength.
Where crossings cannot be avoided the weakest streams are left out of the picture and named beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from headwater.vocab import Lens, River, Stream

STAGES: tuple[Lens, ...] = (Lens.LX, Lens.EX, Lens.SERVICE, Lens.CX, Lens.RESULT)
EXHAUSTIVE = 6
"""Columns up to this size are searched in every order."""

Place = tuple[int, int]
"""(0, station) or (1, stream passing the column)."""


@dataclass(frozen=True, slots=True)
class Course:
    """One stream as a row of places, one a column from its source's to its target's."""

    stream: int
    first: int
    places: tuple[Place, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Order:
    """The columns from source to sea, each from top to bottom; the courses drawn; the streams left out."""

    columns: tuple[tuple[Place, ...], ...]
    courses: tuple[Course, ...]
    left_out: tuple[int, ...]
    lenses: tuple[tuple[Lens, ...], ...]
    """Lenses that stand in each column."""


def columns_of(river: River) -> tuple[list[int], list[tuple[Lens, ...]]]:
    """Return the column of every station and the lenses of every column.

    Stations stand in the order of their lenses; internal service shares the column of working here unless a stream
    runs between the two. Streams within a lens make columns of their own. Raises ValueError for a stream that runs
    uphill, or in a ring.
    """
    position = {station.key: at for at, station in enumerate(river.stations)}
    if len(position) != len(river.stations):
        raise ValueError("two stations of the river have the same key")
    lens_of = [station.lens for station in river.stations]
    pairs = [(position[stream.source], position[stream.target]) for stream in river.streams]
    between = {(lens_of[a], lens_of[b]) for a, b in pairs}
    apart = bool(between & {(Lens.EX, Lens.SERVICE), (Lens.SERVICE, Lens.EX)})
    rank = {lens: at for at, lens in enumerate(STAGES)}
    if not apart:
        rank[Lens.SERVICE] = rank[Lens.EX]
    depth = [0] * len(lens_of)
    for _ in range(len(lens_of) + 1):
        changed = False
        for (a, b), stream in zip(pairs, river.streams, strict=True):
            if rank[lens_of[a]] > rank[lens_of[b]]:
                raise ValueError(f"the stream from {stream.source} to {stream.target} runs uphill")
            if rank[lens_of[a]] == rank[lens_of[b]] and depth[b] <= depth[a]:
                depth[b], changed = depth[a] + 1, True
        if not changed:
            break
    else:
        raise ValueError("the streams of the river run in a ring")
    ranks = sorted({(rank[lens], deep) for lens, deep in zip(lens_of, depth, strict=True)})
    column = [ranks.index((rank[lens], deep)) for lens, deep in zip(lens_of, depth, strict=True)]
    lenses = [
        tuple(lens for lens in STAGES if any(c == at and own is lens for c, own in zip(column, lens_of, strict=True)))
        for at in range(len(ranks))
    ]
    return column, lenses


def weight_of(stream: Stream) -> float:
    """Return how much a stream counts when not all can be drawn: its strength, and whether it is clear of nothing."""
    best = stream.best
    if best is None:
        return 0.01
    return 0.02 + abs(best.effect) + (0.5 if best.clear_of_nothing else 0.0)


def order_of(river: River) -> Order:
    """Return the order of every column such that no drawn stream crosses another."""
    column, lenses = columns_of(river)
    position = {station.key: at for at, station in enumerate(river.stations)}
    courses = []
    for at, stream in enumerate(river.streams):
        start, end = position[stream.source], position[stream.target]
        passed: list[Place] = [(1, at)] * (column[end] - column[start] - 1)
        courses.append(Course(at, column[start], ((0, start), *passed, (0, end)), weight_of(stream)))
    left_out: list[int] = []
    while True:
        columns = _search(column, len(lenses), courses)
        crossed = _crossings(columns, courses)
        if not crossed:
            return Order(columns, tuple(courses), tuple(sorted(left_out)), tuple(lenses))
        blame: dict[int, float] = {}
        weights = {course.stream: course.weight for course in courses}
        for one, other in crossed:
            blame[one] = blame.get(one, 0.0) + weights[other]
            blame[other] = blame.get(other, 0.0) + weights[one]
        worst = max(blame, key=lambda stream: (blame[stream] / weights[stream], stream))
        left_out.append(worst)
        courses = [course for course in courses if course.stream != worst]


def _columns(column: Sequence[int], count: int, courses: Sequence[Course]) -> list[list[Place]]:
    columns: list[list[Place]] = [[(0, at) for at, c in enumerate(column) if c == number] for number in range(count)]
    for course in courses:
        for step, place in enumerate(course.places):
            if place[0] == 1:
                columns[course.first + step].append(place)
    return columns


Edge = tuple[Place, Place, float, int]


def _edges(count: int, courses: Sequence[Course]) -> list[list[Edge]]:
    """Edges between each column and the next: (left, right, weight, stream)."""
    edges: list[list[Edge]] = [[] for _ in range(count - 1)] if count > 1 else []
    for course in courses:
        for step in range(len(course.places) - 1):
            edges[course.first + step].append(
                (course.places[step], course.places[step + 1], course.weight, course.stream)
            )
    return edges


def _search(column: Sequence[int], count: int, courses: Sequence[Course]) -> tuple[tuple[Place, ...], ...]:
    """Sweep the columns from several starts; keep the order with the least weight of crossings."""
    edges = _edges(count, courses)
    best: list[list[Place]] | None = None
    best_cost = float("inf")
    for start in range(4):
        columns = _columns(column, count, courses)
        if start == 1:
            columns = [list(reversed(places)) for places in columns]
        if start == 2:
            columns = [places[len(places) // 2 :] + places[: len(places) // 2] for places in columns]
        sweep = list(range(count)) if start != 3 else list(reversed(range(count)))
        cost = _cost(columns, edges)
        while True:
            for at in [*sweep, *reversed(sweep)]:
                columns[at] = _arranged(columns, edges, at)
            now = _cost(columns, edges)
            if now >= cost - 1e-12:
                break
            cost = now
        cost = min(cost, now)
        if cost < best_cost - 1e-12:
            best, best_cost = [list(places) for places in columns], cost
        if best_cost == 0:
            break
    assert best is not None
    return tuple(tuple(places) for places in best)


def _arranged(columns: list[list[Place]], edges: list[list[Edge]], at: int) -> list[Place]:
    """The order of one column that crosses least, its neighbours held."""
    places = columns[at]
    if len(places) < 2:
        return places
    above = _pair_costs(columns, edges, at)

    def cost(order: Sequence[Place]) -> float:
        return sum(above.get((one, other), 0.0) for i, one in enumerate(order) for other in order[i + 1 :])

    if len(places) <= EXHAUSTIVE:
        current, found = cost(places), list(places)
        for order in permutations(places):
            value = cost(order)
            if value < current - 1e-12:
                current, found = value, list(order)
        return found
    found, improved = list(places), True
    while improved:
        improved = False
        for i in range(len(found) - 1):
            one, other = found[i], found[i + 1]
            if above.get((other, one), 0.0) < above.get((one, other), 0.0) - 1e-12:
                found[i], found[i + 1], improved = other, one, True
    return found


def _pair_costs(columns: list[list[Place]], edges: list[list[Edge]], at: int) -> dict[tuple[Place, Place], float]:
    """Weight of crossings when one place of a column stands above another."""
    costs: dict[tuple[Place, Place], float] = {}
    for side, neighbour in ((at - 1, at - 1), (at, at + 1)):
        if not 0 <= side < len(edges):
            continue
        where = {place: row for row, place in enumerate(columns[neighbour])}
        ends = [(e[1], where[e[0]], e[2]) if side == at - 1 else (e[0], where[e[1]], e[2]) for e in edges[side]]
        for one, row, weight in ends:
            for other, other_row, other_weight in ends:
                if one != other and row > other_row:
                    costs[one, other] = costs.get((one, other), 0.0) + weight * other_weight
    return costs


def _cost(columns: list[list[Place]], edges: list[list[Edge]]) -> float:
    total = 0.0
    for at, gap in enumerate(edges):
        left = {place: row for row, place in enumerate(columns[at])}
        right = {place: row for row, place in enumerate(columns[at + 1])}
        for i, one in enumerate(gap):
            for other in gap[i + 1 :]:
                if (left[one[0]] - left[other[0]]) * (right[one[1]] - right[other[1]]) < 0:
                    total += one[2] * other[2]
    return total


def _crossings(columns: Sequence[Sequence[Place]], courses: Sequence[Course]) -> list[tuple[int, int]]:
    """Pairs of streams that cross between some two columns."""
    found = []
    for at, gap in enumerate(_edges(len(columns), courses)):
        left = {place: row for row, place in enumerate(columns[at])}
        right = {place: row for row, place in enumerate(columns[at + 1])}
        for i, one in enumerate(gap):
            for other in gap[i + 1 :]:
                if (left[one[0]] - left[other[0]]) * (right[one[1]] - right[other[1]]) < 0:
                    found.append((one[3], other[3]))
    return found
