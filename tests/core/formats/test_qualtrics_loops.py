"""Loop and merge, and side-by-side questions under the headings of older exports."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from headwater.formats.qualtrics import read_qualtrics_answers, read_qualtrics_survey

from .qualtrics_exports import ask, choose, displays, shown_if, survey

FRUIT = {"1": "Apple", "2": "Pear"}


def looped(options: dict[str, Any]) -> bytes:
    made = json.loads(
        survey(
            choose(1, "Which fruit?", FRUIT, "MAVR"),
            choose(2, "How good is ${lm://Field/1}?", {"1": "Bad", "2": "Neutral", "3": "Good"}),
            choose(
                3,
                "Why?",
                {"1": "Taste", "2": "Price"},
                DisplayLogic=shown_if(("q://QID2/SelectableChoice/3", "Selected", "")),
            ),
            ask(4, "TE", "More", Selector="SL"),
            flow=[{"Type": "Block", "ID": "BL_A", "FlowID": "FL_2"}, {"Type": "Block", "ID": "BL_B", "FlowID": "FL_3"}],
        )
    )
    first = {"Type": "Default", "ID": "BL_A", "BlockElements": [{"Type": "Question", "QuestionID": "QID1"}]}
    again = [{"Type": "Question", "QuestionID": f"QID{number}"} for number in (2, 3, 4)]
    second = {"Type": "Standard", "ID": "BL_B", "Description": "Again", "BlockElements": again, "Options": options}
    for element in made["SurveyElements"]:
        if element["Element"] == "BL":
            element["Payload"] = [first, second]
    return json.dumps(made).encode()


def exported(ids: list[str], rows: list[list[str]], tags: list[str] | None = None) -> bytes:
    buffer = io.StringIO()
    head = [ident.replace("QID", "Q") for ident in ids]
    csv.writer(buffer).writerows([tags or head, head, [json.dumps({"ImportId": ident}) for ident in ids], *rows])
    return buffer.getvalue().encode()


OVER_CHOICES = {
    "Looping": "Question",
    "LoopingOptions": {"Locator": "q://QID1/ChoiceGroup/SelectedChoices", "QID": "QID1", "Static": {"1": [], "2": []}},
}


def test_every_turn_of_a_loop_has_items_and_answers_of_its_own() -> None:
    moved = read_qualtrics_survey(looped(OVER_CHOICES), name="loop.qsf")
    words = {item.key: (item.text["en"], item.shown_if) for item in moved.instrument.items}
    assert words["q1_q2"][0] == "How good is Apple?"
    assert words["q2_q3"] == ("Why? (Pear)", "q2_q2 == 3")
    assert any("chosen answers only" in loss.what for loss in moved.losses)
    ids = [
        "_recordId",
        "QID1",
        *(f"{turn}_QID{number}" for turn in (1, 2) for number in ("2", "3", "4_TEXT")),
        "3_QID2",
    ]
    rows = [[f"R{place}", "1,2", "1", "2", "dear", "3", "1", "good", "1"] for place in range(6)]
    answers = read_qualtrics_answers(exported(ids, rows), survey=moved, name="loop.csv")
    assert not answers.errors
    (table,) = answers.tables.values()
    assert (table.items["q1_q2"].tolist(), table.items["q2_q2"].tolist()) == ([1] * 6, [3] * 6)
    assert set(table.comments) == {"q1_q4", "q2_q4"}
    assert any(loss.what == "the column 3_Q2" and "turn of a loop" in loss.why for loss in answers.losses)


def test_turns_come_from_a_list_and_older_headings_say_the_turn_last() -> None:
    fields = {
        "Looping": "Static",
        "LoopingOptions": {"Static": {"1": {"1": "Bus"}, "2": {"1": "Train"}}, "Randomization": "All"},
    }
    moved = read_qualtrics_survey(looped(fields), name="loop.qsf")
    assert [item.text["en"] for item in moved.instrument.items if item.key.endswith("q2")] == [
        "How good is Bus?",
        "How good is Train?",
    ]
    assert any("random order" in loss.what for loss in moved.losses)
    tags = ["V1", "V8", "Q1_1", "Q1_2", "Q2(1)", "Q2(2)"]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([tags, ["ResponseID", "StartDate", *tags[2:]], *[["R", "", "1", "", "1", "3"]]])
    (table,) = read_qualtrics_answers(buffer.getvalue().encode(), survey=moved, name="old.csv").tables.values()
    assert (table.items["q1_q2"].tolist(), table.items["q2_q2"].tolist()) == ([1], [3])


def test_a_loop_without_turns_or_switched_off_is_asked_once() -> None:
    unknown = read_qualtrics_survey(looped({"Looping": "Static", "LoopingOptions": {}}), name="loop.qsf")
    assert [item.key for item in unknown.instrument.items] == ["q1", "q2", "q3", "q4"]
    assert any("asked once" in loss.why for loss in unknown.losses)
    off = read_qualtrics_survey(looped({**OVER_CHOICES, "Looping": "None"}), name="loop.qsf")
    assert len(off.instrument.items) == 4
    assert not any("loop" in loss.what for loss in off.losses)


def side(number: int, column: int, selector: str = "Likert", sub: str = "SingleAnswer", **more: Any) -> dict[str, Any]:
    return {
        "QuestionText": f"Column {column}",
        "Choices": displays({"1": "First", "2": "Second"}),
        "Answers": displays({"1": "Low", "2": "High"}),
        "QuestionType": "Matrix",
        "Selector": selector,
        "SubSelector": sub,
        "DataExportTag": f"Q{number}#{column}",
        "QuestionID": f"QID{number}#{column}",
        "ChoiceDataExportTags": False,
        **more,
    }


def test_side_by_side_questions_are_found_under_each_heading_of_older_exports() -> None:
    named = {"1": "one", "2": "two"}
    asked = [
        [side(1, 1), side(1, 2, "TE", "Short"), side(1, 3, sub="MultipleAnswer")],
        [side(2, 1, ChoiceDataExportTags=named), side(2, 2, RecodeValues={"1": "10", "2": "12"})],
    ]
    data = survey(
        *(
            ask(number, "SBS", "Please say", Selector="SBSMatrix", Choices=displays({"1": "First", "2": "Second"}),
                AdditionalQuestions={str(place): column for place, column in enumerate(columns, start=1)})
            for number, columns in enumerate(asked, start=1)
        )
    )  # fmt: skip
    tags = ["V1", "V8", "Q1_1: 1", "Q1_2: 1", "Q1_1: 2_1_TEXT", "Q1_2: 2_2_TEXT", "Q1_1: 3_1", "Q1_1: 3_2"]
    tags += ["one: 1", "two: 1", "Q2#2_1", "Q2#2_2"]
    row = ["R", "", "1", "2", "so", "said", "1", "", "2", "1", "10", "12"]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([tags, ["ResponseID", "StartDate", *tags[2:]], row])
    answers = read_qualtrics_answers(buffer.getvalue().encode(), survey=data, name="old.csv")
    (table,) = answers.tables.values()
    codes = {key: values.tolist() for key, values in table.items.items()}
    assert (codes["q1_1_1"], codes["q1_1_2"], codes["q2_1_one"], codes["q2_1_two"]) == ([1], [2], [2], [1])
    assert (codes["q2_2_1"], codes["q2_2_2"]) == ([1], [2])
    assert (codes["q1_3_1_low"], codes["q1_3_1_high"]) == ([1], [0])
    assert table.comments == {"q1_2_1_1": (("everyone", "so"),), "q1_2_2_2": (("everyone", "said"),)}
