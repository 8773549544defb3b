"""Starting alone: which behaviours belong to a leadership moment, and how many people have to be asked."""

from __future__ import annotations

from collections.abc import Mapping

LEAST_BEHAVIOURS, MOST_BEHAVIOURS = 3, 6
MARGIN = 2
"""People asked beyond the smallest group: not everybody answers."""
OTHERS, SELF = "upward_360", "upward_360_self"
PREFIXES = ("up_", "self_")
COMMENT = "up_comment"
ALL = "up_overall"
MIRROR = "mirror:monthly"
"""Stands for a moment where a leader's own study is their monthly mirror. No key of a moment has a colon."""

SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "first-day": ("up_goal_in_sight", "up_gives_reasons", "up_useful_feedback", "up_lets_people_finish"),
    "what-matters-now": ("up_goal_in_sight", "up_gives_reasons", "up_customer_in_decisions", "up_same_rules"),
    "obstacle": ("up_clears_way_elsewhere", "up_checks_the_facts", "up_shares_what_they_know", "up_lets_people_finish"),
    "good-work": ("up_useful_feedback", "up_lets_people_finish", "up_same_rules"),
    "new-task": ("up_lets_people_finish", "up_useful_feedback", "up_gives_reasons"),
    "bad-news": ("up_takes_disagreement", "up_owns_mistakes", "up_checks_the_facts"),
    "things-go-wrong": ("up_owns_mistakes", "up_checks_the_facts", "up_gives_reasons", "up_same_rules"),
    "not-of-one-mind": ("up_takes_disagreement", "up_gives_reasons", "up_same_rules"),
    "last-talk": ("up_takes_disagreement", "up_gives_reasons", "up_useful_feedback"),
}
"""Behaviours that show in a moment, by the key of the moment; a leader may choose others."""


def self_key(behaviour: str) -> str:
    """Return the question a leader answers about themselves, which matches one about them."""
    return PREFIXES[1] + behaviour.removeprefix(PREFIXES[0])


def least_raters(k: int, reachable: int) -> int:
    """Return how many have to be asked: two more than the smallest group, or everybody where there are no more."""
    return max(k, min(k + MARGIN, reachable))
