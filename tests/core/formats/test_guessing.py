"""Files nobody described: which product made them, what their columns may be, and surveys made of plain tables."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from headwater.formats.answers import AnswerMapping, read_answers
from headwater.formats.columnar import write_parquet, write_yaml
from headwater.formats.guessing import ColumnChoice, build_mapping, guess_columns, parse_answers, recognise
from headwater.formats.reading import read_table
from headwater.instruments import library, load_instrument
from headwater.org import number_units
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING

SAMPLES = {
    "kobo_childrens_survey.sav": "spss",
    "limesurvey_citric_432535.lss": "limesurvey_survey",
    "limesurvey_ls205_sample_english.lss": "limesurvey_survey",
    "ls_native.lsa": "limesurvey_archive",
    "ls_native_codes.csv": "table",
    "qualtrics_3hdr_sample.csv": "qualtrics_answers",
    "qualtrics_better_sample.qsf": "qualtrics_survey",
    "qualtrics_no_basis_legacy3hdr.csv": "qualtrics_answers",
    "surveyjs_angular_example.json": "surveyjs_survey",
    "touchpoints_a11_cx_responses.csv": "a11",
    "xlsform_kobo_sample_accent.xlsx": "xlsform",
}
ALL = tuple(load_instrument(key) for key in sorted(library()))
TREE = number_units(["all", "n", "s"], ["", "all", "all"], ["Works", "North", "South"])


@pytest.mark.parametrize("name", SAMPLES)
def test_real_files_are_recognised(shared: Path, name: str) -> None:
    assert recognise(shared / "samples" / name) == SAMPLES[name]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"unit,q\na,1\n", "table"),
        ("\ufeffunit;q\na;1\n".encode("utf-16"), "table"),
        (b'[{"q": 1}]', "json_answers"),
        (b'{"pages": [{"elements": []}]}', "surveyjs_survey"),
        (b"<document><LimeSurveyDocType>Responses</LimeSurveyDocType></document>", "limesurvey_responses"),
        (b"sep=;\nunit;q\n", "table"),
    ],
)
def test_small_files_are_recognised(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert recognise(path) == kind


@pytest.mark.parametrize("content", [b"", b"  \n", b"%PDF-1.7", b"PAR1xx", b"<html></html>", b"PK\x03\x04xx"])
def test_what_is_not_read_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InputError):
        recognise(path)


def guessed(text: str) -> dict[str, tuple[str, str, str]]:
    table = read_table(text.encode(), name="a.csv")
    return {one.name: (one.role, one.key, one.answers) for one in guess_columns(table, ALL, TREE)}


def test_items_by_key_by_words_in_any_language_and_by_likeness() -> None:
    core = load_instrument("lx_core")
    first, second, third = [item for item in core.items if item.kind == "scale"][:3]
    nearly = third.text["en"].rstrip(".") + "!"
    header = f'{first.key.upper()},"{second.text["es"]}","{nearly}"'
    found = list(guessed(f"unit,{header}\nn,1,2,3\ns,2,3,4\n").values())
    assert [one[1] for one in found[1:]] == [first.key, second.key, third.key]
    assert {one[0] for one in found[1:]} == {"item"}


def test_units_are_found_by_what_they_hold() -> None:
    rows = "\n".join(f"{'North' if n % 2 else 's'},{1 + n % 5},{'ab'[n % 2]}" for n in range(20))
    found = guessed(f"where,mood,shift\n{rows}\n")
    assert found["where"][0] == "unit"
    assert found["mood"] == ("item", "mood", "1-5")
    assert found["shift"][0] == "leave"


def test_answers_in_words_of_a_known_scale_get_their_codes() -> None:
    found = guessed("unit,fair\nn,Agree\ns,Strongly disagree\nn,Disagree\n")
    assert "Agree = 4" in found["fair"][2]
    spanish = guessed("unidad,justo\nn,De acuerdo\ns,Muy de acuerdo\n")
    assert "De acuerdo = 4" in spanish["justo"][2]


def test_people_are_left_out_and_never_shown() -> None:
    table = read_table(b"unit,E-Mail,Phone,mood\nn,a@b.c,555,1\ns,d@e.f,556,2\n", name="a.csv")
    found = {one.name: one for one in guess_columns(table)}
    assert found["E-Mail"].role == found["Phone"].role == "leave"
    assert found["E-Mail"].samples == found["Phone"].samples == ()


def test_one_item_is_given_to_one_column() -> None:
    key = load_instrument("pulse").items[0].key
    table = read_table(f"unit,{key},{key.upper()} \nn,1,2\ns,3,4\n".encode(), name="a.csv")
    roles = [one.role for one in guess_columns(table, ALL)][1:]
    assert roles == ["item", "leave"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-5", (1, 5)),
        (" 0 – 10 ", (0, 10)),
        ("1 to 7", (1, 7)),
        ("Bad = 1\nGood = 2", (1, 2)),
        ("-2 = 1\n2 = 2", (1, 2)),
    ],
)
def test_answers_as_people_write_them(text: str, expected: tuple[int, int]) -> None:
    assert parse_answers(text, "c", "f")[1:] == expected


@pytest.mark.parametrize("text", ["5-1", "Agree", "Agree = x", "a = 1\nA = 2", "a = 1", "1-200"])
def test_answers_that_cannot_be(text: str) -> None:
    with pytest.raises(InputError):
        parse_answers(text, "c", "f")


def test_a_table_becomes_a_survey_and_its_answers() -> None:
    rows = "\n".join(f"n,{('bad', 'so-so', 'good')[n % 3]},{'xy'[n % 2]},{1 + n % 5},words {n}" for n in range(30))
    table = read_table(f"unit,how,which,{ALL[0].items[0].key},why\n{rows}\n".encode(), name="a.csv")
    lines = "bad = 1\nso-so = 2\ngood = 3"
    known = next(item for one in ALL for item in one.items if item.kind == "scale")
    choices = [
        ColumnChoice("unit", "unit"),
        ColumnChoice("how", "item", "how_is_it", lines, "How is it?"),
        ColumnChoice("which", "choice", "which"),
        ColumnChoice(table.header[3], "item", known.key),
        ColumnChoice("why", "comment", "why"),
    ]
    built = build_mapping(table, choices, ALL, key="own", title="Own")
    assert built.own is not None
    assert [item.kind for item in built.own.instrument.items] == ["scale", "single", "text"]
    assert built.own.instrument.item("how_is_it").text["en"] == "How is it?"
    made = read_answers(table, built.mapping, built.instruments).require()
    answers = made.tables["1"]
    assert answers.items["how_is_it"][:4].tolist() == [1, 2, 3, 1]
    assert answers.items["which"][:4].tolist() == [1, 2, 1, 2]
    assert answers.items[known.key][:5].tolist() == [1, 2, 3, 4, 5]
    assert len(answers.comments["why"]) == 30


def test_decisions_that_contradict_each_other_are_all_named() -> None:
    table = read_table(b"a,b,c\nx,1,2\ny,2,3\n", name="a.csv")
    choices = [ColumnChoice("a", "unit"), ColumnChoice("b", "unit"), ColumnChoice("c", "cut", "No Key")]
    with pytest.raises(InputError) as found:
        build_mapping(table, choices)
    said = str(found.value)
    assert "2 columns are said to be the unit" in said
    assert "cannot be used" in said
    assert "no column is a question" in said


def test_who_answered_is_read_only_when_asked_for() -> None:
    content = b"unit,who,mood\nn,p1,1\nn,p2,2\ns,p3,9\ns,,4\n"
    mapping = {"unit": "unit", "items": {"mood": {"column": "mood", "low": 1, "high": 5}}}
    assert read_answers(content, mapping).persons == {}
    found = read_answers(content, {**mapping, "person": "who"})
    assert found.persons == {"1": ("p1", "p2", "")}
    assert len(found.tables["1"]) == 3


def test_wave_keys_are_made_when_told_so() -> None:
    content = b"unit,when,mood\nn,2024 Q1,1\nn,2024 Q2,2\n"
    given = {"unit": "unit", "wave": "when", "items": {"mood": {"column": "mood", "low": 1, "high": 5}}}
    assert read_answers(content, given).errors
    from dataclasses import replace

    from headwater.formats.answers import load_answer_mapping

    mapping: AnswerMapping = replace(load_answer_mapping(given), makes_wave_keys=True)
    assert list(read_answers(content, mapping).tables) == ["2024-Q1", "2024-Q2"]


def test_parquet_and_yaml_read_back(tmp_path: Path) -> None:
    import pyarrow.parquet as pq
    import yaml

    write_parquet(tmp_path / "a.parquet", ["a", "b", "c"], [(1, "=x", None), (2, "é", 1.5)])
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.to_pydict() == {"a": [1, 2], "b": ["=x", "é"], "c": [None, 1.5]}
    with pytest.raises(InputError):
        write_parquet(tmp_path / "b.parquet", ["a", "b"], [(1,)])
    with pytest.raises(InputError):
        write_parquet(tmp_path / "b.parquet", ["a", "a"], [(1, 2)])
    write_yaml(tmp_path / "a.yaml", {"b": [1, None, "é: no"], "a": "x"})
    assert yaml.safe_load((tmp_path / "a.yaml").read_text("utf-8")) == {"b": [1, None, "é: no"], "a": "x"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "a.yaml"]


def test_xlsform_answers_with_groups_and_ticks() -> None:
    import openpyxl

    from headwater.formats.xlsform import read_xlsform_answers, read_xlsform_survey

    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (
        ("type", "name", "label", "appearance"),
        ("select_one agree", "fair", "Fair?", "likert"),
        ("select_multiple site", "been", "Been to?", None),
        ("text", "why", "Why?", None),
    ):
        survey.append(row)
    choices = book.create_sheet("choices")
    choices.append(("list_name", "name", "label"))
    for code in range(1, 6):
        choices.append(("agree", str(code), f"{code} of five"))
    for name in ("hub", "field"):
        choices.append(("site", name, name.title()))
    stream = io.BytesIO()
    book.save(stream)
    form = read_xlsform_survey(stream.getvalue(), name="f.xlsx")
    content = (
        b"_uuid,group/fair,group/been/hub,group/been/field,why,district\nu1,1,1,0,so,N\nu2,5,0,1,,S\nu2,4,1,1,,S\n"
    )
    found = read_xlsform_answers(content, form, {"unit": "district"}, name="a.csv")
    table = found.tables["1"]
    assert table.unit_ids == ("N", "S")
    assert table.items["fair"].tolist() == [1, 5]
    assert table.items["been_hub"].tolist() == [1, 0]
    assert table.items["been_field"].tolist() == [0, 1]
    assert table.comments["why"] == (("N", "so"),)
    assert any("u2" in problem.message for problem in found.errors)
    assert not np.any(table.items["fair"] == ITEM_MISSING)
    with pytest.raises(InputError):
        read_xlsform_answers(b"a,b\n1,2\n", form, name="a.csv")
