"""Response rates in a book: known, capped near full, and never for a unit whose number of answers is withheld."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.core.scoring.cast import SPECIFICATION, STUDY

from headwater.intake import seal
from headwater.org import number_units
from headwater.scoring import load_book, save_book, score_wave
from headwater.vocab import AnswerTable, ScoreBook, Wave

IDS = ("all", "large", "full", "tiny")
ANSWERED = (6, 40, 20, 4)
INVITED = (8, 60, 20, 12)


@pytest.fixture(name="book")
def scored(tmp_path: Path) -> ScoreBook:
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(4, dtype=np.int32), ANSWERED)
    items = {key: rng.integers(1, 6, len(unit)).astype(np.int8) for key in ("heard", "thanks", "ignored", "tell")}
    wave = Wave("people", "w1", "w1", 1)
    seal(tmp_path, STUDY, wave, AnswerTable(IDS, unit, items), seed=1)
    return score_wave(
        tmp_path,
        study=STUDY,
        wave=wave,
        tree=number_units(IDS, ("", "all", "all", "all")),
        specification=SPECIFICATION,
        invited=np.array(INVITED, np.int64),
    )[0]


def rate(book: ScoreBook, unit: str) -> float | None:
    return book.response_percent(book.tree.index_of[unit])


def test_a_rate_is_answered_of_invited(book: ScoreBook) -> None:
    assert rate(book, "large") == pytest.approx(100 * 40 / 60)


def test_a_full_house_is_capped_so_that_k_could_be_missing(book: ScoreBook) -> None:
    assert rate(book, "full") == pytest.approx(100 * 20 / (20 + STUDY.k))


def test_no_rate_where_the_number_of_answers_is_withheld(book: ScoreBook) -> None:
    assert not book.everybody.shown[book.tree.index_of["tiny"]].any()
    assert rate(book, "tiny") is None


def test_rates_survive_saving(book: ScoreBook, tmp_path: Path) -> None:
    again = load_book(save_book(book, tmp_path / "book"))
    assert again.response is not None
    assert book.response is not None
    assert np.array_equal(again.response.percent, book.response.percent, equal_nan=True)
