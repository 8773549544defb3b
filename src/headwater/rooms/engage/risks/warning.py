"""After a release: the scores that would warn of a risk are read again, with how sure a warning is."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from headwater.rooms.engage.logic.risks import chance_past
from headwater.rooms.engage.models import Risk, RiskMeasure
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import Evidence, evidence_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import EXPERIENCE_LEAD, Holding, Viewer

_HOUSE = Viewer("", "", (Holding(EXPERIENCE_LEAD, None),))
"""Reads released numbers for the register; what it keeps is shown to those alone who see the unit's results."""


def warn_of_risks(wave: Wave) -> bool:
    """Read the scores of a released wave that would warn of open risks: a step of `working_out.STEPS`. Safe to repeat.

    Returns whether any was read.
    """
    measures = RiskMeasure.objects.select_related("risk__unit").filter(study=wave.study.key)
    now, found = timezone.now(), False
    for measure in measures.exclude(risk__state=Risk.State.CLOSED):
        finding = Finding(measure.study, wave.key, measure.risk.unit.key, measure.score)
        evidence = evidence_of(viewer=_HOUSE, finding=finding)
        if evidence is not None:
            check_measure(measure=measure, evidence=evidence, now=now)
            found = True
    return found


def check_measure(*, measure: RiskMeasure, evidence: Evidence, now: datetime) -> None:
    """Keep what a released number says of a threshold; a withheld one says nothing."""
    measure.chance = None
    if evidence.value is not None and evidence.low is not None and evidence.high is not None:
        # Rounding of the shown interval may leave the value a hair outside it.
        low, high = min(evidence.low, evidence.value), max(evidence.high, evidence.value)
        measure.chance = chance_past(
            value=evidence.value, low=low, high=high, threshold=measure.threshold, side=measure.side
        )
    measure.wave, measure.evidence, measure.checked_at = evidence.wave, evidence.as_plain(), now
    measure.save(update_fields=["chance", "wave", "evidence", "checked_at"])
