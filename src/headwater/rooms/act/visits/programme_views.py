"""Programmes of visits."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.rooms.act.models import VisitProgramme
from headwater.rooms.act.visits import forms
from headwater.rooms.act.visits.allowed import PLAN
from headwater.rooms.act.visits.programme_pages import offered_scores, programmes_page
from headwater.rooms.act.visits.programmes import end_programme, make_programme
from headwater.rooms.act.visits.services import VisitRefusedError
from headwater.rooms.decide.logic.forecasts import Range
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes that stand, and a new one."""
    asker = viewer(request)
    plans = has_role_for(asker, PLAN)
    page = programmes_page(viewer=asker, today=timezone.localdate())
    if request.method == "POST" and not plans:
        raise PermissionDenied
    form = forms.ProgrammeForm(request.POST or None, scores=offered_scores(viewer=asker) if plans else ())
    if request.method == "POST" and form.is_valid() and _made(request, form):
        return redirect("act:visits_programmes")
    context = {"page": page, "form": form, "plans": plans}
    return render(request, "act/visits_programmes.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """End a programme."""
    try:
        end_programme(programme_id=programme_id, actor=user_of(request), now=timezone.now())
    except VisitProgramme.DoesNotExist as error:
        raise Http404 from error
    return redirect("act:visits_programmes")


def _made(request: HttpRequest, form: forms.ProgrammeForm) -> bool:
    given = form.cleaned_data
    low, likely, high = form.forecast()
    numbers = (low, likely, high)
    if any(one is None for one in numbers) and not all(one is None for one in numbers):
        form.add_error("likely", _("Give all three: at least, likely, at most. Or leave all three empty."))
        return False
    score = tuple(given["score"].split("|")) if given["score"] else ()
    try:
        make_programme(
            programme_id=given["key"],
            title=given["title"],
            units=given["units"],
            starts_date=given["starts_date"],
            goal_percent=given["goal_percent"],
            due_date=given["due_date"],
            score=(score[0], score[1], score[2]) if len(score) == 3 else None,
            forecast=None if low is None or likely is None or high is None else Range(low, likely, high),
            actor=user_of(request),
            now=timezone.now(),
        )
    except VisitRefusedError as error:
        form.add_error(None, str(error))
        return False
    except PermissionDenied:
        form.add_error("units", _("You plan no visits to one of these units."))
        return False
    return True
