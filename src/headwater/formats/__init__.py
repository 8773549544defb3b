"""Outside formats: bytes to rows and problems, and back. One folder a format, one line a format in FORMATS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headwater.formats.a11 import read_a11_answers, write_a11_answers
from headwater.formats.answers import read_answers
from headwater.formats.distributions import read_distributions, write_distributions
from headwater.formats.limesurvey import read_limesurvey_answers
from headwater.formats.organisation import read_organisation, write_organisation
from headwater.formats.osha import read_osha, write_osha
from headwater.formats.places import read_places
from headwater.formats.qualtrics import read_qualtrics_answers
from headwater.formats.reading import Limits, read_table
from headwater.formats.spss import read_spss_answers, write_spss_answers
from headwater.formats.surveyjs import read_surveyjs_survey
from headwater.formats.unit_periods import read_unit_periods, write_unit_periods
from headwater.formats.writing import safe_cell, write_csv, write_xlsx
from headwater.formats.xlsform import read_xlsform_survey


@dataclass(frozen=True, slots=True)
class Format:
    """An outside format: what it is, what reads it, what writes it, and its heading in docs/reference/formats.md."""

    title: str
    read: Callable[..., Any]
    write: Callable[..., Any] | None
    heading: str


FORMATS: dict[str, Format] = {
    "answers": Format("Answers, one row a response", read_answers, None, "Answers"),
    "organisation": Format("People and where they work", read_organisation, write_organisation, "Organisation"),
    "distributions": Format("Published distributions with n", read_distributions, write_distributions, "Distributions"),
    "spss": Format("SPSS files, surveys and answers", read_spss_answers, write_spss_answers, "SPSS"),
    "surveyjs": Format("SurveyJS surveys and answers", read_surveyjs_survey, None, "SurveyJS"),
    "xlsform": Format("XLSForm surveys", read_xlsform_survey, None, "XLSForm"),
    "a11": Format("The federal customer experience upload", read_a11_answers, write_a11_answers, "A-11"),
    "unit_periods": Format("Figures by unit and period", read_unit_periods, write_unit_periods, "Unit periods"),
    "places": Format("Where units are, and what they stand on", read_places, None, "Places"),
    "qualtrics": Format("Qualtrics exports, by their survey", read_qualtrics_answers, None, "Qualtrics"),
    "osha": Format("Injuries for the US authority's upload", read_osha, write_osha, "OSHA"),
    "limesurvey": Format("LimeSurvey exports, by their survey", read_limesurvey_answers, None, "LimeSurvey"),
}

__all__ = ["FORMATS", "Format", "Limits", "read_table", "safe_cell", "write_csv", "write_xlsx"]
