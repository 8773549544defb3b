"""A ledger as a leader keeps it: promises kept and not, ranges that held and one that did not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from headwater.rooms.engage.credibility.services import make_forecast, make_promise, say_end, tell_outcome
from headwater.rooms.engage.models import Promise
from headwater.rooms.people.models import User

PROMISES = (
    ("Answer every suggestion of the spring round", "the team", 80, 60, "kept", "Each has its answer on the board."),
    ("Visit the night shift", "the night shift", 70, 50, "kept", "Two hours on the 3rd."),
    ("A second screen for every desk", "the team", 60, 40, "late", "Delivered a week after the day."),
    ("Publish the new rota", "the team", 50, 30, "kept", "In the folder since that Monday."),
    ("Bring our handover figures to the board", "the team", 40, 20, "broken", "It fell off the agenda."),
    ("Say by when the new tool comes", "the team", 30, -10, "", ""),
)
FORECASTS = (
    ("Sick days of the team this quarter", "days", 20.0, 32.0, 80, 60, 10, 27.0),
    ("Handover mistakes this month", "mistakes", 4.0, 9.0, 80, 40, 5, 12.0),
    ("Answers in the next wave", "percent", 60.0, 75.0, 80, 10, -40, None),
)


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build the ledger of one team leader; again changes nothing. Days are counted back from now."""
    owner = User.objects.filter(email="team.leader@demo.example").first()
    if owner is None or Promise.objects.filter(owner=owner).exists():
        return []
    for what, whom, made, due, end, proof in PROMISES:
        key = uuid5(NAMESPACE_URL, f"headwater:demo:promise:{what}")
        due_date = timezone.localdate(now - timedelta(days=due))
        make_promise(
            promise_id=key, what=what, to_user=None, to_name=whom, due_date=due_date, actor=owner,
            now=now - timedelta(days=made),
        )  # fmt: skip
        if end:
            said = now - timedelta(days=due - 8)
            say_end(promise_id=key, end=end, words=proof, actor=owner, now=said)
    for what, measure, low, high, sure, made, due, outcome in FORECASTS:
        key = uuid5(NAMESPACE_URL, f"headwater:demo:forecast:{what}")
        make_forecast(
            forecast_id=key, what=what, measure=measure, low=low, high=high, sure=sure,
            due_date=timezone.localdate(now - timedelta(days=due)), actor=owner, now=now - timedelta(days=made),
        )  # fmt: skip
        if outcome is not None:
            tell_outcome(forecast_id=key, outcome=outcome, actor=owner, now=now - timedelta(days=due - 1))
    return []
