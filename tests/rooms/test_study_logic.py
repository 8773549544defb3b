"""Pure rules of studies: sampling, places that hide, and the clock."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from headwater.org import number_units
from headwater.rooms.listen.logic.clock import Step, WaveFacts, mailings, next_step
from headwater.rooms.listen.logic.places import combinations_of, hide, shared_units
from headwater.rooms.listen.logic.sampling import draw_sample
from headwater.vocab import UnitTree

AT = datetime(2026, 3, 3, 9, tzinfo=UTC)


@some.composite
def organisations(draw: some.DrawFn) -> tuple[UnitTree, list[int], list[list[int]], int]:
    """A tree, people with their units and two cuts, and k."""
    count = draw(some.integers(1, 12))
    parents = [""] + [str(draw(some.integers(0, number - 1))) for number in range(1, count)]
    tree = number_units([str(number) for number in range(count)], parents)
    people = draw(some.lists(some.integers(0, count - 1), min_size=0, max_size=60))
    cuts = [[draw(some.integers(-1, 2)), draw(some.integers(-1, 1))] for _ in people]
    return tree, people, cuts, draw(some.integers(3, 6))


@given(organisations())
def test_every_place_is_shared_by_k_and_lies_at_or_above_one_s_own(
    made: tuple[UnitTree, list[int], list[list[int]], int],
) -> None:
    tree, people, cuts, k = made
    own, levels = np.array(people, np.int64), np.array(cuts, np.int64).reshape(len(people), 2)
    found = hide(tree, own, levels, k)
    placed = found.unit >= 0
    carried = Counter(
        (unit, *row)
        for unit, row in zip(found.unit[placed].tolist(), map(tuple, found.cuts[placed].tolist()), strict=True)
    )
    assert all(size >= k for size in carried.values())
    for person in range(len(people)):
        if placed[person]:
            assert tree.is_within(people[person], int(found.unit[person]))
            kept = found.cuts[person] >= 0
            assert (found.cuts[person][kept] == levels[person][kept]).all()
    lost = int((~placed).sum())
    assert lost < k
    if lost:
        assert (
            shared_units(tree, np.bincount(own, minlength=len(tree)).astype(np.int64), k)[own] >= 0
        ).sum() == placed.sum()


def one_by_one(cuts: list[tuple[int, ...]], k: int) -> list[tuple[int, ...]]:
    """What the people of one place carry, by the rule as it is written: person by person, group by group."""
    width, made = len(cuts[0]), list(cuts)
    for kept in range(width, 0, -1):
        groups = Counter(made)
        made = [
            (*one[: kept - 1], *(-1,) * (width - kept + 1))
            if groups[one] < k and any(level >= 0 for level in one[kept - 1 :])
            else one
            for one in made
        ]
    bare = (-1,) * width
    while 0 < Counter(made)[bare] < k and len(set(made)) > 1:
        groups = Counter(made)
        smallest = min((group for group in groups if group != bare), key=lambda group: (groups[group], group))
        made = [bare if one == smallest else one for one in made]
    return made


@given(organisations())
def test_cuts_are_left_out_as_the_rule_says_it_person_by_person(
    made: tuple[UnitTree, list[int], list[list[int]], int],
) -> None:
    tree, people, cuts, k = made
    levels = np.array(cuts, np.int64).reshape(len(people), 2)
    found = hide(tree, np.array(people, np.int64), levels, k)
    for unit in set(found.unit[found.unit >= 0].tolist()):
        here = np.flatnonzero(found.unit == unit)
        expected = one_by_one([tuple(row) for row in levels[here].tolist()], k)
        assert [tuple(row) for row in found.cuts[here].tolist()] == expected


def test_a_small_team_lends_its_people_to_the_unit_above() -> None:
    tree = number_units(["top", "a", "b", "c"], ["", "top", "a", "a"])
    goes = shared_units(tree, np.array([5, 1, 3, 6]), 5)
    assert goes.tolist() == [0, 0, 0, 3]
    assert shared_units(tree, np.array([2, 0, 3, 6]), 5).tolist()[2] == 0
    assert shared_units(tree, np.array([2, 0, 0, 6]), 5)[0] == -1


def test_combinations_say_whose_answers_carry_them() -> None:
    tree = number_units(["top"], [""])
    cuts = np.array([[0, 0]] * 6 + [[0, 1]] * 6 + [[1, 0]] * 2 + [[1, 1]] * 7, np.int64)
    hidden = hide(tree, np.zeros(21, np.int64), cuts, 5)
    found = combinations_of(["t", "s"], [["short", "long"], ["day", "night"]], cuts, hidden)
    told = {tuple(one.levels.values()): (one.people, one.carried, one.is_too_small) for one in found}
    assert told[("short", "night")] == (6, 6, False) or told[("short", "day")] == (6, 6, False)
    assert told[("long", "day")] == (2, 0, True)


@given(some.lists(some.integers(0, 5), min_size=1, max_size=80), some.integers(1, 99), some.integers(0, 2**32))
def test_a_sample_takes_its_share_of_every_team(strata: list[int], percent: int, seed: int) -> None:
    drawn = draw_sample(strata, percent, np.random.default_rng(seed))
    assert len(set(drawn.tolist())) == len(drawn)
    sizes, taken = Counter(strata), Counter(strata[place] for place in drawn.tolist())
    for stratum, size in sizes.items():
        assert size * percent // 100 <= taken[stratum] <= -(-size * percent // 100)


def test_everybody_has_the_same_chance_in_a_sample() -> None:
    strata = [0] * 3 + [1] * 7
    generator = np.random.default_rng(1)
    hits = np.zeros(10)
    for _ in range(4000):
        hits[draw_sample(strata, 25, generator)] += 1
    assert np.all(np.abs(hits / 4000 - 0.25) < 0.03)
    assert draw_sample(strata, 100, generator).tolist() == list(range(10))
    for wrong in (0, 101):
        with pytest.raises(ValueError, match="cannot be drawn"):
            draw_sample(strata, wrong, generator)


def facts(state: str, **changed: object) -> WaveFacts:
    values: dict[str, object] = {
        "state": state, "is_launched": True, "opens_at": AT, "closes_at": AT + timedelta(days=10),
        "late_until": AT + timedelta(days=12), **changed,
    }  # fmt: skip
    return WaveFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_facts", "days", "step"),
    [
        (facts("planned"), -1, None),
        (facts("planned", is_launched=False), 1, None),
        (facts("planned"), 0, Step.OPEN),
        (facts("open", rounds_due=1), 0, Step.MAIL),
        (facts("open", rounds=1, rounds_due=1), 0, None),
        (facts("open", rounds=1, rounds_due=1, rates_due=True), 1, Step.RATES),
        (facts("open", rounds_due=1), 11, None),
        (facts("open"), 12, None),
        (facts("open"), 13, Step.CLOSE),
        (facts("closed"), 13, Step.SEAL),
        (facts("closed"), 0, Step.SEAL),
        (facts("sealed"), 13, Step.FORGET),
        (facts("sealed", is_forgotten=True), 13, Step.RELEASE),
        (facts("sealed", is_forgotten=True, is_stopped=True), 13, None),
        (facts("released", is_forgotten=True), 99, None),
        (facts("cancelled"), 99, None),
    ],
)
def test_the_clock_names_the_one_step_that_is_due(given_facts: WaveFacts, days: int, step: Step | None) -> None:
    assert next_step(given_facts, AT + timedelta(days=days)) == step


def test_reminders_lie_before_closing() -> None:
    assert mailings(AT, AT + timedelta(days=5), [9, 2, 2, 0, 5]) == (AT, AT + timedelta(days=2))
