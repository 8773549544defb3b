"""Reorganisations: snapshots by day, mappings of units, and which trends survive."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from headwater.org import (
    Organisation,
    OrganisationHistory,
    PersonRow,
    Snapshot,
    UnitLink,
    UnitMapping,
    infer_mapping,
    load_organisation,
    number_units,
)
from headwater.vocab import InputError

OLD = number_units(["co", "n", "n1", "n2", "s", "s1"], ["", "co", "n", "n", "co", "s"])
NEW = number_units(["co", "n", "n12", "s", "s1", "s2"], ["", "co", "n", "co", "s", "s"])
SAME = (UnitLink("co", "co"), UnitLink("n", "n"), UnitLink("s", "s"))


def test_merge_within_a_branch_keeps_all_trends() -> None:
    mapping = UnitMapping((*SAME, UnitLink("n1", "n12"), UnitLink("n2", "n12"), UnitLink("s1", "s1")))
    cut = mapping.recut(OLD, NEW)
    assert cut.comparable.tolist() == [True, True, True, True, True, False]
    assert cut.reasons == {"s2": "no old unit went into it"}
    own = np.array([1, 2, 4, 8, 16, 32])
    assert cut.carry(own).tolist()[:5] == [63, 14, 12, 48, 32]
    assert cut.sources(NEW.index_of["n12"]).tolist() == [2, 3]


def test_split_across_branches_breaks_both_branches_but_not_the_top() -> None:
    links = (*SAME, UnitLink("n1", "n12"), UnitLink("n2", "n12", 0.5), UnitLink("n2", "s2", 0.5), UnitLink("s1", "s1"))
    cut = UnitMapping(links).recut(OLD, NEW)
    named = dict(zip(NEW.ids, cut.comparable.tolist(), strict=True))
    assert named == {"co": True, "n": False, "n12": False, "s": False, "s1": True, "s2": False}
    assert "n2 was split" in cut.reasons["s"]
    carried = cut.carry(np.array([1.0, 2, 4, 8, 16, 32]))
    assert carried[0] == 63
    assert np.isnan(carried[NEW.index_of["n"]])
    assert carried[NEW.index_of["s1"]] == 32


def test_split_within_a_branch_leaves_the_branch_comparable() -> None:
    links = (*SAME, UnitLink("n1", "n12"), UnitLink("n2", "n12"), UnitLink("s1", "s1", 0.3), UnitLink("s1", "s2", 0.7))
    cut = UnitMapping(links).recut(OLD, NEW)
    assert cut.comparable.tolist() == [True, True, True, True, False, False]
    assert cut.carry(np.array([1, 2, 4, 8, 16, 32]))[NEW.index_of["s"]] == 48


def test_acquisition_and_sale_break_what_they_touch() -> None:
    links = (*SAME, UnitLink("n1", "n12"), UnitLink("n2", ""), UnitLink("s1", "s1"), UnitLink("", "s2"))
    cut = UnitMapping(links).recut(OLD, NEW)
    assert cut.reasons == {"co": "s2 came from outside", "s": "s2 came from outside", "s2": "s2 came from outside"}
    assert cut.comparable[NEW.index_of["n"]]
    assert cut.unplaced == ("n2",)
    assert cut.carry(np.array([1, 2, 4, 8, 16, 32]))[NEW.index_of["n"]] == 6


def test_bad_mappings_are_refused() -> None:
    with pytest.raises(InputError, match=r"shares of 'a' add up to 0\.6, not 1"):
        UnitMapping((UnitLink("a", "b", 0.6),))
    with pytest.raises(InputError, match=r"add up to 1\.2"):
        UnitMapping((UnitLink("a", "b", 0.6), UnitLink("a", "c", 0.6)))
    with pytest.raises(InputError, match="linked twice"):
        UnitMapping((UnitLink("a", "b", 0.5), UnitLink("a", "b", 0.5)))
    with pytest.raises(InputError, match="no unit before"):
        UnitMapping((UnitLink("zed", "co"),)).recut(OLD, NEW)
    with pytest.raises(InputError, match="no unit after"):
        UnitMapping((UnitLink("co", "zed"),)).recut(OLD, NEW)


def company(teams: dict[str, list[str]]) -> Organisation:
    """Make an organisation of leaders with members; leaders report to the top."""
    rows = [PersonRow(2, "top")]
    for leader, members in teams.items():
        rows.append(PersonRow(3, leader, manager=("top",)))
        rows += [PersonRow(4, member, manager=(leader,)) for member in members]
    return load_organisation(rows)


def test_mapping_is_inferred_from_people_when_leaders_change() -> None:
    before = company({"a": [f"a{n}" for n in range(10)], "b": [f"b{n}" for n in range(10)]})
    after = company({"z": [f"a{n}" for n in range(10)] + ["new"], "a": [f"b{n}" for n in range(9)] + ["new2"]})
    mapping = infer_mapping(before, after)
    assert UnitLink("a", "z") in mapping.links
    assert UnitLink("b", "a") in mapping.links
    assert UnitLink("a", "a") not in mapping.links
    assert bool(mapping.recut(before.tree, after.tree).comparable.all())


def test_single_transfers_are_no_reorganisation_but_halves_are() -> None:
    before = company({"a": [f"a{n}" for n in range(10)], "b": [f"b{n}" for n in range(10)]})
    one_moved = company({"a": [f"a{n}" for n in range(9)], "b": [f"b{n}" for n in range(10)] + ["a9"]})
    mapping = infer_mapping(before, one_moved)
    assert mapping.moved == 1
    assert bool(mapping.recut(before.tree, one_moved.tree).comparable.all())
    half_moved = company(
        {"a": [f"a{n}" for n in range(5)], "b": [f"b{n}" for n in range(10)] + ["a5", "a6", "a7", "a8"]}
    )
    cut = infer_mapping(before, half_moved).recut(before.tree, half_moved.tree)
    assert cut.comparable.tolist() == [True, False, False]


def test_explicit_links_win() -> None:
    before, after = company({"a": ["a1", "a2"], "b": ["b1"]}), company({"c": ["a1", "a2"], "b": ["b1"]})
    mapping = infer_mapping(before, after, explicit=[UnitLink("a", "b")])
    assert {(link.old, link.new) for link in mapping.links} >= {("a", "b"), ("b", "b")}
    assert ("a", "c") not in {(link.old, link.new) for link in mapping.links}


def test_history_keeps_snapshots_and_says_what_was_valid() -> None:
    first, second = company({"a": ["a1", "a2"]}), company({"b": ["a1", "a2"]})
    history = OrganisationHistory((Snapshot(dt.date(2024, 1, 1), first),))
    history = history.with_snapshot(dt.date(2025, 1, 1), second)
    assert history.as_of(dt.date(2024, 12, 31)) is first
    assert history.as_of(dt.date(2025, 1, 1)) is second
    assert UnitLink("a", "b") in history.mapping_to(dt.date(2025, 1, 1)).links
    with pytest.raises(InputError, match="first snapshot is of 2024-01-01"):
        history.as_of(dt.date(2023, 1, 1))
    with pytest.raises(InputError, match="comes after"):
        history.with_snapshot(dt.date(2024, 6, 1), first)
    with pytest.raises(InputError, match="no reorganisation"):
        history.mapping_to(dt.date(2024, 1, 1))
    given = UnitMapping((UnitLink("a", "b"),))
    told = OrganisationHistory(history.snapshots, {dt.date(2025, 1, 1): given})
    assert told.mapping_to(dt.date(2025, 1, 1)) is given
    with pytest.raises(InputError, match="when no reorganisation"):
        OrganisationHistory(history.snapshots, {dt.date(2025, 2, 1): given})
