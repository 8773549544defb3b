"""Loading an organisation: plain files, messy files, and files that must be refused."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from headwater.org import Organisation, PersonRow, load_organisation
from headwater.vocab import InputError


def people(*lines: str, **named: object) -> Organisation:
    """Make rows of `person manager`, the first in row 2."""
    rows = []
    for number, line in enumerate(lines, 2):
        person, *managers = line.split()
        rows.append(PersonRow(number, person, manager=tuple(managers)))
    return load_organisation(rows, **named)  # type: ignore[arg-type]


def said(organisation: Organisation) -> str:
    return "\n".join(map(str, organisation.problems))


def test_a_unit_is_a_leaders_direct_team_and_never_counts_its_leader() -> None:
    made = people("top", "ann top", "bob top", "cem ann", "dee ann", "eva cem")
    assert made.tree.ids == ("top", "ann", "cem")
    assert made.tree.parent.tolist() == [-1, 0, 1]
    assert made.invited.tolist() == [2, 2, 1]
    assert made.invited_below.tolist() == [5, 3, 1]
    assert made.unit_of("ann") == "top"
    assert made.unit_of("top") == ""
    assert made.members("ann") == ("cem", "dee")
    assert made.leads[made.position["cem"]] == 2


def test_everybody_but_the_top_is_invited_exactly_once() -> None:
    made = people("top", *[f"p{n} {'top' if n < 4 else f'p{n // 4}'}" for n in range(1, 60)])
    assert made.invited.sum() == len(made) - 1 == made.invited_below[0]


def test_order_of_rows_does_not_matter() -> None:
    made = people("eva cem", "cem ann", "ann top", "top")
    assert made.invited_below.tolist() == [3, 2, 1]


def test_cycle_names_the_chain_with_rows() -> None:
    with pytest.raises(InputError, match=r"b \(row 3\) -> c \(row 4\) -> d \(row 5\) -> b"):
        people("a", "b c", "c d", "d b")


def test_every_cycle_is_named() -> None:
    with pytest.raises(InputError) as caught:
        people("a", "b c", "c b", "d e", "e d")
    assert [problem.row for problem in caught.value.problems] == [3, 5]


def test_orphan_names_row_and_nearest_id() -> None:
    with pytest.raises(InputError, match=r"row 3: the manager 'anna1' of b is nobody.*Did you mean 'anna'"):
        people("anna", "b anna1")


def test_two_roots_name_both_rows() -> None:
    with pytest.raises(InputError, match=r"a \(row 2\), b \(row 3\)"):
        people("a", "b", "c a", "d b")


def test_two_roots_load_when_one_is_named() -> None:
    made = people("a", "b", "c a", "d b", root="a")
    assert made.unit_of("b") == "a"
    assert made.invited_below.tolist() == [3, 1]
    assert "b has no manager and is placed below a" in said(made)


def test_unknown_root_is_refused() -> None:
    with pytest.raises(InputError, match="nobody in the file"):
        people("a", "b a", root="zed")


def test_self_manager_at_the_top_is_the_root() -> None:
    made = people("a a", "b a")
    assert made.tree.ids == ("a",)
    assert "own manager" in said(made)


def test_nobody_at_the_top_is_a_cycle() -> None:
    with pytest.raises(InputError, match="circle"):
        people("a b", "b a")


def test_two_managers_in_a_cell_keep_the_first() -> None:
    made = people("top", "a top", "b top", "c a b", "d b")
    assert made.unit_of("c") == "a"
    assert "managers a, b; the first counts" in said(made)


def test_two_rows_with_two_managers_keep_the_first_or_the_primary() -> None:
    base = [PersonRow(2, "top"), PersonRow(3, "a", manager=("top",)), PersonRow(4, "b", manager=("top",))]
    plain = [*base, PersonRow(5, "c", manager=("a",)), PersonRow(6, "c", manager=("b",))]
    made = load_organisation([*plain, PersonRow(7, "d", manager=("b",))])
    assert made.unit_of("c") == "a"
    assert "rows 5, 6 with two places (a, b)" in said(made)
    marked = [*base, PersonRow(5, "c", manager=("a",), primary=False), PersonRow(6, "c", manager=("b",), primary=True)]
    made = load_organisation([*marked, PersonRow(7, "d", manager=("a",))])
    assert made.unit_of("c") == "b"


def test_rehire_counts_once_in_the_latest_active_row() -> None:
    rows = [
        PersonRow(2, "top"),
        PersonRow(3, "a", manager=("top",)),
        PersonRow(4, "c", manager=("top",), start_date=dt.date(2018, 1, 1), end_date=dt.date(2020, 1, 1)),
        PersonRow(5, "c", manager=("a",), start_date=dt.date(2023, 1, 1)),
    ]
    made = load_organisation(rows, as_of=dt.date(2024, 1, 1))
    assert made.unit_of("c") == "a"
    assert made.people.count("c") == 1
    assert "came back" in said(made)
    earlier = load_organisation([*rows, PersonRow(6, "z", manager=("a",))], as_of=dt.date(2019, 6, 1))
    assert earlier.unit_of("c") == "top"


def test_as_of_leaves_out_the_future_and_the_past() -> None:
    rows = [
        PersonRow(2, "top"),
        PersonRow(3, "now", manager=("top",), start_date=dt.date(2024, 1, 1), end_date=dt.date(2024, 12, 31)),
        PersonRow(4, "later", manager=("top",), start_date=dt.date(2025, 1, 1)),
        PersonRow(5, "gone", manager=("top",), end_date=dt.date(2023, 12, 31)),
    ]
    assert load_organisation(rows, as_of=dt.date(2024, 12, 31)).people == ("top", "now")


def test_exact_duplicate_is_kept_once() -> None:
    made = people("top", "a top", "a top")
    assert made.invited.tolist() == [1]
    assert "word for word" in said(made)


def test_leader_who_left_leaves_a_vacant_unit_in_place() -> None:
    rows = [
        PersonRow(2, "top"),
        PersonRow(3, "a", name="Ann", manager=("top",), status="left"),
        PersonRow(4, "b", manager=("a",)),
        PersonRow(5, "gone", manager=("a",), status="left"),
    ]
    made = load_organisation(rows)
    assert made.people == ("top", "b")
    assert made.tree.ids == ("top", "a")
    assert made.tree.leaders == ("top", "")
    assert made.invited.tolist() == [0, 1]
    assert "a has left and 1 report to them" in said(made)


def test_vacancy_with_and_without_a_row() -> None:
    rows = [
        PersonRow(2, "top"),
        PersonRow(3, "pos9", manager=("top",), status="vacant"),
        PersonRow(4, "b", manager=("pos9",)),
        PersonRow(5, "c", manager=("VACANT-12",), unit="X"),
        PersonRow(6, "d", manager=("VACANT-12",), unit="Y"),
    ]
    made = load_organisation(rows)
    assert made.invited_below[0] == 3
    assert made.tree.leaders.count("") == 3
    assert made.unit_of("c") != made.unit_of("d")
    assert "a vacancy without a row" in said(made)


def test_contractors_are_left_out_on_request_but_may_lead() -> None:
    rows = [
        PersonRow(2, "top"),
        PersonRow(3, "k", name="Kim", manager=("top",), contractor=True),
        PersonRow(4, "b", manager=("k",)),
        PersonRow(5, "k2", manager=("k",), contractor=True),
    ]
    assert load_organisation(rows).invited.tolist() == [1, 2]
    made = load_organisation(rows, contractors="exclude")
    assert made.people == ("top", "b")
    assert made.tree.leaders[made.tree.index_of["k"]] == "Kim"
    assert made.invited.tolist() == [0, 1]


def test_ids_that_lost_zeros_or_case_are_found() -> None:
    made = people("007", "b 7", "Cy 007", "d cy", "e 7.0")
    assert made.unit_of("b") == made.unit_of("e") == "007"
    assert made.unit_of("d") == "Cy"
    assert "zeros in front" in said(made)
    assert "the case differs" in said(made)


def test_lost_zeros_are_not_guessed_between_two_people() -> None:
    with pytest.raises(InputError, match="the manager '7' of c is nobody"):
        people("007", "07 007", "c 7")


def test_unit_ids_and_names_come_from_members_where_they_agree() -> None:
    rows = [
        PersonRow(2, "top"),
        PersonRow(3, "a", name="Ann", manager=("top",), unit="HQ", unit_name="Head office"),
        PersonRow(4, "b", manager=("a",), unit="D1", unit_name="Depot 1"),
        PersonRow(5, "c", manager=("a",), unit="D1", unit_name="Depot 1"),
        PersonRow(6, "d", name="Dan", manager=("top",), unit="HQ"),
        PersonRow(7, "e", manager=("d",), unit="S", unit_name="Sales"),
        PersonRow(8, "f", name="Fay", manager=("top",)),
        PersonRow(9, "g", manager=("f",), unit="S", unit_name="Sales"),
    ]
    made = load_organisation(rows)
    assert made.unit_of("b") == "D1"
    assert made.unit_of("e") == "d"
    assert made.unit_of("g") == "f"
    assert sorted(made.tree.names) == ["Depot 1", "Sales (Dan)", "Sales (Fay)", "top"]


def test_empty_and_inactive_files_are_refused() -> None:
    with pytest.raises(InputError, match="nobody in it"):
        load_organisation([])
    with pytest.raises(InputError, match="nobody is active"):
        load_organisation([PersonRow(2, "a", status="left")])
    with pytest.raises(InputError, match="row 3: the row has no person id"):
        load_organisation([PersonRow(2, "a"), PersonRow(3, "")])
    with pytest.raises(InputError, match="needs a leader and a team"):
        people("alone")


def test_many_problems_are_counted_beyond_the_cap() -> None:
    with pytest.raises(InputError) as caught:
        people("top", *[f"p{n} nobody" for n in range(300)])
    assert len(caught.value.problems) == 201
    assert "100 more of this kind" in str(caught.value.problems[-1])


def path_row(number: int, person: str, path: str, **more: object) -> PersonRow:
    return PersonRow(number, person, path=tuple(path.split("/")), **more)  # type: ignore[arg-type]


def test_paths_make_units_and_leaders_sit_above() -> None:
    made = load_organisation(
        [
            path_row(2, "a", "Co", leads=True),
            path_row(3, "b", "Co/North", leads=True, name="Bo"),
            path_row(4, "c", "Co/North/Depot"),
            path_row(5, "d", "co/NORTH"),
        ]
    )
    assert made.tree.ids == ("Co", "Co/North", "Co/North/Depot")
    assert made.tree.leaders == ("a", "Bo", "")
    assert [made.unit_of(person) for person in "abcd"] == ["", "Co", "Co/North/Depot", "Co/North"]
    assert "taken as one unit" in said(made)


def test_paths_with_two_tops_name_rows_or_take_a_root() -> None:
    rows = [path_row(2, "a", "North/D1"), path_row(3, "b", "South/D1")]
    with pytest.raises(InputError, match=r"'North' \(row 2\), 'South' \(row 3\)"):
        load_organisation(rows)
    made = load_organisation(rows, root="Company")
    assert made.tree.ids[0] == "Company"
    assert made.invited_below.tolist() == [2, 1, 1, 1, 1]


def test_paths_use_unit_ids_where_they_stand_for_one_path() -> None:
    made = load_organisation(
        [path_row(2, "a", "Co/N", unit="17"), path_row(3, "b", "Co/S", unit="18"), path_row(4, "c", "Co/S", unit="19")]
    )
    assert made.tree.ids == ("Co", "17", "Co/S")


def test_path_gaps_are_closed_and_empty_paths_refused() -> None:
    made = load_organisation([path_row(2, "a", "Co//D"), path_row(3, "b", "Co")])
    assert made.tree.ids == ("Co", "Co/D")
    assert "gap is closed" in said(made)
    with pytest.raises(InputError, match="row 2: a has no path"):
        load_organisation([path_row(2, "a", ""), path_row(3, "b", "Co")])


def test_attributes_follow_people() -> None:
    rows = [PersonRow(2, "t"), PersonRow(3, "a", manager=("t",), attributes={"site": "Oslo"})]
    made = load_organisation(rows)
    assert made.attributes == {"site": ("", "Oslo")}
    assert made.leaf.dtype == np.int32
