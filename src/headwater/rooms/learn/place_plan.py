"""One score of the units that have a place, before it is said: arrays of the released book, and nothing besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from django.http import Http404

from headwater.formats.places import Shape
from headwater.reports.charts.numerals import plain
from headwater.reports.place_blocks import PlaceMark, PlaceOutline, PlacePicture
from headwater.reports.wording import decimals_of
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.explorer_asking import LOOSE, split_cut
from headwater.rooms.learn.explorer_frame import columns_of
from headwater.rooms.learn.explorer_scope import Scope
from headwater.rooms.learn.models import PlaceMap, UnitPlace
from headwater.scoring.heat import chosen_rows, looks, order_rows
from headwater.vocab import Bound, Column, IntArray, Panel

DOUBT: tuple[Literal["a"], Literal["b"], Literal["c"]] = ("a", "b", "c")


@dataclass(frozen=True)
class PlacePlan:
    """What a map shows. rows: units with a place in the order they are read, as preorder numbers.

    marks: of these rows; what is withheld is not in them. unplaced: units in view without a place, of levels that have
    some. maps: all there are. depths: levels of the tree on which units have places.
    """

    scope: Scope
    maps: tuple[PlaceMap, ...]
    chosen: PlaceMap
    panel: Panel
    number: int
    column: Column
    label: str
    rows: IntArray
    marks: tuple[PlaceMark, ...]
    unplaced: int
    depths: tuple[int, ...]


def place_maps() -> tuple[PlaceMap, ...]:
    """Return all maps by name, without their plans."""
    return tuple(PlaceMap.objects.defer("image", "shapes").order_by("title"))


def plan_places(scope: Scope) -> PlacePlan | None:
    """Return what the map of a view shows, None where there is no map. Raises Http404 for one that is not there."""
    maps = place_maps()
    if not maps:
        return None
    book, ask = scope.book, scope.ask
    chosen = next((one for one in maps if str(one.pk) == ask.map), None) if ask.map else maps[0]
    if chosen is None:
        raise Http404
    number = _column(scope)
    column = book.columns[number]
    panel = book.panel_of.get(split_cut(ask.cut), book.everybody)
    rows = chosen_rows(book, panel, top=scope.unit, named=ask.q)
    index = book.tree.index_of
    places = UnitPlace.objects.filter(map=chosen).values_list("unit", "x", "y")
    spots = {index[unit]: (x, y) for unit, x, y in places if unit in index}
    placed = np.array([row for row in rows.tolist() if row in spots], np.int64)
    depths = tuple(sorted(set(book.tree.depth[placed].tolist())))
    # Units of the levels that have places, and have none themselves.
    unplaced = int(np.isin(book.tree.depth[rows], depths).sum()) - len(placed) if depths else len(rows)
    level = int(book.tree.depth[scope.unit]) + ask.depth
    if ask.depth >= 0 and level in depths:
        placed = placed[book.tree.depth[placed] == level]
    # By raw scores units are never ordered; the usual order here is by what stands clear.
    order = "clear" if ask.order == "tree" else ask.order
    ordered = order_rows(book, panel, placed, [number], ask.against, by=order)
    label = words.label_of(column, scope.language)
    marks = _marks(scope, panel, number, ordered, spots)
    return PlacePlan(scope, maps, chosen, panel, number, column, label, ordered, marks, unplaced, depths)


def _column(scope: Scope) -> int:
    """The score in view by number: the one asked for, else the first scale, else the first question."""
    book, ask = scope.book, scope.ask
    if ask.score:
        for number, column in enumerate(book.columns):
            if column.key == ask.score and column.role != "response":
                return number
        raise Http404
    usual = (
        columns_of(book, ask)
        or columns_of(book, replace(ask, lens="", show=""))
        or columns_of(book, replace(ask, lens="", show=LOOSE))
    )
    if not usual:
        raise Http404
    return usual[0]


def picture_of(plan: PlacePlan, title: str, description: str, *, with_image: bool) -> PlacePicture:
    """Return the map as a block. with_image: the pixels of the plan are in it, as decks need them."""
    chosen = PlaceMap.objects.get(pk=plan.chosen.pk)
    outlines = tuple(PlaceOutline(one.rings, one.closed) for one in map(Shape.from_json, chosen.shapes))
    return PlacePicture(
        title=title,
        description=description,
        surface="earth" if chosen.surface == "earth" else "plan",
        marks=plan.marks,
        outlines=outlines,
        width=chosen.width,
        height=chosen.height,
        image=bytes(chosen.image) if with_image and chosen.image is not None else b"",
        compared_with=words.comparison_name(plan.scope.book, plan.scope.ask.against),
        step_size=plan.column.minimum_effect,
    )


def _marks(
    scope: Scope, panel: Panel, number: int, rows: IntArray, spots: Mapping[int, tuple[float, float]]
) -> tuple[PlaceMark, ...]:
    book, against = scope.book, scope.ask.against
    places = np.searchsorted(panel.rows, rows).astype(np.int64)
    look = looks(book, panel, places, [number], against)
    shown, bound = panel.shown[places, number].tolist(), panel.bound[places, number].tolist()
    values = panel.fields["shrunken"][places, number].tolist()
    gaps = panel.fields[f"{against}_difference"][places, number].tolist()
    counts = panel.n_answered[places, number].tolist()
    decimals = decimals_of(book.columns[number])
    found = []
    for at, row in enumerate(rows.tolist()):
        name, (x, y) = book.tree.names[row], spots[row]
        if not shown[at]:
            found.append(PlaceMark(name, x, y, withheld=True))
            continue
        text = words.bounded(plain(values[at], decimals), Bound(bound[at]))
        if not look.compared[at, 0]:
            found.append(PlaceMark(name, x, y, text, counts[at]))
            continue
        doubt = DOUBT[int(look.doubt[at, 0])]
        found.append(PlaceMark(name, x, y, text, counts[at], gaps[at], int(look.step[at, 0]), doubt))
    return tuple(found)
