"""Effects of directions: strength x room x reach with ranges, order by what can be counted on, and what is carried."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.rooms.decide.logic.direction_effects import (
    Effect,
    Lever,
    Ranged,
    carry,
    draw_moves,
    draw_room,
    effects_of,
    order_by_low_end,
    own_changes,
    too_close_to_first,
)


def lever(key: str = "a", *, share: float = 0.4, sure: float = 0.001, aim: float = 4.0, **changed: object) -> Lever:
    """A driver that carries a share of half the variance, a point below its aim."""
    values = {
        "key": key,
        "share": Ranged(share, share - sure, share + sure),
        "explained": Ranged(0.5, 0.5 - sure, 0.5 + sure),
        "is_clear": True,
        "score": Ranged(3.0, 3.0 - sure, 3.0 + sure),
        "aim": aim,
        "spread": 0.8,
    }
    return Lever(**{**values, **changed})  # type: ignore[arg-type]


def test_the_middle_is_strength_times_room_times_reach() -> None:
    found = effects_of([lever()], draw_moves([lever()], 0.9))[0]
    assert found.value == pytest.approx(np.sqrt(0.4 * 0.5) * (1.0 / 0.8) * 0.9, rel=1e-3)
    half = effects_of([lever(reach=0.5)], draw_moves([lever(reach=0.5)], 0.9))[0]
    assert half.value == pytest.approx(found.value / 2, rel=1e-3)


def test_with_independent_drivers_it_is_the_regression_s_own_forecast() -> None:
    rng = np.random.default_rng(11)
    x = rng.standard_normal((60_000, 2)) * [0.7, 1.1] + [3.0, 3.5]
    y = 0.5 * x[:, 0] + 0.3 * x[:, 1] + rng.standard_normal(60_000) * 0.6
    r = [np.corrcoef(x[:, at], y)[0, 1] for at in (0, 1)]
    explained = r[0] ** 2 + r[1] ** 2  # shares of R2 of drivers that do not overlap
    made = lever(
        share=r[0] ** 2 / explained,
        explained=Ranged(explained, explained - 0.001, explained + 0.001),
        spread=float(x[:, 0].std()),
        aim=3.4,
    )
    found = effects_of([made], draw_moves([made], float(y.std())))[0]
    assert found.value == pytest.approx(0.5 * 0.4, rel=0.02)


def test_a_less_sure_driver_has_a_wider_range_and_stands_behind() -> None:
    levers = [lever("sure", share=0.38), lever("wide", share=0.45, sure=0.25)]
    draws = draw_moves(levers, 0.9)
    effects = effects_of(levers, draws)
    assert effects[1].value > effects[0].value
    assert effects[1].high - effects[1].low > 5 * (effects[0].high - effects[0].low)
    assert order_by_low_end(effects) == [0, 1]
    assert too_close_to_first([0, 1], draws) == 1


def test_a_driver_far_ahead_stands_alone() -> None:
    levers = [lever("much", share=0.8), lever("little", share=0.1)]
    draws = draw_moves(levers, 0.9)
    order = order_by_low_end(effects_of(levers, draws))
    assert order == [0, 1]
    assert too_close_to_first(order, draws) == 0
    assert too_close_to_first([], draws) == 0


def test_what_is_no_clearer_than_noise_begins_at_nought_and_no_room_brings_nothing() -> None:
    noise = effects_of([lever(is_clear=False)], draw_moves([lever(is_clear=False)], 0.9))[0]
    assert noise.low == 0
    assert not noise.is_clear
    there = effects_of([lever(aim=2.9)], draw_moves([lever(aim=2.9)], 0.9))[0]
    assert (there.value, there.low, there.high) == (0, 0, 0)


def test_the_range_covers_what_it_says() -> None:
    """Shares, R2 and scores drawn around a truth: nine to ten ranges of ten hold the true product."""
    rng = np.random.default_rng(3)
    truth, inside, rounds = np.sqrt(0.3 * 0.5) * (0.6 / 0.8) * 0.9, 0, 300
    for _ in range(rounds):
        share, explained, score = rng.normal(0.3, 0.05), rng.normal(0.5, 0.04), rng.normal(3.4, 0.06)
        made = lever(
            share=share,
            sure=0.05 * 1.96,
            explained=Ranged(explained, explained - 0.04 * 1.96, explained + 0.04 * 1.96),
            score=Ranged(score, score - 0.06 * 1.96, score + 0.06 * 1.96),
        )
        found = effects_of([made], draw_moves([made], 0.9))[0]
        inside += found.low <= truth <= found.high
    assert 0.92 <= inside / rounds <= 0.98


def test_the_same_gives_the_same_and_impossible_input_is_refused() -> None:
    levers = [lever("a"), lever("b", share=0.2)]
    assert (draw_moves(levers, 0.9) == draw_moves(levers, 0.9)).all()
    assert (draw_room(levers[0]) == draw_room(levers[0])).all()
    for wrong in (lever(spread=0.0), lever(reach=1.2), lever(reach=-0.1)):
        with pytest.raises(ValueError, match="spread"):
            draw_moves([wrong], 0.9)
    with pytest.raises(ValueError, match="spread"):
        draw_moves(levers, 0.0)


def test_what_is_carried_multiplies_and_a_move_beyond_what_units_show_counts_as_one_step() -> None:
    steps = {"customers": Ranged(0.4, 0.399, 0.401), "results": Ranged(0.1, -0.2, 0.4)}
    small = carry(np.full(20_000, 0.05), 0.1, steps)
    assert [one.station for one in small] == ["customers", "results"]
    assert small[0].value == pytest.approx(0.2, abs=0.002)
    assert small[0].is_clear
    assert not small[1].is_clear
    assert not small[0].is_capped
    large = carry(np.full(20_000, 5.0), 0.1, steps)
    assert large[0].value == pytest.approx(0.4, abs=0.002)
    assert large[0].is_capped


def test_own_changes_are_what_is_left_without_unit_and_wave() -> None:
    rng = np.random.default_rng(8)
    units, waves = rng.standard_normal((400, 1)), np.array([[0.0, 0.4, -0.3, 0.1]])
    rest = 0.25 * rng.standard_normal((400, 4))
    assert own_changes(units + waves + rest) == pytest.approx(0.25, rel=0.05)
    table = units + waves + rest
    table[rng.random(table.shape) < 0.3] = np.nan
    assert own_changes(table) == pytest.approx(0.25, rel=0.07)


def test_own_changes_of_too_little_are_not_known() -> None:
    rng = np.random.default_rng(8)
    assert own_changes(rng.standard_normal((7, 3))) is None
    assert own_changes(rng.standard_normal((30, 1))) is None
    alone = np.full((30, 3), np.nan)
    alone[:, 0] = rng.standard_normal(30)
    assert own_changes(alone) is None
    assert own_changes(np.ones((30, 3))) is None


def test_order_is_by_the_lower_end_then_the_middle() -> None:
    effects = [Effect("a", 0.5, 0.1, 0.9, True), Effect("b", 0.3, 0.2, 0.4, True), Effect("c", 0.6, 0.1, 1.1, True)]
    assert order_by_low_end(effects) == [1, 2, 0]
