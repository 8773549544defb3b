"""The exact search: is there a combination of released totals that is the total of a small group?

Every release counts people in groups that nest (units of a tree). Its totals are worth the same as its residuals: a
unit less the shown units below it. The residuals of one release part the people; those of several releases over the
same people cross each other. People whom no residual tells apart are an atom. A group can be worked out exactly when
its 0/1 vector over atoms is a linear combination of residuals, and its size is the same combination of the released
counts. So "can 1 to k - 1 people be worked out" is a mixed-integer programme: coefficients free, atoms in or out. It
needs no true count of any atom: what the released counts say about them (interval bounds, empty atoms) only helps the
attacker, by dropping atoms known to be empty, and the search, by dropping atoms known to be large.

Every answer of the solver is checked again in exact rational arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

COEFFICIENT_BOUND = 8.0
"""Largest coefficient tried. Nested and crossed totals never need more than 1."""
MOST_DENOMINATOR = 64
ROUNDS = 60
PROVEN_NONE = 2
"""Status of the solver: it proved that there is no solution."""


@dataclass(frozen=True)
class Family:
    """The residuals of one release. label: int64[E], the residual each element lies in, -1 for none.

    count: int64[G], people in each residual. names: what each is called, with its derivation.
    """

    label: IntArray
    count: IntArray
    names: Sequence[str]
    units: Sequence[str]
    place: str


@dataclass(frozen=True)
class Derivation:
    """A small group worked out. terms: (coefficient, family, residual)."""

    people: int
    terms: tuple[tuple[Fraction, int, int], ...]


@dataclass(frozen=True)
class Searched:
    """Outcome of a search. finished: False when time ran out before everything was tried."""

    found: tuple[Derivation, ...]
    atoms: int
    finished: bool


@dataclass(frozen=True)
class _System:
    """Atoms by residuals. of: int64[F, A], residual number of each atom in each family over all families, -1 for none.

    count: int64[J] people of every residual. low, high: int64[A], what the counts say about every atom.
    """

    of: IntArray
    count: IntArray
    low: IntArray
    high: IntArray


def find_small_groups(families: Sequence[Family], k: int, *, seconds: float = 10.0, most: int = 5) -> Searched:
    """Search the span of all families for groups of 1 to k - 1 people.

    seconds: budget of one connected part of the system. most: groups told of each part. Raises nothing; contradictory
    counts (more in the parts than in the whole) only lose what they contradict.
    """
    starts = np.concatenate([[0], np.cumsum([len(family.count) for family in families])]).astype(np.int64)
    labels = np.stack([np.where(family.label >= 0, family.label + start, -1)
                       for family, start in zip(families, starts, strict=False)])  # fmt: skip
    count = np.concatenate([family.count for family in families]).astype(np.int64)
    atoms = np.unique(labels, axis=1)
    atoms = atoms[:, (atoms >= 0).any(axis=0)]
    empty_group = np.append(count == 0, False)
    atoms = atoms[:, ~empty_group[atoms].any(axis=0)]
    atoms, low, high = _bounds(atoms, count)
    system = _System(atoms, count, low, high)
    found: list[Derivation] = []
    finished = True
    for part in _parts(system):
        groups, ended = _search(system, part, k, seconds, most)
        finished &= ended
        found += [_derivation(group, starts) for group in groups]
    return Searched(tuple(found), atoms.shape[1], finished)


def _bounds(atoms: IntArray, count: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Narrow what every atom can hold by every residual it lies in; drop atoms that can hold nobody."""
    low = np.zeros(atoms.shape[1], np.int64)
    high = np.min(np.where(atoms >= 0, np.append(count, 0)[atoms], np.iinfo(np.int64).max), axis=0)
    for _ in range(ROUNDS):
        before = low.sum() - high.sum()
        for row in atoms:
            inside = np.flatnonzero(row >= 0)
            sums_low, sums_high = np.zeros(len(count), np.int64), np.zeros(len(count), np.int64)
            np.add.at(sums_low, row[inside], low[inside])
            np.add.at(sums_high, row[inside], high[inside])
            room = count[row[inside]] - (sums_low[row[inside]] - low[inside])
            need = count[row[inside]] - (sums_high[row[inside]] - high[inside])
            high[inside] = np.clip(room, 0, high[inside])
            low[inside] = np.maximum(low[inside], np.minimum(need, high[inside]))
        if low.sum() - high.sum() == before:
            break
    held = high > 0
    return atoms[:, held], low[held], high[held]


def _parts(system: _System) -> list[IntArray]:
    """Atoms of each connected part of the system that has an atom of fewer than any number of people."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    families, atoms = np.nonzero(system.of >= 0)
    groups = system.of[families, atoms]
    width, tall = system.of.shape[1], len(system.count)
    links = coo_array((np.ones(len(atoms)), (atoms, width + groups)), shape=(width + tall, width + tall))
    _, part = connected_components(links, directed=False)
    order = np.argsort(part[:width], kind="stable")
    return np.split(order, np.flatnonzero(np.diff(part[:width][order])) + 1) if width else []


def _search(
    system: _System, atoms: IntArray, k: int, seconds: float, most: int
) -> tuple[list[tuple[int, dict[int, Fraction]]], bool]:
    """Find up to `most` small groups of one part: (people, coefficient by residual). Second: whether it finished."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array, hstack, identity

    small = system.low[atoms] < k
    if not small.any():
        return [], True
    of = system.of[:, atoms]
    families, columns = np.nonzero(of >= 0)
    residuals, numbers = np.unique(of[families, columns], return_inverse=True)
    n = system.count[residuals].astype(np.float64)
    if len(residuals) == 1:
        people = int(n[0])
        return ([(people, {int(residuals[0]): Fraction(1)})] if 0 < people < k else []), True
    matrix = coo_array((np.ones(len(columns)), (columns, numbers)), shape=(len(atoms), len(residuals))).tocsr()
    equal = LinearConstraint(hstack([matrix, -identity(len(atoms))]).tocsr(), 0, 0)
    size = LinearConstraint(np.concatenate([n, np.zeros(len(atoms))])[None, :], 1 - 1e-6, k - 1 + 1e-6)
    holds = np.concatenate([np.zeros(len(residuals)), system.low[atoms]])[None, :]
    limit = LinearConstraint(holds, 0, k - 1)
    constraints = [equal, size, limit]
    upper = np.concatenate([np.full(len(residuals), COEFFICIENT_BOUND), np.where(small, 1.0, 0.0)])
    lower = np.concatenate([np.full(len(residuals), -COEFFICIENT_BOUND), np.zeros(len(atoms))])
    kinds = np.concatenate([np.zeros(len(residuals)), np.ones(len(atoms))])
    cost = np.concatenate([np.zeros(len(residuals)), np.ones(len(atoms))])
    found: list[tuple[int, dict[int, Fraction]]] = []
    # That there is none is proven several times sooner than which is the smallest, and soonest without presolving.
    result = milp(np.zeros_like(cost), constraints=constraints, integrality=kinds, bounds=Bounds(lower, upper),
                  options={"time_limit": seconds, "presolve": False})  # fmt: skip
    if result.status == PROVEN_NONE:
        return found, True
    while len(found) < most:
        result = milp(cost, constraints=constraints, integrality=kinds, bounds=Bounds(lower, upper),
                      options={"time_limit": seconds})  # fmt: skip
        if result.x is None:
            return found, result.status == PROVEN_NONE
        inside = np.round(result.x[len(residuals) :]).astype(np.int64)
        verified = _verified(of, residuals, system.count, result.x[: len(residuals)], inside)
        if verified is not None and 0 < verified[0] < k:
            found.append(verified)
        # Not this group again, nor one that holds it.
        chosen = np.flatnonzero(inside)
        row = np.zeros(len(residuals) + len(atoms))
        row[len(residuals) + chosen] = 1
        constraints.append(LinearConstraint(row[None, :], -np.inf, len(chosen) - 1))
        if verified is None:
            return found, False
    return found, True


def _verified(
    of: IntArray, residuals: IntArray, count: IntArray, solved: NDArray[np.float64], inside: IntArray
) -> tuple[int, dict[int, Fraction]] | None:
    """Check a solution in rational arithmetic: the combination is the group's 0/1 vector, and what size it has."""
    weights = {
        int(residual): Fraction(float(weight)).limit_denominator(MOST_DENOMINATOR)
        for residual, weight in zip(residuals, _shortest(of, residuals, solved, inside), strict=True)
    }
    for atom in range(of.shape[1]):
        if sum((weights[int(group)] for group in of[:, atom] if group >= 0), Fraction(0)) != inside[atom]:
            return None
    people = sum((weight * int(count[residual]) for residual, weight in weights.items()), Fraction(0))
    if people.denominator != 1:
        return None
    return int(people), {residual: weight for residual, weight in weights.items() if weight}


def _shortest(of: IntArray, residuals: IntArray, solved: NDArray[np.float64], inside: IntArray) -> NDArray[np.float64]:
    """Return coefficients of the same group with the least sum of sizes: a vertex, so small fractions."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, hstack

    families, columns = np.nonzero(of >= 0)
    places = np.searchsorted(residuals, of[families, columns])
    matrix = coo_array((np.ones(len(columns)), (columns, places)), shape=(of.shape[1], len(residuals)))
    result = linprog(
        np.ones(2 * len(residuals)),
        A_eq=hstack([matrix, -matrix]).tocsr(),
        b_eq=inside,
        bounds=(0, None),
        method="highs",
    )
    if result.x is None:
        return solved
    shortest: NDArray[np.float64] = result.x[: len(residuals)] - result.x[len(residuals) :]
    return shortest


def _derivation(group: tuple[int, dict[int, Fraction]], starts: IntArray) -> Derivation:
    people, weights = group
    terms = []
    for residual, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        family = int(np.searchsorted(starts, residual, side="right")) - 1
        terms.append((weight, family, int(residual - starts[family])))
    return Derivation(people, tuple(terms))
