"""A Document as one HTML file: fonts and style inside, nothing fetched, no script.

Landmarks, headings, a skip link and tables with captions for readers who listen (WCAG 2.2 AA); light and dark as the
reader prefers; A4 on paper; 360 px and up.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import IO

from headwater.reports.brand import Brand
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.themes import ASSETS, colour_rules, stylesheet
from headwater.reports.document import Document, Section
from headwater.reports.localising import in_its_language
from headwater.reports.renderers.page_blocks import draw_block
from headwater.reports.renderers.writing import write_whole
from headwater.vocab import said, said_of

FONT_FILES = (
    ("Headwater Sans", "headwater-sans.woff2", "400 600", "normal"),
    ("Headwater Serif", "headwater-serif.woff2", "400", "normal"),
    ("Headwater Serif", "headwater-serif-italic.woff2", "400", "italic"),
)
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def render(document: Document, target: str | Path | IO[bytes]) -> None:
    """Write a Document as one HTML file. The same Document gives the same bytes."""
    write_whole(target, page(document).encode("utf-8"))


@in_its_language
def page(document: Document) -> str:
    """Return a Document as one HTML page."""
    style = _style(document.brand)
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    language = document.language.split("-")[0].lower()
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("meta", {"name": "referrer", "content": "no-referrer"}),
        element("title", None, f"{document.title} · {document.organisation}"),
        Markup(f"<style>{style}</style>"),
    )
    body = element(
        "body",
        None,
        element("a", {"class": "skip", "href": "#main"}, said("Skip to content")),
        _top(document),
        element(
            "main",
            {"id": "main"},
            _head(document),
            _contents(document),
            *_sections(document),
            _made(document),
        ),
        _foot(document),
    )
    attributes = {"lang": document.language, "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr"}
    return f"<!doctype html>\n{element('html', attributes, head, body)}\n"


@cache
def _faces() -> str:
    faces = []
    for family, file, weight, style in FONT_FILES:
        data = base64.b64encode((ASSETS / "fonts" / file).read_bytes()).decode("ascii")
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:swap;'
            f'src:url("data:font/woff2;base64,{data}") format("woff2")}}'
        )
    return "\n".join(faces)


def _style(brand: Brand) -> str:
    """The one stylesheet. A brand's colours are checked hex values and its fonts checked names."""
    families = []
    for kind, chosen, usual, fallback in (
        ("sans", brand.sans, "Inter", brand.sans_fallback),
        ("serif", brand.serif, "Source Serif 4", brand.serif_fallback),
    ):
        if chosen != usual:
            generic = "sans-serif" if kind == "sans" else "serif"
            families.append(f'--{kind}:"{chosen}","{fallback}",{generic}')
    own = f":root{{{';'.join(families)}}}" if families else ""
    sheets = (
        stylesheet("tokens"),
        colour_rules(brand.colours, brand.dark),
        own,
        stylesheet("report"),
        stylesheet("charts"),
    )
    return "\n".join((_faces(), *sheets))


def _top(document: Document) -> Markup:
    brand = document.brand
    if brand.logo is not None:
        kind = "image/png" if brand.logo.kind == "png" else "image/svg+xml"
        data = base64.b64encode(brand.logo.data).decode("ascii")
        size = {"width": brand.logo.width, "height": brand.logo.height}
        mark = element("img", {"class": "logo", "src": f"data:{kind};base64,{data}", "alt": "", **size})
    else:
        mark = element(
            "svg",
            {"viewBox": "0 0 30 24", "aria-hidden": "true"},
            *(
                element("path", {"class": "st", "stroke-width": width, "d": d})
                for width, d in (
                    ("1.6", "M2 3C10 3 11 11 28 12"),
                    ("2.6", "M2 12C9 11 14 12 28 12"),
                    ("4", "M2 21C10 21 13 13 28 12"),
                )
            ),
        )
    where = document.organisation if document.organisation != brand.name else ""
    return element(
        "header",
        {"class": "top"},
        element(
            "div",
            {"class": "top-in"},
            element("p", {"class": "brand"}, mark, brand.name),
            element("span", {"class": "where"}, where) if where else None,
            element("span", {"class": "end"}, document.period) if document.period else None,
        ),
    )


def _head(document: Document) -> Markup:
    minutes = said_of("%(n)s minute", "%(n)s minutes", document.minutes) if document.minutes else ""
    parts: list[Markup] = []
    if minutes:
        parts.append(element("span", {"class": "tag"}, minutes))
    if document.audience:
        parts.append(element("span", None, said("For %(audience)s", audience=document.audience)))
    return element(
        "div",
        {"class": "head"},
        element("h1", None, document.title),
        element("p", {"class": "para quiet"}, document.subtitle) if document.subtitle else None,
        element("p", {"class": "for"}, *parts) if parts else None,
    )


def _contents(document: Document) -> Markup | None:
    if len(document.sections) < 4:
        return None
    items = [
        element("li", None, element("a", {"href": f"#page-{at}"}, section.kicker or section.heading))
        for at, section in enumerate(document.sections, 1)
    ]
    return element("nav", {"class": "contents", "aria-label": said("Contents")}, element("ol", None, *items))


def _sections(document: Document) -> list[Markup]:
    names = [(section.kicker, section.heading) for section in document.sections]
    return [
        _section(section, at, document.title, alone=names.count((section.kicker, section.heading)) == 1)
        for at, section in enumerate(document.sections, 1)
    ]


def _section(section: Section, number: int, title: str, *, alone: bool) -> Markup:
    # The first page of some reports says the sentence of the whole report: it is heard, not seen twice.
    heading = "hide" if section.heading == title else None
    drawn = [draw_block(block, f"b{number}-{at}") for at, block in enumerate(section.blocks, 1)]
    if section.layout == "side" and len(drawn) > 1:
        blocks = element(
            "div",
            {"class": "two"},
            element("div", {"class": "blocks"}, drawn[0]),
            element("div", {"class": "blocks"}, *drawn[1:]),
        )
    else:
        blocks = element("div", {"class": "blocks"}, *drawn)
    # Landmarks have names of their own: pages that continue others are counted.
    ids = f"page-{number}-k page-{number}-h" if section.kicker else f"page-{number}-h"
    spoken = {"aria-label": f"{section.kicker} {section.heading} ({number})".strip()}
    name = {"aria-labelledby": ids} if alone else spoken
    notes = [element("p", {"class": "para quiet"}, note) for note in section.speaker_notes]
    return element(
        "section",
        {"class": "page", "id": f"page-{number}", **name},
        element(
            "div",
            {"class": "page-h"},
            element("p", {"class": "kick", "id": f"page-{number}-k"}, section.kicker) if section.kicker else None,
            element("h2", {"id": f"page-{number}-h", "class": heading}, section.heading),
        ),
        blocks,
        element("p", {"class": "tiny"}, section.footer) if section.footer else None,
        element("details", {"class": "plain"}, element("summary", None, said("To say it aloud")), *notes)
        if notes
        else None,
    )


def _made(document: Document) -> Markup | None:
    lines = [*document.notes, *(said("Source: %(source)s", source=source) for source in document.sources)]
    lines += [f"{name}: {value}" for name, value in sorted(document.made_with.items())]
    if document.short_hash:
        lines.append(f"Inputs: {document.short_hash}")
    if not lines:
        return None
    return element(
        "section",
        {"class": "page made", "aria-labelledby": "made-h"},
        element("h2", {"id": "made-h"}, said("Sources")),
        element("ul", None, *(element("li", None, line) for line in lines)),
    )


def _foot(document: Document) -> Markup:
    made_on = f"{document.made_on.day} {document.made_on:%B %Y}" if document.made_on is not None else ""
    parts = [part for part in (document.footer, document.organisation, document.period, made_on) if part]
    return element("footer", {"class": "foot"}, join(element("span", None, part) for part in parts))
