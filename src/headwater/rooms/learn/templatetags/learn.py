"""Parts that pages of learning share: tabs, next steps, and how a number was made."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from headwater.rooms.house.slots import Finding, next_steps_of
from headwater.rooms.learn.evidence import plain_score
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.pages import PAGES
from headwater.rooms.learn.river_queries import RiverPage, StreamLine
from headwater.rooms.people.room_door import TABS_TEMPLATE, tabs_tag
from headwater.vocab import Stream

register = template.Library()
register.inclusion_tag(TABS_TEMPLATE, takes_context=True, name="learn_tabs")(tabs_tag(PAGES, gettext_lazy("Learn")))


@register.inclusion_tag("learn/_next_steps.html", takes_context=True)
def next_steps(
    context: template.Context, study: str, wave: str, unit: str, score: str, *, brief: bool = False, about: str = ""
) -> dict[str, Any]:
    """Draw what can be done about a released number: commit, discover, visit. Nothing where no room offers a step.

    brief: as a row of links, where many findings stand close together. about: what the finding is called, before them.
    """
    request: HttpRequest = context["request"]
    steps = next_steps_of(request, Finding(study, wave, unit, plain_score(score)))
    return {"steps": steps, "brief": brief, "about": about}


@register.filter
def by_source(page: RiverPage) -> list[tuple[str, list[tuple[StreamLine, Stream, str, int]]]]:
    """Return the streams of a River under the stations they come from, with where each leads and its width in percent.

    A strength of 1 is full width, as in the picture.
    """
    if page.river is None:
        return []
    labels = {station.key: station.label for station in page.river.stations}
    found: dict[str, list[tuple[StreamLine, Stream, str, int]]] = {}
    for line, stream in zip(page.streams, page.river.streams, strict=True):
        width = 0 if stream.best is None else min(100, round(100 * abs(stream.best.effect)))
        found.setdefault(stream.source, []).append((line, stream, labels[stream.target], width))
    return [(labels[source], streams) for source, streams in found.items()]


@register.inclusion_tag("learn/_making.html")
def how_made(making: Making) -> dict[str, Any]:
    """Draw the panel that says how a view was made."""
    return {"making": making}
