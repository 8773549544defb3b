"""The three real inputs, analysed from their files with no project file, against their sources and oracles."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.e2e.outcomes import run
from tests.oracles.oracle import load

from headwater.chain import load_river
from headwater.scoring import load_book
from headwater.vocab import Design, Estimate, Stream

POSITIVE = {
    "Strongly Agree",
    "Agree",
    "Very Satisfied",
    "Satisfied",
    "Most of the time",
    "Always",
    "Very Good",
    "Good",
}
"""The two positive answers of each kind of question of the US employee survey, as published."""


def analysed(folder: Path, out: Path) -> dict[str, Any]:
    made = run("analyse", folder, "--out", out, "--form", "html", "--json")
    assert made.code == 0, made.err
    said: dict[str, Any] = json.loads(made.out)
    return said


@pytest.fixture(scope="module")
def army(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("army") / "result"
    said = analysed(shared / "oracles/bh1996", out)
    assert said["books"] == [{"study": "soldiers", "wave": "1996", "units": 100, "units_shown": 100}]
    return out


@pytest.fixture(scope="module")
def trusts(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("nhs") / "result"
    return out, analysed(shared / "data/nhs", out)


@pytest.fixture(scope="module")
def agencies(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("fevs") / "result"
    return out, analysed(shared / "data/fevs", out)


def stream_of(result: Path, source: str, target: str) -> Stream:
    river = load_river(result / "released/river.json")
    return next(stream for stream in river.streams if (stream.source, stream.target) == (source, target))


def test_every_company_is_shown_with_the_mean_of_its_soldiers(army: Path, shared: Path) -> None:
    book = load_book(army / "released/books/soldiers/1996")
    column = next(number for number, column in enumerate(book.columns) if column.subject == "LEAD")
    scores = defaultdict(list)
    with (shared / "oracles/bh1996/data.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            scores[row["GRP"]].append(float(row["LEAD"]))
    assert len(scores) == 99
    for company, given in scores.items():
        found = book.at(book.tree.index_of[company], column)
        assert isinstance(found, Estimate)
        assert found.n == len(given)
        assert found.value == pytest.approx(sum(given) / len(given), abs=3e-5)


def test_leadership_and_well_being_equal_the_oracle_free_of_the_same_source(army: Path, shared: Path) -> None:
    data = load(shared, "bh1996")
    oracle = data.value("between_latent_anova.LEAD_WBEING")
    stream = stream_of(army, "LEAD", "WBEING")
    assert stream.water is not None
    assert stream.dry_bed is not None
    assert stream.water.design is Design.SOURCE_FREE
    assert stream.water.n_units == 99
    assert stream.water.effect == pytest.approx(oracle["r_between_latent"], abs=1e-4)
    assert round(stream.water.effect, 2) == 0.56
    assert stream.water.clear_of_nothing
    assert stream.dry_bed.design is Design.SAME_SOURCE
    company, count = np.unique(data.column("GRP"), return_inverse=True, return_counts=True)[1:]
    lead, well = (np.bincount(company, data.column(name)) / count for name in ("LEAD", "WBEING"))
    assert stream.dry_bed.effect == pytest.approx(float(np.corrcoef(lead, well)[0, 1]), abs=1e-4)


def test_a_company_gets_its_report(army: Path, tmp_path: Path) -> None:
    assert run("report", army, "--unit", "Company 13", "--form", "html", "--out", tmp_path).code == 0
    assert "Company 13" in (tmp_path / "leader-13.html").read_text(encoding="utf-8")


def test_all_ninety_nine_companies_get_theirs(army: Path, tmp_path: Path) -> None:
    made = run("report", army, "--form", "pptx", "--out", tmp_path, "--json")
    assert made.code == 0
    assert len(json.loads(made.out)["files"]) == 100
    assert len(list(tmp_path.glob("leader-*.pptx"))) == 100


def test_the_river_of_the_trusts_says_both(trusts: tuple[Path, dict[str, Any]]) -> None:
    _, said = trusts
    assert said["river"]["title"] == "The first water is clear. The second bed is nearly dry."
    sentences = {(stream["from"], stream["to"]): stream["sentence"] for stream in said["river"]["streams"]}
    assert len(sentences) == 8
    assert all("trust" in sentence for sentence in sentences.values())


@pytest.mark.parametrize("target", ["stress", "burnout", "enough_staff"])
def test_the_first_link_holds_within_trusts(trusts: tuple[Path, dict[str, Any]], target: str) -> None:
    stream = stream_of(trusts[0], "abuse", target)
    assert stream.water is not None
    assert stream.water.design is Design.WITHIN_UNITS
    assert stream.water.low > 0.2
    assert stream.water.n_units > 100


@pytest.mark.parametrize("source", ["stress", "burnout", "enough_staff"])
def test_the_second_link_nearly_vanishes_there(trusts: tuple[Path, dict[str, Any]], source: str) -> None:
    stream = stream_of(trusts[0], source, "seen")
    assert stream.dry_bed is not None
    assert stream.water is not None
    assert stream.dry_bed.low > 0.1
    assert abs(stream.water.effect) < 0.15
    assert not stream.water.clear_of_nothing


def test_percent_positive_is_as_published(agencies: tuple[Path, dict[str, Any]], shared: Path) -> None:
    """The sum of the positive categories of 20 cells a year, drawn from the source file, not from ours."""
    with (agencies[0] / "reports/percent-positive.csv").open(encoding="utf-8-sig") as handle:
        ours = {(row["period"], row["item"], row["unit"]): row["percent positive"] for row in csv.DictReader(handle)}
    draw = random.Random(20261122)
    for year in ("2021", "2022", "2024"):
        published: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        with (shared / f"data/fevs/fevs_{year}_by_agency.csv").open(encoding="utf-8-sig") as handle:
            for row in csv.DictReader(handle):
                if row["value"] not in ("", "NA"):
                    published[row["item"], row["agency"]][row["category"]] = float(row["value"])
        cells = sorted(key for key, answers in published.items() if POSITIVE & set(answers))
        assert len(cells) > 1_000
        for item, agency in draw.sample(cells, 20):
            total = sum(value for answer, value in published[item, agency].items() if answer in POSITIVE)
            unit = " ".join(agency.split()).strip("†* ").replace("DOD Overall", "DOD")
            assert float(ours[year, item, unit]) == pytest.approx(total, abs=0.051), (year, item, agency)


def test_the_engagement_index_is_refused_with_the_reason(agencies: tuple[Path, dict[str, Any]]) -> None:
    _, said = agencies
    refused = {entry["link"]: entry["why"] for entry in said["refused"]}
    assert set(refused) == {"Immediate supervisors and Engagement index", "Senior leaders and Engagement index"}
    assert all("a thing related to itself" in why for why in refused.values())
    assert {(stream["from"], stream["to"]) for stream in said["river"]["streams"]} == {
        ("supervisor", "satisfaction"),
        ("senior_leaders", "satisfaction"),
    }


def test_supervisors_are_linked_with_satisfaction(agencies: tuple[Path, dict[str, Any]]) -> None:
    stream = stream_of(agencies[0], "supervisor", "satisfaction")
    assert stream.water is not None
    assert stream.water.clear_of_nothing
    assert -1 <= stream.water.low <= stream.water.high <= 1


def test_what_was_published_without_answers_needs_no_audit_of_answers(agencies: tuple[Path, dict[str, Any]]) -> None:
    refused = run("report", agencies[0])
    assert refused.code == 2
    assert "came without single answers" in refused.err
