"""Columns of another product's answers into codes at rest, by what its survey says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.formats.answers.mapping import fold
from headwater.formats.moving.results import AnswerColumn
from headwater.formats.moving.words import plain
from headwater.formats.numerals import add_rows_where
from headwater.formats.problem_log import ProblemLog
from headwater.formats.tables import Column, Table
from headwater.vocab import InputError, Problem
from headwater.vocab.answers import ITEM_MISSING

Flags = NDArray[np.bool_]
Find = Callable[[Sequence[str], Sequence[str]], Column | None]
"""Finds a column by the ids it may have, else by its headings in words."""

_NOT_CHOSEN = frozenset({"", "0", "n", "no", "-99", "nein", "non", "nao", "não", "false", "not selected"})
_WHOLE = re.compile(r"([+-]?\d{1,6})(?:\.0*)?")


@dataclass
class Coded:
    """Answers coded so far. used: names of the columns read."""

    items: dict[str, NDArray[np.int8]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    absent: list[str] = field(default_factory=list)


def code_columns(
    table: Table,
    columns: Sequence[AnswerColumn],
    find: Find,
    log: ProblemLog,
    *,
    missing: frozenset[str],
    among: Flags,
    values: str = "",
) -> Coded:
    """Code every column that the survey knows. Answers that fit neither codes nor labels are errors by row.

    values: "codes" or "labels" when it is known how answers are written; else each column tells, and columns that may
    be read both ways follow the others. Raises InputError when all columns may be read in two ways that differ.
    """
    coded = Coded()
    plans = [(plan, find(plan.names, plan.headings)) for plan in columns if plan.role == "code"]
    written = values or _how_written(table, [(plan, column) for plan, column in plans if column], missing)
    for plan, column in plans:
        if column is None:
            coded.absent.append(plan.item)
            continue
        coded.used.add(column.name)
        coded.items[plan.key] = _code(plan, column, table, log, written=written, missing=missing, among=among)
    for plan in columns:
        if plan.role in ("number", "comment"):
            column = find(plan.names, plan.headings)
            if column is None:
                coded.absent.append(plan.item)
                continue
            coded.used.add(column.name)
            (coded.numbers if plan.role == "number" else coded.comments)[plan.key] = column.name
    for item, group in _by_item(columns, "chosen").items():
        _code_chosen(item, group, table, find, log, coded=coded, missing=missing, among=among)
    for item, group in _by_item(columns, "placed").items():
        _code_placed(item, group, table, find, log, coded=coded, missing=missing, among=among)
    coded.absent = list(dict.fromkeys(coded.absent))
    return coded


def _by_item(columns: Sequence[AnswerColumn], role: str) -> dict[str, list[AnswerColumn]]:
    found: dict[str, list[AnswerColumn]] = {}
    for plan in columns:
        if plan.role == role:
            found.setdefault(plan.item, []).append(plan)
    return found


def _present(column: Column, missing: frozenset[str]) -> list[str]:
    return [text for text in column.values if text and text not in missing]


def _code_of(text: str, codes: Mapping[str, int] | frozenset[str]) -> str | None:
    if text in codes:
        return text
    whole = _WHOLE.fullmatch(text)
    return str(int(whole[1])) if whole and str(int(whole[1])) in codes else None


def _label(text: str) -> str:
    return fold(plain(text))


def _how_written(table: Table, found: Sequence[tuple[AnswerColumn, Column]], missing: frozenset[str]) -> str:
    """Tell from all columns whether the file holds codes or words. Codes when nothing speaks against them."""
    codes = labels = 0
    torn = ""
    for plan, column in found:
        present = _present(column, missing)
        by_code = [plan.codes.get(_code_of(text, plan.codes) or "") for text in present]
        by_label = [plan.labels.get(_label(text)) for text in present]
        fits_code = [
            code is not None or _code_of(text, plan.skipped) is not None
            for code, text in zip(by_code, present, strict=True)
        ]
        fits_label = [
            code is not None or _label(text) in plan.skipped_labels
            for code, text in zip(by_label, present, strict=True)
        ]
        codes += sum(a and not b for a, b in zip(fits_code, fits_label, strict=True))
        labels += sum(b and not a for a, b in zip(fits_code, fits_label, strict=True))
        if present and all(fits_code) and all(fits_label) and by_code != by_label:
            torn = torn or column.name
    if torn and not codes and not labels:
        message = "answers such as these may be codes or words, and would mean different things."
        raise InputError(Problem(message, "Say values='codes' or values='labels'.", table.file, None, torn))
    return "labels" if labels > codes else "codes"


def _code(
    plan: AnswerColumn,
    column: Column,
    table: Table,
    log: ProblemLog,
    *,
    written: str,
    missing: frozenset[str],
    among: Flags,
) -> NDArray[np.int8]:
    made = np.full(len(column.values), ITEM_MISSING, np.int8)
    wrong = np.zeros(len(column.values), np.bool_)
    for position, text in enumerate(column.values):
        code, label = _code_of(text, plan.codes), _label(text)
        if not text:
            continue
        as_code = plan.codes.get(code or "")
        as_label = plan.labels.get(label)
        skipped_code = _code_of(text, plan.skipped) is not None
        skipped_label = label in plan.skipped_labels
        first, second = (as_code, as_label) if written == "codes" else (as_label, as_code)
        skipped = (skipped_code, skipped_label) if written == "codes" else (skipped_label, skipped_code)
        if first is not None:
            made[position] = first
        elif skipped[0] or text in missing:
            continue
        elif second is not None and not _WHOLE.fullmatch(text):
            made[position] = second
        elif skipped[1] and not _WHOLE.fullmatch(text):
            continue
        else:
            wrong[position] = True
    message = f"{{value}} is no answer that the survey offers for {plan.item}."
    remedy = "It is read as missing. Give the survey that these answers were given to, or correct the answer."
    add_rows_where(log, "answer", column, table.rows, bad=wrong, message=message, remedy=remedy, among=among)
    return made[column.codes]


def _code_chosen(
    item: str,
    plans: Sequence[AnswerColumn],
    table: Table,
    find: Find,
    log: ProblemLog,
    *,
    coded: Coded,
    missing: frozenset[str],
    among: Flags,
) -> None:
    """1 chosen, 0 not chosen by someone who chose another choice of the item, else missing."""
    found = [(plan, find(plan.names, plan.headings)) for plan in plans]
    whole = find(plans[0].group, ()) if plans[0].group else None
    chosen = np.zeros((len(plans), len(table)), np.bool_)
    if any(column is not None for _, column in found):
        for place, (plan, column) in enumerate(found):
            if column is not None:
                coded.used.add(column.name)
                flags = [_is_chosen(text, plan, column, missing) for text in column.values]
                chosen[place] = np.array(flags, np.bool_)[column.codes]
    elif whole is not None:
        coded.used.add(whole.name)
        table_of = np.zeros((len(plans), len(whole.values)), np.bool_)
        wrong = np.zeros(len(whole.values), np.bool_)
        for position, text in enumerate(whole.values):
            if not text or text in missing:
                continue
            picked = split_choices(text, plans)
            wrong[position] = picked is None
            for place in picked or ():
                table_of[place, position] = True
        chosen = table_of[:, whole.codes]
        message = f"{{value}} is no list of choices that the survey offers for {item}."
        remedy = "It is read as missing. Give the survey that these answers were given to."
        add_rows_where(log, "choices", whole, table.rows, bad=wrong, message=message, remedy=remedy, among=among)
    else:
        coded.absent.append(item)
        return
    answered = chosen.any(axis=0)
    for place, plan in enumerate(plans):
        values = np.where(chosen[place], 1, 0).astype(np.int8)
        coded.items[plan.key] = np.where(answered, values, np.int8(ITEM_MISSING)).astype(np.int8)


def _is_chosen(text: str, plan: AnswerColumn, column: Column, missing: frozenset[str]) -> bool:
    """Whether a cell of a choice's own column says that it was chosen: its words, its code, or anything but a no."""
    if (known := plan.codes.get(fold(text))) is not None:
        return bool(known)
    if text and _label(text) in plan.choice_labels:
        return True
    if text and text == plan.choice:
        return text != "0" or "1" not in column.values
    return fold(text) not in _NOT_CHOSEN and text not in missing


def split_choices(text: str, plans: Sequence[AnswerColumn]) -> tuple[int, ...] | None:
    """Return the places of the choices that one cell lists. None when it is no such list.

    Codes stand with commas, semicolons or spaces between, words with commas or semicolons. Words may hold commas
    themselves: the longest fitting choice is taken first, and taken back if the rest does not fit.
    """
    by_code = {plan.choice: place for place, plan in enumerate(plans)}
    for parts in ([part.strip() for part in re.split(r"[,;]", text)], text.split()):
        if parts and all(part in by_code for part in parts):
            return tuple(by_code[part] for part in parts)
    words = _label(text)
    labels = sorted(
        ((label, place) for place, plan in enumerate(plans) for label in plan.choice_labels if label),
        key=lambda pair: -len(pair[0]),
    )
    dead: set[int] = set()

    def rest(at: int, depth: int = 1) -> tuple[int, ...] | None:
        if at in dead or depth > len(plans):
            return None
        for label, place in labels:
            if not words.startswith(label, at):
                continue
            end = at + len(label)
            if end == len(words):
                return (place,)
            gap = re.compile(r"\s*[,;]\s*").match(words, end)
            more = rest(gap.end(), depth + 1) if gap else None
            if more is not None:
                return (place, *more)
        dead.add(at)
        return None

    return rest(0)


def _code_placed(
    item: str,
    plans: Sequence[AnswerColumn],
    table: Table,
    find: Find,
    log: ProblemLog,
    *,
    coded: Coded,
    missing: frozenset[str],
    among: Flags,
) -> None:
    """Turn "who stands at rank 1, 2, ..." into the rank of each choice; or one list, the first choice first."""
    made = np.full((len(plans), len(table)), ITEM_MISSING, np.int8)
    by_code = {plan.choice: place for place, plan in enumerate(plans)}
    by_label = {label: place for place, plan in enumerate(plans) for label in plan.choice_labels}
    seen = False
    for rank, names in enumerate(plans[0].places, start=1):
        column = find(names, ())
        if column is None:
            continue
        seen = True
        coded.used.add(column.name)
        who = np.full(len(column.values), -1, np.int64)
        wrong = np.zeros(len(column.values), np.bool_)
        for position, text in enumerate(column.values):
            if not text or text in missing:
                continue
            who[position] = by_code.get(text, by_label.get(_label(text), -1))
            wrong[position] = who[position] < 0
        message = f"{{value}} is no choice that the survey offers for {item}."
        add_rows_where(
            log, "rank", column, table.rows, bad=wrong, message=message, remedy="It is read as missing.", among=among
        )
        rows = np.flatnonzero(who[column.codes] >= 0)
        made[who[column.codes][rows], rows] = rank
    whole = find(plans[0].group, ()) if plans[0].group and not seen else None
    if whole is not None:
        seen = True
        coded.used.add(whole.name)
        listed = np.full((len(plans), len(whole.values)), ITEM_MISSING, np.int8)
        wrong = np.zeros(len(whole.values), np.bool_)
        for position, text in enumerate(whole.values):
            if not text or text in missing:
                continue
            order = split_choices(text, plans) or ()
            wrong[position] = not order or len(set(order)) < len(order)
            for rank, place in enumerate(() if wrong[position] else order, start=1):
                listed[place, position] = rank
        made = listed[:, whole.codes]
        message = f"{{value}} is no order of choices that the survey offers for {item}."
        add_rows_where(
            log, "rank", whole, table.rows, bad=wrong, message=message, remedy="It is read as missing.", among=among
        )
    if not seen:
        coded.absent.append(item)
        return
    for place, plan in enumerate(plans):
        coded.items[plan.key] = made[place]
