"""Parts of an incident's page."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms, template

register = template.Library()


@register.simple_tag
def excuse_form(given: Mapping[str, forms.Form], key: str) -> forms.Form:
    """Return the form that excuses one duty."""
    return given[f"excuse_{key}"]
