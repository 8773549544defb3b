"""How numbers, ranges, differences and doubt are said in reports. Plain words, real minus signs, no jargon.

Numbers and whole sentences are those of `headwater.scoring.sentences`, so that there is one way to say a number.
"""

from __future__ import annotations

import math

from headwater.reports.document import Flag, WithheldNote
from headwater.scoring.phrases import MINUS, phrases_in
from headwater.scoring.sentences import DECIMALS, decimals_of, score_words
from headwater.vocab import Bound, Column, Difference, Estimate, ScoreBook, Sureness, Withheld, said, say

__all__ = [
    "DECIMALS",
    "MINUS",
    "count",
    "decimals_of",
    "difference_text",
    "figure",
    "flag_of",
    "joined",
    "people",
    "range_text",
    "signed",
    "small",
    "spread",
    "sureness_text",
    "value_text",
    "withheld_note",
    "words_of",
]


def figure(value: float, decimals: int = 1) -> str:
    """A number as the language writes it, with a real minus: "−0.3"; in Spanish "−0,3"."""
    return phrases_in().figure(value, decimals)


def signed(value: float, decimals: int = 1) -> str:
    """A difference with its sign: "+0.3", "−0.3", "0.0"."""
    text = figure(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0,.") else text


def spread(low: float, high: float, decimals: int = 1, *, sign: bool = False) -> str:
    """A range: "2.4 to 3.0"; empty where there is none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    write = signed if sign else figure
    return said("%(low)s to %(high)s", low=write(low, decimals), high=write(high, decimals))


def count(number: int) -> str:
    """A count with a thin mark of thousands: "2,918"."""
    return phrases_in().count(number)


def people(number: int) -> str:
    """How many answered: "46 people answered"."""
    return said("%(number)s people answered", number=count(number))


def small(label: str) -> str:
    """A label inside a sentence: its first letter small, unless it is an acronym or a name in capitals."""
    if len(label) > 1 and label[0].isupper() and (label[1].islower() or label.startswith("A ")):
        return label[0].lower() + label[1:]
    return label


def joined(labels: list[str]) -> str:
    """A list in words: "a", "a and b", "a, b and c"."""
    if len(labels) < 2:
        return "".join(labels)
    return said("%(first)s and %(last)s", first=", ".join(labels[:-1]), last=labels[-1])


def value_text(estimate: Estimate, decimals: int) -> str:
    """The score people read: "4.0", or a limit where nearly all answers are alike: "4.8 or more"."""
    text = figure(estimate.shrunken, decimals)
    if estimate.bound is Bound.AT_LEAST:
        return said("%(text)s or more", text=text)
    if estimate.bound is Bound.AT_MOST:
        return said("%(text)s or less", text=text)
    return text


def range_text(estimate: Estimate, decimals: int) -> str:
    """The 95% range of the score; empty where the score is a limit."""
    if estimate.bound is not Bound.EXACT:
        return ""
    return spread(estimate.shrunken_low, estimate.shrunken_high, decimals)


def difference_text(difference: Difference | None, decimals: int) -> str:
    """Difference and range: "+0.3 (+0.1 to +0.5)"; empty where nothing is compared."""
    if difference is None:
        return ""
    return (
        f"{signed(difference.value, decimals)} ({spread(difference.low, difference.high, decimals, sign=True)})"
        if not math.isnan(difference.low)
        else signed(difference.value, decimals)
    )


def flag_of(difference: Difference | None, column: Column) -> Flag:
    """Strong and needs only where the rule for many comparisons passed; same where the range shows it."""
    if difference is None:
        return "unsure"
    if difference.sureness is not Sureness.TOO_CLOSE:
        return "strong" if (difference.value > 0) == column.higher_is_better else "needs"
    inside = max(abs(difference.low), abs(difference.high)) <= column.minimum_effect
    return "same" if inside else "unsure"


def words_of(difference: Difference | None, column: Column) -> str:
    """What the difference means: "Likely higher", "About the same", "Too close to call"."""
    if difference is None:
        return ""
    if difference.sureness is Sureness.SURE:
        return said("Clearly higher" if difference.value > 0 else "Clearly lower")
    if difference.sureness is Sureness.FAIRLY_SURE:
        return said("Likely higher" if difference.value > 0 else "Likely lower")
    return said("About the same" if flag_of(difference, column) == "same" else "Too close to call")


def sureness_text(sureness: Sureness) -> str:
    """How sure: "sure", "fairly sure" or "too close to call"."""
    return said(
        {
            Sureness.SURE: "sure",
            Sureness.FAIRLY_SURE: "fairly sure",
            Sureness.TOO_CLOSE: "too close to call",
        }[sureness]
    )


def withheld_note(book: ScoreBook, held: Withheld, language: str = "") -> WithheldNote:
    """What is not shown, and the nearest group above with its released number. Never a count of the hidden group."""
    column = book.columns[book.column_of[held.measure, held.subject]]
    label = say(column.label, language)
    name = book.tree.names[book.tree.index_of[held.unit]]
    nearest, text = "", ""
    if held.nearest:
        found = book.find(held.nearest, held.measure, held.subject, cut=held.cut, level=held.level)
        if isinstance(found, Estimate):
            nearest = book.tree.names[book.tree.index_of[held.nearest]]
            text = score_words(found, column, phrases_in(language))
    return WithheldNote(said("%(label)s is not shown for %(name)s", label=label, name=name), nearest, text, held.reason)
