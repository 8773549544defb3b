"""What deciding keeps, a file a subject."""

from headwater.rooms.decide.models.appointments import (
    Appointment,
    AppointmentAssessor,
    AppointmentNeed,
    Candidate,
    CandidateConsensus,
    CandidateScore,
)
from headwater.rooms.decide.models.competencies import CompetencyRating, MemberExperience
from headwater.rooms.decide.models.directions import (
    CandidateRating,
    Direction,
    DirectionCandidate,
    DirectionReview,
    DirectionStep,
    FrozenDirectionError,
    Goal,
    VisionVersion,
)
from headwater.rooms.decide.models.maturity import (
    MaturityAssessment,
    MaturityAssessor,
    MaturityEvidence,
    PracticeConsensus,
    PracticeScore,
)
from headwater.rooms.decide.models.practices import Practice, PracticeUse
from headwater.rooms.decide.models.responsibilities import (
    ActivityLetter,
    ActivityRight,
    Mandate,
    Responsibility,
    TeamActivity,
)
from headwater.rooms.decide.models.structure import StructureDecision, TeamLimit, TeamMember

__all__ = [
    "ActivityLetter",
    "ActivityRight",
    "Appointment",
    "AppointmentAssessor",
    "AppointmentNeed",
    "Candidate",
    "CandidateConsensus",
    "CandidateRating",
    "CandidateScore",
    "CompetencyRating",
    "Direction",
    "DirectionCandidate",
    "DirectionReview",
    "DirectionStep",
    "FrozenDirectionError",
    "Goal",
    "Mandate",
    "MaturityAssessment",
    "MaturityAssessor",
    "MaturityEvidence",
    "MemberExperience",
    "Practice",
    "PracticeConsensus",
    "PracticeScore",
    "PracticeUse",
    "Responsibility",
    "StructureDecision",
    "TeamActivity",
    "TeamLimit",
    "TeamMember",
    "VisionVersion",
]
