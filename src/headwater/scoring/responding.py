"""Response rates of a closed wave: each with its range, steadied, compared and flagged, from two bounded counts alone.

`told` answered of `asked`: both are bounded before anything is worked out (`headwater.measures.response_rate`), and
everything shown is a function of them. So whoever sees a rate and the number who answered learns nothing more from its
range, its steadied value or its differences.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from headwater.measures import MEASURES, response_rate
from headwater.measures.measure import NORMAL_95
from headwater.org import subtree_sums
from headwater.privacy.gate import nearest_shown_above
from headwater.scoring.comparing import (
    Compared,
    Side,
    compare,
    compare_with_fixed,
    flag,
    steadied_difference,
)
from headwater.scoring.steadying import Steadied, between_variance, steady_share
from headwater.stats import proportion_interval
from headwater.vocab import RESPONSE_FIELDS, Bound, FloatArray, IntArray, ResponseRates, UnitTree
from headwater.vocab.scorebook import BoolArray

HUNDRED = 100.0


def response_rates(
    tree: UnitTree,
    answered: IntArray,
    invited_own: IntArray,
    published: BoolArray,
    k: int,
    *,
    previous: tuple[ResponseRates, IntArray] | None = None,
    benchmark: tuple[float, float] | None = None,
) -> ResponseRates:
    """Return response rates of units whose number of answers is shown; elsewhere a rate would give that number.

    answered: int64[U], respondents of each unit with all below it. invited_own: int64[U], invited in each unit itself.
    published: bool[U], units whose number of respondents is shown. previous: the rates of the wave before, and for each
    unit its number there, -1 for none. benchmark: percent and standard error. A rate is kept back where the units of
    which only some are shown would tell that fewer than k of the others did not answer.
    """
    invited = subtree_sums(tree, np.asarray(invited_own, np.int64))
    # Somebody who joined after the list was drawn may answer too.
    told, asked, shown = response_rate.bounded_counts(np.minimum(answered, invited), invited, k)
    return rates_of(tree, told, asked, shown & published, k, previous=previous, benchmark=benchmark)


def rates_of(
    tree: UnitTree,
    told: IntArray,
    asked: IntArray,
    shown: BoolArray,
    k: int,
    *,
    previous: tuple[ResponseRates, IntArray] | None = None,
    benchmark: tuple[float, float] | None = None,
) -> ResponseRates:
    """Return all that is shown of response rates, as a function of the bounded counts alone."""
    shown = enough_missing(tree, told, asked, shown, k)
    capped = asked - told <= k
    said = _side(told, asked, shown, capped)
    fields = {name: np.full(len(tree), np.nan) for name in RESPONSE_FIELDS}
    for name, column in (("se", said.se), ("low", said.low), ("high", said.high)):
        fields[name] = column
    above = nearest_shown_above(tree, shown).astype(np.int64)
    steadied = _steadied(said, asked, above, shown)
    fields["shrunken"], fields["shrunken_low"], fields["shrunken_high"] = steadied.value, steadied.low, steadied.high
    exact = shown & ~capped
    held = {"rest": _against_rest(told, asked, exact, above, said, steadied, fields)}
    if previous is not None:
        held["previous"] = _against_previous(said, exact, *previous)
    if benchmark is not None:
        against = compare_with_fixed(said, *(np.full(len(tree), part) for part in benchmark))
        held["benchmark"] = _only(against, exact)
    sureness = {name: np.zeros(len(tree), np.int8) for name in ("rest", "previous", "benchmark")}
    least = MEASURES["response_rate"].minimum_effect(0.0, HUNDRED)
    for name, result in held.items():
        adjusted, sureness[name] = flag(result, least)
        fields[f"{name}_difference"], fields[f"{name}_low"] = result.difference, result.low
        fields[f"{name}_high"], fields[f"{name}_p"] = result.high, adjusted
    return ResponseRates(
        percent=said.value,
        asked=np.where(shown, asked, 0),
        bound=np.where(shown & capped, Bound.AT_LEAST, Bound.EXACT).astype(np.int8),
        fields=fields,
        sureness=sureness,
    )


def enough_missing(tree: UnitTree, told: IntArray, asked: IntArray, shown: BoolArray, k: int) -> BoolArray:
    """Keep rates back until nowhere between shown units fewer than k people can be told not to have answered.

    A shown unit less the shown ones next below it is a group whose invited and answered follow from theirs. Where fewer
    than k of it are missing, and anybody of it was invited, the smallest unit below is kept back; then the group is
    larger. Units shown as a limit are part of the group they lie in.
    """
    shown = shown.copy()
    exact = shown & (asked - told > k)
    missing = asked - told
    while True:
        above = nearest_shown_above(tree, exact)
        below = np.flatnonzero(exact & (above >= 0))
        left, people = missing.copy(), asked.copy()
        np.subtract.at(left, above[below], missing[below])
        np.subtract.at(people, above[below], asked[below])
        bad = np.flatnonzero(exact & (people > 0) & (left < k))
        if not bad.size:
            return shown
        for unit in bad.tolist():
            # There is one: a unit with nothing below it lacks more than k.
            children = below[above[below] == unit]
            smallest = children[np.argmin(asked[children])]
            shown[smallest] = exact[smallest] = False


def _side(told: IntArray, asked: IntArray, shown: BoolArray, capped: BoolArray) -> Side:
    """Return rates in percent with Wilson's interval; a limit runs to 100."""
    safe = np.where(shown, asked, 1).astype(np.float64)
    share = np.where(shown, told, 0) / safe
    interval = proportion_interval(np.where(shown, told, 0), safe)

    def percent(values: FloatArray) -> FloatArray:
        return np.where(shown, HUNDRED * values, np.nan)

    high = np.where(capped, 1.0, interval.upper)
    error = np.sqrt(share * (1 - share) / safe)
    return Side(percent(share), percent(error), percent(np.asarray(interval.lower)), percent(high), safe)


def _steadied(said: Side, asked: IntArray, above: NDArray[np.int64], shown: BoolArray) -> Steadied:
    """Steady toward the nearest shown unit above by the beta-binomial."""
    share = said.value / HUNDRED
    variance = np.where(shown, share * (1 - share) / np.maximum(asked, 1), np.nan)
    usable = shown & (above >= 0)
    between = between_variance(share, variance, above, usable)
    target, unsure = (np.where(usable, part[np.maximum(above, 0)], np.nan) for part in (share, variance))
    rows = np.flatnonzero(shown)
    result = Steadied(*(np.full(len(share), np.nan) for _ in range(3)))
    if rows.size:
        part = steady_share(share[rows], asked[rows].astype(np.float64), target[rows], unsure[rows], between)
        result.value[rows], result.low[rows], result.high[rows] = (
            HUNDRED * values for values in (part.value, part.low, part.high)
        )
    return result


def _against_rest(
    told: IntArray,
    asked: IntArray,
    exact: BoolArray,
    above: NDArray[np.int64],
    said: Side,
    steadied: Steadied,
    fields: dict[str, FloatArray],
) -> Compared:
    """Compare with the others of the nearest shown unit above, where neither is a limit."""
    place = np.maximum(above, 0)
    rest_told, rest_asked = told[place] - told, asked[place] - asked
    beside = exact & (above >= 0) & exact[place] & (rest_asked > 0) & (rest_told >= 0) & (rest_told <= rest_asked)
    rest = _side(rest_told, rest_asked, beside, np.zeros(len(told), bool))
    fields["rest"] = rest.value
    error = (steadied.high - steadied.low) / (2 * NORMAL_95)
    drawn = Side(steadied.value, error, steadied.low, steadied.high, said.n)
    return _only(steadied_difference(said, drawn, rest), beside)


def _against_previous(said: Side, exact: BoolArray, before: ResponseRates, rows: IntArray) -> Compared:
    have = rows >= 0
    place = np.maximum(rows, 0)

    def take(values: FloatArray) -> FloatArray:
        return np.where(have, values[place], np.nan)

    other = Side(
        take(before.percent),
        take(before.fields["se"]),
        take(before.fields["low"]),
        take(before.fields["high"]),
        np.where(have, before.asked[place], 1).astype(np.float64),
    )
    return _only(compare(said, other), exact & have & (before.bound[place] == Bound.EXACT))


def _only(compared: Compared, rows: NDArray[np.bool_]) -> Compared:
    parts = (compared.difference, compared.low, compared.high, compared.p)
    return Compared(*(np.where(rows, part, np.nan) for part in parts))


def earlier_rows(tree: UnitTree, before: UnitTree, mapping: Mapping[str, str] | None) -> IntArray:
    """Return int64[U], each unit's number in an earlier tree, -1 for none. mapping: unit id -> its id there."""
    names = [unit if mapping is None else mapping.get(unit, "") for unit in tree.ids]
    return np.array([before.index_of.get(name, -1) for name in names], np.int64)
