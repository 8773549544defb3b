"""The short way in for what needs no account: telling an obstacle, following it, reading what a visit led to.

No session, no account, no cookie, and no log that names an address. It stands before all of that, also for somebody who
is signed in with the same browser.
"""

from __future__ import annotations

import logging

from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver
from django.utils.translation import gettext_lazy as _

from headwater.rooms.act import front_urls
from headwater.rooms.act.incidents.respond_pages import plain_words
from headwater.rooms.listen.respond_door import RETRY_SECONDS, RespondentsDoor

LOG = logging.getLogger(__name__)
PREFIXES = ("/o/", "/v/")


class FrontDoor(RespondentsDoor):
    """Answers the addresses that begin so, with the views of `addresses`; passes everything else on. lost: what to say
    where something that was sent could not be kept.
    """

    prefixes: tuple[str, ...] = PREFIXES
    addresses = front_urls.__name__
    lost = (_("Something failed on our side"), _("What you just sent is NOT stored. Send it again."))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers that respondents' pages carry, or pass on."""
        if not request.path_info.startswith(self.prefixes):
            return self.get_response(request)
        response = self._answer(request)
        # Django logs the address of every answer from 400 on, unless it was logged already
        response._has_been_logged = True  # type: ignore[attr-defined]
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
            match = get_resolver(self.addresses).resolve(request.path_info)
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except (Resolver404, DisallowedHost):
            title, words = _("There is no page here"), _("Please check the address.")
            return plain_words(request, title=title, words=words, status=404)
        except SuspiciousOperation:
            title, words = _("This could not be read"), _("Go back and write less.")
            return plain_words(request, title=title, words=words, status=400, needs=True)
        except Exception as error:
            LOG.error("a page without an account failed: %s", type(error).__name__)
            title, words = self.lost
            status = 503 if isinstance(error, OperationalError | InterfaceError) else 500
            response = plain_words(request, title=title, words=words, status=status, needs=True)
            response.headers["Retry-After"] = str(RETRY_SECONDS)
            return response
        return answer
