"""My team: one calm page for a leader. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from headwater.reports.builders import pages
from headwater.reports.builders.findings import Finding, findings_of
from headwater.reports.builders.guide import no_numbers_guide, own_numbers_guide
from headwater.reports.builders.next_steps import actions_for
from headwater.reports.document import Action, ActionList, Guide
from headwater.reports.localising import localised
from headwater.reports.wording import small, sureness_text
from headwater.rooms.house.figures import Figure
from headwater.rooms.learn.books import asked_of, book_of, released_waves, since_of
from headwater.rooms.learn.comment_changes import with_change
from headwater.rooms.learn.comment_queries import ThemeShown, themes_of_unit
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.queries import Place, entrances_of, get_wave, may_see_results, require_unit
from headwater.rooms.learn.team_scores import TeamGroup, nearest_scores, sentence_of, sureness_of, team_scores
from headwater.rooms.learn.team_waves import trend_figure_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import LEADER, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import require
from headwater.vocab import STAGE_TITLES, Bound, ScoreBook, Sureness, said, speaking

FEW = 15
"""With fewer answers, sentences are more to be trusted than decimals."""

PAPER, ROW_ON_PAPER, GROUP_ON_PAPER, WORDS_ON_PAPER, GUIDE_ON_PAPER = 520, 22, 45, 140, 190
"""What fits between head and steps of an A4 page at its usual size, and what each part takes, measured in a browser."""

MOST_UNITS = 40
MOST_NEEDS = 2
MOST_THEMES = 3
MOST_COMPARED = 40
"""Themes among which the one that surely changed is looked for; the page has room for `MOST_THEMES`."""


@dataclass(frozen=True)
class TeamChoice:
    """One unit a leader can choose, with the sentence of its newest wave."""

    unit: str
    sentence: str
    study: str
    wave: Wave
    row: int


@dataclass(frozen=True)
class TeamsPage:
    """The units of somebody who leads several."""

    choices: tuple[TeamChoice, ...]


@dataclass(frozen=True)
class TeamStep:
    """One next step. score: the key of what it is about; empty for a general good habit."""

    what: str
    detail: str
    who: str
    by: str
    known_by: str
    score: str


@dataclass(frozen=True)
class OtherStage:
    """Another part of the experience, from the newest wave that asked about it. row: of the unit in that wave."""

    title: str
    sentence: str
    study: str
    wave: Wave
    row: int


@dataclass(frozen=True)
class TeamPage:
    """My team as a page.

    sure: how sure the sentence is; empty where no number of the unit is shown. nearest: the group whose numbers stand
    there instead; empty for the unit's own. is_shown: whether there is any number at all.
    """

    wave: Wave
    row: int
    unit: str
    unit_key: str
    path: tuple[tuple[Place, bool], ...]
    sentence: str
    sure: str
    is_sure: bool
    lede: str
    nearest: str
    is_shown: bool
    legend: SafeString
    groups: tuple[TeamGroup, ...]
    trend: Figure | None
    themes: tuple[ThemeShown, ...]
    steps: tuple[TeamStep, ...]
    guide: Guide
    others: tuple[OtherStage, ...]
    choices: int
    making: Making
    k: int
    comment_k: int

    @property
    def print_size(self) -> str:
        """How large the page prints so that it stays one page: "roomy", "" or "dense", by how much stands on it."""
        rows = sum(group.shown_count for group in self.groups)
        parts = (rows * ROW_ON_PAPER, len(self.groups) * GROUP_ON_PAPER, bool(self.themes) * WORDS_ON_PAPER)
        guide = GUIDE_ON_PAPER if self.nearest or not self.is_shown else 0
        full = (sum(parts) + guide) / PAPER
        return "roomy" if full < 0.6 else "dense" if full > 1 else ""


def led_units(viewer: Viewer) -> list[Unit]:
    """Return the open units that a viewer leads or stands in for, from the top of the organisation down."""
    starts = [holding.span.start for holding in viewer.holdings if holding.role == LEADER and holding.span]
    return list(Unit.objects.filter(number__in=starts, is_open=True).order_by("number")[:MOST_UNITS])


def teams_page(*, viewer: Viewer) -> TeamsPage:
    """Return the units a viewer can choose from: those they lead, else where they enter the newest wave.

    Raises PermissionDenied for those who see no results at all.
    """
    if not may_see_results(viewer):
        require(viewer, "results.see")
    waves = released_waves()
    places: list[tuple[Wave, int]] = []
    for unit in led_units(viewer):
        newest = next((wave for wave in waves if unit.key in book_of(wave).tree.index_of), None)
        if newest is not None:
            places.append((newest, book_of(newest).tree.index_of[unit.key]))
    if not places:
        entered = ((wave, entrances_of(viewer, book_of(wave))) for wave in waves)
        newest_wave, entrances = next(((wave, found) for wave, found in entered if found), (None, ()))
        if newest_wave is not None:
            places = [(newest_wave, place.row) for place in entrances]
    with speaking(get_language() or "en"):
        return TeamsPage(tuple(_choice(wave, row) for wave, row in places))


def team_page(*, viewer: Viewer, wave_id: UUID, row: int) -> TeamPage:
    """Return My team of one unit in one wave. Raises Http404, PermissionDenied."""
    wave = get_wave(viewer=viewer, wave_id=wave_id)
    book = require_unit(viewer=viewer, wave=wave, row=row)
    with speaking(get_language() or "en"):
        return _page(viewer, wave, book, row)


def _page(viewer: Viewer, wave: Wave, book: ScoreBook, row: int) -> TeamPage:
    shown = book.nearest_shown(row)
    is_own = shown == row
    since = since_of(wave, book)
    name = book.tree.names[row]
    nearest = "" if is_own or shown is None else book.tree.names[shown]
    if is_own:
        scores = team_scores(book, row, since=since)
        groups, legend, findings = scores.groups, scores.legend, scores.findings
        sure = sureness_of(findings)
        strong, needs = scores.strong, scores.needs
        sentence, lede = sentence_of(book, row, findings), _lede(wave, book, row, findings)
        guide = own_numbers_guide(small(strong[0].label) if strong else "", needs[0].label if needs else "")
        about = needs[:MOST_NEEDS]
        steps = _steps(actions_for(book, row, about), about)
    else:
        sure, findings, about = Sureness.TOO_CLOSE, (), []
        groups, legend = (), SafeString("")
        sentence = _("A conversation with your team will tell you more than a number would.")
        lede = _("No number of %(unit)s can be shown by itself. A guide for the conversation stands below.")
        if shown is not None:
            scores = nearest_scores(book, shown)
            groups, legend = scores.groups, scores.legend
            sentence = _("Here is the picture of %(nearest)s, and a conversation to have with your team.")
            lede = _("These are the answers of %(nearest)s, not of %(unit)s alone.")
        sentence, lede = (text % {"nearest": nearest, "unit": name} for text in (sentence, lede))
        guide = no_numbers_guide(nearest)
        blocks = pages.small_team_steps(book, row, nearest).blocks
        steps = _steps(next(block.actions for block in blocks if isinstance(block, ActionList)), ())
    return TeamPage(
        wave=wave,
        row=row,
        unit=name,
        unit_key=book.tree.ids[row],
        path=_path(viewer, book, row),
        sentence=sentence,
        sure=_begun(sureness_text(sure)) if is_own and any(one.difference for one in findings) else "",
        is_sure=sure is not Sureness.TOO_CLOSE,
        lede=lede,
        nearest=nearest,
        is_shown=shown is not None,
        legend=legend,
        groups=groups,
        trend=trend_figure_of(wave, row, findings, since=since) if is_own else None,
        themes=with_change(
            themes_of_unit(wave=wave, row=row, most=MOST_COMPARED), wave=wave, scores=book, most=MOST_THEMES
        ),
        steps=steps,
        guide=localised(guide),
        others=_others(viewer, wave, book, row),
        choices=len(led_units(viewer)),
        making=_making(wave, book),
        k=book.study.k,
        comment_k=book.study.comment_k,
    )


def _choice(wave: Wave, row: int) -> TeamChoice:
    book = book_of(wave)
    sentence = _("Too few or too alike to show safely; a conversation guide is ready.")
    if book.nearest_shown(row) == row:
        sentence = sentence_of(book, row, findings_of(book, row))
    return TeamChoice(book.tree.names[row], sentence, f"{wave.study.title}, {wave.title}", wave, row)


def _lede(wave: Wave, book: ScoreBook, row: int, findings: Sequence[Finding]) -> str:
    respondents = int(book.everybody.n[book.everybody.position(row)])
    parts = []
    if respondents:
        words = {"n": number_format(respondents, force_grouping=True), "wave": wave.title}
        text = ngettext("%(n)s person answered in %(wave)s.", "%(n)s people answered in %(wave)s.", respondents)
        parts.append(text % words)
    percent = book.response_percent(row)
    if percent is not None and book.response is not None:
        limit = int(book.response.bound[row]) == Bound.AT_LEAST
        text = _("That is %(percent)s%% of those asked.")
        if limit:
            text = _("That is %(percent)s%% or more of those asked.")
        parts.append(text % {"percent": round(percent)})
    half = _half_width(findings)
    if half:
        parts.append(_("A score could be about %(half)s higher or lower.") % {"half": half})
    if 0 < respondents < FEW:
        parts.append(_("With so few answers, trust the sentences more than the decimals."))
    return " ".join(parts)


def _half_width(findings: Sequence[Finding]) -> str:
    """Return the middle half width of the 95% ranges on the commonest axis; empty where none is shown."""
    halves: dict[str, list[float]] = {}
    for one in findings:
        if one.estimate is not None and not math.isnan(one.estimate.shrunken_high - one.estimate.shrunken_low):
            half = (one.estimate.shrunken_high - one.estimate.shrunken_low) / 2
            halves.setdefault(one.column.unit, []).append(half)
    if not halves:
        return ""
    unit = max(halves, key=lambda key: len(halves[key]))
    found = sorted(halves[unit])[len(halves[unit]) // 2]
    return number_format(round(found, 1 if unit == "points" else 0), 1 if unit == "points" else 0)


def _steps(actions: Sequence[Action], about: Sequence[Finding]) -> tuple[TeamStep, ...]:
    """Return steps in the language in force. The steps that answer a need come in the order of the needs."""
    keys = iter(one.column.subject for one in about)
    return tuple(
        TeamStep(
            said(one.what),
            said(one.detail),
            said(one.who),
            said(one.by),
            said(one.known_by),
            next(keys, "") if one.needs else "",
        )
        for one in actions
    )


def _path(viewer: Viewer, book: ScoreBook, row: int) -> tuple[tuple[Place, bool], ...]:
    above = book.tree.path(row)[:-1] if row else ()
    keys = [book.tree.ids[one] for one in above]
    numbers = dict(Unit.objects.filter(key__in=keys, is_open=True).values_list("key", "number"))
    return tuple(
        (
            Place(one, book.tree.names[one], bool(book.everybody.shown[one].any())),
            book.tree.ids[one] in numbers and can(viewer, "results.see", numbers[book.tree.ids[one]]),
        )
        for one in above
    )


def _others(viewer: Viewer, wave: Wave, book: ScoreBook, row: int) -> tuple[OtherStage, ...]:
    """Return what this wave did not ask about, each part of it from the newest wave that shows the unit."""
    unit = book.tree.ids[row]
    covered = {column.lens for column in book.columns}
    seen = {wave.study_id}
    found: list[OtherStage] = []
    for one in released_waves():
        if one.study_id in seen or unit not in book_of(one).tree.index_of:
            continue
        seen.add(one.study_id)
        other = book_of(one)
        place = other.tree.index_of[unit]
        if other.nearest_shown(place) != place:
            continue
        for lens in dict.fromkeys(column.lens for column in other.columns):
            if lens in covered:
                continue
            findings = [each for each in findings_of(other, place) if each.column.lens is lens]
            if not any(each.estimate for each in findings):
                continue
            covered.add(lens)
            sentence = sentence_of(other, place, findings)
            found.append(OtherStage(said(STAGE_TITLES[lens]), sentence, f"{one.study.title}, {one.title}", one, place))
    return tuple(found)


def _making(wave: Wave, book: ScoreBook) -> Making:
    return Making(
        method=_(
            "A score is the mean of its questions, steadied toward the unit above: the fewer the answers, the more. It "
            "is called strong or in need only where the difference passes the check for all comparisons at once and is "
            "large enough to matter."
        ),
        formula="steadied = w × own + (1 − w) × above; w = reliability of the unit's mean",
        n=_("Units of %(k)s answers and more; comments of %(comment_k)s writers and more.")
        % {"k": book.study.k, "comment_k": book.study.comment_k},
        inputs=book.inputs_hash,
        limits=(_("These are differences, not proofs of a cause, and no proof that something worked."),),
        sources=asked_of(wave),
        versions=tuple(sorted(book.made_with.items())),
    )


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]
