"""The link of a check-in by mail: opens one commitment for its owner, once, without signing in, for two weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.urls import reverse

from headwater.rooms.act.models import Commitment

CHECK_IN = "headwater.act.check_in"
STANDS = timedelta(days=14)


@dataclass(frozen=True)
class OpenedLink:
    """A link that was read. key: of the one check-in it can make."""

    commitment: Commitment
    key: UUID
    token: str


def link_to(commitment: Commitment) -> str:
    """Return a new address for one check-in of a commitment by its owner."""
    held = [commitment.pk.hex, commitment.owner_id.hex, uuid4().hex]
    return urljoin(
        settings.ADDRESS, reverse("act:commitments_by_mail", args=[signing.dumps(held, salt=CHECK_IN, compress=True)])
    )


def read_link(token: str) -> OpenedLink | None:
    """Return what a link opens. None for one not ours, too old, or of somebody who no longer answers for it."""
    try:
        held = signing.loads(token, salt=CHECK_IN, max_age=STANDS)
        commitment, owner, key = (UUID(hex=part) for part in held)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = (
        Commitment.objects.select_related("owner", "unit")
        .filter(pk=commitment, owner=owner, owner__is_active=True, owner__erased_at=None)
        .first()
    )
    return None if found is None else OpenedLink(found, key, token)
