"""How blocks fill slides: top to bottom, onto a further slide where they do not fit. Nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from headwater.reports.document import (
    ActionList,
    Block,
    Callouts,
    Comments,
    DataTable,
    Diverging,
    DotIntervals,
    Guide,
    HeatMap,
    KeyFigures,
    Paragraph,
    PlacePicture,
    RiverPicture,
    Section,
    Sentence,
    Table,
    Trend,
    WithheldNote,
)
from headwater.reports.renderers.pptx import chart_blocks, table_blocks, word_blocks
from headwater.reports.renderers.pptx.page import Area, Page

BOTTOM = 796.0
LEFT, WIDE = 96.0, 1408.0
MAIN, SIDE = 920.0, 432.0
GAP = 24.0
DATA_ROWS = 10
_Heights = Callable[[Any, float], list[float]]


def height_of_block(block: Block, width: float, room: float) -> float:
    """Pixels a block takes in a column of `width`, when it may use up to `room`."""
    match block:
        case DotIntervals():
            return chart_blocks.dot_height(block, width, room)
        case Diverging():
            return chart_blocks.answers_height(block, room)
        case Trend():
            return min(room, 500.0)
        case HeatMap():
            note = word_blocks.withheld_height(block.note, width) + 12 if block.note else 0.0
            return table_blocks.heat_height(block, width) + note
        case Table():
            return table_blocks.HEADER + sum(table_blocks.table_rows(block, width))
        case ActionList():
            return table_blocks.HEADER + sum(table_blocks.action_heights(block, width))
        case Guide():
            return table_blocks.HEADER + sum(table_blocks.guide_heights(block, width))
        case Callouts():
            heights = word_blocks.callout_heights(block, width)
            return sum(heights) + word_blocks.CALLOUT_GAP * max(len(heights) - 1, 0)
        case KeyFigures():
            return word_blocks.FIGURES
        case WithheldNote():
            return word_blocks.withheld_height(block, width)
        case Comments():
            return word_blocks.comments_height(block, width)
        case Sentence():
            return word_blocks.sentence_height(block, width)
        case Paragraph():
            return word_blocks.paragraph_height(block, width)
        case RiverPicture() | PlacePicture():
            return room
        case DataTable():
            return height_of_block(table_blocks.as_table(block, DATA_ROWS), width, room)


def draw_block(page: Page, block: Block, area: Area) -> None:
    """Draw one block into its area."""
    match block:
        case DotIntervals():
            chart_blocks.draw_dots(page, block, area)
        case Diverging():
            chart_blocks.draw_answers(page, block, area)
        case Trend():
            chart_blocks.draw_trend(page, block, area)
        case HeatMap():
            table_blocks.draw_heat(page, block, area)
            if block.note is not None:
                tall = word_blocks.withheld_height(block.note, area.width)
                word_blocks.draw_withheld(page, block.note, Area(area.x, area.bottom - tall, area.width, tall))
        case Table():
            table_blocks.draw_table(page, block, area)
        case ActionList():
            table_blocks.draw_actions(page, block, area)
        case Guide():
            table_blocks.draw_guide(page, block, area)
        case Callouts():
            word_blocks.draw_callouts(page, block, area)
        case KeyFigures():
            word_blocks.draw_figures(page, block, area)
        case WithheldNote():
            word_blocks.draw_withheld(page, block, area)
        case Comments():
            word_blocks.draw_comments(page, block, area)
        case Sentence():
            word_blocks.draw_sentence(page, block, area)
        case Paragraph():
            word_blocks.draw_paragraph(page, block, area)
        case RiverPicture():
            from headwater.reports.renderers.pptx.river_block import draw_river

            draw_river(page, block, area)
        case PlacePicture():
            from headwater.reports.renderers.pptx.place_block import draw_places

            draw_places(page, block, area)
        case DataTable():
            table_blocks.draw_table(page, table_blocks.as_table(block, DATA_ROWS), area)


def split(block: Block, width: float, room: float) -> tuple[Block, Block] | None:
    """Split a block of rows into what fits into `room` pixels and the rest; None where not one row fits, or all do."""
    if isinstance(block, DotIntervals):
        return _rows(block, "rows", chart_blocks.dot_rows_that_fit(block, width, room))
    if isinstance(block, Diverging):
        return _rows(block, "rows", int((room - 90) // 78))
    if isinstance(block, HeatMap):
        free = room - (height_of_block(replace(block, rows=()), width, room))
        return _rows(block, "rows", int(free // table_blocks.HEAT_TWO))
    heights: list[float]
    if isinstance(block, Table):
        name, heights = "rows", table_blocks.table_rows(block, width)
    elif isinstance(block, ActionList):
        name, heights = "actions", table_blocks.action_heights(block, width)
    elif isinstance(block, Guide):
        name, heights = "steps", table_blocks.guide_heights(block, width)
    elif isinstance(block, Callouts):
        name, heights = "items", [one + word_blocks.CALLOUT_GAP for one in word_blocks.callout_heights(block, width)]
    else:
        return None
    free, count = room - (0 if isinstance(block, Callouts) else table_blocks.HEADER), 0
    for height in heights:
        if height > free:
            break
        free, count = free - height, count + 1
    return _rows(block, name, count)


def _rows(block: Any, name: str, count: int) -> tuple[Block, Block] | None:
    rows = getattr(block, name)
    if count < 1 or count >= len(rows):
        return None
    return replace(block, **{name: rows[:count]}), replace(block, **{name: rows[count:]})


def fill_pages(section: Section, top: Callable[[int], tuple[Page, float]]) -> list[Page]:
    """Draw a section. top(n) opens its n-th slide and returns it with the y where blocks may begin."""
    pages: list[Page] = []
    blocks = [part for block in section.blocks for part in _threes(block)]
    if section.layout == "side" and len(blocks) > 1:
        page, y = top(0)
        pages.append(page)
        left, end = _column(page, blocks[:1], Area(LEFT, y, MAIN, BOTTOM - y))
        right, _ = _column(page, blocks[1:], Area(LEFT + WIDE - SIDE, y, SIDE, BOTTOM - y))
        if right and not left:
            # What the side column cannot hold goes below the chart where there is room.
            right, _ = _column(page, right, Area(LEFT, end, MAIN, BOTTOM - end))
        blocks = left + right
    while blocks:
        page, y = top(len(pages))
        pages.append(page)
        before = blocks
        blocks, _ = _column(page, blocks, Area(LEFT, y, WIDE, BOTTOM - y))
        if blocks == before:
            # One block that no slide can hold: it is drawn all the same, from the top.
            draw_block(page, blocks[0], Area(LEFT, y, WIDE, BOTTOM - y))
            blocks = blocks[1:]
    return pages or [top(0)[0]]


def _threes(block: Block) -> list[Block]:
    """Comments three themes at a time; every other block as it is."""
    if not isinstance(block, Comments) or len(block.themes) <= 3:
        return [block]
    parts = [replace(block, themes=block.themes[at : at + 3], note="") for at in range(0, len(block.themes), 3)]
    return [*parts[:-1], replace(parts[-1], note=block.note)]


def _column(page: Page, blocks: list[Block], area: Area) -> tuple[list[Block], float]:
    """Draw what fits into a column; return what is left, and the y where a further block could begin."""
    y, left = area.y, list(blocks)
    while left:
        others = sum(height_of_block(block, area.width, 200) + GAP for block in left[1:3])
        room = area.bottom - y
        wanted = height_of_block(left[0], area.width, max(room - others, room * 0.55))
        if wanted > room + 0.5:
            parts = split(left[0], area.width, room)
            if parts is None:
                return left, y
            draw_block(page, parts[0], Area(area.x, y, area.width, room))
            return [parts[1], *left[1:]], area.bottom
        draw_block(page, left[0], Area(area.x, y, area.width, wanted))
        y += wanted + GAP
        left = left[1:]
    return [], y
