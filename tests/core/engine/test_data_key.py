"""Locked answers: everything reads them alike with the data key, and nobody without it."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.core.engine.world import PLAN, STUDY, WAVE, answers, same_moments

from headwater.engine import compute_moments, stream_rows
from headwater.engine.duckdb import open_session
from headwater.engine.opening import stream
from headwater.engine.session import UnitRange
from headwater.engine.store import sealed_answers
from headwater.intake import seal, wave_folder
from headwater.intake.sealing import ROW_GROUP
from headwater.scoring.raw_answers import read_raw_answers
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING, UNIT
from headwater.vocab.data_key import LOCKED, VARIABLE, first_copy, make_copies, read_key


@pytest.fixture
def keyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two copies of a data key that is made on first use."""
    copies = [tmp_path / "keys" / "data.key", tmp_path / "other-keys" / "data.key"]
    monkeypatch.setenv(VARIABLE, os.pathsep.join(map(str, copies)))
    return copies


def parts(store: Path, kind: str = "answers") -> list[Path]:
    return sorted(wave_folder(store, kind, "ex", "2026").glob("part-*.parquet"))


def test_locked_answers_give_the_same_moments_as_plain_ones(tmp_path: Path, keyed: list[Path]) -> None:
    locked, plain = tmp_path / "locked", tmp_path / "plain"
    for number in (1, 2):
        seal(locked, STUDY, WAVE, answers(300, number), seed=number)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE)
        for number in (1, 2):
            seal(plain, STUDY, WAVE, answers(300, number), seed=number)
    assert {path.read_bytes()[:4] for path in parts(locked)} == {LOCKED}
    assert {path.read_bytes()[:4] for path in parts(plain)} == {b"PAR1"}
    assert same_moments(compute_moments(locked, "ex", "2026", PLAN), compute_moments(plain, "ex", "2026", PLAN))
    both = [list(stream_rows(store, "ex", "2026", items=["q1"])) for store in (locked, plain)]
    assert both[0][0].items["q1"].tolist() == both[1][0].items["q1"].tolist()


def test_a_store_of_plain_and_locked_parts_is_read_whole(tmp_path: Path, keyed: list[Path]) -> None:
    store = tmp_path / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE)
        seal(store, STUDY, WAVE, answers(200, 1))
    seal(store, STUDY, WAVE, answers(100, 2))
    assert int(compute_moments(store, "ex", "2026", PLAN).respondents.sum()) == 300


def test_nothing_is_legible_without_the_key(tmp_path: Path, keyed: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    table = answers(200, 1)
    seal(store, STUDY, WAVE, table)
    content = b"".join(path.read_bytes() for path in store.rglob("*.parquet"))
    for unit in table.unit_ids:
        assert unit.encode() not in content
    with pytest.raises((pa.ArrowException, OSError)):
        pq.read_table(parts(store)[0])
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(InputError, match=f"locked, and no data key can be read.*{VARIABLE} names none"):
        compute_moments(store, "ex", "2026", PLAN)
    make_copies([tmp_path / "another.key"])
    monkeypatch.setenv(VARIABLE, str(tmp_path / "another.key"))
    with pytest.raises(InputError, match="cannot be read"):
        compute_moments(store, "ex", "2026", PLAN)


def test_a_lost_or_damaged_copy_is_made_good_from_the_other(tmp_path: Path, keyed: list[Path]) -> None:
    store = tmp_path / "store"
    seal(store, STUDY, WAVE, answers(100, 1))
    assert {path.stat().st_mode & 0o077 for path in keyed} == {0}
    keyed[0].write_bytes(b"damaged")
    assert int(compute_moments(store, "ex", "2026", PLAN).respondents.sum()) == 100
    seal(store, STUDY, WAVE, answers(100, 2))
    assert read_key(keyed[0]) == read_key(keyed[1]) == first_copy(keyed) is not None
    assert int(compute_moments(store, "ex", "2026", PLAN).respondents.sum()) == 200


def test_a_lost_key_is_not_hidden_by_a_second_one(tmp_path: Path, keyed: list[Path]) -> None:
    store = tmp_path / "store"
    seal(store, STUDY, WAVE, answers(100, 1))
    kept = keyed[0].read_bytes()
    for path in keyed:
        path.unlink()
    with pytest.raises(InputError, match="no copy can be read"):
        seal(store, STUDY, WAVE, answers(100, 2))
    assert not any(path.exists() for path in keyed)
    keyed[1].write_bytes(kept)
    seal(store, STUDY, WAVE, answers(100, 2))
    assert int(compute_moments(store, "ex", "2026", PLAN).respondents.sum()) == 200


def test_only_row_groups_that_hold_the_units_asked_for_are_opened(tmp_path: Path, keyed: list[Path]) -> None:
    store = tmp_path / "store"
    seal(store, STUDY, WAVE, answers(ROW_GROUP + 5_000, 1))
    found = sealed_answers(store, "ex", "2026")
    groups = found.parts[0].starts
    assert len(groups) == 2
    last = groups[1][0]
    whole = stream(found.parts, UnitRange(None, None)).read_all()
    tail = stream(found.parts, UnitRange(last + "\uffff", None)).read_all()
    assert whole.num_rows == ROW_GROUP + 5_000
    assert tail.num_rows == 5_000
    after = [unit for unit in whole[UNIT].to_pylist() if unit > last]
    assert sorted(unit for unit in tail[UNIT].to_pylist() if unit > last) == sorted(after)
    with open_session(found) as session:
        assert session is not None


def test_raw_answers_open_to_the_data_key_alone(tmp_path: Path, keyed: list[Path]) -> None:
    store = tmp_path / "store"
    table = answers(120, 3)
    seal(store, STUDY, WAVE, table)
    rows = read_raw_answers(store, "ex", "2026", data_key=keyed[0])
    assert len(rows) == 120
    wanted = sorted(int(value) for value in table.items["q1"] if value != ITEM_MISSING)
    assert sorted(row["q1"] for row in rows if row["q1"] is not None) == wanted
    make_copies([tmp_path / "another.key"])
    with pytest.raises(InputError, match="cannot be"):
        read_raw_answers(store, "ex", "2026", data_key=tmp_path / "another.key")
    with pytest.raises(InputError, match="no data key can be read"):
        read_raw_answers(store, "ex", "2026", data_key=tmp_path / "none.key")


def test_a_wave_sealed_without_a_key_gives_no_raw_answers(tmp_path: Path) -> None:
    seal(tmp_path / "store", STUDY, WAVE, answers(50, 1))
    make_copies([tmp_path / "made.key"])
    with pytest.raises(InputError, match="sealed without a data key"):
        read_raw_answers(tmp_path / "store", "ex", "2026", data_key=tmp_path / "made.key")
