"""Numbers for drawings: places on a line, as SVG writes them whatever the language of the page."""

from __future__ import annotations

from django import template

from headwater.vocab import Texts, say

register = template.Library()


@register.filter
def unlocal(value: float) -> str:
    """Write a number with a point: 12.5."""
    return f"{value:.1f}"


@register.filter
def said(texts: Texts) -> str:
    """Say words in the language of the page."""
    return say(texts)
