"""No release without the ledger: what two releases of the same answers would give away together is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.cast import SPECIFICATION, STUDY, UNITS, Rows, draw, table, tree, two_levels

from headwater.intake import seal
from headwater.org import number_units
from headwater.privacy import Ledger
from headwater.scoring import Ledgers, Specification, commit_release, propose_release, release_of, score_wave
from headwater.vocab import Bound, Cut, InputError, Moments, ScoreBook, Study, UnitTree, Wave

WAVE = Wave("people", "w1", "w1", 1)
Scored = tuple[ScoreBook, Moments, Specification]


@pytest.fixture
def scored(tmp_path: Path) -> Callable[..., Scored]:
    """Seal rows in a store of their own and score them."""
    stores = count()

    def score(
        rows: Rows | None = None,
        *,
        study: Study = STUDY,
        units: UnitTree | None = None,
        cuts: dict[str, tuple[np.ndarray, tuple[str, ...]]] | None = None,
        specification: Specification = SPECIFICATION,
    ) -> Scored:
        store = tmp_path / f"store-{next(stores)}"
        seal(store, study, WAVE, table(rows or draw(), cuts))
        book, moments = score_wave(store, study=study, wave=WAVE, tree=units or tree(), specification=specification)
        return book, moments, specification

    return score


@pytest.fixture
def ledgers(tmp_path: Path) -> Ledgers:
    """Ledgers of a project that keeps no answers."""
    return Ledgers((tmp_path / "ledgers",))


@pytest.fixture
def kept(tmp_path: Path) -> Ledgers:
    """Ledgers of a project that keeps its answers, and with them the sums of every version."""
    return Ledgers((tmp_path / "ledgers",), tmp_path / "sums")


def entries(ledgers: Ledgers) -> int:
    return len(Ledger.load(ledgers.files("people", "w1")[0]).entries)


def without(rows: Rows, gone: list[int]) -> Rows:
    keep = np.delete(np.arange(len(rows.unit)), gone)
    return Rows(rows.unit[keep], {item: codes[keep] for item, codes in rows.answers.items()}, rows.weight[keep])


def with_codes(rows: Rows, item: str, places: list[int], code: float) -> Rows:
    codes = rows.answers[item].copy()
    codes[places] = code
    return replace(rows, answers={**rows.answers, item: codes})


def of(rows: Rows, unit: str) -> list[int]:
    return np.flatnonzero(rows.unit == unit).tolist()


def test_the_same_release_passes_and_adds_nothing(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    commit_release(*scored(), ledgers)
    before = ledgers.files("people", "w1")[0].read_bytes()
    commit_release(*scored(), ledgers)
    assert ledgers.files("people", "w1")[0].read_bytes() == before


def test_a_smaller_k_is_refused_and_says_what_to_do(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    commit_release(*scored(study=replace(STUDY, k=10)), ledgers)
    with pytest.raises(InputError) as refused:
        commit_release(*scored(), ledgers)
    said = str(refused.value)
    assert "a group of fewer than 10" in said
    assert "of this release" in said
    assert "Use the same k (10)" in said
    assert "--unseen" in said
    assert entries(ledgers) == 1


def test_a_larger_k_comes_too_late(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    commit_release(*scored(), ledgers)
    with pytest.raises(InputError, match=r"Use the same k \(5\)"):
        commit_release(*scored(study=replace(STUDY, k=10, comment_k=10)), ledgers)


def test_another_cut_that_leaves_three_beside_the_first_is_refused(
    scored: Callable[..., Scored], ledgers: Ledgers
) -> None:
    """Each of two cuts is safe alone; they differ in three people of one unit."""
    rows = draw(skips=0.0)
    codes = {"early": np.arange(len(rows.unit)) % 2}
    codes["night"] = codes["early"].copy()
    codes["night"][of(rows, "n1")[:6:2]] ^= 1
    cuts = {name: (values.astype(np.int16), ("no", "yes")) for name, values in codes.items()}

    def released(*names: str) -> Scored:
        study = replace(STUDY, cuts=tuple(Cut(name, name, ("no", "yes")) for name in names))
        return scored(rows, study=study, cuts={name: cuts[name] for name in names})

    commit_release(*released("early"), ledgers)
    with pytest.raises(InputError, match="with the cut 'early', which this analysis does not read"):
        commit_release(*released("night"), ledgers)
    with pytest.raises(InputError, match="away a group of fewer than 5"):
        commit_release(*released("night", "early"), ledgers)
    commit_release(*released("early", "night"), ledgers)


def test_leaving_out_a_cut_later_shows_nothing_new(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    rows = draw()
    study, cuts = two_levels(rows)
    commit_release(*scored(rows, study=study, cuts=cuts), ledgers)
    commit_release(*scored(rows), ledgers)
    assert entries(ledgers) == 1


def test_a_recut_tree_is_judged_beside_the_first(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    commit_release(*scored(), ledgers)
    apart = {**UNITS, "n4": "south"}  # the three of n4 move from one branch to the other
    with pytest.raises(InputError, match="'north'"):
        commit_release(*scored(units=number_units(list(apart), list(apart.values()))), ledgers)
    many = {**UNITS, "n1": "south"}
    commit_release(*scored(units=number_units(list(many), list(many.values()))), ledgers)
    assert entries(ledgers) == 2


def test_two_trees_must_not_show_that_a_group_is_all_alike(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    """Each shows the twelve of n2, who all choose 5, as a limit; the branch with and without them tells exactly."""
    rows = draw(skips=0.0)
    rows = with_codes(rows, "heard", of(rows, "n2"), 5)
    book, moments, specification = scored(rows)
    number = book.column_of["mean", "heard"]
    assert book.everybody.bound[book.tree.index_of["n2"], number] == Bound.AT_LEAST
    commit_release(book, moments, specification, ledgers)
    apart = {**UNITS, "n2": "south"}
    with pytest.raises(InputError, match=r"all of a group gave one answer to '(mean|favourable):heard'"):
        commit_release(*scored(rows, units=number_units(list(apart), list(apart.values()))), ledgers)
    assert entries(ledgers) == 1


def test_other_answers_are_refused_without_those_before(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    rows = draw()
    commit_release(*scored(rows), ledgers)
    with pytest.raises(InputError, match="those are not at hand"):
        commit_release(*scored(without(rows, of(rows, "n2")[:1])), ledgers)


@pytest.mark.parametrize("change", ["corrected", "withdrawn", "late", "answered later", "moved"])
def test_a_change_of_one_is_found(scored: Callable[..., Scored], kept: Ledgers, change: str) -> None:
    rows = draw()
    one = of(rows, "n2")[0]
    earlier, later = rows, rows
    if change == "corrected":
        later = with_codes(rows, "heard", [one], 1 + rows.answers["heard"][one] % 5)
    elif change == "withdrawn":
        later = without(rows, [one])
    elif change == "late":
        earlier = without(rows, [one])
    elif change == "answered later":
        earlier = with_codes(rows, "heard", [one], np.nan)
    else:
        unit = rows.unit.copy()
        unit[one] = "s1"
        later = replace(rows, unit=unit)
    commit_release(*scored(earlier), kept)
    with pytest.raises(InputError, match="is not released"):
        commit_release(*scored(later), kept)
    assert entries(kept) == 1


def test_growth_by_k_in_every_atom_passes_and_by_fewer_does_not(scored: Callable[..., Scored], kept: Ledgers) -> None:
    rows = draw(skips=0.0)
    rows = replace(rows, answers={item: np.nan_to_num(codes, nan=3) for item, codes in rows.answers.items()})
    n1, s1 = of(rows, "n1"), of(rows, "s1")
    commit_release(*scored(without(rows, [*n1[:11], *s1[:6]])), kept)
    with pytest.raises(InputError, match="fewer than 5"):
        commit_release(*scored(without(rows, [*n1[:9], *s1[:6]])), kept)
    commit_release(*scored(without(rows, [*n1[:5], *s1[:6]])), kept)
    commit_release(*scored(rows), kept)
    assert entries(kept) == 3
    with pytest.raises(InputError, match="fewer than 5"):
        commit_release(*scored(without(rows, n1[:1])), kept)


def test_the_same_rows_in_another_order_are_the_same_answers(scored: Callable[..., Scored], kept: Ledgers) -> None:
    rows = draw()
    commit_release(*scored(rows), kept)
    back = Rows(rows.unit[::-1], {item: codes[::-1] for item, codes in rows.answers.items()}, rows.weight[::-1])
    commit_release(*scored(back), kept)
    assert entries(kept) == 1


def test_changed_weights_are_a_change(scored: Callable[..., Scored], kept: Ledgers) -> None:
    rows = draw()
    commit_release(*scored(rows), kept)
    weight = rows.weight.copy()
    weight[of(rows, "n2")[0]] = 2.0
    with pytest.raises(InputError, match="is not released"):
        commit_release(*scored(replace(rows, weight=weight)), kept)


def test_nobody_has_seen_it_begins_anew_once(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    commit_release(*scored(study=replace(STUDY, k=10)), ledgers)
    commit_release(*scored(), ledgers, unseen="a trial with the wrong k")
    ledger = Ledger.load(ledgers.files("people", "w1")[0])
    assert [entry["body"].get("unseen") for entry in ledger.entries] == [None, "a trial with the wrong k", None]
    assert [release.k for release in ledger.releases] == [5]
    commit_release(*scored(), ledgers, unseen="said again, and not needed")
    assert len(Ledger.load(ledger.path or Path()).entries) == 3


def test_two_at_once_cannot_both_pass(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    first = propose_release(*scored(study=replace(STUDY, k=10)), ledgers)
    second = propose_release(*scored(), ledgers, unseen="thought nobody had")
    first.commit()
    with pytest.raises(InputError, match="fewer than 10"):
        second.commit()
    assert entries(ledgers) == 1


def test_all_folders_come_to_hold_the_same(scored: Callable[..., Scored], tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    commit_release(*scored(study=replace(STUDY, k=10)), Ledgers((one,)))
    with pytest.raises(InputError, match="fewer than 10"):
        commit_release(*scored(), Ledgers((two, one)))
    commit_release(*scored(study=replace(STUDY, k=10)), Ledgers((two, one)))
    for folder in (one, two):
        ledger = Ledger.load(Ledgers((folder,)).files("people", "w1")[0])
        assert [release.k for release in ledger.releases] == [10]


def test_a_damaged_ledger_is_refused(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    commit_release(*scored(), ledgers)
    path = ledgers.files("people", "w1")[0]
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="cannot be trusted"):
        commit_release(*scored(), ledgers, unseen="it is damaged")


def test_a_question_that_is_read_no_more_is_named(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    commit_release(*scored(), ledgers)
    fewer = Specification(SPECIFICATION.items[:2], ())
    with pytest.raises(InputError, match="with 'score:led', which this analysis does not read"):
        commit_release(*scored(specification=fewer), ledgers)
    assert entries(ledgers) == 1


def test_the_ledger_holds_no_number_of_people_or_answers(scored: Callable[..., Scored], ledgers: Ledgers) -> None:
    """Two sets of answers of which the same is shown leave ledgers that differ in digests of shown numbers alone."""
    rows = draw()
    commit_release(*scored(rows), ledgers)
    body = json.loads(ledgers.files("people", "w1")[0].read_text())["entries"][0]["body"]["release"]
    assert body.keys() == {"name", "k", "about", "listings", "totals", "families"}
    assert body["about"].keys() == {"answers", "units", "parents", "cuts", "exact", "shows"}
    unshown = of(rows, "n4")[0]
    book, _, specification = scored(with_codes(rows, "tell", [unshown], 7))
    shown = book.everybody.shown[book.tree.index_of["n4"]]
    assert not shown.any()
    again = release_of(book, specification)
    before = Ledger.load(ledgers.files("people", "w1")[0]).releases[0]
    assert again.totals == before.totals
    assert again.missing == before.missing
    assert again.about["exact"] == before.about["exact"]


def test_answers_that_differ_only_where_nothing_shows_are_the_same(
    scored: Callable[..., Scored], ledgers: Ledgers
) -> None:
    """Two people of one withheld unit change places: no total ever shown tells."""
    rows = draw()
    commit_release(*scored(rows), ledgers)
    tell = rows.answers["tell"].copy()
    a, b = of(rows, "n4")[:2]
    tell[[a, b]] = tell[[b, a]]
    commit_release(*scored(replace(rows, answers={**rows.answers, "tell": tell})), ledgers)
    assert entries(ledgers) == 1


def test_fewer_questions_are_judged_by_the_sums_that_were_kept(scored: Callable[..., Scored], kept: Ledgers) -> None:
    commit_release(*scored(), kept)
    fewer = Specification(SPECIFICATION.items[:2], ())
    commit_release(*scored(specification=fewer), kept)
    with pytest.raises(InputError, match="fewer than 10"):
        commit_release(*scored(study=replace(STUDY, k=10), specification=fewer), kept)
    commit_release(*scored(), kept)
    assert entries(kept) in (1, 2)
