"""What assessors look for: five levels of each competency as somebody else sees them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.logic.competencies import Competency
from headwater.rooms.decide.structure.words import Text

Anchors = tuple[Text, Text, Text, Text, Text]

ANCHORS: Mapping[Competency, Anchors] = {
    "knowledge": (
        _("Names no idea or finding of the field."),
        _("Uses its main words rightly."),
        _("Explains how leadership, work and customers hang together."),
        _("Tells what is shown from what is believed, with an example."),
        _("Corrects a common error of the field, with the evidence."),
    ),
    "skills": (
        _("Has made no study, journey or briefing."),
        _("Has made one with help."),
        _("Shows one made alone, and its weak points."),
        _("Shows several good ones, made under pressure too."),
        _("Has taught others, who now make them."),
    ),
    "experience": (
        _("Has been part of no change that people felt."),
        _("Took part in one."),
        _("Led one part of one, and says what went wrong."),
        _("Led one to the end, with its effect and what it rests on."),
        _("Led several in different places, and says what carries over."),
    ),
    "communication": (
        _("Is hard to follow."),
        _("Is clear to those who know the subject."),
        _("Is clear to those who do not."),
        _("Fits words, form and minutes to whoever listens."),
        _("You could repeat the message a day later."),
    ),
    "analysis": (
        _("Leaves figures to others."),
        _("Reads a table or chart rightly."),
        _("Says what a range means, and when a difference is too small."),
        _("Keeps what goes together apart from what causes it."),
        _("Designs a comparison that would tell whether it worked."),
    ),
    "strategy": (
        _("Speaks of tasks only."),
        _("Knows the goals of the organisation."),
        _("Links each proposal to a goal."),
        _("Says what to stop, and why."),
        _("Has turned a direction round in time, with reasons."),
    ),
    "business": (
        _("Does not know how the organisation pays for itself."),
        _("Knows where money comes from and goes."),
        _("Estimates what a proposal costs."),
        _("Estimates what it brings, with a range."),
        _("Has defended such a sum before those who hold the money."),
    ),
    "delegation": (
        _("Does everything alone."),
        _("Hands over tasks, and checks each step."),
        _("Hands over results, with agreed looks."),
        _("Hands over decisions, and stands behind them."),
        _("Names people who grew by it."),
    ),
    "influence": (
        _("Has changed nobody's mind that they can tell of."),
        _("Wins colleagues."),
        _("Has moved their own leaders."),
        _("Has moved leaders they do not work for."),
        _("Has won somebody who was against it, without power over them."),
    ),
    "passion": (
        _("Speaks of it as of any task."),
        _("Shows interest."),
        _("Has done it unasked."),
        _("It is felt by those around them."),
        _("People joined in because of them."),
    ),
    "shoes": (
        _("Has met no customers."),
        _("Reads what they write."),
        _("Talks with some of them regularly."),
        _("Has used the service as they do, and says what it was like."),
        _("Speaks for the customer unasked, with a concrete person in mind."),
    ),
}
"""Levels 0 to 4."""
