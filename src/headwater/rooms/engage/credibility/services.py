"""Keeping one's own ledger: promises, forecasts, and dated copies shown to somebody."""

from __future__ import annotations

import math
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.engage.models import Forecast, LedgerCopy, Promise
from headwater.rooms.house import audit
from headwater.rooms.people.models import User
from headwater.vocab import HeadwaterError


class LedgerRefusedError(HeadwaterError):
    """An entry cannot stand so; the message says why."""

    exit_code = 3


def make_promise(
    *, promise_id: UUID, what: str, to_user: User | None, to_name: str, due_date: date, actor: User, now: datetime
) -> Promise:
    """Write down what one promises, under an id its form chose: the same again returns the one that stands.

    to_user: who may say how it turned out; else to_name. Raises LedgerRefusedError for nobody, oneself, a past day.
    """
    with transaction.atomic():
        standing = Promise.objects.filter(pk=promise_id, owner=actor).first()
        if standing is not None:
            return standing
        name = name_of(to_user) if to_user is not None else " ".join(to_name.split())
        if not name or not what.strip():
            raise LedgerRefusedError(_("Say what you promise, and to whom."))
        if to_user is not None and to_user.pk == actor.pk:
            raise LedgerRefusedError(_("A promise is made to somebody else."))
        if due_date < localdate(now):
            raise LedgerRefusedError(_("The day has passed. A promise is written down before."))
        made = Promise.objects.create(
            pk=promise_id,
            owner=actor,
            to_user=to_user,
            to_name=name[:200],
            what=what.strip()[:500],
            due_date=due_date,
            made_at=now,
        )
        _record("promise.made", made.pk, actor, now)
    return made


def say_end(*, promise_id: UUID, end: str, words: str, actor: User, now: datetime) -> Promise:
    """Say how a promise turned out, by who made it (words: the proof) or to whom it was made. Anew replaces one's own.

    Raises Promise.DoesNotExist for anybody else, LedgerRefusedError for an end there is not, or kept without proof.
    """
    if end not in Promise.End.values:
        raise LedgerRefusedError(_("Say how it turned out."))
    said = words.strip()[:500]
    with transaction.atomic():
        found = Promise.objects.select_for_update().get(pk=promise_id)
        if found.owner_id == actor.pk:
            if end != Promise.End.BROKEN and not said:
                raise LedgerRefusedError(_("Say where one sees that it was kept."))
            if end == Promise.End.LATE and localdate(now) <= found.due_date:
                raise LedgerRefusedError(_("It is not late yet."))
            if (found.own_end, found.proof) == (end, said):
                return found
            found.own_end, found.proof, found.own_at = end, said, now
        elif found.to_user_id == actor.pk:
            if (found.other_end, found.other_words) == (end, said):
                return found
            found.other_end, found.other_words, found.other_at = end, said, now
        else:
            raise Promise.DoesNotExist
        found.save(update_fields=["own_end", "proof", "own_at", "other_end", "other_words", "other_at"])
        _record("promise.end_said", found.pk, actor, now)
    return found


def make_forecast(
    *,
    forecast_id: UUID,
    what: str,
    measure: str,
    low: float,
    high: float,
    sure: int,
    due_date: date,
    actor: User,
    now: datetime,
) -> Forecast:
    """Lock a range for a number on a day, under an id its form chose: the same again returns the one that stands.

    Raises LedgerRefusedError for a range without width, a sureness outside 50 to 95, and a day that is not ahead.
    """
    with transaction.atomic():
        standing = Forecast.objects.filter(pk=forecast_id, owner=actor).first()
        if standing is not None:
            return standing
        if not what.strip():
            raise LedgerRefusedError(_("Say which number you foresee."))
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise LedgerRefusedError(_("The range runs from a lower to a higher number."))
        if not 50 <= sure <= 95:
            raise LedgerRefusedError(_("Be between 50 and 95 percent sure."))
        if due_date <= localdate(now):
            raise LedgerRefusedError(_("A forecast is for a day to come."))
        made = Forecast.objects.create(
            pk=forecast_id,
            owner=actor,
            what=what.strip()[:300],
            measure=measure.strip()[:40],
            low=low,
            high=high,
            sure=sure,
            due_date=due_date,
            made_at=now,
        )
        _record("forecast.made", made.pk, actor, now)
    return made


def tell_outcome(*, forecast_id: UUID, outcome: float, actor: User, now: datetime) -> Forecast:
    """Say once how one's own forecast turned out, on its day or after. The same again changes nothing.

    Raises Forecast.DoesNotExist for another's, LedgerRefusedError before its day, or for another number than was said.
    """
    with transaction.atomic():
        found = Forecast.objects.select_for_update().get(pk=forecast_id, owner=actor)
        if found.outcome is not None:
            if found.outcome != outcome:
                raise LedgerRefusedError(_("How it turned out was said already, and stays."))
            return found
        if found.direction_id is not None or found.source:
            raise LedgerRefusedError(_("What comes of a target is read from the released score."))
        if localdate(now) < found.due_date:
            raise LedgerRefusedError(_("Its day has not come."))
        if not math.isfinite(outcome):
            raise LedgerRefusedError(_("Write a number."))
        found.outcome, found.outcome_at = outcome, now
        found.save(update_fields=["outcome", "outcome_at"])
        _record("forecast.outcome_told", found.pk, actor, now)
    return found


def show_copy(*, user: User, lines: list[str], actor: User, now: datetime) -> LedgerCopy:
    """Show somebody one's sums as they stand today. A new copy ends the one they had; the same again changes nothing.

    lines: the sentences of one's own sums. Raises LedgerRefusedError for oneself.
    """
    if user.pk == actor.pk:
        raise LedgerRefusedError(_("It is yours already."))
    with transaction.atomic():
        standing = LedgerCopy.objects.select_for_update().filter(owner=actor, shown_to=user, ended_at=None).first()
        if standing is not None and standing.lines == lines:
            return standing
        if standing is not None:
            standing.ended_at = now
            standing.save(update_fields=["ended_at"])
        made = LedgerCopy.objects.create(owner=actor, shown_to=user, lines=lines, made_at=now)
        _record("ledger.shown", made.pk, actor, now)
    return made


def end_copy(*, copy_id: UUID, actor: User, now: datetime) -> None:
    """Show a copy no more. Again changes nothing. Raises LedgerCopy.DoesNotExist for another's."""
    with transaction.atomic():
        found = LedgerCopy.objects.select_for_update().get(pk=copy_id, owner=actor)
        if found.ended_at is None:
            found.ended_at = now
            found.save(update_fields=["ended_at"])
            _record("ledger.ended", found.pk, actor, now)


def _record(action: str, entry: UUID, actor: User, now: datetime) -> None:
    """Ids alone, never what was promised or to whom."""
    payload = {"entry": str(entry)}
    audit.record(action=action, actor=str(actor.pk), subject=str(actor.pk), payload=payload, now=now)
