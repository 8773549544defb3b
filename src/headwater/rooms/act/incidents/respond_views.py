"""What anybody does without an account: report in a minute, and follow it by the receipt code.

Nothing here reads a session or an account. Haste is counted in the memory of the process alone.
"""

from __future__ import annotations

import time
from datetime import datetime
from functools import cache
from importlib.resources import files
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from headwater.rooms.act.incidents import messages as questions
from headwater.rooms.act.incidents.following import follow_page
from headwater.rooms.act.incidents.posters import poster_of
from headwater.rooms.act.incidents.receipt_codes import find_by_code
from headwater.rooms.act.incidents.refusals import IncidentRefusedError
from headwater.rooms.act.incidents.reporting import Report, report_incident
from headwater.rooms.act.incidents.respond_forms import ANSWERS, KINDS, RespondReportForm
from headwater.rooms.act.incidents.respond_pages import own_page, too_many
from headwater.rooms.act.logic.receipts import new_code, read_code, written
from headwater.rooms.act.models import Incident
from headwater.rooms.house.rate_limits import address_of
from headwater.rooms.listen.respond_limits import Buckets, Rate

REPORTS = Buckets(Rate(40, 0.2))
"""Reports by address: a shift behind one address can report at once, a machine cannot go on."""
GUESSES = Buckets(Rate(20, 0.05))
"""Wrong receipt codes by address. A right one always opens."""
REPORT_PAGE, THANKS_PAGE = "act/respond/incident_report.html", "act/respond/incident_thanks.html"
ASK_PAGE, FOLLOW_PAGE = "act/respond/incident_code.html", "act/respond/incident_follow.html"


@csrf_exempt
def report(request: HttpRequest, code: str = "") -> HttpResponse:
    """The form, and what was sent with it. A poster taken down, or a code nobody made, opens the form all the same."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    poster = poster_of(code)
    if request.method != "POST":
        return _form_page(request, RespondReportForm(), poster, new_code())
    if not REPORTS.take(address_of(request), time.monotonic()):
        return too_many(request)
    form = RespondReportForm(request.POST)
    receipt = read_code(str(request.POST.get("code", ""))) or new_code()
    if not form.is_valid():
        return _form_page(request, form, poster, receipt, status=422)
    given = form.cleaned_data
    told = Report(
        kind=given["kind"],
        what=given["what"],
        happened_date=given["day"],
        clock=given["clock"],
        unit=poster.unit if poster is not None else None,
        place=given["place"] or (poster.place if poster is not None else ""),
        is_anonymous=given["who"] == "anonymous",
        name=given["name"],
        contact=given["contact"],
        injured_words=given["injured"],
    )
    try:
        report_incident(report=told, code=receipt, actor=None, now=timezone.now())
    except IncidentRefusedError as error:
        form.add_error(error.field or None, str(error))
        return _form_page(request, form, poster, receipt, status=422)
    return own_page(request, THANKS_PAGE, {"code": written(receipt)}, tongues=False)


@csrf_exempt
def follow(request: HttpRequest) -> HttpResponse:
    """What became of a report, questions and answers. The code travels in the body alone, never in an address."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.method != "POST":
        return own_page(request, ASK_PAGE, {"wrong": ""})
    code = str(request.POST.get("code", ""))[:100]
    found = find_by_code(code)
    if found is None:
        if not GUESSES.take(address_of(request), time.monotonic()):
            return too_many(request)
        wrong = _("This code follows nothing. Please compare it with the one you kept.")
        return own_page(request, ASK_PAGE, {"wrong": wrong, "written": code[:40]}, status=404)
    now = timezone.now()
    problem = _do(request, code, now)
    page = follow_page(incident=Incident.objects.select_related("unit").get(pk=found.pk), now=now)
    context = {
        "page": page, "code": written(read_code(code)), "key": uuid4(), "problem": problem, "answers": ANSWERS,
        "text": str(request.POST.get("text", ""))[:2000] if problem else "",
        "said": not problem and bool(request.POST.get("doing")),
    }  # fmt: skip
    return own_page(request, FOLLOW_PAGE, context, status=422 if problem else 200, tongues=False)


def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the form on the phone for when there is no connection. Its scope is /i/."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@cache
def _worker() -> bytes:
    return (files("headwater.rooms.act") / "static" / "act" / "incident-worker.js").read_bytes()


def _do(request: HttpRequest, code: str, now: datetime) -> str:
    """Do what a button of the page says. Returns why it could not be done, "" when it was or nothing was asked."""
    doing, key = str(request.POST.get("doing", "")), str(request.POST.get("key", ""))[:60]
    try:
        if doing == "answer":
            questions.answer_by_code(code=code, text=str(request.POST.get("text", "")), key=key, now=now)
        elif doing == "meeting":
            answer = str(request.POST.get("answer", ""))
            questions.answer_meeting_by_code(code=code, answer=answer, now=now)
    except IncidentRefusedError as error:
        return str(error)
    return ""


def _form_page(
    request: HttpRequest, form: RespondReportForm, poster: object, receipt: str, *, status: int = 200
) -> HttpResponse:
    values = form.data if form.is_bound else {"day": timezone.localdate().isoformat(), "who": "anonymous"}
    context = {
        "form": form, "values": values, "poster": poster, "code": receipt, "kinds": KINDS, "address": request.path,
        "today": timezone.localdate().isoformat(),
    }  # fmt: skip
    return own_page(request, REPORT_PAGE, context, status=status)
