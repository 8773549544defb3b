"""Safety meetings: listed, made, held, decided in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.rooms.act.models import SafetyMeeting
from headwater.rooms.act.safety import forms, meeting_pages, meetings
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.viewers import for_everybody_here, user_of, viewer


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The meetings; who keeps safety may make this week's."""
    keeps = can(viewer(request), "safety.keep")
    if request.method == "POST":
        if not keeps:
            raise PermissionDenied
        made = meetings.draft_meeting(week_date=timezone.localdate(), now=timezone.now())
        return redirect("act:safety_meeting", made.pk)
    found = meeting_pages.meetings_page(viewer=viewer(request))
    context = {"meetings": found, "keeps": keeps, "this_week": meetings.monday_of(timezone.localdate())}
    return render(request, "act/safety_meetings.html", context)


@for_everybody_here
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting: agenda, attendance, decisions; to be printed."""
    try:
        page = meeting_pages.meeting_page(viewer=viewer(request), meeting_id=meeting_id, now=timezone.now())
    except SafetyMeeting.DoesNotExist as error:
        raise Http404 from error
    doing, _colon, target = request.POST.get("doing", "").partition(":")
    given = {
        "hold": forms.HeldForm(request.POST if doing == "hold" else None),
        "decide": forms.MeetingDecisionForm(request.POST if doing == "decide" else None),
        "done": forms.DoneForm(request.POST if doing == "done" else None),
    }
    form = given.get(doing)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _act(request, page, doing, target, form.cleaned_data)
            return redirect("act:safety_meeting", meeting_id)
        except SafetyRefusedError as error:
            form.add_error(None, str(error))
    status = 422 if form is not None and form.errors else 200
    context = {"page": page, "forms": given, "target": target}
    return render(request, "act/safety_meeting.html", context, status=status)


def _act(
    request: HttpRequest, page: meeting_pages.MeetingPage, doing: str, target: str, values: dict[str, object]
) -> None:
    actor, now, key = user_of(request), timezone.now(), page.meeting.pk
    if doing == "hold":
        meetings.hold_meeting(meeting_id=key, actor=actor, now=now, **values)  # type: ignore[arg-type]
        messages.success(request, _("The minutes are kept. Open decisions come up again by themselves."))
    elif doing == "decide":
        chosen = values.pop("key")
        meetings.add_decision(decision_id=chosen, meeting_id=key, actor=actor, now=now, **values)  # type: ignore[arg-type]
    else:
        lines = (*page.carried, *page.decided)
        found = next((line.decision for line in lines if str(line.decision.pk) == target), None)
        if found is None:
            raise Http404
        meetings.finish_decision(decision_id=found.pk, words=str(values["words"]), actor=actor, now=now)
