"""The page that says whether questions mean the same to the groups that scores are compared over, and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from headwater.reports.charts.numerals import plain
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.explorer_frame import Choice
from headwater.rooms.learn.explorer_scope import EXPLORE, may_explore
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.sameness_finding import sameness_of
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.vocab import CutSameness, QuestionApart, SamenessBook, SameVerdict, ScoreBook, say

ORDER: tuple[SameVerdict, ...] = ("differs", "loose", "unsettled", "same", "few")
"""What needs a look first."""


@dataclass(frozen=True)
class SameAsked:
    """What is shown. only: a verdict, "" for all. cut: key of a cut, "" for all."""

    wave: str = ""
    cut: str = ""
    only: str = ""

    def query(self) -> str:
        """Return it as a query, "" for the usual."""
        said = {name: text for name, text in vars(self).items() if text}
        return f"?{urlencode(said)}" if said else ""


@dataclass(frozen=True)
class SameRow:
    """One scale over one cut, in words. tone: a class of `tag`."""

    scale: str
    cut: str
    verdict: SameVerdict
    words: str
    levels: str
    sentences: tuple[str, ...]
    apart: tuple[QuestionApart, ...]
    gaps: Mapping[str, float]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class SamePage:
    """All verdicts of a wave that were asked for. left_out: how many others the wave has."""

    asked: SameAsked
    title: str
    lede: str
    wave_title: str
    waves: tuple[Choice, ...]
    cuts: tuple[Choice, ...]
    onlies: tuple[Choice, ...]
    rows: tuple[SameRow, ...]
    left_out: int
    making: Making

    @property
    def told(self) -> tuple[SameRow, ...]:
        """The verdicts that stand open: all but those on too few people, unless these were asked for."""
        return tuple(row for row in self.rows if row.verdict != "few" or self.asked.only == "few")

    @property
    def too_few(self) -> tuple[SameRow, ...]:
        """The verdicts on too few people, which are folded away."""
        return tuple(row for row in self.rows if row.verdict == "few" and self.asked.only != "few")


def read_same(query: Mapping[str, Any]) -> SameAsked:
    """Read what is asked for from a query; what makes no sense is taken for the usual."""
    wave, cut, only = (str(query.get(name, "") or "")[:200] for name in ("wave", "cut", "only"))
    return SameAsked(wave, cut, only if only in get_args(SameVerdict) else "")


def same_page(*, viewer: Viewer, asked: SameAsked) -> SamePage | None:
    """Return the page, None while no wave has verdicts. Raises PermissionDenied for who may not explore, Http404."""
    if not may_explore(viewer):
        raise PermissionDenied
    released = released_waves()
    if asked.wave and not any(str(wave.pk) == asked.wave for wave in released):
        raise Http404
    waves = [wave for wave in released if sameness_of(wave) is not None]
    if not waves:
        return None
    wave = next((one for one in waves if str(one.pk) == asked.wave), None)
    if wave is None and asked.wave:
        # A wave without cuts has nothing to compare; its page says so.
        wave = next(one for one in released if str(one.pk) == asked.wave)
        waves = [wave, *waves]
    wave = wave or waves[0]
    found, book = sameness_of(wave), book_of(wave)
    labels = {cut.key: cut.label for cut in book.study.cuts}
    asked = replace(asked, wave=str(wave.pk), cut=asked.cut if asked.cut in labels else "")
    verdicts = () if found is None else found.verdicts
    chosen = [one for one in verdicts if asked.cut in ("", one.cut) and asked.only in ("", one.verdict)]
    chosen.sort(key=lambda one: (ORDER.index(one.verdict), -_weight(one)))
    is_whole = can(viewer, EXPLORE)
    rows = () if found is None else tuple(_row(found, one, labels, is_whole=is_whole) for one in chosen)
    failing = [one for one in verdicts if one.verdict == "differs" and asked.cut in ("", one.cut)]
    return SamePage(
        asked=asked,
        title=_title(verdicts, failing),
        lede=_("A comparison of scores is fair where people who are the same otherwise answer the questions alike."),
        wave_title=f"{wave.study.title}, {wave.title}",
        waves=tuple(Choice(str(one.pk), one.title, one == wave, one.study.title) for one in waves),
        cuts=(
            Choice("", _("All"), not asked.cut),
            *(Choice(key, label, key == asked.cut) for key, label in labels.items()),
        ),
        onlies=_onlies(asked, verdicts),
        rows=rows,
        left_out=len(verdicts) - len(rows),
        making=_making(found, book),
    )


def _weight(one: CutSameness) -> float:
    return max((question.size for question in one.apart), default=0.0)


def _title(verdicts: Sequence[CutSameness], failing: Sequence[CutSameness]) -> str:
    judged = [one for one in verdicts if one.verdict in ("same", "differs")]
    if not judged:
        return _("It cannot be told yet whether the questions mean the same to all groups")
    if not failing:
        return _("Nothing speaks against comparing scores between groups")
    scales = len({one.scale for one in failing})
    words = ngettext(
        "%(n)s scale does not mean the same to all groups", "%(n)s scales do not mean the same to all groups", scales
    )
    return words % {"n": scales}


def verdict_words(verdict: SameVerdict, minimum: int) -> str:
    """Return a verdict in a few words."""
    return {
        "same": _("Nothing speaks against comparing"),
        "differs": _("Compare with care"),
        "loose": _("Cannot be told: the questions do not hang together as one scale in these groups"),
        "unsettled": _("Cannot be told: no model of these answers could be fitted"),
        "few": _("Too few to tell: it needs two groups of %(n)s people") % {"n": minimum},
    }[verdict]


def _onlies(asked: SameAsked, verdicts: Sequence[CutSameness]) -> tuple[Choice, ...]:
    names = {
        "differs": _("Compare with care"),
        "same": _("Nothing speaks against it"),
        "loose": _("No single scale"),
        "unsettled": _("No model fits"),
        "few": _("Too few to tell"),
    }
    there = {one.verdict for one in verdicts} | {asked.only}
    found = [Choice(key, names[key], key == asked.only) for key in ORDER if key in there]
    return (Choice("", _("All"), not asked.only), *found)


def _row(found: SamenessBook, one: CutSameness, labels: Mapping[str, str], *, is_whole: bool) -> SameRow:
    language = (get_language() or "en").partition("-")[0]
    questions = tuple(say(found.question(one.scale, each.item), language) if each.item else "" for each in one.apart)
    gaps = one.gaps if is_whole else {}
    sentences = tuple(_sentence(each, question, one, gaps) for each, question in zip(one.apart, questions, strict=True))
    if one.verdict == "differs" and not one.apart:
        sentences = (_("Several questions differ; which ones was not looked for, since many scales differ here."),)
    if one.is_ease_only and one.verdict in ("same", "differs"):
        sentences = (*sentences, _("Only whether the questions are equally easy was judged."))
    return SameRow(
        scale=say(found.scale_of[one.scale].label, language),
        cut=labels.get(one.cut, one.cut),
        verdict=one.verdict,
        words=verdict_words(one.verdict, found.minimum),
        levels=", ".join(one.levels),
        sentences=sentences,
        apart=one.apart,
        gaps=gaps,
        questions=questions,
    )


def _points(value: float) -> str:
    return plain(abs(value), 1)


def _sentence(each: QuestionApart, question: str, one: CutSameness, gaps: Mapping[str, float]) -> str:
    """Say what differs, where, and what it does to the score."""
    said = {
        "level": f"“{each.level}”",
        "question": f"“{question}”",
        "size": _points(each.shift),
        "moved": _points(each.moved),
    }
    others = [level for level in one.levels if level != each.level]
    said["others"] = f"“{others[0]}”" if len(others) == 1 else _("the other groups")
    if not each.item:
        first = _(
            "%(level)s answers one of the two questions unlike %(others)s; which one cannot be told. It moves the "
            "score by up to %(moved)s points."
        )
        return first % said
    if each.shift >= 0.05:
        first = _(
            "%(level)s answers %(question)s %(size)s points higher than %(others)s at the same level of the scale."
        )
    elif each.shift <= -0.05:
        first = _(
            "%(level)s answers %(question)s %(size)s points lower than %(others)s at the same level of the scale."
        )
    else:
        first = _("%(question)s tells something else of the scale in %(level)s than in %(others)s.")
    parts = [first % said]
    if each.is_weight and abs(each.shift) >= 0.05:
        parts.append(_("It also tells more or less of the scale there."))
    parts.append(_effect(each, said, gaps.get(each.level)))
    return " ".join(parts)


def _effect(each: QuestionApart, said: Mapping[str, str], gap: float | None) -> str:
    if abs(each.moved) < 0.05:
        return _("That moves the score by less than 0.1 points.")
    more = each.moved > 0
    words = _("That alone raises its score by %(moved)s points.") if more else _(
        "That alone lowers its score by %(moved)s points."
    )  # fmt: skip
    if gap is None:
        return words % said
    if abs(gap) < 0.05:
        both = _("Its score is the same as that of %(others)s.")
    elif gap > 0:
        both = _("Its score is %(gap)s points above that of %(others)s.")
    else:
        both = _("Its score is %(gap)s points below that of %(others)s.")
    return f"{words % said} {both % {**said, 'gap': _points(gap)}}"


def _making(found: SamenessBook | None, book: ScoreBook) -> Making:
    minimum = number_format(found.minimum if found else 0)
    n = _("Nobody: this wave has no groups to compare.")
    if found is not None and found.people:
        n = _("Up to about %(n)s people, in groups of %(minimum)s and more that answered all of a scale.") % {
            "n": number_format(found.people, force_grouping=True),
            "minimum": minimum,
        }
    elif found is not None:
        n = _("Nobody: no two groups of %(minimum)s people.") % {"minimum": minimum}
    return Making(
        method=_(
            "Three models of one factor are compared for every scale and split over the whole organisation: each "
            "group on its own, equal loadings, equal intercepts. A question stands apart when the difference is clear "
            "(p at most 5%, adjusted by Benjamini and Hochberg over all scales and splits), and large: a dMACS of 0.2 "
            "where CFI falls by more than .010, or of 0.4. Which one is found by freeing what helps most. Where there "
            "are fewer than five answers to choose from, people with the same sum are compared (Mantel's test), and a "
            "quarter of a standard deviation counts."
        ),
        formula="dMACS = √E[(Δintercept + Δloading · η)²] / SD",
        n=n,
        inputs=found.inputs_hash if found else book.inputs_hash,
        limits=(
            _("That nothing speaks against comparing is no proof: small differences stay below what can be seen."),
            _("Where most questions of a scale move together, it looks as if the scale itself differed."),
            _("With two questions only whether they are equally easy can be judged, not which one stands apart."),
            _("Languages are compared where the language is declared as a split: answers do not carry it otherwise."),
            _("Groups that are not shown, or are smaller, do not enter. Figures are rounded to tenths of a point."),
        ),
        sources=(
            "Byrne, Shavelson and Muthén 1989",
            "Satorra and Bentler 2001, 2010",
            "Cheung and Rensvold 2002",
            "Nye and Drasgow 2011; Nye and others 2019",
            "Mantel 1963; Zwick, Thayer and Mazzeo 1997",
            "Benjamini and Hochberg 1995",
        ),
        versions=tuple(sorted((found.made_with if found else book.made_with).items())),
    )


def same_sheet(page: SamePage) -> Sheet:
    """Return a page as a sheet: one row a verdict, one for each question that stands apart."""
    header = [
        _("Scale"), _("Split by"), _("Verdict"), _("Groups compared"), _("Group"), _("Question"),
        _("Answered higher by (points of the question)"), _("Moves the score by (points)"), _("Size (dMACS)"),
        _("Score less that of the other groups"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for row in page.rows:
        first: list[Cell] = [row.scale, row.cut, row.words, row.levels]
        if not row.apart:
            rows.append([*first, None, None, None, None, None, None])
        for each, question in zip(row.apart, row.questions, strict=True):
            gap = row.gaps.get(each.level)
            named = question or _("One of the two")
            # Which of two questions it is, and so the direction, cannot be told.
            shift, moved = (each.shift, each.moved) if question else (abs(each.shift), abs(each.moved))
            rows.append([*first, each.level, named, shift, moved, each.size, gap])
    making = page.making
    notes = [page.wave_title, str(making.method), str(making.formula), str(making.n), *map(str, making.limits)]
    return Sheet(f"{page.wave_title} questions", page.title, header, rows, [*notes, making.inputs])
