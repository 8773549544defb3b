"""Scoring rules: plans, thresholds, and what must not be related."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headwater.instruments import (
    Overlap,
    Reword,
    fork,
    is_shown,
    item_rule,
    item_rules,
    library,
    load_instrument,
    moment_plan,
    parse_condition,
    related,
    scale_range,
    scales_of,
)
from headwater.vocab import Cut, InputError, PlannedItem, PlannedScore, Scale

LX, EX, PULSE = load_instrument("lx_core"), load_instrument("ex_factors"), load_instrument("pulse")


def test_a_plan_counts_rated_items_and_scores_scales() -> None:
    plan = moment_plan([LX, EX], [Cut("tenure", "Tenure", ("short", "long")), "site"])
    keys = [item.key for item in plan.items]
    assert keys == [item.key for one in (LX, EX) for item in one.items if item.kind in ("scale", "recommend")]
    assert PlannedItem("lx_plays_favourites", 1, 5, reverse=True) in plan.items
    assert PlannedItem("ex_recommend_work", 0, 10) in plan.items
    assert PlannedScore("lx_skills", LX.scale("lx_skills").items, 2) in plan.scores
    assert [score.key for score in plan.scores] == [scale.key for one in (LX, EX) for scale in one.scales]
    assert plan.cuts == ("tenure", "site")
    assert plan.crosses
    assert not moment_plan([LX], crosses=False).crosses
    assert plan.offsets[-1] == sum(item.points for item in plan.items)


def test_every_scored_item_of_a_plan_is_planned() -> None:
    plan = moment_plan(list(library().values()))
    planned = {item.key for item in plan.items}
    assert len(planned) == len(plan.items)
    for score in plan.scores:
        assert score.items
        assert set(score.items) <= planned
        assert 1 <= score.min_answered <= len(score.items)


def test_an_item_asked_twice_is_counted_once() -> None:
    together = moment_plan([LX, PULSE])
    assert [item.key for item in together.items].count("lx_listens") == 1


def test_one_key_for_two_questions_is_refused() -> None:
    other = fork(LX, "acme_lx", reword={"lx_steady": Reword({"en": "My leader is calm."}, keeps_meaning=True)})
    with pytest.raises(InputError, match=r"acme_lx@1\.0: the item lx_steady is asked in different ways"):
        moment_plan([LX, other])
    fewer = fork(LX, "acme_lx", drop=["lx_steady"])
    with pytest.raises(InputError, match="the scale lx_skills is made of different items"):
        moment_plan([LX, fewer])
    moved = replace(LX.response_scales["agree5"], favourable_from=5)
    stricter = replace(LX, key="acme_lx", response_scales={"agree5": moved})
    with pytest.raises(InputError, match="answered on different response scales"):
        item_rules([LX, stricter])


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(InputError, match="no item to score"):
        moment_plan([load_instrument("importance")])
    with pytest.raises(InputError, match="no item to score"):
        moment_plan([])


def test_thresholds_turn_round_with_the_item() -> None:
    plain = item_rule(LX, "lx_listens")
    assert [code for code in range(1, 6) if code in plain.favourable] == [4, 5]
    assert [code for code in range(1, 6) if code in plain.unfavourable] == [1, 2]
    turned = item_rule(LX, "lx_plays_favourites")
    assert [code for code in range(1, 6) if code in turned.favourable] == [1, 2]
    assert [code for code in range(1, 6) if code in turned.unfavourable] == [4, 5]
    assert [turned.scored(code) for code in range(1, 6)] == [5, 4, 3, 2, 1]
    assert [plain.scored(code) for code in range(1, 6)] == [1, 2, 3, 4, 5]
    danger = item_rule(load_instrument("safety_climate"), "safety_saw_danger")
    assert (0 in danger.favourable, 1 in danger.favourable) == (True, False)


@pytest.mark.parametrize("key", sorted(library()))
def test_favourable_codes_are_those_scored_high(key: str) -> None:
    for rule in item_rules([library()[key]]).values():
        for code in range(rule.low, rule.high + 1):
            assert (code in rule.favourable) == (rule.scored(code) >= rule.favourable_from)
            assert (code in rule.unfavourable) == (rule.scored(code) <= rule.unfavourable_to)


def test_recommend_and_effort_have_their_own_thresholds() -> None:
    cx = load_instrument("cx_relationship")
    recommend, effort = item_rule(cx, "cx_recommend_us"), item_rule(cx, "cx_easy_to_deal_with")
    assert (recommend.favourable.low, recommend.unfavourable.high) == (9, 6)
    assert (effort.low, effort.high, effort.favourable.low) == (1, 7, 5)
    assert (scale_range(cx, "cx_effort").low, scale_range(cx, "cx_effort").high) == (1, 7)


def test_rules_refuse_what_has_no_score() -> None:
    with pytest.raises(ValueError, match="text item and has no score"):
        item_rule(LX, "lx_comment")
    with pytest.raises(KeyError):
        item_rule(LX, "lx_nothing")
    with pytest.raises(ValueError, match="codes 1 to 5, not 6"):
        item_rule(LX, "lx_listens").scored(6)


def test_the_scales_of_an_item_begin_with_its_own() -> None:
    assert [scale.key for scale in scales_of([LX, PULSE], "lx_listens")] == [
        "lx_behaviours",
        "pulse_mood",
        "lx_overall",
    ]
    assert scales_of([LX], "lx_comment") == ()


@pytest.mark.parametrize(
    ("a", "b", "overlap"),
    [
        ("lx_overall", "lx_skills", Overlap.CONTAINS),
        ("lx_skills", "lx_overall", Overlap.PART_OF),
        ("lx_skills", "lx_skills", Overlap.SAME),
        ("lx_skills", "lx_relationship", Overlap.NONE),
        ("lx_overall", "lx_morale", Overlap.NONE),
        ("lx_overall", "ex_engagement", Overlap.NONE),
        ("lx_steady", "lx_overall", Overlap.PART_OF),
        ("lx_steady", "lx_listens", Overlap.NONE),
        ("lx_stay", "lx_stay_in_team", Overlap.SAME),
        ("pulse_mood", "lx_behaviours", Overlap.SHARES_ITEMS),
        ("pulse_mood", "ex_engagement", Overlap.SHARES_ITEMS),
        ("pulse_mood", "ex_stay", Overlap.NONE),
    ],
)
def test_composite_traps_are_seen(a: str, b: str, overlap: Overlap) -> None:
    assert related(a, b, [LX, EX, PULSE]) is overlap


def test_parts_of_parts_count() -> None:
    top = Scale("lx_top", {"en": "Top"}, LX.scale("lx_overall").items, LX.lens, "index", 1, ("lx_overall",))
    deeper = replace(LX, scales=(*LX.scales, top))
    assert related("lx_top", "lx_skills", [deeper]) is Overlap.CONTAINS
    assert related("lx_skills", "lx_top", [deeper]) is Overlap.PART_OF


def test_an_unknown_key_is_no_answer() -> None:
    with pytest.raises(KeyError, match="no scale or item 'lx_nothing'"):
        related("lx_nothing", "lx_skills", [LX])
    with pytest.raises(KeyError):
        related("lx_nothing", "lx_nothing", [LX])


def test_conditions_look_at_earlier_answers() -> None:
    both = parse_condition("a_one == 1 and b_two >= 3")
    assert both.holds({"a_one": 1, "b_two": 3})
    assert not both.holds({"a_one": 1, "b_two": 2})
    assert not both.holds({"a_one": 1, "b_two": None})
    either = parse_condition("a_one != 1 or b_two < 0")
    assert either.holds({"a_one": 2})
    assert not either.holds({})
    for bad in ("a_one", "a == 1 and b == 2 or c == 3", "__import__('os') == 1", "a == b", "", "a == 1 and"):
        with pytest.raises(ValueError):
            parse_condition(bad)


def test_an_item_is_shown_on_its_condition() -> None:
    item = load_instrument("safety_climate").item("safety_reported_danger")
    assert is_shown(item, {"safety_saw_danger": 1})
    assert not is_shown(item, {"safety_saw_danger": 0})
    assert not is_shown(item, {})
    assert is_shown(LX.items[0], {})
