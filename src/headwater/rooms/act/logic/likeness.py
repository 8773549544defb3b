"""Whether two short texts may speak of the same matter: shared words, counted plainly; a person decides.

Words are lowered, freed of accents, and cut to their first letters, so that "coupling" meets "coupled". Frequent words
weigh less (inverse document frequency over the texts given). The measure is the weighted Jaccard index (1901).
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

STEM = 5
SHORTEST = 3
ALIKE = 0.22
"""From here on a pair is suggested. Suggested, never joined."""


def words_of(text: str) -> frozenset[str]:
    """Return the stems of a text."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    parts = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return frozenset(part[:STEM] for part in parts if len(part) >= SHORTEST)


def alike_pairs(texts: Mapping[str, str], *, most: int = 10) -> list[tuple[str, str, float]]:
    """Return pairs of keys whose texts are alike, the most alike first, each with its index of 0 to 1."""
    stems = {key: words_of(text) for key, text in texts.items()}
    weights = _weights(list(stems.values()))
    keys = sorted(stems)
    found = []
    for place, one in enumerate(keys):
        for other in keys[place + 1 :]:
            value = _index(stems[one], stems[other], weights)
            if value >= ALIKE:
                found.append((one, other, round(value, 3)))
    return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))[:most]


def _weights(every: Sequence[frozenset[str]]) -> dict[str, float]:
    counts = Counter(stem for stems in every for stem in stems)
    return {stem: math.log(1 + len(every) / count) for stem, count in counts.items()}


def _index(one: frozenset[str], other: frozenset[str], weights: Mapping[str, float]) -> float:
    whole = math.fsum(weights[stem] for stem in one | other)
    return math.fsum(weights[stem] for stem in one & other) / whole if whole else 0.0
