"""LimeSurvey: surveys (LSS), archives (LSA) and answers (LSA, LSR, CSV in codes or in words) moved in."""

from headwater.formats.limesurvey.answers import read_limesurvey_answers
from headwater.formats.limesurvey.survey import read_limesurvey_survey

__all__ = ["read_limesurvey_answers", "read_limesurvey_survey"]
