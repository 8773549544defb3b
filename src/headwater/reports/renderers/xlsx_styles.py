"""Cell styles of a workbook: one place for fonts, fills and number formats, each made once."""

from __future__ import annotations

from typing import Any

from headwater.reports.brand import Brand
from headwater.reports.document import DataColumn

LIGHT_UP = 14
"""Number of the hatch pattern in SpreadsheetML's order."""
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""First characters that a spreadsheet could take for a formula."""


class Styles:
    """Formats of one workbook, kept by their properties."""

    def __init__(self, book: Any, brand: Brand) -> None:
        self._book, self.brand = book, brand
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._properties: dict[int, dict[str, Any]] = {}

    def make(self, **properties: Any) -> Any:
        """Return a format with these properties over the brand's plain one."""
        plain = {
            "font_name": self.brand.sans_fallback,
            "font_size": 11,
            "font_color": self.brand.colour("ink"),
            "valign": "vcenter",
        }
        merged = {**plain, **properties}
        key = tuple(sorted(merged.items()))
        if key not in self._made:
            made = self._book.add_format(merged)
            self._made[key], self._properties[id(made)] = made, merged
        return self._made[key]

    def colour(self, token: str) -> str:
        """Return a colour of the brand."""
        return self.brand.colour(token)

    def title(self) -> Any:
        """Sentence at the head of a sheet."""
        return self.make(font_name=self.brand.serif_fallback, font_size=18, valign="top")

    def quiet(self, *, wrap: bool = False) -> Any:
        """Remarks and legends."""
        return self.make(font_color=self.colour("ink-2"), text_wrap=wrap, valign="top")

    def words(self, *, bold: bool = False, wrap: bool = True, right: bool = False) -> Any:
        """Ordinary words. right: numbers that are written as words."""
        place = {"align": "right"} if right else {}
        return self.make(bold=bold, text_wrap=wrap, valign="top", **place)

    def head(self, *, right: bool = False) -> Any:
        """Header of a table."""
        return self.make(
            bold=True,
            bottom=1,
            bottom_color=self.colour("rule"),
            bg_color=self.colour("sunken"),
            text_wrap=True,
            align="right" if right else "left",
            valign="bottom",
        )

    def withheld(self) -> Any:
        """The one hatch of everything that is not shown."""
        return self.make(
            pattern=LIGHT_UP,
            fg_color=self.colour("hold"),
            bg_color=self.colour("hold-bg"),
            font_color=self.colour("ink-2"),
            italic=True,
        )

    def cell(self, column: DataColumn) -> Any:
        """Format of a data column."""
        return self.make(num_format=number_format(column)) if column.kind != "text" else self.make()

    def text(self, value: str, style: Any = None) -> Any:
        """Format of a text: one that could be taken for a formula carries the mark that it is text."""
        style = style if style is not None else self.make()
        return self.make(**self._properties.get(id(style), {}), quote_prefix=True) if value.startswith(RISKY) else style

    def heat(self, token: str) -> Any:
        """Cell of a heat map."""
        return self.make(
            bg_color=self.colour(token),
            font_color=self.colour(f"{token}-ink"),
            align="center",
            border=1,
            border_color=self.colour("paper"),
            num_format="0.0",
            bold=not token.endswith("c"),
        )


def number_format(column: DataColumn) -> str:
    """Number format of a data column, with real minus signs where a sign is meant."""
    digits = f"0.{'0' * column.decimals}" if column.decimals else "0"
    if column.kind == "integer":
        return "#,##0"
    if column.kind == "difference":
        return f"+{digits};\u2212{digits};{digits}"
    return f'{digits}"%"' if column.kind == "percent" else digits
