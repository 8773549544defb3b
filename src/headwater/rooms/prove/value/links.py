"""Links of the River that a line can rest on, each with its interval and with what its design has earned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.chain import what_if
from headwater.reports.charts.numerals import plain, span
from headwater.reports.charts.river import design_of
from headwater.rooms.act.present_units import present_unit
from headwater.rooms.decide.directions.effects import river_for
from headwater.rooms.people.models import Unit
from headwater.rooms.prove.logic.value_ranges import Ranged
from headwater.vocab import RefusedError, River, speaking

Way = Literal["over_time", "across", "published"]
"""over_time: what units' own changes showed, followed downstream. across: units compared with each other. published:
what others found."""


@dataclass(frozen=True)
class Link:
    """A link as it was taken into a line, in standard deviations of the one per standard deviation of the other.

    low, likely, high: the 95% interval; of a published range its ends and their middle. sign: 1 where more of the
    second station is worth money, -1 where less is. design: in words. source: what it was read from.
    """

    way: Way
    start: str
    end: str
    start_label: str
    end_label: str
    low: float
    likely: float
    high: float
    design: str
    source: str
    sentence: str
    inputs_hash: str
    sign: int = 1

    @property
    def key(self) -> str:
        """The same link is the same figure wherever it stands."""
        return f"link:{self.way}:{self.start}:{self.end}"

    @property
    def ranged(self) -> Ranged:
        """The link as a distribution: an estimate's is normal, a published range a triangle."""
        return Ranged(self.low, self.likely, self.high, "triangular" if self.way == "published" else "normal")

    @property
    def text(self) -> str:
        """The link as people read it."""
        return f"{plain(self.likely, 2)} ({span(self.low, self.high, 2)})"

    @property
    def title(self) -> str:
        """From where to where."""
        return f"{self.start_label} → {self.end_label}"

    def as_plain(self) -> dict[str, Any]:
        """Return plain values for JSON; `link_from` reads them back."""
        return asdict(self)


def link_from(kept: Mapping[str, Any] | None) -> Link | None:
    """Return a link as it was frozen, None where a line rests on none."""
    return None if kept is None else Link(**kept)


def links_for(unit: Unit) -> tuple[Link, ...]:
    """Return the links that a case of a unit can rest on: over time first. () where there is no River."""
    stands = present_unit(unit)
    river = None if stands is None else river_for(stands.key)
    return () if river is None else links_in(river)


def links_in(river: River) -> tuple[Link, ...]:
    """Return the links of a River that a line can rest on: over time first."""
    with speaking((get_language() or "en")[:2]):
        return (*_over_time(river), *_across(river), *_published(river))


def _over_time(river: River) -> list[Link]:
    found = []
    labels = {station.key: station.label for station in river.stations}
    for start in dict.fromkeys(stream.source for stream in river.streams):
        try:
            moved = what_if(river, start, 1.0)
        except RefusedError:
            continue
        design = _("what goes with a change of units over time; association, not cause")
        found += [
            Link("over_time", start, one.station, labels[start], labels[one.station], one.low, one.change, one.high,
                 design, _source(river), " → ".join(labels[step] for step in one.path), river.inputs_hash)
            for one in moved
        ]  # fmt: skip
    return found


def _across(river: River) -> list[Link]:
    found = []
    labels = {station.key: station.label for station in river.stations}
    for stream in river.streams:
        dry = stream.dry_bed
        if dry is None:
            continue
        design = _("%(design)s: says which units differ together, not what a change brings") % {
            "design": design_of(river, dry)
        }
        found.append(
            Link("across", stream.source, stream.target, labels[stream.source], labels[stream.target], dry.low,
                 dry.effect, dry.high, design, _source(river), stream.sentence, river.inputs_hash)
        )  # fmt: skip
    return found


def _published(river: River) -> list[Link]:
    labels = {station.key: station.label for station in river.stations}
    return [
        Link("published", stream.source, stream.target, labels[stream.source], labels[stream.target],
             stream.published.low, (stream.published.low + stream.published.high) / 2, stream.published.high,
             _("found by others, elsewhere; association, not cause"), stream.published.source, "", river.inputs_hash)
        for stream in river.streams
        if stream.published is not None and stream.published.low <= stream.published.high
    ]  # fmt: skip


def _source(river: River) -> str:
    return _("The River of %(organisation)s, %(period)s") % {"organisation": river.organisation, "period": river.period}
