"""The page for everybody who was asked: no account, no session, no script, in their language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from headwater.rooms.act.commitments.told_queries import heard_page, languages_of, published
from headwater.rooms.house.languages import choose_language
from headwater.rooms.house.plain_pages import Tongue, plain_page
from headwater.rooms.people.queries import organisation_name
from headwater.vocab import speaking


@require_safe
def heard(request: HttpRequest, link: str) -> HttpResponse:
    """What was heard, what is done, and what will not be done and why."""
    told = published(link)
    offered = ("en", "es", "ar") if told is None else languages_of(told)
    spoken = choose_language(request, offered=offered, asked=request.GET.get("lang", ""))
    if told is None:
        return plain_page("act/commitments_link_gone.html", {}, spoken=spoken, organisation_name="", status=404)
    with speaking(spoken.words):
        page = heard_page(told=told, language=spoken.code)
        tongues = tuple(Tongue(code, f"?lang={code}") for code in page.languages) if len(page.languages) > 1 else ()
        return plain_page(
            "act/commitments_heard.html",
            {"page": page},
            spoken=spoken,
            organisation_name=organisation_name(),
            tongues=tongues,
        )
