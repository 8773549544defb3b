"""What decks on a schedule answer in the house's slots: needs, erasure, export, how long files stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.engage.decks.links import path_to_read
from headwater.rooms.engage.decks.queries import own_receivers
from headwater.rooms.engage.decks.sending import LEFT, MOST_ATTEMPTS
from headwater.rooms.engage.decks.services import MANAGE
from headwater.rooms.engage.decks.sources import may_still_see
from headwater.rooms.engage.models import DeckFile, DeckIssue, DeckReceiver
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.retention import Kept
from headwater.rooms.people.viewers import viewer

FAILED_MINUTES = 3


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield the decks that wait to be opened, and, to who sets them up, those given up after failing."""
    asker = viewer(request)
    unread = DeckIssue.objects.filter(receiver__in=own_receivers(asker), sent_at__isnull=False, opened_at=None)
    for issue in unread.select_related("receiver__schedule__made_by", "unit").order_by("-sent_at", "pk")[:5]:
        if may_still_see(issue.unit, asker):
            schedule = issue.receiver.schedule
            yield Need(
                f"deck:{issue.pk}",
                _("Deck"),
                schedule.title,
                schedule.note or _("From %(name)s.") % {"name": schedule.made_by.name or schedule.made_by.email},
                issue.minutes,
                path_to_read(issue),
                _("Open it"),
            )
    if can(asker, MANAGE):
        failed = DeckIssue.objects.filter(state=DeckIssue.State.FAILED, attempts__gte=MOST_ATTEMPTS)
        by_schedule = failed.order_by("receiver__schedule", "pk").values_list(
            "receiver__schedule", "receiver__schedule__title"
        )
        counts: dict[tuple[UUID, str], int] = {}
        for pair in by_schedule:
            counts[pair] = counts.get(pair, 0) + 1
        for (pk, title), count in counts.items():
            yield Need(
                f"deck-failed:{pk}",
                _("Deck"),
                title,
                ngettext("%(n)s deck could not be sent.", "%(n)s decks could not be sent.", count) % {"n": count},
                FAILED_MINUTES,
                reverse("engage:decks_one", args=[pk]),
                _("See why"),
            )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Send a person nothing more, remove the files they were sent, and forget when they opened them."""
    receivers = DeckReceiver.objects.filter(user__person=UUID(person))
    issues = DeckIssue.objects.filter(receiver__in=receivers)
    receivers.filter(removed_at=None).update(removed_at=now)
    waiting = [DeckIssue.State.DUE, DeckIssue.State.MADE, DeckIssue.State.FAILED]
    issues.filter(state__in=waiting).update(state=DeckIssue.State.DROPPED, reason=LEFT, fault="")
    issues.exclude(opened_at=None, saved_at=None).update(opened_at=None, saved_at=None)
    count = DeckFile.objects.filter(issue__in=issues).delete()[0]
    yield Erased(
        gettext_lazy("decks they were sent"),
        count,
        gettext_lazy("That one was sent, and its hash, stays with the schedule."),
    )


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down which decks a person gets, which they were sent, and when they opened them."""
    receivers = DeckReceiver.objects.filter(user__person=UUID(person))
    found = [
        {
            "title": one.schedule.title,
            "added_at": one.added_at,
            "declined_at": one.declined_at,
            "removed_at": one.removed_at,
            "decks": list(
                DeckIssue.objects.filter(receiver=one, sent_at__isnull=False)
                .order_by("sent_at")
                .values("title", "period", "language", "sent_at", "opened_at", "saved_at", "sha256")
            ),
        }
        for one in receivers.select_related("schedule").order_by("added_at", "pk")
    ]
    if found:
        text = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("decks.json", "application/json", text.encode())


def _forget_files(before: datetime, now: datetime) -> int:
    return DeckFile.objects.filter(issue__made_at__lt=before).delete()[0]


FILES_KEPT = Kept(
    gettext_lazy("Files of decks that were sent"),
    gettext_lazy("The file is deleted; that it was sent, when, and its hash stay."),
    1095,
    30,
    _forget_files,
)
