"""Customers who come again, what matters to whom, and what happens to a division: the truth stands in the answers."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from headwater.simulation import SimulationPlan, Turn, simulate
from headwater.simulation.contacts import BAD_STEPS, BAD_UP_TO, TOUCHPOINT, TOUCHPOINTS, taken
from headwater.simulation.demonstration import demonstration, teams_to_follow
from headwater.simulation.preferences import GROUPS

PLAN = SimulationPlan(people=300, customers=3_000, waves=3, seed=5)


def test_bad_contacts_take_more_each_time() -> None:
    first, second, third = BAD_STEPS
    expected = [0.0, first, first + second, first + second + third, first + second + 2 * third]
    assert taken(np.arange(5)) == pytest.approx(expected)
    world = simulate(PLAN)
    met = world.contacts()
    bad = met.satisfied <= BAD_UP_TO
    assert (met.bad == bad).all()
    assert 0.10 < bad.mean() < 0.22
    total: NDArray[np.int64] = np.cumsum(bad)
    before = total - total[np.searchsorted(met.customer, met.customer)]
    means = [float(met.relation[before == count].mean()) for count in range(4)]
    assert means == sorted(means, reverse=True)
    assert (np.diff(met.wave[met.customer == met.customer[0]]) >= 0).all()


def test_answers_about_a_contact_follow_it_and_the_relation_after_it() -> None:
    world = simulate(PLAN)
    met = world.contacts()
    table, who = world.contact_answers(met, 1)
    assert len(table) == len(who) == int((met.wave == 1).sum())
    codes, levels = table.cuts["touchpoint"]
    assert levels == TOUCHPOINT.levels
    shares = np.bincount(codes, minlength=len(TOUCHPOINTS)) / len(codes)
    assert shares == pytest.approx([share for _key, _name, share, _weight in TOUCHPOINTS], abs=0.03)
    relation = np.bincount(met.customer[met.wave == 1], met.relation[met.wave == 1], 3_000) / np.maximum(
        np.bincount(met.customer[met.wave == 1], minlength=3_000), 1
    )
    overall = table.items["cx_overall_satisfied"]
    answered = overall > 0
    assert np.corrcoef(overall[answered], relation[who[answered]])[0, 1] > 0.5
    again, _ = simulate(PLAN).contact_answers(simulate(PLAN).contacts(), 1)
    assert (again.items["cx_satisfied"] == table.items["cx_satisfied"]).all()


def test_two_groups_choose_as_their_utilities_say() -> None:
    world = simulate(SimulationPlan(people=3_000, customers=1, waves=1, seed=5))
    table = world.importance_answers(0)
    keys = list(GROUPS["balance"])
    assert all(abs(sum(utilities.values())) < 1e-9 for utilities in GROUPS.values())
    best = dict.fromkeys(keys, 0)
    item = [key for key in table.items if key.endswith("_best")]
    assert len(item) == 15
    tenure = table.cuts["tenure"][0]
    from headwater.instruments import load_instrument

    choices = [choice.key for choice in load_instrument("importance").item("importance_ex_factors").choices]
    for name in item:
        picked = np.bincount(table.items[name], minlength=11)[1:]
        for place, count in enumerate(picked.tolist()):
            best[choices[place]] += count
        assert (table.items[name] != table.items[name.replace("best", "worst")]).all()
    assert min(best, key=lambda key: best[key]) in ("ex_clarity_tools", "ex_supportive_place")
    growth, flexible = choices.index("ex_growth") + 1, choices.index("ex_flexibility") + 1
    picks = np.stack([table.items[name] for name in item])
    new, old = picks[:, tenure == 0], picks[:, tenure == 3]
    assert (new == growth).mean() > (old == growth).mean()
    assert (new == flexible).mean() < (old == flexible).mean()


def test_a_turn_moves_its_division_from_its_wave_on_and_nothing_else() -> None:
    plain = simulate(SimulationPlan(2_000, 10, 3, 5))
    turned = simulate(SimulationPlan(2_000, 10, 3, 5, turns=(Turn(1, 1, -2.0, "roster"), Turn(99, 0, 5.0))))
    inside = (plain.staff.division == 1) & (plain.staff.tree.depth > 0)
    moved = turned.truth.led - plain.truth.led
    assert moved[0] == pytest.approx(0)
    assert moved[1:, inside] == pytest.approx(-2.0)
    assert moved[:, ~inside] == pytest.approx(0)
    assert (turned.truth.work - plain.truth.work)[2, inside] == pytest.approx(-1.3)
    ids = {plain.staff.tree.ids[unit] for unit in np.flatnonzero(inside).tolist()}
    said = [words for unit, words in turned.employee_answers(2).comments["ex_comment"] if unit in ids]
    from headwater.simulation.phrases import THEMES

    roster = {words for tone in THEMES["roster"] for pair in tone for words in pair}
    assert sum(words in roster for words in said) > 0.4 * len(said)


def test_the_demonstration_has_two_teams_to_follow() -> None:
    world = demonstration(500, 1)
    seen, unseen = (world.staff.tree.index_of[unit] for unit in teams_to_follow(world))
    own = np.bincount(world.staff.team[1:], minlength=len(world.staff.tree))
    assert own[seen] == 9
    answers = [np.bincount(world.employee_answers(wave).unit, minlength=len(own)) for wave in (1, 2, 3)]
    assert min(count[seen] for count in answers) >= 5
    assert max(count[unseen] for count in answers) < 5
    assert demonstration(40, 1).staff.tree.ids
