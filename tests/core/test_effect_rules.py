"""Verdicts, forecasts scored, and what tends to work."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from headwater.chain import EffectPanel
from headwater.chain.effect_groups import staggered_effect
from headwater.rooms.prove.logic.foretelling import Forecast, foretold
from headwater.rooms.prove.logic.tendencies import FEWEST, Found, by_chance, tendencies
from headwater.rooms.prove.logic.verdicts import Hope, base_waves, is_judging, is_ruled_out, judge

HOPE = Hope(0.3, 0.6, 0.9)
FALL = Hope(-0.9, -0.6, -0.3, rises=False)


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (0.5, 0.1, 0.9, "worked"),
        (0.3, 0.1, 0.5, "worked"),
        (0.2, 0.1, 0.3, "less"),
        (0.5, 0.0, 1.0, "none"),
        (0.5, -0.1, 1.1, "none"),
        (-0.2, -0.5, 0.1, "none"),
        (-0.4, -0.7, -0.1, "harm"),
    ],
)
def test_one_rule_for_wins_nulls_and_harm(value: float, low: float, high: float, verdict: str) -> None:
    assert judge(value, low, high, HOPE) == verdict
    # The same where a fall is better.
    assert judge(-value, -high, -low, FALL) == verdict


def test_a_range_that_reaches_below_nothing_asks_for_no_less_than_something() -> None:
    assert Hope(-0.2, 0.3, 0.5).least == 0
    assert judge(0.05, 0.01, 0.09, Hope(-0.2, 0.3, 0.5)) == "worked"
    assert is_ruled_out(-0.2, 0.5, HOPE)
    assert not is_ruled_out(-0.2, 0.7, HOPE)
    assert is_ruled_out(-0.5, 0.2, FALL)


def test_what_counts_as_before_and_as_due() -> None:
    closed = [("w1", date(2026, 3, 1)), ("w2", date(2026, 6, 1)), ("w3", date(2026, 9, 1))]
    assert base_waves(closed, date(2026, 6, 1)) == ["w1", "w2"]
    assert is_judging(date(2026, 9, 1), date(2026, 9, 1))
    assert not is_judging(date(2026, 8, 31), date(2026, 9, 1))


def test_forecasts_are_widened_by_the_error_of_what_was_found() -> None:
    exact, doubtful = (Forecast(0.3, 0.6, 0.9, 1.0, se) for se in (0.0, 0.4))
    assert exact.widened == pytest.approx((0.3, 0.9))
    assert not exact.held
    assert doubtful.held
    assert exact.interval == pytest.approx(0.6 + 10 * 0.1)
    # Closed form of a normal forecast (Gneiting and Raftery 2007, equation 21): sd .3 / 1.2816, one and a half away.
    from scipy.stats import norm

    sd = 0.3 / norm.ppf(0.9)
    z = 0.4 / sd
    closed = sd * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert exact.crps == pytest.approx(closed, abs=2e-3)
    assert foretold([exact]).skill is None


def test_forecasts_that_say_the_truth_beat_saying_nothing_and_those_that_hope_do_not() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0.6, 0.25, 300)
    seen = truth + 0.1 * rng.standard_normal(300)
    sure = foretold([Forecast(0.28, 0.6, 0.92, float(one), 0.1) for one in seen])
    assert sure.held.share == pytest.approx(0.8, abs=0.06)
    assert sure.skill is not None
    assert sure.skill > 0.3
    nothing = foretold([Forecast(0.28, 0.6, 0.92, float(one - 0.6), 0.1) for one in seen])
    assert nothing.skill is not None
    assert nothing.skill < 0
    assert nothing.lean == pytest.approx(-0.6, abs=0.05)


def test_every_action_counts_and_a_tendency_needs_five() -> None:
    family = ("commitment", "lx", "points", "1-5")
    few = [Found(family, "worked", 0.4, 0.1)] * (FEWEST - 1) + [Found(family, "untold"), Found(family, "early")]
    (found,) = tendencies(few)
    assert found.tendency == "not_enough"
    assert found.missing == 1
    assert found.counts["untold"] == 1
    (found,) = tendencies([*few, Found(family, "none", 0.2, 0.1)])
    assert found.tendency == "works"
    (found,) = tendencies([Found(family, "none", one, 0.1) for one in (-0.2, 0.2, 0.1, -0.1, 0.0)])
    assert found.tendency == "unclear"
    (found,) = tendencies([Found(family, "harm", -0.5, 0.1)] * FEWEST)
    assert found.tendency == "harms"
    assert by_chance(40) == 2


def test_units_that_began_at_different_times_are_taken_together() -> None:
    rng = np.random.default_rng(4)
    units, waves = 40, 5
    value = rng.normal(3, 0.4, (units, 1)) + rng.normal(0, 0.1, (units, waves)) + np.arange(waves) * 0.1
    first = {}
    for unit in range(10):
        start = 2 + unit % 2
        value[unit, start:] += 0.5
        first[f"u{unit}"] = f"w{start}"
    ones = np.ones(units, np.int64)
    panel = EffectPanel(
        tuple(f"u{unit}" for unit in range(units)), tuple(f"w{wave}" for wave in range(waves)),
        value, np.full(value.shape, 0.1), np.full(value.shape, 10.0), ones, ones,
    )  # fmt: skip
    found = staggered_effect(panel, first, [f"u{unit}" for unit in range(10, 40)])
    assert found is not None
    effect, begun, never = found
    assert (begun, never) == (10, 30)
    assert effect.low < 0.5 < effect.high
    assert effect.value == pytest.approx(0.5, abs=0.1)
    assert staggered_effect(panel, dict(list(first.items())[:4]), [f"u{unit}" for unit in range(10, 40)]) is None
