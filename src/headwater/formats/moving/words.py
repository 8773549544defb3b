"""Words of other products made plain: no markup, no script, no control signs, one line."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>")
_UNCLOSED = re.compile(
    r"<(?:/|!|\?|script|style|iframe|img|svg|object|embed|link|meta|form|input)[^<>]*$", re.IGNORECASE
)
_BREAK = re.compile(r"<\s*/?\s*(?:br|p|div|li|ul|ol|tr|td|th|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_HIDDEN = ("script", "style", "noscript", "template")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_PIPED = re.compile(r"\$\{[a-z]{1,5}://[^}]{0,300}\}|\{[A-Za-z_][A-Za-z0-9_.:]{0,80}\}|\{[a-z_]+\([^{}]{0,500}\)\}")
_ROUNDS = 5


def plain(text: object) -> str:
    """Return the words of a label that may hold HTML: tags, scripts, styles, comments and control signs removed.

    Entities become signs. What looks like a tag after that is removed again, so that markup written as entities does
    not come back to life. Direction overrides are removed too: they make words read otherwise than they stand.
    """
    words = "" if text is None else str(text)
    for _ in range(_ROUNDS):
        before = words
        words = _without_hidden(words)
        words = _BREAK.sub(" ", words)
        words = html.unescape(_UNCLOSED.sub("", _TAG.sub("", words)))
        if words == before:
            break
    words = _CONTROL.sub("", words.replace("\u00a0", " "))
    return " ".join(words.split())


def has_piped_text(words: str) -> bool:
    """Whether words stand for something filled in while answering, as {NAME} or ${q://QID1/...}."""
    return bool(_PIPED.search(words))


def joined(stem: Mapping[str, str], statement: Mapping[str, str]) -> dict[str, str]:
    """Put the question and one of its statements together, language by language."""
    made = {}
    for language in dict.fromkeys((*stem, *statement)):
        first, second = plain(stem.get(language, "")), plain(statement.get(language, ""))
        if not first or not second:
            made[language] = first or second
        elif first[-1] in ".?!…:":
            made[language] = f"{first} {second}"
        else:
            made[language] = f"{first}: {second}"
    return made


def language_code(code: str) -> str:
    """Return a language code as questionnaires write it: en, pt-BR, zh-Hans. Empty when it is none."""
    known = {"zh-s": "zh-Hans", "zh-t": "zh-Hant", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "pb": "pt-BR"}
    parts = code.strip().replace("_", "-").split("-")
    folded = "-".join(parts).lower()
    if folded in known:
        return known[folded]
    if not re.fullmatch(r"[A-Za-z]{2,3}", parts[0]):
        return ""
    rest = [part.upper() if len(part) == 2 else part for part in parts[1:] if re.fullmatch(r"[A-Za-z0-9]{2,8}", part)]
    return "-".join((parts[0].lower(), *rest))


def _without_hidden(words: str) -> str:
    """Remove elements whose content is not words. Searches once from left to right."""
    folded = words.lower()
    if "<" not in folded:
        return words
    for start, end in [("<!--", "-->"), *((f"<{name}", f"</{name}") for name in _HIDDEN)]:
        kept: list[str] = []
        place = 0
        while (begin := folded.find(start, place)) >= 0:
            kept.append(words[place:begin])
            stop = folded.find(end, begin + len(start))
            if stop < 0:  # Never closed: only its tag goes, so that no words are lost.
                place = begin
                break
            close = folded.find(">", stop)
            place = len(words) if close < 0 else close + 1
        kept.append(words[place:])
        words = " ".join(kept)
        folded = words.lower()
    return words
