"""All links of a chain at once: each on the panel its ends allow, and only of the units that count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headwater.chain import (
    Chain,
    Place,
    StudyWaves,
    build_river,
    carried_by,
    find_links,
    only_units,
    parts_large_enough,
    unit_means,
    what_if,
)
from headwater.chain.linking import lowest
from headwater.chain.river import RiverHead
from headwater.chain.studies import means_of
from headwater.instruments import load_instrument
from headwater.org import number_units
from headwater.scoring import specify
from headwater.simulation import EMPLOYEE_INSTRUMENTS, SimulationPlan, World, simulate
from headwater.vocab import Design, InputError, Lens, Moments, RefusedError, UnitPeriods

LED, HEARD = "lx_behaviours", "ex_support_voice"
PLACES = {
    LED: Place(LED, "Leaders", Lens.LX, "better leaders"),
    HEARD: Place(HEARD, "Being heard", Lens.EX, "people who are heard"),
    "absence": Place("absence", "Absence", Lens.RESULT, "less absence", higher_is_better=False),
    "gone": Place("gone", "Never measured", Lens.RESULT, "more of it"),
}


@pytest.fixture(name="world", scope="module")
def world_() -> World:
    return simulate(SimulationPlan(people=1_200, customers=10, waves=3, seed=11))


@pytest.fixture(name="study", scope="module")
def study_(world: World, tmp_path_factory: pytest.TempPathFactory) -> StudyWaves:
    from headwater.chain import wave_moments
    from headwater.intake import seal
    from headwater.vocab import Study, Wave

    folder = tmp_path_factory.mktemp("waves")
    specification = specify([load_instrument(key) for key in EMPLOYEE_INSTRUMENTS])
    kept = replace(specification, scales=tuple(one for one in specification.scales if one.key in PLACES))
    found = []
    for number in range(3):
        key = world.wave_key(number)
        table = replace(world.employee_answers(number), cuts={}, comments={})
        seal(folder, Study("people", "People"), Wave("people", key, key, number), table)
        found.append(wave_moments(folder, "people", key, kept.plan()))
    return StudyWaves(frozenset({LED, HEARD}), tuple(found), 5)


def test_a_link_of_one_study_says_what_its_waves_show_over_time_too(world: World, study: StudyWaves) -> None:
    found, refused = find_links(Chain(PLACES, [(LED, HEARD)]), [study], world.staff.tree, None)
    assert refused == []
    assert found[0].water is not None
    assert found[0].water.design is Design.SOURCE_FREE
    over_time = [one for one in found[0].others if one.design is Design.WITHIN_UNITS]
    assert over_time
    river = build_river(RiverHead("Works", "2026"), list(PLACES.values()), found)
    assert carried_by(river.streams[0]) == over_time[0]
    downstream = what_if(river, LED, 1.0)
    assert downstream[0].low <= over_time[0].effect <= downstream[0].high
    once = replace(study, moments=study.moments[-1:])
    alone, _refused = find_links(Chain(PLACES, [(LED, HEARD)]), [once], world.staff.tree, None)
    with pytest.raises(RefusedError, match="over time"):
        what_if(build_river(RiverHead("Works", "2026"), list(PLACES.values()), alone), LED, 1.0)


def test_an_end_that_was_not_measured_is_refused_by_name(world: World, study: StudyWaves) -> None:
    found, refused = find_links(Chain(PLACES, [(LED, "gone")]), [study], world.staff.tree, world.results)
    assert found == []
    assert refused[0][0] == "Leaders and Never measured"
    assert "Never measured was not measured" in refused[0][1]


def test_a_score_and_a_figure_are_linked_on_the_units_that_count(world: World, study: StudyWaves) -> None:
    tree = world.staff.tree
    chain = Chain(PLACES, [(HEARD, "absence")])
    whole, _none = find_links(chain, [study], tree, world.results)
    assert whole[0].dry_bed is not None
    means = unit_means(study.moments, tree, 5)
    known = ~np.isnan(means.values[HEARD]) & ~np.isnan(world.results.values["absence"])
    assert whole[0].dry_bed.n_units == int(known.any(axis=1).sum())
    half = np.zeros(known.shape, bool)
    half[: len(tree) // 2] = True
    part, _none = find_links(chain, [replace(study, kept={HEARD: half})], tree, world.results)
    assert part[0].dry_bed is not None
    assert part[0].dry_bed.n_units == int((known & half).any(axis=1).sum())


def test_units_with_all_below_are_compared_where_the_ends_meet_on_a_higher_level(
    world: World, study: StudyWaves
) -> None:
    tree = world.staff.tree
    inner = np.flatnonzero(tree.size > 1)
    rng = np.random.default_rng(2)
    values = rng.standard_normal((len(inner), 3))
    periods = tuple(moments.wave for moments in study.moments)
    table = UnitPeriods(tuple(tree.ids[row] for row in inner.tolist()), periods, {"absence": values})
    leaves = np.repeat((tree.size == 1)[:, None], 3, axis=1)
    masked = replace(study, kept={HEARD: leaves}, kept_below={HEARD: np.ones_like(leaves)})
    found, refused = find_links(Chain(PLACES, [(HEARD, "absence")]), [masked], tree, table)
    assert refused == []
    assert "all that is below them" in found[0].notes[-1]


def test_of_nested_units_the_lowest_count() -> None:
    tree = number_units(["a", "b", "c", "d"], ["", "a", "b", "a"])
    value = np.array([[1.0], [2.0], [np.nan], [4.0]])[[0, 1, 2, 3]]
    panel = UnitPeriods(tree.ids, ("t",), {"x": value[[tree.ids.index(one) for one in tree.ids]]})
    kept = lowest(panel, ["x"], tree).values["x"][:, 0]
    assert dict(zip(tree.ids, np.isnan(kept).tolist(), strict=True)) == {"a": True, "b": False, "c": True, "d": False}


def test_figures_named_complete_must_be_there(world: World) -> None:
    with pytest.raises(InputError, match="nowhere"):
        find_links(Chain(PLACES, [(LED, HEARD)], complete=("nowhere",)), [], None, world.results)


def test_moments_of_some_units_are_those_of_these_units_alone(world: World, study: StudyWaves) -> None:
    tree, moments = world.staff.tree, study.moments[0]
    units = set(moments.units[::3])
    some: Moments = only_units(moments, units)
    assert set(some.units) == units
    whole, part = (unit_means([one], tree, 5).values[HEARD] for one in (moments, some))
    rows = [tree.index_of[unit] for unit in units]
    assert np.array_equal(whole[rows], part[rows], equal_nan=True)
    others = np.setdiff1d(np.arange(len(tree)), rows)
    assert np.isnan(part[others]).all()
    assert some.crosses is not None
    assert moments.crosses is not None
    assert len(some.crosses.n) == len(units)
    assert only_units(moments, set(moments.units)) is moments


def test_means_keep_to_the_mask(world: World, study: StudyWaves) -> None:
    nothing = np.zeros((len(world.staff.tree), 3), bool)
    table = means_of(replace(study, kept={LED: nothing}), world.staff.tree)
    assert np.isnan(table.values[LED]).all()
    assert not np.isnan(table.values[HEARD]).all()


def test_parts_need_eight_units_and_say_something_of_their_own() -> None:
    ids = ["top", "one", "only", *[f"t{place}" for place in range(8)], *[f"u{place}" for place in range(7)], "two"]
    above = ["", "top", "one", *["only"] * 8, *["two"] * 7, "top"]
    tree = number_units(ids, above)
    usable = np.array([unit[0] in "tu" and unit not in ("top", "two") for unit in tree.ids])
    found = {tree.ids[row] for row in parts_large_enough(tree, usable)}
    assert found == {"top", "one"}
