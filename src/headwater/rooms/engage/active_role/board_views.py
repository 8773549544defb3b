"""The path of somebody new to a board."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from headwater.rooms.engage.active_role import forms
from headwater.rooms.engage.active_role.board import STEP_MINUTES, board_page, name_partner, read_step
from headwater.rooms.engage.active_role.services import RoleRefusedError
from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.people.viewers import user_of, viewer


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """The six briefings, and the partner."""
    page = board_page(viewer=viewer(request))
    form = forms.PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            name_partner(actor=user_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Asked: half an hour stands in their minutes."))
            return redirect("engage:role_board")
        except RoleRefusedError as error:
            form.add_error(None, str(error))
        except OverloadError as full:
            form.ask_why(full.lines)
    context = {"page": page, "form": form, "minutes": STEP_MINUTES}
    return render(request, "engage/role_board.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One briefing."""
    page = board_page(viewer=viewer(request))
    found = next((pair for pair in page.steps if pair[0].key == step), None)
    if found is None:
        raise Http404
    briefing, done = found
    form = forms.TakeForm(request.POST or None, initial={"words": done.words if done is not None else ""})
    if request.method == "POST" and form.is_valid():
        read_step(step=step, words=form.cleaned_data["words"], actor=user_of(request), now=timezone.now())
        return redirect("engage:role_board")
    at = page.steps.index(found)
    context = {
        "step": briefing,
        "done": done,
        "form": form,
        "number": at + 1,
        "before": page.steps[at - 1][0] if at else None,
        "after": page.steps[at + 1][0] if at + 1 < len(page.steps) else None,
    }
    return render(request, "engage/role_board_step.html", context, status=422 if form.errors else 200)
