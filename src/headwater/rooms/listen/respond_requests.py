"""What a respondent's request says: its link, its body within bounds, its language. And pages that ask nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from headwater.rooms.house.rate_limits import address_of
from headwater.rooms.listen.logic.links import ForgedLinkError, OpenLink, read_token
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.validation import read_body
from headwater.rooms.listen.respond_limits import FORGED
from headwater.rooms.listen.respond_pages import render_words
from headwater.rooms.listen.respond_waves import LiveWave, waves_of_token

MAX_BODY = 16 << 20
"""Bytes of a form that are read at all. Texts in it are measured one by one."""
FORM_TYPE = "application/x-www-form-urlencoded"
SIMPLE = "listen/respond/words.html"


class NoAnswerError(Exception):
    """A request ends here, with a page that says why. response: that page."""

    def __init__(self, response: HttpResponse) -> None:
        """Take the page."""
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class Sent:
    """A form that was sent. wrong: names of fields whose bytes were no UTF-8."""

    fields: Mapping[str, list[str]]
    wrong: frozenset[str]

    def one(self, name: str) -> str:
        """The value of a field of the page itself; empty when it is absent."""
        return self.fields.get(name, [""])[0]


def read_link(request: HttpRequest, token: str) -> tuple[LiveWave, OpenLink]:
    """Read a link. Raises NoAnswerError with one and the same page for every link that cannot be read."""
    try:
        for live in waves_of_token(token, clock=time.monotonic()):
            try:
                return live, read_token(live.secrets, live.frozen, token)
            except ForgedLinkError:
                continue
    except ForgedLinkError:
        pass
    raise NoAnswerError(no_such_link(request))


def no_such_link(request: HttpRequest) -> HttpResponse:
    """The one page for links that cannot be read: mistyped, forged, of a survey that is over. It tells none apart."""
    if not FORGED.take(address_of(request), time.monotonic()):
        return too_many(None, "en")
    return words_page(
        None,
        wished(request, ("en", "es", "ar")),
        title=_("This link cannot be opened"),
        words=_("Please check that it is whole. If the survey is over, its links no longer work."),
        status=404,
    )


def too_many(plan: WavePlan | None, language: str) -> HttpResponse:
    """The page for haste."""
    response = words_page(
        plan,
        language,
        title=_("Too much at once"),
        words=_("Nothing of this was stored. Go back, wait a minute and send it again."),
        status=429,
        needs=True,
    )
    response.headers["Retry-After"] = "60"
    return response


def read_form_of(request: HttpRequest, plan: WavePlan, language: str) -> Sent:
    """Read the form of a POST. Raises NoAnswerError for another kind of body, and for one that is far too large."""
    if request.content_type != FORM_TYPE:
        raise NoAnswerError(
            words_page(
                plan,
                language,
                title=_("This could not be read"),
                words=_("Nothing was stored. Open the link again and send the page from there."),
                status=415,
                needs=True,
            )
        )
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = MAX_BODY + 1
    if length > MAX_BODY:
        raise NoAnswerError(
            words_page(
                plan,
                language,
                title=_("This is too long to be read"),
                words=_(
                    "Nothing of this sending was stored. What was saved before is still there: go back, shorten your "
                    "text and send again."
                ),
                status=413,
                needs=True,
            )
        )
    fields, wrong = read_body(request.read(length))
    return Sent(fields, frozenset(wrong))


def wished(request: HttpRequest, offered: tuple[str, ...], *, asked: str = "", usual: str = "") -> str:
    """Return the language of a page: asked for by address or form, else the respondent's usual one, else the browser's,
    else the first.
    """
    asked = request.GET.get("lang", "") or asked
    for wish in (asked, usual):
        if wish in offered:
            return wish
    if asked:
        found = match_language(asked, offered)
        if found:
            return found
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    return match_header(header, offered) or offered[0]


def match_language(code: str, offered: tuple[str, ...]) -> str:
    """Return the offered language of a code, or one that shares its first part; empty where none does."""
    lowered = code.lower()
    base = lowered.partition("-")[0]
    return next((one for one in offered if one.lower() == lowered), "") or next(
        (one for one in offered if one.lower().partition("-")[0] == base), ""
    )


@lru_cache(maxsize=512)
def match_header(header: str, offered: tuple[str, ...]) -> str:
    """Return the first offered language that a browser names, in its order of liking."""
    if not header or len(header) > 500:
        return ""
    wishes = (code for code, _liking in parse_accept_lang_header(header.lower()))
    return next(filter(None, (match_language(code, offered) for code in wishes)), "")


def words_page(
    plan: WavePlan | None,
    language: str,
    *,
    title: Any,
    words: Any,
    status: int = 200,
    needs: bool = False,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return a page with a title and a sentence. title, words: lazy, said in the page's language."""
    context = {"title": title, "words": words, "needs": needs, **(more or {})}
    response: HttpResponse = render_words(plan, language, template=SIMPLE, context=context, status=status)
    return response
