"""Spark runs the same expression and gives the same integers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core.engine.world import PLAN, STUDY, WAVE, answers, same_moments

from headwater.engine import compute_moments, computing, update_moments
from headwater.engine.spark import start_session
from headwater.intake import seal
from headwater.vocab import AnswerTable, MomentPlan, PlannedItem, PlannedScore

pytestmark = [pytest.mark.spark, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One local Spark for the whole file."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 or newer")
    spark, ours = start_session(str(tmp_path_factory.mktemp("spark")))
    assert ours
    yield
    spark.stop()


@pytest.mark.parametrize("weighted", [False, True])
def test_spark_equals_duckdb(tmp_path: Path, weighted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights, missing items, reversed items, two cuts, two parts, more than one range of units."""
    for table in (answers(300, 1, weighted=weighted), answers(150, 2, units=9)):
        seal(tmp_path, STUDY, WAVE, table)
    here = compute_moments(tmp_path, "ex", "2026", PLAN)
    monkeypatch.setattr(computing, "BYTES_A_RANGE", 16 * 30 * 30)
    there = compute_moments(tmp_path, "ex", "2026", PLAN, engine="spark")
    assert here.weighted is weighted
    assert same_moments(here, there)


def test_an_update_on_spark_equals_one_pass(tmp_path: Path) -> None:
    """The parts have different columns, and a score of more than 12 items is rounded."""
    plan = MomentPlan(
        tuple(PlannedItem(f"k{number}", -3, 10) for number in range(14)),
        (PlannedScore("all", tuple(f"k{number}" for number in range(14))), PlannedScore("one", ("k0",))),
    )
    table = answers(80, 5)
    first = {f"k{number}": table.items["q4" if number % 2 else "q3"] for number in range(14)}
    seal(tmp_path, STUDY, WAVE, AnswerTable(table.unit_ids, table.unit, first))
    before = compute_moments(tmp_path, "ex", "2026", plan, engine="spark")
    late = {key: codes[::-1] for key, codes in list(first.items())[1:]}
    seal(tmp_path, STUDY, WAVE, AnswerTable(table.unit_ids, table.unit, {**late, "k99": first["k1"]}))
    whole = compute_moments(tmp_path, "ex", "2026", plan)
    assert whole.respondents.sum() == 160
    assert before.respondents.sum() == 80
    assert same_moments(update_moments(before, tmp_path, engine="spark"), whole)
