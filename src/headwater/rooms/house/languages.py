"""Languages: which ones the desk offers, and which one a respondent's page speaks.

The desk offers only languages whose catalogues are complete (`DESK_LANGUAGES`). Respondents' pages speak any; their
own words fall back to English where there is no catalogue, and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from headwater.rooms.house.catalogues import SOURCE
from headwater.vocab import speaking


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a respondent's page speaks. code: of the questions; words: of the page's own words, which may lack code."""

    code: str
    words: str

    @property
    def direction(self) -> str:
        """The `dir` of `<html>`: rtl or ltr."""
        return direction_of(self.code)

    @property
    def is_mixed(self) -> bool:
        """Whether the page's own words are in another language than its questions, and must say so."""
        return self.code.partition("-")[0] != self.words.partition("-")[0]


def direction_of(code: str) -> str:
    """Return "rtl" for a language written from right to left, else "ltr"."""
    from django.conf import settings

    lowered = code.lower()
    is_rtl = lowered in settings.LANGUAGES_BIDI or lowered.partition("-")[0] in settings.LANGUAGES_BIDI
    return "rtl" if is_rtl else "ltr"


def choose_language(request: HttpRequest, *, offered: Sequence[str], asked: str = "") -> Spoken:
    """Choose the language of a respondent's page and speak it until the answer is sent.

    offered: the codes the questionnaire has, the main one first. asked: the one the address or the form names.
    Otherwise the browser's wish decides, then the main one. Raises ValueError when nothing is offered.
    """
    if not offered:
        message = "a page needs a language to speak"
        raise ValueError(message)
    wished = (asked, *(code for code, _ in _wishes(request)))
    code = next(filter(None, (_match(wish, offered) for wish in wished)), offered[0])
    return speak(code)


def speak(code: str) -> Spoken:
    """Activate the catalogue of a language, or English where there is none."""
    from django.conf import settings

    words = _match(code, [known for known, _ in settings.LANGUAGES]) or SOURCE
    translation.activate(words)
    return Spoken(code, words)


def _wishes(request: HttpRequest) -> list[tuple[str, float]]:
    header = request.headers.get("Accept-Language", "")
    return list(parse_accept_lang_header(header.lower()))


def _match(wish: str, offered: Sequence[str]) -> str:
    """The offered code that is wished, or that shares its language; empty where none does."""
    if not wish:
        return ""
    lowered = {code.lower(): code for code in reversed(offered)}
    base = wish.lower().partition("-")[0]
    bases = {code.lower().partition("-")[0]: code for code in reversed(offered)}
    return lowered.get(wish.lower(), lowered.get(base, bases.get(base, "")))


def desk_language(wished: str) -> str:
    """Return the language in which to write to somebody: theirs where the desk speaks it, else the house's.

    wished: a code, with or without a region, "" for not known.
    """
    from django.conf import settings

    plain = wished.replace("_", "-").partition("-")[0].lower()
    return plain if plain in settings.DESK_LANGUAGES else settings.LANGUAGE_CODE


class DeskLanguage(LocaleMiddleware):
    """Chooses the language of desk pages: cookie, then browser, but only among the complete ones.

    What is made below the rooms (labels, sentences, numbers) speaks it as well, until the page is made.
    """

    sync_capable, async_capable = True, False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Choose the language, and let the page be made in it."""
        self.process_request(request)
        with speaking(translation.get_language() or SOURCE):
            response = self.get_response(request)
        assert isinstance(response, HttpResponseBase)
        return self.process_response(request, response)

    def process_request(self, request: HttpRequest) -> None:
        """Choose as Django does, and fall back to the site's language from one the desk does not offer."""
        super().process_request(request)
        from django.conf import settings

        if translation.get_language() not in settings.DESK_LANGUAGES:
            translation.activate(_desk_wish(request) or settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = translation.get_language() or SOURCE


def _desk_wish(request: HttpRequest) -> str:
    """The first language the browser names that the desk offers."""
    from django.conf import settings

    return next(filter(None, (_match(code, settings.DESK_LANGUAGES) for code, _ in _wishes(request))), "")
