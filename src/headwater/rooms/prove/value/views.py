"""Value cases as pages: the list, one case, its lines and figures, presenting it, and its files."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.decide.acting import act, is_done
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.rooms.prove.value import services
from headwater.rooms.prove.value.allowed import MANAGE
from headwater.rooms.prove.value.documents import FORMS, case_document, file_response
from headwater.rooms.prove.value.forms import CaseForm, FiguresForm, HorizonForm, LineForm, PresentForm
from headwater.rooms.prove.value.links import links_for
from headwater.rooms.prove.value.queries import case_page, cases_page, editable_case
from headwater.rooms.prove.value.sheet import case_workbook
from headwater.vocab import speaking

ONE = "prove:value_one"


@login_required
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases."""
    return render(request, "prove/value.html", {"page": cases_page(viewer=viewer(request))})


@permitted(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Begin a case."""
    form = CaseForm(request.POST or None, initial={"form_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = services.make_case(
            unit=form.units[data["unit"]],
            title=data["title"],
            currency=data["currency"],
            horizon=data["horizon"],
            form_key=data["form_key"],
            actor=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Begun. Add a line for each place where money may move."))
        return redirect(ONE, made.pk)
    status = 400 if form.errors else 200
    return render(request, "prove/value_make.html", {"form": form}, status=status)


@login_required
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case, in the version asked for."""
    page = case_page(viewer=viewer(request), case_id=case_id, number=_number(request))
    return render(request, "prove/value_one.html", {"page": page, "present": PresentForm(), "forms": FORMS})


@login_required
@require_safe
def case_file(request: HttpRequest, case_id: UUID, form: str) -> HttpResponse:
    """One version as a workbook with live formulas, one slide, or a PDF."""
    if form not in FORMS:
        raise Http404
    page = case_page(viewer=viewer(request), case_id=case_id, number=_number(request))
    if page.result is None:
        messages.error(request, _("Figures are missing, so there is nothing to write down yet."))
        return redirect(ONE, case_id)
    with speaking((get_language() or "en")[:2]):
        if form == "xlsx":
            return file_response(case_workbook(page), page.case.title, form)
        return file_response(case_document(page, form=form, today=timezone.localdate()), page.case.title, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_line(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add a line."""
    found, content = editable_case(viewer=viewer(request), case_id=case_id)
    form = LineForm(request.POST or None, links=links_for(found.unit))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            line = services.add_line(
                case_id=case_id,
                kind=data["kind"],
                about=data["about"],
                link=form.chosen(),
                actor=user_of(request),
                now=timezone.now(),
            )
        except services.ValueRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("prove:value_line", case_id, line.position)
    context = {"case": found, "content": content, "form": form}
    return render(request, "prove/value_add.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, case_id: UUID, position: int) -> HttpResponse:
    """Type the figures of one line."""
    found, content = editable_case(viewer=viewer(request), case_id=case_id)
    here = next((one for one in content.lines if one.position == position), None)
    if here is None:
        raise Http404
    form = FiguresForm(request.POST or None, slots=content.of_line(position), currency=found.currency)
    context = {"case": found, "content": content, "line": here, "link": content.links.get(position), "form": form}
    return _figures(request, found.pk, position, form, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def costs(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Type what the programme costs by year, the discount rate and the build-up."""
    found, content = editable_case(viewer=viewer(request), case_id=case_id)
    slots = [slot for slot in content.slots if slot.line is None]
    form = FiguresForm(request.POST or None, slots=slots, currency=found.currency)
    horizon = HorizonForm(initial={"horizon": content.version.horizon})
    context = {"case": found, "content": content, "line": None, "link": None, "form": form, "horizon": horizon}
    return _figures(request, found.pk, None, form, context)


@login_required
@require_POST
def set_horizon(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Set how many years count."""
    editable_case(viewer=viewer(request), case_id=case_id)
    form = HorizonForm(request.POST)
    back = redirect("prove:value_costs", case_id)
    if not form.is_valid():
        messages.error(request, _("Type a number of years, 1 to 10."))
        return back
    service = partial(services.set_horizon, case_id=case_id, horizon=form.cleaned_data["horizon"])
    return act(request, service, back=back, said=_("Kept."))


@login_required
@require_POST
def remove_line(request: HttpRequest, case_id: UUID, position: int) -> HttpResponse:
    """Take a line out."""
    editable_case(viewer=viewer(request), case_id=case_id)
    service = partial(services.remove_line, case_id=case_id, position=position)
    return act(request, service, back=redirect(ONE, case_id), said=_("The line is out."))


@login_required
@require_POST
def present(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Freeze the draft with its result."""
    editable_case(viewer=viewer(request), case_id=case_id)
    form = PresentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what this version is for."))
        return redirect(ONE, case_id)
    service = partial(services.present_version, case_id=case_id, why=form.cleaned_data["why"])
    said = _("Frozen. An edit from here on begins a new version.")
    return act(request, service, back=redirect(ONE, case_id), said=said)


def _figures(
    request: HttpRequest, case_id: UUID, position: int | None, form: FiguresForm, context: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        service = partial(services.write_inputs, case_id=case_id, position=position, typed=form.typed)
        if is_done(request, form, service):
            messages.success(request, _("Kept."))
            return redirect(ONE, case_id)
    return render(request, "prove/value_figures.html", context, status=400 if form.errors else 200)


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("version", "")
    return int(asked) if asked.isdigit() and len(asked) < 6 else 0
