"""What may leave about effects, and how organisations are pooled: the rules, without a database."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from tests.rooms.sharing_cast import FAMILY, YEAR, actions

from headwater.rooms.prove.logic.elsewhere import Told, elsewhere
from headwater.rooms.prove.logic.sharing import Action, Family, Left, band_of, least_of, shared_rows, tenths
from headwater.stats import pool_effects


def many(units: frozenset[str]) -> int:
    return 10 * len(units)


def test_a_row_is_the_pooled_effect_rounded_with_its_bands() -> None:
    own = actions(12)
    shared = shared_rows(own, many, {}, YEAR)
    row = shared.rows[FAMILY]
    pooled = pool_effects([one.value or 0 for one in own], [one.se or 0 for one in own])
    assert row["mean"] == round(pooled.mean, 2)
    assert pooled.se <= row["error"] < pooled.se + 0.01
    assert (row["effects"], row["units"], row["made_in"]) == ("10-19", "10-19", YEAR)
    assert shared.effects == {FAMILY: 12}
    assert not shared.waiting


@pytest.mark.parametrize(
    ("own", "people", "why"),
    [
        (actions(4), 10, "effects"),
        (actions(9, unit=lambda at: f"u{at % 4}"), 20, "units"),
        (actions(5), 9, "people"),
        (actions(6, se=lambda at: 0.01 if at == 0 else 1.0, value=lambda at: 0.0), 10, "one_unit"),
    ],
)
def test_a_row_stays_below_each_threshold(own: list[Action], people: int, why: str) -> None:
    shared = shared_rows(own, lambda units: people * len(units), {}, YEAR)
    assert shared.waiting == {FAMILY: why}
    assert not shared.rows


def test_a_scale_that_has_no_ends_or_no_known_unit_stays() -> None:
    family = ("visits", "result", "rate", "0-inf")
    own = [Action(family, "none", f"u{at}", (0.0, math.inf), 0.1, 0.1) for at in range(8)]
    assert shared_rows(own, many, {}, YEAR).waiting == {family: "scale"}


def test_the_difference_of_two_summaries_is_never_one_unit() -> None:
    """A row that left stands word for word until five more effects joined."""
    first = shared_rows(actions(6), many, {}, YEAR)
    left: dict[Family, Left] = {FAMILY: Left(first.rows[FAMILY], first.effects[FAMILY])}
    for more in range(5):
        again = shared_rows(actions(6 + more, value=lambda at: 5.0 * (at > 5)), many, left, YEAR + 1)
        assert again.rows == first.rows
        assert again.effects == first.effects
    anew = shared_rows(actions(11), many, left, YEAR + 1)
    assert anew.effects == {FAMILY: 11}
    assert anew.rows[FAMILY]["made_in"] == YEAR + 1
    assert shared_rows([], many, left, YEAR + 1).rows == first.rows


def test_failures_cannot_be_left_out() -> None:
    """Harm that happened once in forty still shows, and what was given up or cannot be told counts."""
    own = actions(40, verdict=lambda at: "harm" if at == 0 else "worked")
    told = shared_rows(own, many, {}, YEAR).rows[FAMILY]["outcomes_of_ten"]
    assert told["harm"] == 1
    assert sum(told.values()) == 10
    own += [Action(FAMILY, "untold", f"x{at}", (1.0, 5.0)) for at in range(40)]
    assert shared_rows(own, many, {}, YEAR).rows[FAMILY]["outcomes_of_ten"]["untold"] >= 4


@pytest.mark.parametrize(
    "counts",
    [{"worked": 5}, {"worked": 1, "less": 1, "none": 1}, {"worked": 96, "harm": 1, "less": 1, "none": 1, "early": 1}],
)
def test_tenths_make_ten_and_keep_what_happened(counts: Mapping[str, int]) -> None:
    made = tenths(counts)  # type: ignore[arg-type]
    assert sum(made.values()) == 10
    assert {name for name, number in made.items() if number} == set(counts)


def test_bands_have_no_gaps() -> None:
    for count in range(5, 300):
        assert least_of(band_of(count)) <= count
    assert band_of(9) == "5-9"
    assert band_of(100) == "100+"
    with pytest.raises(ValueError, match="6-9"):
        least_of("6-9")


def told(name: str, mean: float, error: float = 0.05, least: int = 10, harm: int = 0) -> Told:
    return Told(name, mean, error, least, harm)


def test_one_and_two_organisations_are_not_pooled() -> None:
    for number in (1, 2):
        found = elsewhere([told(str(at), 0.5) for at in range(number)])
        assert found.pooled is None
        assert found.tendency == "too_few"


def test_from_three_on_they_are_pooled_with_errors_widened_for_few_effects() -> None:
    listed = [told("a", 0.3, harm=1), told("b", 0.34), told("c", 0.28), told("d", 0.32, least=5)]
    found = elsewhere(listed)
    wide = [0.05 * math.sqrt(9 / 7)] * 3 + [0.05 * math.sqrt(4 / 2)]
    expected = pool_effects([0.3, 0.34, 0.28, 0.32], wide)
    assert found.pooled == expected
    assert found.tendency == "works"
    assert found.harmed == 1
    assert found.without_one is not None
    low, high = found.without_one
    assert low < expected.mean < high
    assert elsewhere([told(one.organisation, -one.mean) for one in listed]).tendency == "harms"
    assert elsewhere([told("a", 0.5), told("b", -0.5), told("c", 0.0)]).tendency == "unclear"


def test_an_organisation_never_counts_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        elsewhere([told("a", 0.1), told("a", 0.2)])
