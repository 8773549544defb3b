"""One plain sentence for any released number, made on reading: its value with its range, and what stands clear.

All who say a number use these words: reports, pages, the command line. A comparison is told only where it passed the
rule for many comparisons and is large enough to matter. What is withheld is said with the nearest group shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from headwater.scoring.phrases import Phrases, phrases_in
from headwater.vocab import (
    Bound,
    Column,
    Difference,
    Estimate,
    InjuryBook,
    InjuryKind,
    InjuryRate,
    Released,
    ScoreBook,
    ServiceBook,
    Sureness,
    UnitTree,
    Withheld,
    say,
)

DECIMALS: dict[str, int] = {"points": 1, "percent": 0, "score": 0, "rate": 1}
"""By a column's unit, the decimals people read."""


def decimals_of(column: Column) -> int:
    """Return how many decimals people read of a measure."""
    return DECIMALS.get(column.unit, 1)


def say_estimate(
    book: ScoreBook, unit: str | int, column: int, *, cut: str = "", level: str = "", language: str = ""
) -> str:
    """Return the sentence of one number of a book.

    column: its number in `book.columns`. cut, level: one level of a cut, everybody by default.
    language: "en" or "es", the one in force by default.
    Raises KeyError for an unknown unit, panel or language, IndexError for an unknown column.
    """
    row = book.tree.index_of[unit] if isinstance(unit, str) else unit
    found = book.at(row, column, book.panel_of[cut, level])
    words = phrases_in(language)
    where = words.level(book.tree.names[row], level) if level else book.tree.names[row]
    return _sentence(_Scene(book, words, language, column), found, where)


def say_response(book: ScoreBook, unit: str | int, *, language: str = "") -> str:
    """Return the sentence of a unit's response rate. Raises KeyError for an unknown unit or language."""
    row = book.tree.index_of[unit] if isinstance(unit, str) else unit
    words, name = phrases_in(language), book.tree.names[row]
    found = book.response_rate(row)
    if isinstance(found, Withheld):
        if not found.nearest:
            return words.response_withheld(name)
        above = book.tree.index_of[found.nearest]
        return f"{words.response_withheld(name)} {say_response(book, above, language=language)}"
    share = words.share(found.value, found.bound)
    around = "" if found.bound is not Bound.EXACT else words.spread(found.low, found.high, 0, "%")
    return " ".join([words.response(name, share, around), *_compared(words, _others(book, words, row), found, "%", 0)])


def say_service(services: ServiceBook, server: str, unit: str | int, column: int, *, language: str = "") -> str:
    """Return the sentence of how a unit rates a server: for the whole organisation, how all that it serves do.

    column: its number in the server's book. Raises KeyError for an unknown server, unit or language.
    """
    book = services.books[services.position[server]]
    row = services.tree.index_of[unit] if isinstance(unit, str) else unit
    words, name = phrases_in(language), services.tree.names[services.tree.index_of[server]]
    found = book.at(row, column)
    scene = _Scene(book, words, language, column, server=name)
    return _sentence(scene, found, words.rated_by(scene.served(row)))


def say_injuries(
    injuries: InjuryBook, unit: str | int, kind: InjuryKind, *, period: str = "", language: str = ""
) -> str:
    """Return the sentence of a unit's injury rate, the last period by default. Raises KeyError as `InjuryBook.find`."""
    row = injuries.tree.index_of[unit] if isinstance(unit, str) else unit
    words, name = phrases_in(language), injuries.tree.names[row]
    held = injuries.period(period)
    found = injuries.find(row, kind, held.key)
    if found is None:
        return words.no_hours(name, held.key)
    steadied = words.figure(found.shrunken, 1), words.spread(found.shrunken_low, found.shrunken_high, 1)
    if row == 0:  # The top unit is steadied toward nothing.
        steadied = "", ""
    if math.isnan(found.rate):
        said = words.few_hours(name, kind, held.key, found.cases, *steadied)
    else:
        own = words.figure(found.rate, 1), words.spread(found.low, found.high, 1)
        said = words.injuries(name, kind, held.key, found.cases, *own, *steadied)
    parts = [said, *_compared(words, _injury_others(injuries, words, row, held.key), found, "", 1)]
    if held.partial:
        parts.append(words.partial(held.months))
    return " ".join(parts)


@dataclass(frozen=True)
class _Scene:
    """What a number is said from. server: the unit rated, for internal service."""

    book: ScoreBook
    words: Phrases
    language: str
    column: int
    server: str = ""

    @property
    def noun(self) -> Column:
        return self.book.columns[self.column]

    @property
    def subject(self) -> str:
        """The label, of internal service with the unit rated."""
        label = say(self.noun.label, self.language)
        return self.words.of(label, self.server) if self.server else label

    def served(self, row: int) -> str:
        """The name of a unit; of internal service, the whole organisation is all that the server serves."""
        return self.words.all_served if self.server and row == 0 else self.book.tree.names[row]


def _sentence(scene: _Scene, found: Released | Withheld, where: str) -> str:
    words, book, column = scene.words, scene.book, scene.noun
    if isinstance(found, Withheld):
        said = words.withheld(scene.subject, where)
        if not found.nearest:
            return said
        nearest = book.find(found.nearest, found.measure, found.subject, cut=found.cut, level=found.level)
        if not isinstance(nearest, Estimate):
            return said
        name = scene.served(book.tree.index_of[found.nearest])
        return f"{said} {words.nearest(name, score_words(nearest, column, words))}"
    if found.bound is not Bound.EXACT:
        return words.limit(scene.subject, where, value_words(found, column, words), found.n)
    mark, decimals = "%" if column.unit == "percent" else "", decimals_of(column)
    around = words.spread(found.shrunken_low, found.shrunken_high, decimals, mark)
    row = book.tree.index_of[found.unit]
    others = (_whole if found.cut else _others)(book, words, row)
    first = words.value(scene.subject, where, value_words(found, column, words), around, found.n)
    return " ".join([first, *_compared(words, others, found, mark, decimals)])


def value_words(estimate: Estimate, column: Column, words: Phrases) -> str:
    """Return the score people read: "4.0", "61%", or a limit where nearly all answers are alike: "4.8 or more"."""
    mark = "%" if column.unit == "percent" else ""
    return words.bounded(f"{words.figure(estimate.shrunken, decimals_of(column))}{mark}", estimate.bound)


def score_words(estimate: Estimate, column: Column, words: Phrases) -> str:
    """Return score, range and answers: "3.2 (2.9 to 3.5), 23 answers"."""
    around = ""
    if estimate.bound is Bound.EXACT:
        mark = "%" if column.unit == "percent" else ""
        around = words.spread(estimate.shrunken_low, estimate.shrunken_high, decimals_of(column), mark)
    value = value_words(estimate, column, words)
    return f"{value} ({around}), {words.answers(estimate.n)}" if around else f"{value}, {words.answers(estimate.n)}"


def _others(book: ScoreBook, words: Phrases, row: int) -> Callable[[str], str]:
    """Return how each thing compared with is called."""
    above = int(book.tree.parent[row])
    rest = words.rest(book.tree.names[above]) if above >= 0 else ""
    names = {"rest": rest, "previous": book.previous_wave, "benchmark": words.benchmark(book.benchmark)}
    return names.__getitem__


def _whole(book: ScoreBook, words: Phrases, row: int) -> Callable[[str], str]:
    """As `_others` for a level of a cut, which is compared with the other people of its own unit."""
    names = {
        "rest": words.rest(book.tree.names[row]),
        "previous": book.previous_wave,
        "benchmark": words.benchmark(book.benchmark),
    }
    return names.__getitem__


def _injury_others(injuries: InjuryBook, words: Phrases, row: int, period: str) -> Callable[[str], str]:
    tree: UnitTree = injuries.tree
    above = int(tree.parent[row])
    keys = [one.key for one in injuries.periods]
    place = keys.index(period)
    names = {
        "rest": words.rest(tree.names[above]) if above >= 0 else "",
        "previous": keys[place - 1] if place else "",
        "benchmark": words.benchmark(injuries.benchmark),
    }
    return names.__getitem__


def _compared(
    words: Phrases, others: Callable[[str], str], found: Estimate | InjuryRate, mark: str, decimals: int
) -> list[str]:
    """Return one sentence for each comparison that stands clear; one for all where there are some and none does."""
    kinds: tuple[tuple[str, Difference | None], ...] = (
        ("rest", found.versus_rest),
        ("previous", found.versus_previous),
        ("benchmark", found.versus_benchmark),
    )
    said = []
    for kind, difference in kinds:
        if difference is None or difference.sureness is Sureness.TOO_CLOSE:
            continue
        size = words.size(abs(difference.value), decimals, mark)
        tell = words.changed if kind == "previous" else words.apart
        said.append(tell(size, difference.value > 0, others(kind), words.sure(difference.sureness)))
    if not said and any(difference is not None for _, difference in kinds):
        said.append(words.too_close)
    return said
