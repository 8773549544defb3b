"""Receipt codes: 25 signs of Crockford's base 32, 125 bits, made by the phone or the server. Pure."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT = str.maketrans("OILU", "011V")
SIGNS, GROUP = 25, 5


def new_code() -> str:
    """Return a new code, as it is kept by nobody but the reporter."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(SIGNS))


def written(code: str) -> str:
    """Return a code as people read it: K7QF2-9MXA1-..."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """Return the code that somebody wrote, in any case, with or without dashes and spaces; "" when it is none."""
    plain = "".join(sign for sign in text[:200].upper() if sign.isascii() and sign.isalnum()).translate(MEANT)
    return plain if len(plain) == SIGNS and set(plain) <= set(ALPHABET) else ""
