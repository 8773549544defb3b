"""Attacks on scales: a scale beside its items gives away the item that is missing, or the people who skipped one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import CLOSE, IntArray, View

ITEM_MEASURE = {"score": "mean", "service": "mean", "score_favourable": "favourable"}
"""Measure of a scale -> measure of its items."""

FEWEST_CELLS = 6
"""Cells from which the parts of an index are worked out by fitting."""


def scale_against_items(evidence: Evidence) -> None:
    """A scale shown while one item is withheld, or a scale that is not the mean of its items' numbers."""
    for view in evidence.fresh:
        for number, column in enumerate(view.columns):
            if column.kind != "scale":
                continue
            home = _home_items(view, number)
            parts = parts_of(view, number, home)
            if parts is None:
                _without_parts(evidence, view, number, home)
                continue
            evidence.tried("scale_against_items", int(view.shown[:, number].sum()))
            _one_missing(evidence, view, number, parts)
            _not_their_mean(evidence, view, number, parts)


def parts_of(view: View, scale: int, home: IntArray) -> IntArray | None:
    """Return the items a scale is the mean of, or None when no set of released items gives it.

    The items that call it their home are tried first, then a least-squares fit over all items of the measure: a
    true index has equal weights on its items and no error.
    """
    if len(home) and _agreement(view, scale, home) >= 0.5:
        return home
    measure = ITEM_MEASURE.get(view.columns[scale].measure)
    low, high = view.columns[scale].low, view.columns[scale].high
    candidates = _numbers(
        column.kind == "item" and column.measure == measure and (column.low, column.high) == (low, high)
        for column in view.columns
    )
    cells = np.flatnonzero(view.exact[:, scale] & view.exact[:, candidates].all(axis=1))
    if len(candidates) == 0 or len(cells) < max(FEWEST_CELLS, len(candidates) + 1):
        return None
    weights = np.linalg.lstsq(view.value[np.ix_(cells, candidates)], view.value[cells, scale], rcond=None)[0]
    chosen = candidates[weights > 1e-4]
    if len(chosen) and _agreement(view, scale, chosen) >= 0.5:
        found: IntArray = chosen
        return found
    return None


def _home_items(view: View, scale: int) -> IntArray:
    head = view.columns[scale]
    measure = ITEM_MEASURE.get(head.measure)
    return _numbers(
        column.kind == "item" and column.scale == head.subject and column.measure == measure for column in view.columns
    )


def _numbers(chosen: Iterable[bool]) -> IntArray:
    return np.flatnonzero(np.fromiter(chosen, bool)).astype(np.int64)


def _agreement(view: View, scale: int, items: IntArray) -> float:
    """Share of cells in which the scale is the mean of the items."""
    cells = view.exact[:, scale] & view.exact[:, items].all(axis=1)
    if not cells.any():
        return 1.0
    away = np.abs(view.value[cells][:, items].mean(axis=1) - view.value[cells, scale])
    return float((away <= _slack(view, scale)).mean())


def _slack(view: View, scale: int) -> float:
    return CLOSE * max(view.columns[scale].high - view.columns[scale].low, 1.0)


def _one_missing(evidence: Evidence, view: View, scale: int, items: IntArray) -> None:
    missing = (~view.shown[:, items]).sum(axis=1)
    key = view.columns[scale].key
    for unit in np.flatnonzero(view.shown[:, scale] & (missing == 1)):
        hidden = items[~view.shown[unit, items]][0]
        others = [item for item in items if item != hidden]
        worth = len(items) * view.value[unit, scale] - view.value[unit, others].sum()
        how = (
            f"{key} of {view.unit(unit)} is shown and all its items but {view.columns[hidden].key}: "
            f"{len(items)} times {view.value[unit, scale]:g} less the others is {worth:g}, the withheld number."
        )
        evidence.found(
            "scale_against_items",
            view.place,
            how,
            units=[view.unit(unit)],
            columns=[key, view.columns[hidden].key],
            people=int(view.count[unit, scale]),
        )


def _not_their_mean(evidence: Evidence, view: View, scale: int, items: IntArray) -> None:
    cells = view.exact[:, scale] & view.exact[:, items].all(axis=1)
    mean = np.where(cells, view.value[:, items].mean(axis=1), 0.0)
    away = np.abs(np.where(cells, view.value[:, scale], 0.0) - mean)
    for unit in np.flatnonzero(cells & (away > _slack(view, scale))):
        key = view.columns[scale].key
        how = (
            f"{key} of {view.unit(unit)} is {view.value[unit, scale]:.6g}, the mean of its {len(items)} items is "
            f"{mean[unit]:.6g}: the difference is the work of the few who skipped an item."
        )
        evidence.found(
            "scale_against_items",
            view.place,
            how,
            units=[view.unit(unit)],
            columns=[key, *(view.columns[item].key for item in items)],
        )


def _without_parts(evidence: Evidence, view: View, scale: int, home: IntArray) -> None:
    """A scale that has items of its own, but is no mean of them anywhere, was made person by person."""
    if len(home) == 0:
        return
    cells = view.exact[:, scale] & view.exact[:, home].all(axis=1)
    evidence.tried("scale_against_items", int(cells.sum()))
    if cells.any():
        unit, key = int(np.flatnonzero(cells)[0]), view.columns[scale].key
        how = (
            f"{key} is nowhere the mean of released items ({view.unit(unit)}: {view.value[unit, scale]:.6g} against "
            f"{view.value[unit, home].mean():.6g}): a mean taken person by person tells on those who skipped an item."
        )
        evidence.found("scale_against_items", view.place, how, units=[view.unit(unit)], columns=[key])
