"""Rehearsal: the questions one leader is likely to ask of one briefing, and where its evidence is thin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

FEW_ANSWERS = 30
WIDE_SHARE = 0.15
"""A 95% range wider than this share of the scale is called wide."""
LOW_RESPONSE = 0.5

Weakness = Literal[
    "wide", "few", "too_close", "no_comparison", "low_response", "association", "withheld", "unknown_change"
]
Kind = Literal["why_believe", "what_for_me", "what_to_do_with", "say_upward", "do_nothing", "is_it_the_cause",
               "what_costs", "how_known", "why_this", "who_else"]  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One released number as rehearsal weighs it. low, high, floor, ceiling: in the score's unit.

    is_compared: whether it stands beside something. is_clear: whether it differs clearly from that. response: answers
    for each person asked, 0 to 1; None for not known.
    """

    label: str
    n: int
    low: float | None
    high: float | None
    floor: float
    ceiling: float
    is_compared: bool
    is_clear: bool
    smallest: float | None = None
    response: float | None = None


@dataclass(frozen=True)
class Thin:
    """One weak spot. label: of the number, "" for the evidence as a whole."""

    weakness: Weakness
    label: str = ""


@dataclass(frozen=True)
class Question:
    """One question that is likely, most likely first. about: what of the leader it comes from, in their words."""

    kind: Kind
    about: str = ""
    thin: tuple[Thin, ...] = field(default_factory=tuple)


def weak_spots(fact: Fact) -> tuple[Weakness, ...]:
    """Return where one number is thin."""
    if fact.n == 0:
        return ("withheld",)
    found: list[Weakness] = []
    if (
        fact.low is not None
        and fact.high is not None
        and fact.ceiling > fact.floor
        and (fact.high - fact.low) / (fact.ceiling - fact.floor) > WIDE_SHARE
    ):
        found.append("wide")
    if fact.n < FEW_ANSWERS:
        found.append("few")
    if not fact.is_compared:
        found.append("no_comparison")
    elif not fact.is_clear:
        found.append("too_close")
    if fact.response is not None and fact.response < LOW_RESPONSE:
        found.append("low_response")
    return tuple(found)


def questions_for(
    *, goal: str, facts: Sequence[Fact], drives: str = "", decides: str = "", credible: str = "", attitude: str = ""
) -> tuple[Question, ...]:
    """Return the questions this leader is likely to ask, and at each where the evidence is thin.

    goal: "aware", "change" or "decision". drives, decides, credible, attitude: of the leader's profile, "" for not
    known; the questions follow from them.
    """
    spots = {one.label: weak_spots(one) for one in facts}
    every = tuple(Thin(weakness, label) for label, found in spots.items() for weakness in found)
    doubt = tuple(one for one in every if one.weakness in ("few", "wide", "low_response", "withheld"))
    beside = tuple(one for one in every if one.weakness in ("too_close", "no_comparison"))
    cause = (Thin("association"),)
    asked: list[Question] = []
    if attitude == "resistant" or doubt:
        asked.append(Question("why_believe", thin=doubt))
    if goal == "decision":
        asked.append(Question("do_nothing", thin=cause))
    if goal in ("decision", "change"):
        asked += [Question("what_costs"), Question("is_it_the_cause", thin=cause)]
    if decides:
        asked.append(Question("what_to_do_with", decides, cause))
    if drives:
        asked.append(Question("what_for_me", drives, cause))
    if credible:
        asked.append(Question("say_upward", credible, beside))
    asked.append(
        Question("why_this" if goal == "aware" else "how_known", thin=beside if goal == "aware" else _unseen(facts))
    )
    asked.append(Question("who_else", thin=beside))
    return tuple(asked)


def _unseen(facts: Sequence[Fact]) -> tuple[Thin, ...]:
    """Numbers whose precision is not known, so that nobody can say what change they would show."""
    return tuple(Thin("unknown_change", one.label) for one in facts if one.n and one.smallest is None)
