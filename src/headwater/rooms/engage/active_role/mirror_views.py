"""The monthly mirror with one's own team."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.active_role.mirror import ask_team, say_exercise
from headwater.rooms.engage.active_role.mirror_pages import mirror_page, mirrors_page, own_mirror, suggested
from headwater.rooms.engage.active_role.services import RoleRefusedError
from headwater.rooms.engage.logic.mirror import QUESTIONS
from headwater.rooms.learn.start_services import StartRefusedError
from headwater.rooms.listen.studies import StudyRefusedError
from headwater.rooms.people.viewers import user_of, viewer

MINUTES = 2


@never_cache
@login_required
@require_safe
def mirrors(request: HttpRequest) -> HttpResponse:
    """With which team; with one, its page."""
    page = mirrors_page(viewer=viewer(request))
    if len(page.units) == 1:
        return redirect("engage:role_mirror", page.units[0][0].pk)
    return render(request, "engage/role_mirrors.html", {"page": page})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mirror(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """One's own mirror with a unit; sending it with one's own answers asks the team."""
    if request.method == "POST":
        unit, person, _alone = own_mirror(viewer=viewer(request), unit_id=unit_id)
        given = {key: request.POST.get(key, "") for key in QUESTIONS}
        own = {key: int(text) for key, text in given.items() if text.isdecimal() and len(text) < 3}
        try:
            ask_team(unit=unit, person=person, own=own, actor=user_of(request), now=timezone.now())
            messages.success(request, _("Your answers are locked, and your people are asked."))
        except (RoleRefusedError, StartRefusedError, StudyRefusedError) as error:
            messages.error(request, str(error))
        return redirect("engage:role_mirror", unit_id)
    page = mirror_page(viewer=viewer(request), unit_id=unit_id, now=timezone.now())
    return render(request, "engage/role_mirror.html", {"page": page, "minutes": MINUTES})


@login_required
@require_POST
def exercise(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Say whether the exercise was done."""
    wave, found = suggested(viewer=viewer(request), unit_id=unit_id)
    is_done = request.POST.get("done") == "yes"
    say_exercise(wave=wave, exercise=found.key, is_done=is_done, actor=user_of(request), now=timezone.now())
    return redirect("engage:role_mirror", unit_id)
