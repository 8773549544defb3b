"""The search of a cut beside the tree, against the general programme: one cut alone, and several one by one."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.privacy.audit_cast import small_table

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.layers import Arrows, search_layers
from headwater.privacy.audit.overlaps import _layers, systems_of
from headwater.privacy.audit.systems import find_small_groups
from headwater.privacy.releases import ReleaseTable

K = 5
CUTS = {"area": ("x", "y", "z"), "tenure": ("short", "long")}


def release(seed: int, cuts: tuple[str, ...], units: int = 5) -> ReleaseTable:
    """A random tree whose top is shown, random people in random levels, and random cells of k and more shown."""
    rng = np.random.default_rng(seed)
    names = [f"u{number}" for number in range(units)]
    parents = {name: "" if not n else names[int(rng.integers(n))] for n, name in enumerate(names)}
    members = {name: {name} for name in names}
    for name in reversed(names[1:]):
        members[parents[name]] |= members[name]
    people = np.repeat(names, rng.integers(4, 14, units))
    drawn = {cut: rng.choice([*CUTS[cut], ""], len(people), p=_chances(cut)) for cut in cuts}
    inside = {name: np.isin(people, list(held)) for name, held in members.items()}
    counts = {name: int(here.sum()) for name, here in inside.items() if name == names[0] or rng.random() < 0.7}
    levels: dict[tuple[str, str], dict[str, int]] = {}
    for cut in cuts:
        for level in CUTS[cut]:
            sizes = {name: int((here & (drawn[cut] == level)).sum()) for name, here in inside.items()}
            levels[cut, level] = {name: size for name, size in sizes.items() if size >= K and rng.random() < 0.75}
    return small_table(parents, {name: size for name, size in counts.items() if size >= K}, levels=levels)


def _chances(cut: str) -> list[float]:
    return [*[0.92 / len(CUTS[cut])] * len(CUTS[cut]), 0.08]


def by_layers(table: ReleaseTable) -> bool:
    """Whether one of the cuts, or a layer alone, gives a small group."""
    views = Evidence((table,)).views
    told = []
    for cut in dict.fromkeys(view.panel.cut for view in views if view.panel.cut):
        arrows, _ = _layers(views[0], [view for view in views if view.panel.cut == cut])
        searched = search_layers(arrows, K)
        assert searched.finished
        told.append(bool(searched.found))
    return any(told)


def by_programme(table: ReleaseTable) -> bool:
    """Whether the general search of everything at once finds a small group."""
    (families,) = systems_of((table,), Evidence((table,)))
    searched = find_small_groups(families, K)
    assert searched.finished
    return bool(searched.found)


@pytest.mark.parametrize("tried_out", [0, 8])
@pytest.mark.parametrize("seed", range(40))
def test_one_cut_is_searched_completely(seed: int, tried_out: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.privacy.audit.layers.MOST_TRIED_OUT", tried_out)
    table = release(seed, ("area",))
    assert by_layers(table) == by_programme(table)


@pytest.mark.parametrize("seed", range(40))
def test_two_cuts_are_searched_one_by_one_and_nothing_is_missed(seed: int) -> None:
    table = release(500 + seed, ("area", "tenure"), units=4)
    assert by_layers(table) == by_programme(table)


def test_both_outcomes_are_seen() -> None:
    assert {by_layers(release(seed, ("area",))) for seed in range(60)} == {True, False}
    assert {by_layers(release(500 + seed, ("area", "tenure"), units=4)) for seed in range(40)} == {True, False}


def test_what_is_found_is_a_group_of_whole_numbers() -> None:
    found = 0
    for seed in range(60):
        views = Evidence((release(seed, ("area",)),)).views
        arrows, _ = _layers(views[0], list(views[1:]))
        for group in search_layers(arrows, K).found:
            unit, level = np.zeros(len(arrows.of_unit) + 1), np.zeros(len(arrows.of_level) + 1)
            for weight, family, number in group.terms:
                (unit, level)[family][number] += float(weight)
            sizes = unit[:-1] @ arrows.of_unit + level[:-1] @ arrows.of_level
            assert sizes == group.people
            assert 0 < group.people < K
            somebody = (arrows.of_unit[arrows.unit] > 0) & ((arrows.level < 0) | (arrows.of_level[arrows.level] > 0))
            assert set((unit[arrows.unit] + level[arrows.level])[somebody].tolist()) <= {0.0, 1.0, -1.0, 2.0}
            found += 1
    assert found > 10


def test_a_large_tree_is_settled_without_a_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four hundred teams under twenty departments; the levels of a cut are shown for departments and the top."""
    for search in ("_programme", "_tried_out"):
        monkeypatch.setattr(f"headwater.privacy.audit.layers.{search}", lambda *_: pytest.fail("nothing is left"))
    departments, teams, levels = 20, 400, 4
    unit = np.arange(1 + departments + teams)
    of_unit = np.concatenate([[8], np.full(departments, 7), np.full(teams, 9)])
    department = np.concatenate([[-1], np.arange(departments), np.arange(teams) % departments])
    of_level = np.concatenate([np.full(levels, 2), np.full(departments * levels, 46)])
    of_level[:levels] += 3
    cell = np.where(department >= 0, levels + department * levels, 0)[:, None] + np.arange(levels)[None, :]
    arrows = Arrows(np.repeat(unit, levels), cell.ravel(), of_unit.astype(np.int64), of_level.astype(np.int64))
    assert search_layers(arrows, K) == search_layers(arrows, K, seconds=0.0)
    assert search_layers(arrows, K).found == ()
    assert search_layers(arrows, K).finished
