"""A briefing as a document: a first page with little on it, more behind it, in the form the receiver likes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.reports.blocks import (
    Action,
    ActionList,
    Block,
    Callout,
    Callouts,
    DataColumn,
    DataTable,
    DotIntervals,
    DotRow,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Sentence,
    Table,
)
from headwater.reports.brand import Logo
from headwater.reports.builders.findings import ticks_of
from headwater.reports.charts.numerals import plain
from headwater.reports.document import Document, Section
from headwater.rooms.engage.briefings.evidence import evidence_now, evidence_sent
from headwater.rooms.engage.briefings.words import expects_words
from headwater.rooms.engage.models import Briefing, BriefingCopy, Preference
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.queries import organisation_name
from headwater.vocab import speaking

FILES: dict[str, str] = {
    Preference.Form.SLIDES: "pptx",
    Preference.Form.SPREADSHEET: "xlsx",
    Preference.Form.ONE_PAGE: "pdf",
    Preference.Form.ACTION_LIST: "pdf",
    Preference.Form.LIVE_PAGE: "html",
}
"""The file each form is saved as; of two with one ending the first is the one that others may save."""

UNMARKED = Logo("svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 7" width="1" height="7"/>', 1, 7)
"""Stands where the house's mark would, in a version that somebody passes on as their own."""


@dataclass(frozen=True)
class Content:
    """What one copy says. first: the numbers of the first page. rest: those behind it. sender: under whose name.

    thanks: sentences on the last decision and what came of it. expects: what its sender foresees, "" for nothing.
    own_words: of the receiver, in their upward version.
    """

    goal: str
    message: str
    ask: str
    by: str
    minutes: int
    example: str
    first: tuple[Evidence, ...]
    rest: tuple[Evidence, ...]
    thanks: tuple[str, ...]
    sender: str
    receiver: str
    unit_name: str
    own_words: str = ""
    expects: str = ""

    @property
    def every(self) -> tuple[Evidence, ...]:
        """All numbers, those of the first page first."""
        return (*self.first, *self.rest)


def content_of(copy: BriefingCopy, *, today: date, as_sent: bool = False, upward: bool = False) -> Content:
    """Return what a copy says in the language in force, with live numbers. as_sent: with those frozen at sending.

    upward: the receiver's own version, with their name and words, for their own boss.
    """
    briefing = copy.briefing
    found = evidence_sent(copy) if as_sent else evidence_now(copy, today=today)
    shown = tuple(one for one in found if one.is_shown)
    is_own = upward and bool(copy.upward_name)
    return Content(
        goal=briefing.goal,
        message=copy.upward_message if is_own else briefing.message,
        ask="" if upward else briefing.ask,
        by=date_format(briefing.ask_by_date, "DATE_FORMAT") if briefing.ask_by_date is not None else "",
        minutes=copy.minutes,
        example=briefing.example if copy.with_example else "",
        first=shown[: copy.numbers],
        rest=shown[copy.numbers :],
        thanks=() if upward else thanks_of(copy, shown),
        sender=copy.upward_name if is_own else (briefing.author.name or briefing.author.email),
        receiver="" if upward else str(copy.stakeholder),
        unit_name=briefing.unit.name,
        own_words=copy.upward_words if is_own else "",
        expects="" if upward else expects_words(briefing),
    )


def handed_content(content: Content, copy: BriefingCopy) -> Content:
    """Return what a copy says as its sponsor hands it on: under their name, with the ask, and nothing of the past."""
    return replace(content, sender=str(copy.sponsor), thanks=(), expects="")


def thanks_of(copy: BriefingCopy, now: Sequence[Evidence]) -> tuple[str, ...]:
    """Say thanks for the last decision and what the same numbers say since. () where there is nothing to thank for."""
    last = copy.earlier
    if not copy.thanks or last is None or last.answered_at is None:
        return ()
    day, said = date_format(last.answered_at, "DATE_FORMAT"), last.get_decision_display()
    told = [_("Thank you: on %(day)s you decided “%(said)s”.") % {"day": day, "said": said}]
    later = []
    for before in evidence_sent(last):
        for one in now:
            same = (one.study, one.unit, one.score) == (before.study, before.unit, before.score)
            if same and one.wave != before.wave and one.value_text and before.value_text:
                later.append(
                    _("%(label)s stood at %(then)s then and stands at %(now)s (%(range)s) now.")
                    % {"label": one.label, "then": before.value_text, "now": one.value_text, "range": one.range_text}
                )
    told += later or [_("No later wave is released yet: what it did is not known so far.")]
    return tuple(told)


def document_of(
    copy: BriefingCopy,
    *,
    today: date,
    form: str = "",
    as_sent: bool = False,
    upward: bool = False,
    through: bool = False,
) -> Document:
    """Return a copy as a document in its receiver's language. form: another than its own.

    An upward version carries the receiver's name, keeps the sources, and names neither the sender nor this product.
    through: the version of its sponsor, who names themself in the same way and keeps the ask.
    """
    with translation.override(copy.language), speaking(copy.language):
        content = content_of(copy, today=today, as_sent=as_sent, upward=upward)
        content = handed_content(content, copy) if through else content
        chosen = form or copy.form
        name = organisation_name() or content.unit_name
        brand = brand_of()
        if (upward or through) and brand.logo is None and FILES[Preference.Form(chosen)] in ("pdf", "html"):
            brand = replace(brand, logo=UNMARKED)
        return Document(
            kind="briefing",
            key=f"briefing-{str(copy.pk)[:8]}",
            title=content.message,
            subtitle=_subtitle(content, chosen),
            organisation=name,
            period=", ".join(dict.fromkeys(one.wave_title for one in content.every)),
            audience=content.receiver or _("those who decide"),
            minutes=content.minutes,
            language=copy.language,
            brand=brand,
            sections=_sections(content, chosen),
            footer=_("From %(sender)s. %(unit)s.") % {"sender": content.sender, "unit": content.unit_name},
            notes=(_certainty(),),
            sources=tuple(_sources(content.every)),
            inputs_hash=content.every[0].inputs_hash if content.every else "",
            made_on=today,
        )


def file_name(copy: BriefingCopy) -> str:
    """Return the name a copy is saved under, without its ending: the message, in letters every system takes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", copy.briefing.message).strip("-").lower()[:60] or "briefing"


def _subtitle(content: Content, form: str) -> str:
    # On a single page the ask stands right below, and is not said twice.
    if content.ask and form not in (Preference.Form.ONE_PAGE, Preference.Form.ACTION_LIST):
        return _("What is asked, by %(by)s: %(ask)s") % {"by": content.by, "ask": content.ask}
    return _("About %(unit)s, by %(sender)s.") % {"unit": content.unit_name, "sender": content.sender}


def _sections(content: Content, form: str) -> tuple[Section, ...]:
    if form == Preference.Form.SPREADSHEET:
        return (_first_page(content), Section(_("The numbers, to work with"), (_table(content.every),), _("Numbers")))
    if form == Preference.Form.ACTION_LIST:
        return (_actions(content), *_behind(content.every))
    if form == Preference.Form.ONE_PAGE:
        first = _first_page(content)
        asked = tuple(one for one in first.blocks if isinstance(one, Callouts))
        rest = tuple(one for one in first.blocks if not isinstance(one, Callouts))
        heading = _("What is asked, and why") if asked else _("What it rests on")
        return (replace(first, heading=heading, kicker="", blocks=(*asked, *rest, *_charts(content.every))),)
    if form == Preference.Form.SLIDES and content.first and all(one.value is not None for one in content.first):
        # A slide has room to draw what it says; only what it does not show is drawn behind it.
        return (_first_page(content, is_drawn=True), *_behind(content.every, is_drawn=bool(content.rest)))
    return (_first_page(content), *_behind(content.every))


def _first_page(content: Content, *, is_drawn: bool = False) -> Section:
    blocks: list[Block] = [Paragraph(line) for line in content.thanks]
    if content.own_words:
        blocks.append(Paragraph(content.own_words))
    if is_drawn:
        blocks += _charts(content.first)
    elif len(content.first) > 1:
        blocks.append(
            KeyFigures(tuple(KeyFigure(one.value_text or "–", one.label, _detail(one)) for one in content.first))
        )
    else:
        blocks += [Sentence(one.sentence) for one in content.first]
    if content.example:
        blocks.append(Paragraph(content.example, heading=_("One example.")))
    if content.expects:
        blocks.append(Paragraph(content.expects, heading=_("What we expect of it.")))
    if content.ask:
        asked = _("By %(by)s:") % {"by": content.by}
        kind = (
            _("A decision is asked of you.") if content.goal == Briefing.Goal.DECISION else _("This is asked of you.")
        )
        blocks.append(Callouts((Callout("need", kind, f"{asked} {content.ask}"),)))
    return Section(
        content.message,
        tuple(blocks),
        _("In one sentence"),
        speaker_notes=tuple(one.sentence for one in content.first),
    )


def _actions(content: Content) -> Section:
    blocks: list[Block] = [Paragraph(line) for line in content.thanks]
    known = " ".join(_target(one) for one in content.first[:1])
    if content.ask:
        step = Action(content.ask, content.own_words, content.receiver or content.sender, content.by, known, needs=True)
        blocks.append(ActionList((step,), title=_("What is asked")))
    elif content.own_words:
        blocks.append(Paragraph(content.own_words))
    # The others stand drawn below, each with its range.
    blocks += [Sentence(one.sentence) for one in content.first[:1]]
    if content.example:
        blocks.append(Paragraph(content.example, heading=_("One example.")))
    return Section(_("What is asked, and why"), tuple(blocks), _("To do"))


def _behind(numbers: Sequence[Evidence], *, is_drawn: bool = True) -> list[Section]:
    """What stands behind the first page: the numbers drawn with their ranges, then where they come from.

    is_drawn: whether the first page left anything to draw.
    """
    if not numbers:
        return []
    charts = _charts(numbers) if is_drawn else []
    sections = [
        Section(
            _between(chart),
            (chart, Paragraph(_certainty(), quiet=True)),
            _("Behind it"),
            speaker_notes=(_certainty(),),
        )
        for chart in charts
    ]
    rows = tuple(
        (one.label, one.value_text or "–", one.range_text or "–", str(one.n), f"{one.study_title}, {one.wave_title}")
        for one in numbers
    )
    header = (_("What"), _("Number"), _("95% range"), _("Answers"), _("Source"))
    table = Table(_("Number, range, answers and source"), header, rows, (1, 2, 3), (3, 1, 1.5, 1, 3))
    sections.append(Section(_("Where the numbers come from"), (table,), _("Behind it")))
    return sections


def _between(chart: DotIntervals) -> str:
    """Say in one line what a chart shows: between which ends all of its ranges lie."""
    lows = [row.low for row in chart.rows if row.low is not None]
    highs = [row.high for row in chart.rows if row.high is not None]
    if len(lows) < 2 or len(lows) != len(chart.rows) or len(highs) != len(chart.rows):
        return _("Every number with its range")
    unit = "%" if chart.axis_label.startswith("0%") else ""
    low, high = (f"{plain(one, chart.decimals)}{unit}" for one in (min(lows), max(highs)))
    return _("All %(n)s numbers lie between %(low)s and %(high)s") % {"n": len(lows), "low": low, "high": high}


def _charts(numbers: Sequence[Evidence]) -> list[DotIntervals]:
    """Dots with intervals, a chart for each scale. Numbers without a value are said in the table alone."""
    groups: dict[tuple[str, float, float, bool], list[Evidence]] = {}
    for one in numbers:
        if one.value is not None:
            groups.setdefault((one.scale_unit, one.floor, one.ceiling, one.higher_is_better), []).append(one)
    made = []
    for (unit, low, high, is_better), found in groups.items():
        rows = tuple(
            DotRow(
                one.label, one.value, one.low, one.high, n=one.n, value_text=one.value_text, range_text=one.range_text
            )
            for one in found
        )
        better = _("higher is better") if is_better else _("lower is better")
        axis = "0% – 100%" if unit == "percent" else f"{low:g} – {high:g}, {better}"
        told = "; ".join(f"{row.label} {row.value_text} ({row.range_text})" for row in rows)
        made.append(
            DotIntervals(
                title=_("The numbers with their 95%% ranges") % (),
                description=f"{told}.",
                rows=rows,
                low=low,
                high=high,
                ticks=ticks_of(low, high),
                axis_label=axis,
                decimals=found[0].decimals,
                compact=True,
            )
        )
    return made


def _table(numbers: Sequence[Evidence]) -> DataTable:
    """The numbers with sums that stay live: the half range, the room above, and the least target worth promising."""
    columns = (
        DataColumn("label", _("What"), width=38),
        DataColumn("unit", _("Unit"), width=22),
        DataColumn("wave", _("Wave"), width=34),
        DataColumn("n", _("Answers"), "integer", note=_("Answers behind the number.")),
        DataColumn("value", _("Number"), "number", note=_("Steadied score.")),
        DataColumn("low", _("From"), "number", note=_("Lower end of the 95% range.")),
        DataColumn("high", _("To"), "number", note=_("Upper end of the 95% range.")),
        DataColumn("half", _("Plus or minus"), "number", formula="({high}-{low})/2", note=_("Half of the range.")),
        DataColumn("best", _("Best possible"), "number", note=_("The better end of the scale.")),
        DataColumn("room", _("To the best"), "number", formula="ABS({best}-{value})", note=_("How far it can go.")),
        DataColumn(
            "smallest",
            _("Smallest change"),
            "number",
            note=_("The smallest change from wave to wave that it can show."),
        ),
        DataColumn(
            "target",
            _("Least target"),
            "number",
            formula="{value}+SIGN({best}-{value})*MIN({smallest},{room})",
            note=_("A smaller promise could not be told from chance."),
        ),
    )
    rows = tuple(_sheet_row(one) for one in numbers)
    return DataTable(_("Numbers"), _("The numbers, to work with"), columns, rows, freeze=1)


def _sheet_row(one: Evidence) -> tuple[str | int | float | None, ...]:
    best = one.ceiling if one.higher_is_better else one.floor
    half = None if one.low is None or one.high is None else (one.high - one.low) / 2
    room = None if one.value is None else abs(best - one.value)
    target = None
    if one.value is not None and room is not None and one.smallest is not None:
        target = one.value + (1 if best > one.value else -1 if best < one.value else 0) * min(one.smallest, room)
    return (one.label, one.unit_name, f"{one.study_title}, {one.wave_title}", one.n, one.value, one.low, one.high, half,
            best, room, one.smallest, target)  # fmt: skip


def _detail(one: Evidence) -> str:
    if not one.range_text:
        return _("%(n)s answers") % {"n": one.n}
    return _("%(range)s, %(n)s answers") % {"range": one.range_text, "n": one.n}


def _target(one: Evidence) -> str:
    if one.smallest is None:
        return ""
    return _("%(label)s in a later wave; it can show a change of %(n)s or more.") % {
        "label": one.label,
        "n": f"{one.smallest:.{one.decimals}f}",
    }


def _certainty() -> str:
    return _(
        "The range says where the number lies with 95% certainty. Numbers that go together need not cause each other."
    )


def _sources(numbers: Sequence[Evidence]) -> list[str]:
    """Say once a wave where its numbers come from."""
    seen: dict[tuple[str, str, str], int] = {}
    for one in numbers:
        key = (one.study_title, one.wave_title, one.unit_name)
        seen[key] = max(seen.get(key, 0), one.n)
    return [
        _("%(study)s, %(wave)s, %(unit)s: up to %(n)s answers.") % {"study": study, "wave": wave, "unit": unit, "n": n}
        for (study, wave, unit), n in seen.items()
    ]
