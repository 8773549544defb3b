"""One linear axis for all rows of a chart: from one end of the scale to the other, never cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.charts.numerals import plain


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from low to high on px from start to end."""

    low: float
    high: float
    start: float
    end: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"an axis runs from a low end to a high one, not from {self.low} to {self.high}")

    def at(self, value: float) -> float:
        """Return the place of a value, in px. Values beyond the ends are drawn beyond the ends, not moved."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def grid(self, ticks: Sequence[float], top: float, bottom: float) -> Markup:
        """Return upright grid lines at the ticks."""
        lines = [element("line", {"x1": self.at(tick), "x2": self.at(tick), "y1": top, "y2": bottom}) for tick in ticks]
        return element("g", {"class": "gl"}, *lines)

    def labels(self, ticks: Sequence[float], y: float) -> Markup:
        """Return the ticks' figures, centred."""
        return join(
            element("text", {"x": self.at(tick), "y": y, "text-anchor": "middle"}, tick_label(tick)) for tick in ticks
        )


def tick_label(tick: float) -> str:
    """Write a tick: no decimals where it has none."""
    return plain(tick, 0) if abs(tick - round(tick)) < 1e-9 else plain(tick, 1)
