"""What the pages of value cases show."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.reports.charts.numerals import plain, span
from headwater.rooms.house.figures import Figure
from headwater.rooms.learn.making import Making
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require
from headwater.rooms.prove.logic.value import Result, Swing
from headwater.rooms.prove.models import ValueCase, ValueLine, ValueVersion
from headwater.rooms.prove.value import words
from headwater.rooms.prove.value.allowed import MANAGE, get_case, may_manage, seen_cases
from headwater.rooms.prove.value.building import Content, Slot, content_of, result_of
from headwater.rooms.prove.value.links import Link
from headwater.rooms.prove.value.pictures import TornadoRow, spread_figure, tornado_figure

MOST_BARS = 12


@dataclass(frozen=True)
class CaseLine:
    """One case in the list. say: one sentence, "" while it cannot be worked out."""

    case: ValueCase
    version: ValueVersion
    say: str
    missing: int


@dataclass(frozen=True)
class CasesPage:
    """The cases a viewer sees."""

    cases: tuple[CaseLine, ...]
    may_manage: bool


@dataclass(frozen=True)
class FigureLine:
    """One figure as it is shown. limit: why it keeps the case a draft, "" for none."""

    name: str
    likely: str
    range: str
    shape: str
    source: str
    limit: str


@dataclass(frozen=True)
class LineBlock:
    """One line with its figures. worth: of the base case, "" before it can be worked out."""

    line: ValueLine
    link: Link | None
    link_words: str
    figures: tuple[FigureLine, ...]
    worth: str
    is_missing: bool


@dataclass(frozen=True)
class YearLine:
    """One year of the base case."""

    year: int
    benefits: str
    cost: str
    net: str


@dataclass(frozen=True)
class CasePage:
    """One version of a case. result: None while figures are missing."""

    case: ValueCase
    content: Content
    versions: tuple[ValueVersion, ...]
    is_latest: bool
    result: Result | None
    headline: str
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str, str], ...]
    years: tuple[YearLine, ...]
    lines: tuple[LineBlock, ...]
    own: tuple[FigureLine, ...]
    doubts: tuple[str, ...]
    missing: tuple[str, ...]
    unsourced: tuple[str, ...]
    tornado: Figure | None
    left_out: int
    spread: Figure | None
    making: Making | None
    may_manage: bool

    @property
    def version(self) -> ValueVersion:
        """The version shown."""
        return self.content.version


def cases_page(*, viewer: Viewer) -> CasesPage:
    """Return the cases a viewer sees. Raises PermissionDenied."""
    manages = may_manage(viewer)
    lines = []
    for case in seen_cases(viewer):
        version = _versions(case, manages)[0]
        content = content_of(version)
        # A result takes the time of 10,000 draws: a list says only what was frozen.
        result = result_of(content) if not version.is_draft else None
        say = (
            "" if result is None else f"{words.headline(result, version.horizon)} {words.worth(result, case.currency)}"
        )
        lines.append(CaseLine(case, version, say, len(content.missing)))
    return CasesPage(tuple(lines), manages)


def case_page(*, viewer: Viewer, case_id: UUID, number: int = 0) -> CasePage:
    """Return a version of a case, the latest that the viewer sees where none is named. Raises Http404."""
    case = get_case(viewer=viewer, case_id=case_id)
    manages = may_manage(viewer)
    versions = _versions(case, manages)
    version = next((one for one in versions if one.number == number), None) if number else versions[0]
    if version is None:
        raise Http404
    content = content_of(version)
    result, currency = result_of(content), case.currency
    names = words.names_by_key(content)
    lines = {str(line.position): line for line in content.lines}
    return CasePage(
        case=case,
        content=content,
        versions=versions,
        is_latest=version == versions[0],
        result=result,
        headline="" if result is None else words.headline(result, version.horizon),
        sentences=() if result is None else _sentences(result, names, currency),
        facts=() if result is None else _facts(result, currency),
        years=() if result is None else _years(result, currency),
        lines=tuple(_block(content, place, result, currency) for place in range(len(content.lines))),
        own=tuple(figure_line(slot, currency) for slot in content.slots if slot.line is None),
        doubts=tuple(words.doubt_text(doubt, lines) for doubt in content.doubts),
        missing=tuple(words.full_name(slot) for slot in content.missing),
        unsourced=tuple(words.full_name(slot) for slot in content.unsourced),
        tornado=None if result is None else _tornado(content, result, names, currency),
        left_out=0 if result is None else max(0, _moving(result) - MOST_BARS),
        spread=None if result is None or result.edges[0] == result.edges[-1] else spread_figure(result, currency),
        making=None if result is None else making_of(content, result),
        may_manage=manages,
    )


def editable_case(*, viewer: Viewer, case_id: UUID) -> tuple[ValueCase, Content]:
    """Return a case with its latest version, to change it. Raises Http404, PermissionDenied."""
    case = get_case(viewer=viewer, case_id=case_id)
    require(viewer, MANAGE)
    return case, content_of(_versions(case, True)[0])


def case_sentences(version: ValueVersion) -> tuple[str, tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    """Return the headline, sentences and key figures of a version, in the language in force. No viewer: for the review.

    Raises ValueError for one that cannot be worked out.
    """
    content = content_of(version)
    result = result_of(content)
    if result is None:
        raise ValueError("figures are missing")
    currency = version.case.currency
    said = _sentences(result, words.names_by_key(content), currency)
    return words.headline(result, version.horizon), said, _facts(result, currency)


def figure_line(slot: Slot, currency: str) -> FigureLine:
    """Return a figure as it is shown."""
    name, kept, unit = words.name_of(slot), slot.kept, slot.quantity.unit
    if kept is None:
        return FigureLine(name, "–", "", "", "", _("missing"))
    day = "" if kept.source_date is None else date_format(kept.source_date, "DATE_FORMAT")
    source = f"{kept.source} ({day})" if day else kept.source
    return FigureLine(
        name=name,
        likely=words.figure_text(kept.likely, unit, currency),
        range=words.range_text(kept, unit, currency),
        shape="" if kept.low == kept.high else str(kept.Shape(kept.shape).label).partition(":")[0],
        source=source,
        limit="" if kept.is_sourced else _("no source"),
    )


def tornado_rows(content: Content, result: Result, currency: str) -> tuple[TornadoRow, ...]:
    """Return what each figure that has a range does, the widest share of the spread first."""
    names = words.names_by_key(content)
    rows = []
    for swing in result.swings:
        if swing.width > 0:
            rows.append(
                TornadoRow(
                    names[swing.key],
                    swing.npv_low,
                    swing.npv_high,
                    _ends(content, swing.key, currency),
                    even_text(content, swing, currency),
                    f"{plain(100 * swing.share, 0)}%",
                )
            )
    return tuple(rows)


def even_text(content: Content, swing: Swing, currency: str) -> str:
    """Return the figure at which the base case comes out at nought, "" for none; said where it lies outside."""
    slot = next((one for one in content.slots if one.key == swing.key), None)
    if swing.break_even is None or (
        slot is not None and not slot.quantity.least <= swing.break_even <= slot.quantity.most
    ):
        return ""
    shown = (
        plain(swing.break_even, 2)
        if slot is None
        else words.figure_text(round(swing.break_even, 2), slot.quantity.unit, currency)
    )
    return shown if swing.is_inside else _("%(figure)s, outside its range") % {"figure": shown}


def making_of(content: Content, result: Result) -> Making:
    """Return how the result was made."""
    return Making(
        method=_(
            "Base case: every figure at likely. Spread: Latin hypercube draws of all figures at once. Share of the "
            "spread: squared rank correlation with net present value. Bars: one figure at a time."
        ),
        formula="NPV = sum of product(line) x sum of min(1, t / b) / (1 + r)^t - sum of cost(t) / (1 + r)^t",
        n=_("%(draws)s draws, seed %(seed)s") % {"draws": plain(result.draws, 0), "seed": result.seed},
        inputs=content.version.inputs_hash,
        limits=words.limits_of(content),
        sources=(
            "Malcolm et al. 1959 (PERT)",
            "McKay, Beckman and Conover 1979 (Latin hypercube)",
            "Saltelli et al. 2008 (sensitivity)",
        ),
    )


def _versions(case: ValueCase, manages: bool) -> tuple[ValueVersion, ...]:
    found = ValueVersion.objects.filter(case=case).select_related("presented_by").order_by("-number")
    return tuple(one for one in found if manages or not one.is_draft)


def _sentences(result: Result, names: dict[str, str], currency: str) -> tuple[str, ...]:
    said = (
        words.worth(result, currency),
        words.sceptic(result, currency),
        words.first_matter(result, names),
    )
    return tuple(one for one in said if one)


def _facts(result: Result, currency: str) -> tuple[tuple[str, str, str], ...]:
    spread = _("nine of ten: %(range)s") % {
        "range": span(words.rounded(result.percentiles[5]), words.rounded(result.percentiles[95]), 0)
    }
    needed = "–" if result.ours_needed is None else f"{plain(result.ours_needed, 0)}%"
    enough = _("not even all of it") if result.ours_needed is None else _("of the change, to break even")
    paid = "–" if result.payback is None else plain(result.payback, 1)
    late = words.payback_range(result) if result.payback is not None else words.payback_text(result)
    return (
        (_("Net present value, %(currency)s") % {"currency": currency}, plain(words.rounded(result.base), 0), spread),
        (_("Chance of paying back"), words.percent(result.pays_back), _("within the horizon")),
        (_("Payback, years"), paid, late),
        (_("Must be ours"), needed, enough),
    )


def _years(result: Result, currency: str) -> tuple[YearLine, ...]:
    found = []
    for year, (cost, net) in enumerate(zip(result.costs, result.net, strict=True)):
        benefits = sum(line[year] for line in result.benefits)
        found.append(
            YearLine(
                year,
                words.exact_money(round(benefits), currency),
                words.exact_money(round(cost), currency),
                words.exact_money(round(net), currency),
            )
        )
    return tuple(found)


def _block(content: Content, place: int, result: Result | None, currency: str) -> LineBlock:
    line = content.lines[place]
    link, slots = content.links.get(line.position), content.of_line(line.position)
    return LineBlock(
        line=line,
        link=link,
        link_words="" if link is None else words.link_text(link),
        figures=tuple(figure_line(slot, currency) for slot in slots),
        worth="" if result is None else words.exact_money(round(result.by_line[place]), currency),
        is_missing=any(slot.kept is None for slot in slots),
    )


def _moving(result: Result) -> int:
    return sum(swing.width > 0 for swing in result.swings)


def _tornado(content: Content, result: Result, names: dict[str, str], currency: str) -> Figure | None:
    rows = tornado_rows(content, result, currency)[:MOST_BARS]
    return tornado_figure(rows, result.base, currency) if rows else None


def _ends(content: Content, key: str, currency: str) -> tuple[str, str]:
    slot = next((one for one in content.slots if one.key == key), None)
    if slot is not None and slot.kept is not None:
        unit = slot.quantity.unit
        return (
            words.figure_text(slot.kept.low, unit, currency),
            words.figure_text(slot.kept.high, unit, currency),
        )
    link = next(link for link in content.links.values() if link.key == key)
    return plain(link.low, 2), plain(link.high, 2)
