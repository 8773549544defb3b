"""Whether a case is recordable: a short path of questions, in our own words, with the reasons for what comes out.

After 29 CFR 1904.4 to 1904.11. The path helps; a person decides. An answer that nobody has yet keeps the outcome open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Answer = Literal["yes", "no", ""]
Outcome = Literal["death", "days_away", "restricted", "other"]
OUTCOMES: tuple[Outcome, ...] = ("death", "days_away", "restricted", "other")
"""Worst first: a case is counted once, by its worst outcome."""

IllnessType = Literal["injury", "skin_disorder", "respiratory", "poisoning", "hearing_loss", "other_illness"]
ILLNESS_TYPES: tuple[IllnessType, ...] = (
    "injury",
    "skin_disorder",
    "respiratory",
    "poisoning",
    "hearing_loss",
    "other_illness",
)

GATES = ("work_related", "new_case")
"""Both must be so."""
CRITERIA: tuple[tuple[str, Outcome], ...] = (
    ("death", "death"),
    ("days_away", "days_away"),
    ("restricted", "restricted"),
    ("beyond_first_aid", "other"),
    ("unconscious", "other"),
    ("significant", "other"),
    ("special", "other"),
)
"""One is enough; the outcome that each leads to."""
QUESTIONS: tuple[str, ...] = (*GATES, *(key for key, _outcome in CRITERIA))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the path leads to. is_recordable: None while it is open. outcome: the worst so far, "" for none.

    reasons: the questions that decided. open_questions: those whose answer could still change it.
    """

    is_recordable: bool | None
    outcome: Outcome | Literal[""]
    reasons: tuple[str, ...]
    open_questions: tuple[str, ...]


def classify(answers: Mapping[str, str]) -> Suggestion:
    """Return what answers lead to. answers: "yes", "no" or "" by question; those left out are open.

    Raises ValueError for a question or an answer that there is not.
    """
    for key, answer in answers.items():
        if key not in QUESTIONS or answer not in ("yes", "no", ""):
            raise ValueError(f"{key}: {answer}")
    given = {key: answers.get(key, "") for key in QUESTIONS}
    closed = tuple(gate for gate in GATES if given[gate] == "no")
    if closed:
        return Suggestion(False, "", closed, ())
    met = [(key, outcome) for key, outcome in CRITERIA if given[key] == "yes"]
    open_gates = tuple(gate for gate in GATES if not given[gate])
    if not met:
        open_criteria = tuple(key for key, _outcome in CRITERIA if not given[key])
        if not open_criteria:
            return Suggestion(False, "", tuple(key for key, _outcome in CRITERIA), ())
        return Suggestion(None, "", (), (*open_gates, *open_criteria))
    worst = min((outcome for _key, outcome in met), key=OUTCOMES.index)
    worse = tuple(
        key for key, outcome in CRITERIA if not given[key] and OUTCOMES.index(outcome) < OUTCOMES.index(worst)
    )
    reasons = tuple(key for key, _outcome in met)
    return Suggestion(None if open_gates else True, worst, reasons, (*open_gates, *worse))


PrivacyReason = Literal["intimate", "assault", "mental", "infection", "sharp", "asked"]
PRIVACY_REASONS: tuple[PrivacyReason, ...] = ("intimate", "assault", "mental", "infection", "sharp", "asked")
"""Cases whose log shows no name (29 CFR 1904.29(b)(7)). asked: of an illness, by the person, unprompted."""


def may_be_private(reason: str, illness: str) -> bool:
    """Whether a reason keeps the name off the log: on request only where it is an illness and no injury."""
    return reason in PRIVACY_REASONS and (reason != "asked" or illness not in ("", "injury"))
