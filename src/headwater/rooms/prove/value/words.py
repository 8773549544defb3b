"""What value cases say: names of their figures, money, warnings and limits."""

from __future__ import annotations

import math
from collections.abc import Mapping

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.reports.charts.numerals import plain, span
from headwater.rooms.house.slots import Text
from headwater.rooms.prove.logic.value import Result
from headwater.rooms.prove.logic.value_lines import Overlap, UnitOf
from headwater.rooms.prove.models import ValueInput, ValueLine, ValueVersion
from headwater.rooms.prove.value.building import Content, Slot
from headwater.rooms.prove.value.links import Link

NAMES: Mapping[str, Text] = {
    "customers": gettext_lazy("Customers"),
    "leaving": gettext_lazy("Of them leave in a year"),
    "margin": gettext_lazy("Margin on one customer in a year"),
    "spend": gettext_lazy("What one customer spends in a year"),
    "margin_share": gettext_lazy("Of it stays as margin"),
    "contacts": gettext_lazy("Contacts in a year"),
    "contact_cost": gettext_lazy("Cost of one contact"),
    "employees": gettext_lazy("People employed"),
    "replacing": gettext_lazy("Cost of replacing one person"),
    "days": gettext_lazy("Days absent, a person and year"),
    "day_cost": gettext_lazy("Cost of one day absent"),
    "injuries": gettext_lazy("Injuries in a year"),
    "injury_cost": gettext_lazy("Cost of one injury"),
    "failure": gettext_lazy("Of them need not have been"),
    "cases": gettext_lazy("Times people are served in a year"),
    "hours": gettext_lazy("Hours it takes them each time"),
    "hour_worth": gettext_lazy("Worth of one hour of theirs"),
    "people": gettext_lazy("People entitled"),
    "away": gettext_lazy("Of them stay away"),
    "take_up": gettext_lazy("Worth of one who takes part, in a year"),
    "change": gettext_lazy("How much that changes"),
    "move": gettext_lazy("How far the first station moves"),
    "spread": gettext_lazy("What one standard deviation of the second station is"),
    "ours": gettext_lazy("How much of the change is ours"),
    "discount": gettext_lazy("Discount rate"),
    "build_up": gettext_lazy("Years until the full effect"),
}
"""What figures are called."""

HINTS: Mapping[str, Text] = {
    "margin": gettext_lazy("Only the year in which they would have gone is counted."),
    "replacing": gettext_lazy("Hiring, training and the time until the new one is as able."),
    "change": gettext_lazy(
        "A fall of what the line counts, or a rise of spending. Below nought where it may get worse."
    ),
    "move": gettext_lazy("In standard deviations of units' own changes: few units move by more than half of one."),
    "spread": gettext_lazy("In percent of what the line counts: how far units' own changes lie apart."),
    "ours": gettext_lazy("Nought says that all of it would have come anyway."),
    "discount": gettext_lazy("As your finance department sets it, a year."),
    "build_up": gettext_lazy("The effect grows evenly until then. One: full from the first year."),
}
"""What stands under a field."""

UNITS: Mapping[UnitOf, Text] = {
    "count": "",
    "money": "",
    "percent": gettext_lazy("percent"),
    "hours": gettext_lazy("hours"),
    "days": gettext_lazy("days"),
    "years": gettext_lazy("years"),
    "sd": gettext_lazy("standard deviations"),
}


def name_of(slot: Slot) -> str:
    """Return what a figure is called beside its line."""
    if slot.year is not None:
        if slot.year == 0:
            return _("Cost before the start")
        return _("Cost in year %(year)s") % {"year": slot.year}
    return str(NAMES[slot.quantity.name])


def full_name(slot: Slot) -> str:
    """Return what a figure is called on its own: with its line."""
    return name_of(slot) if slot.line is None else f"{slot.line}: {name_of(slot)}"


def names_by_key(content: Content) -> dict[str, str]:
    """Return what every figure is called, links among them, by the key of its factor."""
    found = {slot.key: full_name(slot) for slot in content.slots}
    found.update({link.key: _("Link: %(title)s") % {"title": link.title} for link in content.links.values()})
    return found


def hint_of(slot: Slot, currency: str) -> str:
    """Return what stands under the fields of a figure: its unit, then how it is meant."""
    unit = currency if slot.quantity.unit == "money" else str(UNITS[slot.quantity.unit])
    hint = str(HINTS.get(slot.quantity.name, ""))
    return ". ".join(part for part in (unit[:1].upper() + unit[1:], hint) if part)


def figure_text(value: float, unit: UnitOf, currency: str) -> str:
    """Return a typed figure as people read it."""
    if unit == "money":
        return exact_money(value, currency)
    places = 0 if unit == "count" or float(value).is_integer() else 2 if abs(value) < 10 else 1
    return f"{plain(value, places)}%" if unit == "percent" else plain(value, places)


def range_text(kept: ValueInput, unit: UnitOf, currency: str) -> str:
    """Return the ends of a figure, "" for one without a range."""
    if kept.low == kept.high:
        return ""
    low, high = (figure_text(end, unit, currency) for end in (kept.low, kept.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def exact_money(value: float, currency: str) -> str:
    """Return money to the unit, or to the cent where it is small."""
    return f"{currency} {plain(value, 0 if abs(value) >= 100 or float(value).is_integer() else 2)}"


def money(value: float, currency: str) -> str:
    """Return money as a sentence says it: three figures that count."""
    return f"{currency} {plain(rounded(value), 0)}"


def rounded(value: float) -> float:
    """Return a figure to three places that count."""
    if value == 0 or not math.isfinite(value):
        return 0.0
    places = max(0, math.floor(math.log10(abs(value))) - 2)
    return float(round(value / 10**places) * 10**places)


def money_span(low: float, high: float, currency: str) -> str:
    """Return a range of money."""
    return f"{currency} {span(rounded(low), rounded(high), 0)}"


def percent(share: float) -> str:
    """Return a share of draws in whole percent, never surer than the draws are."""
    if 0 < share < 0.01:
        return _("less than 1%%") % ()
    if 0.99 < share < 1:
        return _("more than 99%%") % ()
    return f"{plain(100 * share, 0)}%"


def headline(result: Result, years: int) -> str:
    """Say in one sentence whether it pays back."""
    words = {"share": percent(result.pays_back), "years": years}
    if result.pays_back >= 0.9:
        return _("It pays back within %(years)s years in %(share)s of the draws.") % words
    if result.pays_back >= 0.5:
        return _("It is likelier to pay back than not: within %(years)s years in %(share)s of the draws.") % words
    return _("It is likelier not to pay back: within %(years)s years it does in %(share)s of the draws.") % words


def worth(result: Result, currency: str) -> str:
    """Say what it is worth, with the range."""
    return _("In the base case it is worth %(base)s; nine draws of ten lie within %(range)s.") % {
        "base": money(result.base, currency),
        "range": money_span(result.percentiles[5], result.percentiles[95], currency),
    }


def sceptic(result: Result, currency: str) -> str:
    """Say what a sceptic may hold against it."""
    lost = _("If none of the change is ours, it costs %(cost)s.") % {"cost": money(-result.sceptic, currency)}
    if result.ours_needed is None:
        return f"{lost} " + _("Even if all of it were ours, the base case would not come out at nought.")
    return f"{lost} " + _("At %(share)s%% of the change ours, in every line alike, it comes out at nought.") % {
        "share": plain(result.ours_needed, 0)
    }


def first_matter(result: Result, names: Mapping[str, str]) -> str:
    """Say which figure matters most, "" where none has a range."""
    first = next((one for one in result.swings if one.share > 0), None)
    if first is None:
        return ""
    return _("What matters most is “%(name)s”: %(share)s%% of the spread.") % {
        "name": names[first.key], "share": plain(100 * first.share, 0)}  # fmt: skip


def payback_text(result: Result) -> str:
    """Say when the base case pays back."""
    if result.payback is None:
        return _("not within the horizon")
    return _("%(years)s years") % {"years": plain(result.payback, 1)}


def payback_range(result: Result) -> str:
    """Say how the draws that pay back spread, "" where hardly any does."""
    if result.payback_ends is None:
        return ""
    low, _middle, high = (plain(end, 1) for end in result.payback_ends)
    return _("%(low)s to %(high)s where it does") % {"low": low, "high": high}


def doubt_text(doubt: Overlap, lines: Mapping[str, ValueLine]) -> str:
    """Say why two lines may count the same money twice."""
    said = {
        "same_stream": _("“%(one)s” and “%(other)s” follow the same stream: is the money the same?"),
        "further_down": _("“%(other)s” begins where “%(one)s” ends: the second may be the first further down."),
        "same_start": _("“%(one)s” and “%(other)s” begin at one station: one improvement is counted at two places."),
        "same_kind": _("“%(one)s” and “%(other)s” count the same thing: are they of different people?"),
        "same_money": _("“%(one)s” and “%(other)s” often hold the same money: leave in one what is in the other."),
    }  # fmt: skip
    return said[doubt.doubt] % {"one": lines[doubt.first], "other": lines[doubt.second]}


def link_text(link: Link) -> str:
    """Say a link with what its design has earned."""
    return _("%(title)s: %(numbers)s standard deviations for each one. %(design)s. %(source)s.") % {
        "title": link.title,
        "numbers": link.text,
        "design": link.design[:1].upper() + link.design[1:],
        "source": link.source,
    }


def limits_of(content: Content) -> tuple[str, ...]:
    """Say what the result does not know."""
    found = [
        _("Every figure is as it was typed; nothing here checked it against its source."),
        _("Figures are drawn independently. Where two of them move together, the range is too narrow or too wide."),
        _("Nothing after the horizon counts, and the effect is taken to last until then."),
        _("Tax and inflation are left out: type amounts in today's money and a real rate."),
    ]
    if content.links:
        found.insert(0, _("Links are association. Money comes only if they are causes, which they do not show."))
    if content.doubts:
        found.insert(0, _("Lines may count the same money twice; see the warnings."))
    return tuple(found)


def presented_day(version: ValueVersion) -> str:
    """The day on which a version was presented, "" for a draft."""
    return "" if version.presented_at is None else date_format(timezone.localdate(version.presented_at), "DATE_FORMAT")
