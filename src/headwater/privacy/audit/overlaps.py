"""Attacks across releases over the same answers: levels of cuts, trees drawn anew, windows, versions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.systems import Derivation, Family, find_small_groups
from headwater.privacy.audit.views import CLOSE, BoolArray, View, nearest_above
from headwater.privacy.releases import ReleaseTable

MOST_ELEMENTS = 4_000_000
"""Elements (unit by slot by levels of every cut) beyond which cuts are attacked one at a time."""


def complementary_cut(evidence: Evidence) -> None:
    """A unit's total less the shown levels of a cut: the people of the levels that are withheld."""
    for table in evidence.tables:
        views = [view for view in evidence.views if view.table is table]
        main, k = views[0], table.k
        for cut in dict.fromkeys(view.panel.cut for view in views if view.panel.cut):
            levels = [view for view in views if view.panel.cut == cut]
            said = np.sum([view.n for view in levels], axis=0)
            left = main.n - said
            evidence.tried("complementary_cut", int((said > 0).sum()))
            for unit in np.flatnonzero((main.n > 0) & (said > 0) & (left > 0) & (left < k)):
                shown = [view for view in levels if view.n[unit] > 0]
                parts = ", ".join(f"{view.panel.level} ({view.n[unit]})" for view in shown)
                how = (
                    f"{main.unit(unit)} has {main.n[unit]} respondents; less {cut} {parts} this leaves {left[unit]} "
                    "people of the other levels."
                )
                evidence.found("complementary_cut", main.place, how, units=[main.unit(unit)], people=int(left[unit]))
            fewest = np.sum(
                [np.where(view.answered_for_sure, view.count, np.minimum(view.count, k)) for view in levels], axis=0
            )
            most = np.minimum(main.count - fewest, np.where(main.shown, main.n[:, None], 0))
            found = main.shown & (fewest > 0) & (most > 0) & (most < k)
            for unit, column in zip(*np.nonzero(found), strict=True):
                key = main.columns[column].key
                how = (
                    f"{key} of {main.unit(unit)} rests on {main.count[unit, column]} answers; the shown levels of "
                    f"{cut} have at least {fewest[unit, column]} of them, so at most {most[unit, column]} are left."
                )
                evidence.found(
                    "complementary_cut",
                    main.place,
                    how,
                    units=[main.unit(unit)],
                    columns=[key],
                    people=int(most[unit, column]),
                )


def cut_tree_bridge(evidence: Evidence) -> None:
    """Trees and levels together: totals of units and of levels, combined in every way."""
    for table in evidence.tables:
        if len(table.panels) > 1 and evidence.is_new(table):
            _attack(evidence, "cut_tree_bridge", [table])


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
            there, number = places.get(view.unit(unit), -1), columns.get(view.columns[column].key, -1)
            if there < 0 or number < 0 or not other.exact[there, number] or below[0][unit] != below[1][there]:
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
    for families in systems_of(tables, evidence):
        searched = find_small_groups(families, k)
        evidence.tried(attack, searched.atoms)
        if not searched.finished:
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
        sign = "plus" if weight > 0 else "less"
        times = "" if abs(weight) == 1 else f"{abs(weight)} times "
        said.append(f"{sign} {times}{families[family].names[residual]} ({families[family].count[residual]})")
    text = " ".join(said).removeprefix("plus ")
    return f"{text} leaves {found.people} people."


def systems_of(tables: Sequence[ReleaseTable], evidence: Evidence) -> Iterator[list[Family]]:
    """Yield systems of families over the elements (unit, slot, level of every cut).

    A slot is a stretch of time, or what a version added. All cuts cross in one system while that stays small,
    otherwise each cut makes its own system with everybody.
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
    width = int(np.prod([len(names) + 1 for names in levels.values()])) if levels else 1
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


def _family(
    view: View,
    ids: dict[str, int],
    shape: tuple[int, ...],
    slots: BoolArray,
    cuts: Sequence[str],
    levels: dict[str, list[str]],
) -> Family:
    parent, shown = view.table.parent, view.n > 0
    above = nearest_above(parent, shown)
    count = np.where(shown, view.n, 0)
    has = np.flatnonzero(shown & (above >= 0))
    np.subtract.at(count, above[has], view.n[has])
    number = np.full(len(shown) + 1, -1, np.int64)
    number[np.flatnonzero(shown)] = np.arange(int(shown.sum()))
    innermost = np.where(shown, np.arange(len(shown)), above)
    by_unit = np.full(shape[0], -1, np.int64)
    by_unit[[ids[unit] for unit in view.table.unit_ids]] = number[innermost]
    label = np.full(shape, -1, np.int64)
    where: list[slice | int] = [slice(None)] * (len(shape) - 2)
    if view.panel.cut:
        where[list(cuts).index(view.panel.cut)] = levels[view.panel.cut].index(view.panel.level)
    for slot in np.flatnonzero(slots):
        target = label[(slice(None), int(slot), *where)]
        target[...] = by_unit.reshape(-1, *([1] * (target.ndim - 1)))
    units = np.flatnonzero(shown)
    parents = np.zeros(len(shown), bool)
    parents[above[has]] = True
    said = f" in {view.place}"
    return Family(
        label=label.reshape(-1),
        count=np.maximum(count[units], 0).astype(np.int64),
        names=[f"{view.unit(unit)}{' without its shown units below' if parents[unit] else ''}{said}" for unit in units],
        units=[view.unit(unit) for unit in units],
        place=view.place,
    )


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
