"""What contacts weigh in a customer's whole relation, and what repeated ones add up to: released and rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ContactDesign = Literal["within customers", "between customers"]
"""Each customer compared with themselves over time, or customers with each other."""


@dataclass(frozen=True, slots=True)
class ContactWeight:
    """The weight of one touchpoint. share, low, high: percent of what all touchpoints together explain, with its 95%
    interval. slope: points of the relation that go with one point of the contact, among those who had it. first:
    percent of resamples in which it weighs most. reach: percent of customers who had it. customers: rounded down.
    """

    touchpoint: str
    share: float
    low: float
    high: float
    slope: float
    slope_low: float
    slope_high: float
    first: float
    reach: float
    customers: int


@dataclass(frozen=True, slots=True)
class ContactWeights:
    """The weights of all touchpoints that were large enough, heaviest first.

    explained: percent of the relation's variance that they explain together. is_close: the first two cannot be told
    apart. left_out: touchpoints with too few customers.
    """

    weights: tuple[ContactWeight, ...]
    explained: float
    is_close: bool
    left_out: tuple[str, ...]
    design: ContactDesign
    customers: int
    answers: int


@dataclass(frozen=True, slots=True)
class RepeatStep:
    """The nth bad contact. step: what it adds to those before; curve: what all n come to; each with its 95% interval,
    in points of the relation. lasting: the curve of what is still there after its own period, None where it cannot be
    told. customers: those it is estimated from, rounded down. is_more: stands for n and more.
    """

    number: int
    is_more: bool
    step: float
    step_low: float
    step_high: float
    curve: float
    curve_low: float
    curve_high: float
    lasting: float | None
    lasting_low: float | None
    lasting_high: float | None
    customers: int


@dataclass(frozen=True, slots=True)
class RepeatedEffect:
    """What repeated bad contacts add up to.

    growth: step `growth_number` less the first, with interval; None with one step. additive_p: p of "every bad contact
    counts alike". repair: what a good contact right after a bad one adds beyond an ordinary good one, with interval.
    """

    steps: tuple[RepeatStep, ...]
    growth_number: int
    growth: tuple[float, float, float] | None
    additive_p: float | None
    repair: tuple[float, float, float] | None
    design: ContactDesign
    customers: int
    answers: int

    @property
    def growth_is_real(self) -> bool:
        """Whether the interval of the growth leaves out 0."""
        return self.growth is not None and (self.growth[1] > 0 or self.growth[2] < 0)


@dataclass(frozen=True)
class ContactFindings:
    """All that was released about the contacts of one study up to one wave.

    touchpoint: the cut or item that names it. rating, relation: the scale or item of each. bad_to, good_from: ratings
    that count as bad and as good. relation_low, relation_high: ends of the relation's scale. waves: keys, in order.
    reasons: why `weights` or `repeats` are missing, by their names: "too_few", "no_touchpoints", "not_identified".
    """

    study: str
    wave: str
    waves: tuple[str, ...]
    touchpoint: str
    rating: str
    relation: str
    bad_to: float
    good_from: float
    relation_low: float
    relation_high: float
    weights: ContactWeights | None
    repeats: RepeatedEffect | None
    inputs_hash: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)
