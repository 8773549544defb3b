"""One score of the explorer on a map or plan, with the same as a table; and as a sheet and slides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.charts import narrow_place_map, place_legend, place_map
from headwater.reports.charts.markup import Markup, element, join
from headwater.reports.document import Paragraph, Section, Table
from headwater.reports.renderers.page_river import legend_of
from headwater.rooms.house.figures import Figure
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.explorer_frame import (
    MOST_UNITS,
    Choice,
    Frame,
    View,
    cut_choices,
    frame_of,
    notes_of,
    versions_of,
)
from headwater.rooms.learn.explorer_heat import against_choices
from headwater.rooms.learn.explorer_rows import difference_cells, difference_header, unit_cells, unit_header
from headwater.rooms.learn.explorer_scope import Scope
from headwater.rooms.learn.explorer_score import score_choices
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.place_plan import PlacePlan, picture_of, plan_places
from headwater.rooms.learn.place_services import axis_names
from headwater.rooms.learn.sameness_cautions import caution_of
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.rooms.people.logic.roles import can
from headwater.scoring.heat import clearest
from headwater.vocab import Released, Withheld

WINDOW = 100
SLIDE_ROWS = 48
MANAGE = "places.manage"


@dataclass(frozen=True)
class PlaceRow:
    """A unit of the table. look: classes of its score, as a cell of the heat map has them; "x" where it is withheld."""

    name: str
    href: str
    n: str
    text: str
    look: str
    difference: str
    words: str


@dataclass(frozen=True)
class PlacesPage:
    """The map as a page. figure: None where no unit in view has a place, or there is no map. manage: where maps are
    made, "" where this viewer may not.
    """

    frame: Frame
    lede: str
    has_map: bool
    figure: Figure | None
    rows: tuple[PlaceRow, ...]
    score: str
    compared: str
    count: str
    unplaced: str
    back: str
    further: str
    maps: tuple[Choice, ...]
    scores: tuple[Choice, ...]
    cuts: tuple[Choice, ...]
    againsts: tuple[Choice, ...]
    units: tuple[Choice, ...]
    depths: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    q: str
    kept: tuple[tuple[str, str], ...]
    manage: str
    view: View


def places_page(scope: Scope) -> PlacesPage:
    """Return the map of a view. Raises Http404 for a map or score that is not there."""
    plan = plan_places(scope)
    manage = reverse("learn:place_maps") if scope.given is None and can(scope.viewer, MANAGE) else ""
    if plan is None:
        return _without_map(scope, manage)
    caution = caution_of(scope, [plan.column], scope.ask.cut)
    frame = frame_of(scope, "places", title=_title(plan), making=_making(plan), caution=caution)
    start = scope.ask.start if scope.ask.start < len(plan.rows) else 0
    stop = min(start + WINDOW, len(plan.rows))
    unplaced = ""
    if plan.unplaced > 0:
        unplaced = ngettext(
            "%(n)s unit has no place on this map.", "%(n)s units have no place on this map.", plan.unplaced
        ) % {"n": number_format(plan.unplaced, force_grouping=True)}
    own = scope.given is None
    return PlacesPage(
        frame=frame,
        lede=_lede(plan),
        has_map=True,
        figure=_figure(plan) if len(plan.rows) else None,
        rows=tuple(_row(plan, at) for at in range(start, stop)),
        score=plan.label,
        compared=_("Difference from %(other)s") % {"other": words.comparison_name(scope.book, scope.ask.against)},
        count=ngettext("%(n)s place", "%(n)s places", len(plan.rows))
        % {"n": number_format(len(plan.rows), force_grouping=True)},
        unplaced=unplaced,
        back=scope.href("places", start=max(0, start - WINDOW)) if start else "",
        further=scope.href("places", start=stop) if stop < len(plan.rows) else "",
        maps=_maps(plan) if own else (),
        scores=score_choices(scope, plan.column) if own else (),
        cuts=cut_choices(scope, scope.ask.cut) if own else (),
        againsts=against_choices(scope) if own else (),
        units=_units(plan),
        depths=_depths(plan),
        orders=_orders(plan),
        q=scope.ask.q,
        kept=tuple(
            scope.ask.kept("wave", "map", "score", "cut", "against", "unit", "depth", "order", "q", "start", "by")
        ),
        manage=manage,
        view=View(frame, lambda: _sheet(plan, frame), lambda: _sections(plan, frame)),
    )


def _without_map(scope: Scope, manage: str) -> PlacesPage:
    title = _("There is no map yet")
    making = Making(method=_("Nothing is shown."), n=_("Not shown"), inputs=scope.book.inputs_hash)
    frame = frame_of(scope, "places", title=title, making=making)
    view = View(frame, lambda: Sheet("places", title, [_("Unit")], [], notes_of(frame)), lambda: ())
    lede = _("A map says where units are: branches in a country, wards on a floor, shops in a city.")
    return PlacesPage(
        frame, lede, False, None, (), "", "", "", "", "", "", (), (), (), (), (), (), (), "", (), manage, view
    )  # fmt: skip


def _figure(plan: PlacePlan) -> Figure:
    """The picture for the eye and the pointer; the table beside it says the same to everybody else."""
    scope = plan.scope
    block = picture_of(plan, _title(plan), _told(plan), with_image=False)
    picture = ""
    if plan.chosen.image_sha256:
        picture = reverse("learn:place_plan", args=[plan.chosen.pk, plan.chosen.image_sha256[:16]])
    links = [""] * len(plan.rows)
    if scope.given is None:
        # Thousands of addresses that differ in one word are made of one.
        pattern = _href(scope, plan.column.key, "UNITPLACE")
        ids = scope.book.tree.ids
        links = [pattern.replace("UNITPLACE", quote(ids[row], safe="")) for row in plan.rows.tolist()]
    wide = place_map(block, "places", picture=picture, links=links)
    narrow = narrow_place_map(block, "places-narrow", picture=picture)
    drawn = [
        element("div", {"class": "scroll"}, _hidden(wide.width, wide.height, wide.body)),
        element("div", {"class": "narrow-form"}, _hidden(narrow.width, narrow.height, narrow.body)),
    ]
    return Figure(_told(plan), join(drawn), legend_of(place_legend(block)), "of-places has-narrow")


def _hidden(width: float, height: float, body: Markup) -> Markup:
    return element("svg", {"class": "ch", "viewBox": f"0 0 {width:g} {height:.1f}", "aria-hidden": "true"}, body)


def _row(plan: PlacePlan, at: int) -> PlaceRow:
    scope, column, mark, row = plan.scope, plan.column, plan.marks[at], int(plan.rows[at])
    href = ""
    if scope.given is None:
        href = _href(scope, column.key, scope.book.tree.ids[row])
    found = _found(plan, at)
    if isinstance(found, Withheld):
        return PlaceRow(mark.label, href, "–", words.withheld_reason(), "x", "", "")
    difference = words.against_of(found, scope.ask.against)
    return PlaceRow(
        mark.label,
        href,
        number_format(found.n, force_grouping=True),
        words.steadied_words(found, column),
        f"d{mark.step}{mark.doubt} {mark.doubt}" if mark.difference is not None else "",
        words.difference_words(difference, column),
        words.sure_words(difference, column),
    )


def _href(scope: Scope, score: str, unit: str) -> str:
    """The page of one score of one unit."""
    return scope.href("score", unit=unit, score=score, start=0, q="", order="tree", depth=-1, map="")


def _found(plan: PlacePlan, at: int) -> Released | Withheld:
    return plan.scope.book.at(int(plan.rows[at]), plan.number, plan.panel)


def _title(plan: PlacePlan) -> str:
    book, said = plan.scope.book, {"score": plan.label}
    found = clearest(book, plan.panel, plan.rows, [plan.number], plan.scope.ask.against)
    if found is None:
        return _("No place stands clear of the others in “%(score)s”") % said
    mark = plan.marks[plan.rows.tolist().index(found[0])]
    said["unit"] = mark.label
    if (mark.difference or 0.0) < 0:
        return _("%(unit)s stands apart most: lower in “%(score)s”") % said
    return _("%(unit)s stands apart most: higher in “%(score)s”") % said


def _lede(plan: PlacePlan) -> str:
    said = {"map": plan.chosen.title, "other": words.comparison_name(plan.scope.book, plan.scope.ask.against)}
    return _("%(map)s. Colour and shape are the difference from %(other)s; pale discs mean that we cannot say.") % said


def _told(plan: PlacePlan) -> str:
    """The picture in a sentence."""
    counted = Counter(mark.standing for mark in plan.marks)
    said = {
        "score": plan.label,
        "n": len(plan.marks),
        "better": counted["better"],
        "worse": counted["worse"],
        "same": counted["same"],
        "held": counted["withheld"],
        "other": words.comparison_name(plan.scope.book, plan.scope.ask.against),
    }
    return (
        _(
            "“%(score)s” on a map of %(n)s places, against %(other)s: %(better)s better, %(worse)s worse, %(same)s "
            "about the same or too close to call, %(held)s not shown. The table says each."
        )
        % said
    )


def _maps(plan: PlacePlan) -> tuple[Choice, ...]:
    if len(plan.maps) < 2:
        return ()
    return tuple(Choice(str(one.pk), one.title, one.pk == plan.chosen.pk) for one in plan.maps)


def _units(plan: PlacePlan) -> tuple[Choice, ...]:
    """The unit in view, those above it, and those next below that are more than one place."""
    scope, tree = plan.scope, plan.scope.book.tree
    below = [child for child in tree.children(scope.unit) if tree.size[child] > 1][:MOST_UNITS]
    path = list(tree.path(scope.unit))
    if len(path) + len(below) < 2:
        return ()
    found = [Choice(tree.ids[row] if row else "", tree.names[row], row == scope.unit) for row in path]
    return (*found, *(Choice(tree.ids[row], f"– {tree.names[row]}", is_chosen=False) for row in below))


def _depths(plan: PlacePlan) -> tuple[Choice, ...]:
    base = int(plan.scope.book.tree.depth[plan.scope.unit])
    if len(plan.depths) < 2:
        return ()
    found = [Choice("-1", _("All levels"), plan.scope.ask.depth < 0)]
    for depth in plan.depths:
        below = depth - base
        label = _("The unit itself")
        if below:
            label = ngettext("%(n)s level below", "%(n)s levels below", below) % {"n": below}
        found.append(Choice(str(below), label, plan.scope.ask.depth == below))
    return tuple(found)


def _orders(plan: PlacePlan) -> tuple[Choice, ...]:
    order = "clear" if plan.scope.ask.order == "tree" else plan.scope.ask.order
    names = {
        "clear": _("Clearest difference first"),
        "below": _("Clearly worse first"),
        "above": _("Clearly better first"),
        "name": _("By name"),
    }
    return tuple(Choice(key, label, order == key) for key, label in names.items())


def _making(plan: PlacePlan) -> Making:
    book, counted = plan.scope.book, sum(not mark.withheld for mark in plan.marks)
    said = {"shown": counted, "n": len(plan.marks)}
    return Making(
        method=_(
            "Each mark is a unit where somebody placed it, with its score steadied toward the unit above. Colour and "
            "shape are its difference; it stands clear where it passed the rule for many comparisons (false-discovery "
            "rate 5%, sure 1%, over all units of a column) and is at least the minimum effect. Size is answers, in "
            "steps."
        ),
        formula=_(
            "Longitude and latitude are drawn by equal rectangles at the mean latitude of the places; the scale bar "
            "holds there."
        )
        if plan.chosen.surface == "earth"
        else "",
        n=_("%(shown)s of %(n)s places are shown; each says its own answers") % said,
        inputs=book.inputs_hash,
        limits=(
            _("Nothing is drawn between places: there, nobody was asked."),
            _("Neighbours on the map need not have anything in common; no test looks at distance."),
            _("Crossed squares are withheld. Nobody can see them, in no form."),
        ),
        sources=(
            "Benjamini and Hochberg 1995, J R Stat Soc B 57:289",
            "Snyder 1987, USGS Professional Paper 1395, chapter 12",
        ),
        versions=versions_of(book),
    )


def _sheet(plan: PlacePlan, frame: Frame) -> Sheet:
    """All places, not only the window of the page."""
    tree, names = plan.scope.book.tree, axis_names()
    axes = ("longitude", "latitude") if plan.chosen.surface == "earth" else ("x", "y")
    header = [_("Unit"), _("Id"), *(names[axis] for axis in axes), *unit_header(), *difference_header()]
    rows: list[list[Cell]] = []
    for at, mark in enumerate(plan.marks):
        found = _found(plan, at)
        difference = None if isinstance(found, Withheld) else words.against_of(found, plan.scope.ask.against)
        unit = tree.ids[int(plan.rows[at])]
        rows.append([mark.label, unit, mark.x, mark.y, *unit_cells(found), *difference_cells(difference, plan.column)])
    name = f"{plan.chosen.title} {plan.scope.book.wave.title} map"
    return Sheet(name, f"{frame.title}: {plan.label}", header, rows, notes_of(frame))


def _sections(plan: PlacePlan, frame: Frame) -> Sequence[Section]:
    """The picture on a slide, then its first rows as a table."""
    kicker = f"{plan.chosen.title}: {plan.label}"
    picture = picture_of(plan, plan.label, _told(plan), with_image=True)
    shown = range(min(len(plan.marks), SLIDE_ROWS))
    lines = []
    for row in (_row(plan, at) for at in shown):
        lines.append((row.name, row.n, row.text, row.difference or "–", row.words or "–"))
    compared = words.comparison_name(plan.scope.book, plan.scope.ask.against)
    header = (_("Unit"), _("Answers"), plan.label, _("Difference from %(other)s") % {"other": compared}, _("In words"))
    blocks: list[Table | Paragraph] = [
        Table(_("The same as a table"), header, tuple(lines), (1,), (3.0, 1.0, 2.0, 2.4, 2.0))
    ]
    left = len(plan.marks) - len(shown)
    if left > 0:
        more = ngettext("%(n)s further place is in the sheet.", "%(n)s further places are in the sheet.", left)
        blocks.append(Paragraph(more % {"n": left}, quiet=True))
    return (
        Section(frame.title, (picture,), kicker, footer=frame.wave_title),
        Section(_("The same as a table"), tuple(blocks), kicker, footer=frame.wave_title),
    )
