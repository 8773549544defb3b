"""The organisation: units as arrays, effective dates, and what a messy file says of them."""

from headwater.org.history import OrganisationHistory, Snapshot
from headwater.org.loading import load_organisation
from headwater.org.mapping import Recut, UnitLink, UnitMapping, infer_mapping
from headwater.org.numbering import number_units, subtree_sums, subtree_sums_wide
from headwater.org.people import Organisation, PersonRow

__all__ = [
    "Organisation",
    "OrganisationHistory",
    "PersonRow",
    "Recut",
    "Snapshot",
    "UnitLink",
    "UnitMapping",
    "infer_mapping",
    "load_organisation",
    "number_units",
    "subtree_sums",
    "subtree_sums_wide",
]
