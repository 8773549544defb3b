"""SPSS files (.sav, .zsav): surveys and answers in; released tables and identified studies' answers out."""

from headwater.formats.spss.answers import read_spss_answers
from headwater.formats.spss.survey import read_spss_survey
from headwater.formats.spss.writing import write_spss_answers, write_spss_table

__all__ = ["read_spss_answers", "read_spss_survey", "write_spss_answers", "write_spss_table"]
