"""What was forecast of something done: the shape in which actions go on to be checked against later data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

ForecastKind = Literal["commitment", "visits", "briefing"]


@dataclass(frozen=True, slots=True)
class ForecastAction:
    """One action with what it was expected to do to one score of one unit.

    id: of the action's record. unit_key: the key of the unit as it stands now. started_date: from when it may work.
    study, wave, score: keys of the released number it was forecast from. low, likely, high: the expected change of that
    score, in its unit, low <= likely <= high; a wanted fall is negative. owner_name: who answers for it.
    """

    kind: ForecastKind
    id: str
    title: str
    unit_key: str
    started_date: date
    due_date: date
    study: str
    wave: str
    score: str
    low: float
    likely: float
    high: float
    owner_name: str

    def __post_init__(self) -> None:
        """Refuse a range that does not run upwards. Raises ValueError."""
        if not self.low <= self.likely <= self.high:
            message = f"forecast of {self.kind} {self.id} does not run upwards: {self.low}, {self.likely}, {self.high}"
            raise ValueError(message)
