"""SurveyJS: questions, conditions, languages, answers, and what is hostile or no survey."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headwater.formats.moving import MovedAnswers, SurveyImport
from headwater.formats.moving.logic import Known, NotExpressibleError, express
from headwater.formats.moving.personal import personal
from headwater.formats.surveyjs import read_surveyjs_answers, read_surveyjs_survey
from headwater.instruments import dump_instrument, is_shown, load_instrument
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING, SCORE_ONE

RATING = {"type": "rating", "name": "pride", "title": "I am proud to work here"}


def survey(*elements: dict[str, Any], **named: Any) -> SurveyImport:
    settings = {"title": "Pulse", "pages": [{"name": "p1", "elements": list(elements)}], **named}
    return read_surveyjs_survey(json.dumps(settings).encode(), name="a.json")


def answers(found: SurveyImport, records: Any, mapping: Any = None, **named: Any) -> MovedAnswers:
    return read_surveyjs_answers(json.dumps(records).encode(), found, mapping, name="b.json", **named)


def lost(found: SurveyImport | MovedAnswers) -> str:
    return "\n".join(map(str, found.losses))


def test_every_kind_of_question() -> None:
    found = survey(
        RATING,
        {"type": "boolean", "name": "met", "title": "Did you meet?"},
        {"type": "radiogroup", "name": "site", "choices": ["Hub", {"value": 7, "text": "Field"}]},
        {"type": "dropdown", "name": "agree", "choices": ["Strongly disagree", "Disagree", "Agree", "Strongly agree"]},
        {"type": "checkbox", "name": "via", "choices": ["Phone", "Web"], "showNoneItem": True},
        {"type": "ranking", "name": "first", "choices": ["Pay", "Time", "Growth"]},
        {"type": "comment", "name": "why"},
        {"type": "text", "name": "years", "inputType": "number"},
        {"type": "text", "name": "since", "inputType": "date"},
        {"type": "multipletext", "name": "two", "items": [{"name": "good"}, {"name": "bad", "title": "What is bad"}]},
    )
    kinds = {item.key: item.kind for item in found.instrument.items}
    assert kinds == {
        "pride": "scale",
        "met": "scale",
        "site": "single",
        "agree": "scale",
        "via": "multiple",
        "first": "ranking",
        "why": "text",
        "years": "number",
        "since": "date",
        "two_good": "text",
        "two_bad": "text",
    }
    assert found.instrument.item("two_bad").text == {"en": "two: What is bad"}
    assert [choice.key for choice in found.instrument.item("via").choices] == ["phone", "web", "none"]
    assert found.original["two_bad"] == "two.bad"


def test_matrix_makes_an_item_a_row(tmp_path: Path) -> None:
    found = survey(
        {
            "type": "matrix",
            "name": "m",
            "title": "My leader",
            "columns": [
                {"value": 1, "text": "Never"},
                {"value": 2, "text": "Sometimes"},
                {"value": 3, "text": "Always"},
            ],
            "rows": [{"value": "r1", "text": "listens"}, "acts"],
            "isAllRowRequired": True,
        }
    )
    assert [(item.key, item.text["en"]) for item in found.instrument.items] == [
        ("m_r1", "My leader: listens"),
        ("m_acts", "My leader: acts"),
    ]
    assert all(item.required for item in found.instrument.items)
    assert len(found.instrument.response_scales) == 1
    table = answers(found, [{"m": {"r1": 3, "acts": 1}}, {"m": {"r1": 2}}]).require().tables["1"]
    assert table.items["m_r1"].tolist() == [3, 2]
    assert table.items["m_acts"].tolist() == [1, ITEM_MISSING]
    dump_instrument(found.instrument, tmp_path / "x.yaml")
    assert load_instrument(tmp_path / "x.yaml") == found.instrument


def test_rating_steps_and_ends() -> None:
    found = survey(
        {"type": "rating", "name": "a", "rateMin": 0, "rateMax": 10, "title": "Would you recommend us?"},
        {"type": "rating", "name": "b", "rateValues": [{"value": 1, "text": "Bad"}, 2, {"value": 3, "text": "Good"}]},
        {"type": "rating", "name": "c", "rateMax": 7, "minRateDescription": "Hard", "maxRateDescription": "Easy"},
    )
    scales = {item.key: found.instrument.response_scales[item.response_scale] for item in found.instrument.items}
    assert found.instrument.item("a").kind == "recommend"
    assert (scales["a"].low, scales["a"].high, scales["a"].favourable_from, scales["a"].unfavourable_to) == (
        0,
        10,
        9,
        6,
    )
    assert scales["b"].labels["en"] == ("Bad", "2", "Good")
    assert scales["c"].labels["en"] == ("1, Hard", "2", "3", "4", "5", "6", "7, Easy")


def test_conditions_hold_as_there() -> None:
    found = survey(
        {"type": "radiogroup", "name": "site", "choices": ["Hub", "Field"]},
        RATING,
        {"type": "comment", "name": "a", "visibleIf": "{site} = 'Field' and {pride} <= 2", "isRequired": True},
        {"type": "comment", "name": "b", "visibleIf": "{site} anyof ['Hub', 'Field']"},
        {"type": "panel", "name": "p", "visibleIf": "{pride} notempty", "elements": [{"type": "comment", "name": "c"}]},
        {"type": "comment", "name": "d", "visibleIf": "{pride} > 3 and ({site} = 'Hub' or {site} = 'Field')"},
        {"type": "comment", "name": "e", "visibleIf": "age({birth}) > 20"},
    )
    conditions = {item.key: item.shown_if for item in found.instrument.items}
    assert conditions["a"] == "site == 2 and pride <= 2"
    assert conditions["b"] == "site == 1 or site == 2"
    assert conditions["c"] == "pride >= 1"
    assert conditions["d"] == conditions["e"] == ""
    assert "mixes `and` with `or`" in lost(found)
    assert "age({birth}) > 20" in lost(found)
    assert "that an answer is required" in lost(found)
    item = found.instrument.item("a")
    assert is_shown(item, {"site": 2, "pride": 1})
    assert not is_shown(item, {"site": 1, "pride": 1})


KNOWN = {
    "s": Known("s", "single", {"x": 1, "y": 2, "10": 3}, 1, 3),
    "n": Known("n", "number"),
    "r": Known("r", "scale", {"1": 1, "2": 2, "3": 3}, 1, 3),
    "m": Known("m", "multiple"),
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{s} == 'x'", "s == 1"),
        ("'y' = {s}", "s == 2"),
        ("not ({r} > 1)", "r < 2"),
        ("!({s} = 'x' or {s} = 'y')", "s != 1 and s != 2"),
        ("{n} >= 18 or {n} < 3", "n >= 18 or n < 3"),
        ("${r} <= 2", "r <= 2"),
        ("selected(${s}, 'y')", "s == 2"),
        ("${s} != ''", "s >= 1"),
        ("{s} noneof ['x']", "s != 1"),
        ("5 > {n}", "n < 5"),
    ],
)
def test_conditions_that_can_be_said(condition: str, expected: str) -> None:
    assert express(condition, KNOWN.get).text == expected


@pytest.mark.parametrize(
    "condition",
    [
        "{m} contains 'x'",
        "{later} = 1",
        "{s} = 'z'",
        "{s} > 2",
        "{n} + 1 = 3",
        "{s} empty",
        "{s} = {r}",
        "{r} > 9",
        "{n} > 1.5",
        "today() > {n}",
        "((((",
        "{s} =",
        "",
        "(" * 5_000 + "{n} = 1",
        "__import__('os').system('true')",
    ],
)
def test_conditions_that_cannot_be_said(condition: str) -> None:
    with pytest.raises(NotExpressibleError):
        express(condition, KNOWN.get)


def test_languages_and_where_words_are_missing() -> None:
    found = survey(
        {
            "type": "radiogroup",
            "name": "q",
            "title": {"default": "Where?", "es": "¿Dónde?", "pt-br": "Onde?"},
            "choices": [{"value": "a", "text": {"default": "Here", "es": "Aquí", "pt-br": "Aqui"}}, "b"],
        }
    )
    assert found.instrument.languages == ("en", "es", "pt-BR")
    item = found.instrument.items[0]
    assert item.text == {"en": "Where?", "es": "¿Dónde?", "pt-BR": "Onde?"}
    assert item.choices[0].text["es"] == "Aquí"
    assert item.choices[1].text["es"] == "b"
    assert "without a translation into es" in lost(found)


def test_everything_else_is_listed() -> None:
    found = survey(
        RATING | {"timeLimit": 10, "correctAnswer": 3, "enableIf": "{x}=1"},
        {"type": "file", "name": "f"},
        {"type": "paneldynamic", "name": "again", "templateElements": []},
        {"type": "text", "name": "contact", "inputType": "email"},
        {"type": "text", "name": "yourName", "title": "Your name"},
        {"type": "radiogroup", "name": "o", "choices": ["a", "b"], "showOtherItem": True},
        {"type": "dropdown", "name": "u", "choicesByUrl": {"url": "https://example.org"}},
        {"type": "comment", "name": "never", "visible": False},
        {"type": "html", "name": "h", "html": "<p>Thank <b>you</b></p>"},
        RATING,
        {"type": "unheard-of", "name": "z"},
        timeLimit=100,
        triggers=[{"type": "complete"}],
    )
    text = lost(found)
    for words in ("timer setting timeLimit", "the correct answer", "enableIf", "a file question", "paneldynamic"):
        assert words in text
    for words in ("e-mail", "a person's name", "words are asked beside", "elsewhere", "never shown", "given before"):
        assert words in text
    for words in ("unheard-of", "triggers", "words between questions"):
        assert words in text
    assert found.instrument.notes["en"] == "Thank you"
    assert [item.key for item in found.instrument.items] == ["pride", "o", "o_comment"]


def test_answers_of_every_kind() -> None:
    found = survey(
        RATING,
        {"type": "boolean", "name": "met"},
        {"type": "checkbox", "name": "via", "choices": ["Phone, mobile", "Web"]},
        {"type": "ranking", "name": "first", "choices": ["Pay", "Time", "Growth"]},
        {"type": "comment", "name": "why"},
        {"type": "text", "name": "years", "inputType": "number"},
        {"type": "text", "name": "mail", "inputType": "email"},
    )
    records = [
        {
            "pride": 5,
            "met": True,
            "via": ["Phone, mobile"],
            "first": ["Time", "Pay", "Growth"],
            "why": "=SUM(A1)\u0000",
            "years": 2.5,
            "mail": "a@b.c",
            "team": "n",
        },
        {"pride": 1, "met": False, "via": ["Web", "Phone, mobile"], "team": "s"},
        {"team": "n", "via": []},
        {"team": "s", "pride": 9, "via": ["Fax"], "deviceId": "77"},
    ]
    moved = answers(found, records, {"unit": "team"})
    table = moved.tables["1"]
    assert table.unit_ids == ("n", "s")
    assert table.items["pride"].tolist() == [5, 1]
    assert table.items["met"].tolist() == [1, 0]
    assert table.items["via_phone_mobile"].tolist() == [1, 1]
    assert table.items["via_web"].tolist() == [0, 1]
    assert [int(table.items[f"first_{key}"][0]) for key in ("pay", "time", "growth")] == [2, 1, 3]
    assert table.scores["years"].tolist()[0] == int(2.5 * SCORE_ONE)
    assert table.comments["why"] == (("n", "=SUM(A1)"),)
    assert "mail" in lost(moved)
    assert "a device" in lost(moved)
    assert {(problem.row, problem.column) for problem in moved.errors} == {(4, "pride"), (4, "via")}
    assert (moved.rows_read, moved.rows_kept) == (4, 2)


def test_a_question_that_is_the_unit_is_no_item() -> None:
    found = survey(RATING, {"type": "dropdown", "name": "Team", "choices": ["n", "s"]})
    moved = answers(found, [{"pride": 3, "Team": "n"}, {"pride": 4, "Team": "s"}], {"unit": "team"}).require()
    assert set(moved.tables["1"].items) == {"pride"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b'{"pages": [', "breaks off"),
        (b"[1]", "a list, as of answers"),
        (b'{"SurveyElements": []}', "Qualtrics"),
        (b'{"a": 1}', "no SurveyJS survey"),
        (b'{"pages": []}', "no question"),
        (b'{"pages": [{"elements": [3, null]}]}', "no question"),
        (b"[" * 200_000, "too deeply"),
        (b'{"pages": NaN}', "no number"),
        (b"PK\x03\x04\x00", "NUL"),
    ],
)
def test_what_is_no_survey_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        read_surveyjs_survey(data, name="a.json")
    assert refused.value.problems[0].file == "a.json"


def test_settings_of_any_size_and_shape_are_borne() -> None:
    found = survey(
        {"type": "rating", "name": "r", "rateMin": 10**400, "rateMax": "x", "rateStep": None},
        {"type": "radiogroup", "name": 10**30, "choices": [None, [], {}, "a", "b", "a"], "title": {"default": 3}},
    )
    assert [(item.key, item.kind) for item in found.instrument.items] == [("r", "scale"), ("q1" + "0" * 30, "single")]
    assert len(found.instrument.items[1].choices) == 2


def test_panels_nested_without_end_are_refused() -> None:
    inner: dict[str, Any] = RATING
    for _ in range(90):
        inner = {"type": "panel", "elements": [inner]}
    with pytest.raises(InputError, match="nested"):
        survey(inner)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"[]", "no answers"), (b'{"pages": []}', "this is a survey"), (b"[1]", "no record"), (b'["x"', "breaks off")],
)
def test_what_is_no_answers_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_surveyjs_answers(data, survey(RATING), name="b.json")


def test_hostile_words_become_plain() -> None:
    found = survey(
        {
            "type": "comment",
            "name": "q",
            "title": "<img src=x onerror=alert(1)>A\u202eB &lt;script&gt;x&lt;/script&gt;",
        },
        {"type": "radiogroup", "name": "__proto__", "choices": ["a", "b"]},
        {"type": "comment", "name": "x" * 5_000, "title": "y" * 5_000},
    )
    assert found.instrument.items[0].text["en"] == "AB"
    assert found.instrument.items[1].key == "proto"
    assert len(found.instrument.items[2].text["en"]) <= 2_000


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("IPAddress", "", "an internet address"),
        ("q7", "E-mail", "an e-mail address"),
        ("q7", "Please enter your e-mail here", "a person's identity"),
        ("nombre", "", "a person's name"),
        ("respondent_name", "", "a person's name"),
        ("_geolocation", "GPS", "a place"),
        ("brand_name", "", ""),
        ("how_long", "How long have you worked here?", ""),
        ("start", "", "a record of the other product"),
        ("shipping", "Ship", ""),
    ],
)
def test_what_says_who_somebody_is(name: str, label: str, expected: str) -> None:
    assert personal(name, label) == expected


# The real file.


def test_real_quiz(shared: Path) -> None:
    found = read_surveyjs_survey(shared / "samples/surveyjs_angular_example.json")
    assert found.instrument.title == {"en": "American History"}
    assert [(item.key, item.kind, len(item.choices)) for item in found.instrument.items] == [
        ("civilwar", "single", 4),
        ("libertyordeath", "single", 4),
        ("magnacarta", "single", 4),
    ]
    assert found.instrument.item("civilwar").choices[2].text["en"] == "1861-1865"
    text = lost(found)
    for words in (
        "timer setting timeLimit",
        "timer setting showTimer",
        "username",
        "given before",
        "the correct answer",
    ):
        assert words in text
    records = [{"civilwar": "1861-1865", "username": "Ann"}, {"civilwar": "1939-1945", "magnacarta": "x"}]
    moved = answers(found, records)
    assert moved.tables["1"].items["civilwar"].tolist() == [3, 4]
    assert [problem.column for problem in moved.errors] == ["magnacarta"]
    assert "Ann" not in repr(moved)


def test_words_beside_an_answer_are_a_question_of_their_own() -> None:
    asked = survey(
        {"type": "radiogroup", "name": "why", "choices": ["pay", "people"], "showOtherItem": True, "otherText": "Else"},
        {"type": "rating", "name": "pride", "showCommentArea": True, "commentText": "Say more"},
    )
    assert [(item.key, item.kind, item.text["en"]) for item in asked.instrument.items[1::2]] == [
        ("why_comment", "text", "why: Else"),
        ("pride_comment", "text", "pride: Say more"),
    ]
    said = [{"why": "other", "why-Comment": "the view", "pride": 5, "pride-Comment": "since May"}]
    made = read_surveyjs_answers(json.dumps(said).encode(), survey=asked, name="a.json")
    (table,) = made.tables.values()
    assert table.comments == {"why_comment": (("everyone", "the view"),), "pride_comment": (("everyone", "since May"),)}
