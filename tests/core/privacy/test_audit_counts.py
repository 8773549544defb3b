"""Respondents may stand in for the answers of fewer people: what then follows for certain, and what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.core.privacy.audit_cast import small_table

from headwater.privacy.audit import audit_releases
from headwater.privacy.audit.evidence import MOST_FINDINGS, Evidence
from headwater.privacy.audit.views import View
from headwater.privacy.releases import ReleaseTable


def favourable(top: float, team: float) -> ReleaseTable:
    """27 people of whom 20 answered, and a team of them that is said to be twelve."""
    table = small_table({"top": "", "a": "top"}, {"top": 27, "a": 12})
    column = replace(table.columns[0], measure="favourable", low=0.0, high=100.0, unit="percent")
    panel = table.everybody
    panel.n_answered[0, 0] = 20
    for name, values in (("value", (top, team)), ("low", (20.0, 20.0)), ("high", (90.0, 90.0))):
        panel.fields[name][:, 0] = values
    return replace(table, columns=(column,))


def test_half_of_twelve_may_be_half_of_ten_so_the_rest_is_no_leak() -> None:
    # 14 of 20 less 6 of 12 would leave eight who all agree; 5 of 10 leave nine of ten.
    verdict = audit_releases([favourable(70.0, 50.0)])
    assert verdict.clean
    (caution,) = verdict.of("homogeneous_rest")
    assert caution.severity == "caution"
    assert "unless some of those people skipped" in caution.how


def test_seven_of_twelve_are_seven_of_twelve_so_the_rest_is_a_leak() -> None:
    verdict = audit_releases([favourable(75.0, 700 / 12)])
    (leak,) = verdict.of("homogeneous_rest")
    assert (leak.severity, leak.people) == ("leak", 8)


@pytest.mark.parametrize(("answers", "told"), [(6, False), (7, True), (9, False), (11, True), (0, False)])
def test_a_count_is_told_where_no_fewer_answers_give_the_fraction(answers: int, told: bool) -> None:
    table = favourable(70.0, 100 * answers / 12)
    fewer = [n for n in range(1, 12) if abs(answers / 12 * n - round(answers / 12 * n)) < 1e-9]
    assert (not fewer) == told
    assert View(table, table.everybody).told_counts.tolist() == [[True], [told]]


def test_many_cautions_do_not_hide_a_leak() -> None:
    evidence = Evidence(())
    for number in range(MOST_FINDINGS + 3):
        evidence.found("homogeneous_rest", "here", f"caution {number}", severity="caution")
    evidence.found("homogeneous_rest", "here", "leak")
    assert [finding.how for finding in evidence.findings if finding.severity == "leak"] == ["leak"]
    assert dict(evidence.beyond) == {("homogeneous_rest", "caution"): 3}


def test_a_panel_of_few_units_is_read_by_its_own_rows() -> None:
    table = small_table(
        {"top": "", "a": "top", "b": "a", "c": "b", "d": "top"},
        {"top": 60, "a": 40, "c": 20},
        levels={("area", "x"): {"top": 30, "c": 9}},
    )
    whole, level = (View(table, panel) for panel in table.panels)
    rows = np.flatnonzero(level.n > 0)
    few = replace(
        table.panels[1],
        rows=rows.astype(np.int32),
        **{name: getattr(table.panels[1], name)[rows] for name in ("shown", "n", "n_answered", "bound")},
        fields={name: values[rows] for name, values in table.panels[1].fields.items()},
        sureness={name: values[rows] for name, values in table.panels[1].sureness.items()},
    )
    narrow = View(table, few)
    assert narrow.parent.tolist() == [-1, 0]
    assert [narrow.unit(row) for row in range(2)] == ["top", "c"]
    assert narrow.row_of.tolist() == [0 if unit == "top" else 1 if unit == "c" else -1 for unit in table.unit_ids]
    assert np.array_equal(narrow.spread(narrow.n, 0), level.n)
    assert np.array_equal(whole.parent, table.parent)
    both = [audit_releases([one]) for one in (table, replace(table, panels=(table.panels[0], few)))]
    assert [finding.how for finding in both[0].findings] == [finding.how for finding in both[1].findings]


def test_a_change_is_held_against_the_wave_before_and_not_against_its_levels() -> None:
    parents = {"top": "", "a": "top"}
    earlier = small_table(parents, {"top": 40, "a": 20})
    earlier.everybody.shown[1, 0], earlier.everybody.n_answered[1, 0] = False, 0
    for values in earlier.everybody.fields.values():
        values[1, 0] = np.nan
    later = small_table(parents, {"top": 41, "a": 20}, wave="w2", previous_wave="w1")
    later.everybody.fields["previous_difference"][1, 0] = 0.25
    levels = small_table({"root": "", "top\x1ffront": "root"}, {"top\x1ffront": 20})
    for tables in ([earlier, later], [earlier, levels, later]):
        assert [leak.units for leak in audit_releases(tables).of("previous_difference")] == [("a",)]
