"""Writing what those who were asked are told."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.rooms.act.commitments import told_mail, told_queries, told_services
from headwater.rooms.act.commitments.allowed import may_tell
from headwater.rooms.act.commitments.told_forms import StatementForm
from headwater.rooms.act.commitments.told_services import ToldRefusedError
from headwater.rooms.decide.directions.forecasting import finding_of
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def told_list(request: HttpRequest) -> HttpResponse:
    """What is told, and what can be."""
    page = told_queries.told_list_page(viewer=viewer(request))
    if request.method == "POST":
        wave_id, _sign, unit_key = request.POST.get("of", "").partition("|")
        try:
            wave = Wave.objects.select_related("study").filter(pk=UUID(wave_id)).first()
        except ValueError:
            wave = None
        unit = Unit.objects.filter(key=unit_key, is_open=True).first() if unit_key else None
        if wave is None or (unit_key and unit is None):
            raise Http404
        if not may_tell(viewer(request), unit):
            raise PermissionDenied
        try:
            made = told_services.start_told(wave=wave, unit=unit, actor=user_of(request), now=timezone.now())
            return redirect("act:commitments_told_one", made.pk)
        except ToldRefusedError as refusal:
            messages.error(request, str(refusal))
    return render(request, "act/commitments_told.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def told_one(request: HttpRequest, told_id: UUID) -> HttpResponse:
    """One page as it is written, published, taken back, and mailed."""
    told = told_queries.get_told(viewer=viewer(request), told_id=told_id)
    if request.method == "POST":
        try:
            _do(request, told_id, request.POST.get("doing", ""))
        except ToldRefusedError as refusal:
            messages.error(request, str(refusal))
        return redirect("act:commitments_told_one", told_id)
    offered = told_services.spoken_by(told.wave)
    language = next((code for code in (request.GET.get("lang", ""), get_language() or "") if code in offered), "")
    page = told_queries.told_page(viewer=viewer(request), told_id=told_id, language=language or offered[0])
    return render(request, "act/commitments_told_one.html", {"page": page, "language": language or offered[0]})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def told_add(request: HttpRequest, told_id: UUID) -> HttpResponse:
    """Add one statement."""
    asker = viewer(request)
    told = told_queries.get_told(viewer=asker, told_id=told_id)
    commitments = told_queries.offered_commitments(viewer=asker, told=told)
    form = StatementForm(
        request.POST or None,
        languages=told_services.spoken_by(told.wave),
        numbers=told_queries.offered_numbers(viewer=asker, told=told),
        themes=told_queries.offered_themes(viewer=asker, told=told),
        commitments=commitments,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            told_services.add_statement(
                key=given["key"],
                told_id=told_id,
                kind=given["kind"],
                words=form.said("words"),
                why=form.said("why"),
                finding=finding_of(given["score"]),
                commitment=next((one for one in commitments if str(one.pk) == given["commitment"]), None),
                actor=user_of(request),
                now=timezone.now(),
            )
            return redirect("act:commitments_told_one", told_id)
        except ToldRefusedError as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "told": told, "title": told_queries.title_of(told)}
    return render(request, "act/commitments_told_add.html", context, status=422 if form.errors else 200)


def _do(request: HttpRequest, told_id: UUID, doing: str) -> None:
    actor, now = user_of(request), timezone.now()
    if doing == "publish":
        told_services.publish_told(told_id=told_id, actor=actor, now=now)
        messages.success(request, _("Published. Whoever has the link reads it."))
    elif doing == "back":
        told_services.take_back(told_id=told_id, actor=actor, now=now)
        messages.success(request, _("Taken back. The link opens nothing until you publish it again."))
    elif doing == "mail":
        sent = told_mail.mail_told(told_id=told_id, actor=actor, now=now)
        messages.success(request, _("%(n)s letters are on their way.") % {"n": sent.mailed_to})
    elif doing.startswith("remove:"):
        try:
            statement = UUID(doing.removeprefix("remove:"))
        except ValueError as error:
            raise Http404 from error
        told_services.remove_statement(statement_id=statement, told_id=told_id, actor=actor, now=now)
    else:
        raise Http404
