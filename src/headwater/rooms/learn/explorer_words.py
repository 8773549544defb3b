"""How the explorer says numbers, differences and doubt, in the language of the page."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from headwater.reports.charts.numerals import plain, signed
from headwater.reports.document import WithheldNote
from headwater.reports.wording import decimals_of, flag_of
from headwater.vocab import Bound, Column, Difference, Estimate, Released, ScoreBook, Sureness, Withheld, say

MEASURES = ("rest", "previous", "benchmark")


def label_of(column: Column, language: str) -> str:
    """Return a column's name; percent favourable says so."""
    label = say(column.label, language)
    if column.measure in ("favourable", "score_favourable"):
        return _("%(score)s, percent favourable") % {"score": label}
    return label


def range_words(low: float, high: float, decimals: int, *, sign: bool = False) -> str:
    """Return a range, "2.4 to 3.0"; empty where there is none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    write = signed if sign else plain
    return _("%(low)s to %(high)s") % {"low": write(low, decimals), "high": write(high, decimals)}


def bounded(text: str, bound: Bound) -> str:
    """Return a value as it may be said: "4.8 or more" where nearly all answers are alike."""
    if bound is Bound.AT_LEAST:
        return _("%(value)s or more") % {"value": text}
    if bound is Bound.AT_MOST:
        return _("%(value)s or less") % {"value": text}
    return text


def steadied_words(found: Estimate, column: Column) -> str:
    """Return the steadied score as people read it."""
    return bounded(plain(found.shrunken, decimals_of(column)), found.bound)


def own_words(found: Released | Withheld, column: Column) -> str:
    """Return a group's own answers with their range: "3.4 (3.2 to 3.6)"; the one reason where they are not shown."""
    if isinstance(found, Withheld):
        return withheld_reason()
    decimals = decimals_of(column)
    text = bounded(plain(found.value, decimals), found.bound)
    around = range_words(found.low, found.high, decimals) if found.bound is Bound.EXACT else ""
    return f"{text} ({around})" if around else text


def withheld_reason() -> str:
    """Return the one reason."""
    return _("Too few or too alike to show safely")


def difference_words(difference: Difference | None, column: Column) -> str:
    """Return a difference with its range: "+0.3 (+0.1 to +0.5)"; empty where there is none."""
    if difference is None:
        return ""
    decimals = decimals_of(column)
    around = range_words(difference.low, difference.high, decimals, sign=True)
    return f"{signed(difference.value, decimals)} ({around})" if around else signed(difference.value, decimals)


def sure_words(difference: Difference | None, column: Column) -> str:
    """Return what a difference means: "Likely higher", "About the same", "Too close to call"."""
    if difference is None:
        return ""
    if difference.sureness is Sureness.SURE:
        return _("Clearly higher") if difference.value > 0 else _("Clearly lower")
    if difference.sureness is Sureness.FAIRLY_SURE:
        return _("Likely higher") if difference.value > 0 else _("Likely lower")
    return _("About the same") if flag_of(difference, column) == "same" else _("Too close to call")


def against_of(found: Estimate, against: str) -> Difference | None:
    """Return one of the three comparisons of a released number."""
    return {"rest": found.versus_rest, "previous": found.versus_previous}.get(against, found.versus_benchmark)


def note_of(book: ScoreBook, held: Withheld, column: Column, language: str) -> WithheldNote:
    """Return what is not shown and the nearest group above that is, with its number."""
    name = book.tree.names[book.tree.index_of[held.unit]]
    nearest, text = "", ""
    if held.nearest:
        found = book.find(held.nearest, held.measure, held.subject, cut=held.cut, level=held.level)
        if isinstance(found, Estimate):
            nearest = book.tree.names[book.tree.index_of[held.nearest]]
            text = own_words(found, column)
    subject = _("%(score)s is not shown for %(unit)s") % {"score": label_of(column, language), "unit": name}
    return WithheldNote(subject, nearest, text, withheld_reason())


def comparison_name(book: ScoreBook, against: str) -> str:
    """Return what differences are from, in words."""
    if against == "previous":
        return _("the wave before")
    if against == "benchmark":
        return _("the benchmark %(name)s") % {"name": book.benchmark}
    return _("the rest of the unit above")
