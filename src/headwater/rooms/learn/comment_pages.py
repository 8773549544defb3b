"""What the page of comments shows: themes of a unit, how they sound, and what was written where it may be read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.reports.document import Diverging, DivergingRow, Document, Section, Table
from headwater.rooms.house.figures import Figure, bar_figure
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.comment_book_queries import ACTION, language_name
from headwater.rooms.learn.comment_changes import ChangesShown, changes_shown
from headwater.rooms.learn.comment_queries import (
    ThemeShown,
    ToneShare,
    band_words,
    comments_of,
    theme_shown,
    themed_place,
    tone_label,
    tone_shares,
)
from headwater.rooms.learn.driver_asking import Asked, Choosing, Option, choose, document_of
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.learn.sheets import Sheet
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.viewers import require
from headwater.vocab import TONES, CommentBook, say

MOST_LETTERS = 80
ON_SLIDES = 3

METHOD = gettext_lazy(
    "Every comment is read by a program on this machine: its language, how it sounds, and the themes of the theme book "
    "it speaks of. People, places and numbers are masked before anybody reads it."
)
LIMITS = (
    gettext_lazy(
        "The program errs, with irony and hints more often than with plain words. Measured figures are in the "
        "documentation."
    ),
    gettext_lazy("Those who write are not everybody. Themes say what is on people's minds, not how many think so."),
    gettext_lazy(
        "A change since the wave before is said where it holds wherever in their bands the two shares lie, with 5% for "
        "any false one among a unit's themes (Holm). It is worked out from released bands, never from exact numbers."
    ),
    gettext_lazy(
        "A comment is cited where at least as many people commented as the study promised, never with its unit below."
    ),
)  # fmt: skip


@dataclass(frozen=True)
class ThemeOnPage:
    """A theme with its comments, after the search. change: a sentence where it surely changed since the wave before."""

    theme: ThemeShown
    spread: str
    score: str
    is_open: bool
    change: str = ""


@dataclass(frozen=True)
class CommentPage:
    """Comments of a unit, or of the nearest unit above. size: how many commented at least, 0 where nothing is shown.

    themes_of: whose themes they are, where too few of `of` spoke of any one of them. since: what can be said of all
    themes since the wave before, empty where nothing is compared.
    """

    chosen: Choosing
    items: tuple[Option, ...]
    question: str
    title: str
    lede: str
    of: str
    is_own: bool
    size: int
    tones: tuple[ToneShare, ...]
    themes: tuple[ThemeOnPage, ...]
    figure: Figure | None
    search: str
    found: int
    languages: str
    may_edit: bool
    making: Making
    themes_of: str = ""
    since: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to show."""
        return self.size > 0

    @property
    def unquoted(self) -> tuple[ThemeOnPage, ...]:
        """Themes of which nothing may be quoted."""
        return tuple(one for one in self.themes if not one.theme.cited)

    @property
    def query(self) -> str:
        """The address's query, for files."""
        return self.chosen.asked.query()


def comment_page(*, viewer: Viewer, asked: Asked, search: str = "") -> CommentPage | None:
    """Return the page, None while nothing was released of any comments. Raises as `choose` does."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    waves = [wave for wave in released_waves() if comments_of(wave) is not None]
    if not waves:
        return None
    chosen = choose(viewer, asked, waves, _shown_units)
    book = comments_of(chosen.wave)
    assert book is not None
    return _page(viewer, chosen, book, " ".join(search.split())[:MOST_LETTERS])


def _shown_units(wave: Wave) -> dict[tuple[int, str, str], int]:
    """The units of a wave of which comments are shown, for the list to choose from."""
    book = comments_of(wave)
    rows = () if book is None else np.flatnonzero(np.any(book.sizes, axis=1))
    return {(int(row), "", ""): place for place, row in enumerate(rows)}


def _page(viewer: Viewer, chosen: Choosing, book: CommentBook, search: str) -> CommentPage:
    language = chosen.language
    keys = [item.key for place, item in enumerate(book.items) if book.sizes[:, place].any()]
    key = chosen.asked.what if chosen.asked.what in keys else keys[0]
    number = book.item_number(key)
    items = tuple(
        Option(item.key, say(item.text, language), item.key == key) for item in book.items if item.key in keys
    )
    question = say(book.items[number].text, language)
    place = book.nearest(key, chosen.row)
    making = _making(book, chosen, place, number)
    may_edit = can(viewer, ACTION)
    if place is None:
        title = _("Too few people of %(unit)s wrote to show it safely.") % {"unit": chosen.unit_name}
        lede = _("The same holds for every unit above. What was written stays closed.")
        return CommentPage(chosen, items, question, title, lede, "", False, 0, (), (), None, search, 0, "", may_edit,
                           making)  # fmt: skip
    is_own = place == chosen.row
    of = book.tree.names[place]
    themed = themed_place(book, key, place)
    all_themes = [theme_shown(book, cell, is_from_above=themed != chosen.row) for cell in book.cells(key, themed)]
    changes = _changes(chosen, book, key, themed)
    themes = tuple(
        ThemeOnPage(one, band_words(one.band), f"theme:{one.key}", bool(search), changes.of.get(one.key, ""))
        for one in (_searched(theme, search) for theme in all_themes)
        if one is not None
    )
    percents = tuple(int(percent) for percent in book.tones[place, number])
    return CommentPage(
        chosen=chosen,
        items=items,
        question=question,
        title=_title(of, all_themes if themed == place else []),
        lede=_("At least %(n)s people of %(unit)s wrote. Names and places are masked, the order is by chance.")
        % {"n": int(book.sizes[place, number]), "unit": of},
        of=of,
        is_own=is_own,
        size=int(book.sizes[place, number]),
        tones=tone_shares(percents),
        themes=themes,
        figure=_figure(themes, book.tree.names[themed]),
        search=search,
        found=sum(len(one.theme.cited) for one in themes),
        languages=", ".join(f"{language_name(code)} {percent}%" for code, percent in book.languages),
        may_edit=may_edit,
        making=making,
        themes_of="" if themed == place else book.tree.names[themed],
        since=changes.lede,
    )


def _changes(chosen: Choosing, book: CommentBook, item: str, row: int) -> ChangesShown:
    return changes_shown(wave=chosen.wave, scores=chosen.book, book=book, item=item, row=row)


def _searched(theme: ThemeShown, search: str) -> ThemeShown | None:
    """The theme with the comments that hold the words searched for; None when it holds none."""
    if not search:
        return theme
    words = search.casefold().split()
    kept = tuple(one for one in theme.cited if all(word in one.words.casefold() for word in words))
    return replace(theme, cited=kept) if kept else None


def _title(of: str, themes: list[ThemeShown]) -> str:
    names = [theme.label for theme in themes[:2]]
    if len(names) == 2:
        return _("%(unit)s writes most about: %(first)s, %(second)s") % {
            "unit": of,
            "first": names[0].lower(),
            "second": names[1].lower(),
        }
    if names:
        return _("%(unit)s writes most about: %(first)s") % {"unit": of, "first": names[0].lower()}
    return _("What people of %(unit)s wrote") % {"unit": of}


def _figure(themes: tuple[ThemeOnPage, ...], of: str) -> Figure | None:
    block = _block(themes, of)
    return None if block is None else bar_figure(block, "tones")


def _block(themes: tuple[ThemeOnPage, ...], of: str) -> Diverging | None:
    rows = []
    for one in themes:
        if one.theme.tones:
            negative, mixed, neutral, positive = (part.percent for part in one.theme.tones)
            rows.append(DivergingRow(one.theme.label, (float(negative), float(mixed + neutral), float(positive))))
    if not rows:
        return None
    return Diverging(
        _("How it sounds, by theme"),
        _("Of the comments of %(unit)s that speak of a theme, the share that is critical, neither or both, and glad. "
          "In steps of ten percent; 90 stands for 90 and more.") % {"unit": of},
        (tone_label("negative"), _("Neither or both"), tone_label("positive")),
        tuple(rows),
    )  # fmt: skip


def _making(book: CommentBook, chosen: Choosing, place: int | None, number: int) -> Making:
    size = 0 if place is None else int(book.sizes[place, number])
    version = _("the theme book that comes with Headwater") if book.themes.version == 0 else (
        _("version %(n)s of the theme book") % {"n": book.themes.version}
    )  # fmt: skip
    return Making(
        method=METHOD,
        n=_("At least %(n)s who commented; %(version)s. Exact numbers are not released.")
        % {"n": size, "version": version},
        inputs=book.inputs_hash,
        formula=_(
            "A unit is shown when every remainder of commenters over shown units is 0 or at least %(c)s; a theme when "
            "every remainder of its comments is 0 or at least %(k)s, its comments when at least %(c)s."
        )
        % {"c": book.comment_k, "k": book.k},
        limits=LIMITS,
        versions=tuple(book.made_with.items()),
    )


def comment_sheet(page: CommentPage) -> Sheet:
    """Return the page as rows: one a theme and cited comment."""
    header = (_("Theme"), _("Spoken of by"), _("Since the wave before"), *(tone_label(tone) for tone in TONES),
              _("Comment"), _("Sounds"), _("Language"))  # fmt: skip
    rows = []
    for one in page.themes:
        tones: tuple[str | float, ...] = tuple(part.percent for part in one.theme.tones) or ("", "", "", "")
        start = (one.theme.label, one.spread, one.change, *tones)
        if not one.theme.cited:
            rows.append((*start, "", "", ""))
        for comment in one.theme.cited:
            rows.append((*start, comment.words, tone_label(comment.tone), comment.language))
    notes = [
        page.question,
        page.lede,
        *filter(None, [page.since]),
        str(page.making.method),
        *map(str, page.making.limits),
        page.making.inputs,
    ]
    return Sheet(f"{page.of} comments", page.title, header, rows, notes)


def comment_document(page: CommentPage) -> Document:
    """Return the page as slides: themes with how they sound, then some comments of each."""
    names = tuple((one.theme.label, " ".join(filter(None, (one.spread, one.change)))) for one in page.themes)
    overview = Table(page.title, (_("Theme"), _("Spoken of by")), names, (), (1.0, 2.0))
    block = _block(page.themes, page.of)
    sections = [Section(page.title, (overview,))]
    if block is not None:
        sections.append(Section(block.title, (block,)))
    said = tuple((one.theme.label, comment.words) for one in page.themes for comment in one.theme.cited[:ON_SLIDES])
    for start in range(0, min(len(said), 24), 6):
        table = Table(_("What people wrote"), (_("Theme"), _("Comment")), said[start : start + 6], (), (1.0, 4.0))
        sections.append(Section(_("What people wrote"), (table,)))
    return document_of(page.chosen, page.title, "comments", tuple(sections), page.making)
