"""The stamp of a page: when it was made and a number of its own, signed by the wave's key. It is stored nowhere.

It tells how long somebody took, without a time being kept, and keeps one page of a poster from answering twice.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass

from headwater.rooms.listen.logic.links import WaveSecrets

NONCE, MAC = 9, 12


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp that was read. age: seconds; number: the page's own random bytes."""

    age: float
    number: bytes


def make_stamp(keys: WaveSecrets, seconds: float, number: bytes = b"") -> str:
    """Return the stamp of a page made now. seconds: since 1970. number: its own, drawn when not given."""
    plain = int(seconds).to_bytes(6, "big") + (number or secrets.token_bytes(NONCE))
    return base64.urlsafe_b64encode(plain + hmac.digest(keys.page, plain, "sha256")[:MAC]).decode("ascii")


def read_stamp(keys: WaveSecrets, written: str, seconds: float) -> Stamp | None:
    """Read a stamp; None when this wave did not make it. A clock that was set back gives an age of 0."""
    try:
        raw = base64.b64decode(written.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    plain, mac = raw[:-MAC], raw[-MAC:]
    if len(plain) != 6 + NONCE or not hmac.compare_digest(mac, hmac.digest(keys.page, plain, "sha256")[:MAC]):
        return None
    return Stamp(max(0.0, seconds - int.from_bytes(plain[:6], "big")), plain[6:])
