"""SPSS files: labels, missing values, multiple-response sets, real files, damage, and what is written."""

from __future__ import annotations

import builtins
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headwater.formats.limits import Limits
from headwater.formats.moving import MovedAnswers, SurveyImport
from headwater.formats.spss import read_spss_answers, read_spss_survey, write_spss_answers, write_spss_table
from headwater.formats.spss.files import EXPECTED
from headwater.instruments import dump_instrument, load_instrument
from headwater.org import number_units
from headwater.vocab import AnswerTable, InputError, Instrument, RefusedError, Study
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE

stat = pytest.importorskip("pyreadstat")
polars = pytest.importorskip("polars")

AGREE = {1.0: "Strongly disagree", 2.0: "Disagree", 3.0: "Neither", 4.0: "Agree", 5.0: "Strongly agree"}
TURNED = {1.0: "Strongly agree", 2.0: "Agree", 3.0: "Neither", 4.0: "Disagree", 5.0: "Strongly disagree"}
IDENTIFIED = Study("s", "S", promise="identified")


def with_sets(data: bytes, text: str) -> bytes:
    """Add a record of multiple-response sets before the end of the dictionary."""
    body = text.encode()
    record = struct.pack("<iiii", 7, 7, 1, len(body)) + body
    place = data.index(struct.pack("<ii", 999, 0))
    return data[:place] + record + data[place:]


def sav(folder: Path, columns: dict[str, list[Any]], *, sets: str = "", ending: str = ".sav", **more: Any) -> bytes:
    path = folder / f"made{ending}"
    stat.write_sav(polars.DataFrame(columns, strict=False), str(path), compress=ending == ".zsav", **more)
    data = path.read_bytes()
    return with_sets(data, sets) if sets else data


def survey(data: bytes, **named: Any) -> SurveyImport:
    return read_spss_survey(data, name="a.sav", **named)


def answers(data: bytes, mapping: Any = None, **named: Any) -> MovedAnswers:
    return read_spss_answers(data, mapping, name="a.sav", **named)


def lost(found: SurveyImport | MovedAnswers) -> str:
    return "\n".join(map(str, found.losses))


def said(found: SurveyImport | MovedAnswers) -> str:
    return "\n".join(map(str, found.problems))


def test_labels_make_ratings_and_choices(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {"q1": [1.0, 5.0, 9.0], "q2": [1.0, 2.0, 2.0], "age": [30.0, 41.0, None], "why": ["é" * 400, "", "so"]},
        column_labels={"q1": "Se me escucha", "q2": "¿Dónde trabaja?", "why": "¿Por qué?"},
        variable_value_labels={"q1": {**AGREE, 9.0: "Refused"}, "q2": {1.0: "Oficina", 2.0: "Almacén"}},
        missing_ranges={"q1": [9.0]},
        variable_measure={"q1": "ordinal", "q2": "nominal"},
    )
    found = survey(data, language="es")
    kinds = {item.key: item.kind for item in found.instrument.items}
    assert kinds == {"q1": "scale", "q2": "single", "age": "number", "why": "text"}
    assert found.instrument.item("q1").text == {"es": "Se me escucha"}
    scale = found.instrument.response_scales["q1_scale"]
    assert (scale.low, scale.high, scale.favourable_from, scale.unfavourable_to) == (1, 5, 4, 2)
    assert scale.may_skip == {"es": "Refused"}
    assert [choice.text["es"] for choice in found.instrument.item("q2").choices] == ["Oficina", "Almacén"]
    assert found.original == {"q1": "q1", "q2": "q2", "age": "age", "why": "why"}
    table = answers(data).tables["1"]
    assert table.items["q1"].tolist() == [1, 5, ITEM_MISSING]
    assert table.items["q2"].tolist() == [1, 2, 2]
    assert table.scores["age"].tolist() == [30 * SCORE_ONE, 41 * SCORE_ONE, SCORE_MISSING]
    assert [words for _, words in table.comments["why"]] == ["é" * 400, "so"]


def test_survey_passes_the_loader(tmp_path: Path) -> None:
    data = sav(tmp_path, {"q1": [1.0, 2.0]}, variable_value_labels={"q1": AGREE})
    found = survey(data)
    assert isinstance(found.instrument, Instrument)
    dump_instrument(found.instrument, tmp_path / "survey.yaml")
    assert load_instrument(tmp_path / "survey.yaml") == found.instrument


def test_falling_labels_are_marked_reversed(tmp_path: Path) -> None:
    data = sav(tmp_path, {"q1": [1.0, 5.0]}, variable_value_labels={"q1": TURNED})
    found = survey(data)
    assert found.instrument.item("q1").reverse
    assert "marked reversed" in said(found)
    assert answers(data).tables["1"].items["q1"].tolist() == [1, 5]


def test_a_choice_with_a_missing_value_is_no_rating(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {"sex": [1.0, 2.0, -1.0]},
        variable_value_labels={"sex": {-1.0: "unknown", 1.0: "Male", 2.0: "Female"}},
        missing_ranges={"sex": [-1.0]},
        variable_measure={"sex": "scale"},
    )
    item = survey(data).instrument.items[0]
    assert (item.kind, [choice.key for choice in item.choices]) == ("single", ["male", "female"])
    assert answers(data).tables["1"].items["sex"].tolist() == [1, 2]
    assert survey(data, kinds={"sex": "scale"}).instrument.items[0].kind == "scale"


def test_ends_alone_are_filled_up(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {"q1": [1.0, 4.0, 7.0]},
        variable_value_labels={"q1": {1.0: "Not at all", 7.0: "Extremely"}},
        variable_measure={"q1": "ordinal"},
    )
    scale = next(iter(survey(data).instrument.response_scales.values()))
    assert scale.labels["en"] == ("Not at all", "2", "3", "4", "5", "6", "Extremely")
    assert answers(data).tables["1"].items["q1"].tolist() == [1, 4, 7]


def test_user_missing_ranges_never_enter_a_score(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {"x": [1.0, 2.0, 97.0, 98.5, 99.0, -7.0, None]},
        missing_ranges={"x": [{"lo": 97.0, "hi": 99.0}, -7.0]},
    )
    found = answers(data)
    assert found.tables["1"].scores["x"].tolist() == [SCORE_ONE, 2 * SCORE_ONE]
    assert (found.rows_read, found.rows_kept) == (7, 2)


def test_multiple_response_sets(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "d1": [1.0, 0.0, None, 1.0],
        "d2": [0.0, 1.0, None, 1.0],
        "c1": [1.0, 2.0, None, 3.0],
        "c2": [2.0, None, None, 1.0],
        "q": [1.0, 2.0, 3.0, 4.0],
    }
    named = {1.0: "A", 2.0: "B", 3.0: "C"}
    data = sav(
        tmp_path,
        columns,
        sets="$chan=D1 1 8 Channels d1 d2\n$cats=C 4 Cats c1 c2\n",
        column_labels={"d1": "Phone", "d2": "Web"},
        variable_value_labels={"c1": named, "c2": named, "q": AGREE},
    )
    found = survey(data)
    assert [(item.key, item.kind) for item in found.instrument.items] == [
        ("chan", "multiple"),
        ("cats", "multiple"),
        ("q", "scale"),
    ]
    table = answers(data).tables["1"]
    nothing = ITEM_MISSING
    assert table.items["chan_phone"].tolist() == [1, 0, nothing, 1]
    assert table.items["chan_web"].tolist() == [0, 1, nothing, 1]
    assert table.items["cats_a"].tolist() == [1, 0, nothing, 1]
    assert table.items["cats_b"].tolist() == [1, 1, nothing, 0]
    assert table.items["cats_c"].tolist() == [0, 0, nothing, 1]


@pytest.mark.parametrize("record", ["$m=D3 Yes 5 Multi d1 d2\n", "$m=E 1 3 Yes 5 Multi d1 d2\n"])
def test_sets_that_count_words(tmp_path: Path, record: str) -> None:
    columns: dict[str, list[Any]] = {"d1": ["Yes", "No", "", ""], "d2": ["No", "No", "Yes", ""], "q": [1.0] * 4}
    table = answers(sav(tmp_path, columns, sets=record, variable_value_labels={"q": AGREE})).tables["1"]
    assert table.items["m_d1"].tolist() == [1, ITEM_MISSING, 0, ITEM_MISSING]
    assert table.items["m_d2"].tolist() == [0, ITEM_MISSING, 1, ITEM_MISSING]


def test_sets_that_cannot_be_understood_are_lost(tmp_path: Path) -> None:
    data = sav(tmp_path, {"q": [1.0, 2.0]}, sets="$m=D2 xx 5 Multi q\n", variable_value_labels={"q": AGREE})
    found = survey(data)
    assert [(item.key, item.kind) for item in found.instrument.items] == [("q", "scale")]
    assert "a multiple-response set" in lost(found)
    assert answers(data).tables["1"].items["q"].tolist() == [1, 2]


def test_an_encoding_nobody_knows_is_named(shared: Path) -> None:
    with pytest.raises(InputError, match="encoding="):
        read_spss_answers(shared / "samples/spss_sample_missing.sav", encoding="no-such")


def test_texts_with_labels_are_choices(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {"s": ["a", "b", "a", "zz"], "q": [1.0, 2.0, 3.0, 4.0]},
        variable_value_labels={"s": {"a": "Alpha", "b": "Beta", "zz": "None given"}, "q": AGREE},
        missing_ranges={"s": ["zz"]},
    )
    assert [choice.key for choice in survey(data).instrument.item("s").choices] == ["alpha", "beta"]
    assert answers(data).tables["1"].items["s"].tolist() == [1, 2, 1, ITEM_MISSING]


def test_units_waves_and_cuts_are_read_by_their_labels(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {"Team": [1.0, 1.0, 2.0], "site": [1.0, 2.0, 2.0], "round": [1.0, 1.0, 2.0], "q": [1.0, 2.0, 3.0]},
        variable_value_labels={
            "Team": {1.0: "North", 2.0: "South"},
            "site": {1.0: "Hub", 2.0: "Field"},
            "round": {1.0: "May", 2.0: "June"},
            "q": AGREE,
        },
    )
    mapping = {"unit": "team", "wave": "round", "cuts": {"site": {"column": "site", "levels": ["Hub", "Field"]}}}
    tree = number_units(["co", "n", "s"], ["", "co", "co"], ["Company", "North", "South"])
    found = answers(data, mapping, tree=tree).require()
    assert sorted(found.tables) == ["June", "May"]
    may = found.tables["May"]
    assert may.unit_ids == ("n",)
    assert may.cuts["site"][0].tolist() == [0, 1]
    assert set(may.items) == {"q"}


def test_what_says_who_somebody_is_stays_behind(tmp_path: Path) -> None:
    data = sav(
        tmp_path,
        {
            "email": ["a@b.c" + "x" * 60, "d"],
            "IPAddress": ["10.0.0.1", "x"],
            "v3": ["Ann" + " " * 40 + "x", "Bob"],
            "latitude": [1.5, 2.5],
            "staffcode": ["A1", "B2"],
            "q": [1.0, 2.0],
        },
        column_labels={"v3": "Full name"},
        variable_value_labels={"q": AGREE},
    )
    found = survey(data)
    assert [item.key for item in found.instrument.items] == ["q"]
    for name in ("email", "IPAddress", "v3", "latitude", "staffcode"):
        assert name in lost(found)
        assert name in lost(answers(data))
    table = answers(data).tables["1"]
    assert not table.comments
    assert not table.scores


def test_dates_become_cuts_by_day_and_times_are_lost(tmp_path: Path) -> None:
    import datetime as dt

    data = sav(
        tmp_path,
        {
            "day": [dt.date(2026, 3, 1), dt.date(1600, 1, 2)],
            "at": [dt.datetime.fromisoformat("2026-03-01T09:30")] * 2,
            "q": [1.0, 2.0],
        },
        variable_value_labels={"q": AGREE},
    )
    assert "at: a column of times" in lost(survey(data))
    found = answers(data, {"cuts": {"day": {"column": "day", "levels": ["1600-01-02", "2026-03-01"]}}}).require()
    assert found.tables["1"].cuts["day"][0].tolist() == [1, 0]


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


# Real files.


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


# Out.


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
