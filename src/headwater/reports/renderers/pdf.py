"""A Document as a tagged PDF/UA-1 on A4, set by Typst. Paper is light, whatever the brand's dark colours are.

Words and figures reach the template as one JSON file and are never put into markup, so that nothing written by people
can become code. The same Document gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

from headwater.reports.charts.lettering import FONTS, covered
from headwater.reports.charts.markup import Markup, element, without_controls
from headwater.reports.document import ActionList, DataTable, Document, RiverPicture, Section
from headwater.reports.localising import in_its_language
from headwater.reports.renderers.html import RIGHT_TO_LEFT
from headwater.reports.renderers.pdf_blocks import Album, block_data
from headwater.reports.renderers.writing import write_whole
from headwater.vocab import said, said_of

TEMPLATE = Path(__file__).with_name("typst") / "report.typ"
_MISSING = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
MOST_REPAIRS = 60
_REGION = re.compile(r"[A-Za-z]{2}")
_LONG_ROWS = 9
_HEADED = frozenset({"actions", "callouts", "comments", "guide"})


def render(document: Document, target: str | Path | IO[bytes]) -> None:
    """Write a Document as one PDF file. The same Document gives the same bytes."""
    write_whole(target, pdf(document))


@in_its_language
def pdf(document: Document) -> bytes:
    """Return a Document as the bytes of a PDF."""
    album = Album(document.brand.colours)
    data = _cleaned(_data(document, album), {})
    made_on = document.made_on or date(2000, 1, 1)
    moment = int(datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC).timestamp())
    pictures = {name: svg.decode("utf-8") for name, svg in album.files.items()}
    written = json.dumps(data, ensure_ascii=False) + "".join(pictures.values())
    own_fonts = not _brand_fonts(document) and covered(written)
    logo = {str(data["logo"]): document.brand.logo.data} if document.brand.logo is not None else {}
    return compiled(TEMPLATE, data, moment=moment, own_fonts=own_fonts, pictures=pictures, files=logo)


def compiled(
    template: Path,
    data: Any,
    *,
    moment: int,
    own_fonts: bool,
    pictures: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a template set with data as the bytes of a tagged PDF/UA-1. The same data give the same bytes.

    data: what the template reads as data.json. moment: the date in the file, in seconds since 1970. own_fonts: whether
    the fonts that come with the product are enough. pictures, files: by name, SVG and bytes that the template places.
    """
    import typst

    missing: dict[str, str] = {}
    for _ in range(MOST_REPAIRS):
        told = json.dumps(_cleaned(data, missing), ensure_ascii=False, sort_keys=True)
        held = {"main.typ": template.read_bytes(), "data.json": told.encode("utf-8")}
        held |= {name: _replaced(svg, missing).encode("utf-8") for name, svg in (pictures or {}).items()}
        held |= files or {}
        try:
            return bytes(
                typst.compile(
                    held,
                    format="pdf",
                    font_paths=_fonts(own_fonts),
                    ignore_system_fonts=own_fonts,
                    pdf_standards=["ua-1"],
                    timestamp=moment,
                )
            )
        except typst.TypstError as error:
            # No font here has these characters, and PDF/UA forbids empty boxes: a question mark stands for each.
            found = _MISSING.search(str(error))
            unknown = {one for one in _unescaped(found.group(1)) if not covered(one)} if found is not None else set()
            if unknown <= missing.keys():
                raise
            missing |= dict.fromkeys(unknown, "?")
    raise RuntimeError("the PDF has too many characters that no font here can show")


def _unescaped(words: str) -> str:
    """Return characters that Typst printed in an error, those that cannot be seen by their code."""
    return _ESCAPED.sub(lambda code: chr(int(code.group(1), 16)), words)


def _replaced(words: str, characters: Mapping[str, str]) -> str:
    return words.translate({ord(one): other for one, other in characters.items()})


def _cleaned(part: Any, characters: Mapping[str, str]) -> Any:
    """The data with control characters taken out of every string, and `characters` replaced."""
    if isinstance(part, str):
        return _replaced(without_controls(part), characters)
    if isinstance(part, dict):
        return {key: _cleaned(value, characters) for key, value in part.items()}
    if isinstance(part, list):
        return [_cleaned(value, characters) for value in part]
    return part


@cache
def _fonts(own_only: bool) -> Any:
    import typst

    return typst.Fonts(include_system_fonts=not own_only, include_embedded_fonts=True, font_paths=[str(FONTS)])


def _brand_fonts(document: Document) -> tuple[str, ...]:
    brand = document.brand
    return tuple(name for name, usual in ((brand.sans, "Inter"), (brand.serif, "Source Serif 4")) if name != usual)


def _data(document: Document, album: Album) -> dict[str, Any]:
    brand = document.brand
    language, _, region = document.language.partition("-")
    minutes = said_of("%(n)s minute", "%(n)s minutes", document.minutes) if document.minutes else ""
    audience = said("For %(audience)s", audience=document.audience) if document.audience else ""
    made = [*document.notes, *(said("Source: %(source)s", source=source) for source in document.sources)]
    made += [f"{name}: {value}" for name, value in sorted(document.made_with.items())]
    if document.short_hash:
        made.append(f"Inputs: {document.short_hash}")
    running = [part for part in (document.organisation, document.period) if part and part != brand.name]
    made_on = document.made_on
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation or brand.name,
        "brand": brand.name,
        "running": " · ".join(running),
        "footer": document.footer,
        "for_whom": " · ".join(part for part in (audience, minutes) if part),
        "lang": language.lower() or "en",
        "region": region.upper() if _REGION.fullmatch(region) else None,
        "rtl": language.lower() in RIGHT_TO_LEFT,
        "made_on": [made_on.year, made_on.month, made_on.day] if made_on is not None else None,
        "colours": dict(brand.colours),
        "fonts": {
            "sans": [*([brand.sans] if brand.sans != "Inter" else []), "Headwater Sans"],
            "serif": [*([brand.serif] if brand.serif != "Source Serif 4" else []), "Headwater Serif"],
        },
        "logo": f"logo.{brand.logo.kind}" if brand.logo is not None else album.add_text(_mark(brand.colour("teal"))),
        "sections": _sections(document, album),
        "made": made,
    }


def _sections(document: Document, album: Album) -> list[dict[str, Any]]:
    sections = [_section(section, at, document, album) for at, section in enumerate(document.sections, 1)]
    for one, following in pairwise(sections):
        # On paper pages flow on: a foot line that the next part repeats is said once.
        if one["footer"] == following["footer"] and not following["own_page"]:
            one["footer"] = ""
    return sections


def _section(section: Section, number: int, document: Document, album: Album) -> dict[str, Any]:
    side = section.layout == "side" and len(section.blocks) > 1
    blocks = [
        block_data(block, album, f"b{number}-{at}", narrow=side and at == 1)
        for at, block in enumerate(section.blocks, 1)
    ]
    # A first page that says the title's sentence again leaves it out, unless headings hang below it.
    said = section.heading != document.title or any(block["kind"] in _HEADED for block in blocks)
    own = any(isinstance(block, (ActionList, RiverPicture, DataTable)) for block in section.blocks)
    return {
        "heading": section.heading,
        "kicker": section.kicker,
        "footer": section.footer if section.footer != document.footer else "",
        "said": said,
        "side": side,
        "own_page": own,
        "long": own or sum(len(block.get("rows", ())) for block in blocks) > _LONG_ROWS or len(blocks) > 3,
        "blocks": blocks,
    }


def _mark(colour: str) -> str:
    """The mark of the house, for brands without a logo."""
    paths = (("1.6", "M2 3C10 3 11 11 28 12"), ("2.6", "M2 12C9 11 14 12 28 12"), ("4", "M2 21C10 21 13 13 28 12"))
    drawn = [
        element("path", {"fill": "none", "stroke": colour, "stroke-linecap": "round", "stroke-width": width, "d": d})
        for width, d in paths
    ]
    attributes = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 30 24", "width": 30, "height": 24}
    return element("svg", attributes, Markup("".join(drawn)))
