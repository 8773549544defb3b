"""Sealing: what is written, what is not, and what survives a crash."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from headwater.intake import open_waves, read_manifest, seal, wave_folder
from headwater.vocab import AnswerTable, Cut, InputError, Study, Wave
from headwater.vocab.answers import ITEM_MISSING, WEIGHT_MAX, WEIGHT_ONE

STUDY = Study("pulse", "Pulse", cuts=(Cut("site", "Site", ("north", "south")),))
WAVE = Wave("pulse", "2026-q1", "First quarter", 1)


def table(rows: int = 60, seed: int = 1) -> AnswerTable:
    chance = np.random.default_rng(seed)
    mood = chance.integers(1, 6, rows).astype(np.int8)
    mood[::7] = ITEM_MISSING
    return AnswerTable(
        unit_ids=("night", "day", "late"),
        unit=chance.integers(0, 3, rows).astype(np.int32),
        items={"mood": mood, "place": (np.arange(rows) % 120).astype(np.int8)},
        cuts={"site": (chance.integers(-1, 2, rows).astype(np.int16), ("south", "north"))},
        comments={"why": tuple(("day", f"words {number}") for number in range(12)), "more": (("night", "more words"),)},
    )


def folder(store: Path) -> Path:
    return wave_folder(store, "answers", "pulse", "2026-q1")


def stored(store: Path, kind: str = "answers") -> list[dict[str, object]]:
    files = sorted(wave_folder(store, kind, "pulse", "2026-q1").glob("part-*.parquet"))
    rows: list[dict[str, object]] = [row for path in files for row in pq.ParquetFile(path).read().to_pylist()]
    return rows


def test_what_is_sealed_is_what_was_answered(tmp_path: Path) -> None:
    answers = table()
    report = seal(tmp_path, STUDY, WAVE, answers)
    assert (report.rows, report.comments, report.trimmed, report.already_sealed) == (60, 13, 0, False)
    rows = stored(tmp_path)
    codes, levels = answers.cuts["site"]
    came = [
        (
            answers.unit_ids[answers.unit[row]],
            None if answers.items["mood"][row] == ITEM_MISSING else int(answers.items["mood"][row]),
            int(answers.items["place"][row]),
            levels[codes[row]] if codes[row] >= 0 else None,
            WEIGHT_ONE,
        )
        for row in range(60)
    ]
    found = [(row["unit"], row["i_mood"], row["i_place"], row["c_site"], row["weight"]) for row in rows]
    assert sorted(found, key=str) == sorted(came, key=str)
    assert [row["unit"] for row in rows] == sorted(str(row["unit"]) for row in rows)
    assert len({row["key"] for row in rows}) == 60


def test_the_order_of_answering_is_lost(tmp_path: Path) -> None:
    seal(tmp_path, STUDY, WAVE, table(120))
    places = [row["i_place"] for row in stored(tmp_path) if row["unit"] == "day"]
    assert places != sorted(places, key=str)
    assert len(places) > 20
    rank = np.corrcoef(np.arange(len(places)), np.array(places, float))[0, 1]
    assert abs(rank) < 0.75


def test_two_sealings_draw_other_keys_and_orders(tmp_path: Path) -> None:
    for name in ("a", "b"):
        seal(tmp_path / name, STUDY, WAVE, table())
    a, b = stored(tmp_path / "a"), stored(tmp_path / "b")
    assert not {row["key"] for row in a} & {row["key"] for row in b}
    assert [row["i_place"] for row in a] != [row["i_place"] for row in b]


def test_a_seed_repeats_the_file_byte_for_byte(tmp_path: Path) -> None:
    for name in ("a", "b"):
        seal(tmp_path / name, STUDY, WAVE, table(), seed=7)
    a, b = (next(folder(tmp_path / name).glob("*.parquet")) for name in ("a", "b"))
    assert a.name == b.name
    assert a.read_bytes() == b.read_bytes()


def test_no_person_and_no_time_is_written(tmp_path: Path) -> None:
    seal(tmp_path, STUDY, WAVE, table())
    path = next(folder(tmp_path).glob("part-*.parquet"))
    footer = pq.read_metadata(path)
    assert footer.schema.names == ["unit", "c_site", "i_mood", "i_place", "weight", "key"]
    assert footer.metadata is None
    assert "20" not in footer.created_by.split("version")[0]
    comments = next(wave_folder(tmp_path, "comments", "pulse", "2026-q1").glob("part-*.parquet"))
    assert pq.read_metadata(comments).schema.names == ["unit", "item", "words"]


def test_comments_lie_apart_and_shuffled(tmp_path: Path) -> None:
    seal(tmp_path, STUDY, WAVE, table())
    rows = stored(tmp_path, "comments")
    why = [row["words"] for row in rows if row["item"] == "why"]
    assert sorted(map(str, why)) == sorted(f"words {number}" for number in range(12))
    assert why != [f"words {number}" for number in range(12)]
    assert [row["unit"] for row in rows] == sorted(str(row["unit"]) for row in rows)


def test_sealing_twice_adds_nothing_whatever_the_order(tmp_path: Path) -> None:
    answers = table()
    first = seal(tmp_path, STUDY, WAVE, answers)
    shuffled = np.random.default_rng(3).permutation(len(answers))
    again = AnswerTable(
        unit_ids=answers.unit_ids[::-1],
        unit=(2 - answers.unit[shuffled]).astype(np.int32),
        items={key: codes[shuffled] for key, codes in reversed(list(answers.items.items()))},
        cuts={key: (codes[shuffled], levels) for key, (codes, levels) in answers.cuts.items()},
        comments={key: said[::-1] for key, said in answers.comments.items()},
    )
    second = seal(tmp_path, STUDY, WAVE, again)
    assert second.digest == first.digest
    assert second.already_sealed
    assert len(stored(tmp_path)) == 60
    other = seal(tmp_path, STUDY, WAVE, answers, source="second tick")
    assert not other.already_sealed
    assert len(stored(tmp_path)) == 120
    assert open_waves(tmp_path)[0].rows == 120


def test_one_changed_answer_is_another_delivery(tmp_path: Path) -> None:
    answers = table()
    digests = {seal(tmp_path, STUDY, WAVE, answers).digest}
    mood = answers.items["mood"].copy()
    mood[3] = 6 - mood[3]
    digests.add(seal(tmp_path, STUDY, WAVE, replace(answers, items={**answers.items, "mood": mood})).digest)
    digests.add(seal(tmp_path, STUDY, WAVE, replace(answers, weight=np.full(60, WEIGHT_ONE + 1))).digest)
    digests.add(seal(tmp_path, STUDY, WAVE, replace(answers, comments={})).digest)
    assert len(digests) == 4


def test_heavy_weights_are_trimmed_and_counted(tmp_path: Path) -> None:
    weight = np.full(60, WEIGHT_ONE)
    weight[:4] = WEIGHT_MAX * 3
    report = seal(tmp_path, STUDY, WAVE, replace(table(), weight=weight))
    assert report.trimmed == 4
    found = [row["weight"] for row in stored(tmp_path)]
    assert sorted(set(map(str, found))) == sorted([str(WEIGHT_ONE), str(WEIGHT_MAX)])
    assert found.count(WEIGHT_MAX) == 4


@pytest.mark.parametrize("moment", ["answers renamed", "comments renamed"])
def test_a_killed_sealing_leaves_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The process dies after a Parquet file took its place and before the manifest names it."""
    seal(tmp_path, STUDY, WAVE, table(30, 9))
    calls = []
    rename = os.replace

    def killed(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == (2 if moment == "comments renamed" else 3):
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        seal(tmp_path, STUDY, WAVE, table())
    monkeypatch.undo()
    (folder(tmp_path) / ".aside-0123").write_bytes(b"half a file")
    assert open_waves(tmp_path)[0].rows == 30
    report = seal(tmp_path, STUDY, WAVE, table())
    assert not report.already_sealed
    assert ".aside-0123" in report.removed
    assert len(report.removed) == (2 if moment == "comments renamed" else 3)
    assert open_waves(tmp_path)[0].rows == 90
    assert len(stored(tmp_path)) == 90
    assert len(stored(tmp_path, "comments")) == 26


def test_open_waves_lists_what_is_sealed(tmp_path: Path) -> None:
    assert open_waves(tmp_path / "nowhere") == ()
    seal(tmp_path, STUDY, WAVE, table())
    seal(tmp_path, STUDY, replace(WAVE, key="2026-q2"), replace(table(20), comments={}))
    found = [(wave.study, wave.wave, wave.rows, wave.parts, wave.comments) for wave in open_waves(tmp_path)]
    assert found == [("pulse", "2026-q1", 60, 1, 13), ("pulse", "2026-q2", 20, 1, 0)]


def test_what_was_promised_cannot_change(tmp_path: Path) -> None:
    seal(tmp_path, STUDY, WAVE, table())
    with pytest.raises(InputError, match="sealed as anonymous"):
        seal(tmp_path, replace(STUDY, promise="confidential"), WAVE, table(20))
    wider = replace(STUDY, cuts=(*STUDY.cuts, Cut("grade", "Grade", ("a",))))
    with pytest.raises(InputError, match="other cuts"):
        seal(tmp_path, wider, WAVE, table(20))


def empty() -> AnswerTable:
    return AnswerTable(("day",), np.zeros(0, np.int32), {"mood": np.zeros(0, np.int8)})


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (empty(), "nobody answered"),
        (replace(table(), unit=np.full(60, 3, np.int32)), "points to a unit"),
        (replace(table(), unit_ids=("day", "day", "late")), "unit ids repeat"),
        (replace(table(), unit_ids=("", "day", "late")), "empty id"),
        (replace(table(), cuts={"grade": (np.zeros(60, np.int16), ("a",))}), "did not declare this cut"),
        (replace(table(), cuts={"site": (np.zeros(60, np.int16), ("east",))}), "'east' was not declared"),
        (replace(table(), cuts={"site": (np.ones(60, np.int16), ("north",))}), "points to a level"),
        (replace(table(), weight=np.zeros(60, np.int64)), "weight of zero"),
        (replace(table(), scores={"big": np.full(60, 2**31)}), "too large"),
        (replace(table(), items={"a": table().items["mood"], "A": table().items["mood"]}), "differ in case"),
        (replace(table(), items={'a"b': table().items["mood"]}), "cannot name a column"),
        (replace(table(), comments={"why": (("elsewhere", "x"),)}), "'elsewhere', in which nobody answered"),
    ],
)
def test_what_cannot_be_sealed_is_refused_with_nothing_written(
    tmp_path: Path, answers: AnswerTable, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        seal(tmp_path, STUDY, WAVE, answers)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["", "..", "a/b", "a=b\n", ".hidden", "a b", "x" * 81, "wave\0"])
def test_keys_that_cannot_name_a_folder_are_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(InputError, match="cannot name a folder"):
        seal(tmp_path, STUDY, replace(WAVE, key=key), table())
    with pytest.raises(InputError, match="cannot name a folder"):
        seal(tmp_path, replace(STUDY, key=key), replace(WAVE, study=key), table())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["s3://bucket/answers", "gs://bucket", "file:///tmp/answers"])
def test_a_store_that_is_an_address_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Else a folder named s3: would be made here, and answers lie where nobody looks for them."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="is an address"):
        seal(Path(address), STUDY, WAVE, table())
    assert list(tmp_path.iterdir()) == []


def test_a_wave_of_another_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="belongs to study 'pulse'"):
        seal(tmp_path, replace(STUDY, key="other"), WAVE, table())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', '{"format": 1, "study": "pulse"}'])
def test_a_broken_manifest_is_named(tmp_path: Path, content: str) -> None:
    seal(tmp_path, STUDY, WAVE, table())
    path = folder(tmp_path) / "_sealed.json"
    assert json.loads(path.read_text("utf-8"))["parts"][0]["rows"] == 60
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"_sealed\.json"):
        read_manifest(folder(tmp_path))
    with pytest.raises(InputError, match=r"_sealed\.json"):
        seal(tmp_path, STUDY, WAVE, table(20))
    assert path.read_text("utf-8") == content
