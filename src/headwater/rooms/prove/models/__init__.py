"""Records of proving."""

from headwater.rooms.prove.models.effects import EffectCheck, EffectPlan
from headwater.rooms.prove.models.reviews import FrozenReviewError, ProgrammeReview, ReviewCopy
from headwater.rooms.prove.models.sharing import BroughtSummary, SharedSummary
from headwater.rooms.prove.models.value import (
    FrozenValueError,
    ValueCase,
    ValueInput,
    ValueLine,
    ValueVersion,
)

__all__ = [
    "BroughtSummary",
    "EffectCheck",
    "EffectPlan",
    "FrozenReviewError",
    "FrozenValueError",
    "ProgrammeReview",
    "ReviewCopy",
    "SharedSummary",
    "ValueCase",
    "ValueInput",
    "ValueLine",
    "ValueVersion",
]
