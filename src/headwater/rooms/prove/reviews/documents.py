"""A review as a document: what failed first, shaped by the form a sponsor likes and the minutes they have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from headwater.reports.document import (
    Action,
    ActionList,
    Block,
    Callout,
    Callouts,
    DataColumn,
    DataTable,
    Document,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Sentence,
    Table,
)
from headwater.rooms.engage.briefings.documents import FILES
from headwater.rooms.engage.briefings.files import file_response as briefing_response
from headwater.rooms.engage.models import Preference
from headwater.rooms.house.periods import period_words
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.queries import organisation_name
from headwater.rooms.prove.logic.reviews import quarter_of
from headwater.rooms.prove.models import ProgrammeReview, ReviewCopy
from headwater.rooms.prove.reviews.facts import Counted, Facts, Judged, Said, facts_from
from headwater.vocab import speaking

FORMS = ("pptx", "pdf", "xlsx", "html")
"""The forms of a whole review."""
WHOLE_MINUTES = 10
SHORT_MINUTES = 5
"""Up to so many minutes only what failed, what changed, what it was worth and what is asked is told."""
FEW = 4
A_SLIDE = 5
"""Lines of what failed that one slide holds; more are spread evenly over several."""


def facts_in(review: ProgrammeReview, language: str) -> Facts:
    """Return what a review says in a language, in English where it was not frozen in it."""
    return facts_from(review.facts.get(language) or review.facts["en"])


def review_document(review: ProgrammeReview, *, language: str, today: date, copy: ReviewCopy | None = None) -> Document:
    """Return a review as a document. copy: of one sponsor, in their form and minutes, with what is asked of them."""
    with override(language), speaking(language):
        facts = facts_in(review, language)
        name = organisation_name() or review.unit.name
        quarter = quarter_of(review.first_date).key
        return Document(
            kind="review",
            key=f"review-{quarter}-{str(review.pk)[:8]}",
            title=facts.headline,
            subtitle=_("Programme review of %(quarter)s, %(unit)s")
            % {"quarter": period_words(quarter), "unit": review.unit.name},
            organisation=name,
            period=period_words(quarter),
            audience=str(copy.stakeholder) if copy is not None else _("those who decide"),
            minutes=copy.minutes if copy is not None else WHOLE_MINUTES,
            language=language,
            brand=brand_of(),
            sections=_sections(review, facts, copy),
            footer=_state(review),
            notes=facts.limits,
            inputs_hash=review.inputs_hash,
            made_on=today,
        )


def copy_form(copy: ReviewCopy) -> str:
    """Return the ending of the file a copy is saved as."""
    return FILES[Preference.Form(copy.form)]


def file_response(document: Document, review: ProgrammeReview, form: str) -> HttpResponse:
    """Answer with a document to save."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"review {quarter_of(review.first_date).key} {review.unit.name}")
    return briefing_response(document, form, name.strip("-").lower()[:80])


def _sections(review: ProgrammeReview, facts: Facts, copy: ReviewCopy | None) -> tuple[Section, ...]:
    if copy is None:
        return _whole(review, facts)
    ask = _asked(copy)
    if copy.form == Preference.Form.ONE_PAGE:
        return (_one_page(review, facts, copy),)
    if copy.form == Preference.Form.ACTION_LIST:
        return (*ask, _failed(review, facts, FEW), _changed(facts))
    if copy.form == Preference.Form.SPREADSHEET:
        return (_failed(review, facts), *_sheets(facts), *ask)
    if copy.minutes <= SHORT_MINUTES:
        return (_failed(review, facts, FEW), _changed(facts), *_worth(facts), *ask)
    return (*_whole(review, facts), *ask)


def _whole(review: ProgrammeReview, facts: Facts) -> tuple[Section, ...]:
    return (
        *_all_failed(review, facts),
        _heard(facts),
        _did(facts),
        _changed(facts),
        *_worth(facts),
        _loop(facts),
    )


def _failed(review: ProgrammeReview, facts: Facts, most: int = 12) -> Section:
    blocks: list[Block] = []
    if review.note:
        blocks.append(Sentence(review.note))
    blocks += _table(_("Each, and how it stands"), facts.failed, most) or [
        Paragraph(_("Nothing that was recorded failed. Ask what was not recorded."))
    ]
    return Section(_("What did not work"), tuple(blocks), _("What failed"), speaker_notes=facts.limits)


def _all_failed(review: ProgrammeReview, facts: Facts) -> tuple[Section, ...]:
    """All that failed, so much on each page that none is left with a single line."""
    first, *others = _spread(facts.failed, A_SLIDE) or [facts.failed]
    more = (
        Section(
            _("What else did not work"), tuple(_table(_("Each, and how it stands"), lines, A_SLIDE)), _("What failed")
        )
        for lines in others
    )
    return (_failed(review, replace(facts, failed=tuple(first))), *more)


def _spread(lines: Sequence[Said], most: int) -> list[Sequence[Said]]:
    """Cut lines into as few runs of at most so many as hold them, as even as can be."""
    runs = -(-len(lines) // most)
    ends = [round(len(lines) * place / runs) for place in range(runs + 1)] if runs else []
    return [lines[start:end] for start, end in pairwise(ends)]


def _heard(facts: Facts) -> Section:
    rows = tuple((one.label, one.value, one.range or "–", str(one.n), one.source) for one in facts.heard)
    header = (_("What"), _("Number"), _("95% range"), _("Answers"), _("Source"))
    blocks: list[Block] = [Paragraph(facts.heard_words)]
    if rows:
        blocks.append(Table(_("Released numbers"), header, rows, (1, 2, 3), (3, 1, 1.5, 1, 3)))
    return Section(_("What people told us"), tuple(blocks), _("What we heard"))


def _did(facts: Facts) -> Section:
    blocks: list[Block] = _table(_("Directions chosen"), facts.chosen, 5) or [
        Paragraph(_("No direction was chosen in this quarter."))
    ]
    blocks += [_figures((*facts.did, *facts.leaders[:1])), *_table(_("Promises kept"), facts.promises, 3)]
    return Section(_("What we chose and what we did"), tuple(blocks), _("What we did"))


def _changed(facts: Facts) -> Section:
    blocks: list[Block] = []
    if facts.changed:
        blocks.append(_judged_table(_("Actions judged beside a comparison"), facts.changed))
    else:
        blocks.append(Paragraph(_("No action was judged in this quarter.")))
    if facts.waiting:
        blocks.append(Paragraph(_("Waiting for their check: %(n)s.") % {"n": facts.waiting}, quiet=True))
    return Section(
        _("What changed beside matched units, and what did not"), tuple(blocks), _("What changed"),
        speaker_notes=(_("Harm and no effect stand first. An effect is a change beside matched units, not proof."),),
    )  # fmt: skip


def _worth(facts: Facts) -> tuple[Section, ...]:
    worth = facts.worth
    if worth is None:
        blocks: tuple[Block, ...] = (Paragraph(_("No value case was presented, so nothing is said of money.")),)
        return (Section(_("What it was worth is not known"), blocks, _("What it was worth")),)
    shown: list[Block] = [_figures(worth.figures), *(Paragraph(one) for one in worth.sentences[1:])]
    shown.append(Paragraph(f"{worth.title}. {worth.version}.", quiet=True))
    return (Section(worth.sentences[0], tuple(shown), _("What it was worth")),)


def _loop(facts: Facts) -> Section:
    blocks: list[Block] = [
        _figures((*facts.loop, *facts.leaders[1:])),
        Paragraph(facts.spoken, heading=_("Did something change because they spoke?")),
        Paragraph(facts.visits_words, heading=_("Do visits move experience?")),
    ]
    if facts.visits:
        blocks.append(_judged_table(_("Visited units beside matched ones"), facts.visits))
    return Section(_("How healthy the loop itself is"), tuple(blocks), _("The loop"))


def _asked(copy: ReviewCopy) -> tuple[Section, ...]:
    """What is asked of one sponsor: a line to tick off, or, where there is room, the page's own sentence."""
    if not copy.ask or copy.goal is None or copy.ask_by_date is None:
        return ()
    by = date_format(copy.ask_by_date, "DATE_FORMAT")
    if copy.form not in (Preference.Form.ACTION_LIST, Preference.Form.SPREADSHEET):
        blocks = (
            Sentence(_("It serves: %(goal)s. By %(day)s.") % {"day": by, "goal": copy.goal.title}),
            Paragraph(_("The next review says what came of it."), quiet=True),
        )
        return (Section(copy.ask, blocks, _("What we ask of you")),)
    step = Action(
        copy.ask, _("It serves: %(goal)s") % {"goal": copy.goal.title}, str(copy.stakeholder), by,
        _("The next review says what came of it."), needs=True,
    )  # fmt: skip
    return (Section(_("What we ask of you"), (ActionList((step,), title=_("What is asked")),), _("To do")),)


def _one_page(review: ProgrammeReview, facts: Facts, copy: ReviewCopy) -> Section:
    blocks: list[Block] = []
    if review.note:
        blocks.append(Sentence(review.note))
    blocks += (
        [Callouts(tuple(Callout("need", one.what, one.detail) for one in facts.failed[:FEW]))] if facts.failed else []
    )
    blocks.append(_figures((*facts.did[:2], *facts.loop[:2])))
    if facts.changed:
        blocks.append(_judged_table(_("Actions judged beside a comparison"), facts.changed[:FEW]))
    if facts.worth is not None:
        blocks.append(Paragraph(" ".join(facts.worth.sentences[:2]), heading=_("What it was worth.")))
    if copy.ask and copy.goal is not None and copy.ask_by_date is not None:
        words = _("By %(by)s: %(ask)s It serves: %(goal)s.") % {
            "by": date_format(copy.ask_by_date, "DATE_FORMAT"),
            "ask": _stopped(copy.ask),
            "goal": copy.goal.title,
        }
        blocks.append(Callouts((Callout("need", _("What we ask of you."), words),)))
    return Section(_("What did not work, and what did"), tuple(blocks))


def _sheets(facts: Facts) -> tuple[Section, ...]:
    """The numbers as tables to work with."""
    heard = DataTable(
        _("Heard"),
        _("Released numbers"),
        (
            DataColumn("label", _("What"), width=38),
            DataColumn("value", _("Number"), "number"),
            DataColumn("low", _("From"), "number", note=_("Lower end of the 95% range.")),
            DataColumn("high", _("To"), "number", note=_("Upper end of the 95% range.")),
            DataColumn("n", _("Answers"), "integer"),
            DataColumn("source", _("Source"), width=34),
        ),
        tuple((one.label, one.figure, one.low, one.high, one.n, one.source) for one in facts.heard),
        freeze=1,
    )
    judged = DataTable(
        _("Judged"), _("Actions judged beside a comparison"),
        tuple(DataColumn(key, label, width=width) for key, label, width in (
            ("verdict", _("Verdict"), 24), ("title", _("What was done"), 44), ("unit", _("Unit"), 22),
            ("score", _("Score"), 26), ("hope", _("Hoped for"), 22), ("effect", _("Effect and 95% range"), 26))),
        tuple((one.verdict_words, one.title, one.unit, one.score, one.hope, one.effect) for one in facts.changed),
        freeze=1,
    )  # fmt: skip
    counts = (*facts.did, *facts.leaders, *facts.loop, *(facts.worth.figures if facts.worth is not None else ()))
    numbers = DataTable(
        _("Counts"), _("What was done, what it took, what it was worth"),
        (DataColumn("label", _("What"), width=40), DataColumn("value", _("Number"), width=18),
         DataColumn("detail", _("More"), width=60)),
        tuple((one.label, one.value, one.detail) for one in counts), freeze=1,
    )  # fmt: skip
    made = [Section(_("What was done, what it took, what it was worth"), (numbers,), _("Counts"))]
    if facts.changed:
        made.append(Section(_("Actions judged beside a comparison"), (judged,), _("Judged")))
    if facts.heard:
        made.append(Section(_("Released numbers"), (heard,), _("Heard")))
    return tuple(made)


def _figures(counts: Sequence[Counted]) -> KeyFigures:
    return KeyFigures(tuple(KeyFigure(one.value, one.label, one.detail) for one in counts))


def _table(title: str, lines: Sequence[Said], most: int) -> list[Block]:
    """Return lines as a table of what and what became of it. () for none."""
    if not lines:
        return []
    rows = tuple((one.what, one.detail) for one in lines[:most])
    shown: list[Block] = [Table(title, (_("What"), _("How it stands")), rows, (), (2, 3))]
    if len(lines) > most:
        shown.append(Paragraph(_("And %(n)s more; the page has them all.") % {"n": len(lines) - most}, quiet=True))
    return shown


def _judged_table(title: str, found: Sequence[Judged]) -> Table:
    header = (_("What was done"), _("Where"), _("Score"), _("Hoped for"), _("Effect and 95% range"), _("Verdict"))
    rows = tuple((one.title, one.unit, one.score, one.hope, one.effect, one.verdict_words) for one in found)
    return Table(title, header, rows, (3, 4), (2.6, 1.2, 1.6, 2, 2.1, 1.5))


def _stopped(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _state(review: ProgrammeReview) -> str:
    quarter = period_words(quarter_of(review.first_date).key)
    if review.issued_at is None:
        return _("Programme review of %(quarter)s. Draft: not issued.") % {"quarter": quarter}
    return _("Programme review of %(quarter)s. Numbers as they stood on %(day)s.") % {
        "quarter": quarter, "day": date_format(timezone.localdate(review.made_at), "DATE_FORMAT")}  # fmt: skip


def language_now() -> str:
    """Return the language in force, in two letters."""
    return (get_language() or "en")[:2]
