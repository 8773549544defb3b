"""Answers at rest to moments, on DuckDB or on a Spark cluster."""

from headwater.engine.adding import add_moments
from headwater.engine.archive import load_moments, save_moments
from headwater.engine.computing import ENGINES, compute_moments, update_moments
from headwater.engine.packed import PackedAnswers, SubtreeStatistics
from headwater.engine.resampling import ReplicateSums, bootstrap_sums, person_scores
from headwater.engine.rows import RowBatch, stream_rows
from headwater.engine.totals import UnitMoments, cut_totals, roll_up, unit_totals

__all__ = [
    "ENGINES",
    "PackedAnswers",
    "ReplicateSums",
    "RowBatch",
    "SubtreeStatistics",
    "UnitMoments",
    "add_moments",
    "bootstrap_sums",
    "compute_moments",
    "cut_totals",
    "load_moments",
    "person_scores",
    "roll_up",
    "save_moments",
    "stream_rows",
    "unit_totals",
    "update_moments",
]
