"""What learning keeps, a file a subject."""

from headwater.rooms.learn.models.alone import AloneRound, AloneStudy
from headwater.rooms.learn.models.benchmarks import BenchmarkChoice, BenchmarkVersion
from headwater.rooms.learn.models.journeys import ContactReading, JourneyVersion
from headwater.rooms.learn.models.looks import Look
from headwater.rooms.learn.models.places import PlaceMap, UnitPlace
from headwater.rooms.learn.models.results import Chain, ChainStation, ResultImport
from headwater.rooms.learn.models.shared_views import SharedView, SharedViewLook
from headwater.rooms.learn.models.surprises import SurpriseCopy, SurpriseNote, SurpriseRules
from headwater.rooms.learn.models.theme_books import ThemeBookVersion

__all__ = [
    "AloneRound",
    "AloneStudy",
    "BenchmarkChoice",
    "BenchmarkVersion",
    "Chain",
    "ChainStation",
    "ContactReading",
    "JourneyVersion",
    "Look",
    "PlaceMap",
    "ResultImport",
    "SharedView",
    "SharedViewLook",
    "SurpriseCopy",
    "SurpriseNote",
    "SurpriseRules",
    "ThemeBookVersion",
    "UnitPlace",
]
