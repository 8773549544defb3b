"""What is to be scored: items, scales, and the columns a ScoreBook gets from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from headwater.measures import DEFAULT_ITEM_MEASURES, ITEM_MEASURES, MEASURES
from headwater.vocab import (
    Column,
    InputError,
    Instrument,
    Item,
    Lens,
    MomentPlan,
    PlannedItem,
    PlannedScore,
    RefusedError,
    ResponseScale,
    Scale,
    Texts,
)

RATED_KINDS = ("scale", "recommend")


@dataclass(frozen=True)
class RatedItem:
    """An item with codes: what the moments need, and how it is called."""

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

    @property
    def direction_favourable(self) -> int:
        """The lowest favourable code once a reversed item is turned round."""
        return self.low + self.high - self.unfavourable_to if self.reverse else self.favourable_from

    @property
    def direction_unfavourable(self) -> int:
        """The highest unfavourable code once a reversed item is turned round."""
        return self.low + self.high - self.favourable_from if self.reverse else self.unfavourable_to


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
        measure = "mean" if column.measure == "score" else "favourable"
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
            keys = ("score", "score_favourable") if self.has_favourable(scale) else ("score",)
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

    def related(self, first: str, second: str) -> bool:
        """Whether two scales share an item or one contains the other: relating them would relate a thing to itself."""
        a, b = self._scale(first), self._scale(second)
        if first == second or set(a.items) & set(b.items):
            return True
        return second in self._all_parts(a) or first in self._all_parts(b)

    def refuse_composite(self, first: str, second: str) -> None:
        """Raise RefusedError when two scales are related by construction."""
        if self.related(first, second):
            raise RefusedError(
                f"{first!r} and {second!r} share items or one contains the other. "
                "Their link would be a thing related to itself. Choose scales without common parts."
            )

    def _scale(self, key: str) -> RatedScale:
        if key not in self.scale_of:
            raise KeyError(f"no scale {key!r} in this study")
        return self.scale_of[key]

    def _all_parts(self, scale: RatedScale) -> set[str]:
        known = self.scale_of
        found: set[str] = set()
        waiting = list(scale.parts)
        while waiting:
            part = waiting.pop()
            if part not in found:
                found.add(part)
                waiting.extend(known[part].parts if part in known else ())
        return found


def specify(instruments: Sequence[Instrument]) -> Specification:
    """Make the specification of a study from its questionnaires.

    Raises InputError when two questionnaires carry the same item or scale key.
    """
    items: list[RatedItem] = []
    scales: list[RatedScale] = []
    for instrument in instruments:
        home = {key: scale.key for scale in reversed(instrument.scales) for key in scale.items}
        lens_of = {key: scale.lens for scale in instrument.scales for key in scale.items}
        rated = {
            item.key: _rated_item(
                item,
                instrument.response_scales[item.response_scale],
                lens_of.get(item.key, instrument.lens),
                home.get(item.key, ""),
            )
            for item in instrument.items
            if item.kind in RATED_KINDS and item.response_scale
        }
        items.extend(rated.values())
        scales.extend(_rated_scale(scale, rated) for scale in instrument.scales if set(scale.items) <= set(rated))
    for kind, keys in (("item", [item.key for item in items]), ("scale", [scale.key for scale in scales])):
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise InputError(f"two questionnaires of the study carry the same {kind}: {', '.join(twice)}. Rename one.")
    return Specification(tuple(items), tuple(scales), tuple(instrument.key for instrument in instruments))


def _rated_item(item: Item, response: ResponseScale, lens: Lens, scale: str) -> RatedItem:
    return RatedItem(
        key=item.key,
        label=item.text,
        lens=lens,
        low=response.low,
        high=response.high,
        reverse=item.reverse,
        favourable_from=response.favourable_from,
        unfavourable_to=response.unfavourable_to,
        measures=ITEM_MEASURES.get(response.key, DEFAULT_ITEM_MEASURES),
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
