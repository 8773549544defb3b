"""Who can be asked: trees, now and before; people by subtree and attribute; addresses and languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv, signed_in, unit

from headwater.rooms.people import imports
from headwater.rooms.people.logic.contacts import read_address, read_language
from headwater.rooms.people.models import Person
from headwater.rooms.people.populations import attribute_names, attribute_values, population, tree_of

HEADER = "person_id,name,manager_id,unit_id,unit_name"


def file_with(columns: str, values: dict[str, str], otherwise: str, **changed: Any) -> bytes:
    """The organisation with more columns: the values of some people, and those of everybody else."""
    head, *rows = organisation_csv(**changed).decode().splitlines()
    return "\n".join(
        [f"{head},{columns}", *(f"{row},{values.get(row.split(',')[0], otherwise)}" for row in rows)]
    ).encode()


def keys(units: Sequence[str] | None = None, attributes: dict[str, list[str]] | None = None, **more: bool) -> list[str]:
    return [member.key for member in population(units, attributes, **more)]  # type: ignore[arg-type]


def test_the_tree_comes_in_preorder_with_its_rows(cast: Cast) -> None:
    tree, rows = tree_of()
    assert tree.ids[0] == "all"
    assert len(tree) == len(rows) == 7
    assert [unit(key).pk for key in tree.ids] == rows
    assert [unit(key).number for key in tree.ids] == list(range(7))
    assert tree.leaders[tree.index_of["north-d"]] == "Lea North"


@pytest.mark.django_db
def test_there_is_no_tree_before_there_is_an_organisation() -> None:
    with pytest.raises(LookupError):
        tree_of()
    with pytest.raises(LookupError):
        tree_of(NOW)
    assert attribute_names() == []
    assert keys() == []


def test_the_tree_of_a_past_day_is_the_tree_of_that_day(cast: Cast) -> None:
    first, rows = tree_of()
    gone = ("south2", "south2a", "south2b", "south2c", "south2d")
    made = bring_in(organisation_csv(without=gone), cast.administrator, at=NOW + timedelta(days=1))
    after, _ = tree_of()
    assert "south2-t" not in after.ids
    past, past_rows = tree_of(NOW)
    assert (past.ids, past.names, past.leaders, past_rows) == (first.ids, first.names, first.leaders, rows)
    assert past.size.tolist() == first.size.tolist()
    imports.undo_import(import_id=made.pk, actor=cast.administrator, now=NOW + timedelta(days=2))
    assert tree_of()[0].ids == first.ids
    assert tree_of(NOW + timedelta(days=1))[0].ids == after.ids
    assert tree_of(NOW + timedelta(days=2))[0].ids == first.ids
    with pytest.raises(LookupError):
        tree_of(NOW - timedelta(days=1))


def test_people_of_subtrees_never_hold_the_subtree_s_own_leader(cast: Cast) -> None:
    assert len(keys()) == 23
    north = keys(["north-d"])
    assert len(north) == 10
    assert "north" not in north
    assert {"north1", "north2"} <= set(north)
    assert "north" in keys(["north-d"], with_leaders=True)
    assert keys(["north1-t", "north-d", "north2-t"]) == north
    assert len(keys(["north1-t", "south2-t"])) == 8
    assert keys([]) == []
    with pytest.raises(LookupError, match="nowhere"):
        keys(["north-d", "nowhere"])


def test_a_member_says_what_they_lead(cast: Cast) -> None:
    members = {member.key: member for member in population()}
    assert members["north"].leads == ("north-d",)
    assert members["north"].unit == "all"
    assert (members["top"].leads, members["top"].unit) == (("all",), "")
    assert members["north1a"].leads == ()
    assert members["north1a"].id == Person.objects.get(key="north1a").pk


def test_attributes_choose_people_and_are_counted(cast: Cast) -> None:
    values = {"north1a": "Driver,Night", "north1b": "Driver,Day", "south1a": 'Clerk,"O""x, 1"'}
    bring_in(file_with("Job title,shift__kind.a", values, ","), cast.administrator)
    assert attribute_names() == ["Job title", "shift__kind.a"]
    found = [(row.value, row.people) for row in attribute_values("Job title")]
    assert found == [("Driver", 2), ("Clerk", 1)]
    assert attribute_values("nothing") == []
    assert keys(None, {"Job title": ["Driver"]}) == ["north1a", "north1b"]
    assert keys(["north-d"], {"Job title": ["Driver", "Clerk"], "shift__kind.a": ["Night"]}) == ["north1a"]
    assert keys(None, {"shift__kind.a": ['O"x, 1']}) == ["south1a"]
    assert len(keys(None, {"Job title": [""]})) == 20
    assert keys(None, {"nothing": ["x"]}) == []


@pytest.mark.parametrize(
    ("columns", "line"),
    [("email,language", "Per@Example.ORG,Español"), ("Correo electrónico,Idioma preferido", "Per@Example.ORG,es")],
)
def test_addresses_and_languages_are_columns_in_two_languages(cast: Cast, columns: str, line: str) -> None:
    bring_in(file_with(columns, {"north1a": line}, ","), cast.administrator)
    member = next(member for member in population() if member.key == "north1a")
    assert (member.email, member.language) == ("Per@example.org", "es")
    assert member.attributes == {}
    assert attribute_names() == []


def test_contacts_stay_where_a_file_has_no_column_for_them(cast: Cast) -> None:
    bring_in(file_with("email,language", {"north1a": "a@example.org,es"}, ","), cast.administrator)
    made = bring_in(organisation_csv(without=("north1b",)), cast.administrator)
    assert made.summary["counts"] == {"person_leaves": 1}
    assert Person.objects.get(key="north1a").email == "a@example.org"
    part = f"{HEADER},language\nnorth1a,Per north1a,north1,north1-t,Team north1,en\n".encode()
    bring_in(part, cast.administrator, is_full=False)
    person = Person.objects.get(key="north1a")
    assert (person.email, person.language) == ("a@example.org", "en")
    emptied = bring_in(file_with("email,language", {}, ","), cast.administrator)
    assert Person.objects.get(key="north1a").email == ""
    imports.undo_import(import_id=emptied.pk, actor=cast.administrator, now=NOW)
    assert Person.objects.get(key="north1a").email == "a@example.org"


def test_a_partial_file_keeps_attributes_it_has_no_column_for(cast: Cast) -> None:
    bring_in(file_with("job", {"north1a": "Driver"}, ""), cast.administrator)
    part = f"{HEADER},shift\nnorth1a,Per north1a,north1,north1-t,Team north1,Night\n".encode()
    bring_in(part, cast.administrator, is_full=False)
    assert Person.objects.get(key="north1a").attributes == {"job": "Driver", "shift": "Night"}


def test_what_is_no_address_is_named_by_row_and_column(cast: Cast) -> None:
    content = file_with("email,language", {"top": "nonsense,Klingon", "north": "a@b.org,", "south": "A@b.org,"}, ",")
    made = imports.check_import(
        content=content, file_name="x.csv", is_full=True, effective_date=TODAY, actor=cast.administrator, now=NOW
    )
    told = [(problem["row"], problem["column"], problem["severity"]) for problem in made.problems[:2]]
    assert told == [(2, "email", "warning"), (2, "language", "warning")]
    assert any("1 people share" in problem["message"] for problem in made.problems)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (" a.b+c@Example.org ", "a.b+c@example.org"), ("", ""), ("a@b", None), ("a b@c.org", None), ("a@b@c.org", None),
        ("a@b.org\nBcc: x@y.org", None), (".a@b.org", None), ("a..b@c.org", None),
        ("josé@exämple.test", "josé@exämple.test"),
        ("a@-b.test", None), ("x" * 65 + "@b.org", None), ("<a@b.org>", None), ("a@b.o1", None),
    ],
)  # fmt: skip
def test_addresses_are_read(text: str, read: str | None) -> None:
    assert read_address(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("EN", "en"), ("es_MX", "es-MX"), ("Español (España)", "es"), ("Árabe", "ar"), ("zh-hant-tw", "zh-Hant-TW"),
        ("", ""), ("Klingon", None), ("e", None), ("en;q=1", None),
    ],
)  # fmt: skip
def test_languages_are_read(text: str, read: str | None) -> None:
    assert read_language(text) == read


def test_the_address_is_shown_to_those_who_may_see_the_person(cast: Cast) -> None:
    bring_in(file_with("email,language", {"north1a": "quiet@example.org,es"}, ","), cast.administrator)
    address = f"/people/persons/{Person.objects.get(key='north1a').pk}/"
    for user, sees in ((cast.employee, True), (cast.north_leader, True), (cast.analyst, False), (cast.outsider, False)):
        answer = signed_in(user).get(address)
        assert ("quiet@example.org" in answer.content.decode()) is sees
        assert answer.status_code == (200 if sees else 403)
