"""What the chain refuses to relate, and why."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.chain import Place, lagged_link, link_across_units, link_on_panel, with_all_parts
from headwater.vocab import Lens, RefusedError, UnitPeriods

LED = Place("led", "Being led", Lens.LX, "better leadership", items=("a", "b"))
WORK = Place("work", "Working here", Lens.EX, "better work", items=("c", "d"))


def table(units: int, periods: int, **extra: np.ndarray) -> UnitPeriods:
    rng = np.random.default_rng(1)
    values = {key: rng.standard_normal((units, periods)) for key in ("led", "work")}
    return UnitPeriods(tuple(map(str, range(units))), tuple(map(str, range(periods))), {**values, **extra})


@pytest.mark.parametrize(
    "other",
    [
        Place("index", "Index", Lens.EX, "more", parts=("led",)),
        Place("shares", "Shares", Lens.EX, "more", items=("b", "z")),
        Place("led", "Itself", Lens.EX, "more"),
        Place("a", "One question of it", Lens.EX, "more"),
    ],
)
def test_a_thing_is_not_related_to_itself(other: Place) -> None:
    values = np.arange(20.0)
    with pytest.raises(RefusedError, match="related to itself"):
        link_across_units(values, values, LED, other)


def test_parts_of_parts_count() -> None:
    part = Place("part", "Part", Lens.LX, "more", parts=("led",))
    top = Place("top", "Top", Lens.EX, "more", parts=("part",))
    values = np.arange(20.0)
    assert link_across_units(values, values[::-1], LED, top).dry_bed is not None
    led, _, whole = with_all_parts([LED, part, top])
    assert whole.parts == ("part", "led")
    assert whole.items == ("a", "b")
    with pytest.raises(RefusedError, match="one contains the other"):
        link_across_units(values, values, led, whole)


def test_two_waves_cannot_say_which_comes_first() -> None:
    with pytest.raises(RefusedError, match="2 waves cannot tell which comes first"):
        lagged_link(table(80, 2), LED, WORK)
    assert lagged_link(table(80, 4), LED, WORK).n_units == 80


def test_few_units_and_links_upstream_are_refused() -> None:
    with pytest.raises(RefusedError, match="only 7 units"):
        link_on_panel(table(7, 3), LED, WORK)
    with pytest.raises(RefusedError, match="downstream"):
        link_on_panel(table(20, 3), WORK, LED)


def test_a_figure_that_does_not_vary_is_refused() -> None:
    with pytest.raises(RefusedError, match="can be seen"):
        link_on_panel(table(20, 3, led=np.ones((20, 3))), LED, WORK)
    with pytest.raises(RefusedError, match="same in all units"):
        link_across_units(np.ones(20), np.arange(20.0), LED, WORK)
