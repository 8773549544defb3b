"""No surprises: my notes, seen and answered with a word; and the rules of the house."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.learn.models import SurpriseCopy
from headwater.rooms.learn.surprise_forms import AnswerForm, RulesForm
from headwater.rooms.learn.surprise_queries import surprises_page
from headwater.rooms.learn.surprise_services import answer_note, change_rules, rules_in_force, see_note
from headwater.rooms.people.viewers import permitted, user_of, viewer


@login_required
@require_safe
def surprises(request: HttpRequest) -> HttpResponse:
    """My notes."""
    page = surprises_page(viewer=viewer(request), now=timezone.now())
    return render(request, "learn/surprises.html", {"page": page})


@login_required
@require_POST
def seen(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Mark a note as seen."""
    try:
        see_note(copy_id=copy_id, actor=user_of(request), now=timezone.now())
    except SurpriseCopy.DoesNotExist:
        raise Http404 from None
    return redirect("learn:surprises")


@login_required
@require_POST
def answer(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Answer a note with a word."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write one sentence of up to 280 letters."))
        return redirect("learn:surprises")
    try:
        answer_note(copy_id=copy_id, word=form.cleaned_data["word"], actor=user_of(request), now=timezone.now())
    except SurpriseCopy.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Your word is kept. Those above read it with the note."))
    return redirect("learn:surprises")


@permitted("surprises.rule")
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of the house."""
    form = RulesForm(request.POST or None, rules=rules_in_force())
    if request.method == "POST" and form.is_valid():
        change_rules(**form.cleaned_data, actor=user_of(request), now=timezone.now())
        messages.success(request, _("The rules hold from now on."))
        return redirect("learn:surprise_rules")
    return render(request, "learn/surprise_rules.html", {"form": form}, status=422 if form.errors else 200)
