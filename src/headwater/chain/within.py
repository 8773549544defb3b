"""A part of the organisation: moments of some units, and the parts that are large enough for links of their own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.chain.stations import FEWEST_UNITS
from headwater.engine import compute_moments
from headwater.org import subtree_sums
from headwater.vocab import MomentPlan, Moments, UnitTree


def wave_moments(store: Path, study: str, wave: str, plan: MomentPlan) -> Moments:
    """Return the sums of a sealed wave that links are made of. Raises InputError when nothing is sealed."""
    return compute_moments(store, study, wave, plan)


def only_units(moments: Moments, units: Collection[str]) -> Moments:
    """Return the moments of some leaf units alone. Units without answers are left out in silence."""
    kept = np.array([unit in units for unit in moments.units], np.bool_)
    if kept.all():
        return moments
    cells = np.flatnonzero(kept[moments.cell_unit])
    number = np.cumsum(kept) - 1

    def take(record: Any, rows: NDArray[Any]) -> Any:
        if record is None or isinstance(record, np.ndarray):
            return None if record is None else record[rows]
        if hasattr(record, "high"):
            return record[rows]
        return type(record)(**{part.name: take(getattr(record, part.name), rows) for part in fields(record)})

    return replace(
        moments,
        units=tuple(unit for unit, is_kept in zip(moments.units, kept, strict=True) if is_kept),
        cell_unit=number[moments.cell_unit[cells]].astype(np.int32),
        cell_cuts=moments.cell_cuts[cells],
        respondents=moments.respondents[cells],
        counts=moments.counts[cells],
        scores=take(moments.scores, cells),
        crosses=take(moments.crosses, np.flatnonzero(kept)),
        weights=take(moments.weights, cells),
        weights_squared=take(moments.weights_squared, cells),
    )


def parts_large_enough(tree: UnitTree, usable: NDArray[np.bool_], fewest: int = FEWEST_UNITS) -> list[int]:
    """Return the units with at least `fewest` usable units in their subtree, by number. usable: bool[U].

    A unit whose usable units are all in one unit below it says the same as that one; only the upper is kept.
    """
    inside = subtree_sums(tree, usable.astype(np.int64))
    found = []
    for unit in np.flatnonzero(inside >= fewest).tolist():
        above = int(tree.parent[unit])
        if above < 0 or inside[above] > inside[unit]:
            found.append(unit)
    return found
