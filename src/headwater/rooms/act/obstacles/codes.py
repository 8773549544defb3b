"""What the records hold of receipt codes and posters: keyed hashes alone.

A page makes the receipt code (`act.logic.receipts`) and sends it with what is told: sending twice makes one record. The
id of a record is derived from the code too, and nobody who sees the id can work the code out.
"""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from headwater.rooms.act.logic.receipts import ALPHABET, MEANT, read_code
from headwater.rooms.house.audit import derived_key

TOKEN_LETTERS = 10


def obstacle_id_of(key: str) -> UUID:
    """Return the id of the obstacle that a form's key, or a receipt code, makes."""
    return UUID(bytes=_keyed("obstacle-id", key)[:16], version=4)


def digest_of(code: str) -> str:
    """Return the keyed hash that the records hold of a code, as somebody wrote it. No code at all has one too."""
    return _keyed("obstacle-receipt", read_code(code)).hex()


def token_of(unit: UUID, number: int) -> str:
    """Return the token of a unit's poster. number: counts the posters it had."""
    value = int.from_bytes(_keyed("obstacle-poster", f"{unit}\0{number}")[:8], "big")
    return "".join(ALPHABET[(value >> 5 * place) & 31] for place in reversed(range(TOKEN_LETTERS)))


def digest_of_token(token: str) -> str:
    """Return the keyed hash that the records hold of a poster's token."""
    return _keyed("obstacle-poster-digest", token[:40].upper().translate(MEANT)).hex()


def is_same(one: str, other: str) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(one, other)


def _keyed(use: str, text: str) -> bytes:
    return hmac.new(derived_key(use), text.encode(), hashlib.sha256).digest()
