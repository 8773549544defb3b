"""Programme reviews as pages: the list, one review, its sponsors, and a sponsor's own copy."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.decide.acting import act, is_done
from headwater.rooms.engage.asks import OverloadError
from headwater.rooms.people.asking_form import OtherDayForm
from headwater.rooms.people.viewers import require, user_of, viewer
from headwater.rooms.prove.logic.reviews import quarter_from
from headwater.rooms.prove.reviews import services
from headwater.rooms.prove.reviews.allowed import MANAGE
from headwater.rooms.prove.reviews.documents import FORMS, file_response, language_now, review_document
from headwater.rooms.prove.reviews.forms import CopyForm, MakeForm, NoteForm
from headwater.rooms.prove.reviews.queries import (
    copy_page,
    editable_review,
    review_page,
    reviews_page,
    sponsors_offered,
)

ONE = "prove:reviews_one"


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews."""
    page = reviews_page(viewer=viewer(request), today=timezone.localdate())
    form = MakeForm(quarters=page.quarters) if page.may_manage else None
    return render(request, "prove/reviews.html", {"page": page, "form": form})


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make the draft of a part and quarter now."""
    require(viewer(request), MANAGE)
    page = reviews_page(viewer=viewer(request), today=timezone.localdate())
    form = MakeForm(request.POST, quarters=page.quarters)
    if form.is_valid():
        try:
            made = services.make_review(
                unit=form.units[form.cleaned_data["unit"]],
                quarter=quarter_from(form.cleaned_data["quarter"]),
                actor=user_of(request),
                now=timezone.now(),
            )
        except services.ReviewRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(ONE, made.pk)
    return render(request, "prove/reviews.html", {"page": page, "form": form}, status=400)


@login_required
@require_safe
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One review."""
    return _one(request, review_id, OtherDayForm())


def _one(request: HttpRequest, review_id: UUID, issuing: OtherDayForm) -> HttpResponse:
    page = review_page(viewer=viewer(request), review_id=review_id)
    note = NoteForm(initial={"note": page.review.note})
    context = {"page": page, "forms": FORMS, "note": note, "issuing": issuing}
    return render(request, "prove/reviews_one.html", context, status=422 if issuing.errors else 200)


@login_required
@require_safe
def review_file(request: HttpRequest, review_id: UUID, form: str) -> HttpResponse:
    """One review as a deck, PDF, workbook or page of its own."""
    if form not in FORMS:
        raise Http404
    page = review_page(viewer=viewer(request), review_id=review_id)
    made = review_document(page.review, language=language_now(), today=timezone.localdate())
    return file_response(made, page.review, form)


@login_required
@require_POST
def renew(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Gather the facts of a draft anew."""
    editable_review(viewer=viewer(request), review_id=review_id)
    service = partial(services.renew_review, review_id=review_id)
    return act(request, service, back=redirect(ONE, review_id), said=_("Made anew from what stands today."))


@login_required
@require_POST
def note(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Keep own words."""
    editable_review(viewer=viewer(request), review_id=review_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("At most 1,500 letters."))
        return redirect(ONE, review_id)
    service = partial(services.write_note, review_id=review_id, note=form.cleaned_data["note"])
    return act(request, service, back=redirect(ONE, review_id), said=_("Kept."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Give a draft to a sponsor."""
    found = editable_review(viewer=viewer(request), review_id=review_id)
    form = CopyForm(request.POST or None, sponsors=sponsors_offered())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        service = partial(
            services.give_copy,
            review_id=review_id,
            stakeholder=form.sponsors[data["stakeholder"]],
            ask=data["ask"],
            goal=data["goal"],
            ask_by_date=data["ask_by_date"],
            minutes=data["minutes"],
        )
        if is_done(request, form, service):
            messages.success(request, _("They get it when the review is issued."))
            return redirect(ONE, review_id)
    context = {"review": found, "form": form}
    return render(request, "prove/reviews_give.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def take_back(request: HttpRequest, review_id: UUID, copy_id: UUID) -> HttpResponse:
    """Take a copy back."""
    editable_review(viewer=viewer(request), review_id=review_id)
    service = partial(services.take_back_copy, copy_id=copy_id)
    return act(request, service, back=redirect(ONE, review_id), said=_("They will not get it."))


@login_required
@require_POST
def issue(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Freeze a review and ask its sponsors to read it."""
    editable_review(viewer=viewer(request), review_id=review_id)
    form = OtherDayForm(request.POST)
    if form.is_valid():
        try:
            if is_done(request, form, partial(services.issue_review, review_id=review_id, **form.cleaned_data)):
                messages.success(request, _("Issued. Each sponsor is asked to read it."))
                return redirect(ONE, review_id)
        except OverloadError as full:
            form.ask_why(full.lines)
    return _one(request, review_id, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """A sponsor's own copy; they say here that they have read it."""
    page = copy_page(viewer=viewer(request), copy_id=copy_id)
    if request.method == "POST":
        if not page.is_own:
            raise PermissionDenied
        service = partial(services.read_copy, copy_id=copy_id)
        return act(request, service, back=redirect("prove:reviews_read", copy_id), said=_("Thank you."))
    return render(request, "prove/reviews_read.html", {"page": page})


@login_required
@require_safe
def copy_file(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """A copy in the form its sponsor likes."""
    page = copy_page(viewer=viewer(request), copy_id=copy_id)
    made = review_document(page.review, language=page.copy.language, today=timezone.localdate(), copy=page.copy)
    return file_response(made, page.review, page.file)
