"""Names of files that every system takes."""

from __future__ import annotations

import hashlib
import re


def safe_name(text: str) -> str:
    """Letters, digits, dots and dashes only; a text that had to change keeps a few digits of its digest apart."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:80]
    if plain == text:
        return plain
    ending = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{plain}-{ending}" if plain else ending


def file_name(kind: str, key: str) -> str:
    """Name of a report's file without its ending: "leader-north"."""
    return f"{safe_name(kind)}-{safe_name(key)}"
