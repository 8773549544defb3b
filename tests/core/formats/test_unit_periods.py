"""Unit-by-period tables: ready-made figures, months gathered into years, and the join of two sources."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headwater.formats.unit_periods import (
    UnitPeriodsImport,
    join,
    load_unit_periods_spec,
    read_unit_periods,
    write_unit_periods,
)
from headwater.vocab import InputError, UnitPeriods

WIDE: dict[str, Any] = {
    "unit": "code",
    "name": "name",
    "period": "year",
    "values": {"stress": {"column": "s", "base": "n", "label": "Stress", "low": 0, "high": 100}},
}
MONTHS: dict[str, Any] = {
    "unit": "code",
    "date": {"column": "month", "format": "%B %Y"},
    "ratios": {"seen": {"numerator": "late", "denominator": "all", "complement": True}},
}


def wide(*rows: str, **more: Any) -> UnitPeriodsImport:
    return read_unit_periods(("code,name,year,s,n,kind\n" + "\n".join(rows)).encode(), WIDE | more, name="w.csv")


def months(*rows: str, **more: Any) -> UnitPeriodsImport:
    return read_unit_periods(("code,month,late,all\n" + "\n".join(rows)).encode(), MONTHS | more, name="m.csv")


def said(found: UnitPeriodsImport) -> str:
    return "\n".join(map(str, found.problems))


def test_values_bases_names_and_labels() -> None:
    table = wide("B,Old,2021,40,10,x", "B,New,2022,41.5,12,x", "A,Ash,2022,-,7,x").require().table
    assert (table.units, table.periods) == (("A", "B"), ("2021", "2022"))
    assert np.array_equal(table.values["stress"], np.array([[np.nan, np.nan], [40, 41.5]]), equal_nan=True)
    assert np.array_equal(table.bases["stress"], np.array([[np.nan, 7], [10, 12]]), equal_nan=True)
    assert table.names == {"A": "Ash", "B": "New"}
    assert table.labels == {"stress": "Stress"}
    assert table.source == "w.csv"


def test_wrong_rows_are_named_and_left_out() -> None:
    found = wide("A,a,2021,40,10,x", "A,a,2021,41,10,x", "B,b,2021,140,10,x", "C,c,2021,x,10,x", ",d,2021,1,1,x")
    assert {(problem.row, problem.column) for problem in found.errors} == {(3, ""), (4, "s"), (5, "s"), (6, "code")}
    assert "is given already in row 2" in said(found)
    assert found.table.values["stress"][0, 0] == 40
    assert np.isnan(found.table.values["stress"][1, 0])


def test_small_bases_are_left_out_and_counted() -> None:
    values = {"stress": {"column": "s", "base": "n", "minimum_base": 11}}
    found = wide("A,a,2021,40,10,x", "B,b,2021,50,11,x", values=values)
    assert np.array_equal(found.table.values["stress"].ravel(), np.array([np.nan, 50]), equal_nan=True)
    assert "1 values of 'stress' stand on fewer than 11" in said(found)


def test_rows_can_be_kept_by_kind() -> None:
    assert wide("A,a,2021,40,10,x", "B,b,2021,50,11,y", keep={"kind": ["y"]}).table.units == ("B",)
    with pytest.raises(InputError, match="no row is left"):
        wide("A,a,2021,40,10,x", keep={"kind": ["z"]})


def test_decimal_commas_are_read() -> None:
    text = "code;name;year;s;n\nA;a;2021;40,5;1200\nB;b;2021;41,25;900\n"
    table = read_unit_periods(text.encode(), WIDE).require().table
    assert table.values["stress"].ravel().tolist() == [40.5, 41.25]


def test_months_are_summed_before_they_are_divided() -> None:
    rows = ("A,April 2021,10,100", "A,May 2021,90,300", "A,January 2022,0,50", "B,May 2021,5,10")
    table = months(*rows).require().table
    assert table.periods == ("2021", "2022")
    assert np.array_equal(table.values["seen"], np.array([[75, 100], [50, np.nan]]), equal_nan=True)
    assert table.bases["seen"].tolist()[0] == [400, 50]


def test_a_month_without_one_count_enters_neither_sum() -> None:
    found = months("A,April 2021,10,100", "A,May 2021,NA,300")
    assert found.table.values["seen"].tolist() == [[90]]
    assert found.table.bases["seen"].tolist() == [[100]]
    assert "1 rows lack late or all" in said(found)


def test_a_part_larger_than_its_whole_is_an_error() -> None:
    found = months("A,April 2021,110,100", "A,May 2021,10,100")
    assert [(problem.row, problem.column) for problem in found.errors] == [(2, "late")]
    assert found.table.values["seen"].tolist() == [[90]]


@pytest.mark.parametrize(
    ("grain", "periods"),
    [
        ("month", ("2021-03", "2021-04")),
        ("quarter", ("2021-Q1", "2021-Q2")),
        ("year", ("2021",)),
        ("financial_year", ("2020/21", "2021/22")),
    ],
)
def test_periods_of_dates(grain: str, periods: tuple[str, ...]) -> None:
    date = {"column": "month", "format": "%B %Y", "to": grain}
    assert months("A,March 2021,1,10", "A,April 2021,2,10", date=date).table.periods == periods


def test_windows_whole_years_and_bad_dates() -> None:
    date = {"column": "month", "format": "%B %Y", "first": "2021-04", "last": "2021-05"}
    rows = ("A,March 2021,9,10", "A,April 2021,1,10", "A,May 2021,2,10", "A,Mai 2021,5,10")
    found = months(*rows, date=date)
    assert found.table.bases["seen"].tolist() == [[20]]
    assert "row 5, column month: 'Mai 2021' is not a date" in said(found)
    short = months(*rows[:3], date={"column": "month", "format": "%B %Y", "minimum_rows": 4})
    assert np.isnan(short.table.values["seen"]).all()
    assert "has no value in any unit" in said(short)


@pytest.mark.parametrize(
    ("spec", "said_of_it"),
    [
        ({"unit": "a"}, "`period`.*or `date`"),
        ({"unit": "a", "period": "b"}, "names no figure"),
        ({"unit": "a", "period": "b", "date": {"column": "c"}, "values": {"x": "y"}}, "not both"),
        ({"unit": "a", "date": {"column": "c"}, "values": {"x": "y"}}, "Give counts"),
        ({"unit": "a", "date": {"column": "c", "to": "week"}}, "must be one of"),
        ({"unit": "a", "date": {"column": "c", "first": "April"}}, "such as 2021-04"),
        ({"unit": "a", "period": "b", "values": {"x": {"column": "y", "minimum_base": 5}}}, "needs `base`"),
        ({"unit": "a", "period": "b", "values": {"x": {"col": "y"}}}, "`values.x.column` is missing"),
    ],
)
def test_slips_in_the_mapping_are_named(spec: dict[str, Any], said_of_it: str) -> None:
    with pytest.raises(InputError, match=said_of_it):
        load_unit_periods_spec(spec)


def panel(units: str, periods: tuple[str, ...], key: str, values: list[list[float]]) -> UnitPeriods:
    return UnitPeriods(tuple(units), periods, {key: np.array(values)}, names={unit: f"Unit {unit}" for unit in units})


def test_join_keeps_what_both_have_and_reports_the_rest() -> None:
    nan = np.nan
    a = panel("ABC", ("2021", "2022"), "x", [[1, 2], [3, 4], [5, nan]])
    b = panel("BAD", ("2022", "2023"), "y", [[7, 8], [nan, 9], [1, 1]])
    found = join(a, b)
    assert (found.table.units, found.table.periods) == (("A", "B"), ("2022",))
    assert found.table.values["x"].ravel().tolist() == [2, 4]
    assert np.array_equal(found.table.values["y"].ravel(), np.array([nan, 7]), equal_nan=True)
    assert (found.only_a, found.only_b) == (("C",), ("D",))
    report = "\n".join(map(str, found.problems))
    assert "unit D (Unit D) is only in the second table (2022)" in report
    assert "only the first table has 2021" in report
    assert "only the second table has 2023" in report


def test_join_follows_changed_codes_but_refuses_mergers() -> None:
    a = panel("AB", ("1",), "x", [[1], [2]])
    b = panel("CB", ("1",), "y", [[3], [4]])
    assert join(a, b, codes={"C": "A"}).table.values["y"].ravel().tolist() == [3, 4]
    with pytest.raises(InputError, match="one unit of several: 'B'"):
        join(a, b, codes={"C": "B"})


def test_join_refuses_what_cannot_be_joined() -> None:
    a = panel("A", ("1",), "x", [[1]])
    with pytest.raises(InputError, match="both tables hold 'x'"):
        join(a, a)
    with pytest.raises(InputError, match="share no unit"):
        join(a, panel("B", ("1",), "y", [[1]]))
    with pytest.raises(InputError, match="share no period"):
        join(a, panel("A", ("2",), "y", [[1]]))


def test_tables_come_back_as_written(tmp_path: Path) -> None:
    first = wide("B,Bo,2021,40,10,x", "B,Bo,2022,41.5,12,x", "A,Ash,2022,3,7,x").table
    write_unit_periods(tmp_path / "t.csv", first)
    spec = {"unit": "unit", "name": "name", "period": "period"}
    values = {"values": {"stress": {"column": "stress", "base": "stress_base"}}}
    again = read_unit_periods(tmp_path / "t.csv", spec | values).require().table
    assert (again.units, again.periods) == (first.units, first.periods)
    assert np.array_equal(again.values["stress"], first.values["stress"], equal_nan=True)
    assert np.array_equal(again.bases["stress"], first.bases["stress"], equal_nan=True)


SURVEY = {"abuse": "Emotional_manager", "discrimination": "Discrimination_internal", "stress": "Stress"}


def survey(shared: Path) -> UnitPeriodsImport:
    values = {
        key: {"column": f"{name}_rate", "base": f"{name}_base", "low": 0, "high": 100} for key, name in SURVEY.items()
    }
    spec = {"unit": "ODS code", "name": "Organisation name", "period": "Year", "missing": ["NA", "-", "<NA>"]}
    path = shared / "data" / "nhs" / "staff_survey_by_organisation_2021_2024.csv"
    return read_unit_periods(path, spec | {"values": values}).require()


def waits(shared: Path) -> UnitPeriodsImport:
    ratio = {
        "numerator": "attendances_over_4hours",
        "denominator": "total_attendances",
        "complement": True,
        "minimum_base": 20_000,
    }
    spec = {"unit": "nhs_trust22_code", "date": {"column": "date", "format": "%B %Y"}, "ratios": {"seen": ratio}}
    return read_unit_periods(shared / "data" / "nhs" / "ae_waits_by_trust_month.csv", spec).require()


def test_nhs_survey_loads_whole(shared: Path) -> None:
    table = survey(shared).table
    path = shared / "data" / "nhs" / "staff_survey_by_organisation_2021_2024.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert table.periods == ("2021", "2022", "2023", "2024")
    assert len(table.units) == len({row["ODS code"] for row in rows})
    seen = 0
    for row in rows:
        place = table.units.index(row["ODS code"]), table.periods.index(row["Year"])
        for key, name in SURVEY.items():
            assert table.values[key][place] == float(row[f"{name}_rate"])
            assert table.bases[key][place] == float(row[f"{name}_base"])
            seen += 1
    assert seen == 3 * int((~np.isnan(table.values["stress"])).sum()) == 3 * 1075


def test_nhs_months_are_gathered_and_joined(shared: Path) -> None:
    table = waits(shared).table
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    with (shared / "data" / "nhs" / "ae_waits_by_trust_month.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            if "NA" not in (row["attendances_over_4hours"], row["total_attendances"]):
                cell = sums[row["nhs_trust22_code"], row["date"][-4:]]
                cell[0] += int(row["attendances_over_4hours"])
                cell[1] += int(row["total_attendances"])
    shown = {key: cell for key, cell in sums.items() if cell[1] >= 20_000}
    assert len(shown) == int((~np.isnan(table.values["seen"])).sum())
    for (unit, period), (late, whole) in shown.items():
        place = table.units.index(unit), table.periods.index(period)
        assert table.values["seen"][place] == pytest.approx(100 - 100 * late / whole, rel=1e-12)
        assert table.bases["seen"][place] == whole
    joined = join(survey(shared).table, table)
    seen, stress, abuse = (joined.table.values[key] for key in ("seen", "stress", "abuse"))
    both = ~np.isnan(seen) & ~np.isnan(stress)
    assert int(both.sum()) == 519
    assert np.corrcoef(abuse[both], stress[both])[0, 1] == pytest.approx(0.64, abs=0.005)
    assert -0.38 < np.corrcoef(seen[both], stress[both])[0, 1] < -0.25
    assert any("R1F" in problem.message for problem in joined.problems)
