"""The style pages: every part of the house with sample data, for those who build pages. Administrators see them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from headwater.rooms.house.languages import choose_language
from headwater.rooms.house.plain_pages import Tongue, plain_page
from headwater.rooms.house.sample_words import WORDS


@require_safe
def desk_parts(request: HttpRequest) -> HttpResponse:
    """Charts and parts of desk pages. `?direction=rtl` shows them mirrored."""
    from headwater.rooms.house.sample_charts import sample_figures  # its charts are built on import

    direction = "rtl" if request.GET.get("direction") == "rtl" else "ltr"
    return render(request, "house/parts/index.html", {"figures": sample_figures(), "direction": direction})


@require_safe
def respond_parts(request: HttpRequest) -> HttpResponse:
    """A respondent's page with every kind of question, a fault, and the thank-you. `?kiosk` shows it on a kiosk."""
    spoken = choose_language(request, offered=tuple(WORDS), asked=request.GET.get("language", ""))
    words = WORDS[spoken.code]
    address = reverse("house_parts_respond")
    tongues = tuple(Tongue(code, f"{address}?language={code}") for code in WORDS)
    return plain_page(
        "house/parts/respond.html",
        {"words": words, "is_kiosk": "kiosk" in request.GET},
        spoken=spoken,
        organisation_name=words.organisation,
        tongues=tongues,
    )
