"""Receipts: what the records hold of a code, and finding an incident by it."""

from __future__ import annotations

import hashlib
import hmac

from headwater.rooms.act.logic.receipts import read_code
from headwater.rooms.act.models import Incident
from headwater.rooms.house.audit import derived_key


def digest_of(code: str) -> str:
    """Return the keyed hash that the records hold of a code, as `read_code` returned it."""
    return keyed("incident-receipt", code)


def keyed(use: str, text: str) -> str:
    """Return a keyed hash of a text for one use, in hexadecimal."""
    return hmac.new(derived_key(use), text.encode(), hashlib.sha256).hexdigest()


def find_by_code(text: str) -> Incident | None:
    """Return the incident that a code follows, None for a wrong one.

    What is looked up is the keyed hash, of which whoever guesses knows nothing, and it is compared in constant time. A
    text that is no code at all takes the same way.
    """
    digest = digest_of(read_code(text))
    found = Incident.objects.select_related("unit").filter(receipt_hash=digest).first()
    held = found.receipt_hash if found is not None else "0" * 64
    return found if hmac.compare_digest(held, digest) else None
