"""Reads the labelled comments of benchmarks/data/comments: see the README there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from headwater.vocab import Tone

DATA = Path(__file__).parent / "data" / "comments"
TONE_OF: dict[str, Tone] = {"n": "negative", "m": "mixed", "u": "neutral", "p": "positive"}
_MARK = re.compile(r"\{([PLI]):([^}]*)\}")


@dataclass(frozen=True)
class Labelled:
    """A comment with its labels. hidden: (start, end) of what names a person, a place, or holds a number or address."""

    text: str
    language: str
    tone: Tone
    themes: frozenset[str]
    hidden: tuple[tuple[int, int], ...]


def read_comments(part: str) -> list[Labelled]:
    """Return the labelled comments of a part: "written" (used to fit) or "held" (never used but to measure)."""
    found = []
    for path in sorted((DATA / part).glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            tone, themes, marked = line.split("|", 2)
            text, hidden, last = "", [], 0
            for match in _MARK.finditer(marked):
                text += marked[last : match.start()]
                hidden.append((len(text), len(text) + len(match.group(2))))
                text += match.group(2)
                last = match.end()
            text += marked[last:]
            keys = frozenset(key for key in themes.split(",") if key)
            found.append(Labelled(text, path.stem, TONE_OF[tone], keys, tuple(hidden)))
    return found
