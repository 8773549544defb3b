"""Whether flags keep their false-discovery rate: against the rest of the unit above, and against the wave before."""

from __future__ import annotations

import numpy as np

from benchmarks.shown_right.claims import Claim, Rate, false_share, share_of
from benchmarks.shown_right.worlds import SCALES, SPECIFICATION, Climate, book_of, true_values
from headwater.org import subtree_sums
from headwater.privacy.gate import nearest_shown_above
from headwater.scoring.comparing import FAIRLY_SURE_RATE, SURE_RATE
from headwater.simulation.staff import hire
from headwater.vocab import FloatArray, Panel, Sureness

SEED = 402
PEOPLE = 1_200
MOVED = 0.15
"""Share of the teams at the bottom that truly differ, in the worlds in which any does."""
BY = 1.8
"""How far they differ at most, in standard deviations of one answer; at least half of it."""
NOTHING = 1e-6
EFFECTS = np.array([column.minimum_effect for column in SPECIFICATION.columns])


def climate_of(seed: int, moved: float) -> tuple[Climate, Climate]:
    """Return the same organisation before and after some teams moved; before, nobody differs from anybody."""
    rng = np.random.default_rng([SEED, seed])
    staff = hire(PEOPLE, rng)
    tree = staff.tree
    asked = np.bincount(staff.team[1:], minlength=len(tree)).astype(np.int64)
    latent = np.zeros((len(tree), SCALES + 1))
    before = Climate(tree, asked, latent)
    teams = np.flatnonzero((tree.size == 1) & (rng.random(len(tree)) < moved))
    later = latent.copy()
    later[teams] = (rng.choice([-1, 1], len(teams)) * rng.uniform(BY / 2, BY, len(teams)))[:, None]
    return before, Climate(tree, asked, later)


def flagged(panel: Panel, kind: str, true: FloatArray, least: Sureness) -> tuple[float, float, float]:
    """Return the false share of the flags, a mean over columns; and how many true differences of the minimum
    effect or more were flagged, of all.

    A flag is false where there is no difference, or one the other way.
    """
    said = panel.sureness[kind] >= least
    right = said & (np.sign(panel.fields[f"{kind}_difference"]) == np.sign(true)) & (np.abs(true) > NOTHING)
    count = said.sum(axis=0)
    wrong = float(np.mean(np.where(count > 0, 1 - right.sum(axis=0) / np.maximum(count, 1), 0.0)))
    large = panel.shown & (np.abs(true) >= EFFECTS) & ~np.isnan(panel.fields[f"{kind}_difference"])
    return wrong, float((right & large).sum()), float(large.sum())


def true_rest_difference(climate: Climate, panel: Panel) -> FloatArray:
    """Return float64[U, C]: how far every unit truly is from the rest of the nearest unit shown above, else 0."""
    truth, people = true_values(climate), subtree_sums(climate.tree, climate.people).astype(np.float64)
    above = nearest_shown_above(climate.tree, np.asarray(panel.shown.any(axis=1)))
    up = np.maximum(above, 0)
    left = np.maximum(people[up] - people, 1)[:, None]
    rest = (people[up][:, None] * truth[up] - people[:, None] * truth) / left
    return np.where((above >= 0)[:, None], truth - rest, 0.0)


def run(worlds: int) -> tuple[Claim, ...]:
    """Two waves a world, once with no team that differs or moves, once with some."""
    levels = ((Sureness.FAIRLY_SURE, FAIRLY_SURE_RATE), (Sureness.SURE, SURE_RATE))
    found: dict[tuple[str, float, Sureness], list[tuple[float, float, float]]] = {}
    for moved in (0.0, MOVED):
        for world in range(worlds):
            before, after = climate_of(world, moved)
            first = book_of(before, np.random.default_rng([SEED, world, int(moved > 0), 1]))
            rng = np.random.default_rng([SEED, world, int(moved > 0), 2])
            panel = book_of(after, rng, wave=2, previous=first).everybody
            changed = true_values(after) - true_values(before)
            for kind, true in (("rest", true_rest_difference(after, panel)), ("previous", changed)):
                for least, _ in levels:
                    found.setdefault((kind, moved, least), []).append(flagged(panel, kind, true, least))
    said = {Sureness.FAIRLY_SURE: "all", Sureness.SURE: "sure"}
    against = {"rest": "the rest", "previous": "the wave before"}
    claims = []
    for kind, whom in against.items():
        for moved in (0.0, MOVED):
            where = "some teams differ" if moved else "nothing differs"
            for least, rate in levels:
                wrong: Rate = false_share([one[0] for one in found[kind, moved, least]])
                name = f"False among {said[least]} flags against {whom}, {where}"
                claims.append(Claim(name, 100 * rate, "at most", wrong, 0.5, worlds))
        power = np.array([one[1:] for one in found[kind, MOVED, Sureness.FAIRLY_SURE]])
        name = f"True large differences from {whom} that are flagged"
        claims.append(Claim(name, float("nan"), "told", share_of(*power.T), 0.0, worlds))
    return tuple(claims)
