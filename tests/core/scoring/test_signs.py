"""Signs that somebody should hear of at once: planted ones are found, where nothing happened hardly any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.cast import ITEMS, SPECIFICATION, STUDY

from headwater.engine import compute_moments
from headwater.intake import seal
from headwater.org import number_units
from headwater.scoring import Comparisons, score_wave
from headwater.scoring.levels import level_book
from headwater.scoring.signs import KINDS, Sign, signs_of
from headwater.vocab import AnswerTable, Column, ScoreBook, Sureness, Wave

TEAMS = ("a", "b", "c", "d", "e", "f")
IDS = ("top", "bosses", *TEAMS)
TREE = number_units(IDS, ("", "top", *["top"] * len(TEAMS)))
LOW_RESPONSE = 30.0


@dataclass(frozen=True)
class Drawn:
    """A wave: how many answered in each team, and how far each lies from the middle."""

    people: dict[str, int]
    shift: dict[str, float]
    asked: int = 60


def score(
    folder: Path, key: str, drawn: Drawn, seed: int, before: ScoreBook | None = None
) -> tuple[ScoreBook, ScoreBook]:
    """The book of a drawn wave, and its levels. Twelve people stand at the very top."""
    rng = np.random.default_rng(seed)
    counts = [12, 8, *(drawn.people.get(team, 40) for team in TEAMS)]
    unit = np.repeat(np.arange(len(IDS), dtype=np.int32), counts)
    middle = 3.3 + np.array([drawn.shift.get(name, 0.0) for name in IDS])[unit]
    codes = {}
    for item in ITEMS:
        low, high = (0, 10) if item == "tell" else (1, 5)
        scale = 2.0 if high == 10 else 1.0
        value = scale * (middle + 0.8 * rng.standard_normal(len(unit)))
        codes[item] = np.clip(np.rint(6 - value if item == "ignored" else value), low, high).astype(np.int8)
    wave = Wave("people", key, key, 1)
    seal(folder, STUDY, wave, AnswerTable(IDS, unit, codes), seed=seed)
    invited = np.array([16, 12, *[drawn.asked] * len(TEAMS)], np.int64)
    comparisons = None if before is None else Comparisons(before)
    book, _release = score_wave(
        folder, study=STUDY, wave=wave, tree=TREE, specification=SPECIFICATION, invited=invited, comparisons=comparisons
    )
    moments = compute_moments(folder, STUDY.key, wave.key, SPECIFICATION.plan(crosses=False))
    return book, level_book(book, moments, SPECIFICATION)


def scales(book: ScoreBook) -> list[int]:
    return [number for number, column in enumerate(book.columns) if column.key == "score:led"]


def no_conduct(column: Column) -> bool:
    return False


def found(folder: Path, first: Drawn, second: Drawn, *, seed: int = 1) -> tuple[tuple[Sign, ...], ScoreBook]:
    before, levels_before = score(folder, "w1", first, seed)
    book, levels = score(folder, "w2", second, seed + 1000, before)
    signs = signs_of(
        book, before, columns=scales(book), is_conduct=no_conduct, low_response=LOW_RESPONSE,
        levels=levels, levels_before=levels_before,
    )  # fmt: skip
    return signs, book


def told(signs: tuple[Sign, ...]) -> set[tuple[str, str]]:
    return {(one.kind, one.unit) for one in signs}


CALM = Drawn({}, {})


def test_a_real_drop_and_the_widened_gap_are_found_in_their_unit(tmp_path: Path) -> None:
    signs, book = found(tmp_path, CALM, Drawn({}, {"a": -1.2}))
    assert ("drop", "a") in told(signs)
    assert ("gap", "a") in told(signs)
    assert not {unit for kind, unit in told(signs) if kind in ("drop", "gap")} & {"b", "c", "d", "e", "f"}
    drop = next(one for one in signs if one.kind == "drop" and one.unit == "a")
    estimate = book.find("a", "score", "led")
    assert drop.change == estimate.versus_previous.value  # type: ignore[union-attr]
    assert drop.sureness is Sureness.SURE
    assert drop.change < drop.high < 0


def test_a_rise_is_no_surprise(tmp_path: Path) -> None:
    signs, _book = found(tmp_path, CALM, Drawn({}, {"a": 1.2}))
    assert not {one for one in signs if one.unit == "a"}


def test_a_gap_that_was_there_before_does_not_widen(tmp_path: Path) -> None:
    low = Drawn({}, {"a": -1.2})
    signs, _book = found(tmp_path, low, low)
    assert ("gap", "a") not in told(signs)


def test_a_falling_response_rate_and_one_under_the_limit(tmp_path: Path) -> None:
    signs, book = found(tmp_path, CALM, Drawn({"b": 12}, {}))
    assert ("response", "b") in told(signs)
    assert ("silence", "b") in told(signs)
    silence = next(one for one in signs if one.kind == "silence")
    assert (silence.against, silence.sureness) == ("limit", None)
    assert silence.now == book.response_percent(book.tree.index_of["b"])
    assert {unit for kind, unit in told(signs) if kind in ("response", "silence")} == {"b"}


def test_silence_is_counted_and_gives_no_number(tmp_path: Path) -> None:
    signs, book = found(tmp_path, CALM, Drawn({"c": 2}, {}))
    silence = next(one for one in signs if one.kind == "silence" and one.unit == "c")
    assert not book.everybody.shown[book.tree.index_of["c"]].any()
    assert silence.against == "shown"
    assert all(np.isnan(part) for part in (silence.now, silence.change, silence.low, silence.high))
    assert {one.kind for one in signs if one.unit == "c"} == {"silence"}


def test_a_widening_gap_between_top_and_front_line(tmp_path: Path) -> None:
    steady = Drawn({}, {"top": 0.3})
    fallen = Drawn({}, {"top": 1.2, **dict.fromkeys(TEAMS, -0.9)})
    signs, _book = found(tmp_path, steady, fallen)
    levels = [one for one in signs if one.kind == "levels"]
    assert [one.unit for one in levels] == ["top"]
    assert levels[0].now < 0
    assert levels[0].high < 0


def test_conduct_is_found_by_the_book_s_own_flags_and_only_once_a_unit(tmp_path: Path) -> None:
    before, _levels = score(tmp_path, "w1", CALM, 1)
    book, _levels = score(tmp_path, "w2", Drawn({}, {"a": -1.2, "d": 1.0}), 1001, before)
    signs = signs_of(book, before, columns=[], is_conduct=lambda column: column.subject == "heard", low_response=0.0)
    conduct = [one for one in signs if one.kind == "conduct"]
    assert [one.unit for one in conduct] == ["a"]
    assert conduct[0].subject == "heard"


def test_without_the_wave_before_there_is_neither_change_nor_silence(tmp_path: Path) -> None:
    book, _levels = score(tmp_path, "w1", Drawn({"c": 2}, {"a": -1.2}), 1)
    assert signs_of(book, None, columns=scales(book), is_conduct=no_conduct, low_response=LOW_RESPONSE) == ()
    other = replace(book, wave=Wave("people", "w0", "w0", 1))
    assert signs_of(book, other, columns=scales(book), is_conduct=no_conduct, low_response=LOW_RESPONSE) == ()


def test_where_nothing_happened_hardly_any_note_is_made(tmp_path: Path) -> None:
    made = 0
    for seed in range(12):
        signs, _book = found(tmp_path / str(seed), CALM, CALM, seed=seed * 7 + 2)
        made += sum(one.kind in ("drop", "gap", "levels", "response") for one in signs)
    assert made <= 3  # 12 waves, 4 rules, at a false-discovery rate of 5%


def test_signs_come_by_unit_and_only_of_shown_numbers(tmp_path: Path) -> None:
    signs, book = found(tmp_path, CALM, Drawn({"b": 12, "c": 2}, {"a": -1.2, "f": -1.0}))
    places = [book.tree.index_of[one.unit] for one in signs]
    assert places == sorted(places)
    for one in signs:
        assert one.kind in KINDS
        if one.subject and one.kind != "levels":
            number = book.column_of[one.measure, one.subject]
            assert book.everybody.shown[book.tree.index_of[one.unit], number]
    assert pytest.approx(0.0) == sum(one.clearness for one in signs if one.sureness is None)
