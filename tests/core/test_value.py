"""Value cases: one worked by hand, Monte Carlo beside closed forms, break-even, payback and double counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from headwater.rooms.prove.logic.value import (
    Case,
    Factor,
    Line,
    at_likely,
    break_even,
    npv_with,
    payback_of,
    work_out,
)
from headwater.rooms.prove.logic.value_lines import KINDS, LineStream, overlaps, quantities_of
from headwater.rooms.prove.logic.value_ranges import Z90, Ranged, draw_all, middle_of


def fixed(key: str, value: float, scale: float = 1.0) -> Factor:
    return Factor(key, Ranged(value, value, value, "fixed"), scale)


def turnover(change: Factor, ours: Factor) -> Line:
    people, leaving = fixed("people", 1000.0), fixed("leaving", 10.0, 0.01)
    return Line("turnover", (people, leaving, fixed("replacing", 20_000.0), change, ours), ours.key)


def by_hand(change: Factor | None = None, ours: Factor | None = None) -> Case:
    """1,000 people, 10% leave, 20,000 each; a tenth fewer leave, half of it ours: 100,000 a year once built up."""
    line = turnover(change or fixed("change", 10.0, 0.01), ours or fixed("ours", 50.0, 0.01))
    costs = (fixed("cost0", 40_000.0), fixed("cost1", 30_000.0), fixed("cost2", 30_000.0))
    return Case((line,), costs, fixed("discount", 10.0, 0.01), fixed("build_up", 2.0))


def test_a_case_worked_by_hand() -> None:
    found = work_out(by_hand(), count=100)
    assert found.benefits[0] == pytest.approx((0.0, 50_000.0, 100_000.0))
    assert found.net == pytest.approx((-40_000.0, 20_000.0, 70_000.0))
    assert found.base == pytest.approx(-40_000 + 20_000 / 1.1 + 70_000 / 1.21)
    assert found.by_line[0] == pytest.approx(50_000 / 1.1 + 100_000 / 1.21)
    assert found.payback == pytest.approx(1 + (40_000 - 20_000 / 1.1) / (70_000 / 1.21))
    assert found.sceptic == pytest.approx(-(40_000 + 30_000 / 1.1 + 30_000 / 1.21))
    assert found.ours_needed == pytest.approx(50 * 92_066.1157 / 128_099.1736, rel=1e-6)
    assert found.pays_back == 1.0
    assert found.mean == pytest.approx(found.base)
    assert found.percentiles[5] == pytest.approx(found.percentiles[95])


def test_break_even_makes_the_base_case_nought_for_every_figure() -> None:
    case = by_hand()
    assert break_even(case, "change") == pytest.approx(7.187097, rel=1e-6)
    for key in case.factors():
        found = break_even(case, key)
        assert found is not None, key
        assert npv_with(case, {key: found}) == pytest.approx(0.0, abs=1e-3), key
    internal_rate = 100 / ((-20_000 + math.sqrt(4e8 + 4 * 70_000 * 40_000)) / 140_000) - 100
    assert break_even(case, "discount") == pytest.approx(internal_rate)
    nothing = at_likely(case, ours=0.0)
    assert break_even(nothing, "change") is None
    assert work_out(nothing, count=50).ours_needed == pytest.approx(35.9355, rel=1e-4)


def test_the_mean_of_many_draws_is_the_product_of_the_means() -> None:
    change = Factor("change", Ranged(2.0, 8.0, 20.0, "pert"), 0.01)
    ours = Factor("ours", Ranged(0.0, 50.0, 80.0, "triangular"), 0.01)
    found = work_out(by_hand(change, ours))
    annuity = 0.5 / 1.1 + 1 / 1.21
    worth = 1000 * 0.1 * 20_000 * annuity
    m1, m2 = (2 + 32 + 20) / 6 / 100, 130 / 3 / 100
    assert change.value.mean / 100 == pytest.approx(m1)
    assert ours.value.mean / 100 == pytest.approx(m2)
    # What strata leave to chance is the product of both spreads: three standard errors of it.
    assert found.mean == pytest.approx(worth * m1 * m2 - 92_066.1157, abs=450)
    # The variance of a product of independent figures, of a triangle and of a beta, all known.
    v1 = (m1 * 100 - 2) * (20 - m1 * 100) / 7 / 1e4
    v2 = (0 + 80**2 + 50**2 - 0 - 0 - 80 * 50) / 18 / 1e4
    spread = math.sqrt(v1 * v2 + v1 * m2**2 + v2 * m1**2) * worth
    drawn = draw_all({"change": change.value, "ours": ours.value}, count=10_000, seed=3)
    assert (drawn["change"] * drawn["ours"] * worth / 1e4).std() == pytest.approx(spread, rel=0.02)
    assert sum(one.share for one in found.swings) == pytest.approx(1.0)
    assert {one.key for one in found.swings[:2]} == {"change", "ours"}


def test_percentiles_of_a_product_of_lognormals_are_those_of_a_lognormal() -> None:
    def ranged(key: str, low: float, high: float, scale: float = 1.0) -> Factor:
        return Factor(key, Ranged(low, middle_of(low, high), high, "lognormal"), scale)

    factors = (ranged("people", 500.0, 2000.0), ranged("leaving", 5.0, 20.0, 0.01), ranged("cost", 1e4, 3e4))
    line = Line("turnover", (*factors, fixed("ours", 100.0, 0.01)), "ours")
    nought = (fixed("cost0", 0.0), fixed("cost1", 0.0))
    found = work_out(Case((line,), nought, fixed("discount", 0.0, 0.01), fixed("build_up", 1.0)), count=20_000)
    middle = math.prod(factor.value.likely * factor.scale for factor in factors)
    spread = math.sqrt(sum((math.log(one.value.high / one.value.low) / (2 * Z90)) ** 2 for one in factors))
    for place, value in found.percentiles.items():
        assert value == pytest.approx(middle * math.exp(spread * norm.ppf(place / 100)), rel=0.03)
    shares = {one.key: one.share for one in found.swings}
    sigmas = {one.key: math.log(one.value.high / one.value.low) ** 2 for one in factors}
    for key, sigma in sigmas.items():
        assert shares[key] == pytest.approx(sigma / sum(sigmas.values()), abs=0.02)


@pytest.mark.parametrize(
    "ranged",
    [
        Ranged(2.0, 3.0, 10.0, "pert"),
        Ranged(2.0, 2.0, 10.0, "triangular"),
        Ranged(1.0, middle_of(1.0, 9.0), 9.0, "lognormal"),
        Ranged(-1.0, 1.0, 3.0, "normal"),
    ],
)
def test_draws_keep_the_mean_and_the_ends(ranged: Ranged) -> None:
    drawn = draw_all({"one": ranged}, count=20_000, seed=1)["one"]
    assert drawn.mean() == pytest.approx(ranged.mean, rel=2e-3)
    if ranged.shape in ("pert", "triangular"):
        assert ranged.low <= drawn.min() <= drawn.max() <= ranged.high
    else:
        inside = ((drawn >= ranged.low) & (drawn <= ranged.high)).mean()
        assert inside == pytest.approx(0.9 if ranged.shape == "lognormal" else 0.95, abs=2e-3)
    again = draw_all({"one": ranged}, count=20_000, seed=1)["one"]
    assert np.array_equal(drawn, again)


def test_one_link_in_two_lines_is_one_draw() -> None:
    link = Factor("link", Ranged(-0.2, 0.2, 0.6, "normal"))
    gain = Line("gain", (fixed("worth", 1000.0), link, fixed("ours1", 100.0, 0.01)), "ours1")
    loss = Line("loss", (fixed("worth", 1000.0), link, fixed("ours2", 100.0, 0.01)), "ours2", sign=-1)
    nought = (fixed("cost0", 0.0), fixed("cost1", 0.0))
    found = work_out(Case((gain, loss), nought, fixed("discount", 5.0, 0.01), fixed("build_up", 1.0)), count=500)
    assert found.percentiles[95] == pytest.approx(0.0, abs=1e-9)
    assert found.percentiles[5] == pytest.approx(0.0, abs=1e-9)


def test_payback_is_the_moment_from_which_cash_stays_above_nought() -> None:
    cases = np.array(
        [
            [-10.0, 5.0, 5.0, 5.0],
            [-10.0, 15.0, -10.0, 10.0],
            [-10.0, 1.0, 1.0, 1.0],
            [0.0, 1.0, 1.0, 1.0],
        ]
    )
    found = payback_of(cases)
    assert found[:2] == pytest.approx([2.0, 2.5])
    assert np.isnan(found[2])
    assert found[3] == 0.0
    spread = work_out(by_hand(Factor("change", Ranged(0.0, 5.0, 20.0, "pert"), 0.01)))
    above = 1 - np.interp(0.0, sorted(spread.percentiles.values()), [place / 100 for place in spread.percentiles])
    assert spread.pays_back == pytest.approx(above, abs=0.03)


def test_ranges_that_do_not_fit_are_refused() -> None:
    bad: list[tuple[float, float, float, str]] = [
        (3.0, 2.0, 5.0, "pert"),
        (0.0, 1.0, 5.0, "lognormal"),
        (1.0, 2.0, 9.0, "lognormal"),
        (1.0, 2.0, 3.0, "fixed"),
        (1.0, math.nan, 3.0, "pert"),
    ]
    for low, likely, high, shape in bad:
        with pytest.raises(ValueError, match=r"range|figure"):
            Ranged(low, likely, high, shape)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a line"):
        work_out(Case((), (fixed("cost0", 1.0), fixed("cost1", 1.0)), fixed("d", 1.0), fixed("b", 1.0)))


def test_no_kind_of_line_carries_a_figure_and_all_end_with_how_much_is_ours() -> None:
    for kind in KINDS.values():
        assert [one.name for one in quantities_of(kind.key, has_link=False)][-2:] == ["change", "ours"]
        names = [one.name for one in quantities_of(kind.key, has_link=True)]
        assert names[-3:] == ["move", "spread", "ours"]
        assert len(set(names)) == len(names)
    assert {kind.key for kind in KINDS.values() if kind.is_public} == {"failure_demand", "time", "trust"}


def test_lines_that_count_the_same_money_are_warned_of() -> None:
    found = overlaps(
        [
            LineStream("a", "turnover", "engagement", "stay"),
            LineStream("b", "spending", "engagement", "stay"),
            LineStream("c", "retention", "stay", "loyal"),
            LineStream("d", "injuries"),
            LineStream("e", "absence"),
            LineStream("f", "injuries"),
            LineStream("g", "time", "engagement", "waiting"),
        ]
    )
    doubts = {(one.first, one.second): one.doubt for one in found}
    assert doubts[("a", "b")] == "same_stream"
    assert doubts[("b", "c")] == "further_down"
    assert doubts[("d", "e")] == "same_money"
    assert doubts[("d", "f")] == "same_kind"
    assert doubts[("a", "g")] == "same_start"
    assert ("c", "d") not in doubts
    assert overlaps([LineStream("a", "turnover"), LineStream("b", "spending")]) == ()
