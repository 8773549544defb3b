"""Texts of SurveyJS, which are one text or one by language, and answers offered, which are values or records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from headwater.formats.moving.answer_scales import Option
from headwater.formats.moving.words import language_code

DEEPEST = 60


def languages_of(survey: Any, base: str) -> tuple[str, ...]:
    """Return the languages that any text of a survey is written in, the base language first."""
    found: dict[str, None] = {base: None}
    for record in _records(survey, 0):
        if "default" in record or any(key in record for key in found):
            for key, value in record.items():
                code = language_code(key) if key != "default" and isinstance(value, str) else ""
                if code and _only_words(record):
                    found[code] = None
    return tuple(found)


def _only_words(record: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) and (key == "default" or language_code(key)) for key, value in record.items())


def _records(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _records(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _records(inner, depth + 1)


def texts(value: Any, base: str) -> dict[str, str]:
    """Return the words of a localisable text by language; empty when there is none."""
    if isinstance(value, dict):
        made = {}
        for key, words in value.items():
            code = base if key == "default" else language_code(str(key))
            if code and isinstance(words, str) and words.strip():
                made[code] = words
        return made
    if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
        return {base: str(value)}
    return {}


def written(value: Any) -> str:
    """Write a value as it stands in answers: true, 3, a text."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def option(value: Any, base: str) -> Option | None:
    """Return an answer offered: a value, or a record of value and text. None when it is neither."""
    if isinstance(value, dict):
        if "value" not in value or isinstance(value["value"], dict | list):
            return None
        code = written(value["value"])
        return Option(code, texts(value.get("text"), base) or {base: code}, code)
    if isinstance(value, str | int | float):
        code = written(value)
        return Option(code, {base: code}, code) if code.strip() else None
    return None
