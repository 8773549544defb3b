"""Drivers of all groups of a wave: which scales go with an outcome, how surely, and how much they leave unexplained.

Rows are read once. Complete answers are summed by leaf team into small matrices of cross-products; every group's
shares, and every resample of its teams, are sums of those.

Complete means on all drivers and the outcome. Taking pairs as they come would use more answers, but its matrix need
belong to no group of people: R2 can pass 1, and the gate could not say whose answers a number rests on.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater import __version__
from headwater.engine import person_scores, stream_rows
from headwater.org import subtree_sums
from headwater.scoring.driver_groups import AnalysedGroup, cut_groups, fewest_people, large_enough, safe_units, showing
from headwater.scoring.specification import RatedScale, Specification
from headwater.stats.driver_crosses import (
    ClusterCrosses,
    CrossBootstrap,
    CrossLevels,
    bootstrap_crosses,
    cluster_crosses,
    levels_of_crosses,
)
from headwater.vocab import (
    DRIVER_FIELDS,
    OUTCOME_FIELDS,
    Cut,
    DriverBook,
    DriverSubject,
    FloatArray,
    Lens,
    MomentPlan,
    PlannedItem,
    PlannedScore,
    ScoreBook,
)
from headwater.vocab.answers import SCORE_MISSING, SCORE_ONE

REPLICATES = 400
FEWER_REPLICATES = 200
MANY_DRIVERS = 11
"""From this many drivers on, FEWER_REPLICATES are drawn."""

MOST_RESAMPLED = 250
"""Levels of cuts with more teams resample so many groups of teams. A range is then as wide as it should be to 5%."""

MOST_THREADS = 4
"""Groups worked out at a time; each holds the weights of all its resamples."""

NOISE = 100
FEW = 0.6
"""A scale that fewer than this part answered is asked of some only; the others would then rest on those alone."""

STATIONS = tuple(Lens)
"""From the source down."""

LEAD = 0.95
"""An outcome's first driver is named when it is ahead of the second in as many resamples, and people are enough."""

FORMULA = 2
"""Counts changes to how drivers are worked out, so that a book made another way has another hash."""

PEOPLE_A_DRIVER_TO_LEAD = 10
FEWEST_TO_LEAD = 100


_Result = tuple[CrossBootstrap, CrossLevels | None]
"""What a group comes to: on the whole, and apart within and between its teams."""


@dataclass(frozen=True)
class AnsweredRows:
    """Persons' scores in memory. unit: int32[R], row of the tree. scores: float64[R, S], NaN where missing.

    levels: by cut, int16[R], place among its levels, -1 unknown.
    """

    unit: NDArray[np.int32]
    scores: FloatArray
    levels: tuple[NDArray[np.int16], ...]


@dataclass(frozen=True)
class _Family:
    """Outcomes that have the same drivers, and are worked out together. Numbers of scales among the rows' scores."""

    drivers: tuple[int, ...]
    outcomes: tuple[int, ...]


def find_drivers(
    store: Path, book: ScoreBook, specification: Specification, *, seed: int = 0, replicates: int | None = None
) -> DriverBook | None:
    """Return the drivers of every group of a released wave that may have its own, None when there is nothing to relate.

    store: the folder of sealed answers. book: what was released of the wave; only its units and levels of cuts are
    used. Answers are not weighted: a weight makes a sample look like its population, which no relation inside it needs.
    Raises InputError when the sealed answers cannot be read.
    """
    scales = [scale for scale in specification.scales if scale.role in ("driver", "outcome")]
    if not scales or not any(scale.role == "outcome" for scale in scales):
        return None
    cuts = tuple(cut for cut in book.study.cuts if any(panel.cut == cut.key for panel in book.panels))
    rows = _read(store, book, specification, scales, cuts)
    return drivers_of_rows(rows, book, specification, scales, cuts, seed=seed, replicates=replicates)


def drivers_of_rows(
    rows: AnsweredRows,
    book: ScoreBook,
    specification: Specification,
    scales: Sequence[RatedScale],
    cuts: Sequence[Cut] = (),
    *,
    seed: int = 0,
    replicates: int | None = None,
) -> DriverBook | None:
    """Return the drivers from persons' scores in memory. scales: the drivers and outcomes, in the rows' order."""
    few = _asked_of_few(rows, scales)
    kept = [number for number, scale in enumerate(scales) if scale.key not in few]
    drivers = [number for number in kept if scales[number].role == "driver"]
    outcomes = [number for number in kept if scales[number].role == "outcome"]
    related = np.array([[may_drive(specification, scales[x], scales[y]) for x in drivers]
                        for y in outcomes], bool).reshape(len(outcomes), len(drivers))  # fmt: skip
    usable = [number for number in range(len(outcomes)) if related[number].sum() > 1]
    outcomes, related = [outcomes[number] for number in usable], related[usable]
    if not outcomes:
        return None
    families: dict[tuple[int, ...], list[int]] = {}
    for number, outcome in enumerate(outcomes):
        families.setdefault(tuple(np.array(drivers)[related[number]].tolist()), []).append(outcome)
    made = _Collected(book, len(outcomes), len(drivers))
    for members, wanted in families.items():
        family = _Family(members, tuple(wanted))
        places = ([drivers.index(one) for one in members], [outcomes.index(one) for one in wanted])
        _work_out(rows, book, scales, cuts, family, places, made, seed, replicates)
    if not made.groups:
        return None
    return DriverBook(
        study=book.study.key,
        wave=book.wave.key,
        drivers=tuple(_subject(scales[number]) for number in drivers),
        outcomes=tuple(_subject(scales[number]) for number in outcomes),
        related=related,
        **made.arrays(cuts),  # type: ignore[arg-type]
        minimum=tuple(fewest_people(int(row.sum())) for row in related),
        left_out=dict.fromkeys(sorted(few), "few"),
        inputs_hash=_digest(book, seed, replicates),
        made_with={"headwater": __version__},
    )


def may_drive(specification: Specification, driver: RatedScale, outcome: RatedScale) -> bool:
    """Whether a driver may be related to an outcome: it lies on its station or upstream, and shares no answer.

    What customers say does not move how people are led; the stations run from leadership to results.
    """
    upstream = STATIONS.index(driver.lens) <= STATIONS.index(outcome.lens)
    return upstream and not shares_answers(specification, outcome.key, driver.key)


def shares_answers(specification: Specification, outcome: str, driver: str) -> bool:
    """Whether a driver and an outcome share answers, also through an index: relating them would prove nothing."""
    if driver in specification.all_parts(outcome) or outcome in specification.all_parts(driver):
        return True
    return bool(set(specification.all_items(outcome)) & set(specification.all_items(driver)))


def _subject(scale: RatedScale) -> DriverSubject:
    return DriverSubject(scale.key, scale.label, scale.lens, scale.low, scale.high)


def _read(
    store: Path, book: ScoreBook, specification: Specification, scales: Sequence[RatedScale], cuts: Sequence[Cut]
) -> AnsweredRows:
    wanted = {key for scale in scales for key in scale.items}
    plan = MomentPlan(
        items=tuple(PlannedItem(i.key, i.low, i.high, i.reverse) for i in specification.items if i.key in wanted),
        scores=tuple(PlannedScore(scale.key, scale.items, scale.min_answered) for scale in scales),
        crosses=False,
    )
    ready = [scale.key for scale in scales if not scale.items]
    unit, scores, levels = [], [], []
    for batch in stream_rows(
        store, book.study.key, book.wave.key,
        items=[item.key for item in plan.items], scores=ready, cuts=[cut.key for cut in cuts],
    ):  # fmt: skip
        number = np.array([book.tree.index_of[name] for name in batch.unit_ids], np.int32)
        found = person_scores(plan, batch)
        unit.append(number[batch.unit])
        scores.append(np.where(found == SCORE_MISSING, np.nan, found / SCORE_ONE))
        levels.append([batch.cuts[cut.key] for cut in cuts])
    return AnsweredRows(
        np.concatenate(unit),
        np.concatenate(scores),
        tuple(np.concatenate([part[place] for part in levels]) for place in range(len(cuts))),
    )


def _asked_of_few(rows: AnsweredRows, scales: Sequence[RatedScale]) -> set[str]:
    part = 1.0 - np.isnan(rows.scores).mean(axis=0)
    return {scale.key for scale, answered in zip(scales, part.tolist(), strict=True) if answered < FEW}


class _Collected:
    """Groups as they are found, on their way into columns."""

    def __init__(self, book: ScoreBook, outcomes: int, drivers: int) -> None:
        self.book, self.shape = book, (outcomes, drivers)
        self.groups: dict[AnalysedGroup, int] = {}
        self.found: list[tuple[int, tuple[list[int], list[int]], CrossBootstrap, CrossLevels | None, float]] = []

    def add(
        self,
        group: AnalysedGroup,
        places: tuple[list[int], list[int]],
        one: CrossBootstrap,
        levels: CrossLevels | None,
        complete: float,
    ) -> None:
        self.found.append((self.groups.setdefault(group, len(self.groups)), places, one, levels, complete))

    def arrays(self, cuts: Sequence[Cut]) -> dict[str, object]:
        count, (q, p) = len(self.groups), self.shape
        fields = {name: np.full((count, q, p), np.nan) for name in DRIVER_FIELDS}
        fields |= {name: np.full((count, q), np.nan) for name in OUTCOME_FIELDS}
        shown, leads = np.zeros((count, q), bool), np.zeros((count, q), bool)
        clear, inflation = np.zeros((count, q, p), bool), np.full((count, q, p), np.nan)
        people, teams, complete = np.zeros((count, q), np.int64), np.zeros((count, q), np.int64), np.zeros((count, q))
        for group, (xs, ys), one, levels, part in self.found:
            there = np.ix_([group], ys, xs)
            varies = ~np.isnan(one.r2)
            shown[group, ys] = varies
            for name, values in (
                ("share", one.share), ("share_low", one.share_lower), ("share_high", one.share_upper),
                ("first", one.first),
            ):  # fmt: skip
                fields[name][there] = _percent(values)
            for name, values in (
                ("explained", one.r2), ("explained_low", one.r2_lower), ("explained_high", one.r2_upper)
            ):  # fmt: skip
                fields[name][group, ys] = _percent(values)
            if levels is not None:
                for name in ("within", "between"):
                    fields[name][there] = _percent(getattr(levels, name))
                    fields[f"{name}_low"][there] = _percent(getattr(levels, f"{name}_lower"))
                    fields[f"{name}_high"][there] = _percent(getattr(levels, f"{name}_upper"))
                    fields[f"{name}_explained"][group, ys] = _percent(getattr(levels, f"{name}_r2"))
            clear[there] = one.clear_of_noise
            inflation[there] = np.minimum(np.round(one.vif * 2) / 2, 100.0)
            enough = one.n >= max(FEWEST_TO_LEAD, PEOPLE_A_DRIVER_TO_LEAD * len(xs))
            leads[group, ys] = (np.nan_to_num(one.lead) >= LEAD) & enough
            people[group, ys] = np.where(varies, two_figures(int(one.n)), 0)
            teams[group, ys] = np.where(varies, one.clusters // 5 * 5, 0)
            complete[group, ys] = np.floor(part * 10) / 10
        groups = list(self.groups)
        return {
            "unit": np.array([group.unit for group in groups], np.int32),
            "cut": tuple("" if group.cut < 0 else cuts[group.cut].key for group in groups),
            "level": tuple("" if group.cut < 0 else cuts[group.cut].levels[group.level] for group in groups),
            "shown": shown, "fields": fields, "clear_of_noise": clear, "leads": leads, "inflation": inflation,
            "people": people, "teams": teams, "complete": complete,
        }  # fmt: skip


def two_figures(count: int) -> int:
    """Round a number of people down to two figures and to tens: 57 is 50, 1,234 is 1,200."""
    step = 10 if count < 1000 else int(10 ** (len(str(count)) - 2))
    return count // step * step


def _percent(values: FloatArray) -> FloatArray:
    whole: FloatArray = np.round(100.0 * np.asarray(values, dtype=np.float64))
    return whole


def _work_out(
    rows: AnsweredRows,
    book: ScoreBook,
    scales: Sequence[RatedScale],
    cuts: Sequence[Cut],
    family: _Family,
    places: tuple[list[int], list[int]],
    made: _Collected,
    seed: int,
    replicates: int | None,
) -> None:
    tree = book.tree
    chosen = [*family.drivers, *family.outcomes]
    values = rows.scores[:, chosen]
    keep = np.asarray(np.isfinite(values).all(axis=1))
    if not keep.any():
        return
    values = values - values[keep].mean(axis=0)
    p, subjects = len(family.drivers), [scales[number].key for number in chosen]
    fewest = fewest_people(p)
    own = np.bincount(rows.unit[keep], minlength=len(tree)).astype(np.int64)
    shown = showing(book, subjects)
    safe = safe_units(book, shown, own)
    enough, people, _ = large_enough(tree, own, fewest)
    units = [AnalysedGroup(int(row)) for row in np.flatnonzero(safe & enough)]
    all_people = np.bincount(rows.unit, minlength=len(tree)).astype(np.int64)
    complete = people / np.maximum(subtree_sums(tree, all_people), 1)
    whole = cluster_crosses(values, keep, rows.unit.astype(np.int64), len(tree), drivers=p)
    draws = replicates or (REPLICATES if p < MANY_DRIVERS else FEWER_REPLICATES)

    def work(group: AnalysedGroup, crosses: ClusterCrosses) -> _Result | None:
        own_seed, most = _seed(book, group, seed), None if group.cut < 0 else MOST_RESAMPLED
        try:
            one = bootstrap_crosses(crosses, replicates=draws, seed=own_seed, noise=min(NOISE, draws), most=most)
        except ValueError:
            return None  # A driver or every outcome is the same throughout, or in most resamples.
        many_teams = len(crosses.n) >= fewest
        spare = crosses.n.sum() - len(crosses.n) >= fewest
        apart = many_teams and spare and not np.isnan(one.r2).any()
        return one, levels_of_crosses(crosses, seed=own_seed, most=most) if apart else None

    levels = [part[keep] for part in rows.levels]
    of_cuts = cut_groups(book, shown, cuts, rows.unit[keep], levels, safe, fewest)

    def work_unit(group: AnalysedGroup) -> _Result | None:
        return work(group, whole.take(tree.subtree(group.unit)))

    def work_cut(number: int) -> list[tuple[AnalysedGroup, _Result, float]]:
        count, found = len(cuts[number].levels), []
        cell = np.where(rows.levels[number] < 0, -1, rows.unit.astype(np.int64) * count + rows.levels[number])
        split = cluster_crosses(values, keep, cell, len(tree) * count, drivers=p)
        everybody = np.bincount(cell[cell >= 0], minlength=len(tree) * count)
        for group in of_cuts:
            if group.cut == number:
                below = tree.subtree(group.unit)
                part = slice(below.start * count + group.level, below.stop * count, count)
                result = work(group, split.take(part))
                if result is not None:
                    found.append((group, result, float(result[0].n / max(int(everybody[part].sum()), 1))))
        return found

    # Compiled loops and decompositions work outside the interpreter's lock. Every group draws from a seed of its own,
    # so nothing depends on who comes first.
    with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, MOST_THREADS)) as pool:
        by_unit = pool.map(work_unit, units)
        by_cut = pool.map(work_cut, sorted({group.cut for group in of_cuts}))
        for group, result in zip(units, by_unit, strict=True):
            if result is not None:
                made.add(group, places, *result, float(complete[group.unit]))
        for found in by_cut:
            for group, result, part in found:
                made.add(group, places, *result, part)


def _seed(book: ScoreBook, group: AnalysedGroup, seed: int) -> int:
    name = f"{book.tree.ids[group.unit]}\n{group.cut}\n{group.level}\n{seed}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")


def _digest(book: ScoreBook, seed: int, replicates: int | None) -> str:
    parts = [book.inputs_hash, "drivers", __version__, str(FORMULA), str(seed), str(replicates or REPLICATES)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


__all__ = ["AnsweredRows", "drivers_of_rows", "find_drivers", "shares_answers", "two_figures"]
