"""Stations as the chain needs them: how a place on the river is measured and how its rise is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from headwater.vocab import Lens, RefusedError, Station


@dataclass(frozen=True)
class Place:
    """A station with its words.

    key: the scale, item or figure it is measured by. label: its name on the map. more: what a rise is called, in lower
    case, as "less stress" or "more people seen in time". higher_is_better: False turns a figure round (stress, waits)
    so that every station rises toward the better. items, parts: what it is made of, so that nothing is related to a
    part of itself; `with_all_parts` adds the parts of parts.

    Words that make better sentences, each may stay empty. does: what units with the rise do, in the plural, as "see
    more patients in time" ("have" and the rise by default). better: when a unit is at its better, as "in its calmer
    years". when: the rise within one unit as a clause, as "fewer staff of a trust report being bullied". then: the same
    for a target, as "fewer report being made unwell by stress".
    """

    key: str
    label: str
    lens: Lens
    more: str
    higher_is_better: bool = True
    items: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    note: str = ""
    does: str = ""
    better: str = ""
    when: str = ""
    then: str = ""

    @property
    def doing(self) -> str:
        """What units with the rise do: "have less stress"."""
        return self.does or f"have {self.more}"

    @property
    def sign(self) -> int:
        """1, or -1 when the figure is turned round."""
        return 1 if self.higher_is_better else -1

    def station(self) -> Station:
        """Return the place as the River shows it."""
        return Station(self.key, self.label, self.lens, self.note)


FEWEST_UNITS = 8
"""Fewer units than this say nothing about a link between units."""

STAGE_ORDER = (Lens.LX, Lens.SERVICE, Lens.EX, Lens.CX, Lens.RESULT)


def with_all_parts(places: Sequence[Place]) -> tuple[Place, ...]:
    """Give every place the parts of its parts, and their items, as far as the places know each other."""
    known = {place.key: place for place in places}
    found = []
    for place in places:
        parts: list[str] = []
        waiting = list(place.parts)
        while waiting:
            part = waiting.pop(0)
            if part not in parts:
                parts.append(part)
                waiting.extend(known[part].parts if part in known else ())
        items = [item for part in (place.key, *parts) if part in known for item in known[part].items]
        found.append(replace(place, parts=tuple(parts), items=tuple(dict.fromkeys(items))))
    return tuple(found)


def refuse_composite(source: Place, target: Place) -> None:
    """Raise RefusedError when one place is made of the other, or they share items or parts."""
    made_of = {source.key, *source.parts, *source.items} & {target.key, *target.parts, *target.items}
    if made_of:
        raise RefusedError(
            f"{source.label!r} and {target.label!r} share questions, or one contains the other. "
            "Their link would be a thing related to itself. Choose measures without common parts."
        )


def refuse_few_units(units: int) -> None:
    """Raise RefusedError when there are too few units to speak of a link between them."""
    if units < FEWEST_UNITS:
        raise RefusedError(
            f"only {units} units have both figures; a link between units needs at least {FEWEST_UNITS}. "
            "Add units or waves."
        )


def refuse_backward(source: Place, target: Place) -> None:
    """Raise RefusedError when a link runs against the river."""
    if STAGE_ORDER.index(source.lens) > STAGE_ORDER.index(target.lens):
        raise RefusedError(
            f"{source.label!r} lies downstream of {target.label!r}. The chain is read from leadership to results; "
            "ask for the link the other way round."
        )


def refuse_causal_two_waves(periods: int) -> None:
    """Raise RefusedError when two waves are asked to tell which comes first."""
    if periods < 3:
        raise RefusedError(
            f"{periods} waves cannot tell which comes first: stable differences between units would pass for effects "
            "over time. Use at least three waves, or ask for the comparison within units."
        )
