"""The scores of My team: what is strong, what needs the leader, what is like the rest, as rows of dots with words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports import wording
from headwater.reports.builders.findings import Finding, by_clearness, by_score, dots, findings_of, rest_name, same_axis
from headwater.reports.charts import dot_rows
from headwater.reports.charts.dots import dot_legend
from headwater.reports.charts.markup import Markup
from headwater.reports.document import DotIntervals
from headwater.rooms.house.figures import Figure
from headwater.scoring.phrases import phrases_in
from headwater.vocab import Difference, ScoreBook, Sureness, said
from headwater.vocab.languages import joined

Kind = Literal["strong", "needs", "moved", "rest", "all", "held", "nearest"]

MOST: dict[Kind, int] = {"strong": 3, "needs": 4, "moved": 2, "rest": 3, "all": 6, "held": 2, "nearest": 6}
"""Rows a group shows at once. The others fold away, so that the page prints to one page."""


@dataclass(frozen=True)
class TeamGroup:
    """One group of scores. remark: what it asks for. shown, more: rows of dots, the second folded.

    scores: what stands clear, as (key, label), in the order of the rows.
    """

    kind: Kind
    title: str
    remark: str
    shown: tuple[Figure, ...]
    shown_count: int
    more: tuple[Figure, ...] = ()
    more_count: int = 0
    scores: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TeamScores:
    """The groups in their order, the legend they share, and the findings they were made of."""

    groups: tuple[TeamGroup, ...]
    legend: SafeString
    findings: tuple[Finding, ...]

    @property
    def strong(self) -> list[Finding]:
        """What stands clear for the better, the clearest first."""
        return [one for one in by_clearness(self.findings) if one.flag == "strong"]

    @property
    def needs(self) -> list[Finding]:
        """What stands clear for the worse, the clearest first."""
        return [one for one in by_clearness(self.findings) if one.flag == "needs"]


def team_scores(book: ScoreBook, row: int, *, since: str) -> TeamScores:
    """Return the scores of a unit in their groups. since: what the wave before is called. Within `speaking`."""
    findings = tuple(findings_of(book, row))
    shown = [one for one in findings if one.estimate is not None]
    strong = [one for one in by_clearness(shown) if one.flag == "strong"]
    needs = [one for one in by_clearness(shown) if one.flag == "needs"]
    like = [one for one in by_clearness(shown) if one.flag not in ("strong", "needs")]
    moved = [one for one in like if _is_changed(one)]
    rest = [one for one in like if not _is_changed(one)]
    held = [one for one in findings if one.estimate is None]
    make = _Maker(book, row, since)
    groups = []
    if strong:
        remark = _("Worth saying thank you for, and keeping.")
        groups.append(make.group("strong", _("Strong"), remark, strong))
    if needs:
        remark = ngettext("One thing stands clear of chance.", "%(n)s things stand clear of chance.", len(needs))
        groups.append(make.group("needs", _("Needs you"), remark % {"n": len(needs)}, needs))
    if moved:
        title = _("Changed since %(since)s") % {"since": since}
        groups.append(make.group("moved", title, _("Like the others now, after a real change."), moved))
    if rest and not any(one.difference for one in findings):
        remark = _("There is nothing to compare with yet. The next wave shows what moved.")
        groups.append(make.group("all", _("How it is here"), remark, by_score(rest)))
    elif rest:
        title = _like_the_rest(book, row)
        groups.append(make.group("rest", title, _("No difference you should act on."), rest))
    if held:
        remark = _("The nearest group we can show stands beside each.")
        groups.append(make.group("held", _("Not shown for this team alone"), remark, held))
    return TeamScores(tuple(groups), make.legend(shown), findings)


def nearest_scores(book: ScoreBook, nearest: int) -> TeamScores:
    """Return the scores of the group shown in place of a unit, named as its own, without a ring of own answers."""
    findings = tuple(findings_of(book, nearest))
    clearest = by_clearness(one for one in findings if one.estimate is not None)
    make = _Maker(book, nearest, "")
    name = book.tree.names[nearest]
    remark = _("To open the conversation with, not to judge your team by.")
    group = make.group("nearest", _("The answers of %(unit)s") % {"unit": name}, remark, clearest)
    return TeamScores((group,), make.legend(clearest), findings)


def sentence_of(book: ScoreBook, row: int, findings: Sequence[Finding]) -> str:
    """Return the sentence for the whole."""
    ordered = by_clearness(one for one in findings if one.estimate is not None)
    strong = [one.label for one in ordered if one.flag == "strong"]
    needs = [one.label for one in ordered if one.flag == "needs"]
    parts = []
    if len(strong) > 1:
        parts.append(_("“%(first)s” and “%(second)s” are strong here.") % {"first": strong[0], "second": strong[1]})
    elif strong:
        parts.append(_("“%(first)s” is strong here.") % {"first": strong[0]})
    if len(needs) > 2:
        words = {"n": len(needs), "first": needs[0]}
        parts.append(_("%(n)s things need you, most of all “%(first)s”.") % words)
    elif len(needs) == 2:
        parts.append(_("“%(first)s” and “%(second)s” need you.") % {"first": needs[0], "second": needs[1]})
    elif needs:
        parts.append(_("“%(first)s” needs you.") % {"first": needs[0]})
    if parts:
        return " ".join(parts)
    if any(one.difference for one in ordered):
        words = {"other": rest_name(book, row) or _("what is usual")}
        return joined(_("Nothing here stands clear of %(other)s. That is a finding too.") % words)
    high = by_score(same_axis(ordered)[0]) if ordered else []
    if len(high) < 2:
        return _("How it is here, with the range of each score.")
    return _("“%(high)s” is rated highest here, “%(low)s” lowest.") % {"high": high[0].label, "low": high[-1].label}


def sureness_of(findings: Sequence[Finding]) -> Sureness:
    """Return how sure the sentence for the whole is: as sure as the least sure thing it names."""
    named = []
    for flag, most in (("strong", 2), ("needs", 2)):
        named += [one for one in by_clearness(findings) if one.flag == flag][:most]
    levels = [one.difference.sureness for one in named if one.difference is not None]
    return min(levels, default=Sureness.TOO_CLOSE)


def change_words(change: Difference | None, since: str, decimals: int, mark: str = "") -> str:
    """Return a change that is real in words; empty where it is not."""
    if change is None or change.sureness is Sureness.TOO_CLOSE:
        return ""
    words = {
        "size": phrases_in().size(abs(change.value), decimals, mark),
        "since": since,
        "sure": wording.sureness_text(change.sureness),
    }
    if change.value > 0:
        return _("Up %(size)s since %(since)s, a real change (%(sure)s).") % words
    return _("Down %(size)s since %(since)s, a real change (%(sure)s).") % words


def _is_changed(one: Finding) -> bool:
    """Whether a score changed for real since the wave before, beyond what it is compared with here."""
    change = one.estimate.versus_previous if one.estimate is not None else None
    return change is not None and change is not one.difference and change.sureness is not Sureness.TOO_CLOSE


def _like_the_rest(book: ScoreBook, row: int) -> str:
    above = int(book.tree.parent[row])
    if above >= 0:
        return _("Like the rest of %(unit)s") % {"unit": book.tree.names[above]}
    return _("As before") if book.previous_wave else _("As usual")


@dataclass(frozen=True)
class _Maker:
    """Makes rows of dots for one unit. since: the title of the wave before."""

    book: ScoreBook
    row: int
    since: str

    def group(self, kind: Kind, title: str, remark: str, findings: Sequence[Finding]) -> TeamGroup:
        """Return a group: its first rows, and the others folded."""
        first, others = findings[: MOST[kind]], findings[MOST[kind] :]
        return TeamGroup(
            kind=kind,
            title=title,
            remark=remark,
            shown=self._figures(first, f"{kind}-", title),
            shown_count=len(first),
            more=self._figures(others, f"{kind}-more-", title),
            more_count=len(others),
            scores=tuple((one.column.subject, one.label) for one in findings if one.flag in ("strong", "needs")),
        )

    def legend(self, findings: Sequence[Finding]) -> SafeString:
        """Return what the marks mean, as far as there are such marks."""
        if not findings:
            return SafeString("")
        words = dot_legend(self._block(same_axis(findings)[0], ""))
        return mark_safe(str(words))  # noqa: S308  # built by `markup.element`, which escapes every word

    def _figures(self, findings: Sequence[Finding], key: str, title: str) -> tuple[Figure, ...]:
        groups = same_axis(findings)
        return tuple(
            Figure(title, dot_rows(self._block(group, title), f"{key}{at}"), Markup(""), "of-dots")
            for at, group in enumerate(groups)
        )

    def _block(self, findings: Sequence[Finding], title: str) -> DotIntervals:
        block = dots(self.book, self.row, list(findings), title)
        rows = tuple(
            replace(row, words=self._words(one, row.words)) for row, one in zip(block.rows, findings, strict=True)
        )
        return replace(block, rows=rows, own_label=said(block.own_label))

    def _words(self, one: Finding, words: str) -> str:
        """Add a change that is real, and the benchmark where the book has one."""
        if one.estimate is None:
            return words
        mark = "%" if one.column.unit == "percent" else ""
        parts = []
        if self.row or one.difference is not one.estimate.versus_previous:
            parts.append(change_words(one.estimate.versus_previous, self.since, one.decimals, mark))
        against = one.estimate.versus_benchmark
        if against is not None and against is not one.difference:
            filled = {
                "difference": wording.difference_text(against, one.decimals),
                "words": wording.small(wording.words_of(against, one.column)),
            }
            parts.append(_("Against the benchmark %(difference)s: %(words)s.") % filled)
        more = [part for part in parts if part]
        return " ".join([f"{words}.", *more] if words and more else [words, *more])
