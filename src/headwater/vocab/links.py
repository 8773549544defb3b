"""Links of the chain, and the River they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from headwater.vocab.lenses import Lens


class Design(StrEnum):
    """What a link's estimate rests on. The name says what the estimate has earned."""

    SAME_SOURCE = "same source"
    """The same people answered both questions: shared mood is in it."""
    SOURCE_FREE = "same source taken out"
    """Between-unit covariance without the covariance of one person's answers."""
    SPLIT_SAMPLE = "split sample"
    """One half of a unit rates the one thing, the other half the other."""
    ACROSS_UNITS = "across units"
    """Units compared with each other; what makes units differ is in it."""
    WITHIN_UNITS = "within units"
    """Each unit compared with itself over time; unit and period taken out."""
    FIRST_DIFFERENCES = "first differences"
    LAGGED_WITHIN = "lagged within units"
    """Random-intercept cross-lagged panel, three waves or more."""
    COMPARED = "compared with matched units"


class Certainty(IntEnum):
    """How certain a stream is drawn: 1 clear of nothing and of weak, 2 clear of nothing, 3 not clear of nothing."""

    SURE = 1
    FAIRLY = 2
    UNCLEAR = 3


@dataclass(frozen=True, slots=True)
class PublishedRange:
    """What others found for such a link: a prior and a comparison, never a result."""

    low: float
    high: float
    source: str


@dataclass(frozen=True, slots=True)
class LinkEstimate:
    """One estimate of a link's strength: a correlation-like effect between units, -1..1, with its 95% interval."""

    effect: float
    low: float
    high: float
    design: Design
    n_units: int
    n_observations: int
    method: str
    """One line an analyst can check: estimator, standard errors, source."""

    @property
    def clear_of_nothing(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Station:
    """A place on the river: what is felt there. `lens` gives the stage: spring, lake or sea."""

    key: str
    label: str
    lens: Lens
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """One link between two stations, with what it rests on and what would overturn it.

    `dry_bed` is the estimate across units, `water` what is left by the strongest design the data allow. Either may be
    missing. `others` are further estimates on other designs, every one that was tried.
    """

    source: str
    target: str
    dry_bed: LinkEstimate | None
    water: LinkEstimate | None
    certainty: Certainty
    sentence: str
    short: str
    """Map lettering: a few words along the water."""
    meaning: str
    overturn: str
    reliability_source: float | None = None
    """Reliability of the unit means of the source, 0..1."""
    reliability_target: float | None = None
    published: PublishedRange | None = None
    others: tuple[LinkEstimate, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> LinkEstimate | None:
        """The estimate on the strongest design."""
        return self.water if self.water is not None else self.dry_bed


@dataclass(frozen=True, slots=True)
class River:
    """The chain as one picture: stations, streams, and what is not known."""

    title: str
    """The sentence that the picture says."""
    organisation: str
    period: str
    stations: tuple[Station, ...]
    streams: tuple[Stream, ...]
    unknowns: tuple[tuple[str, str], ...]
    """(what we do not know, why) pairs."""
    sources: tuple[str, ...]
    unit_word: str = "unit"
    unit_word_plural: str = "units"
    inputs_hash: str = ""
    made_with: Mapping[str, str] = field(default_factory=dict)

    def station(self, key: str) -> Station:
        """Return a station. Raises KeyError when there is none of that key."""
        for station in self.stations:
            if station.key == key:
                return station
        raise KeyError(f"the river has no station {key!r}")
