"""A summary as a file: its content, the SHA-256 of it, and an Ed25519 signature (RFC 8032) over it.

The digest is over the content as JSON with sorted keys, no spaces and ASCII only. The signature is over the line
"headwater-effects/1", a line break and the digest in hexadecimal. It shows that a file was not changed and which files
come from the same folder; it does not show whose folder that is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from headwater.rooms.house import audit

FORMAT, VERSION = "headwater-effects", 1


def own_key() -> Ed25519PrivateKey:
    """Return the key of this folder, derived from its secret."""
    return Ed25519PrivateKey.from_private_bytes(audit.derived_key("shared-effects"))


def public_of(key: Ed25519PrivateKey) -> str:
    """Return the public key, 32 bytes in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content. Raises ValueError for a number that JSON does not have."""
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def file_of(content: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """Return the file of a content, the same bytes each time."""
    digest = digest_of(content)
    told = {
        "format": FORMAT,
        "version": VERSION,
        "content": content,
        "sha256": digest,
        "public_key": public_of(key),
        "signature": key.sign(_signed(digest)).hex(),
    }
    return (json.dumps(told, indent=2, ensure_ascii=True, sort_keys=True) + "\n").encode()


def is_signed(digest: str, public_key: str, signature: str) -> bool:
    """Whether a signature belongs to a digest."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), _signed(digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(digest: str) -> bytes:
    return f"{FORMAT}/{VERSION}\n{digest}".encode()
