"""How wide words are, so that a picture drawn on the server knows what fits."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal

Face = Literal["sans", "sans-bold", "serif", "serif-italic"]

FONTS = Path(__file__).resolve().parents[1] / "assets" / "fonts"
UNKNOWN_WIDTH = 640
"""Advance taken for a character outside the measured fonts, in thousandths of the type size."""


@cache
def widths(face: Face) -> dict[str, int]:
    """Return the advance of every character of a face, in thousandths of the type size."""
    table: dict[str, dict[str, int]] = json.loads((FONTS / "widths.json").read_text("utf-8"))
    return table[face]


def width_of(words: str, size: float, face: Face = "sans") -> float:
    """Return how wide words are when set at a size, in px. Kerning is left out: the error is under 2%."""
    advances = widths(face)
    return sum(advances.get(character, UNKNOWN_WIDTH) for character in words) * size / 1000


def covered(words: str) -> bool:
    """Return whether the shipped fonts have every character of the words."""
    known = widths("sans").keys() & widths("serif").keys()
    return all(character in known or character in "\n\t" for character in words)


def shorten(words: str, room: float, size: float, face: Face = "sans") -> str:
    """Return the words, cut with an ellipsis where they are wider than `room` px."""
    if width_of(words, size, face) <= room:
        return words
    kept = words
    while kept and width_of(kept + "…", size, face) > room:
        kept = kept[:-1]
    return kept.rstrip(" ,;:") + "…"


def wrap(words: str, room: float, size: float, face: Face = "sans", most: int = 4) -> tuple[str, ...]:
    """Break words into at most `most` lines of `room` px, as even as they get; the last line is cut where needed."""
    parts = words.split()
    if not parts:
        return ()
    lines = _fill(parts, room, size, face)
    if len(lines) > 1:
        narrow, wide = max(width_of(part, size, face) for part in parts), room
        while wide - narrow > 2:
            middle = (narrow + wide) / 2
            if len(_fill(parts, middle, size, face)) > len(lines):
                narrow = middle
            else:
                wide = middle
        lines = _fill(parts, wide, size, face)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return tuple(shorten(line, room, size, face) for line in lines)


def _fill(parts: list[str], room: float, size: float, face: Face) -> list[str]:
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]} {part}"
        if width_of(longer, size, face) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines
