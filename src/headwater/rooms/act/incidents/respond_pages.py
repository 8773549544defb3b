"""Pages of who reports, in their language, without session or account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house.languages import choose_language
from headwater.rooms.house.plain_pages import Tongue, plain_page
from headwater.rooms.people.queries import organisation_name

LANGUAGES = ("en", "es", "ar")
"""Whose catalogues hold these pages, read in Spanish and Arabic too."""


def own_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200, tongues: bool = True
) -> HttpResponse:
    """Render a page in the language that the address or the browser names. Lazy words are said in it."""
    with translation.override(None):
        spoken = choose_language(request, offered=LANGUAGES, asked=request.GET.get("lang", ""))
        response = plain_page(
            template,
            context,
            spoken=spoken,
            organisation_name=organisation_name(),
            tongues=tuple(Tongue(code, f"?lang={code}") for code in LANGUAGES) if tongues else (),
            status=status,
        )
    if request.method == "HEAD":
        response.content = b""
    return response


def plain_words(
    request: HttpRequest, *, title: Any, words: Any, status: int = 200, needs: bool = False
) -> HttpResponse:
    """Return a page with a title and a sentence. title, words: lazy."""
    context = {"title": title, "words": words, "needs": needs}
    return own_page(request, "act/respond/incident_words.html", context, status=status, tongues=False)


def too_many(request: HttpRequest) -> HttpResponse:
    """Return the page for haste."""
    title, words = _("Too much at once"), _("Nothing of this was stored. Go back, wait a minute and send it again.")
    response = plain_words(request, title=title, words=words, status=429, needs=True)
    response.headers["Retry-After"] = "60"
    return response
