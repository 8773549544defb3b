"""One's own ledger: its entries, its sums in words, and what would earn more. There is no way to ask for another's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied

from headwater.reports.wording import figure, signed, spread
from headwater.rooms.decide.account_field import name_of
from headwater.rooms.decide.directions.evidence import frozen
from headwater.rooms.engage.briefings.queries import usefulness_of
from headwater.rooms.engage.credibility import words
from headwater.rooms.engage.credibility.targets import OpenTarget, aim_of, held_of_target, open_targets
from headwater.rooms.engage.logic.credibility import (
    Held,
    Kept,
    Usefulness,
    held_of,
    interval_score,
    kept_of,
    usefulness_from,
    widened,
)
from headwater.rooms.engage.models import BriefingCopy, Forecast, LedgerCopy, Promise
from headwater.rooms.learn.models import SurpriseCopy
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import User

EFFECT_PLACES = {"": 2, "%": 1}
"""Decimals of an effect, by the measure of its score."""


@dataclass(frozen=True)
class ForecastLine:
    """A forecast. score: its interval score, None until it turned out, and for a target. held: in words, of a target
    and of an effect.

    aim, came: of a target or an effect, as "at least 3.9" or "+0.1 to +0.3", and what came with its range; "" for a
    range of one's own.
    """

    forecast: Forecast
    is_inside: bool
    score: float | None
    is_due: bool
    aim: str = ""
    came: str = ""
    held: str = ""


@dataclass(frozen=True)
class Sums:
    """The sums of a ledger. held: of ranges with a sureness. reached, unsaid: targets that were reached, of those read
    without one. early, told: notes answered before those above were told, of all that waited for one.
    """

    kept: Kept
    held: Held
    reached: int
    unsaid: int
    useful: Usefulness | None
    ratings: int
    early: int
    told: int

    @property
    def lines(self) -> list[str]:
        """The sums, a sentence each."""
        return [
            words.kept_words(self.kept),
            words.held_words(self.held),
            *([words.reached_words(self.reached, self.unsaid)] if self.unsaid else []),
            words.useful_words(self.useful),
            words.early_words(self.early, self.told),
        ]


@dataclass(frozen=True)
class LedgerPage:
    """The ledger of whoever asks."""

    sums: Sums
    more: tuple[str, ...]
    promises: tuple[Promise, ...]
    forecasts: tuple[ForecastLine, ...]
    targets: tuple[OpenTarget, ...]
    promised_to_me: tuple[tuple[Promise, str], ...]
    shown: tuple[tuple[LedgerCopy, str], ...]
    shown_to_me: tuple[tuple[LedgerCopy, str], ...]


def ledger_page(*, viewer: Viewer, today: date) -> LedgerPage:
    """Return the ledger of whoever asks. Raises PermissionDenied for somebody without a role."""
    if not viewer.user or not viewer.holdings:
        raise PermissionDenied
    user = User.objects.select_related("person").get(pk=viewer.user_id)
    promises = tuple(Promise.objects.filter(owner=user).order_by("-due_date", "-made_at"))
    forecasts = tuple(Forecast.objects.filter(owner=user).select_related("direction").order_by("-due_date", "-made_at"))
    sums = _sums(user, promises, forecasts, today)
    to_me = Promise.objects.filter(to_user=user).select_related("owner__person").order_by("-due_date")
    shown = LedgerCopy.objects.filter(owner=user, ended_at=None).select_related("shown_to__person")
    to_read = LedgerCopy.objects.filter(shown_to=user, ended_at=None).select_related("owner__person")
    return LedgerPage(
        sums=sums,
        more=words.more_words(sums.kept, sums.held, promises, forecasts, today),
        promises=promises,
        forecasts=tuple(forecast_line(one, today) for one in forecasts),
        targets=open_targets(viewer=viewer, today=today),
        promised_to_me=tuple((one, name_of(one.owner)) for one in to_me),
        shown=tuple((one, name_of(one.shown_to)) for one in shown.order_by("-made_at")),
        shown_to_me=tuple((one, name_of(one.owner)) for one in to_read.order_by("-made_at")),
    )


def own_promise(*, viewer: Viewer, promise_id: UUID) -> tuple[Promise, bool]:
    """Return a promise to the two it is between, and whether it is one's own. Raises Promise.DoesNotExist."""
    found = Promise.objects.select_related("owner__person").get(pk=promise_id)
    user = viewer.user_id
    if user not in (found.owner_id, found.to_user_id):
        raise Promise.DoesNotExist
    return found, found.owner_id == user


def own_forecast(*, viewer: Viewer, forecast_id: UUID) -> Forecast:
    """Return one's own forecast. Raises Forecast.DoesNotExist."""
    return Forecast.objects.select_related("direction").get(pk=forecast_id, owner=viewer.user_id)


def shown_copy(*, viewer: Viewer, copy_id: UUID) -> tuple[LedgerCopy, str]:
    """Return a copy to its owner and to whom it is shown. Raises LedgerCopy.DoesNotExist."""
    found = LedgerCopy.objects.select_related("owner__person").get(pk=copy_id, ended_at=None)
    if viewer.user_id not in (found.owner_id, found.shown_to_id):
        raise LedgerCopy.DoesNotExist
    return found, name_of(found.owner)


def _sums(user: User, promises: tuple[Promise, ...], forecasts: tuple[Forecast, ...], today: date) -> Sums:
    open_ones = [one for one in promises if not one.end]
    ratings = sorted(usefulness_of(user), key=lambda one: one.rated_at)
    rated = BriefingCopy.objects.filter(briefing__author=user, usefulness__isnull=False)
    early, told = _surprises(user)
    came = [one for one in forecasts if one.outcome is not None]
    unsaid = [one for one in came if one.sure is None]
    return Sums(
        kept=kept_of(
            [one.end for one in promises if one.end],
            waiting=sum(one.due_date < today for one in open_ones),
            running=sum(one.due_date >= today for one in open_ones),
        ),
        held=held_of([(*range_of(one), one.sure, one.outcome or 0.0) for one in came if one.sure is not None]),
        reached=sum(one.low <= (one.outcome or 0.0) <= one.high for one in unsaid),
        unsaid=len(unsaid),
        useful=usefulness_from(
            [one.usefulness for one in ratings], receivers=rated.values("stakeholder").distinct().count()
        ),
        ratings=len(ratings),
        early=early,
        told=told,
    )


def _surprises(user: User) -> tuple[int, int]:
    """How many notes on one's own unit were answered before those above were told, of all that are decided."""
    mine = SurpriseCopy.objects.filter(
        user=user, reason=SurpriseCopy.Reason.RESPONSIBLE, started_at__isnull=False
    ).select_related("note")
    above = SurpriseCopy.objects.filter(
        note__in=mine.values("note"), reason=SurpriseCopy.Reason.ABOVE, started_at__isnull=False
    )
    told_above = {one.note_id: one.started_at for one in above.order_by("-started_at")}
    early = told = 0
    for one in mine:
        above_at = told_above.get(one.note_id)
        if one.answered_at is not None and (above_at is None or one.answered_at <= above_at):
            early += 1
            told += 1
        elif one.answered_at is not None or above_at is not None:
            told += 1
    return early, told


def range_of(one: Forecast) -> tuple[float, float]:
    """Return the range that is held against what came: of an effect with the error of what was found."""
    if one.likely is None or one.error is None:
        return one.low, one.high
    return widened(one.low, one.likely, one.high, one.error)


def forecast_line(one: Forecast, today: date) -> ForecastLine:
    """Return a forecast as its owner reads it."""
    is_due, evidence = one.due_date <= today, frozen(one.direction.evidence) if one.direction is not None else None
    if evidence is not None:
        came = ""
        if one.outcome is not None:
            came = f"{figure(one.outcome, evidence.decimals)}{one.measure}"
            if one.outcome_low is not None and one.outcome_high is not None:
                came = f"{came} ({spread(one.outcome_low, one.outcome_high, evidence.decimals)})"
        held = words.target_words(held_of_target(one))
        is_inside = one.outcome is not None and one.low <= one.outcome <= one.high
        return ForecastLine(one, is_inside, None, is_due, aim_of(evidence, one.low, one.high), came, held)
    if one.outcome is None or one.sure is None:
        return ForecastLine(one, False, None, is_due)
    if one.source:
        low, high = range_of(one)
        is_inside = low <= one.outcome <= high
        score, places = interval_score(low, high, one.sure, one.outcome), EFFECT_PLACES[one.measure]
        came = signed(one.outcome, places)
        if one.outcome_low is not None and one.outcome_high is not None:
            came = f"{came} ({spread(one.outcome_low, one.outcome_high, places, sign=True)})"
        aim = spread(one.low, one.high, places, sign=True)
        return ForecastLine(one, is_inside, score, True, aim, came, words.effect_words(is_inside=is_inside))
    score = interval_score(one.low, one.high, one.sure, one.outcome)
    return ForecastLine(one, one.low <= one.outcome <= one.high, score, True)
