"""Telling other systems that a response came in: of identified studies only, since theirs alone may be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headwater.rooms.house.webhooks import announce
from headwater.rooms.listen.respond_waves import LiveWave

EVENT = "response.received"


def tell_received(
    live: LiveWave, *, unit: str, respondent: str, answers: Mapping[str, Any], language: str, now: datetime
) -> None:
    """Announce one response, in the caller's transaction. Says nothing of anonymous and confidential studies."""
    if live.plan.promise != "identified":
        return
    data = {
        "study": live.study,
        "wave": live.key,
        "unit": unit,
        "respondent": respondent,
        "language": language,
        "answers": dict(answers),
    }
    announce(event=EVENT, data=data, now=now)
