"""The structure adviser: four pieces of advice for four organisations; flips flip, and nothing nearer does."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.rooms.decide.logic.seats import SEATS, Place, count_seats, seats_of
from headwater.rooms.decide.logic.structure import (
    COUNTED,
    INPUTS,
    MOST,
    STRUCTURES,
    WEIGHTS,
    Situation,
    advise,
    best_of,
    level_of,
    nearest_value,
    sums_of,
)

CLINIC = Situation(people=60, units=4, places=1, together=3, uniformity=3, access=4, maturity=1)
BANK = Situation(people=6_000, units=430, places=400, together=1, uniformity=3, access=2, maturity=2)
CITY = Situation(people=3_500, units=24, places=12, together=3, uniformity=1, access=3, maturity=1)
FEDERATION = Situation(people=900, units=120, places=110, together=0, uniformity=0, access=1, maturity=2)

counts = {name: st.integers(1, 30_000) for name in COUNTED}
levels = {name: st.integers(0, 4) for name in INPUTS if name not in COUNTED}
situations = st.builds(Situation, **counts, **levels)


@pytest.mark.parametrize(
    ("situation", "structure"),
    [(CLINIC, "centralised"), (BANK, "hybrid"), (CITY, "committee"), (FEDERATION, "decentralised")],
    ids=["a small clinic", "a bank with 400 branches", "a city government", "a federation of non-profits"],
)
def test_four_organisations_get_four_pieces_of_advice(situation: Situation, structure: str) -> None:
    advice = advise(situation)
    assert advice.best == structure
    assert advice.margin > 0
    assert advice.points == sums_of(situation)


def test_the_bank_turns_at_one_answer_and_the_clinic_at_none() -> None:
    flip = advise(BANK).flip
    assert flip is not None
    assert (flip.name, flip.value, flip.becomes, flip.steps) == ("uniformity", 2, "decentralised", 1)
    clinic = advise(CLINIC)
    assert clinic.flip is None
    assert clinic.pair is not None
    changed = replace(CLINIC, **dict(zip(clinic.pair.names, clinic.pair.values, strict=True)))
    assert best_of(changed) == clinic.pair.becomes != clinic.best


@given(situations)
def test_a_flip_flips_and_nothing_nearer_does(situation: Situation) -> None:
    advice = advise(situation)
    by_name = {flip.name: flip for flip in advice.flips}
    for name in INPUTS:
        here = situation.level(name)
        flip = by_name.get(name)
        if flip is not None:
            assert best_of(replace(situation, **{name: flip.value})) == flip.becomes != advice.best
            assert abs(level_of(name, flip.value) - here) == flip.steps
        for level in range(5):
            if flip is None or abs(level - here) < flip.steps:
                value = nearest_value(name, situation.value(name), level)
                assert best_of(replace(situation, **{name: value})) == advice.best
    assert [flip.steps for flip in advice.flips] == sorted(flip.steps for flip in advice.flips)


@given(situations)
def test_a_count_flips_at_the_very_edge(situation: Situation) -> None:
    advice = advise(situation)
    for flip in advice.flips:
        if flip.name in COUNTED:
            before = flip.value - 1 if flip.value > situation.value(flip.name) else flip.value + 1
            assert best_of(replace(situation, **{flip.name: before})) == advice.best


@given(situations)
def test_a_pair_is_given_only_where_no_single_answer_turns_it_and_is_the_nearest(situation: Situation) -> None:
    advice = advise(situation)
    if advice.flips:
        assert advice.pair is None
        return
    for one, two in combinations(INPUTS, 2):
        for levels_of in product(range(5), repeat=2):
            steps = abs(levels_of[0] - situation.level(one)) + abs(levels_of[1] - situation.level(two))
            if advice.pair is not None and steps >= advice.pair.steps:
                continue
            values = [
                situation.value(name)
                if situation.level(name) == level
                else nearest_value(name, situation.value(name), level)
                for name, level in zip((one, two), levels_of, strict=True)
            ]
            assert best_of(replace(situation, **{one: values[0], two: values[1]})) == advice.best


@given(situations)
def test_shares_add_up_and_what_is_ahead_of_the_others_balances(situation: Situation) -> None:
    advice = advise(situation)
    for structure in STRUCTURES:
        assert sum(share.points for share in advice.shares[structure]) == advice.points[structure]
    for at in range(len(INPUTS)):
        assert sum(advice.shares[one][at].ahead for one in STRUCTURES) == pytest.approx(0)


def test_levels_begin_at_their_edges() -> None:
    for name, edges in COUNTED.items():
        assert [level_of(name, edge) for edge in edges] == [1, 2, 3, 4]
        assert [level_of(name, edge - 1) for edge in edges] == [0, 1, 2, 3]
    assert nearest_value("people", 60, 1) == 100
    assert nearest_value("people", 60, 4) == 10_000
    assert nearest_value("people", 600, 1) == 499
    assert nearest_value("access", 1, 3) == 3


def test_every_weight_is_there() -> None:
    assert all(len(WEIGHTS[one][name]) == 5 for one in STRUCTURES for name in INPUTS)


@pytest.mark.parametrize(("name", "value"), [("people", 0), ("people", MOST + 1), ("access", 5), ("maturity", -1)])
def test_an_impossible_answer_is_refused(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=name):
        replace(CLINIC, **{name: value})


def test_closeness_follows_the_margin() -> None:
    assert advise(CLINIC).closeness == "clear"
    assert advise(BANK).closeness == "fair"
    close = replace(BANK, uniformity=2)
    assert advise(close).margin <= 2
    assert advise(close).closeness == "close"


def test_seats_stand_where_the_structure_puts_them() -> None:
    places = [Place("all", 0), Place("north", 1), Place("n1", 2), Place("deep", 3)]
    assert seats_of("centralised", places) == {"all": "team"}
    assert seats_of("hybrid", places) == {"all": "core", "north": "partner"}
    assert seats_of("decentralised", places) == {"all": "core", "north": "local", "n1": "local"}
    assert seats_of("committee", places) == {"all": "committee", "north": "committee", "n1": "local"}
    assert set(SEATS) == set(STRUCTURES)


def test_seats_are_counted_over_all_units() -> None:
    found = {one.kind: one.units for one in count_seats("committee", (1, 5, 20, 90))}
    assert found == {"committee": 6, "local": 20}
    assert {one.kind: one.units for one in count_seats("hybrid", (1,))} == {"core": 1}


def test_the_documentation_shows_the_weights_in_force() -> None:
    page = (Path(__file__).parents[2] / "docs/explanation/structure-advice.md").read_text(encoding="utf-8")
    for name in INPUTS:
        cells = [", ".join(str(one).replace("-", "\N{MINUS SIGN}") for one in WEIGHTS[of][name]) for of in STRUCTURES]
        assert " | ".join(cells) in page, name
    for edges in COUNTED.values():
        assert " | ".join(f"from {edge:,}" for edge in edges) in page
