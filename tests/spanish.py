"""Finding English in a text that should be Spanish: by its small words, by the catalogues, by what it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from babel.messages.pofile import read_po

from headwater.vocab.languages import CATALOGUES, DOMAIN

SMALL_WORDS = re.compile(
    r"\b(the|and|of|is|are|not|with|what|your?|they|which|this|that|answers?|people|score|within|across|means|units?|"
    r"between|published|strength|stream|nothing|first|second|third|springs?|evidence|estimates?|method|by|from|to)\b",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"\b[A-Z][a-zé]+(?:, [A-Z][a-zé]+)*(?: (?:y|and|et al\.?) [A-Z][a-zé]+)? (?:\(?\d{4}\)?)")
SHORTEST = 6
"""Words of a sentence from which on its looks are judged."""


def english_in(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return the texts that hold English. names: what somebody called something; it stays as it is."""
    known = sorted({name for name in names if name}, key=len, reverse=True)
    found = []
    for text in dict.fromkeys(" ".join(text.split()) for text in texts):
        if text in known:
            continue
        words = REFERENCE.sub("", text)
        for name in known:
            words = words.replace(name, "").replace(name[:1].lower() + name[1:], "")
        if text in sources() or SMALL_WORDS.search(words) or looks_english(words):
            found.append(text)
    return found


def looks_english(text: str) -> bool:
    """Whether some sentence of a text is taken for English rather than Spanish."""
    for sentence in re.split(r"(?<=[.;:?!])\s+", text):
        if len(re.findall(r"[^\W\d_]{2,}", sentence)) >= SHORTEST and identifier().classify(sentence)[0] == "en":
            return True
    return False


@lru_cache(maxsize=1)
def sources() -> frozenset[str]:
    """Every English text of the catalogue below the rooms that Spanish writes differently."""
    with (CATALOGUES / "es" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        messages = [message for message in read_po(file) if isinstance(message.id, str) and message.id]
    return frozenset(str(one.id) for one in messages if one.string != one.id)


@lru_cache(maxsize=1)
def identifier() -> Any:
    """The model that tells the two languages apart."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE)
    found.set_languages(["en", "es"])
    return found
