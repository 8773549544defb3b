"""Expected changes in the ledger of whoever foresaw them: entered once, by themselves, when the effect is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from headwater.rooms.engage.logic.credibility import SURE_OF_EFFECT
from headwater.rooms.engage.models import Forecast
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, User

_LEAST_WIDTH = 1e-9


@dataclass(frozen=True, slots=True)
class Effect:
    """What somebody foresaw of something done, and what was found.

    source: the action, as "commitment:" and its id. what: in words. is_percent: whether the score is in percent. low,
    likely, high: the expected change; found, found_low, found_high: the effect with its 95% interval; error: its
    standard error, above 0. made_at: when it was foreseen. wave: title of the wave that judged it, found_at: when.
    """

    source: str
    what: str
    is_percent: bool
    low: float
    likely: float
    high: float
    due_date: date
    made_at: datetime
    found: float
    found_low: float
    found_high: float
    error: float
    wave: str
    found_at: datetime


def enter_effect(*, owner: Person, effect: Effect) -> bool:
    """Enter an effect into the ledger of who foresaw it, theirs alone. Returns whether it was new; False without an
    account, and again.
    """
    account = User.objects.filter(person=owner, is_active=True).first()
    if account is None:
        return False
    with transaction.atomic():
        made, is_new = Forecast.objects.get_or_create(
            owner=account,
            source=effect.source,
            defaults={
                "what": effect.what[:300],
                "measure": "%" if effect.is_percent else "",
                "low": effect.low,
                "likely": effect.likely,
                "high": max(effect.high, effect.low + _LEAST_WIDTH),
                "sure": SURE_OF_EFFECT,
                "due_date": effect.due_date,
                "made_at": effect.made_at,
                "outcome": effect.found,
                "outcome_low": effect.found_low,
                "outcome_high": effect.found_high,
                "error": effect.error,
                "outcome_wave": effect.wave[:300],
                "outcome_at": effect.found_at,
            },
        )
        if is_new:
            payload = {"entry": str(made.pk)}
            audit.record(
                action="forecast.entered",
                actor=audit.SYSTEM,
                subject=str(account.pk),
                payload=payload,
                now=effect.found_at,
            )
    return is_new
