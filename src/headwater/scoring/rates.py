"""Injury rates of all units and periods at once, with what each is compared with.

Injuries are matters of safety, not answers: no gate stands before them. What small units show is a question of sense,
not of secrecy: a rate of a team's own needs hours enough to mean something (`LEAST_HOURS_A_YEAR`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater import __version__
from headwater.measures import MEASURES, injury_rate
from headwater.measures.injury_rate import MULTIPLIERS
from headwater.measures.measure import NORMAL_95
from headwater.org import subtree_sums
from headwater.scoring.book import Benchmark
from headwater.scoring.comparing import Compared, Side, compare, flag
from headwater.vocab import (
    FULL_YEAR_MONTHS,
    INJURY_FIELDS,
    INJURY_KINDS,
    FloatArray,
    InjuryBook,
    InjuryKind,
    InjuryPeriod,
    InputError,
    IntArray,
    UnitTree,
)

LEAST_HOURS_A_YEAR = 10_000.0
"""Hours, a year, from which a unit shows a rate of its own: about five people working full time."""

FEWEST_FOR_OWN_SHAPE = 10
"""Units at one depth from which their own spread between units is estimated."""

CASE_KINDS = ("deaths", "days_away", "restricted", "other")


@dataclass(frozen=True)
class InjuryCounts:
    """What one period brought, by unit without those below it. months: its length.

    hours: float64[U], worked. deaths, days_away, restricted, other: int64[U], recordable cases by their worst outcome,
    each case once.
    """

    key: str
    months: float
    hours: FloatArray
    deaths: IntArray
    days_away: IntArray
    restricted: IntArray
    other: IntArray


@dataclass(frozen=True)
class _Sums:
    """One period's subtree sums: hours float64[U], cases by kind int64[U, 3]."""

    counts: InjuryCounts
    hours: FloatArray
    cases: IntArray


def score_injuries(
    tree: UnitTree,
    periods: Sequence[InjuryCounts],
    *,
    benchmark: Benchmark | None = None,
    sources: Sequence[str] = (),
) -> InjuryBook:
    """Return TRIR, DART and LTIFR of every unit with all below it, period by period.

    periods: in order of time. benchmark: rates by ("injury_rate", "trir") and so on, per the rate's own hours, with
    their standard errors. Flags are Benjamini and Hochberg's over all units of one rate and period, and only for
    differences of half a case per 200,000 hours or more. Raises InputError when there is no period, a period without
    hours or months, or a count below 0.
    """
    if not periods:
        raise InputError("there are no injury figures to score.")
    rated: list[InjuryPeriod] = []
    before: _Sums | None = None
    for counts in periods:
        sums = _sums(tree, counts)
        rated.append(_period(tree, sums, before, benchmark))
        before = sums
    known = {} if benchmark is None else _benchmark_rates(benchmark)
    return InjuryBook(
        tree=tree,
        periods=tuple(rated),
        inputs_hash=_digest(tree, periods, benchmark),
        benchmark=benchmark.name if benchmark is not None and known else "",
        benchmark_rates=known,
        sources=tuple(sources),
        made_with={"headwater": __version__},
    )


def _benchmark_rates(benchmark: Benchmark) -> dict[str, float]:
    pairs = {kind: benchmark.values.get(("injury_rate", kind)) for kind in INJURY_KINDS}
    return {kind: pair[0] for kind, pair in pairs.items() if pair is not None}


def _sums(tree: UnitTree, counts: InjuryCounts) -> _Sums:
    parts = {name: np.asarray(getattr(counts, name), np.int64) for name in CASE_KINDS}
    if any((part < 0).any() for part in parts.values()) or (counts.hours < 0).any():
        raise InputError(f"period {counts.key!r} has a count below 0.")
    if not counts.hours.sum() > 0 or not counts.months > 0:
        raise InputError(f"period {counts.key!r} has no hours worked: a rate without hours does not exist.")
    if any((part[counts.hours <= 0] > 0).any() for part in parts.values()):
        raise InputError(f"period {counts.key!r} has injuries in a unit without hours worked.")
    counted = {name: part.astype(np.float64) for name, part in parts.items()}
    by_kind = [injury_rate.cases_of(kind, **counted) for kind in INJURY_KINDS]
    cases = subtree_sums(tree, np.column_stack(by_kind).astype(np.int64))
    return _Sums(counts, subtree_sums(tree, np.asarray(counts.hours, np.float64)), cases)


def _period(tree: UnitTree, sums: _Sums, before: _Sums | None, benchmark: Benchmark | None) -> InjuryPeriod:
    units, months = len(tree), sums.counts.months
    worked = sums.hours > 0
    enough = sums.hours >= LEAST_HOURS_A_YEAR * months / FULL_YEAR_MONTHS
    fields = {name: np.full((units, len(INJURY_KINDS)), np.nan) for name in INJURY_FIELDS}
    sureness = {kind: np.zeros((units, len(INJURY_KINDS)), np.int8) for kind in ("rest", "previous", "benchmark")}
    for number, kind in enumerate(INJURY_KINDS):
        cases = sums.cases[:, number].astype(np.float64)
        own = _own(cases, sums.hours, kind, worked)
        steadied = _steadied(tree, cases, sums.hours, kind, worked)
        rest, compared = _against_rest(tree, cases, sums.hours, kind, steadied)
        held = {"rest": compared}
        if before is not None:
            held["previous"] = _only(_against_previous(own, cases, sums.hours, before, number, kind), enough)
        pair = None if benchmark is None else benchmark.values.get(("injury_rate", kind))
        if pair is not None:
            held["benchmark"] = _only(_against_benchmark(own, cases, sums.hours, kind, *pair), enough)
        for name, column in (("rate", own.value), ("low", own.low), ("high", own.high)):
            fields[name][:, number] = np.where(enough, column, np.nan)
        for name, column in (("", steadied.value), ("_low", steadied.low), ("_high", steadied.high)):
            fields[f"shrunken{name}"][:, number] = column
        fields["rest"][:, number] = rest
        for name, result in held.items():
            adjusted, sure = flag(result, minimum_effect(kind))
            for part, column in (("difference", result.difference), ("low", result.low), ("high", result.high)):
                fields[f"{name}_{part}"][:, number] = column
            fields[f"{name}_p"][:, number] = adjusted
            sureness[name][:, number] = sure
    return InjuryPeriod(
        sums.counts.key, months, worked, sums.cases, np.where(enough, sums.hours, np.nan), fields, sureness
    )


def minimum_effect(kind: InjuryKind) -> float:
    """Return the smallest difference worth a flag, in the rate's own hours."""
    least = MEASURES["injury_rate"].minimum_effect(0.0, 0.0)
    return least * MULTIPLIERS[kind] / MULTIPLIERS["trir"]


def _own(cases: FloatArray, hours: FloatArray, kind: InjuryKind, worked: NDArray[np.bool_]) -> Side:
    """Return rates with exact intervals; NaN where nobody worked."""
    value, low, high = (np.full(len(cases), np.nan) for _ in range(3))
    found = injury_rate.estimate(cases[worked], hours[worked], kind)
    value[worked], low[worked], high[worked] = found.rate, found.low, found.high
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(np.maximum(cases, 0.5)) * MULTIPLIERS[kind] / hours
    return Side(value, np.where(worked, se, np.nan), low, high, np.full(len(cases), np.inf))


def _steadied(
    tree: UnitTree, cases: FloatArray, hours: FloatArray, kind: InjuryKind, worked: NDArray[np.bool_]
) -> Side:
    """Return rates steadied toward the steadied rate of the unit above, from the top down; the top keeps its own.

    What is not known of the unit above is not known of its units either: its variance joins that between them.
    """
    times = MULTIPLIERS[kind]
    above = np.maximum(tree.parent, 0)
    below = worked & (tree.parent >= 0)
    telling = below & (cases[above] > 0) & (hours < hours[above])
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = hours * cases[above] / hours[above]
    value, low, high, variance = (np.full(len(cases), np.nan) for _ in range(4))
    # Half a case stands for none, so that no case at the top does not promise that there never is one.
    value[0], variance[0] = max(cases[0], 0.5) / hours[0], max(cases[0], 0.5) / hours[0] ** 2
    all_units = injury_rate.gamma_shape(cases[telling], expected[telling])
    for depth in np.unique(tree.depth[below]):
        rows = np.flatnonzero(below & (tree.depth == depth))
        fit = rows[telling[rows]]
        own = len(fit) >= FEWEST_FOR_OWN_SHAPE
        between = injury_rate.gamma_shape(cases[fit], expected[fit]) if own else all_units
        goal = value[above[rows]]
        shape = 1 / (1 / between + variance[above[rows]] / goal**2)
        value[rows], low[rows], high[rows] = injury_rate.steadied_rate(cases[rows], hours[rows], goal, shape)
        variance[rows] = (shape + cases[rows]) / (shape / goal + hours[rows]) ** 2
    top = _own(cases[:1], hours[:1], kind, worked[:1])
    value, low, high = value * times, low * times, high * times
    value[0], low[0], high[0] = top.value[0], top.low[0], top.high[0]
    return Side(value, (high - low) / (2 * NORMAL_95), low, high, np.full(len(cases), np.inf))


def _against_rest(
    tree: UnitTree, cases: FloatArray, hours: FloatArray, kind: InjuryKind, steadied: Side
) -> tuple[FloatArray, Compared]:
    """Return the rate of the rest of the unit above, and the steadied rate less it.

    p is exact, of the unit's own cases; it is 1 where the steadied range still holds no difference.
    """
    above = np.maximum(tree.parent, 0)
    rest_cases, rest_hours = cases[above] - cases, hours[above] - hours
    # Hours are sums of doubles; what is left of equal ones is rounding.
    beside = (tree.parent >= 0) & (hours > 0) & (rest_hours > 1e-6 * hours[above])
    rest = _own(np.where(beside, rest_cases, 0), np.where(beside, rest_hours, 0), kind, beside)
    drawn = compare(steadied, rest)
    p = np.full(len(cases), np.nan)
    p[beside] = injury_rate.equal_rates_p(cases[beside], hours[beside], rest_cases[beside], rest_hours[beside])
    with np.errstate(invalid="ignore"):
        clear = (drawn.low > 0) | (drawn.high < 0)
    p = np.where(np.isnan(p) | clear, p, 1.0)
    return rest.value, _only(Compared(drawn.difference, drawn.low, drawn.high, p), beside)


def _against_previous(
    own: Side, cases: FloatArray, hours: FloatArray, before: _Sums, number: int, kind: InjuryKind
) -> Compared:
    earlier, hours_before = before.cases[:, number].astype(np.float64), before.hours
    both = (hours > 0) & (hours_before >= LEAST_HOURS_A_YEAR * before.counts.months / FULL_YEAR_MONTHS)
    found = compare(own, _own(earlier, hours_before, kind, both))
    p = np.full(len(cases), np.nan)
    p[both] = injury_rate.equal_rates_p(cases[both], hours[both], earlier[both], hours_before[both])
    return _only(Compared(found.difference, found.low, found.high, p), both)


def _against_benchmark(
    own: Side, cases: FloatArray, hours: FloatArray, kind: InjuryKind, rate: float, se: float
) -> Compared:
    """A benchmark's standard error is that of so many cases over so many hours; without one its rate is known."""
    worked = hours > 0
    half = NORMAL_95 * se
    target = np.full(len(cases), rate)
    sides = (target, np.full(len(cases), se), np.maximum(target - half, 0), target + half)
    found = compare(own, Side(*sides, np.full(len(cases), np.inf)))
    p = np.full(len(cases), np.nan)
    if se > 0 and rate > 0:
        count = (rate / se) ** 2
        behind = np.full(int(worked.sum()), count), np.full(int(worked.sum()), count / rate * MULTIPLIERS[kind])
        p[worked] = injury_rate.equal_rates_p(cases[worked], hours[worked], *behind)
    elif rate > 0:
        p[worked] = injury_rate.known_rate_p(cases[worked], rate * hours[worked] / MULTIPLIERS[kind])
    return _only(Compared(found.difference, found.low, found.high, p), worked & ~np.isnan(p))


def _only(compared: Compared, rows: NDArray[np.bool_]) -> Compared:
    known = rows & ~np.isnan(compared.difference) & ~np.isnan(compared.p)
    parts = (compared.difference, compared.low, compared.high, compared.p)
    return Compared(*(np.where(known, part, np.nan) for part in parts))


def _digest(tree: UnitTree, periods: Sequence[InjuryCounts], benchmark: Benchmark | None) -> str:
    digest = hashlib.sha256()
    digest.update(json.dumps([__version__, tree.ids, tree.names, tree.parent.tolist()]).encode())
    for counts in periods:
        parts = [getattr(counts, name).tolist() for name in ("hours", *CASE_KINDS)]
        digest.update(json.dumps([counts.key, counts.months, parts]).encode())
    if benchmark is not None:
        values = sorted((list(key), pair) for key, pair in benchmark.values.items())
        digest.update(json.dumps([benchmark.name, values]).encode())
    return digest.hexdigest()
