"""A table as read from a file: columns of text, dictionary-coded, with the row numbers a person sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import InputError, Problem

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class Column:
    """One column of text. codes: int32[R], position in `values`. values: the distinct texts, stripped of blanks."""

    name: str
    codes: NDArray[np.int32]
    values: tuple[str, ...]

    def texts(self) -> list[str]:
        """Return the text of every row."""
        values = self.values
        return [values[code] for code in self.codes.tolist()]

    def text(self, row: int) -> str:
        """Return the text of one row, counted from 0."""
        return self.values[int(self.codes[row])]

    def flags(self, test: Callable[[str], bool]) -> NDArray[np.bool_]:
        """bool[R]: a test of the text, run once a distinct value."""
        return np.array([test(value) for value in self.values], np.bool_)[self.codes]

    @cached_property
    def blank(self) -> NDArray[np.bool_]:
        """bool[R]: where nothing is written."""
        return self.flags(lambda value: value == "")


@dataclass(frozen=True)
class Table:
    """A table of text. columns: by header name, in file order. rows: int64[R], row numbers as in a spreadsheet."""

    file: str
    columns: Mapping[str, Column]
    rows: NDArray[np.int64]
    problems: tuple[Problem, ...] = ()
    delimiter: str = ""
    """The sign between cells; empty for a sheet."""

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def header(self) -> tuple[str, ...]:
        """The column names."""
        return tuple(self.columns)

    def __getitem__(self, name: str) -> Column:
        """Return a column. Raises InputError that names the nearest header when there is none."""
        if name in self.columns:
            return self.columns[name]
        raise InputError(missing_column(self.file, name, self.header))


def missing_column(file: str, name: str, header: Sequence[str]) -> Problem:
    """Say that a column is not there, with the nearest name and what is there."""
    near = nearest(name, header)
    listed = ", ".join(header[:20]) + (f" … +{len(header) - 20:,}" if len(header) > 20 else "")
    hint = f"Did you mean {near!r}? " if near else ""
    return Problem(f"there is no column {name!r}.", f"{hint}The file has: {listed}.", file, 1)


def nearest(word: str, among: Sequence[str]) -> str:
    """Return the most similar of some words, "" when none is similar. Compares without case, up to 20,000 words."""
    import difflib

    folded = {candidate.casefold(): candidate for candidate in among[:20_000]}
    if word.casefold() in folded:
        return folded[word.casefold()]
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else ""


def make_table(
    file: str,
    header: Sequence[str],
    columns: Sequence[tuple[NDArray[np.int32], Sequence[str]]],
    rows: NDArray[np.int64],
    *,
    problems: Sequence[Problem] = (),
    delimiter: str = "",
) -> Table:
    """Strip texts, name columns, drop rows and nameless columns that hold nothing.

    Raises InputError when two columns have one name, or when no row holds anything.
    """
    found = list(problems)
    made: list[Column] = []
    for place, (name, (codes, values)) in enumerate(zip(header, columns, strict=True), start=1):
        column = Column(_clean(name), codes, tuple(map(_clean, values)))
        if not column.name:
            if bool(column.blank.all()):
                continue
            column = Column(f"column {place}", codes, column.values)
            message = f"column {place} has no name in the header; it is called {column.name!r}."
            found.append(Problem(message, "Name it in row 1.", file, 1, severity="warning"))
        made.append(column)
    names = [column.name for column in made]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) != len(names) else []
    if twice:
        raise InputError(
            Problem(f"the header names {name!r} {names.count(name)} times.", "Give each column its own name.", file, 1)
            for name in twice
        )
    empty = np.ones(len(rows), np.bool_)
    for column in made:
        empty &= column.blank
        if not empty.any():
            break
    if len(rows) == 0 or bool(empty.all()):
        raise InputError(Problem("there is a header but no row below it.", "Add at least one row of data.", file))
    if empty.any():
        keep = ~empty
        made = [Column(column.name, column.codes[keep], column.values) for column in made]
        rows = rows[keep]
    return Table(file, {column.name: column for column in made}, rows, tuple(found), delimiter)


def _clean(text: str) -> str:
    """Strip blanks of every kind, and the marks that spreadsheets leave in front."""
    return text.strip().strip("\u200b\ufeff\u00a0 ")
