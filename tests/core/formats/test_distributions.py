"""Published distributions: percent as published, n, and questions matched over years by their words."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headwater.formats.distributions import (
    DistributionImport,
    load_distribution_spec,
    match_by_text,
    normalise_text,
    percent_positive,
    read_distributions,
    write_distributions,
)
from headwater.vocab import InputError, ItemDistribution

SPEC: dict[str, Any] = {
    "columns": {
        "period": "year",
        "item": "item",
        "text": "text",
        "unit": "agency",
        "category": "category",
        "value": "value",
    },
    "total": "Item Response Total",
    "not_answers": [
        "Do Not Know",
        "No Basis to Judge",
        "No Accessability Need",
        "No recent hires in my work unit",
        "Not Applicable",
    ],
    "strip": "†*",
    "aliases": {"DOD Overall": "DOD"},
    "answers": {
        "agree": {
            "order": ["Strongly Disagree", "Disagree", "Neither Agree nor Disagree", "Agree", "Strongly Agree"],
            "positive": ["Agree", "Strongly Agree"],
        },
        "satisfied": {
            "order": [
                "Very Dissatisfied",
                "Dissatisfied",
                "Neither Satisfied nor Dissatisfied",
                "Satisfied",
                "Very Satisfied",
            ],
            "positive": ["Satisfied", "Very Satisfied"],
        },
        "often": {
            "order": ["Never", "Rarely", "Sometimes", "Most of the time", "Always"],
            "positive": ["Most of the time", "Always"],
        },
        "good": {"order": ["Very Poor", "Poor", "Fair", "Good", "Very Good"], "positive": ["Good", "Very Good"]},
    },
}
SMALL: dict[str, Any] = {
    "columns": {"item": "i", "unit": "u", "category": "c", "value": "v"},
    "period": "2024",
    "total": "N",
    "not_answers": ["DK"],
    "answers": {"yn": {"order": ["No", "Yes"], "positive": ["Yes"]}},
}


def small(*rows: str) -> DistributionImport:
    return read_distributions(("i,u,c,v\n" + "\n".join(rows)).encode(), SMALL, name="d.csv")


def said(found: DistributionImport) -> str:
    return "\n".join(map(str, found.problems))


def test_percent_n_and_order_of_answers() -> None:
    found = small("q1,A,Yes,60", "q1,A,No,40", "q1,A,N,25.0", "q1,A,DK,3", "q1,B,No,100", "q1,B,Yes,0", "q1,B,N,7")
    item = found.require().distributions[0]
    assert item.categories == ("No", "Yes")
    assert item.units == ("A", "B")
    assert item.percent.tolist() == [[40, 60], [100, 0]]
    assert item.n.tolist() == [25, 7]
    assert item.period == "2024"
    assert found.percent_positive(item).tolist() == [60, 0]


def test_unpublished_cells_are_missing_not_zero() -> None:
    found = small("q1,A,Yes,60", "q1,A,No,NA", "q1,B,Yes,", "q1,B,No,50", "q1,A,N,9")
    item = found.distributions[0]
    assert np.isnan(item.percent).tolist() == [[True, False], [False, True]]
    assert item.n.tolist() == [9, 0]
    positive = found.percent_positive(item)
    assert positive[0] == 60
    assert np.isnan(positive[1])
    assert "in 'B' has no 'N'" in said(found)


def test_wrong_rows_are_named() -> None:
    found = small("q1,A,Yes,60", "q1,A,No,40", "q1,A,N,2.5", "q1,A,Yes,61", "q1,B,Yes,x", "q1,,No,1", "q1,B,No,-4")
    assert {(problem.row, problem.column) for problem in found.errors} == {
        (2, ""),
        (5, ""),
        (6, "v"),
        (7, "u"),
        (8, "v"),
    }
    assert "is given already in row 2" in said(found)
    assert "2.5 people answered" in said(found)


def test_percents_that_do_not_add_up_are_said() -> None:
    found = small("q1,A,Yes,60", "q1,A,No,30", "q1,A,N,20")
    assert "add up to 90.0, not 100" in said(found)
    assert not found.errors


def test_unknown_answers_make_a_choice_without_percent_positive() -> None:
    found = small("q1,A,Red,60", "q1,A,Blue,40", "q1,A,N,20")
    item = found.distributions[0]
    assert item.categories == ("Red", "Blue")
    assert ("2024", "q1") not in found.answer_sets
    with pytest.raises(KeyError):
        found.percent_positive(item)
    with pytest.raises(ValueError, match="at least one"):
        percent_positive(item, ())


def test_slips_in_the_mapping_are_named() -> None:
    with pytest.raises(InputError, match="`total` is missing"):
        load_distribution_spec({"columns": SMALL["columns"]})
    with pytest.raises(InputError, match=r"`columns\.value` is missing"):
        load_distribution_spec({"columns": {"item": "i", "unit": "u", "category": "c"}, "total": "N"})
    with pytest.raises(InputError, match="among it"):
        load_distribution_spec(SMALL | {"answers": {"yn": {"order": ["No", "Yes"], "positive": ["Maybe"]}}})


def item_of(key: str, text: str, categories: tuple[str, ...] = ("No", "Yes")) -> ItemDistribution:
    return ItemDistribution(key, text, "", ("A",), categories, np.full((1, len(categories)), 50.0), np.array([10]))


def test_questions_match_by_words_and_answers() -> None:
    assert normalise_text("My  supervisor’s\nteam; works!") == normalise_text("My supervisor's team works")
    a = [
        item_of("1", "Work is fair."),
        item_of("2", "I like it"),
        item_of("3", "How often?"),
        item_of("4", "How often?"),
    ]
    b = [
        item_of("9", "Work is  FAIR"),
        item_of("8", "I like it", ("Low", "High")),
        item_of("7", "How often?"),
        item_of("6", "I liked it"),
    ]
    found = match_by_text(a, b)
    assert [(pair.a.item, pair.b.item) for pair in found.pairs] == [("1", "9")]
    assert ("2", "8", "the answers to choose from differ") in {(n.a.item, n.b.item, n.why) for n in found.near}
    assert ("2", "6", "the words differ") in {(n.a.item, n.b.item, n.why) for n in found.near}
    assert ("3", "7", "several items have these words and answers") in {(n.a.item, n.b.item, n.why) for n in found.near}
    assert [item.item for item in found.only_a] == ["2", "3", "4"]
    assert [item.item for item in found.only_b] == ["8", "7", "6"]


def test_distributions_come_back_as_written(tmp_path: Path) -> None:
    first = small("q1,A,Yes,60", "q1,A,No,40", "q1,A,N,25", "q1,B,No,", "q1,B,Yes,12.5", "q1,B,N,0")
    write_distributions(tmp_path / "d.csv", first.distributions)
    columns = {name: name for name in ("period", "item", "text", "unit", "category", "value")}
    again = read_distributions(tmp_path / "d.csv", SMALL | {"columns": columns, "period": "", "total": "n"})
    assert np.array_equal(again.distributions[0].percent, first.distributions[0].percent, equal_nan=True)
    assert again.distributions[0].n.tolist() == first.distributions[0].n.tolist()


def fevs(shared: Path, year: int) -> DistributionImport:
    return read_distributions(shared / "data" / "fevs" / f"fevs_{year}_by_agency.csv", SPEC).require()


@pytest.mark.parametrize(("year", "items", "ordered"), [(2021, 56, 52), (2022, 99, 93), (2024, 78, 76)])
def test_fevs_loads_whole_as_published(shared: Path, year: int, items: int, ordered: int) -> None:
    found = fevs(shared, year)
    assert len(found.distributions) == items
    assert len(found.answer_sets) == ordered
    published: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    with (shared / "data" / "fevs" / f"fevs_{year}_by_agency.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            agency = " ".join(row["agency"].replace("†", "").split())
            published[row["item"], {"DOD Overall": "DOD"}.get(agency, agency)][row["category"]] = row["value"]
    assert len(published) == sum(len(item.units) for item in found.distributions) == items * 42
    for item in found.distributions:
        answer_set = found.answer_sets.get((item.period, item.item))
        positive = found.percent_positive(item) if answer_set else None
        for place, unit in enumerate(item.units):
            cells = published[item.item, unit]
            assert item.n[place] == float(cells["Item Response Total"])
            for category, percent in zip(item.categories, item.percent[place].tolist(), strict=True):
                assert np.isnan(percent) if cells[category] == "" else percent == float(cells[category])
            if answer_set and positive is not None and not np.isnan(positive[place]):
                assert positive[place] == pytest.approx(sum(float(cells[answer]) for answer in answer_set.positive))


def test_fevs_items_are_trended_by_words(shared: Path) -> None:
    early, middle, late = (fevs(shared, year).distributions for year in (2021, 2022, 2024))
    first, second = match_by_text(early, middle), match_by_text(middle, late)
    assert (len(first.pairs), len(second.pairs)) == (39, 69)
    assert any(pair.a.item != pair.b.item for pair in first.pairs)
    assert all(normalise_text(pair.a.text) == normalise_text(pair.b.text) for pair in (*first.pairs, *second.pairs))
    assert all(pair.a.categories == pair.b.categories for pair in (*first.pairs, *second.pairs))
    assert "DOD" in middle[0].units
    assert set(early[0].units) == set(middle[0].units) == set(late[0].units)
