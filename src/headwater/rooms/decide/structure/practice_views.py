"""The library of practices."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.decide.models import Practice, PracticeUse
from headwater.rooms.decide.structure.forms import OutcomeForm, PracticeForm
from headwater.rooms.decide.structure.practice_queries import (
    finding_of,
    library_page,
    new_practice_page,
    practice_page,
)
from headwater.rooms.decide.structure.practice_services import (
    adopt_practice,
    share_practice,
    tell_outcome,
    withdraw_practice,
)
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The practices."""
    page = request.GET.get("page", "1")
    found = library_page(
        viewer=viewer(request), question=request.GET.get("find", ""), page=int(page) if page.isdecimal() else 1
    )
    return render(request, "decide/structure_practices.html", {"page": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Share a practice: first the unit, then the rest."""
    page = new_practice_page(viewer=viewer(request), unit_key=request.GET.get("unit", ""))
    form = PracticeForm(request.POST or None, scores=page.scores) if page.unit is not None else None
    if request.method == "POST" and form is not None and page.unit is not None and form.is_valid():
        made = share_practice(
            title=form.cleaned_data["title"],
            what=form.cleaned_data["what"],
            unit=page.unit,
            finding=finding_of(form.cleaned_data["score"], page.unit),
            actor=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Your practice is in the library. Thank you."))
        return redirect("decide:team_practice", made.pk)
    status = 422 if form is not None and form.errors else 200
    return render(request, "decide/structure_practice_new.html", {"page": page, "form": form}, status=status)


@login_required
@require_safe
def practice(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """One practice."""
    page = practice_page(viewer=viewer(request), practice_id=practice_id)
    return render(request, "decide/structure_practice.html", {"page": page})


@login_required
@require_POST
def adopt(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """Take a practice up in a unit of one's own."""
    page = practice_page(viewer=viewer(request), practice_id=practice_id)
    unit: Unit | None = next((one for one in page.units if one.key == request.POST.get("unit")), None)
    if unit is None:
        messages.error(request, _("Choose a unit that you lead and that does not use it yet."))
    else:
        adopt_practice(practice_id=practice_id, unit=unit, actor=user_of(request), now=timezone.now())
        messages.success(request, _("%(unit)s takes it up. Say later what happened.") % {"unit": unit.name})
    return redirect("decide:team_practice", practice_id)


@login_required
@require_POST
def withdraw(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """Take a practice out of the library."""
    try:
        withdraw_practice(practice_id=practice_id, actor=user_of(request), now=timezone.now())
    except Practice.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The practice is out of the library."))
    return redirect("decide:team_practices")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """Say what happened."""
    use = PracticeUse.objects.select_related("practice", "unit").filter(pk=use_id).first()
    if use is None:
        raise Http404
    page = practice_page(viewer=viewer(request), practice_id=use.practice_id)
    line = next((one for one in page.uses if one.use.pk == use_id and one.may_tell), None)
    if line is None:
        raise Http404
    form = OutcomeForm(request.POST or None, initial={"outcome": use.outcome})
    if request.method == "POST" and form.is_valid():
        tell_outcome(use_id=use_id, outcome=form.cleaned_data["outcome"], actor=user_of(request), now=timezone.now())
        messages.success(request, _("Kept. Others read it beside the practice."))
        return redirect("decide:team_practice", use.practice_id)
    context = {"form": form, "page": page, "line": line}
    return render(request, "decide/structure_outcome.html", context, status=422 if form.errors else 200)
