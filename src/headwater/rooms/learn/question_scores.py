"""Answers from released ScoreBooks: scores, changes, response rates, benchmarks. No number is worked out anew.

Units are listed by what stands clear of chance alone, as everywhere in the room, never by raw scores.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.reports.builders.findings import by_clearness, findings_of, score_columns
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.question_answers import (
    MOST,
    Answer,
    Answers,
    Lookup,
    book_in_words,
    clearest_cells,
    score_answer,
    team_address,
    units_asked,
    wave_name,
)
from headwater.rooms.learn.question_sources import Source
from headwater.scoring.sentences import say_estimate, say_response
from headwater.vocab import Difference, Estimate, ScoreBook, Sureness, Withheld


def score_answers(look: Lookup) -> Answers:
    """Return released scores of units, or the units whose scores stand clear of the rest."""
    source = look.source()
    if source is None:
        return _not_asked(look)
    book, rows = book_in_words(source), look.rows(source)
    number = source.column(look.score) if look.score else None
    if _missing(look, source):
        return Answers(notice=_missing(look, source))
    if look.is_of_units or (look.end and not rows and number is not None):
        return _listed(look, source, book, number)
    if number is None:
        return _of_unit(look, source, book, rows or source.entrances[:1])
    told = [_score(look, source, book, row, number) for row in (rows or source.entrances)[:MOST]]
    if not rows:
        asked = units_asked(look, source)
        asked[list(source.entrances)] = False
        apart = clearest_cells(source, [number], "rest", asked=asked, end="", most=3)
        told += [_score(look, source, book, row, column) for row, column in apart]
    return Answers(tuple(told))


def change_answers(look: Lookup) -> Answers:
    """Return released changes since the wave before: of a unit, or the units where something changed clearly."""
    source = next((one for one in _with_score(look) if one.book.previous_wave), None) or look.source()
    if source is None:
        return _not_asked(look)
    if _missing(look, source):
        return Answers(notice=_missing(look, source))
    if not source.book.previous_wave:
        return Answers(notice=_("No earlier wave of %(wave)s was released, so nothing can be compared.") % {
            "wave": wave_name(source.wave)})  # fmt: skip
    book, rows = book_in_words(source), look.rows(source)
    number = source.column(look.score) if look.score else None
    numbers = score_columns(source.book) if number is None else [number]
    said = {"since": book.previous_wave}
    if rows and not look.is_of_units:
        return _changes_of(look, source, book, rows, number)
    asked = units_asked(look, source)
    cells = clearest_cells(source, numbers, "previous", asked=asked, end=look.end)
    told = [_change(look, source, book, row, at) for row, at in cells]
    notice = ""
    if not told:
        notice = {
            "low": _("In no unit that you may see did it clearly get worse since %(since)s."),
            "high": _("In no unit that you may see did it clearly get better since %(since)s."),
        }.get(look.end, _("In no unit that you may see did anything change clearly since %(since)s.")) % said
        if number is not None:
            told = [_change(look, source, book, row, number) for row in source.entrances[:2]]
    return Answers(tuple(one for one in told if one is not None), notice)


def response_answers(look: Lookup) -> Answers:
    """Return how many answered: of the units named, else of the topmost, or those clearly apart from the rest."""
    source = look.source() if not look.score else next(iter(look.candidates()), None)
    if source is None or source.book.response is None:
        return Answers(notice=_("Of no released wave is it known who was asked."))
    book, rows = book_in_words(source), look.rows(source)
    if _missing(look, source):
        return Answers(notice=_missing(look, source))
    notice = ""
    if look.is_of_units or (look.end and not rows):
        rows = tuple(_response_apart(look, source))
        if not rows:
            notice = _("The response rate of no unit that you may see stands clear of the rest.")
    rows = rows or source.entrances
    return Answers(
        tuple(
            Answer(
                say_response(book, row, language=look.language),
                book.tree.names[row],
                wave_name(source.wave),
                team_address(source, row),
                _("The page of the unit"),
            )
            for row in rows[:MOST]
        ),
        notice,
    )


def benchmark_answers(look: Lookup) -> Answers:
    """Return how released scores stand beside the benchmark that their wave is compared with."""
    source = look.source()
    if source is None:
        return _not_asked(look)
    if _missing(look, source):
        return Answers(notice=_missing(look, source))
    book = book_in_words(source)
    rows = look.rows(source) or source.entrances[:1]
    number = source.column(look.score) if look.score else None
    numbers = score_columns(source.book) if number is None else [number]
    told = []
    for row in rows:
        for at in numbers:
            found = source.book.at(row, at)
            if isinstance(found, Estimate) and found.versus_benchmark is not None:
                told.append((found.versus_benchmark, row, at))
    told.sort(key=lambda one: one[0].sureness is Sureness.TOO_CLOSE)
    if told:
        return Answers(tuple(_beside(look, source, book, row, at) for _found, row, at in told[:MOST]))
    href, link = reverse("learn:benchmarks"), _("Benchmarks")
    text = _("%(wave)s is compared with no benchmark. On the page of benchmarks a percentile can be asked for.")
    text = text % {"wave": wave_name(source.wave)}
    return Answers((Answer(text, book.tree.names[rows[0]], wave_name(source.wave), href, link),))


def _not_asked(look: Lookup) -> Answers:
    if look.waves:
        text = _("That was not asked in %(wave)s, or nothing of it may be shown to you.")
        return Answers(notice=text % {"wave": "; ".join(wave_name(one) for one in look.waves)})
    return Answers(notice=_("Nothing that you may see was released of it."))


def _missing(look: Lookup, source: Source) -> str:
    """Why a named unit cannot be answered for, "" where all can be."""
    if len(look.rows(source)) == len(look.units):
        return ""
    return _("%(wave)s does not have that unit.") % {"wave": wave_name(source.wave)}


def _with_score(look: Lookup) -> Iterable[Source]:
    for one in look.candidates():
        if (not look.score or one.column(look.score) is not None) and len(look.rows(one)) == len(look.units):
            yield one


def _score(look: Lookup, source: Source, book: ScoreBook, row: int, number: int) -> Answer:
    return score_answer(look, source, row, number, say_estimate(book, row, number, language=look.language))


def _listed(look: Lookup, source: Source, book: ScoreBook, number: int | None) -> Answers:
    """Units whose scores stand clear of the rest of the unit above them."""
    numbers = score_columns(source.book) if number is None else [number]
    cells = clearest_cells(source, numbers, "rest", asked=units_asked(look, source), end=look.end)
    told = tuple(_score(look, source, book, row, at) for row, at in cells)
    if told:
        return Answers(told)
    notice = {
        "low": _("No unit that you may see stands clearly below the rest: too close to call."),
        "high": _("No unit that you may see stands clearly above the rest: too close to call."),
    }.get(look.end, _("No unit that you may see stands clear of the rest: too close to call."))
    if number is None:
        return Answers(notice=notice)
    rows = look.rows(source) or source.entrances
    return Answers(tuple(_score(look, source, book, row, number) for row in rows[:2]), notice)


def _of_unit(look: Lookup, source: Source, book: ScoreBook, rows: Iterable[int]) -> Answers:
    """What stands out in units: strengths or what needs them where the question says so, the clearest first."""
    flag = {"low": "needs", "high": "strong"}.get(look.end, "")
    told: list[Answer] = []
    notice = ""
    rows = tuple(rows)
    for row in rows:
        found = by_clearness(one for one in findings_of(book, row) if one.estimate is not None)
        fitting = [one for one in found if one.flag == flag] if flag else found
        if flag and not fitting:
            name = {"unit": book.tree.names[row]}
            low, high = _("Nothing of %(unit)s stands clearly below."), _("Nothing of %(unit)s stands clearly above.")
            notice = (low if flag == "needs" else high) % name
        chosen = (fitting or found)[: MOST if len(rows) == 1 else MOST // 2]
        told += [_score(look, source, book, row, one.number) for one in chosen]
        if not found:
            text = _("%(unit)s: not shown. Too few or too alike to show safely.") % {"unit": book.tree.names[row]}
            place = book.tree.names[row], wave_name(source.wave), team_address(source, row)
            told.append(Answer(text, *place, _("The page of the unit")))
    return Answers(tuple(told), notice)


def _changes_of(look: Lookup, source: Source, book: ScoreBook, rows: tuple[int, ...], number: int | None) -> Answers:
    if number is not None:
        return Answers(tuple(_change(look, source, book, row, number) for row in rows))
    told: list[Answer] = []
    for row in rows:
        mine = np.zeros(len(book.tree), bool)
        mine[row] = True
        for at in score_columns(source.book):
            cells = clearest_cells(source, [at], "previous", asked=mine, end=look.end)
            told += [_change(look, source, book, row, at) for _row, at in cells]
    names = ", ".join(book.tree.names[row] for row in rows)
    said = {"unit": names, "since": book.previous_wave}
    return Answers(tuple(told[:MOST]), "" if told else _("Nothing of %(unit)s changed clearly since %(since)s.") % said)


def _change(look: Lookup, source: Source, book: ScoreBook, row: int, number: int) -> Answer:
    column, found = book.columns[number], book.at(row, number)
    if isinstance(found, Withheld) or found.versus_previous is None:
        sentence = say_estimate(book, row, number, language=look.language)
        if not isinstance(found, Withheld):
            text = _("%(sentence)s It cannot be compared with %(since)s.")
            sentence = text % {"sentence": sentence, "since": book.previous_wave}
        return score_answer(look, source, row, number, sentence)
    sentence = _("%(score)s, %(unit)s: %(difference)s since %(since)s. %(sure)s. It stands at %(value)s now.") % {
        "score": words.label_of(column, look.language).rstrip("."),
        "unit": book.tree.names[row],
        "difference": words.difference_words(found.versus_previous, column),
        "since": book.previous_wave,
        "sure": words.sure_words(found.versus_previous, column),
        "value": words.steadied_words(found, column),
    }
    return score_answer(look, source, row, number, sentence)


def _beside(look: Lookup, source: Source, book: ScoreBook, row: int, number: int) -> Answer:
    column, found = book.columns[number], book.at(row, number)
    assert isinstance(found, Estimate)
    difference: Difference | None = found.versus_benchmark
    sentence = _("%(score)s, %(unit)s: %(difference)s beside %(benchmark)s. %(sure)s.") % {
        "score": words.label_of(column, look.language).rstrip("."),
        "unit": book.tree.names[row],
        "difference": words.difference_words(difference, column),
        "benchmark": words.comparison_name(book, "benchmark"),
        "sure": words.sure_words(difference, column),
    }
    return score_answer(look, source, row, number, sentence)


def _response_apart(look: Lookup, source: Source) -> list[int]:
    """Units whose response rate stands clear of the rest, the clearest first."""
    rates = source.book.response
    assert rates is not None
    low, high = rates.fields["rest_low"], rates.fields["rest_high"]
    with np.errstate(invalid="ignore"):
        nearest = np.where(low > 0, low, np.where(high < 0, high, 0.0))
    clear = (rates.sureness["rest"] > 0) & units_asked(look, source) & ~np.isnan(nearest) & ~np.isnan(rates.percent)
    nearest = np.where(clear, nearest, 0.0)
    keys = {"low": -nearest, "high": nearest}.get(look.end, np.abs(nearest))
    order = np.argsort(-keys, kind="stable")[:MOST]
    return [int(row) for row in order if keys[row] > 0]
