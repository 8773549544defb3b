"""Which language a comment is in by its letters: groups of 2 to 4 letters and whole words, counted in examples.

A naive Bayes model (Cavnar and Trenkle 1994 for the groups) over the eight shipped languages, fitted by
`benchmarks/train_comments.py`. Groups share places by hashing (Weinberger and others 2009).
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np

from headwater.text.learned import FloatArray, weights
from headwater.text.words import SHIPPED, tokens

PLACES = 4_096
SIZES = (2, 3, 4)
LEAST_LIKELY = -7.6
"""Mean log chance of a group, below which a text is in none of the shipped languages."""


@lru_cache(maxsize=200_000)
def letter_groups(word: str) -> tuple[int, ...]:
    """Return the places of the groups of letters of a plain word, and of the word itself."""
    edged = f"<{word}>"
    groups = [edged, *(edged[at : at + size] for size in SIZES for at in range(len(edged) - size + 1))]
    return tuple(zlib.crc32(group.encode()) % PLACES for group in groups)


def tell_by_letters(text: str) -> tuple[str, float]:
    """Return the likeliest shipped language and its chance; ("", 0.0) where the letters are of none of them."""
    places = [place for word in tokens(text) for place in letter_groups(word)]
    if not places:
        return "", 0.0
    logs: FloatArray = weights()["letters"][:, places].sum(axis=1)
    best = int(logs.argmax())
    if logs[best] / len(places) < LEAST_LIKELY:
        return "", 0.0
    return SHIPPED[best], float(1 / np.exp(logs - logs[best]).sum())
