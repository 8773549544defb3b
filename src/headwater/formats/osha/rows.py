"""One establishment's year and one case, as the upload files hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

FileKind = Literal["summary", "cases"]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A year of one establishment, as form 300A sums it up. Names are those of the file; codes are texts."""

    establishment_name: str
    street_address: str
    city: str
    state: str
    zip: str
    naics_code: str
    size: str
    year_filing_for: int
    annual_average_employees: int
    total_hours_worked: int
    no_injuries_illnesses: str
    total_deaths: int = 0
    total_dafw_cases: int = 0
    total_djtr_cases: int = 0
    total_other_cases: int = 0
    total_dafw_days: int = 0
    total_djtr_days: int = 0
    total_injuries: int = 0
    total_skin_disorders: int = 0
    total_respiratory_conditions: int = 0
    total_poisonings: int = 0
    total_hearing_loss: int = 0
    total_other_illnesses: int = 0
    ein: str = ""
    company_name: str = ""
    industry_description: str = ""
    establishment_type: str = ""
    change_reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case, as forms 300 and 301 tell it, without a name. Names are those of the file; codes are texts."""

    establishment_name: str
    year_of_filing: int
    case_number: str
    job_title: str
    date_of_incident: date
    incident_location: str
    incident_description: str
    incident_outcome: str
    type_of_incident: str
    date_of_birth: date
    date_of_hire: date
    treatment_facility_type: str
    treatment_in_patient: str
    nar_before_incident: str
    nar_what_happened: str
    nar_injury_illness: str
    nar_object_substance: str
    dafw_num_away: int | None = None
    djtr_num_tr: int | None = None
    sex: str = ""
    time_started_work: time | None = None
    time_of_incident: time | None = None
    time_unknown: str = ""
    date_of_death: date | None = None
