"""Comments that are kept back even when masked: they could still tell who wrote them."""

from __future__ import annotations

import re

from headwater.text.masking import Masked
from headwater.text.names import masking_words
from headwater.text.words import tokens

LONGEST = 1_200
"""Letters; longer comments tell whole stories."""
MOST_MASKS = 4
MOST_SHARE = 0.4
"""Masked places for each word left."""

_TELLING = tuple(phrase.replace("_", " ") for phrase in masking_words()["telling"])
"""Words with which people point at themselves, at their health or their family."""

_SPACES = re.compile(r"\s+")


def could_tell(original: str, masked: Masked) -> bool:
    """Whether a masked comment could still name its writer: much masked, very long, or it points at the writer."""
    words = max(len(tokens(masked.words)) - masked.hits, 1)
    if len(original) > LONGEST or masked.hits >= MOST_MASKS or (masked.hits >= 2 and masked.hits / words > MOST_SHARE):
        return True
    said = f" {_SPACES.sub(' ', ' '.join(tokens(original)))} "
    return any(f" {phrase} " in said for phrase in _TELLING)


def rare_words(words: set[str], count_of: dict[str, int]) -> float:
    """Return the share of longer words of a comment that no other comment has. count_of: comments by word."""
    longer = [word for word in words if len(word) >= 5]
    if len(longer) < 8:
        return 0.0
    return sum(count_of.get(word, 0) <= 1 for word in longer) / len(longer)
