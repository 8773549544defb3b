"""What briefings say in sentences: why this one differs from the last, and how a likely question is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.directions.forecasting import forecast_text
from headwater.rooms.decide.logic.forecasts import range_from
from headwater.rooms.engage.logic.briefing_questions import Question, Thin
from headwater.rooms.engage.models import Briefing, BriefingCopy, Preference
from headwater.rooms.house.slots import Text
from headwater.rooms.learn.evidence import evidence_from

LEVEL_WORDS: tuple[tuple[str, Text], ...] = (
    ("unaware", gettext_lazy("I had not heard of it")),
    ("resistant", gettext_lazy("I am against it")),
    ("neutral", gettext_lazy("I have no view yet")),
    ("supportive", gettext_lazy("I am for it")),
    ("leading", gettext_lazy("I carry it myself")),
)
"""The first question of the check, in the receiver's words."""

SURE_WORDS: tuple[tuple[str, Text], ...] = (
    ("0", gettext_lazy("not at all")),
    ("1", gettext_lazy("a little")),
    ("2", gettext_lazy("half")),
    ("3", gettext_lazy("rather")),
    ("4", gettext_lazy("completely")),
)
"""The second question of the check: how sure."""

TAKEN_WORDS: tuple[tuple[str, Text], ...] = (
    ("aware", gettext_lazy("To know something")),
    ("change", gettext_lazy("To do something differently")),
    ("decision", gettext_lazy("To decide something")),
)
"""What a briefing asks of its receiver, as they may take it."""

USEFUL_WORDS: tuple[tuple[int, Text], ...] = (
    (0, gettext_lazy("not at all")),
    (1, gettext_lazy("a little")),
    (2, gettext_lazy("somewhat")),
    (3, gettext_lazy("useful")),
    (4, gettext_lazy("very useful")),
)
"""How useful a briefing was."""


def changed_because(copy: BriefingCopy) -> list[str]:
    """Say what this copy does differently from the last one to the same person, and why. One sentence a change."""
    last = copy.earlier
    day = date_format(last.sent_at, "DATE_FORMAT") if last is not None and last.sent_at is not None else ""
    told = {
        "day": day,
        "form": str(Preference.Form(copy.form).label),
        "last": str(Preference.Form(last.form).label) if last is not None else "",
        "minutes": copy.minutes,
        "sponsor": str(copy.sponsor) if copy.sponsor is not None else "",
        "n": copy.numbers,
    }
    return [capfirst(SAID[code]() % told) for code in copy.changed if code in SAID]


SAID: Mapping[str, Callable[[], str]] = {
    "first": lambda: _("The first briefing to them: made from their profile alone."),
    "waiting": lambda: _("The last one, of %(day)s, is still waiting for an answer. Nothing is learned from it yet."),
    "other_form": lambda: _(
        "%(form)s instead of %(last)s, and one number, because the last one, of %(day)s, was not opened."
    ),
    "shorter": lambda: _("%(minutes)s minutes, half as long, because the last one was not opened."),
    "through_sponsor": lambda: _(
        "Through %(sponsor)s, who speaks up for them, because two in a row were not opened. Ask them to hand it on."
    ),
    "one_less": lambda: _("One number less, because the last one, of %(day)s, was opened and not understood."),
    "example": lambda: _("With one example, because the last one, of %(day)s, was opened and not understood."),
    "other_evidence": lambda: _(
        "Other numbers first, because the last ones, of %(day)s, were understood and changed nothing."
    ),
    "in_person": lambda: _("Bring it in person: paper was understood and did not move them."),
    "asks_again": lambda: _("It asks again, because on %(day)s they said: later."),
    "thanks": lambda: _("It opens with thanks and what came of it, because they decided on the last one, of %(day)s."),
    "kept": lambda: _("Form and length stay, because the last one, of %(day)s, moved them."),
}
"""One sentence for each rule of logic.briefing_change."""


def expects_words(briefing: Briefing) -> str:
    """Say what a briefing should move, by how much and by when; "" where no forecast was made."""
    low, likely, high = briefing.forecast_low, briefing.forecast_likely, briefing.forecast_high
    expected = range_from((low, likely, high))
    if expected is None or briefing.evidence is None or briefing.due_date is None:
        return ""
    number = evidence_from(briefing.evidence)
    return _("“%(label)s” of %(unit)s: %(forecast)s, by %(day)s.") % {
        "label": number.label,
        "unit": number.unit_name,
        "forecast": forecast_text(expected, number),
        "day": date_format(briefing.due_date, "DATE_FORMAT"),
    }


def thin_words(thin: Sequence[Thin]) -> tuple[str, ...]:
    """Say weak spots, one sentence for each kind with the numbers it touches."""
    said = {
        "wide": _("%(labels)s: the range is wide."),
        "few": _("%(labels)s: fewer than 30 answers stand behind it."),
        "too_close": _("%(labels)s: too close to call beside the rest."),
        "no_comparison": _("%(labels)s: there is nothing to compare it with."),
        "low_response": _("%(labels)s: fewer than half of those asked answered."),
        "withheld": _("%(labels)s: not shown, to keep people safe."),
        "unknown_change": _("%(labels)s: the smallest change it can show is not known."),
        "association": _("The numbers go together. That one makes the other is not shown."),
    }
    kinds = dict.fromkeys(one.weakness for one in thin)
    return tuple(
        said[kind] % {"labels": ", ".join(one.label for one in thin if one.weakness == kind)} for kind in kinds
    )


def question_words(question: Question, *, ask: str) -> tuple[str, str]:
    """Return a likely question as it may be asked, and the draft of an honest answer. ask: of the briefing."""
    spoken: Mapping[str, tuple[str, str]] = {
        "why_believe": (
            _("Why should I believe a survey?"),
            _(
                "You need not believe it as a whole. Each number comes with its range; where the range is wide or few "
                "answered, we say so. Which number does not fit what you see yourself?"
            ),
        ),
        "do_nothing": (
            _("What happens if I do nothing?"),
            _(
                "The numbers show how it is now. They do not foresee. What we can do is say what we would see if it "
                "gets worse, and when we look again."
            ),
        ),
        "what_costs": (
            _("What does it take, and of whom?"),
            _("The ask is this: %(ask)s Name the hours, the money and the person before you are asked for them."),
        ),
        "is_it_the_cause": (
            _("How do you know that this is the cause?"),
            _("We do not know it. They go together here. A trial in a part of the organisation would show it."),
        ),
        "what_to_do_with": (
            _("What has this to do with what I decide: %(about)s?"),
            _(
                "Name one of your own decisions that would come out differently with this number. If there is none, "
                "say so."
            ),
        ),
        "what_for_me": (
            _("What does it do for what I care about: %(about)s?"),
            _("It may help; these numbers alone do not show it. Say what you would look at together to find out."),
        ),
        "say_upward": (
            _("Can I stand up with this? My own boss looks at: %(about)s"),
            _("Take the version in your own words. Say the range with the number, and say what is too close to call."),
        ),
        "how_known": (
            _("How shall we know that it worked?"),
            _("By the same number in a later wave. Promise no less than the smallest change it can show."),
        ),
        "why_this": (
            _("Why do I need to know this now?"),
            _("Say what you would want them to notice in the next weeks, and that nothing else is asked."),
        ),
        "who_else": (
            _("How are others doing?"),
            _("Compare with the rest of the same group only, and not with people. There is no ranking."),
        ),
    }
    asked, answer = spoken[question.kind]
    return asked % {"about": question.about}, answer % {"ask": ask}
