"""LimeSurvey: languages, conditions, hostile and damaged files."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.formats.limesurvey_archives import (
    BOMB,
    KNOWN,
    QUESTIONS,
    answer,
    archive,
    document,
    first,
    question,
    responses,
    section,
    structure,
    table,
    valid,
)

from headwater.formats.limesurvey import read_limesurvey_answers, read_limesurvey_survey
from headwater.formats.limesurvey.relevance import read_relevance
from headwater.formats.limits import Limits
from headwater.formats.moving.conditions import UnexpressibleError
from headwater.vocab import InputError


def test_languages_of_both_layouts(tmp_path: Path) -> None:
    spanish = {"language": "es", "question": "¿Cuánto?"}
    old = [question(1, "5", "a", "How much?"), {**question(1, "5", "a", ""), **spanish}]
    moved = valid(read_limesurvey_survey(structure(old, [], [], additional_languages="es")), tmp_path)
    assert moved.instrument.item("a").text == {"en": "How much?", "es": "¿Cuánto?"}
    bare = {key: value for key, value in question(1, "L", "a", "").items() if key not in ("question", "language")}
    words = {"en": ("How much?", "Never", "Often"), "es-MX": ("¿Cuánto?", "Nunca", "A menudo")}
    new = document(
        section("answers", [{"aid": str(n), "qid": "1", "code": f"A{n}", "sortorder": str(n)} for n in (1, 2)]),
        section("answer_l10ns", [
            {"aid": str(n), "answer": text[n], "language": tag} for tag, text in words.items() for n in (1, 2)
        ]),
        section("groups", [{"gid": "1", "group_order": "1"}]),
        section("questions", [bare]),
        section("question_l10ns", [{"qid": "1", "question": text[0], "language": tag} for tag, text in words.items()]),
        section("surveys", [{"sid": "9", "language": "en", "additional_languages": "es-MX"}]),
    )  # fmt: skip
    moved = valid(read_limesurvey_survey(new), tmp_path)
    assert moved.instrument.languages == ("en", "es-MX")
    assert moved.instrument.response_scales["a_scale"].labels["es-MX"] == ("Nunca", "A menudo")
    assert first(read_limesurvey_answers(table(["id", "a"], ["1", "A menudo"]), moved)) == {"a": 2}


def test_assessment_values_are_the_codes_where_assessments_are_on() -> None:
    rows = [
        answer(1, f"A{n}", words, n, assessment_value=str(3 - n))
        for n, words in enumerate(("Always", "Often", "Never"), 1)
    ]
    moved = read_limesurvey_survey(structure([question(1, "L", "a", "How?")], [], rows, assessments="Y"))
    scale = moved.instrument.response_scales["a_scale"]
    assert (scale.low, scale.high, scale.labels["en"]) == (0, 2, ("Never", "Often", "Always"))
    assert first(read_limesurvey_answers(table(["id", "a"], ["1", "A1"]), moved)) == {"a": 2}
    plain = read_limesurvey_survey(structure([question(1, "L", "a", "How?")], [], rows))
    assert first(read_limesurvey_answers(table(["id", "a"], ["1", "A1"]), plain)) == {"a": 1}


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("", ""), ("1", ""), ('q == "A1"', "q == 1"), ("{q.NAOK=='A2'}", "q == 2"), ("n >= 3", "n >= 3"),
        ("3 < n", "n > 3"), ("n gt -2", "n > -2"), ("!is_empty(q)", "q >= 1"),
        ('(q == "A1" || q == "A2")', "q == 1 or q == 2"),
        ('((q == "A1") and (n eq 1)) && n != 4', "q == 1 and n == 1 and n != 4"),
    ],
)  # fmt: skip
def test_relevance_that_can_be_said(expression: str, shown: str) -> None:
    assert str(read_relevance(expression, KNOWN)[0]) == shown


@pytest.mark.parametrize(
    "expression",
    [
        "q", "m_a == 'Y'", "q == 'A9'", "n > 1 and (q == 'A1' or n < 0)", "n + 1 > 2", "n > n", "is_empty(q)", "!q",
        "x == 1",
        "count(n) > 1", "n == 'abc'", "((n > 1)", "n > 1)", "n > 1 ; drop", "(" * 500 + "n", "n == 1" * 2_000,
        "!is_empty(n)",
    ],
)  # fmt: skip
def test_relevance_that_cannot_be_said_is_told_apart(expression: str) -> None:
    with pytest.raises(UnexpressibleError):
        read_relevance(expression, KNOWN)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (structure()[:700], "breaks off"),
        (BOMB, "declares entities"),
        (b"<?xml version='1.0'?><!DOCTYPE d SYSTEM 'file:///etc/passwd'><document/>", "declares entities"),
        (document(kind="Responses"), "of the kind Responses"),
        (b"<svg/>", "no LimeSurvey survey"),
        (b'{"SurveyElements": []}', "breaks off or is damaged"),
        (document(), "holds no question"),
        (b"<?xml version='1.0' encoding='nonsense'?><document/>", "XML"),
        (b"PK\x03\x04broken", "damaged"),
        (archive(readme__txt=b"x"), "0 survey structures"),
        (structure([QUESTIONS[12]], [], []), "can be carried over"),
    ],
)
def test_bad_surveys_are_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_limesurvey_survey(data, name="survey.lss")
    assert caught.value.problems[0].file == "survey.lss"
    assert caught.value.problems[0].remedy


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BOMB, "declares entities"),
        (responses({"id": "1", "9X1X1": "A1"})[:300], "breaks off"),
        (structure(), "of the kind Survey"),
        (table(["id", "other"], ["1", "2"]), "no column belongs to a question"),
        (archive(survey_9__lss=structure()), "0 response files"),
        (responses({"id": "1", "9X1X1": "A" * 200_000}), "200,000 signs"),
        (table(["id", "often"]), "no row below"),
    ],
)
def test_bad_answers_are_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_limesurvey_answers(data, structure(), name="answers")
    assert caught.value.problems[0].remedy


def test_codes_without_a_survey_are_refused() -> None:
    with pytest.raises(InputError, match="without its survey"):
        read_limesurvey_answers(table(["id", "often"], ["1", "A1"]))


def test_archives_that_unpack_to_too_much_are_refused() -> None:
    packed = archive(survey_9__lss=structure(), survey_9_responses__lsr=b" " * 30_000_000)
    with pytest.raises(InputError, match="zip bomb"):
        read_limesurvey_answers(packed)
    with pytest.raises(InputError, match="unpacks to"):
        read_limesurvey_survey(archive(survey_9__lss=structure()), limits=Limits(unpacked_bytes=1_000))


def test_wrong_codes_are_errors_by_row() -> None:
    answers = read_limesurvey_answers(table(["id", "often"], ["1", "A1"], ["2", "A9"], ["2", "A2"]), structure())
    found = {problem.row: problem.message for problem in answers.errors}
    assert "'A9' is no answer that the survey offers for often" in found[3]
    assert "given already in row 3" in found[4]


def test_columns_that_name_a_person_cannot_become_a_unit() -> None:
    with pytest.raises(InputError, match="It names a person"):
        read_limesurvey_answers(table(["id", "token", "often"], ["1", "t", "A1"]), structure(), {"unit": "token"})
