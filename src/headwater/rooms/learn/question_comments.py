"""Answers from released comments: themes by bands of shares, how they sound, and whether they surely changed."""

from __future__ import annotations

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.learn.comment_changes import changes_shown
from headwater.rooms.learn.comment_queries import ThemeShown, comments_of, theme_shown, themes_of_unit
from headwater.rooms.learn.driver_asking import Asked
from headwater.rooms.learn.question_answers import MOST, Answer, Answers, Lookup, units_asked, wave_name
from headwater.rooms.learn.question_sources import Source
from headwater.scoring.questions import THEME
from headwater.vocab import CommentBook

LOOKED_AT = 60
"""Units whose changes are looked at, from the top down."""


def theme_answers(look: Lookup) -> Answers:
    """Return what is spoken of: the themes of a unit, or the units in which one theme is spoken of most."""
    wanted = themes_meant(look)
    for source in look.candidates():
        book = comments_of(source.wave)
        if book is None or (look.units and not look.rows(source)):
            continue
        found = _of_theme(look, source, book, wanted) if wanted else _of_units(look, source)
        if found:
            return Answers(tuple(found[:MOST]))
    if wanted or look.subject is None:
        return Answers(notice=_("No unit that you may see has enough comments about it to show them."))
    return Answers(notice=_("No theme of the comments belongs to that."))


def theme_change_answers(look: Lookup) -> Answers:
    """Return units where a theme is surely spoken of more or less often than in the wave before."""
    wanted, told, compared = themes_meant(look), [], False
    for source in look.candidates():
        book = comments_of(source.wave)
        if book is None:
            continue
        rows = look.rows(source) or tuple(_rows_of(source, book, wanted, units_asked(look, source))[:LOOKED_AT])
        for row in rows:
            for item in book.items:
                changes = changes_shown(wave=source.wave, scores=source.book, book=book, item=item.key, row=row)
                compared = compared or bool(changes.lede)
                for cell in book.cells(item.key, row):
                    if cell.theme in wanted and cell.theme in changes.of:
                        shown = theme_shown(book, cell)
                        told.append(_answer(source, shown, f"{shown.sentence} {changes.of[cell.theme]}"))
    if told:
        return Answers(tuple(told[:MOST]))
    first = theme_answers(look)
    text = _("Nowhere that you may see is it surely spoken of more or less often than before.")
    other = _("What people wrote cannot be compared with an earlier wave. This is what they write now.")
    return Answers(first.told, (text if compared else other) if first.told else first.notice)


def themes_meant(look: Lookup) -> frozenset[str]:
    """Return the themes a question is about: the one it names, or those that belong to the score it names."""
    if look.theme:
        return frozenset({look.theme})
    if not look.score:
        return frozenset()
    found = set()
    for source in look.candidates():
        book = comments_of(source.wave)
        for theme in () if book is None else book.themes.themes:
            if look.score in theme.scales:
                found.add(theme.key)
    return frozenset(found)


def _of_units(look: Lookup, source: Source) -> list[Answer]:
    rows = look.rows(source) or source.entrances[:1]
    return [
        _answer(source, shown, shown.sentence)
        for row in rows
        for shown in themes_of_unit(wave=source.wave, row=row, most=MOST // len(rows))
    ]


def _of_theme(look: Lookup, source: Source, book: CommentBook, wanted: frozenset[str]) -> list[Answer]:
    """The theme in the units named; without one, where most speak of it: by band, then from the top down."""
    rows = look.rows(source)
    if rows and not look.is_of_units:
        return [
            _answer(source, shown, shown.sentence)
            for row in rows
            for shown in themes_of_unit(wave=source.wave, row=row, most=len(book.themes.themes))
            if shown.key in wanted
        ]
    asked = units_asked(look, source)
    places = _rows_of(source, book, wanted, asked)
    if not look.is_of_units:
        # The topmost units stand for all below them, but for a theme that only some of these have.
        places = [row for row in places if row in source.entrances] or places
    found = []
    for row in places[:LOOKED_AT]:
        for item in book.items:
            found += [theme_shown(book, cell) for cell in book.cells(item.key, row) if cell.theme in wanted]
    found.sort(key=lambda one: (-one.band, one.row))
    # Two questions may both have drawn it out of a unit; where it is spoken of more stands for both.
    kept: dict[tuple[str, int], ThemeShown] = {}
    for shown in found:
        kept.setdefault((shown.key, shown.row), shown)
    return [_answer(source, shown, shown.sentence) for shown in kept.values()]


def _rows_of(source: Source, book: CommentBook, wanted: frozenset[str], asked: np.ndarray) -> list[int]:
    """Units that may be listed and in which a theme is shown, those where most speak of it first."""
    numbers = [place for place, theme in enumerate(book.themes.themes) if theme.key in wanted]
    cells = np.flatnonzero(np.isin(book.cell_theme, numbers))
    cells = cells[asked[book.cell_row[cells]]]
    order = np.lexsort((book.cell_row[cells], -book.cell_band[cells].astype(int)))
    return list(dict.fromkeys(book.cell_row[cells][order].tolist()))


def _answer(source: Source, shown: ThemeShown, sentence: str) -> Answer:
    unit = source.book.tree.ids[source.book.tree.index_of[_key(source, shown)]]
    asked = Asked(str(source.wave.pk), unit, "", shown.item)
    text = f"{shown.label}, {shown.unit}: {sentence[:1].lower()}{sentence[1:]}"
    if shown.is_from_above:
        text = _("%(text)s This is from all of %(unit)s, the nearest group large enough.") % {
            "text": text,
            "unit": shown.unit,
        }
    href = f"{reverse('learn:comments')}{asked.query()}"
    step = (source.wave.study.key, source.wave.key, unit, f"{THEME}{shown.key}")
    return Answer(text, shown.unit, wave_name(source.wave), href, _("The page of comments"), step)


def _key(source: Source, shown: ThemeShown) -> str:
    book = comments_of(source.wave)
    assert book is not None
    return book.tree.ids[shown.row]
