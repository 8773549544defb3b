"""What the buttons of an incident's page do. Each form says itself what is wrong and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from headwater.rooms.act.commitments.services import CommitmentRefusedError, make_commitment
from headwater.rooms.act.incidents import duties, forms
from headwater.rooms.act.incidents import messages as questions
from headwater.rooms.act.incidents.one_queries import IncidentPage
from headwater.rooms.act.incidents.refusals import IncidentChangedError, IncidentRefusedError
from headwater.rooms.act.incidents.reporting import name_injured, place_incident
from headwater.rooms.act.logic.incidents import FIX, MEET, REPEAT
from headwater.rooms.act.present_units import present_unit, top_unit
from headwater.rooms.act.visits.services import VisitRefusedError, plan_visit
from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.people.asking_form import AskingForm
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import user_of

Forms = dict[str, django_forms.Form]
WITHOUT_FORM = frozenset({"close", "meeting"})
"""Buttons alone."""


def forms_of(request: HttpRequest, page: IncidentPage, *, soon: date) -> Forms:
    """Return the forms of the page by what they do; the one that was sent holds what was typed. soon: a day to begin
    with.
    """
    doing = request.POST.get("doing", "") if request.method == "POST" else ""

    def sent(name: str) -> Any:
        return request.POST if doing == name else None

    unit = present_unit(page.incident.unit) if page.incident.unit is not None else None
    visit = {"day": soon, "unit": unit}
    promise = {"first_step_date": soon, "due_date": soon}
    found: Forms = {
        f"keep_{key}": forms.KeepForm(sent(f"keep_{key}"), key=key, prefix=key) for key in (MEET, REPEAT, FIX)
    }
    found |= {
        f"excuse_{line.duty.key}": forms.ExcuseForm(sent(f"excuse_{line.duty.key}"), prefix=f"not_{line.duty.key}")
        for line in page.duties
    }
    found["visit"] = forms.VisitForm(sent("visit"), initial=visit, prefix="visit")
    found["promise"] = forms.PromiseForm(sent("promise"), initial=promise, prefix="promise")
    found["tell"] = forms.TellForm(sent("tell"), prefix="tell")
    found["ask"] = forms.AskForm(sent("ask"), prefix="ask")
    found["answer"] = forms.AskForm(sent("answer"), prefix="answer")
    found["answer"].fields["text"].label = _("Your answer")
    found["injured"] = forms.InjuredForm(sent("injured"), prefix="injured")
    found["place"] = forms.PlaceForm(sent("place"), prefix="place")
    return found


def answer_post(request: HttpRequest, page: IncidentPage, given: Forms, now: datetime) -> HttpResponse | None:
    """Do what a button says and go back to the page; None while its form, which says why, has to be shown again."""
    doing, user = request.POST.get("doing", ""), user_of(request)
    back = redirect("act:incidents_one", page.incident.pk)
    form = given.get(doing)
    if form is not None and not form.is_valid():
        return None
    try:
        said = _do(request, page, doing, form, user, now)
    except IncidentChangedError as error:
        messages.error(request, str(error))
        return back
    except OverloadError as full:
        assert isinstance(form, AskingForm)
        form.ask_why(full.lines)
        return None
    except (IncidentRefusedError, CommitmentRefusedError, VisitRefusedError) as error:
        if form is None:
            messages.error(request, str(error))
            return back
        field = str(getattr(error, "field", ""))
        form.add_error(field if field in form.fields else None, str(error))
        return None
    messages.success(request, said)
    return back


def _do(
    request: HttpRequest, page: IncidentPage, doing: str, form: django_forms.Form | None, user: User, now: datetime
) -> str:
    """Call the service. Returns what to say. Raises PermissionDenied for a button that nobody has."""
    given = dict(form.cleaned_data) if form is not None else {}
    key = page.incident.pk
    values: dict[str, Any] = {"actor": user, "now": now}
    version = _number(request.POST.get("version", ""))
    verb, _dash, duty = doing.partition("_")
    token = request.POST.get("key", "")
    calls: dict[str, Callable[[], object]] = {
        "close": lambda: duties.close_incident(incident_id=key, version=version, **values),
        "tell": lambda: duties.tell_all(incident_id=key, words=given["words"], version=version, **values),
        "ask": lambda: questions.ask_reporter(incident_id=key, text=given["text"], key=token, **values),
        "answer": lambda: questions.answer_by_account(incident_id=key, text=given["text"], key=token, **values),
        "injured": lambda: name_injured(incident_id=key, injured=given["injured"], **values),
        "place": lambda: place_incident(incident_id=key, unit=given["unit"], **values),
        "meeting": lambda: duties.answer_meeting(incident_id=key, answer=request.POST.get("answer", ""), **values),
        "visit": lambda: _plan(page, given, user, now),
        "promise": lambda: _promise(page, given, user, now),
        "keep": lambda: duties.keep_duty(
            incident_id=key, key=duty, words=given["words"], who=given.get("who"), version=version, **values
        ),
        "excuse": lambda: duties.excuse_duty(
            incident_id=key, key=duty, excuse=given["excuse"], version=version, **values
        ),
    }
    call = calls.get(verb)
    if call is None or (form is None and doing not in WITHOUT_FORM):
        raise PermissionDenied
    call()
    return {
        "close": _("It is closed. Everything stays readable."),
        "tell": _("Everybody can read it now, and the unit gets it by mail."),
        "ask": _("Your question is on its way."),
    }.get(verb, _("It is kept."))


def _plan(page: IncidentPage, given: dict[str, Any], user: User, now: datetime) -> None:
    """Plan the visit on which the leader does the same task, in their own calendar."""
    if not page.works or user.person is None:
        raise PermissionDenied
    with transaction.atomic():
        duties.check_owed(incident_id=page.incident.pk, key=REPEAT)
        visit = plan_visit(
            leader=user.person, unit=given["unit"], day=given["day"], task=given["task"], incident_id=page.incident.pk,
            actor=user, now=now,
        )  # fmt: skip
        duties.link_duty(incident_id=page.incident.pk, key=REPEAT, record=visit.pk, actor=user, now=now)


def _promise(page: IncidentPage, given: dict[str, Any], user: User, now: datetime) -> None:
    """Make the promise that fixes it, once for each sentence."""
    if not page.works:
        raise PermissionDenied
    unit = page.incident.unit
    there = present_unit(unit) if unit is not None else top_unit()
    if there is None:
        raise PermissionDenied
    with transaction.atomic():
        made = make_commitment(
            key=uuid5(NAMESPACE_URL, f"headwater:incident:{page.incident.pk}:{user.pk}:{given['sentence']}"),
            owner=given["owner"],
            unit=there,
            sentence=given["sentence"],
            first_step=given["first_step"],
            first_step_date=given["first_step_date"],
            due_date=given["due_date"],
            over_reason=given["over_reason"],
            source_kind="incident",
            source_id=str(page.incident.pk),
            source_title=f"{page.kind}, {page.where}",
            actor=user,
            now=now,
        )
        duties.link_duty(incident_id=page.incident.pk, key=FIX, record=made.pk, actor=user, now=now)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
