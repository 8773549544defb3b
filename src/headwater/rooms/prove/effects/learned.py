"""What tends to work here, from all registered actions together, and how well their forecasts held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.chain.effect_groups import staggered_effect
from headwater.reports import wording as words
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.prove.effects import wording
from headwater.rooms.prove.effects.allowed import SEE, opens_page
from headwater.rooms.prove.effects.lines import EffectLine, every_line, lines_for
from headwater.rooms.prove.effects.panels import panel_of
from headwater.rooms.prove.logic.foretelling import FEWEST, SURE, Foretold, foretold
from headwater.rooms.prove.logic.foretelling import Forecast as ForecastMade
from headwater.rooms.prove.logic.tendencies import Family, Found, tendencies
from headwater.rooms.prove.models import EffectPlan
from headwater.stats import PooledEffects
from headwater.vocab import speaking


@dataclass(frozen=True)
class FamilyLine:
    """One kind of action on one kind of score, with what can be said of it."""

    family: Family
    title: str
    words: str
    more: tuple[str, ...]


@dataclass(frozen=True)
class LearnedPage:
    """families: what tends to work here, None where the viewer only sees their own. house, own: forecasts scored."""

    families: tuple[FamilyLine, ...] | None
    house: tuple[str, ...]
    own: tuple[str, ...]
    sure: int = SURE


def learned_page(*, viewer: Viewer, now: datetime) -> LearnedPage:
    """Return what tends to work, and how well forecasts held. Raises PermissionDenied.

    Pooled figures are of the whole organisation; a viewer's own forecasts are shown to them alone.
    """
    if not opens_page(viewer):
        raise PermissionDenied
    own = [one for one in lines_for(viewer=viewer, now=now) if one.is_own]
    if not has_role_for(viewer, SEE):
        return LearnedPage(None, (), _foretold_words(forecasts_of(own), own=True))
    lines = every_line(now=now)
    families = tendencies([found_of(one) for one in lines])
    with speaking(get_language() or "en"):
        told = tuple(_family_line(one, lines) for one in families)
    return LearnedPage(
        told, _foretold_words(forecasts_of(lines), own=False), _foretold_words(forecasts_of(own), own=True)
    )


def families_of(*, viewer: Viewer, now: datetime) -> tuple[FamilyLine, ...]:
    """Return what tends to work here, for other pages and documents. Raises PermissionDenied."""
    return learned_page(viewer=viewer, now=now).families or ()


def forecasts_of(lines: Sequence[EffectLine]) -> Foretold:
    """Return how well the forecasts of judged actions held."""
    made = [
        ForecastMade(*one.frozen.hope, one.check.effect, one.check.se, one.frozen.forecast.sign)
        for one in lines
        if one.is_judged and one.check is not None and one.check.effect is not None and one.check.se
    ]
    return foretold(made)


def family_of(line: EffectLine) -> tuple[str, ...]:
    """Return the key by which effects are pooled: kind of action, lens and scale of the score."""
    frozen = line.frozen
    return (line.plan.kind, frozen.lens, frozen.scale_unit, f"{frozen.floor:g}-{frozen.ceiling:g}")


def title_of(family: tuple[str, ...]) -> str:
    """Return what a kind of action on a kind of score is called."""
    return _("%(kind)s, on %(lens)s") % {
        "kind": EffectPlan.Kind(family[0]).label,
        "lens": wording.lens_name(family[1]),
    }


def found_of(line: EffectLine) -> Found:
    """Return what is pooled of one action: its verdict, and its effect toward the better once judged."""
    check = line.check
    if not line.is_judged or check is None or check.effect is None:
        return Found(family_of(line), line.verdict)
    return Found(family_of(line), line.verdict, line.frozen.forecast.sign * check.effect, check.se)


def pooled_words(pooled: PooledEffects, decimals: int) -> dict[str, str | int]:
    """Return what sentences say of a pooled effect: its mean and range, where the next lies, how far they differ."""
    return {
        "mean": words.signed(pooled.mean, decimals),
        "range": words.spread(pooled.lower, pooled.upper, decimals, sign=True),
        "ahead": words.spread(pooled.predicted_low, pooled.predicted_high, decimals, sign=True),
        "i2": round(pooled.i2),
        "k": pooled.k,
    }


def _family_line(family: Family, lines: Sequence[EffectLine]) -> FamilyLine:
    unit = family.key[2]
    decimals = 2 if unit == "points" else 0
    title = title_of(family.key)
    counts = _("%(worked)s worked as hoped, %(less)s moved less, %(none)s showed nothing, %(harm)s did harm; %(early)s "
               "wait, %(untold)s cannot be told.") % family.counts  # fmt: skip
    if family.pooled is None:
        return FamilyLine(family, title, _("Not enough yet: %(n)s more effects are needed before a tendency is said.")
                          % {"n": family.missing}, (counts,))  # fmt: skip
    pooled = family.pooled
    given = pooled_words(pooled, decimals)
    said = {
        "works": _("It tends to help here: %(mean)s toward the better on average (%(range)s)."),
        "harms": _("It tends to do harm here: %(mean)s on average (%(range)s)."),
        "unclear": _("No tendency is clear: %(mean)s on average (%(range)s)."),
    }[family.tendency]  # fmt: skip
    more = [
        counts,
        _("The next one may bring anything from %(ahead)s. %(i2)s%% of the differences between the %(k)s effects are "
          "more than chance.") % given,
    ]  # fmt: skip
    own = [one for one in lines if family_of(one) == family.key]
    if (staggered := _staggered(own, decimals)) is not None:
        more.append(staggered)
    return FamilyLine(family, title, said % given, tuple(more))


def _staggered(lines: Sequence[EffectLine], decimals: int) -> str | None:
    """The same question asked of all that began at different times on the score that most of them were about."""
    scores = [(one.plan.study, one.frozen.score) for one in lines]
    if not scores:
        return None
    most = max(sorted(set(scores)), key=scores.count)
    own = [one for one, score in zip(lines, scores, strict=True) if score == most]
    score = panel_of(*most)
    if score is None:
        return None
    first: dict[str, str] = {}
    for one in own:
        after = next((wave.key for wave in score.waves if wave.opened > one.plan.started_date), None)
        if after is not None:
            first[one.frozen.unit] = min(
                after, first.get(one.frozen.unit, after), key=score.panel.column_of.__getitem__
            )
    compared = {unit for one in own for unit in one.frozen.comparison.matched}
    found = staggered_effect(score.panel, first, compared)
    if found is None:
        return None
    effect, begun, never = found
    sign = own[0].frozen.forecast.sign
    low, high = sorted((sign * effect.low, sign * effect.high))
    return _(
        "Taken together by when each began, the %(begun)s units that began stand at %(mean)s (%(range)s) beside "
        "%(never)s that did not."
    ) % {
        "begun": begun,
        "never": never,
        "mean": words.signed(sign * effect.value, decimals),
        "range": words.spread(low, high, decimals, sign=True),
    }


def _foretold_words(found: Foretold, *, own: bool) -> tuple[str, ...]:
    """How well forecasts held, in sentences; empty without any."""
    if not found.forecasts or (not own and found.forecasts < FEWEST):
        return ()
    held = found.held
    if held.share is None or held.low is None or held.high is None or found.lean is None:
        return (
            _("%(held)s of %(ranges)s ranges held. From %(fewest)s on it is said how well forecasts hold.")
            % {"held": held.held, "ranges": held.ranges, "fewest": FEWEST},
        )
    lines = [
        _("%(held)s of %(ranges)s ranges held: %(share)s%% (%(low)s to %(high)s), where %(sure)s%% should.")
        % {
            "held": held.held,
            "ranges": held.ranges,
            "share": round(100 * held.share),
            "low": round(100 * held.low),
            "high": round(100 * held.high),
            "sure": SURE,
        }
    ]
    with speaking(get_language() or "en"):
        lean = words.figure(abs(found.lean), 2)
    if found.lean < 0:
        lines.append(_("On average %(lean)s more was hoped than came.") % {"lean": lean})
    else:
        lines.append(_("On average %(lean)s more came than was hoped.") % {"lean": lean})
    if found.skill is not None:
        better = found.skill > 0
        lines.append(
            (
                _("Saying “nothing will change” would have been %(percent)s%% further off (CRPS).")
                if better
                else _("Saying “nothing will change” would have been nearer: the forecasts lost %(percent)s%% (CRPS).")
            )
            % {"percent": abs(round(100 * found.skill))}
        )
    if own:
        lines.append(_("Nobody else sees this."))
    return tuple(lines)
