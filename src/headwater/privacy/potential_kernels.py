"""Loops behind `potentials`, for `compiling.run`."""

from __future__ import annotations

import numpy as np


def find_settled(groups, people, count, k):  # type: ignore[no-untyped-def]
    """Find the groups whose potential is 0 because k or more people lie in cells of theirs alone, and what follows.

    groups: int64[W, C], `count` where a cell is in none. people: int64[C]. Returns bool[count + 1], the last False.
    The closure does not depend on the order: a settled group can only bring further cells to one open group.
    """
    kinds, cells = groups.shape
    first = np.zeros(count + 2, np.int64)
    opened = np.zeros(cells, np.int64)
    for kind in range(kinds):
        for cell in range(cells):
            group = groups[kind, cell]
            if group < count:
                first[group + 1] += 1
                opened[cell] += 1
    for group in range(count + 1):
        first[group + 1] += first[group]
    place = first[: count + 1].copy()
    members = np.empty(first[count + 1], np.int64)
    for kind in range(kinds):
        for cell in range(cells):
            group = groups[kind, cell]
            if group < count:
                members[place[group]] = cell
                place[group] += 1
    settled = np.zeros(count + 1, np.bool_)
    alone = np.zeros(count + 1, np.int64)
    waiting = np.empty(count + 1, np.int64)
    end = 0
    for cell in range(cells):
        if opened[cell] == 1:
            for kind in range(kinds):
                group = groups[kind, cell]
                if group < count:
                    alone[group] += people[cell]
                    if alone[group] >= k and not settled[group]:
                        settled[group] = True
                        waiting[end] = group
                        end += 1
    at = 0
    while at < end:
        done = waiting[at]
        at += 1
        for entry in range(first[done], first[done + 1]):
            cell = members[entry]
            opened[cell] -= 1
            if opened[cell] == 1:
                for kind in range(kinds):
                    group = groups[kind, cell]
                    if group < count and not settled[group]:
                        alone[group] += people[cell]
                        if alone[group] >= k:
                            settled[group] = True
                            waiting[end] = group
                            end += 1
    return settled


def join_pairs(pairs, count):  # type: ignore[no-untyped-def]
    """Find by group the largest number it is joined with, itself at least: int64[count + 1]. pairs: int64[M, 2].

    The root of a joined set is its largest number.
    """
    root = np.arange(count + 1)
    for pair in range(len(pairs)):
        one, other = pairs[pair, 0], pairs[pair, 1]
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        while root[other] != other:
            root[other] = root[root[other]]
            other = root[other]
        if one < other:
            root[one] = other
        else:
            root[other] = one
    for group in range(count, -1, -1):  # whoever is above is done
        root[group] = root[root[group]]
    return root
