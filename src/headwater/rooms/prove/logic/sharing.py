"""What may leave about effects: one row a kind of action, coarse enough that no unit and no person can be derived.

A row leaves whole or not at all. It needs FEWEST_EFFECTS effects in FEWEST_UNITS units with FEWEST_PEOPLE people, and
no unit may carry more than MOST_OF_ONE of the mean. Numbers are rounded, counts are bands, outcomes are tenths. A row
is made anew only when FEWEST_NEW effects joined since it last left, so that the difference of two files is a mean of as
many effects too; until then the row of the last file stands word for word. Failures cannot be left out: a row counts
all that was registered, and an outcome that happened never shows as nought.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.rooms.prove.logic.verdicts import VERDICTS, Verdict
from headwater.stats import pool_effects

FEWEST_EFFECTS, FEWEST_UNITS, FEWEST_PEOPLE, FEWEST_NEW = 5, 5, 50, 5
MOST_OF_ONE = 0.5
BANDS = (5, 10, 20, 50, 100)
DECIMALS = {"points": 2, "percent": 1, "score": 1}
"""Decimals that leave, by unit of the scale; scales of other units do not leave."""
Family = tuple[str, ...]
"""Kind of action, lens, unit of the scale, its ends as "1-5"."""


@dataclass(frozen=True, slots=True)
class Action:
    """One registered action. unit: key of it. value, se: toward the better, None where nothing was found."""

    family: Family
    verdict: Verdict
    unit: str
    ends: tuple[float, float]
    value: float | None = None
    se: float | None = None


@dataclass(frozen=True)
class Left:
    """A row that left before. effects: how many stood behind it, which never leaves."""

    row: Mapping[str, Any]
    effects: int


@dataclass(frozen=True)
class Shared:
    """What leaves. rows: by family, in order. effects: behind each row. waiting: families that stay, and why."""

    rows: Mapping[Family, dict[str, Any]]
    effects: Mapping[Family, int]
    waiting: Mapping[Family, str]


def shared_rows(
    actions: Sequence[Action],
    people_of: Callable[[frozenset[str]], int],
    left: Mapping[Family, Left],
    year: int,
) -> Shared:
    """Return the rows that may leave. people_of: how many people work in units, each counted once.

    Reasons of what stays: "effects", "units", "people", "one_unit", "scale".
    """
    families: dict[Family, list[Action]] = {}
    for one in actions:
        families.setdefault(one.family, []).append(one)
    rows: dict[Family, dict[str, Any]] = {}
    counts: dict[Family, int] = {}
    waiting: dict[Family, str] = {}
    for family in sorted({*families, *left}):
        own = families.get(family, [])
        before = left.get(family)
        found = [one for one in own if one.value is not None and one.se]
        if before is not None and len(found) < before.effects + FEWEST_NEW:
            rows[family], counts[family] = dict(before.row), before.effects
            continue
        why = _why_not(found, people_of)
        if why and before is not None:
            rows[family], counts[family] = dict(before.row), before.effects
        elif why:
            waiting[family] = why
        else:
            rows[family], counts[family] = _row(own, found, year), len(found)
    return Shared(rows, counts, waiting)


def band_of(count: int) -> str:
    """Return the band of a count from 5 on: "5-9", "10-19", "20-49", "50-99", "100+"."""
    low = max(one for one in BANDS if one <= count)
    above = BANDS[BANDS.index(low) + 1 :]
    return f"{low}-{above[0] - 1}" if above else f"{low}+"


def least_of(band: str) -> int:
    """Return the lower end of a band. Raises ValueError for what is none."""
    found = {band_of(low): low for low in BANDS}
    if band not in found:
        raise ValueError(band)
    return found[band]


def tenths(counts: Mapping[Verdict, int]) -> dict[str, int]:
    """Return outcomes as tenths that add up to ten; one that happened is at least one tenth."""
    total = sum(counts.values())
    exact = {one: 10 * counts.get(one, 0) / total for one in VERDICTS}
    made = {one: max(int(value), 1 if value else 0) for one, value in exact.items()}
    while sum(made.values()) < 10:
        most = max(VERDICTS, key=lambda one: exact[one] - made[one])
        made[most] += 1
    while sum(made.values()) > 10:
        most = max((one for one in VERDICTS if made[one] > 1), key=lambda one: made[one] - exact[one])
        made[most] -= 1
    return {str(one): number for one, number in made.items()}


def _why_not(found: Sequence[Action], people_of: Callable[[frozenset[str]], int]) -> str:
    units = frozenset(one.unit for one in found)
    if found and (found[0].family[2] not in DECIMALS or not all(map(math.isfinite, found[0].ends))):
        return "scale"
    if len(found) < FEWEST_EFFECTS:
        return "effects"
    if len(units) < FEWEST_UNITS:
        return "units"
    if people_of(units) < FEWEST_PEOPLE:
        return "people"
    return "one_unit" if _largest_part(found) > MOST_OF_ONE else ""


def _largest_part(found: Sequence[Action]) -> float:
    """The part of the mean that the unit with most weight carries."""
    tau2 = pool_effects([one.value or 0.0 for one in found], [one.se or 0.0 for one in found]).tau2
    weights: Counter[str] = Counter()
    for one in found:
        weights[one.unit] += 1 / ((one.se or 0.0) ** 2 + tau2)  # type: ignore[assignment]
    return float(max(weights.values()) / sum(weights.values()))


def _row(own: Sequence[Action], found: Sequence[Action], year: int) -> dict[str, Any]:
    kind, lens, unit, _ends = own[0].family
    pooled = pool_effects([one.value or 0.0 for one in found], [one.se or 0.0 for one in found])
    decimals = DECIMALS[unit]
    step = 10**-decimals
    return {
        "action": kind,
        "about": lens,
        "scale": {"unit": unit, "low": float(own[0].ends[0]), "high": float(own[0].ends[1])},
        "made_in": year,
        "effects": band_of(len(found)),
        "units": band_of(len({one.unit for one in found})),
        "mean": round(pooled.mean, decimals) + 0.0,
        "error": round(max(math.ceil(pooled.se / step - 1e-9), 1) * step, decimals),
        "spread": round(math.sqrt(pooled.tau2), decimals),
        "outcomes_of_ten": tenths(Counter(one.verdict for one in own)),
    }
