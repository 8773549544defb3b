"""From sealed answers to a ScoreBook, and to the moments the chain reads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from headwater.engine import UnitMoments, compute_moments, unit_totals
from headwater.engine.store import sealed_answers
from headwater.scoring.book import Comparisons, Inputs, score
from headwater.scoring.cutting import CrossedCells, CutLevels
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.vocab import IntArray, Moments, ScoreBook, Study, UnitTree, Wave


def group_sums(totals: UnitMoments | Moments) -> GroupSums:
    """Take the sums of units, or of cells, out of their moments."""
    scores = totals.scores
    return GroupSums(
        respondents=totals.respondents,
        counts=totals.counts,
        score_n=scores.n,
        score_total=scores.total,
        score_squares=scores.squares,
        w=totals.weights,
        w2=totals.weights_squared,
        score_w=scores.w,
        score_w_total=scores.w_total,
        score_w_squares=scores.w_squares,
        score_w2=scores.w2,
        score_w2_total=scores.w2_total,
        score_w2_squares=scores.w2_squares,
    )


def score_moments(
    moments: Moments,
    *,
    study: Study,
    wave: Wave,
    tree: UnitTree,
    specification: Specification,
    comparisons: Comparisons | None = None,
    sources: Sequence[str] = (),
    invited: IntArray | None = None,
) -> ScoreBook:
    """Return the ScoreBook of a wave from its moments.

    moments: summed by this specification's plan. sources: salted names of the sealed files, as `score_wave` gives; the
    moments' own names are not used, since a digest of few answers can be found by trying. Without them the book's hash
    is drawn anew each time. Raises InputError for answers in unknown units.
    """
    own = group_sums(unit_totals(moments, tree))
    used = [cut.key for cut in study.cuts if cut.key in moments.plan.cuts]
    return score(
        Inputs(
            study=study,
            wave=wave,
            tree=tree,
            specification=specification,
            own=own,
            crossed=_crossed(moments, tree, used) if used else None,
            comparisons=comparisons or Comparisons(),
            sources=tuple(sources),
            invited=invited,
        )
    )


def _crossed(moments: Moments, tree: UnitTree, cuts: Sequence[str]) -> CrossedCells:
    """Take the cells of all cuts at once out of the moments."""
    number = np.array([tree.index_of[unit] for unit in moments.units], np.int64)
    return CrossedCells(
        cuts=tuple(CutLevels(cut, moments.levels[cut]) for cut in cuts),
        unit=number[moments.cell_unit],
        place=moments.cell_cuts[:, [moments.plan.cuts.index(cut) for cut in cuts]],
        sums=group_sums(moments).packed(),
    )


def sealed_file_digests(store: Path, study: str, wave: str) -> tuple[str, ...]:
    """Return the SHA-256 of every sealed file of a wave, sorted.

    A sealed file holds a random key a response, so its digest names it and cannot be met by trying answers.
    """
    found = []
    for part in sealed_answers(store, study, wave).parts:
        with part.path.open("rb") as file:
            found.append(hashlib.file_digest(file, "sha256").hexdigest())
    return tuple(sorted(found))


def score_wave(
    store: Path,
    *,
    study: Study,
    wave: Wave,
    tree: UnitTree,
    specification: Specification,
    comparisons: Comparisons | None = None,
    engine: str | None = None,
    invited: IntArray | None = None,
) -> tuple[ScoreBook, Moments]:
    """Return the ScoreBook of a sealed wave, and its moments for the chain. One pass over the answers.

    store: the folder of sealed answers. invited: int64[U], people of each unit who were invited, for response rates;
    None when it is not known. engine: a key of
    ENGINES; by default HEADWATER_ENGINE, then DuckDB. Raises InputError when nothing is sealed or a unit is unknown.
    """
    plan = specification.plan(tuple(cut.key for cut in study.cuts))
    moments = compute_moments(store, study.key, wave.key, plan, engine=engine)
    book = score_moments(
        moments,
        study=study,
        wave=wave,
        tree=tree,
        specification=specification,
        comparisons=comparisons,
        sources=sealed_file_digests(store, study.key, wave.key),
        invited=invited,
    )
    return book, moments
