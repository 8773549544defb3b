"""One quiet sentence where scores of different groups stand beside each other and the questions differ between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.learn.explorer_asking import split_cut
from headwater.rooms.learn.explorer_scope import Scope
from headwater.rooms.learn.sameness_finding import sameness_of
from headwater.vocab import Column, CutSameness, SamenessBook, say

MOST_NAMED = 3


@dataclass(frozen=True)
class Caution:
    """A sentence and where more is said; href is empty for who was given a view and has no page of it."""

    sentence: str
    href: str


def caution_of(scope: Scope, columns: Sequence[Column], *chosen: str) -> Caution | None:
    """Return what to say where scores of some levels are shown, None where questions mean the same or nobody can tell.

    columns: the scores shown. chosen: levels of cuts as "cut~level", "" for everybody. Two levels of one cut are
    compared with each other; one alone stands for a comparison with all others.
    """
    found = sameness_of(scope.wave)
    levels = [split_cut(text) for text in chosen if split_cut(text) in scope.book.panel_of and split_cut(text)[0]]
    if found is None or not levels:
        return None
    shown = {column.subject for column in columns if column.role != "item"}
    for cut in dict.fromkeys(cut for cut, _level in levels):
        beside = [level for own, level in levels if own == cut]
        scales = [
            one.key for one in found.scales if one.key in shown and _fails(found.by_pair.get((one.key, cut)), beside)
        ]
        if scales:
            return Caution(_sentence(scope, found, cut, scales), _more(scope, cut))
    return None


def _fails(one: CutSameness | None, levels: Sequence[str]) -> bool:
    if one is None or one.verdict != "differs":
        return False
    apart = {question.level for question in one.apart}
    # In two levels that answer alike the comparison is fair, whatever a third does.
    return len(set(levels)) < 2 or not apart or len(one.levels) == 2 or bool(apart & set(levels))


def _sentence(scope: Scope, found: SamenessBook, cut: str, scales: Sequence[str]) -> str:
    named = [f"“{say(found.scale_of[key].label, scope.language)}”" for key in scales[:MOST_NAMED]]
    if len(scales) > MOST_NAMED:
        more = len(scales) - MOST_NAMED
        named.append(ngettext("%(n)s more score", "%(n)s more scores", more) % {"n": more})
    label = next((one.label for one in scope.book.study.cuts if one.key == cut), cut)
    words = _("The questions of %(scales)s do not mean the same throughout %(cut)s: compare with care.")
    return words % {"scales": get_text_list(named, _("and")), "cut": f"“{label}”"}


def _more(scope: Scope, cut: str) -> str:
    if scope.given is not None:
        return ""
    return f"{reverse('learn:sameness')}?{urlencode({'wave': str(scope.wave.pk), 'cut': cut, 'only': 'differs'})}"
