"""Surveys and answers of other products moved in: what they share, whatever product they come from."""

from headwater.formats.moving.results import AnswerColumn, Loss, MovedAnswers, SurveyImport

__all__ = ["AnswerColumn", "Loss", "MovedAnswers", "SurveyImport"]
