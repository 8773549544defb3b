"""A leader's active role: the agreement, its signature, and what was done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.active_role import forms, queries, services
from headwater.rooms.engage.active_role.services import SELF, RoleRefusedError
from headwater.rooms.engage.models import RoleVersion
from headwater.rooms.people.logic.roles import EXPERIENCE_LEAD, LEADER
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import user_of, viewer


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entrance(request: HttpRequest) -> HttpResponse:
    """One's own role; to an experience lead who leads no unit, everybody's."""
    asker = viewer(request)
    if not asker.has(LEADER):
        if asker.has(EXPERIENCE_LEAD):
            return redirect("engage:role_all")
        raise PermissionDenied
    today = timezone.localdate()
    form = forms.ActForm(request.POST or None, initial={"at_date": today})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.record_act(
                person=user_of(request),
                kind=given["kind"],
                at_date=given["at_date"],
                asked_date=given["asked_date"],
                source=f"{SELF}{given['key']}",
                actor=user_of(request),
                now=timezone.now(),
            )
            messages.success(request, _("Noted."))
            return redirect("engage:role")
        except RoleRefusedError as error:
            form.add_error(None, str(error))
    page = queries.own_role_page(viewer=asker, today=today)
    context = {"page": page, "form": form, "sees_all": asker.has(EXPERIENCE_LEAD)}
    return render(request, "engage/role.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def everybody(request: HttpRequest) -> HttpResponse:
    """All agreements, for the experience lead."""
    page = queries.roles_page(viewer=viewer(request), today=timezone.localdate())
    form = forms.LeaderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("engage:role_agree", form.cleaned_data["leader"].pk)
    return render(request, "engage/role_all.html", {"page": page, "form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def one(request: HttpRequest, leader_id: UUID) -> HttpResponse:
    """The agreement of one leader, for the experience lead."""
    if viewer(request).user == str(leader_id):
        return redirect("engage:role")
    return render(request, "engage/role_one.html", {"page": _page(request, leader_id)})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, leader_id: UUID) -> HttpResponse:
    """Propose an agreement, or change it before signing."""
    page = _page(request, leader_id)
    standing = page.waiting or page.current
    duties = {line.duty.kind: (line.duty.amount, line.duty.per) for line in standing.lines} if standing else {}
    note = standing.version.note if standing else ""
    form = forms.AgreementForm(request.POST or None, initial=forms.AgreementForm.initial_of(duties, note))
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_version(
                leader=page.leader,
                duties=form.duties(),
                note=form.cleaned_data["note"],
                actor=user_of(request),
                now=timezone.now(),
            )
            messages.success(request, _("Kept. It holds once the leader signs it."))
            return redirect("engage:role_one", page.leader.pk)
        except RoleRefusedError as error:
            form.add_error(None, str(error))
    return render(request, "engage/role_agree.html", {"page": page, "form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def sign(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Sign the version that waits."""
    try:
        services.sign_version(version_id=version_id, actor=user_of(request), now=timezone.now())
        messages.success(request, _("Signed."))
    except RoleVersion.DoesNotExist as error:
        raise Http404 from error
    except RoleRefusedError as error:
        messages.error(request, str(error))
    return redirect("engage:role")


@login_required
@require_POST
def take_back(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Take back what one noted oneself."""
    services.take_back_act(act_id=act_id, actor=user_of(request), now=timezone.now())
    return redirect("engage:role")


def _page(request: HttpRequest, leader_id: UUID) -> queries.RolePage:
    try:
        return queries.role_page(viewer=viewer(request), leader_id=leader_id, today=timezone.localdate())
    except User.DoesNotExist as error:
        raise Http404 from error
