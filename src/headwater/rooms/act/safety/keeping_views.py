"""Hours, establishments with their forms and files, and the rules of clocks."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.formats.osha import osha_csv, read_osha
from headwater.rooms.act.models import Establishment, HoursFile
from headwater.rooms.act.safety import clocks, establishments, forms, hours, keeping_pages, log_forms
from headwater.rooms.act.safety.places import authorities
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.act.safety.views import attached, require_whole
from headwater.rooms.people.viewers import for_everybody_here, user_of, viewer
from headwater.vocab import Problem


def _year(request: HttpRequest) -> int | None:
    year = request.GET.get("year", "")
    return int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def hours_of(request: HttpRequest) -> HttpResponse:
    """Hours by unit and month: the table, a form for one, and a file for many."""
    require_whole(request)
    doing, actor, now = request.POST.get("doing", ""), user_of(request), timezone.now()
    form = forms.HoursForm(request.POST if doing == "one" else None)
    file_form = forms.FileForm(request.POST, request.FILES) if doing == "file" else forms.FileForm()
    if doing == "one" and form.is_valid():
        values = form.cleaned_data
        year, month = values.pop("month")
        try:
            hours.enter_hours(year=year, month=month, actor=actor, now=now, **values)
            messages.success(request, _("Kept."))
            return redirect(f"{request.path}?year={year}")
        except SafetyRefusedError as error:
            form.add_error(None, str(error))
    if doing == "file" and file_form.is_valid():
        file = file_form.cleaned_data["file"]
        made = hours.check_file(content=file.read(), file_name=file.name, actor=actor, now=now)
        return redirect("act:safety_hours_file", made.pk)
    page = keeping_pages.hours_page(viewer=viewer(request), year=_year(request), today=timezone.localdate())
    context = {"page": page, "form": form, "file_form": file_form, "months": range(1, 13)}
    return render(request, "act/safety_hours.html", context, status=422 if form.errors or file_form.errors else 200)


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def hours_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """What a file of hours would change; brought in or dropped."""
    actor, now = user_of(request), timezone.now()
    try:
        page = keeping_pages.hours_file_page(viewer=viewer(request), file_id=file_id)
        if request.method == "POST":
            if request.POST.get("decision") == "apply":
                hours.apply_file(file_id=file_id, actor=actor, now=now)
                messages.success(request, _("The hours were brought in."))
            else:
                hours.drop_file(file_id=file_id, actor=actor, now=now)
                messages.success(request, _("The file was dropped. Nothing changed."))
            return redirect("act:safety_hours")
    except HoursFile.DoesNotExist as error:
        raise Http404 from error
    except SafetyRefusedError as refused:
        messages.error(request, str(refused))
    return render(request, "act/safety_hours_file.html", {"page": page})


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """Establishments, and a form for a new one."""
    require_whole(request)
    lines = keeping_pages.places_page(viewer=viewer(request), today=timezone.localdate())
    form = forms.EstablishmentForm(
        request.POST or None, authorities=authorities(), initial={"zone": timezone.get_current_timezone_name()}
    )
    if request.method == "POST" and _kept(request, form):
        return redirect("act:safety_places")
    context = {"lines": lines, "form": form}
    return render(request, "act/safety_places.html", context, status=422 if form.errors else 200)


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, establishment_id: UUID) -> HttpResponse:
    """What is kept of one establishment."""
    found = next(
        (
            line.place
            for line in keeping_pages.places_page(viewer=viewer(request), today=timezone.localdate())
            if line.place.pk == establishment_id
        ),
        None,
    )
    if found is None:
        raise Http404
    standing = {name: getattr(found, name) for name in establishments.FIELDS}
    form = forms.EstablishmentForm(
        request.POST or None, authorities=authorities(), initial={**standing, "unit": found.unit}
    )
    if request.method == "POST" and _kept(request, form, found.pk):
        return redirect("act:safety_places")
    return render(request, "act/safety_place.html", {"place": found, "form": form}, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: forms.EstablishmentForm, establishment_id: UUID | None = None) -> bool:
    if not form.is_valid():
        return False
    values = dict(form.cleaned_data)
    unit = values.pop("unit")
    try:
        establishments.keep_establishment(
            unit=unit,
            said=establishments.Said(**values),
            actor=user_of(request),
            now=timezone.now(),
            establishment_id=establishment_id,
        )
    except SafetyRefusedError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Kept."))
    return True


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def year(request: HttpRequest, establishment_id: UUID, year: int) -> HttpResponse:
    """An establishment's year: sums, forms, files, certification and posting."""
    page = _page(request, establishment_id, year)
    said = page.said
    names = forms.YearForm.base_fields
    form = forms.YearForm(
        request.POST or None, initial={name: getattr(said, name) for name in names} if said is not None else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            establishments.keep_year(
                establishment_id=establishment_id,
                year=year,
                actor=user_of(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("Kept."))
            return redirect(request.path)
        except SafetyRefusedError as error:
            form.add_error(None, str(error))
    return render(request, "act/safety_year.html", {"page": page, "form": form}, status=422 if form.errors else 200)


def _page(request: HttpRequest, establishment_id: UUID, year: int) -> keeping_pages.YearPage:
    require_whole(request)
    if not 2000 <= year <= timezone.localdate().year:
        raise Http404
    try:
        return keeping_pages.year_page(
            viewer=viewer(request), establishment_id=establishment_id, year=year, today=timezone.localdate()
        )
    except Establishment.DoesNotExist as error:
        raise Http404 from error


@for_everybody_here
@require_safe
def year_file(request: HttpRequest, establishment_id: UUID, year: int, form: str) -> HttpResponse:
    """Forms 300 and 300A as PDF, and the two upload files, which are given only when every rule is met."""
    from headwater.reports.renderers.safety_forms import form_pdf

    page = _page(request, establishment_id, year)
    actor, now = user_of(request), timezone.now()
    if form == "form-300a.pdf":
        return attached(form_pdf(log_forms.summary_sheet(book=page.book, now=now)), "application/pdf", form)
    if form == "form-300a.csv":
        if any(problem.severity == "error" for problem in page.problems):
            return _refused(request, page, page.problems)
        return attached(osha_csv([log_forms.summary_row(page.book)]), "text/csv; charset=utf-8", form)
    if not page.sees_health:
        raise PermissionDenied
    if form == "form-300.pdf":
        return attached(form_pdf(log_forms.log_sheet(book=page.book, actor=actor, now=now)), "application/pdf", form)
    rows, lacking = log_forms.case_rows(book=page.book, actor=actor, now=now)
    if lacking or not rows:
        nothing = Problem("no case of this year can be told in detail.", file=form)
        return _refused(request, page, tuple(lacking) or (nothing,))
    content = osha_csv(rows)
    found = read_osha(content, name=form)
    if not found.is_sound:
        return _refused(request, page, found.problems)
    return attached(content, "text/csv; charset=utf-8", form)


def _refused(request: HttpRequest, page: keeping_pages.YearPage, problems: tuple[Problem, ...]) -> HttpResponse:
    context = {"page": page, "form": forms.YearForm(), "refused": problems}
    return render(request, "act/safety_year.html", context, status=422)


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The clocks of authorities: those shipped, and one's own."""
    require_whole(request)
    form = forms.RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            clocks.keep_rule(actor=user_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Kept. Clocks that run already stay as they began."))
            return redirect("act:safety_rules")
        except SafetyRefusedError as error:
            form.add_error(None, str(error))
    context = {"lines": keeping_pages.rules_page(viewer=viewer(request)), "form": form}
    return render(request, "act/safety_rules.html", context, status=422 if form.errors else 200)
