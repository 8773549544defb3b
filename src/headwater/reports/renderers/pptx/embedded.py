"""The small workbook behind a native chart, written as plain SpreadsheetML: what the chart shows and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from headwater.reports.renderers.archive import Entry, archive, pack
from headwater.reports.renderers.pptx.markup import DECLARATION, clean

SHEET = "Chart"
LEVEL = 1
"""Deflate level of the one sheet: small workbooks gain little from more."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula with its value."""

    text: str
    value: float


CellContent = str | float | Formula | None


@cache
def letter(column: int) -> str:
    """Column letters by position, from 0: A, B ... Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(value: float) -> str:
    """A number as files hold it: at most 8 significant digits, no trailing zeros."""
    return f"{value:.8g}" if abs(value) < 1e7 else repr(value)


def workbook(rows: Sequence[Sequence[CellContent]]) -> bytes:
    """Write a workbook of one sheet. rows: the header first. None leaves a cell empty."""
    body = []
    for down, row in enumerate(rows, 1):
        cells = []
        for across, content in enumerate(row):
            where = f"{letter(across)}{down}"
            if content is None:
                continue
            if isinstance(content, str):
                cells.append(f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{clean(content)}</t></is></c>')
            elif isinstance(content, Formula):
                cells.append(f'<c r="{where}"><f>{clean(content.text)}</f><v>{number(content.value)}</v></c>')
            else:
                cells.append(f'<c r="{where}"><v>{number(content)}</v></c>')
        body.append(f'<row r="{down}">{"".join(cells)}</row>')
    sheet = (
        f'{DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        f'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="34" customWidth="1"/></cols>'
        f"<sheetData>{''.join(body)}</sheetData></worksheet>"
    )
    return archive((*_frame(), pack("xl/worksheets/sheet1.xml", sheet.encode(), LEVEL)))


@cache
def _frame() -> tuple[Entry, ...]:
    """The parts that are the same in every small workbook, packed once."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/></Types>'
    )
    root = (
        f'{DECLARATION}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    )
    book = (
        f'{DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{SHEET}" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>'
    )
    relations = (
        f'{DECLARATION}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>"
    )
    styles = (
        f'{DECLARATION}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>'
        '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
        'patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/>'
        '</border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '</cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": root,
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations,
        "xl/styles.xml": styles,
    }
    return tuple(pack(name, text.encode()) for name, text in parts.items())
