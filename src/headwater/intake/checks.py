"""What an answer table must meet before it is sealed."""

from __future__ import annotations

import numpy as np

from headwater.vocab import AnswerTable, InputError, Problem, Study, Wave
from headwater.vocab.answers import SCORE_MISSING
from headwater.vocab.store_layout import SCORE_LIMIT


def _named_twice(kind: str, keys: list[str]) -> list[Problem]:
    """Find keys that engines cannot tell apart: column names do not heed case there."""
    seen: dict[str, str] = {}
    problems = []
    for key in keys:
        if not key or not key.isprintable() or any(sign in key for sign in "\"`'\\"):
            problems.append(Problem(f"the {kind} key {key!r} cannot name a column.", "Use letters, digits, hyphens."))
        elif seen.setdefault(key.casefold(), key) != key:
            problems.append(Problem(f"the {kind} keys {seen[key.casefold()]!r} and {key!r} differ in case alone."))
    return problems


def _unit_problems(table: AnswerTable) -> list[Problem]:
    problems = []
    if any(not unit for unit in table.unit_ids):
        problems.append(Problem("a unit has an empty id.", "Give every answer a unit."))
    if len(set(table.unit_ids)) != len(table.unit_ids):
        problems.append(Problem("unit ids repeat in the answer table."))
    if table.unit.min() < 0 or table.unit.max() >= len(table.unit_ids):
        problems.append(Problem("an answer points to a unit that is not in the table's list of units."))
    for key, comments in table.comments.items():
        unknown = sorted({unit for unit, _ in comments} - set(table.unit_ids))
        if unknown:
            problems.append(Problem(f"comments name the unit {unknown[0]!r}, in which nobody answered.", column=key))
    return problems


def _cut_problems(table: AnswerTable, study: Study) -> list[Problem]:
    declared = {cut.key: cut.levels for cut in study.cuts}
    problems = []
    for key, (codes, levels) in table.cuts.items():
        if key not in declared:
            problems.append(Problem("the study did not declare this cut before launch.", column=key))
            continue
        if codes.min() < -1 or codes.max() >= len(levels):
            problems.append(Problem("an answer points to a level that is not in the table's list.", column=key))
            continue
        used = {levels[code] for code in np.unique(codes).tolist() if code >= 0}
        for level in sorted(used - set(declared[key])):
            remedy = f"Declared are {', '.join(declared[key])}."
            problems.append(Problem(f"the level {level!r} was not declared.", remedy, column=key))
    return problems


def check_table(table: AnswerTable, study: Study, wave: Wave) -> None:
    """Refuse a table that cannot be sealed, with every problem found (InputError)."""
    if wave.study != study.key:
        raise InputError(f"wave {wave.key!r} belongs to study {wave.study!r}, not to {study.key!r}")
    if len(table) == 0:
        raise InputError(Problem(f"nobody answered in wave {wave.key!r}: there is no response to seal."))
    problems = _unit_problems(table) + _cut_problems(table, study)
    for kind, keys in (("item", table.items), ("score", table.scores), ("cut", table.cuts)):
        problems += _named_twice(kind, list(keys))
    if table.weight is not None and table.weight.min() <= 0:
        rows = int((table.weight <= 0).sum())
        remedy = "Give each a positive weight, or leave it out."
        problems.append(Problem(f"{rows} responses have a weight of zero or below.", remedy))
    for key, values in table.scores.items():
        there = values[values != SCORE_MISSING]
        if len(there) and max(-int(there.min()), int(there.max())) >= SCORE_LIMIT:
            problems.append(Problem("a score is too large to sum exactly.", "Rescale it.", column=key))
    if problems:
        raise InputError(problems)
