"""Pooled effects against the published output of metafor's rma() on the BCG trials (Viechtbauer 2010, JSS 36:3).

Log risk ratios of Colditz et al. (1994, JAMA 271:698). rma(yi, vi) gives tau2 .3132, estimate -.7145, Q 152.2330, I2
92.22%; with test="knha" se .1808 and the interval -1.1084 to -.3206. Tolerance: half a unit of the last digit printed.
"""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from headwater.stats import pool_effects

TREATED = (4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27)
TREATED_WELL = (119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886)
CONTROL = (11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29)
CONTROL_WELL = (128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825)


def trials() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = (np.array(part, float) for part in (TREATED, TREATED_WELL, CONTROL, CONTROL_WELL))
    return np.log(a / (a + b) * (c + d) / c), np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def test_the_bcg_trials() -> None:
    found = pool_effects(*trials(), adjusted=False)
    assert found.tau2 == pytest.approx(0.3132, abs=5e-5)
    assert found.mean == pytest.approx(-0.7145, abs=5e-5)
    assert found.q == pytest.approx(152.2330, abs=5e-5)
    assert found.i2 == pytest.approx(92.22, abs=5e-3)
    assert found.se == pytest.approx(0.1808, abs=5e-5)
    assert (found.lower, found.upper) == pytest.approx((-1.1084, -0.3206), abs=5e-5)
    assert found.predicted_low < found.lower < found.upper < found.predicted_high


def test_effects_without_spread_are_as_statsmodels_pools_them() -> None:
    effect, error = np.array([0.10, 0.12, 0.09, 0.11, 0.13]), np.array([0.1, 0.2, 0.15, 0.1, 0.3])
    found, plain = pool_effects(effect, error), combine_effects(effect, error**2)
    assert found.tau2 == 0
    assert found.mean == pytest.approx(plain.mean_effect_fe)
    # Never narrower than the plain error, although the effects lie closer together than their errors let expect.
    assert found.se == pytest.approx(plain.sd_eff_w_fe)
    assert pool_effects(effect, error, adjusted=False).se < found.se


def test_what_cannot_be_pooled_is_refused() -> None:
    with pytest.raises(ValueError, match="two effects"):
        pool_effects([1.0], [0.1])
    with pytest.raises(ValueError, match="positive"):
        pool_effects([1.0, 2.0], [0.1, 0.0])
