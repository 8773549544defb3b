"""Relevance expressions as `shown_if`, where a questionnaire can say it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from headwater.formats.moving.conditions import Asked, Condition, UnexpressibleError, join

_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z0-9_]+(?:\.[A-Za-z]+)?(?:#\d)?)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>&&|\|\||==|!=|<=|>=|[()<>!,=+*/-]))"
)
_OPERATORS = {"==": "==", "=": "==", "eq": "==", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", "<=": "<=", "le": "<=",
              ">": ">", "gt": ">", ">=": ">=", "ge": ">="}  # fmt: skip
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_LONGEST = 4_000
_DEEPEST = 30

Known = Mapping[str, Asked]
"""What was asked before, by question code and by SGQA code."""


class NeverShownError(Exception):
    """The expression is false whatever is answered."""


def read_relevance(expression: str, known: Known) -> tuple[Condition, bool]:
    """Return a condition, and whether it may hold for unanswered questions in LimeSurvey but not here.

    Reads comparisons of a question with a code or whole number, `!is_empty(q)`, `and`, `or` and brackets. Raises
    UnexpressibleError with the reason, and NeverShownError for a constant 0.
    """
    text = expression.strip().removeprefix("{").removesuffix("}").strip()
    if text in ("", "1"):
        return Condition(), False
    if text == "0":
        raise NeverShownError
    if len(text) > _LONGEST:
        raise UnexpressibleError("it is too long")
    reader = _Reader(_tokens(text), known)
    condition = reader.either(0)
    if reader.left():
        raise UnexpressibleError(f"it uses {reader.peek()!r}")
    return condition, reader.lenient


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            if not text[at:].strip():
                break
            raise UnexpressibleError(f"it uses {text[at : at + 10]!r}")
        found.append(match[0].strip())
        at = match.end()
    return found


class _Reader:
    """Recursive descent over the tokens, as deep as brackets go."""

    def __init__(self, tokens: list[str], known: Known) -> None:
        self._tokens, self._known, self._at = tokens, known, 0
        self.lenient = False

    def left(self) -> bool:
        return self._at < len(self._tokens)

    def peek(self) -> str:
        return self._tokens[self._at] if self.left() else ""

    def take(self) -> str:
        token = self.peek()
        self._at += 1
        return token

    def either(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise UnexpressibleError("its brackets are nested too deeply")
        parts = [self.both(depth)]
        while self.peek().lower() in ("or", "||"):
            self.take()
            parts.append(self.both(depth))
        return join(parts, every=False) if len(parts) > 1 else parts[0]

    def both(self, depth: int) -> Condition:
        parts = [self.one(depth)]
        while self.peek().lower() in ("and", "&&"):
            self.take()
            parts.append(self.one(depth))
        return join(parts, every=True) if len(parts) > 1 else parts[0]

    def one(self, depth: int) -> Condition:
        if self.peek() == "(":
            self.take()
            inner = self.either(depth + 1)
            if self.take() != ")":
                raise UnexpressibleError("its brackets do not match")
            return inner
        if self.peek() == "!":
            self.take()
            return self._answered()
        first = self.take()
        if first == "1" and self.peek().lower() in ("", "and", "&&", ")"):
            return Condition()
        operator = _OPERATORS.get(self.take().lower())
        if operator is None:
            raise UnexpressibleError("it is no comparison of an answer")
        second = self.take()
        if self._asked(first) is None and self._asked(second) is not None:
            first, second, operator = second, first, _TURNED.get(operator, operator)
        return self._comparison(first, operator, second)

    def _answered(self) -> Condition:
        if self.take().lower() != "is_empty" or self.take() != "(":
            raise UnexpressibleError("it negates something")
        name = self.take()
        if self.take() != ")":
            raise UnexpressibleError("it negates something")
        asked = self._asked(name)
        if asked is None or not asked.comparable or asked.low is None:
            raise UnexpressibleError(f"it asks whether {name} was answered")
        return Condition((f"{asked.item} >= {asked.low}",))

    def _asked(self, word: str) -> Asked | None:
        return self._known.get(re.sub(r"\.(NAOK|value|valueNAOK|code)$", "", word, flags=re.IGNORECASE))

    def _comparison(self, name: str, operator: str, right: str) -> Condition:
        asked = self._asked(name)
        if asked is None:
            raise UnexpressibleError(f"it looks at {name}, which does not stand before it or has no code")
        if not asked.comparable:
            raise UnexpressibleError("it looks at an answer that has no single code")
        literal = right.strip("\"'")
        if self.peek() in ("+", "-", "*", "/") or right in ("-", "+"):
            if right == "-" and re.fullmatch(r"\d{1,6}", self.peek()):
                literal = f"-{self.take()}"
            else:
                raise UnexpressibleError("it calculates")
        if asked.codes and (operator in ("==", "!=") or literal in asked.codes):
            code = asked.code(literal)
        elif re.fullmatch(r"-?\d{1,6}", literal):
            code = asked.within(int(literal))
        else:
            raise UnexpressibleError("it compares with something that is no whole number")
        self.lenient |= operator in ("!=", "<", "<=")
        return Condition((f"{asked.item} {operator} {code}",))
