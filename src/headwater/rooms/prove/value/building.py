"""A version as the engine takes it, and what is missing before it can."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from headwater.rooms.prove.logic.value import Case, Factor, Line, Result, Swing, work_out
from headwater.rooms.prove.logic.value_lines import (
    BUILD_UP,
    COST,
    DISCOUNT,
    SCALES,
    LineStream,
    Overlap,
    Quantity,
    overlaps,
    quantities_of,
)
from headwater.rooms.prove.logic.value_ranges import Ranged
from headwater.rooms.prove.models import ValueInput, ValueLine, ValueVersion
from headwater.rooms.prove.value.links import Link, link_from


@dataclass(frozen=True)
class Slot:
    """One place for a figure. key: of its factor. line: None for the case's own. kept: None while it is empty."""

    key: str
    line: ValueLine | None
    quantity: Quantity
    kept: ValueInput | None
    year: int | None = None

    @property
    def name(self) -> str:
        """Name of the input's row."""
        return self.quantity.name if self.year is None else cost_name(self.year)


@dataclass(frozen=True)
class Content:
    """A version with everything it holds. slots: every figure it needs, in order."""

    version: ValueVersion
    lines: tuple[ValueLine, ...]
    slots: tuple[Slot, ...]
    links: Mapping[int, Link]
    """By position of the line."""

    @property
    def missing(self) -> tuple[Slot, ...]:
        """Figures that were not typed yet."""
        return tuple(slot for slot in self.slots if slot.kept is None)

    @property
    def unsourced(self) -> tuple[Slot, ...]:
        """Figures without a source or its date."""
        return tuple(slot for slot in self.slots if slot.kept is not None and not slot.kept.is_sourced)

    @property
    def is_whole(self) -> bool:
        """Whether it can be worked out."""
        return bool(self.lines) and not self.missing

    @property
    def is_presentable(self) -> bool:
        """Whether it can be presented: whole, and every figure can be looked up."""
        return self.is_whole and not self.unsourced

    def of_line(self, position: int) -> tuple[Slot, ...]:
        """Return the figures of one line."""
        return tuple(slot for slot in self.slots if slot.line is not None and slot.line.position == position)

    @property
    def doubts(self) -> tuple[Overlap, ...]:
        """Lines that may count the same money twice; their keys are positions."""
        streams = []
        for line in self.lines:
            link = self.links.get(line.position)
            ends = ("", "") if link is None else (link.start, link.end)
            streams.append(LineStream(str(line.position), line.kind, *ends))
        return overlaps(streams)


def cost_name(year: int) -> str:
    """Return the name of the input that holds what one year costs."""
    return f"{COST.name}_{year}"


def content_of(version: ValueVersion) -> Content:
    """Return a version with its lines and figures."""
    lines = tuple(ValueLine.objects.filter(version=version).order_by("position"))
    kept = {(one.line_id, one.name): one for one in ValueInput.objects.filter(version=version)}
    links = {line.position: link for line in lines if (link := link_from(line.link)) is not None}
    slots: list[Slot] = []
    for line in lines:
        for quantity in quantities_of(line.kind, has_link=line.position in links):
            found = kept.get((line.pk, quantity.name))
            slots.append(Slot(f"{line.position}.{quantity.name}", line, quantity, found))
    for year in range(version.horizon + 1):
        name = cost_name(year)
        slots.append(Slot(name, None, COST, kept.get((None, name)), year))
    for quantity in (DISCOUNT, BUILD_UP):
        slots.append(Slot(quantity.name, None, quantity, kept.get((None, quantity.name))))
    return Content(version, lines, tuple(slots), links)


def case_of(content: Content) -> Case:
    """Return a version as the engine takes it. Raises ValueError for one that is not whole."""
    if not content.is_whole:
        raise ValueError("figures are missing")
    factors = {slot.key: _factor(slot) for slot in content.slots}
    lines = []
    for line in content.lines:
        own = [factors[slot.key] for slot in content.of_line(line.position)]
        link = content.links.get(line.position)
        if link is not None:
            own.insert(-2, Factor(link.key, link.ranged))
        lines.append(Line(str(line.position), tuple(own), own[-1].key, 1 if link is None else link.sign))
    costs = tuple(factors[cost_name(year)] for year in range(content.version.horizon + 1))
    return Case(tuple(lines), costs, factors[DISCOUNT.name], factors[BUILD_UP.name])


def result_of(content: Content) -> Result | None:
    """Return a version worked out: as it was frozen once presented, live before; None while figures are missing."""
    if content.version.result is not None:
        return result_from(content.version.result)
    return work_out(case_of(content)) if content.is_whole else None


def result_as_plain(result: Result) -> dict[str, Any]:
    """Return plain values for JSON; `result_from` reads them back."""
    return asdict(result)


def result_from(kept: Mapping[str, Any]) -> Result:
    """Return a result as it was frozen."""
    values = dict(kept)
    values["percentiles"] = {int(place): value for place, value in kept["percentiles"].items()}
    values["swings"] = tuple(Swing(**one) for one in kept["swings"])
    values["benefits"] = tuple(tuple(one) for one in kept["benefits"])
    for name in ("by_line", "costs", "net", "edges", "shares"):
        values[name] = tuple(kept[name])
    ends = kept["payback_ends"]
    values["payback_ends"] = None if ends is None else tuple(ends)
    return Result(**values)


def hash_of(content: Content) -> str:
    """Return the hash of everything a result is a function of."""
    inputs = [
        [slot.key, kept.low, kept.likely, kept.high, kept.shape, kept.source, str(kept.source_date)]
        for slot in content.slots
        if (kept := slot.kept) is not None
    ]
    lines = [[line.position, line.kind, line.about, line.link] for line in content.lines]
    text = json.dumps([content.version.horizon, lines, inputs], sort_keys=True, ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _factor(slot: Slot) -> Factor:
    kept = slot.kept
    assert kept is not None
    shape: Any = kept.shape
    return Factor(slot.key, Ranged(kept.low, kept.likely, kept.high, shape), SCALES[slot.quantity.unit])
