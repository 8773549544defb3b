"""Whether hidden groups of like-minded people are found where they are, and not invented where they are not."""

from __future__ import annotations

import numpy as np

from benchmarks.shown_right.claims import Claim, count_of, mean_of, share_of
from headwater.instruments import load_instrument
from headwater.scoring.like_minded import DRAWN_POPULATIONS, Found, find_like_minded
from headwater.simulation import preferences
from headwater.stats.bestworst_groups import pick_sums
from headwater.vocab import FloatArray

SEED = 406
PEOPLE, TEAM = 150, 8
ITEM = load_instrument("importance").item("importance_ex_factors")
KEYS = [choice.key for choice in ITEM.choices]
SETS = np.array([[KEYS.index(key) for key in shown] for shown in ITEM.sets])


def look(kinds: int, seed: int) -> tuple[Found, float]:
    """Draw people of one or two kinds, look for groups, and return them with the true part of the larger kind."""
    rng = np.random.default_rng([SEED, kinds, seed])
    group = (rng.random(PEOPLE) < 0.4).astype(np.int64) if kinds > 1 else np.zeros(PEOPLE, np.int64)
    chosen = preferences.choose(group, ITEM, rng)
    best, worst = (
        np.column_stack([chosen[f"{ITEM.key}_{number:02}_{side}"] for number in range(1, len(SETS) + 1)]) - 1.0
        for side in ("best", "worst")
    )
    unit = (np.arange(PEOPLE) // TEAM).astype(np.int32)
    found, _ = find_like_minded(pick_sums(best, worst, SETS, len(KEYS)), unit, k=5, seed=seed)
    return found, float(np.bincount(group).max() / PEOPLE)


def true_shares(seed: int) -> FloatArray:
    """Return float64[2, I], the importance in each kind as a logit of endlessly many people would give it."""
    from headwater.stats.bestworst_groups import group_shares

    rows = []
    for kind in range(2):
        rng = np.random.default_rng([SEED, 9, kind, seed])
        many = preferences.choose(np.full(20_000, kind), ITEM, rng)
        best, worst = (
            np.column_stack([many[f"{ITEM.key}_{number:02}_{side}"] for number in range(1, len(SETS) + 1)]) - 1.0
            for side in ("best", "worst")
        )
        rows.append(group_shares(pick_sums(best, worst, SETS, len(KEYS)), np.arange(20_000)).share)
    return np.stack(rows)


def run(worlds: int) -> tuple[Claim, ...]:
    """As many worlds with two kinds of people as with one."""
    truth = true_shares(0)
    found = [look(2, world) for world in range(worlds)]
    right = [(one, part) for one, part in found if one.verdict == "found" and len(one.groups) == 2]
    invented = sum(look(1, world)[0].verdict == "found" for world in range(worlds))
    chance = 100.0 / (DRAWN_POPULATIONS + 1)
    claims = [
        Claim(
            "Two hidden kinds of people found as two groups",
            95.0,
            "at least",
            count_of(len(right), worlds),
            5.0,
            worlds,
        ),
        Claim(
            "Groups found where people differ by degree alone",
            chance,
            "at most",
            count_of(invented, worlds),
            2.0,
            worlds,
        ),
    ]
    if len(right) > 1:
        sizes = mean_of([100 * (one.groups[0].part - part) for one, part in right])
        claims.append(
            Claim("Size of the larger group less the true one", 0.0, "equal", sizes, 3.0, len(right), "points")
        )
        held = []
        for one, _ in right:
            for group in one.groups:
                kind = int(np.argmin(((truth - group.share) ** 2).sum(axis=1)))
                held.append(((group.low <= truth[kind]) & (truth[kind] <= group.high)).sum())
        per_world = np.array(held).reshape(len(right), 2).sum(axis=1)
        cover = share_of(per_world, np.full(len(right), 2 * len(KEYS)))
        claims.append(
            Claim("95% range of a choice's importance in its group", 95.0, "at least", cover, 2.0, len(right))
        )
    return tuple(claims)
