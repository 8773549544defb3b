"""Several units that began at different times, taken together: difference in differences for staggered starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from headwater.chain.effect_panels import EffectPanel
from headwater.chain.effects import Judged
from headwater.stats import aggregate_effects, group_time_effects

FEWEST_STARTED = 5
"""Units that began; the standard error of fewer is too small."""
FEWEST_NEVER = 8


def staggered_effect(
    panel: EffectPanel, first: Mapping[str, str], compared: Collection[str]
) -> tuple[Judged, int, int] | None:
    """Return the mean effect over units and waves since their start, and how many began and never did.

    first: the first wave after its start, by unit. compared: the units that their plans compare them with; those that
    began themselves count as not yet begun until then. By Callaway and Sant'Anna (2021, J Econometrics 225:200), the
    average of their cohorts, each from its own last wave before, against units not begun. Units chosen because they
    were low are set against units that were as low, by how `compared` was chosen. None where fewer than FEWEST_STARTED
    began and were shown in every wave, or fewer than FEWEST_NEVER did not.
    """
    rows, starts = [], []
    for unit in {*first, *compared}:
        row = panel.row_of.get(unit)
        if row is not None and np.isfinite(panel.value[row]).all():
            rows.append(row)
            starts.append(float(panel.column_of[first[unit]]) + 1 if first.get(unit) in panel.column_of else 0.0)
    begun, never = sum(start > 1 for start in starts), sum(start == 0 for start in starts)
    if begun < FEWEST_STARTED or never < FEWEST_NEVER:
        return None
    waves = len(panel.waves)
    effects = group_time_effects(
        panel.value[rows].ravel(),
        np.repeat(rows, waves),
        np.tile(np.arange(1.0, waves + 1), len(rows)),
        np.repeat(starts, waves),
        control="not_yet",
        draws=199,
    )
    if not (effects.event >= 0).any():
        return None
    found = aggregate_effects(effects, "cohort", draws=199)
    df = float(len(rows) - 2)
    return Judged(found.overall, found.overall_se, found.overall_lower, found.overall_upper, df), begun, never
