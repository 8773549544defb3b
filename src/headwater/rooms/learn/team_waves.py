"""Scores of a unit over the released waves of a study, small beside each other. Released values only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from headwater.reports.builders.findings import Finding, by_clearness, real, ticks_of
from headwater.reports.document import Trend, TrendLine, TrendPoint
from headwater.rooms.house.figures import Figure, multiples_figure
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.team_scores import change_words
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import has_book
from headwater.vocab import Bound, Column, Estimate, ScoreBook

MOST_WAVES = 6
MOST_PANELS = 3


def waves_before(wave: Wave) -> list[Wave]:
    """Return the released waves of the same study up to this one, the earliest first, six at most."""
    found = Wave.objects.filter(study=wave.study_id, state=Wave.State.RELEASED, released_at__lte=wave.released_at)
    found = found.select_related("study").defer("plan").order_by("-released_at")
    latest = [one for one in found[:MOST_WAVES] if has_book(one)]
    return latest[::-1]


def trend_figure_of(wave: Wave, row: int, findings: Sequence[Finding], *, since: str) -> Figure | None:
    """Return the clearest scores over time with the unit above in grey. None with fewer than two released waves."""
    books = [(one.title, book_of(one)) for one in waves_before(wave)]
    if len(books) < 2:
        return None
    unit = books[-1][1].tree.ids[row]
    flagged = [one for one in by_clearness(findings) if one.estimate is not None]
    flagged.sort(key=lambda one: one.flag not in ("needs", "strong"))
    panels: list[Trend] = []
    for one in flagged:
        if panels and (one.column.low, one.column.high) != (panels[0].low, panels[0].high):
            continue
        made = _panel(books, unit, one, since)
        if made is not None:
            panels.append(made)
        if len(panels) == MOST_PANELS:
            break
    if not panels:
        return None
    told = "; ".join(f"{panel.title}: {panel.description}" for panel in panels)
    return multiples_figure(panels, "waves", _("The clearest scores, wave by wave"), told)


def _panel(books: Sequence[tuple[str, ScoreBook]], unit: str, one: Finding, since: str) -> Trend | None:
    """One score over time; None where it was shown in fewer than two waves that can be compared."""
    points = _points(books, unit, one.column)
    if sum(point.value is not None for point in points) < 2:
        return None
    book = books[-1][1]
    row = book.tree.index_of[unit]
    above = int(book.tree.parent[row])
    lines = [TrendLine(book.tree.names[row], tuple(points))]
    if above >= 0:
        around = _points(books, book.tree.ids[above], one.column)
        lines.append(TrendLine(book.tree.names[above], tuple(around), quiet=True))
    assert one.estimate is not None
    mark = "%" if one.column.unit == "percent" else ""
    change = change_words(one.estimate.versus_previous, since, one.decimals, mark)
    return Trend(
        title=one.label,
        description=change or _("no change that is real"),
        lines=tuple(lines),
        low=one.column.low,
        high=one.column.high,
        ticks=ticks_of(one.column.low, one.column.high),
        words=change,
        decimals=one.decimals,
    )


def _points(books: Sequence[tuple[str, ScoreBook]], unit: str, column: Column) -> list[TrendPoint]:
    """Return one point a wave: a gap where nothing was released, and before questions changed so that it began anew."""
    points: list[TrendPoint] = []
    for title, book in books:
        number = book.column_of.get((column.measure, column.subject))
        row = book.tree.index_of.get(unit)
        if number is None or (book.columns[number].low, book.columns[number].high) != (column.low, column.high):
            points = [TrendPoint(point.label, None) for point in points]
            points.append(TrendPoint(title, None))
            continue
        if book.previous_wave and not _is_compared(book, number):
            points = [TrendPoint(point.label, None) for point in points]
        found = None if row is None else book.at(row, number)
        if not isinstance(found, Estimate):
            points.append(TrendPoint(title, None))
        elif found.bound is Bound.EXACT:
            points.append(TrendPoint(title, found.shrunken, real(found.shrunken_low), real(found.shrunken_high)))
        else:
            points.append(TrendPoint(title, found.shrunken))
    return points


def _is_compared(book: ScoreBook, number: int) -> bool:
    """Whether a score was compared with the wave before in any unit; never, when its questions changed."""
    return bool(np.isfinite(book.everybody.fields["previous_difference"][:, number]).any())
