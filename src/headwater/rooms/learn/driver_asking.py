"""What a page of drivers or importance is asked for, and what can be chosen on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports.document import Document, Section, Table
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.queries import entrances_of, require_unit
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.look import brand_of
from headwater.vocab import ScoreBook

MOST_UNITS = 300
SEPARATOR = "."


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything may be empty. who: `cut.number of the level`. what: outcome or question."""

    wave: str = ""
    unit: str = ""
    who: str = ""
    what: str = ""

    def query(self, **changed: str) -> str:
        """Return the address's query with some of it changed."""
        values = replace(self, **changed)
        kept = {name: getattr(values, name) for name in ("wave", "unit", "who", "what") if getattr(values, name)}
        return f"?{urlencode(kept)}" if kept else ""


def read_asked(query: Mapping[str, str]) -> Asked:
    """Read an address."""
    return Asked(**{name: query.get(name, "")[:200] for name in ("wave", "unit", "who", "what")})


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen. group: what it stands under in the list."""

    value: str
    label: str
    is_chosen: bool
    group: str = ""


@dataclass(frozen=True)
class Choosing:
    """A wave, a unit and a level of a cut, as chosen by somebody who may see them.

    row: the unit in the wave's book. cut, level: empty for everybody.
    """

    wave: Wave
    book: ScoreBook
    row: int
    cut: str
    level: str
    asked: Asked
    waves: tuple[Option, ...]
    units: tuple[Option, ...]
    levels: tuple[Option, ...]

    @property
    def language(self) -> str:
        """The language of the page."""
        return (get_language() or "en").partition("-")[0]

    @property
    def unit_name(self) -> str:
        """Name of the unit."""
        return self.book.tree.names[self.row]

    def named(self, row: int) -> str:
        """Return whom a number is about: the unit, and the level of the cut where one was chosen."""
        name = self.book.tree.names[row]
        return name if not self.level else _("%(unit)s, %(level)s") % {"unit": name, "level": self.level}


def choose(
    viewer: Viewer, asked: Asked, waves: Sequence[Wave], groups: Callable[[Wave], Mapping[tuple[int, str, str], int]]
) -> Choosing:
    """Return what was chosen, or stands first. waves: those with a finding, at least one, the latest first.

    groups: of a wave, those with a number of their own, for the lists. Raises Http404 for an unknown wave or unit,
    PermissionDenied for one that the viewer may not see.
    """
    if asked.wave and not any(str(one.pk) == asked.wave for one in waves):
        raise Http404
    allowed = [one for one in waves if entrances_of(viewer, book_of(one))]
    if not allowed:
        raise PermissionDenied
    wave = next((one for one in waves if str(one.pk) == asked.wave), allowed[0])
    book = book_of(wave)
    entrances = entrances_of(viewer, book)
    if asked.unit and asked.unit not in book.tree.index_of:
        raise Http404
    if not asked.unit and not entrances:
        raise PermissionDenied
    row = book.tree.index_of[asked.unit] if asked.unit else entrances[0].row
    require_unit(viewer=viewer, wave=wave, row=row)
    cut, level = _read_level(book, asked.who)
    own = groups(wave)
    within = [unit for unit in range(len(book.tree)) if any(book.tree.is_within(unit, top.row) for top in entrances)]
    # Units without numbers of their own come after the others, from the top down: they show those of the unit above.
    within.sort(key=lambda unit: (0, 0) if (unit, "", "") in own else (1, int(book.tree.depth[unit])))
    rows = sorted({*within[:MOST_UNITS], row, *(top.row for top in entrances)})
    return Choosing(
        wave=wave,
        book=book,
        row=row,
        cut=cut,
        level=level,
        asked=replace(asked, wave=str(wave.pk), unit=book.tree.ids[row]),
        waves=tuple(Option(str(one.pk), one.title, one == wave, one.study.title) for one in allowed),
        units=tuple(
            Option(book.tree.ids[unit], "\u2003" * int(book.tree.depth[unit]) + book.tree.names[unit], unit == row)
            for unit in rows
        ),
        levels=_levels(book, cut, level, own),
    )


def _read_level(book: ScoreBook, who: str) -> tuple[str, str]:
    if not who:
        return "", ""
    key, _separator, number = who.rpartition(SEPARATOR)
    cut = next((one for one in book.study.cuts if one.key == key), None)
    if cut is None or not number.isdecimal() or int(number) >= len(cut.levels):
        raise Http404
    return cut.key, cut.levels[int(number)]


def _levels(book: ScoreBook, chosen: str, level: str, groups: Mapping[tuple[int, str, str], int]) -> tuple[Option, ...]:
    there = {(cut, name) for _, cut, name in groups if cut} | ({(chosen, level)} if chosen else set())
    found = [
        Option(f"{cut.key}{SEPARATOR}{number}", name, (chosen, level) == (cut.key, name), cut.label)
        for cut in book.study.cuts
        for number, name in enumerate(cut.levels)
        if (cut.key, name) in there
    ]
    return (Option("", _("Everybody"), not chosen), *found) if found else ()


def document_of(chosen: Choosing, title: str, kind: str, sections: Sequence[Section], making: Making) -> Document:
    """Return a view as a document, with a page on how it was made."""
    book = chosen.book
    rows = [(_("Method"), str(making.method)), (_("Who is behind it"), str(making.n))]
    rows += [(_("What it does not say"), str(limit)) for limit in making.limits]
    rows.append((_("Hash of the inputs"), making.inputs))
    words = _("How was this made")
    made = Section(words, (Table(words, (_("What"), _("How")), tuple(rows), (), (1.0, 5.0)),))
    return Document(
        kind=kind,
        key=f"{book.tree.ids[chosen.row]}-{kind}",
        title=title,
        subtitle=f"{chosen.wave.study.title}, {chosen.wave.title}",
        organisation=book.tree.names[0],
        period=book.wave.title,
        audience=_("whoever works on it"),
        minutes=max(1, len(sections) + 1),
        language=chosen.language,
        brand=brand_of(),
        sections=(*sections, made),
        footer=_("Groups under %(k)s are never shown.") % {"k": book.study.k},
        notes=(str(making.method),),
        inputs_hash=making.inputs,
        made_on=book.wave.end_date,
        made_with=dict(book.made_with),
    )
