"""Answers to forms as ODK, Kobo and SurveyCTO write them: lists in one cell, orders, words beside "other", repeats."""

from __future__ import annotations

from headwater.formats.moving import MovedAnswers, SurveyImport
from headwater.formats.xlsform.answers import read_xlsform_answers

from .test_xlsform import form

SITES = [("list_name", "name", "label"), ("site", "hub", "Hub"), ("site", "field", "Field"), ("site", "lab", "Lab")]


def asked() -> SurveyImport:
    return form(
        ("begin group", "work", "Work"),
        ("select_multiple site", "been", "Been to?"),
        ("rank site", "best", "Best first"),
        ("select_one site or_other", "where", "Where?"),
        ("end group",),
        ("begin repeat", "kids", "Children"),
        ("text", "liked", "What they liked"),
        ("end repeat",),
        choices=SITES,
    )


def read(text: str) -> MovedAnswers:
    return read_xlsform_answers(text.encode(), survey=asked(), name="answers.csv")


def test_lists_in_one_cell_are_read_where_there_are_no_columns_for_answers() -> None:
    rows = "work-been,work-best,work-where,work-where_other\nhub lab,lab hub field,other,At home\nfield,,hub,\n"
    made = read(rows)
    assert not made.errors
    (table,) = made.tables.values()
    codes = {key: values.tolist() for key, values in table.items.items()}
    assert (codes["been_hub"], codes["been_field"], codes["been_lab"]) == ([1, 0], [0, 1], [1, 0])
    assert (codes["best_hub"], codes["best_field"], codes["best_lab"]) == ([2, -128], [3, -128], [1, -128])
    assert codes["where"] == [4, 1]
    assert table.comments["where_other"] == (("everyone", "At home"),)


def test_columns_for_answers_go_before_the_list_they_repeat() -> None:
    made = read("work/been,work/been/hub,work/been/field,work/been/lab\nhub lab,1,0,1\nfield,0,1,0\n")
    (table,) = made.tables.values()
    assert table.items["been_lab"].tolist() == [1, 0]
    assert not [loss for loss in made.losses if "been" in loss.what + loss.where]


def test_an_order_that_names_a_choice_twice_is_an_error_by_row() -> None:
    made = read("best,where\nhub hub,hub\nlab barn,hub\nlab,hub\n")
    (table,) = made.tables.values()
    assert table.items["best_lab"].tolist() == [-128, -128, 1]
    assert [problem.row for problem in made.errors] == [2, 3]


def test_turns_of_a_repeat_are_listed_and_not_offered_as_a_unit() -> None:
    made = read("where,kids[1]/liked,kids[2]/liked,liked_3\nhub,sand,sea,sun\n")
    lost = {loss.where: loss.why for loss in made.losses}
    assert all("repeat kids" in lost[name] for name in ("kids[1]/liked", "kids[2]/liked", "liked_3"))
    assert not set(made.offered) & set(lost)
