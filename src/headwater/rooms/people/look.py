"""How the organisation looks and speaks: its name, colour, logo, and its words for customer, unit and leader."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from headwater.reports.brand import NOUNS, Brand, Noun, load_brand
from headwater.rooms.house import audit
from headwater.rooms.people.models import OwnLook, User
from headwater.rooms.people.queries import organisation_name

SUBJECT = "look"
UNNAMED = "Headwater"
Pair = tuple[str, str]
Words = Mapping[str, Mapping[Noun, Pair]]
"""By language and noun: the word for one and for many."""


@dataclass(frozen=True)
class Look:
    """What somebody chose. name, colour: "" for none. logo: None for none."""

    name: str
    colour: str
    logo: bytes | None
    words: Words


def own_look() -> Look:
    """Return what was chosen, empty before somebody chose."""
    row = OwnLook.objects.filter(pk=1).first()
    if row is None:
        return Look("", "", None, {})
    words = {
        language: {noun: (pair[0], pair[1]) for noun, pair in nouns.items()} for language, nouns in row.words.items()
    }
    return Look(row.name, row.colour, bytes(row.logo) if row.logo is not None else None, words)


def brand_of(look: Look | None = None) -> Brand:
    """Return the brand that reports wear. Raises InputError naming what is wrong: a pale colour, a logo with script.

    Without a chosen name it is the organisation's own.
    """
    import yaml

    look = look if look is not None else own_look()
    name = look.name or organisation_name() or UNNAMED
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        written: dict[str, Any] = {"name": name}
        if look.colour:
            written["colours"] = {"teal": look.colour}
        if look.logo is not None:
            (place / "logo").write_bytes(look.logo)
            written["logo"] = "logo"
        if look.words:
            written["words"] = {
                language: {noun: list(pair) for noun, pair in nouns.items()} for language, nouns in look.words.items()
            }
        file = place / "brand.yaml"
        file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
        return load_brand(file)


def words_of(language: str) -> dict[Noun, Pair]:
    """Return the words for customer, unit and leader, one and many: the organisation's own, else the plain ones."""
    own = own_look().words
    plain = Brand()
    found: dict[Noun, Pair] = {}
    for noun in NOUNS:
        chosen = _chosen(own, noun, language)
        found[noun] = chosen or (plain.word(noun, language), plain.word(noun, language, plural=True))
    return found


def _chosen(words: Words, noun: Noun, language: str) -> Pair | None:
    """The own word in a language or its parent; never in another language."""
    for code in (language, language.split("-", maxsplit=1)[0]):
        if noun in words.get(code, {}):
            return words[code][noun]
    return None


def own_words(language: str) -> dict[Noun, Pair | None]:
    """Return the organisation's own words in a language, None where it chose none."""
    own = own_look().words
    return {noun: _chosen(own, noun, language) for noun in NOUNS}


def change_look(*, look: Look, actor: User, now: datetime) -> None:
    """Keep a look that reports can wear. The same look again changes nothing. Raises InputError."""
    brand_of(look)
    with transaction.atomic():
        if look == own_look():
            return
        OwnLook.objects.update_or_create(
            pk=1,
            defaults={
                "name": look.name,
                "colour": look.colour,
                "logo": look.logo,
                "words": {
                    language: {noun: list(pair) for noun, pair in nouns.items()}
                    for language, nouns in look.words.items()
                },
                "changed_at": now,
            },
        )
        payload = {"name": look.name, "colour": look.colour, "logo": look.logo is not None, "words": look.words}
        audit.record(action="look.changed", actor=str(actor.pk), subject=SUBJECT, payload=payload, now=now)
