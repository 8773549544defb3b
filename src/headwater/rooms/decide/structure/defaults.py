"""What a team begins with: sentences, activities, letters and the authority each needs. Everything can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.logic.structure import Structure
from headwater.rooms.decide.structure.words import Text

TEAM_DUTIES: Mapping[str, Text] = {
    "turn": _("We turn what people say into at most three directions, and say why."),
    "heard": _("We see that everybody who was asked hears what became of it."),
    "leaders": _("We bring each leader who decides what they need, in the form and the minutes they have."),
    "honest": _("We say how sure a number is, also when it is not what was hoped for."),
    "private": _("We protect those who answer: nobody tries to find out who said what."),
}
STRUCTURE_DUTIES: Mapping[Structure, tuple[str, Text]] = {
    "centralised": ("visit", _("We go to the front line every month, so that we do not know it from paper alone.")),
    "decentralised": ("pass", _("We collect what worked in one unit and bring it to the others; they decide.")),
    "hybrid": ("frame", _("We set the direction for all and leave the way there to each division.")),
    "committee": ("bind", _("What the committee decides, each of us carries out in our own division.")),
}
PART_DUTIES: Mapping[str, tuple[tuple[str, Text], ...]] = {
    "sponsor": (
        ("open", _("I open the quarterly review and decide within a week what is put before me.")),
        ("means", _("I see that the team has the budget, the rights and the time that its work takes.")),
    ),
    "lead": (
        ("direction", _("I prepare directions and bring them to those who decide.")),
        ("promises", _("I see that what we promised is done, or said to be late in time.")),
        ("team", _("I share the work so that nobody carries too much.")),
    ),
    "analyst": (
        ("read", _("I read the scores and say in a sentence what they mean and how sure they are.")),
        ("data", _("I keep the studies running and the answers safe.")),
    ),
    "voice": (
        ("customers", _("I bring what customers live through into every decision.")),
        ("journeys", _("I keep the journeys true to what customers do.")),
    ),
    "partner": (
        ("unit", _("I help the leaders of my division to find out for themselves and to keep what they commit to.")),
        ("back", _("I bring back what works in my division, and what stands in the way.")),
    ),
    "committee": (
        ("decide", _("I come myself, and what we decide holds in my division.")),
        ("people", _("I name who does the work in my division and give them the time.")),
    ),
}


@dataclass(frozen=True)
class DefaultActivity:
    """One activity. letters: by part. rights: kinds of authority it needs."""

    title: Text
    hours: int
    letters: Mapping[str, str]
    rights: tuple[str, ...]


ACTIVITIES: Mapping[str, DefaultActivity] = {
    "directions": DefaultActivity(
        _("Prepare directions and keep them in sight"), 16,
        {"sponsor": "A", "lead": "R", "analyst": "C", "voice": "C", "partner": "C", "committee": "C"},
        ("decision", "time"),
    ),
    "studies": DefaultActivity(
        _("Run the studies and protect the answers"), 24,
        {"lead": "A", "analyst": "R", "partner": "I", "committee": "I"}, ("data", "tools", "time"),
    ),
    "reading": DefaultActivity(
        _("Read the scores and say what they mean"), 20, {"lead": "A", "analyst": "R", "voice": "C"},
        ("data", "tools"),
    ),
    "briefings": DefaultActivity(
        _("Brief the leaders who decide"), 16,
        {"lead": "AR", "analyst": "C", "partner": "R", "committee": "I", "sponsor": "I"}, ("time",),
    ),
    "customers": DefaultActivity(
        _("Bring what customers live through into decisions"), 16,
        {"lead": "A", "voice": "R", "partner": "C", "committee": "C"}, ("data", "time"),
    ),
    "obstacles": DefaultActivity(
        _("Follow obstacles between units until they are gone"), 12,
        {"sponsor": "A", "lead": "R", "partner": "R", "committee": "R", "voice": "I"}, ("decision", "time"),
    ),
    "practices": DefaultActivity(
        _("Collect what worked and pass it on"), 8,
        {"lead": "A", "voice": "R", "partner": "R", "analyst": "I", "committee": "I"}, ("time",),
    ),
    "spending": DefaultActivity(
        _("Spend the budget of the programme"), 4, {"sponsor": "I", "lead": "AR"}, ("budget", "decision"),
    ),
    "review": DefaultActivity(
        _("Hold the quarterly review"), 6,
        {"sponsor": "A", "lead": "R", "analyst": "C", "voice": "C", "partner": "C", "committee": "C"},
        ("decision", "time"),
    ),
}  # fmt: skip
"""Hours of a month, ours: a beginning, to be put right by the team."""
