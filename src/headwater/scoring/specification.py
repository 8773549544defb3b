"""What is to be scored: items, scales, and the columns a ScoreBook gets from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from headwater.instruments import ItemRule, item_rules, moment_plan
from headwater.measures import DEFAULT_ITEM_MEASURES, ITEM_MEASURES, MEASURES
from headwater.vocab import (
    Column,
    InputError,
    Instrument,
    Lens,
    MomentPlan,
    PlannedItem,
    PlannedScore,
    Scale,
    Texts,
)


@dataclass(frozen=True)
class RatedItem:
    """An item with codes: what the moments need, and how it is called.

    favourable_from, unfavourable_to: thresholds on scored values, where high is good; a reversed item is scored
    low + high - code, as `headwater.instruments` does.
    """

    key: str
    label: Texts
    lens: Lens
    low: int
    high: int
    reverse: bool = False
    favourable_from: int = 4
    unfavourable_to: int = 2
    measures: tuple[str, ...] = DEFAULT_ITEM_MEASURES
    scale: str = ""


@dataclass(frozen=True)
class RatedScale:
    """A scale of items, or a score that came ready-made (`items` empty), between `low` and `high`."""

    key: str
    label: Texts
    lens: Lens
    role: str
    items: tuple[str, ...]
    low: float
    high: float
    min_answered: int = 1
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Specification:
    """Items and scales of a wave, and what follows from them."""

    items: tuple[RatedItem, ...]
    scales: tuple[RatedScale, ...]
    titles: tuple[str, ...] = field(default=())
    scale_measure: str = "score"
    """Measure of a scale's mean: `score`, or `service` where units rate the units that serve them."""

    @cached_property
    def item_position(self) -> dict[str, int]:
        """Position by item key."""
        return {item.key: number for number, item in enumerate(self.items)}

    @cached_property
    def scale_of(self) -> dict[str, RatedScale]:
        """Scale by key."""
        return {scale.key: scale for scale in self.scales}

    @cached_property
    def scale_position(self) -> dict[str, int]:
        """Position by scale key: the column of its sums."""
        return {scale.key: number for number, scale in enumerate(self.scales)}

    def parts_of(self, column: Column) -> tuple[tuple[str, str], ...]:
        """Return the (measure, item) columns a scale's column is made of; none for items and ready-made scores."""
        scale = None if column.role == "item" else self.scale_of[column.subject]
        if scale is None or not scale.items:
            return ()
        measure = "favourable" if column.measure == "score_favourable" else "mean"
        return tuple((measure, key) for key in scale.items)

    def plan(self, cuts: Sequence[str] = (), *, crosses: bool = True) -> MomentPlan:
        """Return the plan of the one pass over the answers."""
        return MomentPlan(
            items=tuple(PlannedItem(item.key, item.low, item.high, item.reverse) for item in self.items),
            scores=tuple(PlannedScore(scale.key, scale.items, scale.min_answered) for scale in self.scales),
            cuts=tuple(cuts),
            crosses=crosses,
        )

    def has_favourable(self, scale: RatedScale) -> bool:
        """Whether percent favourable means something for a scale: all its items have it."""
        return bool(scale.items) and all(
            "favourable" in self.items[self.item_position[key]].measures for key in scale.items
        )

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the ScoreBook: scales first, then items."""
        found: list[Column] = []
        for scale in self.scales:
            mean = self.scale_measure
            keys = (mean, "score_favourable") if self.has_favourable(scale) else (mean,)
            for key in keys:
                low, high = MEASURES[key].ends(scale.low, scale.high)
                found.append(
                    Column(
                        measure=key,
                        subject=scale.key,
                        lens=scale.lens,
                        label=scale.label,
                        low=low,
                        high=high,
                        unit=MEASURES[key].unit,
                        minimum_effect=MEASURES[key].minimum_effect(scale.low, scale.high),
                        role=scale.role,
                    )
                )
        for item in self.items:
            for key in item.measures:
                low, high = MEASURES[key].ends(item.low, item.high)
                found.append(
                    Column(
                        measure=key,
                        subject=item.key,
                        lens=item.lens,
                        label=item.label,
                        low=low,
                        high=high,
                        unit=MEASURES[key].unit,
                        minimum_effect=MEASURES[key].minimum_effect(item.low, item.high),
                        role="item",
                        scale=item.scale,
                    )
                )
        return tuple(found)

    def all_parts(self, key: str) -> tuple[str, ...]:
        """Return every scale that an index contains, to any depth, sorted. Raises KeyError for an unknown scale."""
        known = self.scale_of
        found: set[str] = set()
        waiting = list(known[key].parts)
        while waiting:
            part = waiting.pop()
            if part not in found:
                found.add(part)
                waiting.extend(known[part].parts if part in known else ())
        return tuple(sorted(found))

    def all_items(self, key: str) -> tuple[str, ...]:
        """Return the items a scale and its parts are made of, in the order of the study. Raises KeyError as above."""
        known = self.scale_of
        held = {item for part in (key, *self.all_parts(key)) if part in known for item in known[part].items}
        return tuple(item.key for item in self.items if item.key in held)


def specify(instruments: Sequence[Instrument]) -> Specification:
    """Make the specification of a study from its questionnaires.

    An item or scale that two questionnaires carry in the same words is counted once. Raises InputError when one key
    stands for two items or scales, when a scale mixes response scales, or when nothing can be scored.
    """
    moment_plan(instruments)  # Refuses keys that stand for two things.
    rules = item_rules(instruments)
    items: dict[str, RatedItem] = {}
    scales: dict[str, RatedScale] = {}
    for instrument in instruments:
        # An item's home is the first scale that holds it, an index only when no other does.
        nearest = sorted(instrument.scales, key=lambda scale: scale.role == "index")
        home = {key: scale.key for scale in reversed(nearest) for key in scale.items}
        lens_of = {key: scale.lens for scale in instrument.scales for key in scale.items}
        for item in instrument.items:
            if item.key in rules:
                rule, answer = rules[item.key], instrument.response_scales[item.response_scale].key
                lens = lens_of.get(item.key, instrument.lens)
                items.setdefault(item.key, _rated_item(rule, item.text, lens, answer, home.get(item.key, "")))
        for scale in instrument.scales:
            if scale.items and set(scale.items) <= set(items):
                scales.setdefault(scale.key, _rated_scale(scale, items))
    return Specification(
        tuple(items.values()), tuple(scales.values()), tuple(instrument.key for instrument in instruments)
    )


def _rated_item(rule: ItemRule, text: Texts, lens: Lens, answer: str, scale: str) -> RatedItem:
    return RatedItem(
        key=rule.key,
        label=text,
        lens=lens,
        low=rule.low,
        high=rule.high,
        reverse=rule.reverse,
        favourable_from=rule.favourable_from,
        unfavourable_to=rule.unfavourable_to,
        measures=ITEM_MEASURES.get(answer, DEFAULT_ITEM_MEASURES),
        scale=scale,
    )


def _rated_scale(scale: Scale, rated: dict[str, RatedItem]) -> RatedScale:
    lows, highs = {rated[key].low for key in scale.items}, {rated[key].high for key in scale.items}
    if len(lows) > 1 or len(highs) > 1:
        raise InputError(
            f"scale {scale.key!r} mixes items of different response scales; a mean of them has no meaning. Split it."
        )
    return RatedScale(
        key=scale.key,
        label=scale.name,
        lens=scale.lens,
        role=scale.role,
        items=scale.items,
        low=float(lows.pop()),
        high=float(highs.pop()),
        min_answered=scale.min_answered,
        parts=scale.parts,
    )
