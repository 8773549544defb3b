"""The questionnaire on a respondent's device: opened by a link, kept as it goes, sent once.

The link is what lets somebody in. There is no session and no cookie, so there is nothing that a foreign page could ride
on, and no token against forged requests is needed: who does not know the link cannot post to it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from headwater.rooms.house.rate_limits import address_of
from headwater.rooms.house.slots import FIRST_PAGE, first_page_of
from headwater.rooms.listen.logic.answers import NOT_APPLICABLE, own_ranking
from headwater.rooms.listen.logic.boxes import TooLargeError
from headwater.rooms.listen.logic.links import CUSTOMER, NAMED, OPEN, PERSONAL, OpenLink, page_slip
from headwater.rooms.listen.logic.spam import Traces, is_set_apart, spam_reasons, texts_of
from headwater.rooms.listen.logic.validation import AnswerProblem, Checked, check_fields, complete
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.respond_customers import read_customer
from headwater.rooms.listen.respond_limits import LINKS, POSTERS
from headwater.rooms.listen.respond_pages import Entered, Shape, blank_page, render_page
from headwater.rooms.listen.respond_requests import (
    NoAnswerError,
    Sent,
    no_such_link,
    read_form_of,
    read_link,
    too_many,
    wished,
    words_page,
)
from headwater.rooms.listen.respond_stamps import Stamp, make_stamp, read_stamp
from headwater.rooms.listen.respond_waves import LiveWave
from headwater.rooms.listen.responding import Draft, is_copy, is_taking, read_draft, save_draft, store_response
from headwater.rooms.listen.serving import rated_unit
from headwater.vocab import say

LOG = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
KIOSK_IDLE, KIOSK_THANKS = 600, 12
"""Seconds after which a kiosk begins anew: when nobody goes on, and after thanks."""


@dataclass(frozen=True)
class Visit:
    """One request at a link that was read."""

    request: HttpRequest
    live: LiveWave
    link: OpenLink
    shape: Shape
    now: datetime

    @property
    def told(self) -> Sequence[str]:
        """What was done since last time."""
        if not FIRST_PAGE:
            return ()
        return first_page_of(study=self.live.study, unit=self.link.place.unit, language=self.language(""))

    def language(self, asked: str) -> str:
        """The language of the page."""
        return wished(self.request, self.live.plan.languages, asked=asked, usual=self.link.place.language)


def respondent_view(view: View) -> View:
    """Open a page to whoever has the link; answer with the page of a NoAnswerError."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        try:
            return view(request, *args, **kwargs)
        except NoAnswerError as error:
            return error.response

    return cast(View, csrf_exempt(opened))


@respondent_view
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one invited person."""
    live, link = read_link(request, token)
    if link.kind not in (PERSONAL, NAMED):
        return no_such_link(request)
    about = rated_unit(live.frozen, link.place)
    return _answer(Visit(request, live, link, Shape(about=about), timezone.now()))


@respondent_view
def poster(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a poster: anybody's, answered once a page."""
    return _open(request, token, Shape(saves=False))


@respondent_view
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """The same on a device that stands somewhere: it begins anew by itself."""
    return _open(request, token, Shape(saves=False, kiosk=True))


@respondent_view
def customer(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one customer, about one contact."""
    live, link = read_customer(request, token)
    if link.kind != CUSTOMER:
        return no_such_link(request)
    return _answer(Visit(request, live, link, Shape(), timezone.now()))


def _open(request: HttpRequest, token: str, shape: Shape) -> HttpResponse:
    live, link = read_link(request, token)
    if link.kind != OPEN:
        return no_such_link(request)
    return _answer(Visit(request, live, link, shape, timezone.now()))


def _answer(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        response = _ended(visit) or _page(visit)
        if visit.request.method == "HEAD":
            response.content = b""
    else:
        response = _posted(visit)
    if visit.shape.kiosk and "Refresh" not in response.headers:
        response.headers["Refresh"] = str(KIOSK_IDLE)
    return response


def _page(visit: Visit) -> HttpResponse:
    """Show the questionnaire as it stands. Nothing is stored."""
    draft = read_draft(live=visit.live, link=visit.link) if visit.shape.saves else Draft()
    if draft.is_complete:
        return _thanks(visit, visit.language(""), {}, was_in=True)
    language = visit.language(draft.language)
    if draft.answers:
        return _questions(visit, language, Entered(draft.answers, note=_kept_words()))
    live = visit.live
    blank = blank_page(
        live.plan,
        language,
        shape=visit.shape,
        first_page_lines=visit.told,
        closes_at=live.closes_at,
        form=live.form,
    )
    return _sent_as(blank.stamped(make_stamp(live.secrets, visit.now.timestamp())), language)


def _posted(visit: Visit) -> HttpResponse:
    live, link, now = visit.live, visit.link, visit.now
    if not _in_bounds(visit):
        return too_many(live.plan, visit.language(""))
    sent = read_form_of(visit.request, live.plan, visit.language(""))
    language = visit.language(sent.one("_lang"))
    ended = _ended(visit, language)
    if ended is not None:
        return ended
    stamp = read_stamp(live.secrets, sent.one("_page"), now.timestamp())
    checked = check_fields(live.form, sent.fields, sent.wrong)
    if link.kind == OPEN:
        if stamp is None:
            words = _("This page is too old to be sent. Your answers stand below: please send them once more.")
            return _questions(visit, language, _entered(checked, note=words, needs=True), status=400)
        visit = replace(visit, link=replace(link, slip=page_slip(live.secrets, link, stamp.number)))
    try:
        return _taken_in(visit, sent, stamp, checked, language)
    except TooLargeError:
        problems = (*checked.problems, AnswerProblem("", "too_long"))
        return _questions(visit, language, replace(_entered(checked), problems=problems), stamp, status=413)
    except (DatabaseError, OSError) as error:
        LOG.error("answers could not be stored: %s", type(error).__name__)
        words = _(
            "Your answers are NOT stored: something failed on our side. They stand below. Please send them again."
        )
        return _questions(visit, language, _entered(checked, note=words, needs=True), stamp, status=503)


def _taken_in(visit: Visit, sent: Sent, stamp: Stamp | None, checked: Checked, language: str) -> HttpResponse:
    """Do what was asked: keep what is there, or send it."""
    live, wish = visit.live, sent.one("_do")
    before = Draft()
    if visit.shape.saves and (live.form.has_conditions or checked.problems):
        before = read_draft(live=live, link=visit.link)
    if before.answers:
        # what the page did not show, or what cannot be taken as it is now, is kept as it was
        refused = {problem.item for problem in checked.problems}
        kept = {
            question.key: before.answers[question.key]
            for question in live.form.questions
            if question.key in before.answers
            and (question.key in refused or (question.condition is not None and question.key not in checked.seen))
        }
        checked = replace(checked, before=kept)
    if wish in ("keep", "save", "check"):
        return _kept(visit, stamp, checked, language, wish, before)
    return _sent(visit, sent, stamp, checked, language)


def _kept(visit: Visit, stamp: Stamp | None, checked: Checked, language: str, wish: str, before: Draft) -> HttpResponse:
    if visit.shape.saves and not before.is_complete:
        kept = save_draft(wave=visit.live, link=visit.link, answers=checked.draft, now=visit.now, language=language)
        if kept.kind == "closed":
            return _over(visit, language)
        before = replace(before, is_complete=kept.kind == "taken")
    if before.is_complete:
        return _already(visit, language)
    refused = tuple(problem for problem in checked.problems if problem.item not in checked.partial)
    if wish == "keep":
        return HttpResponse(status=422 if refused else 204)
    entered = replace(_entered(checked), problems=refused)
    if visit.shape.saves and not refused:
        entered = replace(entered, note=_kept_words())
    return _questions(visit, language, entered, stamp, status=422 if refused else 200)


def _sent(visit: Visit, sent: Sent, stamp: Stamp | None, checked: Checked, language: str) -> HttpResponse:
    live, link, form = visit.live, visit.link, visit.live.form
    kept, lacking = complete(form, checked)
    problems = (*checked.problems, *lacking)
    opened = [
        question
        for question in form.shown(checked.draft)
        if question.condition is not None and question.key not in checked.seen
    ]
    if problems or opened:
        if visit.shape.saves:
            save = save_draft(wave=live, link=link, answers=checked.draft, now=visit.now, language=language)
            if save.kind == "closed":
                return _over(visit, language)
            if save.kind == "taken":
                return _already(visit, language)
        words = _("Your answers open a few more questions. They are below, not answered yet.") if opened else ""
        entered = replace(_entered(checked, note=words, needs=bool(words)), problems=problems)
        return _questions(visit, language, entered, stamp, status=422 if problems else 200)
    reasons = _reasons(visit, sent, stamp, kept)
    stored = store_response(live=live, link=link, answers=kept, now=visit.now, language=language, reasons=reasons)
    if stored.kind == "closed":
        return _over(visit, language)
    if stored.kind == "taken":
        return _already(visit, language)
    return _thanks(visit, language, kept, without_comments=bool(checked.ignored))


def _reasons(visit: Visit, sent: Sent, stamp: Stamp | None, kept: Mapping[str, Any]) -> tuple[str, ...]:
    """Why a response is set apart; empty when it counts."""
    is_invited = visit.link.kind in (PERSONAL, NAMED)
    form = visit.live.form
    has_words = not is_invited and any(len(words) > 20 for words in texts_of(form, kept))
    traces = Traces(
        stamp.age if stamp is not None else None,
        bool(sent.one("_website")),
        has_words and is_copy(live=visit.live, link=visit.link, answers=kept),
        is_invited,
    )
    reasons = spam_reasons(form, kept, traces)
    return reasons if is_set_apart(reasons, is_invited=is_invited) else ()


def _questions(
    visit: Visit, language: str, entered: Entered, stamp: Stamp | None = None, *, status: int = 200
) -> HttpResponse:
    live = visit.live
    # the page keeps its number, so that sending it again is one response
    made = make_stamp(live.secrets, visit.now.timestamp() - (stamp.age if stamp else 0), stamp.number if stamp else b"")
    page = render_page(
        live.plan,
        language,
        first_page_lines=visit.told,
        closes_at=live.closes_at,
        shape=visit.shape,
        entered=entered,
        form=live.form,
        stamp=made,
    )
    return _sent_as(page, language, status)


def _sent_as(page: bytes, language: str, status: int = 200) -> HttpResponse:
    return HttpResponse(page, status=status, headers={"Content-Language": language})


def _entered(checked: Checked, *, note: Any = "", needs: bool = False) -> Entered:
    return Entered(checked.draft, checked.problems, checked.echo, note, needs)


def _kept_words() -> Any:
    return _("Your answers are kept, and not sent yet. You can go on from the same link, on any device.")


def _in_bounds(visit: Visit) -> bool:
    """Count the post against its link, or, where anybody has the link, against the poster and the address."""
    clock = time.monotonic()
    if visit.link.slip:
        return LINKS.take(visit.link.slip, clock)
    return POSTERS.take(f"{visit.live.id} {visit.link.place.unit} {address_of(visit.request)}", clock)


def _ended(visit: Visit, language: str = "") -> HttpResponse | None:
    """The page for a wave that takes no answers now; None when it does."""
    live, language = visit.live, language or visit.language("")
    if is_taking(live, visit.now):
        return None
    if live.state == Wave.State.PLANNED or visit.now < live.opens_at:
        return words_page(
            live.plan,
            language,
            title=live.plan.study_title,
            words=_("This survey has not begun yet. The link will work when it does."),
            more={"is_kiosk": visit.shape.kiosk},
        )
    return _over(visit, language)


def _over(visit: Visit, language: str) -> HttpResponse:
    words = _("This survey is closed.")
    if visit.request.method == "POST":
        words = _("This survey is closed. What you just sent was not stored.")
    return words_page(
        visit.live.plan,
        language,
        title=visit.live.plan.study_title,
        words=words,
        status=410,
        more={"is_kiosk": visit.shape.kiosk},
    )


def _already(visit: Visit, language: str) -> HttpResponse:
    return words_page(
        visit.live.plan,
        language,
        title=_("Your answers are in already"),
        words=_("They were sent before and count. What you just sent differs and was not stored."),
        status=409,
        needs=True,
    )


def _thanks(
    visit: Visit, language: str, kept: Mapping[str, Any], *, was_in: bool = False, without_comments: bool = False
) -> HttpResponse:
    """Say that the answers are in. A best-worst ranking is worked out here and shown once; it is not kept."""
    live = visit.live
    rankings = [
        [texts[key] for key in own_ranking(question, kept[question.key])]
        for question in live.form.questions
        if question.item.kind == "best_worst" and kept.get(question.key, NOT_APPLICABLE) != NOT_APPLICABLE
        for texts in [{choice.key: say(choice.text, language) for choice in question.item.choices}]
    ]
    words = live.plan.text("what_happens", language) or _("Results come back to those who answered, for groups only.")
    if without_comments:
        words = _("Comments are no longer taken in this survey. What you wrote there was not kept; the rest is in.")
    more: dict[str, Any] = {"done": True, "rankings": rankings, "is_kiosk": visit.shape.kiosk}
    if visit.shape.kiosk:
        more |= {"link": f"?lang={language}", "link_words": _("Begin anew"), "link_go": True}
    elif live.plan.channel == "customers" and visit.link.kind == CUSTOMER:
        more |= {"link": f"{visit.request.path}/call", "link_words": _("Ask for a call back")}
    response = words_page(
        live.plan,
        language,
        title=_("Your answers are in") if was_in else _("Thank you. Your answers are in."),
        words=words,
        more=more,
    )
    if visit.shape.kiosk:
        response.headers["Refresh"] = f"{KIOSK_THANKS}; url={visit.request.path}"
    return response
