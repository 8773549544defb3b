"""What a reporter sees by the receipt code: whether it was opened, what is owed and done, questions and answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from headwater.rooms.act.incidents.duties import is_to_be_asked, owed_of
from headwater.rooms.act.incidents.queries import last_day
from headwater.rooms.act.incidents.who import is_askable, zone
from headwater.rooms.act.logic.incidents import FIX, KNOW, MEET, Standing, next_fixed_hour, standing_of
from headwater.rooms.act.models import Incident, IncidentDuty, IncidentMessage


@dataclass(frozen=True)
class FollowDuty:
    """One duty as the reporter sees it. due_date: its last day. words: what was fixed; of meetings nothing is told."""

    key: str
    standing: Standing
    due_date: date | None
    kept_at: datetime | None
    words: str


@dataclass(frozen=True)
class FollowPage:
    """A report followed by its code. next_at: when an anonymous reporter sees what is written next, None when named."""

    incident: Incident
    duties: tuple[FollowDuty, ...]
    messages: tuple[IncidentMessage, ...]
    asks_to_meet: bool
    meeting: str
    next_at: datetime | None


def follow_page(*, incident: Incident, now: datetime) -> FollowPage:
    """Return the page of an incident whose code was right. It holds no name of anybody."""
    duties = {duty.key: duty for duty in IncidentDuty.objects.filter(incident=incident)}
    lines = []
    for key in IncidentDuty.Key.values:
        duty = duties.get(key)
        if duty is not None:
            standing = standing_of(owed_of(duty), now)
            words = duty.words if key == FIX and duty.kept_at is not None else ""
            lines.append(FollowDuty(key, standing, last_day(duty.due_at), duty.kept_at, words))
    seen = IncidentMessage.objects.filter(incident=incident)
    messages = tuple(
        one for one in seen.order_by("at", "visible_at", "pk") if one.by_id is None or one.visible_at <= now
    )
    meets = duties.get(MEET)
    meeting = incident.meeting_waits or incident.meeting
    asks = (
        meets is not None
        and meets.kept_at is None
        and not is_askable(incident)
        and incident.is_open
        and (is_to_be_asked(incident, now) or bool(meeting))
    )
    assert KNOW in duties
    return FollowPage(
        incident, tuple(lines), messages, asks, meeting, next_fixed_hour(now, zone()) if incident.is_anonymous else None
    )
