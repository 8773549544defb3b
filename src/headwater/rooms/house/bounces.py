"""Bounces: an address of its own for each message, signed, and what a returned message says about it.

The token is opaque to the house: the room that sends gives it and gets it back. A mail server delivers what comes to
`bounces+...@example.org` and a room reads it with `read_bounce`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

from django.conf import settings

from headwater.rooms.house import audit

_TOKEN = re.compile(r"[a-z0-9-]{1,40}")
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_MARK = 10
"""Characters of the signature: 50 bits. A forged bounce could at most stop mail to one address."""
_ADDRESSES = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message that came back. status: the enhanced status code (RFC 3463), "" when none is named."""

    token: str
    status: str

    @property
    def is_permanent(self) -> bool:
        """Whether the address will never take mail (class 5). A full mailbox (5.2.2) is not for ever."""
        return self.status.startswith("5.") and self.status != "5.2.2"


TAKERS: dict[str, Callable[[Bounce, datetime], bool]] = {}
"""What rooms downstream do about mail that came back, by the letter their tokens begin with. Filled by `site`."""


def bounce_address(token: str) -> str:
    """Return the return path of a message. Raises ValueError for a token that an address cannot hold.

    token: 1 to 40 of a-z, 0-9 and hyphen. Mail servers may change the case, so there are no capitals. The address's
    own part stays within 64 characters (RFC 5321, 4.5.3.1.1).
    """
    name, _, domain = settings.MAIL_BOUNCES.partition("@")
    if not _TOKEN.fullmatch(token) or not domain or len(name) + len(token) + _MARK + 2 > 64:
        message = f"{token!r} cannot be the token of a return path under {settings.MAIL_BOUNCES!r}"
        raise ValueError(message)
    return f"{name}+{token}-{_mark(token)}@{domain}"


def token_of(address: str) -> str:
    """Return the token of an address that this folder made, else ""."""
    name, _, domain = settings.MAIL_BOUNCES.lower().partition("@")
    local, _, at = address.strip().lower().rpartition("@")
    if not domain or at != domain or not local.startswith(f"{name}+"):
        return ""
    token, _, mark = local.removeprefix(f"{name}+").rpartition("-")
    return token if _TOKEN.fullmatch(token) and hmac.compare_digest(mark.encode(), _mark(token).encode()) else ""


def read_bounce(content: bytes) -> Bounce | None:
    """Read a returned message. None when it is none of ours, is no report of failure, or says it was delivered.

    Reads delivery status reports (RFC 3464). A message to the return path that is no such report (an answer of a
    person, an absence note) is not taken for a bounce.
    """
    message = message_from_bytes(content, policy=policy.default)
    token = next(filter(None, (token_of(address) for address in _addresses(message))), "")
    if not token or message.get_content_type() != "multipart/report":
        return None
    action, status = "", ""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in part.iter_parts() if part.is_multipart() else ():
            action = str(fields.get("Action", action)).strip().lower()
            found = _STATUS.search(str(fields.get("Status", "")))
            status = found.group(0) if found else status
    return Bounce(token, status) if action == "failed" else None


def _addresses(message: EmailMessage) -> list[str]:
    values = [str(value) for name in _ADDRESSES for value in message.get_all(name, [])]
    return [address for _, address in getaddresses(values)]


def _mark(token: str) -> str:
    digest = hmac.new(audit.derived_key("bounces"), token.encode(), hashlib.sha256).digest()
    return b32encode(digest).decode().lower()[:_MARK]
