"""Periods of a calendar: how they are written, how finer ones make coarser ones, and which length a chain takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from headwater.formats.unit_periods.reading import period_of
from headwater.formats.unit_periods.spec import Grain
from headwater.vocab import FloatArray, UnitPeriods

COARSER: dict[Grain, tuple[Grain, ...]] = {
    "month": ("month", "quarter", "financial_year", "year"),
    "quarter": ("quarter", "financial_year", "year"),
    "financial_year": ("financial_year",),
    "year": ("year",),
}
"""Which periods a figure can be gathered into."""

LONGEST_FIRST: tuple[Grain, ...] = ("year", "financial_year", "quarter", "month")

_SHAPES: tuple[tuple[Grain, str], ...] = (
    ("year", r"\d{4}"),
    ("quarter", r"\d{4}-Q[1-4]"),
    ("month", r"\d{4}-(0[1-9]|1[0-2])"),
    ("financial_year", r"\d{4}/\d{2}"),
)


def plain_period(text: str) -> str:
    """Return a period as Headwater writes it: 2026, 2026-Q1, 2026-03 or 2025/26. A day stands for its month. "" for
    what is no period.
    """
    found = re.fullmatch(r"(\d{4})[ -]?[QqTt]([1-4])", text) or re.fullmatch(r"[QqTt]([1-4])[ -]?(\d{4})", text)
    if found:
        year, quarter = sorted(found.groups(), key=len, reverse=True)
        return f"{year}-Q{quarter}"
    if any(re.fullmatch(shape, text) for _, shape in _SHAPES):
        return text
    try:
        return f"{date.fromisoformat(text[:10]):%Y-%m}"
    except ValueError:
        return ""


def grain_of(period: str) -> Grain:
    """Return the length of a period written plainly. Raises ValueError for another text."""
    for grain, shape in _SHAPES:
        if re.fullmatch(shape, period):
            return grain
    raise ValueError(f"{period!r} is no period of a calendar")


def gathered(table: UnitPeriods, grain: Grain) -> UnitPeriods | None:
    """Return a table by longer periods: the mean of what lies in each, weighted by its base where one is known.

    Figures of longer periods than asked are left out. None when nothing is left.
    """
    places = [place for place, period in enumerate(table.periods) if grain in COARSER[grain_of(period)]]
    if not places:
        return None
    into = [period_of(_first_day(table.periods[place]), grain) for place in places]
    periods = tuple(sorted(set(into)))
    values: dict[str, FloatArray] = {}
    bases: dict[str, FloatArray] = {}
    for key, given in table.values.items():
        base = table.bases.get(key)
        made = np.full((len(table.units), len(periods)), np.nan)
        counted = np.full(made.shape, np.nan)
        for column, period in enumerate(periods):
            here = [place for place, name in zip(places, into, strict=True) if name == period]
            part = given[:, here]
            known = ~np.isnan(part)
            weight = np.where(known, 1.0 if base is None else np.nan_to_num(base[:, here]), 0.0)
            weight = np.where(weight.sum(axis=1, keepdims=True) > 0, weight, known.astype(float))
            total = weight.sum(axis=1)
            some = total > 0
            made[some, column] = (np.nan_to_num(part) * weight).sum(axis=1)[some] / total[some]
            if base is not None:
                counted[some, column] = np.where(known, np.nan_to_num(base[:, here]), 0.0).sum(axis=1)[some]
        values[key] = made
        if base is not None:
            bases[key] = counted
    return replace(table, periods=periods, values=values, bases=bases)


def best_grain(pairs: Sequence[tuple[Sequence[str | date], Sequence[str | date]]]) -> Grain:
    """Return the length of period in which most links have the most periods to share; of equals the longest.

    pairs: for every link between two sources, what each knows: days of waves, or periods of figures. Years from April
    to March are taken only where some figure is given by them.
    """

    def shared(grain: Grain) -> int:
        return sum(len(_at(one, grain) & _at(other, grain)) for one, other in pairs)

    given = {grain_of(one) for pair in pairs for known in pair for one in known if isinstance(one, str)}
    grains = [grain for grain in LONGEST_FIRST if grain != "financial_year" or grain in given]
    return max(grains, key=lambda grain: (shared(grain), -LONGEST_FIRST.index(grain)))


def _at(known: Sequence[str | date], grain: Grain) -> set[str]:
    found = set()
    for one in known:
        if isinstance(one, date):
            found.add(period_of(one, grain))
        elif grain in COARSER[grain_of(one)]:
            found.add(period_of(_first_day(one), grain))
    return found


def _first_day(period: str) -> date:
    year = int(period[:4])
    grain = grain_of(period)
    if grain == "month":
        return date(year, int(period[5:7]), 1)
    if grain == "quarter":
        return date(year, 3 * int(period[6]) - 2, 1)
    return date(year, 4 if grain == "financial_year" else 1, 1)
