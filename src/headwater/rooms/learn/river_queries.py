"""The River page: which chain, part and period, which stream is open, and what a change would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.chain import FEWEST_UNITS
from headwater.reports.charts.numerals import strength, strength_with_range
from headwater.reports.charts.river import certainty_of, describe, design_of, name_of, table
from headwater.reports.document import RiverPicture
from headwater.reports.renderers.page_river import chosen_stream
from headwater.rooms.house.figures import Figure, river_figure
from headwater.rooms.house.periods import period_words
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.learn.results_services import OWN
from headwater.rooms.learn.river_store import LANGUAGES, RiverIndex, index_of, river_of
from headwater.rooms.learn.river_what_if import WhatIf, what_if_of
from headwater.rooms.learn.sheets import Sheet
from headwater.rooms.people.logic.roles import ACTIONS, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.queries import organisation_name
from headwater.rooms.people.viewers import require
from headwater.vocab import River, Stream, speaking


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen. href: the page with it."""

    key: str
    title: str | Promise
    href: str
    is_here: bool


@dataclass(frozen=True)
class StreamLine:
    """One stream as a link to its evidence."""

    title: str
    strength: str
    sure: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class RiverPage:
    """The River of one part as of one period. river: None while there is none, with `refused` saying why."""

    chain: Chain
    chains: tuple[Choice, ...]
    parts: tuple[Choice, ...]
    part: str
    larger: str
    """The unit that was asked for, where it is too small and a larger one is shown."""
    periods: tuple[Choice, ...]
    river: River | None
    figure: Figure | None
    streams: tuple[StreamLine, ...]
    first: Stream | None
    first_numbers: str
    what_if: WhatIf | None
    refused: tuple[tuple[str, str], ...]
    making: Making | None
    state: Mapping[str, str]
    speaks: str
    """The language of the River's own sentences."""
    may_import: bool
    fewest: int

    @property
    def query(self) -> str:
        """What a file of this view is asked for with."""
        return urlencode({key: value for key, value in self.state.items() if key in ("unit", "period")})


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything may be empty."""

    unit: str = ""
    period: str = ""
    stream: str = ""
    station: str = ""
    change: str = ""


def chains_of(*, viewer: Viewer) -> list[Chain]:
    """Return the chains that have Rivers, the organisation's first. Raises PermissionDenied for who sees no results."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    found = list(Chain.objects.order_by("-is_own", "title"))
    return [chain for chain in found if chain.is_own or index_of(chain) is not None]


def river_page(*, viewer: Viewer, key: str, asked: Asked) -> RiverPage:
    """Return the page. Raises Http404 for a chain or period that is not there, PermissionDenied."""
    chains = chains_of(viewer=viewer)
    chain = next((one for one in chains if one.key == key), None)
    if chain is None:
        if key != OWN:
            raise Http404
        chain = Chain(key=OWN, is_own=True)
        chains = [chain, *chains]
    index = index_of(chain)
    others = tuple(Choice(one.key, title_of(one), address_of(one), one.key == chain.key) for one in chains)
    base: dict[str, Any] = {
        "chain": chain,
        "chains": others if len(others) > 1 else (),
        "may_import": can(viewer, "results.import"),
        "fewest": FEWEST_UNITS,
    }
    if index is None or not any(one.is_drawn for one in index.kept):
        refused: tuple[tuple[str, str], ...] = ()
        if index is not None:
            pairs = tuple({pair: None for one in index.kept for pair in one.refused})
            refused = index.retold(pairs, (get_language() or "en")[:2])
        return RiverPage(
            **base, parts=(), part="", larger="", periods=(), river=None, figure=None, streams=(), first=None,
            first_numbers="", what_if=None, refused=refused, making=None, state={}, speaks="en",
        )  # fmt: skip
    part, larger = _part(viewer, chain, index, asked.unit)
    period = _period(index, part, asked.period)
    language = (get_language() or "en")[:2]
    river = river_of(chain, part, period, language)
    kept = index.find(part, period)
    state = {"unit": index.parts[part].unit if part else "", "period": index.periods[period], "stream": asked.stream}
    state = {name: value for name, value in state.items() if value}
    with speaking(language):
        chosen = _chosen(river, asked.stream)
        picture = RiverPicture(
            river,
            _("The River of %(organisation)s, %(period)s")
            % {"organisation": river.organisation, "period": period_words(river.period)},
            describe(river),
        )
        figure = river_figure(picture, "river", chosen=chosen)
        streams = tuple(
            StreamLine(
                name_of(river, stream),
                "–" if stream.best is None else strength(stream.best.effect),
                certainty_of(stream),
                f"{address_of(chain)}?{urlencode({**state, 'stream': str(place)})}#evidence",
                place == chosen,
            )
            for place, stream in enumerate(river.streams)
        )
        first = _first(river)
        numbers = "" if first is None else _numbers(river, first)
        asked_for = what_if_of(river, station=asked.station, change=asked.change)
    return RiverPage(
        **base,
        parts=_parts(viewer, chain, index, part, state),
        part=index.parts[part].name,
        larger=larger,
        periods=_periods(chain, index, part, period, state),
        river=river,
        figure=figure,
        streams=streams,
        first=first,
        first_numbers=numbers,
        what_if=asked_for,
        refused=() if kept is None else kept.refused,
        making=_making(river, index),
        state=state,
        speaks=language if language in LANGUAGES else "en",
    )


def shown_river(*, viewer: Viewer, key: str, asked: Asked) -> tuple[Chain, River]:
    """Return the River that a viewer asks a file of. Raises Http404, PermissionDenied."""
    chain = next((one for one in chains_of(viewer=viewer) if one.key == key), None)
    index = None if chain is None else index_of(chain)
    if chain is None or index is None:
        raise Http404
    part, _larger = _part(viewer, chain, index, asked.unit)
    return chain, river_of(chain, part, _period(index, part, asked.period), (get_language() or "en")[:2])


def river_sheet(chain: Chain, river: River) -> Sheet:
    """Return the streams of a River as a sheet: the table of the page, cell by cell."""
    with speaking((get_language() or "en")[:2]):
        found = table(river)
    return Sheet(
        name=f"river {river.organisation} {river.period}",
        title=river.title,
        header=found.header,
        rows=found.rows,
        notes=(*river.sources, f"{_('Hash of the inputs')}: {river.inputs_hash}"),
    )


def title_of(chain: Chain) -> str:
    """Return what a chain is called: the organisation's name, or its own title."""
    return (chain.title or organisation_name() or str(_("The organisation"))) if chain.is_own else chain.title


def address_of(chain: Chain) -> str:
    """Return the address of a chain's River."""
    return reverse("learn:river") if chain.is_own else reverse("learn:river_of", args=[chain.key])


def _may(viewer: Viewer, chain: Chain, unit: str) -> bool:
    """Whether a viewer may see the River of a part: published figures everybody who sees results may."""
    if not chain.is_own or can(viewer, "results.see"):
        return True
    number = Unit.objects.filter(key=unit, is_open=True).values_list("number", flat=True).first()
    return number is not None and can(viewer, "results.see", number)


def _part(viewer: Viewer, chain: Chain, index: RiverIndex, asked: str) -> tuple[int, str]:
    """Return the part to show, and the name of the unit asked for where it is too small for a River of its own.

    A leader whose own units are all too small sees the nearest larger part, as with scores. Raises PermissionDenied for
    a unit that the viewer may not see, Http404 for one that is not there.
    """
    places = {part.unit: place for place, part in enumerate(index.parts) if index.last(place) is not None}
    if not chain.is_own:
        return 0, ""
    if asked:
        unit = Unit.objects.filter(key=asked, is_open=True).first()
        if unit is None:
            raise Http404
        if not _may(viewer, chain, asked):
            raise PermissionDenied
        return _nearest(unit, places)
    if can(viewer, "results.see"):
        return next(iter(places.values())), ""
    spans = [holding.span for holding in viewer.holdings if holding.role in ACTIONS["results.see"] and holding.span]
    led = Unit.objects.filter(number__in=[span.start for span in spans], is_open=True).order_by("number").first()
    if led is None:
        raise PermissionDenied
    return _nearest(led, places)


def _nearest(unit: Unit, places: Mapping[str, int]) -> tuple[int, str]:
    above: Unit | None = unit
    while above is not None:
        if above.key in places:
            return places[above.key], "" if above.pk == unit.pk else unit.name
        above = above.parent
    raise Http404


def _period(index: RiverIndex, part: int, asked: str) -> int:
    last = index.last(part)
    if last is None:
        raise Http404
    if not asked:
        return last
    found = index.periods.index(asked) if asked in index.periods else -1
    kept = index.find(part, found)
    if kept is None or not kept.is_drawn:
        raise Http404
    return found


def _parts(viewer: Viewer, chain: Chain, index: RiverIndex, part: int, state: Mapping[str, str]) -> tuple[Choice, ...]:
    if not chain.is_own:
        return ()
    found = []
    for place, one in enumerate(index.parts):
        if index.last(place) is not None and (place == part or _may(viewer, chain, one.unit)):
            query = urlencode({**{name: value for name, value in state.items() if name == "period"}, "unit": one.unit})
            found.append(Choice(one.unit, one.name, f"{address_of(chain)}?{query}", place == part))
    return tuple(found) if len(found) > 1 else ()


def _periods(chain: Chain, index: RiverIndex, part: int, period: int, state: Mapping[str, str]) -> tuple[Choice, ...]:
    found = []
    for place, name in enumerate(index.periods):
        kept = index.find(part, place)
        if kept is not None and kept.is_drawn:
            href = f"{address_of(chain)}?{urlencode({**state, 'period': name})}"
            found.append(Choice(name, period_words(name), href, place == period))
    return tuple(found) if len(found) > 1 else ()


def _chosen(river: River, asked: str) -> int | None:
    if asked.isdigit() and int(asked) < len(river.streams):
        return int(asked)
    return chosen_stream(river)


def _first(river: River) -> Stream | None:
    """The strongest of the surest streams that are clear of nothing."""
    clear = [stream for stream in river.streams if stream.best is not None and stream.best.clear_of_nothing]
    if not clear:
        return None
    return max(clear, key=lambda stream: (-stream.certainty, abs(stream.best.effect) if stream.best else 0.0))


def _numbers(river: River, stream: Stream) -> str:
    parts = [
        f"{strength_with_range(link)}, {design_of(river, link).lower()}"
        for link in dict.fromkeys((stream.water, stream.dry_bed))
        if link is not None
    ]
    return "; ".join(parts)


def _making(river: River, index: RiverIndex) -> Making:
    most = max((stream.best.n_units for stream in river.streams if stream.best is not None), default=0)
    return Making(
        method=_(
            "Each stream is the link of two unit means. Where units were seen several times, each unit is compared "
            "with itself, unit and period taken out; where one survey gave both ends, people's own moods are taken out."
        ),
        n=_("Up to %(n)s %(units)s; each stream says its own.") % {"n": most, "units": river.unit_word_plural},
        inputs=river.inputs_hash,
        limits=(
            _("Association, not cause, unless a stream says that units were compared with matched ones."),
            _("Only units whose own numbers were released come in."),
        ),
        sources=river.sources,
        versions=tuple(river.made_with.items()),
    )
