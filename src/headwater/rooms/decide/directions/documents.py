"""A direction and the vision as documents: one page to read aloud, then the evidence; PDF and slides."""

from __future__ import annotations

import io
import re
from datetime import date

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports import RENDERERS
from headwater.reports.document import Block, Document, KeyFigure, KeyFigures, Paragraph, Section, Sentence, Table
from headwater.rooms.decide.directions.queries import DirectionPage, VisionPage
from headwater.rooms.learn.reports import FORMS as MEDIA
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.queries import organisation_name

FORMS = ("pdf", "pptx")
"""The forms of a direction and of the vision."""


def direction_document(page: DirectionPage, *, today: date) -> Document:
    """Return a direction as a document: what is read aloud, then what it rests on."""
    direction = page.direction
    # What may come of it stands on a slide of its own: ten lines at once are more than a slide holds.
    first, rest = (page.lines[1:], ()) if page.expected is None else (page.lines[1:-3], page.lines[-3:])
    kicker = _("To read aloud")
    sections = [Section(direction.title, tuple(Paragraph(line) for line in first), kicker=kicker)]
    if rest:
        sections.append(Section(_("What may come of it"), tuple(Paragraph(line) for line in rest), kicker=kicker))
    evidence = _evidence(page)
    if evidence:
        heading = _("What it rests on, as it was known on %(day)s") % {"day": _day(direction.chosen_at)}
        sections.append(Section(heading, evidence, kicker=_("Evidence")))
    if page.reviews:
        rows = tuple(
            (_day(line.review.held_at), line.value or "–", line.move or "–", line.decision, line.review.why)
            for line in page.reviews
        )
        header = (_("When"), _("Stood at"), _("Since then"), _("Decided"), _("Why"))
        heading = _("What was decided since")
        sections.append(Section(heading, (Table(heading, header, rows, (1, 2), (1.2, 1, 1, 1, 4)),)))
    return Document(
        kind="direction",
        key=f"direction-{direction.pk}",
        title=direction.title,
        subtitle=_("%(unit)s; it serves: %(goal)s") % {"unit": direction.unit.name, "goal": direction.goal.title},
        organisation=organisation_name(),
        period=_day(direction.chosen_at),
        audience=_("everybody it concerns"),
        minutes=2,
        language=(get_language() or "en").partition("-")[0],
        brand=brand_of(),
        sections=tuple(sections),
        footer="" if page.frozen is None else _("Evidence frozen on the day it was chosen."),
        inputs_hash=direction.inputs_hash,
        made_on=today,
    )


def vision_document(page: VisionPage) -> Document:
    """Return the vision as a document of one page. Raises ValueError where there is none."""
    if page.vision is None:
        raise ValueError("there is no vision yet")
    blocks: tuple[Block, ...] = tuple(Paragraph(words, heading=title) for title, words in page.sections)
    day = timezone.localdate(page.vision.made_at)
    return Document(
        kind="vision",
        key=f"vision-{page.vision.number}",
        title=page.vision.title,
        subtitle=_("The experience we want, version %(n)s") % {"n": page.vision.number},
        organisation=organisation_name(),
        period=date_format(day),
        audience=_("everybody here"),
        minutes=4,
        language=(get_language() or "en").partition("-")[0],
        brand=brand_of(),
        sections=(Section(page.vision.title, blocks, kicker=_("Our vision")),),
        made_on=day,
    )


def file_response(document: Document, name: str, form: str) -> HttpResponse:
    """Answer with a document as a file to save. form: of FORMS. name: of the file, without ending."""
    stream = io.BytesIO()
    RENDERERS[form](document, stream)
    answer = HttpResponse(stream.getvalue(), content_type=MEDIA[form])
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:80] or "direction"
    answer["Content-Disposition"] = f'attachment; filename="{plain}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _evidence(page: DirectionPage) -> tuple[Block, ...]:
    kept = page.frozen
    if kept is None:
        return ()
    figures = [
        KeyFigure(kept.value_text, kept.label, _("range %(range)s") % {"range": kept.range_text}),
        KeyFigure(page.target, _("Target"), _("by %(day)s") % {"day": date_format(page.direction.target_date)}),
        KeyFigure(page.smallest, _("Smallest change that can be seen"), _("from wave to wave")),
    ]
    blocks: list[Block] = [Sentence(kept.sentence), KeyFigures(tuple(figures))]
    if page.stations:
        blocks.append(Paragraph("; ".join(page.stations), heading=_("Further down"), quiet=True))
    live = page.live
    if live is not None and page.is_newer:
        words = _("In %(wave)s it stands at %(value)s (%(range)s).") % {
            "wave": live.wave_title, "value": live.value_text, "range": live.range_text}  # fmt: skip
        blocks.append(Paragraph(words, heading=_("Now")))
    return tuple(blocks)


def _day(at: object) -> str:
    return date_format(timezone.localdate(at))  # type: ignore[arg-type]
