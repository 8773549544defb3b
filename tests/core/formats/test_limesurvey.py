"""LimeSurvey: surveys and answers moved in, on real files and on small ones made here."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from headwater.formats.limesurvey import read_limesurvey_answers, read_limesurvey_survey
from headwater.formats.limesurvey.relevance import read_relevance
from headwater.formats.limits import Limits
from headwater.formats.moving import MovedAnswers, SurveyImport
from headwater.formats.moving.conditions import Asked, UnexpressibleError
from headwater.instruments import load_instrument, moment_plan, to_yaml
from headwater.vocab import InputError
from headwater.vocab.answers import ITEM_MISSING, SCORE_ONE

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


@pytest.mark.parametrize(
    ("file", "items"),
    [
        ("ls_native.lss", 12),
        ("ls_native.lsa", 12),
        ("limesurvey_citric_432535.lss", 2),
        ("limesurvey_ls205_sample_english.lss", 407),
    ],
)  # fmt: skip
def test_real_surveys_of_three_layouts_pass_the_checks(shared: Path, tmp_path: Path, file: str, items: int) -> None:
    moved = valid(read_limesurvey_survey(shared / "samples" / file), tmp_path)
    assert len(moved.instrument.items) == items
    assert all("<" not in text for item in moved.instrument.items for text in item.text.values() if "script" in text)
    assert moved.losses


def test_the_demonstration_survey_lists_what_it_cannot_carry(shared: Path) -> None:
    moved = read_limesurvey_survey(shared / "samples/limesurvey_ls205_sample_english.lss")
    items = {item.key: item for item in moved.instrument.items}
    assert items["yearsmarried"].shown_if == "married == 1"
    assert items["married"].shown_if == "age > 5"
    assert items["kid3"].shown_if == "numkids >= 3"
    assert items["qarray_f1"].response_scale == "qarray_scale"
    assert moved.instrument.response_scales["qarray_scale"].labels["en"] == (
        "Hate",
        "Dislike",
        "Ambivalent",
        "Like",
        "Love",
    )
    assert [choice.key for choice in items["ranking"].choices][:2] == ["sporting_events", "cultural_events"]
    lost = said(moved)
    for words in (
        "a file upload",
        "a choice of language",
        "a hidden question",
        "a filter of statements",
        "no single code",
    ):
        assert words in lost


def test_two_hundred_responses_are_equal_from_archive_codes_and_words(shared: Path) -> None:
    samples = shared / "samples"
    by_archive = read_limesurvey_answers(samples / "ls_native.lsa").require()
    by_code = read_limesurvey_answers(samples / "ls_native_codes.csv", samples / "ls_native.lss").require()
    by_words = read_limesurvey_answers(samples / "ls_native_full.csv", samples / "ls_native.lss").require()
    base = by_archive.tables["1"]
    assert (len(base), by_archive.rows_read, len(base.items)) == (200, 200, 10)
    for other in (by_code.tables["1"], by_words.tables["1"]):
        assert base.items.keys() == other.items.keys()
        assert all((base.items[key] == other.items[key]).all() for key in base.items)
        assert base.comments == other.comments
    by_hand = {"q1_sq001": (449, 158), "q1_sq004": (448, 161), "q2_sq005": (494, 166)}
    for key, (total, count) in by_hand.items():
        given = base.items[key][base.items[key] != ITEM_MISSING].astype(int)
        assert (int(given.sum()), len(given)) == (total, count)
    assert len(base.comments["comment"]) == 182
    words = {words for _, words in base.comments["comment"]}
    assert words >= {"Nécessité d’outils 🙂", "=1+1", "<b>bold</b> & more"}
    assert "the column submitdate" in said(by_archive)
    assert "the column Date submitted" in said(by_words)
    assert by_words.offered == by_code.offered == by_archive.offered == ()


def test_every_type_becomes_an_item(tmp_path: Path) -> None:
    moved = valid(read_limesurvey_survey(structure()), tmp_path)
    kinds = {item.key: item.kind for item in moved.instrument.items}
    assert kinds == {
        "often": "scale", "colour": "single", "colour_other_text": "text", "lead": "single", "uses": "multiple",
        "uses_other_text": "text", "we_l": "scale", "we_d": "scale", "rank": "ranking", "years": "number",
        "hours_w": "number", "dual_p_1": "scale", "dual_p_2": "scale", "cells_r_c": "text", "why": "text",
        "tools": "multiple", "tools_x_comment": "text", "tools_y_comment": "text", "ten_q": "scale", "sure_q": "single",
        "boxes_r": "multiple",
    }  # fmt: skip
    instrument = moved.instrument
    assert instrument.title == {"en": "Team check"}
    assert instrument.item("often").required
    assert instrument.item("why").shown_if == "often == 3 and lead == 1"
    assert instrument.item("dual_p_1").text["en"] == "How is it? Pay: Quality"
    scale = instrument.response_scales[instrument.item("we_l").response_scale]
    assert (scale.labels["en"], scale.may_skip) == (("Disagree", "Neither", "Agree"), {"en": "Not applicable"})
    assert instrument.notes == {"en": "Thank you"}
    assert len(moment_plan([instrument]).items) == 6
    lost = said(moved)
    for words in (
        "sum: an equation", "depot: a hidden question", "never: a question that is never shown", "file: a file upload",
        "uses: bounds of how many are chosen", "quotas", "tools: a condition", "mail",
    ):  # fmt: skip
        assert words in lost, words


def test_answers_of_every_type_by_code() -> None:
    head = [
        "id", "token", "submitdate", "often", "colour", "colour[other]", "lead", "uses[a]", "uses[b]", "uses[other]",
        "we[l]", "we[d]", "rank[1]", "rank[2]", "rank[3]", "years", "hours[w]", "dual[p][1]", "dual[p][2]",
        "cells[r_c]", "why",
        "tools[x]", "tools[xcomment]", "ten[q]", "sure[q]", "boxes[r_c1]", "boxes[r_c2]", "depot", "sum",
    ]  # fmt: skip
    row = [
        "1", "secret7", "2026-01-01 10:00:00", "A3", "-oth-", "Pink", "N", "Y", "", "Fax",
        "4", "2", "z", "x", "", "2.5", "7", "2", "1", "here",
        "because", "", "none", "10", "U", "1", "", "North", "5",
    ]  # fmt: skip
    answers = read_limesurvey_answers(table(head, row), structure(), {"unit": "depot"}).require()
    assert first(answers) == {
        "often": 3, "colour": 3, "lead": 2, "uses_phone": 1, "uses_mail": 0, "uses_other": 1, "we_l": ITEM_MISSING,
        "we_d": 2,
        "rank_x": 2, "rank_y": ITEM_MISSING, "rank_z": 1, "dual_p_1": 2, "dual_p_2": 1, "ten_q": 10, "sure_q": 2,
        "tools_hammer": ITEM_MISSING, "tools_saw": ITEM_MISSING, "boxes_r_first": 1, "boxes_r_second": 0,
    }  # fmt: skip
    made = answers.tables["1"]
    assert {key: int(values[0]) for key, values in made.scores.items()} == {
        "years": SCORE_ONE * 5 // 2,
        "hours_w": SCORE_ONE * 7,
    }
    assert {key: words[0] for key, words in made.comments.items() if words} == {
        "colour_other_text": ("North", "Pink"), "uses_other_text": ("North", "Fax"), "cells_r_c": ("North", "here"),
        "why": ("North", "because"), "tools_x_comment": ("North", "none"),
    }  # fmt: skip
    assert made.unit_ids == ("North",)
    assert "secret7" not in repr(answers.tables)
    assert "the column token. It names a person" in said(answers)
    assert read_limesurvey_answers(table(head, row), structure()).offered == ("depot",)
    assert "the column sum. It is not read: Its value is worked out" in said(answers)


def test_answers_in_words_under_headings_in_words() -> None:
    head = [
        "Response ID", "Date submitted", "How often?", "Which colour?", "Which colour? [Other]", "Do you lead?",
        "What do you use? [Phone]", "What do you use? [Mail]", "We [listen]", "Rank [Rank 1]",
        "How is it? [Pay][Quality]", "often. How often is that?",
    ]  # fmt: skip
    row = ["1", "", "Always", "Blue", "", "Sí", "Yes", "No", "Agree", "Z", "Good", "x"]
    answers = read_limesurvey_answers(table(head, row), structure())
    given = first(answers)
    assert (given["colour"], given["uses_phone"], given["uses_mail"], given["we_l"], given["dual_p_1"]) == (
        2,
        1,
        0,
        3,
        2,
    )
    assert given["lead"] == 1
    assert any("1 responses were never submitted" in problem.message for problem in answers.problems)


def test_equal_headings_are_taken_in_the_order_of_the_survey() -> None:
    questions = [question(1, "5", "a", "How good?"), question(2, "5", "b", "How good?")]
    answers = read_limesurvey_answers(
        table(["id", "How good?", "How good?"], ["1", "4", "2"]), structure(questions, [], [])
    )
    assert first(answers) == {"a": 4, "b": 2}


def test_archives_leave_participants_and_timings_closed() -> None:
    packed = archive(
        survey_9__lss=structure(),
        survey_9_responses__lsr=responses(
            {"id": "1", "token": "t1", "9X1X1": "A2", "9X1X5l": "1", "9X1X9p#0".replace("#", "_"): "", "9X1X12": "x"},
            {"id": "2", "9X1X1": "A1"},
        ),
        survey_9_tokens__lst=b"<!DOCTYPE x><x>Ann</x>",
        survey_9_timings__lsi=b"no xml",
    )
    answers = read_limesurvey_answers(packed, name="a.lsa").require()
    assert answers.tables["1"].items["often"].tolist() == [2, 1]
    assert "survey_9_tokens.lst: the participants (tokens). They name persons" in said(answers)
    assert "survey_9_timings.lsi: the timings" in said(answers)
    assert "t1" not in repr(answers.tables)


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


KNOWN = {
    "q": Asked("q", {"A1": 1, "A2": 2}, 1, 2),
    "n": Asked("n"),
    "m_a": Asked("m", comparable=False),
}


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


BOMB = b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><document>&b;</document>"


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
