"""The pages of the assessors' meeting, of validation, of the result with its gaps, and the report."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.rooms.decide.acting import agreed
from headwater.rooms.decide.judged_meetings import MeetingForm
from headwater.rooms.decide.maturity import reports, result_queries, scoring
from headwater.rooms.decide.maturity.forms import FindingForm, ValidateForm
from headwater.rooms.decide.maturity.gaps import propose_gap
from headwater.rooms.decide.maturity.views import is_done
from headwater.rooms.decide.maturity.words import ATTRIBUTION, LEVEL_WORDS
from headwater.rooms.decide.models import MaturityAssessment
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Agree on levels, with reasons where scores lie apart."""
    page = result_queries.meeting_page(viewer=viewer(request), assessment_id=assessment_id)
    form = MeetingForm(request.POST or None, rows=page.rows, says=lambda level: f"{level}: {LEVEL_WORDS[level]}")
    agree = partial(scoring.agree_levels, assessment_id=assessment_id)
    done = agreed(request, form, agree, here="decide:maturity_meeting", key=assessment_id)
    if done is not None:
        return done
    context = {"page": page, "form": form}
    return render(request, "decide/maturity_meeting.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """The result; before it is validated, for those who work on it. The named senior validates here."""
    page = result_queries.result_page(viewer=viewer(request), assessment_id=assessment_id)
    form = None
    if page.access.is_validator and page.assessment.state == MaturityAssessment.State.VALIDATING:
        form = ValidateForm(request.POST or None)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            word, is_accepted = form.cleaned_data["word"], request.POST.get("what") == "accept"
            if is_done(
                request,
                assessment_id,
                form,
                lambda **named: scoring.validate(word=word, is_accepted=is_accepted, **named),
            ):
                return redirect("decide:maturity_result" if is_accepted else "decide:maturity_one", assessment_id)
    context = {"page": page, "form": form, "attribution": ATTRIBUTION}
    status = 422 if form is not None and form.errors else 200
    return render(request, "decide/maturity_result.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def gap(request: HttpRequest, assessment_id: UUID, practice: str) -> HttpResponse:
    """Put a gap onto the board of directions, with the score that would show that it moved."""
    page = result_queries.gap_page(viewer=viewer(request), assessment_id=assessment_id, practice=practice)
    form = FindingForm(request.POST or None, findings=page.findings)
    if request.method == "POST" and form.is_valid():
        propose_gap(
            assessment=page.access.assessment,
            words=page.row.words,
            level=page.row.level,
            evidence=form.chosen(),
            actor=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("It is a candidate on the board of directions."))
        return redirect("decide:maturity_result", assessment_id)
    return render(request, "decide/maturity_gap.html", {"page": page, "form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def report(request: HttpRequest, assessment_id: UUID, form: str) -> HttpResponse:
    """The result as a file: slides, PDF, workbook, or one page for a browser."""
    page = result_queries.result_page(viewer=viewer(request), assessment_id=assessment_id)
    if form not in reports.FORMS or page.assessment.state != MaturityAssessment.State.DONE:
        raise Http404
    return reports.report_response(page, form)
