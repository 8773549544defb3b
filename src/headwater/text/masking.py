"""People and places masked: what could name somebody is taken out, and rather too much than too little.

In this order: addresses, numbers and ids; the organisation's own people and units; a title with what follows it; names
of people from lists in many languages; names of places; any word with a capital inside a sentence that is no ordinary
word (not in German, where nouns have one). Names next to a masked name go with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from headwater.text.lexicons import lexicon
from headwater.text.names import (
    ALLOWED,
    LEAST_PART,
    PARTICLES,
    OwnNames,
    common_words,
    longest_place,
    masking_words,
    people_list,
    place_list,
)
from headwater.text.words import SHIPPED, forms, plain_word, token_spans

MASKS = {
    "en": ("[person]", "[place]", "[contact]", "[number]"),
    "es": ("[persona]", "[lugar]", "[contacto]", "[número]"),
    "fr": ("[personne]", "[lieu]", "[contact]", "[numéro]"),
    "de": ("[Person]", "[Ort]", "[Kontakt]", "[Nummer]"),
    "pt": ("[pessoa]", "[lugar]", "[contacto]", "[número]"),
    "it": ("[persona]", "[luogo]", "[contatto]", "[numero]"),
    "nl": ("[persoon]", "[plaats]", "[contact]", "[nummer]"),
    "ar": ("[شخص]", "[مكان]", "[تواصل]", "[رقم]"),
}
"""What stands for a person, a place, a way to reach somebody, and a number, by language."""

KINDS = ("person", "place", "contact", "number")

TITLES = frozenset(masking_words()["titles"])
_ROLES = frozenset(masking_words()["roles"])
_CONTACT = re.compile(
    r"[\w.+\-]+\s?(?:@|\(at\)|\[at\])\s?[\w\-]+(?:\s?(?:\.|\(dot\))\s?[\w\-]+)+|https?://\S+|www\.\S+|(?<!\w)@\w{2,}",
    re.I,
)
_PHONE = re.compile(r"(?<![\w/\-])\+?\(?\d[\d\s().\-/]{6,}\d(?!\w)")
_ID = re.compile(
    r"(?<!\w)\d{2,}(?:-\d{2,})+(?!\w)|(?<![\w])(?=[\w\-/]*\d{2})(?=[\w\-/]*[^\W\d_])[^\W_]+(?:[\-/][^\W_]+)*(?!\w)|(?<![\w.,])(?!(?:19|20)\d\d(?!\d))\d{4,}(?!\w)"
    r"|(?<!\w)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\w)|#\s?\d{2,}",
)
_KEPT_ID = re.compile(
    r"(?:\d{1,3}(?:h|hs|hr|hrs|am|pm|min|mins|km|kg|m|cm|mm|°c|st|nd|rd|th|er|eme|k|x|%|€|\$|£|º|ª|e|de|uur|u|ste)\d{0,2}|covid-?19|24/?7|\d{1,2}:\d{2}|n\+\d|a\d|h\d)",
    re.I,
)
_ROOM = re.compile(
    r"\b(?:room|bed|zimmer|habitaci[oó]n|chambre|quarto|stanza|camera|kamer|غرفة)\s+(?:n[.º°o]*\s*)?(\d{2,4}[a-z]?)\b",
    re.I,
)
_STREET = re.compile(
    r"\b\d{1,4}[a-z]?,?\s+(?:[A-Z][\w'’]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Square|Close|Way|Court)\b\.?"
    r"|\b(?:[A-Z][\w'’]+\s+){1,2}(?:Street|Road|Avenue|Lane|Drive|Square)\b(?:\s+\d{1,4}\b)?"
    r"|\b(?:calle|avenida|avda\.?|plaza|paseo|rue|avenue|boulevard|place|quai|via|viale|piazza|corso|rua|praça|travessa|شارع)"
    r"\s+(?:de\s+|del\s+|da\s+|do\s+|du\s+|des\s+|la\s+|l['’])*[A-ZÀ-Þ؀-ۿ][\w'’\-]+(?:\s+[A-ZÀ-Þ][\w'’\-]+)*(?:,?\s*(?:n[.º°o]*\s*)?\d{1,4})?"
    r"|\b[A-ZÄÖÜ][\wäöüß\-]+(?:straße|strasse|str\.|gasse|allee|platz|straat|laan|plein|gracht)\b(?:\s*\d{1,4}[a-z]?)?"
)
_NO_SENTENCE_END = frozenset(
    ["mr", "mrs", "ms", "dr", "sr", "sra", "st", "prof", "m", "mme", "sig", "dott", "hr", "fr", "dhr", "mevr"]
)
_VERBS = frozenset(masking_words()["verbs"])
_ACTS = frozenset(masking_words()["acts"])
_GERMAN_NOUNS = frozenset(masking_words()["german_nouns"])
_GERMAN_BEFORE = frozenset(masking_words()["german_before"])


@dataclass(frozen=True, slots=True)
class Masked:
    """A comment with what could name somebody taken out. hits: how many places were masked. spans: where, by kind."""

    words: str
    hits: int
    spans: tuple[tuple[int, int, str], ...]


@dataclass
class _Word:
    text: str
    plain: str
    start: int
    end: int
    first: bool
    kind: str = ""

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def arabic(self) -> bool:
        return "؀" <= self.text[0] <= "ۿ"


def mask(text: str, language: str, own: OwnNames) -> Masked:
    """Mask people, places, ways to reach somebody and numbers in a comment. language: BCP 47, "und" for unknown."""
    spans: list[tuple[int, int, str]] = []
    for pattern, kind in (
        (_CONTACT, "contact"), (_STREET, "place"), (_PHONE, "contact"), (_ID, "number"), (_ROOM, "number")
    ):  # fmt: skip
        for match in pattern.finditer(text):
            if kind == "contact" and pattern is _PHONE and sum(letter.isdigit() for letter in match.group()) < 7:
                continue
            if kind == "number" and _KEPT_ID.fullmatch(match.group()):
                continue
            begins, ends = match.span(pattern.groups)
            if not any(start < ends and begins < end for start, end, _ in spans):
                spans.append((begins, ends, kind))
    words = _words(text, spans)
    code = language.split("-", maxsplit=1)[0]
    _mark_own(words, own)
    _mark_titles(words)
    _mark_lists(words, code)
    _mark_capitals(words, code)
    _join_neighbours(words, code)
    return _replaced(text, code, spans, words)


def _words(text: str, spans: list[tuple[int, int, str]]) -> list[_Word]:
    """The words outside what is masked already, each with whether it begins a sentence."""
    found: list[_Word] = []
    end_before = 0
    for written, (start, end) in token_spans(text):
        if any(a < end and start < b for a, b, _ in spans):
            continue
        between = text[end_before:start]
        first = not found or (
            any(mark in between for mark in '.!?:;\n…؟"“«(¿¡•*') or between.strip() in ("-", "–", "—")
        )
        if first and found and between.startswith(".") and found[-1].plain in _NO_SENTENCE_END and "\n" not in between:
            first = False
        found.append(_Word(written, plain_word(_bare(written)), start, start + len(_bare(written)), first))
        end_before = end
    return found


def _bare(written: str) -> str:
    """A name without its possessive: Anna's."""
    for ending in ("'s", "’s", "'S"):
        if written.endswith(ending) and len(written) > 3:
            return written[:-2]
    return written


def _mark_own(words: list[_Word], own: OwnNames) -> None:
    parts = [word.plain for word in words]
    for place, word in enumerate(words):
        for form in forms(word.plain):
            for row, kind in own.rows.get(form, ()):
                if tuple(parts[place + 1 : place + len(row)]) == row[1:]:
                    for one in words[place : place + len(row)]:
                        one.kind = one.kind or kind
                    break
        if word.kind:
            continue
        common = common_words()
        for form in (*forms(word.plain), *word.plain.split("-")):
            written_as_name = word.arabic or (word.capital and (not word.first or form not in common))
            if form in own.words and (written_as_name or form not in common):
                word.kind = "person"
            elif form in own.unit_words and (written_as_name or form not in common):
                word.kind = "place"


def _mark_titles(words: list[_Word]) -> None:
    for place, word in enumerate(words[:-1]):
        is_title = any(form in TITLES for form in forms(word.plain)) and (
            word.arabic or len(word.plain) > 2 or word.capital
        )
        if not is_title and word.plain not in _ROLES:
            continue
        ahead = place + 1
        taken = 0
        while ahead < len(words) and taken < 3:
            following = words[ahead]
            if words[ahead].first:
                break
            if (
                is_title
                and following.plain in PARTICLES
                and ahead + 1 < len(words)
                and words[ahead + 1].capital
                and not word.arabic
            ):
                ahead += 1
                continue
            if following.arabic and is_title:
                known = any(form in people_list().sure | people_list().capital for form in forms(following.plain))
                if taken and not known and not following.plain.startswith("ال"):
                    break
                if not taken and following.plain in lexicon("ar").function:
                    break
            elif following.arabic or (is_title and not following.capital):
                if not _is_called(following, after_title=is_title):
                    break
            elif (
                not following.capital
                or following.plain in ALLOWED
                or (following.text.isupper() and len(following.text) < 4)
            ) or (not is_title and following.plain in common_words() and following.plain not in people_list().sure):
                break
            elif is_title and any(form in TITLES for form in (following.plain,)):
                pass
            taken += 1
            ahead += 1
        if taken:
            for one in words[place if is_title else place + 1 : ahead]:
                one.kind = one.kind or "person"


def _is_called(word: _Word, *, after_title: bool) -> bool:
    """Whether a word without a capital after a title, or an Arabic one after a title or a role, is a name."""
    if len(word.plain) < LEAST_PART or word.plain in ALLOWED:
        return False
    people = people_list()
    if word.arabic:
        return any(form in people.sure or form in people.capital for form in forms(word.plain))
    return after_title and word.plain in people.sure


def _mark_lists(words: list[_Word], code: str) -> None:
    people, places = people_list(), place_list()
    shouted = _is_shouted(words)
    for place, word in enumerate(words):
        if word.kind:
            continue
        length = next(
            (
                size
                for size in range(min(longest_place(), len(words) - place), 0, -1)
                if _is_place(words[place : place + size], places.sure)
            ),
            0,
        )
        if length:
            for one in words[place : place + length]:
                one.kind = "place"
            continue
        if word.plain in ALLOWED or (code == "de" and _is_german_noun(words, place)):
            continue
        named = [form for form in (*forms(word.plain), *_halves(word.plain)) if len(form) >= LEAST_PART]
        written = word.capital and not shouted
        if any(form in people.sure for form in named) and (
            word.arabic or written or any(form in people.small for form in named)
        ):
            if word.arabic and word.plain in lexicon("ar").function:
                continue
            word.kind = "person"
        elif written and code != "de" and any(form in people.capital for form in named):
            if not word.first or _acts(words, place):
                word.kind = "person"
        elif written and not word.first and code != "de" and word.plain in places.capital:
            word.kind = "place"


def _acts(words: list[_Word], place: int) -> bool:
    """Whether a verb of people follows: "Grace looked at the list"."""
    return place + 1 < len(words) and words[place + 1].plain in _ACTS


def _is_german_noun(words: list[_Word], place: int) -> bool:
    """Whether a surname that is a noun too stands as a noun: after an article or the like."""
    if words[place].plain not in _GERMAN_NOUNS:
        return False
    return place > 0 and words[place - 1].plain in _GERMAN_BEFORE


def _is_place(words: list[_Word], sure: frozenset[str]) -> bool:
    first = words[0]
    if len(words) > 1:
        return (
            not any(word.first for word in words[1:])
            and " ".join(word.plain for word in words) in sure
            and (first.capital or first.arabic)
        )
    for form in forms(first.plain) if first.arabic else (first.plain,):
        if form in sure and form not in ALLOWED and (first.arabic or first.capital or len(form) >= 7):
            return not (first.arabic and form in lexicon("ar").function)
    return False


def _halves(word: str) -> list[str]:
    return word.split("-") if "-" in word else []


def _mark_capitals(words: list[_Word], code: str) -> None:
    """A capital inside a sentence, on a word that is no ordinary one. Not in German, nor where all is in capitals."""
    if code == "de" or _is_shouted(words):
        return
    common = common_words()
    for place, word in enumerate(words):
        if word.kind or word.arabic or not word.capital or len(word.plain) < 2:
            continue
        if word.plain in ALLOWED or word.plain in common or (word.text.isupper() and len(word.text) <= 5):
            continue
        if any(part in common or part in ALLOWED for part in forms(word.plain)) or _is_compound(word.plain, common):
            continue
        if not word.first:
            word.kind = "person"
        elif place + 1 < len(words) and len(word.plain) >= LEAST_PART and not words[place + 1].first:
            following = words[place + 1]
            called = following.plain in _VERBS or (following.capital and following.plain not in common)
            if called and not _is_known(word.plain):
                word.kind = "person"


def _is_compound(word: str, common: frozenset[str]) -> bool:
    parts = re.split(r"['\-]", word)
    return len(parts) > 1 and all(part in common or part in ALLOWED or len(part) < 3 for part in parts)


def _is_known(word: str) -> bool:
    return any(lexicon(code).weights.weigh(word, with_typos=False) is not None for code in SHIPPED if code != "ar")


def _is_shouted(words: list[_Word]) -> bool:
    """Whether most words have a capital: then a capital says nothing."""
    latin = [word for word in words if not word.arabic and len(word.text) > 1]
    if len(latin) > 1 and all(word.text.isupper() for word in latin):
        return True
    return len(latin) >= 4 and sum(word.capital for word in latin) > 0.6 * len(latin)


def _join_neighbours(words: list[_Word], code: str) -> None:
    """A surname after a first name, a first name before a surname, particles between them."""
    common = common_words()

    def may_be_name(word: _Word) -> bool:
        if word.kind:
            return False
        if word.arabic:
            return word.plain.startswith("ال") and any(form in people_list().capital for form in forms(word.plain))
        if not word.capital or word.plain in ALLOWED:
            return False
        return not word.first and (word.plain not in common or (code == "de" and word.plain in people_list().capital))

    _extend(words, range(len(words) - 1), 1, may_be_name)
    _extend(words, range(len(words) - 1, 0, -1), -1, lambda word: may_be_name(word) or _begins_with_name(word))


def _begins_with_name(word: _Word) -> bool:
    """A name that is an ordinary word too, at the beginning of a sentence, where everything has a capital."""
    return word.first and word.capital and not word.kind and word.plain in people_list().capital


def _extend(words: list[_Word], places: range, step: int, may_be_name: Callable[[_Word], bool]) -> None:
    for place in places:
        if words[place].kind != "person":
            continue
        ahead = place + step
        between: list[_Word] = []
        while (
            0 <= ahead < len(words) and words[ahead].plain in PARTICLES and not words[ahead].kind and len(between) < 3
        ):
            between.append(words[ahead])
            ahead += step
        if not 0 <= ahead < len(words) or (step > 0 and words[ahead].first):
            continue
        if may_be_name(words[ahead]) or (between and step > 0 and words[ahead].capital and not words[ahead].kind):
            for one in (*between, words[ahead]):
                one.kind = "person"


def _replaced(text: str, code: str, spans: list[tuple[int, int, str]], words: list[_Word]) -> Masked:
    found = sorted([*spans, *((word.start, word.end, word.kind) for word in words if word.kind)])
    joined: list[tuple[int, int, str]] = []
    for start, end, kind in found:
        if joined and joined[-1][2] == kind and not text[joined[-1][1] : start].strip(" .'’-"):
            joined[-1] = (joined[-1][0], end, kind)
        else:
            joined.append((start, end, kind))
    signs = dict(zip(KINDS, MASKS.get(code, MASKS["en"]), strict=True))
    pieces, last = [], 0
    for start, end, kind in joined:
        pieces += [text[last:start], signs[kind]]
        last = end
    pieces.append(text[last:])
    return Masked("".join(pieces), len(joined), tuple(joined))
