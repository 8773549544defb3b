"""Moments, tree and measures, through the gate, to the ScoreBook."""

from headwater.scoring.book import Benchmark, Comparisons, Inputs, score
from headwater.scoring.contact_rows import ContactPeriod, ContactQuestions
from headwater.scoring.contact_storage import load_contacts, save_contacts
from headwater.scoring.contacts import find_contacts
from headwater.scoring.cutting import CrossedCells, CutLevels
from headwater.scoring.daily import DailyRates, daily_response_rates
from headwater.scoring.driver_storage import load_drivers, save_drivers
from headwater.scoring.drivers import find_drivers
from headwater.scoring.importance import find_importance
from headwater.scoring.importance_storage import load_importance, save_importance
from headwater.scoring.injury_storage import load_injuries, save_injuries
from headwater.scoring.ledgering import Ledgers, Proposal, commit_release, propose_release
from headwater.scoring.rates import InjuryCounts, score_injuries
from headwater.scoring.sameness import find_sameness
from headwater.scoring.sameness_storage import load_sameness, save_sameness
from headwater.scoring.services import load_services, save_services, score_services
from headwater.scoring.shown_totals import release_of
from headwater.scoring.specification import RatedItem, RatedScale, Specification, specify
from headwater.scoring.storage import load_book, save_book
from headwater.scoring.wave import score_moments, score_wave

__all__ = [
    "Benchmark",
    "Comparisons",
    "ContactPeriod",
    "ContactQuestions",
    "CrossedCells",
    "CutLevels",
    "DailyRates",
    "InjuryCounts",
    "Inputs",
    "Ledgers",
    "Proposal",
    "RatedItem",
    "RatedScale",
    "Specification",
    "commit_release",
    "daily_response_rates",
    "find_contacts",
    "find_drivers",
    "find_importance",
    "find_sameness",
    "load_book",
    "load_contacts",
    "load_drivers",
    "load_importance",
    "load_injuries",
    "load_sameness",
    "load_services",
    "propose_release",
    "release_of",
    "save_book",
    "save_contacts",
    "save_drivers",
    "save_importance",
    "save_injuries",
    "save_sameness",
    "save_services",
    "score",
    "score_injuries",
    "score_moments",
    "score_services",
    "score_wave",
    "specify",
]
