"""What becomes of units in a reorganisation: guessed, put right, kept with the import, followed to the present tree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv, signed_in

from headwater.rooms.people import imports
from headwater.rooms.people.logic.plans import PersonState, State, UnitState
from headwater.rooms.people.logic.succession import Succession, follow, guess_successions, take_back
from headwater.rooms.people.models import OrganisationImport, UnitSuccessor
from headwater.rooms.people.populations import tree_of
from headwater.rooms.people.successors import earlier_units

DAY = timedelta(days=1)
TEAMS = ("north1", "north2", "south1", "south2")


def merged() -> bytes:
    """South 2 is closed: its leader leaves, its people join South 1."""
    text = organisation_csv(without=("south2",)).decode()
    return text.replace(",south2,south2-t,Team south2", ",south1,south1-t,Team south1").encode()


def parted() -> bytes:
    """Half of North 1 makes a new team under a new leader."""
    text = organisation_csv().decode()
    for who in "cd":
        text = text.replace(
            f"Per north1{who},north1,north1-t,Team north1", f"Per north1{who},north3,north3-t,Team north3"
        )
    return (text + "north3,Tom North3,north,north-d,North\n").encode()


def check(content: bytes, cast: Cast, **changed: Any) -> OrganisationImport:
    values: dict[str, Any] = {"is_full": True, "effective_date": TODAY, "file_name": "next.csv", "now": NOW, **changed}
    return imports.check_import(content=content, actor=cast.administrator, **values)


def kept(made: OrganisationImport) -> list[tuple[str, str, float, str]]:
    rows = UnitSuccessor.objects.filter(made_by=made).order_by("old", "new")
    return [(row.old, row.new, round(row.share, 3), row.basis) for row in rows]


def test_people_tell_what_follows_a_closed_unit(cast: Cast) -> None:
    assert kept(check(merged(), cast)) == [("south2-t", "south1-t", 1.0, "people")]


def test_a_unit_that_is_parted_is_listed_with_its_parts(cast: Cast) -> None:
    assert kept(check(parted(), cast)) == [
        ("north1-t", "north1-t", 0.5, "people"),
        ("north1-t", "north3-t", 0.5, "people"),
    ]


def state(units: dict[str, tuple[str, str, str]], persons: dict[str, str]) -> State:
    return State(
        {key: PersonState(key, unit) for key, unit in persons.items()},
        {key: UnitState(*values) for key, values in units.items()},
    )


def test_one_person_who_moves_is_no_reorganisation() -> None:
    units = {"all": ("All", "", ""), "x": ("X", "all", ""), "y": ("Y", "all", "")}
    persons = {**{f"x{n}": "x" for n in range(6)}, **{f"y{n}": "y" for n in range(6)}}
    assert guess_successions(state(units, persons), state(units, {**persons, "x0": "y"})) == []
    two = guess_successions(state(units, persons), state(units, {**persons, "x0": "y", "x1": "y"}))
    assert {(row.old, row.new) for row in two} == {("x", "x"), ("x", "y")}


def test_leaders_and_names_tell_where_nobody_stayed() -> None:
    before = state(
        {
            "all": ("All", "", "a"),
            "x": ("Crew X", "all", "b"),
            "y": ("Crew Y", "all", "c"),
            "z": ("Crew Z", "all", "d"),
        },
        {"a": "", "b": "all", "c": "all", "d": "all", "p": "x", "q": "y", "r": "z"},
    )
    after = state(
        {"all": ("All", "", "a"), "x2": ("Other", "all", "b"), "y2": ("crew y", "all", "e")},
        {"a": "", "b": "all", "e": "all", "n": "x2", "m": "y2"},
    )
    assert guess_successions(before, after) == [
        Succession("x", "x2", 1.0, "leader"),
        Succession("y", "y2", 1.0, "name"),
        Succession("z", "", 1.0, "none"),
    ]
    assert guess_successions(state({}, {}), after) == []


def test_a_name_that_two_new_units_share_tells_nothing() -> None:
    before = state({"all": ("All", "", ""), "x": ("Crew", "all", "")}, {"p": "x"})
    after = state({"all": ("All", "", ""), "y": ("Crew", "all", ""), "z": ("Crew", "all", "")}, {"n": "y", "m": "z"})
    assert guess_successions(before, after) == [Succession("x", "", 1.0, "none")]


def test_the_mapping_is_put_right_and_kept_with_the_import(cast: Cast) -> None:
    made = check(merged(), cast)
    client, where = signed_in(cast.administrator), reverse("people:unit_map", args=[made.pk])
    assert (
        reverse("people:unit_map", args=[made.pk])
        in client.get(reverse("people:import", args=[made.pk])).content.decode()
    )
    page = client.get(where).content.decode()
    assert "Team south2" in page
    assert 'value="south1-t"' in page
    form = {"old-0": "south2-t", "new-0": ["north1-t", "north2-t", ""]}
    assert client.post(where, form).status_code == 302
    chosen = [("south2-t", "north1-t", 0.5, "chosen"), ("south2-t", "north2-t", 0.5, "chosen")]
    assert kept(made) == chosen
    wrong = client.post(where, {"old-0": "south2-t", "new-0": ["south2-t", "nowhere"]})
    assert wrong.status_code == 422
    assert "nowhere, south2-t" in wrong.content.decode()
    assert kept(made) == chosen
    assert client.post(where, {"old-0": "south2-t", "new-0": [""]}).status_code == 302
    assert kept(made) == [("south2-t", "", 1.0, "chosen")]
    imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert client.post(where, {"old-0": "south2-t", "new-0": ["south1-t"]}).status_code == 302
    assert kept(made) == [("south2-t", "", 1.0, "chosen")]


def test_what_was_chosen_stays_when_the_file_is_compared_anew(cast: Cast) -> None:
    made = check(merged(), cast, effective_date=TODAY + DAY)
    form = {"old-0": "south2-t", "new-0": ["north1-t"]}
    signed_in(cast.administrator).post(reverse("people:unit_map", args=[made.pk]), form)
    imports.confirm_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    bring_in(organisation_csv(without=("north1d",)), cast.administrator)
    imports.apply_waiting(import_id=made.pk, now=NOW + DAY)
    assert kept(made) == [("south2-t", "north1-t", 1.0, "chosen")]


def test_dropping_an_import_drops_its_mapping(cast: Cast) -> None:
    made = check(merged(), cast)
    imports.drop_import(import_id=made.pk, actor=cast.administrator, now=NOW)
    assert kept(made) == []


def test_only_administrators_map_units(cast: Cast) -> None:
    made = check(merged(), cast)
    where = reverse("people:unit_map", args=[made.pk])
    for user in (cast.outsider, cast.employee, cast.north_leader, cast.experience_lead, cast.privacy_officer):
        assert signed_in(user).get(where).status_code == 403
        assert signed_in(user).post(where, {"old-0": "south2-t", "new-0": [""]}).status_code == 403
    assert kept(made)[0][1] == "south1-t"


def test_an_earlier_tree_is_placed_in_the_present_one(cast: Cast) -> None:
    old, _ = tree_of()
    bring_in(merged(), cast.administrator, at=NOW + DAY)
    new, _ = tree_of()
    recut = earlier_units(old, NOW)
    assert recut.comparable.all()
    south = recut.sources(new.index_of["south1-t"])
    assert [old.ids[unit] for unit in south.tolist()] == ["south1-t", "south2-t"]
    assert recut.unplaced == ()


def test_a_parted_unit_is_comparable_from_the_unit_above(cast: Cast) -> None:
    old, _ = tree_of()
    bring_in(parted(), cast.administrator, at=NOW + DAY)
    new, _ = tree_of()
    recut = earlier_units(old, NOW)
    comparable = {unit for unit, number in new.index_of.items() if recut.comparable[number]}
    assert comparable == {"all", "north-d", "north2-t", "south-d", "south1-t", "south2-t"}


def test_several_imports_are_followed_and_undone_ones_forgotten(cast: Cast) -> None:
    old, _ = tree_of()
    bring_in(merged(), cast.administrator, at=NOW + DAY)
    wave, _ = tree_of()
    second = bring_in(organisation_csv(), cast.administrator, at=NOW + 3 * DAY)
    assert not earlier_units(old, NOW).comparable[tree_of()[0].index_of["south2-t"]]
    imports.undo_import(import_id=second.pk, actor=cast.administrator, now=NOW + 4 * DAY)
    assert earlier_units(old, NOW).comparable.all()
    assert earlier_units(wave, NOW + 2 * DAY).comparable.all()


def test_a_wave_under_an_import_that_was_undone_goes_back_to_the_units_before(cast: Cast) -> None:
    made = bring_in(merged(), cast.administrator, at=NOW + DAY)
    wave, _ = tree_of()
    imports.undo_import(import_id=made.pk, actor=cast.administrator, now=NOW + 3 * DAY)
    recut = earlier_units(wave, NOW + 2 * DAY)
    new, _ = tree_of()
    lost = {unit for unit, number in new.index_of.items() if not recut.comparable[number]}
    assert lost == {"south1-t", "south2-t"}


def test_following_multiplies_shares_and_ends_nowhere() -> None:
    steps = [
        [Succession("a", "b", 0.5, "people"), Succession("a", "c", 0.5, "people")],
        [Succession("b", "", 1.0, "none"), Succession("c", "d", 1.0, "name")],
    ]
    links = {(link.old, link.new): link.share for link in follow(["a", "x"], steps)}
    assert links == {("a", ""): 0.5, ("a", "d"): 0.5, ("x", "x"): 1.0}
    back = take_back([Succession("a", "n", 1.0, "people"), Succession("b", "n", 1.0, "people")], frozenset({"n", "m"}))
    assert [(row.old, row.new, row.share) for row in back] == [("n", "a", 0.5), ("n", "b", 0.5), ("m", "", 1.0)]
