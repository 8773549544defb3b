"""Two groups beside each other, from released numbers alone: differences with intervals, adjusted for how many.

Groups without people in common are compared as they stand. A group inside the other is compared with the rest of it,
which follows from the two (below). Everything here is worked out from what is shown to everybody, so it tells nothing
that they could not work out; no rest is named that is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.scoring.comparing import Side, compare, flag
from headwater.stats import adjust_p
from headwater.vocab import Bound, Column, Difference, Estimate, FloatArray, Released, Sureness, UnitTree, Withheld

Relation = Literal["apart", "inside", "around", "same", "mixed"]
Standing = Literal["compared", "withheld", "limit", "rest_too_small"]

LEAST_REST = 10
"""A rest is worked out when it is at least this many times k: the people behind a number are known to within k - 1."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a book: a unit by its preorder number, or one level of a cut in it."""

    unit: int
    cut: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One score of two groups. first, second: as released. difference: first less second, None where it is not tested.

    standing: "withheld" where a side is not shown, "limit" where one is shown as a limit only, "rest_too_small" where
    one holds nearly all of the other. at_least: with a limit, how far apart the two are at the least; 0 where they may
    be equal. second_value, second_low, second_high: what the first was compared with, which is the rest of the second
    where the first is inside it.
    """

    column: Column
    first: Released | Withheld
    second: Released | Withheld
    standing: Standing
    difference: Difference | None = None
    at_least: float = 0.0
    second_value: float = float("nan")
    second_low: float = float("nan")
    second_high: float = float("nan")


def relation_of(tree: UnitTree, first: Group, second: Group) -> Relation:
    """Return how two groups of one wave lie to each other. mixed: they share people who cannot be told apart."""
    if first == second:
        return "same"
    if tree.is_within(first.unit, second.unit) and (not second.level or _same_level(first, second)):
        return "inside"
    if tree.is_within(second.unit, first.unit) and (not first.level or _same_level(first, second)):
        return "around"
    nested = tree.is_within(first.unit, second.unit) or tree.is_within(second.unit, first.unit)
    if not nested or (first.cut == second.cut and first.level and second.level and first.level != second.level):
        return "apart"
    return "mixed"


def contrast_groups(
    columns: Sequence[Column],
    firsts: Sequence[Released | Withheld],
    seconds: Sequence[Released | Withheld],
    *,
    relation: Relation,
    k: int,
) -> tuple[Contrast, ...]:
    """Compare two groups in several scores, which are one family.

    firsts, seconds: the released numbers, one a column. relation: "apart" for groups without people in common (also
    for two waves: the same people may have answered both, which makes the range rather too wide than too narrow),
    "inside" when the first is part of the second. The interval is Newcombe's kind (MOVER, Zou and Donner 2008), p is
    Welch's, adjusted by Benjamini and Hochberg (1995) over the columns compared; differences below a column's minimum
    effect are never flagged.

    Inside: with f = n1 / n2, the whole is f first + (1 - f) rest, so rest = (second - f first) / (1 - f); its standard
    error is that of one answer in the whole over the people left. Raises ValueError for other relations.
    """
    if relation not in ("apart", "inside"):
        raise ValueError(f"groups that are {relation!r} to each other cannot be compared")
    found: list[Contrast] = []
    tested: list[int] = []
    sides: list[tuple[Side, Side]] = []
    for column, first, second in zip(columns, firsts, seconds, strict=True):
        if isinstance(first, Withheld) or isinstance(second, Withheld):
            found.append(Contrast(column, first, second, "withheld"))
            continue
        if first.bound is not Bound.EXACT or second.bound is not Bound.EXACT:
            found.append(Contrast(column, first, second, "limit", at_least=_at_least(first, second)))
            continue
        if relation == "inside" and second.n - first.n < LEAST_REST * k:
            found.append(Contrast(column, first, second, "rest_too_small"))
            continue
        other = _rest(column, first, second) if relation == "inside" else _side(second)
        tested.append(len(found))
        sides.append((_side(first), other))
        found.append(Contrast(column, first, second, "compared"))
    if not tested:
        return tuple(found)
    one, two = _stacked([side for side, _ in sides]), _stacked([side for _, side in sides])
    compared = compare(one, two)
    adjusted = adjust_p(compared.p)
    for at, place in enumerate(tested):
        contrast = found[place]
        part = type(compared)(
            *(values[at : at + 1] for values in (compared.difference, compared.low, compared.high, adjusted))
        )
        # One family over all columns, but each has a minimum effect of its own; p is adjusted before.
        _, sure = flag(part, contrast.column.minimum_effect)
        found[place] = Contrast(
            contrast.column,
            contrast.first,
            contrast.second,
            "compared",
            Difference(
                float(compared.difference[at]),
                float(compared.low[at]),
                float(compared.high[at]),
                float(adjusted[at]),
                Sureness(int(sure[0])),
            ),
            second_value=float(two.value[at]),
            second_low=float(two.low[at]),
            second_high=float(two.high[at]),
        )
    return tuple(found)


def _same_level(first: Group, second: Group) -> bool:
    return (first.cut, first.level) == (second.cut, second.level)


def _side(estimate: Estimate) -> Side:
    return Side(*(np.array([part]) for part in _parts(estimate)))


def _parts(estimate: Estimate) -> tuple[float, float, float, float, float]:
    return estimate.value, estimate.se, estimate.low, estimate.high, float(estimate.n)


def _rest(column: Column, inside: Estimate, whole: Estimate) -> Side:
    share, left = inside.n / whole.n, float(whole.n - inside.n)
    value = float(np.clip((whole.value - share * inside.value) / (1 - share), column.low, column.high))
    se = whole.se * np.sqrt(whole.n / left)
    # The people left are known to within k - 1 of at least `LEAST_REST` times k: the range is widened by that much.
    doubt = abs(value - inside.value) / LEAST_REST
    half = 1.959963984540054 * se + doubt
    low, high = max(column.low, value - half), min(column.high, value + half)
    return Side(np.array([value]), np.array([se]), np.array([low]), np.array([high]), np.array([left]))


def _stacked(sides: Sequence[Side]) -> Side:
    def all_of(name: str) -> FloatArray:
        return np.concatenate([getattr(side, name) for side in sides])

    return Side(all_of("value"), all_of("se"), all_of("low"), all_of("high"), all_of("n"))


def _at_least(first: Estimate, second: Estimate) -> float:
    """How far two groups are apart at the least, signed, where one is shown as a limit; 0 where they may be equal."""
    below_first = first.bound is Bound.AT_MOST or second.bound is Bound.AT_LEAST
    above_first = first.bound is Bound.AT_LEAST or second.bound is Bound.AT_MOST
    if above_first and not below_first:
        return max(0.0, _low(first) - _high(second))
    if below_first and not above_first:
        return min(0.0, _high(first) - _low(second))
    return 0.0


def _low(estimate: Estimate) -> float:
    return estimate.value if np.isnan(estimate.low) or estimate.bound is Bound.AT_LEAST else estimate.low


def _high(estimate: Estimate) -> float:
    return estimate.value if np.isnan(estimate.high) or estimate.bound is Bound.AT_MOST else estimate.high
