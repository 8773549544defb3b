"""The groups inside a unit as a heat map: what a leader of leaders looks at."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.reports import wording
from headwater.reports.builders import pages
from headwater.reports.builders.findings import Finding, findings_of, score_columns
from headwater.reports.document import HeatCell, HeatMap, HeatRow, Section
from headwater.vocab import ScoreBook, Sureness, said, say

HEAT_ROWS = 12
HEAT_COLUMNS = 10


def below_pages(book: ScoreBook, row: int) -> list[Section]:
    """The units directly below as a heat map, twelve rows and ten scales a page."""
    children = book.tree.children(row)
    columns = score_columns(book)
    columns = [number for number in columns if _axis(book, number) == _axis(book, columns[0])]
    sections = []
    for across in range(0, len(columns), HEAT_COLUMNS):
        wide = columns[across : across + HEAT_COLUMNS]
        for start in range(0, len(children), HEAT_ROWS):
            sections.append(_heat_page(book, row, children[start : start + HEAT_ROWS], wide))
    return sections


def _axis(book: ScoreBook, number: int) -> tuple[float, float, str]:
    column = book.columns[number]
    return column.low, column.high, column.unit


def _heat_page(book: ScoreBook, row: int, children: Sequence[int], numbers: Sequence[int]) -> Section:
    step = max(book.columns[number].minimum_effect for number in numbers) or 0.2
    rows: list[HeatRow] = []
    worst: tuple[int, Finding] | None = None
    hidden = 0
    for unit in (row, *children):
        cells = []
        for finding in findings_of(book, unit, numbers):
            cells.append(_heat_cell(finding, step, compared=unit != row))
            if unit != row and finding.flag == "needs" and (worst is None or finding.clearness > worst[1].clearness):
                worst = (unit, finding)
        place = book.everybody.position(unit)
        respondents = int(book.everybody.n[place]) if place >= 0 else 0
        if all(cell.withheld for cell in cells):
            hidden += 1
        rows.append(
            HeatRow(
                book.tree.names[unit],
                tuple(cells),
                respondents or None,
                0 if unit == row else 1,
                strong=unit == row,
            )
        )
    name = book.tree.names[row]
    heading = (
        said("%(name)s stands apart most, in “%(label)s”", name=book.tree.names[worst[0]], label=worst[1].label)
        if worst
        else said("No group of %(name)s falls clearly below its neighbours", name=name)
    )
    note = pages.unit_note(book, row, row) if hidden else None
    if note is not None:
        subject = said("One row is hatched") if hidden == 1 else said("%(hidden)s rows are hatched", hidden=hidden)
        note = type(note)(subject, name, note.nearest_text)
    told = "; ".join(f"{one.label}: " + ", ".join(cell.text or said("not shown") for cell in one.cells) for one in rows)
    return Section(
        heading,
        (
            HeatMap(
                said("Groups of %(name)s by score", name=name),
                told,
                tuple(say(book.columns[number].label) for number in numbers),
                tuple(rows),
                said("the rest of %(name)s", name=name),
                step,
                note,
            ),
        ),
        said("Inside %(name)s", name=name),
        "wide",
        ("Pale is not good or bad; it is that we cannot say.", pages.source_line(book)),
        pages.footer(book, row),
    )


def _heat_cell(finding: Finding, step: float, *, compared: bool) -> HeatCell:
    estimate = finding.estimate
    if estimate is None:
        return HeatCell(None, withheld=True)
    text = wording.value_text(estimate, finding.decimals)
    if not compared or estimate.versus_rest is None:
        return HeatCell(estimate.shrunken, text, None, 4, "b")
    found = estimate.versus_rest
    size = found.value if finding.column.higher_is_better else -found.value
    level = 4 + max(-3, min(3, round(size / step)))
    doubt = {Sureness.SURE: "a", Sureness.FAIRLY_SURE: "b"}.get(found.sureness, "c")
    return HeatCell(estimate.shrunken, text, found.value, level, "a" if doubt == "a" else "b" if doubt == "b" else "c")
