"""What acting keeps, a file a subject."""

from headwater.rooms.act.models.commitments import CheckIn, Commitment, Handover, HelpAsk, Told, ToldStatement
from headwater.rooms.act.models.incidents import (
    Incident,
    IncidentDuty,
    IncidentMessage,
    IncidentNotice,
    IncidentOpening,
    IncidentPoster,
)
from headwater.rooms.act.models.obstacles import Obstacle, ObstacleClock, ObstacleGroup, ObstaclePoster, ObstacleStep
from headwater.rooms.act.models.safety import (
    CaseClock,
    CaseHealth,
    CaseSpell,
    Establishment,
    EstablishmentYear,
    HealthLook,
    HoursFile,
    HoursWorked,
    IndustryRate,
    InjuryCase,
    SafetyRule,
)
from headwater.rooms.act.models.safety_meetings import MeetingDecision, MeetingPresence, SafetyMeeting
from headwater.rooms.act.models.visits import Visit, VisitNote, VisitPhoto, VisitProgramme, VisitProgrammeUnit

__all__ = [
    "CaseClock",
    "CaseHealth",
    "CaseSpell",
    "CheckIn",
    "Commitment",
    "Establishment",
    "EstablishmentYear",
    "Handover",
    "HealthLook",
    "HelpAsk",
    "HoursFile",
    "HoursWorked",
    "Incident",
    "IncidentDuty",
    "IncidentMessage",
    "IncidentNotice",
    "IncidentOpening",
    "IncidentPoster",
    "IndustryRate",
    "InjuryCase",
    "MeetingDecision",
    "MeetingPresence",
    "Obstacle",
    "ObstacleClock",
    "ObstacleGroup",
    "ObstaclePoster",
    "ObstacleStep",
    "SafetyMeeting",
    "SafetyRule",
    "Told",
    "ToldStatement",
    "Visit",
    "VisitNote",
    "VisitPhoto",
    "VisitProgramme",
    "VisitProgrammeUnit",
]
