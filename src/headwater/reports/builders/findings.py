"""What a ScoreBook says about one unit: its scales with their numbers and flags, in a fixed order."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from headwater.reports import wording
from headwater.reports.document import DotIntervals, DotRow, Flag
from headwater.vocab import Bound, Column, Difference, Estimate, Lens, ScoreBook, Withheld, said, say

SCORE_ROLES = ("driver", "outcome", "index", "score")
LENS_ORDER = (Lens.LX, Lens.EX, Lens.SERVICE, Lens.CX, Lens.RESULT)


@dataclass(frozen=True, slots=True)
class Finding:
    """One number of a unit with what it is compared with.

    difference: versus the rest of the parent; for the top unit the previous wave, else the benchmark.
    """

    number: int
    column: Column
    label: str
    estimate: Estimate | None
    withheld: Withheld | None
    difference: Difference | None
    flag: Flag

    @property
    def decimals(self) -> int:
        """Decimals people read."""
        return wording.decimals_of(self.column)

    @property
    def clearness(self) -> float:
        """How far the difference stands from nothing, in standard errors; 0 where nothing is compared."""
        found = self.difference
        if found is None or math.isnan(found.low) or found.high <= found.low:
            return 0.0
        return abs(found.value) / (found.high - found.low) * 2 * 1.959963984540054


def score_columns(book: ScoreBook) -> list[int]:
    """Return the columns a report opens with: one a scale, in points where there are points; items when no scales."""
    chosen: dict[str, int] = {}
    for roles in (SCORE_ROLES, ("item",)):
        for number, column in enumerate(book.columns):
            if column.role not in roles:
                continue
            kept = chosen.get(column.subject)
            if kept is None or (book.columns[kept].unit != "points" and column.unit == "points"):
                chosen[column.subject] = number
        if chosen:
            break
    return sorted(chosen.values(), key=lambda number: (LENS_ORDER.index(book.columns[number].lens), number))


def comparison(estimate: Estimate, *, top: bool) -> Difference | None:
    """Return the difference a report speaks of: the rest of the parent, at the top the previous wave or benchmark."""
    if not top:
        return estimate.versus_rest
    return estimate.versus_previous or estimate.versus_benchmark


def findings_of(book: ScoreBook, unit: int, columns: Iterable[int] | None = None) -> list[Finding]:
    """Return what the book says about a unit, one finding a column."""
    found = []
    for number in score_columns(book) if columns is None else columns:
        column, number_or_none = book.columns[number], book.at(unit, number)
        label = say(column.label)
        if isinstance(number_or_none, Withheld):
            found.append(Finding(number, column, label, None, number_or_none, None, "unsure"))
            continue
        difference = comparison(number_or_none, top=unit == 0)
        flag = wording.flag_of(difference, column)
        found.append(Finding(number, column, label, number_or_none, None, difference, flag))
    return found


def by_clearness(findings: Iterable[Finding]) -> list[Finding]:
    """Order by the clearest difference; never by the noisiest."""
    return sorted(findings, key=lambda finding: (-finding.clearness, finding.number))


def by_score(findings: Iterable[Finding]) -> list[Finding]:
    """Order by score, high to low, withheld last."""
    return sorted(
        findings, key=lambda one: (one.estimate is None, -(one.estimate.shrunken if one.estimate else 0), one.number)
    )


def real(value: float) -> float | None:
    """Return a number, or None for NaN."""
    return None if math.isnan(value) else float(value)


def dot_row(book: ScoreBook, finding: Finding) -> DotRow:
    """Make one row of a dot-and-interval chart; a withheld one carries its note and no number."""
    estimate = finding.estimate
    if estimate is None:
        assert finding.withheld is not None
        return DotRow(finding.label, None, withheld=wording.withheld_note(book, finding.withheld))
    exact = estimate.bound is Bound.EXACT
    return DotRow(
        label=finding.label,
        value=estimate.shrunken,
        low=real(estimate.shrunken_low) if exact else None,
        high=real(estimate.shrunken_high) if exact else None,
        rest=real(estimate.rest_value),
        own=real(estimate.value) if exact else None,
        n=estimate.n,
        flag=finding.flag,
        value_text=wording.value_text(estimate, finding.decimals),
        range_text=wording.range_text(estimate, finding.decimals),
        difference=wording.difference_text(finding.difference, finding.decimals),
        words=wording.words_of(finding.difference, finding.column),
    )


def ticks_of(low: float, high: float) -> tuple[float, ...]:
    """Return the marks of an axis: whole steps where they are few, else quarters."""
    if high - low <= 10 and float(low).is_integer() and float(high).is_integer():
        return tuple(float(tick) for tick in range(int(low), int(high) + 1))
    return tuple(low + (high - low) * part / 4 for part in range(5))


def same_axis(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Split findings into groups that share one axis, the largest group first."""
    groups: dict[tuple[float, float, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.column.low, finding.column.high, finding.column.unit), []).append(finding)
    return sorted(groups.values(), key=lambda group: -len(group))


def dots(
    book: ScoreBook, unit: int, findings: list[Finding], title: str, *, compact: bool = False, ring: bool = True
) -> DotIntervals:
    """Make the chart of findings that share an axis. Its description says every row in words."""
    column = findings[0].column
    rows = tuple(dot_row(book, finding) for finding in findings)
    above = rest_name(book, unit)
    told = []
    for row in rows:
        if row.value is None:
            told.append(said("%(label)s: not shown", label=row.label))
        else:
            around = f" ({row.range_text})" if row.range_text else ""
            told.append(f"{row.label} {row.value_text}{around}" + (f", {row.words.lower()}" if row.words else ""))
    return DotIntervals(
        title=title,
        description="; ".join(told) + ".",
        rows=rows,
        low=column.low,
        high=column.high,
        ticks=ticks_of(column.low, column.high),
        axis_label=axis_label(column),
        value_label="Score" if column.unit == "points" else column.unit.capitalize(),
        rest_label=above if any(row.rest is not None for row in rows) else "",
        own_label="The group's own answers" if ring and any(row.own is not None for row in rows) else "",
        decimals=wording.decimals_of(column),
        compact=compact,
    )


def axis_label(column: Column) -> str:
    """Say what the ends of the axis are."""
    if column.unit == "percent":
        return "0% to 100%"
    better = said("higher is better" if column.higher_is_better else "lower is better")
    return said(
        "%(low)s to %(high)s, %(better)s",
        low=wording.figure(column.low, 0),
        high=wording.figure(column.high, 0),
        better=better,
    )


def rest_name(book: ScoreBook, unit: int) -> str:
    """Name what a unit is compared with: "the rest of Trams", at the top the previous wave or benchmark."""
    above = int(book.tree.parent[unit])
    if above >= 0:
        return said("the rest of %(name)s", name=book.tree.names[above])
    if book.previous_wave:
        return said("the wave before")
    return said("the benchmark %(benchmark)s", benchmark=book.benchmark) if book.benchmark else ""
