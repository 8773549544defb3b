"""The sums of a ledger in sentences, with their uncertainty, and what would earn more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.engage.logic.credibility import BEST, FEWEST, Held, Kept, Usefulness
from headwater.rooms.engage.models import Forecast, Promise


def kept_words(kept: Kept) -> str:
    """Say how promises turned out."""
    if not kept.ended:
        return _("No promise has come to its end yet.")
    said = ngettext(
        "Of %(n)s promise that ended: %(kept)s kept, %(late)s kept late, %(broken)s not kept.",
        "Of %(n)s promises that ended: %(kept)s kept, %(late)s kept late, %(broken)s not kept.",
        kept.ended,
    ) % {"n": kept.ended, "kept": kept.kept, "late": kept.late, "broken": kept.broken}
    if kept.share is None or kept.low is None or kept.high is None:
        return f"{said} {_('Not enough yet to say how often in general.')}"
    in_time = _("In time %(share)s%%, in general between %(low)s%% and %(high)s%%.") % {
        "share": round(100 * kept.share),
        "low": round(100 * kept.low),
        "high": round(100 * kept.high),
    }
    return f"{said} {in_time}"


def held_words(held: Held) -> str:
    """Say how many ranges held, beside how sure one was."""
    if not held.ranges:
        return _("No forecast has come to its day yet.")
    said = ngettext(
        "%(held)s of %(n)s range held what came.", "%(held)s of %(n)s ranges held what came.", held.ranges
    ) % {"held": held.held, "n": held.ranges}
    if held.share is None or held.low is None or held.high is None:
        return f"{said} {_('Not enough yet to say how often in general.')}"
    general = _("In general between %(low)s%% and %(high)s%%, where you were %(sure)s%% sure.") % {
        "low": round(100 * held.low),
        "high": round(100 * held.high),
        "sure": round(100 * held.sure),
    }
    return f"{said} {general}"


def reached_words(reached: int, of: int) -> str:
    """Say how many targets were reached that nobody said beforehand how sure they were of."""
    return ngettext(
        "%(reached)s of %(n)s target that you answered for was reached; you had not said how sure you were.",
        "%(reached)s of %(n)s targets that you answered for were reached; you had not said how sure you were.",
        of,
    ) % {"reached": reached, "n": of}


def effect_words(*, is_inside: bool) -> str:
    """Say whether an expected change held."""
    if is_inside:
        return _("the range held, the error of what was found allowed for")
    return _("outside the range, the error of what was found allowed for")


def target_words(held: str) -> str:
    """Say whether a target was kept, with what its range leaves open. held: as `targets.held_of_target` says it."""
    return {
        "": "",
        "kept": _("kept"),
        "kept_open": _("kept, though the range of the score reaches past the target"),
        "missed": _("not kept"),
        "missed_open": _("not kept, though the range of the score reaches the target"),
    }[held]


def useful_words(useful: Usefulness | None) -> str:
    """Say how useful receivers found it, never who."""
    if useful is None:
        return _("How useful receivers find what you send: not enough yet, five receivers are needed.")
    return _(
        "Receivers find what you send %(mean).1f of %(best)s useful, in general %(low).1f to %(high).1f (%(n)s)."
    ) % {
        "mean": useful.mean,
        "best": BEST,
        "low": useful.low,
        "high": useful.high,
        "n": ngettext("%(n)s rating", "%(n)s ratings", useful.ratings) % {"n": useful.ratings},
    }


def early_words(early: int, told: int) -> str:
    """Say how many surprises those above were spared."""
    if not told:
        return _("No surprise had to be told so far.")
    return ngettext(
        "You answered %(early)s of %(n)s note on your units before those above heard of it.",
        "You answered %(early)s of %(n)s notes on your units before those above heard of it.",
        told,
    ) % {"early": early, "n": told}


def more_words(
    kept: Kept, held: Held, promises: Sequence[Promise], forecasts: Sequence[Forecast], today: date
) -> tuple[str, ...]:
    """Say what would earn more, most concrete first."""
    found = [
        _("Say how this turned out: %(what)s (%(who)s)") % {"what": one.what, "who": one.to_name}
        for one in promises
        if not one.end and one.due_date < today
    ][:3]
    found += [
        _("Talk with %(who)s: they see it otherwise than you (%(what)s).") % {"who": one.to_name, "what": one.what}
        for one in promises
        if one.is_disputed
    ][:2]
    found += [
        _("Say what came of your forecast: %(what)s") % {"what": one.what}
        for one in forecasts
        if one.outcome is None and one.direction_id is None and one.due_date <= today
    ][:2]
    if held.share is not None and held.high is not None and held.high < held.sure:
        found.append(_("Give wider ranges: fewer hold than you are sure of."))
    if not kept.running:
        found.append(_("Promise one small thing with a day, and keep it."))
    if len(forecasts) < FEWEST:
        found.append(
            ngettext(
                "Foresee %(n)s more number: from five on it is said how well you do.",
                "Foresee %(n)s more numbers: from five on it is said how well you do.",
                FEWEST - len(forecasts),
            )
            % {"n": FEWEST - len(forecasts)}
        )
    return tuple(found)
