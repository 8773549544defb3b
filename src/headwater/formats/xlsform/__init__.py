"""XLSForm: a survey as an XLSX workbook of the sheets survey, choices and settings, in."""

from headwater.formats.xlsform.reading import read_xlsform_survey

__all__ = ["read_xlsform_survey"]
