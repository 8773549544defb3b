"""Answers from files: mapping files, guessed columns, and every kind of bad input."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headwater.formats import write_xlsx
from headwater.formats.answers import AnswerImport, load_answer_mapping, read_answers
from headwater.org import number_units
from headwater.vocab import Choice, InputError, Instrument, Item, Lens, ResponseScale
from headwater.vocab.answers import ITEM_MISSING, SCORE_MISSING, SCORE_ONE, WEIGHT_MAX

TREE = number_units(["co", "d1", "d2"], ["", "co", "co"], ["Company", "Depot One", "Depot Two"])
AGREE = {"Strongly disagree": 1, "Disagree": 2, "Neither": 3, "Agree": 4, "Strongly agree": 5}
PLAIN: dict[str, Any] = {"unit": "unit", "scale": {"low": 1, "high": 5}, "items": {"q1": "q1", "q2": "q2"}}

SURVEY = Instrument(
    key="ex",
    version="1",
    lens=Lens.EX,
    title={"en": "EX"},
    purpose={"en": "test"},
    languages=("en", "es"),
    response_scales={
        "agree5": ResponseScale(
            "agree5",
            1,
            5,
            {
                "en": ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
                "es": ("Muy en desacuerdo", "En desacuerdo", "Ni uno ni otro", "De acuerdo", "Muy de acuerdo"),
            },
            4,
            2,
            {"en": "Does not apply", "es": "No se aplica"},
        )
    },
    items=(
        Item("ex_fair", {"en": "Fair"}, response_scale="agree5"),
        Item("ex_nps", {"en": "Recommend"}, kind="recommend"),
        Item("ex_why", {"en": "Why"}, kind="text"),
        Item(
            "ex_site",
            {"en": "Where"},
            kind="single",
            choices=(Choice("home", {"en": "At home"}), Choice("depot", {"en": "In the depot"})),
        ),
        Item("ex_rank", {"en": "Rank"}, kind="ranking", choices=(Choice("a", {"en": "A"}),)),
    ),
    scales=(),
    source="test",
    licence="CC0",
)


def read(text: str, mapping: Any = None, **named: Any) -> AnswerImport:
    return read_answers(text.encode(), mapping, name="a.csv", **named)


def said(found: AnswerImport) -> str:
    return "\n".join(map(str, found.problems))


def test_codes_units_and_missing() -> None:
    found = read("unit,q1,q2\nd2,1,5\nd1,,3\nd2,NA,2\n", PLAIN, tree=TREE).require()
    table = found.tables["1"]
    assert table.unit_ids == ("d1", "d2")
    assert table.unit.tolist() == [1, 0, 1]
    assert table.items["q1"].tolist() == [1, ITEM_MISSING, ITEM_MISSING]
    assert table.items["q2"].tolist() == [5, 3, 2]
    assert (found.rows_read, found.rows_kept) == (3, 3)


def test_labels_codes_and_not_applicable() -> None:
    mapping = {
        "unit": "unit",
        "answers": {"agree": AGREE},
        "not_applicable": ["Does not apply", 9],
        "items": {
            "a": {"column": "Q1", "answers": "agree"},
            "b": {"column": "Q2", "codes": {1: 5, 2: 3, 3: 1}},
            "c": {"column": "Q3", "low": 0, "high": 10},
        },
    }
    found = read(
        "unit,Q1,Q2,Q3\nd1,  strongly  AGREE,1,10\nd1,Does not apply,9,0\nd1,4,3.0,9\nd2,disagree,2,11\n", mapping
    )
    table = found.tables["1"]
    assert table.items["a"].tolist() == [5, ITEM_MISSING, 4, 2]
    assert table.items["b"].tolist() == [5, ITEM_MISSING, 1, 3]
    assert table.items["c"].tolist() == [10, 0, ITEM_MISSING, ITEM_MISSING]
    assert [(problem.row, problem.column) for problem in found.errors] == [(5, "Q3")]
    assert "'11' is no answer of the scale 0 to 10 of item c" in said(found)


def test_columns_are_guessed_from_an_instrument_in_any_language() -> None:
    text = (
        "Team,EX_FAIR,ex_nps,ex_why,ex_site,ex_rank,other\n"
        "d1,Agree,10,Because,home,1,x\nd2,Muy de acuerdo,0,,In the depot,1,x\nd1,No se aplica,7,Well,,1,x\n"
    )
    found = read(text, instruments=(SURVEY,), tree=TREE)
    table = found.require().tables["1"]
    assert table.items["ex_fair"].tolist() == [4, 5, ITEM_MISSING]
    assert table.items["ex_nps"].tolist() == [10, 0, 7]
    assert table.items["ex_site"].tolist() == [1, 2, ITEM_MISSING]
    assert table.comments["ex_why"] == (("d1", "Because"), ("d1", "Well"))
    assert "answers to ranking items" in said(found)
    assert "1 columns are left out: other" not in said(found)
    assert "left out" in said(found)


def test_guessing_without_unit_or_items_is_refused() -> None:
    with pytest.raises(InputError, match="no column is the unit"):
        read("x,ex_fair\n1,2\n", instruments=(SURVEY,))
    with pytest.raises(InputError, match="no column is named as an item"):
        read("unit,q1\n1,2\n", instruments=(SURVEY,))


def test_xlsx_and_csv_give_the_same(tmp_path: Path) -> None:
    rows = [["d1", 1, 5], ["d2", 4, None]]
    write_xlsx(tmp_path / "a.xlsx", ["unit", "q1", "q2"], rows)
    one = read_answers(tmp_path / "a.xlsx", PLAIN).tables["1"]
    two = read("unit,q1,q2\nd1,1,5\nd2,4,\n", PLAIN).tables["1"]
    assert one.items["q1"].tolist() == two.items["q1"].tolist()
    assert one.items["q2"].tolist() == two.items["q2"].tolist()
    assert one.unit_ids == two.unit_ids


def test_scores_are_exact_where_the_denominator_divides() -> None:
    mapping = {"unit": "u", "scores": {"s": {"column": "s", "low": -5, "high": 5}}}
    values = [Fraction(n, d) for d in range(1, 13) for n in (-d * 2 + 1, 1, d * 3 + 1)]
    text = "u,s\n" + "".join(f"a,{float(value):.12f}\n" for value in values) + "b,NA\nb,6\n"
    found = read(text, mapping)
    assert found.tables["1"].scores["s"].tolist() == [int(value * SCORE_ONE) for value in values]
    assert "'6' is outside -5 to 5" in said(found)
    assert "rounded" not in said(found)
    assert found.rows_kept == len(values)


def test_scores_that_do_not_divide_are_rounded_and_said() -> None:
    found = read("u,s\na,3.82\nb,1\n", {"unit": "u", "scores": {"s": "s"}})
    assert found.tables["1"].scores["s"].tolist() == [105_890, SCORE_ONE]
    assert "1 values are rounded" in said(found)


def test_decimal_commas() -> None:
    found = read("u;s\na;3,5\nb;1,25\n", {"unit": "u", "scores": {"s": "s"}}).require()
    assert found.tables["1"].scores["s"].tolist() == [97_020, 34_650]
    mixed = "u;s\na;3,5\nb;1.25\n"
    with pytest.raises(InputError, match="commas and decimal points are mixed"):
        read(mixed, {"unit": "u", "scores": {"s": "s"}})
    with pytest.raises(InputError, match="may be read in two ways"):
        read('u,s\na,"1,234"\nb,"2,500"\n', {"unit": "u", "scores": {"s": "s"}})
    told = read('u,s\na,"1,234"\nb,"2,500"\n', {"unit": "u", "decimal": ",", "scores": {"s": "s"}})
    assert told.tables["1"].scores["s"].tolist() == [34_206, 69_300]


def test_waves_become_tables() -> None:
    mapping = PLAIN | {"wave": "when", "waves": {"Spring 2026": "2026-1", "Autumn 2026": "2026-2"}}
    found = read("unit,q1,q2,when\nd1,1,1,Autumn 2026\nd2,2,2,Spring 2026\nd1,3,3,Spring 2026\n", mapping).require()
    assert list(found.tables) == ["2026-1", "2026-2"]
    assert found.tables["2026-1"].items["q1"].tolist() == [2, 3]
    unknown = read("unit,q1,q2,when\nd1,1,1,Winter\nd2,2,2,Spring 2026\n", mapping)
    assert "'Winter' is no wave" in said(unknown)


def test_a_wave_with_nobody_is_an_error() -> None:
    mapping = PLAIN | {"wave": "when", "waves": {"a": "a", "b": "b"}}
    found = read("unit,q1,q2,when\nd1,1,1,a\nd2,1,1,a\n", mapping)
    assert list(found.tables) == ["a"]
    with pytest.raises(InputError, match="wave 'b' has nobody"):
        found.require()


def test_duplicate_response_ids_name_both_rows() -> None:
    mapping = PLAIN | {"response": "id"}
    found = read("id,unit,q1,q2\n1,d1,1,1\n2,d1,2,2\n 1 ,d2,3,3\n,d2,4,4\n,d2,5,5\n", mapping)
    assert [(problem.row, problem.column) for problem in found.errors] == [(4, "id")]
    assert "already in row 2" in said(found)
    assert found.tables["1"].items["q1"].tolist() == [1, 2, 4, 5]


def test_one_id_in_two_waves_is_no_duplicate() -> None:
    mapping = PLAIN | {"response": "id", "wave": "w"}
    assert not read("id,unit,q1,q2,w\n1,d1,1,1,a\n1,d1,2,2,b\n", mapping).errors


def test_unknown_units_are_listed_once_with_the_nearest() -> None:
    found = read(
        "unit,q1,q2\nd1,1,1\nDepot Tow,2,2\nDepot Tow,2,3\nD2,2,3\ndepot one,1,1\n,1,1\nzzz,1,1\n", PLAIN, tree=TREE
    )
    errors = [str(problem) for problem in found.errors]
    assert "row 7, column unit: the row names no unit" in errors[0]
    assert (
        "row 3, column unit: the organisation has no unit 'Depot Tow' (2 rows). Did you mean 'Depot Two'?" in errors[1]
    )
    assert "no unit 'zzz' (1 rows). Add the unit" in errors[2]
    assert found.tables["1"].unit_ids == ("d1", "d2")
    assert found.rows_kept == 3


def test_rows_without_any_answer_are_left_out() -> None:
    found = read("unit,q1,q2\nd1,,\nd2,1,2\nd1,3,\n", PLAIN)
    assert found.rows_kept == 2
    assert [problem.row for problem in found.problems] == [2]
    assert not found.errors


def test_items_nobody_answered_and_files_without_any_answer() -> None:
    found = read("unit,q1,q2\nd1,1,\nd2,2,\n", PLAIN)
    assert "nobody answered the item q2" in said(found)
    assert not found.errors
    with pytest.raises(InputError, match=r"no row holds any answer(.|\n)*has nobody"):
        read("unit,q1,q2\nd1,,\nd2,,\n", PLAIN).require()


def test_one_unit_and_one_respondent_are_said() -> None:
    assert "has one unit, 'd1'" in said(read("unit,q1,q2\nd1,1,1\nd1,2,2\n", PLAIN))
    assert "has one respondent" in said(read("unit,q1,q2\nd1,1,1\n", PLAIN))


def test_weights() -> None:
    mapping = PLAIN | {"weight": "w"}
    found = read("unit,q1,q2,w\nd1,1,1,0.5\nd2,2,2,1.25\nd1,3,3,0\nd1,3,3,\nd1,3,3,-1\nd2,3,3,50\n", mapping)
    assert found.tables["1"].weight is not None
    assert found.tables["1"].weight.tolist() == [5_000, 12_500, WEIGHT_MAX]
    assert [problem.row for problem in found.errors] == [4, 5, 6]
    assert "1 weights are above 20" in said(found)
    assert read("unit,q1,q2,w\nd1,1,1,1\nd2,2,2,1.0\n", mapping).tables["1"].weight is None


def test_cuts_by_level_relabel_and_band() -> None:
    mapping = PLAIN | {
        "cuts": {
            "area": {"column": "area", "levels": ["Ops", "Office"], "relabel": {"Operations": "Ops"}},
            "tenure": {"column": "years", "bands": {"under 2": [None, 2], "2 to 5": [2, 5], "5 and more": [5, None]}},
            "site": "site",
        }
    }
    text = "unit,q1,q2,area,years,site\nd1,1,1,ops,1.9,B\nd1,1,1,Operations,2,A\nd2,1,1,Office,5,\nd2,1,1,Offce,,b\n"
    found = read(text, mapping)
    cuts = found.tables["1"].cuts
    assert (cuts["area"][0].tolist(), cuts["area"][1]) == ([0, 0, 1, -1], ("Ops", "Office"))
    assert (cuts["tenure"][0].tolist(), cuts["tenure"][1]) == ([0, 1, 2, -1], ("under 2", "2 to 5", "5 and more"))
    assert cuts["site"][0].tolist()[2] == -1
    assert len(cuts["site"][1]) == 2
    assert "'Offce' is no level of the cut area" in said(found)
    assert "near 'Office'" in said(found)


def test_problems_are_capped_and_counted() -> None:
    text = "unit,q1,q2\n" + "d1,9,1\n" * 300
    found = read(text, PLAIN)
    assert len(found.errors) == 201
    assert "100 more of this kind" in said(found)


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(InputError) as caught:
        read("unit,q1\nd1,1\n", PLAIN | {"response": "id", "weight": "w"})
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("mapping", "said_of_it"),
    [
        ({}, "`unit` is missing"),
        ({"unit": "u", "itmes": {}}, "Did you mean `items`"),
        ({"unit": "u", "items": {"a b": "x"}}, "letters, digits and underscores"),
        ({"unit": "u", "items": {"a": {"column": "x", "codes": {True: 1}}}}, "Yes and No between double quotes"),
        ({"unit": "u", "items": {"a": {"column": "x", "codes": {"yes": 300}}}}, "codes are whole, -127 to 127"),
        ({"unit": "u", "items": {"a": {"column": "x", "answers": "none"}}}, "does not list"),
        ({"unit": "u", "items": {"a": {"column": "x", "low": 5, "high": 1}}}, "below `high`"),
        ({"unit": "u", "items": {"a": "x"}, "scores": {"a": "x"}}, "as an item and as a score"),
        ({"unit": "u", "wave": "w", "wave_key": "1"}, "Keep one"),
        ({"unit": "u", "wave_key": "../x"}, "wave key"),
        ({"unit": "u", "decimal": "x"}, "comma or a point"),
        ({"unit": "u", "cuts": {"t": {"column": "x", "bands": {"a": [1, 3], "b": [2, 4]}}}}, "overlap"),
        ({"unit": "u", "cuts": {"t": {"column": "x", "levels": ["a"], "relabel": {"b": "c"}}}}, "not among its levels"),
    ],
)
def test_slips_in_a_mapping_are_named(mapping: dict[str, Any], said_of_it: str) -> None:
    with pytest.raises(InputError, match=said_of_it):
        load_answer_mapping(mapping)


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(InputError, match=r"the scale of item .q1. is not known"):
        read("unit,q1\na,1\n", {"unit": "unit", "items": {"q1": "q1"}})


def test_mapping_files_are_read_strictly(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text("unit: team\nitems:\n  q1: {column: Q1, low: 1, high: 7}\n", encoding="utf-8")
    assert load_answer_mapping(file).items[0].high == 7
    file.write_text("unit: [\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"map\.yaml, row 2"):
        load_answer_mapping(file)
    file.write_text("- a\n", encoding="utf-8")
    with pytest.raises(InputError, match="name: value"):
        load_answer_mapping(file)
    with pytest.raises(InputError, match="no such file"):
        load_answer_mapping(tmp_path / "none.yaml")


def test_bh1996_loads_whole(shared: Path) -> None:
    path = shared / "oracles" / "bh1996" / "data.csv"
    names = ("LEAD", "COHES", "HRS", "WBEING")
    found = read_answers(path, {"unit": "GRP", "scores": {name: name for name in names}}).require()
    table = found.tables["1"]
    assert (len(table), len(table.unit_ids), found.rows_kept) == (7382, 99, 7382)
    with path.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [table.unit_ids[unit] for unit in table.unit.tolist()] == [row["GRP"] for row in rows]
    for name in names:
        given = np.array([float(row[name]) for row in rows])
        assert (table.scores[name] != SCORE_MISSING).all()
        assert np.abs(table.scores[name] / SCORE_ONE - given).max() <= 0.5 / SCORE_ONE + 1e-9
    lead = np.array([Fraction(row["LEAD"]).limit_denominator(12) for row in rows])
    assert (table.scores["LEAD"] == np.array([int(value * SCORE_ONE) for value in lead])).all()
