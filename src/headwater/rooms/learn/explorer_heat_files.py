"""The heat map as a sheet of all its units, and its window of rows as slides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from django.utils.translation import gettext as _

from headwater.reports.document import HeatCell, HeatMap, HeatRow, Section
from headwater.rooms.learn import explorer_words as words
from headwater.rooms.learn.explorer_frame import Frame, notes_of
from headwater.rooms.learn.explorer_scope import Scope
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.vocab import Bound, Column, IntArray, Panel

SLIDE_COLUMNS = 10
"""Rows are shared out over slides by the renderer, as they fit."""


@dataclass(frozen=True)
class HeatPlan:
    """What a heat map shows, before it is said. rows: all chosen units in their order, as preorder numbers."""

    scope: Scope
    panel: Panel
    numbers: list[int]
    rows: IntArray
    columns: tuple[Column, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class BodyCell:
    """A cell. look: its classes. more: what the colour says, for those who do not see it. value: None when withheld.
    label: of its column, which stands in the cell where there is no room for columns.
    """

    text: str
    look: str
    more: str
    href: str = ""
    value: float | None = None
    difference: float | None = None
    label: str = ""


@dataclass(frozen=True)
class BodyRow:
    """One unit. level: how deep it stands under the unit in view, for the indent."""

    name: str
    href: str
    level: int
    n: str
    count: int | None
    is_top: bool
    cells: tuple[BodyCell, ...]


def step_of(plan: HeatPlan) -> float:
    """Return the difference of one colour step: the minimum effect that most columns have."""
    effects = [column.minimum_effect for column in plan.columns] or [0.2]
    return max(sorted(set(effects)), key=effects.count)


def heat_sheet(plan: HeatPlan, frame: Frame) -> Sheet:
    """All chosen units, not only the window: score, answers, difference with range, how sure."""
    scope, panel = plan.scope, plan.panel
    against = scope.ask.against
    places = np.searchsorted(panel.rows, plan.rows)
    cells = np.ix_(places, np.array(plan.numbers, np.int64))
    shown = panel.shown[cells]
    fields = {
        name: panel.fields[name][cells]
        for name in ("shrunken", f"{against}_difference", f"{against}_low", f"{against}_high")
    }
    counts, bound = panel.n_answered[cells], panel.bound[cells]
    sure = panel.sureness[against][cells]
    said = (_("too close to call"), _("fairly sure"), _("sure"))
    limits = {int(Bound.AT_LEAST): _("at least"), int(Bound.AT_MOST): _("at most")}
    header = [_("Unit"), _("Id"), _("Level"), _("Answers")]
    limited = (shown & (bound != Bound.EXACT)).any(axis=0)
    for label, has_limits in zip(plan.labels, limited.tolist(), strict=True):
        header += [label, _("%(score)s: answers") % {"score": label}]
        header += [_("%(score)s: limit") % {"score": label}] if has_limits else []
        header += [
            _("%(score)s: difference") % {"score": label},
            _("%(score)s: difference, low") % {"score": label},
            _("%(score)s: difference, high") % {"score": label},
            _("%(score)s: how sure") % {"score": label},
        ]
    tree = scope.book.tree
    held, people = words.withheld_reason(), panel.n[places].tolist()
    # Lists of plain numbers: a sheet has a million of them, and one out of an array takes as long as ten out of a list.
    grids = [grid.tolist() for grid in (shown, *fields.values(), counts, bound, sure)]
    rows: list[list[Cell]] = []
    for unit, n, *line_of in zip(plan.rows.tolist(), people, *grids, strict=True):
        line: list[Cell] = [scope.name(unit), tree.ids[unit], int(tree.depth[unit]), n or None]
        for is_shown, value, difference, low, high, count, limit, doubt, has_limits in zip(
            *line_of, limited.tolist(), strict=True
        ):
            if not is_shown:
                line += [held, *[None] * (6 if has_limits else 5)]
                continue
            gap = _real(difference)
            line += [round(value, 4), count]
            line += [limits.get(limit)] if has_limits else []
            line += [gap, _real(low), _real(high), None if gap is None else said[doubt]]
        rows.append(line)
    return Sheet(f"{scope.name(scope.unit)} {scope.book.wave.title} heat", frame.title, header, rows, notes_of(frame))


def _real(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def heat_sections(plan: HeatPlan, frame: Frame, rows: Sequence[BodyRow]) -> Sequence[Section]:
    """Return rows as slides, ten scores each."""
    step = step_of(plan)
    other = words.comparison_name(plan.scope.book, plan.scope.ask.against)
    found: list[Section] = []
    for across in range(0, max(len(plan.columns), 1), SLIDE_COLUMNS):
        heat = HeatMap(
            _("%(unit)s by scores") % {"unit": plan.scope.name(plan.scope.unit)},
            frame.title,
            plan.labels[across : across + SLIDE_COLUMNS],
            tuple(
                HeatRow(
                    row.name,
                    tuple(_slide_cell(cell) for cell in row.cells[across : across + SLIDE_COLUMNS]),
                    row.count,
                    row.level,
                    row.is_top,
                )
                for row in rows
            ),
            other,
            step,
        )
        heading = _("%(title)s (continued)") % {"title": frame.title} if found else frame.title
        found.append(Section(heading, (heat,), plan.scope.name(plan.scope.unit), footer=frame.wave_title))
    return found


def _slide_cell(cell: BodyCell) -> HeatCell:
    if cell.value is None:
        return HeatCell(None, withheld=True)
    doubt = cell.look[2]
    known: Literal["a", "b", "c"] = "a" if doubt == "a" else "b" if doubt == "b" else "c"
    return HeatCell(cell.value, cell.text, cell.difference, int(cell.look[1]), known)
