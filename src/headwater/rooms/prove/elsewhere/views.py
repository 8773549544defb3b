"""The pages of shared summaries."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.rooms.prove.elsewhere import forms, queries, services
from headwater.rooms.prove.elsewhere.reading import SummaryRefusedError
from headwater.rooms.prove.elsewhere.services import SHARE
from headwater.rooms.prove.models import SharedSummary

WAYS = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def elsewhere(request: HttpRequest) -> HttpResponse:
    """What tends to work elsewhere."""
    page = queries.elsewhere_page(viewer=viewer(request), now=timezone.now())
    return render(request, "prove/elsewhere.html", {"page": page})


@permitted(SHARE)
@require_http_methods(WAYS)
def files(request: HttpRequest) -> HttpResponse:
    """Summaries of others; bring one."""
    form = forms.BringForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    problems: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made, is_new = services.bring_summary(
                raw=given["file"].read(), label=given["label"], actor=user_of(request), now=timezone.now()
            )
            said = _("“%(name)s” was brought.") if is_new else _("This file stands here already, as “%(name)s”.")
            messages.success(request, said % {"name": queries.name_of(made)})
            return redirect("prove:elsewhere_files")
        except SummaryRefusedError as error:
            problems = error.problems
    page = queries.files_page(viewer=viewer(request))
    context = {"page": page, "form": form, "problems": problems}
    return render(request, "prove/elsewhere_files.html", context, status=422 if form.errors or problems else 200)


@permitted(SHARE)
@require_http_methods(WAYS)
def share(request: HttpRequest) -> HttpResponse:
    """What would leave, word for word, and the confirmation."""
    is_leaving = request.method == "POST"
    chosen = forms.ChoicesForm(request.POST if is_leaving else request.GET or None)
    chosen.is_valid()
    leave = forms.LeaveForm(request.POST if is_leaving else None)
    now, problem = timezone.now(), ""
    if is_leaving and leave.is_valid():
        try:
            services.share_summary(
                choices=chosen.choices, seen=leave.cleaned_data["seen"], actor=user_of(request), now=now
            )
            messages.success(request, _("The summary was made. Download it below and give it to whom you like."))
            return redirect("prove:elsewhere_files")
        except SummaryRefusedError as error:
            problem = str(error)
    page = queries.share_page(viewer=viewer(request), choices=chosen.choices, now=now)
    context = {"page": page, "chosen": chosen, "leave": leave, "problem": problem, "told": chosen.choices}
    return render(request, "prove/elsewhere_share.html", context, status=422 if leave.errors or problem else 200)


@permitted(SHARE)
@require_safe
def ours(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """A summary that left, as a file."""
    try:
        name, content = queries.shared_file(viewer=viewer(request), summary_id=summary_id)
    except SharedSummary.DoesNotExist as error:
        raise Http404 from error
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@permitted(SHARE)
@require_POST
def remove(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Take a summary of another organisation away."""
    services.remove_summary(summary_id=summary_id, actor=user_of(request), now=timezone.now())
    messages.success(request, _("The summary was removed. It counts no more."))
    return redirect("prove:elsewhere_files")
