"""What the words of a comment weigh: lexicon, negation and its reach, more and less, "but", wishes, irony, emoji.

Rules after Taboada and others (2011), Computational Linguistics 37(2), and Hutto and Gilbert (2014): a negated word
changes sides and loses some of its weight, what follows "but" counts more than what stands before it, and a good word
inside a wish says that the good thing is not there. The numbers that come out are features; what they mean together is
learned (`learned`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from headwater.text.lexicons import Lexicon, Matcher, emoji, lexicon
from headwater.text.words import SHIPPED, clauses, tokens
from headwater.vocab import UNKNOWN_LANGUAGE

REACH = 4
"""A negation reaches so many words ahead within its clause."""
BACK = 3
"""Where nothing follows it, so many words back: "funktioniert nicht", "ca marche pas"."""

FEATURES: tuple[str, ...] = (
    "score", "good", "bad", "both", "last", "strongest_good", "strongest_bad", "contrast", "wish", "wished_good",
    "lacking", "ironic", "emoji", "question", "exclaimed", "shouted", "length", "nothing_known", "negations",
)  # fmt: skip

_QUOTED = re.compile(r"[\"“”«»„]\s*([^\"“”«»„]{2,30})\s*[\"“”«»„]")
_EMOJI_SPLIT = re.compile(r"[\s\w]+")


@dataclass(frozen=True)
class Polarity:
    """What a comment's words weigh. score: -1 to 1. values: by FEATURES."""

    score: float
    values: tuple[float, ...]


@dataclass
class _Clause:
    good: float = 0.0
    bad: float = 0.0
    wished: float = 0.0
    lacking: float = 0.0
    negations: int = 0
    wishes: bool = False
    contrasts: bool = False
    best: float = 0.0
    worst: float = 0.0


def weigh_comment(text: str, language: str, others: Sequence[str] = ()) -> Polarity:
    """Weigh a comment. language: BCP 47; in an unknown one, the lexicon that knows most of its words is used."""
    shelf = _shelf(text, language, others)
    parts: list[_Clause] = []
    for clause in clauses(text):
        for words, contrasts in _split_at_contrast(tokens(clause), shelf):
            part = _weigh_clause(words, shelf)
            part.contrasts = contrasts
            parts.append(part)
    flipped = _is_ironic(text, shelf)
    signs, ironic_sign = _emoji_weight(text)
    flipped = flipped or (ironic_sign and any(part.good > part.bad for part in parts))
    return _summed(text, parts, signs, flipped)


def _shelf(text: str, language: str, others: Sequence[str]) -> tuple[Lexicon, ...]:
    code = language.split("-", maxsplit=1)[0]
    named = [one for one in dict.fromkeys((code, *others)) if one in SHIPPED]
    if named:
        return tuple(lexicon(one) for one in named)
    if code != UNKNOWN_LANGUAGE:
        return (lexicon("en"),) if text.isascii() else ()
    words = tokens(text)
    known = {
        one: sum(lexicon(one).weights.weigh(word, with_typos=False) is not None for word in words) for one in SHIPPED
    }
    best = max(known.values(), default=0)
    return tuple(lexicon(one) for one in SHIPPED if best and known[one] == best)[:2]


def _split_at_contrast(words: list[str], shelf: Sequence[Lexicon]) -> list[tuple[list[str], bool]]:
    """Cut where a "but" stands: what follows is a part of its own."""
    found: list[tuple[list[str], bool]] = []
    here: list[str] = []
    after = False
    place = 0
    while place < len(words):
        length = _length_of(words, place, [one.contrast for one in shelf])
        if length:
            if here:
                found.append((here, after))
            here, after = [], True
            place += length
            continue
        here.append(words[place])
        place += 1
    if here:
        found.append((here, after))
    return found


def _length_of(words: list[str], place: int, matchers: Sequence[Matcher]) -> int:
    """How many words an entry takes that begins here, 0 for none."""
    for matcher in matchers:
        row = matcher.row_at(words, place)
        if row is not None:
            return row[0]
        if matcher.weigh(words[place], with_typos=False) is not None:
            return 1
    return 0


def _weigh_clause(words: list[str], shelf: Sequence[Lexicon]) -> _Clause:
    part = _Clause()
    weights: list[float] = [0.0] * len(words)
    marks: list[str] = [""] * len(words)
    place = 0
    while place < len(words):
        length, weight = _weight_at(words, place, shelf)
        if weight is not None:
            weights[place] = weight
            marks[place] = "row" if length > 1 else ""
            for inside in range(place + 1, place + length):
                marks[inside] = "taken"
            place += length
            continue
        place += 1
    for number in range(len(words)):
        if marks[number]:
            continue
        for one in shelf:
            if _stands(one.negators, words, number):
                marks[number] = "negator"
                part.negations += 1
            elif _stands(one.boosters, words, number):
                marks[number] = "booster"
            elif _stands(one.dampeners, words, number):
                marks[number] = "dampener"
            if _stands(one.wish, words, number):
                part.wishes = True
                marks[number] = marks[number] or "wish"
            if _stands(one.lacks, words, number):
                part.lacking += 1
    _modify(weights, marks)
    has_wished = False
    for number, weight in enumerate(weights):
        if marks[number] == "wish":
            has_wished = True
        if weight > 0 and has_wished:
            part.wished += weight
        elif weight > 0:
            part.good += weight
            part.best = max(part.best, weight)
        elif weight < 0:
            part.bad -= weight
            part.worst = max(part.worst, -weight)
    return part


def _stands(matcher: Matcher, words: list[str], place: int) -> bool:
    """Whether a small word, or several in a row, begin here."""
    return matcher.weigh(words[place], with_typos=False) is not None or matcher.row_at(words, place) is not None


def _weight_at(words: list[str], place: int, shelf: Sequence[Lexicon]) -> tuple[int, float | None]:
    best: tuple[int, float | None] = (1, None)
    for one in shelf:
        row = one.weights.row_at(words, place)
        if row is not None and row[0] > best[0]:
            best = row
    if best[1] is not None:
        return best
    for one in shelf:
        if (
            one.negators.weigh(words[place], with_typos=False) is not None
            or one.boosters.weigh(words[place], with_typos=False) is not None
        ) and words[place] not in one.weights.words:
            return 1, None
    for one in shelf:
        weight = one.weights.weigh(words[place], with_typos=len(one.function) > 0 and words[place] not in one.function)
        if weight is not None:
            return 1, weight
    return 1, None


def _modify(weights: list[float], marks: list[str]) -> None:
    """Let negators, boosters and dampeners act on the weights near them."""
    for number, mark in enumerate(marks):
        if mark in ("booster", "dampener"):
            for ahead in range(number + 1, min(number + 3, len(weights))):
                if weights[ahead]:
                    weights[ahead] *= 1.35 if mark == "booster" else 0.65
                    break
    turned: set[int] = set()
    for number, mark in enumerate(marks):
        # "does not work well": a row of words that says something bad reaches what follows it too
        reach = REACH if mark == "negator" else 3 if mark == "row" and weights[number] < 0 else 0
        if not reach:
            continue
        targets = [at for at in range(number + 1, min(number + 1 + reach, len(weights))) if weights[at]]
        if mark == "row":
            targets = [at for at in targets if weights[at] > 0 and marks[at - 1] == "taken"]
        elif not targets:
            targets = [at for at in range(max(number - BACK, 0), number) if weights[at]][-1:]
        for at in targets:
            if at not in turned:
                turned.add(at)
                weights[at] *= -0.75 if weights[at] > 0 else -0.5


def _is_ironic(text: str, shelf: Sequence[Lexicon]) -> bool:
    """A good word, then "another" or "again"; or a good word between quotation marks."""
    opening = tokens(text)[:9]
    for place, word in enumerate(opening[:3]):
        if any((one.weights.weigh(word, with_typos=False) or 0) > 0 for one in shelf):
            for later in range(place + 1, len(opening)):
                for one in shelf:
                    if one.ironic.row_at(opening, later) or one.ironic.weigh(opening[later], with_typos=False):
                        return _cut_after(text, word)
            break
    for match in _QUOTED.finditer(text):
        words = tokens(match.group(1))
        if len(words) <= 2 and any((one.weights.weigh(word) or 0) >= 2 for word in words for one in shelf):
            return True
    return False


def _cut_after(text: str, word: str) -> bool:
    """Whether the opening word stands apart, as in "Great, another" or "Great ... again"."""
    head = clauses(text)[0] if clauses(text) else ""
    return len(tokens(head)) <= 4 and word in tokens(head)


def _emoji_weight(text: str) -> tuple[float, bool]:
    weights, ironic = emoji()
    total, is_ironic = 0.0, False
    if text.isascii() and not any(mark in text for mark in ":;=<(/^xX"):
        return 0.0, False
    for piece in [*text.split(), *_EMOJI_SPLIT.split(text)]:
        bare = piece.strip(".,!?").replace("️", "")
        found = weights.get(piece) or weights.get(bare)
        if found is None and bare and not bare.isascii():
            found = max((weights[one] for one in bare if one in weights), key=abs, default=None)
        total += found or 0.0
        is_ironic = is_ironic or any(mark in bare for mark in ironic if not mark.isascii()) or bare == "/s"
    return max(-4.0, min(4.0, total)), is_ironic


def _summed(text: str, parts: list[_Clause], signs: float, flipped: bool) -> Polarity:
    turns = any(part.contrasts for part in parts)
    good = bad = wished = lacking = 0.0
    best = worst = 0.0
    for number, part in enumerate(parts):
        share = 1.0
        if turns:
            share = 1.3 if part.contrasts else 0.8
        good += share * part.good
        bad += share * part.bad
        wished += part.wished
        lacking += part.lacking
        best, worst = max(best, part.best), max(worst, part.worst)
        if number == len(parts) - 1:
            last = part.good - part.bad
    if not parts:
        last = 0.0
    good += max(signs, 0.0)
    bad += max(-signs, 0.0)
    if flipped:
        good, bad = 0.0, bad + good
        best, worst = 0.0, max(best, worst)
        last = -abs(last)
    score = (good - bad - 0.25 * wished) / (good + bad + 0.25 * wished + 1.5)
    letters = [letter for letter in text if letter.isalpha()]
    words = len(tokens(text))
    values = (
        score,
        good / (good + 2),
        bad / (bad + 2),
        min(good, bad) / (max(good, bad) + 0.5),
        last / (abs(last) + 1.5),
        best / 3,
        worst / 3,
        float(turns),
        float(any(part.wishes for part in parts)),
        wished / (wished + 2),
        lacking / (lacking + 1),
        float(flipped),
        signs / 4,
        float("?" in text or "؟" in text),
        float("!" in text),
        float(len(letters) > 8 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters)),
        min(words, 60) / 60,
        float(good == 0 and bad == 0 and wished == 0),
        min(sum(part.negations for part in parts), 4) / 4,
    )
    return Polarity(score, values)
