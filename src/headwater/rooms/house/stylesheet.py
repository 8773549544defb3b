"""The one stylesheet of the web application: tokens and colours of the reports, then the parts of pages."""

from __future__ import annotations

from pathlib import Path

from headwater.reports.charts.themes import colour_rules, stylesheet
from headwater.reports.palette import DARK, LIGHT

HERE = Path(__file__).parent
PARTS = HERE / "house.css"
STYLESHEET = HERE / "static" / "house" / "headwater.css"

FONTS = (
    ("Headwater Sans", "headwater-sans.woff2", "400 700", "normal"),
    ("Headwater Serif", "headwater-serif.woff2", "400 600", "normal"),
    ("Headwater Serif", "headwater-serif-italic.woff2", "400 600", "italic"),
)


def build_stylesheet() -> str:
    """Return the stylesheet: fonts, sizes, colours in light, dark and print, charts, parts."""
    faces = "\n".join(
        f'@font-face{{font-family:"{family}";src:url("../fonts/{file}") format("woff2");'
        f"font-weight:{weight};font-style:{style};font-display:swap}}"
        for family, file, weight, style in FONTS
    )
    head = "/* Made by `manage.py build_stylesheet`. Change house.css, the tokens or the palette instead. */"
    parts = (head, faces, stylesheet("tokens"), colour_rules(LIGHT, DARK), stylesheet("charts"))
    return "\n".join((*parts, PARTS.read_text(encoding="utf-8")))
