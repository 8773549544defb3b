"""Whether the answers of a rating run from unfavourable to favourable, judged by the words at its ends."""

from __future__ import annotations

from collections.abc import Sequence

_LOW = (
    "disagree", "dissatisf", "unsatisf", "never", "poor", "bad", "worst", "not at all", "unlikely", "difficult", "hard",
    "unhappy", "desacuerdo", "insatisf", "nunca", "mala", "malo", "dificil", "difícil", "jamais", "pas du tout",
    "pas d'accord", "mauvais", "unzufrieden", "stimme nicht", "nicht zu", "schlecht", "niemals", "discordo", "لا أوافق",
)  # fmt: skip
_HIGH = (
    "agree", "satisf", "always", "excellent", "good", "best", "extremely", "likely", "easy", "happy", "acuerdo",
    "siempre", "excelente", "buena", "bueno", "facil", "fácil", "toujours", "d'accord", "bon", "zufrieden",
    "stimme", "gut", "immer", "concordo", "أوافق",
)  # fmt: skip


def direction(labels: Sequence[str]) -> int:
    """Return 1 when labels run from unfavourable to favourable, -1 the other way, 0 when the words do not tell."""
    if len(labels) < 2:
        return 0
    first, last = _pole(labels[0]), _pole(labels[-1])
    return 1 if first < 0 < last else -1 if last < 0 < first else 0


def _pole(label: str) -> int:
    folded = label.casefold().replace("’", "'")
    if any(word in folded for word in _LOW):
        return -1
    return 1 if any(word in folded for word in _HIGH) else 0
