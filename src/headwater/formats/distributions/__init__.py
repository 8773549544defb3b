"""Published distributions: percent by answer and the number of people behind it, unit by unit."""

from headwater.formats.distributions.matching import NearMatch, TextMatch, TextMatches, match_by_text, normalise_text
from headwater.formats.distributions.reading import (
    AnswerSet,
    DistributionImport,
    DistributionSpec,
    load_distribution_spec,
    percent_positive,
    read_distributions,
)
from headwater.formats.distributions.writing import write_distributions

__all__ = [
    "AnswerSet",
    "DistributionImport",
    "DistributionSpec",
    "NearMatch",
    "TextMatch",
    "TextMatches",
    "load_distribution_spec",
    "match_by_text",
    "normalise_text",
    "percent_positive",
    "read_distributions",
    "write_distributions",
]
