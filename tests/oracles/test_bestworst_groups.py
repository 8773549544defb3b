"""Best-worst importance from sums equals the conditional logit (ricebws1, R survival); classes find planted groups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import load

from headwater.stats.bestworst import best_worst_logit, picked_items
from headwater.stats.bestworst_classes import (
    adjusted_rand,
    classify,
    draw_picks,
    gain_of_classes,
    latent_classes,
    split_half_agreement,
)
from headwater.stats.bestworst_groups import PickSums, group_shares, pick_sums

SETS = np.array([[0, 1, 3], [1, 2, 4], [2, 3, 5], [3, 4, 6], [4, 5, 0], [5, 6, 1], [6, 0, 2]])
EXACT = 1e-8


def people(utility: np.ndarray, seed: int) -> PickSums:
    """Picks of people with own utilities [n, 7], in the paired model."""
    seen = np.ones((len(utility), len(SETS)))
    blank = np.full(seen.shape, np.nan)
    like = PickSums(np.zeros((len(utility), 7)), seen, SETS, blank, blank)
    parts = [
        draw_picks(one, np.zeros((7, 7)), PickSums(like.wins[:1], seen[:1], SETS, blank[:1], blank[:1]), seed + number)
        for number, one in enumerate(utility)
    ]
    best, worst = (np.concatenate([getattr(part, side) for part in parts]) for side in ("best", "worst"))
    return pick_sums(best, worst, SETS, 7)


def test_importance_equals_the_conditional_logit(shared: Path) -> None:
    oracle = load(shared, "ricebws1")
    sets = np.array([oracle.value("design")[f"q{i}"] for i in range(1, 8)]) - 1
    best = picked_items(oracle.matrix([f"b{i}" for i in range(1, 8)]), sets)
    worst = picked_items(oracle.matrix([f"w{i}" for i in range(1, 8)]), sets)
    picks = pick_sums(best, worst, sets, 7)
    for clusters in (np.arange(len(best)), np.arange(len(best)) % 20):
        ours = group_shares(picks, clusters)
        rows = best_worst_logit(best, worst, sets, people=clusters)
        np.testing.assert_allclose(ours.utility, rows.utility, atol=EXACT)
        np.testing.assert_allclose(ours.share, rows.share, atol=EXACT)
        np.testing.assert_allclose(ours.share_lower, rows.share_lower, atol=EXACT)
        np.testing.assert_allclose(ours.share_upper, rows.share_upper, atol=EXACT)


def test_half_a_screen_counts_as_none_and_wrong_picks_are_refused() -> None:
    best, worst = SETS[None, :, 0].astype(float), SETS[None, :, 1].astype(float)
    halved = worst.copy()
    halved[0, 2] = np.nan
    assert pick_sums(best, halved, SETS, 7).seen.sum() == 6
    with pytest.raises(ValueError, match="was not on its screen"):
        pick_sums(best + 1, worst, SETS, 7)
    with pytest.raises(ValueError, match="best and worst of a screen"):
        pick_sums(best, best, SETS, 7)
    low, high = (np.repeat(part[None].astype(float), 9, 0) for part in (SETS.min(1), SETS.max(1)))
    with pytest.raises(ValueError, match="infinity"):
        group_shares(pick_sums(low, high, SETS, 7), np.arange(9))


def test_planted_groups_come_back_and_degree_alone_gives_none() -> None:
    rng = np.random.default_rng(3)
    kind = rng.integers(0, 2, 500)
    taste = np.array([[1.8, 1.2, 0.4, 0, -0.4, -1.2, -1.8], [-1.5, -1.0, 0.6, 0, 0.2, 0.6, 1.1]])
    planted = people(taste[kind], 10)
    two = latent_classes(planted, 2)
    assert latent_classes(planted, 1).bic > two.bic
    assert latent_classes(planted, 3).bic > two.bic
    assert adjusted_rand(classify(planted, two).argmax(axis=1), kind) > 0.9
    assert split_half_agreement(planted, 2, splits=3) > 0.9
    assert two.part.sum() == pytest.approx(1.0)
    mean, spread = taste.mean(axis=0), np.cov(taste[kind].T) + 0.1 * (np.eye(7) - 1 / 7)
    by_degree = [gain_of_classes(draw_picks(mean, spread, planted, seed), 2) for seed in range(5)]
    assert gain_of_classes(planted, 2) > max(by_degree)


def test_agreement_of_partitions() -> None:
    first = np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(first, 2 - first) == pytest.approx(1.0)
    # Hubert and Arabie (1985), formula 5, by hand: pairs together 2 of 15, in each 3 and 6.
    assert adjusted_rand(first, np.array([0, 0, 0, 1, 1, 1])) == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    with pytest.raises(ValueError, match="same people"):
        adjusted_rand(first, first[:3])
