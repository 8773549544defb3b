"""Rates and their files, the industry beside them, one's own cases, and the check of a file from outside."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.formats.osha import OshaFile, read_osha
from headwater.rooms.act.safety import forms, rate_files, rates
from headwater.rooms.act.safety.case_pages import has_own_case, own_cases
from headwater.rooms.act.safety.patterns import patterns_page
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import for_everybody_here, user_of, viewer
from headwater.vocab import InputError, Problem

MOST_SHOWN = 200


def page_of(request: HttpRequest) -> rates.RatesPage:
    """Return the page of rates that an address asks for. Raises Http404 for what a viewer may not see."""
    year = request.GET.get("year", "")
    try:
        return rates.rates_page(
            viewer=viewer(request),
            unit_key=request.GET.get("unit", ""),
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            kind=request.GET.get("rate", ""),
            today=timezone.localdate(),
        )
    except Unit.DoesNotExist as error:
        raise Http404 from error


@for_everybody_here
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """The rates of a unit and those right below it; to who sees none, their own cases."""
    if not has_role_for(viewer(request), "safety.see"):
        if has_own_case(viewer(request)):
            return redirect("act:safety_own")
        raise PermissionDenied
    return render(request, "act/safety.html", {"page": page_of(request), "kinds": rates.kinds()})


@for_everybody_here
@require_safe
def rates_file(request: HttpRequest, form: str) -> HttpResponse:
    """The rates as CSV, or as a workbook with live formulas."""
    if not has_role_for(viewer(request), "safety.see"):
        raise PermissionDenied
    page = page_of(request)
    name = f"injury-rates-{page.year}.{form}"
    if form == "csv":
        return attached(rate_files.rates_csv(page), "text/csv; charset=utf-8", name)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return attached(rate_files.rates_xlsx(page), kind, name)


@for_everybody_here
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """What near misses tell, and how often such a page is wrong."""
    if not has_role_for(viewer(request), "safety.see"):
        raise PermissionDenied
    try:
        page = patterns_page(viewer=viewer(request), unit_key=request.GET.get("unit", ""), today=timezone.localdate())
    except Unit.DoesNotExist as error:
        raise Http404 from error
    return render(request, "act/safety_patterns.html", {"page": page})


def attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Answer with a file that is kept by nobody on the way."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def industry(request: HttpRequest) -> HttpResponse:
    """Choose what rates are compared with."""
    require_whole(request)
    doing = request.POST.get("doing", "")
    shipped = forms.ShippedIndustryForm(
        request.POST if doing == "shipped" else None, offered=rates.offered_industries()
    )
    own = forms.OwnIndustryForm(request.POST if doing == "own" else None)
    form = {"shipped": shipped, "own": own}.get(doing)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            if doing == "shipped":
                rates.choose_shipped(actor=user_of(request), now=timezone.now(), **form.cleaned_data)
            else:
                rates.choose_industry(actor=user_of(request), now=timezone.now(), **form.cleaned_data)
            return redirect("act:safety")
        except SafetyRefusedError as error:
            form.add_error(None, str(error))
    context = {"shipped": shipped, "own": own, "standing": rates.industry_rate()}
    return render(request, "act/safety_industry.html", context, status=422 if form is not None and form.errors else 200)


def require_whole(request: HttpRequest) -> None:
    """Raise PermissionDenied to who does not keep safety anywhere."""
    if not has_role_for(viewer(request), "safety.keep"):
        raise PermissionDenied


@for_everybody_here
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Somebody's own cases, with who looked at their health data."""
    cases = own_cases(viewer=viewer(request), user=user_of(request), today=timezone.localdate())
    answer = render(request, "act/safety_own.html", {"cases": cases})
    answer["Cache-Control"] = "no-store"
    return answer


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check an upload file from outside; nothing of it is kept."""
    require_whole(request)
    form = forms.FileForm(request.POST or None, request.FILES or None)
    found: OshaFile | None = None
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = read_osha(file.read(), name=file.name[:200], today=timezone.localdate())
            problems = found.problems
        except InputError as error:
            problems = error.problems
        if found is not None and found.is_sound:
            messages.success(request, _("Every rule of the upload is met."))
    context = {
        "form": form,
        "found": found,
        "problems": problems[:MOST_SHOWN],
        "more": max(0, len(problems) - MOST_SHOWN),
    }
    return render(request, "act/safety_check.html", context, status=422 if form.errors or problems else 200)
