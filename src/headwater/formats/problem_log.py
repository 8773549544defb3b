"""Collects problems of one file, capped by kind, so that a broken file gives a list one can read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import Problem
from headwater.vocab.problems import Severity

DEFAULT_CAP = 200
"""Problems of one kind that are listed in full; the rest are counted."""


@dataclass
class ProblemLog:
    """Problems of one file. `cap` of each kind are kept; `problems` ends each kind with how many more there were."""

    file: str
    cap: int = DEFAULT_CAP
    _kept: dict[str, list[Problem]] = field(default_factory=dict)
    _more: dict[str, int] = field(default_factory=dict)

    def add(
        self,
        kind: str,
        message: str,
        remedy: str = "",
        *,
        row: int | None = None,
        column: str = "",
        severity: Severity = "error",
    ) -> None:
        """Add one problem of a kind."""
        kept = self._kept.setdefault(kind, [])
        if len(kept) < self.cap:
            kept.append(Problem(message, remedy, self.file, row, column, severity))
        else:
            self._more[kind] = self._more.get(kind, 0) + 1

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take over problems already made, as one kind each message, uncapped."""
        for problem in problems:
            self._kept.setdefault(f"taken:{problem.severity}", []).append(problem)

    def add_rows(
        self,
        kind: str,
        rows: NDArray[np.integer],
        values: Iterable[str],
        message: str,
        remedy: str = "",
        *,
        column: str = "",
        severity: Severity = "error",
    ) -> None:
        """Add one problem a row. `message` holds `{value}`; `values` gives one a row, read only up to the cap.

        The cap is by kind and column.
        """
        key = f"{kind}:{column}"
        kept = self._kept.setdefault(key, [])
        room = max(0, self.cap - len(kept))
        for row, value in zip(rows[:room].tolist(), values, strict=False):
            text = message.replace("{value}", shown(value))
            kept.append(Problem(text, remedy, self.file, int(row), column, severity))
        if len(rows) > room:
            self._more[key] = self._more.get(key, 0) + len(rows) - room

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, errors first, kinds in the order they were met."""
        found: list[Problem] = []
        for kind, kept in self._kept.items():
            found += kept
            more = self._more.get(kind, 0)
            if more:
                last = kept[-1]
                text = f"{more:,} more of this kind: {last.message}"
                found.append(Problem(text, last.remedy, self.file, None, last.column, last.severity))
        rank = {"error": 0, "warning": 1, "note": 2}
        return tuple(sorted(found, key=lambda problem: rank[problem.severity]))

    @property
    def has_errors(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.severity == "error" for kept in self._kept.values() for problem in kept)


def shown(value: object, limit: int = 60) -> str:
    """Quote a value for a message, shortened, without line breaks or control signs."""
    text = "".join(sign if sign.isprintable() else "?" for sign in str(value).replace("\n", " "))
    return repr(text if len(text) <= limit else text[: limit - 3] + "...")
