"""Members: who joins and leaves, what they are able to do, what they have lived through."""

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

from headwater.rooms.decide.logic.competencies import COMPETENCIES, LEVELS
from headwater.rooms.decide.models import TeamMember
from headwater.rooms.decide.structure.competency_queries import abilities_page, member_page, rate_page
from headwater.rooms.decide.structure.competency_services import rate_member, say_experience
from headwater.rooms.decide.structure.forms import ExperienceForm, MemberForm
from headwater.rooms.decide.structure.services import add_member, change_member, end_member
from headwater.rooms.people.viewers import permitted, user_of, viewer


@permitted("structure.manage")
@require_safe
def abilities(request: HttpRequest) -> HttpResponse:
    """What the team is able to do, against the need."""
    return render(request, "decide/structure_abilities.html", {"page": abilities_page(viewer=viewer(request))})


@permitted("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take somebody on the team."""
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = add_member(**form.cleaned_data, actor=user_of(request), now=timezone.now())
        messages.success(request, _("%(name)s is on the team.") % {"name": made})
        return redirect("decide:team_member", made.pk)
    context = {"form": form, "member": None}
    return render(request, "decide/structure_member_write.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """One member."""
    page = member_page(viewer=viewer(request), member_id=member_id)
    return render(request, "decide/structure_member.html", {"page": page})


@permitted("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Change a member's part, seat and other rater."""
    found = member_page(viewer=viewer(request), member_id=member_id).member
    form = MemberForm(request.POST or None, member=found)
    if request.method == "POST" and form.is_valid():
        change_member(member_id=member_id, **form.cleaned_data, actor=user_of(request), now=timezone.now())
        messages.success(request, _("The change is kept."))
        return redirect("decide:team_member", member_id)
    context = {"form": form, "member": found}
    return render(request, "decide/structure_member_write.html", context, status=422 if form.errors else 200)


@permitted("structure.manage")
@require_POST
def end(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Let a member leave the team."""
    try:
        found = end_member(member_id=member_id, actor=user_of(request), now=timezone.now())
    except TeamMember.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("%(name)s has left the team. What they carried is marked.") % {"name": found})
    return redirect("decide:team")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Rate oneself, or the member one was asked about."""
    page = rate_page(viewer=viewer(request), member_id=member_id)
    if request.method == "POST":
        said: dict[str, str] = {key: request.POST.get(key, "") for key in COMPETENCIES}
        if any(value not in {"", *map(str, LEVELS)} for value in said.values()):
            raise Http404
        levels = {key: int(value) for key, value in said.items() if value}
        rate_member(member_id=member_id, levels=levels, actor=user_of(request), now=timezone.now())
        messages.success(request, _("Your rating is kept."))
        return redirect("decide:team_member", member_id) if page.is_own else redirect("home")
    return render(request, "decide/structure_rate.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def experience(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """What a member has lived through at work."""
    page = member_page(viewer=viewer(request), member_id=member_id)
    if not page.may_change:
        raise PermissionDenied
    said = page.experience
    initial = {} if said is None else {
        "functions": ", ".join(said.functions), "lenses": said.lenses, "front_line": said.front_line,
        "years_here": said.years_here,
    }  # fmt: skip
    form = ExperienceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        say_experience(member_id=member_id, **form.cleaned_data, actor=user_of(request), now=timezone.now())
        messages.success(request, _("It is kept."))
        return redirect("decide:team_member", member_id)
    context = {"form": form, "page": page}
    return render(request, "decide/structure_experience.html", context, status=422 if form.errors else 200)
