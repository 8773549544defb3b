"""What moving a survey or its answers in gives: the questionnaire, its columns, and everything left behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from headwater.formats.answers import AnswerImport
from headwater.vocab import InputError, Instrument, Problem

Role = Literal["code", "number", "comment", "chosen", "placed"]
"""What a column of answers becomes: a code at rest, a number, words, chosen or not (1 or 0), a place in a ranking."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a file holds and that is not carried over: what it is, where it stands, why it stays behind."""

    what: str
    where: str
    why: str

    def __str__(self) -> str:
        """One line."""
        what = self.what.rstrip(".")
        return f"{self.where}: {what}. {self.why}" if self.where else f"{what}. {self.why}"


@dataclass(frozen=True)
class AnswerColumn:
    """One column of the answers and what it becomes.

    key: its key in the AnswerTable; the item's own, except for choices of multiple and ranking items. names: the ids
    by which the other product heads the column. headings: the same in words, folded. codes: code as written -> code at
    rest (chosen: folded words of yes and no -> 1 and 0). labels: words as written, folded -> code at rest. skipped,
    skipped_labels: answers that do not apply. low, high: the codes at rest. choice, choice_labels: chosen and placed
    only, the choice's code and words. group: the ids of the one column that may hold all chosen answers. places: placed
    only, the ids of the columns of rank 1, 2, ...
    """

    key: str
    item: str
    role: Role
    names: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    codes: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, int] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    skipped_labels: frozenset[str] = frozenset()
    low: int = 0
    high: int = 1
    choice: str = ""
    choice_labels: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class SurveyImport:
    """A survey moved in. `instrument` passes the checks of questionnaires.

    losses: everything not carried over. problems: what was assumed and what to look at. original: by item key, the
    product's own id of the question or column. columns: how each column of its answers is read. left: ids of columns
    whose questions are not carried over, with the reason.
    """

    instrument: Instrument
    losses: tuple[Loss, ...]
    problems: tuple[Problem, ...]
    original: Mapping[str, str]
    columns: tuple[AnswerColumn, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MovedAnswers(AnswerImport):
    """Answers moved in, with what was not.

    Items of the tables are codes at rest. A choice of a multiple item is an item of its own, `<item>_<choice>`: 1
    chosen, 0 not chosen by someone who chose another, missing otherwise. A choice of a ranking is its place, 1 first.
    Numbers are scores. Words are comments. offered: columns that may become the unit or a cut by a mapping.
    """

    losses: tuple[Loss, ...] = ()
    offered: tuple[str, ...] = ()

    def require(self) -> MovedAnswers:
        """Return this import. Raises InputError with all errors when there are any."""
        if self.errors:
            raise InputError(self.errors)
        return self
