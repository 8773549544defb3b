"""Markup built from parts, so that nothing written by people can become a tag, an attribute or a style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


class Markup(str):
    """Text that is already markup. Only `element`, `text` and `join` make it."""

    __slots__ = ()


Child = Markup | str | int | None


def without_controls(words: str) -> str:
    """Return words without the characters that no XML file may hold."""
    return _CONTROL.sub("", words)


def text(words: object) -> Markup:
    """Escape words for use between tags. Characters that no XML file may hold are dropped."""
    return Markup(escape(without_controls(str(words)), quote=True))


def number(value: float, decimals: int = 1) -> str:
    """Write a coordinate: at most `decimals` decimals, no trailing zeros, no minus zero."""
    written = f"{value:.{decimals}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in {"-0", ""} else written


def join(parts: Iterable[Child], between: str = "") -> Markup:
    """Put parts one after another, escaping those that are plain words."""
    return Markup(between.join(part if isinstance(part, Markup) else text(part) for part in parts if part is not None))


_VOID = frozenset({"meta", "link", "br", "img", "col", "hr", "input"})


def element(name: str, attributes: Mapping[str, object] | None = None, *children: Child) -> Markup:
    """Build one element.

    Attribute values that are None or False are left out, True writes the bare name, floats are rounded to a tenth.
    Raises ValueError for a `style` attribute or an `on...` handler: neither is ever written.
    """
    written = [name]
    for key, value in (attributes or {}).items():
        if key == "style" or key.startswith("on"):
            raise ValueError(f"the attribute {key!r} is never written")
        if value is None or value is False:
            continue
        if value is True:
            written.append(key)
        else:
            shown = number(value) if isinstance(value, float) else str(value)
            written.append(f'{key}="{text(shown)}"')
    head = " ".join(written)
    if name in _VOID:
        return Markup(f"<{head}>")
    inside = join(children)
    if not inside and name in _DRAWN:
        return Markup(f"<{head}/>")
    return Markup(f"<{head}>{inside}</{name}>")


_DRAWN = frozenset({"path", "line", "circle", "rect", "ellipse", "use", "polygon", "polyline", "stop"})
