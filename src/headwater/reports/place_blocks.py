"""The block that shows groups where they are, as plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """One group where it is. x, y: longitude and latitude in degrees; on a plan, right and down in the plan's units.

    text: its number in words, "" when withheld. n: answers behind it, None when nothing of it is shown. difference,
    step, doubt: as `HeatCell` has them; difference is None where there is nothing to compare with.
    """

    label: str
    x: float
    y: float
    text: str = ""
    n: int | None = None
    difference: float | None = None
    step: int = 4
    doubt: Literal["a", "b", "c"] = "c"
    withheld: bool = False

    @property
    def standing(self) -> Literal["better", "worse", "same", "withheld"]:
        """Which way it stands clear. same: shown to differ by less than matters, or too close to call."""
        if self.withheld:
            return "withheld"
        if self.doubt == "c" or self.step == 4 or self.difference is None:
            return "same"
        return "better" if self.step > 4 else "worse"


@dataclass(frozen=True, slots=True)
class PlaceOutline:
    """A line or an area under the marks. rings: each a line of points. closed: an area; inner rings are holes."""

    rings: tuple[tuple[Spot, ...], ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class PlacePicture:
    """Groups where they are: colour and shape = difference, paleness = doubt, size = answers.

    surface: "earth" or "plan". width, height: of a plan, 0 where the marks alone say how far it reaches. image: a PNG
    that fills the plan. title and description are its alternative text.
    """

    title: str
    description: str
    surface: Literal["earth", "plan"]
    marks: tuple[PlaceMark, ...]
    outlines: tuple[PlaceOutline, ...] = ()
    width: float = 0.0
    height: float = 0.0
    image: bytes = b""
    compared_with: str = ""
    step_size: float = 0.2
