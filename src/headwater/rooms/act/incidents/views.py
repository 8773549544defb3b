"""Incidents on the desk: the list with duties, what all were told, reporting with one's name, one incident."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.act.incidents import duties, queries, working
from headwater.rooms.act.incidents.forms import ReportForm
from headwater.rooms.act.incidents.one_queries import incident_page
from headwater.rooms.act.incidents.refusals import IncidentRefusedError
from headwater.rooms.act.incidents.reporting import Report, report_incident
from headwater.rooms.act.logic.receipts import new_code, written
from headwater.rooms.act.models import Incident
from headwater.rooms.people.viewers import for_everybody_here, permitted, user_of, viewer

REPORT_PAGE, ONE_PAGE = "act/incidents_report.html", "act/incidents_one.html"


@permitted("incidents.report")
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The incidents a viewer may see, with what is owed."""
    page = queries.incidents_page(viewer=viewer(request), now=timezone.now())
    return render(request, "act/incidents.html", {"page": page})


@permitted("incidents.report")
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """What everybody was told."""
    return render(request, "act/incidents_told.html", {"page": queries.told_page(viewer=viewer(request))})


@permitted("incidents.report")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report with one's own name. Who wants to stay unknown is led to the page that reads no account."""
    user, now = user_of(request), timezone.now()
    start = {"code": new_code(), "day": timezone.localdate(), "unit": user.person.unit if user.person else None}
    form = ReportForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        told = Report(
            kind=given["kind"],
            what=given["what"],
            happened_date=given["day"],
            clock=given["clock"],
            unit=given["unit"],
            place=given["place"],
            injured=user.person if given["is_me"] else given["injured"],
        )
        try:
            made = report_incident(report=told, code=given["code"], actor=user, now=now)
        except IncidentRefusedError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("It has arrived. The top leader gets it within a minute."))
            if made.reporter_id is None or made.reporter_id != viewer(request).person_id:
                return render(request, "act/incidents_kept.html", {"code": written(given["code"])})
            return redirect("act:incidents_one", made.pk)
    return render(request, REPORT_PAGE, {"form": form}, status=422 if form.errors else 200)


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """One incident. That its page was opened is kept, by whom and when; looking ahead by a browser does not count."""
    asker, now = viewer(request), timezone.now()
    try:
        page = incident_page(viewer=asker, incident_id=incident_id, now=now)
    except Incident.DoesNotExist:
        raise Http404 from None
    given = working.forms_of(request, page, soon=timezone.localdate(now) + timedelta(days=7))
    if request.method == "POST":
        done = working.answer_post(request, page, given, now)
        if done is not None:
            return done
    elif page.sees and request.method == "GET" and not _is_ahead(request):
        duties.open_incident(incident_id=incident_id, actor=user_of(request), now=now)
        page = incident_page(viewer=asker, incident_id=incident_id, now=now)
    status = 422 if any(form.is_bound and form.errors for form in given.values()) else 200
    return render(request, ONE_PAGE, {"page": page, "forms": given}, status=status)


def _is_ahead(request: HttpRequest) -> bool:
    """Whether a browser fetches the page before anybody asked for it."""
    asked = (request.headers.get("Sec-Purpose", ""), request.headers.get("Purpose", ""))
    return any("prefetch" in one or "prerender" in one for one in asked)
