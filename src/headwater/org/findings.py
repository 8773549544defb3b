"""Problems of an organisation file, capped by kind."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from headwater.vocab import InputError, Problem
from headwater.vocab.problems import Severity

CAP = 200


class Findings:
    """Collects problems; of each kind `CAP` are listed and the rest counted."""

    def __init__(self, file: str) -> None:
        """Take the name of the file, for messages."""
        self.file = file
        self._kept: dict[str, list[Problem]] = {}
        self._more: dict[str, int] = {}

    def add(
        self, kind: str, message: str, remedy: str = "", *, row: int | None = None, severity: Severity = "warning"
    ) -> None:
        """Add one problem of a kind."""
        kept = self._kept.setdefault(kind, [])
        if len(kept) < CAP:
            kept.append(Problem(message, remedy, self.file, row, "", severity))
        else:
            self._more[kind] = self._more.get(kind, 0) + 1

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, kinds in the order they were met."""
        found: list[Problem] = []
        for kind, kept in self._kept.items():
            found += kept
            if more := self._more.get(kind, 0):
                text = f"{more:,} more of this kind: {kept[-1].message}"
                found.append(Problem(text, kept[-1].remedy, self.file, severity=kept[-1].severity))
        return tuple(found)

    def stop_on_errors(self) -> None:
        """Raise InputError with all errors when there are any."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors:
            raise InputError(errors)


def near(word: str, among: Iterable[str]) -> str:
    """Suggest the most similar id, as a remedy; empty when none is similar."""
    found = difflib.get_close_matches(word, among, n=1, cutoff=0.75)
    return f"Did you mean {found[0]!r}?" if found else ""
