"""Planted leaks: each is added to a clean release and found by the attack that is named for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.core.privacy.audit_cast import own_copy, scored_books, small_table, tables_of
from tests.core.privacy.planted import (
    PLANTS,
    Tables,
    plant_bridge,
    plant_recut,
)

from headwater.privacy.audit import ATTACKS, Verdict, audit_releases


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return tables_of(scored_books(tmp_path_factory.mktemp("world")))


def leaks(verdict: Verdict) -> list[str]:
    return [finding.attack for finding in verdict.findings if finding.severity == "leak"]


def test_what_headwater_releases_is_clean(clean: Tables) -> None:
    verdict = audit_releases(clean)
    assert leaks(verdict) == []
    assert verdict.clean
    assert verdict.exit_code == 0
    assert not verdict.unfinished
    assert len(verdict.checks) == len(ATTACKS) >= 30
    for attack in ("sibling_subtraction", "shrunken_value", "cut_tree_bridge", "scale_against_items", "distribution"):
        assert verdict.checks[attack] > 0


def test_one_wave_alone_is_clean(clean: Tables) -> None:
    assert audit_releases(clean[:1]).clean


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_leak_is_found(clean: Tables, name: str) -> None:
    attack, plant = PLANTS[name]
    tables = plant(tuple(own_copy(table) for table in clean))
    verdict = audit_releases(tables)
    found = [finding for finding in verdict.of(attack) if finding.severity == "leak"]
    assert found, [finding.attack for finding in verdict.findings]
    assert verdict.exit_code == 4
    assert not verdict.clean
    assert all(finding.how and finding.place for finding in found)
    assert any(line.startswith("leak: ") for line in verdict.lines())


def test_every_attack_on_numbers_has_a_plant() -> None:
    on_files = {"workbook_in_deck", "hidden_content", "file_metadata", "page_hidden", "pdf_hidden", "json_small",
                "file_names", "stored_numbers"}  # fmt: skip
    planted = {attack for attack, _ in PLANTS.values()}
    assert planted | on_files | {"value_precision", "rate_inversion"} == set(ATTACKS)
    assert len(planted) >= 15


def test_every_attack_is_documented() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "audit.md").read_text(encoding="utf-8")
    for key in ATTACKS:
        assert f"`{key}`" in page, key


def test_a_fraction_that_does_not_fit_its_count_is_a_caution() -> None:
    table = small_table({"top": "", "a": "top"}, {"top": 48, "a": 8}, value=25 / 7)
    table.everybody.fields["value"][0, 0] = 3.5
    verdict = audit_releases([table])
    (finding,) = verdict.findings
    assert (finding.attack, finding.severity) == ("value_precision", "caution")
    assert "only 7 answers" in finding.how
    assert verdict.clean


def test_a_capped_rate_beside_its_count_is_a_caution() -> None:
    table = small_table({"top": "", "a": "top"}, {"top": 40, "a": 19})
    capped = replace(table, response=np.array([80.0, 75.0]))  # 40 of 50; 15 said of 20 invited, 19 of whom answered.
    (finding,) = audit_releases([capped]).findings
    assert (finding.attack, finding.severity, finding.people, finding.units) == ("rate_inversion", "caution", 1, ("a",))
    honest = replace(table, response=np.array([80.0, 100 * 19 / 24]))
    assert audit_releases([honest]).findings == ()


def test_derivation_is_told_with_its_numbers() -> None:
    (table,) = plant_bridge(())
    (finding,) = audit_releases([table]).of("cut_tree_bridge")
    assert finding.people == 2
    assert "b [people/w1] (20)" in finding.how
    assert "leaves 2 people" in finding.how


def test_no_small_group_no_finding() -> None:
    table = small_table(
        {"top": "", "a": "top", "b": "top"},
        {"top": 40, "a": 20, "b": 20},
        levels={("area", "x"): {"top": 17, "a": 9}, ("area", "y"): {"top": 12, "a": 5}},
    )
    assert audit_releases([table]).findings == ()


def test_the_verdict_is_plain_data(clean: Tables, tmp_path: Path) -> None:
    import json

    said = audit_releases(plant_recut(())).to_dict()
    assert json.loads(json.dumps(said)) == said
    assert said["clean"] is False
    assert said["exit_code"] == 4
