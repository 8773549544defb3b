"""Qualtrics: surveys (QSF) and answers (CSV with two or three header rows) moved in."""

from headwater.formats.qualtrics.answers import read_qualtrics_answers
from headwater.formats.qualtrics.survey import read_qualtrics_survey

__all__ = ["read_qualtrics_answers", "read_qualtrics_survey"]
