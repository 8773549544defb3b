"""Who was erased: only keyed hashes of their ids stay, so that a file that brings them back is noticed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from headwater.rooms.house import audit
from headwater.rooms.people.models import ErasureReceipt

GONE = "erased:"
"""Begins the key of a person of whom nothing but the row is left."""


def hash_key(key: str) -> str:
    """Return the keyed hash (HMAC-SHA256) of a person's id. Without the folder's secret it says nothing."""
    return hmac.new(audit.derived_key("erased-ids"), key.encode(), hashlib.sha256).hexdigest()


def count_returning(keys: Iterable[str]) -> int:
    """Count ids whose bearers were erased here before."""
    erased = set(ErasureReceipt.objects.values_list("key_hash", flat=True))
    return sum(hash_key(key) in erased for key in keys) if erased else 0
