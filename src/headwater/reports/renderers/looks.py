"""What several forms share: the looks of flags, the colours of answers, values of data tables in words."""

from __future__ import annotations

from headwater.reports import wording
from headwater.reports.document import WITHHELD, CellValue, DataColumn, Flag
from headwater.vocab import said

_FLAG_LOOKS = {
    "strong": ("Clearly better", "dot", "interval"),
    "needs": ("Needs you", "dot-need", "interval-need"),
    "same": ("Not clearly apart", "dot-same", "interval-same"),
    "unsure": ("Not clearly apart", "dot-same", "interval-same"),
}
"""Series name, token of the dot, token of the bar by flag."""


def flag_look(flag: Flag) -> tuple[str, str, str]:
    """Series name in the language in force, token of the dot, token of the bar."""
    name, dot, interval = _FLAG_LOOKS[flag]
    return said(name), dot, interval


def answer_tokens(count: int) -> tuple[str, ...]:
    """Colour tokens of `count` answers, low to high: sand in the middle where there is a middle."""
    low, high = ("div-1a", "div-2a", "div-3a"), ("div-7a", "div-6a", "div-5a")
    half = count // 2
    left = [low[min(2, at * 3 // max(half, 1)) if half > 3 else at] for at in range(half)]
    right = [high[min(2, at * 3 // max(half, 1)) if half > 3 else at] for at in range(half)]
    return (*left, *(["div-4a"] if count % 2 else []), *reversed(right))


def cell_text(value: CellValue, column: DataColumn) -> str:
    """One value of a data table in words."""
    if value is WITHHELD:
        return said("not shown")
    if value is None or isinstance(value, str):
        return value or ""
    assert isinstance(value, (int, float))
    if column.kind == "integer":
        return wording.count(int(value))
    if column.kind == "difference":
        return wording.signed(value, column.decimals)
    return wording.figure(value, column.decimals)
