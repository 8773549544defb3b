"""Answers read without their survey: what can be told from the columns alone, said as a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping

from headwater.formats.moving.keys import KeyRing
from headwater.formats.moving.results import AnswerColumn
from headwater.formats.problem_log import ProblemLog, shown
from headwater.formats.qualtrics.headings import Headings, is_derived, is_question, same
from headwater.formats.tables import Column, Table

_MOST_WORDS = 30
_WHOLE = re.compile(r"-?\d{1,3}")


def guess_columns(table: Table, headings: Headings, log: ProblemLog) -> tuple[tuple[AnswerColumn, ...], dict[str, str]]:
    """Return how each question's column is read, and why others are not, by column name.

    Whole numbers are codes as they stand, but negative ones beside others are taken to mean "does not apply". Columns
    that hold nothing but 1 beside their likes are choices. Longer texts are comments.
    """
    groups = _ticked(table, headings)
    ring = KeyRing()
    items = {stem: ring.take(stem) for stem in dict.fromkeys(groups.values())}
    made: list[AnswerColumn] = []
    left: dict[str, str] = {}
    for name, column in table.columns.items():
        ident = headings.ids.get(name, name)
        if name in headings.meta or is_derived(ident) or not _asks(ident, name, headings):
            continue
        present = [text for text in column.values if text and text != "-99"]
        if name in groups:
            item = items[groups[name]]
            made.append(AnswerColumn(ring.take(name), item, "chosen", names=(ident, name)))
        elif same(ident).endswith("_TEXT") or (present and not _coded(present) and _are_words(column)):
            key = ring.take(name)
            made.append(AnswerColumn(key, key, "comment", names=(ident, name)))
        elif present and _coded(present):
            made.append(_codes(ring.take(name), ident, name, [int(text) for text in present], log))
        elif present:
            left[name] = "Its words are choices, whose order and codes only the survey (.qsf) knows."
        else:
            left[name] = "It is empty."
    return tuple(made), left


def _asks(ident: str, name: str, headings: Headings) -> bool:
    return is_question(ident) if headings.has_ids else re.match(r"Q\d", name) is not None


def _coded(present: list[str]) -> bool:
    return all(_WHOLE.fullmatch(text) and -127 <= int(text) <= 127 for text in present)


def _are_words(column: Column) -> bool:
    longest = max((len(text) for text in column.values), default=0)
    return longest > _MOST_WORDS or len(column.values) > _MOST_WORDS


def _codes(key: str, ident: str, name: str, present: list[int], log: ProblemLog) -> AnswerColumn:
    numbers = sorted(set(present))
    out = [number for number in numbers if number < 0] if any(number > 0 for number in numbers) else []
    if out:
        message = f"the codes {', '.join(map(str, out))} are taken to mean that the question does not apply."
        log.add("negative", message, "Give the survey (.qsf) to be sure.", column=name, severity="warning")
    kept = [number for number in numbers if number not in out]
    if kept[-1] > 11:
        message = f"the codes run up to {kept[-1]}; codes such as 88 or 99 may stand for no answer."
        log.add("far", message, "Give the survey (.qsf) to be sure.", column=name, severity="warning")
    codes = {str(number): number for number in kept}
    skipped = frozenset(map(str, out))
    return AnswerColumn(key, key, "code", names=(ident, name), codes=codes, skipped=skipped, low=kept[0], high=kept[-1])


def _ticked(table: Table, headings: Headings) -> Mapping[str, str]:
    """Return the stem of columns of several answers: two and more that differ in their end and hold 1 or nothing."""
    stems: dict[str, list[str]] = {}
    for name, column in table.columns.items():
        ident = same(headings.ids.get(name, name))
        stem = ident.rpartition("_")[0]
        if name in headings.meta or not stem or not _asks(ident, name, headings):
            continue
        if {text for text in column.values if text} <= {"1"}:
            stems.setdefault(stem, []).append(name)
    return {name: stem for stem, names in stems.items() if len(names) > 1 for name in names}


def describe(left: Mapping[str, str]) -> str:
    """List columns in a message."""
    return ", ".join(shown(name) for name in list(left)[:10]) + (" ..." if len(left) > 10 else "")
