"""Themes that a book does not have yet: words that many comments without a theme share.

Words are weighed by how much more often they stand in comments without a theme (log ratio with a prior, after Monroe
and others 2008); the strongest gathers the comments that have it, and the words that come with it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from headwater.text.lexicons import lexicon
from headwater.text.names import people_list, place_list
from headwater.text.words import SHIPPED

MOST = 8
WORDS_A_THEME = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A theme to suggest. words: what its comments share, the strongest first. comments: their places."""

    words: tuple[str, ...]
    language: str
    comments: tuple[int, ...]


def discover_themes(
    words: Sequence[Sequence[str]], languages: Sequence[str], has_theme: Sequence[bool], *, least: int
) -> list[Found]:
    """Suggest themes, each of at least `least` comments without one, the largest first; at most 8.

    words: the plain words of each comment, masked. languages: of each comment.
    """
    found: list[Found] = []
    for code in sorted(set(languages)):
        here = [place for place, language in enumerate(languages) if language == code]
        without = [place for place in here if not has_theme[place]]
        if len(without) < least:
            continue
        stop = _stop_words(code)
        sets = {place: {word for word in words[place] if len(word) >= 4 and word not in stop} for place in here}
        outside = Counter(word for place in without for word in sets[place])
        all_over = Counter(word for place in here for word in sets[place])
        left = set(without)
        while len(found) < MOST * 2:
            counts = Counter(word for place in left for word in sets[place])
            ranked = sorted(
                ((_strength(outside[word], len(without), all_over[word], len(here)) * math.sqrt(count), word)
                 for word, count in counts.items() if count >= least),
                reverse=True,
            )  # fmt: skip
            if not ranked or ranked[0][0] <= 0:
                break
            first = ranked[0][1]
            members = sorted(place for place in left if first in sets[place])
            beside = Counter(word for place in members for word in sets[place] if word != first)
            others = [word for word, count in beside.most_common(20) if count >= max(least, 0.4 * len(members))]
            found.append(Found((first, *others[: WORDS_A_THEME - 1]), code, tuple(members)))
            left -= set(members)
    return sorted(found, key=lambda one: -len(one.comments))[:MOST]


def _strength(inside: int, size: int, overall: int, whole: int) -> float:
    prior = 1.0
    return math.log((inside + prior) / (size + 2 * prior)) - math.log((overall + prior) / (whole + 2 * prior)) + 0.2


def _stop_words(code: str) -> frozenset[str]:
    if code not in SHIPPED:
        return people_list().sure | place_list().sure
    shelf = lexicon(code)
    small = set(shelf.function)
    for matcher in (shelf.weights, shelf.boosters, shelf.negators, shelf.wish, shelf.dampeners, shelf.contrast):
        small |= set(matcher.words)
    return frozenset(small) | people_list().sure | place_list().sure
