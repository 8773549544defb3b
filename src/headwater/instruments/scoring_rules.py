"""What a questionnaire says about scoring: what to sum, what counts as favourable, what must not be related."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from headwater.vocab import (
    Cut,
    InputError,
    Instrument,
    Item,
    MomentPlan,
    PlannedItem,
    PlannedScore,
    Problem,
    ResponseScale,
    Scale,
)

RATED_KINDS = ("scale", "recommend")
"""Kinds of items that are counted and averaged."""


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Codes from `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, code: object) -> bool:
        """Whether a code lies in the range."""
        return isinstance(code, int) and self.low <= code <= self.high


@dataclass(frozen=True, slots=True)
class ItemRule:
    """How one rated item is scored.

    low, high: the codes at rest. favourable, unfavourable: codes at rest that count as such; with `reverse` the
    favourable ones are the low ones. favourable_from, unfavourable_to: the same thresholds on scored values, where
    high is good: scored = low + high - code when reversed.
    """

    key: str
    low: int
    high: int
    reverse: bool
    favourable: CodeRange
    unfavourable: CodeRange
    favourable_from: int
    unfavourable_to: int
    instrument: str

    def scored(self, code: int) -> int:
        """Return the scored value of a code at rest. Raises ValueError when the code is not on the scale."""
        if not self.low <= code <= self.high:
            raise ValueError(f"{self.key} has codes {self.low} to {self.high}, not {code}")
        return self.low + self.high - code if self.reverse else code


class Overlap(StrEnum):
    """How two scales or items share answers. Anything but NONE makes a relation between them true by construction."""

    NONE = "none"
    SAME = "same"
    CONTAINS = "contains"
    """The first contains the second."""
    PART_OF = "part of"
    """The first is contained in the second."""
    SHARES_ITEMS = "shares items"


def moment_plan(
    instruments: Sequence[Instrument], cuts: Iterable[Cut | str] = (), *, crosses: bool = True
) -> MomentPlan:
    """Plan one pass over a study's answers: every rated item, and every scale as a score, in the order given.

    An item asked by two instruments in the same words is counted once. Raises InputError when one key stands for two
    different items or scales, or when nothing can be summed.
    """
    rules = item_rules(instruments)
    scales = _scales(instruments)
    if not rules:
        raise InputError("there is no item to score. Name at least one questionnaire with rated items.")
    return MomentPlan(
        items=tuple(PlannedItem(rule.key, rule.low, rule.high, rule.reverse) for rule in rules.values()),
        scores=tuple(PlannedScore(scale.key, scale.items, scale.min_answered) for scale in scales.values()),
        cuts=tuple(cut if isinstance(cut, str) else cut.key for cut in cuts),
        crosses=crosses,
    )


def item_rules(instruments: Sequence[Instrument]) -> dict[str, ItemRule]:
    """Return the scoring rule of every rated item, by key. Raises InputError when a key stands for two items."""
    found: dict[str, ItemRule] = {}
    asked: dict[str, Item] = {}
    problems = []
    for instrument in instruments:
        for item in instrument.items:
            first = asked.setdefault(item.key, item)
            if not _same_question(first, item):
                message = f"the item {item.key} is asked in different ways."
                problems.append(Problem(message, "Rename one of the two.", f"{instrument.key}@{instrument.version}"))
            if item.kind not in RATED_KINDS:
                continue
            rule = _rule(item, instrument.response_scales[item.response_scale], instrument)
            known = found.setdefault(item.key, rule)
            if (known.low, known.high, known.favourable_from, known.unfavourable_to) != (
                rule.low,
                rule.high,
                rule.favourable_from,
                rule.unfavourable_to,
            ):
                message = f"the item {item.key} is answered on different response scales."
                problems.append(Problem(message, "Rename one of the two.", f"{instrument.key}@{instrument.version}"))
    if problems:
        raise InputError(problems)
    return found


def item_rule(instrument: Instrument, key: str) -> ItemRule:
    """Return one item's scoring rule. Raises KeyError when there is no such item, ValueError when it is not rated."""
    item = instrument.item(key)
    if item.kind not in RATED_KINDS:
        raise ValueError(f"{key} is a {item.kind} item and has no score")
    return _rule(item, instrument.response_scales[item.response_scale], instrument)


def scale_range(instrument: Instrument, key: str) -> CodeRange:
    """Return the lowest and highest value a scale can take. Raises KeyError when there is no such scale."""
    answer = instrument.response_scales[instrument.item(instrument.scale(key).items[0]).response_scale]
    return CodeRange(answer.low, answer.high)


def scales_of(instruments: Sequence[Instrument], item: str) -> tuple[Scale, ...]:
    """Return the scales that contain an item, those that are no index first."""
    found = [scale for scale in _scales(instruments).values() if item in scale.items]
    return tuple(sorted(found, key=lambda scale: scale.role == "index"))


def related(a: str, b: str, instruments: Sequence[Instrument]) -> Overlap:
    """Say whether two scales or items, by key, share answers, so that relating them would prove nothing.

    Parts count to any depth. Raises KeyError when a key is neither a scale nor an item of the instruments.
    """
    scales = _scales(instruments)
    items = {item.key for instrument in instruments for item in instrument.items}
    if a == b:
        _answers_of(a, scales, items)
        return Overlap.SAME
    below_a, below_b = _parts_of(a, scales), _parts_of(b, scales)
    answers_a, answers_b = _answers_of(a, scales, items), _answers_of(b, scales, items)
    if a in below_b:
        return Overlap.PART_OF
    if b in below_a:
        return Overlap.CONTAINS
    if answers_a == answers_b:
        return Overlap.SAME
    if answers_a > answers_b:
        return Overlap.CONTAINS
    if answers_a < answers_b:
        return Overlap.PART_OF
    return Overlap.SHARES_ITEMS if answers_a & answers_b else Overlap.NONE


def _rule(item: Item, answer: ResponseScale, instrument: Instrument) -> ItemRule:
    low, high = answer.low, answer.high
    favourable = CodeRange(answer.favourable_from, high)
    unfavourable = CodeRange(low, answer.unfavourable_to)
    if item.reverse:
        favourable = CodeRange(low, low + high - answer.favourable_from)
        unfavourable = CodeRange(low + high - answer.unfavourable_to, high)
    return ItemRule(
        item.key,
        low,
        high,
        item.reverse,
        favourable,
        unfavourable,
        answer.favourable_from,
        answer.unfavourable_to,
        f"{instrument.key}@{instrument.version}",
    )


def _same_question(a: Item, b: Item) -> bool:
    """Whether two items are one question: kind, direction, and words in every language both have."""
    shared = set(a.text) & set(b.text)
    return (
        a.kind == b.kind
        and a.reverse == b.reverse
        and bool(shared)
        and all(a.text[language] == b.text[language] for language in shared)
        and [choice.key for choice in a.choices] == [choice.key for choice in b.choices]
    )


def _scales(instruments: Sequence[Instrument]) -> dict[str, Scale]:
    found: dict[str, Scale] = {}
    problems = []
    for instrument in instruments:
        for scale in instrument.scales:
            first = found.setdefault(scale.key, scale)
            if (first.items, first.min_answered, first.parts) != (scale.items, scale.min_answered, scale.parts):
                message = f"the scale {scale.key} is made of different items."
                problems.append(Problem(message, "Rename one of the two.", f"{instrument.key}@{instrument.version}"))
    if problems:
        raise InputError(problems)
    return found


def _parts_of(key: str, scales: Mapping[str, Scale]) -> set[str]:
    found: set[str] = set()
    waiting = list(scales[key].parts) if key in scales else []
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting.extend(scales[part].parts if part in scales else ())
    return found


def _answers_of(key: str, scales: Mapping[str, Scale], items: set[str]) -> frozenset[str]:
    if key in scales:
        below = [scales[part].items for part in _parts_of(key, scales) if part in scales]
        return frozenset(scales[key].items).union(*below)
    if key in items:
        return frozenset((key,))
    raise KeyError(f"there is no scale or item {key!r}")
