"""Qualtrics: surveys and answers moved in, on real files and on small ones made here."""

from __future__ import annotations

import copy
import csv
import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headwater.formats import write_xlsx
from headwater.formats.limits import Limits
from headwater.formats.moving import MovedAnswers, SurveyImport
from headwater.formats.moving.words import plain
from headwater.formats.qualtrics import read_qualtrics_answers, read_qualtrics_survey
from headwater.instruments import load_instrument, moment_plan, to_yaml
from headwater.org import number_units
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING, SCORE_ONE

OFF = {"Settings": {"ForceResponse": "OFF", "Type": "None"}}
AGREE = {"1": "Disagree", "2": "Neither", "3": "Agree"}


def displays(words: dict[str, str]) -> dict[str, Any]:
    return {key: {"Display": text} for key, text in words.items()}


def ask(number: int, kind: str, text: str, **more: Any) -> dict[str, Any]:
    payload = {
        "QuestionID": f"QID{number}",
        "DataExportTag": f"Q{number}",
        "QuestionType": kind,
        "QuestionText": text,
        "Validation": OFF,
        "Language": [],
        **more,
    }
    return {"Element": "SQ", "PrimaryAttribute": f"QID{number}", "Payload": payload}


def choose(number: int, text: str, choices: dict[str, str], selector: str = "SAVR", **more: Any) -> dict[str, Any]:
    return ask(number, "MC", text, Selector=selector, Choices=displays(choices), ChoiceOrder=list(choices), **more)


def rate(number: int, text: str, rows: dict[str, str], columns: dict[str, str], **more: Any) -> dict[str, Any]:
    settings = {"Selector": "Likert", "SubSelector": "SingleAnswer", "AnswerOrder": list(columns), **more}
    return ask(number, "Matrix", text, Choices=displays(rows), Answers=displays(columns), **settings)


def shown_if(*expressions: tuple[str, str, str]) -> dict[str, Any]:
    group: dict[str, Any] = {"Type": "If"}
    for place, (operand, operator, conjunction) in enumerate(expressions):
        expression = {"LogicType": "Question", "LeftOperand": operand, "Operator": operator, "Type": "Expression"}
        group[str(place)] = {**expression, **({"Conjuction": conjunction} if place else {})}
    return {"0": group, "Type": "BooleanExpression"}


def survey(
    *questions: dict[str, Any], flow: list[Any] | None = None, trash: tuple[int, ...] = (), **entry: Any
) -> bytes:
    ids = [question["PrimaryAttribute"] for question in questions]
    used = [{"Type": "Question", "QuestionID": one} for one in ids if int(one[3:]) not in trash]
    unused = [{"Type": "Question", "QuestionID": f"QID{number}"} for number in trash]
    blocks = [
        {"Type": "Default", "Description": "All", "ID": "BL_1", "BlockElements": used},
        {"Type": "Trash", "Description": "Trash", "ID": "BL_2", "BlockElements": unused},
    ]
    elements: list[Any] = [
        {"Element": "BL", "Payload": blocks},
        {"Element": "FL", "Payload": {"Flow": flow or [{"Type": "Block", "ID": "BL_1", "FlowID": "FL_2"}]}},
        *questions,
    ]
    head = {"SurveyID": "SV_1", "SurveyName": "Team check", "SurveyLanguage": "EN", **entry}
    return json.dumps({"SurveyEntry": head, "SurveyElements": elements}).encode()


def export(ids: list[str], *rows: list[str], tags: list[str] | None = None) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(tags or [one.replace("QID", "Q") for one in ids])
    writer.writerow([f"words of {one}" for one in ids])
    writer.writerow([json.dumps({"ImportId": one}, separators=(",", ":")) for one in ids])
    writer.writerows(rows)
    return text.getvalue().encode()


def codes(answers: MovedAnswers, key: str, wave: str = "1") -> list[int]:
    return [int(code) for code in answers.tables[wave].items[key]]


def said(moved: SurveyImport | MovedAnswers) -> str:
    return "\n".join(map(str, moved.losses))


def valid(moved: SurveyImport, tmp_path: Path) -> SurveyImport:
    path = tmp_path / "moved.yaml"
    path.write_text(to_yaml(moved.instrument), encoding="utf-8")
    assert load_instrument(path) == moved.instrument
    assert set(moved.original) == {item.key for item in moved.instrument.items}
    return moved


def test_no_basis_survey_keeps_scales_and_sets_no_basis_apart(shared: Path, tmp_path: Path) -> None:
    moved = valid(read_qualtrics_survey(shared / "samples/qualtrics_no_basis.qsf"), tmp_path)
    items = {item.key: item for item in moved.instrument.items}
    kinds = [item.kind for item in moved.instrument.items]
    assert (kinds.count("scale"), kinds.count("multiple"), len(kinds)) == (9, 7, 16)
    assert items["q3_2"].text["en"] == "Indicate how you feel about the following vegetables: Cucumbers"
    scales = moved.instrument.response_scales
    scale = scales[items["q3_1"].response_scale]
    assert (scale.low, scale.high, scale.labels["en"]) == (1, 3, ("Like", "Neither like nor dislike", "Dislike"))
    assert scale.may_skip == {"en": "No Opinion"}
    assert scales[items["q4_1"].response_scale].may_skip == {"en": "No Opinion / Never tried it"}
    assert scales[items["q1"].response_scale].may_skip == {"en": "No opinion"}
    assert "which answers are favourable" in said(moved)
    assert moved.original["q3_2"] == "QID3_2"
    assert len(moment_plan([moved.instrument]).items) == 9


def test_no_basis_answers_give_the_means_counted_by_hand(shared: Path) -> None:
    samples = shared / "samples"
    answers = read_qualtrics_answers(
        samples / "qualtrics_no_basis_legacy3hdr.csv", samples / "qualtrics_no_basis.qsf"
    ).require()
    table = answers.tables["1"]
    assert (answers.rows_read, answers.rows_kept, len(table)) == (15, 15, 15)
    by_hand = {
        "q1": (30, 13), "q3_1": (21, 10), "q3_2": (25, 11), "q3_3": (26, 11), "q3_4": (24, 11),
        "q4_1": (21, 9), "q4_2": (16, 8), "q4_3": (14, 8), "q4_4": (18, 8),
    }  # fmt: skip
    for key, (total, count) in by_hand.items():
        given = table.items[key][table.items[key] != ITEM_MISSING].astype(int)
        assert (int(given.sum()), len(given)) == (total, count), key
    assert sum(codes(answers, "q2_squash_are_great")) == 9
    assert sum(codes(answers, "q2_no_basis_for_evaluation")) == 10
    assert sum(codes(answers, "q5_1_did_not_participate")) == 7
    dropped = said(answers)
    for column in ("IPAddress", "LocationLatitude", "RecipientEmail", "RecipientLastName", "StartDate", "ResponseID"):
        assert f"the column {column}" in dropped
    assert any("nothing but 15 generated test responses" in problem.message for problem in answers.problems)


def test_without_its_survey_negative_codes_stay_out_and_the_guess_is_named(shared: Path) -> None:
    answers = read_qualtrics_answers(shared / "samples/qualtrics_no_basis_legacy3hdr.csv")
    given = answers.tables["1"].items["q1"]
    assert int(given[given != ITEM_MISSING].astype(int).sum()) == 30
    assert any("survey is not given" in problem.message for problem in answers.problems)
    assert any("the codes -2, -1" in problem.message for problem in answers.problems)


def test_better_sample_leaves_trash_out_and_lists_notes_and_logic(shared: Path, tmp_path: Path) -> None:
    moved = valid(read_qualtrics_survey(shared / "samples/qualtrics_better_sample.qsf"), tmp_path)
    keys = [item.key for item in moved.instrument.items]
    assert keys[:4] == ["q1_recent_q1_recent_1", "q1_recent_q1_recent_2", "q1_recent_q1_recent_3", "q2_favorite"]
    assert not any(key.startswith("q7") for key in keys)
    assert moved.instrument.item("q2_favorite").kind == "single"
    assert moved.instrument.item("q8").kind == "multiple"
    assert moved.instrument.item("q6_reservations_1_2").kind == "single"
    assert moved.original["q6_reservations_1_2"] == "QID6#1_2"
    assert moved.instrument.item("q6_reservations_1_2").text["en"].endswith("reservations in eating this fruit? Kiwi")
    lost = said(moved)
    assert "Q7: an unused question in the trash" in lost
    assert "This is a note, and it belongs here" in lost
    assert "q2_favorite: skip logic" in lost
    assert "q1_recent: conditions on single answers" in lost


def test_german_header_words_and_private_columns(shared: Path) -> None:
    answers = read_qualtrics_answers(shared / "samples/qualtrics_3hdr_sample.csv")
    table = answers.tables["1"]
    assert codes(answers, "q1") == [2]
    assert table.comments["q2"] == (("everyone", "Hello World!"),)
    assert sum("the column" in str(loss) for loss in answers.losses) == 18
    text = repr(answers.tables)
    assert "130.92" not in text
    assert "47.1150" not in text
    assert "R_2YPOQ602ER1jkf1" not in text


def content(kind: str) -> dict[str, Any]:
    return {"Settings": {"Type": "ContentType", "ContentType": kind}}


QUESTIONS = (
    choose(1, "How often?", {"1": "Never", "2": "Sometimes", "3": "Always"}),
    choose(2, "Which colour?", {"1": "Red", "2": "Blue, dark", "5": "Green"}),
    choose(3, "Which of these?", {"1": "Red", "2": "Blue, dark", "5": "Other"}, "MAVR"),
    choose(4, "Recommend?", {str(code): str(code) for code in range(11)}, "NPS"),
    ask(5, "TE", "Why?", Selector="ML"),
    ask(6, "TE", "How many years?", Selector="SL", Validation=content("ValidNumber")),
    ask(7, "Slider", "Warmth", Selector="HSLIDER", Choices=displays({"1": "Warm", "2": "Cold"}),
        Configuration={"CSSliderMin": 0, "CSSliderMax": 10, "NumDecimals": "0"}),
    ask(8, "Slider", "Share", Selector="HBAR", Choices=displays({"1": "Share"}),
        Configuration={"CSSliderMin": 0, "CSSliderMax": 100}),
    ask(9, "RO", "Rank", Selector="DND", Choices=displays({"1": "A", "2": "B", "3": "C"})),
    rate(10, "We", {"1": "listen", "2": "decide"}, {"1": "Disagree", "2": "Neither", "3": "Agree", "4": "Don't know"}),
    ask(11, "DB", "Please <b>read</b> this.", Selector="TB"),
    ask(12, "Timing", "Timing", Selector="PageTimer"),
    ask(13, "TE", "Your e-mail?", Selector="SL", Validation=content("ValidEmail")),
    ask(14, "HotSpot", "Click", Selector="OnOff"),
)  # fmt: skip
IDS = ["_recordId", "status", "finished", "QID1", "QID2", "QID3", "QID4", "QID4_NPS_GROUP", "QID5_TEXT", "QID6_TEXT",
       "QID7_1", "QID7_2", "QID8_1", "QID9_1", "QID9_2", "QID9_3", "QID10_1", "QID10_2",
        "QID13_TEXT", "Depot"]  # fmt: skip
ROW = ["R_1", "0", "1", "3", "5", "1,5", "10", "3", "Good, on the whole", "4.5",
       "0", "10", "33", "2", "1", "3", "3", "4", "a@b.org", "North"]  # fmt: skip


def test_every_kind_of_question_becomes_an_item(tmp_path: Path) -> None:
    moved = valid(read_qualtrics_survey(survey(*QUESTIONS)), tmp_path)
    kinds = {item.key: item.kind for item in moved.instrument.items}
    assert kinds == {
        "q1": "scale", "q2": "single", "q3": "multiple", "q4": "recommend", "q5": "text", "q6": "number",
        "q7_1": "scale", "q7_2": "scale", "q8": "number", "q9": "ranking", "q10_1": "scale", "q10_2": "scale",
        "q13": "text",
    }  # fmt: skip
    recommend = moved.instrument.response_scales[moved.instrument.item("q4").response_scale]
    assert (recommend.favourable_from, recommend.unfavourable_to) == (9, 6)
    assert moved.instrument.notes == {"en": "Please read this."}
    lost = said(moved)
    assert "It records how long a page was open" in lost
    assert "Q14: a question with a hot spot" in lost
    assert "Q13: answers to a question that asks for an e-mail address" in lost


def test_numeric_answers_of_every_kind() -> None:
    answers = read_qualtrics_answers(export(IDS, ROW), survey(*QUESTIONS), {"cuts": {"depot": "Depot"}}).require()
    table = answers.tables["1"]
    given = {key: int(values[0]) for key, values in table.items.items()}
    assert given == {
        "q1": 3, "q2": 3, "q3_red": 1, "q3_blue_dark": 0, "q3_other": 1, "q4": 10, "q7_1": 0, "q7_2": 10,
        "q9_a": 2, "q9_b": 1, "q9_c": 3, "q10_1": 3, "q10_2": ITEM_MISSING,
    }  # fmt: skip
    assert int(table.scores["q6"][0]) == SCORE_ONE * 9 // 2
    assert int(table.scores["q8"][0]) == SCORE_ONE * 33
    assert table.comments == {"q5": (("everyone", "Good, on the whole"),)}
    assert table.cuts["depot"][1] == ("North",)
    assert "a@b.org" not in repr(table)
    assert "Q13_TEXT. It is not read: it holds an e-mail address" in said(answers)


def test_answers_in_words_give_the_same_codes() -> None:
    words = list(ROW)
    words[3:6] = ["Always", "Green", "Red,Other"]
    words[16:18] = ["Agree", "Don’t know"]
    numbers = read_qualtrics_answers(export(IDS, ROW), survey(*QUESTIONS)).tables["1"]
    written = read_qualtrics_answers(export(IDS, words), survey(*QUESTIONS)).tables["1"]
    assert all((numbers.items[key] == written.items[key]).all() for key in numbers.items if key != "q10_2")
    words[17] = "Don't know"
    both = read_qualtrics_answers(export(IDS, words), survey(*QUESTIONS)).require()
    assert codes(both, "q10_2") == [ITEM_MISSING]
    words[5] = "Blue, dark,Red"
    assert codes(read_qualtrics_answers(export(IDS, words), survey(*QUESTIONS)), "q3_blue_dark") == [1]


def test_answers_that_may_be_codes_or_words_are_refused_until_told() -> None:
    made = survey(choose(1, "How much?", {"1": "5", "2": "4", "3": "3", "4": "2", "5": "1"}))
    table = export(["_recordId", "QID1"], ["R_1", "1"], ["R_2", "5"])
    with pytest.raises(InputError, match="may be codes or words"):
        read_qualtrics_answers(table, made)
    assert codes(read_qualtrics_answers(table, made, values="codes"), "q1") == [1, 5]
    assert codes(read_qualtrics_answers(table, made, values="labels"), "q1") == [5, 1]


def test_answers_outside_the_survey_are_errors_by_row() -> None:
    answers = read_qualtrics_answers(
        export(["_recordId", "QID1"], ["R_1", "7"], ["R_2", "2"], ["R_2", "3"]), survey(*QUESTIONS[:1])
    )
    problems = {(problem.row, problem.column): problem.message for problem in answers.errors}
    assert "'7' is no answer that the survey offers for q1" in problems[4, "Q1"]
    assert "given already in row 5" in problems[6, "_recordId"]
    assert (answers.rows_kept, codes(answers, "q1")) == (1, [2])
    with pytest.raises(InputError):
        answers.require()


def test_previews_and_spam_are_left_out_and_counted() -> None:
    rows = [
        ["R_1", "IP Address", "1", "1"],
        ["R_2", "Survey Preview", "1", "2"],
        ["R_3", "8", "1", "3"],
        ["R_4", "0", "0", "3"],
    ]
    answers = read_qualtrics_answers(export(["_recordId", "status", "finished", "QID1"], *rows), survey(*QUESTIONS[:1]))
    assert codes(answers, "q1") == [1, 3]
    messages = " ".join(problem.message for problem in answers.problems)
    assert "1 previews" in messages
    assert "1 responses are unfinished" in messages


def test_embedded_data_is_offered_and_becomes_unit_and_cut() -> None:
    tree = number_units(["co", "n", "s"], ["", "co", "co"], ["Company", "North", "South"])
    ids = ["_recordId", "QID1", "Depot", "Grade", "Work email"]
    table = export(ids, ["R_1", "1", "North", "A", "x@y.z"], ["R_2", "3", "South", "B", "z@y.z"])
    made = survey(*QUESTIONS[:1])
    assert read_qualtrics_answers(table, made).offered == ("Depot", "Grade")
    answers = read_qualtrics_answers(table, made, {"unit": "Depot", "cuts": {"grade": "Grade"}}, tree).require()
    assert answers.tables["1"].unit_ids == ("n", "s")
    assert answers.tables["1"].cuts["grade"][1] == ("A", "B")
    assert "Work email. It seems to name a person" in said(answers)
    assert read_qualtrics_answers(table, made, None, tree).tables["1"].unit_ids == ("co",)
    with pytest.raises(InputError, match="no column 'Depott'"):
        read_qualtrics_answers(table, made, {"unit": "Depott"})


def test_legacy_two_header_rows_and_equal_column_names() -> None:
    rows = displays({"1": "Tea", "2": "Milk"})
    side = ask(
        2, "SBS", "Each", Selector="SBSMatrix", Choices=rows,
        AdditionalQuestions={
            "1": {"QuestionID": "QID2#1", "DataExportTag": "Q2#1", "QuestionText": "How good?", "Selector": "Likert",
                  "SubSelector": "SingleAnswer", "Answers": displays(AGREE), "Choices": rows},
            "2": {"QuestionID": "QID2#2", "DataExportTag": "Q2#2", "QuestionText": "Say why", "Selector": "TE",
                  "Answers": displays({"1": "Now", "2": "Then"}), "Choices": rows},
        },
    )  # fmt: skip
    made = survey(*QUESTIONS[:1], side)
    legacy = (
        "V1,V2,V3,V6,Q1,Q2#1_1,Q2#1_2,LocationLatitude,\n"
        "ResponseID,ResponseSet,Name,IPAddress,How often?,Each-Tea,Each-Milk,LocationLatitude,\n"
        "R_1,Default,Ann Smith,1.2.3.4,2,1,3,42.4,\n"
    )
    answers = read_qualtrics_answers(legacy.encode(), made)
    assert {key: int(values[0]) for key, values in answers.tables["1"].items.items()} == {
        "q1": 2,
        "q2_1_1": 1,
        "q2_1_2": 3,
    }
    assert "Ann" not in repr(answers.tables)
    assert "the column V3. It names a person" in said(answers)
    twice = export(
        ["responseId", "QID2#2-1-1-TEXT", "QID2#2-1-2-TEXT"],
        ["R_1", "now", "then"],
        tags=["ResponseID", "Q2#2_1", "Q2#2_1"],
    )
    said_words = read_qualtrics_answers(twice, made).tables
    assert said_words == {}
    full = export(
        ["responseId", "QID1", "QID2#2-1-1-TEXT", "QID2#2-1-2-TEXT"], ["R_1", "1", "now", "then"],
        tags=["ResponseID", "Q1", "Q2#2_1", "Q2#2_1"],
    )  # fmt: skip
    comments = read_qualtrics_answers(full, made).tables["1"].comments
    assert (comments["q2_2_1_1"], comments["q2_2_1_2"]) == ((("everyone", "now"),), (("everyone", "then"),))


def test_multiple_answers_in_columns_of_their_own() -> None:
    ids = ["_recordId", "QID3_1", "QID3_2", "QID3_5"]
    made = survey(QUESTIONS[2])
    answers = read_qualtrics_answers(
        export(ids, ["R_1", "1", "", "5"], ["R_2", "", "", ""], ["R_3", "", "2", ""]), made
    )
    assert answers.rows_kept == 2
    assert (codes(answers, "q3_red"), codes(answers, "q3_blue_dark"), codes(answers, "q3_other")) == (
        [1, 0],
        [0, 1],
        [1, 0],
    )


def test_zip_and_workbook_exports_are_read(tmp_path: Path) -> None:
    made, table = survey(*QUESTIONS[:1]), export(["_recordId", "QID1"], ["R_1", "2"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Team check.csv", table)
    assert codes(read_qualtrics_answers(packed.getvalue(), made), "q1") == [2]
    rows = list(csv.reader(io.StringIO(table.decode())))
    write_xlsx(tmp_path / "export.xlsx", rows[0], rows[1:])
    assert codes(read_qualtrics_answers(tmp_path / "export.xlsx", made), "q1") == [2]


def test_languages_are_kept_where_half_is_translated(tmp_path: Path) -> None:
    spanish = {
        "QuestionText": "¿Con qué frecuencia?",
        "Choices": displays({"1": "Nunca", "2": "A veces", "3": "Siempre"}),
    }
    first = choose(
        1,
        "How often?",
        {"1": "Never", "2": "Sometimes", "3": "Always"},
        Language={"ES-ES": spanish, "FR": {"QuestionText": ""}},
    )
    moved = valid(read_qualtrics_survey(survey(first, QUESTIONS[4])), tmp_path)
    instrument = moved.instrument
    assert instrument.languages == ("en", "es-ES")
    assert instrument.unreviewed == ("es-ES",)
    assert instrument.item("q1").text["es-ES"] == "¿Con qué frecuencia?"
    assert instrument.response_scales["q1_scale"].labels["es-ES"] == ("Nunca", "A veces", "Siempre")
    assert "texts without a translation into es-ES" in said(moved)
    assert "the translation into fr" in said(moved)
    assert codes(read_qualtrics_answers(export(["_recordId", "QID1"], ["R_1", "A veces"]), moved), "q1") == [2]


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
    assert "0 is 1, 50 is 2, 100 is 3" in said(moved)
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
