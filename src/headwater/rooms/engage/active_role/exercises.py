"""The words of the monthly mirror: its questions, the exercises for each, and the guide to a talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.rooms.engage.logic.mirror import CLARITY, LETTING_GO, SUPPORT

NAMES: Mapping[str, str | Promise] = {CLARITY: _("Clarity"), SUPPORT: _("Support"), LETTING_GO: _("Letting go")}
"""What each question is about, in a word or two."""

GUIDE: Mapping[str, str | Promise] = {
    CLARITY: _("When last month was at its busiest, what did you take our goal to be?"),
    SUPPORT: _("Where did another unit keep you waiting, and would it have helped had I stepped in?"),
    LETTING_GO: _("What did I take back from you that you would rather have finished yourself?"),
}
"""A question for a talk on each, where there is no number."""


@dataclass(frozen=True)
class Exercise:
    """Something small to practise. minutes: it takes of the leader in a week."""

    key: str
    title: str | Promise
    text: str | Promise
    minutes: int


EXERCISES: Mapping[str, Exercise] = {
    one.key: one
    for one in (
        Exercise(
            "one-sentence",
            _("The week in one sentence"),
            _(
                "On Monday say in one sentence what this week is for, and what may wait. On Friday ask one "
                "person what they heard. Where it differs, the sentence was not clear yet."
            ),
            10,
        ),
        Exercise(
            "what-waits",
            _("Strike one thing out"),
            _(
                "Go through the week's tasks with your team and strike out one that does not serve the goal. "
                "Say aloud that it is you who decided it may wait."
            ),
            15,
        ),
        Exercise(
            "say-it-back",
            _("What would you do first?"),
            _(
                "Each time you hand something over, end with: what would you do first? The answer tells you "
                "what you left unsaid, while it is still easy to add."
            ),
            5,
        ),
        Exercise(
            "one-stone",
            _("Move one stone"),
            _(
                "Ask everybody for one thing for which another unit keeps them waiting. Take one of them to "
                "your colleague there this week, and say on Friday what came of it, also when nothing did."
            ),
            30,
        ),
        Exercise(
            "least-known",
            _("Call whom you know least"),
            _(
                "Write down three units your team depends on, and whom you would call there. Call the one you "
                "know least, before you need anything of them."
            ),
            15,
        ),
        Exercise(
            "go-along",
            _("Go along once"),
            _(
                "The next time somebody is stuck with another unit, go along and let them speak. Step in only "
                "if they ask you to."
            ),
            30,
        ),
        Exercise(
            "whole-task",
            _("One task, whole"),
            _(
                "Hand one task over whole: the result, the limits, the day. Then do not ask about it before "
                "that day. Be there if they come to you."
            ),
            10,
        ),
        Exercise(
            "count-hands",
            _("Count your own hands"),
            _(
                "For three days make a mark each time you take back, correct or do again what somebody else "
                "began. On the fourth day look at where the marks stand."
            ),
            5,
        ),
        Exercise(
            "ask-first",
            _("Ask before you answer"),
            _(
                "For one day, when somebody asks what to do, first ask what they would do. Give your own "
                "answer only where theirs would do harm."
            ),
            5,
        ),
    )
}
"""By key: the words of every exercise that `logic.mirror` suggests."""
