"""The pages of learning as one row of tabs: each with the question whether it opens to this viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.rooms.learn.explorer_given import has_views
from headwater.rooms.learn.explorer_scope import may_explore
from headwater.rooms.learn.queries import leads_anything, may_see_results
from headwater.rooms.learn.surprise_queries import may_see_notes
from headwater.rooms.people.logic.roles import Viewer


@dataclass(frozen=True)
class LearnPage:
    """One tab. view: the name of an address without arguments. opens: whether it opens to a viewer."""

    key: str
    view: str
    title: str | Promise
    opens: Callable[[Viewer], bool]


@dataclass(frozen=True)
class Tab:
    """A tab as it stands on a page."""

    href: str
    title: str | Promise
    is_here: bool


PAGES: tuple[LearnPage, ...] = (
    LearnPage("released", "learn:released", _("All results"), may_see_results),
    LearnPage("team", "learn:team", _("My team"), leads_anything),
    LearnPage("surprises", "learn:surprises", _("No surprises"), may_see_notes),
    LearnPage("explorer", "learn:explorer_heat", _("Explorer"), may_explore),
    LearnPage("given", "learn:explorer_given_list", _("Given views"), has_views),
    LearnPage("drivers", "learn:drivers", _("Drivers"), may_see_results),
    LearnPage("importance", "learn:importance", _("What matters"), may_see_results),
    LearnPage("comments", "learn:comments", _("Comments"), may_see_results),
    LearnPage("journeys", "learn:journeys", _("Journeys"), may_see_results),
    LearnPage("services", "learn:services", _("Internal service"), may_see_results),
    LearnPage("benchmarks", "learn:benchmarks", _("Benchmarks"), may_see_results),
    LearnPage("river", "learn:river", _("The River"), may_see_results),
)
"""The tabs, in their order."""


def tabs_of(viewer: Viewer, here: str) -> tuple[Tab, ...]:
    """Return the tabs that open to a viewer. here: the key of the page they stand on."""
    return tuple(
        Tab(reverse(page.view), page.title, page.key == here)
        for page in PAGES
        if page.key == here or page.opens(viewer)
    )
