"""Where a deck is read, and the link in its mail by which a receiver ends it without signing in."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from headwater.rooms.engage.models import DeckIssue, DeckReceiver

END = "headwater.engage.deck.end"
STANDS = timedelta(days=365)
"""How long a link ends it. It shows nothing and does nothing else."""


def path_to_read(issue: DeckIssue) -> str:
    """Return the path of a deck's page; who opens it signs in."""
    return reverse("engage:decks_read", args=[issue.pk])


def address_to_read(issue: DeckIssue) -> str:
    """Return the whole address of a deck's page, for a mail."""
    return urljoin(settings.ADDRESS, path_to_read(issue))


def address_to_end(receiver: DeckReceiver) -> str:
    """Return the whole address that ends it for a receiver, for a mail."""
    token = signing.dumps(str(receiver.pk), salt=END)
    return urljoin(settings.ADDRESS, reverse("engage:decks_end", args=[token]))


def receiver_of_token(token: str) -> DeckReceiver | None:
    """Return whose link it is; None for one not ours or too old."""
    try:
        found = signing.loads(token, salt=END, max_age=STANDS)
    except signing.BadSignature:
        return None
    return DeckReceiver.objects.select_related("schedule", "user__person").filter(pk=UUID(found)).first()
