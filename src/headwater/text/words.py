"""Words of comments, made comparable: without accents and capitals, whatever the writing.

Normalisation is Unicode NFKD with case folding (Unicode Standard Annex 15); combining marks are dropped, so that Arabic
loses its vowel signs and hamza seats, and Latin letters their accents.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SHIPPED = ("en", "es", "fr", "de", "pt", "it", "nl", "ar")
"""Languages with a lexicon and theme words of their own."""

_PLAIN = str.maketrans(
    {"ة": "ه", "ى": "ي", "ـ": "", "’": "'", "‘": "'", "`": "'", "´": "'", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe"}
)
_TOKEN = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*|\d+/\d+")
_CLAUSE = re.compile(r"[.!?;:\n\r…؟؛،]+|,(?!\d)|\s[-–—]+\s|—")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_ELIDED = re.compile(r"^(?:l|d|j|m|t|s|c|n|qu|un|dell|all|nell|sull|dall|quest|bell|jusqu|lorsqu|puisqu)'(?=\w{2})")
_ARABIC_HEADS = ("وال", "فال", "بال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "س")

Span = tuple[int, int]


def plain(text: str) -> str:
    """Return text without accents and capitals. Compatibility forms become their usual letters."""
    folded = unicodedata.normalize("NFKD", text.translate(_PLAIN).casefold())
    kept = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return kept.translate(_PLAIN)


@lru_cache(maxsize=200_000)
def plain_word(word: str) -> str:
    """Return one word as `plain` does, letters that were stretched ("sooooo") cut to two."""
    return _STRETCHED.sub(r"\1\1", plain(word))


def tokens(text: str) -> list[str]:
    """Return the words of a text, plain, apostrophes and hyphens kept inside."""
    return [plain_word(match.group()) for match in _TOKEN.finditer(text.replace("’", "'"))]


def token_spans(text: str) -> list[tuple[str, Span]]:
    """Return the words of a text as they are written, each with where it begins and ends."""
    return [(match.group(), match.span()) for match in _TOKEN.finditer(text)]


def clauses(text: str) -> list[str]:
    """Return the parts of a text between marks of punctuation, empty ones left out."""
    return [part for part in (piece.strip() for piece in _CLAUSE.split(text)) if part]


@lru_cache(maxsize=200_000)
def forms(word: str) -> tuple[str, ...]:
    """Return a plain word, then what is left when particles written with it are taken off.

    French and Italian elision ("l'equipe"), Arabic conjunction, preposition and article, hyphens, doubled letters.
    """
    found = [word]
    bare = _ELIDED.sub("", word)
    if bare != word:
        found.append(bare)
    if word and "؀" <= word[0] <= "ۿ":
        for head in _ARABIC_HEADS:
            if word.startswith(head) and len(word) - len(head) >= 3:
                rest = word[len(head) :]
                found.append(rest)
                if head in ("و", "ف") and rest.startswith("ال") and len(rest) >= 5:
                    found.append(rest[2:])
    squeezed = re.sub(r"(\w)\1", r"\1", word) if _DOUBLED.search(word) else word
    if squeezed != word:
        found.append(squeezed)
    return tuple(dict.fromkeys(found))


_DOUBLED = re.compile(r"([^\Wslmnrtpfceod])\1|(\w)\2$")
