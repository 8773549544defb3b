"""Pages of those who send briefings."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.engage.briefings import author_pages, preparing
from headwater.rooms.engage.briefings.documents import FILES
from headwater.rooms.engage.briefings.files import copy_response
from headwater.rooms.engage.briefings.forms import CopyForm, PrepareForm
from headwater.rooms.engage.briefings.preparing import MANAGE, BriefingRefusedError
from headwater.rooms.engage.stakeholders.standing import active
from headwater.rooms.learn.evidence import evidence_for_unit
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.unit_field import unit_called
from headwater.rooms.people.viewers import user_of, viewer

MOST_UNITS = 60


@login_required
@require_safe
def briefings(request: HttpRequest) -> HttpResponse:
    """Briefings sent to me, and those prepared here."""
    return render(request, "engage/briefings_list.html", {"page": author_pages.list_page(viewer=viewer(request))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    """Choose the unit the numbers are of, then the rest."""
    asker = viewer(request)
    if not can(asker, MANAGE):
        raise PermissionDenied
    units = Unit.objects.filter(is_open=True).exclude(number=None).order_by("depth", "number")
    chosen = (request.POST.get("unit") or request.GET.get("unit", ""))[:400]
    unit = unit_called(chosen, units) if chosen else None
    if unit is None:
        context = {"units": units[:MOST_UNITS], "is_unknown": bool(chosen), "to": request.GET.getlist("to")[:40]}
        return render(request, "engage/briefings_unit.html", context, status=422 if chosen else 200)
    evidence = evidence_for_unit(viewer=asker, unit=unit.key)
    receivers = list(active())
    form = PrepareForm(
        request.POST or None,
        unit=unit,
        evidence=evidence,
        receivers=receivers,
        initial={"receivers": request.GET.getlist("to")[:40]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = preparing.prepare_briefing(
                briefing_id=form.cleaned_data["made"],
                wanted=form.wanted(),
                actor=user_of(request),
                viewer=asker,
                now=timezone.now(),
            )
        except BriefingRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("engage:briefings_one", made.pk)
    context = {"form": form, "unit": unit, "evidence": evidence, "receivers": receivers}
    return render(request, "engage/briefings_prepare.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def one(request: HttpRequest, briefing_id: UUID) -> HttpResponse:
    """One briefing: its copies, and what they did."""
    page = author_pages.one_page(viewer=viewer(request), briefing_id=briefing_id, now=timezone.now())
    return render(request, "engage/briefings_one.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """One copy: why it differs, the first page, the rehearsal; change it or send it."""
    asker, now = viewer(request), timezone.now()
    found = author_pages.managed_copy(viewer=asker, copy_id=copy_id)
    doing = request.POST.get("doing", "")
    initial = {name: getattr(found, name) for name in ("form", "minutes", "numbers", "with_example")}
    form = CopyForm(request.POST if doing == "change" else None, initial=initial)
    if doing == "change" and form.is_valid():
        try:
            preparing.change_copy(copy_id=copy_id, actor=user_of(request), viewer=asker, now=now, **form.cleaned_data)
        except BriefingRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Changed."))
            return redirect("engage:briefings_copy", copy_id)
    if doing == "send":
        site = f"{request.scheme}://{request.get_host()}"
        reason = request.POST.get("over_reason", "")
        try:
            preparing.send_copy(
                copy_id=copy_id, over_reason=reason, site=site, actor=user_of(request), viewer=asker, now=now
            )
        except (BriefingRefusedError, OverloadError) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Sent."))
        return redirect("engage:briefings_copy", copy_id)
    page = author_pages.copy_page(viewer=asker, copy_id=copy_id, now=now)
    own = FILES[page.copy.form]
    others = [one for one in ("pptx", "xlsx", "pdf") if one != own]
    context = {"page": page, "form": form, "file_form": own, "other_files": others}
    return render(request, "engage/briefings_copy.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def download(request: HttpRequest, copy_id: UUID, form: str) -> HttpResponse:
    """The file of a copy, for those who send: pptx, xlsx, pdf or html."""
    found = author_pages.managed_copy(viewer=viewer(request), copy_id=copy_id)
    return copy_response(found, form, as_sent=found.sent_at is not None)


@login_required
@require_safe
def learned(request: HttpRequest) -> HttpResponse:
    """Which form and timing lead to outcomes, over all leaders."""
    parts = author_pages.learning_page(viewer=viewer(request), now=timezone.now())
    return render(request, "engage/briefings_learned.html", {"parts": parts})
