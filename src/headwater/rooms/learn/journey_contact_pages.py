"""The page on contacts: what each weighs and what bad ones add up to, as sentence, picture and sheet."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.reports.charts.numerals import plain, signed, span, ticks
from headwater.reports.document import DotIntervals, DotRow, Trend, TrendLine, TrendPoint
from headwater.rooms.house.figures import Figure, dot_figure, trend_figure
from headwater.rooms.learn.journey_contacts import instruments_of
from headwater.rooms.learn.making import Making
from headwater.rooms.listen.models import Wave
from headwater.vocab import ContactFindings, ContactWeights, Instrument, RepeatedEffect, say

WHY_NOT = {
    "too_few": gettext_lazy(
        "Too few customers for this: it takes 100 who had a contact and answered, and 50 at each touchpoint or step."
    ),
    "no_touchpoints": gettext_lazy("The study does not tell one kind of contact from another."),
    "not_identified": gettext_lazy("The answers do not differ enough over time to tell the steps apart."),
}


@dataclass(frozen=True)
class ReadingTab:
    """One way to read the relation."""

    number: int
    title: str
    is_here: bool


@dataclass(frozen=True)
class StepLine:
    """One step as the table says it."""

    label: str
    step: str
    step_range: str
    curve: str
    curve_range: str
    customers: int


@dataclass(frozen=True)
class WeightLine:
    """One touchpoint as the table says it. slope: points of the relation for one point of the contact."""

    label: str
    slope: str
    slope_range: str
    reach: str
    customers: int


@dataclass(frozen=True)
class ContactsPage:
    """What was found about contacts of a study. sentence: the whole in one; empty figures have a reason instead."""

    wave: Wave
    tabs: tuple[ReadingTab, ...]
    relation: str
    rating: str
    sentence: str
    weights: ContactWeights | None
    weights_sentence: str
    weights_block: DotIntervals | None
    weights_figure: Figure | None
    weights_why: str
    left_out: tuple[str, ...]
    repeats: RepeatedEffect | None
    repeats_sentence: str
    lasting_sentence: str
    repair_sentence: str
    repeats_block: Trend | None
    repeats_figure: Figure | None
    repeats_why: str
    steps: tuple[StepLine, ...]
    weighed: tuple[WeightLine, ...]
    making: Making
    number: int


def contacts_page(wave: Wave, found: tuple[ContactFindings, ...], number: int) -> ContactsPage:
    """Return the page for one way to read the relation. Raises IndexError for one that is not there."""
    if number < 0:
        raise IndexError(number)
    one = found[number]
    instruments = instruments_of(wave)
    relation, rating = name_of(instruments, one.relation), name_of(instruments, one.rating)
    names = _touchpoints(instruments, one)
    weights, repeats = one.weights, one.repeats
    about_weights = _weights_sentence(weights, names) if weights is not None else ""
    about_repeats = repeats_sentence(repeats, relation) if repeats is not None else ""
    about_block = None if weights is None else _weights_block(weights, names)
    curve = None if repeats is None else _repeats_block(repeats, relation)
    return ContactsPage(
        wave=wave,
        tabs=tuple(
            ReadingTab(place, name_of(instruments, other.relation), place == number)
            for place, other in enumerate(found)
        ),
        relation=relation,
        rating=rating,
        sentence=about_repeats or about_weights or _("Contacts are kept, and still too few to say what they weigh."),
        weights=weights,
        weights_sentence=about_weights,
        weights_block=about_block,
        weights_figure=None if about_block is None else dot_figure(about_block, "weights"),
        weights_why=str(WHY_NOT.get(one.reasons.get("weights", ""), "")),
        left_out=tuple(names.get(key, key) for key in (weights.left_out if weights is not None else ())),
        repeats=repeats,
        repeats_sentence=about_repeats,
        lasting_sentence=_lasting_sentence(repeats) if repeats is not None else "",
        repair_sentence=_repair_sentence(repeats) if repeats is not None else "",
        repeats_block=curve,
        repeats_figure=None if curve is None else trend_figure(curve, "repeats"),
        repeats_why=str(WHY_NOT.get(one.reasons.get("repeats", ""), "")),
        steps=() if repeats is None else _steps(repeats),
        weighed=() if weights is None else _weighed(weights, names),
        making=_making(one, rating, relation),
        number=number,
    )


def _steps(found: RepeatedEffect) -> tuple[StepLine, ...]:
    return tuple(
        StepLine(
            step_label(one.number, is_more=one.is_more),
            signed(one.step, 2),
            span(one.step_low, one.step_high, 2),
            signed(one.curve, 2),
            span(one.curve_low, one.curve_high, 2),
            one.customers,
        )
        for one in found.steps
    )


def _weighed(found: ContactWeights, names: dict[str, str]) -> tuple[WeightLine, ...]:
    return tuple(
        WeightLine(
            names.get(one.touchpoint, one.touchpoint),
            signed(one.slope, 2),
            span(one.slope_low, one.slope_high, 2),
            f"{plain(one.reach, 0)}%",
            one.customers,
        )
        for one in found.weights
    )


def name_of(instruments: list[Instrument], key: str) -> str:
    """Return a scale or question in words, its key where the questionnaires are gone."""
    for instrument in instruments:
        for scale in instrument.scales:
            if scale.key == key:
                return say(scale.name)
        for item in instrument.items:
            if item.key == key:
                return say(item.text)
    return key


def ordinal(number: int, *, is_more: bool = False) -> str:
    """Name the nth bad contact. is_more: it stands for those after it too."""
    if is_more:
        return {2: _("every one after the first"), 3: _("the third and after")}.get(number, str(number))
    return {1: _("the first"), 2: _("the second"), 3: _("the third")}.get(number, str(number))


def repeats_sentence(found: RepeatedEffect, relation: str) -> str:
    """Say what bad contacts add up to, and whether later ones count more than the first."""
    first = found.steps[0]
    values = {"relation": relation, "first": plain(abs(first.step), 1)}
    if found.growth is None:
        said = _("A bad contact goes with %(first)s points less of “%(relation)s”.")
        return said % values if first.step_high < 0 else _("What a bad contact takes is too close to call.")
    later = found.steps[found.growth_number - 1]
    values |= {"nth": ordinal(found.growth_number, is_more=later.is_more), "later": plain(abs(later.step), 1)}
    if found.growth_is_real and found.growth[0] < 0:
        said = _(
            "Bad contacts add up, and %(nth)s counts more than the first: %(later)s points less against %(first)s."
        )
    elif found.growth_is_real:
        said = _("The first bad contact counts most: %(first)s points less, %(nth)s %(later)s.")
    elif found.steps[-1].curve_high < 0:
        values["all"] = plain(abs(found.steps[-1].curve), 1)
        said = _("Bad contacts add up to %(all)s points less. Whether later ones count more is too close to call.")
    else:
        said = _("What repeated bad contacts take is too close to call.")
    return said % values


def _lasting_sentence(found: RepeatedEffect) -> str:
    last = found.steps[-1]
    if last.lasting is None or last.lasting_low is None or last.lasting_high is None:
        return ""
    values = {"value": signed(last.lasting, 1), "range": span(last.lasting_low, last.lasting_high, 1)}
    if last.lasting_high < 0:
        return _("It stays: in later waves the loss is still there, %(value)s (%(range)s) after all of them.") % values
    return _("Whether it stays is too close to call: %(value)s (%(range)s) once the day itself is taken out.") % values


def _repair_sentence(found: RepeatedEffect) -> str:
    if found.repair is None:
        return ""
    value, low, high = found.repair
    values = {"value": signed(value, 1), "range": span(low, high, 1)}
    if low > 0:
        return _("A good contact right after a bad one wins back more than others do: %(value)s (%(range)s).") % values
    if high < 0:
        return _("A good contact right after a bad one wins back less than others do: %(value)s (%(range)s).") % values
    return (
        _("Whether a good contact right after a bad one wins back more is too close to call: %(value)s (%(range)s).")
        % values
    )


def _weights_sentence(found: ContactWeights, names: dict[str, str]) -> str:
    first, second = found.weights[0], found.weights[1]
    values = {"first": names.get(first.touchpoint, first.touchpoint), "share": plain(first.share, 0),
              "second": names.get(second.touchpoint, second.touchpoint)}  # fmt: skip
    if found.is_close:
        return _("“%(first)s” and “%(second)s” weigh most; which of them is too close to call.") % values
    return _("“%(first)s” weighs most: %(share)s%% of what all contacts together tell of the relation.") % values


def _weights_block(found: ContactWeights, names: dict[str, str]) -> DotIntervals:
    rows = tuple(
        DotRow(
            label=names.get(one.touchpoint, one.touchpoint),
            value=one.share,
            low=one.low,
            high=one.high,
            flag="strong" if one.low > 100 / len(found.weights) else "unsure",
            value_text=f"{plain(one.share, 0)}%",
            range_text=span(one.low, one.high, 0),
            words=_("weighs more than an equal share") if one.low > 100 / len(found.weights) else "",
        )
        for one in found.weights
    )
    return DotIntervals(
        title=_("Weight of each contact"),
        description=_("Share of what all contacts together explain of the relation, with its 95% range."),
        rows=rows,
        low=0.0,
        high=100.0,
        ticks=(0.0, 25.0, 50.0, 75.0, 100.0),
        axis_label=_("0 to 100% of what contacts explain"),
        value_label=_("Weight"),
    )


def _repeats_block(found: RepeatedEffect, relation: str) -> Trend:
    labels = [step_label(one.number, is_more=one.is_more) for one in found.steps]
    zero = TrendPoint(_("none"), 0.0, 0.0, 0.0)
    whole = tuple(
        TrendPoint(label, one.curve, one.curve_low, one.curve_high)
        for label, one in zip(labels, found.steps, strict=True)
    )
    lines = [TrendLine(_("All in all"), (zero, *whole))]
    if all(one.lasting is not None for one in found.steps):
        stays = tuple(TrendPoint(label, one.lasting) for label, one in zip(labels, found.steps, strict=True))
        lines.append(TrendLine(_("What stays"), (zero, *stays), quiet=True))
    low = float(math.floor(min(0.0, *(one.curve_low for one in found.steps))))
    high = float(math.ceil(max(0.0, *(one.curve_high for one in found.steps))))
    high = high if high > low else low + 1.0
    return Trend(
        title=_("What bad contacts add up to"),
        description=_(
            "Points of “%(relation)s” less than before any bad contact, after the first, second, third and more."
        )
        % {"relation": relation},
        lines=tuple(lines),
        low=low,
        high=high,
        ticks=ticks(low, high),
    )


def step_label(number: int, *, is_more: bool) -> str:
    """Return a step on the axis: "3", or "4 or more"."""
    return _("%(n)s or more") % {"n": number} if is_more else str(number)


def _touchpoints(instruments: list[Instrument], found: ContactFindings) -> dict[str, str]:
    """Return touchpoints in words: choices of a question; levels of a cut name themselves."""
    kind, _colon, key = found.touchpoint.partition(":")
    if kind == "item":
        for instrument in instruments:
            for item in instrument.items:
                if item.key == key:
                    return {choice.key: say(choice.text) for choice in item.choices}
    return {}


def _making(found: ContactFindings, rating: str, relation: str) -> Making:
    repeats, weights = found.repeats, found.weights
    within = (
        repeats.design if repeats is not None else weights.design if weights is not None else ""
    ) == "within customers"
    design = (
        _("Each customer is compared with themselves over time; customer and wave are taken out.")
        if within
        else _("Customers are compared with each other; whatever makes them differ is in it.")
    )
    counts = []
    if weights is not None:
        counts.append(_("Weights: about %(n)s customers.") % {"n": f"{weights.customers:,}"})
    if repeats is not None:
        counts.append(
            _("Repeated contacts: about %(n)s customers, %(a)s answers.")
            % {"n": f"{repeats.customers:,}", "a": f"{repeats.answers:,}"}
        )
    limits = [
        _("Association, as far as the design earns: no experiment was made."),
        _("Customers who stopped answering after a bad contact are missing, so late steps come out too small."),
    ]
    if not within:
        limits.insert(1, _("Whoever is critical rates contacts and relation low; that is in these numbers."))
    return Making(
        method=design
        + " "
        + _("A contact counts as bad when “%(rating)s” is %(bad)s or less, as good from %(good)s.")
        % {"rating": rating, "bad": plain(found.bad_to, 1), "good": plain(found.good_from, 1)},
        n=" ".join(counts) or _("Too few to say."),
        inputs=found.inputs_hash,
        formula=(
            f"“{relation}” ~ 1[bad ≥ 1] + 1[bad ≥ 2] + 1[bad ≥ 3] + 1[bad ≥ 4] + good + log(1 + good) + neutral + "
            f"repair + customer + wave; LMG of “{rating}” by touchpoint"
        ),
        limits=tuple(limits),
        sources=(
            "Lindeman, Merenda and Gold 1980 (LMG)",
            "Allison 2009, Fixed Effects Regression Models",
            "Arellano 1987 (errors clustered by customer)",
        ),
        versions=tuple(found.made_with.items()),
    )
