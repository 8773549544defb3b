"""What matters to whom: best-worst importance of all groups, groups of like-minded people, and how people differ.

Rows are read once. A person's picks become two short vectors, and every group's importance is a logit of their sums.
Teams are taken as clusters where a group has 20 or more, else persons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater import __version__
from headwater.engine import stream_rows
from headwater.org import subtree_sums
from headwater.scoring.driver_groups import cut_groups, safe_units
from headwater.scoring.drivers import two_figures
from headwater.scoring.like_minded import Found, find_like_minded, spread_of
from headwater.stats.bestworst_groups import GroupShares, PickSums, group_shares, pick_sums
from headwater.vocab import (
    CUT_UNIT_MINIMUM,
    Cut,
    FloatArray,
    ImportanceBook,
    IntArray,
    Item,
    LikeMinded,
    Panel,
    ScoreBook,
)
from headwater.vocab.answers import ITEM_MISSING
from headwater.vocab.scorebook import BoolArray

FEWEST_PEOPLE = CUT_UNIT_MINIMUM
TEAMS_FOR_CLUSTERS = 20
LEAST_PART = 0.5
"""Who answered fewer than this part of the screens is left out: a few screens do not compare all choices."""


@dataclass(frozen=True)
class ChosenRows:
    """Picks in memory. unit: int32[R], row of the tree. best, worst: float64[R, S], item from 0, NaN missing.

    levels: by cut, int16[R], place among its levels, -1 unknown.
    """

    unit: NDArray[np.int32]
    best: FloatArray
    worst: FloatArray
    levels: tuple[NDArray[np.int16], ...]


def find_importance(store: Path, book: ScoreBook, item: Item, *, seed: int = 0) -> ImportanceBook | None:
    """Return the importance of a best-worst item's choices in a released wave, None when no group is large enough.

    store: the folder of sealed answers. Only units and levels of cuts are used that the book shows something of. Raises
    InputError when the sealed answers cannot be read, ValueError for an item of another kind.
    """
    if item.kind != "best_worst":
        raise ValueError(f"{item.key} is a {item.kind} item")
    cuts = tuple(cut for cut in book.study.cuts if any(panel.cut == cut.key for panel in book.panels))
    return importance_of_rows(_read(store, book, item, cuts), book, item, cuts, seed=seed)


def importance_of_rows(
    rows: ChosenRows, book: ScoreBook, item: Item, cuts: Sequence[Cut] = (), *, seed: int = 0
) -> ImportanceBook | None:
    """Return the importance from picks in memory."""
    number = {choice.key: place for place, choice in enumerate(item.choices)}
    sets = np.array([[number[key] for key in shown] for shown in item.sets], np.int64)
    enough = (~np.isnan(rows.best) & ~np.isnan(rows.worst)).mean(axis=1) >= LEAST_PART
    order = np.flatnonzero(enough)[np.argsort(rows.unit[enough], kind="stable")]
    if not len(order):
        return None
    tree, unit = book.tree, rows.unit[order]
    picks = pick_sums(rows.best[order], rows.worst[order], sets, len(item.choices))
    levels = [part[order] for part in rows.levels]
    own = np.bincount(unit, minlength=len(tree)).astype(np.int64)
    safe = safe_units(book, _shows_anything, own)
    below = subtree_sums(tree, own)
    places = [(int(row), -1, -1) for row in np.flatnonzero(safe & (below >= FEWEST_PEOPLE))]
    of_cuts = cut_groups(book, _shows_anything, cuts, unit, levels, safe, FEWEST_PEOPLE, teams_needed=1)
    places += [(group.unit, group.cut, group.level) for group in of_cuts]
    found: list[tuple[tuple[int, int, int], GroupShares, int]] = []
    for place in places:
        row, cut, level = place
        first, last = np.searchsorted(unit, [row, row + int(tree.size[row])])
        people = np.arange(first, last)
        if cut >= 0:
            people = people[levels[cut][first:last] == level]
        shares = _shares(picks.take(people), unit[people])
        if shares is not None:
            found.append((place, shares, len(people)))
    if not found:
        return None
    kinds, spread = _kinds(picks, unit, book, places, seed)
    return ImportanceBook(
        study=book.study.key,
        wave=book.wave.key,
        item=item.key,
        choices=item.choices,
        unit=np.array([place[0] for place, _, _ in found], np.int32),
        cut=tuple("" if place[1] < 0 else cuts[place[1]].key for place, _, _ in found),
        level=tuple("" if place[1] < 0 else cuts[place[1]].levels[place[2]] for place, _, _ in found),
        share=_percents([shares.share for _, shares, _ in found]),
        low=_percents([shares.share_lower for _, shares, _ in found]),
        high=_percents([shares.share_upper for _, shares, _ in found]),
        people=np.array([two_figures(count) for _, _, count in found], np.int64),
        minimum=FEWEST_PEOPLE,
        spread=spread,
        verdict=kinds.verdict,
        like_minded=tuple(
            LikeMinded(float(round(100 * one.part)), *(_percents(part) for part in (one.share, one.low, one.high)))
            for one in kinds.groups
        ),
        agreement=round(kinds.agreement, 1),
        inputs_hash=_digest(book, item, seed),
        made_with={"headwater": __version__},
    )


def _kinds(
    picks: PickSums, unit: NDArray[np.int32], book: ScoreBook, places: Sequence[tuple[int, int, int]], seed: int
) -> tuple[Found, FloatArray]:
    """Return groups of like-minded people and people's spread; neither where the whole organisation is not shown."""
    if (0, -1, -1) not in places:
        return Found("few", (), float("nan")), np.full((5, picks.items), np.nan)
    kinds, people = find_like_minded(picks, unit, k=book.study.k, seed=seed)
    return kinds, spread_of(people, k=book.study.k)


def _shows_anything(panel: Panel) -> BoolArray:
    return np.asarray(panel.shown.any(axis=1))


def _shares(picks: PickSums, unit: NDArray[np.int32]) -> GroupShares | None:
    teams = len(np.unique(unit))
    clusters: IntArray = unit.astype(np.int64) if teams >= TEAMS_FOR_CLUSTERS else np.arange(len(unit))
    try:
        return group_shares(picks, clusters)
    except ValueError:
        return None  # Some choice always wins or always loses in this group: its importance has no number.


def _read(store: Path, book: ScoreBook, item: Item, cuts: Sequence[Cut]) -> ChosenRows:
    names = [f"{item.key}_{number:02}" for number in range(1, len(item.sets) + 1)]
    unit, levels = [], []
    best: list[FloatArray] = []
    worst: list[FloatArray] = []
    for batch in stream_rows(
        store, book.study.key, book.wave.key,
        items=[f"{name}_{side}" for name in names for side in ("best", "worst")], cuts=[cut.key for cut in cuts],
    ):  # fmt: skip
        number = np.array([book.tree.index_of[name] for name in batch.unit_ids], np.int32)
        unit.append(number[batch.unit])
        for side, into in (("best", best), ("worst", worst)):
            codes = np.column_stack([batch.items[f"{name}_{side}"] for name in names])
            into.append(np.where(codes == ITEM_MISSING, np.nan, codes - 1.0))
        levels.append([batch.cuts[cut.key] for cut in cuts])
    return ChosenRows(
        np.concatenate(unit),
        np.concatenate(best),
        np.concatenate(worst),
        tuple(np.concatenate([part[place] for part in levels]) for place in range(len(cuts))),
    )


def _percents(values: Sequence[FloatArray] | FloatArray) -> FloatArray:
    whole: FloatArray = np.round(100.0 * np.asarray(values, dtype=np.float64))
    return whole


def _digest(book: ScoreBook, item: Item, seed: int) -> str:
    parts = [book.inputs_hash, "importance", item.key, __version__, str(seed)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
