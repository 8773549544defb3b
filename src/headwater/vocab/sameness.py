"""Whether the questions of a scale mean the same to the groups it is compared over, released of one wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from headwater.vocab.lenses import Lens
from headwater.vocab.questionnaire import Texts

SameVerdict = Literal["same", "differs", "loose", "unsettled", "few"]
"""same: nothing speaks against comparing. differs: some question means something else, or is easier, in some group.
loose: the questions are no single scale within the groups. unsettled: no model could be fitted. few: fewer than two
groups are large enough."""


@dataclass(frozen=True, slots=True)
class ScaleAsked:
    """A scale with its questions. items: (key, label) each."""

    key: str
    label: Texts
    lens: Lens
    items: tuple[tuple[str, Texts], ...]


@dataclass(frozen=True, slots=True)
class QuestionApart:
    """A question that one level answers unlike the others at the same level of the scale.

    item: empty with two questions, where it cannot be told which. shift: how much higher (below 0: lower) the level
    answers it, points of the question. moved: what that does to the level's score, points of the scale. size: dMACS.
    All rounded to tenths. is_weight: whether the question also tells less or more of the scale there.
    """

    level: str
    item: str
    shift: float
    moved: float
    size: float
    is_weight: bool


@dataclass(frozen=True, slots=True)
class CutSameness:
    """One scale over one cut. levels: those compared, none unless two are large enough. apart: the largest first, empty
    unless the verdict is differs. gaps: by level that stands apart, its score less that of the other levels compared,
    as released, in tenths of a point. is_ease_only: whether only how easily questions are agreed with was judged, since
    some have few answers to choose from, or there are two.
    """

    scale: str
    cut: str
    verdict: SameVerdict
    levels: tuple[str, ...] = ()
    apart: tuple[QuestionApart, ...] = ()
    gaps: Mapping[str, float] = field(default_factory=dict)
    is_ease_only: bool = False


@dataclass(frozen=True)
class SamenessBook:
    """All verdicts of one wave. minimum: the fewest people of a level. people: those compared in the largest
    comparison, rounded down to two figures. made_with: program by version.
    """

    study: str
    wave: str
    scales: tuple[ScaleAsked, ...]
    verdicts: tuple[CutSameness, ...]
    minimum: int
    people: int
    inputs_hash: str
    made_with: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_pair(self) -> dict[tuple[str, str], CutSameness]:
        """Verdict by scale and cut."""
        return {(one.scale, one.cut): one for one in self.verdicts}

    @cached_property
    def scale_of(self) -> dict[str, ScaleAsked]:
        """Scale by key."""
        return {one.key: one for one in self.scales}

    def question(self, scale: str, item: str) -> Texts:
        """Return the words of a question. Raises KeyError for another scale."""
        return dict(self.scale_of[scale].items).get(item, {})
