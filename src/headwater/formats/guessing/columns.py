"""What the columns of a plain table may be: the unit, the wave, a weight, questions, comments, cuts. Always a guess."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.formats.answers.mapping import RESPONSE_HEADERS, UNIT_HEADERS, WAVE_HEADERS, WEIGHT_HEADERS, fold
from headwater.formats.moving.keys import KeyRing
from headwater.formats.moving.personal import personal
from headwater.formats.moving.words import plain
from headwater.formats.numerals import MISSING
from headwater.formats.problem_log import shown
from headwater.formats.tables import Column, Table
from headwater.instruments import standard_response_scales
from headwater.vocab import Instrument, Item, ResponseScale, UnitTree

Role = Literal["leave", "unit", "wave", "weight", "response", "person", "item", "choice", "comment", "cut"]
Certainty = Literal["sure", "likely", "open"]

SAMPLES = 3
MOST_LEVELS = 12
"""Distinct values up to which a column of words may be a cut or a choice."""

_LONGEST_SCALE = 11
_COMMENT = 30
_WHOLE = re.compile(r"[+-]?\d{1,4}(?:\.0*)?")
_ALIKE = 0.87
_PERSON_HEADERS = ("person_id", "person id", "person", "employee_id", "employee id", "persona", "id_persona")
_MORE_UNITS = ("site", "store", "branch", "ward", "depot", "location_id", "sucursal", "tienda", "departamento", "dept")
_MORE_WAVES = ("year", "quarter", "period", "round", "survey_wave", "año", "ano", "trimestre", "periodo", "ronda")


@dataclass(frozen=True)
class ColumnGuess:
    """What a column may be, and why.

    key: of the item or cut. answers: lines `answer = code` or a range such as `1-5`, "" when the questionnaire says it.
    questionnaire: `key@version` of the one that has the item. samples: some values, none where they name people.
    distinct, blank: counts. certainty: how far to trust it.
    """

    name: str
    role: Role
    key: str = ""
    answers: str = ""
    questionnaire: str = ""
    why: str = ""
    certainty: Certainty = "open"
    samples: tuple[str, ...] = ()
    distinct: int = 0
    blank: int = 0


@dataclass(frozen=True)
class _Known:
    by_key: Mapping[str, tuple[Item, Instrument]]
    by_words: Mapping[str, tuple[Item, Instrument]]
    tokens: tuple[tuple[frozenset[str], str], ...]


def guess_columns(
    table: Table, instruments: Sequence[Instrument] = (), tree: UnitTree | None = None
) -> tuple[ColumnGuess, ...]:
    """Guess every column of a table, in file order.

    instruments: questionnaires whose items the columns may be, by key, by their words in any language, or by words much
    alike. tree: units that a column may name by id or name. Columns that name people are left out, and none of their
    values is shown. Each questionnaire item is given once, and so are unit, wave, weight and response.
    """
    known = _know(instruments)
    units = _unit_words(tree)
    ring = KeyRing()
    made: list[ColumnGuess] = []
    taken: set[str] = set()
    for column in table.columns.values():
        guess = _guess(column, known, units, taken)
        key = guess.key
        if guess.role in ("item", "choice", "comment", "cut"):
            key = ring.take(guess.key or plain(column.name), "q")
            if guess.questionnaire and key != guess.key:
                guess = ColumnGuess(column.name, "leave", why=f"{guess.key} stands in another column already")
                key = ""
        if guess.role in ("unit", "wave", "weight", "response", "person"):
            taken.add(guess.role)
        hidden = guess.role in ("person", "response") or bool(personal(column.name))
        present = [value for value in column.values if value not in MISSING]
        made.append(
            ColumnGuess(
                name=column.name,
                role=guess.role,
                key=key,
                answers=guess.answers,
                questionnaire=guess.questionnaire,
                why=guess.why,
                certainty=guess.certainty,
                samples=() if hidden else tuple(_short(value) for value in present[:SAMPLES]),
                distinct=len(present),
                blank=int(np.count_nonzero(column.blank)),
            )
        )
    return _with_unit(made, table, units)


def _guess(column: Column, known: _Known, units: frozenset[str], taken: set[str]) -> ColumnGuess:
    name, folded = column.name, fold(column.name).replace("-", "_")
    if folded in _PERSON_HEADERS and "person" not in taken:
        return ColumnGuess(name, "person", why="its name says who answered", certainty="likely")
    for role, headers in (
        ("response", RESPONSE_HEADERS),
        ("unit", (*UNIT_HEADERS, *_MORE_UNITS)),
        ("wave", (*WAVE_HEADERS, *_MORE_WAVES)),
        ("weight", WEIGHT_HEADERS),
    ):
        if folded in headers and role not in taken:
            return ColumnGuess(name, role, why="its name says so", certainty="sure")  # type: ignore[arg-type]
    if found := _asked(name, known):
        return found
    present = [value for value in column.values if value not in MISSING]
    if reason := personal(name):
        return ColumnGuess(name, "leave", why=f"it may hold {reason}", certainty="likely")
    if not present:
        return ColumnGuess(name, "leave", why="it is empty", certainty="sure")
    if units and "unit" not in taken and _names_units(present, units):
        return ColumnGuess(name, "unit", why="its values are units of the organisation", certainty="likely")
    return _by_values(column, present)


def _asked(name: str, known: _Known) -> ColumnGuess | None:
    """Find the questionnaire item that a header names."""
    found, why, certainty = known.by_key.get(fold(name)), "its name is the item's key", "sure"
    words = fold(plain(name))
    if found is None:
        found, why = known.by_words.get(words), "its name is the question's words"
    if found is None:
        found, why, certainty = _alike(words, known), "its name is much like the question's words", "likely"
    if found is None:
        return None
    item, instrument = found
    role: Role = {"single": "choice", "text": "comment"}.get(item.kind, "item")  # type: ignore[assignment]
    if item.kind not in ("scale", "recommend", "single", "text"):
        return ColumnGuess(name, "leave", why=f"answers to {item.kind} items are not read from plain tables")
    origin = f"{instrument.key}@{instrument.version}"
    return ColumnGuess(name, role, item.key, "", origin, why, certainty)  # type: ignore[arg-type]


def _by_values(column: Column, present: Sequence[str]) -> ColumnGuess:
    name = column.name
    if all(_WHOLE.fullmatch(value) for value in present):
        numbers = sorted({int(float(value)) for value in present})
        if numbers[0] >= 0 and numbers[-1] <= 10 and len(numbers) > 1:
            return ColumnGuess(name, "item", answers=_range(numbers), why="whole numbers of a short range")
        return ColumnGuess(name, "leave", why="numbers that are no short scale")
    if scale := _standard_scale(present):
        return ColumnGuess(
            name, "item", answers=scale, why="its answers are those of a known scale", certainty="likely"
        )
    if max(map(len, present)) > _COMMENT and len(present) > MOST_LEVELS:
        return ColumnGuess(name, "comment", why="longer texts, nearly all different")
    if 2 <= len(present) <= MOST_LEVELS and len(column.codes) >= 3 * len(present):
        return ColumnGuess(name, "leave", why=f"{len(present)} values that come again: a cut or a choice, if you wish")
    return ColumnGuess(name, "leave", why="nothing says what it is")


def _range(numbers: Sequence[int]) -> str:
    """Return the usual scale that holds some codes: 1-5, 1-7, 0-10, else from the lowest to the highest."""
    for low, high in ((1, 5), (1, 7), (0, 10), (0, 1), (1, 4), (1, 10)):
        if low <= numbers[0] and numbers[-1] == high and numbers[0] - low <= 1:
            return f"{low}-{high}"
    if numbers[0] >= 1 and numbers[-1] < 5 and len(numbers) < 4:
        return "1-5"
    return f"{numbers[0]}-{numbers[-1]}"


def _standard_scale(present: Sequence[str]) -> str:
    """Return the answers of the standard scale that all values belong to, as lines, "" when there is none."""
    words = {fold(value) for value in present}
    for scale in standard_response_scales().values():
        skips = {fold(text) for text in (scale.may_skip or {}).values()}
        for labels in scale.labels.values():
            codes = {fold(label): scale.low + place for place, label in enumerate(labels)}
            if len(words & set(codes)) > 1 and words <= {*codes, *skips}:
                return answer_lines(scale, labels)
    return ""


def answer_lines(scale: ResponseScale, labels: Sequence[str]) -> str:
    """Write the answers of a scale as lines `answer = code`."""
    return "\n".join(f"{label} = {scale.low + place}" for place, label in enumerate(labels))


def _know(instruments: Sequence[Instrument]) -> _Known:
    by_key: dict[str, tuple[Item, Instrument]] = {}
    by_words: dict[str, tuple[Item, Instrument]] = {}
    for instrument in instruments:
        for item in instrument.items:
            by_key.setdefault(fold(item.key), (item, instrument))
            for words in item.text.values():
                by_words.setdefault(fold(words), (item, instrument))
    tokens = tuple((frozenset(re.findall(r"\w+", words)), words) for words in by_words)
    return _Known(by_key, by_words, tokens)


def _alike(words: str, known: _Known) -> tuple[Item, Instrument] | None:
    """Find the question whose words are most like some words; none below a likeness of 0.87."""
    mine = frozenset(re.findall(r"\w+", words))
    if len(mine) < 3:
        return None
    best, found = _ALIKE, None
    for tokens, text in known.tokens:
        shared = len(mine & tokens)
        if shared * 2 < len(mine | tokens):
            continue
        ratio = difflib.SequenceMatcher(None, words, text, autojunk=False).ratio()
        if ratio >= best:
            best, found = ratio, known.by_words[text]
    return found


def _unit_words(tree: UnitTree | None) -> frozenset[str]:
    return frozenset(fold(text) for text in (*tree.ids, *tree.names)) if tree is not None else frozenset()


def _names_units(present: Sequence[str], units: frozenset[str]) -> bool:
    hits = sum(fold(value) in units for value in present)
    return hits * 10 >= len(present) * 6


def _with_unit(made: list[ColumnGuess], table: Table, units: frozenset[str]) -> tuple[ColumnGuess, ...]:
    """Take the column whose values are most often units for the unit, when the header's names say none."""
    if any(guess.role == "unit" for guess in made) or not units:
        return tuple(made)
    best, place = 0.3, -1
    for number, guess in enumerate(made):
        present = [value for value in table.columns[guess.name].values if value not in MISSING]
        share = sum(fold(value) in units for value in present) / len(present) if present else 0.0
        if share > best and guess.role in ("leave", "cut", "comment"):
            best, place = share, number
    if place >= 0:
        old = made[place]
        why = f"{best:.0%} of its values are units of the organisation"
        made[place] = ColumnGuess(
            old.name, "unit", why=why, samples=old.samples, distinct=old.distinct, blank=old.blank
        )
    return tuple(made)


def _short(value: str) -> str:
    text = shown(value, 48)
    return text[1:-1]
