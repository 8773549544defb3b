"""What each page holds to that asks minutes of somebody whose week is full."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from tests.rooms.conftest import Cast, signed_in

from headwater.rooms.engage.asks import Asked, record_ask, whose
from headwater.rooms.engage.logic.asks import week_of
from headwater.rooms.engage.models import Ask
from headwater.rooms.house.models import AuditEntry

WHY = "The board meets on Friday."
FULL = "The next week with room begins on"


def fill_week(asked: Asked, day: date, minutes: int = 60) -> None:
    """Ask so much of somebody in the week of a day: their whole week, by what the house allows."""
    record_ask(
        person=asked, kind="x", title="Read one page", minutes=minutes, due_date=day, href="", source=f"x:{uuid4()}",
        actor=None, now=timezone.now(),
    )  # fmt: skip


def asked_of(asked: Asked, source: str) -> Ask:
    """The one ask under a source, however it ends."""
    return Ask.objects.get(**whose(asked), source__startswith=source, cancelled_at=None)


def check_page_warns(client: Client, path: str, given: dict[str, Any], *, name: str, day: date) -> None:
    """It comes back with the warning and the reason's field, and nothing is recorded; with a reason it goes through."""
    before = (Ask.objects.count(), AuditEntry.objects.count())
    refused = client.post(path, given)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert (Ask.objects.count(), AuditEntry.objects.count()) == before
    assert escape(f"{name}: This makes ") in text
    assert f"minutes in the week of {week_of(day):%d.%m.%Y}, " in text
    assert FULL in text
    assert "or say why it cannot wait." in text
    assert f'<input type="text" name="{field_name(given)}"' in text
    for key, value in given.items():
        assert key in ("do", "doing", "unit", "leader") or not value or escape(str(value)) in text, key
    said = client.post(path, {**given, field_name(given): WHY})
    assert said.status_code == 302


def field_name(given: dict[str, Any]) -> str:
    """The name of the reason's field, behind the prefix of its form."""
    prefix = next((key.partition("-")[0] for key in given if "-" in key), "")
    return f"{prefix}-over_reason" if prefix else "over_reason"


def check_reason_is_seen(cast: Cast, asked: Asked, source: str) -> None:
    """The reason stands beside the ask, and in the calendar of who looks after it."""
    assert asked_of(asked, source).over_reason == WHY
    assert WHY in signed_in(cast.experience_lead).get("/engage/asks/all/").content.decode()
