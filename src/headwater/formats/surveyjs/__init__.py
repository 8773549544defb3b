"""SurveyJS: a survey as JSON in, and its answers as a JSON array in."""

from headwater.formats.surveyjs.answers import read_surveyjs_answers
from headwater.formats.surveyjs.reading import read_surveyjs_survey

__all__ = ["read_surveyjs_answers", "read_surveyjs_survey"]
