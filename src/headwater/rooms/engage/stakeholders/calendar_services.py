"""The private address under which one's calendar reads what is asked: made, read, ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from headwater.rooms.engage.models import CalendarAddress
from headwater.rooms.house import audit
from headwater.rooms.people.models import User


def make_address(*, user: User, now: datetime) -> str:
    """Make a new secret for one's calendar and return it; it is kept nowhere. The one before ends."""
    text = secrets.token_urlsafe(32)
    with transaction.atomic():
        end_address(user=user, now=now)
        made = CalendarAddress.objects.create(user=user, digest=_digest(text), made_at=now)
        payload = {"address": str(made.pk)}
        audit.record(action="calendar.opened", actor=str(user.pk), subject=str(user.pk), payload=payload, now=now)
    return text


def end_address(*, user: User, now: datetime) -> None:
    """End one's calendar address. Safe to repeat."""
    with transaction.atomic():
        if CalendarAddress.objects.filter(user=user, ended_at=None).update(ended_at=now):
            audit.record(action="calendar.closed", actor=str(user.pk), subject=str(user.pk), payload={}, now=now)


def user_of_address(*, text: str, now: datetime) -> User | None:
    """Return whose calendar a secret opens, and note the day; None for one that stands no more."""
    found = CalendarAddress.objects.select_related("user__person").filter(digest=_digest(text), ended_at=None).first()
    if found is None or not found.user.is_active:
        return None
    if found.user.person is not None and not found.user.person.is_active:
        return None
    today = timezone.localdate(now)
    if found.last_read_date != today:
        CalendarAddress.objects.filter(pk=found.pk).update(last_read_date=today)
    return found.user


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
