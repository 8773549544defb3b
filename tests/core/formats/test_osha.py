"""The injury upload: both files written, read back and checked; every rule is broken once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from headwater.cli import main
from headwater.formats.osha import (
    CASE_HEADER,
    SUMMARY_HEADER,
    CaseRow,
    SummaryRow,
    check_rows,
    check_together,
    osha_csv,
    read_osha,
    size_code,
    write_osha,
)
from headwater.vocab import InputError

CASE = CaseRow(
    establishment_name="Works, North", year_of_filing=2025, case_number="7", job_title="Fitter",
    date_of_incident=date(2025, 3, 4), incident_location="Hall 2", incident_description="Cut on the left hand",
    incident_outcome="2", type_of_incident="1", date_of_birth=date(1980, 5, 6), date_of_hire=date(2015, 1, 2),
    treatment_facility_type="1", treatment_in_patient="0", nar_before_incident="Trimming sheet",
    nar_what_happened='The guard was "up"', nar_injury_illness="Cut, five stitches", nar_object_substance="Sheet metal",
    dafw_num_away=5, djtr_num_tr=3, sex="F", time_started_work=time(6), time_of_incident=time(9, 40),
)  # fmt: skip
YEAR = SummaryRow(
    establishment_name="Works, North", street_address="1 Mill Lane", city="Akron", state="OH", zip="04430",
    naics_code="332710", size="21", year_filing_for=2025, annual_average_employees=50, total_hours_worked=100_000,
    no_injuries_illnesses="1", total_dafw_cases=1, total_dafw_days=5, total_djtr_days=3, total_injuries=1,
    ein="123456789", company_name="Works",
)  # fmt: skip


def test_headers_are_those_of_the_application() -> None:
    assert len(SUMMARY_HEADER) == 28
    assert len(CASE_HEADER) == 24
    assert (SUMMARY_HEADER[1], SUMMARY_HEADER[-1]) == ("ein", "change_reason")
    assert (CASE_HEADER[7], CASE_HEADER[-1]) == ("incident_outcome", "date_of_death")


def test_both_files_come_back_as_written(tmp_path: Path) -> None:
    path = write_osha(tmp_path / "300a.csv", [YEAR])
    assert path.read_bytes().startswith(b"establishment_name,ein,")
    found = read_osha(path).require()
    assert (found.kind, found.summaries, found.problems) == ("summary", (YEAR,), ())
    content = osha_csv([CASE])
    assert b"03/04/2025" in content
    assert b",09:40," in content
    cases = read_osha(content, today=date(2026, 1, 1)).require()
    assert (cases.kind, cases.cases) == ("cases", (CASE,))
    assert check_together(found.summaries, cases.cases) == ()


def test_a_wrong_file_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the outcomes sum to 1 cases and the six types to 2"):
        write_osha(tmp_path / "300a.csv", [replace(YEAR, total_poisonings=1)])
    assert not (tmp_path / "300a.csv").exists()
    with pytest.raises(InputError, match="nothing to upload"):
        osha_csv([])


@pytest.mark.parametrize(
    ("changed", "column", "words"),
    [
        ({"size": "2"}, "size", "old code"),
        ({"size": "1"}, "size", "ends at 19"),
        ({"zip": "0443"}, "zip", "not 5 or 9 digits"),
        ({"ein": "12-3456789"}, "ein", "Write 123456789."),
        ({"state": "XX"}, "state", "no state"),
        ({"naics_code": "3327"}, "naics_code", "not 6 digits"),
        ({"no_injuries_illnesses": "2"}, "no_injuries_illnesses", "cases are counted"),
        ({"total_hours_worked": 0}, "total_hours_worked", "below 1"),
        ({"total_hours_worked": 438_000}, "total_hours_worked", "no year has so many"),
        ({"total_dafw_days": 181}, "total_dafw_days", "more than 180"),
        ({"total_dafw_days": 0}, "total_dafw_days", "only 0 days"),
        ({"establishment_name": ""}, "establishment_name", "required"),
        ({"establishment_name": "x" * 101}, "establishment_name", "100 is the most"),
        ({"total_dafw_cases": 0, "total_injuries": 0}, "no_injuries_illnesses", "no case is counted"),
    ],
)
def test_every_rule_of_the_summary(changed: dict[str, object], column: str, words: str) -> None:
    found = check_rows([replace(YEAR, **changed)])  # type: ignore[arg-type]
    named = [str(problem) for problem in found.problems if problem.column == column and problem.row == 2]
    assert any(words in one for one in named), found.problems
    assert found.summaries == ()


@pytest.mark.parametrize(
    ("changed", "column", "words"),
    [
        ({"date_of_incident": date(2024, 12, 31)}, "date_of_incident", "does not lie in 2025"),
        ({"dafw_num_away": 181}, "dafw_num_away", "Write 180."),
        ({"dafw_num_away": 0}, "dafw_num_away", "no day away"),
        ({"incident_outcome": "3"}, "incident_outcome", "write 2"),
        ({"incident_outcome": "4"}, "incident_outcome", "days are counted"),
        ({"incident_outcome": "1"}, "date_of_death", "no date of it"),
        ({"date_of_death": date(2025, 3, 5)}, "date_of_death", "the outcome is another"),
        ({"incident_outcome": "5"}, "incident_outcome", "none of the codes"),
        ({"date_of_birth": date(2025, 5, 6)}, "date_of_birth", "before the incident"),
        ({"date_of_hire": date(2025, 5, 6)}, "date_of_hire", "after the incident"),
        ({"time_of_incident": None}, "time_of_incident", "neither a time"),
        ({"time_unknown": "1"}, "time_of_incident", "not known"),
        ({"nar_object_substance": ""}, "nar_object_substance", "required"),
        ({"treatment_in_patient": "Y"}, "treatment_in_patient", "none of the codes"),
    ],
)
def test_every_rule_of_a_case(changed: dict[str, object], column: str, words: str) -> None:
    found = check_rows([CASE, replace(CASE, case_number="8", **changed)])  # type: ignore[arg-type]
    named = [str(problem) for problem in found.problems if problem.column == column and problem.row == 3]
    assert any(words in one for one in named), found.problems
    assert found.cases == (CASE,)


def test_rows_that_stand_twice_and_cases_ahead() -> None:
    found = check_rows([CASE, replace(CASE, establishment_name="WORKS, north")])
    assert "the first is in row 2" in found.problems[0].message
    ahead = read_osha(osha_csv([CASE]), today=date(2025, 3, 3))
    assert not ahead.is_sound
    assert check_rows([YEAR, replace(YEAR, year_filing_for=2024)]).is_sound


def test_a_file_from_outside_says_row_column_and_what_to_do() -> None:
    content = osha_csv([CASE]).decode().replace("03/04/2025", "2025-03-04").replace("job_title", "title")
    found = read_osha(content.encode(), name="theirs.csv")
    told = [str(problem) for problem in found.problems]
    assert any(one.startswith("theirs.csv, row 2, column date_of_incident") for one in told)
    assert any("the column job_title is missing" in one for one in told)
    assert any("'title' is not part of the file" in one for one in told)
    assert found.cases == ()
    with pytest.raises(InputError, match="neither of the two"):
        read_osha(b"a,b\n1,2\n")
    template = osha_csv([YEAR]).decode().replace("ein,", "ein_number,", 1)
    assert read_osha(template.encode()).is_sound


def test_the_two_files_are_held_against_each_other() -> None:
    told = check_together([YEAR], [CASE, replace(CASE, case_number="8", incident_outcome="3", dafw_num_away=None)])
    assert {problem.column for problem in told} == {"total_djtr_cases", "total_injuries", "total_djtr_days"}
    assert "no row of form 300A" in check_together([], [CASE])[0].message


def test_sizes_go_by_the_most_people() -> None:
    assert [size_code(n) for n in (0, 19, 20, 99, 100, 249, 250, 9_000)] == ["1", "1", "21", "21", "22", "22", "3", "3"]
    with pytest.raises(ValueError, match="below 0"):
        size_code(-1)


def test_the_command_line_checks_one_file_or_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = write_osha(tmp_path / "form-300a.csv", [YEAR])
    cases = write_osha(tmp_path / "cases.csv", [CASE])
    assert main(["osha", str(summary), str(cases)]) == 0
    assert "every rule is met" in capsys.readouterr().out
    other = write_osha(tmp_path / "other.csv", [replace(CASE, dafw_num_away=6)])
    assert main(["osha", str(summary), str(other)]) == 2
    assert "form 300A says 5 and the cases give 6" in capsys.readouterr().out
    assert main(["osha", str(tmp_path / "absent.csv")]) == 2
