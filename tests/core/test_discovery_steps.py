"""The ten minutes: where somebody stands, what they can choose from, and when a first step is due."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.rooms.engage.logic.discovery_steps import (
    COMMIT,
    CONCLUDE,
    MINUTES,
    OVER,
    PREDICT,
    REVEAL,
    SEE,
    THEME_OPTIONS,
    TOTAL,
    Done,
    first_step_problem,
    shuffled,
    step_of,
    theme_choices,
)

NOTHING = Done(locked=False, seen=False, revealed=False, concluded=False, committed=False)


def done(upto: str) -> Done:
    names = ("locked", "seen", "revealed", "concluded", "committed")
    place = names.index(upto)
    return Done(**{name: names.index(name) <= place for name in names})


def test_it_takes_ten_minutes() -> None:
    assert TOTAL == 10
    assert sum(MINUTES.values()) == TOTAL


def test_one_leader_goes_through_at_their_own_pace() -> None:
    walk = [NOTHING, done("locked"), done("seen"), done("revealed"), done("concluded"), done("committed")]
    found = [step_of(one, stage=COMMIT, has_cards=True) for one in walk]
    assert found == [(PREDICT, False), (SEE, False), (REVEAL, False), (CONCLUDE, False), (COMMIT, False), (OVER, False)]
    assert step_of(done("locked"), stage=COMMIT, has_cards=False) == (REVEAL, False)


def test_a_team_waits_for_whoever_leads() -> None:
    assert step_of(done("locked"), stage=PREDICT, has_cards=True) == (SEE, True)
    assert step_of(done("locked"), stage=SEE, has_cards=True) == (SEE, False)
    assert step_of(done("seen"), stage=SEE, has_cards=True) == (REVEAL, True)
    assert step_of(done("revealed"), stage=REVEAL, has_cards=True) == (REVEAL, True)
    assert step_of(done("concluded"), stage=CONCLUDE, has_cards=True) == (COMMIT, True)


def test_who_did_not_foresee_in_time_goes_on_from_the_reveal() -> None:
    late = Done(locked=False, seen=False, revealed=True, concluded=False, committed=False)
    assert step_of(late, stage=REVEAL, has_cards=True) == (REVEAL, True)
    assert step_of(late, stage=CONCLUDE, has_cards=True) == (CONCLUDE, False)


def test_nothing_is_foreseen_after_the_end_and_a_conclusion_can_still_be_written() -> None:
    assert step_of(NOTHING, stage=OVER, has_cards=True) == (OVER, False)
    assert step_of(done("revealed"), stage=OVER, has_cards=True) == (CONCLUDE, False)
    assert step_of(done("concluded"), stage=OVER, has_cards=True) == (COMMIT, False)


@given(st.tuples(*[st.booleans()] * 5), st.integers(PREDICT, OVER), st.booleans())
def test_the_reveal_is_never_before_the_lock_of_those_who_wait(
    given_done: tuple[bool, ...], stage: int, has_cards: bool
) -> None:
    one = Done(*given_done)
    step, _waits = step_of(one, stage=stage, has_cards=has_cards)
    if not one.revealed and not one.locked:
        assert step in (PREDICT, OVER)
    if step in (CONCLUDE, COMMIT):
        assert one.revealed


def test_the_order_of_themes_tells_nothing() -> None:
    """The main theme stands at every place over many Discoveries, and half of what is beside it are decoys."""
    spoken = ["pay", "leader", "team", "tools", "hours", "voice"]
    others = ["parking", "food", "travel", "growth"]
    places = set()
    for seed in range(200):
        found = theme_choices("pay", spoken, others, str(seed))
        assert len(found) == len(set(found)) == THEME_OPTIONS
        assert "pay" in found
        assert len(set(found) & set(others)) == 2
        places.add(found.index("pay"))
    assert places == set(range(THEME_OPTIONS))


@pytest.mark.parametrize(
    ("spoken", "others", "count"), [(["a"], [], 1), (["a", "b"], ["c"], 3), (["a", *"bcdefg"], [], 5)]
)
def test_few_themes_are_offered_as_they_are(spoken: list[str], others: list[str], count: int) -> None:
    assert len(theme_choices("a", spoken, others, "seed")) == count


def test_a_seed_gives_the_same_order_again() -> None:
    assert shuffled("abcdef", "one") == shuffled("fedcba", "one")
    assert shuffled("abcdef", "one") != shuffled("abcdef", "two")


def test_a_first_step_is_within_a_week() -> None:
    today = date(2026, 3, 2)
    assert first_step_problem(date(2026, 3, 2), today) == ""
    assert first_step_problem(date(2026, 3, 9), today) == ""
    assert first_step_problem(date(2026, 3, 10), today) == "late"
    assert first_step_problem(date(2026, 3, 1), today) == "past"
