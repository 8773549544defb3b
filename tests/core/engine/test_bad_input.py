"""What is at rest may be damaged, foreign or absent: it is named, and no number comes of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.core.engine.world import PLAN, STUDY, WAVE, answers, same_moments

from headwater.engine import add_moments, compute_moments, stream_rows
from headwater.intake import read_manifest, seal, wave_folder
from headwater.vocab import HeadwaterError, InputError, MomentPlan, PlannedItem, PlannedScore


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    seal(tmp_path, STUDY, WAVE, answers(400, 1))
    return tmp_path


def part(store: Path) -> Path:
    return next(wave_folder(store, "answers", "ex", "2026").glob("part-*.parquet"))


def amend(store: Path, **changes: int) -> None:
    """Change what the manifest says of its one part."""
    path = wave_folder(store, "answers", "ex", "2026") / "_sealed.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["parts"][0] |= changes
    path.write_text(json.dumps(manifest), "utf-8")


def refuse(store: Path, words: str, plan: MomentPlan = PLAN) -> None:
    with pytest.raises(InputError, match=words) as refused:
        compute_moments(store, "ex", "2026", plan)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_file_cut_short(sealed: Path, share: float) -> None:
    path = part(sealed)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    refuse(sealed, rf"{path.name}.*cut short or changed")
    amend(sealed, size=path.stat().st_size)
    refuse(sealed, rf"{path.name}.*cannot be read")
    with pytest.raises(InputError, match=path.name):
        list(stream_rows(sealed, "ex", "2026", items=["q1"]))


def test_a_file_damaged_in_the_middle(sealed: Path) -> None:
    path = part(sealed)
    content = bytearray(path.read_bytes())
    column = pq.read_metadata(path).row_group(0).column(3)
    start = column.dictionary_page_offset
    content[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(bytes(content))
    refuse(sealed, rf"{path.name}.*cannot be read")


def test_a_foreign_parquet(sealed: Path) -> None:
    path = part(sealed)
    pq.write_table(pa.table({"a": np.arange(400)}), path)
    amend(sealed, size=path.stat().st_size)
    refuse(sealed, rf"{path.name}.*not a part that was sealed here")


def test_a_file_of_fewer_rows(sealed: Path) -> None:
    path = part(sealed)
    pq.write_table(pq.ParquetFile(path).read().slice(0, 399), path)
    amend(sealed, size=path.stat().st_size)
    refuse(sealed, "not a part that was sealed here")


def test_a_file_that_is_gone(sealed: Path) -> None:
    path = part(sealed)
    path.unlink()
    refuse(sealed, rf"{path.name}.*cannot be read")


def test_a_wave_with_nobody(sealed: Path) -> None:
    for study, wave in (("ex", "2027"), ("cx", "2026")):
        with pytest.raises(InputError, match="nobody answered"):
            compute_moments(sealed, study, wave, PLAN)
    path = wave_folder(sealed, "answers", "ex", "2026") / "_sealed.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, "parts": []}), "utf-8")
    refuse(sealed, "nobody answered")


@pytest.mark.parametrize("key", ["", "..", "../2026", "a/b", ".hidden"])
def test_keys_never_leave_the_store(sealed: Path, key: str) -> None:
    with pytest.raises(InputError, match="not the key"):
        compute_moments(sealed, "ex", key, PLAN)
    with pytest.raises(InputError, match="not the key"):
        compute_moments(sealed, key, "2026", PLAN)


def test_a_file_that_the_manifest_does_not_name_does_not_count(sealed: Path) -> None:
    before = compute_moments(sealed, "ex", "2026", PLAN)
    path = part(sealed)
    path.with_name("part-0123.parquet").write_bytes(path.read_bytes())
    path.with_name(".aside-0123").write_bytes(b"half")
    after = compute_moments(sealed, "ex", "2026", PLAN)
    assert after.respondents.sum() == before.respondents.sum() == 400


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 9}', '{"format": 1, "cuts": {}, "parts": [{}]}'])
def test_a_broken_manifest(sealed: Path, content: str) -> None:
    (wave_folder(sealed, "answers", "ex", "2026") / "_sealed.json").write_text(content, "utf-8")
    refuse(sealed, r"_sealed\.json")


def test_answers_outside_the_planned_scale(sealed: Path) -> None:
    plan = MomentPlan((PlannedItem("q1", 1, 4), PlannedItem("q4", -3, 3), PlannedItem("q3", 1, 10)))
    refuse(sealed, r"(?s)column q1: answers from 1 to 5 .* column q3: answers from 0 to 10".replace(" .* ", ".*"), plan)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (MomentPlan((PlannedItem("q9", 1, 5),)), "column q9: the wave has no such item"),
        (MomentPlan((PlannedItem("q1", 1, 5), PlannedItem("q1", 1, 5))), "names an item twice"),
        (MomentPlan((PlannedItem("q1", 5, 1),)), "codes run from 5 to 1"),
        (MomentPlan(PLAN.items, (PlannedScore("s", ("q1", "q9")),)), "does not count: q9"),
        (MomentPlan(PLAN.items, (PlannedScore("s", ("q1",), 2),)), "min_answered is 2 of 1"),
        (MomentPlan(PLAN.items, (PlannedScore("s", ("q1",), 0),)), "min_answered is 0 of 1"),
        (MomentPlan(PLAN.items, (PlannedScore("absent"),)), "no such ready-made score"),
        (MomentPlan(PLAN.items, cuts=("grade",)), "column grade: the wave carries no such cut"),
    ],
)
def test_a_plan_that_the_wave_cannot_serve(sealed: Path, plan: MomentPlan, words: str) -> None:
    refuse(sealed, words, plan)


def test_an_engine_or_part_that_does_not_exist(sealed: Path) -> None:
    with pytest.raises(InputError, match="no engine 'abacus'; choose one of duckdb, spark"):
        compute_moments(sealed, "ex", "2026", PLAN, engine="abacus")
    with pytest.raises(InputError, match="no sealed part '0123'"):
        compute_moments(sealed, "ex", "2026", PLAN, parts=["0123"])
    with pytest.raises(InputError, match="no part of wave"):
        compute_moments(sealed, "ex", "2026", PLAN, parts=[])


def test_memory_and_threads_are_checked(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_DUCKDB_MEMORY", "lots")
    refuse(sealed, "HEADWATER_DUCKDB_MEMORY is 'lots'")
    monkeypatch.setenv("HEADWATER_DUCKDB_MEMORY", "2MB")
    with pytest.raises(HeadwaterError, match="DuckDB could not sum the answers"):
        compute_moments(sealed, "ex", "2026", PLAN)
    monkeypatch.setenv("HEADWATER_DUCKDB_MEMORY", "500MB")
    monkeypatch.setenv("HEADWATER_THREADS", "none")
    refuse(sealed, "HEADWATER_THREADS is 'none'")
    monkeypatch.setenv("HEADWATER_THREADS", "1")
    assert compute_moments(sealed, "ex", "2026", PLAN).respondents.sum() == 400


def test_parts_with_other_columns_are_read_together(sealed: Path) -> None:
    table = answers(50, 2)
    fewer = {key: codes for key, codes in table.items.items() if key != "q3"}
    seal(sealed, STUDY, WAVE, type(table)(table.unit_ids, table.unit, fewer, cuts=table.cuts))
    manifest = read_manifest(wave_folder(sealed, "answers", "ex", "2026"))
    assert manifest is not None
    assert len(manifest.parts) == 2
    whole = compute_moments(sealed, "ex", "2026", PLAN)
    first, second = (compute_moments(sealed, "ex", "2026", PLAN, parts=[part.digest]) for part in manifest.parts)
    assert same_moments(add_moments(first, second), whole)
    columns = slice(int(PLAN.offsets[2]), int(PLAN.offsets[3]))
    assert whole.counts[:, columns].sum() == first.counts[:, columns].sum()
    assert whole.respondents.sum() == 450
    assert sum(len(batch) for batch in stream_rows(sealed, "ex", "2026", items=["q3"], scores=["ready"])) == 450
