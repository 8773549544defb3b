"""A value case as one slide and as a PDF."""

from __future__ import annotations

import io
import re
from datetime import date

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports import RENDERERS
from headwater.reports.charts.numerals import plain
from headwater.reports.document import (
    Block,
    Callout,
    Callouts,
    Document,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Sentence,
    Table,
)
from headwater.rooms.learn.reports import FORMS as MEDIA
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.queries import organisation_name
from headwater.rooms.prove.value import words
from headwater.rooms.prove.value.queries import CasePage, tornado_rows

FORMS = ("xlsx", "pptx", "pdf")
"""The forms of a case."""
SLIDE_ROWS, PAGE_ROWS = 3, 10


def case_document(page: CasePage, *, form: str, today: date) -> Document:
    """Return a case as a document: one slide for "pptx", else every figure with its source behind it.

    Raises ValueError for one that cannot be worked out.
    """
    if page.result is None:
        raise ValueError("figures are missing")
    is_slide = form == "pptx"
    sections = [_first(page, is_slide=is_slide)]
    if not is_slide:
        sections += [_by_year(page), _figures(page), _limits(page)]
    day = today if page.version.presented_at is None else page.version.presented_at.date()
    return Document(
        kind="value",
        key=f"value-{str(page.case.pk)[:8]}-{page.version.number}",
        title=page.headline,
        subtitle=page.case.title,
        organisation=organisation_name(),
        period=date_format(day, "DATE_FORMAT"),
        audience=_("who decides on the money"),
        minutes=2 if is_slide else 8,
        language=(get_language() or "en").partition("-")[0],
        brand=brand_of(),
        sections=tuple(sections),
        footer=state_of(page),
        notes=words.limits_of(page.content) if is_slide else (),
        sources=tuple(dict.fromkeys(line.source for block in page.lines for line in block.figures if line.source)),
        inputs_hash=page.version.inputs_hash,
        made_on=today,
        has_cover=not is_slide,
    )


def file_response(made: Document | bytes, name: str, form: str) -> HttpResponse:
    """Answer with a document, or with a file that was made, to save. name: without ending."""
    if isinstance(made, Document):
        stream = io.BytesIO()
        RENDERERS[form](made, stream)
        made = stream.getvalue()
    answer = HttpResponse(made, content_type=MEDIA[form])
    plainly = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:80] or "value"
    answer["Content-Disposition"] = f'attachment; filename="{plainly}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def state_of(page: CasePage) -> str:
    """Say which version it is."""
    if page.version.is_draft:
        return _("%(title)s. Draft: not presented.") % {"title": page.case.title}
    return _("%(title)s. Version %(n)s, presented on %(day)s.") % {
        "title": page.case.title, "n": page.version.number, "day": words.presented_day(page.version)}  # fmt: skip


def key_figures(page: CasePage) -> KeyFigures:
    """Return what is asked of a case first."""
    return KeyFigures(tuple(KeyFigure(value, label, detail) for label, value, detail in page.facts))


def figures_table(page: CasePage, most: int) -> Table | None:
    """Return what each figure does, the widest share of the spread first; None where no figure has a range."""
    result, currency = page.result, page.case.currency
    assert result is not None
    rows = tuple(
        (
            row.label,
            _("%(low)s to %(high)s") % {"low": row.ends[0], "high": row.ends[1]},
            _("%(low)s to %(high)s")
            % {"low": plain(words.rounded(row.low), 0), "high": plain(words.rounded(row.high), 0)},
            row.even or "–",
            row.share,
        )
        for row in tornado_rows(page.content, result, currency)[:most]
    )
    if not rows:
        return None
    header = (
        _("Figure"),
        _("From low to high"),
        _("Net present value then, %(currency)s") % {"currency": currency},
        _("Break-even"),
        _("Share of the spread"),
    )
    return Table(_("What each figure does to net present value"), header, rows, (1, 2, 3, 4), (3.2, 2.2, 2.2, 1.8, 1.2))


def _first(page: CasePage, *, is_slide: bool) -> Section:
    blocks: list[Block] = [key_figures(page)]
    table = figures_table(page, SLIDE_ROWS if is_slide else PAGE_ROWS)
    if table is not None:
        blocks.append(table)
    if page.doubts:
        blocks.append(Callouts(tuple(Callout("need", _("May be counted twice."), one) for one in page.doubts[:1])))
    # A slide holds either; the share that must be ours says the same in one figure.
    if page.result is not None and not (is_slide and page.doubts):
        blocks.append(Paragraph(words.sceptic(page.result, page.case.currency)))
    kicker = page.case.title if not page.version.is_draft else _("Draft. %(title)s") % {"title": page.case.title}
    notes = (*page.sentences, *words.limits_of(page.content))
    heading = page.headline if is_slide else _("What it comes to, and which figure matters most")
    return Section(heading, tuple(blocks), kicker, speaker_notes=notes, footer=state_of(page))


def _by_year(page: CasePage) -> Section:
    rows = tuple((str(line.year), line.benefits, line.cost, line.net) for line in page.years)
    header = (_("Year"), _("Benefits"), _("Cost"), _("Net"))
    blocks: list[Block] = [Sentence(sentence) for sentence in page.sentences]
    blocks.append(Table(_("The base case by year"), header, rows, (1, 2, 3)))
    worths = tuple((str(block.line), block.link_words or _("A change as it was typed."), block.worth)
                   for block in page.lines)  # fmt: skip
    columns = (_("Line"), _("What its change rests on"), _("Worth today"))
    blocks.append(Table(_("Lines"), columns, worths, (2,), (2, 4, 1.4)))
    return Section(_("The base case, year by year and line by line"), tuple(blocks), _("Base case"))


def _figures(page: CasePage) -> Section:
    rows = [
        (f"{block.line}: {line.name}", line.likely, line.range or "–", line.source or "–")
        for block in page.lines
        for line in block.figures
    ]
    rows += [(line.name, line.likely, line.range or "–", line.source or "–") for line in page.own]
    header = (_("Figure"), _("Likely"), _("Range"), _("Source"))
    table = Table(_("Every figure with its source"), header, tuple(rows), (1, 2), (3, 1.4, 2, 3))
    return Section(_("Every figure with its source"), (table,), _("Inputs"))


def _limits(page: CasePage) -> Section:
    assert page.making is not None
    blocks = [Paragraph(str(one)) for one in page.making.limits]
    blocks.append(Paragraph(str(page.making.method), heading=_("How it was made."), quiet=True))
    return Section(_("What this does not know"), tuple(blocks), _("Limits"))
