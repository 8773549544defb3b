"""Predictions that count for foresight, and the organisation's figures, said anew only when enough leaders are new.

What counts was foreseen by an account, before its results were opened, and was revealed.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from headwater.rooms.engage.logic.foresight import Contribution, Foreseen, HouseForesight, house_foresight
from headwater.rooms.engage.models import DiscoveryPrediction, ForesightSnapshot


def counted_predictions(*, user: UUID | None = None, blind_only: bool = True) -> list[DiscoveryPrediction]:
    """Return revealed predictions of scores of accounts, the latest first; `shown_at` is when each was revealed."""
    found = DiscoveryPrediction.objects.filter(value__isnull=False, participant__user__isnull=False)
    found = found.annotate(shown_at=Coalesce("participant__revealed_at", "participant__discovery__revealed_at"))
    found = found.filter(Q(shown_at__isnull=False))
    if user is not None:
        found = found.filter(participant__user=user)
    if blind_only:
        found = found.filter(participant__is_blind=True)
    return list(
        found.select_related("participant__discovery__unit", "question").order_by("-shown_at", "question__place")
    )


def foreseen_of(prediction: DiscoveryPrediction) -> Foreseen:
    """Return a prediction of a score beside its truth."""
    truth = prediction.question.truth
    assert prediction.value is not None
    assert prediction.low is not None
    assert prediction.high is not None
    return Foreseen(
        value=prediction.value,
        low=prediction.low,
        high=prediction.high,
        sure=prediction.sure or 0,
        truth=float(truth["value"]),
        floor=float(truth["floor"]),
        ceiling=float(truth["ceiling"]),
    )


def renew_house_foresight(*, now: datetime) -> ForesightSnapshot | None:
    """Say the organisation's foresight anew where enough leaders foresaw since it was said last. Safe to repeat."""
    last = ForesightSnapshot.objects.order_by("-made_at").first()
    made = house_foresight(
        [Contribution(str(one.participant.user_id), _shown_at(one), foreseen_of(one)) for one in counted_predictions()],
        said_before=last.made_at if last is not None else None,
        was=HouseForesight(last.sure, last.inside, last.distance) if last is not None else None,
    )
    if made is None:
        return None
    snapshot, _is_new = ForesightSnapshot.objects.get_or_create(
        made_at=now, defaults={"sure": made.sure, "inside": made.inside, "distance": made.distance}
    )
    return snapshot


def _shown_at(prediction: DiscoveryPrediction) -> datetime:
    found: datetime = prediction.shown_at  # type: ignore[attr-defined]  # annotated above
    return found
