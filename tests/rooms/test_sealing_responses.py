"""Opening a closed wave, laying its answers out, counting by unit, and forgetting all of it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone
from tests.rooms.respond_cast import WHOLE, Round, make_round

from headwater.intake import seal
from headwater.rooms.listen.logic import wave_keys
from headwater.rooms.listen.logic.answers import read_form
from headwater.rooms.listen.logic.links import Place
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.responding import save_draft, submit_response
from headwater.rooms.listen.sealing import (
    OpenedResponse,
    answer_table,
    count_by_unit,
    count_damaged,
    forget_responses,
    open_responses,
)
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(db: None, tmp_path: Path) -> Round:
    return make_round((tmp_path / "keys", tmp_path / "other"))


def answer(round_: Round, unit: str, **answers: object) -> None:
    link = round_.link(os.urandom(16), unit=unit)
    kind = submit_response(wave=round_.wave, link=link, answers={"clear": 3, **answers}, now=timezone.now()).kind
    assert kind == "stored"


def test_an_open_wave_is_not_opened(round_: Round) -> None:
    with pytest.raises(InputError, match="still takes answers"):
        next(open_responses(round_.wave))


def test_rates_count_what_was_sent_and_counts(round_: Round) -> None:
    for unit in ("north", "north", "south"):
        answer(round_, unit)
    save_draft(wave=round_.wave, link=round_.link(b"d" * 16), answers={"clear": 2}, now=timezone.now())
    assert count_by_unit(round_.wave) == {"north": 2, "south": 1}


def test_answers_are_opened_in_an_order_of_chance(round_: Round) -> None:
    for number in range(60):
        answer(round_, "north", years=number)
    Wave.objects.update(state=Wave.State.CLOSED)
    years = [opened.answers["years"] for opened in open_responses(round_.wave)]
    assert sorted(years) == list(range(60))
    assert sum(year == place for place, year in enumerate(years)) < 15
    assert abs(float(np.corrcoef(years, range(60))[0, 1])) < 0.7


def test_the_table_holds_every_kind_as_other_products_answers_are_held(round_: Round) -> None:
    none: dict[str, object] = {"clear": 2}
    rows = [
        OpenedResponse(Place("north", {"tenure": "long"}), WHOLE, "en"),
        OpenedResponse(Place("all", {"tenure": "unheard"}), none, "es"),
    ]
    table = answer_table(round_.live.plan, rows)
    gone = ITEM_MISSING
    assert table.unit_ids == ("all", "north")
    assert table.unit.tolist() == [1, 0]
    assert {key: values.tolist() for key, values in table.items.items()} == {
        "calm": [4, gone],
        "clear": [5, 2],
        "friend": [9, gone],
        "place": [1, gone],
        "helps_time": [1, gone],
        "helps_tools": [0, gone],
        "helps_talk": [1, gone],
        "order_pay": [2, gone],
        "order_team": [1, gone],
        "order_task": [3, gone],
        "matters_01_best": [1, gone],
        "matters_01_worst": [2, gone],
        "matters_02_best": [4, gone],
        "matters_02_worst": [2, gone],
        "matters_03_best": [1, gone],
        "matters_03_worst": [3, gone],
        "matters_04_best": [4, gone],
        "matters_04_worst": [2, gone],
    }
    assert table.scores["years"].tolist() == [7 * SCORE_ONE, SCORE_MISSING]
    assert table.comments == {"vehicle": (), "more": (("north", "The dock is cold."),)}
    codes, levels = table.cuts["tenure"]
    assert (codes.tolist(), levels) == ([1, -1], ("short", "long"))


def test_the_table_can_be_sealed(round_: Round, tmp_path: Path) -> None:
    for unit in ("north", "north", "south"):
        answer(round_, unit, **{key: value for key, value in WHOLE.items() if key != "clear"})
    Wave.objects.update(state=Wave.State.CLOSED)
    plan = round_.live.plan
    table = answer_table(plan, open_responses(round_.wave))
    report = seal(tmp_path / "sealed", plan.vocab_study, plan.vocab_wave, table, source=str(round_.wave.pk))
    assert (report.rows, report.comments) == (3, 3)


def test_ones_own_ranking_is_counted_best_minus_worst() -> None:
    from tests.rooms.respond_cast import EVERY_KIND

    from headwater.instruments import read_instrument
    from headwater.rooms.listen.logic.answers import own_ranking

    question = read_form([read_instrument(EVERY_KIND, "every")]).by_key["matters"]
    # best: pay 2, time 2; worst: team 3, task 1
    assert own_ranking(question, WHOLE["matters"]) == ("m_pay", "m_time", "m_task", "m_team")
    assert own_ranking(question, [[0, 0]] * 4) == ()


def test_a_changed_response_is_never_dropped_in_silence(round_: Round) -> None:
    for _ in range(3):
        answer(round_, "north")
    row = SealedResponse.objects.first()
    assert row is not None
    SealedResponse.objects.filter(pk=row.pk).update(body=bytes(row.body)[:-1] + b"\0")
    Wave.objects.update(state=Wave.State.CLOSED)
    assert count_damaged(round_.wave) == 1
    with pytest.raises(InputError, match="1 responses"):
        list(open_responses(round_.wave))
    assert len(list(open_responses(round_.wave, skip_damaged=True))) == 2


def test_forgetting_leaves_nothing_and_can_be_repeated(round_: Round) -> None:
    answer(round_, "north")
    save_draft(wave=round_.wave, link=round_.link(b"d" * 16), answers={"clear": 2}, now=timezone.now())
    forget_responses(round_.wave)
    forget_responses(round_.wave)
    assert not SealedResponse.objects.exists()


def test_without_the_key_nothing_opens(round_: Round, tmp_path: Path) -> None:
    answer(round_, "north")
    Wave.objects.update(state=Wave.State.CLOSED)
    wave_keys.destroy_key((tmp_path / "keys", tmp_path / "other"), round_.wave.pk)
    with pytest.raises(wave_keys.MissingKeyError):
        list(open_responses(round_.wave))


def test_sqlite_writes_over_what_it_deletes() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps dead rows until VACUUM; they are ciphertext")
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("secure_delete", "synchronous")}
    assert found == {"secure_delete": 1, "synchronous": 2}
