"""Attacks on answer distributions: bars that say what the number beside them keeps."""

from __future__ import annotations

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import View, less_parts
from headwater.vocab import Shares

MOST = 95.0
"""Percent in one bar beyond which (nearly) all are alike."""


def distribution(evidence: Evidence) -> None:
    """Bars of withheld or limited numbers, bars of nearly everyone, of few people, or whose rest is all alike."""
    for view in evidence.fresh:
        shares = view.table.shares
        if view.panel.cut or shares is None:
            continue
        for position, subject in enumerate(shares.subjects):
            columns = np.array([number for number, column in enumerate(view.columns)
                                if column.subject == subject and column.kind == "item"], int)  # fmt: skip
            if len(columns):
                _of_item(evidence, view, shares, position, columns)


def _of_item(
    evidence: Evidence,
    view: View,
    shares: Shares,
    position: int,
    columns: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> None:
    bars = shares.percent[view.rows, int(shares.offsets[position]) : int(shares.offsets[position + 1])]
    there = ~np.isnan(bars).all(axis=1)
    subject = shares.subjects[position]
    keys = [view.columns[number].key for number in columns]
    evidence.tried("distribution", int(there.sum()))
    count = np.where(view.shown[:, columns], view.count[:, columns], 0).max(axis=1)
    tallest = np.nan_to_num(bars, nan=-1.0).max(axis=1)
    wrongs = (
        ~view.shown[:, columns].all(axis=1),
        (view.bound[:, columns] != 0).any(axis=1),
        tallest > MOST,
        (count > 0) & (count < shares.minimum),
    )
    for unit in np.flatnonzero(there & np.any(wrongs, axis=0)):
        name = view.unit(unit)
        for wrong, how in zip(
            wrongs,
            (
                "a number of it is withheld",
                "a number of it is shown only as a limit",
                f"one bar holds {tallest[unit]:g}% of the answers",
                f"it rests on {count[unit]} answers, fewer than {shares.minimum}",
            ),
            strict=True,
        ):
            if wrong[unit]:
                text = f"the bars of {subject} in {name} are shown although {how}."
                evidence.found(
                    "distribution", view.place, text, units=[name], columns=keys, people=int(count[unit]) or None
                )
    _rest_alike(evidence, view, bars, there & (count > 0), count, subject)


def _rest_alike(
    evidence: Evidence,
    view: View,
    bars: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    there: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    count: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    subject: str,
) -> None:
    """Whether the bars of a unit less those of its parts leave people who all chose one answer, for certain."""
    from headwater.privacy.audit.views import nearest_above

    above = nearest_above(view.parent, there)
    wide = np.repeat(there[:, None], bars.shape[1], axis=1)
    above_wide = np.repeat(above[:, None], bars.shape[1], axis=1)
    n = np.repeat(count[:, None].astype(float), bars.shape[1], axis=1)
    percent = np.where(wide, np.nan_to_num(bars), 0.0)
    # Whole percents: the count of a bar lies within half a percent of what it says.
    least = np.ceil(n * np.maximum(percent - 0.5, 0) / 100 - 1e-9)
    most = np.floor(n * (percent + 0.5) / 100 + 1e-9)
    rest_most = less_parts(most, least, wide, above_wide)
    left = less_parts(n, n, wide, above_wide)[:, 0]
    possible = (rest_most >= 1).sum(axis=1)
    for unit in np.flatnonzero(there & (left > 0) & (left < count) & (possible <= 1)):
        parts = np.flatnonzero(there & (above == unit))
        how = (
            f"the bars of {subject} in {view.unit(int(unit))} less those of "
            f"{', '.join(view.unit(int(part)) for part in parts)} leave {left[unit]:.0f} people with one answer."
        )
        evidence.found(
            "distribution",
            view.place,
            how,
            units=[view.unit(int(part)) for part in (unit, *parts)],
            people=int(left[unit]),
        )
