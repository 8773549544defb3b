"""The pages of learning as one row of tabs: each with the question whether it opens to this viewer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from headwater.rooms.learn.explorer_given import has_views
from headwater.rooms.learn.explorer_scope import may_explore
from headwater.rooms.learn.queries import leads_anything, may_see_results
from headwater.rooms.learn.surprise_queries import may_see_notes
from headwater.rooms.people.tabs import RoomPage

PAGES: tuple[RoomPage, ...] = (
    RoomPage("released", "learn:released", _("All results"), may_see_results),
    RoomPage("ask", "learn:ask", _("Ask a question"), may_see_results),
    RoomPage("team", "learn:team", _("My team"), leads_anything),
    RoomPage("surprises", "learn:surprises", _("No surprises"), may_see_notes),
    RoomPage("explorer", "learn:explorer_heat", _("Explorer"), may_explore),
    RoomPage("given", "learn:explorer_given_list", _("Given views"), has_views),
    RoomPage("drivers", "learn:drivers", _("Drivers"), may_see_results),
    RoomPage("importance", "learn:importance", _("What matters"), may_see_results),
    RoomPage("comments", "learn:comments", _("Comments"), may_see_results),
    RoomPage("journeys", "learn:journeys", _("Journeys"), may_see_results),
    RoomPage("services", "learn:services", _("Internal service"), may_see_results),
    RoomPage("benchmarks", "learn:benchmarks", _("Benchmarks"), may_see_results),
    RoomPage("river", "learn:river", _("The River"), may_see_results),
)
"""The tabs, in their order."""
