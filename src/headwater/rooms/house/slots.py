"""Slots: plain tables that rooms answer and `site` fills, so that no room imports one downstream of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

PEOPLE_TITLE = _("People")
PEOPLE_SUBTITLE = _("who is here")


@dataclass(frozen=True)
class Room:
    """One verb of the loop in the navigation. view: the name of its first page."""

    key: str
    view: str
    title: Text
    subtitle: Text


@dataclass(frozen=True)
class Need:
    """One thing that needs somebody now. order: 0 injury, 1 decision, 2 promise, 3 visit, 4 anything else."""

    key: str
    kind: Text
    title: Text
    text: Text
    minutes: int
    href: str
    action: Text
    order: int = 4
    is_urgent: bool = False


NeedsOf = Callable[[HttpRequest, datetime], Iterable[Need]]

ROOMS: dict[str, Room] = {}
"""Rooms that exist, in the order of the loop."""
NAMES: dict[str, Callable[[], str]] = {}
"""What the organisation calls itself, under "organisation"."""
NEEDS: dict[str, NeedsOf] = {}
"""What needs this viewer now, by room."""


def needs_now(request: HttpRequest, now: datetime) -> list[Need]:
    """Return what needs this viewer, most pressing first."""
    found = [need for ask in NEEDS.values() for need in ask(request, now)]
    return sorted(found, key=lambda need: (not need.is_urgent, need.order, need.minutes))
