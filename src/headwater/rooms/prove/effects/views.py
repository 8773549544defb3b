"""The pages of effects."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.learn.sheets import MEDIA, sheet_response
from headwater.rooms.people.viewers import user_of, viewer
from headwater.rooms.prove.effects import learned as pooled
from headwater.rooms.prove.effects import one as single
from headwater.rooms.prove.effects import queries, services
from headwater.rooms.prove.models import EffectPlan


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def effects(request: HttpRequest) -> HttpResponse:
    """What was done with a forecast, and how it turned out."""
    if request.method == "POST":
        made = services.register_now(actor=user_of(request), now=timezone.now())
        messages.success(
            request, ngettext("%(n)s action was registered.", "%(n)s actions were registered.", made) % {"n": made}
        )
        return redirect("prove:effects")
    chosen = request.GET.get("verdict", "")
    page = queries.effects_page(viewer=viewer(request), now=timezone.now(), chosen=chosen)
    return render(request, "prove/effects.html", {"page": page})


@login_required
@require_safe
def file(request: HttpRequest, form: str) -> HttpResponse:
    """The list as a file."""
    if form not in MEDIA:
        raise Http404
    return sheet_response(queries.effects_sheet(viewer=viewer(request), now=timezone.now()), form)


@login_required
@require_safe
def learned(request: HttpRequest) -> HttpResponse:
    """What tends to work here."""
    return render(
        request, "prove/effects_learned.html", {"page": pooled.learned_page(viewer=viewer(request), now=timezone.now())}
    )


@login_required
@require_safe
def one(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One action."""
    now = timezone.now()
    try:
        page = single.effect_page(viewer=viewer(request), plan_id=plan_id, now=now)
    except EffectPlan.DoesNotExist as error:
        raise Http404 from error
    services.note_seen(plan=page.line.plan, actor=user_of(request), now=now)
    return render(request, "prove/effects_one.html", {"page": page})


@login_required
@require_safe
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The frozen plan, to work its hash out again."""
    try:
        found, plain = single.plan_file(viewer=viewer(request), plan_id=plan_id)
    except EffectPlan.DoesNotExist as error:
        raise Http404 from error
    answer = JsonResponse({"sha256": found.digest, "registered_at": found.registered_at.isoformat(), "plan": plain})
    answer["Cache-Control"] = "private, no-store"
    return answer
