"""Finds the same question in two years by its words, since question numbers change."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from headwater.vocab import ItemDistribution


@dataclass(frozen=True, slots=True)
class TextMatch:
    """One question asked in both periods, in the same words and with the same answers."""

    a: ItemDistribution
    b: ItemDistribution


@dataclass(frozen=True, slots=True)
class NearMatch:
    """Two questions that look alike but are not trended: `why` says what differs. similarity: 0 to 1."""

    a: ItemDistribution
    b: ItemDistribution
    similarity: float
    why: str


@dataclass(frozen=True, slots=True)
class TextMatches:
    """What two periods share. only_a, only_b: items without a match, those in `near` included."""

    pairs: tuple[TextMatch, ...]
    near: tuple[NearMatch, ...]
    only_a: tuple[ItemDistribution, ...]
    only_b: tuple[ItemDistribution, ...]


def normalise_text(text: str) -> str:
    """Reduce a question to its words: without case, accents of typesetting, punctuation and line breaks."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'").replace("'", "")
    return " ".join(re.findall(r"\w+", text))


def match_by_text(
    a: Sequence[ItemDistribution], b: Sequence[ItemDistribution], *, similar: float = 0.85
) -> TextMatches:
    """Match the items of two periods by their words.

    A pair needs the same words after `normalise_text` and the same answers in the same order. Where several items of
    one period share their words, the answers decide; when those are equal too, none is matched. Questions at least
    `similar` alike (difflib ratio) but reworded are listed in `near`, never trended.
    """
    by_words: dict[str, list[ItemDistribution]] = defaultdict(list)
    for item in b:
        by_words[normalise_text(item.text)].append(item)
    mine: dict[tuple[str, tuple[str, ...]], int] = defaultdict(int)
    for item in a:
        mine[normalise_text(item.text), item.categories] += 1
    pairs: list[TextMatch] = []
    near: list[NearMatch] = []
    left_a: list[ItemDistribution] = []
    taken: set[int] = set()
    for item in a:
        words = normalise_text(item.text)
        same_words = by_words.get(words, [])
        same = [other for other in same_words if other.categories == item.categories]
        if len(same) == 1 and mine[words, item.categories] == 1:
            pairs.append(TextMatch(item, same[0]))
            taken.add(id(same[0]))
            continue
        left_a.append(item)
        if same:
            near.extend(NearMatch(item, other, 1.0, "several items have these words and answers") for other in same)
        else:
            near.extend(NearMatch(item, other, 1.0, "the answers to choose from differ") for other in same_words)
    left_b = [item for item in b if id(item) not in taken]
    near.extend(_reworded(left_a, left_b, similar))
    return TextMatches(tuple(pairs), tuple(near), tuple(left_a), tuple(left_b))


def _reworded(
    left_a: Sequence[ItemDistribution], left_b: Sequence[ItemDistribution], similar: float
) -> list[NearMatch]:
    words_b = [(normalise_text(item.text), item) for item in left_b]
    found = []
    for item in left_a:
        words = normalise_text(item.text)
        best: NearMatch | None = None
        matcher = difflib.SequenceMatcher(autojunk=False, b=words)
        for other_words, other in words_b:
            if other_words == words:
                continue
            matcher.set_seq1(other_words)
            if matcher.real_quick_ratio() < similar or matcher.quick_ratio() < similar:
                continue
            ratio = matcher.ratio()
            if ratio >= similar and (best is None or ratio > best.similarity):
                best = NearMatch(item, other, ratio, "the words differ")
        if best is not None:
            found.append(best)
    return found
