"""Units by scores: a window of rows of the heat map, in the order asked for. The whole is arranged as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.charts.heat import heat_legend
from headwater.reports.charts.numerals import plain, signed
from headwater.reports.document import HeatMap
from headwater.reports.wording import decimals_of
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.explorer_asking import AGAINST, Order, split_cut
from headwater.rooms.learn.explorer_frame import (
    Choice,
    Frame,
    Link,
    View,
    columns_of,
    cut_choices,
    frame_of,
    has_percent,
    lens_choices,
    show_choices,
    versions_of,
)
from headwater.rooms.learn.explorer_heat_files import BodyCell, BodyRow, HeatPlan, heat_sections, heat_sheet, step_of
from headwater.rooms.learn.explorer_scope import Scope
from headwater.rooms.learn.making import Making
from headwater.rooms.learn.sameness_cautions import caution_of
from headwater.scoring.heat import chosen_rows, clearest, looks, order_rows
from headwater.vocab import Bound, IntArray

WINDOW = 50
SLIDE_ROWS, SLIDE_COLUMNS = 12, 10
DOUBT = "abc"


@dataclass(frozen=True)
class HeadCell:
    """The head of a column. sort: link to the order by it; sorted: for aria-sort. href: what is behind it."""

    label: str
    sort: str
    sorted: str
    href: str


@dataclass(frozen=True)
class Rows:
    """A window of the rows. further, back: addresses of the pages after and before it; more: of the rows alone."""

    rows: tuple[BodyRow, ...]
    columns: int
    further: str
    back: str
    more: str
    following: int


@dataclass(frozen=True)
class HeatPage:
    """The heat map as a page."""

    frame: Frame
    lede: str
    heads: tuple[HeadCell, ...]
    window: Rows
    count: str
    caption: str
    legend: SafeString
    note: str
    lenses: tuple[Choice, ...]
    shows: tuple[Choice, ...]
    cuts: tuple[Choice, ...]
    againsts: tuple[Choice, ...]
    depths: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    forms: tuple[Choice, ...]
    scores: tuple[Link, ...]
    q: str
    kept: tuple[tuple[str, str], ...]
    unit: str
    view: View


def heat_page(scope: Scope) -> HeatPage:
    """Return the heat map of a view."""
    plan = _plan(scope)
    book, ask = scope.book, scope.ask
    frame = frame_of(
        scope, "heat", title=_title(plan), making=_making(plan), caution=caution_of(scope, plan.columns, ask.cut)
    )
    view = View(frame, lambda: heat_sheet(plan, frame), lambda: heat_sections(plan, frame, rows_of(plan, _part(plan))))
    window = _window(plan)
    hidden = sum(all(cell.look == "x" for cell in row.cells) for row in window.rows) if plan.numbers else 0
    note = ""
    if hidden:
        note = ngettext(
            "%(n)s row is hatched: too few or too alike to show safely, by itself or by subtraction. Which of the two "
            "is not said.",
            "%(n)s rows are hatched: too few or too alike to show safely, by themselves or by subtraction. Which of "
            "the two is not said.",
            hidden,
        ) % {"n": hidden}
    total = number_format(len(plan.rows), force_grouping=True)
    count = ngettext("%(n)s unit", "%(n)s units", len(plan.rows)) % {"n": total}
    return HeatPage(
        frame=frame,
        lede=_lede(plan),
        heads=_heads(plan),
        window=window,
        count=count,
        caption=_("Scores by unit. The number is the steadied score, the colour the difference from %(other)s.")
        % {"other": words.comparison_name(book, ask.against)},
        legend=_legend(plan),
        note=note,
        lenses=lens_choices(scope),
        shows=show_choices(scope),
        cuts=cut_choices(scope, ask.cut),
        againsts=against_choices(scope),
        depths=_depths(scope),
        orders=_orders(scope),
        forms=_forms(scope),
        scores=_scores(plan),
        q=ask.q,
        kept=tuple(ask.kept("wave", "lens", "show", "cut", "against", "depth", "order", "form", "q", "start", "by")),
        unit=scope.name(scope.unit),
        view=view,
    )


def heat_rows(scope: Scope) -> Rows:
    """Return a window of rows alone, to be put under those that are shown."""
    return _window(_plan(scope))


def _plan(scope: Scope) -> HeatPlan:
    book, ask = scope.book, scope.ask
    panel = book.panel_of.get(split_cut(ask.cut), book.everybody)
    numbers = columns_of(book, ask)
    depth = None if ask.depth < 0 else ask.depth
    rows = chosen_rows(book, panel, top=scope.unit, depth=depth, named=ask.q)
    by = [number for number in numbers if book.columns[number].key == ask.by] or numbers
    rows = order_rows(book, panel, rows, by, ask.against, by=ask.order)
    columns = tuple(book.columns[number] for number in numbers)
    return HeatPlan(scope, panel, numbers, rows, columns, tuple(words.label_of(one, scope.language) for one in columns))


def _window(plan: HeatPlan) -> Rows:
    scope, start, part = plan.scope, _start(plan), _part(plan)
    stop = start + len(part)
    following = min(WINDOW, len(plan.rows) - stop)
    further = scope.href("heat", start=stop) if following else ""
    more = f"{further}{'&' if '?' in further else '?'}rows=1" if following else ""
    back = scope.href("heat", start=max(0, start - WINDOW)) if start else ""
    return Rows(tuple(rows_of(plan, part)), len(plan.numbers) + 2, further, back, more, following)


def _start(plan: HeatPlan) -> int:
    start = plan.scope.ask.start
    return start if start < len(plan.rows) else 0


def _part(plan: HeatPlan) -> IntArray:
    return plan.rows[_start(plan) : _start(plan) + WINDOW]


def rows_of(plan: HeatPlan, rows: IntArray) -> list[BodyRow]:
    scope, book, panel = plan.scope, plan.scope.book, plan.panel
    places = np.searchsorted(panel.rows, rows).astype(np.int64)
    look = looks(book, panel, places, plan.numbers, scope.ask.against)
    cells = np.ix_(places, np.array(plan.numbers, np.int64))
    shown, bound = panel.shown[cells], panel.bound[cells]
    value = panel.fields["shrunken"][cells]
    difference = panel.fields[f"{scope.ask.against}_difference"][cells]
    in_tree = scope.ask.order == "tree" and not scope.ask.q
    base = int(book.tree.depth[scope.unit])
    sure = (_("sure"), _("fairly sure"), _("too close to call"))
    held = _("withheld: %(reason)s") % {"reason": words.withheld_reason()}
    labels = [words.label_of(column, scope.language) for column in plan.columns]
    found = []
    for at, row in enumerate(rows.tolist()):
        said = []
        for number, column in enumerate(plan.columns):
            if not shown[at, number]:
                said.append(BodyCell("", "x", held, label=labels[number]))
                continue
            decimals = decimals_of(column)
            text = words.bounded(plain(value[at, number], decimals), Bound(int(bound[at, number])))
            more, doubt, gap = "", "b", None
            if look.compared[at, number]:
                doubt, gap = DOUBT[look.doubt[at, number]], float(difference[at, number])
                more = f"{signed(gap, decimals)}, {sure[look.doubt[at, number]]}"
            href = "" if scope.given else scope.href("score", unit=book.tree.ids[row], score=column.key, start=0, q="")
            look_of = f"d{look.step[at, number]}{doubt} {doubt}"
            said.append(BodyCell(text, look_of, more, href, float(value[at, number]), gap, labels[number]))
        n = int(panel.n[places[at]])
        found.append(
            BodyRow(
                name=book.tree.names[row],
                href=scope.href("heat", unit=book.tree.ids[row], q="", start=0),
                level=min(int(book.tree.depth[row]) - base, 4) if in_tree else 0,
                n=number_format(n, force_grouping=True) if n else "–",
                count=n or None,
                is_top=row == scope.unit,
                cells=tuple(said),
            )
        )
    return found


def _heads(plan: HeatPlan) -> tuple[HeadCell, ...]:
    scope, found = plan.scope, []
    items = {column.scale for column in scope.book.columns if column.role == "item"}
    for column, label in zip(plan.columns, plan.labels, strict=True):
        is_by = scope.ask.by == column.key
        order: Order = "above" if is_by and scope.ask.order == "below" else "below"
        state = {"below": "ascending", "above": "descending"}.get(scope.ask.order, "") if is_by else ""
        href = ""
        if scope.given is None and column.role != "item" and column.subject in items:
            href = scope.href("heat", show=column.subject, start=0, by="", order="tree")
        found.append(HeadCell(label, scope.href("heat", order=order, by=column.key, start=0), state, href))
    return tuple(found)


def _title(plan: HeatPlan) -> str:
    scope, book = plan.scope, plan.scope.book
    beside = plan.rows[plan.rows != scope.unit]
    found = clearest(book, plan.panel, beside, plan.numbers, scope.ask.against)
    if found is None:
        return _("No unit of %(unit)s stands clear of the others") % {"unit": scope.name(scope.unit)}
    unit, number = found
    column = book.columns[number]
    size = plan.panel.fields[f"{scope.ask.against}_difference"][plan.panel.position(unit), number]
    said = {"unit": book.tree.names[unit], "score": words.label_of(column, scope.language)}
    if size < 0:
        return _("%(unit)s stands apart most: lower in “%(score)s”") % said
    return _("%(unit)s stands apart most: higher in “%(score)s”") % said


def _lede(plan: HeatPlan) -> str:
    scope = plan.scope
    said = {"unit": scope.name(scope.unit), "other": words.comparison_name(scope.book, scope.ask.against)}
    text = _("%(unit)s and what is below it. Colour is the difference from %(other)s; pale means that we cannot say.")
    return text % said


def _legend(plan: HeatPlan) -> SafeString:
    step = step_of(plan)
    other = words.comparison_name(plan.scope.book, plan.scope.ask.against)
    chart = heat_legend(HeatMap(_("How to read it"), "", (), (), other, step), "heat-key")
    return mark_safe(chart.svg())  # noqa: S308  # built by `markup.element`, which escapes every word


def against_choices(scope: Scope) -> tuple[Choice, ...]:
    """Return what differences can be from, where there is a choice."""
    there = {"rest": True, "previous": bool(scope.book.previous_wave), "benchmark": bool(scope.book.benchmark)}
    found = [one for one in AGAINST if there[one]]
    if len(found) < 2:
        return ()
    return tuple(Choice(one, words.comparison_name(scope.book, one), scope.ask.against == one) for one in found)


def _depths(scope: Scope) -> tuple[Choice, ...]:
    tree = scope.book.tree
    part = tree.subtree(scope.unit)
    height = int(tree.depth[part].max() - tree.depth[scope.unit])
    found = [Choice("-1", _("All levels"), scope.ask.depth < 0)]
    for depth in range(1, height):
        label = ngettext("%(n)s level below", "%(n)s levels below", depth) % {"n": depth}
        found.append(Choice(str(depth), label, scope.ask.depth == depth))
    return tuple(found) if height > 1 else ()


def _orders(scope: Scope) -> tuple[Choice, ...]:
    names = {
        "tree": _("As in the organisation"),
        "name": _("By name"),
        "clear": _("Clearest difference first"),
        "below": _("Clearly worse first"),
        "above": _("Clearly better first"),
    }
    return tuple(Choice(key, label, scope.ask.order == key) for key, label in names.items())


def _forms(scope: Scope) -> tuple[Choice, ...]:
    if not has_percent(scope.book):
        return ()
    return (
        Choice("", _("Points"), not scope.ask.form),
        Choice("percent", _("Percent favourable"), scope.ask.form == "percent"),
    )


def _scores(plan: HeatPlan) -> tuple[Link, ...]:
    scope = plan.scope
    if scope.given is not None:
        return ()
    return tuple(
        Link(scope.href("score", score=column.key, start=0, q=""), label)
        for column, label in zip(plan.columns, plan.labels, strict=True)
    )


def _making(plan: HeatPlan) -> Making:
    book = plan.scope.book
    place = plan.panel.position(plan.scope.unit)
    n = int(plan.panel.n[place]) if place >= 0 else 0
    behind = _("Not shown")
    if n:
        said = {"n": number_format(n, force_grouping=True), "unit": plan.scope.name(plan.scope.unit)}
        behind = _("%(n)s people answered in %(unit)s; each row says its own") % said
    return Making(
        method=_(
            "Each number is a score steadied toward the unit above, by how much can be known of it. The colour is its "
            "difference; it is strong where it passed the rule for many comparisons (false-discovery rate 5%, sure "
            "1%, over all units of a column) and is at least the minimum effect."
        ),
        formula=_(
            "steadied = B own + (1 − B) above, B = t² / (t² + s²/n). Order by difference: the end of the 95% range "
            "nearest to none, in minimum effects; 0 where it is too close to call."
        ),
        n=behind,
        inputs=book.inputs_hash,
        limits=(
            _("Units are not ranked by raw scores: among many, the smallest have the extreme ones by chance."),
            _("Hatched cells are withheld. Nobody can see them, in no form."),
        ),
        sources=(
            "Benjamini and Hochberg 1995, J R Stat Soc B 57:289",
            "Correll, Moritz and Heer 2018, CHI, paper 642",
        ),
        versions=versions_of(book),
    )
