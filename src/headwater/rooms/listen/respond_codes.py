"""One link for everybody and a code for each: the code opens the person's own link.

A code carries 53 bits and cannot be guessed at any rate that this page answers. Limits are there against load. Wrong
codes count against the page they were entered on, then against the address; a right code opens from any address at any
time, so nobody's wrong codes lock out the office.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house.rate_limits import Limit, address_of, take_both
from headwater.rooms.listen.logic.links import ForgedLinkError, slip_of_code, token_of_place
from headwater.rooms.listen.models import AccessCode
from headwater.rooms.listen.respond_pages import render_words
from headwater.rooms.listen.respond_requests import no_such_link, read_form_of, too_many, wished
from headwater.rooms.listen.respond_stamps import make_stamp, read_stamp
from headwater.rooms.listen.respond_views import respondent_view
from headwater.rooms.listen.respond_waves import LiveWave, wave_named

BY_PAGE = Limit(10, timedelta(minutes=5))
BY_ADDRESS = Limit(600, timedelta(minutes=5))
CODE_PAGE = "listen/respond/code.html"


@respondent_view
def enter_code(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for the code, and lead to the person's own page."""
    try:
        live = wave_named(name, clock=time.monotonic())
    except ForgedLinkError:
        return no_such_link(request)
    if live.plan.channel != "code":
        return no_such_link(request)
    if request.method != "POST":
        response = _asking(request, live, "")
        if request.method == "HEAD":
            response.content = b""
        return response
    language = wished(request, live.plan.languages)
    sent = read_form_of(request, live.plan, language)
    stamp = read_stamp(live.secrets, sent.one("_page"), timezone.now().timestamp())
    page = stamp.number.hex() if stamp is not None else ""
    written = sent.one("code")[:100]
    try:
        slip = slip_of_code(live.secrets, written)
    except ForgedLinkError:
        words = _("This is not a whole code: three groups of four, as on your card.")
        return _asking(request, live, words, written, page, status=422)
    place = AccessCode.objects.filter(wave_id=live.id, slip=slip).values_list("place", flat=True).first()
    if place is None:
        return _refused(request, live, written, page, language)
    token = token_of_place(live.secrets, bytes(place))
    response = HttpResponseRedirect(f"{reverse('respond:page', args=[token])}?lang={language}")
    response.status_code = 303
    return response


def _refused(request: HttpRequest, live: LiveWave, written: str, page: str, language: str) -> HttpResponse:
    """Count a wrong code, and say so."""
    within = take_both(
        scope=f"code {live.id}",
        account=page,
        address=address_of(request),
        by_account=BY_PAGE,
        by_address=BY_ADDRESS,
        now=timezone.now(),
    )
    if not within:
        return too_many(live.plan, language)
    words = _("This code opens nothing here. Please compare it with your card.")
    return _asking(request, live, words, written, page, status=422)


def _asking(
    request: HttpRequest, live: LiveWave, wrong: Any, written: str = "", page: str = "", *, status: int = 200
) -> HttpResponse:
    number = bytes.fromhex(page)
    context = {
        "title": live.plan.study_title,
        "wrong": wrong,
        "written": written,
        "stamp": make_stamp(live.secrets, timezone.now().timestamp(), number),
    }
    language = wished(request, live.plan.languages)
    response: HttpResponse = render_words(live.plan, language, template=CODE_PAGE, context=context, status=status)
    return response
