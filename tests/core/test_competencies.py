"""What a team is able to do against its need: covered by several, by one alone, by nobody, or not known."""

from __future__ import annotations

import pytest

from headwater.rooms.decide.logic.competencies import COMPETENCIES, HOURS, NEEDS, Rated, coverage_of
from headwater.rooms.decide.logic.structure import STRUCTURES


def test_each_structure_needs_every_competency_at_a_possible_level() -> None:
    assert set(NEEDS) == set(STRUCTURES)
    for structure in STRUCTURES:
        assert set(NEEDS[structure]) == set(COMPETENCIES)
        assert all(1 <= level <= 4 for level in NEEDS[structure].values())
    assert set(HOURS) == set(COMPETENCIES)
    assert len({tuple(NEEDS[one].values()) for one in STRUCTURES}) == 4


@pytest.mark.parametrize(
    ("levels", "cover", "missing"),
    [((3, 3), "several", 0), ((3, 1), "one", 0), ((2, 1), "nobody", 1), ((0, 0), "nobody", 3)],
)
def test_coverage_of_one_competency(levels: tuple[int, int], cover: str, missing: int) -> None:
    rated = [Rated(str(at), {"analysis": level}, {}) for at, level in enumerate(levels)]
    found = {one.key: one for one in coverage_of("centralised", rated)}["analysis"]
    assert (found.cover, found.missing, found.hours) == (cover, missing, missing * HOURS["analysis"])
    assert found.best == max(levels)


def test_what_nobody_rated_is_not_a_gap() -> None:
    found = coverage_of("hybrid", [Rated("ada", {}, {})])
    assert {one.cover for one in found} == {"unrated"}
    assert sum(one.hours for one in found) == 0


def test_the_other_rating_counts_where_there_is_one() -> None:
    proud = Rated("ada", {"analysis": 4}, {"analysis": 1})
    found = {one.key: one for one in coverage_of("centralised", [proud])}["analysis"]
    assert (found.cover, found.best, found.own_alone) == ("nobody", 1, False)
    assert proud.to_talk_about() == ("analysis",)


def test_cover_by_own_rating_alone_is_said() -> None:
    found = {one.key: one for one in coverage_of("centralised", [Rated("ada", {"analysis": 3}, {})])}["analysis"]
    assert (found.cover, found.own_alone) == ("one", True)
    both = Rated("ada", {"analysis": 3}, {"analysis": 3})
    assert not {one.key: one for one in coverage_of("centralised", [both])}["analysis"].own_alone


def test_near_ratings_are_nothing_to_talk_about() -> None:
    assert Rated("ada", {"analysis": 3, "shoes": 2}, {"analysis": 2}).to_talk_about() == ()
