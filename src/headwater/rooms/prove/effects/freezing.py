"""Plans and findings as plain values: what is written down, hashed, and read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from headwater.chain import Comparison, EffectEstimate, Judged, Missing
from headwater.rooms.prove.logic.verdicts import Hope


@dataclass(frozen=True)
class FrozenPlan:
    """All that was fixed before looking.

    before: waves whose answers were in when it started, the last the base. pool: units in their order. reason: why
    there is no comparison. matched: how many are compared with. names: of the units then. smallest: the effect that was
    expected to be seen four times in five, None unknown. label: of the score by language; scale_unit, decimals, rises,
    floor, ceiling, lens, study_title: of the score then. base_title: of the base wave. method: its version. hope: the
    forecast. started, due: days.
    """

    before: tuple[str, ...]
    pool: tuple[str, ...]
    reason: str
    matched: int
    names: Mapping[str, str]
    smallest: float | None
    label: Mapping[str, str]
    scale_unit: str
    decimals: int
    rises: bool
    floor: float
    ceiling: float
    lens: str
    study_title: str
    base_title: str
    method: str
    hope: tuple[float, float, float]
    unit: str
    study: str
    score: str
    started: str
    due: str

    @property
    def comparison(self) -> Comparison:
        """The units to compare with, as the method takes them."""
        return Comparison(self.unit, self.before, self.pool, self.reason)  # type: ignore[arg-type]

    @property
    def forecast(self) -> Hope:
        """The forecast change."""
        return Hope(*self.hope, rises=self.rises)

    def as_plain(self) -> dict[str, Any]:
        """Return values for JSON; `plan_from` reads them back."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]


def plan_from(plain: Mapping[str, Any]) -> FrozenPlan:
    """Return a plan as it was frozen. Raises TypeError for values of another shape."""
    listed = {name: tuple(plain[name]) for name in ("before", "pool", "hope")}
    return FrozenPlan(**{**plain, **listed})


def digest_of(plain: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a plan: anybody can work it out again from the plan's file."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def found_plain(found: EffectEstimate | Missing) -> dict[str, Any]:
    """Return what was found, or the reason that nothing was, for JSON."""
    if isinstance(found, str):
        return {"reason": found}
    return json.loads(json.dumps(asdict(found)))  # type: ignore[no-any-return]


def found_from(plain: Mapping[str, Any]) -> EffectEstimate | Missing:
    """Return what was found as it was kept. Raises TypeError for values of another shape."""
    if "reason" in plain:
        reason: Missing = plain["reason"]
        return reason
    listed = {name: tuple(plain[name]) for name in ("matched", "lost", "without_one")}
    judged = {name: Judged(**plain[name]) for name in ("adjusted", "plain")}
    return EffectEstimate(**{**plain, **listed, **judged})
