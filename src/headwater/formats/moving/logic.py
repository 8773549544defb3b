"""Conditions of other products as ours: comparisons of earlier answers joined by `and` or by `or`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Compare = Callable[[float, float], bool]
_COMPARE: dict[str, Compare] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class NotExpressibleError(Exception):
    """A condition that comparisons of earlier answers cannot say. Its text says which part."""


@dataclass(frozen=True)
class Rule:
    """A condition: terms that must all hold, or of which one must. loose: terms that also held while unanswered there.

    A term is `item op code`.
    """

    terms: tuple[str, ...]
    every: bool = True
    loose: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The condition as an instrument writes it."""
        return (" and " if self.every else " or ").join(self.terms)


@dataclass(frozen=True)
class Known:
    """An earlier question a condition may look at. key: our item. codes: code by answer as the other product stores it.

    low, high: ends of its codes. numeric: whether answers without an entry in `codes` are the codes themselves.
    """

    key: str
    kind: str
    codes: Mapping[str, int] = field(default_factory=dict)
    low: int = 0
    high: int = 0
    required: bool = False


_TOKEN = re.compile(
    r"""\s*(?:
    (?P<name>\$?\{[^{}]{1,200}\})
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
  | (?P<list>\[[^\[\]]*\])
  | (?P<op><>|!=|<=|>=|==|=|<|>|&&|\|\||!(?!=))
  | (?P<mark>[(),])
  | (?P<word>[^\W\d][\w\-]*)
    )""",
    re.VERBOSE,
)
_OPERATORS = {
    "=": "==", "==": "==", "equal": "==", "equals": "==", "<>": "!=", "!=": "!=", "notequal": "!=", "notequals": "!=",
    "<": "<", "less": "<", "<=": "<=", "lessorequal": "<=", ">": ">", "greater": ">", ">=": ">=",
    "greaterorequal": ">=",
}  # fmt: skip
_LONGEST = 4_000
_DEEPEST = 40


def express(condition: str, find: Callable[[str], Known | None]) -> Rule:
    """Express a condition of SurveyJS or XLSForm over earlier items.

    find: the earlier question of a name, None when there is none. Raises NotExpressibleError when the condition uses
    arithmetic, functions, dates, texts, lists of picks, later or lost questions, or mixes `and` with `or`.
    """
    if len(condition) > _LONGEST:
        raise NotExpressibleError("it is too long")
    return _Parser(_tokens(condition), find).whole()


def join_rules(rules: Sequence[Rule]) -> Rule | None:
    """Join conditions that must all hold; None for none. Raises NotExpressibleError when `or` would stand in `and`."""
    if not rules:
        return None
    joined = rules[0]
    for rule in rules[1:]:
        joined = _join(joined, rule, True)
    return joined


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise NotExpressibleError(f"{text[place : place + 20]!r} is no comparison of answers")
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        place = match.end()
    return found


def _join(first: Rule, second: Rule, every: bool) -> Rule:
    for rule in (first, second):
        if len(rule.terms) > 1 and rule.every != every:
            raise NotExpressibleError("it mixes `and` with `or`")
    terms = tuple(dict.fromkeys((*first.terms, *second.terms)))
    return Rule(terms, every or len(terms) == 1, (*first.loose, *second.loose))


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], find: Callable[[str], Known | None]) -> None:
        self._tokens, self._find, self._place, self._depth = tokens, find, 0, 0

    def whole(self) -> Rule:
        rule = self._either()
        if self._place != len(self._tokens):
            raise NotExpressibleError(f"{self._tokens[self._place][1]!r} is not understood")
        return rule

    def _peek(self, *wanted: str) -> bool:
        if self._place >= len(self._tokens):
            return False
        kind, text = self._tokens[self._place]
        return kind in ("word", "op", "mark") and text.casefold() in wanted

    def _take(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise NotExpressibleError("it breaks off")
        self._place += 1
        return self._tokens[self._place - 1]

    def _need(self, mark: str) -> None:
        if self._take()[1] != mark:
            raise NotExpressibleError(f"a {mark!r} is missing")

    def _either(self) -> Rule:
        rule = self._all()
        while self._peek("or", "||"):
            self._take()
            rule = _join(rule, self._all(), False)
        return rule

    def _all(self) -> Rule:
        rule = self._one()
        while self._peek("and", "&&"):
            self._take()
            rule = _join(rule, self._one(), True)
        return rule

    def _one(self) -> Rule:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotExpressibleError("it is nested too deeply")
        try:
            if self._peek("not", "!"):
                self._take()
                return _negate(self._one())
            if self._peek("("):
                self._take()
                rule = self._either()
                self._need(")")
                return rule
            if self._peek("selected"):
                return self._selected()
            return self._comparison()
        finally:
            self._depth -= 1

    def _selected(self) -> Rule:
        self._take()
        self._need("(")
        known = self._known(self._take())
        self._need(",")
        kind, answer = self._take()
        self._need(")")
        if kind not in ("text", "number"):
            raise NotExpressibleError("`selected` needs a fixed answer")
        return _term(known, "==", answer.strip("'\""))

    def _known(self, token: tuple[str, str]) -> Known:
        kind, text = token
        if kind != "name":
            raise NotExpressibleError(f"{text!r} is no question")
        name = text.strip("${}").strip()
        known = self._find(name)
        if known is None:
            raise NotExpressibleError(f"it looks at {name!r}, which is not an earlier question here")
        if known.kind not in ("single", "scale", "recommend", "number"):
            raise NotExpressibleError(f"it looks at {name!r}, a {known.kind} question without one code")
        return known

    def _comparison(self) -> Rule:
        left = self._take()
        kind, word = self._take()
        compare = _OPERATORS.get(word.casefold()) if kind in ("op", "word") else None
        if compare is None:
            return self._worded(self._known(left), word.casefold())
        right = self._take()
        if left[0] != "name":
            left, right, compare = right, left, _TURNED[compare]
        known = self._known(left)
        if right[0] == "word" and right[1].casefold() in ("true", "false"):
            return _term(known, compare, right[1].casefold())
        if right[0] not in ("text", "number"):
            raise NotExpressibleError(f"{right[1]!r} is no fixed answer")
        return _term(known, compare, right[1].strip("'\"") if right[0] == "text" else right[1])

    def _worded(self, known: Known, word: str) -> Rule:
        if word == "notempty":
            return _answered(known)
        if word in ("anyof", "noneof"):
            kind, text = self._take()
            if kind != "list":
                raise NotExpressibleError(f"`{word}` needs a list of answers")
            answers = [part.strip().strip("'\"") for part in text[1:-1].split(",") if part.strip()]
            if not answers:
                raise NotExpressibleError("the list of answers is empty")
            rule = _term(known, "==", answers[0])
            for answer in answers[1:]:
                rule = _join(rule, _term(known, "==", answer), False)
            return rule if word == "anyof" else _negate(rule)
        raise NotExpressibleError(f"{word!r} is not understood")


def _answered(known: Known) -> Rule:
    if known.kind == "number":
        raise NotExpressibleError(f"it asks whether the number {known.key} is given")
    return Rule((f"{known.key} >= {known.low}",))


def _negate(rule: Rule) -> Rule:
    turned = []
    for term in rule.terms:
        item, compare, code = term.split(" ")
        turned.append(f"{item} {_OPPOSITE[compare]} {code}")
    # A negated comparison also held there while the question was not answered.
    return Rule(tuple(turned), not rule.every or len(turned) == 1, tuple(turned))


def _whole(text: str) -> int | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() and abs(value) < 1e6 else None


def _term(known: Known, compare: str, answer: str) -> Rule:
    if answer == "":
        if compare == "!=":
            return _answered(known)
        raise NotExpressibleError(f"it asks whether {known.key} is not answered")
    if compare in ("==", "!="):
        code = known.codes.get(answer.casefold()) if known.codes else _whole(answer)
        if code is None:
            raise NotExpressibleError(f"{known.key} has no answer {answer!r}")
        term = f"{known.key} {compare} {code}"
        return Rule((term,), True, (term,) if compare == "!=" else ())
    code = _whole(answer)
    if code is None:
        raise NotExpressibleError(f"{answer!r} is no whole number")
    if known.codes:
        return _ordered(known, compare, code)
    return Rule((f"{known.key} {compare} {code}",))


def _ordered(known: Known, compare: str, bound: int) -> Rule:
    """Return the codes whose original answers satisfy an order comparison, as one term where they lie together."""
    numbers = {answer: _whole(answer) for answer in known.codes}
    if any(value is None for value in numbers.values()):
        raise NotExpressibleError(f"the answers of {known.key} are words, which have no order")
    holds = sorted({known.codes[answer] for answer, value in numbers.items() if _COMPARE[compare](value or 0, bound)})
    every = sorted(set(known.codes.values()))
    if not holds or holds == every:
        raise NotExpressibleError(f"it always or never holds of {known.key}")
    if holds == every[-len(holds) :]:
        return Rule((f"{known.key} >= {holds[0]}",))
    if holds == every[: len(holds)]:
        return Rule((f"{known.key} <= {holds[-1]}",))
    terms = tuple(f"{known.key} == {code}" for code in holds)
    return Rule(terms, len(terms) == 1)
