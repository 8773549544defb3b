"""What a moment of a journey shows: one released number of the latest wave that asks it, for one unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from headwater.reports.wording import range_text, value_text
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.logic.journeys import Moment
from headwater.rooms.listen.models import Wave
from headwater.scoring.sentences import decimals_of
from headwater.vocab import WITHHELD_REASON, Column, Estimate, ScoreBook, Withheld, say

HURTS, STRONG, BETWEEN = "hurts", "strong", "between"
MIDDLE, HIGH = 0.5, 0.7
"""Shares of a measure's range: a moment hurts when its whole interval lies below the middle, and is strong when the
whole interval lies above seven tenths."""
PREFERRED = ("score_favourable", "favourable", "csat", "recommend", "effort", "service", "score", "mean")
"""Measures of one subject, the one that pages show first."""


@dataclass(frozen=True)
class MomentScore:
    """A released number of a moment, on the line from 0 to 100 of its measure's range.

    state: "hurts", "strong" or "between". at, low, high: places on the line. href_row: the unit's row in the wave.
    """

    text: str
    range: str
    n: int
    state: str
    at: float
    low: float
    high: float
    label: str
    wave: Wave
    unit: str
    row: int
    key: str


@dataclass(frozen=True)
class MomentHeld:
    """A number that is not shown, with the nearest group that is."""

    reason: str
    nearest: str
    nearest_text: str


@dataclass(frozen=True)
class Shelf:
    """The released waves that numbers are taken from, latest first, and the unit they are of."""

    waves: tuple[tuple[Wave, ScoreBook], ...]
    unit: str

    def score_of(self, moment: Moment) -> MomentScore | MomentHeld | None:
        """Return a moment's number: None where nothing that was released measures it."""
        if not moment.subject:
            return None
        for wave, book in self.waves:
            if moment.study and wave.study.key != moment.study:
                continue
            panel = book.panel_of.get((moment.cut, moment.level))
            number = column_for(book, moment.subject)
            row = book.tree.index_of.get(self.unit)
            if panel is None or number is None or row is None:
                continue
            return _read(wave, book, number, row, book.at(row, number, panel))
        return None


def shelf_of(unit: str, waves: Sequence[UUID] | None = None) -> Shelf:
    """Return the shelf of a unit, by its key. waves: only these, None for all that were released."""
    found = [wave for wave in released_waves() if waves is None or wave.pk in waves]
    return Shelf(tuple((wave, book_of(wave)) for wave in found), unit)


def column_for(book: ScoreBook, subject: str) -> int | None:
    """Return the column that pages show of a scale or question, None where the book has none."""
    for measure in PREFERRED:
        number = book.column_of.get((measure, subject))
        if number is not None:
            return number
    return None


def subjects_of(books: Sequence[ScoreBook]) -> dict[str, str]:
    """Return every scale and question that was released, by key, in words."""
    found: dict[str, str] = {}
    for book in books:
        for column in book.columns:
            found.setdefault(column.subject, say(column.label))
    return found


def state_of(low: float, high: float, column: Column) -> str:
    """Return what an interval says on a measure's range, high is good."""
    reach = column.high - column.low
    ends = sorted(((low - column.low) / reach, (high - column.low) / reach))
    if not column.higher_is_better:
        ends = [1 - ends[1], 1 - ends[0]]
    if ends[1] < MIDDLE:
        return HURTS
    return STRONG if ends[0] > HIGH else BETWEEN


def _read(wave: Wave, book: ScoreBook, number: int, row: int, found: Estimate | Withheld) -> MomentScore | MomentHeld:
    column = book.columns[number]
    if isinstance(found, Withheld):
        nearest, text = "", ""
        if found.nearest:
            other = book.find(found.nearest, found.measure, found.subject, cut=found.cut, level=found.level)
            if isinstance(other, Estimate):
                nearest = book.tree.names[book.tree.index_of[found.nearest]]
                text = _with_range(other, column)
        return MomentHeld(WITHHELD_REASON, nearest, text)

    def place(value: float) -> float:
        return round(100 * min(max((value - column.low) / (column.high - column.low), 0.0), 1.0), 1)

    low, high = found.shrunken_low, found.shrunken_high
    if math.isnan(low) or math.isnan(high):  # a limit: nearly all answers are alike
        low = high = found.shrunken
    return MomentScore(
        text=value_text(found, decimals_of(column)) + _mark(column),
        range=range_text(found, decimals_of(column)),
        n=found.n,
        state=state_of(low, high, column),
        at=place(found.shrunken),
        low=place(low),
        high=place(high),
        label=say(column.label),
        wave=wave,
        unit=book.tree.ids[row],
        row=row,
        key=column.key,
    )


def _mark(column: Column) -> str:
    return "%" if column.unit == "percent" else ""


def _with_range(found: Estimate, column: Column) -> str:
    reach = range_text(found, decimals_of(column))
    return value_text(found, decimals_of(column)) + _mark(column) + (f" ({reach})" if reach else "")
