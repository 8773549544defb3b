"""The pages of the assessors' meeting, the decision and what declined candidates are told."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.rooms.decide.acting import agreed
from headwater.rooms.decide.appointments import deciding, meeting_queries
from headwater.rooms.decide.appointments.access import lead_of
from headwater.rooms.decide.appointments.forms import DecisionForm, FeedbackForm
from headwater.rooms.decide.appointments.views import act, is_done
from headwater.rooms.decide.judged_meetings import MeetingForm
from headwater.rooms.decide.models import Appointment, Candidate
from headwater.rooms.people.viewers import viewer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Agree on levels, with reasons where scores lie apart."""
    page = meeting_queries.meeting_page(viewer=viewer(request), appointment_id=appointment_id)
    form = MeetingForm(request.POST or None, rows=page.rows)
    agree = partial(deciding.agree_levels, appointment_id=appointment_id)
    done = agreed(request, form, agree, here="decide:appointment_meeting", key=appointment_id)
    if done is not None:
        return done
    context = {"page": page, "form": form}
    return render(request, "decide/appointment_meeting.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """The candidates against the need; the lead decides with reasons."""
    page = meeting_queries.decision_page(viewer=viewer(request), appointment_id=appointment_id)
    form = None
    if page.access.is_lead and page.access.appointment.state == Appointment.State.TOGETHER:
        form = DecisionForm(request.POST or None, candidates=[one.candidate for one in page.against])
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            chosen, reasons = form.cleaned_data["chosen"], form.cleaned_data["reasons"]
            chosen_id = None if chosen == "nobody" else UUID(chosen)
            if is_done(
                request,
                appointment_id,
                form,
                lambda **named: deciding.decide(chosen_id=chosen_id, reasons=reasons, **named),
            ):
                return redirect("decide:appointment_decision", appointment_id)
    context = {"page": page, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "decide/appointment_decision.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, appointment_id: UUID, candidate_id: UUID) -> HttpResponse:
    """What a declined candidate is told."""
    access = lead_of(viewer=viewer(request), appointment_id=appointment_id)
    candidate = Candidate.objects.filter(pk=candidate_id, appointment=appointment_id, erased_at=None).first()
    if candidate is None:
        raise Http404
    form = FeedbackForm(request.POST or None, initial={"words": candidate.feedback})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        return act(
            request,
            appointment_id,
            lambda **named: deciding.write_feedback(candidate_id=candidate_id, words=words, **named),
            _("It is kept, to be sent or said by you."),
            to="appointment_decision",
        )
    context = {
        "form": form,
        "appointment": access.appointment,
        "what": _("What %(name)s is told") % {"name": candidate},
        "go": _("Keep it"),
    }
    return render(request, "decide/appointment_add.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def stop(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Stop an appointment that will not be decided."""
    lead_of(viewer=viewer(request), appointment_id=appointment_id)
    return act(request, appointment_id, deciding.stop_appointment, _("It is stopped."))
