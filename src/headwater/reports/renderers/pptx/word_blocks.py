"""Blocks of sentences on a slide: words, figures, remarks, what is not shown, what people wrote."""

from __future__ import annotations

from headwater.reports.document import Callout, Callouts, Comments, KeyFigures, Paragraph, Sentence, WithheldNote
from headwater.reports.renderers.pptx.markup import box, paragraph
from headwater.reports.renderers.pptx.page import Area, Page, height_of
from headwater.reports.renderers.pptx.tables import hatch
from headwater.vocab import said

FIGURES = 152.0
MEASURE = 1000.0
"""Widest line of running words, in pixels."""
CALLOUT_GAP = 22.0


def sentence_height(block: Sentence, width: float) -> float:
    """Height of a sentence."""
    return height_of(block.text, min(width, 1240), 22, serif=True, spacing=1.1)


def draw_sentence(page: Page, block: Sentence, area: Area) -> None:
    """Draw a sentence in serif type."""
    page.text("Sentence", Area(area.x, area.y, min(area.width, 1240), area.height),
              page.say(block.text, 22, serif=True, spacing=1.1))  # fmt: skip


def paragraph_height(block: Paragraph, width: float) -> float:
    """Height of a paragraph."""
    words = f"{block.heading} {block.text}".strip()
    return height_of(words, min(width, MEASURE), 13 if block.quiet else 15, spacing=1.18)


def draw_paragraph(page: Page, block: Paragraph, area: Area) -> None:
    """Draw a paragraph."""
    size, ink = (13.0, "ink-2") if block.quiet else (15.0, "ink")
    head = page.run(f"{block.heading} ", size, ink, bold=True) if block.heading else ""
    words = paragraph(head + page.run(block.text, size, ink), spacing=1.12)
    page.text("Words", Area(area.x, area.y, min(area.width, MEASURE), area.height), words)


def draw_figures(page: Page, block: KeyFigures, area: Area) -> None:
    """Draw figures beside each other, each over a thin rule."""
    gap = 36.0
    wide = (area.width - gap * (len(block.figures) - 1)) / max(len(block.figures), 1)
    for at, figure in enumerate(block.figures):
        x = area.x + at * (wide + gap)
        page.add(box(page.number(), "Rule", (x, area.y, wide, 3), look=page.fill("teal"), description=None))
        words = page.say(figure.value, 36, serif=True) + page.say(figure.label, 15, bold=True)
        words += page.say(figure.detail, 13, "ink-2") if figure.detail else ""
        page.text(f"Figure: {figure.label}", Area(x, area.y + 14, wide, FIGURES - 24), words)


def callout_heights(block: Callouts, width: float) -> list[float]:
    """Heights of remarks."""
    return [_callout_height(one, width) for one in block.items]


def _callout_height(one: Callout, width: float) -> float:
    return height_of(f"◆ {one.heading} {one.text}", width - 30, 15, bold=True, spacing=1.08) + 6


def draw_callouts(page: Page, block: Callouts, area: Area) -> None:
    """Draw remarks with a coloured edge; a mark repeats what the colour says."""
    y = area.y
    for one, height in zip(block.items, callout_heights(block, area.width), strict=True):
        edge = {"strong": "teal", "need": "need", "note": "hold"}[one.kind]
        mark = {"strong": "● ", "need": "◆ ", "note": ""}[one.kind]
        page.add(box(page.number(), "Edge", (area.x, y, 4, height), look=page.fill(edge), description=None))
        words = page.run(mark, 12, edge) if mark else ""
        words += page.run(f"{one.heading} ", 15, bold=True) + page.run(one.text, 15)
        inside = Area(area.x + 26, y, area.width - 26, height)
        page.text(f"Remark: {one.heading}", inside, paragraph(words, spacing=1.05), anchor="ctr")
        y += height + CALLOUT_GAP


def withheld_height(block: WithheldNote, width: float) -> float:
    """Height of a note on what is not shown."""
    words = f"{block.subject}. {block.reason}. {_nearest(block)}"
    return max(64.0, height_of(words, width - 120, 13, spacing=1.1) + 32)


def draw_withheld(page: Page, block: WithheldNote, area: Area) -> None:
    """Draw the hatch, the one reason and the nearest group with its number."""
    where = (area.x, area.y, area.width, area.height)
    page.add(box(page.number(), "Ground", where, look=page.fill("hold-bg"), description=None))
    look = f"{hatch(page.colours)}<a:ln><a:noFill/></a:ln>"
    page.add(box(page.number(), "Hatch", (area.x, area.y, 56, area.height), look=look, description=None))
    words = paragraph(
        page.run(f"{block.subject}. ", 13, bold=True)
        + page.run(f"{block.reason}. {_nearest(block)}".rstrip(), 13, "ink-2"),
        spacing=1.08,
    )
    inside = Area(area.x + 76, area.y + 8, area.width - 96, area.height - 16)
    page.text(said("Not shown"), inside, words, anchor="ctr")


def _nearest(block: WithheldNote) -> str:
    if not block.nearest:
        return ""
    told = f": {block.nearest_text}" if block.nearest_text else ""
    return said("The nearest group we can show is %(nearest)s%(told)s.", nearest=block.nearest, told=told)


def comments_height(block: Comments, width: float) -> float:
    """Height of the themes, three beside each other."""
    wide = (width - 72) / 3
    tallest = max((_theme_height(theme.quotes, wide) for theme in block.themes[:3]), default=0.0)
    note = height_of(block.note, width, 13) + 10 if block.note else 0.0
    return tallest + note


def _theme_height(quotes: tuple[str, ...], wide: float) -> float:
    return 84 + sum(height_of(f"“{quote}”", wide, 16, serif=True, spacing=1.12) + 14 for quote in quotes)


def draw_comments(page: Page, block: Comments, area: Area) -> None:
    """Draw up to three themes beside each other; the pages after it take the next ones."""
    wide = (area.width - 72) / 3
    for at, theme in enumerate(block.themes[:3]):
        x = area.x + at * (wide + 36)
        page.add(box(page.number(), "Rule", (x, area.y, wide, 3), look=page.fill("teal"), description=None))
        count = said("%(n)s of %(of)s wrote of it", n=theme.n, of=theme.of)
        words = page.say(theme.theme, 16, bold=True) + page.say(count, 13, "ink-2",
                                                               after=6)  # fmt: skip
        words += "".join(
            page.say(f"“{quote}”", 16, italic=True, serif=True, spacing=1.1, after=6) for quote in theme.quotes
        )
        page.text(f"Theme: {theme.theme}", Area(x, area.y + 14, wide, area.height - 14), words)
    if block.note:
        tall = height_of(block.note, area.width, 13)
        page.text("Remark", Area(area.x, area.bottom - tall, area.width, tall), page.say(block.note, 13, "ink-2"))
