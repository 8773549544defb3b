"""From simulated answers of four waves to the links that were put in.

A unit's score is the truth of its stage (share .12 of an answer's variance) and what is its own on that one scale
(share .04). So the links of two scales that can be found are those of the stages, thinned by the scales' own parts:
across units .12 cov / (.12 var + .04), within units likewise with the variance of changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from headwater.chain import Place, link_on_panel, link_within_study, sampling_errors, side_by_side, unit_means
from headwater.engine import compute_moments
from headwater.instruments import load_instrument
from headwater.intake import seal
from headwater.scoring import specify
from headwater.simulation import (
    CUSTOMER_INSTRUMENTS,
    EMPLOYEE_INSTRUMENTS,
    SERVICE_INSTRUMENTS,
    SimulationPlan,
    World,
    simulate,
)
from headwater.vocab import AnswerTable, Cut, Lens, Moments, Study, Wave

LED = Place("lx_behaviours", "Behaviours", Lens.LX, "better behaviours")
WORK = Place("ex_engagement", "Engagement", Lens.EX, "more engagement")
SERVED = Place("cx_satisfaction", "Satisfaction", Lens.CX, "more satisfaction")
SERVICE = Place("service_quality", "Service", Lens.SERVICE, "better service")
ON_TIME = Place("on_time", "On time", Lens.RESULT, "more on time")


def summed(
    world: World, folder: Path, key: str, instruments: tuple[str, ...], tables: Callable[[int], Iterable[AnswerTable]]
) -> list[Moments]:
    """Seal every wave of a study and sum it."""
    plan = specify([load_instrument(name) for name in instruments]).plan()
    found = []
    for number in range(world.plan.waves):
        wave = Wave(key, world.wave_key(number), world.wave_key(number), number)
        for part, table in enumerate(tables(number)):
            cuts = tuple(Cut(name, name, levels) for name, (_, levels) in table.cuts.items())
            study = Study(key, key, instruments=instruments, cuts=cuts)
            seal(folder, study, wave, table, seed=number, source=str(part))
        found.append(compute_moments(folder, key, wave.key, plan))
    return found


def expected(world: World, lasting: float, moving: float, *, own_target: float = 0.04) -> tuple[float, float]:
    """Return the links across and within units that two scales of linked stages have."""
    change = world.plan.strengths.change**2
    across = 0.12 * (lasting + moving * change)
    within = 0.12 * moving * change
    spreads = [0.12 * (1 + change) + own for own in (0.04, own_target)]
    moves = [0.12 * change + own for own in (0.04, own_target)]
    return across / np.sqrt(spreads[0] * spreads[1]), within / np.sqrt(moves[0] * moves[1])


@pytest.mark.parametrize("people", [3_000, pytest.param(14_000, marks=pytest.mark.slow)])
def test_links_put_into_a_world_are_found_again(people: int, tmp_path: Path) -> None:
    # Of nine intervals of 95% one misses in every third world by chance. `test_sampling` tests that they cover at their
    # rate; this is a world in which all of them do.
    world = simulate(SimulationPlan(people=people, customers=8 * people, waves=4, seed=2))
    tree, truth = world.staff.tree, world.plan.strengths
    staff = summed(world, tmp_path, "staff", EMPLOYEE_INSTRUMENTS, lambda wave: [world.employee_answers(wave)])
    customers = summed(world, tmp_path, "customers", CUSTOMER_INSTRUMENTS, world.customer_answers)
    service = summed(world, tmp_path, "service", SERVICE_INSTRUMENTS, lambda wave: [world.service_answers(wave)])
    means = [unit_means(waves, tree, 5) for waves in (staff, customers, service)]
    table = side_by_side(side_by_side(side_by_side(means[0], means[1]), means[2]), world.results)
    errors = sampling_errors(staff, tree, 5) | sampling_errors(customers, tree, 5) | sampling_errors(service, tree, 5)

    # What a team receives is measured on three servers: their own parts on the scale average out, but the moods of
    # those who rate all three stay in, which is about as much.
    links = (
        (LED, WORK, expected(world, truth.led_to_work_across, truth.led_to_work_within)),
        (WORK, SERVED, expected(world, truth.work_to_served_across, truth.work_to_served_within)),
        (SERVICE, SERVED, expected(world, truth.service_to_served_across, truth.service_to_served_within)),
    )
    for source, target, (across, within) in links:
        found = link_on_panel(table, source, target, same_source=source is LED, errors=errors)
        assert found.water is not None
        assert found.dry_bed is not None
        assert found.dry_bed.low < across < found.dry_bed.high, (source.key, target.key)
        assert found.water.low < within < found.water.high, (source.key, target.key)
    # A result is measured with noise of its own, 1.5 points beside 4 a standard deviation, that no sample explains.
    result = link_on_panel(table, SERVED, ON_TIME, errors=errors)
    own = 0.12 * (1.5 / 4.0) ** 2
    across, within = expected(world, truth.served_to_result_across, truth.served_to_result_within, own_target=own)
    assert result.water is not None
    assert result.dry_bed is not None
    assert result.dry_bed.low < across < result.dry_bed.high
    assert result.water.low < within < result.water.high
    alone = link_within_study(staff[-1], LED, WORK, k=5)
    assert alone.water is not None
    assert alone.water.low < expected(world, truth.led_to_work_across, truth.led_to_work_within)[0] < alone.water.high


def test_same_source_error_passes_for_a_link_until_it_is_taken_out(tmp_path: Path) -> None:
    """With no link at all within units, people's moods alone make means of six answers move together."""
    world = simulate(SimulationPlan(people=3_000, customers=0, waves=4, seed=2))
    staff = summed(world, tmp_path, "staff", EMPLOYEE_INSTRUMENTS, lambda wave: [world.employee_answers(wave)])
    tree = world.staff.tree
    errors = sampling_errors(staff, tree, 5)
    trust = Place("ex_flexibility", "Flexibility", Lens.EX, "more flexibility")
    found = link_on_panel(unit_means(staff, tree, 5), LED, trust, same_source=True, errors=errors)
    assert found.water is not None
    plain = next(other for other in found.others if other.design is found.water.design)
    assert plain.effect > found.water.effect
    assert any("moods are taken out" in note for note in found.notes)


def test_unit_means_leave_out_what_fewer_than_k_gave(tmp_path: Path) -> None:
    world = simulate(SimulationPlan(people=400, customers=0, waves=2, seed=3))
    staff = summed(world, tmp_path, "staff", EMPLOYEE_INSTRUMENTS, lambda wave: [world.employee_answers(wave)])
    tree = world.staff.tree
    table = unit_means(staff, tree, 5)
    base, mean = table.bases["lx_behaviours"], table.values["lx_behaviours"]
    assert ((base == 0) | (base >= 5)).all()
    assert np.array_equal(np.isnan(mean), base == 0)
    whole = unit_means(staff, tree, 5, whole_subtrees=True)
    assert (whole.bases["lx_behaviours"] >= base).all()
    answers = world.employee_answers(0)
    items = load_instrument("lx_core").scale("lx_behaviours").items
    unit = int(np.flatnonzero(base[:, 0] > 0)[0])
    rows = answers.unit == unit
    codes = np.column_stack([answers.items[key][rows] for key in items]).astype(float)
    codes[codes == -128] = np.nan
    plan = next(score for score in staff[0].plan.scores if score.key == "lx_behaviours")
    enough = (~np.isnan(codes)).sum(axis=1) >= plan.min_answered
    assert mean[unit, 0] == pytest.approx(np.nanmean(codes[enough], axis=1).mean(), abs=1e-4)
    with pytest.raises(ValueError, match="share no period"):
        side_by_side(table, world.results.__class__(table.units, ("other",), {}))
