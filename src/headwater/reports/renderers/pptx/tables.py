"""Native tables: cells with runs, fills and rules, a marked header row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.reports.renderers.pptx.markup import EMPTY, emu, fill, name_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its paragraphs as markup, its fill and the token of the rule below it."""

    paragraphs: str
    look: str = "<a:noFill/>"
    rule: str | None = "line"
    anchor: str = "ctr"
    inset: tuple[float, float] = (0.0, 8.0)
    """Pixels of room left and right."""
    span: int = 1
    """How many columns the cell covers."""
    border: str | None = None
    """Token of a wide border on all sides: the gaps between the cells of a heat map."""


def hatch(colours: dict[str, str]) -> str:
    """The one hatch of everything withheld, native and editable."""
    return (
        f'<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="{colours["hold"][1:]}"/></a:fgClr>'
        f'<a:bgClr><a:srgbClr val="{colours["hold-bg"][1:]}"/></a:bgClr></a:pattFill>'
    )


def table(
    number: int,
    name: str,
    where: tuple[float, float],
    widths: Sequence[float],
    rows: Sequence[tuple[float, Sequence[Cell]]],
    colours: dict[str, str],
    description: str,
    *,
    first_column: bool = True,
) -> str:
    """A table at a place. rows: (height in pixels, cells); the first row is the header."""
    x, y = where
    grid = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in widths)
    body = "".join(
        f'<a:tr h="{emu(height)}">{"".join(_cell(cell, colours) for cell in cells)}</a:tr>' for height, cells in rows
    )
    tall = sum(height for height, _ in rows)
    wide = sum(emu(width) for width in widths)
    column = ' firstCol="1"' if first_column else ""
    return (
        f"<p:graphicFrame><p:nvGraphicFramePr>{name_of(number, name, description)}<p:cNvGraphicFramePr>"
        f'<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm>'
        f'<a:off x="{emu(x)}" y="{emu(y)}"/><a:ext cx="{wide}" cy="{emu(tall)}"/></p:xfrm>'
        f'<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl>'
        f'<a:tblPr firstRow="1"{column}/><a:tblGrid>{grid}</a:tblGrid>{body}</a:tbl></a:graphicData></a:graphic>'
        f"</p:graphicFrame>"
    )


def _cell(cell: Cell, colours: dict[str, str]) -> str:
    left, right = cell.inset
    none = "<a:noFill/>"
    if cell.border:
        sides = "".join(
            f'<a:{side} w="38100">{fill(cell.border, colours)}</a:{side}>' for side in ("lnL", "lnR", "lnT", "lnB")
        )
    else:
        below = none if cell.rule is None else fill(cell.rule, colours)
        sides = (
            f'<a:lnL w="0">{none}</a:lnL><a:lnR w="0">{none}</a:lnR><a:lnT w="0">{none}</a:lnT>'
            f'<a:lnB w="9525">{below}</a:lnB>'
        )
    across = f' gridSpan="{cell.span}"' if cell.span > 1 else ""
    empty = '<a:tc hMerge="1"><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></a:txBody><a:tcPr/></a:tc>'
    return (
        f"<a:tc{across}><a:txBody><a:bodyPr/><a:lstStyle/>{cell.paragraphs or EMPTY}</a:txBody>"
        f'<a:tcPr marL="{emu(left)}" marR="{emu(right)}" marT="{emu(3)}" marB="{emu(3)}" anchor="{cell.anchor}">'
        f"{sides}{cell.look}</a:tcPr></a:tc>{empty * (cell.span - 1)}"
    )
