"""What the ledger lets through, searched by brute force for small groups."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.scoring.cast import PEOPLE, SPECIFICATION, STUDY, Rows, table

from headwater.intake import seal
from headwater.org import number_units
from headwater.scoring import Ledgers, commit_release, score_wave
from headwater.vocab import InputError, Wave

WAVE = Wave("people", "w1", "w1", 1)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_is_let_through_leaves_no_small_group(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two random trees over the same leaves, two k: the spans of all that passed are searched by brute force."""
    place = tmp_path_factory.mktemp("pair")
    leaves = [name for name in PEOPLE if PEOPLE[name]][: data.draw(st.integers(3, 6))]
    people = {name: data.draw(st.integers(1, 9)) for name in leaves}
    unit = np.repeat(leaves, list(people.values()))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    answers = {item: rng.integers(1, 6, len(unit)).astype(float) for item in SPECIFICATION.item_position}
    store, ledgers = place / "store", Ledgers((place / "ledgers",))
    seal(store, STUDY, WAVE, table(Rows(unit, answers, np.ones(len(unit)))))
    rows, strictest = [], 0
    for _ in range(3):
        above = {name: data.draw(st.sampled_from(["top", "north", "south"])) for name in leaves}
        units = number_units(["top", "north", "south", *leaves], ["", "top", "top", *above.values()])
        study = replace(STUDY, k=data.draw(st.sampled_from([3, 5])))
        book, moments = score_wave(store, study=study, wave=WAVE, tree=units, specification=SPECIFICATION)
        try:
            commit_release(book, moments, SPECIFICATION, ledgers)
        except InputError:
            continue
        strictest = max(strictest, study.k)
        for number in np.flatnonzero(book.everybody.n > 0).tolist():
            below = set(units.ids[units.subtree(number)])
            rows.append([float(name in below) for name in leaves])
    if not rows:
        return
    matrix, held = np.array(rows), np.array(list(people.values()))
    rank = np.linalg.matrix_rank(matrix)
    for group in product((0.0, 1.0), repeat=len(leaves)):
        if 0 < held @ np.array(group) < strictest:
            assert np.linalg.matrix_rank(np.vstack([matrix, group])) > rank


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_change_of_answers_gives_a_few_away(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Some come late, some change an answer: if both releases pass, brute force over who did what finds no one.

    Answers that change become 5 and late ones are 4, which nobody chose before: so the codes tell who did what.
    """
    place = tmp_path_factory.mktemp("versions")
    leaves = list(PEOPLE)[: data.draw(st.integers(2, 3))]
    held = {
        (unit, what): data.draw(st.integers(0, 9 if what == "stayed" else 7))
        for unit in leaves
        for what in ("stayed", "changed", "late")
    }
    units = number_units(["top", "north", *leaves], ["", "top", *["north"] * (len(leaves) - 1), "top"])
    kept = Ledgers((place / "ledgers",), place / "sums")
    rows: dict[str, list[tuple[str, int]]] = {"before": [], "after": []}
    for (unit, what), several in held.items():
        for number in range(several):
            code = 4 if what == "late" else 1 + number % 3
            if what != "late":
                rows["before"].append((unit, code))
            rows["after"].append((unit, 5 if what == "changed" else code))
    released = []
    for version, given_by in rows.items():
        if not given_by:
            return
        names, codes = (np.array(column) for column in zip(*given_by, strict=True))
        answers = {item: np.full(len(names), 3.0) for item in SPECIFICATION.item_position}
        answers["heard"] = codes.astype(float)
        store = place / version
        seal(store, STUDY, WAVE, table(Rows(names, answers, np.ones(len(names)))))
        book, moments = score_wave(store, study=STUDY, wave=WAVE, tree=units, specification=SPECIFICATION)
        try:
            commit_release(book, moments, SPECIFICATION, kept)
        except InputError:
            return
        column = book.column_of["mean", "heard"]
        for number in np.flatnonzero(book.everybody.shown[:, column]).tolist():
            released.append((version, set(units.ids[units.subtree(number)])))
    for protected, other in (("before", "after"), ("after", "before")):
        cells = [
            (unit, what, version)
            for unit, what in held
            for version in ({"stayed": ("both",), "late": ("after",), "changed": ("before", "after")}[what])
            if version != other
        ]
        people = np.array([held[unit, what] for unit, what, _ in cells])
        matrix = np.array(
            [
                [float(unit in below and at in ("both", version) and held[unit, what] > 0) for unit, what, at in cells]
                for version, below in released
            ]
        ).reshape(len(released), len(cells))
        filled = np.flatnonzero(people > 0)
        rank = np.linalg.matrix_rank(matrix) if len(matrix) else 0
        for group in product((0.0, 1.0), repeat=len(filled)):
            row = np.zeros(len(cells))
            row[filled] = group
            if 0 < people @ row < STUDY.k:
                assert not len(matrix) or np.linalg.matrix_rank(np.vstack([matrix, row])) > rank, protected
