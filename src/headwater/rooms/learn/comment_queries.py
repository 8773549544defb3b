"""What was released of the comments of a wave, for other pages of learning: no viewer, the page asks first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.rooms.learn.working_out import findings_folder
from headwater.rooms.listen.models import Wave
from headwater.scoring.comment_storage import NOUNS, load_comments
from headwater.vocab import SHARE_BANDS, TONES, CitedComment, CommentBook, ThemeCell, say

STEP = "comments"
"""The step that works comments out, and the folder it keeps them in."""


@dataclass(frozen=True)
class ToneShare:
    """One part of a bar. percent: in steps of 10; the ends say "or less" and "or more"."""

    tone: str
    label: str
    percent: int


@dataclass(frozen=True)
class ThemeShown:
    """A theme of a unit as a page shows it.

    sentence: how many speak of it, and how. tones: empty where too few do. cited: comments with people and places
    masked, in no order; empty where they could not be shown safely. row, unit: where the comments come from;
    is_from_above says that this is a larger unit than the one asked about. change: what is surely different since the
    wave before, for pages that say it; else empty.
    """

    key: str
    label: str
    sentence: str
    tones: tuple[ToneShare, ...]
    cited: tuple[CitedComment, ...]
    item: str
    row: int
    unit: str
    is_from_above: bool
    band: int
    change: str = ""


Kept = tuple[Path, int, int]
"""Where a comment book lies, and which one it is."""


def comments_of(wave: Wave) -> CommentBook | None:
    """Return what was released of a wave's comments, None where there is nothing."""
    kept = kept_comments(wave)
    return None if kept is None else comments_in(*kept)


def kept_comments(wave: Wave) -> Kept | None:
    """Return where the comments of a wave lie and which they are, for whoever keeps what was made of them."""
    folder = findings_folder(wave, STEP)
    try:
        stamp = (folder / NOUNS).stat()
    except OSError:
        return None
    return folder, stamp.st_mtime_ns, stamp.st_ino


@lru_cache(maxsize=16)
def comments_in(folder: Path, _changed: int, _file: int) -> CommentBook:
    """Return a comment book that `kept_comments` found, read once."""
    return load_comments(folder)


def themes_of_unit(*, wave: Wave, row: int, most: int = 3) -> tuple[ThemeShown, ...]:
    """Return what people of a unit speak of most, from the nearest unit above where too few of them commented.

    Themes of which something may be quoted come first, the most spoken of among them before others: a theme without
    words tells a team little. row: the unit's place in the book of the wave. most: themes at most. Empty where nothing
    was released.
    """
    book = comments_of(wave)
    if book is None or not 0 <= row < len(book.tree):
        return ()
    found: list[ThemeShown] = []
    for item in book.items:
        place = book.nearest(item.key, row)
        if place is not None:
            place = themed_place(book, item.key, place)
            found += [theme_shown(book, cell, is_from_above=place != row) for cell in book.cells(item.key, place)]
    found.sort(key=lambda one: (one.is_from_above, not one.cited, -one.band))
    kept: dict[str, ThemeShown] = {}
    for one in found:
        kept.setdefault(one.key, one)
    return tuple(kept.values())[:most]


def themed_place(book: CommentBook, item: str, row: int) -> int:
    """Return the unit itself, or the nearest above it with a theme that enough people spoke of; itself for none."""
    above: int | None = row
    while above is not None and next(iter(book.cells(item, above)), None) is None:
        parent = int(book.tree.parent[above])
        above = book.nearest(item, parent) if parent >= 0 else None
    return row if above is None else above


def theme_shown(book: CommentBook, cell: ThemeCell, *, is_from_above: bool = False) -> ThemeShown:
    """Return a cell in words of the language of the page."""
    theme = book.themes.theme(cell.theme)
    label = say(theme.label, get_language() or "en")
    tones = tone_shares(cell.tones)
    return ThemeShown(
        key=theme.key,
        label=label,
        sentence=_sentence(cell),
        tones=tones,
        cited=tuple(book.comments[number] for number in cell.cited),
        item=cell.item,
        row=cell.row,
        unit=book.tree.names[cell.row],
        is_from_above=is_from_above,
        band=cell.band,
    )


def tone_shares(tones: tuple[int, ...] | None) -> tuple[ToneShare, ...]:
    """Return the parts of a bar, from bad to good; none where nothing is shown."""
    if tones is None:
        return ()
    return tuple(ToneShare(tone, tone_label(tone), percent) for tone, percent in zip(TONES, tones, strict=True))


def tone_label(tone: str) -> str:
    """Return what a tone is called."""
    return {
        "negative": _("Critical"),
        "mixed": _("Both good and bad"),
        "neutral": _("Neither"),
        "positive": _("Glad"),
    }[tone]


def band_words(band: int) -> str:
    """Return a band of shares in words."""
    low, high = SHARE_BANDS[band]
    if low == 0:
        return _("fewer than 10% of those who commented")
    if high == 100:
        return _("three quarters or more of those who commented")
    return _("%(low)s to %(high)s%% of those who commented") % {"low": low, "high": high}


def _sentence(cell: ThemeCell) -> str:
    values = {"share": band_words(cell.band)}
    if cell.tones is None:
        return _("Spoken of by %(share)s.") % values
    negative, _mixed, _neutral, positive = cell.tones
    if negative >= positive + 30:
        return _("Spoken of by %(share)s, mostly critically.") % values
    if positive >= negative + 30:
        return _("Spoken of by %(share)s, mostly gladly.") % values
    return _("Spoken of by %(share)s, for good and for bad.") % values
