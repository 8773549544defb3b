"""Surveys and exports in Qualtrics' form, made by hand for tests."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from headwater.formats.moving import MovedAnswers, SurveyImport
from headwater.instruments import load_instrument, to_yaml

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
