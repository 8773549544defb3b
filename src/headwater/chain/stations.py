"""Stations as the chain needs them: how a place on the river is measured and how its rise is called."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.vocab import Lens, RefusedError, Station


@dataclass(frozen=True)
class Place:
    """A station with its words.

    key: the scale, item or figure it is measured by. label: its name on the map. more: what a rise is called, in lower
    case, as "less stress" or "more people seen in time". higher_is_better: False turns a figure round (stress, waits)
    so that every station rises toward the better. items, parts: what it is made of, so that nothing is related to a
    part of itself.
    """

    key: str
    label: str
    lens: Lens
    more: str
    higher_is_better: bool = True
    items: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    note: str = ""

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


def refuse_composite(source: Place, target: Place) -> None:
    """Raise RefusedError when one place is made of the other or they share items."""
    shared = set(source.items) & set(target.items)
    if source.key == target.key or shared or target.key in source.parts or source.key in target.parts:
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
