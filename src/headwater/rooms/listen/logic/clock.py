"""What a wave needs next: pure rules of time, so that any clock can drive them and a jump does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Step(StrEnum):
    """One step of a wave, in the order in which they come."""

    OPEN = "open"
    MAIL = "mail"
    RATES = "rates"
    CLOSE = "close"
    SEAL = "seal"
    FORGET = "forget"
    RELEASE = "release"


@dataclass(frozen=True)
class WaveFacts:
    """What the clock reads of a wave.

    late_until: until then answers count, though `closes_at` is what respondents are told. rounds: mailings queued so
    far. rounds_due: how many are due by now. rates_due: whether a day began since rates were last published.
    is_forgotten: whether key and responses were destroyed. is_stopped: whether sealing or the
    release waits for somebody's decision.
    """

    state: str
    is_launched: bool
    opens_at: datetime
    closes_at: datetime
    late_until: datetime
    rounds: int = 0
    rounds_due: int = 0
    rates_due: bool = False
    is_forgotten: bool = False
    is_stopped: bool = False


def mailings(opens_at: datetime, closes_at: datetime, reminders: Sequence[int]) -> tuple[datetime, ...]:
    """Return when mail goes out: the invitation, then each reminder that falls before closing."""
    days = sorted({int(day) for day in reminders if int(day) > 0})
    return (opens_at, *(at for day in days if (at := opens_at + timedelta(days=day)) < closes_at))


def next_step(facts: WaveFacts, now: datetime) -> Step | None:
    """Return the one step that is due, None when nothing is. The same facts and time give the same step."""
    if not facts.is_launched:
        return None
    if facts.state == "planned":
        return Step.OPEN if now >= facts.opens_at else None
    if facts.state == "open":
        if now > facts.late_until:
            return Step.CLOSE
        if facts.rounds_due > facts.rounds and now < facts.closes_at:
            return Step.MAIL
        return Step.RATES if facts.rates_due else None
    if facts.state == "closed":
        return None if facts.is_stopped else Step.SEAL
    if facts.state == "sealed":
        if not facts.is_forgotten:
            return Step.FORGET
        return None if facts.is_stopped else Step.RELEASE
    return None
