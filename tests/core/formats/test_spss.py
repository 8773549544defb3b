"""SPSS files: labels, missing values, multiple-response sets, real files, damage, and what is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.core.formats.spss_files import (
    AGREE,
    TURNED,
    answers,
    lost,
    said,
    sav,
    survey,
)

from headwater.formats.spss import read_spss_answers
from headwater.instruments import dump_instrument, load_instrument
from headwater.org import number_units
from headwater.vocab import InputError, Instrument
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE


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
