"""Themes since the wave before: what is surely spoken of more or less, in words. Released findings only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.learn.books import since_of
from headwater.rooms.learn.comment_queries import ThemeShown, band_words, comments_of
from headwater.rooms.listen.models import Wave
from headwater.scoring.theme_changes import ThemeChange, theme_changes
from headwater.vocab import CommentBook, ScoreBook


@dataclass(frozen=True)
class ChangesShown:
    """What a page says of the themes of a unit since the wave before. lede: empty where nothing can be compared.

    of: a sentence for each theme that changed.
    """

    lede: str = ""
    of: Mapping[str, str] = field(default_factory=dict)


def changes_shown(*, wave: Wave, scores: ScoreBook, book: CommentBook, item: str, row: int) -> ChangesShown:
    """Return how the themes of a unit changed since the wave that its scores are compared with.

    scores, book: what was released of the wave. row: the unit's place in both. Nothing where the scores of the unit are
    not compared either: it is new, or made up of other people since.
    """
    compared = np.isfinite(scores.everybody.fields["previous_difference"][scores.everybody.position(row)]).any()
    if not scores.previous_wave or not compared:
        return ChangesShown()
    before = Wave.objects.filter(study=wave.study_id, key=scores.previous_wave).select_related("study").first()
    earlier = comments_of(before) if before is not None else None
    if earlier is None:
        return ChangesShown()
    found = theme_changes(book, earlier, item, row)
    since = since_of(wave, scores)
    real = [one for one in found if one.direction]
    return ChangesShown(_lede(len(found), len(real), since), {one.theme: _sentence(one, since) for one in real})


def with_change(themes: Sequence[ThemeShown], *, wave: Wave, scores: ScoreBook, most: int) -> tuple[ThemeShown, ...]:
    """Return the first `most` themes of a unit; the first of all that surely changed is among them and says so.

    One change at most is said, for pages that give the words of a team a few lines.
    """
    first = tuple(themes[:most])
    book = comments_of(wave) if themes and scores.previous_wave else None
    if book is None:
        return first
    places = dict.fromkeys((one.item, one.row) for one in themes)
    told = {
        place: changes_shown(wave=wave, scores=scores, book=book, item=place[0], row=place[1]).of for place in places
    }
    changed = next((one for one in themes if one.key in told[one.item, one.row]), None)
    if changed is None:
        return first
    saying = replace(changed, change=told[changed.item, changed.row][changed.key])
    if changed in first:
        return tuple(saying if one is changed else one for one in first)
    return (*first[:-1], saying)


def _lede(compared: int, real: int, since: str) -> str:
    if not compared:
        return ""
    values = {"n": compared, "real": real, "since": since}
    if real:
        return ngettext(
            "Surely spoken of more or less often than in %(since)s: %(real)s of %(n)s comparable theme.",
            "Surely spoken of more or less often than in %(since)s: %(real)s of %(n)s comparable themes.",
            compared,
        ) % values  # fmt: skip
    return _(
        "Compared with %(since)s, no theme is surely spoken of more or less often. Shares are released in bands, so "
        "only large changes in large groups can be seen."
    ) % values  # fmt: skip


def _sentence(change: ThemeChange, since: str) -> str:
    values = {"since": since, "share": band_words(change.before)}
    if change.direction > 0:
        return _("Surely more often than in %(since)s, when %(share)s spoke of it.") % values
    return _("Surely less often than in %(since)s, when %(share)s spoke of it.") % values
