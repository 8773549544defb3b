"""Who does what: every fault is found where it was planted, and none where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.rooms.decide.logic.raci import LETTERS, Letter, Limit, Matrix, RowActivity, RowMember, check_matrix

ADA, BEN, CY = RowMember("ada"), RowMember("ben"), RowMember("cy", is_here=False)
WIDE = Limit("hours", 400)


def kinds(matrix: Matrix) -> set[tuple[str, str, str]]:
    """What is wrong, without its value."""
    return {(fault.kind, fault.activity, fault.member) for fault in check_matrix(matrix)}


def one(letters: dict[str, Letter], *, hours: int = 10, lacks: bool = False) -> RowActivity:
    """One activity."""
    return RowActivity("act", hours, letters, lacks)


def test_a_sound_row_has_no_fault() -> None:
    assert kinds(Matrix([ADA, BEN], [one({"ada": "A", "ben": "R"})], WIDE)) == set()
    assert kinds(Matrix([ADA], [one({"ada": "AR"})], WIDE)) == set()


@pytest.mark.parametrize(
    ("letters", "found"),
    [
        ({"ben": "R"}, {("nobody_answers", "act", "")}),
        ({"ada": "A"}, {("nobody_does", "act", "")}),
        ({}, {("nobody_answers", "act", ""), ("nobody_does", "act", "")}),
        ({"ada": "AR", "ben": "A"}, {("several_answer", "act", "")}),
        ({"ada": "A", "cy": "R"}, {("orphaned", "act", "cy")}),
        ({"cy": "A", "ben": "R"}, {("orphaned", "act", "cy")}),
        ({"cy": "AR"}, {("orphaned", "act", "cy")}),
        ({"ada": "A", "ben": "R", "cy": "R"}, set()),
        ({"ada": "AR", "cy": "C"}, set()),
    ],
)
def test_faults_of_a_row(letters: dict[str, Letter], found: set[tuple[str, str, str]]) -> None:
    assert kinds(Matrix([ADA, BEN, CY], [one(letters)], WIDE)) == found


def test_two_who_left_are_both_named_and_the_rest_is_still_missing() -> None:
    dee = RowMember("dee", is_here=False)
    found = kinds(Matrix([ADA, CY, dee], [one({"cy": "R", "dee": "R"})], WIDE))
    assert found == {("orphaned", "act", "cy"), ("orphaned", "act", "dee"), ("nobody_answers", "act", "")}


def test_who_answers_without_authority_is_named() -> None:
    found = kinds(Matrix([ADA, BEN], [one({"ada": "A", "ben": "R"}, lacks=True)], WIDE))
    assert found == {("no_authority", "act", "ada")}


def test_hours_are_shared_among_those_who_do_it_and_answering_takes_a_tenth() -> None:
    rows = [one({"ada": "AR", "ben": "R"}, hours=20), one({"ada": "A", "ben": "R"}, hours=10)]
    matrix = Matrix([ADA, BEN], rows, WIDE)
    assert matrix.hours_of("ada") == pytest.approx(11)
    assert matrix.hours_of("ben") == pytest.approx(20)
    assert (matrix.count_of("ada"), matrix.count_of("ben")) == (2, 2)


def test_the_limit_counts_what_it_says() -> None:
    rows = [RowActivity(f"a{at}", 10, {"ada": "AR"}) for at in range(3)]
    assert kinds(Matrix([ADA], rows, Limit("hours", 29))) == {("overloaded", "", "ada")}
    assert kinds(Matrix([ADA], rows, Limit("hours", 30))) == set()
    assert kinds(Matrix([ADA], rows, Limit("count", 2))) == {("overloaded", "", "ada")}
    assert kinds(Matrix([ADA], rows, Limit("count", 3))) == set()


def test_being_asked_or_told_costs_nothing() -> None:
    rows = [one({"ada": "AR", "ben": "C"}), RowActivity("b", 40, {"ada": "AR", "ben": "I"})]
    assert Matrix([ADA, BEN], rows, WIDE).hours_of("ben") == 0


rows_of = st.dictionaries(st.sampled_from(["ada", "ben", "cy"]), st.sampled_from(LETTERS))


@given(st.lists(st.tuples(st.integers(0, 40), rows_of), max_size=6))
def test_hours_of_all_never_exceed_the_work_and_its_answering(plain: list[tuple[int, dict[str, Letter]]]) -> None:
    rows = [RowActivity(str(at), hours, letters) for at, (hours, letters) in enumerate(plain)]
    matrix = Matrix([ADA, BEN, CY], rows, WIDE)
    done = sum(row.hours for row in rows if matrix.doing(row))
    answered = sum(row.hours * 0.1 * sum(key not in matrix.doing(row) for key in matrix.answering(row)) for row in rows)
    assert matrix.hours_of("ada") + matrix.hours_of("ben") == pytest.approx(done + answered)
    assert matrix.hours_of("cy") == 0
