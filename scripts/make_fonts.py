"""Make the report fonts from a folder of open fonts: run once, when a font changes.

    python scripts/make_fonts.py FOLDER

FOLDER holds Inter and Source Serif 4 as variable woff2 files with their licences (SIL Open Font License 1.1). The
licence of Source Serif reserves the name "Source" for unmodified files, so what is made here carries names of its own.
Needs fonttools and brotli, which Headwater itself does not.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PLACE = Path(__file__).resolve().parents[1] / "src" / "headwater" / "reports" / "assets" / "fonts"
INTER = "inter-latin-wght-normal.woff2"
SERIF = "source-serif-4-latin-opsz-normal.woff2"
ITALIC = "source-serif-4-latin-wght-italic.woff2"

WEB = (
    ("headwater-sans.woff2", INTER, {"wght": (400, 600)}, "Headwater Sans", "Regular", 400),
    ("headwater-serif.woff2", SERIF, {"wght": 400, "opsz": (14, 48)}, "Headwater Serif", "Regular", 400),
    ("headwater-serif-italic.woff2", ITALIC, {"wght": 400}, "Headwater Serif", "Italic", 400),
)
"""file, source, axes kept or pinned, family, style, weight."""

PRINT = (
    ("HeadwaterSans-Regular.ttf", INTER, {"wght": 400}, "Headwater Sans", "Regular", 400),
    ("HeadwaterSans-Medium.ttf", INTER, {"wght": 500}, "Headwater Sans", "Medium", 500),
    ("HeadwaterSans-SemiBold.ttf", INTER, {"wght": 600}, "Headwater Sans", "SemiBold", 600),
    ("HeadwaterSerif-Regular.ttf", SERIF, {"wght": 400, "opsz": 24}, "Headwater Serif", "Regular", 400),
    ("HeadwaterSerif-Italic.ttf", ITALIC, {"wght": 400}, "Headwater Serif", "Italic", 400),
)
"""Typst reads static TrueType files only."""

MEASURED = {
    "sans": "HeadwaterSans-Regular.ttf",
    "sans-bold": "HeadwaterSans-SemiBold.ttf",
    "serif": "HeadwaterSerif-Regular.ttf",
    "serif-italic": "HeadwaterSerif-Italic.ttf",
}


def rename(font: TTFont, family: str, style: str, weight: int) -> None:
    """Give a font its family and style, and drop every other name but copyright and licence."""
    names = font["name"]
    kept = [record for record in names.names if record.nameID in {0, 13, 14}]
    names.names = kept
    full = f"{family} {style}"
    plain = style in {"Regular", "Italic"}
    for number, text in {
        1: family if plain else full,
        2: style if plain else "Regular",
        3: f"{full} for Headwater",
        4: full,
        6: full.replace(" ", "") if plain else f"{family.replace(' ', '')}-{style}",
        **({} if plain else {16: family, 17: style}),
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    italic = style == "Italic"
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | (0x01 if italic else 0x40 if plain else 0)
    font["head"].macStyle = 2 if italic else 0
    if "STAT" in font:
        del font["STAT"]


def make(folder: Path, target: str, source: str, axes: dict[str, object], family: str, style: str, weight: int) -> None:
    """Cut one font out of a variable one and write it."""
    font = TTFont(folder / source, recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, axes, inplace=True)
    rename(font, family, style, weight)
    font.flavor = "woff2" if target.endswith("woff2") else None
    font.save(PLACE / target)


def measure() -> dict[str, dict[str, int]]:
    """Return the advance of every character of the measured faces, in thousandths of the type size."""
    widths = {}
    for face, name in MEASURED.items():
        font = TTFont(PLACE / name)
        scale, advances = 1000 / font["head"].unitsPerEm, font["hmtx"]
        widths[face] = {
            chr(code): round(advances[glyph][0] * scale) for code, glyph in sorted(font.getBestCmap().items())
        }
    return widths


def main() -> None:
    """Write every font, the licences and the table of widths."""
    folder = Path(sys.argv[1])
    PLACE.mkdir(parents=True, exist_ok=True)
    for job in (*WEB, *PRINT):
        make(folder, *job)
    for licence in ("LICENSE-inter.txt", "LICENSE-source-serif-4.txt"):
        shutil.copyfile(folder / licence, PLACE / licence)
    (PLACE / "widths.json").write_text(json.dumps(measure(), ensure_ascii=True, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
