"""What two versions or forks of a questionnaire have in common: which trends go on, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headwater.vocab import Instrument, Item, ResponseScale, Scale

ItemTrend = Literal["same", "reworded"]
ChangeKind = Literal["added", "dropped", "reworded", "restarted", "renamed", "recomposed", "moved", "language", "head"]


@dataclass(frozen=True, slots=True)
class ScaleTrend:
    """What trend a scale keeps. `items` are those both versions share in meaning, in the order of the first.

    whole: the scale is the same set of items scored alike, and its score is comparable as it stands. Otherwise the
    trend is the mean of `items` alone, computed anew on both sides. note: this in words, empty when whole.
    """

    key: str
    items: tuple[str, ...]
    whole: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions. keeps_trend: whether results before and after may be compared."""

    kind: ChangeKind
    subject: str
    detail: str
    keeps_trend: bool


def comparable_items(a: Instrument, b: Instrument) -> dict[str, ItemTrend]:
    """Return the items whose results may be compared between two versions, by key: in the same words, or reworded
    with the same meaning.

    An item is comparable when both have its key, kind, direction, answers and labels, when neither says that its
    meaning changed since, and when they share a language. Which wordings mean the same is for people to say: a key
    stands for one meaning.
    """
    others = {item.key: item for item in b.items}
    found: dict[str, ItemTrend] = {}
    for item in a.items:
        other = others.get(item.key)
        if other is not None and not _why_broken(item, other, a, b):
            found[item.key] = "same" if _same_words(item, other) else "reworded"
    return found


def comparable_scales(a: Instrument, b: Instrument) -> dict[str, ScaleTrend]:
    """Return what trend each scale keeps that both versions have and that share at least one comparable item."""
    common = comparable_items(a, b)
    others = {scale.key: scale for scale in b.scales}
    found = {}
    for scale in a.scales:
        other = others.get(scale.key)
        if other is None:
            continue
        shared = tuple(item for item in scale.items if item in common and item in other.items)
        if shared:
            found[scale.key] = _scale_trend(scale, other, shared)
    return found


def diff(a: Instrument, b: Instrument) -> tuple[Change, ...]:
    """List what changed from a to b: languages, items, scales, and whether trends go on."""
    return (*_head_changes(a, b), *_item_changes(a, b), *_scale_changes(a, b))


def _scale_trend(scale: Scale, other: Scale, shared: tuple[str, ...]) -> ScaleTrend:
    if set(scale.items) == set(other.items) == set(shared):
        if scale.min_answered == other.min_answered:
            return ScaleTrend(scale.key, shared, True)
        note = f"The items are the same, but {scale.min_answered} had to be answered, now {other.min_answered}."
        return ScaleTrend(scale.key, shared, False, note)
    most = max(len(scale.items), len(other.items))
    return ScaleTrend(scale.key, shared, False, f"Trend on {len(shared)} of {most} items: {', '.join(shared)}.")


def _why_broken(item: Item, other: Item, a: Instrument, b: Instrument) -> str:
    """Say why two items of one key cannot be compared; empty when they can."""
    if item.changed != other.changed:
        return f"its meaning changed: {other.changed or item.changed}"
    if item.kind != other.kind:
        return f"it was a {item.kind} item and is a {other.kind} item"
    if item.reverse != other.reverse:
        return "its direction changed"
    if not set(item.text) & set(other.text):
        return "the versions share no language"
    if item.sets != other.sets or [choice.key for choice in item.choices] != [choice.key for choice in other.choices]:
        return "its choices changed"
    before, after = a.response_scales.get(item.response_scale), b.response_scales.get(other.response_scale)
    if (before is None) != (after is None):
        return "its answers changed"
    if before is not None and after is not None and not _same_answers(before, after):
        return "its answers changed"
    return ""


def _same_answers(before: ResponseScale, after: ResponseScale) -> bool:
    shared = set(before.labels) & set(after.labels)
    return (before.low, before.high, before.favourable_from, before.unfavourable_to) == (
        after.low,
        after.high,
        after.favourable_from,
        after.unfavourable_to,
    ) and all(before.labels[language] == after.labels[language] for language in shared)


def _same_words(item: Item, other: Item) -> bool:
    shared = set(item.text) & set(other.text)
    return all(item.text[language] == other.text[language] for language in shared)


def _head_changes(a: Instrument, b: Instrument) -> list[Change]:
    gone = [code for code in a.languages if code not in b.languages]
    new = [code for code in b.languages if code not in a.languages]
    changes = [Change("language", code, "no longer offered", True) for code in gone]
    changes += [Change("language", code, "added", True) for code in new]
    for field, before, after in (("title", a.title, b.title), ("purpose", a.purpose, b.purpose)):
        if any(before[code] != after[code] for code in before if code in after):
            changes.append(Change("head", field, "new words", True))
    return changes


def _item_changes(a: Instrument, b: Instrument) -> list[Change]:
    before = {item.key: item for item in a.items}
    after = {item.key: item for item in b.items}
    changes = [Change("dropped", key, "no longer asked", False) for key in before if key not in after]
    for key, item in after.items():
        if key not in before:
            changes.append(Change("added", key, item.changed or "new", False))
            continue
        reason = _why_broken(before[key], item, a, b)
        if reason:
            changes.append(Change("restarted", key, reason, False))
        elif not _same_words(before[key], item):
            changes.append(Change("reworded", key, "new words, same meaning", True))
    common_before = [key for key in before if key in after]
    common_after = [key for key in after if key in before]
    if common_before != common_after:
        changes.append(Change("moved", "items", "asked in another order", True))
    return changes


def _scale_changes(a: Instrument, b: Instrument) -> list[Change]:
    before = {scale.key: scale for scale in a.scales}
    after = {scale.key: scale for scale in b.scales}
    trends = comparable_scales(a, b)
    changes = [Change("dropped", key, "no longer scored", False) for key in before if key not in after]
    for key, scale in after.items():
        if key not in before:
            changes.append(Change("added", key, "new scale", False))
            continue
        old = before[key]
        if any(old.name[code] != scale.name[code] for code in old.name if code in scale.name):
            changes.append(Change("renamed", key, "new name", True))
        trend = trends.get(key)
        if trend is None:
            changes.append(Change("recomposed", key, "no item in common", False))
        elif not trend.whole:
            changes.append(Change("recomposed", key, trend.note, False))
    return changes
