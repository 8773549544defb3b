"""Excel workbooks with XlsxWriter: live formulas with their values, filters, conditional formats, native charts.

Data tables become sheets of their own; every other section becomes a sheet of words, tables and charts. The last
sheet says how the workbook was made and what every column holds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from headwater.reports.document import (
    WITHHELD,
    ActionList,
    Block,
    Callouts,
    Comments,
    DataTable,
    Diverging,
    Document,
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
from headwater.reports.localising import in_its_language
from headwater.reports.renderers import xlsx_charts
from headwater.reports.renderers.writing import write_whole
from headwater.reports.renderers.xlsx_colours import colour_differences
from headwater.reports.renderers.xlsx_styles import Styles
from headwater.reports.renderers.xlsx_words import NARROW, WIDEST, grid_of, widths_of, write_grid, write_lines
from headwater.vocab import said


def render(document: Document, target: str | Path | IO[bytes]) -> None:
    """Write a Document as an Excel workbook. The same Document gives the same bytes; a path is renamed into place."""
    write_whole(target, workbook_bytes(document))


@in_its_language
def workbook_bytes(document: Document) -> bytes:
    """Return the bytes of the workbook of a Document."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    made = datetime.combine(document.made_on or date(2000, 1, 1), datetime.min.time(), UTC).replace(tzinfo=None)
    book.set_properties(
        {
            "title": document.title,
            "subject": document.subtitle,
            "author": document.brand.name,
            "company": document.organisation,
            "keywords": document.kind,
            "comments": said("Inputs %(short_hash)s", short_hash=document.short_hash),
            "created": made,
        }
    )
    book.set_size(2400, 1500)
    styles = Styles(book, document.brand)
    names: set[str] = set()
    plan = [(section, _sheet_name(_name_of(section), names)) for section in document.sections]
    contents = book.add_worksheet(_sheet_name(said("Contents"), names))
    made_name = _sheet_name(said("Columns and inputs"), names)
    _contents(contents, styles, document, [*(name for _, name in plan), made_name])
    for section, name in plan:
        sheet = book.add_worksheet(name)
        tables = [block for block in section.blocks if isinstance(block, DataTable)]
        if len(tables) == 1 and len(section.blocks) == 1:
            _data_sheet(sheet, styles, document, tables[0])
        else:
            _section_sheet(book, sheet, styles, document, section)
    _made_sheet(book.add_worksheet(made_name), styles, document)
    book.close()
    return buffer.getvalue()


def _name_of(section: Section) -> str:
    """Name a sheet by its one data table, else by its kicker."""
    if len(section.blocks) == 1 and isinstance(section.blocks[0], DataTable):
        return section.blocks[0].name
    return section.kicker or section.heading


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """Make a name Excel takes: no forbidden characters, 31 at most, not "History", unique whatever the case."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip(" '")[:31].strip(" '") or said("Sheet")
    if plain.lower() == "history":
        plain = "History of it"
    name, count = plain, 1
    while name.lower() in taken:
        count += 1
        ending = f" {count}"
        name = f"{plain[: 31 - len(ending)]}{ending}"
    taken.add(name.lower())
    return name


def _page(sheet: Any, styles: Styles, document: Document, *, wide: bool) -> None:
    """Print set-up: A4, one page wide, footer with title and page; calm sheet without grid lines."""
    sheet.set_paper(9)
    if wide:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L{_footer(document.organisation)}, {_footer(document.period)}&R&P / &N")
    sheet.hide_gridlines(2)
    sheet.set_tab_color(styles.colour("teal"))


def _footer(text: str) -> str:
    return text.replace("&", "&&")[:100]


def _contents(sheet: Any, styles: Styles, document: Document, names: Sequence[str]) -> None:
    """The first sheet: the sentence, what it rests on, and a link to every other sheet."""
    _page(sheet, styles, document, wide=False)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, document.title, styles.text(document.title, styles.title()))
    sheet.set_row(0, 30)
    lines = (
        document.subtitle,
        f"{document.organisation}, {document.period}. For {document.audience}.",
        document.footer,
    )
    row = 1
    for line in lines:
        if line:
            sheet.write_string(row, 0, line, styles.text(line, styles.quiet()))
            row += 1
    row += 1
    link = styles.make(font_color=styles.colour("teal"), underline=1)
    for name, section in zip(names, (*document.sections, None), strict=False):
        place = name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{place}'!A1", link, string=name)
        told = section.heading if section is not None else said("Methods, columns, inputs")
        sheet.write_string(row, 1, told, styles.text(told, styles.words()))
        row += 1


def _data_sheet(sheet: Any, styles: Styles, document: Document, table: DataTable) -> None:
    """One data table: title, header with filters and frozen panes, typed cells, live formulas, coloured differences."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    _page(sheet, styles, document, wide=True)
    sheet.write_string(0, 0, table.title, styles.text(table.title, styles.title()))
    sheet.set_row(0, 28)
    top = 2
    where = {column.key: at for at, column in enumerate(table.columns)}
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(top, at, column.label, styles.head(right=column.kind != "text"))
    sheet.set_row(top, 32)
    formats = [styles.cell(column) for column in table.columns]
    for down, row in enumerate(table.rows, top + 1):
        for at, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            if value is None:
                continue
            if value is WITHHELD:
                sheet.write_string(down, at, said("not shown"), styles.withheld())
            elif isinstance(value, str):
                if value:
                    sheet.write_string(down, at, value, styles.text(value, formats[at]))
            elif isinstance(value, (int, float)):
                known = re.findall(r"\{(\w+)\}", column.formula)
                if column.formula and all(isinstance(row[where[key]], (int, float)) for key in known):
                    cells = {key: xl_rowcol_to_cell(down, where[key]) for key in known}
                    sheet.write_formula(down, at, "=" + column.formula.format(**cells), formats[at], value)
                else:
                    sheet.write_number(down, at, value, formats[at])
    last = top + max(len(table.rows), 1)
    sheet.autofilter(top, 0, last, len(table.columns) - 1)
    sheet.freeze_panes(top + 1, table.freeze)
    sheet.repeat_rows(top)
    for at, column in enumerate(table.columns):
        if column.palette and table.rows:
            colour_differences(sheet, styles, table, at, (top + 1, last))


def _section_sheet(book: Any, sheet: Any, styles: Styles, document: Document, section: Section) -> None:
    """A section of words, tables and charts, top to bottom."""
    _page(sheet, styles, document, wide=True)
    widths = widths_of(section.blocks)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.set_column(len(widths), max(WIDEST, len(widths)), NARROW)
    if any(isinstance(block, DotIntervals) for block in section.blocks):
        sheet.set_column(7, 7, 24)
        sheet.set_column(9, 9, 20)
    sheet.write_string(0, 0, section.heading, styles.text(section.heading, styles.title()))
    sheet.set_row(0, 28)
    row = 1
    if section.footer:
        sheet.write_string(row, 0, section.footer, styles.text(section.footer, styles.quiet()))
        row += 1
    row += 1
    for block in section.blocks:
        row = _write_block(book, sheet, styles, block, row, widths) + 1


def _write_block(book: Any, sheet: Any, styles: Styles, block: Block, row: int, widths: Sequence[float]) -> int:
    """Write one block from a row on; return the first row after it."""
    match block:
        case DotIntervals():
            end = xlsx_charts.dot_table(sheet, styles, block, row)
            return xlsx_charts.dot_chart(book, sheet, styles, block, row, end + 1)
        case Diverging():
            end = xlsx_charts.answer_table(sheet, styles, block, row)
            return xlsx_charts.answer_chart(book, sheet, styles, block, row, end + 1)
        case Trend():
            end = xlsx_charts.trend_table(sheet, styles, block, row)
            return xlsx_charts.trend_chart(book, sheet, styles, block, row, end + 1)
        case HeatMap():
            return _heat(sheet, styles, block, row)
        case Table() | ActionList() | Guide() | Comments() | DataTable() | PlacePicture():
            grid = grid_of(block)
            end = write_grid(sheet, styles, grid, row, widths)
            if isinstance(block, ActionList):
                sheet.autofilter(row, 0, end - 1, len(grid.header) - 1)
            note = block.note if isinstance(block, Comments) else ""
            return write_lines(sheet, styles, [("", note)] if note else [], end, widths)
        case RiverPicture():
            return xlsx_charts.river_table(sheet, styles, block, row)
        case KeyFigures(figures=figures):
            return write_lines(
                sheet, styles, [(one.value, f"{one.label}. {one.detail}") for one in figures], row, widths
            )
        case Callouts(items=items):
            return write_lines(sheet, styles, [(one.heading, one.text) for one in items], row, widths)
        case WithheldNote():
            near = (
                said(
                    " The nearest group we can show is %(nearest)s: %(nearest_text)s.",
                    nearest=block.nearest,
                    nearest_text=block.nearest_text,
                )
                if block.nearest
                else ""
            )
            sheet.write_string(row, 0, f"{block.subject}. {block.reason}.{near}", styles.withheld())
            return row + 1
        case Sentence(text=text):
            return write_lines(sheet, styles, [("", text)], row, widths)
        case Paragraph(text=text, heading=heading):
            return write_lines(sheet, styles, [(heading, text)], row, widths)


def _heat(sheet: Any, styles: Styles, block: HeatMap, row: int) -> int:
    """Write a heat map: scores as numbers, colours of the palette, the hatch where nothing is shown."""
    for at, text in enumerate((said("Group"), said("Answers"), *block.columns)):
        sheet.write_string(row, at, text, styles.head(right=at > 0))
    sheet.set_row(row, 34)
    for down, line in enumerate(block.rows, row + 1):
        sheet.write_string(down, 0, line.label, styles.make(indent=line.depth, bold=line.strong))
        if line.n is not None:
            sheet.write_number(down, 1, line.n, styles.make(num_format="#,##0"))
        for at, cell in enumerate(line.cells, 2):
            if cell.withheld:
                sheet.write_string(down, at, said("not shown"), styles.withheld())
            elif cell.value is not None and not any(letter.isalpha() for letter in cell.text):
                sheet.write_number(down, at, cell.value, styles.heat(cell.token))
            elif cell.value is not None:
                sheet.write_string(down, at, cell.text, styles.heat(cell.token))
    end = row + 1 + len(block.rows)
    words = said(
        "Colour: difference from %(compared_with)s. The paler, the less sure.", compared_with=block.compared_with
    )
    sheet.write_string(end, 0, words, styles.quiet())
    if block.note is not None:
        near = (
            said(" The nearest group we can show is %(nearest)s.", nearest=block.note.nearest)
            if block.note.nearest
            else ""
        )
        sheet.write_string(end + 1, 0, f"{block.note.subject}. {block.note.reason}.{near}", styles.quiet())
        end += 1
    return end + 1


def _made_sheet(sheet: Any, styles: Styles, document: Document) -> None:
    """How it was made: notes, sources, inputs, and what every column of every data sheet holds."""
    _page(sheet, styles, document, wide=False)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 80)
    sheet.write_string(0, 0, said("Columns and inputs"), styles.title())
    row = 2
    facts = [
        *((said("Note"), note) for note in document.notes),
        *((said("Source"), source) for source in document.sources),
        (said("Inputs"), document.inputs_hash),
        *sorted(document.made_with.items()),
    ]
    for name, text in facts:
        sheet.write_string(row, 0, name, styles.words(bold=True))
        sheet.write_string(row, 1, str(text), styles.text(str(text), styles.words(wrap=False)))
        row += 1
    row += 1
    for at, text in enumerate((said("Sheet"), said("Column"), said("What it holds"))):
        sheet.write_string(row, at, text, styles.head())
    for block in document.blocks():
        if not isinstance(block, DataTable):
            continue
        for column in block.columns:
            row += 1
            note = column.note + (said(" (live formula)") if column.formula else "")
            for at, text in enumerate((block.name, column.label, note)):
                sheet.write_string(row, at, text, styles.text(text, styles.make()))
