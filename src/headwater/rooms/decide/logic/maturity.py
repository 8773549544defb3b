"""How mature a practice is: the library of practices, gated levels, bands, gaps, change since last time.

Dimensions and the factors of Direction are named as in the International Model for Customer Experience in Government
(International Foundation for CX in Government); the names of the five levels as the CX Centre of Excellence of the US
General Services Administration uses them. Practices, anchors, their places in levels, and bands are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

LATEST = "1.0"
DIMENSIONS = ("direction", "design", "development", "delivery", "results")
FACTORS = (
    "leadership",
    "priority_setting",
    "cx_strategy",
    "customer_centric_governance",
    "customer_centric_culture",
)
GATES = ("reactive", "tactical", "strategic", "foundational", "customer_centric")
"""The overall levels, 1 to 5. The first is where everybody begins."""
BANDS = ("beginning", "emerging", "practising", "excelling")
DEFAULT_BANDS = (25, 50, 75)
"""Percent of the points from which the second, third and fourth band begin; ours, and set for each assessment."""
TOP = 4
INDEPENDENT_YEARS = 2
FEWEST_ASSESSORS, MOST_ASSESSORS = 2, 4
Gate = Literal["reactive", "tactical", "strategic", "foundational", "customer_centric"]
Band = Literal["beginning", "emerging", "practising", "excelling"]


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice. level: of the overall levels, 2..5, that needs it. title, anchors: by language; anchors say what
    levels 0, 2 and 4 look like.
    """

    key: str
    dimension: str
    factor: str
    level: int
    title: Mapping[str, str]
    anchors: Mapping[str, tuple[str, str, str]]


@dataclass(frozen=True)
class Library:
    """One version of the practices, in the order they are shown."""

    version: str
    practices: tuple[Practice, ...]
    by_key: Mapping[str, Practice] = field(repr=False)


@cache
def library(version: str = LATEST) -> Library:
    """Return a version of the practices. Raises LookupError for one that does not ship, ValueError for a faulty one."""
    import yaml

    place = files("headwater.rooms.decide.maturity") / "library" / f"practices-{version}.yaml"
    if not version.replace(".", "").isdigit() or not place.is_file():
        raise LookupError(f"there is no version {version!r} of the practices")
    plain = yaml.safe_load(place.read_text(encoding="utf-8"))
    practices = tuple(_practice(one) for one in plain["practices"])
    by_key = {one.key: one for one in practices}
    if len(by_key) != len(practices) or plain["version"] != version:
        raise ValueError(f"practices-{version}.yaml: a key stands twice, or the version is another")
    return Library(version, practices, by_key)


def _practice(plain: Mapping[str, Any]) -> Practice:
    anchors = {code: tuple(said) for code, said in plain["anchors"].items()}
    made = Practice(
        plain["key"], plain["dimension"], plain["factor"], int(plain["level"]), dict(plain["title"]), anchors
    )
    is_sound = (
        made.dimension in DIMENSIONS
        and (made.factor in FACTORS) == (made.dimension == "direction")
        and 2 <= made.level <= len(GATES)
        and set(made.title) == set(anchors)
        and all(len(said) == 3 for said in anchors.values())
    )
    if not is_sound:
        raise ValueError(f"practice {made.key!r}: dimension, factor, level, title or anchors are not as they should be")
    return made


@dataclass(frozen=True, slots=True)
class Standing:
    """What agreed levels come to.

    gate: 1..5. share: percent of all points, unrounded. by_dimension: mean level, 0..4. lacking: keys of practices that
    keep the next overall level from counting, the least in place first; empty at the top. incomplete: all keys below
    `complete_from`, by overall level, then least in place.
    """

    gate: int
    share: float
    band: Band
    by_dimension: Mapping[str, float]
    lacking: tuple[str, ...]
    incomplete: tuple[str, ...]

    @property
    def gate_name(self) -> str:
        """One of GATES."""
        return GATES[self.gate - 1]


def standing_of(
    agreed: Mapping[str, int], practices: Library, *, complete_from: int, bands: Sequence[int] = DEFAULT_BANDS
) -> Standing:
    """Return where an organisation stands. A level counts only when every practice of it and of all below is complete.

    agreed: level 0..4 by practice, of every practice of the library. Raises ValueError when one is missing, and for
    bands that are not three ascending percents.
    """
    check_bands(bands)
    missing = [one.key for one in practices.practices if one.key not in agreed]
    if missing:
        raise ValueError(f"no level for {', '.join(missing)}")
    gate = 1
    for level in range(2, len(GATES) + 1):
        if any(agreed[one.key] < complete_from for one in practices.practices if one.level == level):
            break
        gate = level
    share = 100 * sum(agreed[one.key] for one in practices.practices) / (TOP * len(practices.practices))
    short = [one for one in practices.practices if agreed[one.key] < complete_from]
    short.sort(key=lambda one: (one.level, agreed[one.key]))
    by_dimension = {}
    for dimension in DIMENSIONS:
        levels = [agreed[one.key] for one in practices.practices if one.dimension == dimension]
        by_dimension[dimension] = sum(levels) / len(levels)
    return Standing(
        gate,
        share,
        band_of(share, bands),
        by_dimension,
        tuple(one.key for one in short if one.level == gate + 1),
        tuple(one.key for one in short),
    )


def check_bands(bands: Sequence[int]) -> None:
    """Raise ValueError unless there are three ascending percents between 1 and 100."""
    if len(bands) != 3 or not 0 < bands[0] < bands[1] < bands[2] <= 100:
        raise ValueError("bands begin at three ascending percents between 1 and 100")


def band_of(share: float, bands: Sequence[int]) -> Band:
    """Return the band of a share of points, in percent; a cut-off belongs to the higher band."""
    place = sum(share >= one for one in bands)
    found: tuple[Band, ...] = ("beginning", "emerging", "practising", "excelling")
    return found[place]


def independent_before(day: date) -> date:
    """Return the last day an engagement may have ended for somebody to count as independent on a day."""
    try:
        return day.replace(year=day.year - INDEPENDENT_YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year - INDEPENDENT_YEARS, day=28)


def is_independent(engaged_until: date | None, day: date) -> bool:
    """Whether two full years passed since an engagement ended; True when there never was one."""
    return engaged_until is None or engaged_until <= independent_before(day)


def changed_since(before: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return practices both times judged whose level changed, by how much, the largest rise first."""
    moved = [(key, now[key] - before[key]) for key in now if key in before and now[key] != before[key]]
    return sorted(moved, key=lambda one: -one[1])
