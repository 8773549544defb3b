"""SurveyJS: a survey as JSON in and out, and its answers as a JSON array in."""

from headwater.formats.surveyjs.answers import read_surveyjs_answers
from headwater.formats.surveyjs.reading import read_surveyjs_survey
from headwater.formats.surveyjs.writing import WrittenSurvey, write_surveyjs_survey

__all__ = ["WrittenSurvey", "read_surveyjs_answers", "read_surveyjs_survey", "write_surveyjs_survey"]
