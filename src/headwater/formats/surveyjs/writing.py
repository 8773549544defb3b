"""Writes a questionnaire as a SurveyJS survey, and lists what that product has no place for."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headwater.formats.moving.results import Loss
from headwater.instruments import Condition, parse_condition
from headwater.instruments.conditions import Term
from headwater.vocab import Instrument, Item, ResponseScale, Texts

_COMPARE = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_HOLDS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NEVER = "1 = 2"


@dataclass(frozen=True)
class WrittenSurvey:
    """A survey as JSON text, and everything of the questionnaire that it does not hold."""

    text: str
    losses: tuple[Loss, ...]


def write_surveyjs_survey(instrument: Instrument) -> WrittenSurvey:
    """Write a questionnaire as the JSON that SurveyJS's editor reads. Names of questions are the keys of items.

    Ratings become rating questions with their codes and labels, single choices radio groups whose values are keys.
    Conditions become `visibleIf`; like here, a comparison with a question that was not answered does not hold.
    Not written: scales, reversals, favourable codes, best-worst questions, notes.
    """
    base = next(code for code in instrument.languages if code not in instrument.respondent_only)
    losses: list[Loss] = []
    elements = []
    for item in instrument.items:
        if item.kind == "best_worst":
            losses.append(Loss("a best-worst question", item.key, "SurveyJS has no such question."))
            continue
        elements.append(_element(item, instrument, base))
        if item.reverse:
            losses.append(Loss("that a question is reversed", item.key, "SurveyJS does not score ratings."))
    for key, scale in instrument.response_scales.items():
        if scale.may_skip is not None:
            why = "A rating has no such answer there; the question may be left empty."
            losses.append(Loss("the answer that does not count", key, why))
    losses += [Loss("a scale", scale.key, "SurveyJS does not score.") for scale in instrument.scales]
    if instrument.notes:
        losses.append(Loss("the notes", "", "Respondents are not shown them."))
    survey: dict[str, Any] = {
        "title": _texts(instrument.title, base),
        "description": _texts(instrument.purpose, base),
        "pages": [{"name": "page1", "elements": elements}],
    }
    if base != "en":
        survey = {"locale": base, **survey}
    return WrittenSurvey(json.dumps(survey, ensure_ascii=False, indent=2) + "\n", tuple(losses))


def _element(item: Item, instrument: Instrument, base: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "comment", "name": item.key, "title": _texts(item.text, base)}
    if item.kind in ("scale", "recommend"):
        made["type"] = "rating"
        made["rateValues"] = _steps(instrument.response_scales[item.response_scale], base)
    elif item.kind in ("single", "multiple", "ranking"):
        made["type"] = {"single": "radiogroup", "multiple": "checkbox", "ranking": "ranking"}[item.kind]
        made["choices"] = [{"value": choice.key, "text": _texts(choice.text, base)} for choice in item.choices]
    elif item.kind in ("number", "date"):
        made["type"] = "text"
        made["inputType"] = item.kind
    if item.required:
        made["isRequired"] = True
    if item.shown_if:
        made["visibleIf"] = _condition(parse_condition(item.shown_if), instrument)
    return made


def _steps(scale: ResponseScale, base: str) -> list[dict[str, Any]]:
    return [
        {
            "value": code,
            "text": _texts({language: labels[code - scale.low] for language, labels in scale.labels.items()}, base),
        }
        for code in range(scale.low, scale.high + 1)
    ]


def _condition(condition: Condition, instrument: Instrument) -> str:
    return (" and " if condition.every else " or ").join(_term(term, instrument) for term in condition.terms)


def _term(term: Term, instrument: Instrument) -> str:
    """One comparison. A single choice is compared by the keys of the answers that fit."""
    item = instrument.item(term.item)
    if item.kind == "single":
        holds = _HOLDS[term.compare]
        fits = [choice.key for code, choice in enumerate(item.choices, 1) if holds(code, term.code)]
        said = " or ".join(f"{{{item.key}}} = '{key}'" for key in fits) or _NEVER
        return f"({said})" if len(fits) > 1 else said
    said = f"{{{item.key}}} {_COMPARE[term.compare]} {term.code}"
    return said if term.compare == "==" else f"({{{item.key}}} notempty and {said})"


def _texts(texts: Texts, base: str) -> Any:
    """One text where there is one language, else by language with the base under `default`."""
    if set(texts) == {base}:
        return texts[base]
    return {"default" if code == base else code: words for code, words in texts.items()}
