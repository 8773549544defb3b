"""Put a chart on a page: `{% load charts %}{% chart figure %}`."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from headwater.rooms.house.figures import Figure

register = template.Library()


@register.simple_tag
def chart(figure: object) -> SafeString:
    """Write a figure. Raises TypeError for anything that is no Figure: only those have escaped their words."""
    if not isinstance(figure, Figure):
        message = f"{type(figure).__name__} is no Figure"
        raise TypeError(message)
    return mark_safe(figure.markup())  # noqa: S308  # built by `markup.element`, which escapes every word
