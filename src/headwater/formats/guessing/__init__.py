"""Files nobody has described yet: which product made them, and what their columns may be."""

from headwater.formats.guessing.columns import ColumnGuess, guess_columns
from headwater.formats.guessing.recognising import KINDS, FileKind, recognise
from headwater.formats.guessing.surveys import ColumnChoice, build_mapping, parse_answers

__all__ = [
    "KINDS",
    "ColumnChoice",
    "ColumnGuess",
    "FileKind",
    "build_mapping",
    "guess_columns",
    "parse_answers",
    "recognise",
]
