"""The four lenses of the river, and internal service beside them."""

from __future__ import annotations

from enum import StrEnum


class Lens(StrEnum):
    """Which experience a question looks at."""

    LX = "lx"
    """Being led."""
    EX = "ex"
    """Working here."""
    SERVICE = "service"
    """Being served by other units inside."""
    CX = "cx"
    """Being served as a customer."""
    RESULT = "result"
    """What comes of it: money, safety, time, people who stay."""


STAGE_TITLES: dict[Lens, str] = {
    Lens.LX: "Being led",
    Lens.EX: "Working here",
    Lens.SERVICE: "Serving each other",
    Lens.CX: "Being served",
    Lens.RESULT: "Results",
}
