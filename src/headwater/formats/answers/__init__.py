"""Answers from a CSV or XLSX file: one row a response, with a mapping file or headers that are item keys."""

from headwater.formats.answers.mapping import (
    AnswerMapping,
    CutMapping,
    ItemMapping,
    ScoreMapping,
    guess_mapping,
    load_answer_mapping,
)
from headwater.formats.answers.reading import AnswerImport, read_answers

__all__ = [
    "AnswerImport",
    "AnswerMapping",
    "CutMapping",
    "ItemMapping",
    "ScoreMapping",
    "guess_mapping",
    "load_answer_mapping",
    "read_answers",
]
