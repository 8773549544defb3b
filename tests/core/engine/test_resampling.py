"""Replicates of sums: the answers with Poisson counts, the same for all units and every time."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from tests.core.engine.world import PLAN, STUDY, WAVE, answers, score_of

from headwater.engine import bootstrap_sums, compute_moments, stream_rows
from headwater.intake import seal
from headwater.stats.bootstrap import poisson_weights
from headwater.vocab import InputError, MomentPlan
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING

BARE = MomentPlan(PLAN.items, PLAN.scores)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    seal(tmp_path, STUDY, WAVE, answers(200, 1), seed=3)
    seal(tmp_path, STUDY, WAVE, answers(60, 2, units=9), seed=4)
    return tmp_path


def test_a_replicate_is_the_sum_of_answers_times_their_counts(store: Path) -> None:
    found = list(bootstrap_sums(store, "ex", "2026", BARE, replicates=18, first=2))
    assert [one.number for one in found] == list(range(2, 20))
    wanted = np.zeros((3, len(found[0].units), len(PLAN.scores)), dtype=object)
    for batch in stream_rows(store, "ex", "2026", items=[item.key for item in PLAN.items], scores=["ready"]):
        times = poisson_weights(batch.key, 1, first=19)[:, 0]
        for row in range(len(batch)):
            record = {
                "items": {k: None if v[row] == ITEM_MISSING else int(v[row]) for k, v in batch.items.items()},
                "scores": {k: None if v[row] == SCORE_MISSING else int(v[row]) for k, v in batch.scores.items()},
            }
            for place in range(len(PLAN.scores)):
                score = score_of(BARE, place, record)
                if score is not None:
                    wanted[:, batch.unit[row], place] += int(times[row]) * np.array([1, score, score**2], dtype=object)
    assert found[-1].n.tolist() == wanted[0].tolist()
    assert found[-1].total.tolist() == wanted[1].tolist()
    assert np.allclose(found[-1].squares, wanted[2].astype(float), rtol=1e-12)


def test_replicates_repeat_and_centre_on_the_answers(store: Path) -> None:
    moments = compute_moments(store, "ex", "2026", BARE)
    levels: tuple[Literal["respondent"], Literal["unit"]] = ("respondent", "unit")
    for level in levels:
        drawn = [one.total for one in bootstrap_sums(store, "ex", "2026", BARE, replicates=400, level=level)]
        again = next(bootstrap_sums(store, "ex", "2026", BARE, replicates=1, first=7, level=level))
        assert np.array_equal(drawn[7], again.total)
        mean = np.mean(drawn, axis=0)
        error = np.std(drawn, axis=0, ddof=1) / np.sqrt(400)
        assert np.all(np.abs(mean - moments.scores.total) <= 5 * error + 1e-9)


def test_whole_units_come_and_go_together(store: Path) -> None:
    moments = compute_moments(store, "ex", "2026", BARE)
    one = next(bootstrap_sums(store, "ex", "2026", BARE, replicates=1, level="unit"))
    some = moments.scores.n[:, 0] > 0
    times = one.n[some, 0] / moments.scores.n[some, 0]
    assert np.array_equal(times, np.rint(times))
    assert np.array_equal(one.total[some, 0], moments.scores.total[some, 0] * times.astype(int))


def test_what_cannot_be_replicated_is_refused(store: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="0 replicates"):
        bootstrap_sums(store, "ex", "2026", BARE, replicates=0)
    seal(tmp_path / "weighted", STUDY, WAVE, answers(20, 1, weighted=True))
    with pytest.raises(InputError, match="weighted answers"):
        bootstrap_sums(tmp_path / "weighted", "ex", "2026", BARE, replicates=2)
