"""Qualtrics: surveys and answers moved in, on real files and on small ones made here."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from tests.core.formats.qualtrics_exports import (
    AGREE,
    IDS,
    QUESTIONS,
    ROW,
    ask,
    choose,
    codes,
    displays,
    export,
    said,
    survey,
    valid,
)

from headwater.formats import write_xlsx
from headwater.formats.qualtrics import read_qualtrics_answers, read_qualtrics_survey
from headwater.instruments import moment_plan
from headwater.org import number_units
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING, SCORE_ONE


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
