"""Answers made by chance for the engine's tests, and their moments by plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from headwater.vocab import AnswerTable, Cut, MomentPlan, Moments, PlannedItem, PlannedScore, Study, Wave, WideInts
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE, WEIGHT_MAX, WEIGHT_ONE

LEVELS = ("under a year", "1 to 5 years", "over 5 years")
STUDY = Study("ex", "Working here", cuts=(Cut("tenure", "Tenure", LEVELS), Cut("site", "Site", ("north", "süd"))))
WAVE = Wave("ex", "2026", "2026", 1)
PLAN = MomentPlan(
    items=(
        PlannedItem("q1", 1, 5),
        PlannedItem("q2", 1, 5, reverse=True),
        PlannedItem("q3", 0, 10),
        PlannedItem("q4", -3, 3),
        PlannedItem("empty", 1, 5),
    ),
    scores=(
        PlannedScore("mood", ("q1", "q2", "q3"), 2),
        PlannedScore("trust", ("q4", "q1"), 1),
        PlannedScore("ready"),
        PlannedScore("nobody", ("empty",)),
    ),
    cuts=("tenure", "site"),
)


def answers(rows: int, seed: int, *, units: int = 7, weighted: bool = False, missing: float = 0.2) -> AnswerTable:
    """Responses by chance, some missing, one item that nobody answered."""
    chance = np.random.default_rng(seed)

    def item(low: int, high: int) -> Any:
        codes = chance.integers(low, high + 1, rows).astype(np.int8)
        codes[chance.random(rows) < missing] = ITEM_MISSING
        return codes

    scores = chance.integers(-3 * SCORE_ONE, 9 * SCORE_ONE, rows)
    scores[chance.random(rows) < missing] = SCORE_MISSING
    return AnswerTable(
        unit_ids=tuple(f"unit {chr(65 + number)}" for number in reversed(range(units))),
        unit=chance.integers(0, units, rows).astype(np.int32),
        items={
            "q1": item(1, 5),
            "q2": item(1, 5),
            "q3": item(0, 10),
            "q4": item(-3, 3),
            "empty": np.full(rows, ITEM_MISSING, np.int8),
        },
        scores={"ready": scores},
        cuts={
            "tenure": (chance.integers(-1, 3, rows).astype(np.int16), LEVELS),
            "site": (chance.integers(-1, 2, rows).astype(np.int16), ("süd", "north")),
        },
        weight=chance.integers(1, WEIGHT_MAX, rows) if weighted else None,
    )


@dataclass
class PlainCell:
    """The sums of one cell as Python integers."""

    respondents: int = 0
    counts: dict[Any, int] = field(default_factory=lambda: defaultdict(int))
    weights: dict[Any, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    scores: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 9))
    crosses: dict[Any, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 6))


def score_of(plan: MomentPlan, place: int, row: dict[str, Any]) -> int | None:
    """One person's score, by the definition."""
    score = plan.scores[place]
    if not score.items:
        return None if row["scores"][score.key] is None else int(row["scores"][score.key])
    planned = {item.key: item for item in plan.items}
    codes = []
    for key in score.items:
        code = row["items"][key]
        if code is not None:
            item = planned[key]
            codes.append(item.low + item.high - code if item.reverse else code)
    if len(codes) < score.min_answered:
        return None
    return int((2 * SCORE_ONE * sum(codes) + len(codes)) // (2 * len(codes)))


def rows_of(table: AnswerTable) -> Iterable[dict[str, Any]]:
    """The responses of a table as Python records."""
    for row in range(len(table)):
        weight = WEIGHT_ONE if table.weight is None else min(int(table.weight[row]), WEIGHT_MAX)
        yield {
            "unit": table.unit_ids[table.unit[row]],
            "items": {k: None if v[row] == ITEM_MISSING else int(v[row]) for k, v in table.items.items()},
            "scores": {k: None if v[row] == SCORE_MISSING else int(v[row]) for k, v in table.scores.items()},
            "cuts": {k: levels[codes[row]] if codes[row] >= 0 else None for k, (codes, levels) in table.cuts.items()},
            "weight": weight,
        }


def plain_cells(plan: MomentPlan, tables: Iterable[AnswerTable]) -> tuple[dict[Any, PlainCell], dict[str, PlainCell]]:
    """Sum by cell, and crosses by unit, one response at a time."""
    cells: dict[Any, PlainCell] = defaultdict(PlainCell)
    units: dict[str, PlainCell] = defaultdict(PlainCell)
    for table in tables:
        for row in rows_of(table):
            cell = cells[(row["unit"], *(row["cuts"][cut] for cut in plan.cuts))]
            w = row["weight"]
            cell.respondents += 1
            for item in plan.items:
                code = row["items"][item.key]
                if code is not None:
                    cell.counts[item.key, code] += 1
                    cell.weights[item.key, code][0] += w
                    cell.weights[item.key, code][1] += w * w
            values = [score_of(plan, place, row) for place in range(len(plan.scores))]
            for place, s in enumerate(values):
                if s is not None:
                    new = (1, s, s * s, w, w * s, w * s * s, w * w, w * w * s, w * w * s * s)
                    cell.scores[place] = [old + more for old, more in zip(cell.scores[place], new, strict=True)]
            for pair in plan.pairs:
                a, b = values[pair[0]], values[pair[1]]
                if a is not None and b is not None:
                    new6 = (1, a, b, a * a, b * b, a * b)
                    crosses = units[row["unit"]].crosses
                    crosses[pair] = [old + more for old, more in zip(crosses[pair], new6, strict=True)]
    return cells, units


def numbers(values: Any, row: int, column: int) -> int:
    """One integer of an array of sums, wide or not."""
    if isinstance(values, WideInts):
        return values[row : row + 1, column].to_python()[0]
    return int(values[row, column])


def same_moments(a: Moments, b: Moments) -> bool:
    """Whether all arrays are equal, integer for integer."""

    def same(x: Any, y: Any) -> bool:
        if x is None or y is None:
            return x is y
        if isinstance(x, WideInts):
            return x.equal(y)
        if isinstance(x, np.ndarray):
            return x.dtype == y.dtype and bool(np.array_equal(x, y))
        if hasattr(x, "__dataclass_fields__") and not isinstance(x, MomentPlan):
            return all(same(getattr(x, name), getattr(y, name)) for name in x.__dataclass_fields__)
        return bool(x == y)

    return same(a, b)
