"""A customer asks to be called back: a case of its own, on a page of its own.

It carries what the customer writes, the unit and the day. It has no number in common with an answer, and no time, so
that nothing joins the two.
"""

from __future__ import annotations

import re
import time

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headwater.rooms.listen.logic.links import CUSTOMER
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.validation import FORBIDDEN
from headwater.rooms.listen.models import CallBack
from headwater.rooms.listen.respond_customers import read_customer
from headwater.rooms.listen.respond_limits import LINKS
from headwater.rooms.listen.respond_pages import render_words
from headwater.rooms.listen.respond_requests import Sent, no_such_link, read_form_of, too_many, wished, words_page
from headwater.rooms.listen.respond_views import respondent_view

CALL_PAGE = "listen/respond/call.html"
LONGEST = {"name": 200, "contact": 300, "words": 2_000}
MOST_A_DAY = 200
"""Call backs of one unit and day. More is no customer."""
_REACHABLE = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|(?:\d[\s./()-]*){5,}")
_KEPT_APART = _("Your request is kept apart from your answers, and nothing joins the two.")


@respondent_view
def call_back(request: HttpRequest, token: str) -> HttpResponse:
    """Ask who wants to be called, and keep it as a case."""
    live, link = read_customer(request, token)
    if link.kind != CUSTOMER:
        return no_such_link(request)
    plan = live.plan
    language = wished(request, plan.languages, usual=link.place.language)
    if request.method != "POST":
        response = _asking(language, plan, Sent({}, frozenset()), [])
        if request.method == "HEAD":
            response.content = b""
        return response
    if not LINKS.take(b"call" + link.slip, time.monotonic()):
        return too_many(plan, language)
    sent = read_form_of(request, plan, language)
    wrong = _wrong(sent)
    if wrong:
        return _asking(language, plan, sent, wrong, status=422)
    if sent.one("_website"):
        # no person fills that in; the page says the same as to a person
        return _noted(plan, language)
    today = timezone.localdate()
    case = {name: sent.one(name).strip() for name in LONGEST}
    same = CallBack.objects.filter(wave_id=live.id, unit_key=link.place.unit, asked_date=today)
    if same.count() >= MOST_A_DAY:
        return too_many(plan, language)
    if not same.filter(**case).exists():
        CallBack.objects.create(wave_id=live.id, unit_key=link.place.unit, asked_date=today, **case)
    return _noted(plan, language)


def _noted(plan: WavePlan, language: str) -> HttpResponse:
    return words_page(
        plan,
        language,
        title=_("Thank you. We will call you back."),
        words=_KEPT_APART if plan.promise == "anonymous" else "",
        more={"done": True},
    )


def _wrong(sent: Sent) -> list[tuple[str, object]]:
    """What is wrong, by field."""
    found: list[tuple[str, object]] = []
    if not sent.one("name").strip():
        found.append(("name", _("Please write your name.")))
    if not _REACHABLE.search(sent.one("contact")):
        found.append(("contact", _("Please write a telephone number or an e-mail address.")))
    for name, longest in LONGEST.items():
        words = sent.one(name)
        if len(words.strip()) > longest:
            found.append((name, _("This is too long.")))
        elif name in sent.wrong or FORBIDDEN.search(words):
            found.append((name, _("This holds characters that cannot be kept. Please write it again.")))
    return found


def _asking(
    language: str, plan: WavePlan, sent: Sent, wrong: list[tuple[str, object]], status: int = 200
) -> HttpResponse:
    context = {
        "title": _("Ask for a call back"),
        "promise": _KEPT_APART if plan.promise == "anonymous" else _("We use this only to call you back."),
        "wrong": wrong,
        **{("about" if name == "words" else name): FORBIDDEN.sub("", sent.one(name)) for name in LONGEST},
    }
    response: HttpResponse = render_words(plan, language, template=CALL_PAGE, context=context, status=status)
    return response
