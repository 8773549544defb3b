"""What a question asks for: the kind of answer, its subject, the units and the end, worked out from words alone.

Nothing is answered here. A reading names what to look up in released findings; several are returned, the likeliest
first, so that a page can say how it understood and offer the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from headwater.text.name_index import Named
from headwater.text.question_words import PhraseTable, QuestionLexicon, Word, question_lexicon, question_words
from headwater.text.subject_index import Meant, SubjectIndex

QuestionKind = Literal[
    "score", "change", "gap", "drivers", "importance", "themes", "contacts", "services", "river", "benchmark", "notes",
    "response",
]  # fmt: skip

KINDS: tuple[QuestionKind, ...] = (
    "contacts", "services", "river", "benchmark", "gap", "notes", "response", "importance", "drivers", "themes",
    "change", "score",
)  # fmt: skip
"""Among kinds that are equally likely, the first is taken: the narrower before the wider."""

MOST_LETTERS = 200
MOST_WORDS = 40
STRONG, WEAK, MORE, USUAL, TWO_LENSES = 2.0, 1.0, 0.25, 0.9, 0.75
ABOUT_ALL: frozenset[str] = frozenset({"contacts", "notes", "response", "importance"})
"""Kinds that are about no one score."""
OWN_SUBJECT: Mapping[str, float] = {"services": 1.4, "gap": 0.9, "benchmark": 0.9, "river": 0.9}
"""Kinds that need no subject, with how surely one has to be said before it is taken."""

FindUnits = Callable[[Sequence[Word], frozenset[int]], list[Named]]


@dataclass(frozen=True)
class Reading:
    """One way to understand a question. subject: None where it is about no one score. likely: 1 for the first."""

    kind: QuestionKind
    subject: Meant | None
    likely: float


@dataclass(frozen=True)
class Understood:
    """What a question says.

    units: names it says, the best first for each; others: names it may mean in place of the first. is_of_units: whether
    it asks which units. end: "low", "high" or "". lenses: what parts of the chain it names. left: words that were not
    understood. unknown: a name that no known unit has, empty where there is none.
    """

    words: tuple[Word, ...]
    readings: tuple[Reading, ...]
    units: tuple[Named, ...]
    others: tuple[Named, ...]
    is_of_units: bool
    end: str
    lenses: tuple[str, ...]
    left: tuple[str, ...]
    unknown: str

    @property
    def first(self) -> Reading:
        """The likeliest reading."""
        return self.readings[0]


def understand(
    question: str, subjects: SubjectIndex, find_units: FindUnits, *, waves: Collection[str] = ()
) -> Understood:
    """Return what a question says. find_units: finds names of units among words, some of which are taken. waves: plain
    words that name a wave.

    Longer questions are cut. A question without words gets one reading of kind "score" without subject.
    """
    words = question_words(question[:MOST_LETTERS])[:MOST_WORDS]
    lexicon = question_lexicon()
    of_wave = frozenset(place for place, word in enumerate(words) if word.plain in waves)
    units, others = _units(words, subjects, find_units, of_wave)
    taken = frozenset(place for one in units for place in one.places) | of_wave
    words = _mended(words, subjects, lexicon, taken)
    plains = [word.plain for word in words]
    kinds, spoken = _kinds(plains, lexicon, taken)
    of_units, asks_units = _found(lexicon.units, plains)
    sorts = frozenset(place for place in asks_units if words[place].plain in lexicon.unit_words)
    about = subjects.find(words, taken=taken | sorts)
    named = {lens: _found(table, plains)[1] - taken for lens, table in lexicon.lenses.items()}
    lenses = tuple(lens for lens, places in named.items() if places)
    if "river" in kinds and len(lenses) >= 2:
        kinds["river"] += TWO_LENSES
    end, at_end = _end(plains, lexicon, taken)
    told = taken | spoken | asks_units | at_end | frozenset().union(*named.values())
    meant = frozenset(place for one in about[:2] for place in one.places)
    left, unknown = _left(words, told | meant, lexicon, has_unit=bool(units))
    readings = _readings(kinds, about, spoken, frozenset().union(*named.values()))
    return Understood(words, readings, units, others, of_units and len(units) < 2, end, lenses, left, unknown)


def _mended(
    words: Sequence[Word], subjects: SubjectIndex, lexicon: QuestionLexicon, taken: frozenset[int]
) -> tuple[Word, ...]:
    """The words with slips of the pen mended, but for those that say a kind or an end as they are."""
    plains = [word.plain for word in words]
    tables = [table for pair in lexicon.kinds.values() for table in pair]
    tables += [*lexicon.ends.values(), *lexicon.lenses.values(), lexicon.units]
    known = frozenset().union(*(_found(table, plains)[1] for table in tables))
    return subjects.spelt(words, taken=taken | known | _acronyms(words))


def _acronyms(words: Sequence[Word]) -> frozenset[int]:
    return frozenset(place for place, word in enumerate(words) if word.is_acronym)


def _units(
    words: Sequence[Word], subjects: SubjectIndex, find_units: FindUnits, of_wave: frozenset[int]
) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """The names that a question says, apart from each other, and those that could be meant by the first one's words."""
    found = find_units(words, of_wave)
    if not found or not _is_name(found[0], words, subjects):
        return (), ()
    first = found[0]
    same = [one for one in found[1:] if one.places <= first.places and one.score >= 0.8 * first.score]
    units, taken = [first], first.places | of_wave
    while len(units) < 3:
        more = [one for one in find_units(words, taken) if one.covered >= 0.8 and _is_name(one, words, subjects)]
        if not more:
            break
        units.append(more[0])
        taken |= more[0].places
    return tuple(units), tuple(same)


def _is_name(one: Named, words: Sequence[Word], subjects: SubjectIndex) -> bool:
    """Whether words say a unit's name and not a subject: "trust" alone is no hospital, "Harbour Trust" is."""
    if len(one.places) > 1:
        return True
    word = words[next(iter(one.places))]
    is_also_subject = word.stem in subjects
    return not is_also_subject or (word.text[:1].isupper() and one.covered >= 0.8)


def _found(table: PhraseTable, plains: Sequence[str]) -> tuple[bool, frozenset[int]]:
    spans = table.find(plains)
    return bool(spans), frozenset(place for start, stop in spans for place in range(start, stop))


def _kinds(
    plains: Sequence[str], lexicon: QuestionLexicon, taken: frozenset[int]
) -> tuple[dict[QuestionKind, float], frozenset[int]]:
    """What each kind counts, and the places of words that say one."""
    counts: dict[QuestionKind, float] = {"score": USUAL}
    places: set[int] = set()
    rows = [
        set(range(*span)) for table in lexicon.ends.values() for span in table.find(plains) if span[1] - span[0] > 1
    ]
    for kind in KINDS:
        if kind not in lexicon.kinds:
            continue
        found: list[float] = []
        spoken: set[int] = set()
        for table, counted in zip(lexicon.kinds[kind], (STRONG, WEAK), strict=True):
            for start, stop in sorted(table.find(plains), key=lambda span: span[0] - span[1]):
                span = set(range(start, stop))
                if span <= taken or span <= spoken or (counted == WEAK and any(span < row for row in rows)):
                    continue
                found.append(counted)
                spoken |= span
        if found:
            counts[kind] = max(found) + MORE * (len(found) - 1)
            places |= spoken
    return counts, frozenset(places - taken)


def _end(plains: Sequence[str], lexicon: QuestionLexicon, taken: frozenset[int]) -> tuple[str, frozenset[int]]:
    """Which end is meant: the one said first, none where a word of a name says it."""
    found: list[tuple[int, str]] = []
    places: set[int] = set()
    for end, table in lexicon.ends.items():
        for start, stop in table.find(plains):
            if not set(range(start, stop)) <= taken:
                found.append((start, end))
                places |= set(range(start, stop))
    return (min(found)[1] if found else ""), frozenset(places - taken)


def _left(
    words: Sequence[Word], told: frozenset[int], lexicon: QuestionLexicon, *, has_unit: bool
) -> tuple[tuple[str, ...], str]:
    """Words that say nothing known, and the name among them that stands where a unit's would."""
    free = [
        place
        for place, word in enumerate(words)
        if place not in told and (word.plain not in lexicon.small or word.is_acronym)
    ]
    bare = [place for place in free if words[place].plain not in lexicon.unit_words]
    left = tuple(words[place].text for place in bare)
    if has_unit or not bare:
        return left, ""
    start = next((place for place in free if _stands_for_name(words, place, lexicon)), None)
    if start is None:
        return left, ""
    stop = start
    while stop in free or (stop < len(words) and words[stop].plain in lexicon.small and stop + 1 in free):
        stop += 1
    name = [place for place in range(start, stop) if place in free]
    return left, " ".join(words[place].text for place in name) if set(name) & set(bare) else ""


def _stands_for_name(words: Sequence[Word], place: int, lexicon: QuestionLexicon) -> bool:
    """Whether a word stands where a unit's name would: after "in", beside "team", or written as a name."""
    before = place - 1
    while before >= 0 and words[before].plain in ("the", "la", "el", "los", "las", "our", "my"):
        before -= 1
    if before >= 0 and words[before].plain in lexicon.before_names:
        return True
    word = words[place]
    if word.plain in lexicon.unit_words and place + 1 < len(words):
        after = words[place + 1]
        return after.text[:1].isupper() or any(letter.isdigit() for letter in after.text)
    return (place > 0 and word.text[:1].isupper()) or any(letter.isdigit() for letter in word.text)


def _readings(
    kinds: Mapping[QuestionKind, float], about: Sequence[Meant], spoken: frozenset[int], lenses: frozenset[int]
) -> tuple[Reading, ...]:
    """The likeliest pairs of kind and subject. spoken: places of words that say a kind; lenses: a part of the chain."""
    order = sorted(kinds, key=lambda kind: (-kinds[kind], KINDS.index(kind)))
    most = max(kinds.values())
    found: list[Reading] = []
    for kind in order[:4]:
        share = kinds[kind] / most
        if kind in ABOUT_ALL:
            found.append(Reading(kind, None, share))
            continue
        subjects = [(_fit(kind, one), one) for one in about if _is_about(kind, one, spoken, lenses)]
        subjects = sorted((pair for pair in subjects if pair[0] > 0), key=lambda pair: -round(pair[0], 6))[:3]
        if not subjects:
            found.append(Reading(kind, None, share))
            continue
        found += [Reading(kind, one, share * fit / subjects[0][0]) for fit, one in subjects]
        if kind in OWN_SUBJECT:
            found.append(Reading(kind, None, share * 0.7))
    found.sort(key=lambda one: (-round(one.likely, 6), KINDS.index(one.kind)))
    return tuple(found[:6])


def _is_about(kind: QuestionKind, one: Meant, spoken: frozenset[int], lenses: frozenset[int]) -> bool:
    """Whether a subject is meant beside a kind: words that already said something else do not say it again."""
    if kind == "gap" and one.places <= spoken | lenses:
        return False
    return kind in ("services", "drivers", "river") or not one.places <= spoken


def _fit(kind: QuestionKind, one: Meant) -> float:
    """How well a subject goes with a kind; 0 where it is not taken."""
    subject = one.subject
    if one.score < OWN_SUBJECT.get(kind, 0.0):
        return 0.0
    if kind == "drivers":
        return one.score * (1.6 if subject.is_outcome else 0.6)
    if subject.kind == "theme":
        return one.score * (1.5 if kind == "themes" else 0.75)
    return one.score * (0.8 if kind == "themes" else 1.0)
