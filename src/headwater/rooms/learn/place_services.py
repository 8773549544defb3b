"""Maps and plans made, their places brought in as a whole or set one by one, and taken away again.

A file is read before anything is written: it holds as a whole or changes nothing. Bringing the same again changes
nothing and leaves no second entry in the trail.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.formats.places import Surface, read_outline, read_places, read_plan_image, read_svg_plan
from headwater.formats.places.images import is_image
from headwater.formats.places.table import AXES, ENDS
from headwater.rooms.house import audit
from headwater.rooms.learn.models import PlaceMap, UnitPlace
from headwater.rooms.people.models import Unit, User
from headwater.vocab import HeadwaterError

MOST_TITLE = 120
MOST_MAPS = 50


class PlacesRefusedError(HeadwaterError):
    """A map cannot be changed in this way; the message says why."""

    exit_code = 3


def create_place_map(*, title: str, surface: Surface, actor: User, now: datetime) -> PlaceMap:
    """Make an empty map; the one of this name where it is there already and of this kind.

    Raises PlacesRefusedError without a name, for a name that a map of another kind has, and for the 51st map.
    """
    name = " ".join(title.split())[:MOST_TITLE]
    if not name:
        raise PlacesRefusedError(_("A map has a name."))
    with transaction.atomic():
        found = PlaceMap.objects.filter(title=name).first()
        if found is not None:
            if found.surface != surface:
                raise PlacesRefusedError(_("There is a map of this name already. Choose another name."))
            return found
        if PlaceMap.objects.count() >= MOST_MAPS:
            raise PlacesRefusedError(_("There are %(most)s maps already. Delete one first.") % {"most": MOST_MAPS})
        made = PlaceMap.objects.create(title=name, surface=surface, made_at=now, changed_at=now, changed_by=actor)
        _record("place_map.made", made, actor, now, {"title": name, "surface": surface})
    return made


def bring_places(*, map_id: UUID, content: bytes, file_name: str, actor: User, now: datetime) -> int:
    """Put the places of a file in place of all that the map has; return how many units changed.

    Raises InputError naming every row that is wrong; nothing is changed then.
    """
    surface = _surface(PlaceMap.objects.get(pk=map_id))
    found = read_places(content, surface, dict(Unit.objects.values_list("key", "name")), name=file_name)
    with transaction.atomic():
        kept = PlaceMap.objects.select_for_update().get(pk=map_id)
        before = {one.unit: (one.x, one.y) for one in UnitPlace.objects.filter(map=kept)}
        changed = {key for key in before.keys() | found.spots.keys() if before.get(key) != found.spots.get(key)}
        if not changed:
            return 0
        UnitPlace.objects.filter(map=kept).delete()
        UnitPlace.objects.bulk_create(
            [UnitPlace(map=kept, unit=key, x=x, y=y) for key, (x, y) in found.spots.items()], batch_size=500
        )
        _touch(kept, actor, now)
        payload = {"file": hashlib.sha256(content).hexdigest(), "places": len(found.spots), "changed": len(changed)}
        _record("places.brought", kept, actor, now, payload)
    return len(changed)


def set_place(*, map_id: UUID, unit: str, x: float, y: float, actor: User, now: datetime) -> None:
    """Say where one unit is. unit: its key. Raises PlacesRefusedError for one that is not there, or off the surface."""
    with transaction.atomic():
        kept = PlaceMap.objects.select_for_update().get(pk=map_id)
        if not Unit.objects.filter(key=unit).exists():
            raise PlacesRefusedError(_("There is no such unit."))
        for axis, value in zip(AXES[_surface(kept)], (x, y), strict=True):
            low, high = ENDS[axis]
            if not (math.isfinite(value) and low <= value <= high):
                said = {"name": axis_names()[axis], "low": f"{low:g}", "high": f"{high:g}"}
                raise PlacesRefusedError(_("%(name)s is a number from %(low)s to %(high)s.") % said)
        if UnitPlace.objects.filter(map=kept, unit=unit, x=x, y=y).exists():
            return
        UnitPlace.objects.update_or_create(map=kept, unit=unit, defaults={"x": x, "y": y})
        _touch(kept, actor, now)
        _record("place.set", kept, actor, now, {"unit": unit, "x": x, "y": y})


def remove_place(*, map_id: UUID, unit: str, actor: User, now: datetime) -> None:
    """Take one unit off a map. Safe to repeat."""
    with transaction.atomic():
        kept = PlaceMap.objects.select_for_update().get(pk=map_id)
        if UnitPlace.objects.filter(map=kept, unit=unit).delete()[0]:
            _touch(kept, actor, now)
            _record("place.removed", kept, actor, now, {"unit": unit})


def bring_plan(*, map_id: UUID, content: bytes, file_name: str, actor: User, now: datetime) -> tuple[str, ...]:
    """Put what places stand on in place of what was there; return what of the file was left out, by name.

    A plan is SVG, PNG or JPEG; a map of the earth takes an outline as GeoJSON. Raises InputError; nothing is changed
    then.
    """
    surface = _surface(PlaceMap.objects.get(pk=map_id))
    image: bytes | None = None
    left_out: tuple[str, ...] = ()
    shapes: list[dict[str, Any]] = []
    width = height = 0.0
    if surface == "earth":
        outline = read_outline(content, name=file_name)
        shapes, left_out = [one.to_json() for one in outline.shapes], outline.left_out
    elif is_image(content):
        picture = read_plan_image(content, name=file_name)
        image, width, height = picture.data, float(picture.width), float(picture.height)
    else:
        plan = read_svg_plan(content, name=file_name)
        shapes, left_out = [one.to_json() for one in plan.shapes], plan.left_out
        width, height = plan.width, plan.height
    digest = hashlib.sha256(image).hexdigest() if image is not None else ""
    with transaction.atomic():
        kept = PlaceMap.objects.select_for_update().get(pk=map_id)
        same = (kept.image_sha256, kept.shapes, kept.width, kept.height) == (digest, shapes, width, height)
        if same and kept.plan_name:
            return left_out
        kept.image, kept.image_sha256, kept.shapes, kept.width, kept.height = image, digest, shapes, width, height
        kept.plan_name = file_name[:200] or "plan"
        _touch(kept, actor, now)
        payload = {"file": hashlib.sha256(content).hexdigest(), "shapes": len(shapes), "left_out": list(left_out)}
        _record("plan.brought", kept, actor, now, payload)
    return left_out


def remove_plan(*, map_id: UUID, actor: User, now: datetime) -> None:
    """Take away what places stand on; the places stay. Safe to repeat."""
    with transaction.atomic():
        kept = PlaceMap.objects.select_for_update().get(pk=map_id)
        if not kept.plan_name:
            return
        kept.image, kept.image_sha256, kept.shapes, kept.plan_name = None, "", [], ""
        kept.width = kept.height = 0.0
        _touch(kept, actor, now)
        _record("plan.removed", kept, actor, now, {})


def remove_place_map(*, map_id: UUID, actor: User, now: datetime) -> None:
    """Delete a map with its places and plan. Safe to repeat."""
    with transaction.atomic():
        kept = PlaceMap.objects.select_for_update().filter(pk=map_id).first()
        if kept is None:
            return
        places = UnitPlace.objects.filter(map=kept).delete()[0]
        _record("place_map.removed", kept, actor, now, {"title": kept.title, "places": places})
        kept.delete()


def axis_names() -> Mapping[str, str]:
    """Return what coordinates are called, by column."""
    return {"longitude": _("Longitude"), "latitude": _("Latitude"), "x": _("x, to the right"), "y": _("y, down")}


def _surface(kept: PlaceMap) -> Surface:
    return "earth" if kept.surface == "earth" else "plan"


def _touch(kept: PlaceMap, actor: User, now: datetime) -> None:
    kept.changed_at, kept.changed_by = now, actor
    kept.save()


def _record(action: str, kept: PlaceMap, actor: User, now: datetime, payload: Mapping[str, Any]) -> None:
    audit.record(action=action, actor=str(actor.pk), subject=f"place_map:{kept.pk}", payload=dict(payload), now=now)
