"""The organisation as a tree: one row a unit, each under the unit it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.reports.charts.chart import Chart, ChartTable
from headwater.reports.charts.lettering import shorten
from headwater.reports.charts.markup import Markup, element, join
from headwater.vocab import said

ROW, INDENT, BOX = 46.0, 34.0, 300.0


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit with what is under it. detail: one line more, as its leader. own: the unit the reader leads."""

    label: str
    detail: str = ""
    children: tuple[Branch, ...] = ()
    own: bool = False


def organisation_tree(root: Branch, key: str, title: str, description: str) -> Chart:
    """Draw the tree, the root at the top left."""
    parts: list[Markup] = []
    rows: list[tuple[str, str, str]] = []
    deepest = _draw(root, 0, "", parts, rows)
    table = ChartTable(title, (said("Unit"), said("Detail"), said("Under")), tuple(rows))
    size = (INDENT * deepest + BOX + 2, ROW * len(rows) + 2)
    return Chart(key, title, description, *size, join(parts), table)


def _draw(branch: Branch, depth: int, parent: str, parts: list[Markup], rows: list[tuple[str, str, str]]) -> int:
    """Draw one branch below what is drawn; return the deepest level reached."""
    x, y = INDENT * depth + 1, ROW * len(rows) + 1
    rows.append((branch.label, branch.detail or "–", parent or "–"))
    kind = "bx-own" if branch.own else "bx"
    parts.append(element("rect", {"class": kind, "x": x, "y": y, "width": BOX, "height": ROW - 8, "rx": 6}))
    middle = y + 24 if not branch.detail else y + 17
    name = shorten(branch.label, BOX - 24, 13, "sans-bold")
    parts.append(element("text", {"class": "k", "x": x + 12, "y": middle}, name))
    if branch.detail:
        parts.append(element("text", {"x": x + 12, "y": y + 32}, shorten(branch.detail, BOX - 24, 13)))
    deepest = depth
    for child in branch.children:
        foot = ROW * len(rows) + 1 + (ROW - 8) / 2
        d = f"M{x + 14:.1f} {y + ROW - 8:.1f}L{x + 14:.1f} {foot:.1f}L{x + INDENT:.1f} {foot:.1f}"
        parts.append(element("path", {"class": "tw", "d": d}))
        deepest = max(deepest, _draw(child, depth + 1, branch.label, parts, rows))
    return deepest
