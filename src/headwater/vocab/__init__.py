"""The nouns of Headwater. Standard library and NumPy only."""

from headwater.vocab.answers import AnswerTable
from headwater.vocab.estimates import (
    WITHHELD_REASON,
    Bound,
    Difference,
    Estimate,
    Released,
    Sureness,
    Withheld,
)
from headwater.vocab.injuries import (
    FULL_YEAR_MONTHS,
    INJURY_FIELDS,
    INJURY_KINDS,
    InjuryBook,
    InjuryKind,
    InjuryPeriod,
    InjuryRate,
)
from headwater.vocab.lenses import STAGE_TITLES, Lens
from headwater.vocab.links import Certainty, Design, LinkEstimate, PublishedRange, River, Station, Stream
from headwater.vocab.moments import CrossSums, MomentPlan, Moments, PlannedItem, PlannedScore, ScoreSums
from headwater.vocab.problems import HeadwaterError, InputError, Problem, RefusedError
from headwater.vocab.questionnaire import Choice, Instrument, Item, ResponseScale, Scale, Texts, say
from headwater.vocab.scorebook import (
    FIELDS,
    RESPONSE_COLUMN,
    RESPONSE_FIELDS,
    Column,
    Panel,
    ResponseRates,
    ScoreBook,
    Shares,
)
from headwater.vocab.services import ServiceBook
from headwater.vocab.studies import (
    CUT_UNIT_MINIMUM,
    DEFAULT_COMMENT_K,
    DEFAULT_K,
    Cut,
    Promise,
    Study,
    Wave,
)
from headwater.vocab.tables import ItemDistribution, UnitPeriods
from headwater.vocab.tree import Unit, UnitTree
from headwater.vocab.wide import FloatArray, IntArray, WideInts

__all__ = [
    "CUT_UNIT_MINIMUM",
    "DEFAULT_COMMENT_K",
    "DEFAULT_K",
    "FIELDS",
    "FULL_YEAR_MONTHS",
    "INJURY_FIELDS",
    "INJURY_KINDS",
    "RESPONSE_COLUMN",
    "RESPONSE_FIELDS",
    "STAGE_TITLES",
    "WITHHELD_REASON",
    "AnswerTable",
    "Bound",
    "Certainty",
    "Choice",
    "Column",
    "CrossSums",
    "Cut",
    "Design",
    "Difference",
    "Estimate",
    "FloatArray",
    "HeadwaterError",
    "InjuryBook",
    "InjuryKind",
    "InjuryPeriod",
    "InjuryRate",
    "InputError",
    "Instrument",
    "IntArray",
    "Item",
    "ItemDistribution",
    "Lens",
    "LinkEstimate",
    "MomentPlan",
    "Moments",
    "Panel",
    "PlannedItem",
    "PlannedScore",
    "Problem",
    "Promise",
    "PublishedRange",
    "RefusedError",
    "Released",
    "ResponseRates",
    "ResponseScale",
    "River",
    "Scale",
    "ScoreBook",
    "ScoreSums",
    "ServiceBook",
    "Shares",
    "Station",
    "Stream",
    "Study",
    "Sureness",
    "Texts",
    "Unit",
    "UnitPeriods",
    "UnitTree",
    "Wave",
    "WideInts",
    "Withheld",
    "say",
]
