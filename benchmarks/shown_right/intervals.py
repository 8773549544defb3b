"""Whether intervals cover: each unit's own, and the steadied ones on average over units."""

from __future__ import annotations

import numpy as np

from benchmarks.shown_right.claims import Claim, share_of
from benchmarks.shown_right.worlds import SCALES, SPECIFICATION, Climate, book_of, true_values
from headwater.simulation.ratings import SCALE_SHARE, UNIT_SHARE
from headwater.simulation.staff import hire
from headwater.vocab import Bound

SEED = 401
PEOPLE = 1_500
TOLERANCE = 1.0
"""Percentage points below 95 that still count as covering at the level."""

SIZES = ((5, 8), (8, 15), (15, 50), (50, 10**9))


def climate_of(seed: int, people: int = PEOPLE) -> Climate:
    """Draw an organisation in which units lean on the unit above (correlation .5)."""
    rng = np.random.default_rng([SEED, seed])
    staff = hire(people, rng)
    tree = staff.tree
    led = rng.standard_normal(len(tree))
    for unit in range(1, len(tree)):
        led[unit] = 0.5 * led[tree.parent[unit]] + np.sqrt(0.75) * led[unit]
    latent = np.sqrt(UNIT_SHARE) * led[:, None] + np.sqrt(SCALE_SHARE) * rng.standard_normal((len(tree), SCALES + 1))
    asked = np.bincount(staff.team[1:], minlength=len(tree)).astype(np.int64)
    return Climate(tree, asked, latent)


def run(worlds: int) -> tuple[Claim, ...]:
    """Count how often intervals hold the truth. One ScoreBook a world; every unit and column shown exactly counts."""
    measures = list(dict.fromkeys(column.measure for column in SPECIFICATION.columns))
    kinds = ["units of 5 to 7", "units of 8 to 14", "units of 15 to 49", "units of 50 and more"]
    own = {name: np.zeros((worlds, 2)) for name in (*measures, *kinds)}
    steadied = {name: np.zeros((worlds, 2)) for name in measures}
    column_measure = np.array([column.measure for column in SPECIFICATION.columns])
    for world in range(worlds):
        climate = climate_of(world)
        panel = book_of(climate, np.random.default_rng([SEED, world, 1])).everybody
        truth = true_values(climate)
        fields = panel.fields
        counted = panel.shown & (panel.bound == Bound.EXACT)
        held = (fields["low"] <= truth) & (truth <= fields["high"])
        steady = (fields["shrunken_low"] <= truth) & (truth <= fields["shrunken_high"])
        for measure in measures:
            of = counted & (column_measure == measure)[None, :]
            own[measure][world] = (held & of).sum(), of.sum()
            every = panel.shown & (column_measure == measure)[None, :]
            steadied[measure][world] = (steady & every).sum(), every.sum()
        for name, (least, below) in zip(kinds, SIZES, strict=True):
            of = counted & (panel.n_answered >= least) & (panel.n_answered < below)
            own[name][world] = (held & of).sum(), of.sum()
    labels = {
        "score": "means of scales", "score_favourable": "percent favourable of scales", "mean": "means of questions",
        "favourable": "percent favourable of questions", "recommend": "likelihood to recommend",
    }  # fmt: skip
    named = {f"Interval of the unit's own value, {labels.get(name, name)}": own[name] for name in own}
    named |= {f"Steadied interval, {labels[name]}": steadied[name] for name in measures}
    return tuple(Claim(name, 95.0, "at least", share_of(*found.T), TOLERANCE, worlds) for name, found in named.items())
