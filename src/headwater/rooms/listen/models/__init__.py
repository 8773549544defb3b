"""What the room of listening keeps. Answers at rest are not here: they lie sealed in the store."""

from headwater.rooms.listen.models.moving import ExportApproval, ExportRequest, MovingImport, SavedMapping
from headwater.rooms.listen.models.questionnaires import Questionnaire, QuestionnaireEdit, QuestionnaireVersion
from headwater.rooms.listen.models.responses import AccessCode, BatchReceipt, CallBack, SealedResponse
from headwater.rooms.listen.models.studies import (
    Invitation,
    ListenSettings,
    RateUpdate,
    Study,
    StudyQuestionnaire,
    Wave,
    WaveLaunch,
)

__all__ = [
    "AccessCode",
    "BatchReceipt",
    "CallBack",
    "ExportApproval",
    "ExportRequest",
    "Invitation",
    "ListenSettings",
    "MovingImport",
    "Questionnaire",
    "QuestionnaireEdit",
    "QuestionnaireVersion",
    "RateUpdate",
    "SavedMapping",
    "SealedResponse",
    "Study",
    "StudyQuestionnaire",
    "Wave",
    "WaveLaunch",
]
