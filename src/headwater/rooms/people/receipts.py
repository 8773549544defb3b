"""Signed receipts: Ed25519 (RFC 8032) under a key derived from the folder's secret."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from headwater.rooms.house import audit


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(audit.derived_key("erasure-receipts"))


def sign(content: str) -> str:
    """Return the signature of a receipt's text, in hexadecimal."""
    return _key().sign(content.encode()).hex()


def is_genuine(content: str, signature: str) -> bool:
    """Whether a signature belongs to a text."""
    try:
        _key().public_key().verify(bytes.fromhex(signature), content.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """Return the key with which anybody can check a receipt, 32 bytes in hexadecimal."""
    return _key().public_key().public_bytes_raw().hex()
