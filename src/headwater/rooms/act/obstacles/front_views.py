"""What anybody does without an account: tell an obstacle, and follow it by its receipt code.

Nothing here reads a session or an account. Haste is counted in the memory of the process alone.
"""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from headwater.rooms.act.incidents.respond_pages import own_page, plain_words, too_many
from headwater.rooms.act.logic.receipts import new_code, read_code, written
from headwater.rooms.act.models import Obstacle
from headwater.rooms.act.obstacles.forms import TellForm
from headwater.rooms.act.obstacles.posters import unit_of_token
from headwater.rooms.act.obstacles.queries import receipt_page
from headwater.rooms.act.obstacles.services import (
    ObstacleRefusedError,
    ObstacleReport,
    raise_obstacle,
    reply_by_receipt,
)
from headwater.rooms.house.rate_limits import address_of
from headwater.rooms.listen.respond_limits import Buckets, Rate

TOLD = Buckets(Rate(20, 1 / 20))
"""Obstacles told, by address: twenty at once, then three a minute."""
CODES = Buckets(Rate(30, 1 / 10))
"""Receipt codes tried, right or wrong, by address: thirty at once, then six a minute."""
METHODS = ["GET", "HEAD", "POST"]


@csrf_exempt
def tell(request: HttpRequest, token: str = "") -> HttpResponse:
    """The form of a poster, or of no unit, and what was sent with it."""
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    unit = unit_of_token(token) if token else None
    if token and unit is None:
        title, words = _("This poster is over"), _("Ask for a new one, or tell it under the address without a code.")
        return plain_words(request, title=title, words=words, status=404)
    if request.method != "POST":
        return _form(request, TellForm(needs_unit=unit is None), unit, new_code())
    if not TOLD.take(address_of(request), time.monotonic()):
        return too_many(request)
    form = TellForm(request.POST, needs_unit=unit is None)
    code = read_code(str(request.POST.get("code", ""))) or new_code()
    if not form.is_valid():
        return _form(request, form, unit, code, status=422)
    given = form.cleaned_data
    report = ObstacleReport(
        what=given["what"],
        to_customers=given["to_customers"],
        severity=given["severity"],
        from_unit=unit if unit is not None else given.get("unit"),
        serving_unit=given["service"],
    )
    raised_on = Obstacle.RaisedOn.QR if unit is not None else Obstacle.RaisedOn.LINK
    try:
        raise_obstacle(key=code, report=report, raised_on=raised_on, actor=None, now=timezone.now())
    except ObstacleRefusedError as error:
        form.add_error(None, str(error))
        return _form(request, form, unit, code, status=422)
    return own_page(request, "act/front/obstacle_thanks.html", {"code": written(code)}, tongues=False)


@csrf_exempt
def follow(request: HttpRequest) -> HttpResponse:
    """What became of it, and the word that it is gone. The code travels in the body alone, never in an address."""
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if request.method != "POST":
        return own_page(request, "act/front/obstacle_code.html", {"wrong": ""})
    if not CODES.take(address_of(request), time.monotonic()):
        return too_many(request)
    code, problem = str(request.POST.get("code", ""))[:100], ""
    if request.POST.get("doing") == "reply":
        try:
            reply_by_receipt(
                code=code,
                is_gone=request.POST.get("gone") == "yes",
                words=str(request.POST.get("words", ""))[:500],
                now=timezone.now(),
            )
        except ObstacleRefusedError as error:
            problem = str(error)
    page = receipt_page(code=code)
    if page is None:
        wrong = _("No obstacle has this code. Please check it letter by letter.")
        return own_page(request, "act/front/obstacle_code.html", {"wrong": wrong, "written": code}, status=422)
    context = {"page": page, "problem": problem}
    return own_page(request, "act/front/obstacle_follow.html", context, status=422 if problem else 200, tongues=False)


def _form(request: HttpRequest, form: TellForm, unit: object, code: str, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "unit": unit, "code": code, "services": form.services()}
    return own_page(request, "act/front/obstacle_tell.html", context, status=status)
