"""A deck: the brand's template, one part a slide, chart, workbook and page of notes, and the properties of the file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from headwater.reports.document import Document, Section
from headwater.reports.localising import in_its_language
from headwater.reports.renderers.archive import Entry, archive, pack
from headwater.reports.renderers.pptx import markup
from headwater.reports.renderers.pptx.flow import fill_pages
from headwater.reports.renderers.pptx.logo import logo_png
from headwater.reports.renderers.pptx.markup import DECLARATION, HEIGHT, NAMESPACES, WIDTH, clean, emu, placeholder
from headwater.reports.renderers.pptx.page import Page, lines_of, page_colours
from headwater.reports.renderers.pptx.template import (
    COVER_SUBTITLE,
    COVER_TITLE,
    Template,
    relations,
    template_of,
    tree,
)
from headwater.reports.renderers.writing import write_whole
from headwater.vocab import said

LEVEL = 2
FURTHER_LINE = 1.9
"""Pixels that each line of a title after its first takes, for each point of its size."""
"""Deflate level of a deck's own parts: most of the shrinking for little of the time."""
_BASE = "application/vnd.openxmlformats-officedocument"
LOCALES = {"en": "en-GB", "es": "es-ES", "fr": "fr-FR", "de": "de-DE", "ar": "ar-SA"}


def render(document: Document, target: str | Path | IO[bytes]) -> None:
    """Write a Document as a PowerPoint deck: native charts and tables, titles as titles, notes with sources.

    The same Document gives the same bytes. A path is written aside and renamed.
    """
    write_whole(target, deck_bytes(document))


@in_its_language
def deck_bytes(document: Document) -> bytes:
    """Return the bytes of the deck of a Document."""
    template = template_of(document.brand)
    pages = [_cover(document, template)] if document.has_cover else []
    for section in document.sections:
        pages += _section_pages(document, section, template, len(pages))
    return _package(document, template, pages)


def _locale(language: str) -> str:
    return LOCALES.get(language, language)


def _cover(document: Document, template: Template) -> Page:
    page = Page(page_colours(template.colours), _locale(document.language), layout=1, title=document.title)
    room, (x, y, wide, tall) = 345.0, COVER_TITLE
    size = next((size for size in (42, 38, 34, 30, 26) if _title_height(document.title, wide, size) <= room), 22)
    title = f"<a:p>{page.run(document.title, size, serif=True)}</a:p>"
    page.add(placeholder(page.number(), "Title", "ctrTitle", None, title))
    subtitle = f"<a:p>{page.run(document.subtitle, 15, 'ink-2', serif=True)}</a:p>"
    below = y + min(_title_height(document.title, wide, size), tall) + 22
    where = (x, below, COVER_SUBTITLE[2], COVER_SUBTITLE[3])
    page.add(placeholder(page.number(), "Subtitle", "subTitle", 1, subtitle, where))
    minutes = f"{document.minutes} minute" + ("" if document.minutes == 1 else "s")
    facts = f"<a:p>{page.run(f'{document.organisation}, {document.period}', 13, 'ink-2')}</a:p>"
    facts += f"<a:p>{page.run(f'For {document.audience}. Reading time: {minutes}.', 13, 'ink-2')}</a:p>"
    page.add(placeholder(page.number(), "Facts", "body", 10, facts))
    _brand_mark(page, document)
    page.notes = (*document.notes, *(f"Source: {source}" for source in document.sources))
    return page


def _title_height(title: str, width: float, size: float) -> float:
    return lines_of(title, width, size, serif=True) * size * 2.05


def _brand_mark(page: Page, document: Document) -> None:
    """The logo, or the name of the brand in words."""
    image = logo_png(document.brand.logo) if document.brand.logo else None
    if image is None or document.brand.logo is None:
        page.add(
            markup.box(page.number(), "Brand", (96, 92, 600, 40), page.say(document.brand.name, 16, bold=True),
                       anchor="ctr")
        )  # fmt: skip
        return
    logo = document.brand.logo
    scale = min(360 / logo.width, 64 / logo.height)
    relation = page.relation()
    page.images.append((relation, "png", image))
    where = (96.0, 80.0, logo.width * scale, logo.height * scale)
    page.add(markup.picture(page.number(), "Logo", relation, where, f"Logo of {document.brand.name}"))


def _section_pages(document: Document, section: Section, template: Template, before: int) -> list[Page]:
    """Draw a section on one slide or more."""

    def top(at: int) -> tuple[Page, float]:
        page = Page(page_colours(template.colours), _locale(document.language), title=section.heading)
        size = next((size for size in (32, 28, 25, 22) if lines_of(section.heading, 1408, size, serif=True) <= 2), 20)
        lines = lines_of(section.heading, 1408, size, serif=True)
        page.add(placeholder(page.number(), "Sentence", "title", None,
                             f"<a:p>{page.run(section.heading, size, serif=True)}</a:p>"))  # fmt: skip
        kicker = section.kicker + (said(", continued") if at else "")
        if kicker:
            page.add(placeholder(page.number(), "Kicker", "body", 10, f"<a:p>{page.run(kicker, 14, 'ink-2')}</a:p>"))
        if at == 0:
            page.notes = section.speaker_notes
        return page, 118.0 + size * 1.6 + (lines - 1) * size * FURTHER_LINE + 34.0

    pages = fill_pages(section, top)
    for at, page in enumerate(pages, before + 1):
        footer = section.footer or document.footer
        if footer:
            page.add(placeholder(page.number(), "Footer", "ftr", 11, f"<a:p>{page.run(footer, 11, 'ink-2')}</a:p>"))
        number = (
            f'<a:p><a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr lang="{page.language}"/>'
            f"<a:t>{at}</a:t></a:fld></a:p>"
        )
        page.add(placeholder(page.number(), "Number", "sldNum", 12, number))
    return pages


def _package(document: Document, template: Template, pages: list[Page]) -> bytes:
    """Put the parts of a deck together."""
    own: list[Entry] = []
    overrides = [template.overrides]
    charts = images = 0

    def part(name: str, text: str | bytes, kind: str = "", level: int = LEVEL) -> None:
        own.append(pack(name, text.encode() if isinstance(text, str) else text, level))
        if kind:
            overrides.append(f'<Override PartName="/{name}" ContentType="{_BASE}.{kind}+xml"/>')

    for at, page in enumerate(pages, 1):
        links = [("slideLayout", f"../slideLayouts/slideLayout{page.layout}.xml"),
                 ("notesSlide", f"../notesSlides/notesSlide{at}.xml")]  # fmt: skip
        extra: dict[str, tuple[str, str]] = {}
        for relation, chart in page.charts:
            charts += 1
            extra[relation] = ("chart", f"../charts/chart{charts}.xml")
            part(f"ppt/charts/chart{charts}.xml", chart.xml, "drawingml.chart")
            part(f"ppt/charts/_rels/chart{charts}.xml.rels",
                 relations([("package", f"../embeddings/Microsoft_Excel_Sheet{charts}.xlsx")]))  # fmt: skip
            part(f"ppt/embeddings/Microsoft_Excel_Sheet{charts}.xlsx", chart.workbook, level=0)
        for relation, ending, data in page.images:
            images += 1
            extra[relation] = ("image", f"../media/image{images}.{ending}")
            part(f"ppt/media/image{images}.{ending}", data, level=0)
        links += [extra[f"rId{number}"] for number in range(3, 3 + len(extra))]
        slide = (
            f"{DECLARATION}<p:sld {NAMESPACES}><p:cSld>{tree(''.join(page.shapes))}</p:cSld><p:clrMapOvr>"
            "<a:masterClrMapping/></p:clrMapOvr></p:sld>"
        )
        part(f"ppt/slides/slide{at}.xml", slide, "presentationml.slide")
        part(f"ppt/slides/_rels/slide{at}.xml.rels", relations(links))
        part(f"ppt/notesSlides/notesSlide{at}.xml", _notes(page), "presentationml.notesSlide")
        links = [("notesMaster", "../notesMasters/notesMaster1.xml"), ("slide", f"../slides/slide{at}.xml")]
        part(f"ppt/notesSlides/_rels/notesSlide{at}.xml.rels", relations(links))
    part("ppt/presentation.xml", _presentation(len(pages)), "presentationml.presentation.main")
    part("ppt/_rels/presentation.xml.rels", _presentation_relations(len(pages)))
    part("docProps/core.xml", _core(document))
    part("docProps/app.xml", _app(document, len(pages)), "extended-properties")
    types = (
        f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="xlsx" ContentType="{_BASE}.spreadsheetml.sheet"/>{"".join(overrides)}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )
    root = relations([("officeDocument", "ppt/presentation.xml"), ("extended-properties", "docProps/app.xml")])
    core = (
        '<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
        'core-properties" Target="docProps/core.xml"/></Relationships>'
    )
    first = [pack("[Content_Types].xml", types.encode(), LEVEL),
             pack("_rels/.rels", root.replace("</Relationships>", core).encode(), LEVEL)]  # fmt: skip
    return archive([*first, *template.entries, *own])


def _notes(page: Page) -> str:
    paragraphs = "".join(
        f'<a:p><a:r><a:rPr lang="{page.language}" dirty="0"/><a:t>{clean(text)}</a:t></a:r></a:p>'
        for text in page.notes
    )
    shapes = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide Image"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" '
        'noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
        '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
        '<p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>'
        f"{paragraphs or '<a:p><a:endParaRPr/></a:p>'}</p:txBody></p:sp>"
    )
    return (
        f"{DECLARATION}<p:notes {NAMESPACES}><p:cSld>{tree(shapes)}</p:cSld><p:clrMapOvr><a:masterClrMapping/>"
        "</p:clrMapOvr></p:notes>"
    )


def _presentation(slides: int) -> str:
    listed = "".join(f'<p:sldId id="{255 + at}" r:id="rId{at + 4}"/>' for at in range(1, slides + 1))
    return (
        f'{DECLARATION}<p:presentation {NAMESPACES} saveSubsetFonts="1" autoCompressPictures="0"><p:sldMasterIdLst>'
        f'<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:notesMasterIdLst><p:notesMasterId '
        f'r:id="rId2"/></p:notesMasterIdLst><p:sldIdLst>{listed}</p:sldIdLst><p:sldSz cx="{emu(WIDTH)}" '
        f'cy="{emu(HEIGHT)}"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
    )


def _presentation_relations(slides: int) -> str:
    shared = [
        ("slideMaster", "slideMasters/slideMaster1.xml"),
        ("notesMaster", "notesMasters/notesMaster1.xml"),
        ("theme", "theme/theme1.xml"),
        ("tableStyles", "tableStyles.xml"),
    ]
    return relations([*shared, *(("slide", f"slides/slide{at}.xml") for at in range(1, slides + 1))])


def _core(document: Document) -> str:
    """Title, subject, organisation and date; nobody's name."""
    moment = datetime.combine(document.made_on or date(2000, 1, 1), datetime.min.time(), UTC)
    when = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{clean(document.title)}</dc:title><dc:subject>{clean(document.subtitle)}</dc:subject>"
        f"<dc:creator>{clean(document.brand.name)}</dc:creator><cp:keywords>{clean(document.kind)}</cp:keywords>"
        f"<dc:description>{clean(f'Inputs {document.short_hash}')}</dc:description>"
        f"<cp:lastModifiedBy>{clean(document.brand.name)}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified>'
        f"<dc:language>{_locale(document.language)}</dc:language></cp:coreProperties>"
    )


def _app(document: Document, slides: int) -> str:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return (
        f'{DECLARATION}<Properties xmlns="{space}"><Application>{clean(document.brand.name)}</Application>'
        f"<Slides>{slides}</Slides><Notes>{slides}</Notes><Company>{clean(document.organisation)}</Company></Properties>"
    )


__all__ = ["deck_bytes", "render"]
