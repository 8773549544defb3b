"""Where a receiver reads a briefing: signed in, or by a signed link for those who stand outside the organisation."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from headwater.rooms.engage.models import BriefingCopy

READ = "headwater.engage.briefing"
STANDS = timedelta(days=90)
"""How long a link opens: whoever holds it reads the copy."""


def path_to_read(copy: BriefingCopy) -> str:
    """Return the path of the receiver's page. An outsider's carries a signature; everybody else signs in."""
    if copy.stakeholder.is_outsider:
        return reverse("engage:briefings_by_link", args=[signing.dumps(str(copy.pk), salt=READ)])
    return reverse("engage:briefings_read", args=[copy.pk])


def copy_of_token(token: str) -> BriefingCopy | None:
    """Return the copy of a link; None for one not ours or too old, of somebody erased, or of one who works here."""
    try:
        found = signing.loads(token, salt=READ, max_age=STANDS)
    except signing.BadSignature:
        return None
    return (
        BriefingCopy.objects.select_related("briefing__author", "briefing__unit", "stakeholder__person")
        .filter(pk=UUID(found), sent_at__isnull=False, stakeholder__erased_at=None, stakeholder__person=None)
        .first()
    )
