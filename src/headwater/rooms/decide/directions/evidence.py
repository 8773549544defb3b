"""The released number a candidate would move: the latest that its unit has, and what it can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.rooms.decide.logic.directions import Start
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.evidence import Evidence, evidence_from, evidence_of, plain_score
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit


@dataclass(frozen=True)
class LargerUnit:
    """A unit above that shows smaller changes. smallest: the smallest it shows."""

    unit: Unit
    smallest: float
    text: str


def live_evidence(*, viewer: Viewer, study: str, unit: str, score: str) -> Evidence | None:
    """Return a score of a unit from the latest released wave of its study that has it, None for none or not allowed."""
    for wave in released_waves():
        if wave.study.key == study:
            found = evidence_of(viewer=viewer, finding=Finding(study, wave.key, unit, plain_score(score)))
            if found is not None:
                return found
    return None


def start_of(evidence: Evidence) -> Start:
    """Return where a number stands, for the rule of targets."""
    return Start(
        value=evidence.value,
        smallest=evidence.smallest,
        floor=evidence.floor,
        ceiling=evidence.ceiling,
        higher_is_better=evidence.higher_is_better,
        decimals=evidence.decimals,
    )


def frozen(plain: Mapping[str, Any] | None) -> Evidence | None:
    """Return evidence as it was frozen, None where there was none."""
    return None if plain is None else evidence_from(plain)


def larger_units(*, viewer: Viewer, evidence: Evidence) -> tuple[LargerUnit, ...]:
    """Return the units above that the viewer may see and that show a smaller change of the same score."""
    from headwater.reports.wording import figure

    found = []
    above = Unit.objects.filter(key=evidence.unit).select_related("parent").first()
    while above is not None and above.parent is not None:
        above = above.parent
        seen = evidence_of(viewer=viewer, finding=Finding(evidence.study, evidence.wave, above.key, evidence.score))
        if seen is None or seen.smallest is None:
            continue
        if evidence.smallest is None or seen.smallest < evidence.smallest:
            found.append(LargerUnit(above, seen.smallest, figure(seen.smallest, max(seen.decimals, 1))))
    return tuple(found)
