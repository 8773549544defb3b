"""Words about structures: what each is, gains and costs; what an input says; who sits where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.decide.logic.seats import SeatKind
from headwater.rooms.decide.logic.structure import COUNTED, Input, Structure

Text = str | Promise


@dataclass(frozen=True)
class StructureWords:
    """What a structure is called, what it means, and its trade-offs."""

    title: Text
    meaning: Text
    gains: tuple[Text, ...]
    costs: tuple[Text, ...]


STRUCTURE_WORDS: Mapping[Structure, StructureWords] = {
    "centralised": StructureWords(
        gettext_lazy("Centralised"),
        gettext_lazy("One small team beside the top leaders does the work for everybody."),
        (
            gettext_lazy("One voice, and short ways to a decision."),
            gettext_lazy("Little to set up: the first results come soon."),
        ),
        (
            gettext_lazy("It hears the front line second hand unless it goes there."),
            gettext_lazy("It becomes the bottleneck once the organisation grows."),
        ),
    ),
    "decentralised": StructureWords(
        gettext_lazy("Decentralised"),
        gettext_lazy("Each unit works on it by itself. A small core guides with what worked elsewhere."),
        (
            gettext_lazy("Those who know the place decide, and it fits the place."),
            gettext_lazy("It grows with the number of units without growing the core."),
        ),
        (
            gettext_lazy("Customers meet a different experience in each place."),
            gettext_lazy("Units without somebody who cares do nothing, and nobody notices."),
        ),
    ),
    "hybrid": StructureWords(
        gettext_lazy("Hybrid"),
        gettext_lazy("The core sets one direction. A partner in each division chooses how to get there."),
        (
            gettext_lazy("One direction for all, with freedom in how."),
            gettext_lazy("What works in one division reaches the others through the partners."),
        ),
        (
            gettext_lazy("Partners have two leaders: who decides has to be written down."),
            gettext_lazy("It costs the most people and the most meetings."),
        ),
    ),
    "committee": StructureWords(
        gettext_lazy("Committee"),
        gettext_lazy("Leaders of the divisions guide together. Their units do the work."),
        (
            gettext_lazy("Decisions bind, because those who have to keep them made them."),
            gettext_lazy("No new posts; what crosses divisions has a place to be solved."),
        ),
        (
            gettext_lazy("It is slow, and stands still when its members send somebody else."),
            gettext_lazy("Experience is everybody's second task. Somebody has to prepare and follow up."),
        ),
    ),
}

INPUT_TITLES: Mapping[Input, Text] = {
    "people": gettext_lazy("People in the organisation"),
    "units": gettext_lazy("Units with a leader"),
    "places": gettext_lazy("Places people work in"),
    "together": gettext_lazy("How much units work together"),
    "uniformity": gettext_lazy("How alike the experience has to be everywhere"),
    "access": gettext_lazy("How easily the team reaches the top leaders"),
    "maturity": gettext_lazy("How practised the organisation is"),
}
LEVEL_WORDS: tuple[Text, ...] = (
    gettext_lazy("not at all"),
    gettext_lazy("a little"),
    gettext_lazy("partly"),
    gettext_lazy("mostly"),
    gettext_lazy("entirely"),
)
_LOW: Mapping[Input, Text] = {
    "people": gettext_lazy("You are few people: one team can know everybody."),
    "units": gettext_lazy("You have few units: one team can be in all of them."),
    "places": gettext_lazy("You work in few places: people meet without a plan."),
    "together": gettext_lazy("Your units hardly work together: what fits one need not fit the next."),
    "uniformity": gettext_lazy("The experience may differ from place to place."),
    "access": gettext_lazy("The top leaders are hard to reach: decisions have to be possible further down."),
    "maturity": gettext_lazy("This is new to you: units need somebody who shows how it is done."),
}
_MIDDLE: Mapping[Input, Text] = {
    "people": gettext_lazy("You are neither few nor many."),
    "units": gettext_lazy("The number of units is in the middle."),
    "places": gettext_lazy("You work in several places."),
    "together": gettext_lazy("Some of your units work together."),
    "uniformity": gettext_lazy("Some of the experience has to be alike."),
    "access": gettext_lazy("The top leaders can be reached now and then."),
    "maturity": gettext_lazy("Some of this is practised already."),
}
_HIGH: Mapping[Input, Text] = {
    "people": gettext_lazy("You are many people: one team cannot be everywhere."),
    "units": gettext_lazy("You have many units: guidance has to reach where the team does not."),
    "places": gettext_lazy("You work in many places: those who are there know it best."),
    "together": gettext_lazy("Your units work together: what one does, the next one feels."),
    "uniformity": gettext_lazy("The experience has to be alike everywhere: somebody sets the direction."),
    "access": gettext_lazy("The top leaders are within reach: guidance can come from them."),
    "maturity": gettext_lazy("Units are practised: they can be trusted with more."),
}

SEAT_WORDS: Mapping[SeatKind, Text] = {
    "team": gettext_lazy("the whole team"),
    "core": gettext_lazy("the core team, which guides"),
    "partner": gettext_lazy("a partner of the team"),
    "committee": gettext_lazy("its leader, on the committee"),
    "local": gettext_lazy("somebody of the unit, beside other work"),
    "none": gettext_lazy("nobody"),
}


def reason(name: Input, level: int) -> str:
    """Return what a level of an input says, as a sentence."""
    return str((_LOW if level < 2 else _HIGH if level > 2 else _MIDDLE)[name])


def value_words(name: Input, value: int) -> str:
    """Return the value of an input as it is read: a number, or the words of a level."""
    return grouped(value) if name in COUNTED else str(LEVEL_WORDS[value])


def points_words(points: int) -> str:
    """Return points in words, with a true minus."""
    return ngettext("%(n)s point", "%(n)s points", abs(points)) % {"n": f"{points}".replace("-", "\N{MINUS SIGN}")}


def seats_words(kind: SeatKind, units: int) -> str:
    """Return how many units hold a seat of a kind."""
    words = {
        "team": _("The whole team sits at the top."),
        "core": _("A small core sits at the top and guides."),
        "partner": ngettext("A partner in one division.", "A partner in each of %(n)s divisions.", units),
        "committee": ngettext(
            "One leader on the committee.", "%(n)s leaders on the committee, the top one among them.", units
        ),
        "local": ngettext(
            "Somebody in one unit, beside other work.", "Somebody in each of %(n)s units, beside other work.", units
        ),
        "none": "",
    }
    return words[kind] % {"n": grouped(units)}


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart, as the language in force writes it."""
    return number_format(number, force_grouping=True)
