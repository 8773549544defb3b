"""The ledger: every way in which a second release over the same answers gives a few people away."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from headwater.org import number_units
from headwater.privacy import (
    RESPONDENTS,
    Cells,
    Ledger,
    Release,
    Total,
    cut_totals,
    recut,
    restrict,
    tree_totals,
)
from headwater.vocab import InputError, UnitTree

K = 5


def family(ids: str, *parents: str | None) -> UnitTree:
    return number_units(ids.split(), list(parents))


def cells(people: list[int], known: list[bool] | None = None, **attributes: list[str]) -> Cells:
    return Cells(attributes, {RESPONDENTS: np.array(people, np.int64)}, None if known is None else np.array(known))


def ledger_after(release: Release, held: Cells) -> Ledger:
    ledger = Ledger("pulse", "2026", K)
    ledger.commit(release, held)
    return ledger


TREE = family("all a b c", None, "all", "all", "all")
UNITS = Release("main", tree_totals(TREE, np.ones(4, bool)))


def test_a_safe_tree_is_taken_and_an_unsafe_one_is_not() -> None:
    ledger = Ledger("pulse", "2026", K)
    assert ledger.propose(UNITS, cells([6, 7, 8], unit=["a", "b", "c"])).safe
    verdict = ledger.propose(UNITS, cells([6, 7, 2], unit=["a", "b", "c"]))
    assert not verdict.safe
    left = Release("main", tuple(t for n, t in enumerate(UNITS.totals) if n not in verdict.withheld))
    assert ledger.propose(left, cells([6, 7, 2], unit=["a", "b", "c"])).safe
    with pytest.raises(ValueError, match="must be withheld"):
        ledger.commit(UNITS, cells([6, 7, 2], unit=["a", "b", "c"]))


def test_a_recut_tree_that_moves_a_few_is_found() -> None:
    held = cells([6, 2, 8, 9], unit=["a", "a", "b", "c"], later=["a", "b", "b", "c"])
    ledger = ledger_after(UNITS, held)
    verdict = ledger.propose(Release("recut", tree_totals(TREE, np.ones(4, bool), "later")), held)
    assert not verdict.safe
    many = cells([6, 5, 8, 9], unit=["a", "a", "b", "c"], later=["a", "b", "b", "c"])
    assert ledger.propose(Release("recut", tree_totals(TREE, np.ones(4, bool), "later")), many).safe


def test_overlapping_windows_are_found() -> None:
    held = cells([20, 3, 20], window=["1", "2", "3"])
    ledger = ledger_after(Release("first", (Total({"window": frozenset("12")}),)), held)
    assert not ledger.propose(Release("one", (Total({"window": frozenset("1")}),)), held).safe
    assert ledger.propose(Release("later", (Total({"window": frozenset("23")}),)), held).safe


def test_windows_that_do_not_nest_are_judged_exactly() -> None:
    held = cells([20, 3, 20, 2], window=["1", "2", "3", "4"])
    ledger = ledger_after(
        Release("first", (Total({"window": frozenset("12")}), Total({"window": frozenset("23")}))), held
    )
    assert ledger.propose(Release("whole", (Total({"window": frozenset("1234")}),)), held).safe
    assert not ledger.propose(Release("apart", (Total({"window": frozenset("13")}),)), held).safe
    assert not ledger.propose(Release("ends", (Total({"window": frozenset("123")}),)), held).safe


def test_late_answers_are_found() -> None:
    held = cells([6, 7, 8, 2], unit=["a", "b", "c", "a"], version=["1", "1", "1", "2"])
    ledger = ledger_after(Release("v1", restrict(UNITS.totals, version=["1"])), held)
    verdict = ledger.propose(Release("v2", UNITS.totals), held)
    assert not verdict.safe
    assert {UNITS.totals[number].label for number in verdict.withheld} == {"all", "a"}
    many = cells([6, 7, 8, 5], unit=["a", "b", "c", "a"], version=["1", "1", "1", "2"])
    assert ledger.propose(Release("v2", UNITS.totals), many).safe


def test_corrected_answers_are_found_like_late_ones() -> None:
    held = cells(
        [6, 7, 8, 2, 2],
        [False, False, False, True, False],
        unit=["a", "b", "c", "a", "a"],
        version=["both", "both", "both", "old", "new"],
    )
    ledger = ledger_after(Release("v1", restrict(UNITS.totals, version=["both", "old"])), held)
    assert not ledger.propose(Release("v2", restrict(UNITS.totals, version=["both", "new"])), held).safe


def test_a_second_filter_is_found() -> None:
    held = cells([20, 3, 20], site=["north", "north", "south"], shift=["day", "night", "day"])
    ledger = ledger_after(Release("sites", (Total({"site": frozenset(["north"])}),)), held)
    narrowed = Release("days", restrict(ledger.releases[0].totals, shift=["day"]))
    assert not ledger.propose(narrowed, held).safe


def test_a_cut_and_a_tree_meet() -> None:
    held = cells([2, 10, 60], unit=["a", "a", "b"], shift=["day", "night", "day"])
    tree = family("all a b", None, "all", "all")
    ledger = ledger_after(Release("tree", tree_totals(tree, np.ones(3, bool))), held)
    shown = np.array([[False, True], [False, False], [False, False]])
    verdict = ledger.propose(Release("cut", cut_totals(tree, shown, "shift", ["day", "night"])), held)
    assert verdict.withheld == (0,)


def test_a_scale_of_persons_means_needs_those_who_skipped_to_be_many() -> None:
    held = Cells(
        {"unit": ["a", "b"]},
        {RESPONDENTS: np.array([10, 12]), "item:q1": np.array([10, 10]), "partial:trust": np.array([0, 2])},
    )
    tree = family("all a b", None, "all", "all")
    ledger = ledger_after(Release("items", tree_totals(tree, np.ones(3, bool)), (RESPONDENTS, "item:q1")), held)
    scale = Release("trust", tree_totals(tree, np.ones(3, bool)), ("partial:trust",))
    verdict = ledger.propose(scale, held)
    assert not verdict.safe
    assert all(words.startswith("partial:trust") for words in verdict.exposed)


def test_families_are_judged_by_their_own_counts() -> None:
    held = Cells({"unit": ["a", "b", "c"]}, {RESPONDENTS: np.array([9, 9, 9]), "item:q": np.array([9, 9, 3])})
    ledger = Ledger("pulse", "2026", K)
    assert ledger.propose(UNITS, held).safe
    assert not ledger.propose(Release("q", UNITS.totals, (RESPONDENTS, "item:q")), held).safe


def test_a_ledger_unsafe_by_itself_lets_nothing_further_out() -> None:
    tree = family("all a b", None, "all", "all")
    ledger = ledger_after(Release("main", tree_totals(tree, np.ones(3, bool))), cells([8, 8], unit=["a", "b"]))
    verdict = ledger.propose(Release("again", (Total({}),)), cells([8, 2], unit=["a", "b"]))
    assert verdict.standing == (RESPONDENTS,)
    assert not verdict.safe


def test_what_cannot_be_placed_cannot_be_judged() -> None:
    ledger = ledger_after(UNITS, cells([6, 7, 8], unit=["a", "b", "c"]))
    with pytest.raises(ValueError, match="unit"):
        ledger.propose(Release("filter", (Total({"site": frozenset("n")}),)), cells([6], site=["n"]))
    with pytest.raises(ValueError, match="no counts for item:q"):
        ledger.propose(Release("q", (Total({}),), ("item:q",)), cells([6], unit=["a"]))


def test_a_ledger_survives_being_kept(tmp_path: Path) -> None:
    path, held = tmp_path / "ledger.json", cells([6, 7, 8], unit=["a", "b", "c"])
    ledger = Ledger("pulse", "2026", K, path)
    ledger.commit(UNITS, held)
    ledger.commit(Release("again", UNITS.totals[:1]), held)
    assert [place.name for place in tmp_path.iterdir()] == ["ledger.json"]
    read = Ledger.load(path)
    assert read.releases == ledger.releases
    assert read.head == ledger.head
    read.commit(Release("third", UNITS.totals[1:2]), held)
    assert len(Ledger.load(path).releases) == 3


@pytest.mark.parametrize("damage", ["drop", "edit", "swap", "cut", "rename"])
def test_a_ledger_that_was_tampered_with_is_refused(tmp_path: Path, damage: str) -> None:
    path, held = tmp_path / "ledger.json", cells([6, 7, 8], unit=["a", "b", "c"])
    ledger = Ledger("pulse", "2026", K, path)
    ledger.commit(UNITS, held)
    ledger.commit(Release("again", UNITS.totals[:1]), held)
    found = json.loads(path.read_text())
    if damage == "drop":
        found["entries"].pop()
    elif damage == "edit":
        found["entries"][0]["body"]["release"]["totals"].pop()
    elif damage == "swap":
        found["entries"].reverse()
    elif damage == "rename":
        found["wave"] = "2027"
    path.write_text(json.dumps(found)[: -20 if damage == "cut" else None])
    with pytest.raises(InputError, match="cannot be trusted"):
        Ledger.load(path)


def test_random_releases_are_never_called_safe_when_they_are_not() -> None:
    draw = np.random.default_rng(11)
    unsafe = 0
    for _ in range(150):
        size = int(draw.integers(2, 7))
        held = cells(draw.integers(1, 8, size).tolist(), cell=[str(n) for n in range(size)])
        rows = draw.random((int(draw.integers(1, 5)), size)) < 0.6
        totals = tuple(Total({"cell": frozenset(str(n) for n in np.flatnonzero(row))}) for row in rows)
        verdict = Ledger("pulse", "2026", K).propose(Release("all", totals), held)
        unsafe += not verdict.safe
        kept = [number for number in range(len(rows)) if number not in verdict.withheld]
        people, released = held.people[RESPONDENTS], rows[kept].astype(float)
        for group in product((0.0, 1.0), repeat=size):
            if kept and 0 < people @ np.array(group) < K:
                rank = np.linalg.matrix_rank(np.vstack([released, group]))
                assert rank > np.linalg.matrix_rank(released)
    assert unsafe > 20


def test_old_answers_are_shown_under_a_new_tree_only_as_unions_of_atoms() -> None:
    old = family("all x a b y c d", None, "all", "x", "x", "all", "y", "y")
    published = np.array([True, True, True, False, True, True, True])  # b is hidden: atom x without a
    new = family("all p a b d q c", None, "all", "p", "p", "p", "all", "q")
    own = np.array([0, 0, 9, 8, 0, 7, 6])
    place = np.array([new.index_of.get(unit, -1) for unit in old.ids])
    found = recut(old, published, own, new, place)
    assert [new.ids[unit] for unit in np.flatnonzero(found.shown)] == ["all", "p", "a", "b", "d", "q", "c"]
    totals = {unit: int(own[old.subtree(unit)].sum()) for unit in range(len(old))}
    for unit, parts in found.parts.items():
        moved = sum(int(own[o]) for o in range(len(old)) if place[o] >= 0 and new.is_within(int(place[o]), unit))
        assert sum(weight * totals[part] for part, weight in parts.items()) == moved
        assert all(published[part] for part in parts)


def test_a_new_unit_that_splits_an_atom_is_withheld() -> None:
    old = family("all a b c", None, "all", "all", "all")
    published = np.array([True, False, False, True])  # a and b are one atom with the rest of the root
    new = family("all n a m b c", None, "all", "n", "all", "m", "m")
    own = np.array([0, 3, 4, 9])
    place = np.array([new.index_of[unit] for unit in old.ids])
    found = recut(old, published, own, new, place)
    assert [new.ids[unit] for unit in np.flatnonzero(found.shown)] == ["all", "c"]


def test_answers_of_closed_units_keep_an_atom_from_being_whole() -> None:
    old, new = family("all a b", None, "all", "all"), family("all a", None, "all")
    found = recut(old, np.array([True, True, True]), np.array([0, 6, 7]), new, np.array([0, 1, -1]))
    assert found.shown.tolist() == [True, True]
    assert found.parts[0] == {1: 1}


def test_what_nobody_has_seen_there_may_have_been_seen_here(tmp_path: Path) -> None:
    """One ledger begins anew; another that it is joined with holds a release of its own, which stays in force."""
    held = cells([6, 7, 8], unit=["a", "b", "c"])
    first, mine, theirs = (Release(name, UNITS.totals[:1]) for name in ("first", "mine", "theirs"))
    here, there = (Ledger("pulse", "2026", K, tmp_path / name) for name in ("here", "there"))
    for ledger in (here, there):
        ledger.commit(first, held)
    here.commit(mine, held)
    there.begin_anew("a trial")
    there.commit(theirs, held)
    here.take_over(there)
    assert [release.name for release in Ledger.load(tmp_path / "here").releases] == ["theirs", "mine"]
    there.take_over(here)
    assert [release.name for release in there.releases] == ["theirs", "mine"]
    before = (tmp_path / "there").read_bytes()
    there.take_over(here)
    assert (tmp_path / "there").read_bytes() == before


def test_a_new_beginning_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="say why"):
        Ledger("pulse", "2026", K).begin_anew("  ")
