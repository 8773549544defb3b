"""The branded template of a deck: theme, master and layouts, made once a brand with python-pptx and packed.

A user who opens a deck and adds a slide gets the brand: its colours and fonts are the theme's, the layouts carry the
places and styles of sentence, kicker, footer and number.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from headwater.reports.brand import Brand
from headwater.reports.renderers.archive import Entry, pack
from headwater.reports.renderers.pptx.cover_art import cover_art
from headwater.reports.renderers.pptx.markup import DECLARATION, HEIGHT, NAMESPACES, WIDTH, clean, emu, line, place

LAYOUTS = ("Cover", "Sentence")
"""Layouts by position; layout n is slideLayout<n + 1>.xml."""
MARGIN, RIGHT = 96.0, 1504.0
TITLE = (MARGIN, 118.0, RIGHT - MARGIN, 112.0)
KICKER = (MARGIN, 78.0, RIGHT - MARGIN, 36.0)
FOOTER_LINE = 812.0
FOOTER = (MARGIN, 824.0, 1240.0, 48.0)
NUMBER = (1384.0, 824.0, 120.0, 48.0)
COVER_TITLE = (MARGIN, 168.0, 620.0, 356.0)
COVER_SUBTITLE = (MARGIN, 544.0, 560.0, 110.0)
COVER_FACTS = (MARGIN, 770.0, 600.0, 84.0)
_SERIF_LOOK = 'panose="02040502050405020303" pitchFamily="18" charset="0"'
_SANS_LOOK = 'panose="020F0502020204030204" pitchFamily="34" charset="0"'


@dataclass(frozen=True)
class Template:
    """The parts that all decks of a brand share, packed; names of parts as in the archive."""

    entries: tuple[Entry, ...]
    overrides: str
    """Content types of these parts."""
    colours: Mapping[str, str]


def template_of(brand: Brand) -> Template:
    """Return the template of a brand, made on first use."""
    return _template(tuple(sorted(brand.colours.items())), brand.name, brand.serif, brand.sans)


@lru_cache(maxsize=8)
def _template(colours: tuple[tuple[str, str], ...], name: str, serif: str, sans: str) -> Template:
    from pptx import Presentation

    tokens = dict(colours)
    deck = Presentation()
    deck.slide_width, deck.slide_height = emu(WIDTH), emu(HEIGHT)
    _ = deck.notes_master
    for layout in list(deck.slide_layouts)[len(LAYOUTS) :]:
        deck.slide_layouts.remove(layout)
    buffer = io.BytesIO()
    deck.save(buffer)
    with zipfile.ZipFile(buffer) as saved:
        parts = {entry: saved.read(entry) for entry in saved.namelist()}
    return _pack(parts, tokens, name, serif, sans)


def _pack(parts: dict[str, bytes], tokens: dict[str, str], name: str, serif: str, sans: str) -> Template:
    """Take over what every deck shares, with the brand's theme, master and layouts; leave out what is a deck's own."""
    kept: dict[str, bytes] = {}
    for part, data in parts.items():
        if re.fullmatch(r"ppt/(theme/theme\d+\.xml|notesMasters/(_rels/)?\w+\.xml(\.rels)?|tableStyles\.xml)", part):
            kept[part] = data
    for part in [part for part in kept if part.startswith("ppt/theme/")]:
        kept[part] = _theme(kept[part].decode(), tokens, name, serif, sans).encode()
    master_theme = re.search(r"theme/(theme\d+\.xml)", parts["ppt/slideMasters/_rels/slideMaster1.xml.rels"].decode())
    assert master_theme is not None
    kept["ppt/slideMasters/slideMaster1.xml"] = _master(tokens).encode()
    kept["ppt/slideMasters/_rels/slideMaster1.xml.rels"] = relations(
        [("slideLayout", f"../slideLayouts/slideLayout{at}.xml") for at in range(1, len(LAYOUTS) + 1)]
        + [("theme", f"../theme/{master_theme.group(1)}")]
    ).encode()
    for at, layout in enumerate((_cover_layout(tokens), _sentence_layout(tokens)), 1):
        kept[f"ppt/slideLayouts/slideLayout{at}.xml"] = layout.encode()
        kept[f"ppt/slideLayouts/_rels/slideLayout{at}.xml.rels"] = relations(
            [("slideMaster", "../slideMasters/slideMaster1.xml")]
        ).encode()
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{_content_type(part)}"/>'
        for part in sorted(kept)
        if "_rels" not in part
    )
    return Template(tuple(pack(part, kept[part], 9) for part in sorted(kept)), overrides, tokens)


def _content_type(part: str) -> str:
    base = "application/vnd.openxmlformats-officedocument"
    if part.startswith("ppt/theme/"):
        return f"{base}.theme+xml"
    kind = {"slideMasters": "slideMaster", "slideLayouts": "slideLayout", "notesMasters": "notesMaster"}.get(
        part.split("/")[1], "tableStyles"
    )
    return f"{base}.presentationml.{kind}+xml"


def relations(targets: list[tuple[str, str]]) -> str:
    """A relationships part: rId1, rId2 ... of (kind, target)."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    body = "".join(
        f'<Relationship Id="rId{at}" Type="{office}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{DECLARATION}<Relationships xmlns="{package}">{body}</Relationships>'


def _theme(xml: str, tokens: dict[str, str], name: str, serif: str, sans: str) -> str:
    slots = {
        "dk1": "ink", "lt1": "paper", "dk2": "ink-2", "lt2": "sunken", "accent1": "teal", "accent2": "need",
        "accent3": "interval", "accent4": "interval-need", "accent5": "hold", "accent6": "rule", "hlink": "teal",
        "folHlink": "ink-3",
    }  # fmt: skip
    scheme = "".join(f'<a:{slot}><a:srgbClr val="{tokens[token][1:]}"/></a:{slot}>' for slot, token in slots.items())
    label = clean(name).replace('"', "&quot;")
    fonts = (
        f'<a:fontScheme name="{label}"><a:majorFont><a:latin typeface="{clean(serif)}" {_SERIF_LOOK}/>'
        '<a:ea typeface=""/><a:cs typeface=""/></a:majorFont>'
        f'<a:minorFont><a:latin typeface="{clean(sans)}" {_SANS_LOOK}/><a:ea typeface=""/><a:cs typeface=""/>'
        "</a:minorFont></a:fontScheme>"
    )
    colours = f'<a:clrScheme name="{label}">{scheme}</a:clrScheme>'
    xml = re.sub(r"<a:clrScheme.*?</a:clrScheme>", lambda _: colours, xml, flags=re.DOTALL)
    xml = re.sub(r"<a:fontScheme.*?</a:fontScheme>", lambda _: fonts, xml, flags=re.DOTALL)
    return re.sub(r'(<a:theme [^>]*name=)"[^"]*"', lambda found: f'{found.group(1)}"{label}"', xml, count=1)


def _frame(kind: str, name: str, shapes: str, *, layout_kind: str = "", keep: bool = False) -> str:
    """The outer element of a master or layout: background, shape tree."""
    what = f' type="{layout_kind}"' if layout_kind else ""
    preserve = ' preserve="1"' if keep else ""
    title = f' name="{name}"' if name else ""
    background = '<p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
    return (
        f"{DECLARATION}<p:{kind} {NAMESPACES}{what}{preserve}><p:cSld{title}>"
        f"{background if kind == 'sldMaster' else ''}{tree(shapes)}</p:cSld>"
    )


def tree(shapes: str) -> str:
    """A shape tree."""
    return (
        '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
        f"{shapes}</p:spTree>"
    )


def _holder(
    number: int,
    name: str,
    kind: str,
    index: int | None,
    where: tuple[float, float, float, float],
    prompt: str,
    style: str = "",
    *,
    anchor: str = "t",
) -> str:
    """A placeholder of the master or a layout, with its place and style."""
    what = f' type="{kind}"'
    position = "" if index is None else f' idx="{index}"'
    inside = (
        '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
        '<a:rPr lang="en"/><a:t>‹#›</a:t></a:fld></a:p>'
        if kind == "sldNum"
        else f'<a:p><a:r><a:rPr lang="en"/><a:t>{prompt}</a:t></a:r></a:p>'
    )
    sizes = ' sz="quarter"' if kind in {"ftr", "sldNum"} or (index or 0) > 9 else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
        f"<p:ph{what}{sizes}{position}/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm>{place(*where)}</a:xfrm>"
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" '
        f'bIns="0" anchor="{anchor}"><a:normAutofit/></a:bodyPr><a:lstStyle>{style}</a:lstStyle>{inside}</p:txBody>'
        "</p:sp>"
    )


def _level(size: float, scheme: str, *, font: str = "+mn-lt", bold: bool = False, align: str = "l") -> str:
    weight = ' b="1"' if bold else ' b="0"'
    return (
        f'<a:lvl1pPr algn="{align}" marL="0" indent="0"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef>'
        f'<a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr sz="{round(size * 100)}"{weight}><a:solidFill>'
        f'<a:schemeClr val="{scheme}"/></a:solidFill><a:latin typeface="{font}"/></a:defRPr></a:lvl1pPr>'
    )


def _rule(number: int, tokens: dict[str, str]) -> str:
    x, y, width = emu(MARGIN), emu(FOOTER_LINE), emu(RIGHT - MARGIN)
    return (
        f'<p:cxnSp><p:nvCxnSpPr><p:cNvPr id="{number}" name="Rule"/><p:cNvCxnSpPr/><p:nvPr userDrawn="1"/>'
        f'</p:nvCxnSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="0"/></a:xfrm>'
        f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom>{line("line", tokens, 0.75)}</p:spPr></p:cxnSp>'
    )


_COLOUR_MAP = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
    'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
)


def _master(tokens: dict[str, str]) -> str:
    shapes = (
        _holder(2, "Sentence", "title", None, TITLE, "The sentence: what it means", anchor="t")
        + _holder(3, "Text", "body", 1, (MARGIN, 250, RIGHT - MARGIN, 540), "What shows it")
        + _holder(4, "Footer", "ftr", 3, FOOTER, "What the numbers are", _level(11, "tx2"), anchor="ctr")
        + _holder(5, "Number", "sldNum", 4, NUMBER, "", _level(11, "tx2", align="r"), anchor="ctr")
    )
    layouts = "".join(f'<p:sldLayoutId id="{2147483649 + at}" r:id="rId{at + 1}"/>' for at in range(len(LAYOUTS)))
    title = _level(32, "tx1", font="+mj-lt").replace('<a:spcPct val="100000"/>', '<a:spcPct val="95000"/>')
    other = "".join(
        f'<a:lvl{level}pPr marL="{(level - 1) * 228600}" indent="0"><a:spcBef>'
        '<a:spcPts val="600"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="1600"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        '<a:latin typeface="+mn-lt"/></a:defRPr>'
        f"</a:lvl{level}pPr>"
        for level in range(1, 6)
    )
    return (
        f"{_frame('sldMaster', '', shapes)}{_COLOUR_MAP}<p:sldLayoutIdLst>{layouts}</p:sldLayoutIdLst>"
        f'<p:hf hdr="0" dt="0"/><p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{other}</p:bodyStyle>'
        f"<p:otherStyle>{_level(14, 'tx1')}</p:otherStyle></p:txStyles></p:sldMaster>"
    )


def _cover_layout(tokens: dict[str, str]) -> str:
    shapes = (
        cover_art(tokens, 20)
        + _holder(2, "Title", "ctrTitle", None, COVER_TITLE, "A sentence", _level(40, "tx1", font="+mj-lt"))
        + _holder(3, "Subtitle", "subTitle", 1, COVER_SUBTITLE, "What was asked of whom",
                  _level(15, "tx2", font="+mj-lt"))
        + _holder(4, "Facts", "body", 10, COVER_FACTS, "Organisation, period, reader, minutes", _level(13, "tx2"),
                  anchor="b")
    )  # fmt: skip
    body = _frame("sldLayout", LAYOUTS[0], shapes, layout_kind="title", keep=True)
    return f"{body}<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"


def _sentence_layout(tokens: dict[str, str]) -> str:
    shapes = (
        _holder(2, "Sentence", "title", None, TITLE, "The sentence: what it means")
        + _holder(3, "Kicker", "body", 10, KICKER, "Which page this is", _level(14, "tx2"))
        + _rule(6, tokens)
        + _holder(4, "Footer", "ftr", 11, FOOTER, "What the numbers are", anchor="ctr")
        + _holder(5, "Number", "sldNum", 12, NUMBER, "", anchor="ctr")
    )
    body = _frame("sldLayout", LAYOUTS[1], shapes, layout_kind="titleOnly", keep=True)
    return f"{body}<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
