"""Catalogues: a folder `locale/<code>/LC_MESSAGES/django.mo` of the house makes a language known."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation

CATALOGUES = Path(__file__).parent / "locale"
SOURCE = "en"
"""The language that words in the code are written in."""


def languages_with_catalogues(folder: Path = CATALOGUES) -> list[tuple[str, str]]:
    """Return (code, own name) of every language there is a catalogue for, English first, then by code."""
    found = {path.parents[1].name.replace("_", "-").lower() for path in folder.glob("*/LC_MESSAGES/django.mo")}
    return [(code, own_name(code)) for code in (SOURCE, *sorted(found - {SOURCE}))]


def own_name(code: str) -> str:
    """Return what a language calls itself, with a capital where its script has them; the code if nobody knows."""
    try:
        name = str(translation.get_language_info(code.lower())["name_local"])
    except KeyError:
        return code
    return name[:1].upper() + name[1:]
