"""LX -> EX -> CX -> results: links with designs and limits stated, and the River they make."""

from headwater.chain.aggregates import link_across_units
from headwater.chain.crosses import link_within_study
from headwater.chain.effect_panels import Comparison, EffectPanel, choose_comparison
from headwater.chain.effects import METHOD as EFFECT_METHOD
from headwater.chain.effects import EffectEstimate, Judged, Missing, effect_of, foreseen_error, smallest_seen
from headwater.chain.findings import LinkFinding, certainty_of
from headwater.chain.linking import Chain, Refusals, find_links, on_tree
from headwater.chain.panels import lagged_link, link_on_panel
from headwater.chain.published import PRIOR_R, PRIOR_SD, published_range
from headwater.chain.river import Downstream, RiverHead, build_river, carried_by, what_if
from headwater.chain.sampling import SamplingErrors, sampling_errors
from headwater.chain.sentences import with_range
from headwater.chain.stations import FEWEST_UNITS, Place, with_all_parts
from headwater.chain.storage import load_river, save_river
from headwater.chain.studies import StudyWaves, UnitSums
from headwater.chain.unit_means import side_by_side, unit_means
from headwater.chain.within import only_units, parts_large_enough, wave_moments

__all__ = [
    "EFFECT_METHOD",
    "FEWEST_UNITS",
    "PRIOR_R",
    "PRIOR_SD",
    "Chain",
    "Comparison",
    "Downstream",
    "EffectEstimate",
    "EffectPanel",
    "Judged",
    "LinkFinding",
    "Missing",
    "Place",
    "Refusals",
    "RiverHead",
    "SamplingErrors",
    "StudyWaves",
    "UnitSums",
    "build_river",
    "carried_by",
    "certainty_of",
    "choose_comparison",
    "effect_of",
    "find_links",
    "foreseen_error",
    "lagged_link",
    "link_across_units",
    "link_on_panel",
    "link_within_study",
    "load_river",
    "on_tree",
    "only_units",
    "parts_large_enough",
    "published_range",
    "sampling_errors",
    "save_river",
    "side_by_side",
    "smallest_seen",
    "unit_means",
    "wave_moments",
    "what_if",
    "with_all_parts",
    "with_range",
]
