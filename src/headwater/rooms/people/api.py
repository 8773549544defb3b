"""The organisation over the API."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from headwater.rooms.people.models import Unit
from headwater.rooms.people.tokens import Scoped

MOST = 1_000

router = Router(tags=["organisation"])


class UnitOut(Schema):
    """A unit. place: its number in preorder; units below it follow it directly, `size` counts them and itself."""

    key: str
    name: str
    parent: str | None
    leader: str | None
    place: int
    size: int
    depth: int
    people: int
    people_below: int


class UnitPage(Schema):
    """Some units in preorder. next: the `after` of the next page, none on the last."""

    units: list[UnitOut]
    next: int | None


@router.get("/units", response=UnitPage, auth=Scoped("organisation:read"), summary="Units in preorder")
def units(
    request: HttpRequest, after: Annotated[int, Query(ge=-1)] = -1, limit: Annotated[int, Query(ge=1, le=MOST)] = 200
) -> UnitPage:
    """Units that stand, in preorder, `limit` at a time."""
    found = list(
        Unit.objects.filter(number__gt=after).order_by("number").select_related("parent", "leader")[: limit + 1]
    )
    page = found[:limit]
    return UnitPage(units=[_out(one) for one in page], next=page[-1].number if len(found) > limit else None)


@router.get("/units/{path:key}", response=UnitOut, auth=Scoped("organisation:read"), summary="One unit")
def unit(request: HttpRequest, key: str) -> UnitOut:
    """A unit by its key."""
    found = Unit.objects.filter(key=key).exclude(number=None).select_related("parent", "leader").first()
    if found is None:
        raise HttpError(404, "there is no such unit")
    return _out(found)


def _out(unit: Unit) -> UnitOut:
    return UnitOut(
        key=unit.key,
        name=unit.name,
        parent=unit.parent.key if unit.parent else None,
        leader=unit.leader.key if unit.leader else None,
        place=unit.number or 0,
        size=unit.size,
        depth=unit.depth,
        people=unit.own_people,
        people_below=unit.people_below,
    )
