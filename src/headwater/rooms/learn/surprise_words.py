"""A note in words: what happened, how sure it is, one next step. Figures only for who may see the unit's results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.builders.steps import step_for
from headwater.reports.wording import decimals_of
from headwater.scoring.phrases import phrases_in
from headwater.vocab import Column, ScoreBook, Sureness, said, say

MOST_SIGNS = 3
"""Signs a note says one by one. The others are counted."""


@dataclass(frozen=True)
class Told:
    """A note in words. lines: what happened, the clearest first. sure: the least sure of them."""

    title: str
    lines: tuple[str, ...]
    sure: str
    step: str
    detail: str


def told(
    kind: str, signs: Sequence[Mapping[str, Any]], book: ScoreBook, unit: str, since: str, *, figures: bool
) -> Told:
    """Return a note in words of the language in force. figures: whether its reader may see numbers of the unit.

    unit: its name. since: what the wave before is called. Within `speaking`.
    """
    first = signs[:MOST_SIGNS]
    lines = [_line(kind, sign, book, unit, since) if figures else _bare(kind, sign, book) for sign in first]
    left = len(signs) - len(first)
    if left:
        lines.append(ngettext("And one more like it.", "And %(n)s more like it.", left) % {"n": left})
    if not figures:
        lines.append(_("The figures are for those who may see the results of this unit."))
    step, detail = _step(kind, _column(book, signs[0]))
    return Told(_title(kind, unit), tuple(lines), _sure(first), step, detail)


def _title(kind: str, unit: str) -> str:
    titles = {
        "conduct": _("A matter of conduct in %(unit)s"),
        "drop": _("A real drop in %(unit)s"),
        "gap": _("A widening gap: %(unit)s and the others"),
        "levels": _("A widening gap between top and front line in %(unit)s"),
        "response": _("Fewer people answer in %(unit)s"),
        "silence": _("%(unit)s has become silent"),
    }
    return titles[kind] % {"unit": unit}


def _column(book: ScoreBook, sign: Mapping[str, Any]) -> Column | None:
    number = book.column_of.get((sign["measure"], sign["subject"]))
    return None if number is None else book.columns[number]


def _label(column: Column) -> str:
    """What a column asks, to be quoted in a sentence."""
    return say(column.label).rstrip(".")


def _line(kind: str, sign: Mapping[str, Any], book: ScoreBook, unit: str, since: str) -> str:
    column, words = _column(book, sign), phrases_in()
    if kind == "silence" and sign["against"] == "shown":
        return _(
            "Nothing of %(unit)s can be shown this time, where it could in %(since)s: too few or too alike to show "
            "safely."
        ) % {"unit": unit, "since": since}
    mark = "%" if column is None or column.unit == "percent" else ""
    decimals = 0 if column is None else decimals_of(column)
    size = words.size(abs(float(sign["change"])), decimals, mark)
    values = {
        "label": "" if column is None else _label(column),
        "size": size,
        "since": since,
        "now": f"{words.figure(float(sign['now']), decimals)}{mark}",
        "gap": words.size(abs(float(sign["now"])), decimals, mark),
        "range": _range(sign, decimals, mark),
    }
    if kind in ("response", "silence"):
        return _("%(now)s of those asked answered, %(size)s fewer than in %(since)s.") % values
    if kind == "gap":
        return (
            _("“%(label)s” is %(gap)s worse than the rest; the gap grew by %(size)s%(range)s since %(since)s.") % values
        )
    if kind == "levels":
        text = _("“%(label)s”: the front line is %(gap)s worse off than the top; the gap grew by %(size)s%(range)s.")
        return text % values
    if sign["against"] == "rest":
        return _("“%(label)s” stands at %(now)s, %(size)s%(range)s worse than the rest.") % values
    if float(sign["change"]) > 0:
        return (
            _("“%(label)s” rose by %(size)s%(range)s since %(since)s and stands at %(now)s; lower is better.") % values
        )
    return _("“%(label)s” fell by %(size)s%(range)s since %(since)s and stands at %(now)s.") % values


def _bare(kind: str, sign: Mapping[str, Any], book: ScoreBook) -> str:
    """A sign without any figure."""
    column = _column(book, sign)
    if column is None:
        return _("Fewer people answer than before.")
    return _("“%(label)s” stands out for the worse.") % {"label": _label(column)}


def _range(sign: Mapping[str, Any], decimals: int, mark: str) -> str:
    """The 95% range of the change, in brackets; empty where there is none."""
    if sign["low"] is None or sign["high"] is None:
        return ""
    ends = sorted((abs(float(sign["low"])), abs(float(sign["high"]))))
    if float(sign["low"]) < 0 < float(sign["high"]):
        ends[0] = 0.0
    return f" ({phrases_in().spread(ends[0], ends[1], decimals, mark)})"


def _sure(signs: Sequence[Mapping[str, Any]]) -> str:
    levels = [sign["sureness"] for sign in signs]
    if None in levels:
        return _("Counted, not estimated")
    return _("Sure") if min(levels) >= Sureness.SURE else _("Fairly sure")


def _step(kind: str, column: Column | None) -> tuple[str, str]:
    if kind == "response":
        return (
            _("Ask three people what kept others from answering"),
            _("Then say what was done with the last answers, before you ask again."),
        )
    if kind == "silence" or column is None:
        return (
            _("Go and listen: fifteen minutes with the team, without numbers"),
            _("Never ask who answered. The conversation guide of My team helps."),
        )
    if kind == "conduct":
        return (
            _("Ask somebody from outside the team to listen with you"),
            _("Do not look for who said it. A score is a reason to ask, no proof."),
        )
    step = step_for(column)
    return said(step.what), said(step.detail)
