"""Whether near misses became more or fewer somewhere, and whether injuries follow them: with honest false-alarm rates.

A unit is compared with its own earlier months. Given all its days with a near miss, those of the recent months are
binomial while nothing changed (the conditional test of two Poisson rates, Przyborowski and Wilenski 1940). Days are
counted, not reports: one event that several people report is one. Days still come in runs, as when one fault is met day
after day: how much more the earlier months vary than chance alone would let them (Pearson's dispersion, pooled over the
units; McCullagh and Nelder 1989) divides the counts before they are tested. Over the units of a page the rate of false
discoveries is held (Benjamini and Hochberg 1995). Few days make the test coarse, so the chance that a page without any
change shows one is worked out for the counts at hand, and so is the chance that a doubling would be seen.

Whether injuries follow is asked by shifting each unit's months against its injuries, all months in a ring: that keeps
what is steady in a unit, and what clusters in time (Diggle and others 2005 shift spatial patterns alike).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.10
"""The share of shown changes that may be none, on average."""
FEWEST = 5
"""Days with a near miss below which a unit is not looked at: nothing could be seen."""
DRAWS, SHIFTS = 4_000, 4_000
FEW_PAIRS = 10
"""Injuries, and months with a near miss, below which nothing is said about what follows what."""

Change = Literal["more", "fewer", "unclear"]
Floats = NDArray[np.float64]
Follows = Literal["more", "fewer", "unclear", "few"]


@dataclass(frozen=True, slots=True)
class Days:
    """Days with a near miss in one unit, by month: the earlier months, and the recent ones."""

    key: str
    before: tuple[int, ...]
    recent: tuple[int, ...]

    @property
    def total(self) -> int:
        """Days in all months."""
        return sum(self.before) + sum(self.recent)


@dataclass(frozen=True, slots=True)
class Signal:
    """One unit. expected: days in the recent months had nothing changed. p: two-sided, exact.

    change: what is shown. doubling: the chance that twice as many days as before would be shown here.
    """

    key: str
    before: int
    recent: int
    expected: float
    p: float
    change: Change
    doubling: float


@dataclass(frozen=True, slots=True)
class Look:
    """Units that could be looked at.

    false_alarm: the chance that any is shown although nothing changed anywhere. spread: by how much months vary more
    than chance alone would let them, 1 for no more.
    """

    signals: tuple[Signal, ...]
    false_alarm: float
    spread: float = 1.0


@dataclass(frozen=True, slots=True)
class Following:
    """Injuries in the months after one with a near miss, beside what chance gives.

    expected, low, high: by chance, its mean and the middle 95% of it.
    """

    injuries: int
    after: int
    expected: float
    low: float
    high: float
    p: float
    found: Follows


def look_at(units: Sequence[Days]) -> Look:
    """Return what changed between the earlier and the recent months. The same counts always give the same answer.

    Units with fewer than FEWEST days are left out. Raises ValueError for units whose months differ, and without months
    on either side.
    """
    shapes = {(len(unit.before), len(unit.recent)) for unit in units}
    if not shapes:
        return Look((), 0.0)
    if len(shapes) > 1 or 0 in min(shapes):
        raise ValueError("every unit has the same months, some before and some recent")
    ((months_before, months_recent),) = shapes
    share = months_recent / (months_before + months_recent)
    spread, is_clear = spread_of(units)
    looked = [unit for unit in units if unit.total >= FEWEST]
    if not looked:
        return Look((), 0.0, spread)
    totals = [round(unit.total / spread) for unit in looked]
    tables = {total: exact_p(total, share) for total in set(totals)}
    recent = [min(total, round(sum(unit.recent) / spread)) for unit, total in zip(looked, totals, strict=True)]
    values = np.array([tables[total][count] for total, count in zip(totals, recent, strict=True)])
    shown = discoveries(values[None, :])[0]
    twice = 2 * share / (1 + share)
    return Look(
        tuple(
            Signal(
                key=unit.key,
                before=sum(unit.before),
                recent=sum(unit.recent),
                expected=unit.total * share,
                p=float(value),
                change=_change(unit, share) if is_shown else "unclear",
                doubling=_seen(tables[total], share, twice, LEVEL / len(looked)),
            )
            for unit, total, value, is_shown in zip(looked, totals, values.tolist(), shown.tolist(), strict=True)
        ),
        # where days come in runs the test is no longer exact: the rate that it holds to is named, not the finer one
        max(_false_alarm(totals, share, tables), LEVEL if is_clear else 0.0),
        spread,
    )


def spread_of(units: Sequence[Days]) -> tuple[float, bool]:
    """Return by how much the earlier months vary more than chance alone would let them, at least 1, and whether that is
    clear: above 1 by more than two standard errors.
    """
    found, freedom = 0.0, 0
    for unit in units:
        months = np.asarray(unit.before, float)
        if (mean := float(months.mean())) > 0:
            found += float(((months - mean) ** 2).sum()) / mean
            freedom += len(months) - 1
    if not freedom:
        return 1.0, False
    return max(1.0, found / freedom), found / freedom > 1 + 2 * math.sqrt(2 / freedom)


def exact_p(total: int, share: float) -> Floats:
    """Return the two-sided p of each count 0 to `total` of a binomial: all counts that are no likelier, together."""
    from scipy.stats import binom

    chance: Floats = np.asarray(binom.pmf(np.arange(total + 1), total, share), np.float64)
    order = np.argsort(chance, kind="stable")
    sums = np.cumsum(chance[order])
    # counts that are equally likely but for rounding belong together
    last = np.searchsorted(chance[order], chance * (1 + 1e-9), side="right") - 1
    return np.asarray(np.minimum(1.0, sums[last]), np.float64)


def discoveries(values: Floats, level: float = LEVEL) -> NDArray[np.bool_]:
    """Return which of the p values of each row are discoveries. values: [rows, tests]."""
    count = values.shape[1]
    order = np.argsort(values, axis=1)
    passes = np.take_along_axis(values, order, axis=1) <= level * np.arange(1, count + 1) / count
    last = np.where(passes.any(axis=1), count - 1 - np.argmax(passes[:, ::-1], axis=1), -1)
    found = np.zeros(values.shape, np.bool_)
    np.put_along_axis(found, order, np.arange(count)[None, :] <= last[:, None], axis=1)
    return found


def follow(near: Mapping[str, Sequence[int]], injuries: Mapping[str, Sequence[int]]) -> Following:
    """Return whether more injuries fall into the months after one with a near miss than chance gives.

    near, injuries: by unit, counts by month, of the same months. Raises ValueError for months that differ.
    """
    rows: list[tuple[NDArray[np.bool_], NDArray[np.int64]]] = []
    for key, counts in near.items():
        had, hurt = np.asarray(counts) > 0, np.asarray(injuries.get(key, [0] * len(counts)), np.int64)
        if had.shape != hurt.shape:
            raise ValueError(f"{key!r} has other months with near misses than with injuries")
        if hurt.any() and had.any():
            rows.append((had, hurt))
    total, months = sum(int(hurt.sum()) for _had, hurt in rows), sum(int(had.sum()) for had, _hurt in rows)
    if total < FEW_PAIRS or months < FEW_PAIRS:
        return Following(total, 0, 0.0, 0.0, 0.0, 1.0, "few")
    drawn = np.random.default_rng(20_260_101)
    after, chance = 0, np.zeros(SHIFTS)
    for had, hurt in rows:
        # by[s]: injuries in the month after one with a near miss, once the months are turned by s
        by = np.array([int(hurt[np.roll(had, 1 + turn)].sum()) for turn in range(len(had))])
        after += int(by[0])
        chance += by[drawn.integers(0, len(by), SHIFTS)]
    low, high = (float(value) for value in np.quantile(chance, (0.025, 0.975)))
    above, below = (1 + int((chance >= after).sum())) / (SHIFTS + 1), (1 + int((chance <= after).sum())) / (SHIFTS + 1)
    p = min(1.0, 2 * min(above, below))
    found: Follows = "unclear" if p > 0.05 else ("more" if above < below else "fewer")
    return Following(total, after, float(chance.mean()), low, high, p, found)


def _change(unit: Days, share: float) -> Change:
    return "more" if sum(unit.recent) > unit.total * share else "fewer"


def _seen(table: Floats, share: float, changed: float, level: float) -> float:
    """The chance that a share which changed is shown as more, at the strictest level of the page."""
    from scipy.stats import binom

    total = len(table) - 1
    counts = np.arange(total + 1)
    shown = (table <= level) & (counts > total * share)
    return float(binom.pmf(counts[shown], total, changed).sum())


def _false_alarm(totals: Sequence[int], share: float, tables: Mapping[int, Any]) -> float:
    drawn = np.random.default_rng(20_260_102)
    values = np.column_stack([tables[total][drawn.binomial(total, share, DRAWS)] for total in totals])
    return float(discoveries(values).any(axis=1).mean())
