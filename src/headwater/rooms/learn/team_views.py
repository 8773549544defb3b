"""My team: the page of one unit, and the choice between several."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from headwater.rooms.learn.looking import note_look
from headwater.rooms.learn.team_queries import team_page, teams_page
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """The units a leader leads; the page of the one where there is only one."""
    page = teams_page(viewer=viewer(request))
    if len(page.choices) == 1:
        return redirect("learn:team_unit", page.choices[0].wave.pk, page.choices[0].row)
    return render(request, "learn/teams.html", {"page": page})


@login_required
@require_safe
def team(request: HttpRequest, wave_id: UUID, row: int) -> HttpResponse:
    """My team."""
    page = team_page(viewer=viewer(request), wave_id=wave_id, row=row)
    note_look(user=user_of(request), wave=page.wave, now=timezone.now())
    return render(request, "learn/team.html", {"page": page})
