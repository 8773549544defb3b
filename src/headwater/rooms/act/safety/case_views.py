"""Cases: begun, decided, their days and clocks, their health data."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.act.logic.recordable import QUESTIONS, classify
from headwater.rooms.act.logic.safety_clocks import zone_of
from headwater.rooms.act.models import CaseClock, HealthLook, Incident, InjuryCase
from headwater.rooms.act.safety import case_pages, cases, clocks, forms, health, log_forms, words
from headwater.rooms.act.safety.case_pages import CasePage, reasons_of
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.act.safety.views import attached, require_whole
from headwater.rooms.people.viewers import for_everybody_here, user_of, viewer

Forms = Mapping[str, django_forms.Form]


@for_everybody_here
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The cases of a year."""
    year = request.GET.get("year", "")
    page = case_pages.cases_page(
        viewer=viewer(request),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        now=timezone.now(),
        today=timezone.localdate(),
    )
    return render(request, "act/safety_cases.html", {"page": page})


@for_everybody_here
@require_POST
def begin(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Begin the case of an injury."""
    try:
        made = cases.begin_case(incident_id=incident_id, actor=user_of(request), now=timezone.now())
    except Incident.DoesNotExist as error:
        raise Http404 from error
    except SafetyRefusedError as error:
        messages.error(request, str(error))
        return redirect("act:safety_cases")
    return redirect("act:safety_case", made.pk)


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: where it counts, what happened to the person, whether it is recordable, and its days."""
    try:
        page = case_pages.case_page(
            viewer=viewer(request), case_id=case_id, now=timezone.now(), today=timezone.localdate()
        )
    except InjuryCase.DoesNotExist as error:
        raise Http404 from error
    doing = request.POST.get("doing", "").partition(":")[0]
    given = _forms(request, page, doing)
    form = given.get(doing)
    context: dict[str, object] = {"page": page, "forms": given, "doing": request.POST.get("doing", "")}
    if request.method == "POST":
        if doing == "path":
            context["suggested"] = _suggest(given)
        else:
            try:
                if _act(request, page, given, doing):
                    return redirect("act:safety_case", case_id)
            except SafetyRefusedError as error:
                if form is None:
                    messages.error(request, str(error))
                    return redirect("act:safety_case", case_id)
                form.add_error(None, str(error))
    return render(request, "act/safety_case.html", context, status=422 if form is not None and form.errors else 200)


def _forms(request: HttpRequest, page: CasePage, doing: str) -> Forms:
    case = page.case
    decides = doing in ("decide", "path")
    decided = {True: "yes", False: "no"}.get(case.is_recordable) if case.is_recordable is not None else None
    standing = {
        "seen": case.version,
        "is_recordable": decided,
        "outcome": case.outcome,
        "illness": case.illness or InjuryCase.Illness.INJURY,
        "privacy": cases.KEPT if case.is_private else "",
        "despite": case.despite,
    }
    zone = case.establishment.zone if case.establishment is not None else case.incident.happened_zone
    here = zone_of(zone)
    place = {
        "unit": case.unit,
        "person": case.person,
        "job_title": case.job_title,
        "happened_date": case.happened_date,
    }
    given: dict[str, django_forms.Form] = {
        "path_questions": forms.PathForm(request.POST if decides else None, initial=case.answers),
        "decide": forms.DecisionForm(request.POST if doing == "decide" else None, initial=standing),
        "place": forms.PlaceForm(request.POST if doing == "place" else None, initial=place),
        "spell": forms.SpellForm(request.POST if doing == "spell" else None),
        "end": forms.EndForm(request.POST if doing == "end" else None),
        "clock": forms.ClockForm(
            request.POST if doing == "clock" else None,
            initial={"knew_at": case.known_at.astimezone(here).replace(tzinfo=None)},
        ),
        "met": forms.MetForm(
            request.POST if doing == "met" else None,
            initial={"done_at": timezone.now().astimezone(here).replace(tzinfo=None)},
        ),
        "waive": forms.WaiveForm(request.POST if doing == "waive" else None),
    }
    for key, name in (("clock", "knew_at"), ("met", "done_at")):
        given[key].fields[name].help_text = _("In the time of %(zone)s.") % {"zone": zone}
    return given


def _suggest(given: Forms) -> dict[str, object] | None:
    """Return where the answers lead, without deciding."""
    path = given["path_questions"]
    if not path.is_valid():
        return None
    found = classify({key: path.cleaned_data[key] for key in QUESTIONS})
    given["decide"].initial["is_recordable"] = {True: "yes", False: "no"}.get(found.is_recordable)  # type: ignore[arg-type]
    given["decide"].initial["outcome"] = found.outcome if found.is_recordable else ""
    reasons = reasons_of(found)
    return {
        "path": found,
        "reasons": reasons,
        "open": [words.REASONS[key] for key in found.open_questions],
        "outcome": InjuryCase.Outcome(found.outcome).label if found.outcome else "",
    }


def _act(request: HttpRequest, page: CasePage, given: Forms, doing: str) -> bool:
    """Do what a button says. Returns whether it was done."""
    actor, now, key = user_of(request), timezone.now(), page.case.pk
    target = request.POST.get("doing", "").partition(":")[2]
    if doing == "drop":
        spell = next((one for one in page.spells if str(one.pk) == target), None)
        if spell is not None:
            cases.drop_spell(spell_id=spell.pk, actor=actor, now=now)
        return True
    form = given.get(doing)
    if form is None or not form.is_valid():
        return False
    values = form.cleaned_data
    if doing == "decide":
        return _decide(request, page, given)
    if doing == "place":
        cases.place_case(case_id=key, actor=actor, now=now, **values)
    elif doing == "spell":
        cases.add_spell(case_id=key, actor=actor, now=now, **values)
    elif doing == "end":
        spell = next((one for one in page.spells if str(one.pk) == target), None)
        if spell is None:
            raise Http404
        cases.end_spell(spell_id=spell.pk, until_date=values["until_date"], actor=actor, now=now)
    elif doing == "clock":
        case = page.case
        zone = case.establishment.zone if case.establishment is not None else case.incident.happened_zone
        knew = forms.knew_in_zone(values["knew_at"], zone)
        clocks.start_clock(case_id=key, event=values["event"], knew_at=knew, actor=actor, now=now)
    else:
        _settle(page, doing, target, values, request)
    return True


def _decide(request: HttpRequest, page: CasePage, given: Forms) -> bool:
    path, values = given["path_questions"], given["decide"].cleaned_data
    if not path.is_valid():
        return False
    decision = cases.Decision(
        answers={key: path.cleaned_data[key] for key in QUESTIONS},
        is_recordable=values["is_recordable"] == "yes",
        outcome=values["outcome"],
        illness=values["illness"],
        privacy=values["privacy"],
        despite=values["despite"],
    )
    actor, now = user_of(request), timezone.now()
    cases.decide_case(case_id=page.case.pk, seen=values["seen"], decision=decision, actor=actor, now=now)
    messages.success(request, _("Decided. You can decide anew when more is known."))
    return True


def _settle(page: CasePage, doing: str, target: str, values: Mapping[str, object], request: HttpRequest) -> None:
    found: CaseClock | None = next((line.clock for line in page.clocks if str(line.clock.pk) == target), None)
    if found is None:
        raise Http404
    actor, now = user_of(request), timezone.now()
    if doing == "met":
        done_at = forms.told_in_zone(values["done_at"], found.zone, now=now)  # type: ignore[arg-type]
        reference = str(values["reference"])
        clocks.meet_clock(clock_id=found.pk, done_at=done_at, reference=reference, actor=actor, now=now)
    else:
        clocks.waive_clock(clock_id=found.pk, why=str(values["why"]), actor=actor, now=now)


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def health_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Health data of a case. Opening them is kept, and shown to the injured person."""
    actor, now = user_of(request), timezone.now()
    try:
        page = case_pages.case_page(viewer=viewer(request), case_id=case_id, now=now, today=timezone.localdate())
    except InjuryCase.DoesNotExist as error:
        raise Http404 from error
    if not page.sees_health:
        raise PermissionDenied
    if request.method == "POST":
        form = forms.HealthForm(request.POST)
        if form.is_valid():
            try:
                health.write_health(case_id=case_id, values=form.values(), actor=actor, now=now)
                messages.success(request, _("Kept, encrypted."))
                return redirect("act:safety_case", case_id)
            except SafetyRefusedError as error:
                form.add_error(None, str(error))
    else:
        kept = health.read_health(case_id=case_id, purpose=HealthLook.Purpose.PAGE, actor=actor, now=now)
        form = forms.HealthForm(initial=kept)
    answer = render(request, "act/safety_health.html", {"page": page, "form": form}, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@for_everybody_here
@require_safe
def report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Form 301 of a case as PDF."""
    from headwater.reports.renderers.safety_forms import form_pdf

    require_whole(request)
    try:
        sheet = log_forms.report_sheet(case_id=case_id, actor=user_of(request), now=timezone.now())
    except InjuryCase.DoesNotExist as error:
        raise Http404 from error
    except SafetyRefusedError as error:
        messages.error(request, str(error))
        return redirect("act:safety_case", case_id)
    return attached(form_pdf(sheet), "application/pdf", f"form-301-{sheet.number}.pdf")
