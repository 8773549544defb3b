"""Answers offered by another product: whether they are a rating, which do not apply, which codes they get.

A code that stands for "no basis" must never enter a mean. Codes whose order is not that of the answers shown say
nothing about more or less, so they make a choice and not a rating.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from headwater.formats.answers.mapping import fold
from headwater.instruments.checks import HIGHEST_CODE, LOWEST_CODE

Kind = Literal["scale", "single"]

_NEVER_APPLIES = re.compile(
    r"not applicable|does(?: not|n.t) apply|\bn\s*/\s*a\b|^n\.?a\.?$|no basis|do(?: not|n.t) know"
    r"|can(?:not| ?not|.t) say|prefer not|rather not|^refused?$|refused? to (?:answer|say)"
    r"|unable to (?:rate|judge|say)|no answer"
    r"|no aplica|no se aplica|no procede|no sabe|no s[eé]$|no contesta|prefiero no|ns\s*/\s*nc"
    r"|trifft nicht zu|nicht zutreffend|wei(?:ß|ss) nicht|keine angabe|kann ich nicht"
    r"|ne s.applique pas|sans objet|non concern|ne sais? pas|pas de r[eé]ponse|prefere nao|n[aã]o se aplica|n[aã]o sei"
)
"""Words that mean "does not apply" wherever they stand."""

_MAY_NOT_APPLY = re.compile(r"no opinion|sin opini|keine meinung|sans opinion|not observed|don.t recall")
"""Words that mean it only at an end: in the middle, "no opinion" is the middle of a scale."""

_MISSING_CODES = frozenset({66, 77, 88, 97, 98, 99, 777, 888, 998, 999, 7777, 8888, 9999})
_LONGEST_SCALE = 11

_ORDERED = re.compile(
    r"agree|satisf|likely|often|always|never|rarely|sometimes|seldom|frequent|important|\bgood\b|\bpoor\b|\bbad\b|great"
    r"|awful|excellent|terribl|difficult|\beasy\b|\bvery\b|extremely|slightly|somewhat|moderate|not at all|strongly"
    r"|\bmuch\b|better|worse|\bsame\b|\bhigh\b|\blow\b|confident|neither|neutral|dislike"
    r"|\blike\b|happy|increase|decrease|average"
    r"|acuerdo|probable|siempre|nunca|a veces|a menudo|importante|\bbuen|\bmal[ao]?\b|excelente|\bmuy\b|bastante"
    r"|\bnada\b|\bpoco\b|totalmente|stimm|zufrieden|\bimmer\b|\bnie\b|\boft\b|\bselten\b|wichtig|\bgut\b|schlecht|\bsehr\b|überhaupt"
    r"|accord|toujours|jamais|souvent|rarement|\bbon\b|mauvais|\btrès\b|plutôt|tout à fait|concord|sempre|muito|pouco"
)
_NOMINAL = re.compile(
    r"(?:yes|no|s[ií]|ja|nein|oui|non|sim|n[aã]o|other|otro|otra|andere[rs]?|autre|outro|none of .*|true|false)\W*"
)
_LEADING_NUMBER = re.compile(r"\s*[-−]?\d{1,4}(?!\d)")


@dataclass(frozen=True)
class Option:
    """One answer offered. id: as the product numbers it. words: by language. code: as the product exports it."""

    id: str
    words: Mapping[str, str]
    code: str
    excluded: bool = False
    """Whether the product itself leaves the answer out of analyses."""
    value: str = ""
    """What the answer counts, where that is not its code."""

    @property
    def number(self) -> int | None:
        """What the answer counts as a whole number, None when that is none."""
        counts = self.value or self.code
        return int(counts) if re.fullmatch(r"[+-]?\d{1,6}", counts) else None


@dataclass(frozen=True)
class Sorted:
    """Answers sorted out. at_rest: code at rest by option id, in the order of the codes for a scale."""

    kind: Kind
    at_rest: Mapping[str, int]
    skipped: tuple[Option, ...] = ()
    recoded: str = ""
    """Empty, or how codes at rest differ from the product's."""
    why: str = ""
    """Why this kind was chosen."""
    options: tuple[Option, ...] = field(default=())

    @property
    def low(self) -> int:
        """The lowest code at rest."""
        return min(self.at_rest.values())

    @property
    def high(self) -> int:
        """The highest code at rest."""
        return max(self.at_rest.values())


def sort_options(options: Sequence[Option], *, language: str, rated: bool, kind: Kind | None = None) -> Sorted | None:
    """Decide how a set of answers is kept. None when fewer than two answers are left to choose from.

    rated: whether the product shows them as a rating (the columns of a matrix) and nothing in their words says that
    they are not (yes, no, other); otherwise the words must look ordered, or one answer must have been coded out of the
    others. kind: what a person decided. Codes at rest are the product's own
    when these are whole, one after the other and in the order shown (up or down); else 1, 2, ... in that order.
    """
    out = _not_applicable(options, language)
    kept = tuple(option for option in options if option.id not in out)
    skipped = tuple(option for option in options if option.id in out)
    if kind == "single":
        return _as_choices(options, "as told") if len(options) >= 2 else None
    if len(kept) < 2:
        return _as_choices(options, "fewer than two answers can be put in order") if len(options) >= 2 else None
    numbers = [option.number for option in kept]
    known = [number for number in numbers if number is not None]
    coded = len(known) == len(kept) and len(set(known)) == len(known)
    rising = coded and all(first < second for first, second in pairwise(known))
    falling = coded and all(first > second for first, second in pairwise(known))
    if coded and not rising and not falling and kind != "scale":
        return _as_choices(options, "the codes do not run in the order of the answers shown")
    if kind != "scale" and not rated and not (_looks_ordered(kept, language) or (_coded_out(skipped, known) and coded)):
        return _as_choices(options, "the answers do not look ordered")
    if kind != "scale" and rated and not _looks_ordered(kept, language) and _looks_nominal(kept, language):
        return _as_choices(options, "the answers do not look ordered")
    why = "as told" if kind == "scale" else "it is a rating" if rated else "the answers look ordered"
    if coded and max(known) - min(known) == len(known) - 1 and min(known) >= LOWEST_CODE and max(known) <= HIGHEST_CODE:
        at_rest = {
            option.id: number for number, option in sorted(zip(known, kept, strict=True), key=lambda pair: pair[0])
        }
        return Sorted("scale", at_rest, skipped, "", why, tuple(options))
    order = sorted(kept, key=lambda option: option.number or 0) if coded else list(kept)
    at_rest = {option.id: place for place, option in enumerate(order, start=1)}
    listed = ", ".join(f"{option.code} → {at_rest[option.id]}" for option in order[:12])
    return Sorted("scale", at_rest, skipped, listed, why, tuple(options))


def _as_choices(options: Sequence[Option], why: str) -> Sorted:
    at_rest = {option.id: place for place, option in enumerate(options, start=1)}
    return Sorted("single", at_rest, (), "", why, tuple(options))


def _not_applicable(options: Sequence[Option], language: str) -> set[str]:
    """Return the ids of answers that do not apply, by what the product says, by their words, by codes out of line."""
    words = [fold(option.words.get(language, "")) for option in options]
    out = {option.id for option in options if option.excluded}
    for place, (option, text) in enumerate(zip(options, words, strict=True)):
        at_end = place in (0, len(options) - 1)
        if _NEVER_APPLIES.search(text) or (at_end and _MAY_NOT_APPLY.search(text)):
            out.add(option.id)
    # An answer next to one that does not apply stands at the end of the others.
    for option, text in zip(reversed(options), reversed(words), strict=True):
        if option.id not in out and not _MAY_NOT_APPLY.search(text):
            break
        out.add(option.id)
    rest = [option for option in options if option.id not in out and option.number is not None]
    positive = sorted(option.number for option in rest if option.number is not None and option.number >= 0)
    negative = [option for option in rest if option.number is not None and option.number < 0]
    if negative and len(positive) >= 2:
        numbers = [option.number or 0 for option in rest]
        in_order = numbers == sorted(numbers) or numbers == sorted(numbers, reverse=True)
        unbroken = max(numbers) - min(numbers) == len(numbers) - 1
        if not (in_order and (unbroken or _mirrored(numbers))):
            out |= {option.id for option in negative}
    within = [number for number in positive if number not in _MISSING_CODES]
    if len(within) >= 2 and max(within) <= _LONGEST_SCALE:
        out |= {option.id for option in rest if option.number in _MISSING_CODES}
    return out


def _mirrored(numbers: Sequence[int]) -> bool:
    """Whether codes lie alike on both sides of 0, as -2, -1, 1, 2."""
    return sorted(numbers) == sorted(-number for number in numbers)


def _coded_out(skipped: Sequence[Option], known: Sequence[int]) -> bool:
    """Whether an answer was given a code away from the others: somebody meant to average the rest."""
    codes = [option.number for option in skipped if option.number is not None]
    return bool(known) and any(code < 0 or code > max(known) + 1 for code in codes)


def _looks_nominal(options: Sequence[Option], language: str) -> bool:
    """Whether some answer is a yes, a no or an "other", which stand in no order with the rest."""
    return any(_NOMINAL.fullmatch(fold(option.words.get(language, ""))) for option in options)


def _looks_ordered(options: Sequence[Option], language: str) -> bool:
    words = [fold(option.words.get(language, "")) for option in options]
    if all(_LEADING_NUMBER.match(text) for text in words):
        return True
    hits = sum(bool(_ORDERED.search(text)) for text in words)
    return hits >= 2 and hits * 2 >= len(words)
