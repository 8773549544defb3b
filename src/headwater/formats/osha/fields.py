"""The columns of the two upload files of OSHA's Injury Tracking Application, and what each may hold.

Source: the CSV data dictionaries of the application (establishment and form 300A; case data of forms 300 and 301), as
listed by their users in 2024 to 2026. OSHA changes them without a version number: look there before a first upload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "whole", "code", "date", "time", "digits"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column. most: the longest text, or the largest number. codes: what a code may be, with what it means.

    digits: the lengths that a text of digits may have. least: the smallest number.
    """

    name: str
    kind: Kind = "text"
    is_required: bool = True
    most: int | None = None
    least: int = 0
    codes: Mapping[str, str] | None = None
    digits: tuple[int, ...] = ()


SIZES: Mapping[str, str] = {"1": "under 20", "21": "20 to 99", "22": "100 to 249", "3": "250 and more"}
"""Sizes by the most people who worked there at any time of the year."""

SIZE_ENDS: Mapping[str, tuple[int, int | None]] = {"1": (0, 19), "21": (20, 99), "22": (100, 249), "3": (250, None)}

ESTABLISHMENT_TYPES: Mapping[str, str] = {"1": "no government", "2": "state government", "3": "local government"}
OUTCOMES: Mapping[str, str] = {"1": "death", "2": "days_away", "3": "restricted", "4": "other"}
TYPES: Mapping[str, str] = {
    "1": "injury",
    "2": "skin_disorder",
    "3": "respiratory",
    "4": "poisoning",
    "5": "hearing_loss",
    "6": "other_illness",
}
OUTCOME_CODES: Mapping[str, str] = {name: code for code, name in OUTCOMES.items()}
TYPE_CODES: Mapping[str, str] = {name: code for code, name in TYPES.items()}

YES_NO: Mapping[str, str] = {"1": "yes", "0": "no"}
MOST_DAYS = 180
"""Days away and restricted beyond this need not be counted (29 CFR 1904.7(b)(3)(vii))."""
HOURS_OF_A_YEAR = 8760
FIRST_YEAR = 2016
"""The first year the application took."""

_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
)
STATES = frozenset(_STATES.split())


def _count(name: str) -> Field:
    return Field(name, "whole", most=1_000_000_000)


SUMMARY_FIELDS: tuple[Field, ...] = (
    Field("establishment_name", most=100),
    Field("ein", "digits", is_required=False, digits=(9,)),
    Field("company_name", is_required=False, most=100),
    Field("street_address", most=100),
    Field("city", most=100),
    Field("state", "text", most=2),
    Field("zip", "digits", digits=(5, 9)),
    Field("naics_code", "digits", digits=(6,)),
    Field("industry_description", is_required=False, most=300),
    Field("size", "code", codes=SIZES),
    Field("establishment_type", "code", is_required=False, codes=ESTABLISHMENT_TYPES),
    Field("year_filing_for", "whole", most=9999, least=FIRST_YEAR),
    Field("annual_average_employees", "whole", most=10_000_000, least=1),
    Field("total_hours_worked", "whole", most=100_000_000_000, least=1),
    Field("no_injuries_illnesses", "code", codes={"1": "there were some", "2": "there were none"}),
    _count("total_deaths"),
    _count("total_dafw_cases"),
    _count("total_djtr_cases"),
    _count("total_other_cases"),
    _count("total_dafw_days"),
    _count("total_djtr_days"),
    _count("total_injuries"),
    _count("total_skin_disorders"),
    _count("total_respiratory_conditions"),
    _count("total_poisonings"),
    _count("total_hearing_loss"),
    _count("total_other_illnesses"),
    Field("change_reason", is_required=False, most=100),
)

CASE_FIELDS: tuple[Field, ...] = (
    Field("establishment_name", most=100),
    Field("year_of_filing", "whole", most=9999, least=FIRST_YEAR),
    Field("case_number"),
    Field("job_title", most=255),
    Field("date_of_incident", "date"),
    Field("incident_location", most=255),
    Field("incident_description", most=255),
    Field("incident_outcome", "code", codes=OUTCOMES),
    Field("dafw_num_away", "whole", is_required=False, most=MOST_DAYS),
    Field("djtr_num_tr", "whole", is_required=False, most=MOST_DAYS),
    Field("type_of_incident", "code", codes=TYPES),
    Field("date_of_birth", "date"),
    Field("date_of_hire", "date"),
    Field("sex", "code", is_required=False, codes={"M": "male", "F": "female"}),
    Field("treatment_facility_type", "code", codes=YES_NO),
    Field("treatment_in_patient", "code", codes=YES_NO),
    Field("time_started_work", "time", is_required=False),
    Field("time_of_incident", "time", is_required=False),
    Field("time_unknown", "code", is_required=False, codes=YES_NO),
    Field("nar_before_incident"),
    Field("nar_what_happened"),
    Field("nar_injury_illness"),
    Field("nar_object_substance"),
    Field("date_of_death", "date", is_required=False),
)

SUMMARY_HEADER = tuple(field.name for field in SUMMARY_FIELDS)
CASE_HEADER = tuple(field.name for field in CASE_FIELDS)

OUTCOME_TOTALS = ("total_deaths", "total_dafw_cases", "total_djtr_cases", "total_other_cases")
"""In the order of OUTCOMES."""
TYPE_TOTALS = (
    "total_injuries",
    "total_skin_disorders",
    "total_respiratory_conditions",
    "total_poisonings",
    "total_hearing_loss",
    "total_other_illnesses",
)
"""In the order of TYPES."""


def size_code(most_people: int) -> str:
    """Return the size of an establishment by the most people who worked there at any time of the year.

    Raises ValueError below 0.
    """
    if most_people < 0:
        raise ValueError("the most people cannot be below 0")
    return next(code for code, (low, high) in SIZE_ENDS.items() if low <= most_people <= (high or 10**9))
