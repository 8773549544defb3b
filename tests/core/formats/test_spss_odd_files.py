"""SPSS: damaged and real files, and the way out."""

from __future__ import annotations

import builtins
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.core.formats.spss_files import (
    AGREE,
    IDENTIFIED,
    answers,
    lost,
    said,
    sav,
    stat,
    survey,
)

from headwater.formats.limits import Limits
from headwater.formats.spss import read_spss_answers, read_spss_survey, write_spss_answers, write_spss_table
from headwater.formats.spss.files import EXPECTED
from headwater.vocab import AnswerTable, InputError, RefusedError, Study
from headwater.vocab.answers import ITEM_MISSING, SCORE_ONE


def test_zsav_reads_like_sav(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {"q": [1.0, 5.0]}
    packed = sav(tmp_path, columns, ending=".zsav", variable_value_labels={"q": AGREE})
    assert packed.startswith(b"$FL3")
    assert answers(packed).tables["1"].items["q"].tolist() == [1, 5]


def test_hostile_labels_become_plain_words(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {"q": [1.0, 2.0]},
        column_labels={"q": "<script>alert(1)</script><b>Fair</b> \u202epay"},
        variable_value_labels={"q": {1.0: "=cmd|' /C calc'!A0", 2.0: "No"}},
    )
    item = survey(data).instrument.items[0]
    assert item.text["en"] == "Fair pay"
    assert item.choices[0].text["en"] == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04zip", "workbook or an archive"),
        (b"q1,q2\n1,2\n", "no SPSS file"),
        (b"$FL2", "damaged or breaks off"),
        (b"$FL2" + b"\x00" * 400, "damaged or breaks off"),
        (b"GET FILE='x'.", "SPSS syntax"),
    ],
)
def test_what_is_no_spss_file_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        answers(data)
    assert refused.value.problems[0].file == "a.sav"
    assert refused.value.problems[0].remedy


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_truncated_files_are_refused(shared: Path, share: float) -> None:
    data = (shared / "samples/spss_sample_missing.sav").read_bytes()
    with pytest.raises(InputError, match="damaged or breaks off"):
        answers(data[: int(len(data) * share)])


def test_limits_hold_before_cases_are_read(tmp_path: Path) -> None:
    data = sav(tmp_path, {"q": [1.0] * 50, "r": [1.0] * 50})
    with pytest.raises(InputError, match="at most 10 are read"):
        answers(data, limits=Limits(rows=10))
    with pytest.raises(InputError, match="at most 1 are read"):
        answers(data, limits=Limits(columns=1))
    with pytest.raises(InputError, match="at most 6 are read"):
        answers(data, limits=Limits(unpacked_bytes=100))


def test_the_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "pyreadstat":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"headwater\[formats\]"):
        answers(b"$FL2" + b"\x00" * 200)
    assert "sav" in EXPECTED


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    data = sav(tmp_path, {"team": ["a", "b"], "q": [1.0, 2.0]}, variable_value_labels={"q": AGREE})
    with pytest.raises(InputError, match="Did you mean 'team'"):
        answers(data, {"unit": "teamm"})


def test_values_beyond_the_labels_are_errors(tmp_path: Path) -> None:
    data = sav(tmp_path, {"q": [1.0, 8.0, 5.0]}, variable_value_labels={"q": AGREE})
    found = answers(data)
    assert [(problem.row, problem.column) for problem in found.errors] == [(2, "q")]
    assert found.tables["1"].items["q"].tolist() == [1, 5]
    with pytest.raises(InputError):
        found.require()


def test_a_survey_of_another_file_is_told(tmp_path: Path) -> None:
    first = survey(sav(tmp_path, {"q": [1.0], "r": [2.0]}, variable_value_labels={"q": AGREE, "r": AGREE}))
    data = sav(tmp_path, {"q": [1.0], "other": [2.0]}, variable_value_labels={"q": AGREE})
    found = answers(data, survey=first)
    assert found.tables["1"].items["q"].tolist() == [1]
    assert "no variable for the item r" in said(found)
    assert "other" in lost(found)


def test_sample_with_missing_values(shared: Path) -> None:
    path = shared / "samples/spss_sample_missing.sav"
    found = read_spss_survey(path)
    kinds = {item.key: item.kind for item in found.instrument.items}
    assert kinds == {"mynum": "number", "mydate": "date", "mylabl": "single", "myord": "scale"}
    assert [choice.text["en"] for choice in found.instrument.item("mylabl").choices] == ["Male", "Female"]
    assert "notes of the file" in lost(found)
    moved = read_spss_answers(path)
    table = moved.tables["1"]
    assert (moved.rows_read, moved.rows_kept) == (7, 5)
    # 1.1 + 1.2 - 1000.3 - 1.4 + 1000.3 is 0.9; -1 and 2500 are user-missing.
    assert float(Fraction(int(table.scores["mynum"].sum()), SCORE_ONE * 5)) == pytest.approx(0.18, abs=1e-4)
    assert table.items["mylabl"].mean() == pytest.approx(7 / 5)
    assert table.items["myord"].mean() == pytest.approx(8 / 5)


def test_large_sample(shared: Path) -> None:
    moved = read_spss_answers(shared / "samples/spss_sample_large.sav", {"unit": "mychar"}).require()
    table = moved.tables["1"]
    assert (moved.rows_read, moved.rows_kept, len(table)) == (485, 485, 485)
    assert table.unit_ids == ("a", "b", "c", "d", "e")
    assert np.bincount(table.unit).tolist() == [97] * 5
    assert Fraction(int(table.scores["mylabl"].sum()), SCORE_ONE) == 291 + 2 * 194
    assert Fraction(int(table.scores["myord"].sum()), SCORE_ONE) == 291 + 2 * 97 + 3 * 97


def test_kobo_file(shared: Path) -> None:
    path = shared / "samples/kobo_childrens_survey.sav"
    found = read_spss_survey(path)
    assert [(item.key, item.text["en"]) for item in found.instrument.items] == [("var2", "age")]
    assert "ukanga" not in repr(found.instrument)
    for name in ("var1", "var3", "var4", "var5", "var8", "var12", "var13"):
        assert name in found.left
    moved = read_spss_answers(path)
    assert (moved.rows_read, moved.rows_kept) == (2, 1)
    assert moved.tables["1"].scores["var2"].tolist() == [35 * SCORE_ONE]


def test_released_table_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "out.zsav"
    header = ["Unit", "% favourable", "% favourable", "by"]
    write_spss_table(path, header, [["Café", 62.5, None, 1], ["=x", float("nan"), 3, 2]], title="Été 2026")
    columns, meta = stat.read_sav(str(path), output_format="dict")
    assert meta.column_names == ["Unit", "favourable", "favourable_2", "by_1"]
    assert meta.column_names_to_labels["favourable"] == "% favourable"
    assert list(columns["Unit"]) == ["Café", "=x"]
    assert columns["favourable"][0] == 62.5
    assert columns["favourable"][1] is None or np.isnan(columns["favourable"][1])
    assert meta.file_label == "Été 2026"
    assert [one.name for one in tmp_path.iterdir()] == ["out.zsav"]


def test_identified_answers_come_back(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {
            "team": ["a", "b", "b"],
            "d1": [1.0, 0.0, 1.0],
            "d2": [1.0, 1.0, 0.0],
            "q": [1.0, None, 5.0],
            "n": [1.5, 2.0, 3.0],
        },
        sets="$chan=D1 1 8 Channels d1 d2\n",
        column_labels={"d1": "Phone", "d2": "Web", "q": "Fair"},
        variable_value_labels={"q": AGREE},
    )
    found = survey(data)
    first = answers(data, {"unit": "team"}, survey=found).tables["1"]
    path = tmp_path / "out.sav"
    write_spss_answers(path, first, found.instrument, study=IDENTIFIED)
    columns, meta = stat.read_sav(str(path), output_format="dict")
    assert list(columns["unit"]) == ["a", "b", "b"]
    assert meta.variable_value_labels["q"] == AGREE
    assert meta.column_names_to_labels["chan_phone"] == "Channels - Phone"
    again = read_spss_answers(path, {"unit": "unit"}).tables["1"]
    assert again.items["q"].tolist() == first.items["q"].tolist() == [1, ITEM_MISSING, 5]
    assert again.scores["n"].tolist() == first.scores["n"].tolist()


@pytest.mark.parametrize("promise", ["anonymous", "confidential"])
def test_answers_leave_identified_studies_only(tmp_path: Path, promise: Any) -> None:
    table = AnswerTable(("a",), np.zeros(1, np.int32), {"q": np.ones(1, np.int8)})
    data = sav(tmp_path, {"q": [1.0]}, variable_value_labels={"q": AGREE})
    path = tmp_path / "out.sav"
    with pytest.raises(RefusedError, match="released tables"):
        write_spss_answers(path, table, survey(data).instrument, study=Study("s", "S", promise=promise))
    assert not path.exists()
