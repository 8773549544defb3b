"""Boxes: what a respondent leaves, locked to the public key of the wave and padded to one of four sizes.

HPKE in base mode (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305). Every box has a key of its own. Without the wave's
private key a box tells only which of the four sizes it has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

SIZES = (2_048, 8_192, 65_536, 524_288)
"""Bytes of a box, overhead included."""

OVERHEAD = 48
LENGTH = 4
_INFO = b"headwater response 1"
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class TooLargeError(ValueError):
    """The content does not fit the largest box."""


class DamagedBoxError(ValueError):
    """A box does not open: it was changed, or locked to another key."""


def lock(public: bytes, content: Mapping[str, Any]) -> bytes:
    """Lock content (anything JSON can hold) to a public key of 32 bytes. Raises TooLargeError."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    needed = LENGTH + len(plain) + OVERHEAD
    size = next((size for size in SIZES if size >= needed), 0)
    if not size:
        raise TooLargeError(f"{len(plain):,} bytes do not fit a box of {SIZES[-1]:,}")
    padded = (len(plain).to_bytes(LENGTH, "big") + plain).ljust(size - OVERHEAD, b"\0")
    return _SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(public), info=_INFO)


def unlock(private: bytes, body: bytes) -> dict[str, Any]:
    """Open a box with the private key of 32 bytes. Raises DamagedBoxError."""
    try:
        padded = _SUITE.decrypt(bytes(body), X25519PrivateKey.from_private_bytes(private), info=_INFO)
    except (InvalidTag, ValueError) as error:
        raise DamagedBoxError("a box does not open with this key") from error
    length = int.from_bytes(padded[:LENGTH], "big")
    found: dict[str, Any] = json.loads(padded[LENGTH : LENGTH + length])
    return found
