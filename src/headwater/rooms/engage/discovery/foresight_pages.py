"""How well somebody foresees, shown to them alone; and of the organisation what tells nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.reports import wording
from headwater.rooms.engage.discovery.foresight_keeping import counted_predictions, foreseen_of
from headwater.rooms.engage.discovery.material import spoken_label
from headwater.rooms.engage.logic.foresight import FEWEST_OWN, Foresight, foresight_of
from headwater.rooms.engage.models import DiscoveryPrediction, ForesightSnapshot
from headwater.rooms.people.logic.roles import Viewer

LEAN = 0.03
"""A mean lean below this share of the scale is not spoken of."""


@dataclass(frozen=True)
class PastPrediction:
    """One prediction with what was said. counts: whether it was made before the results were opened."""

    shown_at: datetime
    label: str
    unit: str
    expected: str
    sure: int
    said: str
    distance: str
    is_inside: bool
    counts: bool
    href: str


@dataclass(frozen=True)
class ForesightPage:
    """My foresight. sentences: what it adds up to; empty below FEWEST_OWN predictions that count."""

    counted: int
    fewest: int
    own: Foresight | None
    sentences: tuple[str, ...]
    past: tuple[PastPrediction, ...]
    house: ForesightSnapshot | None


def foresight_page(*, viewer: Viewer) -> ForesightPage:
    """Return the viewer's own foresight; there is no way to ask for anybody else's. Raises PermissionDenied."""
    if not viewer.user:
        raise PermissionDenied
    every = counted_predictions(user=viewer.user_id, blind_only=False)
    counted = [foreseen_of(one) for one in every if one.participant.is_blind]
    own = foresight_of(counted)
    return ForesightPage(
        counted=len(counted),
        fewest=FEWEST_OWN,
        own=own,
        sentences=_sentences(own) if own is not None else (),
        past=tuple(_past(one) for one in every),
        house=ForesightSnapshot.objects.order_by("-made_at").first(),
    )


def _sentences(own: Foresight) -> tuple[str, ...]:
    held = _("Of your %(n)s ranges %(held)s held what was said: %(share)s%%, where you were %(sure)s%% sure.") % {
        "n": own.predictions,
        "held": round(own.inside * own.predictions),
        "share": round(100 * own.inside),
        "sure": round(100 * own.sure),
    }
    if own.low <= own.sure <= own.high:
        how = _("That fits how sure you were, as far as %(n)s predictions can tell.") % {"n": own.predictions}
    elif own.inside < own.sure:
        how = _("Your ranges are narrower than they could be: wider ones would hold more often.")
    else:
        how = _("Your ranges hold more often than you expect: you could be surer, or give narrower ones.")
    away = _("On average what was said lay %(percent)s%% of the scale away from your score.") % {
        "percent": round(100 * own.distance)
    }
    lean = ""
    if own.lean > LEAN:
        lean = _("What was said was mostly higher than you expected.")
    elif own.lean < -LEAN:
        lean = _("What was said was mostly lower than you expected.")
    brier = _("Brier score %(score)s: 0 is the best, 0.25 is what always saying 50%% gives.") % {
        "score": wording.figure(own.brier, 2)
    }
    return tuple(one for one in (held, how, away, lean, brier) if one)


def _past(one: DiscoveryPrediction) -> PastPrediction:
    found = foreseen_of(one)
    truth = one.question.truth
    decimals = int(truth["decimals"])
    mark = "%" if truth["scale_unit"] == "percent" else ""
    return PastPrediction(
        shown_at=one.shown_at,  # type: ignore[attr-defined]  # annotated by counted_predictions
        label=spoken_label(truth),
        unit=one.participant.discovery.unit.name,
        expected=f"{wording.figure(found.value, decimals)}{mark} ({wording.spread(found.low, found.high, decimals)})",
        sure=found.sure,
        said=f"{wording.figure(found.truth, decimals)}{mark}",
        distance=wording.signed(found.distance, decimals),
        is_inside=found.is_inside,
        counts=bool(one.participant.is_blind),
        href=reverse("engage:discovery_take", args=[one.participant.discovery_id]),
    )
