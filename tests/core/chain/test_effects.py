"""Effects of actions: by hand where that is possible, else as properties of many simulated organisations."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.chain import Comparison, EffectEstimate, EffectPanel, choose_comparison, effect_of, foreseen_error
from headwater.chain.effect_baselines import expect, fit_baseline
from headwater.chain.effect_panels import FEWEST_POOL, MATCHED
from headwater.vocab import FloatArray

BRANCHES, TEAMS, WAVES = 5, 8, 3


def organisation(value: FloatArray, se: FloatArray, n: FloatArray) -> EffectPanel:
    """A panel of BRANCHES x TEAMS teams from arrays [teams, waves]; the units above are not shown."""
    units = 1 + BRANCHES * (TEAMS + 1)
    rows = np.array([2 + branch * (TEAMS + 1) + team for branch in range(BRANCHES) for team in range(TEAMS)])
    size, depth = np.ones(units, np.int64), np.full(units, 2)
    size[0], depth[0] = units, 0
    heads = 1 + np.arange(BRANCHES) * (TEAMS + 1)
    size[heads], depth[heads] = TEAMS + 1, 1
    wide = [np.full((units, value.shape[1]), fill) for fill in (np.nan, np.nan, 0.0)]
    for made, part in zip(wide, (value, se, n), strict=True):
        made[rows] = part
    waves = tuple(f"w{number}" for number in range(value.shape[1]))
    values, errors, answers = wide
    return EffectPanel(tuple(f"u{row}" for row in range(units)), waves, values, errors, answers, size, depth)


def draw(rng: np.random.Generator, *, pick: str, effect: float = 0.0) -> tuple[EffectPanel, str]:
    """One organisation in which units move by themselves, and the unit that acts after the second wave."""
    teams = BRANCHES * TEAMS
    lasting = rng.normal(0, 0.2, BRANCHES)[np.arange(teams) // TEAMS] + rng.normal(0, 0.3, teams)
    n = np.maximum(rng.poisson(9, teams), 4)[:, None] * np.ones((1, WAVES))
    moving = rng.normal(0, 0.15, (teams, WAVES)) + rng.normal(0, 0.1, WAVES)
    se = 0.8 * np.sqrt(rng.chisquare(n - 1) / (n - 1) / n)
    value = 3.5 + lasting[:, None] + moving + 0.8 / np.sqrt(n) * rng.standard_normal((teams, WAVES))
    chosen = int(np.argmin(value[:, 1])) if pick == "lowest" else int(rng.integers(teams))
    value[chosen, -1] += effect
    panel = organisation(value, se, n)
    return panel, panel.units[2 + chosen // TEAMS * (TEAMS + 1) + chosen % TEAMS]


def effects(worlds: int, *, pick: str, effect: float = 0.0) -> list[EffectEstimate]:
    rng, found = np.random.default_rng(11), []
    for _ in range(worlds):
        panel, unit = draw(rng, pick=pick, effect=effect)
        made = effect_of(panel, choose_comparison(panel, unit, panel.waves[:-1]), panel.waves[-1])
        assert isinstance(made, EffectEstimate)
        found.append(made)
    return found


def test_a_unit_chosen_for_being_low_is_not_credited_with_coming_back() -> None:
    found = effects(250, pick="lowest")
    plain, adjusted = (np.array([getattr(one, name).value for one in found]) for name in ("plain", "adjusted"))
    assert plain.mean() > 0.2
    assert abs(adjusted.mean()) < 0.08
    covered = np.mean([one.adjusted.low <= 0 <= one.adjusted.high for one in found])
    assert covered >= 0.91
    assert np.mean([one.coming_back for one in found]) > 0.15


def test_a_planted_effect_is_recovered_and_covered() -> None:
    found = effects(250, pick="lowest", effect=1.2)
    assert np.mean([one.adjusted.value for one in found]) == pytest.approx(1.2, abs=0.08)
    assert np.mean([one.adjusted.low <= 1.2 <= one.adjusted.high for one in found]) >= 0.91
    power = np.mean([one.adjusted.low > 0 for one in found])
    # What is said to be seen four times in five is close to what the planted effect is.
    assert np.mean([one.smallest for one in found]) == pytest.approx(1.2, abs=0.35)
    assert 0.6 < power < 0.98


def test_the_error_is_never_below_who_happened_to_answer() -> None:
    for one in effects(60, pick="random"):
        assert one.adjusted.se >= one.sampling_se > 0
        assert one.without_one[0] <= one.adjusted.value <= one.without_one[1]
        assert 0 < one.placebos <= 1
        assert one.became - one.was - (one.others_became - one.others_were) == pytest.approx(one.plain.value)


def test_the_plain_effect_by_hand() -> None:
    teams = BRANCHES * TEAMS
    value = np.tile(np.arange(teams, dtype=float)[:, None] / 10, (1, 2))
    value[:, 1] += np.where(np.arange(teams) % 2, 0.1, -0.1)
    value[0] = (0.0, 1.0)
    panel = organisation(value, np.full((teams, 2), 0.05), np.full((teams, 2), 10.0))
    chosen = choose_comparison(panel, "u2", ("w0",))
    assert chosen.matched == tuple(f"u{row}" for row in (3, 4, 5, 6, 7, 8, 9, 11))
    found = effect_of(panel, chosen, "w1")
    assert isinstance(found, EffectEstimate)
    # Eight nearest teams: numbers 1 to 8, four up by .1 and four down by .1.
    assert found.plain.value == pytest.approx(1.0)
    assert found.others_were == pytest.approx(0.45)


def test_the_comparison_looks_at_nothing_after_the_start() -> None:
    rng = np.random.default_rng(3)
    panel, unit = draw(rng, pick="random")
    later = panel.value.copy()
    later[:, -1] = rng.normal(0, 5, len(panel.units))
    other = EffectPanel(panel.units, panel.waves, later, panel.se, panel.n, panel.size, panel.depth)
    assert choose_comparison(panel, unit, panel.waves[:2]) == choose_comparison(other, unit, panel.waves[:2])
    assert foreseen_error(panel, choose_comparison(panel, unit, panel.waves[:2])) is not None


def test_nobody_who_shares_answers_or_acts_is_compared_with() -> None:
    panel, _ = draw(np.random.default_rng(5), pick="random")
    value, se, n = (part.copy() for part in (panel.value, panel.se, panel.n))
    value[:2], se[:2], n[:2] = 3.5, 0.05, 70.0
    panel = EffectPanel(panel.units, panel.waves, value, se, n, panel.size, panel.depth)
    chosen = choose_comparison(panel, "u2", panel.waves[:2], {"u12", "u0"})
    rows = [panel.row_of[one] for one in chosen.pool]
    assert not {0, 1, 2, 12} & set(rows)
    for row in rows:
        assert panel.overlaps(row)[rows].sum() == 1
    # Who begins later leaves the comparison; the next of the frozen order comes in.
    later = effect_of(panel, chosen, "w2", acting={chosen.pool[0]})
    assert isinstance(later, EffectEstimate)
    assert later.matched == chosen.pool[1 : MATCHED + 1]
    assert later.lost == chosen.pool[:1]


def test_what_cannot_be_told_says_why() -> None:
    panel, _ = draw(np.random.default_rng(6), pick="random")
    assert choose_comparison(panel, "u0", panel.waves[:2]).reason == "not_shown_before"
    few = {unit for unit in panel.units[2:] if unit not in panel.units[2 : 2 + FEWEST_POOL]}
    assert choose_comparison(panel, "u2", panel.waves[:2], few).reason == "too_few"
    chosen = choose_comparison(panel, "u3", panel.waves[:2])
    value = panel.value.copy()
    value[3, 2] = np.nan
    hidden = EffectPanel(panel.units, panel.waves, value, panel.se, panel.n, panel.size, panel.depth)
    assert effect_of(hidden, chosen, "w2") == "not_shown_after"
    assert effect_of(panel, Comparison("elsewhere", ("w0", "w1"), chosen.pool), "w2") == "gone"
    with pytest.raises(ValueError, match="shape"):
        EffectPanel(panel.units, panel.waves, value[:, :1], panel.se, panel.n, panel.size, panel.depth)


def test_the_baseline_equals_the_shrinkage_of_one_wave() -> None:
    """With one wave before, the expected value is the empirical Bayes estimate with the covariance as its signal."""
    rng = np.random.default_rng(8)
    value = rng.normal(0, 1, (60, 1)) * np.ones((1, 2)) + rng.normal(0, 0.5, (60, 2))
    se = np.full((60, 2), 0.5)
    baseline = fit_baseline(value, se)
    covariance = np.cov(value.T)
    assert baseline.lasting == pytest.approx(covariance[0, 1])
    made = expect(value, se, baseline)
    own = max(baseline.own + 0.25, 0.025)
    weight = baseline.lasting / (baseline.lasting + own)
    assert made.weights[:, 0] == pytest.approx(np.full(60, weight))
    assert made.value == pytest.approx(value[:, 1].mean() + weight * (value[:, 0] - value[:, 0].mean()))
    with pytest.raises(ValueError, match="two units"):
        fit_baseline(np.array([[1.0, np.nan], [2.0, np.nan], [1.0, 3.0]]), np.full((3, 2), 0.1))
