"""The board's pictures, and how they were made."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports import wording as words_of_reports
from headwater.reports.charts.numerals import signed, span
from headwater.reports.document import DotIntervals, DotRow
from headwater.rooms.decide.directions.board import Board, BoardLine
from headwater.rooms.decide.directions.estimates import Estimates
from headwater.rooms.decide.directions.picture import EffortPoint, effort_figure
from headwater.rooms.house.figures import Figure, dot_figure
from headwater.rooms.learn.making import Making

MOST_PICTURED = 12


def label_of(line: BoardLine) -> str:
    """Return what a line is called, with its unit where it is one below."""
    if not line.is_part:
        return line.label
    return _("%(label)s, in %(unit)s only") % {"label": line.label, "unit": line.unit_name}


def effects_block(board: Board, shown: Sequence[tuple[BoardLine, Estimates]]) -> DotIntervals:
    """Return what may come of each candidate, as rows of dots with their ranges."""
    # Ticks are written with one decimal, so they stand at tenths, and the axis is never shorter than one.
    high = math.ceil(10 * max(line.expected.high for line, _known in shown) - 1e-9) / 10 or 0.1
    apart = next((size for size in (0.1, 0.2, 0.5, 1.0, 2.0) if high <= 6 * size), high)
    high = math.ceil(high / apart - 1e-9) * apart
    rows = tuple(
        DotRow(
            label=label_of(line),
            value=line.expected.value,
            low=line.expected.low,
            high=line.expected.high,
            flag="strong" if line.expected.low > 0 else "unsure",
            value_text=signed(line.expected.value, 2),
            range_text=span(line.expected.low, line.expected.high, 2),
        )
        for line, _known in shown
    )
    words = _("What may come of each candidate")
    return DotIntervals(
        title=words,
        description=_("The middle of what may come of each and its 95% range, the surest first."),
        rows=rows,
        low=0.0,
        high=high,
        ticks=tuple(apart * place for place in range(round(high / apart) + 1)),
        axis_label=_("Points of “%(outcome)s”") % {"outcome": board.ground.outcome_label},
        value_label=_("May bring"),
        decimals=2,
        compact=True,
        steadied=False,
    )


def effects_figure(board: Board, shown: Sequence[tuple[BoardLine, Estimates]]) -> Figure:
    """Return the same as a figure."""
    return dot_figure(effects_block(board, shown), "effects")


def effort_picture(board: Board, shown: Sequence[tuple[BoardLine, Estimates]]) -> Figure | None:
    """Return what may come of each by effort, None with fewer than two estimated ones."""
    points = [
        EffortPoint(
            label_of(line), known.effort, known.readiness, line.expected.value, line.expected.low, line.expected.high
        )
        for line, known in shown
        if known.effort is not None and known.readiness is not None
    ]
    return effort_figure(points[:MOST_PICTURED], board.ground.outcome_label, "effort") if len(points) > 1 else None


def making_of(board: Board) -> Making:
    """Return how the board was made."""
    ground = board.ground
    return Making(
        method=_(
            "Strength x room x reach. Strength is the square root of a driver's LMG share of what all drivers explain; "
            "room is the distance to what the best quarter of teams reach, in standard deviations of people; reach is "
            "the part of the people whom it concerns. Further down the River's own what-if is followed."
        ),
        formula="sqrt(share x R2) x room / SD(driver) x SD(outcome) x reach",
        n=ngettext("%(n)s person asked in %(unit)s", "%(n)s people asked in %(unit)s", ground.people)
        % {"n": words_of_reports.count(ground.people), "unit": board.ground.book.tree.names[ground.row]},
        inputs=ground.drivers.inputs_hash,
        limits=(
            _("Association, not cause: nobody was given more of a driver to see what happens."),
            _("Strengths are those of %(unit)s.") % {"unit": ground.strength_of},
            _("Ranges come from 20,000 draws of share, R2 and score, each as sure as it was released."),
            _("Too close to call: ahead of the first in more than 5% of the draws."),
            _("A move larger than one standard deviation of units' own changes is carried down as one."),
        ),
        sources=("Lindeman, Merenda and Gold 1980", "Grömping 2006"),
        versions=tuple(ground.drivers.made_with.items()),
    )
