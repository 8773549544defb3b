"""Nobody is exposed: the gate, the ledger, and the auditor who trusts neither."""

from headwater.privacy.alike import bound_extremes, gate_alike, gate_scales, zone_share, zone_start
from headwater.privacy.crossing import SeveralCuts, gate_crossing_cuts
from headwater.privacy.cuts import gate_cuts, is_safe_cut
from headwater.privacy.gate import (
    gate_columns,
    gate_tree,
    is_safe,
    nearest_shown_above,
    shown_counts,
)
from headwater.privacy.ledger import Conflict, Ledger, LedgerVerdict, only_keeper
from headwater.privacy.recutting import Recut, recut
from headwater.privacy.totals import RESPONDENTS, Cells, Release, Span, Total, cut_totals, restrict, tree_totals

__all__ = [
    "RESPONDENTS",
    "Cells",
    "Conflict",
    "Ledger",
    "LedgerVerdict",
    "Recut",
    "Release",
    "SeveralCuts",
    "Span",
    "Total",
    "bound_extremes",
    "cut_totals",
    "gate_alike",
    "gate_columns",
    "gate_crossing_cuts",
    "gate_cuts",
    "gate_scales",
    "gate_tree",
    "is_safe",
    "is_safe_cut",
    "nearest_shown_above",
    "only_keeper",
    "recut",
    "restrict",
    "shown_counts",
    "tree_totals",
    "zone_share",
    "zone_start",
]
