"""Blocks of words and tables on a slide."""

from __future__ import annotations

from headwater.reports import wording
from headwater.reports.charts.numerals import plain
from headwater.reports.document import (
    ActionList,
    DataTable,
    Guide,
    HeatCell,
    HeatMap,
    HeatRow,
    Table,
)
from headwater.reports.renderers.looks import cell_text
from headwater.reports.renderers.pptx.markup import box
from headwater.reports.renderers.pptx.page import Area, Page, height_of, lines_of
from headwater.reports.renderers.pptx.tables import Cell, hatch, table
from headwater.vocab import said

HEADER = 42.0
HEAT_ROW, HEAT_TWO, HEAT_LEGEND = 42.0, 64.0, 72.0
"""Pixels of a row, of one with a cell or label on two lines, and of the key."""
LINE = 1.21 / 0.6


def draw_table(page: Page, block: Table, area: Area) -> None:
    """Draw a plain table."""
    widths = column_widths(block, area.width)
    rows = [(HEADER, [_head(page, text, at in block.numeric) for at, text in enumerate(block.header)])]
    for row, height in zip(block.rows, table_rows(block, area.width), strict=True):
        cells = [
            Cell(page.say(text, 13, bold=at == 0, align="r" if at in block.numeric else "l"), inset=(0, 24))
            for at, text in enumerate(row)
        ]
        rows.append((height, cells))
    page.add(table(page.number(), f"Table: {block.title}", (area.x, area.y), widths, rows, page.colours, block.title))


def column_widths(block: Table, width: float) -> list[float]:
    """Widths of the columns in pixels."""
    shares = block.widths or (1.0,) * len(block.header)
    return [width * share / sum(shares) for share in shares]


def table_rows(block: Table, width: float) -> list[float]:
    """Heights of the rows by how many lines their words take."""
    widths = column_widths(block, width)
    return [
        max(
            (
                height_of(text, wide - 24, 13, bold=at == 0)
                for at, (text, wide) in enumerate(zip(row, widths, strict=True))
            ),
            default=0,
        )
        + 20
        for row in block.rows
    ]


def _head(page: Page, text: str, numeric: bool = False) -> Cell:
    return Cell(page.say(text, 12, "ink-2", align="r" if numeric else "l"), anchor="b", inset=(0, 24))


def as_table(block: DataTable, most: int) -> Table:
    """Turn the head of a data table into words: a slide cannot hold a workbook, and says so."""
    columns = block.columns[:8]
    rows = [
        tuple(cell_text(value, column) for value, column in zip(row, columns, strict=False))
        for row in block.rows[:most]
    ]
    numeric = tuple(at for at, column in enumerate(columns) if column.kind != "text")
    shares = tuple(max(column.width, 6.0) for column in columns)
    return Table(block.title, tuple(column.label for column in columns), tuple(rows), numeric, shares)


def action_heights(block: ActionList, width: float) -> list[float]:
    """Heights of the rows of an action list."""
    widths = action_widths(block, width)
    shift = 1 if block.where else 0
    found = []
    for action in block.actions:
        what = height_of(action.what, widths[shift] - 24, 15, bold=True)
        what += height_of(action.detail, widths[shift] - 24, 12) + 6
        rest = max(
            height_of(text, wide - 24, 14)
            for text, wide in zip((action.who, action.by, action.known_by), widths[shift + 1 :], strict=True)
        )
        unit = height_of(action.unit, widths[0] - 24, 13) if shift else 0
        found.append(max(what, rest, unit) + 26)
    return found


def action_widths(block: ActionList, width: float) -> list[float]:
    """Widths of the columns: with the unit's name where the steps belong to several units."""
    shares = (0.15, 0.34, 0.13, 0.12, 0.26) if block.where else (0.40, 0.14, 0.13, 0.33)
    return [width * share for share in shares]


def draw_actions(page: Page, block: ActionList, area: Area) -> None:
    """Draw next steps as a native table."""
    widths = action_widths(block, area.width)
    header = [said("What"), said("Who"), said("By"), said("How we shall know")]
    rows = [(HEADER, [_head(page, text) for text in ([said("Where"), *header] if block.where else header)])]
    for action, height in zip(block.actions, action_heights(block, area.width), strict=True):
        what = page.say(("◆ " if action.needs else "") + action.what, 15, bold=True)
        what += page.say(action.detail, 12, "ink-2")
        cells = [Cell(what, inset=(0, 24))]
        cells += [
            Cell(page.say(text, 14), inset=(0, 24), anchor="ctr") for text in (action.who, action.by, action.known_by)
        ]
        if block.where:
            cells.insert(0, Cell(page.say(action.unit, 13, "ink-2"), inset=(0, 24)))
        rows.append((height, cells))
    page.add(table(page.number(), f"Table: {block.title}", (area.x, area.y), widths, rows, page.colours, block.title))


def guide_heights(block: Guide, width: float) -> list[float]:
    """Heights of the steps of a guide."""
    return [
        height_of(step.what, width - 190, 15, bold=True) + height_of(step.words, width - 190, 16, serif=True) + 40
        for step in block.steps
    ]


def draw_guide(page: Page, block: Guide, area: Area) -> None:
    """Draw a conversation guide: minutes, what to do, words to say."""
    rows = [(HEADER, [_head(page, said("Minutes")), _head(page, block.title)])]
    for step, height in zip(block.steps, guide_heights(block, area.width), strict=True):
        words = page.say(step.what, 15, bold=True, after=3) + page.say(step.words, 16, "teal", italic=True, serif=True)
        rows.append((height, [Cell(page.say(str(step.minutes), 26, "teal", serif=True)), Cell(words)]))
    page.add(
        table(page.number(), f"Table: {block.title}", (area.x, area.y), [150, area.width - 150], rows, page.colours,
              block.title)
    )  # fmt: skip


def heat_height(block: HeatMap, width: float) -> float:
    """Height of a heat map."""
    return _heat_header(block, width) + sum(_heat_rows(block, width)) + HEAT_LEGEND


def _heat_widths(block: HeatMap, width: float) -> tuple[float, float, float]:
    """Pixels of the columns of labels, of answers, and of one score."""
    label, count = min(320.0, width * 0.22), 116.0
    return label, count, (width - label - count) / max(len(block.columns), 1)


def _heat_rows(block: HeatMap, width: float) -> list[float]:
    label, _, wide = _heat_widths(block, width)
    return [
        HEAT_TWO
        if lines_of(row.label, label - 8 - row.depth * 18, 13, bold=row.strong) > 1
        or any(lines_of(cell.text, wide - 8, 13, bold=True) > 1 for cell in row.cells)
        else HEAT_ROW
        for row in block.rows
    ]


def _heat_header(block: HeatMap, width: float) -> float:
    wide = _heat_widths(block, width)[2]
    return max((height_of(text, wide - 8, 12, bold=True) for text in block.columns), default=24.0) + 16


def draw_heat(page: Page, block: HeatMap, area: Area) -> None:
    """Draw a heat map as a native table, with the key to its colours."""
    label, count, wide = _heat_widths(block, area.width)
    tall = _heat_header(block, area.width)
    head = [
        Cell(page.say(said("Group"), 12, "ink-2"), anchor="b", rule=None),
        Cell(page.say(said("Answers"), 12, "ink-2", align="r"), anchor="b", rule=None, inset=(0, 16)),
    ]
    head += [
        Cell(page.say(text, 12, "ink-2", align="ctr", bold=True), anchor="b", rule=None, inset=(3, 3))
        for text in block.columns
    ]
    heights = _heat_rows(block, area.width)
    rows = [(tall, head), *((height, _heat_row(page, row)) for height, row in zip(heights, block.rows, strict=True))]
    widths = [label, count, *[wide] * len(block.columns)]
    told = f"{block.title}. {block.description}"
    page.add(table(page.number(), f"Table: {block.title}", (area.x, area.y), widths, rows, page.colours, told))
    _heat_key(page, block, Area(area.x, area.y + tall + sum(heights) + 20, area.width, 44))


def _heat_row(page: Page, row: HeatRow) -> list[Cell]:
    cells = [
        Cell(page.say(row.label, 13, bold=row.strong), rule=None, inset=(row.depth * 18.0, 8)),
        Cell(page.say(plain(row.n, 0) if row.n is not None else "–", 13, "ink-2", align="r"), rule=None, inset=(0, 16)),
    ]
    return cells + [_heat_cell(page, cell) for cell in row.cells]


def _heat_cell(page: Page, cell: HeatCell) -> Cell:
    if cell.withheld:
        return Cell("", hatch(page.colours), border="paper")
    if cell.value is None:
        return Cell("", border="paper")
    words = page.say(cell.text, 13, f"{cell.token}-ink", bold=cell.doubt != "c", align="ctr")
    ground = f'<a:solidFill><a:srgbClr val="{page.colours[cell.token][1:]}"/></a:solidFill>'
    return Cell(words, ground, border="paper", inset=(2, 2))


def _heat_key(page: Page, block: HeatMap, area: Area) -> None:
    """The key: seven steps by three doubts, and what they mean."""
    for down, doubt in enumerate("abc"):
        for step in range(1, 8):
            where = (area.x + (step - 1) * 30, area.y + down * 14, 28, 12)
            page.add(box(page.number(), "Key", where, look=page.fill(f"div-{step}{doubt}"), description=None))
    low = said("%(MINUS)s%(step_size)s and more", MINUS=wording.MINUS, step_size=plain(block.step_size * 2.5, 1))
    words = said(
        "Left: lower, right: higher than %(compared_with)s (%(low)s to +%(step_size)s and more). "
        "Top row sure, middle fairly sure, bottom unsure: pale is “we cannot say”.",
        compared_with=block.compared_with,
        low=low,
        step_size=plain(block.step_size * 2.5, 1),
    )
    page.text(
        said("How to read it"), Area(area.x + 236, area.y - 4, area.width - 236, 48), page.say(words, 12, "ink-2")
    )
