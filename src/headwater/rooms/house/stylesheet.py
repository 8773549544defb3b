"""The stylesheets of the web application: tokens and colours of the reports, then the parts of pages.

`headwater.css` serves the desk. `plain.css` serves respondents: the same colours, no fonts, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from headwater.reports.charts.themes import colour_rules, stylesheet
from headwater.reports.palette import DARK, LIGHT

HERE = Path(__file__).parent
PARTS = HERE / "house.css"
PLAIN_PARTS = HERE / "plain.css"
STYLESHEET = HERE / "static" / "house" / "headwater.css"
PLAIN_STYLESHEET = HERE / "static" / "house" / "plain.css"

FONTS = (
    ("Headwater Sans", "headwater-sans.woff2", "400 700", "normal"),
    ("Headwater Serif", "headwater-serif.woff2", "400 600", "normal"),
    ("Headwater Serif", "headwater-serif-italic.woff2", "400 600", "italic"),
)
MADE = "/* Made by `manage.py build_stylesheet`. Change {source}, the tokens or the palette instead. */"
_USE = re.compile(r"var\(--([\w-]+)\)")
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")


def build_stylesheet() -> str:
    """Return the stylesheet of the desk: fonts, sizes, colours in light, dark and print, charts, parts."""
    faces = "\n".join(
        f'@font-face{{font-family:"{family}";src:url("../fonts/{file}") format("woff2");'
        f"font-weight:{weight};font-style:{style};font-display:swap}}"
        for family, file, weight, style in FONTS
    )
    parts = (MADE.format(source="house.css"), faces, stylesheet("tokens"), colour_rules(LIGHT, DARK))
    return "\n".join((*parts, stylesheet("charts"), PARTS.read_text(encoding="utf-8")))


def build_plain_stylesheet() -> str:
    """Return the stylesheet of respondents' pages: the colours they use, then the parts, sizes written out.

    Raises KeyError for a name that neither the palette nor the tokens have.
    """
    sizes = {name: value.strip() for name, value in _TOKEN.findall(_screen_tokens())}
    parts = squeezed(PLAIN_PARTS.read_text(encoding="utf-8"))
    used = sorted(name for name in set(_USE.findall(parts)) if name in LIGHT)

    def value_of(use: re.Match[str]) -> str:
        return use.group(0) if use.group(1) in LIGHT else sizes[use.group(1)]

    colours = squeezed(colour_rules(_only(LIGHT, used), _only(DARK, used)))
    return "\n".join((MADE.format(source="plain.css"), colours, _USE.sub(value_of, parts), ""))


def squeezed(source: str) -> str:
    """Return a stylesheet without comments and without space that means nothing."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    source = re.sub(r"\s+", " ", source)
    source = re.sub(r" ?([{};,>]) ?", r"\1", source)
    source = re.sub(r"(?<=[\w)\]]): (?=[^{}]*[;}])", ":", source)
    return source.replace(";}", "}").replace("}", "}\n").strip()


def _screen_tokens() -> str:
    """The tokens as a screen has them: those of paper stand behind `@media print`."""
    return stylesheet("tokens").partition("@media print")[0]


def _only(colours: Mapping[str, str], names: list[str]) -> dict[str, str]:
    # colour_rules sets paper and sunken to white on paper, so both are always among the names.
    return {name: colours[name] for name in sorted({*names, "paper", "sunken"})}
