"""When an item is shown: conditions on earlier answers, as `safety_saw_danger == 1`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from headwater.vocab import Item

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TERM = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(==|!=|<=|>=|<|>)\s*(-?\d{1,6})\s*")


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison of an earlier answer with a code."""

    item: str
    compare: str
    code: int


@dataclass(frozen=True, slots=True)
class Condition:
    """Terms that must all hold, or of which one must."""

    terms: tuple[Term, ...]
    every: bool = True

    def holds(self, answers: Mapping[str, int | None]) -> bool:
        """Whether the condition holds. A term on an unanswered item does not hold, whatever it compares."""
        found = (_holds(term, answers.get(term.item)) for term in self.terms)
        return all(found) if self.every else any(found)


def parse_condition(text: str) -> Condition:
    """Read `item == code`, with `and` or `or` between terms, not both. Raises ValueError when it is something else.

    Codes are those at rest: a choice of a single-choice item counts from 1 in the order of its choices.
    """
    every = " or " not in text
    if not every and " and " in text:
        raise ValueError("a condition joins its terms by `and` or by `or`, not by both")
    terms = []
    for part in text.split(" and " if every else " or "):
        found = _TERM.fullmatch(part)
        if found is None:
            raise ValueError(f"{part.strip()!r} is not a comparison like `cx_used_phone == 1`")
        terms.append(Term(found[1], found[2], int(found[3])))
    return Condition(tuple(terms), every)


def is_shown(item: Item, answers: Mapping[str, int | None]) -> bool:
    """Whether an item is shown after these answers (codes by item key, None where skipped)."""
    return not item.shown_if or parse_condition(item.shown_if).holds(answers)


def _holds(term: Term, answer: int | None) -> bool:
    return answer is not None and _COMPARE[term.compare](answer, term.code)
