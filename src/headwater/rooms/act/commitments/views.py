"""Pages of commitments: the list, making one, one commitment, and help."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.act.commitments import forms, helping, queries, services
from headwater.rooms.act.commitments.allowed import MAKE, may_make
from headwater.rooms.act.commitments.services import CommitmentRefusedError
from headwater.rooms.act.commitments.sources import From, source_of, theme_of
from headwater.rooms.act.models import Commitment
from headwater.rooms.decide.directions.forecasting import ForecastForm, finding_of, key_of
from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.engage.own_notice import notice_own_load
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.evidence import evidence_for_unit, evidence_of, plain_score
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import user_of, viewer

STEP_MINUTES, CHECK_MINUTES, HELP_MINUTES = 5, 1, 2


@login_required
@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """Mine first, then of my units."""
    page = queries.commitments_page(viewer=viewer(request), now=timezone.now())
    return render(request, "act/commitments.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make a commitment: of one's own idea, or from a finding, a theme, a direction, a visit, an incident."""
    asker, given = viewer(request), request.GET
    if not has_role_for(asker, MAKE):
        raise PermissionDenied
    start = _start(request, given)
    units = queries.units_to_choose(asker)
    unit = start.unit or next((one for one in units if one.key == given.get("unit", "")), None)
    if not units and unit is None:
        raise PermissionDenied
    unit = unit or _own_unit(request, units)
    if not may_make(asker, unit):
        raise PermissionDenied
    offered = _offered(request, unit, start.finding)
    initial: dict[str, Any] = {"owner": start.owner or user_of(request).person, **forms.first_days(start.due)}
    if start.finding is not None:
        initial["score"] = next((key_of(one) for one in offered if one.finding == start.finding), "")
    form = forms.CommitmentForm(request.POST or None, initial=initial, offered=offered)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = services.make_commitment(
                key=values["key"],
                owner=values["owner"],
                unit=unit,
                sentence=values["sentence"],
                first_step=values["first_step"],
                first_step_date=values["first_step_date"],
                due_date=values["due_date"],
                source_kind=start.kind,
                source_id=start.id,
                source_title=start.title,
                finding=finding_of(values["score"]),
                forecast=form.forecast(),
                over_reason=values["over_reason"],
                actor=user_of(request),
                now=timezone.now(),
            )
        except CommitmentRefusedError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except OverloadError as full:
            form.ask_why(full.lines)
        else:
            messages.success(request, _("Kept. You are asked once a week how it goes: half a minute."))
            notice_own_load(request, source=f"commitment:{made.pk}:")
            return redirect("act:commitments_one", made.pk)
    context = {
        "form": form,
        "start": start,
        "unit": unit,
        "units": () if start.unit is not None else units,
        "minutes": STEP_MINUTES,
        "chosen": next((one for one in offered if one.finding == start.finding), None),
    }
    return render(request, "act/commitments_make.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """One commitment, and what its owner does with it."""
    page = queries.commitment_page(viewer=viewer(request), commitment_id=commitment_id, now=timezone.now())
    doing = request.POST.get("doing", "")
    helped = forms.HelpForm(
        request.POST if doing == "help" else None, initial={"by_date": page.line.commitment.first_step_date}
    )
    open_forms: dict[str, django_forms.Form] = {
        "check": forms.CheckInForm(request.POST if doing == "check" else None),
        "drop": forms.DropForm(request.POST if doing == "drop" else None),
        "help": helped,
        "forecast": ForecastForm(request.POST if doing == "forecast" else None),
    }
    if request.method == "POST":
        if not page.is_owner:
            raise PermissionDenied
        form = open_forms.get(doing)
        if form is None or form.is_valid():
            try:
                _do(request, doing, form, page.line.commitment)
                return redirect("act:commitments_one", commitment_id)
            except OverloadError as full:
                helped.ask_why(full.lines)
            except CommitmentRefusedError as refusal:
                is_shown = page.line.commitment.is_open and (doing != "forecast" or page.may_forecast)
                if form is not None and is_shown:
                    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                else:
                    messages.error(request, str(refusal))
    wrong = any(form.errors for form in open_forms.values())
    context = {"page": page, "minutes": HELP_MINUTES, **{f"{name}_form": form for name, form in open_forms.items()}}
    return render(request, "act/commitments_one.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def take_over(request: HttpRequest, discovered: UUID) -> HttpResponse:
    """Take over the commitment one made in a Discovery."""
    try:
        made = services.take_from_discovery(commitment=discovered, actor=user_of(request), now=timezone.now())
    except CommitmentRefusedError as refusal:
        raise Http404 from refusal
    messages.success(request, _("Taken over. Add what it should move, if you can say."))
    return redirect("act:commitments_one", made.pk)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def help_one(request: HttpRequest, help_id: UUID) -> HttpResponse:
    """Help asked of whoever opens it."""
    page = queries.help_page(viewer=viewer(request), help_id=help_id)
    form = forms.AnswerForm(request.POST or None, initial={"answer": page.help.answer, "words": page.help.words})
    if request.method == "POST" and form.is_valid():
        try:
            helping.answer_help(help_id=help_id, actor=user_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Thank you. They see your answer."))
            return redirect("act:commitments_help", help_id)
        except CommitmentRefusedError as refusal:
            form.add_error(refusal.field or None, str(refusal))
    return render(
        request, "act/commitments_help.html", {"page": page, "form": form}, status=422 if form.errors else 200
    )


def _do(request: HttpRequest, doing: str, form: django_forms.Form | None, found: Commitment) -> None:
    actor, now = user_of(request), timezone.now()
    if doing == "take":
        services.take_commitment(commitment_id=found.pk, actor=actor, now=now)
        messages.success(request, _("It is yours."))
    elif doing == "back":
        services.hand_back(commitment_id=found.pk, actor=actor, now=now)
        messages.success(request, _("Handed back."))
    elif doing == "check" and form is not None:
        given = form.cleaned_data
        services.check_in(
            commitment_id=found.pk,
            key=given["key"],
            going=given["going"],
            line=given["line"],
            by=actor.person_id,
            actor=str(actor.pk),
            now=now,
        )
        messages.success(request, _("Thank you. That is all."))
    elif doing == "drop" and form is not None:
        services.drop_commitment(commitment_id=found.pk, actor=actor, now=now, **form.cleaned_data)
        messages.success(request, _("Dropped, with the reason beside it."))
    elif doing == "help" and form is not None:
        given = dict(form.cleaned_data)
        helping.ask_help(commitment_id=found.pk, help_id=given.pop("key"), actor=actor, now=now, **given)
        messages.success(request, _("Asked. It stands on their home page with its minutes."))
    elif doing == "forecast" and isinstance(form, ForecastForm):
        services.set_forecast(commitment_id=found.pk, forecast=form.forecast(), actor=actor, now=now)
        messages.success(request, _("Kept. It is checked when the next data come."))
    else:
        raise Http404


def _start(request: HttpRequest, given: QueryDict) -> From:
    """What the address says it is made from. Raises Http404 for what the viewer may not see."""
    kind, asker = given.get("source", ""), viewer(request)
    if kind:
        found = source_of(viewer=asker, kind=kind, source_id=given.get("id", ""))
        if found is None:
            raise Http404
        return found
    finding = Finding(*(given.get(name, "") for name in ("study", "wave", "unit", "score")))
    if not finding.score:
        return From(services.Source.OWN, "", "", None)
    theme = theme_of(finding=finding, language=get_language() or "en")
    if theme is not None:
        return theme
    plain = Finding(finding.study, finding.wave, finding.unit, plain_score(finding.score))
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    if unit is None or evidence_of(viewer=asker, finding=plain) is None:
        raise Http404
    return From(services.Source.OWN, "", "", unit, plain)


def _own_unit(request: HttpRequest, units: tuple[Unit, ...]) -> Unit:
    person = user_of(request).person
    led = next((one for one in units if person is not None and one.leader_id == person.pk), None)
    return led or units[0]


def _offered(request: HttpRequest, unit: Unit, finding: Finding | None) -> list[Any]:
    found = evidence_for_unit(viewer=viewer(request), unit=unit.key)
    if finding is not None and all(one.finding != finding for one in found):
        asked = evidence_of(viewer=viewer(request), finding=finding)
        if asked is not None:
            found.insert(0, asked)
    return found
