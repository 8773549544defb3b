"""What an audit found: findings one can check by hand, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

LEAK_EXIT = 4
"""Exit code of `headwater audit` when something leaks."""

Severity = Literal["leak", "caution"]
"""A leak breaks the rule of privacy. A caution weakens it without naming a group's answers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an outsider can work out.

    attack: key in ATTACKS. place: the release or file. how: the derivation in words, with its numbers, so that anyone
    can repeat it. people: size of the group worked out, None when it does not follow.
    """

    attack: str
    severity: Severity
    place: str
    how: str
    units: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    people: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The outcome of an audit. checks: by attack, how many groups, numbers or files were tried.

    unfinished: attacks that ran out of their budget before every possibility was tried.
    """

    findings: tuple[Finding, ...]
    checks: Mapping[str, int]
    titles: Mapping[str, str] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing leaks. Cautions do not count."""
        return not any(finding.severity == "leak" for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """0 when clean, 4 when something leaks."""
        return 0 if self.clean else LEAK_EXIT

    def of(self, attack: str) -> tuple[Finding, ...]:
        """Return the findings of one attack."""
        return tuple(finding for finding in self.findings if finding.attack == attack)

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain JSON values."""
        return {
            "clean": self.clean,
            "exit_code": self.exit_code,
            "findings": [
                {**asdict(finding), "units": list(finding.units), "columns": list(finding.columns)}
                for finding in self.findings
            ],
            "checks": dict(self.checks),
            "unfinished": list(self.unfinished),
        }

    def lines(self) -> tuple[str, ...]:
        """Return the verdict in plain sentences, the outcome first; cautions of one kind in one line."""
        leaks = [finding for finding in self.findings if finding.severity == "leak"]
        cautions = [finding for finding in self.findings if finding.severity == "caution"]
        tried = f"{len(self.checks)} kinds of attack, {sum(self.checks.values()):,} derivations and places tried"
        said = [f"Nothing leaks: {tried}."] if not leaks else [f"{len(leaks)} leaks found: {tried}."]
        for finding in leaks:
            people = f" ({finding.people} people)" if finding.people is not None else ""
            said.append(f"leak: {self._title(finding.attack)}: {finding.place}: {finding.how}{people}")
        for attack in dict.fromkeys(finding.attack for finding in cautions):
            alike = [finding for finding in cautions if finding.attack == attack]
            first = f"{alike[0].place}: {alike[0].how}"
            more = f" And {len(alike) - 1} more places; --json lists them." if len(alike) > 1 else ""
            said.append(f"caution: {self._title(attack)}: {first}{more}")
        said += [f"not finished: {name} ran out of its budget; what it tried was clean." for name in self.unfinished]
        return tuple(said)

    def _title(self, attack: str) -> str:
        return self.titles.get(attack, attack)
