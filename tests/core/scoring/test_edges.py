"""Books at the edge: nobody, one unit, nothing answered, other trees, damaged folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.cast import SPECIFICATION, STUDY, book_of, draw, table, tree, two_levels

from headwater.instruments import load_instrument
from headwater.intake import seal
from headwater.org import number_units
from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import release_table
from headwater.scoring import Comparisons, RatedScale, Specification, load_book, save_book, score_wave, specify
from headwater.scoring.distributions import mixed_beside_parts
from headwater.vocab import AnswerTable, Estimate, InputError, Lens, ScoreBook, Wave, Withheld


def small(folder: Path, people: int, units: int = 1, *, missing: str = "") -> ScoreBook:
    """Score a few people in one or two units."""
    rng = np.random.default_rng(4)
    ids = ("all",) if units == 1 else ("all", "one", "two")
    place = np.zeros(people, np.int32) if units == 1 else rng.integers(1, 3, people).astype(np.int32)
    items = {key: rng.integers(1, 6, people).astype(np.int8) for key in ("heard", "thanks", "ignored", "tell")}
    if missing:
        items[missing][:] = -128
    wave = Wave("people", "w1", "w1", 1)
    seal(folder, STUDY, wave, AnswerTable(ids, place, items), seed=2)
    return score_wave(
        folder,
        study=STUDY,
        wave=wave,
        tree=number_units(ids, ("", "all", "all")[: len(ids)]),
        specification=SPECIFICATION,
    )[0]


def test_a_root_below_k_shows_nothing(tmp_path: Path) -> None:
    book = small(tmp_path, 4)
    assert not book.everybody.shown.any()
    assert book.everybody.n.tolist() == [0]
    assert isinstance(book.find("all", "mean", "heard"), Withheld)
    assert book.find("all", "mean", "heard").nearest == ""  # type: ignore[union-attr]
    assert book.nearest_shown(0) is None
    assert load_book(save_book(book, tmp_path / "book")).everybody.shown.sum() == 0


@pytest.mark.parametrize(("people", "units"), [(20, 1), (40, 3)])
def test_one_unit_and_two_units(tmp_path: Path, people: int, units: int) -> None:
    book = small(tmp_path, people, units)
    number = book.find("all", "mean", "heard")
    assert isinstance(number, Estimate)
    assert number.n == people
    assert number.versus_rest is None
    assert number.shrunken == pytest.approx(number.value)


def test_a_question_nobody_answered_is_withheld_and_takes_its_scale_along(tmp_path: Path) -> None:
    book = small(tmp_path, 30, missing="thanks")
    assert isinstance(book.find("all", "mean", "thanks"), Withheld)
    assert isinstance(book.find("all", "score", "led"), Withheld)
    assert isinstance(book.find("all", "mean", "heard"), Estimate)


def test_nothing_to_score_is_refused(tmp_path: Path) -> None:
    seal(tmp_path, STUDY, Wave("people", "w1", "w1", 1), table(draw()), seed=1)
    with pytest.raises(InputError, match="nothing"):
        score_wave(
            tmp_path,
            study=STUDY,
            wave=Wave("people", "w1", "w1", 1),
            tree=tree(),
            specification=Specification((), ()),
        )
    with pytest.raises(InputError, match="no item"):
        specify([])


def test_answers_of_unknown_units_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'n2', 'n3'"):
        book_of(tmp_path, draw(), units=number_units(["top", "n1"], ["", "top"]))


def test_a_wave_on_another_tree_is_compared_where_units_are_the_same(tmp_path: Path) -> None:
    first = book_of(tmp_path, draw(seed=5), wave="w1")
    ids = ["top", "n1", "n2", "n3", "n4", "s1", "s2", "s3", "s4", "s5", "new"]
    flat = number_units(ids, ["", *["top"] * 10])
    rows = draw()
    renamed = replace(rows, unit=np.where(rows.unit == "n2", "new", rows.unit))
    wave = Wave("people", "w2", "w2", 2)
    places = np.array([ids.index(name) for name in renamed.unit], np.int32)
    seal(tmp_path, STUDY, wave, replace(table(rows), unit_ids=tuple(ids), unit=places), seed=3)
    book, _ = score_wave(
        tmp_path,
        study=STUDY,
        wave=wave,
        tree=flat,
        specification=SPECIFICATION,
        comparisons=Comparisons(first),
    )
    known, new = book.find("n1", "mean", "heard"), book.find("new", "mean", "heard")
    assert isinstance(known, Estimate)
    assert isinstance(new, Estimate)
    assert known.versus_previous is not None
    assert new.versus_previous is None


def test_ready_made_scores_are_scored_beside_items(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(1, 4), 20).astype(np.int32)
    mood = np.round(rng.uniform(1, 5, 60), 2)
    answers = AnswerTable(("all", "a", "b", "c"), unit, {}, {"mood": np.rint(mood * 27_720).astype(np.int64)})
    wave = Wave("people", "w1", "w1", 1)
    seal(tmp_path, STUDY, wave, answers, seed=1)
    specification = Specification((), (RatedScale("mood", {"en": "Mood"}, Lens.EX, "score", (), 1.0, 5.0),))
    book, _ = score_wave(
        tmp_path,
        study=STUDY,
        wave=wave,
        tree=number_units(["all", "a", "b", "c"], ["", "all", "all", "all"]),
        specification=specification,
    )
    number = book.find("a", "score", "mood")
    assert isinstance(number, Estimate)
    assert number.value == pytest.approx(mood[:20].mean(), abs=1e-4)
    assert number.se == pytest.approx(mood[:20].std(ddof=1) / np.sqrt(20), rel=1e-3)


def test_cuts_are_compared_with_the_wave_before(tmp_path: Path) -> None:
    first_rows, rows = draw(seed=5, glad=""), draw(glad="")
    study, cuts = two_levels(rows)
    first = book_of(tmp_path, first_rows, wave="w1", study=study, cuts=cuts)
    book = book_of(tmp_path, rows, wave="w2", study=study, cuts=cuts, comparisons=Comparisons(first))
    number = book.find("top", "mean", "thanks", cut="shift", level="early")
    assert isinstance(number, Estimate)
    assert number.versus_previous is not None
    early = cuts["shift"][0] == 0
    now, then = (part.answers["thanks"][early] for part in (rows, first_rows))
    assert number.versus_previous.value == pytest.approx(np.nanmean(now) - np.nanmean(then))
    assert number.rest_value == pytest.approx(np.nanmean(rows.answers["thanks"][~early]))


def test_a_damaged_book_is_named(tmp_path: Path) -> None:
    book = small(tmp_path / "store", 20)
    folder = save_book(book, tmp_path / "book")
    whole = (folder / "panel-0.parquet").read_bytes()
    (folder / "panel-0.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="no readable ScoreBook"):
        load_book(folder)
    with pytest.raises(InputError, match="no readable ScoreBook"):
        load_book(tmp_path / "nowhere")


def test_questionnaires_with_one_question_in_common_count_it_once() -> None:
    core = load_instrument("lx_core")
    assert len(specify([core, core]).items) == len(specify([core]).items)
    specification = specify([load_instrument("safety_climate")])
    index = next(scale for scale in specification.scales if scale.role == "index")
    assert set(specification.all_items(index.key)) >= set(index.items)
    assert set(specification.all_parts(index.key)) == set(index.parts)


def test_bars_are_kept_back_where_the_rest_of_a_unit_gave_one_answer() -> None:
    """Two parts leave five people of the top who all chose the highest answer: the smaller part's bars go."""
    tree = number_units(("top", "part", "other"), ("", "top", "top"))
    counts = np.array([[20.0, 20, 15], [15, 15, 10], [5, 5, 0]])
    counts[0] = counts[1:].sum(axis=0) + np.array([0.0, 0.0, 5.0])
    said = counts.sum(axis=1)
    percent = np.round(100 * counts / said[:, None])
    every = np.array([True, True, True])
    assert mixed_beside_parts(tree, every, counts, percent, said).tolist() == [True, True, False]
    two = np.array([True, True, False])
    assert mixed_beside_parts(tree, two, counts, percent, said).tolist() == [True, True, False]
    counts[0] += np.array([4.0, 0.0, 0.0])
    mixed = np.round(100 * counts / counts.sum(axis=1)[:, None])
    assert mixed_beside_parts(tree, every, counts, mixed, counts.sum(axis=1)).all()
    # What is shown leaves no other choice, although the people do: it is kept back too.
    assert mixed_beside_parts(tree, every, counts, percent, said).tolist() == [True, True, False]


def test_teams_that_all_agree_have_error_bars_like_any_other(tmp_path: Path) -> None:
    """Three teams of twelve, each of one mind and none at an end: no spread anywhere, and no error bar says so."""
    ids = ("all", "one", "two", "three")
    place = np.repeat(np.arange(1, 4, dtype=np.int32), 12)
    answer = np.repeat(np.array([3, 3, 4], np.int8), 12)
    items = {key: answer.copy() for key in ("heard", "thanks", "ignored", "tell")}
    wave = Wave("people", "w1", "w1", 1)
    seal(tmp_path, STUDY, wave, AnswerTable(ids, place, items), seed=2)
    book = score_wave(
        tmp_path, study=STUDY, wave=wave, tree=number_units(ids, ("", *["all"] * 3)), specification=SPECIFICATION
    )[0]
    panel = book.everybody
    limits = panel.shown & (panel.bound != 0)
    assert limits.any()
    assert (panel.fields["se"][limits] > 1.0).all()
    assert (panel.fields["high"][panel.shown] > panel.fields["low"][panel.shown]).all()
    assert audit_releases([release_table(book)]).clean
