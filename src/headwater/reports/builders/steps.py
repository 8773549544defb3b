"""What a leader can do about a factor: small, concrete steps in general words, by the factor a scale is about.

The steps are good practice, not forecasts: nothing here says what they will bring. How one would know is worked out
from the group's own precision, in `detectable`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from headwater.reports.localising import localised
from headwater.vocab import Column, Difference

POWER_FACTOR = 2.80
"""z(.975) + z(.80): a true change of 2.8 standard errors is found four times out of five."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, the smallest version of it, who, by when."""

    what: str
    detail: str
    who: str
    by: str


_TWO, _FOUR, _SIX = "Within 2 weeks", "Within 4 weeks", "Within 6 weeks"

STEPS: tuple[tuple[tuple[str, ...], Step], ...] = (
    (("lx_behav",), Step(
        "Ask three people which one thing you do to keep, and which to drop",
        "Drop one for a month; ask the same three whether they noticed.", "You", _FOUR)),
    (("lx_skill",), Step(
        "Choose one skill with your own leader and practise it where all can see",
        "Say which it is; ask at the end of each week how it went.", "You, with your own leader", _SIX)),
    (("lx_relation",), Step(
        "Have one unhurried talk a week with somebody you seldom meet",
        "No agenda of yours: what goes well, what is hard, what they would do in your place.", "You", _FOUR)),
    (("recogn", "notice", "thank"), Step(
        "Thank one person a day, by name, for one thing", "Say what it made possible. Keep a list so nobody is missed.",
        "You", _TWO)),
    (("clear_work", "clear_role", "clarity", "role", "planned", "responsib", "tools", "training", "procedure"), Step(
        "Write down who decides what, and what is missing to do it",
        "One hour with the people who do the work; fix the first missing tool or rule.", "You, with two of them",
        _FOUR)),
    (("direction", "vision", "goal"), Step(
        "Say the three things that matter most this quarter, and what can wait",
        "Ask each group to tell it back in their own words.", "You", _TWO)),
    (("supportive_place", "place", "environment", "workplace", "pleasant"), Step(
        "Walk the workplace with two people who work there and mend three things",
        "The first within a week, the others with a date.", "You", _TWO)),
    (("hear", "support", "listen", "voice"), Step(
        "Hold a fixed half hour a week in which you only listen",
        "Write each point down, answer every one within a week, also with a no and its reason.", "You", _TWO)),
    (("fair_pay", "pay", "benefit"), Step(
        "Explain how pay is set, and who can answer what you cannot",
        "Bring the person from pay and benefits; take the open questions with a date.", "You, with pay and benefits",
        _SIX)),
    (("fair", "justice", "inclusion", "discrimin", "bully", "harass", "abuse"), Step(
        "Go through the last ten decisions on shifts, leave and tasks for evenness",
        "With somebody from outside the group; say what you change.", "You, with a peer", _FOUR)),
    (("trust", "respect", "honest", "integrity", "credib"), Step(
        "Keep one small promise in sight of all", "Say it, give it a date, and report on the date whether it was kept.",
        "You", _FOUR)),
    (("team", "together", "cooperat", "collabor"), Step(
        "Take one shared obstacle and solve it with those on the other side of it",
        "Both groups at one table, one owner, one date.", "You, with the neighbouring leader", _FOUR)),
    (("learn", "grow", "develop", "career", "skill"), Step(
        "Ask each person what they want to be able to do in a year", "Agree one thing to practise at work this month.",
        "You", _SIX)),
    (("flex", "balance", "schedule", "roster", "hours"), Step(
        "Find one rule on time or place that can be loosened, and try it for a month",
        "Let those concerned choose which; say beforehand how it will be judged.", "You, with the group", _FOUR)),
    (("fulfil", "meaning", "purpose", "energy", "engage", "morale"), Step(
        "Bring one person who depends on this work to meet those who do it",
        "Then ask what drains the day, and stop one such thing.", "You", _FOUR)),
    (("burnout", "stress", "workload", "enough_staff", "staffing", "exhaust"), Step(
        "List the tasks of a week with the group and stop or move one",
        "Say above what will not be done, and why.", "You, with your own leader", _TWO)),
    (("stay", "leave", "intent", "retention"), Step(
        "Ask everybody what would make them stay, before they are asked by somebody else",
        "Fifteen minutes each; promise only what you can keep.", "You", _SIX)),
    (("safety", "injur", "incident"), Step(
        "Meet weekly on safety, with every injury and every near miss on the table",
        "Each with an owner; tell the person who reported it what was done.", "You", _TWO)),
    (("service", "internal"), Step(
        "Ask the unit you depend on most what it needs from you",
        "Agree one thing each side changes, and look at it again in a month.", "You, with the other leader", _FOUR)),
    (("communic", "inform", "briefing"), Step(
        "Answer the three questions people ask most, in writing, on one page", "Ask afterwards what is still unclear.",
        "You", _TWO)),
)  # fmt: skip
"""(words in a scale's key, step): the first entry with a word that begins a part of the key is taken."""

GENERAL = Step(
    "Ask what lies behind it, with the people concerned",
    "Thirty minutes, two questions: what gets in your way, and what should we try first.",
    "You",
    _TWO,
)
"""For a scale the table does not know."""


def step_for(column: Column) -> Step:
    """Return the step for what a scale or item is about."""
    key = f"{column.subject}_{column.scale}".lower()
    for words, step in STEPS:
        if any(re.search(rf"(?:^|[^a-z]){word}", key) for word in words):
            return localised(step)
    return localised(GENERAL)


def detectable(difference: Difference | None, column: Column) -> float | None:
    """Return the smallest change from wave to wave that a group of this precision can show, in the measure's unit.

    Two waves of the same precision, 95% interval, power .80: 2.80 * sqrt(2) * SE of the difference now. None where
    nothing is known of the precision. Never below the minimum effect.
    """
    if difference is None or math.isnan(difference.high) or difference.high <= difference.low:
        return None
    se = (difference.high - difference.low) / (2 * 1.959963984540054)
    return max(column.minimum_effect, POWER_FACTOR * math.sqrt(2) * se)
