"""The one pass as an Ibis expression: written once, the same for every engine.

A projection turns each response into scores (0 where missing, beside a 0/1 flag). Two aggregates of it follow:

- by cell (leaf unit and cuts): responses, category counts, sums and squares of scores, and the weighted sums;
- by leaf unit and pattern (which scores a response has): sums, squares and products of scores. Within a pattern every
  response has the same scores, so the sums over responses that have both scores of a pair are sums of patterns.
  Twenty scores need 230 columns here, where one aggregate by unit with a condition for each pair needs 950.

Category counts are packed, several to a 64-bit sum: a response adds 1 << lane, and no lane can overflow because it is
as wide as the number of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from headwater.engine.store import SealedAnswers
from headwater.engine.terms import ROOM, Factor, SumColumns, Wide
from headwater.vocab import MomentPlan, PlannedScore
from headwater.vocab.answers import (
    CUT_PREFIX,
    ITEM_PREFIX,
    SCORE_ONE,
    SCORE_PREFIX,
    UNIT,
    WEIGHT,
    WEIGHT_MAX,
    cut_column,
    item_column,
    score_column,
)

TABLE = "answers"
"""The name under which an engine offers the rows."""

GROUPS = "groups"
"""Column of a count of groups, beside the unit."""

MASK_BITS = 60
WEIGHT_BITS = WEIGHT_MAX.bit_length()
EXACT_ANSWERED = 12
"""SCORE_ONE is divisible by every count up to this."""


@dataclass
class ScoreColumns:
    """Where a score's sums by cell are found."""

    n: str
    total: str
    squares: Wide
    weighted: tuple[Wide, ...] = ()
    """w, w_total, w_squares, w2, w2_total, w2_squares."""


@dataclass
class CellPass:
    """The aggregate by cell. lanes: by item category, (column, shift of its lane); lane_bits: width of a lane.

    groups: an expression that counts each unit's cells.
    """

    expression: Any
    groups: Any
    respondents: str
    lanes: list[tuple[str, int]]
    lane_bits: int
    scores: list[ScoreColumns]
    weighted: bool
    weights: list[tuple[Wide, Wide]]


@dataclass
class PatternPass:
    """The aggregate by leaf unit and pattern. masks: columns whose bits say which scores a response has.

    groups: an expression that counts each unit's patterns.
    """

    expression: Any
    groups: Any
    masks: list[str]
    n: str
    totals: list[str]
    squares: list[Wide]
    products: list[Wide]


@dataclass(frozen=True)
class Passes:
    """The two aggregates. patterns is None when no cross-products are planned."""

    cells: CellPass
    patterns: PatternPass | None


def build_passes(plan: MomentPlan, answers: SealedAnswers) -> Passes:
    """Build the expression for a plan over sealed answers. No engine is involved yet."""
    rows = _projection(plan, answers)
    bits = [_score_bits(plan, score, answers) for score in plan.scores]
    weighted = any(part.weighted for part in answers.parts)
    cells = _cells(plan, rows, bits, answers.rows, weighted)
    patterns = _patterns(plan, rows, bits, answers.rows) if plan.crosses and plan.pairs else None
    return Passes(cells, patterns)


def _kind(column: str) -> str:
    for prefix, kind in ((ITEM_PREFIX, "int8"), (CUT_PREFIX, "string"), (SCORE_PREFIX, "int64")):
        if column.startswith(prefix):
            return kind
    return "string" if column == UNIT else "int64"


def _schema(answers: SealedAnswers) -> dict[str, str]:
    return {name: _kind(name) for name in sorted(answers.columns)}


def _score_bits(plan: MomentPlan, score: PlannedScore, answers: SealedAnswers) -> int:
    """Bits that bound a person's score."""
    if not score.items:
        low, high = answers.range(score_column(score.key))
        return max(1, -low, high).bit_length()
    codes = [abs(code) for item in plan.items if item.key in score.items for code in (item.low, item.high)]
    return max(1, max(codes) * SCORE_ONE).bit_length()


def _score_value(answered: Any, total: Any, count: int) -> Any:
    """floor(SCORE_ONE * total / answered + 1/2): a multiplication where the count divides SCORE_ONE."""
    exact = [(number, SCORE_ONE // number) for number in range(1, min(count, EXACT_ANSWERED) + 1)]
    value = total * answered.cases(*exact, else_=0).cast("int64")
    if count > EXACT_ANSWERED:
        # The double behind // is exact enough: the quotient is at least 1 / (2 * answered) away from the next integer.
        safe = (answered > EXACT_ANSWERED).ifelse(answered, 1)
        divided = (total * (2 * SCORE_ONE) + safe) // (safe * 2)
        value = (answered > EXACT_ANSWERED).ifelse(divided.cast("int64"), value)
    return value


def _projection(plan: MomentPlan, answers: SealedAnswers) -> Any:
    """One row a response: unit, cuts, items, weight, and for score j its value z<j> (0 if missing) and flag m<j>."""
    import ibis

    offered = ibis.table(_schema(answers), name=TABLE)
    # What other parts of the wave have and these lack is missing here.
    lacking = {name: ibis.null(_kind(name)) for name in sorted(answers.wave_columns - answers.columns)}
    table = offered.mutate(**lacking) if lacking else offered
    kept = {name: table[name] for name in (UNIT, WEIGHT)}
    kept |= {cut_column(cut): table[cut_column(cut)] for cut in plan.cuts}
    kept |= {item_column(item.key): table[item_column(item.key)] for item in plan.items}
    planned = {item.key: item for item in plan.items}
    nothing = ibis.literal(0, type="int64")
    first = dict(kept)
    for place, score in enumerate(plan.scores):
        if not score.items:
            first[f"t{place}"] = table[score_column(score.key)]
            continue
        answered, total = nothing, nothing
        for key in score.items:
            code = table[item_column(key)].cast("int64")
            if planned[key].reverse:
                code = (planned[key].low + planned[key].high) - code
            answered = answered + code.notnull().cast("int64")
            total = total + code.fill_null(nothing)
        first[f"n{place}"], first[f"t{place}"] = answered, total
    sums = table.select(**first)
    second = {name: sums[name] for name in kept}
    for place, score in enumerate(plan.scores):
        if not score.items:
            second[f"z{place}"] = sums[f"t{place}"].fill_null(nothing)
            second[f"m{place}"] = sums[f"t{place}"].notnull().cast("int64")
            continue
        has = (sums[f"n{place}"] >= score.min_answered).cast("int64")
        second[f"z{place}"] = has * _score_value(sums[f"n{place}"], sums[f"t{place}"], len(score.items))
        second[f"m{place}"] = has
    return sums.select(**second)


def _cells(plan: MomentPlan, rows: Any, bits: list[int], count: int, weighted: bool) -> CellPass:
    sums = SumColumns(count)
    import ibis

    respondents = sums.add_count(rows)
    lane_bits = sums.row_bits
    per_column = ROOM // lane_bits
    lanes: list[tuple[str, int]] = []
    for item in plan.items:
        code = rows[item_column(item.key)]
        codes = list(range(item.low, item.high + 1))
        for first in range(0, len(codes), per_column):
            some = codes[first : first + per_column]
            added = [(number, ibis.literal(1 << (lane * lane_bits), type="int64")) for lane, number in enumerate(some)]
            column = sums.add(code.cases(*added, else_=ibis.literal(0, type="int64")))
            lanes += [(column, lane * lane_bits) for lane in range(len(some))]
    scores = []
    weight = Factor(rows[WEIGHT], WEIGHT_BITS)
    weight2 = Factor(rows[WEIGHT] * rows[WEIGHT], 2 * WEIGHT_BITS)
    for place in range(len(plan.scores)):
        value, flag = rows[f"z{place}"], rows[f"m{place}"]
        square = Factor(value * value, 2 * bits[place])
        found = ScoreColumns(sums.add(flag), sums.add(value), sums.add_wide(square))
        if weighted:
            powers = (Factor(flag, 1), Factor(value, bits[place]), square)
            found.weighted = tuple(sums.add_wide(heavy, power) for heavy in (weight, weight2) for power in powers)
        scores.append(found)
    weights = []
    if weighted:
        for item in plan.items:
            code = rows[item_column(item.key)]
            for number in range(item.low, item.high + 1):
                chosen = (code == number).fill_null(False).cast("int64")
                weights.append((sums.add_wide(weight, Factor(chosen, 1)), sums.add_wide(weight2, Factor(chosen, 1))))
    keys = [rows[UNIT], *(rows[cut_column(cut)] for cut in plan.cuts)]
    expression = rows.group_by(keys).aggregate(**sums.columns)
    return CellPass(expression, _group_counts(rows, keys), respondents, lanes, lane_bits, scores, weighted, weights)


def _group_counts(rows: Any, keys: list[Any]) -> Any:
    """Count each unit's groups, before they are summed."""
    found = rows.select(keys).distinct()
    return found.group_by(UNIT).aggregate(**{GROUPS: found.count()})


def _patterns(plan: MomentPlan, rows: Any, bits: list[int], count: int) -> PatternPass:
    import ibis

    nothing = ibis.literal(0, type="int64")
    masks = {}
    for first in range(0, len(plan.scores), MASK_BITS):
        mask = nothing
        for place in range(first, min(first + MASK_BITS, len(plan.scores))):
            mask = mask + rows[f"m{place}"] * (1 << (place - first))
        masks[f"mask{first // MASK_BITS}"] = mask
    values = {f"z{place}": rows[f"z{place}"] for place in range(len(plan.scores))}
    marked = rows.select(rows[UNIT], **masks, **values)
    sums = SumColumns(count)
    n = sums.add_count(marked)
    totals = [sums.add(marked[f"z{place}"]) for place in range(len(plan.scores))]

    def product(a: int, b: int) -> Wide:
        return sums.add_wide(Factor(marked[f"z{a}"] * marked[f"z{b}"], bits[a] + bits[b]))

    squares = [product(place, place) for place in range(len(plan.scores))]
    products = [product(a, b) for a, b in plan.pairs]
    expression = marked.group_by([UNIT, *masks]).aggregate(**sums.columns)
    groups = _group_counts(marked, [marked[name] for name in (UNIT, *masks)])
    return PatternPass(expression, groups, list(masks), n, totals, squares, products)
