"""The simulated organisation: the same each time, as large as asked, and true to what it says of itself."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.simulation import CUTS, SimulationPlan, Strengths, simulate


def test_one_plan_gives_one_world_to_the_last_answer() -> None:
    first, second = (simulate(SimulationPlan(people=300, customers=500, waves=2, seed=9)) for _ in range(2))
    assert first.staff.tree.ids == second.staff.tree.ids
    assert first.incidents == second.incidents
    for a, b in (
        (first.employee_answers(1), second.employee_answers(1)),
        (first.service_answers(0), second.service_answers(0)),
    ):
        assert np.array_equal(a.unit, b.unit)
        assert all(np.array_equal(a.items[key], b.items[key]) for key in a.items)
    other = simulate(SimulationPlan(people=300, customers=500, waves=2, seed=10))
    assert not np.array_equal(first.truth.led, other.truth.led)


@pytest.mark.parametrize("people", [30, 31, 100, 2_000, 20_000])
def test_it_has_exactly_the_people_asked_for(people: int) -> None:
    world = simulate(SimulationPlan(people=people, customers=0, waves=1))
    staff = world.staff
    assert len(staff) == people
    assert (staff.team == -1).sum() == 1
    assert set(staff.team.tolist()) <= {-1, *range(len(staff.tree))}
    assert len(set(staff.ids)) == people
    assert len(set(staff.tree.names)) == len(staff.tree)
    assert world.invited(0).sum() == people - 1


def test_too_small_and_too_short_worlds_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 30"):
        simulate(SimulationPlan(people=29))
    with pytest.raises(ValueError, match="wave"):
        simulate(SimulationPlan(people=100, waves=0))


def test_answers_lie_on_their_scales_and_cuts_in_their_levels() -> None:
    world = simulate(SimulationPlan(people=1_000, customers=2_000, waves=1))
    table = world.employee_answers(0)
    for codes in table.items.values():
        known = codes[codes != -128]
        assert known.min() >= 0
        assert known.max() <= 10
        assert 0 < (codes == -128).mean() < 0.05
    for cut in CUTS:
        places, levels = table.cuts[cut.key]
        assert levels == cut.levels
        assert places.min() >= 0
        assert places.max() < len(levels)
    assert 0.5 < len(table) / world.invited(0).sum() < 0.8
    customers = list(world.customer_answers(0))
    assert sum(map(len, customers)) == 2_000
    assert world.staff.faces_customers[np.concatenate([part.unit for part in customers])].all()


def test_the_truth_has_the_strengths_it_was_given() -> None:
    world = simulate(SimulationPlan(people=60_000, customers=0, waves=6, seed=4))
    truth, strengths = world.truth, Strengths()

    def across(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.corrcoef(a.mean(axis=0), b.mean(axis=0))[0, 1])

    def within(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.corrcoef((a - a.mean(axis=0)).ravel(), (b - b.mean(axis=0)).ravel())[0, 1])

    # Means over six waves keep a sixth of the changes beside the lasting part.
    move = strengths.change**2 / 6
    for a, b, lasting, moving in (
        (truth.led, truth.work, strengths.led_to_work_across, strengths.led_to_work_within),
        (truth.work, truth.served, strengths.work_to_served_across, strengths.work_to_served_within),
        (truth.service, truth.served, strengths.service_to_served_across, strengths.service_to_served_within),
        (truth.served, truth.result, strengths.served_to_result_across, strengths.served_to_result_within),
    ):
        assert across(a, b) == pytest.approx((lasting + moving * move) / (1 + move), abs=0.035)
        assert within(a, b) == pytest.approx(moving, abs=0.02)


def test_places_of_those_who_left_are_filled_and_leaders_stay() -> None:
    world = simulate(SimulationPlan(people=3_000, customers=0, waves=3))
    assert world.present(0).all()
    gone = world.leavers[0]
    assert gone.size > 0
    assert not world.present(1)[gone].any()
    assert not np.isin(gone, world.staff.leads).any()
    assert world.truth_record()["people"] == 3_000
    record = world.results
    assert record.periods == ("2026-q1", "2026-q2", "2026-q3")
    assert np.isnan(record.values["on_time"][~world.staff.faces_customers]).all()
