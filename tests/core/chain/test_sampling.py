"""Links with sampling error taken out, on panels whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.chain import Place, link_on_panel
from headwater.chain.sampling import ErrorParts, corrected_link
from headwater.vocab import Design, Lens, UnitPeriods

UNITS, PERIODS = 600, 4


def panel(across: float, within: float, error: float, shared: float, seed: int) -> tuple[np.ndarray, ...]:
    """Draw x and y: lasting parts of variance 1 correlated `across`, changes `within`, errors correlated `shared`."""
    rng = np.random.default_rng(seed)

    def pair(r: float, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        a = rng.standard_normal(shape)
        return a, r * a + np.sqrt(1 - r**2) * rng.standard_normal(shape)

    (lasting_x, lasting_y), (move_x, move_y) = pair(across, (UNITS, 1)), pair(within, (UNITS, PERIODS))
    off_x, off_y = pair(shared, (UNITS, PERIODS))
    season = rng.standard_normal(PERIODS)
    scale = np.sqrt(error)
    return lasting_x + move_x + season + scale * off_x, lasting_y + move_y - season + scale * off_y


@pytest.mark.parametrize(("within", "shared"), [(0.5, 0.0), (0.1, 0.6), (-0.3, 0.5)])
def test_the_link_of_true_values_is_found(within: float, shared: float) -> None:
    error = 1.5
    x, y = panel(0.6, within, error, shared, seed=3)
    grid = np.full(x.shape, error)
    table = UnitPeriods(tuple(map(str, range(UNITS))), ("1", "2", "3", "4"), {"x": x, "y": y})
    source, target = Place("x", "X", Lens.LX, "more x"), Place("y", "Y", Lens.EX, "more y")
    errors = {("x", "x"): grid, ("y", "y"): grid, ("x", "y"): shared * grid, ("y", "x"): shared * grid}
    found = link_on_panel(table, source, target, errors=errors)
    assert found.water is not None
    assert found.water.design is Design.WITHIN_UNITS
    assert found.water.low < within < found.water.high
    plain = next(other for other in found.others if other.design is Design.WITHIN_UNITS)
    assert not plain.low < within < plain.high


def test_intervals_cover_at_their_rate() -> None:
    covered = 0
    unit, period = (grid.ravel() for grid in np.indices((UNITS, PERIODS)))
    for seed in range(60):
        x, y = panel(0.5, 0.3, 1.0, 0.4, seed)
        errors = ErrorParts(*(np.full(x.size, value) for value in (1.0, 1.0, 0.4)))
        found = corrected_link(x.ravel(), y.ravel(), unit, period, errors, within=True)
        assert found is not None
        covered += found.low < 0.3 < found.high
    assert 52 <= covered <= 60


def test_nothing_is_claimed_when_only_chance_moves() -> None:
    rng = np.random.default_rng(2)
    unit, period = (grid.ravel() for grid in np.indices((50, 4)))
    x, y = rng.standard_normal(200), rng.standard_normal(200)
    errors = ErrorParts(np.ones(200), np.ones(200), np.zeros(200))
    assert corrected_link(x, y, unit, period, errors, within=True) is None


def test_a_figure_turned_round_turns_its_errors_too() -> None:
    x, y = panel(0.6, 0.5, 1.0, 0.5, seed=5)
    grid = np.ones(x.shape)
    table = UnitPeriods(tuple(map(str, range(UNITS))), ("1", "2", "3", "4"), {"x": x, "y": y})
    errors = {("x", "x"): grid, ("y", "y"): grid, ("x", "y"): 0.5 * grid}
    plain = link_on_panel(table, Place("x", "X", Lens.LX, "x"), Place("y", "Y", Lens.EX, "y"), errors=errors)
    turned = link_on_panel(table, Place("x", "X", Lens.LX, "x"), Place("y", "Y", Lens.EX, "y", False), errors=errors)
    assert plain.water is not None
    assert turned.water is not None
    assert turned.water.effect == pytest.approx(-plain.water.effect)
