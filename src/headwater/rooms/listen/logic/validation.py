"""The one check of answers: from a page, from the API, from anywhere. What fails is named, what passes is kept.

An answer that does not pass is a problem, never dropped in silence. `Checked.answers` holds what passed, `echo` what
the page shows again in the field that did not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import unquote_to_bytes

from headwater.rooms.listen.logic.answers import NOT_APPLICABLE, Form, Question, answered

MAX_TEXT = 4_000
"""Characters of a text answer."""
MAX_ECHO = 20_000
"""Characters of a text that is too long which the page shows again, so that it can be shortened."""
MAX_NUMBER = 75_000
"""The largest number: at rest it is fixed point and must fit (vocab.store_layout.SCORE_LIMIT)."""
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2199, 12, 31)
OWN_FIELDS = frozenset({"_page", "_do", "_seen", "_website", "_lang"})
"""Fields of the page itself."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Signs that no words need: control characters, marks that turn the direction of a text, tags, halves of signs."""
_NUMBER = re.compile(r"[+\-\u2212]?\d{1,9}(?:\.\d{1,9}|,(?!\d{3}$)\d{1,9})?", re.ASCII)
"""A comma before exactly three digits may part thousands or decimals: it is refused, not guessed."""


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """One answer that cannot be taken. item: its key, empty for the form as a whole. kind: a word of PROBLEMS."""

    item: str
    kind: str
    limit: int = 0


PROBLEMS = (
    "required",  # an answer is needed
    "not_offered",  # no answer that the question offers
    "twice",  # one place or one answer given twice
    "same_best_worst",  # the same as best and as worst
    "half",  # only the best or only the worst of a set
    "too_long",  # more than `limit` characters
    "characters",  # control characters or marks that turn the direction of a text
    "encoding",  # not UTF-8
    "not_a_number",
    "too_large",  # beyond `limit`
    "not_a_date",
    "unknown",  # something that is no part of the form
)


@dataclass(frozen=True)
class Checked:
    """Answers that were checked. answers: by item key, those that pass. seen: keys of conditional questions that the
    respondent had before them. partial: by item key, what a draft keeps of an answer that is not whole yet. echo: by
    item key, the words to show again where they did not pass. before: what an earlier draft held and this one does not.
    ignored: keys of questions that are asked no more and were answered all the same; nothing of that is kept.
    """

    answers: dict[str, Any]
    problems: tuple[AnswerProblem, ...] = ()
    seen: frozenset[str] = frozenset()
    partial: dict[str, Any] = field(default_factory=dict)
    echo: dict[str, str] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    @property
    def draft(self) -> dict[str, Any]:
        """All that a draft keeps."""
        return {**self.before, **self.answers, **self.partial}


def read_body(body: bytes) -> tuple[dict[str, list[str]], set[str]]:
    """Read a form's body (application/x-www-form-urlencoded). Returns values by name, and names with bytes that are no
    UTF-8; there every wrong byte stands as U+FFFD.
    """
    fields: dict[str, list[str]] = {}
    wrong: set[str] = set()
    for pair in body.split(b"&"):
        if not pair:
            continue
        name, _, value = pair.partition(b"=")
        key, is_sound = _decoded(name)
        words, was_sound = _decoded(value)
        if not is_sound or not was_sound:
            wrong.add(key)
        fields.setdefault(key, []).append(words)
    return fields, wrong


def check_fields(form: Form, fields: Mapping[str, list[str]], wrong: Iterable[str] = ()) -> Checked:
    """Check what a page sent. fields, wrong: as `read_body` returns them."""
    values: dict[str, Any] = {}
    wrong = [name for name in wrong if name not in form.dropped]
    problems = [AnswerProblem("", "unknown") for name in wrong if _question_of(form, name) is None][:1]
    badly = {found.key for name in wrong if (found := _question_of(form, name)) is not None}
    seen: set[str] = set()
    for name, given in fields.items():
        question = form.by_name.get(name)
        if question is not None:
            many = question.item.kind == "multiple"
            if many:
                values[question.key] = given
            elif len(given) == 1:
                values[question.key] = given[0]
            else:
                problems.append(AnswerProblem(question.key, "twice"))
            continue
        if name in form.dropped:
            values[form.dropped[name].key] = "".join(given)
            continue
        if name in OWN_FIELDS:
            if name == "_seen":
                seen.update(form.by_name[one].key for one in given if one in form.by_name)
            continue
        question = _question_of(form, name)
        if question is None:
            if not any(problem.kind == "unknown" for problem in problems):
                problems.append(AnswerProblem("", "unknown"))
            continue
        if len(given) != 1:
            problems.append(AnswerProblem(question.key, "twice"))
            continue
        if not _place(question, name[len(question.name) + 1 :], given[0], values):
            problems.append(AnswerProblem(question.key, "not_offered"))
    checked = check_values(form, values, already=problems, badly=badly)
    return replace(checked, seen=frozenset(seen))


def check_values(
    form: Form, values: Mapping[str, Any], *, already: Iterable[AnswerProblem] = (), badly: Iterable[str] = ()
) -> Checked:
    """Check answers by item key, as JSON or a page gives them. Codes and places may be whole numbers or digits.

    already: problems found before. badly: keys whose bytes were no UTF-8.
    """
    problems = list(already)
    refused = {problem.item for problem in problems}
    passed: dict[str, Any] = {}
    ignored: set[str] = set()
    partial: dict[str, Any] = {}
    echo: dict[str, str] = {}
    for key, value in values.items():
        if key in form.dropped_keys:
            if value is not None and str(value).strip():
                ignored.add(key)
            continue
        question = form.by_key.get(key)
        if question is None:
            if not any(problem.kind == "unknown" for problem in problems):
                problems.append(AnswerProblem("", "unknown"))
            continue
        if key in refused:
            continue
        kind = question.item.kind
        if kind in ("scale", "recommend", "single"):
            # the many: one look-up each
            code = question.codes.get(value) if isinstance(value, str) else _coded(question, value)
            if code is not None:
                passed[key] = code
            elif value not in ("", None):
                problems.append(AnswerProblem(key, "not_offered"))
            continue
        made, problem = _CHECKS[kind](question, value)
        if key in badly:
            made, problem = None, AnswerProblem(key, "encoding")
        if problem is not None:
            problems.append(problem)
            if made is not None:
                partial[key] = made
            elif isinstance(value, str):
                echo[key] = _echoed(value)
        elif answered(made):
            passed[key] = made
    return Checked(passed, tuple(problems), partial=partial, echo=echo, ignored=frozenset(ignored))


def complete(form: Form, checked: Checked) -> tuple[dict[str, Any], tuple[AnswerProblem, ...]]:
    """Return the answers of the questions that apply, and what still lacks: required ones without an answer."""
    kept: dict[str, Any] = {}
    lacking = []
    refused = {problem.item for problem in checked.problems}
    for question in form.shown(checked.answers):
        value = checked.answers.get(question.key)
        if value is not None:
            kept[question.key] = value
        elif question.item.required and question.key not in refused:
            lacking.append(AnswerProblem(question.key, "required"))
    return kept, tuple(lacking)


def _decoded(raw: bytes) -> tuple[str, bool]:
    if b"%" in raw or b"+" in raw:
        raw = unquote_to_bytes(raw.replace(b"+", b" "))
    try:
        return raw.decode(), True
    except UnicodeDecodeError:
        return raw.decode(errors="replace"), False


def _question_of(form: Form, name: str) -> Question | None:
    question = form.by_name.get(name.partition(".")[0])
    return question if question is not None and (name in form.by_name or "." in name) else None


def _place(question: Question, part: str, given: str, values: dict[str, Any]) -> bool:
    """Put a part of a ranking ("3": the place of the third choice) or of best-worst ("2.b") where it belongs."""
    choices = len(question.item.choices)
    if question.item.kind == "ranking":
        place = _index(part, choices)
        if place:
            values.setdefault(question.key, [""] * choices)[place - 1] = given
        return bool(place)
    if question.item.kind == "best_worst":
        number, _, which = part.partition(".")
        place = _index(number, len(question.item.sets))
        if not place or which not in ("b", "w"):
            return False
        picks = values.setdefault(question.key, [["", ""] for _ in question.item.sets])
        picks[place - 1]["bw".index(which)] = given
        return True
    return False


def _index(text: str, most: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= most else 0


def _coded(question: Question, value: Any) -> Any:
    return question.codes.get(str(value)) if isinstance(value, int) and not isinstance(value, bool) else None


def _places(question: Question, values: Any, most: int) -> list[int] | None:
    """Whole numbers from 0 to `most`, "" for 0; None when one is something else."""
    made = []
    for value in values:
        if value in ("", None, 0):
            made.append(0)
            continue
        if isinstance(value, bool) or not isinstance(value, (int, str)) or not (place := _index(str(value), most)):
            return None
        made.append(place)
    return made


Found = tuple[Any, AnswerProblem | None]


def _multiple(question: Question, value: Any) -> Found:
    if not isinstance(value, list):
        return None, AnswerProblem(question.key, "not_offered")
    places = _places(question, value, len(question.item.choices))
    if places is None:
        return None, AnswerProblem(question.key, "not_offered")
    return sorted({place for place in places if place}), None


def _ranking(question: Question, value: Any) -> Found:
    count = len(question.item.choices)
    if not isinstance(value, list) or len(value) != count or (places := _places(question, value, count)) is None:
        return None, AnswerProblem(question.key, "not_offered")
    given = [place for place in places if place]
    if len(set(given)) != len(given):
        return places, AnswerProblem(question.key, "twice")
    return places, None


def _best_worst(question: Question, value: Any) -> Found:
    sets = question.item.sets
    wrong = AnswerProblem(question.key, "not_offered")
    if not isinstance(value, list) or len(value) != len(sets):
        return None, wrong
    made: list[list[int]] = []
    half = same = False
    for shown, pair in zip(sets, value, strict=True):
        picks = _places(question, pair, len(question.item.choices)) if isinstance(pair, (list, tuple)) else None
        if picks is None or len(picks) != 2:
            return None, wrong
        if any(pick and question.item.choices[pick - 1].key not in shown for pick in picks):
            return None, wrong
        if picks[0] and picks[0] == picks[1]:
            same, picks = True, [picks[0], 0]
        half = half or bool(picks[0]) != bool(picks[1])
        made.append(picks)
    kind = "same_best_worst" if same else "half" if half else ""
    return made, AnswerProblem(question.key, kind) if kind else None


def _number(question: Question, value: Any) -> Found:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None, AnswerProblem(question.key, "not_a_number")
    written = str(value).strip().translate(_DIGITS)
    if not written:
        return None, None
    if not _NUMBER.fullmatch(written):
        return None, AnswerProblem(question.key, "not_a_number")
    number = float(written.replace(",", ".").replace("\u2212", "-"))
    if abs(number) > MAX_NUMBER:
        return None, AnswerProblem(question.key, "too_large", MAX_NUMBER)
    return int(number) if number.is_integer() else round(number, 4), None


def _date(question: Question, value: Any) -> Found:
    if value in ("", None):
        return None, None
    try:
        day = date.fromisoformat(str(value).strip().translate(_DIGITS))
    except ValueError:
        return None, AnswerProblem(question.key, "not_a_date")
    if len(str(value).strip()) != 10 or not FIRST_DATE <= day <= LAST_DATE:
        return None, AnswerProblem(question.key, "not_a_date")
    return day.isoformat(), None


def _text(question: Question, value: Any) -> Found:
    if value is None:
        return None, None
    if not isinstance(value, str):
        return None, AnswerProblem(question.key, "not_offered")
    words = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(words) > MAX_TEXT:
        return None, AnswerProblem(question.key, "too_long", MAX_TEXT)
    if FORBIDDEN.search(words):
        return None, AnswerProblem(question.key, "characters")
    return unicodedata.normalize("NFC", words), None


def _echoed(value: str) -> str:
    return FORBIDDEN.sub("", value)[:MAX_ECHO]


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")
_CHECKS: Mapping[str, Callable[[Question, Any], Found]] = {
    "multiple": _multiple,
    "ranking": _ranking,
    "best_worst": _best_worst,
    "number": _number,
    "date": _date,
    "text": _text,
}
__all__ = [
    "MAX_TEXT",
    "NOT_APPLICABLE",
    "OWN_FIELDS",
    "PROBLEMS",
    "AnswerProblem",
    "Checked",
    "check_fields",
    "check_values",
    "complete",
    "read_body",
]
