"""Turns texts into codes at rest: items, scores, cuts and weights, each looked up once a distinct text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from headwater.formats.answers.mapping import AnswerMapping, CutMapping, ItemMapping, ScoreMapping, fold
from headwater.formats.numerals import add_rows_where, decimal_sign, parse_exact
from headwater.formats.problem_log import ProblemLog
from headwater.formats.tables import Column, Table, nearest
from headwater.vocab import InputError, Instrument, Item, Problem
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE, WEIGHT_MAX, WEIGHT_ONE

_WHOLE = re.compile(r"([+-]?\d{1,4})(?:[.,]0*)?")
_LARGEST_SCORE = 1_000_000
_MOST_LEVELS = 1_000
Flags = NDArray[np.bool_]


def resolve_item(
    item: ItemMapping, instruments: Sequence[Instrument], file: str
) -> tuple[dict[str, int], frozenset[str], int, int, bool]:
    """Complete an item's mapping from its instrument.

    Returns codes by folded answer, folded answers that do not apply, lowest and highest code, and whether whole numbers
    within that range are answers too. Raises InputError when the range is unknown.
    """
    codes, applies = dict(item.codes), item.not_applicable
    low, high = item.low, item.high
    found = _find(item.key, instruments)
    numbers = not any(_WHOLE.fullmatch(answer) for answer in codes)
    if found is not None:
        asked, instrument = found
        if asked.kind not in ("scale", "recommend", "single"):
            message = f"item {item.key!r} is a {asked.kind} item, which is not read as a rating."
            raise InputError(Problem(message, "Leave it out, or give it under `comments`.", file, 1, item.column))
        labels, words, ends = _labels(asked, instrument)
        if not codes:
            codes = labels
        applies |= words
        low, high = (ends[0] if low is None else low), (ends[1] if high is None else high)
    if codes and not (found is None and item.low is not None):
        low = min(codes.values()) if low is None else low
        high = max(codes.values()) if high is None else high
    if low is None or high is None:
        message = f"the scale of item {item.key!r} is not known."
        raise InputError(
            Problem(message, "Give `low` and `high`, or `codes`, or its questionnaire.", file, 1, item.column)
        )
    beyond = sorted(code for code in codes.values() if not low <= code <= high)
    if beyond:
        message = f"item {item.key!r} maps an answer to {beyond[0]}, outside its scale {low} to {high}."
        raise InputError(Problem(message, "Correct `codes`, or `low` and `high`.", file, None, item.column))
    return codes, applies, low, high, numbers


def _find(key: str, instruments: Sequence[Instrument]) -> tuple[Item, Instrument] | None:
    for instrument in instruments:
        for item in instrument.items:
            if item.key == key:
                return item, instrument
    return None


def _labels(item: Item, instrument: Instrument) -> tuple[dict[str, int], frozenset[str], tuple[int, int]]:
    """Return label codes in every language, words that mean "does not apply", and the ends of the scale."""
    if item.kind == "single":
        named = {fold(choice.key): place for place, choice in enumerate(item.choices, start=1)}
        for place, choice in enumerate(item.choices, start=1):
            named.update({fold(text): place for text in choice.text.values()})
        return named, frozenset(), (1, len(item.choices))
    scale = instrument.response_scales.get(item.response_scale)
    if scale is None:
        return {}, frozenset(), (0, 10)
    codes: dict[str, int] = {}
    for labels in scale.labels.values():
        codes.update({fold(label): scale.low + place for place, label in enumerate(labels) if label})
    words = frozenset(map(fold, scale.may_skip.values())) if scale.may_skip else frozenset()
    return codes, words, (scale.low, scale.high)


def code_item(
    item: ItemMapping,
    table: Table,
    mapping: AnswerMapping,
    instruments: Sequence[Instrument],
    *,
    log: ProblemLog,
    among: Flags,
) -> NDArray[np.int8]:
    """int8[R]: an item's codes at rest, ITEM_MISSING where not answered. Answers outside the scale are logged."""
    codes, applies, low, high, numbers = resolve_item(item, instruments, table.file)
    column = table[item.column]
    made = np.full(len(column.values), ITEM_MISSING, np.int8)
    wrong = np.zeros(len(column.values), np.bool_)
    for position, text in enumerate(column.values):
        folded = fold(text)
        whole = _WHOLE.fullmatch(text)
        if folded in codes:
            made[position] = codes[folded]
        elif whole and str(int(whole[1])) in codes:
            made[position] = codes[str(int(whole[1]))]
        elif folded in applies or text in mapping.missing or (whole and str(int(whole[1])) in applies):
            continue
        elif numbers and whole and low <= int(whole[1]) <= high:
            made[position] = int(whole[1])
        else:
            wrong[position] = True
    message = f"{{value}} is no answer of the scale {low} to {high} of item {item.key}."
    remedy = "Correct it, map it under `codes`, or name it under `not_applicable` or `missing`."
    add_rows_where(log, "scale", column, table.rows, bad=wrong, message=message, remedy=remedy, among=among)
    return made[column.codes]


def code_score(
    score: ScoreMapping, table: Table, mapping: AnswerMapping, *, log: ProblemLog, among: Flags
) -> NDArray[np.int64]:
    """int64[R]: scores in units of 1 / SCORE_ONE, to the nearest, halves up; exact when the denominator divides it."""
    column = table[score.column]
    made = np.full(len(column.values), SCORE_MISSING, np.int64)
    wrong = np.zeros(len(column.values), np.bool_)
    outside = np.zeros(len(column.values), np.bool_)
    rounded = np.zeros(len(column.values), np.bool_)
    present = [text for text in column.values if text not in mapping.missing]
    decimal = mapping.decimal or decimal_sign(present, table.delimiter, table.file, column.name)
    low = -_LARGEST_SCORE if score.low is None else score.low
    high = _LARGEST_SCORE if score.high is None else score.high
    for position, text in enumerate(column.values):
        if text in mapping.missing:
            continue
        exact = parse_exact(text, decimal)
        if exact is None:
            wrong[position] = True
        elif not low <= exact <= high:
            outside[position] = True
        else:
            fixed = exact * SCORE_ONE
            made[position] = math.floor(fixed + Fraction(1, 2))
            rounded[position] = abs(fixed - int(made[position])) > 0.001
    remedy = "Correct it, or name it under `missing`."
    message = "{value} is not a number."
    add_rows_where(log, "number", column, table.rows, bad=wrong, message=message, remedy=remedy, among=among)
    message = f"{{value}} is outside {low:g} to {high:g}."
    add_rows_where(log, "outside", column, table.rows, bad=outside, message=message, remedy=remedy, among=among)
    count = int(np.count_nonzero(rounded[column.codes] & among))
    if count:
        message = f"{count:,} values are rounded to 1/{SCORE_ONE:,}, by at most {0.5 / SCORE_ONE:.6f}."
        log.add(f"rounded:{score.key}", message, column=column.name, severity="note")
    return made[column.codes]


def code_cut(
    cut: CutMapping, table: Table, mapping: AnswerMapping, *, log: ProblemLog, among: Flags
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """int16[R] and the levels: where each response stands on a cut, -1 where unknown."""
    column = table[cut.column]
    made = np.full(len(column.values), -1, np.int16)
    wrong = np.zeros(len(column.values), np.bool_)
    if cut.bands:
        _sort_into_bands(cut, column, table, mapping, made=made, wrong=wrong)
        message, remedy = "{value} fits no band.", "Widen a band, or name it under `missing`."
        levels = cut.levels
    else:
        levels = cut.levels or _levels_found(cut, column, mapping, log, among)
        number = {fold(level): place for place, level in enumerate(levels)}
        number.update({text: number[fold(level)] for text, level in cut.relabel.items() if fold(level) in number})
        for position, text in enumerate(column.values):
            if text in mapping.missing and fold(text) not in number:
                continue
            made[position] = number.get(fold(text), -1)
            wrong[position] = made[position] < 0
        unknown = next((text for text, bad in zip(column.values, wrong, strict=True) if bad), "")
        near = nearest(unknown, levels) if unknown else ""
        message = f"{{value}} is no level of the cut {cut.key}."
        remedy = f"Levels are {', '.join(levels[:8])}." + (f" {unknown!r} is near {near!r}." if near else "")
    add_rows_where(log, "level", column, table.rows, bad=wrong, message=message, remedy=remedy, among=among)
    return made[column.codes], levels


def _sort_into_bands(
    cut: CutMapping, column: Column, table: Table, mapping: AnswerMapping, *, made: NDArray[np.int16], wrong: Flags
) -> None:
    present = [text for text in column.values if text not in mapping.missing]
    decimal = mapping.decimal or decimal_sign(present, table.delimiter, table.file, column.name)
    for position, text in enumerate(column.values):
        if text in mapping.missing:
            continue
        exact = parse_exact(text, decimal)
        for place, (_, low, high) in enumerate(cut.bands):
            if exact is not None and (low is None or exact >= low) and (high is None or exact < high):
                made[position] = place
                break
        else:
            wrong[position] = True


def _levels_found(
    cut: CutMapping, column: Column, mapping: AnswerMapping, log: ProblemLog, among: Flags
) -> tuple[str, ...]:
    used = set(column.codes[among].tolist())
    found = {
        fold(text): cut.relabel.get(fold(text), text)
        for place, text in enumerate(column.values)
        if place in used and text not in mapping.missing
    }
    levels = tuple(sorted(set({fold(level): level for level in found.values()}.values())))
    if len(levels) > _MOST_LEVELS:
        message = f"the cut {cut.key} has {len(levels):,} levels; at most {_MOST_LEVELS:,} are read."
        raise InputError(Problem(message, "Sort numbers into `bands`.", log.file, 1, column.name))
    message = f"the levels of the cut {cut.key} are taken from the file: {', '.join(levels[:8])}."
    log.add(f"levels:{cut.key}", message, "List them under `levels`.", column=column.name, severity="note")
    return levels


def code_weight(
    table: Table, mapping: AnswerMapping, *, log: ProblemLog, among: Flags
) -> tuple[NDArray[np.int64], Flags]:
    """int64[R] weights in units of 1 / WEIGHT_ONE, and bool[R]: which rows have a usable one.

    Weights above WEIGHT_MAX are trimmed with a warning; empty, zero and negative ones are errors.
    """
    column = table[mapping.weight]
    made = np.zeros(len(column.values), np.int64)
    wrong = np.zeros(len(column.values), np.bool_)
    heavy = np.zeros(len(column.values), np.bool_)
    present = [text for text in column.values if text not in mapping.missing]
    decimal = mapping.decimal or decimal_sign(present, table.delimiter, table.file, column.name)
    for position, text in enumerate(column.values):
        exact = parse_exact(text, decimal)
        fixed = math.floor(exact * WEIGHT_ONE + Fraction(1, 2)) if exact is not None else 0
        wrong[position] = fixed <= 0
        heavy[position] = fixed > WEIGHT_MAX
        made[position] = min(fixed, WEIGHT_MAX) if fixed > 0 else 0
    message = "{value} is no weight."
    remedy = "A weight is a number above 0."
    bad = add_rows_where(log, "weight", column, table.rows, bad=wrong, message=message, remedy=remedy, among=among)
    count = int(np.count_nonzero(heavy[column.codes] & among))
    if count:
        message = f"{count:,} weights are above {WEIGHT_MAX // WEIGHT_ONE} and are trimmed to it."
        log.add("heavy", message, "Check how weights were made.", column=column.name, severity="warning")
    return made[column.codes], ~bad
