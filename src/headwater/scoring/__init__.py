"""Moments, tree and measures, through the gate, to the ScoreBook."""

from headwater.scoring.book import Benchmark, Comparisons, Inputs, score
from headwater.scoring.cutting import CrossedCells, CutSums
from headwater.scoring.specification import RatedItem, RatedScale, Specification, specify
from headwater.scoring.storage import load_book, save_book
from headwater.scoring.wave import score_moments, score_wave

__all__ = [
    "Benchmark",
    "Comparisons",
    "CrossedCells",
    "CutSums",
    "Inputs",
    "RatedItem",
    "RatedScale",
    "Specification",
    "load_book",
    "save_book",
    "score",
    "score_moments",
    "score_wave",
    "specify",
]
