"""The rules of briefings: what the last one changes in the next, likely questions, and what is learned of forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headwater.rooms.engage.logic.briefing_change import Past, Plan, moved_by, next_plan
from headwater.rooms.engage.logic.briefing_questions import Fact, questions_for, weak_spots
from headwater.rooms.engage.logic.form_learning import LEAST, LEVEL, Trial, learn

BASE = Plan(form="slides", minutes=10, numbers=3)
DONE = Past("slides", 10, 3, is_over=True, is_opened=True, is_understood=True, moved=0, decision="")
SOLID = Fact("Trust", 400, 3.4, 3.6, 1, 5, is_compared=True, is_clear=True, smallest=0.2, response=0.8)


def test_without_a_past_the_profile_alone_counts() -> None:
    assert next_plan(BASE, None, has_sponsor=True) == replace(BASE, codes=("first",))


def test_silence_within_the_days_teaches_nothing() -> None:
    waiting = replace(DONE, is_over=False, is_opened=False, is_understood=None, moved=None)
    assert next_plan(BASE, waiting, has_sponsor=True) == replace(BASE, codes=("waiting",))


def test_not_opened_goes_shorter_in_another_form_and_the_second_time_through_a_sponsor() -> None:
    once = replace(DONE, is_opened=False, is_understood=None, moved=None)
    plan = next_plan(BASE, once, has_sponsor=True)
    assert (plan.form, plan.minutes, plan.numbers, plan.through_sponsor) == ("one_page", 5, 1, False)
    assert plan.codes == ("other_form", "shorter")
    twice = next_plan(BASE, replace(once, unopened_before=1), has_sponsor=True)
    assert twice.through_sponsor
    assert "through_sponsor" in twice.codes
    assert not next_plan(BASE, replace(once, unopened_before=1), has_sponsor=False).through_sponsor


def test_a_liked_form_that_was_not_tried_is_tried_before_any_other() -> None:
    past = replace(DONE, form="one_page", is_opened=False, is_understood=None, moved=None)
    assert next_plan(BASE, past, has_sponsor=False).form == "slides"


def test_opened_and_not_understood_loses_a_number_and_gains_an_example() -> None:
    plan = next_plan(BASE, replace(DONE, is_understood=False), has_sponsor=False)
    assert (plan.numbers, plan.with_example, plan.codes) == (2, True, ("one_less", "example"))
    fewest = next_plan(BASE, replace(DONE, is_understood=None, numbers=1), has_sponsor=False)
    assert (fewest.numbers, fewest.codes) == (1, ("example",))


def test_understood_without_a_move_brings_other_evidence_and_a_talk() -> None:
    plan = next_plan(BASE, DONE, has_sponsor=False)
    assert plan.other_evidence
    assert plan.in_person
    assert plan.codes == ("other_evidence", "in_person")
    assert next_plan(BASE, replace(DONE, decision="later"), has_sponsor=False).codes[0] == "asks_again"


def test_a_decision_is_thanked_and_a_move_keeps_what_worked() -> None:
    assert next_plan(BASE, replace(DONE, decision="no"), has_sponsor=False).thanks
    kept = next_plan(BASE, replace(DONE, moved=1, form="one_page", numbers=2), has_sponsor=False)
    assert (kept.form, kept.numbers, kept.codes) == ("one_page", 2, ("kept",))


def test_movement_is_known_only_with_both_answers() -> None:
    assert moved_by("resistant", "supportive") == 3
    assert moved_by("", "supportive") is None


@pytest.mark.parametrize(
    ("fact", "spots"),
    [
        (SOLID, ()),
        (replace(SOLID, low=3.0, high=4.0), ("wide",)),
        (replace(SOLID, n=12), ("few",)),
        (replace(SOLID, is_clear=False), ("too_close",)),
        (replace(SOLID, is_compared=False), ("no_comparison",)),
        (replace(SOLID, response=0.3), ("low_response",)),
        (replace(SOLID, n=0), ("withheld",)),
    ],
)
def test_weak_spots_of_a_number(fact: Fact, spots: tuple[str, ...]) -> None:
    assert weak_spots(fact) == spots


def test_questions_come_from_the_goal_the_leader_and_the_thin_evidence() -> None:
    asked = questions_for(goal="decision", facts=[SOLID, replace(SOLID, label="Pay", n=9)], decides="budgets")
    kinds = {one.kind: one for one in asked}
    assert asked[0].kind == "why_believe"
    assert [one.label for one in asked[0].thin] == ["Pay"]
    assert kinds["what_to_do_with"].about == "budgets"
    assert kinds["is_it_the_cause"].thin[0].weakness == "association"
    assert "what_for_me" not in kinds
    assert "say_upward" not in kinds
    calm = {
        one.kind for one in questions_for(goal="aware", facts=[SOLID], drives="turnover", credible="steady numbers")
    }
    assert calm == {"what_for_me", "say_upward", "why_this", "who_else"}


def trials(rng: np.random.Generator, shares: dict[str, float], n: int) -> list[Trial]:
    """Draw briefings to leaders of three groups that differ a little among themselves."""
    made = []
    for option, share in shares.items():
        for group, shift in (("resistant", -0.08), ("neutral", 0.0), ("supportive", 0.08)):
            made += [Trial(option, group, bool(one < share + shift)) for one in rng.random(n // 3)]
    return made


def test_a_planted_preference_is_recovered() -> None:
    rng = np.random.default_rng(7)
    found = [learn(trials(rng, {"slides": 0.3, "one_page": 0.75, "spreadsheet": 0.35}, 90)) for _ in range(25)]
    assert sum(one.is_enough and one.best == "one_page" for one in found) >= 22
    shares = [next(row for row in one.options if row.name == "one_page") for one in found]
    assert sum(row.low <= 0.75 <= row.high for row in shares) >= 22


def test_without_a_difference_it_stays_not_enough() -> None:
    rng = np.random.default_rng(8)
    found = [learn(trials(rng, {"slides": 0.5, "one_page": 0.5, "spreadsheet": 0.5}, 60)) for _ in range(60)]
    assert sum(one.is_enough for one in found) <= 4


def test_few_trials_are_not_compared_however_clear() -> None:
    few = [Trial("slides", "", False)] * (LEAST - 1) + [Trial("one_page", "", True)] * 200
    found = learn(few)
    assert found.best == ""
    assert not found.is_enough
    assert learn([*few, Trial("slides", "", False)]).probability >= LEVEL
    assert learn([]).options == ()
