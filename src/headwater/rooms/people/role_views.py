"""The page of accounts and roles."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.people import queries
from headwater.rooms.people.forms import GrantForm, InviteForm
from headwater.rooms.people.models import RoleGrant, User
from headwater.rooms.people.services import RoleRefusedError, close_account, end_role, give_role, invite_user
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.rooms.people.views import number


@permitted("roles.manage")
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Who has an account, and which roles."""
    return _show(request, InviteForm())


def _show(request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
    page = queries.roles_page(viewer=viewer(request), question=request.GET.get("q", ""), page=number(request, "page"))
    rows = [(user, page.grants.get(user.pk, [])) for user in page.accounts]
    return render(request, "people/roles.html", {"page": page, "rows": rows, "form": form}, status=status)


@permitted("roles.manage")
def account(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One account: give a role, end one, close the account."""
    user = get_object_or_404(User.objects.select_related("person"), pk=user_id)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actor = str(user_of(request).pk)
            give_role(user=user, actor=actor, now=timezone.now(), **form.cleaned_data)
        except RoleRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The role was given."))
            return redirect("people:account", user.pk)
    grants = RoleGrant.objects.select_related("unit").filter(user=user).order_by("-given_at")
    context = {"account": user, "grants": grants, "form": form, "is_self": user.pk == user_of(request).pk}
    return render(request, "people/account.html", context, status=422 if form.errors else 200)


@permitted("roles.manage")
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account and send its link."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            origin = request.build_absolute_uri("/").rstrip("/")
            user = invite_user(origin=origin, actor=user_of(request), now=timezone.now(), **form.cleaned_data)
        except RoleRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": user.email})
            return redirect("people:account", user.pk)
    return _show(request, form, 422)


@permitted("roles.manage")
@require_POST
def end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role."""
    grant = get_object_or_404(RoleGrant, pk=grant_id)
    try:
        end_role(grant=grant, actor=str(user_of(request).pk), now=timezone.now())
    except RoleRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The role ended."))
    return redirect("people:account", grant.user_id)


@permitted("roles.manage")
@require_POST
def close(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close an account."""
    user = get_object_or_404(User, pk=user_id)
    try:
        close_account(user=user, actor=user_of(request), now=timezone.now())
    except RoleRefusedError as error:
        messages.error(request, str(error))
        return redirect("people:account", user.pk)
    messages.success(request, _("The account is closed."))
    return redirect("people:roles")
