"""What a team has lived through, said in words: where it comes from and what nobody knows. No quota, no target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.decide.models import MemberExperience
from headwater.rooms.decide.structure.words import Text

LENSES: Mapping[str, Text] = {
    "leadership": gettext_lazy("How people are led"),
    "employees": gettext_lazy("What it is like to work here"),
    "customers": gettext_lazy("What customers live through"),
    "results": gettext_lazy("Results and money"),
}
NEW_UP_TO, LONG_FROM = 2, 10
"""Years here: up to the first somebody is new, from the second on they have been here long. Ours."""


def say_experiences(members: Sequence[MemberExperience]) -> tuple[str, ...]:
    """Return sentences about what a team has lived through, empty for nobody."""
    if not members:
        return ()
    return tuple(filter(None, (_front_line(members), _lenses(members), _functions(members), _years(members))))


def _front_line(members: Sequence[MemberExperience]) -> str:
    now = sum(one.front_line == MemberExperience.FrontLine.NOW for one in members)
    ever = sum(one.front_line != MemberExperience.FrontLine.NEVER for one in members)
    if not ever:
        return _("Nobody has worked with customers directly: the team knows them from hearing alone.")
    words = ngettext(
        "%(n)s of %(of)s has worked with customers directly",
        "%(n)s of %(of)s have worked with customers directly",
        ever,
    )
    still = (
        ngettext("%(n)s still does.", "%(n)s still do.", now) if now else _("Nobody still does: it may have changed.")
    )
    return f"{words % {'n': ever, 'of': len(members)}}; {still % {'n': now}}" if now else (
        f"{words % {'n': ever, 'of': len(members)}}. {still}"
    )  # fmt: skip


def _lenses(members: Sequence[MemberExperience]) -> str:
    known = {lens for one in members for lens in one.lenses}
    missing = [str(words) for key, words in LENSES.items() if key not in known]
    if not missing:
        return _("All four sides have been worked on by somebody: leadership, work, customers and results.")
    return _("Nobody has worked on: %(lenses)s.") % {"lenses": "; ".join(missing)}


def _functions(members: Sequence[MemberExperience]) -> str:
    counts = Counter(kind for one in members for kind in one.functions)
    if not counts:
        return ""
    shared = [kind for kind, n in counts.items() if n == len(members)]
    listed = ", ".join(sorted(counts, key=str.casefold))
    if len(members) > 1 and len(shared) == len(counts):
        return _("All come from the same kind of work: %(kinds)s. Others may see what they cannot.") % {"kinds": listed}
    return _("They know these kinds of work: %(kinds)s.") % {"kinds": listed}


def _years(members: Sequence[MemberExperience]) -> str:
    new = sum(one.years_here <= NEW_UP_TO for one in members)
    long = sum(one.years_here >= LONG_FROM for one in members)
    if new == len(members):
        return _("All are new here: nobody remembers what was tried before.")
    if long == len(members):
        return _("All have been here ten years and more: nobody sees it with new eyes.")
    if not new:
        return _("Nobody is new here, who would see it with new eyes.")
    if not long:
        return _("Nobody has been here ten years, who would remember what was tried before.")
    return _("Some are new here and some have been here ten years: new eyes and a memory.")
