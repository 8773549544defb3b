"""Keys for what comes from elsewhere: small letters, digits and underscores, each given once."""

from __future__ import annotations

import re
import unicodedata

from headwater.instruments.checks import MAX_KEY

_NOT_KEY = re.compile(r"[^a-z0-9]+")


def key_from(text: str, fallback: str = "q") -> str:
    """Turn an id or a word into a key: accents dropped, begun with a letter, at most MAX_KEY signs."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    key = _NOT_KEY.sub("_", plain).strip("_")
    if not key:
        key = fallback
    elif not key[0].isalpha():
        key = f"{fallback}{key}"
    return key[:MAX_KEY].rstrip("_")


class KeyRing:
    """Gives each key once; one that is taken gets a number."""

    def __init__(self) -> None:
        """Begin with no key taken."""
        self._taken: set[str] = set()

    def take(self, text: str, fallback: str = "q") -> str:
        """Return a key that nothing else has."""
        key = key_from(text, fallback)
        number = 1
        found = key
        while found in self._taken:
            number += 1
            end = f"_{number}"
            found = key[: MAX_KEY - len(end)].rstrip("_") + end
        self._taken.add(found)
        return found
