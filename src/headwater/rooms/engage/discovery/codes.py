"""Join codes of teams, and the tokens by which a browser of an anonymous team is known again.

A code is 40 bits in Crockford's base 32, derived from the folder's secret: the records hold only its keyed hash, so a
backup opens nothing. It ends with the hour that stands beside it. Wrong codes are counted by address; a right one
always opens, so that fifty people behind one address can join at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from headwater.rooms.engage.models import Discovery
from headwater.rooms.house.audit import derived_key
from headwater.rooms.house.rate_limits import Limit, take

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT = str.maketrans("OILU", "011V")
LETTERS = 8
STANDS = timedelta(hours=4)
"""How long a code opens after it was made."""
WRONG_CODES = Limit(60, timedelta(minutes=5))
COOKIE_STANDS = timedelta(days=1)


def code_of(discovery: UUID, number: int) -> str:
    """Return the code of a Discovery. number: counts the codes it had."""
    made = _keyed("discovery-code", f"{discovery}\0{number}")
    value = int.from_bytes(made[:5], "big")
    return "".join(ALPHABET[(value >> 5 * place) & 31] for place in reversed(range(LETTERS)))


def given_code(discovery: Discovery) -> str:
    """Return the code that a Discovery has now, whether or not it still opens."""
    return code_of(discovery.pk, discovery.code_number)


def written(code: str) -> str:
    """Return a code as people read it: K7QF-2M9X."""
    return f"{code[:4]}-{code[4:]}"


def digest_of_code(code: str) -> str:
    """Return the keyed hash that the records hold of a code, as somebody wrote it."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum()).translate(MEANT)
    return _keyed("discovery-code-digest", plain).hex()


def find_by_code(code: str, *, now: datetime) -> Discovery | None:
    """Return the Discovery a code opens, None for a wrong one and for one that ended."""
    digest = digest_of_code(code)
    found = Discovery.objects.select_related("unit").filter(code_digest=digest).first()
    if found is None or not hmac.compare_digest(found.code_digest, digest):
        return None
    if found.code_until is None or found.code_until <= now or found.stage >= Discovery.Stage.CLOSED:
        return None
    return found


def may_try_again(address: str, *, now: datetime) -> bool:
    """Count a wrong code of an address. Returns whether another may be tried."""
    return take(scope="discovery-code", key=address, limit=WRONG_CODES, now=now)


def cookie_of(discovery: Discovery) -> str:
    """Return the name of the cookie by which a browser is known in one Discovery."""
    return f"discovery-{discovery.pk.hex}"


def new_token() -> tuple[str, str]:
    """Return a token for a browser, and its keyed hash for the records."""
    token = secrets.token_urlsafe(32)
    return token, digest_of_token(token)


def digest_of_token(token: str) -> str:
    """Return the keyed hash that the records hold of a token."""
    return _keyed("discovery-token", token).hex()


def _keyed(use: str, text: str) -> bytes:
    return hmac.new(derived_key(use), text.encode(), hashlib.sha256).digest()
