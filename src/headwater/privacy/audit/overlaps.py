"""Attacks across releases over the same answers: levels of cuts, trees drawn anew, windows, versions."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.layers import Arrows, search_layers
from headwater.privacy.audit.systems import Derivation, Family, Searched, find_small_groups
from headwater.privacy.audit.views import CLOSE, BoolArray, View, nearest_above
from headwater.privacy.releases import ReleaseTable

MOST_ELEMENTS = 4_000_000
"""Elements (unit by slot by levels of every cut) beyond which cuts are attacked one at a time."""


MOST_TERMS = 12
"""Totals of a derivation that are told one by one."""

BRIDGE_SECONDS = 20.0
"""Budget for what the search of all cuts of one release leaves open."""


def complementary_cut(evidence: Evidence) -> None:
    """A unit's total less the shown levels of a cut: the people of the levels that are withheld."""
    for table in evidence.tables:
        if not evidence.is_new(table):
            continue
        views = [view for view in evidence.views if view.table is table]
        for cut in dict.fromkeys(view.panel.cut for view in views if view.panel.cut):
            _complement(evidence, views[0], cut, [view for view in views if view.panel.cut == cut])


def _complement(evidence: Evidence, main: View, cut: str, levels: Sequence[View]) -> None:
    """Take the shown levels of one cut from their units. Only units that show a level are looked at."""
    units = np.unique(np.concatenate([view.rows for view in levels]))
    units = units[main.row_of[units] >= 0]
    at = main.row_of[units]
    said = np.zeros(len(units), np.int64)
    fewest = np.zeros((len(units), len(main.columns)), np.int64)
    k = main.table.k
    for view in levels:
        row = view.row_of[units]
        there = row >= 0
        said[there] += view.n[row[there]]
        least = np.where(view.answered_for_sure, view.count, np.minimum(view.count, k))
        fewest[there] += least[row[there]]
    left = main.n[at] - said
    evidence.tried("complementary_cut", int((said > 0).sum()))
    for number in np.flatnonzero((main.n[at] > 0) & (said > 0) & (left > 0) & (left < k)):
        name, row = main.unit(at[number]), [int(view.row_of[units[number]]) for view in levels]
        parts = ", ".join(
            f"{view.panel.level} ({view.n[place]})"
            for view, place in zip(levels, row, strict=True)
            if place >= 0 and view.n[place] > 0
        )
        how = (
            f"{name} has {main.n[at[number]]} respondents; less {cut} {parts} this leaves {left[number]} "
            "people of the other levels."
        )
        evidence.found("complementary_cut", main.place, how, units=[name], people=int(left[number]))
    most = np.minimum(main.count[at] - fewest, np.where(main.shown[at], main.n[at][:, None], 0))
    found = main.shown[at] & (fewest > 0) & (most > 0) & (most < k)
    for number, column in zip(*np.nonzero(found), strict=True):
        key, name, people = main.columns[column].key, main.unit(at[number]), int(most[number, column])
        how = (
            f"{key} of {name} rests on {main.count[at[number], column]} answers; the shown levels of "
            f"{cut} have at least {fewest[number, column]} of them, so at most {people} are left."
        )
        evidence.found("complementary_cut", main.place, how, units=[name], columns=[key], people=people)


def cut_tree_bridge(evidence: Evidence) -> None:
    """Trees and levels together: totals of units and of levels, combined in every way, cut by cut."""
    for table in evidence.tables:
        views = [view for view in evidence.views if view.table is table]
        if len(views) == 1 or not evidence.is_new(table):
            continue
        until = time.monotonic() + BRIDGE_SECONDS
        for cut in dict.fromkeys(view.panel.cut for view in views if view.panel.cut):
            arrows, families = _layers(views[0], [view for view in views if view.panel.cut == cut])
            searched = search_layers(arrows, table.k, seconds=max(until - time.monotonic(), 0.0))
            _tell(evidence, "cut_tree_bridge", [table], families, searched)


def recut_tree(evidence: Evidence) -> None:
    """Two trees over the same answers: what one adds up, the other takes apart."""
    for tables in _groups(evidence.tables):
        for _, chosen in _by(tables, lambda table: (table.version, table.window)):
            trees = {(table.unit_ids, table.parent.tobytes()) for table in chosen}
            if len(trees) > 1:
                _attack(evidence, "recut_tree", chosen)


def overlapping_windows(evidence: Evidence) -> None:
    """Windows of an always-on study that share answers: one less another is a short time, and few people."""
    for tables in _groups(evidence.tables):
        chosen = [table for table in tables if table.window]
        if len({table.window for table in chosen}) > 1:
            _attack(evidence, "overlapping_windows", chosen)


def late_answers(evidence: Evidence) -> None:
    """A later version of a wave less an earlier one: the people who came late."""
    for tables in _groups(evidence.tables):
        for _, chosen in _by(tables, lambda table: (table.wave, table.window)):
            if len({table.version for table in chosen}) > 1:
                _attack(evidence, "late_answers", chosen)


def corrected_answers(evidence: Evidence) -> None:
    """Two versions in which a number moved and its count did not: somebody's answer was changed."""
    for tables in _groups(evidence.tables):
        for _, chosen in _by(tables, lambda table: (table.wave, table.window)):
            ordered = sorted(chosen, key=lambda table: table.version)
            for first, second in pairwise(ordered):
                if first.version != second.version:
                    _corrections(evidence, first, second)


def _corrections(evidence: Evidence, first: ReleaseTable, second: ReleaseTable) -> None:
    columns = {column.key: number for number, column in enumerate(second.columns)}
    places = {unit: number for number, unit in enumerate(second.unit_ids)}
    below = (_subtrees(first), _subtrees(second))
    later = {(view.panel.cut, view.panel.level): view for view in evidence.views if view.table is second}
    for view in [view for view in evidence.views if view.table is first]:
        other = later.get((view.panel.cut, view.panel.level))
        if other is None:
            continue
        for unit, column in zip(*np.nonzero(view.exact), strict=True):
            place, number = places.get(view.unit(unit), -1), columns.get(view.columns[column].key, -1)
            there = other.row_of[place] if place >= 0 else -1
            if there < 0 or number < 0 or not other.exact[there, number]:
                continue
            if below[0][view.rows[unit]] != below[1][place]:
                continue
            evidence.tried("corrected_answers", 1)
            same = view.count[unit, column] == other.count[there, number] and view.n[unit] == other.n[there]
            before, after = view.value[unit, column], other.value[there, number]
            if same and abs(before - after) > CLOSE * max(view.high[column] - view.low[column], 1):
                key, n = view.columns[column].key, int(view.count[unit, column])
                how = (
                    f"{key} of {view.unit(unit)} goes from {before:.6g} to {after:.6g} while its count stays {n}: the "
                    f"sum moved by {(after - before) * n:.4g}, the change in the answers of whoever was corrected."
                )
                evidence.found("corrected_answers", other.place, how, units=[view.unit(unit)], columns=[key])


def _subtrees(table: ReleaseTable) -> list[frozenset[str]]:
    return [frozenset(table.unit_ids[unit : unit + table.size[unit]]) for unit in range(len(table.unit_ids))]


def _groups(tables: Sequence[ReleaseTable]) -> Iterator[list[ReleaseTable]]:
    """Releases over the same answers: of one wave, or windows of one study."""
    for _, chosen in _by(tables, lambda table: (table.study, "" if table.window else table.wave, bool(table.window))):
        if len(chosen) > 1:
            yield chosen


def _by(
    tables: Sequence[ReleaseTable], key: Callable[[ReleaseTable], Hashable]
) -> list[tuple[Hashable, list[ReleaseTable]]]:
    found: dict[Hashable, list[ReleaseTable]] = {}
    for table in tables:
        found.setdefault(key(table), []).append(table)
    return list(found.items())


def _attack(evidence: Evidence, attack: str, tables: Sequence[ReleaseTable]) -> None:
    """Put tables into one system and search it."""
    k = min(table.k for table in tables)
    systems = 0
    for families in systems_of(tables, evidence):
        systems += 1
        _tell(evidence, attack, tables, families, find_small_groups(families, k))
    if systems > 1 and attack not in evidence.unfinished:
        evidence.unfinished.append(attack)


def _tell(
    evidence: Evidence, attack: str, tables: Sequence[ReleaseTable], families: Sequence[Family], searched: Searched
) -> None:
    """Write down what a search found."""
    evidence.tried(attack, searched.atoms)
    if not searched.finished and attack not in evidence.unfinished:
        evidence.unfinished.append(attack)
    for found in searched.found:
        if not _crosses(found, families):
            continue
        evidence.found(
            attack,
            " with ".join(dict.fromkeys(table.title for table in tables)),
            _words(found, families),
            units=sorted({families[family].units[residual] for _, family, residual in found.terms}),
            people=found.people,
        )


def _crosses(found: Derivation, families: Sequence[Family]) -> bool:
    """Whether a derivation needs more than one release; those of one are found by counting."""
    return len({family for _, family, _ in found.terms}) > 1 or len(families) == 1


def _words(found: Derivation, families: Sequence[Family]) -> str:
    said = []
    for weight, family, residual in found.terms:
        sign = "+" if weight > 0 else "−"
        times = "" if abs(weight) == 1 else f"{abs(weight)} × "
        said.append(f"{sign} {times}{families[family].names[residual]} ({families[family].count[residual]})")
    if len(said) > MOST_TERMS:
        said = [*said[:MOST_TERMS], f"± … ({len(said) - MOST_TERMS})"]
    text = " ".join(said).removeprefix("+ ")
    return f"{text}: this leaves {found.people} people."


def systems_of(tables: Sequence[ReleaseTable], evidence: Evidence) -> Iterator[list[Family]]:
    """Yield systems of families over the elements (unit, slot, level of every cut).

    A slot is a stretch of time, or what a version added. All cuts cross in one system while that stays small,
    otherwise each cut makes its own system with everybody, and not every combination is tried.
    """
    ids = {
        unit: number for number, unit in enumerate(dict.fromkeys(unit for table in tables for unit in table.unit_ids))
    }
    slots = _slots(tables)
    views = [view for view in evidence.views if any(view.table is table for table in tables)]
    levels: dict[str, list[str]] = {}
    for view in views:
        if view.panel.cut and view.panel.level not in levels.setdefault(view.panel.cut, []):
            levels[view.panel.cut].append(view.panel.level)
    width = math.prod(len(names) + 1 for names in levels.values())
    together = len(ids) * slots.shape[1] * width <= MOST_ELEMENTS
    for chosen in [tuple(levels)] if together else [(cut,) for cut in levels]:
        shape = (len(ids), slots.shape[1], *(len(levels[cut]) + 1 for cut in chosen))
        families = []
        for view in views:
            if view.panel.cut and view.panel.cut not in chosen:
                continue
            number = next(number for number, table in enumerate(tables) if table is view.table)
            families.append(_family(view, ids, shape, slots[number], chosen, levels))
        yield families


def _layers(main: View, levels: Sequence[View]) -> tuple[Arrows, list[Family]]:
    """One cut beside the units: where somebody can be, and what the residuals of both layers are called."""
    parts = [_residuals(view) for view in (main, *levels)]
    starts = np.concatenate([[0], np.cumsum([len(part.count) for part in parts[1:]])])
    unit, count = parts[0].label, len(parts[0].label)
    of_level = [np.full(count, -1)]  # people of no level that is shown
    of_level += [
        np.where(part.label >= 0, part.label + start, -1) for part, start in zip(parts[1:], starts, strict=False)
    ]
    width = int(starts[-1]) + 1
    codes = np.unique(np.concatenate([(unit + 1) * width + level + 1 for level in of_level]))
    found = np.column_stack(np.divmod(codes[codes > 0], width)) - 1  # where a unit or a level is known
    held = [np.concatenate([part.count for part in side]) for side in (parts[:1], parts[1:])]
    cells = Family(
        label=np.zeros(0, np.int64),
        count=held[1],
        names=[name for part in parts[1:] for name in part.names],
        units=[name for part in parts[1:] for name in part.units],
        place=levels[0].place,
    )
    return Arrows(found[:, 0], found[:, 1], *held), [parts[0], cells]


def _residuals(view: View) -> Family:
    """The residuals of one panel, with the one that each of all units lies in, -1 for none."""
    n = view.spread(view.n, 0)
    parent, shown = view.table.parent, n > 0
    above = nearest_above(parent, shown)
    units = np.flatnonzero(shown)
    number = np.full(len(shown) + 1, -1, np.int64)
    number[units] = np.arange(len(units))
    inside = units[above[units] >= 0]
    left = n - np.bincount(above[inside], n[inside], len(n)).astype(np.int64)
    parents = np.zeros(len(shown), bool)
    parents[above[inside]] = True
    ids, said = view.table.unit_ids, f" [{view.place}]"
    return Family(
        label=number[np.where(shown, np.arange(len(shown)), above)],
        count=np.maximum(left[units], 0),
        names=[f"({ids[unit]} − {ids[unit]}/*){said}" if parents[unit] else f"{ids[unit]}{said}" for unit in units],
        units=[ids[unit] for unit in units],
        place=view.place,
    )


def _family(
    view: View,
    ids: dict[str, int],
    shape: tuple[int, ...],
    slots: BoolArray,
    cuts: Sequence[str],
    levels: dict[str, list[str]],
) -> Family:
    whole = _residuals(view)
    by_unit = np.full(shape[0], -1, np.int64)
    by_unit[[ids[unit] for unit in view.table.unit_ids]] = whole.label
    label = np.full(shape, -1, np.int64)
    where: list[slice | int] = [slice(None)] * (len(shape) - 2)
    if view.panel.cut:
        where[list(cuts).index(view.panel.cut)] = levels[view.panel.cut].index(view.panel.level)
    for slot in np.flatnonzero(slots):
        target = label[(slice(None), int(slot), *where)]
        target[...] = by_unit.reshape(-1, *([1] * (target.ndim - 1)))
    return replace(whole, label=label.reshape(-1))


def _slots(tables: Sequence[ReleaseTable]) -> BoolArray:
    """bool[T, S]: which slots of answers each table holds.

    Windows are cut at all their ends. Versions hold what they had before and what came late; where a later version
    has fewer people somewhere and more elsewhere, versions share a part and each has a part of its own.
    """
    cells = [_times(table.window, tables) for table in tables]
    versions = sorted({table.version for table in tables})
    if len(versions) > 1:
        grows, shrinks = _direction(tables, versions)
        place = {version: number for number, version in enumerate(versions)}
        held = np.zeros((len(tables), len(versions) + 1), bool)
        for number, table in enumerate(tables):
            if grows:
                held[number, : place[table.version] + 1] = True
            elif shrinks:
                held[number, place[table.version] :] = True
            else:
                held[number, [place[table.version], len(versions)]] = True
        return np.stack([np.outer(time, version).ravel() for time, version in zip(cells, held, strict=True)])
    return np.stack(cells)


def _direction(tables: Sequence[ReleaseTable], versions: Sequence[int]) -> tuple[bool, bool]:
    totals: dict[int, dict[str, int]] = {version: {} for version in versions}
    for table in tables:
        view = View(table, table.everybody)
        totals[table.version] |= {view.unit(unit): int(view.n[unit]) for unit in np.flatnonzero(view.n > 0)}
    changes = [
        totals[second][unit] - totals[first][unit]
        for first, second in pairwise(versions)
        for unit in totals[first].keys() & totals[second].keys()
    ]
    return all(change >= 0 for change in changes), all(change <= 0 for change in changes)


def _times(window: str, tables: Sequence[ReleaseTable]) -> BoolArray:
    """bool[S]: the elementary stretches of time of a window; ends are inclusive."""
    ends = sorted({end for table in tables for end in _ends(table.window)})
    if len(ends) < 2:
        return np.ones(1, bool)
    first, last = _ends(window)
    return np.array([first <= start and stop <= last for start, stop in pairwise(ends)], bool)


def _ends(window: str) -> tuple[tuple[str, int], tuple[str, int]]:
    first, _, last = window.partition("/")
    return (first, 0), (last or first, 1)
