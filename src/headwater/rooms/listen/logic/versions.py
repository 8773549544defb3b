"""Two versions of a questionnaire side by side: every question, word by word, and what becomes of the trends."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from headwater.instruments import comparable_items, comparable_scales, diff
from headwater.vocab import Instrument, Item, say

Fate = Literal["same", "reworded", "restarted", "dropped", "added"]
Part = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Run:
    """Words of one text in a row: in both versions, only before, or only after."""

    part: Part
    words: str


@dataclass(frozen=True)
class ItemPair:
    """A question in two versions; `before` or `after` is None where it is not asked. reason: why its trend ends."""

    fate: Fate
    before: Item | None
    after: Item | None
    left: tuple[Run, ...]
    right: tuple[Run, ...]
    reason: str = ""

    @property
    def keeps_trend(self) -> bool:
        """Whether results before and after may be compared."""
        return self.fate in ("same", "reworded")


@dataclass(frozen=True)
class ScalePair:
    """A scale in two versions. trend: "whole", "part" (on the shared items alone), "none", "added" or "dropped"."""

    key: str
    name_before: str
    name_after: str
    trend: Literal["whole", "part", "none", "added", "dropped"]
    shared: tuple[str, ...]
    most: int

    @property
    def is_renamed(self) -> bool:
        """Whether the name changed."""
        return bool(self.name_before and self.name_after) and self.name_before != self.name_after


@dataclass(frozen=True)
class Comparison:
    """All that changed from one version to another, in one language."""

    items: tuple[ItemPair, ...]
    scales: tuple[ScalePair, ...]
    languages_added: tuple[str, ...]
    languages_gone: tuple[str, ...]
    is_reordered: bool
    is_retitled: bool

    @property
    def changed(self) -> tuple[ItemPair, ...]:
        """The questions that are not the same."""
        return tuple(pair for pair in self.items if pair.fate != "same")

    @property
    def before_count(self) -> int:
        """How many questions the first version asks."""
        return sum(pair.before is not None for pair in self.items)

    @property
    def kept(self) -> int:
        """How many of them keep their trend."""
        return sum(pair.keeps_trend for pair in self.items)

    def count(self, fate: str) -> int:
        """How many questions met a fate."""
        return sum(pair.fate == fate for pair in self.items)


def compare(a: Instrument, b: Instrument, language: str) -> Comparison:
    """Compare two versions. Words are in the language where there are some, else in what there is."""
    changes = diff(a, b)
    return Comparison(
        items=_items(a, b, language),
        scales=_scales(a, b, language),
        languages_added=tuple(one.subject for one in changes if one.kind == "language" and one.detail == "added"),
        languages_gone=tuple(one.subject for one in changes if one.kind == "language" and one.detail != "added"),
        is_reordered=any(one.kind == "moved" for one in changes),
        is_retitled=any(one.kind == "head" for one in changes),
    )


def word_runs(before: str, after: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Compare two texts word by word: the runs of the first and those of the second."""
    old, new = _words(before), _words(after)
    left: list[Run] = []
    right: list[Run] = []
    for kind, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = kind == "equal"
        if a1 > a0:
            left.append(Run("same" if same else "gone", "".join(old[a0:a1])))
        if b1 > b0:
            right.append(Run("same" if same else "new", "".join(new[b0:b1])))
    return tuple(left), tuple(right)


def _items(a: Instrument, b: Instrument, language: str) -> tuple[ItemPair, ...]:
    """Questions in the order of the second version, dropped ones where they stood; a new key stands beside its old."""
    common = comparable_items(a, b)
    reasons = {one.subject: one.detail for one in diff(a, b) if one.kind == "restarted"}
    before = {item.key: item for item in a.items}
    after = {item.key: item for item in b.items}
    origins = _origins(before, after)
    followed = set(origins.values())
    pairs = []
    for key in _merged([item.key for item in a.items], [item.key for item in b.items]):
        old, new = before.get(key), after.get(key)
        if new is None:
            if key not in followed:
                pairs.append(_pair("dropped", old, None, language))
        elif old is None and key in origins:
            pairs.append(_pair("restarted", before[origins[key]], new, language, _reason(new.changed)))
        elif old is None:
            pairs.append(_pair("added", None, new, language))
        elif key in common:
            pairs.append(_pair(common[key], old, new, language))
        else:
            pairs.append(_pair("restarted", old, new, language, reasons.get(key, "")))
    return tuple(pairs)


def _origins(before: Mapping[str, Item], after: Mapping[str, Item]) -> dict[str, str]:
    """By new key, the dropped question it goes on from with a new meaning; only where that is beyond doubt."""
    gone = [key for key in before if key not in after]
    new = [key for key, item in after.items() if key not in before and item.changed]
    found: dict[str, str] = {}
    for tail in (r"_v\d+$", r"_\d+$"):
        for key in new:
            stem = re.sub(tail, "", key)
            old = [one for one in gone if re.sub(tail, "", one) == stem and one not in found.values()]
            rivals = [one for one in new if re.sub(tail, "", one) == stem and one not in found]
            if key not in found and len(old) == 1 and len(rivals) == 1:
                found[key] = old[0]
    return found


def _pair(fate: Fate, old: Item | None, new: Item | None, language: str, reason: str = "") -> ItemPair:
    left, right = word_runs(_text(old, language), _text(new, language))
    if fate == "same" and left != right:
        left = right
    return ItemPair(fate, old, new, left, right, reason)


def _text(item: Item | None, language: str) -> str:
    return "" if item is None else say(item.text, language)


def _reason(changed: str) -> str:
    """The reason without the version that `fork` puts before it."""
    head, colon, rest = changed.partition(": ")
    return rest if colon and "@" in head else changed


def _scales(a: Instrument, b: Instrument, language: str) -> tuple[ScalePair, ...]:
    trends = comparable_scales(a, b)
    before = {scale.key: scale for scale in a.scales}
    after = {scale.key: scale for scale in b.scales}
    pairs = []
    for key in _merged([scale.key for scale in a.scales], [scale.key for scale in b.scales]):
        old, new = before.get(key), after.get(key)
        trend = trends.get(key)
        pairs.append(
            ScalePair(
                key=key,
                name_before="" if old is None else say(old.name, language),
                name_after="" if new is None else say(new.name, language),
                trend=(
                    "added"
                    if old is None
                    else "dropped"
                    if new is None
                    else "none"
                    if trend is None
                    else "whole"
                    if trend.whole
                    else "part"
                ),
                shared=() if trend is None else trend.items,
                most=max(len(scale.items) for scale in (old, new) if scale is not None),
            )
        )
    return tuple(pairs)


def _merged(a: Sequence[str], b: Sequence[str]) -> list[str]:
    """Both lists in one: the order of the second, and what only the first has behind what stood before it there."""
    merged = list(b)
    for number, key in enumerate(a):
        if key in merged:
            continue
        ahead = next((one for one in reversed(a[:number]) if one in merged), None)
        merged.insert(0 if ahead is None else merged.index(ahead) + 1, key)
    return merged


def _words(text: str) -> list[str]:
    """Words with the blanks behind them, and marks on their own."""
    return re.findall(r"\w+[^\S\n]*|[^\w\s][^\S\n]*|\s+", text)
