"""Rows of waves that were asked here: kept as promised, whole or not at all, one delivery once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from headwater.instruments import load_instrument, to_yaml
from headwater.rooms.listen import rows
from headwater.rooms.listen.logic.links import Place
from headwater.rooms.listen.logic.plans import PlannedCut, WavePlan
from headwater.rooms.listen.sealing import OpenedResponse
from headwater.vocab import InputError, RefusedError

pytestmark = pytest.mark.usefixtures("own_folders")
PULSE = load_instrument("pulse")
RATED = next(item.key for item in PULSE.items if item.kind == "scale")


def plan(promise: Any, **changed: Any) -> WavePlan:
    made = WavePlan(
        study="pulse",
        study_title="Pulse",
        wave="one",
        wave_title="One",
        order=1,
        lens="ex",
        promise=promise,
        channel="mail",
        k=5,
        comment_k=10,
        languages=("en", "es"),
        instruments=(to_yaml(PULSE),),
        unit_ids=("all", "n", "s"),
        unit_names=("All", "North", "South"),
        unit_parents=(-1, 0, 0),
        unit_leaders=("", "", ""),
        cuts=(PlannedCut("tenure", "Tenure", "tenure", ("short", "long")),),
    )
    return replace(made, **changed)


def responses(count: int = 6) -> list[OpenedResponse]:
    words = [item.key for item in PULSE.items if item.kind == "text"]
    return [
        OpenedResponse(
            Place("ns"[number % 2], {"tenure": ("short", "long")[number % 2]}, "en"),
            {RATED: 1 + number % 5, **dict.fromkeys(words, f"=words {number}")},
            "es" if number % 2 else "en",
            f"who-{number % 3}",
        )
        for number in range(count)
    ]


def test_rows_are_read_back_as_they_were_given() -> None:
    assert rows.keep_rows(plan("identified"), responses()) == 6
    kept = list(rows.read_rows("pulse", "one"))
    assert [row.respondent for row in kept] == [f"who-{number % 3}" for number in range(6)]
    assert [row.items[RATED] for row in kept] == [1, 2, 3, 4, 5, 1]
    assert [row.unit for row in kept] == list("nsnsns")
    assert kept[1].cuts == {"tenure": "long"}
    assert kept[1].language == "es"


def test_words_are_kept_of_identified_studies_alone() -> None:
    has_words = any(item.kind == "text" for item in PULSE.items)
    rows.keep_rows(plan("identified"), responses())
    assert any(row.words for row in rows.read_rows("pulse", "one")) == has_words
    rows.keep_rows(plan("confidential"), responses())
    assert not any(row.words for row in rows.read_rows("pulse", "one"))


def test_anonymous_responses_are_refused_and_leave_nothing(own_folders: Path) -> None:
    with pytest.raises(RefusedError):
        rows.keep_rows(plan("anonymous"), responses())
    assert not (own_folders / "rows").exists()


def test_the_same_delivery_again_replaces_itself() -> None:
    rows.keep_rows(plan("confidential"), responses())
    rows.keep_rows(plan("confidential"), responses())
    assert rows.count_rows("pulse", "one") == 6
    rows.keep_rows(plan("confidential"), responses(4), delivery="tick-2")
    assert rows.count_rows("pulse", "one") == 10


def test_a_killed_writing_leaves_the_old_rows(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    rows.keep_rows(plan("confidential"), responses())
    true = pq.write_table

    def half(table: Any, where: Any, **values: Any) -> None:
        true(table, where, **values)
        content = Path(where).read_bytes()
        Path(where).write_bytes(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", half)
    with pytest.raises(OSError, match="No space"):
        rows.keep_rows(plan("confidential"), responses(50))
    assert rows.count_rows("pulse", "one") == 6
    assert [path.name for path in (own_folders / "rows").rglob("*") if path.is_file()] == ["part-wave.parquet"]


def test_rows_are_for_the_service_alone(own_folders: Path) -> None:
    rows.keep_rows(plan("confidential"), responses())
    part = next((own_folders / "rows").rglob("*.parquet"))
    assert part.stat().st_mode & 0o077 == 0


def test_one_respondent_is_found_and_forgotten() -> None:
    rows.keep_rows(plan("identified"), responses())
    assert len(rows.rows_of("pulse", "one", "who-1")) == 2
    assert rows.forget_respondent("pulse", "one", "who-1") == 2
    assert rows.forget_respondent("pulse", "one", "who-1") == 0
    assert rows.rows_of("pulse", "one", "who-1") == []
    assert rows.count_rows("pulse", "one") == 4
    assert rows.forget_respondent("pulse", "one", "") == 0


def test_forgetting_a_wave_leaves_nothing(own_folders: Path) -> None:
    rows.keep_rows(plan("identified"), responses())
    assert rows.forget_rows("pulse", "one")
    assert not rows.forget_rows("pulse", "one")
    assert list((own_folders / "rows").rglob("*.parquet")) == []


def test_a_damaged_part_is_named(own_folders: Path) -> None:
    rows.keep_rows(plan("identified"), responses())
    part = next((own_folders / "rows").rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot be read"):
        list(rows.read_rows("pulse", "one"))
