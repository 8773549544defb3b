"""What single words say: a table of words, each with what it adds to every tone and theme.

Words are the ordinary ones of `names.common_words` in Latin and Arabic letters; names of people are not among them, and
words for groups of people add nothing to tones: naming somebody makes no comment sound good or bad. The table is
distilled (`benchmarks/train_comments.py`): each word is a vector of the Universal Sentence Encoder, models on weighted
sums of these vectors are fitted to labelled comments, and what every word adds to them is written down in 8 bits.
Frequent words weigh less (smooth inverse frequency, Arora and others 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from headwater.text.lexicons import DATA
from headwater.text.words import forms, tokens

FloatArray = NDArray[np.float64]

TABLE = DATA / "words.npz"
LEAST_HEAD = 5
"""Letters of a word's beginning that may stand for the word where it is not in the table itself."""
HEAD_SHARE = 0.6
MOST_KNOWN = 300_000


@dataclass(frozen=True)
class WordTable:
    """places: the row of each word. adds: float32[V, H], weighted. squares: float64[V], the weight squared."""

    places: dict[str, int]
    adds: NDArray[np.float32]
    squares: FloatArray


@cache
def word_table() -> WordTable:
    """Return the shipped table."""
    with np.load(TABLE, allow_pickle=False) as file:
        words = bytes(file["words"]).decode("utf-8").split("\n")
        weight = file["weight"].astype(np.float64) / 255
        adds = file["adds"].astype(np.float32) * file["scale"]
    return WordTable({word: place for place, word in enumerate(words)}, adds, weight**2)


def sum_words(texts: Sequence[str]) -> FloatArray:
    """Return float64[N, H]: what the words of each text add to each tone and theme; zeros where no word is known."""
    table = word_table()
    found = np.zeros((len(texts), table.adds.shape[1]))
    for row, text in enumerate(texts):
        places = [place for word in tokens(text) for place in _places(word)]
        if places:
            found[row] = table.adds[places].sum(axis=0) / np.sqrt(table.squares[places].sum() + 1)
    return found


_known: dict[str, tuple[int, ...]] = {}


def _places(word: str) -> tuple[int, ...]:
    """The rows of a plain word and of what an apostrophe or a hyphen joins to it."""
    if word not in _known:
        if len(_known) > MOST_KNOWN:
            _known.clear()
        _known[word] = places_in(word_table().places, word)
    return _known[word]


def places_in(places: dict[str, int], word: str) -> tuple[int, ...]:
    """Return the rows of a plain word in a table: its parts, each by itself, without particles, or by its beginning."""
    parts = word.replace("'", "-").split("-")
    return tuple(place for part in parts if (place := _place(places, part)) is not None)


def _place(places: dict[str, int], word: str) -> int | None:
    for form in forms(word):
        if form in places:
            return places[form]
    least = max(LEAST_HEAD, int(HEAD_SHARE * len(word)))
    return next((places[word[:size]] for size in range(len(word) - 1, least - 1, -1) if word[:size] in places), None)
