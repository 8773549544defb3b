"""Which language a comment is in, told from its small words and letters; "und" when nothing tells.

Small words of the shipped languages decide where there are any, then groups of letters (`letters`). `py3langid` (Lui
and Baldwin 2012, 97 languages) is asked where it is installed and neither decides. Short texts are answered only when
both agree or one is sure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from headwater.text.letters import tell_by_letters
from headwater.text.lexicons import Lexicon, lexicon
from headwater.text.words import SHIPPED, clauses, plain, tokens
from headwater.vocab import UNKNOWN_LANGUAGE

_LETTERS = {
    "ñ": ("es", 2.0), "¿": ("es", 3.0), "¡": ("es", 3.0), "ß": ("de", 3.0), "ã": ("pt", 2.5), "õ": ("pt", 2.5),
    "ç": ("pt", 0.7), "œ": ("fr", 2.0), "è": ("fr", 0.6), "ê": ("fr", 0.8), "ù": ("it", 0.5), "ò": ("it", 1.5),
    "ä": ("de", 1.0), "ö": ("de", 1.0), "ü": ("de", 0.8), "ë": ("nl", 0.5), "ì": ("it", 1.5), "ó": ("es", 0.5),
    "í": ("es", 0.5), "á": ("es", 0.4), "à": ("fr", 0.4), "ú": ("es", 0.4), "é": ("fr", 0.3),
}  # fmt: skip
_ENDINGS = {
    "ção": "pt", "ções": "pt", "mente": "es", "ción": "es", "ciones": "es", "zione": "it", "zioni": "it", "tion": "en",
    "ing": "en", "ung": "de", "ungen": "de", "keit": "de", "heit": "de", "lich": "de", "isch": "de", "eux": "fr",
    "ment": "fr", "heid": "nl", "lijk": "nl", "ijk": "nl", "elijke": "nl", "idad": "es", "dade": "pt", "ità": "it",
    "ness": "en", "ful": "en", "aux": "fr", "ais": "fr", "ijn": "nl", "oor": "nl", "ij": "nl",
}  # fmt: skip


LIKELY = 0.9
"""Chance from which on letters tell a language where words do not."""
ALMOST_CERTAIN = 0.99
"""Chance from which on letters overrule a few small words."""


@dataclass(frozen=True, slots=True)
class Told:
    """A language as it was told. others: further languages of a mixed comment. sureness: 0 to 1."""

    language: str
    sureness: float
    others: tuple[str, ...] = ()


def tell_language(text: str, *, expected: Sequence[str] = ()) -> Told:
    """Tell the language of a comment. expected: languages in which the question was asked; they count a little more."""
    words = tokens(text)
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return Told(UNKNOWN_LANGUAGE, 0.0)
    script = _script(letters)
    if script == "latin" and all(len(word.replace("/", "")) < 3 for word in words) and len(letters) < 3:
        return Told(UNKNOWN_LANGUAGE, 0.0)
    if script not in ("latin", "arabic"):
        return _told_otherwise(text, words, {})
    scores = _scores(text, words, script)
    for code in expected:
        if code in scores:
            scores[code] += 0.4
    best, second = [*sorted(scores.items(), key=lambda pair: -pair[1]), ("", 0.0)][:2]
    margin = best[1] - second[1]
    by_letters, chance = tell_by_letters(text) if script == "latin" and len(words) > 1 else ("", 0.0)
    if best[1] >= 1.0 and margin >= max(0.8, 0.18 * best[1]):
        sureness = 1 - math.exp(-margin)
        code = best[0]
        if code != by_letters and chance >= ALMOST_CERTAIN and sureness < 0.8 and len(words) > 2:
            code, sureness = by_letters, 0.5
        return Told(code, sureness, _others(text, code) if len(words) > 8 else ())
    spoken = _others(text, "") if len(words) > 8 else ()
    if len(spoken) > 1:
        return Told(spoken[0], 0.5, spoken[1:])
    told = _told_otherwise(text, words, scores)
    if told.sureness <= 0.4 and chance >= LIKELY:
        return Told(by_letters, 0.6 * chance)
    return told


def _script(letters: list[str]) -> str:
    arabic = sum("؀" <= letter <= "ۿ" for letter in letters)
    latin = sum(letter < "ɐ" for letter in letters)
    if arabic * 2 > len(letters):
        return "arabic" if not any(letter in "پچژگ" for letter in letters) else "other"
    return "latin" if latin * 2 > len(letters) else "other"


def _scores(text: str, words: list[str], script: str) -> dict[str, float]:
    """What speaks for each language: small words most, then known words, letters and endings."""
    if script == "arabic":
        return {"ar": 3.0 if len(words) > 1 else 1.6}
    found = {code: 0.0 for code in SHIPPED if code != "ar"}
    parts = [form for word in words for form in _small(word)]
    for code in found:
        shelf = _shelf(code)
        found[code] += sum(_worth()[part] for part in parts if part in shelf.function)
        weights = shelf.weights
        known = sum(
            1 for word in words if len(word) > 3 and (word in weights.words or weights._exact(word) is not None)
        )
        found[code] += 0.35 * known
        found[code] += 0.3 * sum(1 for word in words if len(word) > 3 and word in _theme_words(code))
    lower = text.casefold()
    for letter, (code, weight) in _LETTERS.items():
        if letter in lower:
            found[code] += weight
    for word in lower.split():
        bare = word.strip(".,;:!?()\"'")
        for ending, code in _ENDINGS.items():
            if len(bare) > len(ending) + 2 and bare.endswith(ending):
                found[code] += 0.3
                if ending == "mente":
                    found["pt"] += 0.3
                    found["it"] += 0.3
    return found


def _small(word: str) -> list[str]:
    """A word and what an apostrophe joins to it."""
    return [word, *word.split("'")] if "'" in word else [word]


@cache
def _shelf(code: str) -> Lexicon:
    return lexicon(code)


@cache
def _worth() -> dict[str, float]:
    """What a small word tells: less the more languages share it."""
    found: dict[str, float] = {}
    for code in SHIPPED:
        for word in lexicon(code).function:
            found[word] = found.get(word, 0.0) + 1
    return {word: (1.0 if len(word) > 1 else 0.5) / count**1.3 for word, count in found.items()}


@cache
def _theme_words(code: str) -> frozenset[str]:
    from headwater.text.theme_book import default_theme_book

    return frozenset(
        plain(entry.rstrip("*"))
        for theme in default_theme_book().themes
        for entry in theme.words.get(code, ())
        if " " not in entry and len(entry) > 4
    )


def _others(text: str, first: str) -> tuple[str, ...]:
    """Languages of clauses that are clearly in another one."""
    found = []
    for clause in clauses(text):
        words = tokens(clause)
        letters = [letter for letter in clause if letter.isalpha()]
        if len(words) < 4 or not letters:
            continue
        script = _script(letters)
        if script == "other":
            continue
        scores = _scores(clause, words, script)
        best = max(scores, key=lambda code: scores[code])
        if best != first and scores[best] >= 1.5 and scores[best] >= 1.5 * scores.get(first, 0.0):
            found.append(best)
    return tuple(dict.fromkeys(found))


def _told_otherwise(text: str, words: list[str], scores: dict[str, float]) -> Told:
    """Ask `py3langid`, where it is installed; trust it in short texts only when small words do not contradict."""
    identifier = _identifier()
    best = max(scores, key=lambda code: scores[code], default="")
    if identifier is not None and len(words) >= 2:
        code, chance = identifier.classify(text.casefold())
        supported = scores and code in scores and scores[code] >= 0.6 * scores.get(best, 0.0) and scores[code] > 0
        if (supported and chance >= 0.5) or (chance >= 0.95 and len(words) >= 6):
            return Told(str(code), float(chance) * 0.9)
    if best and scores[best] >= 0.9 and scores[best] > 1.25 * sorted(scores.values())[-2 if len(scores) > 1 else -1]:
        return Told(best, 0.4)
    if best and len(scores) == 1:
        return Told(best, 0.6)
    if best and scores[best] > 0 and len(words) <= 3 and sum(score == scores[best] for score in scores.values()) == 1:
        return Told(best, 0.3)
    return Told(UNKNOWN_LANGUAGE, 0.0)


@cache
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    return LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE, norm_probs=True)
