"""What can be wrong with something that comes from outside, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: what, where, and what to do.

    `row` counts as a person counts in a spreadsheet: the header is row 1, the first record row 2.
    """

    message: str
    remedy: str = ""
    file: str = ""
    row: int | None = None
    column: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        """One line: place, message, remedy."""
        place = self.file
        if self.row is not None:
            place += f"{', ' if place else ''}row {self.row}"
        if self.column:
            place += f"{', ' if place else ''}column {self.column}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {self.remedy}".rstrip()


class HeadwaterError(Exception):
    """Base of every error a person can act on. The command line prints it without a traceback."""

    exit_code = 1


class InputError(HeadwaterError):
    """An input cannot be used. Carries every problem found, so that nobody fixes a file one error at a time."""

    exit_code = 2

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        """Take one message, one problem or many."""
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RefusedError(HeadwaterError):
    """A question whose answer would mislead: an index against its own part, a causal claim from two waves."""

    exit_code = 3
