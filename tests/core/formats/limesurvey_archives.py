"""Surveys and answers in LimeSurvey's form, made by hand for tests."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from headwater.formats.moving import MovedAnswers, SurveyImport
from headwater.formats.moving.conditions import Asked
from headwater.instruments import load_instrument, to_yaml

Row = dict[str, str]


def section(name: str, rows: list[Row]) -> str:
    cells = ("".join(f"<{key}>{escape(value)}</{key}>" for key, value in row.items()) for row in rows)
    return f"<{name}><rows>{''.join(f'<row>{row}</row>' for row in cells)}</rows></{name}>"


def question(qid: int, type_: str, title: str, words: str, **more: str) -> Row:
    base = {"parent_qid": "0", "gid": "1", "other": "N", "mandatory": "N", "relevance": "1", "scale_id": "0"}
    order = {"question_order": str(qid), "question": words, "language": "en"}
    return {"qid": str(qid), "type": type_, "title": title, **base, **order, **more}


def sub(qid: int, parent: int, title: str, words: str, **more: str) -> Row:
    return question(qid, "T", title, words, parent_qid=str(parent), **more)


def answer(qid: int, code: str, words: str, order: int, **more: str) -> Row:
    return {
        "qid": str(qid),
        "code": code,
        "answer": words,
        "sortorder": str(order),
        "language": "en",
        "scale_id": "0",
        **more,
    }


QUESTIONS = [
    question(1, "L", "often", "How often?", mandatory="Y"),
    question(2, "L", "colour", "Which colour?", other="Y"),
    question(3, "Y", "lead", "Do you lead?"),
    question(4, "M", "uses", "What do you use?", other="Y"),
    question(5, "F", "we", "We"),
    question(6, "R", "rank", "Rank"),
    question(7, "N", "years", "How many years?"),
    question(8, "K", "hours", "Hours of"),
    question(9, "1", "dual", "How is it?"),
    question(10, ";", "cells", "Say"),
    question(11, "T", "why", "Why?", relevance='((often.NAOK == "A3" and lead.NAOK == "Y"))'),
    question(12, "X", "text", "<p>Thank you</p>"),
    question(13, "*", "sum", "{years*2}"),
    question(14, "S", "depot", "Depot"),
    question(15, "S", "never", "Never asked", relevance="0"),
    question(16, "P", "tools", "Which tools, and why?", relevance='uses_a == "Y"'),
    question(17, "B", "ten", "One to ten"),
    question(18, "C", "sure", "Sure?"),
    question(19, "|", "file", "A file"),
    question(20, ":", "boxes", "Tick"),
]
SUBQUESTIONS = [
    sub(41, 4, "a", "Phone"), sub(42, 4, "b", "Mail"),
    sub(51, 5, "l", "listen"), sub(52, 5, "d", "decide"),
    sub(81, 8, "w", "work"), sub(91, 9, "p", "Pay"),
    sub(101, 10, "r", "row"), sub(102, 10, "c", "column", scale_id="1"),
    sub(161, 16, "x", "Hammer"), sub(162, 16, "y", "Saw"),
    sub(171, 17, "q", "calm"), sub(181, 18, "q", "that"),
    sub(201, 20, "r", "row"), sub(202, 20, "c1", "first", scale_id="1"), sub(203, 20, "c2", "second", scale_id="1"),
]  # fmt: skip
ANSWERS = [
    *(answer(1, f"A{n}", words, n) for n, words in enumerate(("Never", "Sometimes", "Always"), 1)),
    *(answer(2, f"A{n}", words, n) for n, words in enumerate(("Red", "Blue"), 1)),
    *(answer(5, f"{n}", words, n) for n, words in enumerate(("Disagree", "Neither", "Agree", "Not applicable"), 1)),
    *(answer(6, code, code.upper(), n) for n, code in enumerate(("x", "y", "z"), 1)),
    *(answer(9, f"{n}", words, n) for n, words in enumerate(("Bad", "Good"), 1)),
    *(answer(9, f"{n}", words, n, scale_id="1") for n, words in enumerate(("Unimportant", "Important"), 1)),
]
ATTRIBUTES = [
    {"qid": "14", "attribute": "hidden", "value": "1"},
    {"qid": "4", "attribute": "min_answers", "value": "1"},
    {"qid": "20", "attribute": "multiflexible_checkbox", "value": "1"},
    {"qid": "9", "attribute": "dualscale_headerA", "value": "Quality", "language": "en"},
]
GROUPS = [{"gid": "1", "group_name": "All", "group_order": "1", "description": "", "language": "en", "grelevance": ""}]
TITLES = [{"surveyls_language": "en", "surveyls_title": "Team <b>check</b>", "surveyls_email_invite": "Hi"}]


def document(*sections: str, kind: str = "Survey") -> bytes:
    inner = f"<LimeSurveyDocType>{kind}</LimeSurveyDocType><DBVersion>177</DBVersion>"
    languages = "<languages><language>en</language></languages>"
    return f"<?xml version='1.0' encoding='UTF-8'?><document>{inner}{languages}{''.join(sections)}</document>".encode()


def structure(
    questions: list[Row] = QUESTIONS,
    subquestions: list[Row] = SUBQUESTIONS,
    answers: list[Row] = ANSWERS,
    **settings: str,
) -> bytes:
    return document(
        section("answers", answers),
        section("groups", GROUPS),
        section("questions", questions),
        section("subquestions", subquestions),
        section("question_attributes", ATTRIBUTES),
        section("surveys", [{"sid": "9", "language": "en", "additional_languages": "", **settings}]),
        section("surveys_languagesettings", TITLES),
        section("quota", [{"id": "1"}]),
    )


def table(head: list[str], *rows: list[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def responses(*rows: Row) -> bytes:
    fields = "".join(f"<fieldname>{name}</fieldname>" for name in dict.fromkeys(name for row in rows for name in row))
    cells = ("".join(f"<_{key}>{escape(value)}</_{key}>" for key, value in row.items()) for row in rows)
    body = (
        f"<responses><fields>{fields}</fields><rows>{''.join(f'<row>{row}</row>' for row in cells)}</rows></responses>"
    )
    return document(body, kind="Responses")


def archive(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "."), data)
    return packed.getvalue()


def said(moved: SurveyImport | MovedAnswers) -> str:
    return "\n".join(map(str, moved.losses))


def first(answers: MovedAnswers) -> dict[str, int]:
    return {key: int(values[0]) for key, values in answers.tables["1"].items.items()}


def valid(moved: SurveyImport, tmp_path: Path) -> SurveyImport:
    path = tmp_path / "moved.yaml"
    path.write_text(to_yaml(moved.instrument), encoding="utf-8")
    assert load_instrument(path) == moved.instrument
    assert set(moved.original) == {item.key for item in moved.instrument.items}
    return moved


KNOWN = {
    "q": Asked("q", {"A1": 1, "A2": 2}, 1, 2),
    "n": Asked("n"),
    "m_a": Asked("m", comparable=False),
}
BOMB = b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><document>&b;</document>"
