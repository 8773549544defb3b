"""Writes what was found into the page: a picture and a table in place of those of the last run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.shown_right.claims import Part
from benchmarks.shown_right.drawing import claimed, number, picture
from headwater import __version__

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "shown-to-be-right.md"
PAGES = {"effects": PAGE.with_name("effects.md")}
"""Parts that have a page of their own."""
PICTURES = ROOT / "docs" / "assets" / "shown-right"


def write_page(parts: Sequence[Part], page: Path = PAGE, pictures: Path = PICTURES) -> None:
    """Replace the figures of every part between its marks. Raises ValueError for a part its page has no marks for."""
    for place in dict.fromkeys(PAGES.get(part.key, page) for part in parts):
        _write([part for part in parts if PAGES.get(part.key, page) == place], place, pictures)


def _write(parts: Sequence[Part], page: Path, pictures: Path) -> None:
    text = page.read_text(encoding="utf-8")
    pictures.mkdir(parents=True, exist_ok=True)
    for part in parts:
        start, end = f"<!-- figures: {part.key} -->", f"<!-- end: {part.key} -->"
        if start not in text or end not in text:
            raise ValueError(f"{page.name} has no place for the figures of {part.key}")
        (pictures / f"{part.key}.svg").write_text(picture(part), encoding="utf-8")
        block = f"{start}\n{figures(part)}\n{end}"
        before, rest = text.split(start, 1)
        text = before + block + rest.split(end, 1)[1]
    page.write_text(text, encoding="utf-8")


def figures(part: Part) -> str:
    """Return a part's picture and table as Markdown, with what made them."""
    words = f"{part.title}: what was claimed and what was found; the table below says the same."
    lines = [
        f"![{words}](../assets/shown-right/{part.key}.svg)",
        "",
        "| Quantity | Claimed | Found (95% of the simulation) | Worlds | Verdict |",
        "|---|---|---|---|---|",
    ]
    for claim in part.claims:
        low, high = number(claim, claim.found.low), number(claim, claim.found.high)
        found = f"{number(claim, claim.found.value)} ({low} to {high})"
        lines.append(f"| {claim.quantity} | {claimed(claim)} | {found} | {claim.worlds} | {claim.verdict} |")
    lines += ["", f"Seed {part.seed}, Headwater {__version__}."]
    return "\n".join(lines)
