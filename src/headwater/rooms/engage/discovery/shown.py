"""What several pages of Discovery show: questions without their truth, the reveal, counts, shared conclusions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from headwater.rooms.engage.discovery.material import spoken_label
from headwater.rooms.engage.discovery.reveal import Revealed, revealed_of
from headwater.rooms.engage.models import Discovery, DiscoveryParticipant, DiscoveryPrediction, DiscoveryQuestion


@dataclass(frozen=True)
class Asked:
    """One question to foresee, without its truth. step: of its scale. options: key and label."""

    pk: UUID
    role: str
    label: str
    floor: float
    ceiling: float
    step: float
    unit: str
    options: tuple[tuple[str, str], ...]

    @property
    def is_score(self) -> bool:
        """Whether a number is foreseen."""
        return not self.options


def asked_of(discovery: Discovery) -> tuple[Asked, ...]:
    """Return what is to be foreseen, without any truth."""
    made = []
    for question in DiscoveryQuestion.objects.filter(discovery=discovery).order_by("place"):
        if question.options:
            options = tuple((one["key"], one["label"]) for one in question.options)
            made.append(Asked(question.pk, question.role, question.label, 0, 0, 0, "", options))
            continue
        scale = _scale(question.truth)
        made.append(Asked(question.pk, question.role, spoken_label(question.truth), *scale, ()))
    return tuple(made)


def _scale(truth: Mapping[str, Any]) -> tuple[float, float, float, str]:
    unit = "%" if truth["scale_unit"] == "percent" else ""
    step = 0.1 if truth["ceiling"] - truth["floor"] <= 20 else 1.0
    return float(truth["floor"]), float(truth["ceiling"]), step, unit


def reveal_of(discovery: Discovery, participant: DiscoveryParticipant | None) -> tuple[Revealed, ...]:
    """Return the reveal; the caller makes sure that it may be shown. participant: who looks, None for a wall."""
    predictions = DiscoveryPrediction.objects.filter(participant__discovery=discovery)
    if not discovery.is_team and participant is not None:
        predictions = predictions.filter(participant=participant)
    # By chance of their keys: the order tells nobody who came first.
    own = participant.pk if participant is not None else None
    return revealed_of(discovery, predictions.order_by("pk"), own=own, prefix="r")


def answers_behind(discovery: Discovery) -> int:
    """Return how many answered, of the insight."""
    truth = DiscoveryQuestion.objects.get(discovery=discovery, role=DiscoveryQuestion.Role.INSIGHT).truth
    return int(truth["n"])


def counts_of(discovery: Discovery) -> tuple[int, int]:
    """Return how many take part, and how many foresaw."""
    those = DiscoveryParticipant.objects.filter(discovery=discovery, erased_at=None)
    return those.count(), those.filter(locked_at__isnull=False).count()


def shared_words(discovery: Discovery, besides: DiscoveryParticipant | None = None) -> tuple[str, ...]:
    """Return the conclusions that people chose to share, words only, in no order of time."""
    found = DiscoveryParticipant.objects.filter(discovery=discovery, shared_at__isnull=False).order_by("pk")
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    return tuple(found.values_list("conclusion", flat=True))
