"""The short way in for respondents: no session, no account, no language of the desk, no cookie.

It stands before all of that. Whatever answers here carries the headers that the rest of the chain would add. No log
names an address that came in here: a link beside a time would say who answered when.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen import respond_urls
from headwater.rooms.listen.respond_requests import wished, words_page
from headwater.rooms.listen.respond_waves import drop_destroyed

LOG = logging.getLogger(__name__)
RETRY_SECONDS = 30
PREFIXES = ("/r/", "/w/", "/q/", "/c/")


class RespondentsDoor:
    """Answers respondents' addresses; passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take what answers the rest."""
        self.get_response = get_response
        self.headers = {
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if settings.SECURE_HSTS_SECONDS:
            self.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a respondent, or pass on."""
        drop_destroyed(clock=time.monotonic())
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        response = self._answer(request)
        # Django logs the address of every answer from 400 on, unless it was logged already
        response._has_been_logged = True  # type: ignore[attr-defined]
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if "Content-Length" not in response.headers and not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
            match = get_resolver(respond_urls.__name__).resolve(request.path_info)
        except (Resolver404, DisallowedHost):
            return _nothing_here()
        try:
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except Exception as error:
            LOG.exception("a respondent's page failed: %s", type(error).__name__)
            return _away(request) if isinstance(error, (OperationalError, InterfaceError)) else _failed()
        return answer


def _nothing_here() -> HttpResponse:
    return words_page(None, "en", title=_("This link cannot be opened"), words=_CHECK, status=404)


def _away(request: HttpRequest) -> HttpResponse:
    """The records cannot be reached: it passes, and the page says what is safe meanwhile."""
    sent = request.method == "POST"
    response = words_page(
        None,
        wished(request, ("en", "es", "ar")),
        title=_("We cannot reach the answers right now"),
        words=_NOT_STORED if sent else _COME_BACK,
        status=503,
        needs=sent,
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _failed() -> HttpResponse:
    return words_page(
        None,
        "en",
        title=_("Something failed on our side"),
        words=_("What you just sent is NOT stored. Go back and send it again."),
        status=500,
        needs=True,
    )


_NOT_STORED = _(
    "What you just sent is NOT stored. What was saved before is safe. Go back, wait a minute and send it again."
)
_COME_BACK = _("Whatever you sent and were thanked for is safe. Wait a minute, then open the link again.")
_CHECK = _("Please check that it is whole. If the survey is over, its links no longer work.")
