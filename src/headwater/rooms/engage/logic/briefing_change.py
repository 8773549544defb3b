"""What the next briefing to somebody does differently, because of what the last one did. Rules in plain sight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

LEVELS: tuple[str, ...] = ("resistant", "unaware", "neutral", "supportive", "leading")
"""Where somebody stands, in the order in which a briefing moves them. Not having heard of it is better than against."""
OTHER_FORM: dict[str, str] = {
    "slides": "one_page",
    "spreadsheet": "one_page",
    "action_list": "one_page",
    "live_page": "one_page",
    "one_page": "action_list",
}
"""The form that is tried after one that was not opened: always a shorter one."""
MOST_NUMBERS, LEAST_MINUTES = 3, 2
ANSWER_DAYS = 14
"""Days after sending before silence counts as an answer."""

Code = Literal[
    "first",
    "waiting",
    "shorter",
    "other_form",
    "through_sponsor",
    "one_less",
    "example",
    "other_evidence",
    "in_person",
    "thanks",
    "asks_again",
    "kept",
]


@dataclass(frozen=True)
class Past:
    """What the last briefing to somebody did.

    is_over: the days for an answer are past, or it was answered. is_opened: they opened it themselves. is_understood:
    they said what it asks, None for not answered. moved: levels up or down, None where the check was not answered both
    times. decision: "yes", "no", "later" or "". unopened_before: how many right before it were not opened either.
    """

    form: str
    minutes: int
    numbers: int
    is_over: bool
    is_opened: bool
    is_understood: bool | None
    moved: int | None
    decision: str
    unopened_before: int = 0


@dataclass(frozen=True)
class Plan:
    """How a briefing reaches one person. codes: what was changed and why, in the order of the rules."""

    form: str
    minutes: int
    numbers: int
    with_example: bool = False
    other_evidence: bool = False
    through_sponsor: bool = False
    in_person: bool = False
    thanks: bool = False
    codes: tuple[Code, ...] = ()


def moved_by(before: str, after: str) -> int | None:
    """Return how many levels somebody moved, above 0 towards leading; None where one of the two is not known."""
    if before not in LEVELS or after not in LEVELS:
        return None
    return LEVELS.index(after) - LEVELS.index(before)


def next_plan(base: Plan, past: Past | None, *, has_sponsor: bool) -> Plan:
    """Return how the next briefing goes, beginning from what the profile says.

    Not opened: a shorter form, half the minutes, and through a sponsor from the second time on. Opened and not
    understood: one number less, and an example. Understood and not moved: other evidence, and a talk. Decided: thanks,
    and what it did. Decided later: asked again. What worked is kept.
    """
    if past is None:
        return replace(base, codes=("first",))
    if not past.is_over:
        return replace(base, codes=("waiting",))
    if past.decision in ("yes", "no"):
        return replace(base, form=past.form, thanks=True, codes=("thanks",))
    if not past.is_opened:
        return _unopened(base, past, has_sponsor=has_sponsor)
    if past.is_understood is not True:
        fewer = max(1, past.numbers - 1)
        codes: tuple[Code, ...] = ("one_less", "example") if fewer < past.numbers else ("example",)
        return replace(base, form=past.form, numbers=fewer, with_example=True, codes=codes)
    if past.moved is not None and past.moved > 0:
        return replace(base, form=past.form, numbers=past.numbers, codes=("kept",))
    again: tuple[Code, ...] = ("asks_again",) if past.decision == "later" else ()
    return replace(
        base,
        form=past.form,
        numbers=past.numbers,
        other_evidence=True,
        in_person=True,
        codes=(*again, "other_evidence", "in_person"),
    )


def _unopened(base: Plan, past: Past, *, has_sponsor: bool) -> Plan:
    form = base.form if base.form != past.form else OTHER_FORM[past.form]
    minutes = max(LEAST_MINUTES, past.minutes // 2)
    sponsor = has_sponsor and past.unopened_before >= 1
    codes: tuple[Code, ...] = ("other_form",)
    if minutes < past.minutes:
        codes = (*codes, "shorter")
    if sponsor:
        codes = (*codes, "through_sponsor")
    return replace(base, form=form, minutes=minutes, numbers=1, through_sponsor=sponsor, codes=codes)
