"""Words on the sheets of a workbook: running lines, and tables whose columns are as wide as what stands in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.reports.charts.places import place_table
from headwater.reports.document import ActionList, Block, Comments, DataTable, Guide, PlacePicture, Table
from headwater.reports.renderers.looks import cell_text
from headwater.reports.renderers.xlsx_styles import Styles
from headwater.vocab import said

WIDEST = 12
"""Columns that a sheet of words has at least."""
FIRST, NARROW = 34.0, 14.0
"""Characters that the first column and the others hold where nothing asks for more."""
MOST = 46.0
"""Characters a column of a table holds before its words go on in a second line."""
LINE = 110.0
"""Characters a running line holds at most."""
HEIGHT, MOST_HEIGHT = 16.0, 400.0
"""Points of one line, and of the tallest row that Excel takes."""
FILLED = 0.9
"""How much of a column's width in digits its letters can use."""


@dataclass(frozen=True)
class Grid:
    """A table of words. numeric: columns set to the right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


def grid_of(block: Table | ActionList | Guide | Comments | DataTable | PlacePicture) -> Grid:
    """Return a block as a table of words."""
    match block:
        case PlacePicture():
            table = place_table(block)
            return Grid(table.header, table.rows, table.numeric)
        case Table():
            return Grid(block.header, block.rows, block.numeric)
        case ActionList(actions=actions):
            header = (
                said("What"),
                said("In detail"),
                said("Who"),
                said("By"),
                said("How we shall know"),
                said("Where"),
            )
            return Grid(
                header, tuple((one.what, one.detail, one.who, one.by, one.known_by, one.unit) for one in actions)
            )
        case Guide(title=title, steps=steps):
            spoken = tuple((one.what, str(one.minutes), one.words) for one in steps)
            return Grid((title, said("Minutes"), said("Words to say")), spoken)
        case Comments(themes=themes):
            quotes = tuple(
                (one.theme, said("%(some)s of %(total)s", some=one.n, total=one.of), quote)
                for one in themes
                for quote in one.quotes
            )
            return Grid((said("Theme"), said("Wrote of it"), said("In their words")), quotes)
    words = tuple(
        tuple(cell_text(value, column) for value, column in zip(row, block.columns, strict=True)) for row in block.rows
    )
    numeric = tuple(at for at, column in enumerate(block.columns) if column.kind != "text")
    return Grid(tuple(column.label for column in block.columns), words, numeric)


def widths_of(blocks: Sequence[Block]) -> list[float]:
    """Return how many characters the columns of a sheet hold, so that its tables of words stand whole."""
    widths = [FIRST]
    for block in blocks:
        if not isinstance(block, (Table, ActionList, Guide, Comments, DataTable, PlacePicture)):
            continue
        grid = grid_of(block)
        for at in range(len(grid.header)):
            longest = max((len(line) for row in (grid.header, *grid.rows) for line in row[at].split("\n")), default=0)
            if at == len(widths):
                widths.append(NARROW)
            widths[at] = max(widths[at], min(math.ceil(longest / FILLED) + 1, MOST))
    return widths


def write_grid(sheet: Any, styles: Styles, grid: Grid, row: int, widths: Sequence[float]) -> int:
    """Write a table of words from a row on, every row as tall as its words. Returns the first row after it."""
    right = set(grid.numeric)
    for at, text in enumerate(grid.header):
        sheet.write_string(row, at, text, styles.head(right=at in right))
    sheet.set_row(row, _height(grid.header, widths))
    for down, line in enumerate(grid.rows, row + 1):
        for at, text in enumerate(line):
            style = styles.words(bold=at == 0, right=at in right)
            sheet.write_string(down, at, text, styles.text(text, style))
        sheet.set_row(down, _height(line, widths))
    return row + 1 + len(grid.rows)


def write_lines(sheet: Any, styles: Styles, lines: Sequence[tuple[str, str]], row: int, widths: Sequence[float]) -> int:
    """Write (bold words, words) one below another, each over as many columns as it needs. Returns the row after."""
    for head, text in lines:
        first = 1 if head else 0
        if head:
            sheet.write_string(row, 0, head, styles.text(head, styles.words(bold=True)))
        last, room = _reach(first, text, widths)
        style = styles.text(text, styles.words())
        if last > first:
            sheet.merge_range(row, first, row, last, "", style)
        sheet.write_string(row, first, text, style)
        tall = max(_lines_in(text, room), _lines_in(head, widths[0]))
        sheet.set_row(row, min(tall * HEIGHT, MOST_HEIGHT))
        row += 1
    return row


def _reach(first: int, text: str, widths: Sequence[float]) -> tuple[int, float]:
    """Return the last column that a line from a column on covers, and how many characters it then holds."""
    needed = min(len(text) / FILLED, LINE)
    last, room = first, _width(first, widths)
    while room < needed and last < WIDEST:
        last += 1
        room += _width(last, widths)
    return last, room


def _width(at: int, widths: Sequence[float]) -> float:
    return widths[at] if at < len(widths) else NARROW


def _height(line: Sequence[str], widths: Sequence[float]) -> float:
    tallest = max((_lines_in(text, widths[at]) for at, text in enumerate(line)), default=1)
    return min(tallest * HEIGHT, MOST_HEIGHT)


def _lines_in(text: str, width: float) -> int:
    """Return how many lines words take in so many characters: they break between words, so a little more."""
    room = max(width * FILLED, 1.0)
    return sum(max(math.ceil(len(line) / room), 1) for line in text.split("\n"))
