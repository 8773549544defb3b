"""Qualtrics: logic, guesses, hostile and damaged files."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.core.formats.qualtrics_exports import (
    AGREE,
    QUESTIONS,
    ask,
    choose,
    export,
    rate,
    said,
    shown_if,
    survey,
    valid,
)

from headwater.formats.limits import Limits
from headwater.formats.moving.words import plain
from headwater.formats.qualtrics import read_qualtrics_answers, read_qualtrics_survey
from headwater.instruments import to_yaml
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING


def test_display_logic_becomes_shown_if_or_a_loss(tmp_path: Path) -> None:
    logic = {
        5: shown_if(("q://QID1/SelectableChoice/3", "Selected", "")),
        20: shown_if(
            ("q://QID1/SelectableChoice/3", "Selected", ""), ("q://QID1/SelectableChoice/2", "Selected", "Or")
        ),
        21: shown_if(("q://QID10/SelectableChoice/1/3", "NotSelected", "")),
        22: shown_if(("q://QID10/SelectableChoice/1/4", "Selected", "")),
        23: shown_if(("q://QID3/SelectableChoice/1", "Selected", "")),
        24: shown_if(("e://Field/Depot", "EqualTo", "")),
    }
    forced = {"Settings": {"ForceResponse": "ON", "Type": "None"}}
    asked = [
        ask(number, "TE", f"Text {number}", Selector="SL", DisplayLogic=found, Validation=forced)
        for number, found in logic.items()
    ]
    moved = valid(read_qualtrics_survey(survey(QUESTIONS[0], QUESTIONS[2], QUESTIONS[9], *asked)), tmp_path)
    items = {item.key: item for item in moved.instrument.items}
    assert items["q5"].shown_if == "q1 == 3"
    assert not items["q5"].required
    assert items["q20"].shown_if == "q1 == 3 or q1 == 2"
    assert items["q21"].shown_if == "q10_1 != 3"
    assert (items["q22"].shown_if, items["q23"].shown_if, items["q24"].shown_if) == ("", "", "")
    assert items["q22"].required
    lost = said(moved)
    assert "kept as not answered" in lost
    assert "no single code" in lost
    assert "never holds; in Qualtrics" in lost
    assert "that an answer is required" in lost


def test_branches_of_the_flow_are_conditions_too(tmp_path: Path) -> None:
    branch = {
        "Type": "Branch",
        "FlowID": "FL_9",
        "BranchLogic": shown_if(("q://QID1/SelectableChoice/1", "Selected", "")),
        "Flow": [{"Type": "Standard", "ID": "BL_3", "FlowID": "FL_10"}],
    }
    data = json.loads(survey(*QUESTIONS[:1], QUESTIONS[4], trash=(5,)))
    data["SurveyElements"][0]["Payload"][1]["Type"] = "Standard"
    data["SurveyElements"][0]["Payload"][1]["ID"] = "BL_3"
    data["SurveyElements"][1]["Payload"]["Flow"] += [branch, {"Type": "WebService", "FlowID": "FL_11"}]
    moved = valid(read_qualtrics_survey(json.dumps(data).encode()), tmp_path)
    assert moved.instrument.item("q5").shown_if == "q1 == 1"
    assert "FL_11: the flow element WebService" in said(moved)


def test_codes_out_of_order_make_a_choice_and_uneven_codes_are_counted(tmp_path: Path) -> None:
    shuffled = rate(1, "A", {"1": "x"}, {"3": "Low", "1": "Middle", "2": "High"})
    uneven = rate(2, "B", {"1": "x"}, AGREE, RecodeValues={"1": "0", "2": "50", "3": "100"})
    falling = rate(3, "C", {"1": "x"}, AGREE, RecodeValues={"1": "3", "2": "2", "3": "1"})
    middle = rate(4, "D", {"1": "x"}, {"1": "Disagree", "2": "No opinion", "3": "Agree"})
    bipolar = rate(5, "E", {"1": "x"}, AGREE, RecodeValues={"1": "-1", "2": "0", "3": "1"})
    missing = rate(6, "F", {"1": "x"}, {**AGREE, "4": "Left blank"}, RecodeValues={"4": "99"})
    seldom = rate(7, "G", {"1": "x"}, {"1": "Never used", "2": "Sometimes", "3": "Often"})
    spanish = rate(8, "H", {"1": "x"}, {"1": "No se cumple", "2": "Se cumple", "3": "No sé"})
    asked = (shuffled, uneven, falling, middle, bipolar, missing, seldom, spanish)
    moved = valid(read_qualtrics_survey(survey(*asked)), tmp_path)
    scale = {item.key: moved.instrument.response_scales.get(item.response_scale) for item in moved.instrument.items}
    assert moved.instrument.item("q1_1").kind == "single"
    assert "the codes do not run in the order of the answers shown" in said(moved)
    assert "0 → 1, 50 → 2, 100 → 3" in said(moved)
    assert scale["q3_1"] is not None
    assert scale["q3_1"].labels["en"] == ("Agree", "Neither", "Disagree")
    assert scale["q4_1"] is not None
    assert scale["q4_1"].may_skip is None
    assert scale["q5_1"] is not None
    assert (scale["q5_1"].low, scale["q5_1"].high) == (-1, 1)
    assert scale["q7_1"] is not None
    assert scale["q7_1"].may_skip is None
    assert scale["q8_1"] is not None
    assert (scale["q8_1"].high, scale["q8_1"].may_skip) == (2, {"en": "No sé"})
    assert scale["q6_1"] is not None
    assert (scale["q6_1"].high, scale["q6_1"].may_skip) == (3, {"en": "Left blank"})
    ids = ["_recordId", "QID2_1", "QID3_1", "QID6_1"]
    answers = read_qualtrics_answers(export(ids, ["R_1", "100", "3", "99"]), moved)
    assert [int(answers.tables["1"].items[key][0]) for key in ("q2_1", "q3_1", "q6_1")] == [3, 3, ITEM_MISSING]


def test_a_person_decides_over_a_guess(tmp_path: Path) -> None:
    data = survey(QUESTIONS[0], QUESTIONS[1])
    moved = valid(read_qualtrics_survey(data, kinds={"Q1": "single", "QID2": "scale"}), tmp_path)
    assert [item.kind for item in moved.instrument.items] == ["single", "scale"]


def test_hostile_labels_become_plain_words(tmp_path: Path) -> None:
    evil = '<img src=x onerror=alert(1)>A<script>alert("x")</script> &lt;script&gt;b&lt;/script&gt;'
    evil += "<b>c</b>\u202e\x07 d <!-- e -->"
    assert plain(evil) == "A c d"
    assert plain("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"
    assert plain("<style>p{}</style>x<script") == "x"
    assert plain("&amp;lt;script&amp;gt;x") == "x"
    moved = valid(
        read_qualtrics_survey(survey(choose(1, evil, {"1": evil, "2": "=1+1"}), SurveyName="<script>x</script>")),
        tmp_path,
    )
    text = to_yaml(moved.instrument)
    assert "script" not in text
    assert "onerror" not in text
    assert moved.instrument.title == {"en": "Untitled"}
    long = "ab " * 2_000
    assert "end of a text longer" in said(read_qualtrics_survey(survey(choose(1, long, AGREE))))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"{", "breaks off"),
        (survey(*QUESTIONS)[:500], "breaks off"),
        (b"<?xml version='1.0'?><a/>", "breaks off or is damaged"),
        (b'{"pages": []}', "no Qualtrics survey"),
        (b"[1, 2]", "no Qualtrics survey"),
        (b'{"SurveyElements": []}', "holds no question"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"SurveyElements": [NaN]}', "NaN"),
        (b"\xff\xfe{\x00", "breaks off"),
        (b"\x81\x8d", "neither UTF-8"),
        (survey(ask(1, "HotSpot", "x")), "can be carried over"),
    ],
)
def test_bad_surveys_are_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_qualtrics_survey(data, name="survey.qsf")
    assert caught.value.problems[0].file == "survey.qsf"
    assert caught.value.problems[0].remedy


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "no Qualtrics export"),
        (b"PK\x03\x04broken", "damaged"),
        (export(["_recordId", "QID1"]), "no row below"),
        (export(["_recordId", "QID1"], ["R_1", "1", "2"]), "cells"),
    ],
)
def test_bad_exports_are_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_qualtrics_answers(data, survey(*QUESTIONS[:1]), name="export.csv")
    assert caught.value.problems[0].remedy


def test_row_numbers_are_those_of_the_file() -> None:
    with pytest.raises(InputError) as caught:
        read_qualtrics_answers(export(["_recordId", "QID1"], ["R_1", "1"], ["R_2", "1", "x"]), survey(*QUESTIONS[:1]))
    assert caught.value.problems[0].row == 5


def test_answers_of_another_survey_are_an_error() -> None:
    answers = read_qualtrics_answers(export(["_recordId", "QID99"], ["R_1", "1"]), survey(*QUESTIONS[:1]))
    assert any("1 of 1 questions have no column" in problem.message for problem in answers.errors)
    assert "No question of the survey has this column" in said(answers)


def test_many_responses_are_counted_right() -> None:
    rng = np.random.default_rng(5)
    drawn = rng.integers(1, 5, (2_000, 2))
    rows = [[f"R_{number}", *map(str, row)] for number, row in enumerate(drawn.tolist())]
    answers = read_qualtrics_answers(export(["_recordId", "QID10_1", "QID10_2"], *rows), survey(QUESTIONS[9])).require()
    expected = np.where(drawn == 4, ITEM_MISSING, drawn)
    kept = (drawn != 4).any(axis=1)
    assert (answers.tables["1"].items["q10_1"] == expected[kept, 0]).all()
    assert (answers.tables["1"].items["q10_2"] == expected[kept, 1]).all()


def test_columns_that_name_a_person_cannot_become_a_cut() -> None:
    table = export(["_recordId", "recipientEmail", "externalDataReference", "QID1"], ["R_1", "a@b.org", "Depot 3", "2"])
    made = survey(*QUESTIONS[:1])
    with pytest.raises(InputError, match="It names a person"):
        read_qualtrics_answers(table, made, {"cuts": {"mail": "recipientEmail"}})
    answers = read_qualtrics_answers(table, made, {"unit": "externalDataReference"})
    assert answers.tables["1"].unit_ids == ("Depot 3",)
    assert "externalDataReference" not in said(answers)


def test_files_that_are_too_large_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "large.qsf"
    path.write_bytes(survey(*QUESTIONS))
    with pytest.raises(InputError, match="more than"):
        read_qualtrics_survey(path, limits=Limits(file_bytes=100))
    with pytest.raises(InputError, match="no such file"):
        read_qualtrics_survey(tmp_path / "absent.qsf")
    with pytest.raises(InputError, match="a folder"):
        read_qualtrics_answers(tmp_path)


def test_statements_with_export_tags_of_their_own() -> None:
    tags = {"1": "hear", "2": "decide"}
    made = survey(rate(1, "We", {"1": "listen", "2": "decide"}, AGREE, ChoiceDataExportTags=tags))
    legacy = b"V1,V2,hear,decide\nResponseID,ResponseSet,We-listen,We-decide\nR_1,x,3,1\n"
    answers = read_qualtrics_answers(legacy, made).require()
    assert {key: int(values[0]) for key, values in answers.tables["1"].items.items()} == {"q1_hear": 3, "q1_decide": 1}


def test_damaged_surveys_are_read_or_refused_and_never_crash() -> None:
    rng = random.Random(7)
    junk = [None, [], {}, "", 0, 1e300, "x" * 50, True, ["a"], {"a": {"b": None}}, {"1": "word"}, [[1]]]
    whole = json.loads(survey(*QUESTIONS, flow=[{"Type": "Block", "ID": "BL_1"}, {"Type": "Group", "Flow": []}]))
    refused = 0
    for _ in range(200):
        broken = copy.deepcopy(whole)
        for _ in range(3):
            parent: Any = broken
            place: Any = rng.choice(list(parent))
            while isinstance(parent[place], dict | list) and parent[place] and rng.random() < 0.9:
                parent = parent[place]
                place = rng.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
            parent[place] = copy.deepcopy(rng.choice(junk))
        try:
            moved = read_qualtrics_survey(json.dumps(broken).encode())
        except InputError:
            refused += 1
        else:
            assert to_yaml(moved.instrument)
    assert refused < 150
