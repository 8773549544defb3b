"""Requests to other systems: only to public addresses, and to the very address that was checked."""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from headwater.vocab import HeadwaterError

PATIENCE = 15.0
"""Seconds until an endpoint must have answered."""
INSIDE = "HEADWATER_WEBHOOKS_INSIDE"
"""Environment: 1 lets webhooks go to addresses inside the own network, also without TLS."""


class AddressRefusedError(HeadwaterError):
    """An address may not be called; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class Target:
    """A checked address: where to connect and what to ask for."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def check_address(url: str) -> Target:
    """Resolve an address and refuse what must not be called from here: this machine, its network, no TLS.

    Raises AddressRefusedError. Every address the name stands for must pass, so that no answer of the name server can
    slip an inside address in between.
    """
    inside = os.environ.get(INSIDE, "") == "1"
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise AddressRefusedError(_("Write an address such as https://example.org/hook, without a user name."))
    if parts.scheme == "http" and not inside:
        raise AddressRefusedError(_("The address must begin with https://, so that nobody reads along."))
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise AddressRefusedError(_("The name in this address cannot be found.")) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not inside and any(not ipaddress.ip_address(address).is_global for address in addresses):
        raise AddressRefusedError(_("This address lies inside the network of this server."))
    path = parts.path or "/"
    return Target(parts.scheme, parts.hostname, port, f"{path}?{parts.query}" if parts.query else path, addresses[0])


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body. Returns the status of the answer; redirects are not followed. Raises OSError."""
    raw = socket.create_connection((target.address, target.port), PATIENCE)
    connection = http.client.HTTPConnection(target.host, target.port, timeout=PATIENCE)
    try:
        if target.scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=target.host)
        connection.sock = raw
        connection.request("POST", target.path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(4096)
        return answer.status
    except http.client.HTTPException as error:
        raise OSError(f"the answer is no HTTP: {error}") from error
    finally:
        connection.close()
        raw.close()
