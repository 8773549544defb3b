"""Diverging bars: the shares of each answer, low to the left, high to the right, the neutral one in sand between."""

from __future__ import annotations

from headwater.reports.charts.chart import NARROW, Chart, ChartTable
from headwater.reports.charts.dots import hatch
from headwater.reports.charts.lettering import shorten, width_of, wrap
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain
from headwater.reports.document import Diverging
from headwater.vocab import WITHHELD_REASON, said

WIDTH = 760.0
_STEPS = {
    2: (1, 7),
    3: (1, 4, 7),
    4: (1, 2, 6, 7),
    5: (1, 2, 4, 6, 7),
    6: (1, 2, 3, 5, 6, 7),
    7: (1, 2, 3, 4, 5, 6, 7),
}


def steps_of(count: int) -> tuple[int, ...]:
    """Return the colour step of each of `count` answers, low to high."""
    if count in _STEPS:
        return _STEPS[count]
    return tuple(1 + round(6 * at / (count - 1)) for at in range(count)) if count > 1 else (4,)


def diverging_bars(block: Diverging, key: str, *, is_narrow: bool = False) -> Chart:
    """Draw the bars. is_narrow: for a phone, with questions in several lines.

    Raises ValueError where a row has another number of shares than there are answers.
    """
    width = NARROW if is_narrow else WIDTH
    count = len(block.categories)
    steps = steps_of(count)
    shown = [row for row in block.rows if row.withheld is None]
    for row in shown:
        if len(row.percents) != count:
            raise ValueError(f"{row.label!r} has {len(row.percents)} shares for {count} answers")
    left = max((_low_share(row.percents, block.neutral) for row in shown), default=50.0)
    right = max((sum(row.percents) - _low_share(row.percents, block.neutral) for row in shown), default=50.0)
    scale = (width - 8) / max(left + right, 1.0)
    middle = 4 + left * scale
    legend, top = _legend(block, steps, width)
    parts = [*legend]
    for row in block.rows:
        beside = said(WITHHELD_REASON) if row.withheld is not None else ""
        if row.withheld is None and row.n is not None:
            beside = said("%(n)s answers", n=plain(row.n, 0))
        lines = wrap(row.label, width - 8, 14, most=4) if is_narrow else (shorten(row.label, width - 90, 14),)
        for words in lines:
            parts.append(element("text", {"class": "nm", "x": 4, "y": top + 14}, words))
            top += 18
        # On a phone what stands beside the question takes a line of its own.
        top -= 0 if is_narrow and beside else 18
        place = {"x": 4, "y": top + 14} if is_narrow else {"x": width - 4, "y": top + 14, "text-anchor": "end"}
        if row.withheld is not None:
            parts.append(hatch(4, top + 22, width - 8, 24))
        if beside:
            parts.append(element("text", place, shorten(beside, width - 8 if is_narrow else 300, 13)))
        if row.withheld is not None:
            top += 62
            continue
        x = middle - _low_share(row.percents, block.neutral) * scale
        for share, step in zip(row.percents, steps, strict=True):
            wide = share * scale
            if wide > 0:
                parts.append(
                    element(
                        "rect",
                        {"class": f"f{step}a", "x": x, "y": top + 22, "width": max(wide - 1.5, 0.5), "height": 24},
                    )
                )
            figure = plain(share, 0)
            if wide >= width_of(figure, 13) + 3:
                parts.append(element("text", {"x": x + wide / 2, "y": top + 60, "text-anchor": "middle"}, figure))
            x += wide
        parts.append(element("line", {"class": "zero", "x1": middle, "x2": middle, "y1": top + 18, "y2": top + 49}))
        top += 74
    return Chart(key, block.title, block.description, width, top, join(parts), diverging_table(block))


def diverging_table(block: Diverging) -> ChartTable:
    """Return the shares as a table."""
    rows = []
    for row in block.rows:
        if row.withheld is not None:
            rows.append((row.label, said(WITHHELD_REASON), *("–" for _ in block.categories)))
        else:
            shares = tuple(f"{plain(share, 0)}%" for share in row.percents)
            rows.append((row.label, "–" if row.n is None else plain(row.n, 0), *shares))
    numeric = tuple(range(1, len(block.categories) + 2))
    return ChartTable(block.title, (said("Question"), said("Answers"), *block.categories), tuple(rows), numeric)


def _low_share(percents: tuple[float, ...], neutral: int | None) -> float:
    """What lies left of the middle line: the low answers and half the neutral one."""
    if neutral is None:
        return sum(percents[: len(percents) // 2])
    return sum(percents[:neutral]) + percents[neutral] / 2


def _legend(block: Diverging, steps: tuple[int, ...], width: float) -> tuple[list[Markup], float]:
    parts, x, y = [], 4.0, 4.0
    for words, step in zip(block.categories, steps, strict=True):
        wide = 20 + width_of(words, 13) + 18
        if x + wide > width and x > 4:
            x, y = 4.0, y + 22
        parts.append(element("rect", {"class": f"f{step}a", "x": x, "y": y, "width": 14, "height": 14, "rx": 2}))
        parts.append(element("text", {"x": x + 20, "y": y + 12}, words))
        x += wide
    return parts, y + 32
