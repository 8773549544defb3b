"""Judging alone and together: agreement in words, differences, owed reasons; gated levels and bands of maturity."""

from __future__ import annotations

from datetime import date

import pytest

from headwater.rooms.decide.logic.fairness import grounds_touched
from headwater.rooms.decide.logic.judging import (
    Agreement,
    agreement_from,
    agreement_of,
    apart_first,
    common_level,
    owes_reason,
)
from headwater.rooms.decide.logic.maturity import (
    DIMENSIONS,
    FACTORS,
    GATES,
    band_of,
    changed_since,
    is_independent,
    library,
    standing_of,
)


def test_assessors_who_see_the_same() -> None:
    found = agreement_of([[level, level, level] for level in (0, 1, 2, 3, 4, 1, 2, 3, 0, 4)])
    assert (found.rows, found.raters, found.exact, found.alpha) == (10, 3, 1.0, 1.0)
    assert found.verdict == "alike"
    assert agreement_from(found.as_plain()) == found


def test_assessors_who_see_different_things() -> None:
    found = agreement_of([[0, 4], [4, 0], [1, 3], [3, 1], [0, 3], [4, 1], [0, 4], [4, 0], [2, 2], [1, 4]])
    assert found.alpha is not None
    assert found.alpha < 0
    assert found.verdict == "apart"


def test_few_scores_and_flat_scores_are_not_read_as_agreement() -> None:
    assert agreement_of([[3, 3], [1, 1]]).verdict == "few"
    flat = agreement_of([[3, 3]] * 12)
    assert (flat.alpha, flat.icc, flat.exact, flat.verdict) == (None, None, 1.0, "flat")


def test_a_range_on_both_sides_of_the_line_says_nothing() -> None:
    assert Agreement(12, 3, alpha=0.6, alpha_low=0.3, alpha_high=0.8).verdict == "open"
    assert Agreement(12, 3, alpha=0.75, alpha_low=0.7, alpha_high=0.9).verdict == "mostly"


def test_what_only_one_person_judged_does_not_count() -> None:
    found = agreement_of([[3, None], [2, 2]])
    assert (found.rows, found.exact) == (1, 1.0)
    assert agreement_of([[3, None]]).rows == 0


def test_differences_largest_first_and_owed_reasons() -> None:
    found = apart_first({"a": [2, 2], "b": [4, 0, 1], "c": [1, 2], "d": [3]})
    assert [(one.row, one.spread) for one in found] == [("b", 4), ("c", 1), ("a", 0)]
    assert owes_reason([1, 3], 2)
    assert owes_reason([2, 2], 3), "nobody gave it"
    assert not owes_reason([1, 2], 2)
    assert owes_reason([], 2)
    assert common_level([2, 2]) == 2
    assert common_level([2, 3]) is None
    assert common_level([]) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Led the pilot of two teams in the north.", ()),
        ("She may become pregnant.", ("pregnant",)),
        ("A bit too old, and a woman", ("too old", "woman")),
        ("Tiene hijos y está casada", ("hijos", "casada")),
        ("Managed the storage depot", ()),
    ],
)
def test_words_that_touch_a_protected_ground(text: str, found: tuple[str, ...]) -> None:
    assert grounds_touched(text) == found


def levels(**changed: int) -> dict[str, int]:
    """Every practice complete, but for some."""
    return {one.key: 4 for one in library().practices} | {
        key.replace("_", "-"): level for key, level in changed.items()
    }


def test_the_library_is_whole() -> None:
    found = library("1.0")
    assert len(found.practices) == 30
    assert {one.dimension for one in found.practices} == set(DIMENSIONS)
    assert {one.factor for one in found.practices if one.dimension == "direction"} == set(FACTORS)
    assert {one.level for one in found.practices} == {2, 3, 4, 5}
    for one in found.practices:
        assert set(one.title) == {"en", "es"}, one.key
        assert all(len(set(said)) == 3 for said in one.anchors.values()), one.key
    with pytest.raises(LookupError):
        library("9.9")
    with pytest.raises(LookupError):
        library("../1.0")


def test_a_level_counts_only_when_all_below_are_complete() -> None:
    assert standing_of(levels(), library(), complete_from=3).gate_name == "customer_centric"
    found = standing_of(levels(vision_one_page=2), library(), complete_from=3)
    assert GATES[found.gate - 1] == "tactical", "everything above strategic is complete and does not count"
    assert found.lacking == ("vision-one-page",)
    found = standing_of(levels(loop_closed=0, vision_one_page=2), library(), complete_from=3)
    assert (found.gate, found.lacking) == (1, ("loop-closed",))
    assert found.incomplete == ("loop-closed", "vision-one-page")
    assert standing_of(levels(loop_closed=3), library(), complete_from=4).gate == 1, "complete is what was set"


def test_points_and_bands() -> None:
    found = standing_of(levels(loop_closed=0), library(), complete_from=3)
    assert found.share == pytest.approx(100 * 29 / 30)
    assert found.band == "excelling"
    assert found.by_dimension["delivery"] == pytest.approx(16 / 5)
    assert [band_of(share, (25, 50, 75)) for share in (24.9, 25, 50, 75)] == [
        "beginning", "emerging", "practising", "excelling"]  # fmt: skip
    with pytest.raises(ValueError, match="ascending"):
        standing_of(levels(), library(), complete_from=3, bands=(50, 50, 75))
    with pytest.raises(ValueError, match="no level for"):
        standing_of({}, library(), complete_from=3)


def test_two_full_years_make_an_outsider_independent() -> None:
    assert is_independent(None, date(2026, 3, 2))
    assert is_independent(date(2024, 3, 2), date(2026, 3, 2))
    assert not is_independent(date(2024, 3, 3), date(2026, 3, 2))
    assert is_independent(date(2026, 2, 28), date(2028, 2, 29))


def test_what_moved_since() -> None:
    assert changed_since({"a": 1, "b": 3, "c": 2}, {"a": 3, "b": 2, "c": 2, "d": 4}) == [("a", 2), ("b", -1)]
