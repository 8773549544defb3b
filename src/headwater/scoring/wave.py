"""From sealed answers to a ScoreBook, and to the moments the chain reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from headwater.engine import UnitMoments, compute_moments, cut_totals, unit_totals
from headwater.scoring.book import Comparisons, CutSums, Inputs, score
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.vocab import Moments, ScoreBook, Study, UnitTree, Wave


def group_sums(totals: UnitMoments) -> GroupSums:
    """Take the sums of units out of their moments."""
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
) -> ScoreBook:
    """Return the ScoreBook of a wave from its moments. Raises InputError for answers in unknown units."""
    own = group_sums(unit_totals(moments, tree))
    cuts = []
    for cut in study.cuts:
        if cut.key not in moments.plan.cuts:
            continue
        levels = {level: group_sums(found) for level, found in cut_totals(moments, tree, cut.key).items()}
        known = sum((sums.respondents for sums in levels.values()), np.zeros(len(tree), np.int64))
        cuts.append(CutSums(cut.key, tuple(levels), tuple(levels.values()), own.respondents - known))
    return score(
        Inputs(
            study=study,
            wave=wave,
            tree=tree,
            specification=specification,
            own=own,
            cuts=tuple(cuts),
            comparisons=comparisons or Comparisons(),
            sources=tuple(sources) or moments.sources,
        )
    )


def score_wave(
    store: Path,
    *,
    study: Study,
    wave: Wave,
    tree: UnitTree,
    specification: Specification,
    comparisons: Comparisons | None = None,
    engine: str = "duckdb",
) -> tuple[ScoreBook, Moments]:
    """Return the ScoreBook of a sealed wave, and its moments for the chain. One pass over the answers.

    store: the folder of sealed answers. Raises InputError when nothing is sealed or a unit is unknown.
    """
    plan = specification.plan(tuple(cut.key for cut in study.cuts))
    moments = compute_moments(store, study.key, wave.key, plan, engine=engine)
    book = score_moments(
        moments, study=study, wave=wave, tree=tree, specification=specification, comparisons=comparisons
    )
    return book, moments
