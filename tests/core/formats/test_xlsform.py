"""XLSForm: types, groups, conditions, translations, what is lost, and workbooks that are damaged or hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from headwater.formats.limits import Limits
from headwater.formats.moving import SurveyImport
from headwater.formats.xlsform import read_xlsform_survey
from headwater.formats.xlsform.workbook import code_of_language, split_header
from headwater.instruments import dump_instrument, load_instrument
from headwater.vocab import InputError

Rows = Sequence[Sequence[Any]]
HEAD = ("type", "name", "label", "relevant", "required", "appearance", "parameters")
AGREE = [("agree", str(n), words) for n, words in enumerate(("No, never", "Rarely", "Often", "Always"), start=1)]
CHOICES = [("list_name", "name", "label"), *AGREE, ("site", "hub", "Hub"), ("site", "field", "Field")]


def workbook(**sheets: Rows) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def form(*rows: Sequence[Any], choices: Rows = CHOICES, settings: Rows = (), **named: Any) -> SurveyImport:
    sheets: dict[str, Rows] = {"survey": [HEAD, *rows], "choices": choices}
    if settings:
        sheets["settings"] = settings
    return read_xlsform_survey(workbook(**sheets), name="a.xlsx", **named)


def lost(found: SurveyImport) -> str:
    return "\n".join(map(str, found.losses))


def said(found: SurveyImport) -> str:
    return "\n".join(map(str, found.problems))


def test_every_type(tmp_path: Path) -> None:
    found = form(
        ("select_one agree", "fair", "Fair?", None, "yes"),
        ("select one site", "where", "Where?"),
        ("select_multiple site", "been", "Been to?"),
        ("rank site", "best", "Best first"),
        ("integer", "years", "Years?"),
        ("decimal", "pay", "Pay?"),
        ("date", "since", "Since?"),
        ("text", "why", "Why?"),
        ("range", "mood", "Mood?", None, None, None, "start=1 end=7 step=1"),
        settings=[("form_title", "form_id"), ("Crew survey", "crew_2026")],
    )
    kinds = {item.key: item.kind for item in found.instrument.items}
    assert kinds == {
        "fair": "scale",
        "where": "single",
        "been": "multiple",
        "best": "ranking",
        "years": "number",
        "pay": "number",
        "since": "date",
        "why": "text",
        "mood": "scale",
    }
    assert found.instrument.key == "crew_2026"
    assert found.instrument.title == {"en": "Crew survey"}
    assert found.instrument.item("fair").required
    assert found.instrument.response_scales["fair_scale"].labels["en"] == ("No, never", "Rarely", "Often", "Always")
    mood = found.instrument.response_scales[found.instrument.item("mood").response_scale]
    assert (mood.low, mood.high) == (1, 7)
    dump_instrument(found.instrument, tmp_path / "x.yaml")
    assert load_instrument(tmp_path / "x.yaml") == found.instrument


def test_likert_appearance_makes_a_rating() -> None:
    row = ("select_one site", "q", "Q", None, None, "w4 likert")
    assert form(row).instrument.items[0].kind == "scale"
    assert form(("select_one site", "q", "Q")).instrument.items[0].kind == "single"
    assert form(("select_one site", "q", "Q"), kinds={"q": "scale"}).instrument.items[0].kind == "scale"


def test_groups_and_conditions() -> None:
    found = form(
        ("select_one site", "where", "Where?"),
        ("select_multiple site", "been", "Been?"),
        ("integer", "age", "Age?"),
        ("begin_group", "g", "About work", "${where} = 'field'"),
        ("text", "a", "A", "${age} >= 18"),
        ("begin group", "h", "Inner", "selected(${where}, 'field')"),
        ("text", "b", "B"),
        ("end group",),
        ("end_group",),
        ("text", "c", "C", "${been} = 'hub'"),
        ("text", "d", "D", "selected(${been}, 'hub')"),
        ("text", "e", "E", "${where} != 'hub'"),
        ("text", "f", "F", "string-length(${a}) > 3"),
    )
    conditions = {item.key: item.shown_if for item in found.instrument.items}
    assert conditions == {
        "where": "",
        "been": "",
        "age": "",
        "a": "where == 2 and age >= 18",
        "b": "where == 2",
        "c": "",
        "d": "",
        "e": "where != 1",
        "f": "",
    }
    text = lost(found)
    assert "selected(${been}, 'hub')" in text
    assert "string-length" in text
    assert "while an earlier question is not answered" in text
    assert "About work" in found.instrument.notes["en"]


def test_repeats_and_grids() -> None:
    head = ("type", "name", "label", "kobo--score-choices", "kobo--rank-items")
    rows = [
        head,
        ("begin_repeat", "child", "Each child"),
        ("text", "what", "What?"),
        ("end_repeat",),
        ("begin_score", "s", "My crew", "agree"),
        ("score__row", "s1", "is fair"),
        ("score__row", "s2", "is quick"),
        ("end_score",),
        ("begin_rank", "r", "Best", None, "site"),
        ("rank__level", "r1", "First"),
        ("end_rank",),
    ]
    found = read_xlsform_survey(workbook(survey=rows, choices=CHOICES), name="a.xlsx")
    assert [(item.key, item.kind) for item in found.instrument.items] == [
        ("s1", "scale"),
        ("s2", "scale"),
        ("r", "ranking"),
    ]
    assert found.instrument.items[0].text["en"] == "My crew: is fair"
    assert "a repeat" in lost(found)
    assert "what" in found.left


def test_translations() -> None:
    rows = [
        ("type", "name", "label::English (en)", "label::Français (fr)", "hint::English (en)", "label::Klingon"),
        ("select_one s", "q", "Where?", "Où ?", "Say it", "nuq"),
        ("text", "t", "Why?", None, None, None),
    ]
    choices = [
        ("list name", "name", "label::English (en)", "label::Français (fr)"),
        ("s", "là", "There", "Là"),
        ("s", "ici", "Here", "Ici"),
    ]
    settings = [("default_language",), ("Français (fr)",)]
    found = read_xlsform_survey(workbook(survey=rows, choices=choices, settings=settings), name="a.xlsx")
    assert found.instrument.languages == ("fr", "en")
    assert found.instrument.item("q").text == {"fr": "Où ?", "en": "Where?"}
    assert found.instrument.item("t").text == {"fr": "Why?", "en": "Why?"}
    assert [choice.text["fr"] for choice in found.instrument.item("q").choices] == ["Là", "Ici"]
    assert "Klingon" in lost(found)
    assert "hint" in lost(found)


def test_everything_else_is_listed() -> None:
    found = form(
        ("start", "start"),
        ("deviceid", "deviceid"),
        ("username", "username"),
        ("geopoint", "home", "Where do you live?"),
        ("image", "photo", "Photo"),
        ("calculate", "total"),
        ("note", "hello", "Welcome **all**"),
        ("text", "full_name", "Name"),
        ("text", "mail", "Your e-mail"),
        ("select_one gone", "x", "X"),
        ("select_one site or_other", "w", "W"),
        ("select_one_from_file a.csv", "y", "Y"),
        ("acknowledge", "ok", "OK?"),
        ("range", "wide", "Wide", None, None, None, "start=0 end=1000 step=10"),
    )
    kinds = [(item.key, item.kind) for item in found.instrument.items]
    assert kinds == [("w", "single"), ("w_other", "text"), ("wide", "number")]
    assert [choice.key for choice in found.instrument.item("w").choices] == ["hub", "field", "other"]
    assert set(found.left) >= {"start", "deviceid", "username", "home", "photo", "total", "full_name", "mail", "x", "y"}
    assert "no list 'gone'" in said(found)
    assert "Welcome **all**" in found.instrument.notes["en"]
    text = lost(found)
    for words in ("the device", "where somebody was", "computed", "e-mail", "a person's name", "beside a choice"):
        assert words in text


def test_unbalanced_groups_are_told() -> None:
    found = form(("end_group",), ("text", "a", "A"), ("begin_group", "g", "G"), ("text", "b", "B"))
    assert "never begun" in said(found)
    assert "never ended" in said(found)
    assert [item.key for item in found.instrument.items] == ["a", "b"]


def test_headers() -> None:
    assert split_header("label::French (fr)") == ("label", "French (fr)")
    assert split_header("Label:fr") == ("label", "fr")
    assert split_header("media::image::French (fr)") == ("media::image", "French (fr)")
    assert split_header("bind::relevant") == ("bind::relevant", "")
    assert [code_of_language(words) for words in ("Español (es)", "Arabic", "pt-BR", "Klingon", "العربية")] == [
        "es",
        "ar",
        "pt-BR",
        "",
        "ar",
    ]


def test_formulas_are_read_as_saved_values_and_told() -> None:
    found = form(("text", "a", "A"), ("text", "b", "=1+1"))
    assert "holds formulas" in said(found)
    assert found.instrument.item("b").text["en"] == "b"


def archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"type,name\ntext,a\n", "no XLSX workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "old Excel"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged"),
        (archive({"a.txt": b"x"}), "no XLSX workbook"),
        (archive({"[Content_Types].xml": b"<x/>", "xl/big.bin": b"\x00" * 20_000_000}), "zip bomb"),
        (archive({"[Content_Types].xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "declares entities"),
        (workbook(answers=[("a", "b"), (1, 2)]), "no sheet called survey"),
        (workbook(survey=[("name", "label"), ("a", "A")]), "no column called type"),
        (workbook(survey=[HEAD]), "no row below"),
        (workbook(survey=[HEAD, ("note", "n", "Hello")]), "no question"),
    ],
)
def test_what_is_no_form_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        read_xlsform_survey(data, name="a.xlsx")
    assert refused.value.problems[0].file == "a.xlsx"


def test_truncated_and_too_large_forms_are_refused() -> None:
    data = workbook(survey=[HEAD, ("text", "a", "A" * 500)])
    with pytest.raises(InputError, match="damaged"):
        read_xlsform_survey(data[: len(data) // 2], name="a.xlsx")
    with pytest.raises(InputError, match="too large"):
        read_xlsform_survey(data, limits=Limits(sheet_cells=5))
    with pytest.raises(InputError, match="at most 100"):
        read_xlsform_survey(data, limits=Limits(field_characters=100))


# The real file.


def test_real_form_with_accents(shared: Path) -> None:
    found = read_xlsform_survey(shared / "samples/xlsform_kobo_sample_accent.xlsx", language="fr")
    item = found.instrument.items[0]
    assert (item.key, item.kind, item.text) == ("words_with_accents", "multiple", {"fr": "french words with accents"})
    assert [(choice.key, choice.text["fr"]) for choice in item.choices] == [
        ("pere", "père"),
        ("te", "té"),
        ("tete", "tête"),
    ]
    assert [column.choice for column in found.columns] == ["père", "té", "tête"]
    assert found.columns[0].names == ("words_with_accents/père",)
    assert "the sheet licence" in lost(found)
