"""A planted change of the simulator is recovered beside matched divisions, and where nothing was planted none is seen.

The same seed without the turn gives what would have been: the planted effect is known to the last answer.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from headwater.chain import EffectEstimate, EffectPanel, choose_comparison, effect_of
from headwater.rooms.prove.logic.verdicts import Hope, judge
from headwater.simulation import SimulationPlan, simulate
from headwater.simulation.truth import Turn
from headwater.vocab import FloatArray

ITEMS = ("lx_listens", "lx_says_what_matters", "lx_notices_good_work", "lx_removes_obstacles")
TURN = Turn(division=1, wave=2, size=2.4)
WAVES, FEWEST = 3, 5
HOPE = Hope(0.3, 0.6, 1.2)


@lru_cache(maxsize=2)
def panel(*turns: Turn) -> tuple[EffectPanel, dict[int, str]]:
    """The mean of four questions in every unit with all below it, where five answered; and divisions by number."""
    world = simulate(SimulationPlan(people=1200, customers=100, waves=WAVES, seed=5, turns=turns))
    tree = world.staff.tree
    parts: list[FloatArray] = [np.full((len(tree), WAVES), np.nan) for _ in range(3)]
    for wave in range(WAVES):
        table = world.employee_answers(wave)
        codes = np.stack([table.items[key] for key in ITEMS]).astype(np.float64)
        own = np.where(codes > 0, codes, np.nan)
        scores = np.nanmean(own[:, (codes > 0).any(axis=0)], axis=0)
        unit = table.unit[(codes > 0).any(axis=0)]
        for row in range(len(tree)):
            inside = scores[(unit >= row) & (unit < row + tree.size[row])]
            if len(inside) >= FEWEST:
                spread = inside.std(ddof=1) / np.sqrt(len(inside))
                for part, number in zip(parts, (inside.mean(), spread, len(inside)), strict=True):
                    part[row, wave] = number
    value, se, n = parts
    made = EffectPanel(
        tree.ids, tuple(f"w{wave}" for wave in range(WAVES)), value, se, np.nan_to_num(n),
        tree.size.astype(np.int64), tree.depth.astype(np.int64),
    )  # fmt: skip
    heads = np.flatnonzero(tree.depth == 1)
    return made, {int(world.staff.division[row]): tree.ids[row] for row in heads.tolist()}


def found(division: int, *turns: Turn) -> EffectEstimate:
    made, divisions = panel(*turns)
    chosen = choose_comparison(made, divisions[division], made.waves[:2])
    effect = effect_of(made, chosen, "w2")
    assert isinstance(effect, EffectEstimate), effect
    return effect


def test_a_planted_change_is_recovered_and_nothing_is_called_nothing() -> None:
    with_turn, divisions = panel(TURN)
    without, _ = panel()
    row = with_turn.row_of[divisions[TURN.division]]
    planted = float(with_turn.value[row, 2] - without.value[row, 2])
    assert planted > 0.4
    effect = found(TURN.division, TURN)
    assert effect.adjusted.low < planted < effect.adjusted.high
    assert judge(effect.adjusted.value, effect.adjusted.low, effect.adjusted.high, HOPE) == "worked"
    null = found(TURN.division)
    assert null.adjusted.low < 0 < null.adjusted.high
    assert judge(null.adjusted.value, null.adjusted.low, null.adjusted.high, HOPE) == "none"
