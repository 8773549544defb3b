"""The questions of a wave as one form: which of them apply after some answers, and one's own best-worst ranking.

Answers by item key, as they are kept in a box and opened at sealing:

| kind | value |
|---|---|
| scale, recommend | the code at rest, or "na" for "does not apply" |
| single | the place of the choice, from 1 |
| multiple | the places of the chosen, sorted |
| ranking | for each choice its place in the ranking, 0 for none |
| best_worst | for each set [best, worst], as places among the item's choices, 0 for none |
| number | int or float |
| date | "2026-03-02" |
| text | the words |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from headwater.instruments import Condition, parse_condition
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.vocab import Instrument, Item, ResponseScale

Answers = Mapping[str, Any]
NOT_APPLICABLE = "na"
CODED = ("scale", "recommend", "single")
RATED = ("scale", "recommend")


@dataclass(frozen=True)
class Question:
    """One question of the form. name: of its field on the page; codes: what the page may send, and what it means."""

    name: str
    item: Item
    scale: ResponseScale | None
    codes: Mapping[str, Any]
    condition: Condition | None
    part: int

    @property
    def key(self) -> str:
        """The item's key."""
        return self.item.key

    def place_of(self, choice: str) -> int:
        """Return the place of a choice among the item's choices, from 1. Raises KeyError."""
        for place, known in enumerate(self.item.choices, 1):
            if known.key == choice:
                return place
        raise KeyError(choice)


@dataclass(frozen=True)
class Form:
    """Every question of some questionnaires, each item once, in their order. part: the place of its questionnaire.

    dropped: by name of their field, questions that are asked no more; a page opened before may still send them.
    """

    questions: tuple[Question, ...]
    by_name: Mapping[str, Question]
    by_key: Mapping[str, Question]
    dropped: Mapping[str, Question] = field(default_factory=dict)

    @cached_property
    def dropped_keys(self) -> frozenset[str]:
        """Items that are asked no more."""
        return frozenset(question.key for question in self.dropped.values())

    def without_comments(self) -> Form:
        """Return the form without its text questions. The others keep the names of their fields."""
        kept = tuple(question for question in self.questions if question.item.kind != "text")
        left = {question.name: question for question in kept}
        gone = {question.name: question for question in self.questions if question.name not in left}
        return Form(kept, left, {question.key: question for question in kept}, gone)

    @cached_property
    def has_conditions(self) -> bool:
        """Whether some questions apply only after some answers."""
        return any(question.condition is not None for question in self.questions)

    def shown(self, answers: Answers) -> Iterator[Question]:
        """Yield the questions that apply after these answers. What is not shown counts as not answered further on."""
        codes: dict[str, int | None] = {}
        for question in self.questions:
            if question.condition is not None and not question.condition.holds(codes):
                continue
            codes[question.key] = code_of(answers.get(question.key))
            yield question


def code_of(value: Any) -> int | None:
    """Return the code that conditions compare with: None for what has none. A number counts by its whole part."""
    return int(value) if isinstance(value, (int, float)) else None


def form_of(plan: WavePlan) -> Form:
    """Return the form of a wave."""
    return _form_of_digest(_Plan(plan))


def read_form(instruments: Sequence[Instrument]) -> Form:
    """Lay questionnaires out as one form. An item asked by two of them is asked once, where it comes first."""
    questions: list[Question] = []
    seen: set[str] = set()
    for part, instrument in enumerate(instruments):
        for item in instrument.items:
            if item.key in seen:
                continue
            seen.add(item.key)
            scale = instrument.response_scales.get(item.response_scale)
            condition = parse_condition(item.shown_if) if item.shown_if else None
            questions.append(Question(f"q{len(questions) + 1}", item, scale, _codes(item, scale), condition, part))
    by_name = {question.name: question for question in questions}
    return Form(tuple(questions), by_name, {question.key: question for question in questions})


def own_ranking(question: Question, value: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """Return the choices a respondent ranked by best minus worst, first first; those never judged come in no order.

    Source: Louviere, Flynn and Marley (2015), Best-Worst Scaling, chapter 2: counting. Ties go by the number of times
    best, then by the order of the questionnaire. Empty when nothing was picked.
    """
    best = [0] * (len(question.item.choices) + 1)
    worst = [0] * (len(question.item.choices) + 1)
    for first, last in value:
        best[first] += bool(first)
        worst[last] += bool(last)
    if not any(best) and not any(worst):
        return ()
    places = range(1, len(question.item.choices) + 1)
    ordered = sorted(places, key=lambda place: (worst[place] - best[place], -best[place], place))
    return tuple(question.item.choices[place - 1].key for place in ordered)


def answered(value: Any) -> bool:
    """Whether a value answers anything."""
    if isinstance(value, list):
        return any(answered(part) for part in value) if value and isinstance(value[0], list) else any(value)
    return value is not None and value != ""


def _codes(item: Item, scale: ResponseScale | None) -> dict[str, Any]:
    if item.kind in RATED and scale is not None:
        codes: dict[str, Any] = {str(code): code for code in range(scale.low, scale.high + 1)}
        if scale.may_skip is not None:
            codes[NOT_APPLICABLE] = NOT_APPLICABLE
        return codes
    return {str(place): place for place in range(1, len(item.choices) + 1)}


class _Plan:
    """A plan that is known by its digest, for the cache."""

    def __init__(self, plan: WavePlan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return hash(self.plan.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Plan) and other.plan.digest == self.plan.digest


@lru_cache(maxsize=64)
def _form_of_digest(known: _Plan) -> Form:
    return read_form(known.plan.questionnaires)
