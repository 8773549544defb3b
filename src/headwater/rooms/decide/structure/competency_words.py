"""Words about what a team is able to do: what each competency is, five levels of each, and a way to close a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.logic.competencies import Competency
from headwater.rooms.decide.structure.words import Text


@dataclass(frozen=True)
class CompetencyWords:
    """What a competency is called, its five levels from 0 to 4, and how to grow by one."""

    title: Text
    levels: tuple[Text, Text, Text, Text, Text]
    way: Text


COMPETENCY_WORDS: Mapping[Competency, CompetencyWords] = {
    "knowledge": CompetencyWords(
        _("Knowledge of the field"),
        (
            _("I have not read or heard about it yet."),
            _("I know the main words and what they mean."),
            _("I can explain how leadership, work and customers hang together here."),
            _("I can say which of it is shown, which is believed, and where it fails."),
            _("Others come to me to learn it."),
        ),
        _("Read one good book and three studies of your own field; tell the team in 20 minutes what you would do."),
    ),
    "skills": CompetencyWords(
        _("Skills of the craft"),
        (
            _("I have not made a study, a journey or a briefing."),
            _("I have made one with somebody beside me."),
            _("I make them by myself and have them checked."),
            _("I make them well, also when it is hard or in a hurry."),
            _("I teach others to make them."),
        ),
        _("Make the next study or journey with somebody who has done ten, then one alone."),
    ),
    "experience": CompetencyWords(
        _("Experience of change"),
        (
            _("I have not been part of a change that people felt."),
            _("I have been part of one."),
            _("I have led one part of one."),
            _("I have led one from beginning to end, and know why it held or did not."),
            _("I have led several, in different places."),
        ),
        _("Lead one commitment of the team from the first talk to the check whether it worked."),
    ),
    "communication": CompetencyWords(
        _("Communication"),
        (
            _("I avoid speaking or writing to groups."),
            _("I am understood by people who know the subject."),
            _("I am understood by people who do not."),
            _("I say it in the words and the minutes of whoever listens."),
            _("People repeat what I said, rightly, a week later."),
        ),
        _("Give the same finding to three people in their own forms; ask each the next day what they kept."),
    ),
    "analysis": CompetencyWords(
        _("Analysis"),
        (
            _("I leave numbers to others."),
            _("I read a table and a chart."),
            _("I can say what a range means and when a difference is too small."),
            _("I can say what goes with what, and why that is not yet a cause."),
            _("I design a comparison that tells whether it worked."),
        ),
        _("Read three released waves with an analyst; write one page on what is sure and what is not."),
    ),
    "strategy": CompetencyWords(
        _("Strategy"),
        (
            _("I think about the next task."),
            _("I know the goals of the organisation."),
            _("I can say which goal a piece of work serves."),
            _("I can say what to stop, so that something else can be done."),
            _("I have turned a direction around in time, with reasons."),
        ),
        _("Sit in on two meetings where goals are set; write down for each direction which goal it serves."),
    ),
    "business": CompetencyWords(
        _("Business sense"),
        (
            _("I do not know how the organisation pays for itself."),
            _("I know where the money comes from and where it goes."),
            _("I can say what an improvement costs."),
            _("I can say what it brings, with a range and what it rests on."),
            _("I have defended such a sum before those who hold the money."),
        ),
        _("Work out with somebody from finance what one direction costs and brings, with a range."),
    ),
    "delegation": CompetencyWords(
        _("Delegation"),
        (
            _("I do everything myself."),
            _("I hand over tasks and check each step."),
            _("I hand over a result and agree when to look at it."),
            _("I hand over the decision, too, and stand behind it."),
            _("People grow by what I hand over to them."),
        ),
        _("Hand over one activity with its decision; look at it once, after a month."),
    ),
    "influence": CompetencyWords(
        _("Influence"),
        (
            _("Nobody asks what I think about it."),
            _("Colleagues listen to me."),
            _("My own leaders have changed something because of me."),
            _("Leaders I do not work for have, too."),
            _("I win people who were against it, without power over them."),
        ),
        _("Choose one leader who doubts; find out what they need, bring it, and ask what changed for them."),
    ),
    "passion": CompetencyWords(
        _("Passion"),
        (
            _("It is a task among others."),
            _("I like to do it."),
            _("I do it also when nobody looks."),
            _("It is felt by those around me."),
            _("People joined in because of me."),
        ),
        _("Take a day at the front line each quarter; tell the team one thing that moved you."),
    ),
    "shoes": CompetencyWords(
        _("The customer's shoes"),
        (
            _("I have not met our customers."),
            _("I read what they write."),
            _("I talk with some of them every quarter."),
            _("I have used what we offer as they do, more than once."),
            _("I notice in a meeting what a customer would say, and say it."),
        ),
        _("Use what you offer as a customer does, twice; walk one journey with a customer who agrees."),
    ),
}
