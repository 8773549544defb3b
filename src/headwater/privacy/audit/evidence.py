"""What an attack gets: the releases and files, and a notebook for what it tried and found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from headwater.privacy.audit.unpacking import Piece
from headwater.privacy.audit.verdict import Finding, Severity
from headwater.privacy.audit.views import View, views_of
from headwater.privacy.releases import ReleaseTable

MOST_FINDINGS = 50
"""Findings of one attack that are told one by one; what is beyond is counted in the last."""


@dataclass
class Evidence:
    """Everything the auditor has. files: paths, with the folder they are named from."""

    tables: tuple[ReleaseTable, ...]
    files: tuple[Path, ...] = ()
    root: Path | None = None
    findings: list[Finding] = field(default_factory=list)
    checks: Counter[str] = field(default_factory=Counter)
    unfinished: list[str] = field(default_factory=list)
    beyond: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    opened: tuple[Path, tuple[Piece, ...]] | None = None
    judged: frozenset[int] = frozenset()
    """Identities of tables that were attacked by themselves before."""

    @cached_property
    def views(self) -> tuple[View, ...]:
        """Every panel of every release."""
        return tuple(views_of(self.tables))

    @cached_property
    def fresh(self) -> tuple[View, ...]:
        """Every panel of the releases that were not attacked by themselves before."""
        return tuple(view for view in self.views if self.is_new(view.table))

    def is_new(self, table: ReleaseTable) -> bool:
        """Whether a table was not yet attacked by itself."""
        return id(table) not in self.judged

    def before(self, table: ReleaseTable) -> ReleaseTable | None:
        """Return what was released of the wave before a table, of the same units as far as there is a choice.

        A wave can have tables of other groups beside it, such as levels; its last version counts.
        """
        earlier = [one for one in self.tables if (one.study, one.wave) == (table.study, table.previous_wave)]
        units = frozenset(table.unit_ids)
        return max(earlier, key=lambda one: (len(units.intersection(one.unit_ids)), one.version), default=None)

    def name(self, path: Path) -> str:
        """A file's name below the root."""
        if self.root is not None and path.is_relative_to(self.root):
            return path.relative_to(self.root).as_posix()
        return path.name

    def tried(self, attack: str, count: int) -> None:
        """Count derivations or places tried."""
        self.checks[attack] += int(count)

    def found(
        self,
        attack: str,
        place: str,
        how: str,
        *,
        units: Sequence[str] = (),
        columns: Sequence[str] = (),
        people: int | None = None,
        severity: Severity = "leak",
    ) -> None:
        """Write a finding down. Beyond a number of leaks, or cautions, of one attack they are only counted."""
        if sum((one.attack, one.severity) == (attack, severity) for one in self.findings) >= MOST_FINDINGS:
            self.beyond[attack, severity] += 1
            return
        self.findings.append(Finding(attack, severity, place, how, tuple(units), tuple(columns), people))
