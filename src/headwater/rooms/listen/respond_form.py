"""A wave's questions as a page shows them: blocks of fields in one language, what was answered, what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.rooms.house.templatetags.humanise import digits
from headwater.rooms.listen.logic.answers import NOT_APPLICABLE, Form, Question, answered
from headwater.rooms.listen.logic.validation import AnswerProblem
from headwater.rooms.listen.respond_words import problem_words
from headwater.vocab import Instrument, say


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. sign: the digit on the button of a scale."""

    value: str
    label: str
    is_chosen: bool
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """One choice of a ranking: its own field, and the places it can take."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class PickSet:
    """One set of a best-worst question. rows: (place, label, is best, is worst)."""

    number: str
    name: str
    rows: tuple[tuple[int, str, bool, bool], ...]


@dataclass(frozen=True)
class Field:
    """One question on the page. rule: its condition for the script, as JSON; empty when it always applies."""

    name: str
    kind: str
    legend: str
    is_required: bool
    is_hidden: bool
    rule: str
    error: str
    value: str = ""
    options: tuple[Option, ...] = ()
    skip: Option | None = None
    ranks: tuple[Places, ...] = ()
    sets: tuple[PickSet, ...] = ()

    @property
    def is_group(self) -> bool:
        """Whether it is a group of controls, in a fieldset."""
        return self.kind not in ("number", "date", "text")

    @property
    def first_id(self) -> str:
        """The id of its first control: where the summary of mistakes leads."""
        return self.name

    @property
    def ends(self) -> tuple[Option, Option]:
        """The lowest and the highest answer of a scale."""
        return self.options[0], self.options[-1]


@dataclass(frozen=True)
class Block:
    """Fields that stand together. heads: labels over the columns of a matrix. title: of a new questionnaire."""

    title: str
    heads: tuple[str, ...]
    fields: tuple[Field, ...]


def lay_out(
    form: Form,
    instruments: Sequence[Instrument],
    language: str,
    *,
    answers: Mapping[str, Any],
    problems: Iterable[AnswerProblem] = (),
    echo: Mapping[str, str] | None = None,
) -> tuple[Block, ...]:
    """Lay a form out in a language. Consecutive ratings on one response scale become a matrix."""
    shown = {question.key for question in form.shown(answers)}
    wrong = {problem.item: problem_words(problem) for problem in reversed(list(problems))}
    blocks = []
    for part, group in _groups(form):
        fields = tuple(
            _field(form, question, language, answers, question.key in shown, wrong, echo or {}) for question in group
        )
        is_matrix = len(fields) > 1
        scale = group[0].scale
        heads = tuple(_labels(scale.labels, language)) if is_matrix and scale is not None else ()
        blocks.append(Block(say(instruments[part].title, language) if _starts(form, group[0]) else "", heads, fields))
    return tuple(blocks)


def count_answered(form: Form, answers: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many of the questions that apply are answered, and how many apply."""
    shown = list(form.shown(answers))
    return sum(answered(answers.get(question.key)) for question in shown), len(shown)


def _groups(form: Form) -> Iterator[tuple[int, list[Question]]]:
    group: list[Question] = []
    for question in form.questions:
        if group and not (
            question.item.kind == group[-1].item.kind == "scale"
            and question.scale == group[-1].scale
            and question.part == group[-1].part
            and question.condition is None
            and group[-1].condition is None
        ):
            yield group[0].part, group
            group = []
        group.append(question)
    if group:
        yield group[0].part, group


def _starts(form: Form, question: Question) -> bool:
    """Whether a questionnaire begins here."""
    place = form.questions.index(question)
    return place == 0 or form.questions[place - 1].part != question.part


def _labels(labels: Mapping[str, Sequence[str]], language: str) -> Sequence[str]:
    for code in (language, language.partition("-")[0], "en"):
        if code in labels:
            return labels[code]
    return next(iter(labels.values()))


def _field(
    form: Form,
    question: Question,
    language: str,
    answers: Mapping[str, Any],
    is_shown: bool,
    wrong: Mapping[str, str],
    echo: Mapping[str, str],
) -> Field:
    item, value = question.item, answers.get(question.key)
    options: tuple[Option, ...] = ()
    skip = None
    if question.scale is not None:
        scale = question.scale
        labels = _labels(scale.labels, language)
        options = tuple(
            Option(str(code), _worded(label, code, language), value == code, digits(code, language))
            for code, label in zip(range(scale.low, scale.high + 1), labels, strict=True)
        )
        if scale.may_skip is not None:
            skip = Option(NOT_APPLICABLE, say(scale.may_skip, language), value == NOT_APPLICABLE)
    elif item.kind in ("single", "multiple"):
        chosen = value if isinstance(value, list) else [value]
        options = tuple(
            Option(str(place), say(choice.text, language), place in chosen)
            for place, choice in enumerate(item.choices, 1)
        )
    return Field(
        question.name,
        item.kind,
        say(item.text, language),
        item.required,
        not is_shown,
        _rule(form, question),
        wrong.get(question.key, ""),
        echo.get(question.key, "") or ("" if isinstance(value, list) or value is None else str(value)),
        options,
        skip,
        _ranks(question, language, value) if item.kind == "ranking" else (),
        _sets(question, language, value) if item.kind == "best_worst" else (),
    )


def _worded(label: str, code: int, language: str) -> str:
    """The label of an answer without the digit that stands on its button; empty where it says no more."""
    sign = f"(?:{code}|{digits(code, language)})"
    return re.sub(rf"^\s*{sign}(?:\s*[,،:.–-]\s*|\s*$)", "", label)


def _rule(form: Form, question: Question) -> str:
    if question.condition is None:
        return ""
    terms = [[form.by_key[term.item].name, term.compare, term.code] for term in question.condition.terms]
    return json.dumps({"every": question.condition.every, "terms": terms}, separators=(",", ":"))


def _ranks(question: Question, language: str, value: Any) -> tuple[Places, ...]:
    places = value if isinstance(value, list) else [0] * len(question.item.choices)
    count = len(question.item.choices)
    return tuple(
        Places(
            f"{question.name}.{number}",
            say(choice.text, language),
            tuple(
                Option(str(place), digits(place, language), places[number - 1] == place)
                for place in range(1, count + 1)
            ),
        )
        for number, choice in enumerate(question.item.choices, 1)
    )


def _sets(question: Question, language: str, value: Any) -> tuple[PickSet, ...]:
    picks = value if isinstance(value, list) else [[0, 0]] * len(question.item.sets)
    texts = {choice.key: say(choice.text, language) for choice in question.item.choices}
    made = []
    for number, shown in enumerate(question.item.sets, 1):
        best, worst = picks[number - 1]
        rows = tuple(
            (place, texts[key], place == best, place == worst) for key in shown for place in [question.place_of(key)]
        )
        heading = f"{digits(number, language)} / {digits(len(question.item.sets), language)}"
        made.append(PickSet(heading, f"{question.name}.{number}", rows))
    return tuple(made)
