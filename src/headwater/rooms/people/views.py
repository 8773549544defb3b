"""The pages of the organisation: tree, unit, person, deputies."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.people import privacy, queries
from headwater.rooms.people.forms import DeputyForm
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import Deputy, Unit
from headwater.rooms.people.services import RoleRefusedError, appoint_deputy, end_deputy
from headwater.rooms.people.viewers import permitted, require, user_of, viewer


def number(request: HttpRequest, name: str) -> int:
    """Return a page number of the address, 1 when it is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 1


@permitted("organisation.see")
@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """The tree, quick at any size: only what is open is read."""
    page = queries.organisation_page(
        viewer=viewer(request),
        opened=request.GET.get("open", ""),
        question=request.GET.get("q", ""),
        vacant="vacant" in request.GET,
    )
    return render(request, "people/organisation.html", {"page": page})


@permitted("organisation.see")
@require_safe
def children(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """The units below one unit, for the tree to open in place."""
    found = queries.branch(viewer=viewer(request), unit_id=unit_id)
    return render(request, "people/_branches.html", {"branch": found})


@permitted("organisation.see")
@require_safe
def unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """One unit."""
    page = queries.unit_page(
        viewer=viewer(request),
        unit_id=unit_id,
        page=number(request, "page"),
        people_page=number(request, "people"),
        today=timezone.localdate(),
    )
    form = DeputyForm() if page.can_appoint else None
    return render(request, "people/unit.html", {"page": page, "form": form})


@permitted("organisation.see")
@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person."""
    asker = viewer(request)
    page = queries.person_page(viewer=asker, person_id=person_id, today=timezone.localdate())
    own = None
    if asker.person == str(page.person.pk):
        may_fetch = privacy.may_fetch_copy(person=page.person, now=timezone.now())
        own = {"requests": privacy.own_requests(person=page.person), "may_fetch": may_fetch}
    context = {"page": page, "own": own, "can_privacy": can(asker, "privacy.desk")}
    return render(request, "people/person.html", context)


@permitted("organisation.see")
@require_POST
def add_deputy(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Appoint a deputy of a unit."""
    found = get_object_or_404(Unit, pk=unit_id, is_open=True)
    require(viewer(request), "deputies.appoint", found)
    form = DeputyForm(request.POST)
    if form.is_valid():
        try:
            appoint_deputy(unit=found, actor=user_of(request), now=timezone.now(), **form.cleaned_data)
        except RoleRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The deputy was appointed."))
            return redirect("people:unit", found.pk)
    page = queries.unit_page(viewer=viewer(request), unit_id=unit_id, page=1, people_page=1, today=timezone.localdate())
    return render(request, "people/unit.html", {"page": page, "form": form}, status=422)


@permitted("organisation.see")
@require_POST
def remove_deputy(request: HttpRequest, deputy_id: int) -> HttpResponse:
    """End a deputy."""
    deputy = get_object_or_404(Deputy.objects.select_related("unit"), pk=deputy_id)
    require(viewer(request), "deputies.appoint", deputy.unit)
    end_deputy(deputy=deputy, actor=user_of(request), now=timezone.now())
    messages.success(request, _("The deputy's time ended."))
    return redirect("people:unit", deputy.unit_id)
