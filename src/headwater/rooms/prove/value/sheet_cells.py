"""What the workbook of a value case calculates: every figure as a named cell, every result as a formula over names.

A line is a product, so net present value is straight in each of its figures: what a figure does follows from a slope
that is itself a formula. Discount rate and build-up are not straight and have formulas of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from headwater.rooms.prove.logic.value import Case, Factor, Line, Result
from headwater.rooms.prove.value.building import Content, case_of, cost_name

FULL_YEARS, DISCOUNT, BUILD_UP, NPV = "full_years", "discount", "build_up", "net_present_value"
_SOONEST = "1E-9"


@dataclass(frozen=True)
class Named:
    """One figure as a cell. name: of its likely cell. scale: what a typed figure is multiplied by in the sheet."""

    factor: Factor
    name: str

    def of(self, typed: float) -> float:
        """Return a typed figure as the sheet holds it: percents as shares."""
        return typed * self.factor.scale


@dataclass(frozen=True)
class Formula:
    """A live formula with the value it has now; text where it has none."""

    text: str
    value: float | str


@dataclass(frozen=True)
class Sensitivity:
    """Formulas of one figure. slope: "" where net present value is not straight in it."""

    named: Named
    slope: Formula | None
    at_low: Formula
    at_high: Formula
    swing: Formula
    even: Formula


class Cells:
    """The cells of one case and the formulas over them."""

    def __init__(self, content: Content, result: Result) -> None:
        """Name every figure. content: whole. result: worked out of it."""
        self.content, self.result, self.case = content, result, case_of(content)
        self.named: dict[str, Named] = {}
        for number, (key, factor) in enumerate(self.case.factors().items(), 1):
            self.named[key] = Named(factor, _name(key, number))

    def product(self, line: Line, without: str = "") -> str:
        """Return the product of a line's figures. without: the key of one that is left out."""
        names = [self.named[factor.key].name for factor in line.factors if factor.key != without]
        return f"{'-1*' if line.sign < 0 else ''}{'*'.join(names) or '1'}"

    def full_effect(self, place: int) -> Formula:
        """Return what a line is worth in a year at full effect."""
        line = self.case.lines[place]
        return Formula(f"={self.product(line)}", _product(line, self.likely()))

    def likely(self) -> dict[str, float]:
        """Return every figure at likely, as the sheet holds it."""
        return {key: one.of(one.factor.value.likely) for key, one in self.named.items()}

    def reached(self, year: int) -> Formula:
        """Return how much of the full effect is there in a year."""
        years = max(self.likely()[self.case.build_up.key], 1e-9)
        return Formula(f"=MIN(1,{year}/MAX({BUILD_UP},{_SOONEST}))", min(1.0, year / years))

    def discounted(self, year: int) -> Formula:
        """Return what one unit of money of a year is worth today."""
        return Formula(f"=1/(1+{DISCOUNT})^{year}", 1 / (1 + self.likely()[self.case.discount.key]) ** year)

    @property
    def annuity(self) -> float:
        """Years of full effect, discounted."""
        years = range(1, self.case.horizon + 1)
        return sum(float(self.reached(year).value) * float(self.discounted(year).value) for year in years)

    def sensitivities(self, rows: Mapping[str, int], net: str, years: str, discounts: str) -> list[Sensitivity]:
        """Return the formulas of every figure, in the order of the result.

        rows: the row of each figure in the sheet, from 1; its low, likely and high stand in columns B to D there. net,
        years, discounts: the ranges of the calculation by year.
        """
        found = []
        for swing in self.result.swings:
            named, row = self.named[swing.key], rows[swing.key]
            low, likely, high = (f"{column}{row}" for column in "BCD")
            values = (swing.npv_low, swing.npv_high)
            if swing.key == self.case.discount.key:
                ends = [f"=SUMPRODUCT({net}/(1+{end})^{years})" for end in (low, high)]
                guess = 0.1 if swing.break_even is None else round(named.of(swing.break_even), 3)
                rate = f"IRR({net},{guess})"
                even = f'=IFERROR(IF(OR({rate}<0,{rate}>10),"none",{rate}),"none")'
                slope = None
            elif swing.key == self.case.build_up.key:
                ends = [f"={self._with_build_up(end, discounts)}" for end in (low, high)]
                even, slope = "", None
            else:
                slope = self._slope(swing.key, discounts)
                ends = [f"={NPV}+({end}-{likely})*E{row}" for end in (low, high)]
                even = f'=IF(E{row}=0,"none",{likely}-{NPV}/E{row})'
            value: float | str = "none" if swing.break_even is None else named.of(swing.break_even)
            found.append(
                Sensitivity(
                    named,
                    slope,
                    Formula(ends[0], values[0]),
                    Formula(ends[1], values[1]),
                    Formula(f"=ABS(G{row}-F{row})", swing.width),
                    Formula(even, value),
                )
            )
        return found

    def _slope(self, key: str, discounts: str) -> Formula:
        """How much net present value rises when a figure of the sheet rises by one."""
        likely = self.likely()
        for year, cost in enumerate(self.case.costs):
            if cost.key == key:
                return Formula(f"=-INDEX({discounts},{year + 1})", -float(self.discounted(year).value))
        holding = [line for line in self.case.lines if any(factor.key == key for factor in line.factors)]
        products = "+".join(f"({self.product(line, key)})" for line in holding)
        worth = sum(_product(line, likely, key) for line in holding)
        return Formula(f"=({products})*{FULL_YEARS}", worth * self.annuity)

    def _with_build_up(self, end: str, discounts: str) -> str:
        years = range(1, self.case.horizon + 1)
        annuity = "+".join(f"MIN(1,{year}/MAX({end},{_SOONEST}))*INDEX({discounts},{year + 1})" for year in years)
        whole = "+".join(f"({self.product(line)})" for line in self.case.lines)
        return f"{NPV}+({whole})*({annuity}-{FULL_YEARS})"


def _product(line: Line, values: Mapping[str, float], without: str = "") -> float:
    found = float(line.sign)
    for factor in line.factors:
        if factor.key != without:
            found *= values[factor.key]
    return found


def _name(key: str, number: int) -> str:
    """A name that a spreadsheet takes for a cell: it begins with a word and is no address."""
    if key.startswith("link:"):
        return f"link_{number}"
    if "." in key:
        line, _dot, figure = key.partition(".")
        return f"line{line}_{figure}"
    return re.sub(r"[^a-z0-9_]", "_", key)


def year_of(key: str, horizon: int) -> int | None:
    """Return the year of a cost, None for any other figure."""
    return next((year for year in range(horizon + 1) if cost_name(year) == key), None)


__all__ = ["BUILD_UP", "DISCOUNT", "FULL_YEARS", "NPV", "Case", "Cells", "Formula", "Named", "Sensitivity", "year_of"]
