"""The report of a validated assessment: what it comes to, each practice, gaps, change, how it was made."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from headwater.reports.document import Block, Document, KeyFigure, KeyFigures, Paragraph, Section, Sentence, Table
from headwater.rooms.decide.directions.documents import file_response
from headwater.rooms.decide.maturity.result_queries import DimensionResult, ResultPage
from headwater.rooms.decide.maturity.words import ATTRIBUTION
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.queries import organisation_name

FORMS = ("pdf", "pptx")
"""The forms of the report."""
MOST_GAPS = 10


def report_response(page: ResultPage, form: str) -> HttpResponse:
    """Answer with the report as a file to save. Raises KeyError for another form."""
    return file_response(report_document(page), page.assessment.title, form)


def report_document(page: ResultPage) -> Document:
    """Return a validated assessment as a document."""
    assessment = page.assessment
    unit = assessment.unit.name if assessment.unit is not None else organisation_name()
    sections = [_overall(page), _dimensions(page), *(_dimension(one) for one in page.dimensions), _gaps(page)]
    if len(page.trend) > 1:
        sections.append(_trend(page))
    sections.append(_made(page))
    day = assessment.validated_at
    return Document(
        kind="maturity",
        key=f"maturity-{assessment.pk}",
        title=_("%(unit)s stands at “%(gate)s”.") % {"unit": unit, "gate": page.gate},
        subtitle=str(page.gate_meaning),
        organisation=organisation_name(),
        period=assessment.title,
        audience=_("whoever leads here"),
        minutes=len(sections),
        language=(get_language() or "en").split("-", maxsplit=1)[0],
        brand=brand_of(),
        sections=tuple(sections),
        footer=_("An assessment by people, with evidence; not a measurement."),
        sources=(str(ATTRIBUTION),),
        made_on=None if day is None else localtime(day).date(),
    )


def _overall(page: ResultPage) -> Section:
    complete = sum(one.complete for one in page.gates)
    practices = sum(one.practices for one in page.gates)
    figures = (
        KeyFigure(str(page.gate), _("overall level"), _("level %(n)d of 5") % {"n": page.standing.gate}),
        KeyFigure(
            f"{_number(page.standing.share, 0)}%", _("of all points"), _("band “%(band)s”") % {"band": page.band}
        ),
        KeyFigure(str(complete), _("practices complete"), _("of %(n)d") % {"n": practices}),
    )
    rows = tuple(
        (
            str(one.title),
            str(one.meaning),
            "–" if not one.practices else _("%(n)d of %(all)d") % {"n": one.complete, "all": one.practices},
            _("counts") if one.counts else _("not yet"),
        )
        for one in page.gates
    )
    header = (_("Overall level"), _("What it means"), _("Practices complete"), "")
    heading = _("A level counts only when every practice of it and of all below is complete")
    blocks: tuple[Block, ...] = (
        KeyFigures(figures),
        Table(_("The five levels"), header, rows, (), (1.4, 4.0, 1.4, 0.9)),
    )
    return Section(heading, blocks, _("What it comes to"))


def _dimensions(page: ResultPage) -> Section:
    rows = tuple((str(one.title), _number(one.mean, 1), str(len(one.rows))) for one in page.dimensions)
    heading = _("Where it is strong, and where it is thin")
    header = (_("Dimension"), _("Mean level, 0 to 4"), _("Practices"))
    remark = _("Means of a few practices each: a picture to talk about, not a ranking.")
    blocks: tuple[Block, ...] = (
        Table(_("The five dimensions"), header, rows, (1, 2), (3.0, 1.4, 1.0)),
        Paragraph(remark, quiet=True),
    )
    return Section(heading, blocks, _("Dimensions"))


def _dimension(one: DimensionResult) -> Section:
    rows = tuple((row.words.title, str(row.level), str(row.level_text), str(row.evidence)) for row in one.rows)
    header = (_("Practice"), _("Level"), _("That is"), _("Evidence"))
    heading = _("%(dimension)s: mean level %(mean)s of 4") % {"dimension": one.title, "mean": _number(one.mean, 1)}
    table = Table(_("Practices with their agreed level"), header, rows, (1, 3), (5.0, 0.7, 2.0, 0.9))
    return Section(heading, (table,))


def _gaps(page: ResultPage) -> Section:
    count = len(page.lacking)
    if not count:
        heading = _("Every practice is complete")
        return Section(heading, (Sentence(_("Keep it so: look again in a year.")),), _("What comes next"))
    heading = ngettext(
        "One practice keeps “%(gate)s” from counting", "%(n)d practices keep “%(gate)s” from counting", count
    ) % {"n": count, "gate": page.next_gate}
    rows = tuple((row.words.title, str(row.level_text), row.words.anchors[2]) for row in page.lacking[:MOST_GAPS])
    header = (_("Practice"), _("Now"), _("What it looks like when it is always in place"))
    return Section(heading, (Table(_("What it waits for"), header, rows, (), (3.0, 1.4, 4.0)),), _("What comes next"))


def _trend(page: ResultPage) -> Section:
    rows = tuple(
        (
            one.assessment.title,
            date_format(one.assessment.validated_at, "DATE_FORMAT") if one.assessment.validated_at else "",
            str(one.gate),
            f"{_number(one.share, 0)}%",
            str(one.up),
            str(one.down),
        )
        for one in page.trend
    )
    heading = _("How it moved")
    header = (_("Assessment"), _("Validated"), _("Overall level"), _("Points"), _("Practices up"), _("Practices down"))
    remark = _("Other assessors may judge otherwise; a step of one level in one practice may be theirs.")
    table = Table(_("Validated assessments"), header, rows, (3, 4, 5), (2.4, 1.4, 1.4, 0.8, 1.0, 1.0))
    return Section(heading, (table, Paragraph(remark, quiet=True)), _("Trend"))


def _made(page: ResultPage) -> Section:
    assessment = page.assessment
    day = date_format(assessment.validated_at, "DATE_FORMAT") if assessment.validated_at is not None else ""
    words = [
        _("%(n)d assessors scored alone, then agreed. %(name)s validated it on %(day)s.")
        % {"n": page.assessors, "name": page.validator, "day": day},
        page.agreement,
        *page.figures,
        _("Practices of version %(version)s. A practice is complete from level %(level)d.")
        % {"version": assessment.library, "level": assessment.complete_from},
        _("Bands are ours: %(bands)s.")
        % {"bands": ", ".join(_("%(band)s from %(n)d%%") % {"band": band, "n": start} for band, start in page.bands)},
    ]
    heading = _("How it was made")
    return Section(heading, tuple(Paragraph(one, quiet=place > 0) for place, one in enumerate(words)))


def _number(value: float, decimals: int) -> str:
    # Rounded as on the page: `number_format` would cut the decimals off.
    return floatformat(value, decimals)
