"""Giving a view to leaders, what was given to a viewer, and taking it back."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.learn import explorer_given, explorer_giving
from headwater.rooms.learn.explorer_asking import KINDS, Kind, read_ask
from headwater.rooms.learn.explorer_scope import explored
from headwater.rooms.learn.explorer_views import view_file, view_page
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import permitted, user_of, viewer


@permitted("results.give")
def give(request: HttpRequest, kind: str) -> HttpResponse:
    """The form that gives a view, and the giving."""
    if kind not in KINDS:
        raise Http404
    chosen: Kind = kind
    ask = read_ask(request.GET)
    scope = explored(viewer=viewer(request), ask=ask)
    if scope is None:
        raise Http404
    page = explorer_given.give_page(
        viewer=viewer(request),
        wave=scope.wave,
        kind=chosen,
        query=request.META.get("QUERY_STRING", ""),
        unit=request.POST.get("unit", "") or scope.book.tree.ids[scope.unit],
    )
    problem = ""
    if request.method == "POST":
        known = {question.key for question in page.questions}
        unit = Unit.objects.filter(key=request.POST.get("unit", ""), is_open=True).first()
        if unit is None:
            problem = _("Choose a unit.")
        else:
            try:
                explorer_giving.give_view(
                    wave=scope.wave,
                    kind=chosen,
                    ask=ask,
                    title=request.POST.get("title", ""),
                    note=request.POST.get("note", ""),
                    unit=unit,
                    below_too=request.POST.get("whom", "") == "all",
                    withheld=[key for key in request.POST.getlist("withheld") if key in known],
                    form_key=_form_key(request.POST.get("form_key", "")),
                    actor=user_of(request),
                    now=timezone.now(),
                )
            except explorer_giving.GivingRefusedError as refused:
                problem = str(refused)
            else:
                messages.success(request, _("The view was given. Its audience finds it on their first page."))
                return redirect("learn:explorer_given_list")
    # The title of one's own view may name units that this audience does not see.
    usual = request.POST.get("title", "") or f"{page.kind}, {scope.wave.title}"
    context = {
        "page": page,
        "problem": problem,
        "title": usual[: explorer_giving.MOST_TITLE],
        "note": request.POST.get("note", ""),
        "form_key": request.POST.get("form_key", "") or str(uuid.uuid4()),
        "withheld": request.POST.getlist("withheld"),
    }
    return render(request, "learn/explorer_give.html", context, status=422 if problem else 200)


@login_required
@require_safe
def given_list(request: HttpRequest) -> HttpResponse:
    """What was given to the viewer."""
    page = explorer_given.given_list(viewer=viewer(request))
    return render(request, "learn/explorer_given.html", {"page": page})


@login_required
@require_safe
def given(request: HttpRequest, shared_id: UUID) -> HttpResponse:
    """A view that was given, of the viewer's own units."""
    shared = explorer_given.get_shared(viewer=viewer(request), shared_id=shared_id)
    scope = explorer_given.given_scope(viewer=viewer(request), shared=shared, query=request.GET)
    explorer_giving.note_view_opened(shared_id=shared.pk, user=user_of(request), now=timezone.now())
    if scope is None:
        return render(request, "learn/explorer_nothing.html", {"shared": shared})
    return view_page(request, scope, explorer_given.kind_of(shared), {"shared": shared})


@login_required
@require_safe
def given_file(request: HttpRequest, shared_id: UUID, form: str) -> HttpResponse:
    """A view that was given, as a file."""
    shared = explorer_given.get_shared(viewer=viewer(request), shared_id=shared_id)
    scope = explorer_given.given_scope(viewer=viewer(request), shared=shared, query=request.GET)
    if scope is None:
        raise Http404
    return view_file(scope, explorer_given.kind_of(shared), form)


@require_POST
@permitted("results.give")
def take_back(request: HttpRequest, shared_id: UUID) -> HttpResponse:
    """Take a view back."""
    shared = explorer_given.get_shared(viewer=viewer(request), shared_id=shared_id)
    explorer_giving.take_view_back(shared_id=shared.pk, actor=user_of(request), now=timezone.now())
    messages.success(request, _("The view was taken back."))
    return redirect("learn:explorer_given_list")


def _form_key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid.uuid4()
