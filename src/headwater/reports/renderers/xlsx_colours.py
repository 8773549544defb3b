"""Colours of differences in a sheet, live with the cells: one rule for each step and each doubt."""

from __future__ import annotations

from typing import Any

from headwater.reports.document import DataTable
from headwater.reports.renderers.xlsx_styles import Styles
from headwater.vocab import said

STEPS = {"difference": 0.2, "percent": 5.0}
"""The difference that is one step of colour, by kind of column."""


def colour_differences(sheet: Any, styles: Styles, table: DataTable, at: int, rows: tuple[int, int]) -> None:
    """Colour differences by size and doubt, as the heat map does: one rule for each step and each doubt."""
    from xlsxwriter.utility import xl_col_to_name

    column = table.columns[at]
    sure = next(
        (place for place, other in enumerate(table.columns) if other.key == f"{column.key}_sure"),
        next((place for place, other in enumerate(table.columns) if other.key == "sure"), None),
    )
    step = STEPS.get(column.kind, 0.2)
    first = rows[0] + 1
    cell = f"${xl_col_to_name(at)}{first}"
    for doubt, word in (("a", said("sure")), ("b", said("fairly sure")), ("c", said("too close to call"))):
        if sure is None and doubt != "a":
            continue
        held = f'${xl_col_to_name(sure)}{first}="{word}"' if sure is not None else "TRUE"
        for level, side in (
            (1, f"{cell}<={-2.5 * step:g}"),
            (2, f"{cell}<={-1.5 * step:g}"),
            (3, f"{cell}<={-0.5 * step:g}"),
            (7, f"{cell}>={2.5 * step:g}"),
            (6, f"{cell}>={1.5 * step:g}"),
            (5, f"{cell}>={0.5 * step:g}"),
        ):
            token = f"div-{level}{doubt}"
            look = styles.make(bg_color=styles.colour(token), font_color=styles.colour(f"{token}-ink"))
            sheet.conditional_format(
                rows[0],
                at,
                rows[1],
                at,
                {
                    "type": "formula",
                    "criteria": f"=AND(ISNUMBER({cell}),{held},{side})",
                    "format": look,
                    "stop_if_true": True,
                },
            )
