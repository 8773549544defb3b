"""Under which names LimeSurvey writes the answers of a question: field names, codes and headings in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from headwater.formats.answers.mapping import fold
from headwater.formats.limesurvey.structure import Question
from headwater.formats.moving.words import plain


def names_of(survey: str, question: Question, sub: str = "", *, ids: str = "", scale: str = "") -> tuple[str, ...]:
    """Return the ids of a column: SGQA (424242X143X1146SQ001), code (Q1[SQ001], Q1_SQ001) and the newer Q1146_S1150.

    sub: code of the subquestion, `row_column` in a table of two axes, or other, comment, a rank. ids: ids of the
    subquestions as the newer field names write them. scale: 0 or 1, of a dual scale.
    """
    field = f"{survey}X{question.group}X{question.id}{sub}" + (f"#{scale}" if scale else "")
    code = question.title + (f"[{sub}]" if sub else "") + (f"[{int(scale) + 1}]" if scale else "")
    flat = question.title + (f"_{sub}" if sub else "") + (f"_{scale}" if scale else "")
    newer = f"Q{question.id}" + ids + (f"#{scale}" if scale else "")
    made = [field, code, flat]
    if ids or not sub:
        made.append(newer)
    return tuple(dict.fromkeys(made))


def headings_of(question: Mapping[str, str], *parts: Mapping[str, str] | str) -> tuple[str, ...]:
    """Return the headings in words of a column, by language: question [subquestion][column]."""
    languages: Iterable[str] = question or ("",)
    made = []
    for language in languages:
        words = [part if isinstance(part, str) else part.get(language, "") for part in parts]
        made.append(heading(question.get(language, "") + " " + "".join(f"[{word}]" for word in words)))
    return tuple(dict.fromkeys(made))


def heading(text: str) -> str:
    """Reduce a heading to what exports of different settings share."""
    return re.sub(r"\s*([\[\]])\s*", r"\1", fold(plain(text))).strip()


def code_in(heading_text: str) -> str:
    """Return the code that a heading of the kind "code. words" begins with, "" when it has none."""
    found = re.match(r"([A-Za-z0-9_]+(?:\[[^\[\]]{1,60}\]){0,2})[.:]\s", heading_text)
    return found[1] if found else ""
