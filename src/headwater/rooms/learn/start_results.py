"""What came of a leader's own study: the leader beside their people, line by line. Whoever calls it asked who looks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from headwater.reports.document import DotIntervals, DotRow
from headwater.reports.wording import range_text, value_text, words_of
from headwater.rooms.house.figures import Figure, dot_figure
from headwater.rooms.learn.logic.start_rules import SELF, self_key
from headwater.rooms.learn.models import AloneRound, AloneStudy
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.questionnaires import library_instrument
from headwater.rooms.listen.releasing import book_folder
from headwater.scoring import load_book
from headwater.scoring.sentences import decimals_of
from headwater.vocab import Estimate, ScoreBook, Sureness, say

MEAN = "mean"


@dataclass(frozen=True)
class ResultLine:
    """One behaviour: the leader beside their people. change: words, empty unless it is real."""

    words: str
    own: int
    own_words: str
    said: str
    range: str
    n: int
    change: str
    where: str


def alone_book(wave: Wave) -> ScoreBook:
    """Return the released numbers of a leader's own study. Whoever calls it has asked who is looking."""
    return _book(book_folder(wave), str(wave.outcome.get("inputs_hash", "")))


@lru_cache(maxsize=8)
def _book(folder: Path, inputs_hash: str) -> ScoreBook:
    return load_book(folder)


def shown_in(alone: AloneStudy, wave: Wave, key: str) -> tuple[ScoreBook, int, Estimate] | None:
    """Return what could be shown of one behaviour in one asking: the book, the column, the number; else None."""
    book = alone_book(wave)
    row, number = book.tree.index_of.get(alone.unit.key), book.column_of.get((MEAN, key))
    if row is None or number is None:
        return None
    found = book.at(row, number)
    return (book, number, found) if isinstance(found, Estimate) else None


def result_lines(alone: AloneStudy, wave: Wave) -> tuple[ResultLine, ...]:
    """Return every behaviour that could be shown, as answered in one asking."""
    own = AloneRound.objects.get(wave=wave).own
    instrument = library_instrument(SELF)
    lines = []
    for key in alone.behaviours:
        shown = shown_in(alone, wave, key)
        if shown is None or key not in own:
            continue
        book, number, found = shown
        column = book.columns[number]
        item = instrument.item(self_key(key))
        labels = instrument.response_scales[item.response_scale]
        words = say({code: texts[int(own[key]) - labels.low] for code, texts in labels.labels.items()})
        moved = found.versus_previous
        is_real = moved is not None and moved.sureness is not Sureness.TOO_CLOSE
        lines.append(
            ResultLine(
                words=say(column.label),
                own=int(own[key]),
                own_words=words,
                said=value_text(found, decimals_of(column)),
                range=range_text(found, decimals_of(column)),
                n=found.n,
                change=words_of(moved, column) if is_real else "",
                where=_where(float(own[key]), found),
            )
        )
    return tuple(lines)


def _where(own: float, found: Estimate) -> str:
    """Say where the leader's own answer lies: only where the range leaves no doubt."""
    if own > found.shrunken_high:
        return "higher"
    return "lower" if own < found.shrunken_low else "inside"


def result_sentence(lines: tuple[ResultLine, ...]) -> str:
    """Say in one sentence how the leader and their people see it; empty without lines."""
    if not lines:
        return ""
    higher = sum(line.where == "higher" for line in lines)
    lower = sum(line.where == "lower" for line in lines)
    if higher and not lower:
        return _("You see yourself doing this more often than your people do, in %(n)s of %(all)s.") % {
            "n": higher,
            "all": len(lines),
        }
    if lower and not higher:
        return _("Your people see you doing this more often than you think, in %(n)s of %(all)s.") % {
            "n": lower,
            "all": len(lines),
        }
    if higher and lower:
        return _("In some of this you see yourself higher than your people do, in some lower.")
    return _("You and your people see it much alike.")


def result_figure(alone: AloneStudy, wave: Wave) -> Figure:
    """Draw the leader's own answers beside those of their people."""
    own = AloneRound.objects.get(wave=wave).own
    rows = []
    for key in alone.behaviours:
        shown = shown_in(alone, wave, key)
        if shown is None or key not in own:
            continue
        book, number, found = shown
        mine = float(own[key])
        where = _where(mine, found)
        rows.append(
            DotRow(
                label=say(book.columns[number].label),
                value=found.shrunken,
                low=found.shrunken_low,
                high=found.shrunken_high,
                rest=mine,
                n=found.n,
                flag="unsure" if where == "inside" else "strong",
                value_text=value_text(found, decimals_of(book.columns[number])),
                range_text=range_text(found, decimals_of(book.columns[number])),
                words={
                    "higher": _("You see it more often than they do"),
                    "lower": _("They see it more often than you do"),
                }.get(where, _("Much alike")),
            )
        )
    block = DotIntervals(
        title=_("You beside your people"),
        description=_(
            "A line is your own answer, a dot what your people said, with its 95% range. 1 is never, 5 always."
        ),
        rows=tuple(rows),
        low=1.0,
        high=5.0,
        ticks=(1.0, 2.0, 3.0, 4.0, 5.0),
        axis_label=_("1 never to 5 always"),
        value_label=_("Your people"),
        rest_label=_("You"),
    )
    return dot_figure(block, "alone")
