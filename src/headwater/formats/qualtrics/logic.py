"""Display logic and branch logic as `shown_if`, where a questionnaire can say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from headwater.formats.moving.conditions import Asked, Condition, UnexpressibleError, join

_LOCATOR = re.compile(r"q://(QID[0-9A-Za-z#_]+)/(\w+)(?:/([^/]+))?(?:/([^/]+))?$")
_COMPARE = {
    "EqualTo": "==",
    "NotEqualTo": "!=",
    "GreaterThan": ">",
    "GreaterThanOrEqual": ">=",
    "LessThan": "<",
    "LessThanOrEqual": "<=",
}

Known = Mapping[tuple[str, str], Asked]
"""What was asked before, by question id and statement ("" where it has none)."""


def read_logic(logic: Mapping[str, Any], known: Known) -> tuple[Condition, bool]:
    """Return a condition, and whether it holds for unanswered questions in Qualtrics but not here.

    Groups 0, 1, ... hold expressions 0, 1, ...; "Conjuction" (so spelt) joins one to what stands before it. Raises
    UnexpressibleError with the reason.
    """
    lenient = False
    groups: list[Condition] = []
    joins: list[bool] = []
    for group in _numbered(logic):
        expressions = _numbered(group)
        if not expressions:
            continue
        first = str(expressions[0].get("Conjuction") or expressions[0].get("Conjunction") or "")
        parts, within = [], []
        for place, expression in enumerate(expressions):
            condition, loose = _expression(expression, known)
            lenient |= loose
            parts.append(condition)
            if place:
                within.append(_is_and(expression))
        if groups:
            kind = str(group.get("Type", ""))
            joins.append(kind == "AndIf" or (kind not in ("ElseIf", "OrIf") and first.lower() != "or"))
        groups.append(_joined(parts, within))
    if not groups:
        raise UnexpressibleError("it is empty or of a kind that is not known")
    return _joined(groups, joins), lenient


def _joined(parts: list[Condition], joins: list[bool]) -> Condition:
    if len(set(joins)) > 1:
        raise UnexpressibleError("it mixes `and` with `or`")
    return join(parts, every=all(joins))


def _is_and(expression: Mapping[str, Any]) -> bool:
    word = str(expression.get("Conjuction") or expression.get("Conjunction") or "And")
    return word.lower() != "or"


def _numbered(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    keys = sorted((key for key in content if str(key).isdigit()), key=int)
    return [content[key] for key in keys if isinstance(content[key], dict)]


def _expression(expression: Mapping[str, Any], known: Known) -> tuple[Condition, bool]:
    kind = str(expression.get("LogicType", ""))
    if kind != "Question":
        words = {"EmbeddedField": "embedded data", "DeviceType": "the device", "GeoIP": "the place", "Quota": "a quota"}
        raise UnexpressibleError(f"it looks at {words.get(kind, kind or 'something unknown')}")
    found = _LOCATOR.match(str(expression.get("LeftOperand") or expression.get("ChoiceLocator") or ""))
    operator = str(expression.get("Operator", ""))
    if found is None:
        raise UnexpressibleError("it looks at something other than an answer")
    question, part, first, second = found[1], found[2], found[3] or "", found[4] or ""
    if part == "SelectableChoice" and operator in ("Selected", "NotSelected"):
        asked = _asked(known, question, first if second else "")
        code = asked.code(second or first)
        chosen = operator == "Selected"
        return Condition((f"{asked.item} {'==' if chosen else '!='} {code}",)), not chosen
    if part in ("ChoiceNumericEntryValue", "ChoiceTextEntryValue") and operator in _COMPARE:
        asked = _asked(known, question, first)
        right = str(expression.get("RightOperand", "")).strip()
        if not re.fullmatch(r"-?\d{1,6}", right):
            raise UnexpressibleError("it compares with something that is no whole number")
        return Condition((f"{asked.item} {_COMPARE[operator]} {asked.within(int(right))}",)), operator == "NotEqualTo"
    raise UnexpressibleError(f"it asks for {part} {operator}".rstrip())


def _asked(known: Known, question: str, statement: str) -> Asked:
    found = known.get((question, statement))
    if found is None and statement:
        found = known.get((question, ""))
    if found is None:
        raise UnexpressibleError("it looks at a question that does not stand before it, or is not carried over")
    return found
