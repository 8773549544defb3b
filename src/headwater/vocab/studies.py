"""Studies, their waves, and the cuts declared before launch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Promise = Literal["anonymous", "confidential", "identified"]

DEFAULT_K = 5
DEFAULT_COMMENT_K = 10
CUT_UNIT_MINIMUM = 50
"""Cuts are used only in units of at least this many responses."""

MAX_CUTS_ANONYMOUS = 2


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to split respondents: tenure, work area. Its levels are declared before launch."""

    key: str
    label: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked of whom, and what is promised to them. Frozen at launch."""

    key: str
    title: str
    promise: Promise = "anonymous"
    k: int = DEFAULT_K
    comment_k: int = DEFAULT_COMMENT_K
    instruments: tuple[str, ...] = ()
    cuts: tuple[Cut, ...] = ()

    def __post_init__(self) -> None:
        """Refuse promises that cannot be kept."""
        if self.k < 3:
            raise ValueError(f"k is {self.k}; the smallest group shown must be at least 3 people")
        if self.comment_k < self.k:
            raise ValueError(f"comments need at least as many people as ratings: {self.comment_k} is below {self.k}")
        if self.promise == "anonymous" and len(self.cuts) > MAX_CUTS_ANONYMOUS:
            raise ValueError("an anonymous study carries at most two cuts; declare it confidential to use more")


@dataclass(frozen=True, slots=True)
class Wave:
    """One round of a study. Its answers share one privacy ledger."""

    study: str
    key: str
    title: str
    order: int
    start_date: date | None = None
    end_date: date | None = None
