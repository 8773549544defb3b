"""Responsibilities in sentences, and the matrix."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.decide.models import TeamActivity
from headwater.rooms.decide.structure.access import require_team
from headwater.rooms.decide.structure.duty_queries import activity_page, duties_page, duty_list, matrix_page
from headwater.rooms.decide.structure.duty_services import end_activity, write_activity, write_duties
from headwater.rooms.decide.structure.forms import ActivityForm, DutiesForm, LimitForm
from headwater.rooms.decide.structure.matrix import standing_matrix
from headwater.rooms.decide.structure.matrix_sheet import matrix_xlsx
from headwater.rooms.decide.structure.services import set_limit
from headwater.rooms.learn.sheets import MEDIA
from headwater.rooms.people.viewers import permitted, user_of, viewer


@login_required
@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """All sentences."""
    return render(request, "decide/structure_duties.html", {"page": duties_page(viewer=viewer(request))})


@permitted("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def team_duties(request: HttpRequest) -> HttpResponse:
    """The sentences of the team."""
    return _write(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_duties(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """The sentences of one member, written by them or by who sets up the team."""
    return _write(request, member_id)


def _write(request: HttpRequest, member_id: UUID | None) -> HttpResponse:
    found = duty_list(viewer=viewer(request), member_id=member_id)
    if not found.may_change:
        raise PermissionDenied
    form = DutiesForm(request.POST or None, initial={"lines": "\n".join(found.lines)})
    if request.method == "POST" and form.is_valid():
        write_duties(member_id=member_id, lines=form.cleaned_data["lines"], actor=user_of(request), now=timezone.now())
        messages.success(request, _("The sentences are kept."))
        return redirect("decide:team_duties")
    context = {"form": form, "list": found}
    return render(request, "decide/structure_duties_write.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """The matrix."""
    page = matrix_page(viewer=viewer(request))
    form = LimitForm(initial={"kind": page.limit_kind, "most": page.limit_most}) if page.may_manage else None
    return render(request, "decide/structure_matrix.html", {"page": page, "form": form})


@login_required
@require_safe
def matrix_file(request: HttpRequest) -> HttpResponse:
    """The matrix as a workbook with live checks."""
    require_team(viewer(request))
    answer = HttpResponse(matrix_xlsx(standing_matrix(), _("Who does what")), content_type=MEDIA["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="who-does-what.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@permitted("structure.manage")
@require_POST
def limit(request: HttpRequest) -> HttpResponse:
    """Set what a member can carry."""
    form = LimitForm(request.POST)
    if form.is_valid():
        set_limit(**form.cleaned_data, actor=user_of(request), now=timezone.now())
        messages.success(request, _("The limit holds from now on."))
    else:
        messages.error(request, _("A limit lies between 1 and 400."))
    return redirect("decide:team_matrix")


@permitted("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new_activity(request: HttpRequest) -> HttpResponse:
    """A new row."""
    return _activity(request, None)


@permitted("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """One row, written as a form."""
    return _activity(request, activity_id)


def _activity(request: HttpRequest, activity_id: UUID | None) -> HttpResponse:
    page = activity_page(viewer=viewer(request), activity_id=activity_id)
    form = ActivityForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        write_activity(
            activity_id=activity_id,
            title=form.cleaned_data["title"],
            hours=form.cleaned_data["hours"],
            letters=form.letters(),
            rights=form.rights(),
            actor=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("The activity is kept."))
        return redirect("decide:team_matrix")
    context = {"page": page, "form": form}
    return render(request, "decide/structure_activity.html", context, status=422 if form.errors else 200)


@permitted("structure.manage")
@require_POST
def end(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Take an activity off."""
    try:
        end_activity(activity_id=activity_id, actor=user_of(request), now=timezone.now())
    except TeamActivity.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The activity is off the list."))
    return redirect("decide:team_matrix")
