"""XLSForm: a survey as an XLSX workbook of the sheets survey, choices and settings, in, and answers to it."""

from headwater.formats.xlsform.answers import read_xlsform_answers
from headwater.formats.xlsform.reading import read_xlsform_survey

__all__ = ["read_xlsform_answers", "read_xlsform_survey"]
