"""DrawingML as text: runs, paragraphs, boxes, lines, freeforms, pictures (ECMA-376 part 1, chapters 20 and 21).

Places and sizes are in the pixels of a 1600 by 900 slide; `emu` turns them into the file's units.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 1600, 900
EMU = 7620
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EMPTY = "<a:p><a:endParaRPr/></a:p>"
SCHEME = {
    "ink": "tx1", "paper": "bg1", "ink-2": "tx2", "sunken": "bg2",
    "teal": "accent1", "need": "accent2", "interval": "accent3", "interval-need": "accent4",
    "hold": "accent5", "rule": "accent6",
}  # fmt: skip
"""Tokens that are colours of the theme, so that a change of theme changes the deck."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def emu(pixels: float) -> int:
    """Pixels of the slide grid in English Metric Units."""
    return round(pixels * EMU)


@lru_cache(maxsize=1 << 15)
def clean(text: str) -> str:
    """Text safe inside an element: escaped, without characters that XML forbids."""
    return escape(_ILLEGAL.sub("", text))


def quoted(text: str) -> str:
    """Text safe inside an attribute in double quotes."""
    return clean(text).replace('"', "&quot;").replace("\n", "&#10;")


def colour(token: str, colours: dict[str, str]) -> str:
    """A colour element of a token: the theme's own where it has one."""
    if token in SCHEME:
        return f'<a:schemeClr val="{SCHEME[token]}"/>'
    return f'<a:srgbClr val="{colours[token][1:]}"/>'


def fill(token: str | None, colours: dict[str, str]) -> str:
    """A solid fill, or none."""
    return "<a:noFill/>" if token is None else f"<a:solidFill>{colour(token, colours)}</a:solidFill>"


def line(token: str | None, colours: dict[str, str], width: float = 1.0, dash: str = "") -> str:
    """An outline of `width` points, or none."""
    if token is None:
        return "<a:ln><a:noFill/></a:ln>"
    dashes = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(width * 12700)}" cap="rnd">{fill(token, colours)}{dashes}<a:round/></a:ln>'


def run(
    text: str,
    colours: dict[str, str],
    *,
    size: float,
    ink: str = "ink",
    bold: bool = False,
    italic: bool = False,
    serif: bool = False,
    language: str = "en",
) -> str:
    """One run of text. size in points; serif takes the theme's heading font."""
    weight = ' b="1"' if bold else ""
    slant = ' i="1"' if italic else ""
    font = f'<a:latin typeface="{"+mj-lt" if serif else "+mn-lt"}"/>'
    return (
        f'<a:r><a:rPr lang="{language}" sz="{round(size * 100)}"{weight}{slant} dirty="0">'
        f"{fill(ink, colours)}{font}</a:rPr><a:t>{clean(text)}</a:t></a:r>"
    )


def paragraph(runs: str, *, align: str = "l", after: float = 0.0, spacing: float = 1.0) -> str:
    """One paragraph. after: points of space below; spacing: of lines."""
    return (
        f'<a:p><a:pPr algn="{align}" marL="0" indent="0"><a:lnSpc><a:spcPct val="{round(spacing * 100000)}"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:spcAft><a:spcPts val="{round(after * 100)}"/></a:spcAft>'
        f"<a:buNone/></a:pPr>{runs}</a:p>"
    )


def place(x: float, y: float, width: float, height: float) -> str:
    """An offset with an extent."""
    return f'<a:off x="{emu(x)}" y="{emu(y)}"/><a:ext cx="{emu(width)}" cy="{emu(height)}"/>'


_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)


def name_of(number: int, name: str, description: str | None) -> str:
    """Names a shape. description: its alternative text; None marks it as decoration."""
    if description is None:
        return f'<p:cNvPr id="{number}" name="{quoted(name)}" descr="">{_DECORATIVE}</p:cNvPr>'
    told = f' descr="{quoted(description)}"' if description else ""
    return f'<p:cNvPr id="{number}" name="{quoted(name)}"{told}/>'


def placeholder(
    number: int,
    name: str,
    kind: str,
    index: int | None,
    paragraphs: str,
    where: tuple[float, float, float, float] | None = None,
) -> str:
    """A placeholder filled with text. kind: title, body, ftr, sldNum. The layout gives place and style."""
    moved = f"<a:xfrm>{place(*where)}</a:xfrm>" if where else ""
    position = "" if index is None else f' idx="{index}"'
    what = f' type="{kind}"'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{quoted(name)}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph{what}{position}/></p:nvPr></p:nvSpPr><p:spPr>{moved}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>"
        f"{paragraphs}</p:txBody></p:sp>"
    )


def box(
    number: int,
    name: str,
    where: tuple[float, float, float, float],
    paragraphs: str = "",
    *,
    look: str = "<a:noFill/>",
    anchor: str = "t",
    shape: str = "rect",
    description: str | None = "",
    inset: tuple[float, float, float, float] = (0, 0, 0, 0),
    turn: float = 0.0,
    wrap: bool = True,
) -> str:
    """A box, with text or without. look: fill and outline. turn: degrees, clockwise, about its middle."""
    left, top, right, bottom = (emu(side) for side in inset)
    text = (
        f'<p:txBody><a:bodyPr wrap="{"square" if wrap else "none"}" lIns="{left}" tIns="{top}" rIns="{right}" '
        f'bIns="{bottom}" anchor="{anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle/>{paragraphs or EMPTY}</p:txBody>'
    )
    kind = ' txBox="1"' if paragraphs else ""
    turned = f' rot="{round(turn * 60000)}"' if turn else ""
    return (
        f"<p:sp><p:nvSpPr>{name_of(number, name, description)}<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr>"
        f'<p:spPr><a:xfrm{turned}>{place(*where)}</a:xfrm><a:prstGeom prst="{shape}"><a:avLst/></a:prstGeom>{look}'
        f"</p:spPr>"
        f"{text}</p:sp>"
    )


def freeform(
    number: int,
    name: str,
    points: Sequence[tuple[float, float]],
    look: str,
    *,
    closed: bool = True,
    description: str | None = None,
) -> str:
    """A native freeform with straight edges through points (pixels)."""
    left, top = min(x for x, _ in points), min(y for _, y in points)
    width, height = max(x for x, _ in points) - left, max(y for _, y in points) - top
    spots = [f'<a:pt x="{emu(x - left)}" y="{emu(y - top)}"/>' for x, y in points]
    path = f"<a:moveTo>{spots[0]}</a:moveTo>" + "".join(f"<a:lnTo>{spot}</a:lnTo>" for spot in spots[1:])
    return _geometry(number, name, (left, top, width, height), path, look, closed=closed, description=description)


def curve(
    number: int,
    name: str,
    parts: Sequence[Sequence[tuple[float, float]]],
    look: str,
    *,
    closed: bool = True,
    description: str | None = None,
) -> str:
    """A native freeform with smooth edges: a Catmull-Rom spline through each part, straight from part to part.

    One closed part is smooth all round; two parts are the banks of a stream.
    """
    everywhere = [point for part in parts for point in part]
    left, top = min(x for x, _ in everywhere), min(y for _, y in everywhere)
    width, height = max(x for x, _ in everywhere) - left, max(y for _, y in everywhere) - top

    def spot(point: tuple[float, float]) -> str:
        return f'<a:pt x="{emu(point[0] - left)}" y="{emu(point[1] - top)}"/>'

    round_ = closed and len(parts) == 1
    path: list[str] = []
    for part in parts:
        path.append(f"<a:{'lnTo' if path else 'moveTo'}>{spot(part[0])}</a:{'lnTo' if path else 'moveTo'}>")
        count = len(part)
        for start in range(count if round_ else count - 1):
            before, here, after, beyond = (
                part[place % count] if round_ else part[min(max(place, 0), count - 1)]
                for place in range(start - 1, start + 3)
            )
            one = (here[0] + (after[0] - before[0]) / 6, here[1] + (after[1] - before[1]) / 6)
            two = (after[0] - (beyond[0] - here[0]) / 6, after[1] - (beyond[1] - here[1]) / 6)
            path.append(f"<a:cubicBezTo>{spot(one)}{spot(two)}{spot(after)}</a:cubicBezTo>")
    where = (left, top, width, height)
    return _geometry(number, name, where, "".join(path), look, closed=closed, description=description)


def _geometry(
    number: int,
    name: str,
    where: tuple[float, float, float, float],
    path: str,
    look: str,
    *,
    closed: bool,
    description: str | None,
) -> str:
    left, top, width, height = where
    width, height = max(width, 0.1), max(height, 0.1)
    inside = "" if closed else ' fill="none"'
    return (
        f"<p:sp><p:nvSpPr>{name_of(number, name, description)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>"
        f"<a:xfrm>{place(left, top, width, height)}</a:xfrm><a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="{emu(width)}" h="{emu(height)}"{inside}>{path}'
        f"{'<a:close/>' if closed else ''}</a:path></a:pathLst></a:custGeom>{look}</p:spPr></p:sp>"
    )


def picture(number: int, name: str, relation: str, where: tuple[float, float, float, float], description: str) -> str:
    """A picture of an image part."""
    return (
        f'<p:pic><p:nvPicPr>{name_of(number, name, description)}<p:cNvPicPr><a:picLocks noChangeAspect="1"/>'
        f'</p:cNvPicPr><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></p:blipFill><p:spPr><a:xfrm>{place(*where)}</a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></p:spPr></p:pic>"
    )


def group(number: int, name: str, shapes: str, description: str) -> str:
    """A group of shapes read as one picture. Its coordinates are the slide's own."""
    whole = place(0, 0, WIDTH, HEIGHT)
    inside = whole.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
    return (
        f"<p:grpSp><p:nvGrpSpPr>{name_of(number, name, description)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
        f"<p:grpSpPr><a:xfrm>{whole}{inside}</a:xfrm></p:grpSpPr>{shapes}</p:grpSp>"
    )


def chart_frame(
    number: int, name: str, relation: str, where: tuple[float, float, float, float], description: str
) -> str:
    """The frame of a native chart part."""
    x, y, width, height = (emu(side) for side in where)
    return (
        f"<p:graphicFrame><p:nvGraphicFramePr>{name_of(number, name, description)}<p:cNvGraphicFramePr/><p:nvPr/>"
        f'</p:nvGraphicFramePr><p:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></p:xfrm><a:graphic>'
        f'<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart '
        f'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{relation}"/></a:graphicData>'
        f"</a:graphic></p:graphicFrame>"
    )
