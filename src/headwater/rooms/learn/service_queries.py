"""Internal service: who serves whom, as those who are served rate it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from headwater.reports import wording
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.plans import plan_for_pages
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.learn.river_queries import address_of
from headwater.rooms.learn.river_store import index_of, river_of
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.serving import has_services, services_folder
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import require
from headwater.scoring import load_services
from headwater.scoring.sentences import say_service
from headwater.scoring.serving_units import Standing, server_standings
from headwater.vocab import Column, Estimate, Lens, ServiceBook, Sureness, Withheld, say, speaking

MOST_SERVED = 40
"""Units served that stand side by side; a deeper level is shown a part of the organisation at a time."""

MOST_SLOW = 6


@dataclass(frozen=True)
class Link:
    """One thing to choose."""

    title: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class MatrixCell:
    """What one unit says of a unit that serves it. kind: "shown", "withheld", "none" where it is not served, or "own"
    where the viewer may not look.
    """

    kind: str
    value: str = ""
    spread: str = ""
    n: int = 0
    words: str = ""
    is_low: bool = False


@dataclass(frozen=True)
class MatrixRow:
    """One serving unit. whole: what all it serves say; versus: against the other serving units, in words. named: what
    each unit it serves is called, and its cell.
    """

    name: str
    whole: MatrixCell
    versus: str
    named: tuple[tuple[str, MatrixCell], ...]


@dataclass(frozen=True)
class ServicePage:
    """One wave of internal service."""

    wave: Wave
    waves: tuple[Link, ...]
    scores: tuple[Link, ...]
    levels: tuple[Link, ...]
    label: str
    headline: str
    served: tuple[str, ...]
    more_served: int
    rows: tuple[MatrixRow, ...]
    slow: tuple[str, ...]
    customers: tuple[tuple[str, str], ...]
    """Sentences on what internal service does to customers, each with the address of its stream."""
    making: Making
    query: str


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything may be empty."""

    wave: str = ""
    score: str = ""
    level: str = ""


def services_in(wave: Wave) -> ServiceBook:
    """Return the released ratings of a wave, read once and kept."""
    return _services(services_folder(wave), str(wave.outcome.get("inputs_hash", "")))


@lru_cache(maxsize=8)
def _services(folder: Path, _inputs_hash: str) -> ServiceBook:
    return load_services(folder)


def service_waves() -> list[Wave]:
    """Return the released waves of internal service, the latest first."""
    found = Wave.objects.filter(state=Wave.State.RELEASED).select_related("study").defer("plan")
    found = found.order_by("-released_at")
    return [wave for wave in found if has_services(wave)]


def has_any_services() -> bool:
    """Whether anything of internal service was released."""
    return bool(service_waves())


def service_page(*, viewer: Viewer, asked: Asked) -> ServicePage | None:
    """Return the page, None while nothing was released. Raises PermissionDenied for who sees no results.

    Who sees all results sees the whole matrix. A leader sees the rows of own units that serve, whole, and in the other
    rows only what own units say.
    """
    if not may_see_results(viewer):
        require(viewer, "results.see")
    waves = service_waves()
    if not waves:
        return None
    wave = next((one for one in waves if str(one.pk) == asked.wave), waves[0])
    services = services_in(wave)
    language = (get_language() or "en")[:2]
    with speaking(language):
        return _page(viewer, wave, waves, services, asked, language)


def service_sheet(*, viewer: Viewer, asked: Asked) -> Sheet | None:
    """Return the matrix as a sheet: one row a pair that may be seen."""
    page = service_page(viewer=viewer, asked=asked)
    if page is None:
        return None
    rows: list[list[Cell]] = []
    for row in page.rows:
        for served, cell in ((_("All served"), row.whole), *row.named):
            if cell.kind == "shown":
                rows.append([row.name, served, cell.value, cell.spread, cell.n, cell.words])
            elif cell.kind == "withheld":
                rows.append([row.name, served, None, None, None, cell.words])
    header = (_("Serves"), _("Served"), page.label, _("95% range"), _("Answers"), _("In words"))
    title = f"{page.wave.study.title}, {page.wave.title}"
    return Sheet(f"services {page.wave.study.key} {page.wave.key}", title, header, rows, (str(page.making.inputs),))


def _page(
    viewer: Viewer, wave: Wave, waves: list[Wave], services: ServiceBook, asked: Asked, language: str
) -> ServicePage:
    first = services.books[0]
    columns = [column for column in first.columns if column.role != "item" and column.unit != "percent"]
    columns = columns or list(first.columns)
    column = next((one for one in columns if one.subject == asked.score), columns[0])
    state = {"wave": str(wave.pk), "score": column.subject}
    depths = sorted({int(depth) for depth in services.tree.depth if depth > 0})
    depth = int(asked.level) if asked.level.isdigit() and int(asked.level) in depths else depths[0] if depths else 0
    shown = [unit for unit in services.served_at(depth) if _any_shown(services, unit, column)]
    served = shown[:MOST_SERVED]
    names = tuple(services.tree.names[unit] for unit in served)
    sees_all = can(viewer, "results.see")
    looked_at = (0, *served, *(services.tree.index_of[server] for server in services.servers))
    mine = set() if sees_all else _own_units(viewer, services, looked_at)
    standings = {one.server: one for one in server_standings(services, column.measure, column.subject)}
    serves = plan_for_pages(wave).services
    order = [*standings, *(server for server in services.servers if server not in standings)]
    rows = []
    for server in order:
        whole = sees_all or services.tree.index_of[server] in mine
        theirs = _served_by(services, serves.get(server, ()))
        cells = [
            _cell(services, server, unit, column, may=whole or unit in mine)
            if bool(np.any(theirs[unit : unit + int(services.tree.size[unit])]))
            else MatrixCell("none")
            for unit in (0, *served)
        ]
        if any(cell.kind in ("shown", "withheld") for cell in cells):
            name = services.tree.names[services.tree.index_of[server]]
            versus = _versus(standings.get(server)) if whole else ""
            rows.append(MatrixRow(name, cells[0], versus, tuple(zip(names, cells[1:], strict=True))))
    slow = _slow(services, served, column, None if sees_all else mine)
    here = reverse("learn:services")
    one_study = len({one.study_id for one in waves[:6]}) == 1
    return ServicePage(
        wave=wave,
        waves=tuple(
            Link(
                one.title if one_study else f"{one.study.title}, {one.title}",
                f"{here}?{urlencode({'wave': str(one.pk)})}",
                one.pk == wave.pk,
            )
            for one in reversed(waves[:6])
        ),
        scores=tuple(
            Link(
                say(one.label, language),
                f"{here}?{urlencode({**state, 'level': str(depth), 'score': one.subject})}",
                one.subject == column.subject,
            )
            for one in columns
        ),
        levels=tuple(
            Link(
                str(_("Level %(n)s") % {"n": one}),
                f"{here}?{urlencode({**state, 'level': str(one)})}",
                one == depth,
            )
            for one in depths
        )
        if len(depths) > 1
        else (),
        label=say(column.label, language),
        headline=_headline(services, standings),
        served=names,
        more_served=len(shown) - len(served),
        rows=tuple(rows),
        slow=slow,
        customers=_customers(viewer, language),
        making=_making(wave, services),
        query=urlencode({**state, "level": str(depth)}),
    )


def _any_shown(services: ServiceBook, unit: int, column: Column) -> bool:
    key = (column.measure, column.subject)
    return any(bool(book.everybody.shown[unit, book.column_of[key]]) for book in services.books)


def _served_by(services: ServiceBook, served: Sequence[str]) -> NDArray[np.bool_]:
    """bool[U], the units that a unit serves, without those below them. A unit's subtree lies together."""
    found = np.zeros(len(services.tree), np.bool_)
    found[[services.tree.index_of[key] for key in served if key in services.tree.index_of]] = True
    return found


def _own_units(viewer: Viewer, services: ServiceBook, rows: Sequence[int]) -> set[int]:
    """Return those rows of the tree whose results the viewer may see as the organisation stands today."""
    keys = [services.tree.ids[row] for row in rows]
    numbers = dict(Unit.objects.filter(is_open=True, key__in=keys).values_list("key", "number"))
    return {services.tree.index_of[key] for key, number in numbers.items() if can(viewer, "results.see", number)}


def _cell(services: ServiceBook, server: str, unit: int, column: Column, *, may: bool) -> MatrixCell:
    if not may:
        return MatrixCell("own")
    book = services.books[services.position[server]]
    found = book.at(unit, book.column_of[column.measure, column.subject])
    if isinstance(found, Withheld):
        return MatrixCell("withheld", words=str(_("Too few or too alike to show safely")))
    decimals = wording.decimals_of(column)
    difference = found.versus_rest if unit else None
    is_clear = difference is not None and difference.sureness is not Sureness.TOO_CLOSE
    said = ""
    if difference is not None:
        clear = _("lower than the others it serves") if difference.value < 0 else _("higher than the others it serves")
        said = str(clear if is_clear else _("too close to call"))
    return MatrixCell(
        "shown",
        wording.figure(found.shrunken, decimals),
        wording.spread(found.shrunken_low, found.shrunken_high, decimals),
        found.n,
        said,
        is_clear and difference is not None and difference.value < 0,
    )


def _versus(standing: Standing | None) -> str:
    if standing is None or standing.versus_others is None:
        return ""
    difference = standing.versus_others
    if difference.sureness is Sureness.TOO_CLOSE:
        return str(_("too close to call"))
    words = _("clearly below the others") if difference.value < 0 else _("clearly above the others")
    size = wording.signed(difference.value)
    return f"{words}: {size} ({wording.spread(difference.low, difference.high, sign=True)})"


def _headline(services: ServiceBook, standings: dict[str, Standing]) -> str:
    names = services.tree.names
    below = [
        names[services.tree.index_of[one.server]]
        for one in standings.values()
        if one.versus_others is not None
        and one.versus_others.sureness is not Sureness.TOO_CLOSE
        and one.versus_others.value < 0
    ]
    if not standings:
        return str(_("No rating of a serving unit can be shown safely."))
    if not below:
        return str(_("No unit that serves others is clearly rated below the rest."))
    if len(below) == 1:
        return str(_("%(unit)s serves others clearly less well than the rest do.") % {"unit": below[0]})
    return str(_("%(n)s units serve others clearly less well than the rest do.") % {"n": len(below)})


def _slow(services: ServiceBook, served: list[int], column: Column, mine: set[int] | None) -> tuple[str, ...]:
    """Return sentences on the streams that are clearly slower than the same unit's others, the clearest first."""
    found: list[tuple[float, str]] = []
    for server, book in zip(services.servers, services.books, strict=True):
        number = book.column_of[column.measure, column.subject]
        for unit in served:
            if mine is not None and unit not in mine and services.tree.index_of[server] not in mine:
                continue
            shown = book.at(unit, number)
            difference = shown.versus_rest if isinstance(shown, Estimate) else None
            if difference is not None and difference.sureness is not Sureness.TOO_CLOSE and difference.value < 0:
                found.append((difference.high, say_service(services, server, unit, number)))
    return tuple(sentence for _high, sentence in sorted(found)[:MOST_SLOW])


def _customers(viewer: Viewer, language: str) -> tuple[tuple[str, str], ...]:
    """Return what the River of the organisation says of internal service and what follows from it."""
    chain = Chain.objects.filter(is_own=True).first()
    index = None if chain is None else index_of(chain)
    last = None if index is None else index.last(0)
    if chain is None or last is None or not can(viewer, "results.see"):
        return ()
    river = river_of(chain, 0, last, language)
    inside = {station.key for station in river.stations if station.lens is Lens.SERVICE}
    return tuple(
        (stream.sentence, f"{address_of(chain)}?stream={place}#evidence")
        for place, stream in enumerate(river.streams)
        if stream.source in inside
    )


def _making(wave: Wave, services: ServiceBook) -> Making:
    return Making(
        method=_(
            "Everybody rates one unit that serves theirs. Each serving unit has a score book of its own over the units "
            "it serves; scores are steadied toward the unit above."
        ),
        n=_("At least %(k)s people behind every number.") % {"k": services.study.k},
        inputs=str(wave.outcome.get("inputs_hash", "")),
        limits=(
            _("Ratings say how service is felt, not how hard the work behind it is."),
            _("No number over several serving units is kept: beside them it would give a withheld one away."),
        ),
        sources=(f"{wave.study.title}, {wave.title}",),
        versions=tuple(services.books[0].made_with.items()),
    )
