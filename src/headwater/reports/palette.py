"""The design tokens as data: every colour by the name of its use, and the pairs that must be legible."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

INK, WHITE, SOFT = "#06181C", "#FFFFFF", "#40545B"

_DIVERGING_LIGHT = {
    1: ("#97410F", "#C08E6E", "#DDC7B4"),
    2: ("#CF7C40", "#DEAF89", "#EAD4BF"),
    3: ("#EDC49D", "#EFD6BC", "#F0E4D4"),
    4: ("#F1EDE3", "#F1EDE3", "#F1EDE3"),
    5: ("#AFD6D5", "#CDE0DB", "#E2E8E0"),
    6: ("#55A3AA", "#9BC4C4", "#CFDDD6"),
    7: ("#0F5C68", "#759D9F", "#BFCDC8"),
}
_DIVERGING_DARK = {
    1: ("#F6AE80", "#786656", "#434845"),
    2: ("#C4733C", "#634D3A", "#3A3E39"),
    3: ("#6B432B", "#3D3933", "#2A3536"),
    4: ("#1C3238", "#1C3238", "#1C3238"),
    5: ("#265C66", "#20444B", "#1E3A40"),
    6: ("#429AA3", "#2C5E65", "#23454B"),
    7: ("#9BE0E3", "#517B80", "#335157"),
}
_LIGHT_ON_DARK_CELLS = {"1a", "7a"}
_DARK_ON_LIGHT_CELLS = {"1a", "2a", "6a", "7a"}


def _light() -> dict[str, str]:
    colours = {
        "paper": "#FAF8F3", "surface": "#FFFFFF", "sunken": "#F4EFE4", "line": "#E4DCCB", "rule": "#7C8C92",
        "ink": "#10262C", "ink-2": "#40545B", "ink-3": "#566970",
        "teal": "#0B5F6A", "teal-strong": "#07434C", "teal-soft": "#E2EFEE", "on-teal": "#FFFFFF",
        "deep": "#0B5F6A", "on-deep": "#FFFFFF",
        "need": "#A8420F", "need-solid": "#B94A12", "need-soft": "#FBEADD", "on-need": "#FFFFFF",
        "need-line": "#E9B592", "hold": "#C9BEA9", "hold-bg": "#F4EFE4", "focus": "#10262C", "halo": "#FFD24A",
        "water-1": "#196872", "water-1-ink": WHITE, "water-2": "#71ADB3", "water-2-ink": INK,
        "water-3": "#C0D9D9", "water-3-ink": INK,
        "plain": "#D5E6E2", "bed": "#EADFC9", "bed-line": "#A08C63", "sea": "#CFE3E3", "sea-2": "#BAD7D9",
        "sea-ink": "#07434C", "land": "#F4EFE4", "contour": "#DDD2BC", "name": "#0A4A54",
        "dot": "#0B5F6A", "dot-need": "#A8420F", "interval": "#6FA5AB", "interval-need": "#D9936A",
        "dot-same": "#5B6B73", "interval-same": "#CBBFA6",
        "raw": "#76888E", "parent": "#10262C", "grid": "#E9E2D4", "band": "#DCEBE9",
    }  # fmt: skip
    sequence = ("#F3EEE2", "#D7E5DE", "#ABD2D1", "#76B5BA", "#43929C", "#1C6C79", "#0A4650")
    for step, colour in enumerate(sequence, 1):
        colours[f"seq-{step}"] = colour
        colours[f"seq-{step}-ink"] = INK if step < 6 else WHITE
    for step, three in _DIVERGING_LIGHT.items():
        for doubt, colour in zip("abc", three, strict=True):
            colours[f"div-{step}{doubt}"] = colour
            light = f"{step}{doubt}" in _LIGHT_ON_DARK_CELLS
            colours[f"div-{step}{doubt}-ink"] = WHITE if light else SOFT if doubt == "c" else INK
    return colours


def _dark() -> dict[str, str]:
    colours = {
        "paper": "#0A181C", "surface": "#102328", "sunken": "#0D1D22", "line": "#23404A", "rule": "#6E878E",
        "ink": "#EAF1F0", "ink-2": "#B9C9CB", "ink-3": "#98ACB1",
        "teal": "#7CCDD2", "teal-strong": "#A9E2E4", "teal-soft": "#15383E", "on-teal": "#06262B",
        "deep": "#12454D", "on-deep": "#EAF1F0",
        "need": "#FFA873", "need-solid": "#FFA873", "need-soft": "#33221A", "on-need": "#2A1204",
        "need-line": "#7A4A2E", "hold": "#3D565D", "hold-bg": "#0D1D22", "focus": "#FFD24A", "halo": "#0A181C",
        "water-1": "#73BFC3", "water-1-ink": INK, "water-2": "#357178", "water-2-ink": WHITE,
        "water-3": "#1F4348", "water-3-ink": WHITE,
        "plain": "#15353B", "bed": "#2B2A22", "bed-line": "#A69468", "sea": "#10323A", "sea-2": "#16424B",
        "sea-ink": "#CFEDED", "land": "#0E1F24", "contour": "#1F3840", "name": "#A9E2E4",
        "dot": "#7CCDD2", "dot-need": "#FFA873", "interval": "#3F7B83", "interval-need": "#94603F",
        "dot-same": "#98ACB1", "interval-same": "#4A5B5C",
        "raw": "#8DA1A7", "parent": "#EAF1F0", "grid": "#1C363E", "band": "#143239",
    }  # fmt: skip
    sequence = ("#17303A", "#1D454F", "#245E69", "#317B86", "#4C9BA4", "#7FC0C5", "#BDE6E6")
    for step, colour in enumerate(sequence, 1):
        colours[f"seq-{step}"] = colour
        colours[f"seq-{step}-ink"] = WHITE if step < 5 else INK
    for step, three in _DIVERGING_DARK.items():
        for doubt, colour in zip("abc", three, strict=True):
            colours[f"div-{step}{doubt}"] = colour
            dark = f"{step}{doubt}" in _DARK_ON_LIGHT_CELLS
            colours[f"div-{step}{doubt}-ink"] = INK if dark else "#B9C9CB" if doubt == "c" else WHITE
    return colours


LIGHT: Mapping[str, str] = MappingProxyType(_light())
"""Colour by token, as #RRGGBB. Paper, decks and workbooks are always light."""
DARK: Mapping[str, str] = MappingProxyType(_dark())

PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink-2", "paper"),
    ("ink-2", "sunken"),
    ("ink-2", "hold-bg"),
    ("ink-3", "paper"),
    ("ink-3", "sunken"),
    ("ink-3", "surface"),
    ("teal", "paper"),
    ("teal", "surface"),
    ("teal", "teal-soft"),
    ("on-teal", "teal"),
    ("on-deep", "deep"),
    ("need", "paper"),
    ("need", "surface"),
    ("need", "need-soft"),
    ("on-need", "need-solid"),
    ("sea-ink", "sea"),
    ("name", "land"),
    *((f"water-{step}-ink", f"water-{step}") for step in (1, 2, 3)),
    *((f"seq-{step}-ink", f"seq-{step}") for step in range(1, 8)),
    *((f"div-{step}{doubt}-ink", f"div-{step}{doubt}") for step in range(1, 8) for doubt in "abc"),
)
"""(text, ground) pairs held to a contrast of 4.5:1 (WCAG 2.2, 1.4.3)."""

FLOOR = 4.5


def luminance(colour: str) -> float:
    """Relative luminance of a #RRGGBB colour, 0..1 (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #RRGGBB colours, 1..21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Return a colour `share` of the way from one to the other, in sRGB."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)
