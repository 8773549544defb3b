"""How high a score could sensibly be, and how far a unit is from it: room to improve.

The aim of a scale is what the best quarter of the organisation's own teams reach: the upper quartile of the steadied
scores of shown units that have no shown unit below. It is attained already, by people who work here. Where all are low,
or with fewer than eight such teams, it is five eighths of the way up the scale: 3.5 on one from 1 to 5, where more
agree than not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.vocab import ScoreBook

FEWEST_TEAMS = 8
LEAST = 0.625
"""The least to aim for, as part of the way from the low end of a scale to the high one."""

MEASURES = ("score", "service")


@dataclass(frozen=True)
class Aim:
    """value: in scale points. of_teams: whether the best quarter of teams reach it, else it is the least to aim for."""

    value: float
    of_teams: bool


@dataclass(frozen=True)
class Room:
    """A unit's score beside its aim, all in scale points. room: how far below the aim, 0 at or above it.

    row: the unit that was scored, the nearest one shown above where the unit's own score is withheld.
    """

    score: float
    aim: Aim
    room: float
    row: int


def aim_of(book: ScoreBook, subject: str) -> Aim | None:
    """Return the aim of a scale, None when the book does not hold it."""
    column = _column(book, subject)
    if column is None:
        return None
    shown = book.everybody.shown[:, column]
    # In preorder all units below one stand right behind it: how many of them are shown is a difference of counts.
    counted, rows = np.concatenate([[0], np.cumsum(shown)]), np.arange(len(book.tree))
    has_below = counted[rows + book.tree.size] > counted[rows + 1]
    front = shown & ~has_below
    ends = book.columns[column]
    least = ends.low + LEAST * (ends.high - ends.low)
    if front.sum() < FEWEST_TEAMS:
        return Aim(least, of_teams=False)
    steadied = book.everybody.fields["shrunken"][front, column]
    reached = float(np.quantile(steadied[np.isfinite(steadied)], 0.75))
    return Aim(max(reached, least), of_teams=reached >= least)


def room_of(book: ScoreBook, row: int, subject: str) -> Room | None:
    """Return how far a unit is from the aim of a scale, None when neither it nor a unit above shows the scale."""
    column, aim = _column(book, subject), aim_of(book, subject)
    if column is None or aim is None:
        return None
    for unit in (row, *book.tree.ancestors(row)):
        if book.everybody.shown[unit, column]:
            score = float(book.everybody.fields["shrunken"][unit, column])
            return Room(score, aim, max(0.0, aim.value - score), unit)
    return None


def _column(book: ScoreBook, subject: str) -> int | None:
    return next(
        (book.column_of[measure, subject] for measure in MEASURES if (measure, subject) in book.column_of), None
    )
