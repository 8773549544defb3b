"""Conditions of other products as far as a questionnaire can say them: terms joined by `and`, or by `or`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


class UnexpressibleError(Exception):
    """A condition that a questionnaire cannot say. Carries the reason in words."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Comparisons of earlier items with codes. `every`: all must hold, else one is enough. No terms: always."""

    terms: tuple[str, ...] = ()
    every: bool = True

    def __str__(self) -> str:
        """As `shown_if` writes it."""
        return (" and " if self.every else " or ").join(self.terms)


def join(parts: Sequence[Condition], *, every: bool) -> Condition:
    """Join conditions by `and` (every) or by `or`. Raises UnexpressibleError when both would be needed."""
    found = [part for part in parts if part.terms]
    if not every and len(found) < len(parts):
        return Condition()
    if len(found) == 1:
        return found[0]
    if any(len(part.terms) > 1 and part.every is not every for part in found):
        raise UnexpressibleError("it mixes `and` with `or`")
    return Condition(tuple(dict.fromkeys(term for part in found for term in part.terms)), every)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a condition may compare: an item, the codes at rest of its answers, and its range (None: any number)."""

    item: str
    codes: dict[str, int] = field(default_factory=dict)
    low: int | None = None
    high: int | None = None
    comparable: bool = True
    """Whether the item has a code to compare at all; a multiple item has none."""

    def code(self, answer: str) -> int:
        """Return the code at rest of an answer. Raises UnexpressibleError when it has none."""
        if not self.comparable:
            raise UnexpressibleError("it looks at an answer that has no single code")
        if answer not in self.codes:
            raise UnexpressibleError("it looks at an answer that is kept as not answered, or that is not there")
        return self.codes[answer]

    def within(self, number: int) -> int:
        """Return a number to compare with. Raises UnexpressibleError when the item can never have it."""
        if not self.comparable:
            raise UnexpressibleError("it looks at an answer that has no single code")
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise UnexpressibleError("it compares with a number that is no code of the item")
        return number
