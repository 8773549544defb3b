"""How well questions in plain words are understood, beside a plain search by words (BM25).

    python -m benchmarks.questions              both parts
    python -m benchmarks.questions --part held  the part that was never fitted to
    python -m benchmarks.questions --wrong      each question that is understood otherwise

A question counts as right when kind, subject and units are all right: the reading that comes first (top 1), or one of
the first three (top 3). The plain search ranks the same answers, each written down as its kind, subject and unit with
the names, further words and questions that the other knows too.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from headwater.instruments.loader import library
from headwater.simulation.naming import DIVISIONS, KINDS, PLACES
from headwater.text.name_index import NameIndex
from headwater.text.question_subjects import item_subject, scale_subject, theme_subject
from headwater.text.question_words import question_lexicon, question_words
from headwater.text.questions import Understood, understand
from headwater.text.subject_index import Subject, SubjectIndex
from headwater.text.theme_book import default_theme_book

QUESTIONS = Path(__file__).parent / "data" / "questions" / "questions.csv"
NAMED = (
    "Harbour Transit", "Trams", "Buses", "Ferries", "Works", "Stations", "Night Lines", "People and Finance",
    "Customer Centre", "Maintenance North", "Maintenance South", "Maintenance Harbour Gate", "Region North",
    "Region South", "Region East", "IT", "Payroll", "Purchasing", "Ward 12", "Emergency department", "Pediatría",
    "Atención al cliente", "Tienda Valencia", "Almacén 3", "Call centre Leeds", "Team 4", "Team 14", "Night shift",
    "Mantenimiento Norte", "Mantenimiento Sur", "Compras",
)  # fmt: skip
"""Units that questions name, as different organisations call theirs."""
KEYS = {
    "Emergency department": "emergency", "People and Finance": "people-finance",
    "Atención al cliente": "atencion-cliente", "Pediatría": "pediatria", "Almacén 3": "almacen-3",
}  # fmt: skip
LEFT_OUT = {"upward_360", "upward_360_self", "join", "leave", "after_acting", "communication_check"}
"""Questionnaires for one leader or one day: questions over an organisation do not mean them."""


@dataclass(frozen=True)
class Asked:
    """One question with what is right. subjects: any of them is right; "" for none."""

    part: str
    language: str
    question: str
    kind: str
    subjects: tuple[str, ...]
    units: frozenset[str]
    is_of_units: bool


Answer = tuple[str, str, frozenset[str]]
"""Kind, subject and units."""


def read_questions(path: Path = QUESTIONS) -> list[Asked]:
    """Return the questions."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Asked(
                row["part"],
                row["language"],
                row["question"],
                row["kind"],
                tuple(row["subject"].split("|")),
                frozenset(filter(None, row["unit"].split("|"))),
                row["units"] == "yes",
            )
            for row in csv.DictReader(file)
        ]


@cache
def units() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return keys and names: those that questions name, among 500 that are like them."""
    more = [f"{name} {place} {KINDS[at % len(KINDS)].lower()}" for name, _ in DIVISIONS for at, place in
            enumerate(PLACES * 2)][: 500 - len(NAMED)]  # fmt: skip
    names = (*NAMED, *dict.fromkeys(["Buses Old Mill depot", "Buses Quayside depot", *more]))
    return tuple(KEYS.get(name, name.lower().replace(" ", "-")) for name in names), names


@cache
def subjects() -> SubjectIndex:
    """Return the scores and questions of the shipped questionnaires and the themes of the shipped book."""
    found: dict[str, Subject] = {}
    for key, instrument in library().items():
        if key in LEFT_OUT:
            continue
        texts = {item.key: item for item in instrument.items}
        for scale in instrument.scales:
            one = scale_subject(scale, [texts[item] for item in scale.items if item in texts])
            found.setdefault(one.key, one)
        for item in instrument.items:
            if item.kind in ("scale", "recommend"):
                found.setdefault(item.key, item_subject(item))
    return SubjectIndex([*found.values(), *(theme_subject(theme) for theme in default_theme_book().themes)])


def read(question: str) -> tuple[Understood, list[Answer]]:
    """Return what is understood, and the first three answers it leads to."""
    index = names()
    found = understand(question, subjects(), lambda words, taken: index.find(words, taken=taken))
    keys = units()[0]
    meant = frozenset(keys[one.row] for one in found.units)
    firsts: list[Answer] = []
    for reading in found.readings:
        subject = "" if reading.subject is None else reading.subject.subject.key
        firsts.append((reading.kind, subject, meant))
    others = [(firsts[0][0], firsts[0][1], frozenset({keys[one.row]})) for one in found.others[:1]]
    return found, list(dict.fromkeys([firsts[0], *others, *firsts[1:]]))[:3]


@cache
def names() -> NameIndex:
    """Return the index of units."""
    return NameIndex(units()[1])


def is_right(asked: Asked, answer: Answer) -> bool:
    """Whether an answer is one that was asked for."""
    kind, subject, meant = answer
    about = (asked.subjects == ("",) and kind not in ("drivers",) and subject == "") or subject in asked.subjects
    if asked.subjects == ("",) and subject and kind in ("score", "change", "themes"):
        about = False
    return kind == asked.kind and about and meant == asked.units


class PlainSearch:
    """BM25 (Robertson and Zaragoza 2009) over all answers: a kind, a subject and at most one unit in words."""

    def __init__(self) -> None:
        """Write the answers down and count their words."""
        lexicon = question_lexicon()
        self._kinds = {kind: self._entries(kind) for kind in (*lexicon.kinds, "score")}
        self._subjects = {"": Counter[str]()} | {
            one.key: Counter(
                word for text in (*one.names, *one.further, *one.asked) for word in _words(text.replace("*", ""))
            )
            for one in subjects().subjects
        }
        self._units = {"": Counter[str]()} | {key: Counter(_words(name)) for key, name in zip(*units(), strict=True)}

    @staticmethod
    def _entries(kind: str) -> Counter[str]:
        tables = question_lexicon().kinds.get(kind, ())
        return Counter(
            part.rstrip("*")
            for table in tables
            for rows in table.rows.values()
            for row in rows
            for part in row
            if part != "_"
        )

    def first(self, question: str, most: int = 3) -> list[Answer]:
        """Return the best answers. Each field is ranked by itself, and the sums of the best of each are ordered."""
        words = [word for word in _words(question) if word not in question_lexicon().small]
        fields = [self._ranked(words, docs) for docs in (self._kinds, self._subjects, self._units)]
        found = [
            (k + s + u, (kind, subject, frozenset({unit} - {""})))
            for k, kind in fields[0]
            for s, subject in fields[1]
            for u, unit in fields[2]
        ]
        found.sort(key=lambda one: -one[0])
        return [answer for _score, answer in found[:most]]

    @staticmethod
    def _ranked(words: Sequence[str], docs: dict[str, Counter[str]]) -> list[tuple[float, str]]:
        lengths = {key: sum(doc.values()) for key, doc in docs.items()}
        mean = sum(lengths.values()) / max(len(docs), 1) or 1.0
        scores = []
        for key, doc in docs.items():
            score = 0.0
            for word in set(words):
                count = doc.get(word, 0)
                if count:
                    having = sum(word in other for other in docs.values())
                    idf = math.log(1 + (len(docs) - having + 0.5) / (having + 0.5))
                    score += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * lengths[key] / mean))
            scores.append((score, key))
        scores.sort(key=lambda one: -one[0])
        return scores[:4]


def _words(text: str) -> list[str]:
    return [word.plain for word in question_words(text)]


def main() -> None:
    """Ask all questions and print how many were understood."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.questions", description=__doc__)
    parser.add_argument("--part", default="", choices=("", "tuned", "held"))
    parser.add_argument("--wrong", action="store_true")
    wanted = parser.parse_args()
    plain_search = PlainSearch()
    for part in (wanted.part,) if wanted.part else ("tuned", "held"):
        for language in ("en", "es"):
            chosen = [one for one in read_questions() if (one.part, one.language) == (part, language)]
            report(part, language, chosen, plain_search, say_wrong=wanted.wrong)


def report(part: str, language: str, chosen: Sequence[Asked], other: PlainSearch, *, say_wrong: bool) -> None:
    """Print one part in one language."""
    hits = np.zeros((len(chosen), 4), bool)
    parts = np.zeros((len(chosen), 4), bool)
    took = []
    for place, asked in enumerate(chosen):
        start = time.perf_counter()
        found, answers = read(asked.question)
        took.append(time.perf_counter() - start)
        plain_answers = other.first(asked.question)
        right = [is_right(asked, one) for one in answers]
        plain_right = [is_right(asked, one) for one in plain_answers]
        hits[place] = right[0], any(right), plain_right[0], any(plain_right)
        kind, subject, meant = answers[0]
        parts[place] = (
            kind == asked.kind, subject in asked.subjects, meant == asked.units, found.is_of_units == asked.is_of_units
        )  # fmt: skip
        if say_wrong and not right[0]:
            print(f"  {asked.question}\n     {asked.kind} {asked.subjects} {set(asked.units)} -> {answers}")
    rates = [f"{rate:.0%}" for rate in hits.mean(axis=0)]
    print(f"{part} {language}, {len(chosen)} questions: first {rates[0]}, among three {rates[1]}; "
          f"plain search {rates[2]}, {rates[3]}")  # fmt: skip
    kind, subject, unit, of_units = (f"{rate:.0%}" for rate in parts.mean(axis=0))
    print(f"   kind {kind}, subject {subject}, units {unit}, asks which units {of_units}; "
          f"{1000 * float(np.median(took)):.1f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
