"""The stylesheets of the assets, and the colours of a theme as rules or as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Sheet = Literal["tokens", "charts", "report"]

ASSETS = Path(__file__).resolve().parents[1] / "assets"
_USE = re.compile(r"var\(--([\w-]+)\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FAMILIES = {
    "sans": '"Headwater Sans", "Inter", sans-serif',
    "serif": '"Headwater Serif", "Source Serif 4", serif',
}


@cache
def stylesheet(name: Sheet) -> str:
    """Return one stylesheet of the assets, without its comments."""
    source = _COMMENT.sub("", (ASSETS / f"{name}.css").read_text("utf-8"))
    return "\n".join(line.strip() for line in source.splitlines() if line.strip())


def colour_rules(light: Mapping[str, str], dark: Mapping[str, str]) -> str:
    """Return the rules that give a page its colours: light, dark where the reader prefers it, light on paper."""

    def block(colours: Mapping[str, str], selector: str = ":root") -> str:
        return selector + "{" + ";".join(f"--{name}:{value}" for name, value in sorted(colours.items())) + "}"

    paper = {**light, "paper": "#FFFFFF", "sunken": "#FFFFFF"}
    return (
        f"{block(light)}\n@media screen and (prefers-color-scheme:dark){{{block(dark)}}}\n"
        f"@media print{{{block(paper, ':root:root')}}}"
    )


def resolved_chart_rules(colours: Mapping[str, str]) -> str:
    """Return the chart stylesheet with every token replaced by its value. Raises KeyError for an unknown token."""
    values = {**colours, **_FAMILIES}
    return _USE.sub(lambda use: values[use.group(1)], stylesheet("charts"))
