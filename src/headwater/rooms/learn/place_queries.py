"""Maps and plans for those who keep them, and the picture of a plan for those who may see a map."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.formats.places import Shape, Surface
from headwater.formats.places.table import AXES
from headwater.reports.charts import narrow_place_map, place_map
from headwater.reports.place_blocks import PlaceMark, PlaceOutline, PlacePicture
from headwater.rooms.house.figures import Figure, pictured
from headwater.rooms.learn.explorer_given import given_to
from headwater.rooms.learn.explorer_scope import may_explore
from headwater.rooms.learn.models import PlaceMap, UnitPlace
from headwater.rooms.learn.place_services import axis_names
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit

MANAGE = "places.manage"
WINDOW = 200


@dataclass(frozen=True)
class MapLine:
    """One map in a list."""

    map: PlaceMap
    places: int


@dataclass(frozen=True)
class PlaceLine:
    """One unit with its place. name: its id where the organisation no longer has it. down, across: as numbers."""

    unit: str
    name: str
    across: float
    down: float
    is_known: bool


@dataclass(frozen=True)
class MapPage:
    """One map as those who keep it see it. axes: what the numbers are called, in the order they are written."""

    map: PlaceMap
    surface: Surface
    places: int
    lines: tuple[PlaceLine, ...]
    back: int | None
    further: int | None
    unplaced: int
    axes: tuple[str, str]
    figure: Figure | None
    q: str


def map_lines(*, viewer: Viewer) -> tuple[MapLine, ...]:
    """Return all maps by name. Raises PermissionDenied."""
    _may_manage(viewer)
    counted = dict(UnitPlace.objects.values_list("map").annotate(places=Count("pk")))
    return tuple(MapLine(one, counted.get(one.pk, 0)) for one in _light().order_by("title"))


def get_map(*, viewer: Viewer, map_id: UUID) -> PlaceMap:
    """Return one map without its plan. Raises PermissionDenied, Http404."""
    _may_manage(viewer)
    found = _light().filter(pk=map_id).first()
    if found is None:
        raise Http404
    return found


def map_page(*, viewer: Viewer, map_id: UUID, picture: str, q: str, start: int) -> MapPage:
    """Return one map with its places. picture: address of the plan's picture. Raises PermissionDenied, Http404."""
    _may_manage(viewer)
    kept = PlaceMap.objects.filter(pk=map_id).defer("image").first()
    if kept is None:
        raise Http404
    surface: Surface = "earth" if kept.surface == "earth" else "plan"
    places = list(UnitPlace.objects.filter(map=kept))
    names = dict(Unit.objects.values_list("key", "name"))
    lines = sorted(
        (PlaceLine(one.unit, names.get(one.unit, one.unit), one.x, one.y, one.unit in names) for one in places),
        key=lambda line: (line.name.casefold(), line.unit),
    )
    asked = q.casefold()
    found = [line for line in lines if asked in line.name.casefold() or asked in line.unit.casefold()]
    start = start if 0 <= start < len(found) else 0
    stop = min(start + WINDOW, len(found))
    open_units = Unit.objects.filter(is_open=True).values_list("key", flat=True)
    placed = {line.unit for line in lines}
    across, down = (axis_names()[axis] for axis in AXES[surface])
    return MapPage(
        map=kept,
        surface=surface,
        places=len(lines),
        lines=tuple(found[start:stop]),
        back=max(0, start - WINDOW) if start else None,
        further=stop if stop < len(found) else None,
        unplaced=sum(key not in placed for key in open_units),
        axes=(down, across) if surface == "earth" else (across, down),
        figure=_figure(kept, surface, lines, picture),
        q=q,
    )


def unit_named(name: str) -> str:
    """Return the key of the open unit that an id or a name names; "" for none, and for a name that several have."""
    wanted = name.strip()
    if Unit.objects.filter(key=wanted).exists():
        return wanted
    keys = list(Unit.objects.filter(name__iexact=wanted, is_open=True).values_list("key", flat=True)[:2])
    return keys[0] if len(keys) == 1 else ""


def plan_image(*, viewer: Viewer, map_id: UUID, mark: str) -> bytes:
    """Return the picture of a plan, PNG, for those who keep maps, explore results or were given a view of one.

    mark: the beginning of its hash. Raises PermissionDenied, Http404.
    """
    may = can(viewer, MANAGE) or may_explore(viewer)
    if not may and not any(shared.kind == "places" for shared in given_to(viewer=viewer)):
        raise PermissionDenied
    found = PlaceMap.objects.filter(pk=map_id, image__isnull=False).first()
    if found is None or found.image is None or not mark or not found.image_sha256.startswith(mark):
        raise Http404
    return bytes(found.image)


def _figure(kept: PlaceMap, surface: Surface, lines: list[PlaceLine], picture: str) -> Figure | None:
    if not lines and not kept.plan_name:
        return None
    told = ngettext("%(n)s place on “%(map)s”.", "%(n)s places on “%(map)s”.", len(lines)) % {
        "n": len(lines), "map": kept.title,
    }  # fmt: skip
    block = PlacePicture(
        title=_("Where units are"),
        description=told,
        surface=surface,
        marks=tuple(PlaceMark(line.name, line.across, line.down) for line in lines),
        outlines=tuple(PlaceOutline(one.rings, one.closed) for one in map(Shape.from_json, kept.shapes)),
        width=kept.width,
        height=kept.height,
    )
    wide, narrow = place_map(block, "map", picture=picture), narrow_place_map(block, "map-narrow", picture=picture)
    figure = pictured(wide, narrow=narrow, kind="of-places")
    # The page has its own table, with what can be done about each place.
    return Figure(figure.title, figure.picture, figure.foot.__class__(""), figure.kind)


def _light() -> QuerySet[PlaceMap]:
    return PlaceMap.objects.defer("image", "shapes")


def _may_manage(viewer: Viewer) -> None:
    if not can(viewer, MANAGE):
        raise PermissionDenied
