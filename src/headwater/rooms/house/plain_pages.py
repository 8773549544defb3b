"""Respondents' pages: one slim layout, no session, no account, no navigation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from headwater.rooms.house.catalogues import own_name
from headwater.rooms.house.languages import Spoken, direction_of


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language the page can be read in, and where."""

    code: str
    href: str

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return own_name(self.code)

    @property
    def direction(self) -> str:
        """Its direction: rtl or ltr."""
        return direction_of(self.code)


def plain_page(
    template: str,
    context: Mapping[str, Any],
    *,
    spoken: Spoken,
    organisation_name: str,
    tongues: tuple[Tongue, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """Render a template that extends `house/plain.html`.

    No context processor runs, so neither the session nor the account is read, and no cookie is set. The address,
    which may hold a one-use link, is told to nobody (`Referrer-Policy`), and search engines are turned away.
    """
    values = {
        **context,
        "spoken": spoken,
        "words_direction": direction_of(spoken.words),
        "organisation_name": organisation_name,
        "tongues": tongues,
    }
    response = HttpResponse(render_to_string(template, values), status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = spoken.code
    return response
