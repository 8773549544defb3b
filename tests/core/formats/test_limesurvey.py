"""LimeSurvey: surveys and answers moved in, on real files and on small ones made here."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.formats.limesurvey_archives import (
    archive,
    first,
    question,
    responses,
    said,
    structure,
    table,
    valid,
)

from headwater.formats.limesurvey import read_limesurvey_answers, read_limesurvey_survey
from headwater.instruments import moment_plan
from headwater.vocab.answers import ITEM_MISSING, SCORE_ONE


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
