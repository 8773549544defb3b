"""The register of risks."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.engage.models import Risk
from headwater.rooms.engage.risks import forms, queries, services
from headwater.rooms.engage.risks.services import Report, RiskRefusedError
from headwater.rooms.people.viewers import permitted, user_of, viewer


@permitted("risks.report")
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The risks a viewer may see."""
    return render(request, "engage/risks.html", {"page": queries.risks_page(viewer=viewer(request))})


@permitted("risks.report")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a risk."""
    form = forms.ReportForm(request.POST or None, initial={"seen_date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        exposure = None
        if given["exposure_in"]:
            exposure = (given["exposure_low"], given["exposure_high"], given["exposure_in"])
        told = Report(
            given["title"],
            given["what"],
            given["unit"],
            given["seen_date"],
            given["through"],
            exposure,
            given["upside"],
        )
        try:
            made = services.report_risk(risk_id=given["key"], report=told, actor=user_of(request), now=timezone.now())
            messages.success(request, _("Thank you. An early report is a good report."))
            return redirect("engage:risks_one", made.pk)
        except RiskRefusedError as error:
            form.add_error(None, str(error))
    return render(request, "engage/risks_report.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, risk_id: UUID) -> HttpResponse:
    """One risk, and what its managers do with it."""
    try:
        page = queries.risk_page(viewer=viewer(request), risk_id=risk_id)
    except Risk.DoesNotExist as error:
        raise Http404 from error
    doing, risk = request.POST.get("doing", ""), page.risk
    given: dict[str, django_forms.Form] = {
        "move": forms.MoveForm(
            request.POST if doing == "move" else None, initial={"state": risk.state, "owner": risk.owner}
        ),
        "thanks": forms.ThanksForm(request.POST if doing == "thanks" else None),
        "measure": forms.MeasureForm(request.POST if doing == "measure" else None, offered=page.offered),
    }
    form = given.get(doing)
    if request.method == "POST":
        if not page.manages:
            raise PermissionDenied
        try:
            if _act(request, page, doing, form):
                return redirect("engage:risks_one", risk.pk)
        except RiskRefusedError as error:
            if form is not None:
                form.add_error(None, str(error))
    status = 422 if form is not None and form.errors else 200
    return render(request, "engage/risks_one.html", {"page": page, "forms": given}, status=status)


def _act(request: HttpRequest, page: queries.RiskPage, doing: str, form: django_forms.Form | None) -> bool:
    """Do what a button says. Returns whether it was done."""
    actor, now, key = user_of(request), timezone.now(), page.risk.pk
    if doing.startswith("drop:"):
        for line in page.measures:
            if str(line.measure.pk) == doing[5:]:
                services.drop_measure(measure_id=line.measure.pk, actor=actor, now=now)
        return True
    if form is None or not form.is_valid():
        return False
    given = dict(form.cleaned_data)
    if doing == "move":
        services.move_risk(risk_id=key, actor=actor, now=now, **given)
    elif doing == "thanks":
        services.thank_reporter(risk_id=key, thanks=given["thanks"], actor=actor, now=now)
    else:
        study, wave, score = given.pop("score").split("|")
        services.add_measure(risk_id=key, study=study, wave=wave, score=score, actor=actor, now=now, **given)
    return True
