"""What engaging keeps, a file a subject."""

from headwater.rooms.engage.models.active_role import BoardPath, BoardStep, RoleAct, RoleDuty, RoleVersion
from headwater.rooms.engage.models.asks import Ask, CalendarAddress, WeeklyCap
from headwater.rooms.engage.models.briefings import Briefing, BriefingCopy
from headwater.rooms.engage.models.challenges import Challenge, ChallengeShare, SupportRequest
from headwater.rooms.engage.models.credibility import Forecast, LedgerCopy, Promise
from headwater.rooms.engage.models.decks import DeckFile, DeckIssue, DeckReceiver, DeckSchedule
from headwater.rooms.engage.models.discovery import (
    Discovery,
    DiscoveryCommitment,
    DiscoveryInvitation,
    DiscoveryNote,
    DiscoveryParticipant,
    DiscoveryPlace,
    DiscoveryPrediction,
    DiscoveryQuestion,
    DiscoverySelfView,
    ForesightSnapshot,
)
from headwater.rooms.engage.models.mirror import MirrorExercise
from headwater.rooms.engage.models.risks import Risk, RiskMeasure, RiskStep
from headwater.rooms.engage.models.stakeholders import (
    AttitudeReading,
    OwnWordRequest,
    Preference,
    Rating,
    RegisterChange,
    RegisterFile,
    Remark,
    Sponsorship,
    Stakeholder,
    UpcomingDecision,
)

__all__ = [
    "Ask",
    "AttitudeReading",
    "BoardPath",
    "BoardStep",
    "Briefing",
    "BriefingCopy",
    "CalendarAddress",
    "Challenge",
    "ChallengeShare",
    "DeckFile",
    "DeckIssue",
    "DeckReceiver",
    "DeckSchedule",
    "Discovery",
    "DiscoveryCommitment",
    "DiscoveryInvitation",
    "DiscoveryNote",
    "DiscoveryParticipant",
    "DiscoveryPlace",
    "DiscoveryPrediction",
    "DiscoveryQuestion",
    "DiscoverySelfView",
    "Forecast",
    "ForesightSnapshot",
    "LedgerCopy",
    "MirrorExercise",
    "OwnWordRequest",
    "Preference",
    "Promise",
    "Rating",
    "RegisterChange",
    "RegisterFile",
    "Remark",
    "Risk",
    "RiskMeasure",
    "RiskStep",
    "RoleAct",
    "RoleDuty",
    "RoleVersion",
    "Sponsorship",
    "Stakeholder",
    "SupportRequest",
    "UpcomingDecision",
    "WeeklyCap",
]
