"""What a check says, in sentences: what it means, how sure, and what could have been seen."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from headwater.chain import EffectEstimate, Judged, Missing
from headwater.reports import wording
from headwater.rooms.prove.effects.freezing import FrozenPlan
from headwater.rooms.prove.logic.verdicts import Verdict, is_ruled_out
from headwater.vocab import say, speaking


def label_of(frozen: FrozenPlan) -> str:
    """What the score is called in the language in force."""
    with speaking(get_language() or "en"):
        return say(frozen.label)


def signed(value: float, frozen: FrozenPlan) -> str:
    """A change with its sign, as people read it."""
    with speaking(get_language() or "en"):
        return wording.signed(value, frozen.decimals)


def plain(value: float, frozen: FrozenPlan) -> str:
    """A number without a sign."""
    with speaking(get_language() or "en"):
        return wording.figure(value, frozen.decimals)


def spread(low: float, high: float, frozen: FrozenPlan) -> str:
    """A range of changes."""
    with speaking(get_language() or "en"):
        return wording.spread(low, high, frozen.decimals, sign=True)


def judged(one: Judged, frozen: FrozenPlan) -> str:
    """An effect with its range: "+0.42 (+0.10 to +0.74)"."""
    return f"{signed(one.value, frozen)} ({spread(one.low, one.high, frozen)})"


def hope_words(frozen: FrozenPlan) -> str:
    """What was forecast."""
    low, likely, high = frozen.hope
    return f"{signed(likely, frozen)} ({spread(low, high, frozen)})"


def headline(verdict: Verdict, title: str) -> str:
    """The verdict on an action as the page's sentence."""
    said = {
        "worked": _("It worked as hoped."),
        "less": _("It moved, less than hoped."),
        "none": _("No sign of an effect."),
        "harm": _("It did harm."),
        "early": _("Too early to say."),
        "untold": _("It cannot be told."),
    }
    return f"{title}: {said[verdict]}" if title else said[verdict]


def sentence(verdict: Verdict, found: EffectEstimate | Missing, frozen: FrozenPlan, unit: str) -> str:
    """What was found, in one or two sentences."""
    if isinstance(found, str):
        return missing_words(found)
    given = {
        "unit": unit,
        "score": label_of(frozen),
        "effect": judged(found.adjusted, frozen),
        "hope": hope_words(frozen),
        "smallest": plain(found.smallest, frozen),
    }
    if verdict == "early":
        return (
            _("So far “%(score)s” of %(unit)s moved by %(effect)s beside units like it. It is judged when it is due.")
            % given
        )
    if verdict in ("worked", "less", "harm"):
        return (
            _(
                "“%(score)s” of %(unit)s moved by %(effect)s beside units that stood where it stood. "
                "%(hope)s was forecast."
            )
            % given
        )
    more = (
        _("An effect as large as hoped is ruled out.")
        if is_ruled_out(found.adjusted.low, found.adjusted.high, frozen.forecast)
        else _("An effect as large as hoped is not ruled out either.")
    )
    said = _(
        "“%(score)s” of %(unit)s moved by %(effect)s beside units that stood where it stood: no more than chance "
        "alone brings. An effect of %(smallest)s would have been seen four times in five."
    )
    return f"{said % given} {more}"


def missing_words(reason: Missing) -> str:
    """Why nothing can be said."""
    said = {
        "not_shown_before": _(
            "The unit had no score that could be shown when it began, so there is nothing to compare."
        ),
        "not_shown_after": _("The unit has no score in this wave that could be shown."),
        "too_few": _("Too few other units can be compared with. Before and after alone would prove nothing."),
        "gone": _("The unit is another one since a reorganisation, so before and after are not the same people's."),
    }
    return said[reason]


def waiting_words(frozen: FrozenPlan) -> str:
    """What is known before any check."""
    if frozen.reason:
        return missing_words(frozen.reason)  # type: ignore[arg-type]
    if frozen.smallest is None:
        return _("It is checked when the next data come.")
    return _(
        "It is checked when the next data come. An effect of %(smallest)s would be seen four times in five; "
        "%(hope)s is forecast."
    ) % {"smallest": plain(frozen.smallest, frozen), "hope": hope_words(frozen)}


def others_words(count: int) -> str:
    """How many units are compared with."""
    return ngettext("%(n)s unit like it", "%(n)s units like it", count) % {"n": count}


def along_words(one: dict[str, object], titles: dict[str, str]) -> str:
    """What else happened, one line."""
    what = str(one["what"])
    if what == "action":
        title = titles.get(str(one["plan"]), "") or _("another action")
        return _("Something else began there, or in a unit above or below, on %(date)s: %(title)s") % {
            "date": _day(str(one["date"])),
            "title": title,
        }
    if what == "leader":
        return _("Somebody else leads the unit since.")
    if what == "size":
        return _("%(became)s people answered, %(was)s before: part of the change may be who works there.") % one
    if what == "k":
        return _("The smallest group that is shown changed from %(was)s to %(became)s.") % one
    if what == "dropped":
        return _("It was given up on %(date)s, and counts all the same.") % {"date": _day(str(one["date"]))}
    return what


def _day(iso: str) -> str:
    from datetime import date

    return date_format(date.fromisoformat(iso), "DATE_FORMAT")


def untitled() -> str:
    """What an action is called whose words were erased."""
    return _("An action whose words were erased")


def lens_name(lens: str) -> str:
    """What a lens is called, inside a sentence."""
    return {
        "lx": _("being led"),
        "ex": _("working here"),
        "service": _("serving each other"),
        "cx": _("being served"),
        "result": _("results"),
    }.get(lens, lens)
